"""The Region's officer and a school's leader read figures of closed weeks: published cells, nothing
else.
"""

import csv
import datetime
import io

import pytest
from django.urls import reverse

from cms.indicators.models import Definition
from cms.indicators.queries.definitions import measures
from cms.indicators.queries.pages import PARTS
from courses.people.enums import Role
from courses.people.models import Organisation
from tests.factories.figures import ONE_WEEK, WEEK, close, figure, frozen, hour_figure, officer
from tests.factories.people import MembershipFactory, OrganisationFactory, RegistrarFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HIDDEN = "hidden"


@pytest.fixture
def reader(client):
    person = officer(language="en")
    client.force_login(person)
    return person


def leader_of(*schools):
    first, *others = schools
    person = MembershipFactory(organisation=first, role=Role.LEADER).person
    for school in others:
        MembershipFactory(person=person, organisation=school, role=Role.LEADER)
    person.language = "en"
    person.save()
    return person


def page_of(client, name: str, *args, **query):
    answer = client.get(reverse(f"indicators:{name}", args=args, query=query))
    assert answer.status_code == 200
    return answer


def lines_of(answer) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def numbers_of(table) -> dict[str, list]:
    """By heading and detail, what the cells show; None where nothing was counted."""
    return {
        " / ".join(filter(None, [row.heading, row.detail])): [
            cell and (HIDDEN if cell.is_hidden else cell.value) for cell in row.cells
        ]
        for row in table.rows
    }


def two_schools():
    return (
        OrganisationFactory(name="Lycée Ada", department="014"),
        OrganisationFactory(name="Lycée Byron", city="Rouen", department="076"),
    )


def test_an_officer_reads_a_week_beside_its_usual_one_and_the_year(client, reader):
    pages, people = frozen("pages"), frozen("people", kind="people")
    for weeks_ago, (read, seen) in enumerate([(900, 30), (320, 10), (280, 20)]):
        week = WEEK - weeks_ago * ONE_WEEK
        figure(pages, None, read, week=week)
        figure(people, None, seen, week=week)
        close(week)

    page = page_of(client, "region")

    assert numbers_of(page.context["report"].table) == {
        "pages 1: name (en)": [900, 300, 1500],
        # Of people the mean: they can't be added up.
        "people 1: name (en) / over the year: mean per week": [30, 15, 20],
    }
    assert [line.week for line in page.context["report"].beside[:2]] == ["900", "3.0 times"]
    assert "6.8 million" in page.content.decode()


def test_a_usual_week_is_told_where_most_weeks_before_are_published(client, reader):
    school, other = two_schools()
    pages = frozen("pages")
    for weeks_ago, (read, hidden) in enumerate(
        [(900, False), (30, True), (300, False), (320, False), (10_000, False)]
    ):
        week = WEEK - weeks_ago * ONE_WEEK
        figure(pages, school, read, week=week, hidden=hidden)
        figure(pages, other, read, week=week, hidden=weeks_ago in (1, 2, 3))
        close(week)

    of_school, of_other = [
        page_of(client, "school", one.public_id).context["table"].rows[0].cells[1]
        for one in (school, other)
    ]

    assert (of_school.value, of_school.hidden_weeks) == (320, 1)  # the median, not the mean
    assert (of_other.value, of_other.hidden_weeks) == (None, 3)


