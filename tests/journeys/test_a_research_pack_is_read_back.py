"""The pilots' figures as a Data Package, read back by a program that knows its dictionary and nothing
else of us.
"""

import datetime
import io
import zipfile

import pytest
from django.urls import reverse

from cms.indicators.documents import PACK
from cms.indicators.models import WeekFigure, YearFigure
from cms.indicators.services.packs import ask_for_pack
from courses.documents.models import Paper
from courses.documents.services import sweep_papers
from tests.factories.datapackage import DataPackage
from tests.factories.figures import ONE_WEEK, WEEK, close, figure, frozen, hour_figure, officer
from tests.factories.people import OrganisationFactory, TeacherFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def three_weeks():
    """Two pilots and another lycée; one number of the last week is hidden."""
    pilot = OrganisationFactory(name="Lycée Ada, « pilote »", is_pilot=True, department="014")
    second = OrganisationFactory(name="Lycée Byron", is_pilot=True, department="076")
    other = OrganisationFactory(name="Lycée Curie")
    pages, people = frozen("pages"), frozen("people", kind="people")
    newer = frozen("pages", 2, since=WEEK)
    for weeks_ago, definition in ((2, pages), (1, pages), (0, newer)):
        week = WEEK - weeks_ago * ONE_WEEK
        figure(definition, pilot, 40 + weeks_ago, week=week)
        figure(definition, second, 3, week=week, hidden=weeks_ago == 0)
        figure(definition, other, 60, week=week, hidden=weeks_ago == 0)
        figure(definition, None, 103 + weeks_ago, week=week)
        figure(definition, None, 0, week=week, part="elsewhere")
        figure(people, pilot, 12, week=week, part="student")
        hour_figure(0, 9, 100, week=week)
        hour_figure(0, None, 103, week=week)
        close(week, is_invented=weeks_ago == 2)
    return pilot, second, other


@pytest.fixture
def reader(client):
    person = officer(language="en")
    client.force_login(person)
    return person


def made(client) -> Paper:
    client.post(reverse("indicators:pack"))
    run_worker()
    return Paper.objects.get(kind=PACK.key)


def test_a_program_reads_the_pack_by_its_dictionary_alone(client, reader):
    pilot, second, _other = three_weeks()

    package = DataPackage(made(client).file)

    assert package.mistakes == []
    assert package.descriptor["licenses"][0]["name"] == "etalab-2.0"
    assert [school["name"] for school in package.tables["schools"]] == [pilot.name, second.name]
    published = {
        (row["week"], row["uai"], row["measure"], row["version"], row["part"]): row["value"]
        for row in package.tables["pilots"]
    }
    assert published == {
        (week, school.uai, code, version, part or "all"): shown
        for school in (pilot, second)
        for week, code, version, part, shown in WeekFigure.objects.published()
        .filter(school=school)
        .values_list("week", "definition__code", "definition__version", "part", "shown")
    }
    assert [row["uai"] for row in package.tables["pilots"] if row["hidden"]] == [second.uai]
    region = [row["value"] for row in package.tables["region"] if row["part"] == "all"]
    assert region == [105, 104, 103]
    assert [row["value"] for row in package.tables["hours"]] == [100, 100, 100]
    assert [row["value"] for row in package.tables["days"]] == [103, 103, 103]
    assert [row["invented"] for row in package.tables["weeks"]] == [True, False, False]
    versions = [(row["measure"], row["version"]) for row in package.tables["definitions"]]
    assert sorted(versions) == [("pages", 1), ("pages", 2), ("people", 1)]


def by_the_readme(rows: list[dict], part: str, measure: str, *, is_people: bool) -> tuple[int, int]:
    """(sum, weeks) of a part over a school year, as README.md tells a program to add it up."""
    hidden = {(row["week"], row["measure"], row["part"]) for row in rows if row["hidden"]}
    weeks = sorted({row["week"] for row in rows})
    others = {
        row["part"]
        for row in rows
        if row["measure"] == measure and not row["hidden"] and row["part"] not in ("all", part)
    }
    numbers = [
        row["value"]
        for row in rows
        if (row["measure"], row["part"], row["hidden"]) == (measure, part, False)
        and (row["week"], "pages", "all") not in hidden
        and (row["week"], measure, "all") not in hidden
        and not (is_people and {(row["week"], measure, other) for other in others} & hidden)
    ]
    assert len(weeks) >= len(numbers)
    return sum(numbers), len(numbers)


