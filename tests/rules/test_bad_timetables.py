"""A timetable's file that isn't what it should be: a sentence in the reader's language, and nothing
is kept.
"""

import datetime

import pytest
from django.utils import translation

from courses.agenda.queries import SchoolDays
from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.timetables.enums import Covers, EventFault
from courses.timetables.exceptions import TooManyHours
from courses.timetables.rules.folding import fold
from courses.timetables.services import receiving
from courses.timetables.services.calendar_file import CalendarReader
from courses.timetables.services.table_file import read_hours
from courses.timetables.values import MOST_BYTES, MOST_FILES, MOST_HOURS, SaidFile, SaidHour
from tests.factories.timetables import MONDAY, calendar, each_week, event

pytestmark = pytest.mark.at("2026-11-25T12:00")
GOOD = calendar(each_week())
SUNDAY = MONDAY - datetime.timedelta(days=1)
HEAD = "classe;groupe;matiere;enseignant;jour;debut;fin;semaine;du;au\n"
LINE = "2de 3;;Français;paul.exemple;lundi;08:00;08:55;;;\n"
DAYS = SchoolDays(Organisation(name="Lycée"), None)


def files(data: bytes, name="a.ics") -> list[tuple[str, bytes]]:
    return [(name, data)]


def replaced(old: str, new: str) -> bytes:
    data = GOOD.decode()
    assert old in data
    return data.replace(old, new).encode()


@pytest.mark.parametrize(
    ("chosen", "english", "french"),
    [
        (files(b"%PDF-1.7"), "“a.ics” is neither a calendar", "« a.ics » n’est ni un agenda"),
        (files(b""), "“a.ics” is neither a calendar", "« a.ics » n’est ni un agenda"),
        (
            files(GOOD + b" " * MOST_BYTES),
            "“a.ics” is larger than 2 MB.",
            "« a.ics » dépasse 2 Mo.",
        ),
        (
            files(GOOD) * (MOST_FILES + 1),
            "larger than 20 MB, or more than 100.",
            "dépassent 20 Mo, ou il y en a plus de 100.",
        ),
        (
            files(GOOD[:900]),
            "“a.ics” breaks off",
            "« a.ics » s’interrompt",
        ),
        (
            files(GOOD.replace(b"END:VCALENDAR\r\n", b"")),
            "“a.ics” breaks off",
            "« a.ics » s’interrompt",
        ),
        (
            files(replaced("DTEND:20260914", "DTEND20260914")),
            "Line 5 of “a.ics” isn’t a line of a calendar.",
            "La ligne 5 de « a.ics » n’est pas une ligne d’agenda.",
        ),
        (
            files(calendar(event(MONDAY, more=["RRULE:FREQ=WEEKLY"]))),
            "recur by a rule (RRULE), on line 8.",
            "se répètent selon une règle (RRULE), à la ligne 8.",
        ),
        (
            files(calendar(event(MONDAY, more=["STATUS:CANCELLED"]))),
            "No class hour can be read from “a.ics”. Cancelled: no class hour.",
            "Aucune heure de cours n’a pu être lue dans « a.ics ». Annulé",
        ),
        (
            files(calendar()),
            "No class hour can be read from “a.ics”.",
            "Aucune heure de cours n’a pu être lue dans « a.ics ».",
        ),
        (
            [*files(GOOD), *files((HEAD + LINE).encode(), "a.csv")],
            "Choose either calendars (.ics) or one table (.csv).",
            "Choisissez soit des agendas (.ics), soit un seul tableau (.csv).",
        ),
        (
            files(b"classe;jour\n2de 3;lundi\n", "a.csv"),
            "These columns are missing",
            "Ces colonnes manquent",
        ),
        (
            files(HEAD.encode(), "a.csv"),
            "This table has no line under its headings.",
            "Ce tableau n’a aucune ligne sous ses en-têtes",
        ),
        (
            files(GOOD.replace("Français".encode(), b"Fran\0cais")),
            "“a.ics” is neither a calendar",
            "« a.ics » n’est ni un agenda",
        ),
        (
            files(replaced(":2026", ":2024")),
            "No class hour can be read from “a.ics”. In another school year.",
            "Aucune heure de cours n’a pu être lue dans « a.ics ». Dans une autre année scolaire.",
        ),
        (
            files(b"\0\1" * 9, "a.csv"),
            "This file is not a table in CSV",
            "Ce fichier n’est pas un tableau",
        ),
    ],
    ids=[
        "not a calendar", "empty", "too large", "too many", "cut", "no end", "no colon", "recurs",
        "all cancelled", "no event", "both kinds", "columns missing", "no line", "NUL", "last year", "not a table",
    ],
)  # fmt: skip
def test_a_file_as_a_whole_is_refused_in_both_languages(chosen, english, french):
    with pytest.raises(Refusal) as refused:
        receiving.read_files(chosen, DAYS)

    for language, sentence in (("en", english), ("fr", french)):
        with translation.override(language):
            assert sentence in str(refused.value).replace("\u00a0", " ").replace("\u202f", " ")