def test_no_page_and_no_file_holds_a_number_that_is_hidden(client, reader):
    school, other = two_schools()
    school.is_pilot = True
    school.save()
    pages = frozen("pages")
    figure(pages, school, 4711, hidden=True)
    figure(pages, other, 4712, hidden=True)
    figure(pages, None, 9423)
    hour_figure(0, 9, 4713, hidden=True)
    close(WEEK)

    for name, args in [
        ("region", []), ("region_file", []), ("schools", []), ("schools_file", []), ("pilots", []),
        ("pilots_file", []), ("school", [school.public_id]), ("school_file", [school.public_id]),
    ]:  # fmt: skip
        text = page_of(client, name, *args, week=WEEK.isoformat()).content.decode()
        assert not {"4711", "4,711", "4712", "4,712", "4713", "4,713"} & {
            word for word in ("4711", "4,711", "4712", "4,712", "4713", "4,713") if word in text
        }, name
        assert "hidden" in text or name.startswith("region")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param({"department": "076"}, ["Lycée Byron"], id="a department"),
        pytest.param({"q": "rouen byr"}, ["Lycée Byron"], id="words"),
        pytest.param({"q": "ada"}, ["Lycée Ada"], id="a name"),
        pytest.param({"q": "lycee ADA"}, ["Lycée Ada"], id="without accents"),
        pytest.param({"department": "no"}, ["Lycée Ada", "Lycée Byron"], id="no department at all"),
    ],
)
def test_a_filter_chooses_published_cells_and_counts_nothing_again(client, reader, query, names):
    school, other = two_schools()
    pages = frozen("pages")
    figure(pages, school, 3, hidden=True)
    figure(pages, other, 40)
    figure(pages, None, 43, hidden=True)
    close(WEEK)

    table = page_of(client, "schools", week=WEEK.isoformat(), **query).context["table"]

    cells = {"Lycée Ada": [HIDDEN], "Lycée Byron": [40]}
    assert numbers_of(table) == {
        f"{name} / {'Caen' if name == 'Lycée Ada' else 'Rouen'}": cells[name] for name in names
    }
    assert [cell and cell.is_hidden for cell in table.total.cells] == [True]


def test_a_week_that_is_not_closed_is_not_shown(client, reader):
    pages = frozen("pages")
    figure(pages, None, 100)
    close(WEEK)
    later = WEEK + ONE_WEEK
    figure(pages, None, 999, week=later)

    page = page_of(client, "region", week=later.isoformat())

    assert page.context["period"].week == WEEK
    assert "999" not in page.content.decode()


def test_both_versions_of_a_definition_stand_beside_each_other(client, reader):
    old = frozen("visits", 1)
    new = frozen("visits", 2, since=WEEK)
    figure(old, None, 700, week=WEEK - ONE_WEEK)
    figure(new, None, 500, week=WEEK)
    close(WEEK - ONE_WEEK, WEEK)

    table = page_of(client, "region").context["report"].table
    meanings = page_of(client, "definitions").content.decode()

    assert numbers_of(table) == {
        "visits 1: name (en) / version 1, since 1 September 2024": [None, 700, 700],
        "visits 2: name (en) / version 2, since 16 November 2026": [500, None, 500],
    }
    for version in (1, 2):
        assert f"visits {version}: definition (en)" in meanings
        assert f"visits {version}: not_said (en)" in meanings
    assert meanings.count('<section class="sheet"') == 1


def test_people_are_shown_by_role(client, reader):
    school, _other = two_schools()
    people = frozen("people", kind="people")
    for part in PARTS:
        figure(people, school if part != "elsewhere" else None, 20, part=part)
    close(WEEK)

    page = page_of(client, "school", school.public_id)

    assert list(numbers_of(page.context["table"])) == [
        "people 1: name (en) / over the year: mean per week",
        "people 1: name (en) / teachers, over the year: mean per week",
        "people 1: name (en) / students, over the year: mean per week",
        "people 1: name (en) / others, over the year: mean per week",
    ]


def test_visitors_are_named_where_they_are_counted(client, reader):
    """Without a login nobody is told apart: visits and people aren't theirs."""
    for code, kind in (("pages", "acts"), ("visits", "acts"), ("people", "people")):
        figure(frozen(code, kind=kind), None, 20, part="elsewhere")
    close(WEEK)

    region = page_of(client, "region").context["report"].table

    assert {row.key[0]: row.detail.split(", over")[0] for row in region.rows} == {
        "pages": "visitors, and people of no school",
        "visits": "people of no school",
        "people": "people of no school",
    }