def test_a_part_of_a_year_is_added_up_by_the_readme_as_on_the_pages(client, reader):
    pilot = OrganisationFactory(is_pilot=True)
    pages, phone = frozen("pages"), frozen("pages_phone")
    people = frozen("people", kind="people")
    for weeks_ago in range(6):
        week = WEEK - weeks_ago * ONE_WEEK
        figure(pages, pilot, 100, week=week, hidden=weeks_ago == 1)
        figure(phone, pilot, 10 + weeks_ago, week=week)
        figure(people, pilot, 30, week=week)
        figure(people, pilot, 20 + weeks_ago, part="teacher", week=week)
        figure(people, pilot, 8, part="student", week=week, hidden=weeks_ago in (2, 3))
        figure(people, pilot, 2, part="other", week=week, hidden=True)
        close(week)

    rows = DataPackage(made(client).file).tables["pilots"]

    year = YearFigure.objects.filter(school=pilot, school_year=2027)
    told = {(one.definition.code, one.part): (one.total, one.weeks) for one in year}
    assert told["people", "teacher"][1] == 6 - 2
    assert told["pages_phone", ""][1] == 6 - 1
    assert by_the_readme(rows, "all", "pages_phone", is_people=False) == told["pages_phone", ""]
    people_rows = [row for row in rows if row["measure"] == "people"]
    teachers = by_the_readme(people_rows, "teacher", "people", is_people=True)
    assert teachers == told["people", "teacher"]
    readme = zipfile.ZipFile(Paper.objects.get(kind=PACK.key).file).read("README.md").decode()
    assert "leaves out the weeks in which `pages`, `part` all, is hidden" in readme


def test_the_pack_holds_no_number_that_is_hidden_and_no_other_school(client, reader):
    _pilot, second, other = three_weeks()
    WeekFigure.objects.filter(is_hidden=True).update(value=48151)

    archive = zipfile.ZipFile(made(client).file)

    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "48151" not in everything
    assert second.uai in everything
    assert other.uai not in everything


def test_the_pack_says_its_rules_and_licence_in_both_languages(client, reader):
    three_weeks()
    frozen("rolls", kind="things")

    archive = zipfile.ZipFile(made(client).file)

    french = archive.read("LISEZMOI.md").decode()
    english = archive.read("README.md").decode()
    assert "Licence Ouverte" in french
    assert "Licence Ouverte" in english
    assert "Certaines semaines sont inventées" in french
    assert "Some weeks are invented" in english
    assert "from 1 to 4" in english
    assert "de 1 à 4" in french
    assert "Numbers of things (rolls 1: name (en)) are exact." in english
    assert "Les nombres de choses (rolls 1: name (fr)) sont exacts." in french


def test_the_worker_says_how_far_it_is(client, reader):
    three_weeks()
    client.post(reverse("indicators:pack"))
    paper = Paper.objects.get(kind=PACK.key)

    steps = list(PACK.fill(paper, io.BytesIO()))

    assert steps == [(done, 8) for done in range(1, 9)]


def test_asked_for_twice_it_is_one_file_until_another_week_is_closed(client, reader):
    three_weeks()

    first, again = ask_for_pack(), ask_for_pack()
    close(WEEK + ONE_WEEK)

    assert again == first
    assert ask_for_pack() != first


def test_another_reads_neither_its_page_nor_its_file(client, reader):
    three_weeks()
    paper = made(client)
    own = client.get(reverse("people:paper", args=[paper.public_id]))
    client.force_login(TeacherFactory())

    answers = [
        client.get(reverse(name, args=[paper.public_id])).status_code
        for name in ("people:paper", "people:paper_file")
    ]

    assert own.status_code == 200
    assert answers == [404, 404]


def test_it_is_deleted_after_a_week(client, reader):
    three_weeks()
    paper = made(client)

    sweep_papers(paper.asked_at + PACK.kept + datetime.timedelta(minutes=1))

    assert not Paper.objects.filter(pk=paper.pk).exists()
