"""What can be printed as a name; which memberships may stand beside each other."""

import datetime

import pytest

from courses.people.enums import OrganisationKind, Role
from courses.people.exceptions import (
    AlreadyMember,
    NameBeginsLikeAFormula,
    NameHasControls,
    NameHasMarkup,
    NameHasNoLetter,
    PeriodEndsBeforeItBegins,
    RoleHeldElsewhere,
)
from courses.people.models import Membership, Organisation, Person
from courses.people.rules.memberships import why_not_join
from courses.people.rules.names import why_not_a_name, why_not_this_password
from courses.people.values import in_register_order, tidy_name
from courses.tables.values import day_of, plain_cell, safe_cell

D = datetime.date


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("  Anne   Marie ", "Anne Marie", id="spaces"),
        pytest.param("Zoe\u0301", "Zoé", id="composed"),
        pytest.param("\u202eMartin\u202c", "Martin", id="right-to-left override"),
        pytest.param("\u2067\u200fMartin\u2069", "Martin", id="isolates and marks"),
        pytest.param("אבי", "אבי", id="Hebrew letters stay"),
        pytest.param("O’Neill-d’Arc", "O’Neill-d’Arc", id="apostrophes and hyphens stay"),
    ],
)
def test_a_name_is_tidied_and_nothing_of_it_is_lost(typed, kept):
    assert tidy_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("Zoé", None),
        ("d’Arc", None),
        ("لبنى", None),
        ("", None),
        ("<script>alert(1)</script>", NameHasMarkup),
        ("a > b", NameHasMarkup),
        ("Zo\x07é", NameHasControls),
        ("Zo\u200bé", NameHasControls),
        ("=1+1", NameBeginsLikeAFormula),
        ("@SUM", NameBeginsLikeAFormula),
        ("-2", NameBeginsLikeAFormula),
        ("+33", NameBeginsLikeAFormula),
        ("1234", NameHasNoLetter),
    ],
)
def test_why_not_a_name(name, refusal):
    assert type(why_not_a_name(name)) is (refusal or type(None))


SCHOOL = Organisation(pk=1, kind=OrganisationKind.SCHOOL, name="Lycée Malherbe")
PROVIDER = Organisation(pk=2, kind=OrganisationKind.PROVIDER, name="Madmagz")
SOMEBODY = Person(given_name="Zoé", family_name="Lefèvre")


def held(since, until=None, role=Role.TEACHER):
    return [Membership(person=SOMEBODY, organisation=SCHOOL, role=role, since=since, until=until)]


@pytest.mark.parametrize(
    ("organisation", "role", "since", "until", "others", "refusal"),
    [
        pytest.param(SCHOOL, Role.TEACHER, D(2026, 9, 1), None, [], None, id="a first one"),
        pytest.param(
            PROVIDER,
            Role.TEACHER,
            D(2026, 9, 1),
            None,
            [],
            RoleHeldElsewhere,
            id="a teacher at a provider",
        ),
        pytest.param(
            SCHOOL,
            Role.ADVISER,
            D(2026, 9, 1),
            None,
            [],
            RoleHeldElsewhere,
            id="an adviser in a school",
        ),
        pytest.param(
            SCHOOL,
            Role.TEACHER,
            D(2026, 9, 1),
            D(2026, 8, 31),
            [],
            PeriodEndsBeforeItBegins,
            id="ends before it begins",
        ),
        pytest.param(SCHOOL, Role.TEACHER, D(2026, 9, 1), D(2026, 9, 1), [], None, id="one day"),
        pytest.param(
            SCHOOL,
            Role.TEACHER,
            D(2026, 9, 1),
            None,
            held(D(2025, 9, 1)),
            AlreadyMember,
            id="the other is open",
        ),
        pytest.param(
            SCHOOL,
            Role.TEACHER,
            D(2026, 9, 1),
            None,
            held(D(2025, 9, 1), D(2026, 9, 1)),
            AlreadyMember,
            id="one day in common",
        ),
        pytest.param(
            SCHOOL,
            Role.TEACHER,
            D(2026, 9, 1),
            None,
            held(D(2025, 9, 1), D(2026, 8, 31)),
            None,
            id="the day after",
        ),
        pytest.param(
            SCHOOL,
            Role.TEACHER,
            D(2025, 9, 1),
            None,
            held(D(2026, 9, 1)),
            AlreadyMember,
            id="before an open one, without end",
        ),
        pytest.param(
            SCHOOL,
            Role.TEACHER,
            D(2026, 9, 1),
            None,
            held(D(2025, 9, 1), role=Role.LEADER),
            None,
            id="another role",
        ),
    ],
)
def test_why_not_join(organisation, role, since, until, others, refusal):
    assert type(why_not_join(organisation, role, since, until, others=others)) is (
        refusal or type(None)
    )


@pytest.mark.parametrize(
    ("cell", "in_the_file"),
    [
        ("=1", "'=1"),
        ("+33", "'+33"),
        ("-", "'-"),
        ("@x", "'@x"),
        ("Zoé", "Zoé"),
        ("", ""),
        ("'quoted", "'quoted"),
    ],
)
def test_a_cell_goes_out_harmless_and_comes_back_as_it_was(cell, in_the_file):
    assert safe_cell(cell) == in_the_file
    assert plain_cell(in_the_file) == cell


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026-09-01", D(2026, 9, 1)), ("01/09/2026", D(2026, 9, 1)), ("1/9/2026", D(2026, 9, 1))],
)
def test_a_day_is_understood_in_both_ways(typed, day):
    assert day_of(typed) == day


@pytest.mark.parametrize("typed", ["31/02/2026", "2026/09/01", "tomorrow", "01-09-2026"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        day_of(typed)


def test_a_register_is_in_the_order_of_letters_whatever_their_accents():
    written = [
        ("Vidal", "Zoé"),
        ("Étienne", "Lou"),
        ("Fabre", "Éva"),
        ("Fabre", "Dan"),
        ("esnault", "Max"),
    ]
    people = [
        Person(pk=number, family_name=family, given_name=given)
        for number, (family, given) in enumerate(written)
    ]

    in_order = [
        person.family_name + " " + person.given_name
        for person in sorted(people, key=in_register_order)
    ]

    assert in_order == ["esnault Max", "Étienne Lou", "Fabre Dan", "Fabre Éva", "Vidal Zoé"]


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        pytest.param("alix.renard1", True, id="both names"),
        pytest.param("2007-RENARD-x", True, id="the family name in capitals"),
        pytest.param("Rénàrd-et-moi", True, id="with accents"),
        pytest.param("a.renard.2de", True, id="the login"),
        pytest.param("lou-123456789", True, id="a short name alone"),
        pytest.param("velours-vert-9", False, id="a short name inside a word"),
        pytest.param("kanu-7342-fopi", False, id="nothing of the name"),
    ],
)
def test_a_password_holds_no_name(password, refused):
    person = Person(
        login="a.renard",
        given_name="Alix" if "lou" not in password else "Lou",
        family_name="Renard",
    )

    assert bool(why_not_this_password(password, person)) == refused