@pytest.mark.parametrize(("name", "field"), [("pilots", "measure"), ("schools", "measures")])
def test_a_measure_of_the_region_alone_is_no_choice_for_schools(client, reader, name, field):
    """An address that asks for it says so, and shows what the page shows first."""
    school, _other = two_schools()
    school.is_pilot = True
    school.save()
    of_region = next(one for one in measures() if one.is_of_region)
    figure(frozen("pages"), school, 40)
    figure(frozen(of_region.code, of_region.version), None, 700)
    close(WEEK)

    page = page_of(client, name, **{field: of_region.code})

    assert of_region.code not in dict(page.context["form"].fields[field].choices)
    assert "is told of the whole region only" in page.text
    assert f"{reverse('indicators:region')}?year=2027#measures" in page.text
    of_week = page_of(client, name, week=str(WEEK), **{field: of_region.code})
    assert f"{reverse('indicators:region')}?year=2027&amp;week={WEEK}#measures" in of_week.text
    assert not page.context["form"].errors
    assert page.context["table"].rows[0].cells[0].value == 40
    assert "is told of the whole region only" not in page_of(client, name).text


@pytest.mark.parametrize(("name", "field"), [("pilots", "measure"), ("schools", "measures")])
def test_a_measure_that_is_no_longer_counted_is_read_but_no_choice(client, reader, name, field):
    """As weekly enrolments, which were counted once: closed weeks keep them, with what they say."""
    school, _other = two_schools()
    school.is_pilot = True
    school.save()
    figure(frozen("pages"), school, 40)
    figure(frozen("enrolments"), school, 12)
    close(WEEK)

    page = page_of(client, name, **{field: "enrolments"})

    assert "enrolments" not in dict(page.context["form"].fields[field].choices)
    assert not page.context["form"].errors
    assert "is told of the whole region only" not in page.text
    assert page.context["table"].rows[0].cells[0].value == 40
    whole = page_of(client, name, **({"measures": "all"} if name == "schools" else {}))
    assert "enrolments 1: name (en)" in whole.text
    assert "enrolments 1: definition (en)" in page_of(client, "definitions").text


def test_the_first_week_of_a_school_year_has_no_usual_week(client, reader):
    """Nothing says that it wasn't counted: pages, file."""
    school, _other = two_schools()
    pages = frozen("pages")
    figure(pages, None, 100)
    figure(pages, school, 40)
    close(WEEK)

    region = page_of(client, "region")
    of_school = page_of(client, "school", school.public_id)
    [line] = lines_of(page_of(client, "region_file"))

    assert "There is no usual week" in region.text
    assert "Beside a usual week" not in region.text
    for page in (region, of_school):
        assert 'data-label="Usual week"' not in page.text
        assert ">Usual week<" not in page.text
    assert [head for head in line if head.startswith("Usual")] == []
    assert of_school.context["is_counted"]


def test_a_file_names_the_week_of_its_columns(client, reader):
    figure(frozen("pages"), None, 100)
    close(WEEK)

    [line] = lines_of(page_of(client, "region_file"))

    assert line["Week of 16 November 2026"] == "100"


def test_departments_have_their_names(client, reader):
    two_schools()
    figure(frozen("pages"), None, 100)
    close(WEEK)

    choices = page_of(client, "schools").context["form"].fields["department"].choices

    assert choices[1:] == [("014", "Calvados (014)"), ("076", "Seine-Maritime (076)")]


def test_schools_with_figures_stand_first_and_one_without_says_so(client, reader):
    ada, byron = two_schools()
    figure(frozen("pages"), byron, 100)
    figure(Definition.objects.get(), None, 100)
    close(WEEK)

    listed = page_of(client, "schools")
    empty = page_of(client, "school", ada.public_id)

    assert [row.heading for row in listed.context["table"].rows] == ["Lycée Byron", "Lycée Ada"]
    assert "With figures: 1 school of 2" in listed.text
    assert "Nothing was counted for this school" in empty.text


def test_three_times_and_a_sixth_is_rounded_and_not_cut(client, reader):
    pages = frozen("pages")
    figure(pages, None, 3170)
    figure(pages, None, 1000, week=WEEK - ONE_WEEK)
    close(WEEK - ONE_WEEK, WEEK)

    shown = page_of(client, "region", week=WEEK.isoformat())

    assert "3.2 times" in shown.text


