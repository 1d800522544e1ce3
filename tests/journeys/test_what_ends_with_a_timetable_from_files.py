"""Hours that end because a file doesn't have them: those whose timetable the file is, no others."""

import datetime

import pytest

from courses.agenda.models import ClassHour
from courses.timetables.models import TimetableImport
from tests.factories.continuity import LeaderFactory, class_hour
from tests.factories.timetables import (
    MONDAY,
    TimetableSchool,
    calendar,
    choose,
    counts,
    each_week,
    event,
    fields_of,
    given,
    hours,
    press,
    say_yes,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
HEAD = "classe;groupe;matiere;enseignant;jour;debut;fin;semaine;du;au\n"
SVT = {"subject": "SVT", "teacher": "M. SPECIMEN Luc", "begins": "13:30", "ends": "14:25"}


@pytest.fixture
def school():
    return TimetableSchool()


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school.school, language="en")


def from_file(*hours: ClassHour) -> None:
    ClassHour.objects.filter(pk__in=[hour.pk for hour in hours]).update(is_from_file=True)


def covers() -> str:
    return TimetableImport.objects.get().files[0]["covers"]


def ended(page) -> list[str]:
    return [str(hour) for hour in page.context["diff"].ended]


def held(page) -> list[str]:
    return [str(hour) for hour in page.context["diff"].held]


def test_a_teacher_s_file_with_an_hour_of_two_ends_nothing_of_the_colleague(client, school, leader):
    theirs = class_hour(given(school, "emc", "EXEMPLE", "Tle 2"), weekday=4, begins=9)
    hers = class_hour(given(school, "emc", "MODELE", "Tle 2"), weekday=4, begins=11)
    from_file(theirs, hers)
    of_two = {"teacher": "Mme MODELE Anne, M. EXEMPLE Paul", "where": "Classe : 1re 1"}
    file = calendar(
        each_week(teacher="Mme MODELE Anne"), each_week(begins="10:00", ends="11:00", **of_two)
    )

    page = choose(client, leader, school.school, ("anne.ics", file))

    assert covers() == "teachers"
    assert ended(page) == ["EMC, Tle 2, Thursday 11:00"]


def test_where_nobody_is_in_each_hour_all_teachers_of_a_file_may_be_chosen(client, school, leader):
    from_file(class_hour(given(school, "emc", "SPECIMEN", "Tle 2"), weekday=4, begins=9))
    file = ("2de3.ics", calendar(each_week(), each_week(**SVT)))

    page = choose(client, leader, school.school, file)
    chosen = press(client, "timetable_choices", **fields_of(page, **{"2de3.ics": "teachers"}))

    assert ended(page) == []
    assert ended(chosen) == ["EMC, Tle 2, Thursday 09:00"]


@pytest.mark.parametrize("weeks", [1, 5])
def test_a_group_that_a_file_has_once_keeps_its_hours(client, school, leader, weeks):
    """Regular in each of five weeks, it ends them."""
    from_file(class_hour(given(school, "emc", "EXEMPLE", "2DE LV1 GR2"), weekday=4, begins=9))
    group = {"teacher": "Mme TYPE Claire", "where": "Classe : 2de 3\\nGroupe : 2DE LV1 GR2"}
    file = calendar(
        each_week(), each_week(**SVT), each_week(weeks, begins="16:00", ends="17:00", **group)
    )

    page = choose(client, leader, school.school, ("2de3.ics", file))

    assert covers() == "classes"
    assert ended(page) == (["EMC, 2DE LV1 GR2, Thursday 09:00"] if weeks == 5 else [])


@pytest.mark.parametrize(("room", "proposed"), [("C3", "nothing"), ("LABO", "classes")])
def test_a_file_of_one_room_ends_nothing(client, school, leader, room, proposed):
    from_file(class_hour(given(school, "emc", "EXEMPLE"), weekday=4, begins=9))
    file = calendar(each_week(room=room), each_week(**SVT))

    page = choose(client, leader, school.school, ("file.ics", file))

    assert covers() == proposed
    assert ended(page) == ([] if proposed == "nothing" else ["EMC, 2de 3, Thursday 09:00"])
    assert ("No hour ends by it, unless you choose" in page.text) == (proposed == "nothing")


@pytest.mark.parametrize(
    ("lines", "proposed"),
    [
        (["2de 3;anne.modele;lundi;08:00", "1re 1;anne.modele;lundi;09:00"], "teachers"),
        (["2de 3;anne.modele;lundi;08:00", "2de 3;anne.modele;lundi;09:00"], "nothing"),
        (["2de 3;anne.modele;lundi;08:00", "2de 3;luc.specimen;lundi;09:00"], "classes"),
    ],
    ids=["one teacher of two classes", "one teacher of one class", "two teachers"],
)
def test_a_table_of_one_teacher_ends_nothing_of_others(client, school, leader, lines, proposed):
    others = class_hour(given(school, "emc", "EXEMPLE"), weekday=4, begins=9)
    hers = class_hour(given(school, "emc", "MODELE"), weekday=4, begins=11)
    from_file(others, hers)
    rows = []
    for where, teacher, day, begins in (line.split(";") for line in lines):
        rows.append(f"{where};;Français;{teacher};{day};{begins};{begins[:3]}55;;;\n")

    page = choose(client, leader, school.school, ("a.csv", (HEAD + "".join(rows)).encode()))

    assert covers() == proposed
    assert (
        ended(page)
        == {
            "teachers": ["EMC, 2de 3, Thursday 11:00"],
            "nothing": [],
            "classes": ["EMC, 2de 3, Thursday 09:00", "EMC, 2de 3, Thursday 11:00"],
        }[proposed]
    )


