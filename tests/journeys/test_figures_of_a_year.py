"""A school year of figures adds up published weeks, and says which it leaves out."""

import datetime

import pytest

from cms.indicators.models import ClosedWeek, WeekFigure, YearFigure
from cms.indicators.services.years import add_up, check_sums
from cms.indicators.values.cells import FigureCell, cell_words
from courses.agenda.values import PARIS
from courses.people.models import Organisation
from tests.factories.figures import ONE_WEEK, WEEK, close, figure, frozen, officer
from tests.journeys.test_figures_are_read import lines_of, page_of, two_schools

NIGHT, ONE_DAY = datetime.datetime(2026, 11, 25, 3, 50, tzinfo=PARIS), datetime.timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.fixture
def reader(client):
    client.force_login(officer(language="en"))


def test_a_year_adds_published_cells_and_says_how_many_weeks_are_hidden(client, reader):
    school, other = two_schools()
    pages = frozen("pages")
    for weeks_ago, (read, hidden) in enumerate([(40, False), (3, True), (50, False), (2, True)]):
        week = WEEK - weeks_ago * ONE_WEEK
        figure(pages, school, read, week=week, hidden=hidden)
        figure(pages, other, 2, week=week, hidden=True)
        close(week)

    page = page_of(client, "schools")

    first, second = page.context["table"].rows
    assert [(cell.value, cell.hidden_weeks) for cell in first.cells] == [(90, 2)]
    assert [(cell.value, cell.hidden_weeks) for cell in second.cells] == [(None, 4)]
    assert "2 weeks used<br>2 hidden" in page.content.decode()
    lines = lines_of(page_of(client, "schools_file"))
    assert [*lines[0]][3] == "pages 1: name (en), version 1, since 1 September 2024"
    assert [[*line.values()][3:] for line in lines] == [
        ["90", "2", "2", "0"],
        ["hidden", "0", "4", "0"],
        ["", "", "", ""],
    ]


@pytest.mark.parametrize("name", ["region", "pilots"])
def test_another_school_year_opens_the_same_week_of_the_calendar(client, reader, name):
    pages, last_year = frozen("pages"), WEEK - 53 * ONE_WEEK
    summer = datetime.date(2026, 7, 27)
    for week in (last_year, summer, WEEK):
        figure(pages, None, 100, week=week)
        close(week)
    assert last_year.isocalendar().week == WEEK.isocalendar().week - 1 == 46

    def week_shown(**query):
        return page_of(client, name, **query).context["period"].week

    same = last_year + ONE_WEEK
    assert week_shown(year="2026", week=str(WEEK)) in (None, summer)  # the year has no week 47
    figure(pages, None, 100, week=same)
    close(same)
    assert week_shown(year="2026", week=str(WEEK)) == same
    assert week_shown(week=str(last_year)) == last_year  # an address without its year


def people_of_a_small_school(school, other):
    """48 weeks. In three of them its people are hidden; in all those of two roles, one of them few."""
    people = frozen("people", kind="people")
    for weeks_ago in range(48):
        week = WEEK - 16 * ONE_WEEK - weeks_ago * ONE_WEEK
        is_hidden = weeks_ago < 3
        figure(people, school, 3 if is_hidden else 60, week=week, hidden=is_hidden)
        figure(people, school, 20, part="teacher", week=week, hidden=True)
        figure(people, school, 37, part="student", week=week, hidden=is_hidden)
        figure(people, school, 3, part="other", week=week, hidden=True)
        figure(people, other, 150, week=week)
        figure(people, other, 50, part="teacher", week=week)
        figure(people, other, 90, part="student", week=week)
        figure(people, other, 10, part="other", week=week)
        ClosedWeek.objects.create(week=week, schools=2)
    add_up(week)