def test_the_busiest_hour_is_one_hour(client, reader):
    figure(frozen("pages"), None, 24_859)
    hour_figure(0, 9, 24_859)
    hour_figure(0, 10, 20)
    close(WEEK)

    page = page_of(client, "region").content.decode()

    assert "The busiest hour: from 9:00 to 10:00, 24,859 pages." in page


def test_schools_stand_in_the_order_of_the_alphabet(client, reader):
    for name in ("Lycée Salvador", "Lycée professionnel", "Lycée Évariste"):
        OrganisationFactory(name=name)
    figure(frozen("pages"), None, 100)
    close(WEEK)

    rows = page_of(client, "schools").context["table"].rows

    assert [row.heading for row in rows] == [
        "Lycée Évariste", "Lycée professionnel", "Lycée Salvador",
    ]  # fmt: skip


def test_a_file_of_the_demo_says_that_it_is_invented(client, reader):
    """Not one of a year that was counted."""
    pages, last_year = frozen("pages"), WEEK - 52 * ONE_WEEK
    figure(pages, None, 100)
    figure(pages, None, 90, week=last_year)
    close(last_year)
    close(WEEK, is_invented=True)

    invented = page_of(client, "region_file")
    counted = page_of(client, "region_file", year="2026")

    assert "figures-invented-2026" in invented["Content-Disposition"]
    assert {line["Note"] for line in lines_of(invented)} == {
        "Invented figures, for the demonstration."
    }
    assert "invented" not in counted["Content-Disposition"]
    assert "Note" not in lines_of(counted)[0]
    assert "Invented figures" not in page_of(client, "schools", year="2026").content.decode()


def test_a_leader_reads_the_own_school_beside_the_region_and_no_other(client):
    own, other = two_schools()
    client.force_login(leader_of(own))
    pages = frozen("pages")
    figure(pages, own, 40)
    figure(pages, other, 60)
    figure(pages, None, 100)
    close(WEEK)

    arrived = client.get(reverse("indicators:mine"), follow=True)

    assert arrived.request["PATH_INFO"] == reverse("indicators:school", args=[own.public_id])
    assert numbers_of(arrived.context["table"]) == {"pages 1: name (en)": [40, 40, 100, 100]}
    for name in ("school", "school_file"):
        address = reverse(f"indicators:{name}", args=[other.public_id])
        assert client.get(address).status_code == 404
    for name in ("region", "schools", "pilots", "region_file", "schools_file", "pilots_file"):
        assert client.get(reverse(f"indicators:{name}")).status_code == 403
    assert reverse("indicators:mine") in [link.url for link in arrived.context["account_links"]]


def test_a_leader_of_two_schools_chooses(client):
    own, second = two_schools()
    client.force_login(leader_of(own, second))

    page = page_of(client, "mine")

    for school in (own, second):
        assert reverse("indicators:school", args=[school.public_id]) in page.content.decode()


def test_a_school_that_goes_on_as_another_keeps_its_closed_weeks_and_leaves_the_list(
    client, reader
):
    gone, into = two_schools()
    pages = frozen("pages")
    figure(pages, gone, 40)
    close(WEEK)
    gone.merged_into, gone.merged_on = into, datetime.date(2026, 11, 20)
    gone.save()

    page = page_of(client, "school", gone.public_id)
    listed = page_of(client, "schools").context["table"]

    assert numbers_of(page.context["table"]) == {"pages 1: name (en)": [40, 40, None, None]}
    assert [row.heading for row in listed.rows] == [into.name]


def test_a_registrar_reads_them_too_and_finds_them_in_the_bar(client):
    client.force_login(RegistrarFactory())

    page = page_of(client, "region")

    assert reverse("indicators:region") in [way.url for way in page.context["ways"]]
    assert len(page.context["ways"]) <= 4


def test_invented_weeks_say_so_on_every_page(client, reader):
    school, _other = two_schools()
    figure(frozen("pages"), None, 100)
    close(WEEK, is_invented=True)

    for name, args in [
        ("region", []),
        ("schools", []),
        ("pilots", []),
        ("school", [school.public_id]),
    ]:
        assert "Invented figures" in page_of(client, name, *args).content.decode(), name