def zoned(starts: str, ends: str) -> bytes:
    data = calendar(event(MONDAY)).decode()
    return data.replace("DTSTART:20260914T060000Z", f"DTSTART{starts}").replace(
        "DTEND:20260914T065500Z", f"DTEND{ends}"
    ).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (calendar(event(MONDAY, more=["STATUS:CANCELLED"])), EventFault.CANCELLED),
        (zoned(";VALUE=DATE:20260914", ";VALUE=DATE:20260915"), EventFault.WHOLE_DAY),
        (zoned(":20260914T080000", ":20260914T085500"), EventFault.FLOATING),
        (
            zoned(";TZID=Indian/Reunion:20260914T080000", ";TZID=Indian/Reunion:20260914T085500"),
            EventFault.OTHER_ZONE,
        ),
        (zoned(";TZID=Nowhere:20260914T080000", ":20260914T065500Z"), EventFault.OTHER_ZONE),
        (zoned(":2026-09-14", ":20260914T065500Z"), EventFault.NO_TIME),
        (calendar(event(MONDAY)).replace(b"DTEND", b"X-END"), EventFault.NO_TIME),
        (calendar(event(MONDAY, ends="08:00")), EventFault.LENGTH),
        (calendar(event(MONDAY, ends="22:00")), EventFault.LENGTH),
        (calendar(event(MONDAY, begins="09:00")), EventFault.LENGTH),
        (calendar(event(SUNDAY)), EventFault.SUNDAY),
        (calendar(event(MONDAY, where="Mémo : 2de 3")), EventFault.NO_LABELS),
        (calendar(event(MONDAY)).replace(b"DESCRIPTION", b"COMMENT"), EventFault.NO_LABELS),
        (
            calendar(event(MONDAY, where="Mémo : a\\nClasse : 2de 3")),
            EventFault.NO_LABELS,
        ),
        (calendar(event(MONDAY, where="Mémo public\\nClasse : 2de 3")), EventFault.NO_LABELS),
        (
            calendar(event(MONDAY, where=" " * 30 + "Mémo : a\\nClasse : 2de 3")),
            EventFault.NO_LABELS,
        ),
        (zoned(":99991231T233000Z", ":20260914T065500Z"), EventFault.NO_TIME),
        (zoned(":20260914T060000Z", ":99991231T233000Z"), EventFault.NO_TIME),
        (zoned(";TZID:20260914T060000Z", ":20260914T065500Z"), EventFault.NO_TIME),
        (calendar(event(MONDAY)).replace(b"N;LANGUAGE=fr", b"N;LANGUAGE"), EventFault.NO_LABELS),
        (calendar(event(datetime.date(1970, 1, 5))), EventFault.OTHER_YEAR),
        (calendar(event(datetime.date(9999, 12, 28))), EventFault.OTHER_YEAR),
        (calendar(event(datetime.date(2028, 9, 4))), EventFault.OTHER_YEAR),
    ],
    ids=[
        "cancelled", "whole day", "floating", "other zone", "unknown zone", "not a time", "no end",
        "0 hours", "14 hours", "backwards", "Sunday", "no class", "no description", "in the memo",
        "in a memo without a colon", "in a memo after blanks", "begins at the end of time", "ends there",
        "broken parameter", "broken description", "in 1970", "in 9999", "in the year after next",
    ],
)  # fmt: skip
def test_an_event_that_is_no_class_hour_says_why(data, fault):
    reader = CalendarReader("a.ics")

    reader.read(data)

    assert reader.faults == {fault.value: 1}
    assert [event for event in reader.events if not event.is_cancelled] == []


@pytest.mark.parametrize(
    "data",
    [
        zoned(";TZID=Europe/Paris:20260914T080000", ";TZID=Europe/Paris:20260914T085500"),
        calendar(event(MONDAY)).decode().encode("cp1252"),
        calendar(event(MONDAY)).replace(b"\r\n", b"\n"),
        b"\xef\xbb\xbf" + calendar(event(MONDAY)),
        calendar(event(MONDAY)).replace("Matière".encode(), b"Mati\xc3\r\n \xa8re"),
        calendar(event(MONDAY, more=["BEGIN:VALARM", "DTSTART:1", "END:VALARM"])),
        calendar(event(MONDAY)).replace(b"SUMMARY;LANGUAGE=fr", b"SUMMARY;LANGUAGE"),
        calendar(event(MONDAY, more=["STATUS;=:CONFIRMED"])),
        calendar(event(MONDAY)).replace("Matière : ".encode(), "  Matière\u00a0:".encode()),
    ],
    ids=[
        "Paris", "Windows-1252", "bare line ends", "with a mark", "folded in a letter", "alarm",
        "broken title", "broken status", "no-break space",
    ],
)  # fmt: skip
def test_an_event_is_read_as_other_tools_write_it(data):
    reader = CalendarReader("a.ics")

    reader.read(data)

    (one,) = reader.events
    assert (one.day, one.begins, one.subject) == (MONDAY, datetime.time(8), "Français")


def table(text: str, encoding="utf-8") -> list[SaidHour]:
    last = datetime.date(2027, 7, 2)
    return read_hours((HEAD + text).encode(encoding), "a.csv", last_day_of_class=last).hours