def test_a_year_s_people_are_of_all_weeks_in_which_they_are_published(client, reader):
    """A role that is hidden in all weeks hides no week of the whole, nor of the roles that are told."""
    school, other = two_schools()
    people_of_a_small_school(school, other)

    table = page_of(client, "schools", year="2026", measures="people").context["table"]

    assert table.heads == (
        "people 1: name (en), mean per week",
        "people 1: name (en), teachers, mean per week",
        "people 1: name (en), students, mean per week",
        "people 1: name (en), others, mean per week",
    )
    whole, teachers, students, others = table.rows[0].cells
    assert whole == FigureCell(60, 3, is_mean=True, weeks=45)
    assert students == FigureCell(37, 3, is_mean=True, weeks=45)
    assert teachers == others == FigureCell(None, 48, is_mean=True)
    assert [cell.value for cell in table.rows[1].cells] == [150, 50, 90, 10]
    assert [cell_words(cell) for cell in (whole, students, others)] == ["60", "37", "hidden"]


def test_a_role_that_is_told_in_some_weeks_leaves_out_the_others(client, reader):
    """Else a mean of students would be of other weeks than that of teachers."""
    school, _other = two_schools()
    people = frozen("people", kind="people")
    for weeks_ago in range(5):
        week = WEEK - weeks_ago * ONE_WEEK
        is_hidden = weeks_ago == 4
        figure(people, school, 60, week=week)
        figure(people, school, 20, part="teacher", week=week, hidden=is_hidden)
        figure(people, school, 37, part="student", week=week)
        close(week)

    table = page_of(client, "schools", measures="people").context["table"]

    whole, teachers, students = table.rows[0].cells
    assert (whole.weeks, whole.left_out_weeks) == (5, 0)
    assert (teachers.weeks, teachers.hidden_weeks) == (4, 1)
    assert (students.weeks, students.left_out_weeks) == (4, 1)


def test_a_page_a_chart_and_a_file_agree_on_a_year_s_people(client, reader):
    school, other = two_schools()
    Organisation.objects.filter(pk__in=[school.pk, other.pk]).update(is_pilot=True)
    people_of_a_small_school(school, other)

    page = page_of(client, "pilots", year="2026", measure="people")
    lines = lines_of(page_of(client, "pilots_file", year="2026"))

    [chart] = page.context["charts"]
    assert [(bar.figure, bar.weeks) for bar in chart.rows] == [(60, 45), (150, 48)]
    assert "45 weeks used<br>3 hidden" in page.text
    assert "0 weeks used<br>48 hidden" in page.text
    assert {
        line["Part"]: [
            line[f"Lycée Ada{more}"] for more in ("", ": weeks used", ": weeks left out")
        ]
        for line in lines
    } == {
        "": ["60", "45", "0"],
        "teacher": ["hidden", "0", "0"],
        "student": ["37", "45", "0"],
        "other": ["hidden", "0", "0"],
    }
    assert {line["Part"]: line["Name of the part"] for line in lines} == {
        "": "",
        "teacher": "teachers",
        "student": "students",
        "other": "others",
    }


def test_a_year_tells_nothing_that_its_weeks_don_t(client, reader):
    """Each number of a year adds up weeks of which each number is published: a week in which it is
    hidden has no share in it, so no difference of two numbers of the year holds a hidden one.
    """
    school, other = two_schools()
    people_of_a_small_school(school, other)

    sums = YearFigure.objects.order_by("school", "definition", "part").values_list("part", "total")
    before = list(sums.all())
    WeekFigure.objects.filter(is_hidden=True).update(value=4)
    add_up(datetime.date(2026, 1, 5))

    assert list(sums.all()) == before


def test_no_mean_of_too_few_weeks_is_told_by_table_or_chart(client, reader):
    """One of three weeks is published: the chart's bar has no number, and says why."""
    school, _other = two_schools()
    school.is_pilot = True
    school.save()
    pages, people = frozen("pages"), frozen("people", kind="people")
    for weeks_ago in range(3):
        for measure in (pages, people):
            week = WEEK - weeks_ago * ONE_WEEK
            figure(measure, school, 30, week=week, hidden=weeks_ago > 0)
        close(week)

    charts = [
        page_of(client, "pilots", measure=code).context["charts"][0] for code in ("pages", "people")
    ]
    table = page_of(client, "pilots").context["table"]

    assert [[(bar.figure, bar.weeks) for bar in chart.rows] for chart in charts] == [
        [("not told", 1)],
        [("not told", 1)],
    ]
    assert {chart.sentence for chart in charts} == {
        "No mean is told where no more weeks are used than hidden or left out, nor a 0 beside such weeks."
    }
    assert not any(key.kind == "hidden" for chart in charts for key in chart.keys)
    assert [cell_words(row.cells[0]) for row in table.rows] == ["30", "not told"]