def test_a_page_says_which_of_its_weeks_are_invented(client, reader):
    """Last week is counted, the one before is the demo's, as is a week of the school year before."""
    before, earlier = WEEK - ONE_WEEK, WEEK - 52 * ONE_WEEK
    pages = frozen("pages")
    for week in (earlier, before, WEEK):
        figure(pages, None, 100, week=week)
        close(week, is_invented=week != WEEK)
    said = {
        ("region", WEEK): "This week was counted; others beside it are invented",
        ("region", before): "This week is invented, for the demonstration; others were counted.",
        ("schools", ""): "Some weeks are invented, for the demonstration; others were counted.",
        ("pilots", WEEK): "This week was counted; others beside it are invented",
    }

    for (name, week), words in said.items():
        page = page_of(client, name, week=str(week))
        assert words in page.text, (name, week)
        assert "Invented figures" not in page.text
        assert dict(page.context["form"].fields["week"].choices)[str(WEEK)] == "16 November 2026"
        assert (
            dict(page.context["form"].fields["week"].choices)[str(before)]
            == "9 November 2026 (invented)"
        )

    alone = page_of(client, "pilots", year="2026", week=str(earlier))
    assert "Invented figures, for the demonstration." in alone.text
    [line] = lines_of(page_of(client, "region_file", week=str(WEEK)))
    assert line["Note"] == (
        "This week was counted; others beside it are invented, for the demonstration."
    )


def test_counted_weeks_alone_say_nothing_of_the_demo(client, reader):
    figure(frozen("pages"), None, 100)
    close(WEEK)

    assert "Invented figures" not in page_of(client, "region").content.decode()


def test_lines_of_school_years_go_from_september_on(client, reader):
    """Also where the first year was counted from its middle on."""
    pages = frozen("pages")
    first = datetime.date(2026, 1, 12)
    for week in (first, first + 20 * ONE_WEEK, datetime.date(2026, 9, 7), WEEK):
        figure(pages, None, 100, week=week)
        close(week)

    lines = page_of(client, "region").context["report"].years

    assert [one.label for one in lines.series] == ["2025–2026", "2026–2027"]
    assert lines.labels == ["37", "47", "3", "23"]


def test_before_a_week_is_closed_the_pages_say_when_one_will_be(client, reader):
    school, _other = two_schools()

    for name, args in [
        ("region", []),
        ("schools", []),
        ("pilots", []),
        ("school", [school.public_id]),
    ]:
        assert "No week is closed yet" in page_of(client, name, *args).content.decode(), name
    assert client.get(reverse("indicators:region_file")).status_code == 404


def test_a_file_s_cells_are_no_formulas(client, reader):
    school = OrganisationFactory(name="=1+1", city="")
    figure(frozen("pages"), school, 40)
    close(WEEK)

    lines = lines_of(page_of(client, "schools_file"))

    assert next(iter(lines[0].values())) == "'=1+1"


def test_a_file_s_headings_are_no_formulas(client, reader):
    """The pilots' file has a column for each school."""
    school, _other = two_schools()
    Organisation.objects.filter(pk=school.pk).update(name="=1+1", is_pilot=True)
    figure(frozen("pages"), school, 40)
    close(WEEK)

    first, *_more = page_of(client, "pilots_file").content.decode("utf-8-sig").splitlines()
    headings = first.split(";")

    assert [one for one in headings if "=1+1" in one]
    assert not [one for one in headings if one.startswith("=")]


def test_schools_that_were_not_counted_stand_beside_the_region_that_was(client, reader):
    counted, quiet = (
        OrganisationFactory(name="Lycée compté"),
        OrganisationFactory(name="Lycée muet"),
    )
    pages, of_region = frozen("pages"), frozen("launches")
    for school in (counted, None):
        figure(pages, school, 347_310)
    figure(of_region, None, 12)
    close(WEEK)

    table = page_of(client, "schools", q=quiet.name, measures="all").context["table"]

    assert [row.heading for row in table.rows] == [quiet.name]
    assert numbers_of(table) == {f"{quiet.name} / {quiet.city}": [None]}
    assert [cell.value for cell in table.total.cells] == [347_310]
