"""A real school starts: people and licences from tables, seen line by line before anything is
written.
"""

import datetime

import pytest

from courses.people.models import Membership, Person
from tests.factories.continuity import StudentFactory
from tests.factories.csv_pages import LICENCES, PEOPLE, choose, said, shown, write
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    RegistrarFactory,
    SubjectFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db


FRENCH = "identifiant;adresse;prénom;nom;rôle;établissement;disciplines;depuis;jusqu’au\n"


@pytest.fixture
def school():
    return OrganisationFactory(name="Lycée Malherbe", uai="0140013N")


@pytest.fixture
def adviser(client):
    adviser = RegistrarFactory()
    client.force_login(adviser)
    return adviser


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_new_people_are_seen_then_written_then_invited(client, adviser, school, encoding):
    SubjectFactory(code="francais")
    table = FRENCH + ";zoe@lycee.example;Zoé;Lefèvre;professeure;0140013N;francais;01/09/2026;\n"

    page = choose(client, table, encoding=encoding, invited="on")
    assert (shown(page)[0][:2], Person.objects.filter(email="zoe@lycee.example").count()) == (
        (2, "new"),
        0,
    )
    after = write(client, page)

    person = Person.objects.get(login="zoe.lefevre")
    membership = person.memberships.get()
    assert said(after) == ["1 line is saved."]
    assert (membership.organisation, membership.role, membership.since) == (
        school,
        "teacher",
        datetime.date(2026, 9, 1),
    )
    assert [subject.code for subject in membership.subjects.all()] == ["francais"]
    assert (person.has_usable_password(), person.letters.count()) == (False, 1)


def test_the_same_table_again_changes_nothing(client, adviser, school):
    table = (
        "login,first name,family"
        " name,role,organisation,from\nz.l,Zoé,Lefèvre,teacher,0140013N,2026-09-01\n"
    )
    write(client, choose(client, table))

    page = choose(client, table)

    assert shown(page) == []
    assert "Everything in this table is saved already." in page.text
    assert (
        Person.objects.filter(login="z.l").count(),
        Membership.objects.filter(person__login="z.l").count(),
    ) == (1, 1)


def test_a_change_is_shown_as_was_and_is(client, adviser, school):
    person = PersonFactory(
        login="z.l",
        given_name="Zoé",
        family_name="Durand",
        usage_name="Petit",
        email="z@lycee.example",
    )
    MembershipFactory(person=person, organisation=school, since=datetime.date(2026, 9, 1))
    table = (
        "login,family name,usage"
        " name,role,organisation,from,until\nz.l,Lefèvre,-,teacher,0140013N,2026-09-01,2027-08-31\n"
    )

    page = choose(client, table)
    write(client, page)

    assert shown(page) == [
        (2, "changed", [("Durand", "Lefèvre"), ("Petit", ""), ("", "31/08/2027")], [])
    ]
    person.refresh_from_db()
    assert (person.given_name, person.family_name, person.usage_name, person.email) == (
        "Zoé",
        "Lefèvre",
        "",
        "z@lycee.example",
    )
    assert person.memberships.get().until == datetime.date(2027, 8, 31)


def test_a_teacher_in_two_schools_has_two_lines_and_one_account(client, adviser, school):
    OrganisationFactory(uai="0140017T")
    table = "mail,first name,family name,role,organisation\n" + "".join(
        f"zoe@lycee.example,Zoé,Lefèvre,teacher,{uai}\n" for uai in ("0140013N", "0140017T")
    )

    page = choose(client, table)
    write(client, page)

    assert [line[1] for line in shown(page)] == ["new", "changed"]
    assert Person.objects.get(email="zoe@lycee.example").memberships.count() == 2


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        pytest.param(
            {"login": "", "mail": ""},
            "login",
            "This line has neither a login nor an email address.",
            id="nobody",
        ),
        pytest.param({"mail": "zoe"}, "mail", "“zoe” is not an email address.", id="no address"),
        pytest.param(
            {"login": "z" * 61},
            "login",
            "This is longer than 60 characters.",
            id="a login that is too long",
        ),
        pytest.param(
            {"mail": "taken@lycee.example"},
            "mail",
            "The address taken@lycee.example belongs to the login other.",
            id="taken",
        ),
        pytest.param(
            {"first name": ""},
            "first name",
            "This cell is needed for a new person.",
            id="no first name",
        ),
        pytest.param(
            {"family name": "<b>L</b>"},
            "family name",
            "A name is written without < and >.",
            id="markup",
        ),
        pytest.param(
            {"role": "king"}, "role", "“king” is not a role that a table can give.", id="role"
        ),
        pytest.param(
            {"role": "adviser"},
            "role",
            "“adviser” is not a role that a table can give.",
            id="no adviser by table",
        ),
        pytest.param(
            {"organisation": "9999999Z"},
            "organisation",
            "No organisation is known as “9999999Z”.",
            id="school",
        ),
        pytest.param({"from": "31/02/2026"}, "from", "“31/02/2026” is not a day.", id="day"),
        pytest.param(
            {"subjects": "magic"},
            "subjects",
            "These codes of subjects are not known: magic.",
            id="subject",
        ),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column_and_nothing_is_written(
    client, adviser, school, cells, column, reason
):
    PersonFactory(login="other", email="taken@lycee.example")
    right = {
        "login": "z.l",
        "mail": "",
        "first name": "Zoé",
        "family name": "L",
        "role": "teacher",
        "organisation": "0140013N",
    }
    line = right | {"from": "", "subjects": ""} | cells
    table = (
        ";".join(line) + "\n" + "a.b;;Ada;B;teacher;0140013N;;\n" + ";".join(line.values()) + "\n"
    )

    page = choose(client, table)
    wrong = next(line for line, _tone, _sign in page.context["lines"] if line.problems)
    client.post(PEOPLE, {"kept": page.context["kept"]})

    assert (wrong.line_number, wrong.problems[0].column, wrong.problems[0].reason) == (
        3,
        column,
        reason,
    )
    assert wrong.problems[0].remedy
    assert not Person.objects.filter(login="a.b").exists()