@pytest.mark.parametrize("weeks", [3, 4])
def test_a_file_too_short_for_a_and_b_weeks_leaves_those_hours(client, school, leader, weeks):
    a_weeks = class_hour(given(school), weekday=1, begins=8, rhythm="A", place="B12")
    b_weeks = class_hour(given(school, "svt", "SPECIMEN"), weekday=5, begins=8, rhythm="B")
    each = class_hour(given(school, "emc", "EXEMPLE"), weekday=4, begins=9)
    from_file(a_weeks, b_weeks, each)
    emc = {"subject": "EMC", "teacher": "M. EXEMPLE Paul", "begins": "15:00", "ends": "16:00"}
    file = calendar(each_week(weeks), each_week(weeks, **emc))

    page = choose(client, leader, school.school, ("2de3.ics", file))

    if weeks == 3:
        assert counts(page) == {"same": 1, "moved": 1}
        assert held(page) == ["SVT, 2de 3, Friday 08:00"]
        assert "1 hour that stays for now" in page.text
        assert "It ends no hour of A or B weeks." in page.text
    else:
        assert counts(page) == {"ended": 1, "moved": 2}
        assert held(page) == []


@pytest.mark.parametrize("is_free", [True, False], ids=["its time is free", "it is taken"])
def test_an_hour_stays_where_the_one_that_replaces_it_is_refused(client, school, leader, is_free):
    """One of the subject, whoever gives it; one whose time is taken ends."""
    other_subject = class_hour(given(school, "mathematiques", "EXEMPLE"), weekday=1, begins=17)
    of_colleague = given(school, "francais", "TYPE")
    from_file(
        other_subject,
        class_hour(of_colleague, weekday=1, begins=8),
        class_hour(of_colleague, weekday=3, begins=8),
    )
    class_hour(given(school, "emc", "EXEMPLE"), weekday=2, begins=8)  # entered by hand
    lesson = each_week(first=MONDAY + datetime.timedelta(days=1))
    other = SVT if is_free else SVT | {"begins": "08:00", "ends": "08:55"}

    page = choose(client, leader, school.school, ("2de3.ics", calendar(lesson, each_week(**other))))

    monday, wednesday = "Français, 2de 3, Monday 08:00", "Français, 2de 3, Wednesday 08:00"
    assert held(page) == [monday if is_free else wednesday]
    assert set(ended(page)) == {str(other_subject), wednesday if is_free else monday}
    assert counts(page)["left_out"] == 1


def test_a_date_that_is_out_of_the_way_keeps_no_hour(client, school, leader):
    """An hour of another time than what is left out ends."""
    from_file(class_hour(given(school, "emc", "EXEMPLE"), weekday=4, begins=9))
    once = event(MONDAY + datetime.timedelta(days=3), "10:00", "11:00", subject="EMC")
    file = calendar(each_week(), each_week(**SVT), once)

    page = choose(client, leader, school.school, ("2de3.ics", file))

    assert ended(page) == ["EMC, 2de 3, Thursday 09:00"]


@pytest.mark.parametrize("more", [["STATUS:CANCELLED"], []], ids=["cancelled", "held"])
def test_an_hour_that_is_cancelled_in_a_week_is_not_ended(client, school, leader, more):
    from_file(class_hour(given(school, "emc", "EXEMPLE"), weekday=4, begins=9, place="C3"))
    thursday = MONDAY + datetime.timedelta(days=3)
    lesson = {"subject": "EMC", "teacher": "M. EXEMPLE Paul", "more": more}
    once = event(thursday, "09:00", "09:55", **lesson)
    file = calendar(each_week(1), each_week(1, **SVT), once)

    page = choose(client, leader, school.school, ("2de3.ics", file))

    assert ended(page) == []
    assert held(page) == (["EMC, 2de 3, Thursday 09:00"] if more else [])
    assert counts(page) == {"new": 2, "begun": 2} | ({"left_out": 1} if more else {"same": 1})


def test_an_hour_that_was_to_begin_later_begins_on_the_day(client, school, leader):
    from_file(class_hour(given(school), weekday=1, begins=8, since=datetime.date(2027, 1, 4)))
    file = ("2de3.ics", calendar(each_week(), each_week(**SVT)))

    page = choose(client, leader, school.school, file)
    say_yes(client, page)

    assert counts(page) == {"new": 1, "moved": 1, "begun": 1}
    assert hours()[0] == "2de 3 francais 1 08:00-08:55 30/11-"
    assert len(hours()) == 2


def test_a_file_without_rooms_leaves_those_that_are_there(client, school, leader):
    class_hour(given(school), weekday=1, begins=8, place="B12")
    line = "2de 3;;Français;anne.modele;lundi;08:00;08:55;;;\n"
    other = "2de 3;;SVT;luc.specimen;mardi;08:00;08:55;;;\n"

    page = choose(client, leader, school.school, ("a.csv", (HEAD + line + other).encode()))

    assert counts(page) == {"same": 1, "new": 1, "begun": 1}