@pytest.mark.parametrize(
    ("line", "english", "french"),
    [
        (LINE.replace("lundi", "dimanche"), "“dimanche” is not a day", "« dimanche » n’est pas un"),
        (LINE.replace("lundi", "7"), "“7” is not a day", "« 7 » n’est pas un"),
        (LINE.replace("08:00", "8.00"), "“8.00” is not a time", "« 8.00 » n’est pas une heure"),
        (LINE.replace("08:00", "25:00"), "“25:00” is not a time", "« 25:00 » n’est pas une heure"),
        (LINE.replace("08:55", "07:55"), "ends before it begins", "se termine avant de commencer"),
        (LINE.replace("08:55", "22:00"), "more than 8 hours", "plus de 8 heures"),
        (LINE.replace("08:55;;", "08:55;C;"), "“C” is not a kind", "« C » n’est pas un type"),
        (LINE.replace("2de 3;;", ";;"), "neither a class nor a group", "ni classe ni groupe"),
        (LINE.replace("Français", ""), "This cell is empty", "Cette cellule est vide"),
        (LINE.replace(";;;\n", ";;demain;\n"), "“demain” is not a day", "« demain » n’est pas"),
        (
            LINE.replace(";;;\n", ";;2026-10-01;2026-09-01\n"),
            "The last day is before the first",
            "Le dernier jour est avant le premier",
        ),
    ],
    ids=[
        "Sunday", "day 7", "dot", "hour 25", "backwards", "14 hours", "week C", "no class",
        "no subject", "no date", "dates backwards",
    ],
)  # fmt: skip
def test_a_wrong_line_of_a_table_is_named_and_nothing_is_kept(line, english, french):
    for language, sentence in (("en", english), ("fr", french)):
        with translation.override(language), pytest.raises(Refusal) as refused:
            table(LINE + line)

        (said,) = refused.value.lines
        said = said.replace("\u00a0", " ").replace("\u202f", " ")
        assert sentence in said
        assert ("Line 3" if language == "en" else "Ligne 3") in said


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LINE, "utf-8"),
        (LINE, "utf-8-sig"),
        (LINE, "cp1252"),
        (LINE.replace("lundi", "1").replace("08:00", "8h").replace("08:55", "8h55"), "utf-8"),
    ],
    ids=["UTF-8", "with a mark", "Windows-1252", "other spellings"],
)
def test_a_table_is_read_as_spreadsheets_write_it(text, encoding):
    with_commas = (HEAD + text).replace(";", ",").encode(encoding)
    last = datetime.date(2027, 7, 2)

    (hour,) = table(text, encoding)

    assert hour == SaidHour(
        1, datetime.time(8), datetime.time(8, 55), "", "Français", ("paul.exemple",), "2de 3"
    )
    assert read_hours(with_commas, "a.csv", last_day_of_class=last).hours == [hour]


def test_a_last_day_ends_an_hour_unless_it_is_that_of_the_year():
    early, late = LINE.replace(";;;\n", ";;;2027-01-29\n"), LINE.replace(";;;\n", ";;;2027-07-03\n")

    assert [hour.until for hour in table(early + late)] == [datetime.date(2027, 1, 30), None]


def test_the_line_that_is_named_is_counted_with_those_that_are_folded():
    with pytest.raises(Refusal) as refused:
        receiving.read_files(
            files(calendar(event(MONDAY, more=["X-A:a\r\n b\r\n\tc", "RRULE:FREQ=WEEKLY"]))), DAYS
        )

    assert "on line 11" in refused.value.reason


def test_a_date_of_another_school_year_leaves_the_hours_of_this_one():
    wrong = event(datetime.date(2027, 9, 13), where="Classe : 1re 1")  # of the next: fewer dates
    other = each_week(subject="SVT", teacher="M. SPECIMEN Luc", begins="10:00", ends="11:00")

    (said,) = receiving.read_files(files(calendar(each_week(), other, wrong)), DAYS)

    assert [(hour.is_regular, hour.of) for hour in said.hours] == [(True, 5)] * 2
    assert said.faults == {"other_year": 1}
    assert said.covers == Covers.CLASSES  # of one class


def test_of_as_many_dates_of_two_school_years_this_one_s_are_read():
    reader = CalendarReader("a.ics")

    reader.read(calendar(event(datetime.date(2027, 9, 13)), event(MONDAY)))

    assert [event.day for event in reader.events] == [MONDAY]


def test_the_next_school_year_s_timetable_is_read_in_this_one():
    (said,) = receiving.read_files(
        files(calendar(each_week(first=datetime.date(2027, 9, 13)))), DAYS
    )

    assert [hour.is_regular for hour in said.hours] == [True]


def test_more_hours_than_a_school_has_are_refused_before_they_are_folded():
    classes = ",".join(f"c{n}" for n in range(MOST_HOURS + 1))

    reader = CalendarReader("a.ics")
    reader.read(calendar(event(MONDAY, where=f"Classe : {classes}")))

    with pytest.raises(TooManyHours):
        fold(SaidFile("a.ics"), reader.events, DAYS)
