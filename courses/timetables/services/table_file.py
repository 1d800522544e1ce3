"""The hours of a timetable's table: one line an hour."""

import datetime
import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.agenda.enums import Rhythm
from courses.agenda.exceptions import HourEndsBeforeItBegins
from courses.people.values import folded
from courses.tables.services.files import read_table, text_of
from courses.tables.services.imports import ImportLine, a_day
from courses.tables.values import Column, FileRow
from courses.timetables.exceptions import (
    EndsBeforeItsDay,
    LastsTooLong,
    NamesNoClass,
    NotARhythm,
    NotATime,
    NotAWeekday,
    TableLinesWrong,
)
from courses.timetables.rules.folding import covered_by_table
from courses.timetables.values import (
    LONGEST,
    LONGEST_PLACE,
    LONGEST_WORD,
    MOST_LINES_SHOWN,
    SHORTEST,
    SaidFile,
    SaidHour,
)

WEEKDAYS = {
    word: number
    for number, words in enumerate(
        [
            ("lundi", "lun", "monday", "mon", "1"),
            ("mardi", "mar", "tuesday", "tue", "2"),
            ("mercredi", "mer", "wednesday", "wed", "3"),
            ("jeudi", "jeu", "thursday", "thu", "4"),
            ("vendredi", "ven", "friday", "fri", "5"),
            ("samedi", "sam", "saturday", "sat", "6"),
        ],
        start=1,
    )
    for word in words
}
TIME = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?(?::00)?")
ONE_DAY = datetime.timedelta(days=1)


def _weekday(word: str) -> int:
    number = WEEKDAYS.get(folded(word).strip(". "))
    if number is None:
        raise NotAWeekday(word=word)
    return number


def _time(word: str) -> datetime.time:
    match = TIME.fullmatch(word)
    try:
        if match is None:
            raise ValueError(word)
        return datetime.time(int(match[1]), int(match[2] or 0))
    except ValueError as error:
        raise NotATime(word=word) from error


def _rhythm(word: str) -> str:
    if word.upper() not in Rhythm.values:
        raise NotARhythm(word=word)
    return word.upper()


def _word(text: str) -> str:
    return " ".join(text.split())


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(_word, text.split(","))))


EMPTY = _("This cell is empty.")
COLUMNS = {
    column.key: column
    for column in [
        Column("class", "class", "classe", "", read=_word, longest=LONGEST_WORD, if_empty=""),
        Column("group", "group", "groupe", "", read=_word, longest=LONGEST_WORD, if_empty=""),
        Column(
            "subject", "subject", "matiere", "", is_required=True, read=_word,
            longest=LONGEST_WORD, must_be_filled=EMPTY, others=("matière",),
        ),
        Column(
            "teacher", "teacher", "enseignant", "", is_required=True, read=_names,
            longest=LONGEST_WORD, must_be_filled=EMPTY, others=("professeur",),
        ),
        Column("day", "day", "jour", "", is_required=True, read=_weekday, must_be_filled=EMPTY),
        Column(
            "begins", "begins", "debut", "", is_required=True, read=_time, must_be_filled=EMPTY,
            others=("début",),
        ),
        Column("ends", "ends", "fin", "", is_required=True, read=_time, must_be_filled=EMPTY),
        Column("week", "week", "semaine", "", read=_rhythm, if_empty=""),
        Column("from", "from", "du", "", read=a_day),
        Column("to", "to", "au", "", read=a_day),
        Column("room", "room", "salle", "", read=_word, longest=LONGEST_PLACE, if_empty=""),
    ]
}  # fmt: skip


def read_hours(data: bytes, name: str, *, last_day_of_class: datetime.date) -> SaidFile:
    """`last_day_of_class`: an hour until then or later has no end of its own. Raises a `Refusal`:
    with one wrong line nothing is kept, or an hour that can't be read would end the one that is
    there.
    """
    said, wrong = SaidFile(name), []
    for row in read_table(text_of(data), list(COLUMNS.values())):
        line = _line(row)
        wrong += [
            gettext("Line %(line)s, %(column)s: %(why)s")
            % {
                "line": row.number,
                "column": problem.column,
                "why": f"{problem.reason} {problem.remedy}".strip(),
            }
            for problem in line.problems
        ]
        if not wrong:
            said.hours.append(_hour(line, last_day_of_class))
    if wrong:
        raise TableLinesWrong(name=name, lines=wrong[:MOST_LINES_SHOWN])
    said.events, said.covers = len(said.hours), covered_by_table(said.hours)
    return said


def _line(row: FileRow) -> ImportLine:
    line = ImportLine(row.number, row.cells, COLUMNS)
    begins, ends, first, last = (line[key] for key in ("begins", "ends", "from", "to"))
    if begins and ends:
        day = datetime.date.min
        length = datetime.datetime.combine(day, ends) - datetime.datetime.combine(day, begins)
        if ends <= begins:
            line.refuse("ends", HourEndsBeforeItBegins())
        elif not SHORTEST <= length <= LONGEST:
            line.refuse("ends", LastsTooLong())
    if not (line.text("class") or line.text("group")):
        line.refuse("class", NamesNoClass())
    if first and last and last < first:
        line.refuse("to", EndsBeforeItsDay())
    return line


def _hour(line: ImportLine, last_day_of_class: datetime.date) -> SaidHour:
    last = line["to"]
    return SaidHour(
        weekday=line["day"],
        begins=line["begins"],
        ends=line["ends"],
        rhythm=line["week"],
        subject=line["subject"],
        teachers=line["teacher"],
        school_class=line["group"] or line["class"],
        place=line["room"],
        since=line["from"],
        until=last + ONE_DAY if last and last < last_day_of_class else None,
    )