def test_everything_that_is_wrong_with_a_line_is_said_at_once(client, adviser):
    table = (
        "login,first name,family"
        " name,language,role,organisation,from\nz.l,<b>,,xx,king,9999999Z,soon\n"
    )

    page = choose(client, table)

    ((line, *_look),) = page.context["lines"]
    assert [problem.column for problem in line.problems] == [
        "first name",
        "family name",
        "language",
        "role",
        "organisation",
        "from",
    ]


def test_a_registrars_account_is_not_changed_by_a_table(client, adviser):
    page = choose(client, f"login,mail\n{adviser.login},mine@elsewhere.example\n")

    assert shown(page)[0][1] == "wrong"


@pytest.mark.parametrize("line", ["m.lot,mine@elsewhere.example", ",morgane@home.example"])
def test_a_guardians_account_is_not_changed_by_a_table(client, adviser, school, line):
    follows(GuardianFactory(login="m.lot", email="morgane@home.example"), StudentFactory())

    page = choose(client, f"login,mail,first name,role,organisation\n{line},M,teacher,0140013N\n")

    assert shown(page)[0][1] == "wrong"


def test_who_has_a_guardians_address_is_not_told(client, adviser):
    follows(GuardianFactory(login="m.lot", email="morgane@home.example"), StudentFactory())

    page = choose(client, "login,mail\nzoe.lefevre,morgane@home.example\n")

    assert shown(page)[0][3] == [
        "The account of “morgane@home.example” is a student’s or a guardian’s: the school keeps it."
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The submitted file is empty."),
        (b"login,mail\n", "This table has no line under its headings."),
        (
            b"login,shoe size\nz.l,38\n",
            "The first line names columns that are not known: shoe size.",
        ),
        (b"PK\x03\x04\x00\x00", "This file is not a table in CSV"),
        (
            b"login,mail\nz.l,z@lycee.example,more\n",
            "Line 2 has more cells than the first line has headings",
        ),
        (b"x" * 1_000_001, "This file is larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(client, adviser, content, reason):
    assert reason in choose(client, content).text


def test_what_changed_in_the_meantime_is_shown_before_it_is_written(client, adviser, school):
    table = "login,first name,family name\nz.l,Zoé,Lefèvre\n"
    page = choose(client, table)
    PersonFactory(login="z.l", given_name="Zora", family_name="Lefèvre")

    again = client.post(PEOPLE, {"kept": page.context["kept"]})

    assert shown(again) == [(2, "changed", [("Zora", "Zoé")], [])]
    assert Person.objects.get(login="z.l").given_name == "Zora"


def test_a_table_that_another_adviser_was_shown_is_not_written(client, adviser, school):
    page = choose(client, "login,first name,family name\nz.l,Zoé,Lefèvre\n")
    client.force_login(RegistrarFactory())

    after = write(client, page)

    assert said(after) == [
        "This table is too old, or not yours: choose the file again. Nothing was saved."
    ]
    assert not Person.objects.filter(login="z.l").exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_export_comes_back_unchanged(client, adviser, school, language):
    SubjectFactory(code="francais")
    membership = MembershipFactory(organisation=school, until=datetime.date(2027, 8, 31))
    membership.subjects.set([SubjectFactory(code="philosophie")])
    PersonFactory(given_name="Ada; “x”", email=None)

    file = client.get(f"/{language}/people/export/")

    page = choose(client, file.content)
    assert shown(page) == []
    assert (
        client.get(f"/{language}/people/export/")
        .headers["Content-Disposition"]
        .startswith("attachment")
    )


@pytest.mark.parametrize(
    "address", [PEOPLE, "/en/people/export/", LICENCES, "/en/licences/export/"]
)
def test_tables_are_the_advisers(client, address):
    client.force_login(TeacherFactory())

    assert client.get(address).status_code == 403


@pytest.mark.parametrize("lines", [5, 200])
def test_a_dry_run_asks_the_same_queries_however_many_lines(
    client, adviser, school, lines, django_assert_max_num_queries
):
    table = "login,first name,family name,role,organisation\n"
    table += "".join(f"z{n},Zoé,Lefèvre,teacher,0140013N\n" for n in range(lines))
    choose(client, table)

    with django_assert_max_num_queries(14):
        page = choose(client, table)

    assert len(page.context["lines"]) == lines