def test_the_chart_of_a_year_s_people_says_that_it_is_a_mean(client, reader):
    school, _other = two_schools()
    school.is_pilot = True
    school.save()
    figure(frozen("people", kind="people"), school, 30)
    close(WEEK)

    page = page_of(client, "pilots", measure="people")

    assert page.context["charts"][0].unit == "People 1: unit (en), mean per week"


def test_the_chart_of_a_year_compares_means_of_published_weeks(client, reader):
    """A sum over three weeks is no more than another over one: both read 300 pages a week."""
    schools = two_schools()
    pages = frozen("pages")
    for school, hidden_weeks in zip(schools, ((), (1,)), strict=True):
        school.is_pilot = True
        school.save()
        for weeks_ago in range(3):
            is_hidden = weeks_ago in hidden_weeks
            figure(pages, school, 300, week=WEEK - weeks_ago * ONE_WEEK, hidden=is_hidden)
    close(*(WEEK - weeks_ago * ONE_WEEK for weeks_ago in range(3)))

    [chart] = page_of(client, "pilots", measure="pages").context["charts"]

    assert [(bar.value, bar.weeks) for bar in chart.rows] == [(300, 3), (300, 2)]
    assert chart.table.head == ("School", "Pages 1: unit (en), mean per week", "Weeks used")


def test_no_parts_of_a_year_s_pages_exceed_the_whole(client, reader):
    """A week whose whole is hidden is left out of its parts, phone and computer, too."""
    school, _other = two_schools()
    pages, phone, computer = frozen("pages"), frozen("pages_phone"), frozen("pages_computer")
    for weeks_ago, is_hidden in enumerate([False, True, True]):
        week = WEEK - weeks_ago * ONE_WEEK
        figure(pages, school, 100, week=week, hidden=is_hidden)
        figure(phone, school, 60, week=week)
        figure(computer, school, 40, week=week)
        close(week)

    table = page_of(client, "schools", measures="all").context["table"]

    shown = [
        (cell.value, cell.weeks, cell.hidden_weeks, cell.left_out_weeks)
        for cell in table.rows[0].cells
    ]
    assert sorted(shown) == [(40, 1, 0, 2), (60, 1, 0, 2), (100, 1, 2, 0)]


def test_a_year_of_zero_and_hidden_weeks_is_hidden(client, reader):
    school, _other = two_schools()
    pages = frozen("pages")
    for weeks_ago, (read, hidden) in enumerate([(0, False), (3, True)]):
        figure(pages, school, read, week=WEEK - weeks_ago * ONE_WEEK, hidden=hidden)
        close(WEEK - weeks_ago * ONE_WEEK)

    (cell,) = page_of(client, "schools").context["table"].rows[0].cells

    assert (cell.value, cell.hidden_weeks) == (None, 1)


def test_a_finished_year_is_added_up_anew_after_a_release_that_adds_in_another_way(caplog):
    """One year a night, in turns; a year that is right isn't written."""
    pages = frozen("pages")
    last_year = WEEK - 52 * ONE_WEEK
    for week in (last_year, WEEK):
        figure(pages, None, 40, week=week)
        close(week)
    YearFigure.objects.filter(school_year=2026).update(total=39)  # as the release before added it
    right = YearFigure.objects.get(school_year=2027)

    written = [check_sums(night) for night in (NIGHT, NIGHT + ONE_DAY, NIGHT + 2 * ONE_DAY)]

    assert sorted(written) == [0, 0, 1]
    assert YearFigure.objects.get(school_year=2026).total == 40
    assert YearFigure.objects.get(school_year=2027).pk == right.pk
    assert "school year that ends in 2026" in caplog.text


def test_without_a_closed_week_no_year_is_added_up():
    assert check_sums(NIGHT) == 0
