"""Closes a week: every measure is counted once, with its frozen definition and the pattern of what is
hidden; then identifiers and the key of the week are deleted.
"""

import datetime
from collections.abc import Iterator, Mapping

from django.db import transaction

from cms.indicators import rules
from cms.indicators.enums import ELSEWHERE, KeySpan, Place, ReaderDevice, ReaderRole
from cms.indicators.exceptions import WeeksNotClosed
from cms.indicators.models import (
    ClosedWeek,
    HourFigure,
    SeenThisWeek,
    WeekFigure,
)
from cms.indicators.queries.definitions import measures_of
from cms.indicators.queries.weeks import Schools, counted_week, schools_of_today, weeks_to_close
from cms.indicators.register import may_be_erasing, may_lack_rows
from cms.indicators.rules import CountedTable
from cms.indicators.services import keys
from cms.indicators.services.closing import close_each
from cms.indicators.services.definitions import freeze
from cms.indicators.services.folding import fold
from cms.indicators.services.years import add_up
from cms.indicators.values import moments
from cms.indicators.values.readers import School
from courses.dates import paris_day
from courses.digest.enums import MeasureKind
from courses.digest.values import Counting, Measure
from courses.disclosure.values import TOTAL, Cell, Key

ROWS_AT_ONCE = 500


def close_weeks(now: datetime.datetime) -> list[datetime.date]:
    """Close each week that is over, of which the days are closed; oldest first, each in a transaction
    of its own. Raises `WeeksNotClosed` at the end where some couldn't be: the others are.
    """
    fold()
    return close_each(weeks_to_close(paris_day(now)), close_week, now, WeeksNotClosed)


@transaction.atomic
def close_week(week: datetime.date, now: datetime.datetime) -> bool:
    """Count the week, and delete its identifiers and its key; False if another tick has.

    `week` is its Monday. Raises `DefinitionChanged`: then nothing is closed.
    """
    has_key = keys.is_there(KeySpan.WEEK, week)
    key = keys.hold(KeySpan.WEEK, week)
    schools = schools_of_today()
    _week, is_new = ClosedWeek.objects.get_or_create(
        week=week, defaults={"closed_at": now, "schools": len(schools.pks)}
    )
    if is_new:
        tables = Tables(
            week,
            schools,
            has_key=has_key,
            is_late=may_be_erasing(week, now),
            lacks_rows=may_lack_rows(week, now),
        )
        figures = [figure for measure in tables.measures for figure in tables.figures_of(measure)]
        WeekFigure.objects.bulk_create(figures, batch_size=ROWS_AT_ONCE)
        HourFigure.objects.bulk_create(tables.hour_figures(), batch_size=ROWS_AT_ONCE)
        add_up(week)
    SeenThisWeek.objects.filter(week=week).delete()
    key.delete()
    return is_new


# Cells of the pages' table behind the key of the school, by the code of the measure.
CELLS_OF_PAGES: dict[str, tuple[Key, Key]] = {
    "pages": (TOTAL, TOTAL),
    "pages_class_hours": (Place.CLASS_HOURS, TOTAL),
    "pages_evening": (Place.EVENING, TOTAL),
    "pages_weekend": (Place.WEEKEND, TOTAL),
    "pages_phone": (TOTAL, ReaderDevice.PHONE),
    "pages_computer": (TOTAL, ReaderDevice.COMPUTER),
}


class Tables:
    """The published tables of one week, each made once."""

    def __init__(
        self,
        week: datetime.date,
        schools: Schools,
        *,
        has_key: bool = True,
        is_late: bool = False,
        lacks_rows: bool = False,
    ) -> None:
        """`has_key`: the week's key was there when its close began. `is_late`: the week is so old that
        its identifiers are being erased, and some may be left. `lacks_rows`: so old that what
        products count is.
        """
        self.lacks_rows = lacks_rows
        self.week, self.schools, self.measures = week, schools, measures_of(week)
        counted = counted_week(week, schools)
        # Identifiers that the register erased, with the key, because the week was closed weeks late:
        # nobody knows any more how many people are behind. Were its days late, too, no day has people.
        has_pages_alone = bool(counted.pages) and not has_key
        self.lacks_readers = is_late or (
            not counted.readers and (has_pages_alone or bool(counted.people_by_day))
        )
        self.axis = self.axis_with(
            *counted.schools,
            *(reader.school for reader in counted.readers),
            *counted.visits,
        )
        self.people = rules.people_by_role(self.axis, counted.readers)
        self.readers = {school: self.people.value(school, TOTAL) for school in self.axis}
        self.hidden_schools = rules.hidden_schools(self.people)
        self.hours = rules.pages_of_hours(
            counted.pages_by_hour, counted.people_by_hour, counted.people_by_day, counted.readers
        )
        self.pages = rules.pages_of_schools(
            self.axis,
            counted.pages,
            counted.readers,
            hidden=rules.pages_hidden(self.hidden_schools, self.hours),
        )
        self.visits = rules.by_school(
            self.axis, counted.visits, MeasureKind.ACTS, self.readers, hidden=self.hidden_schools
        )

    def axis_with(self, *more: School) -> list[School]:
        """All schools of today, those in which something is counted, and elsewhere at the end."""
        known = {*self.schools.pks, *more} - {ELSEWHERE}
        return [*sorted(known, key=str), ELSEWHERE]

    def figures_of(self, measure: Measure) -> Iterator[WeekFigure]:
        """Each school's, the region's, and what belongs to no school; of people, each role's, too."""
        definition = freeze(measure)
        table, cells = self.table_of(measure)
        for (school, part), cell in cells.items():
            yield WeekFigure(
                week=self.week,
                definition=definition,
                school_id=school if isinstance(school, int) else None,
                part=ELSEWHERE if school == ELSEWHERE else part,
                value=table.value(*cell),
                is_hidden=table.is_hidden(*cell) or self._lacks(measure),
            )

    def _lacks(self, measure: Measure) -> bool:
        return self.lacks_readers if measure.count is None else self.lacks_rows

    def table_of(self, measure: Measure) -> tuple[CountedTable, dict[tuple[Key, str], Cell]]:
        """The measure's table, and which of its cells are told, by school (or TOTAL) and part."""
        if measure.count is not None:
            return self.counted_by_product(measure)
        schools: list[Key] = [*self.axis, TOTAL]
        if measure.code == "people":
            whole: dict[tuple[Key, str], Cell] = {(one, ""): (one, TOTAL) for one in schools}
            roles: dict[tuple[Key, str], Cell] = {
                (one, role.value): (one, role)
                for one in schools
                if one != ELSEWHERE
                for role in ReaderRole
            }
            return self.people, whole | roles
        if measure.code == "visits":
            return self.visits, {(one, ""): (one,) for one in schools}
        place, device = CELLS_OF_PAGES[measure.code]
        return self.pages, {(one, ""): (one, place, device) for one in schools}

    def hidden_of(self, measure: Measure) -> list[Key]:
        """Schools, or TOTAL, of which nothing is shown: those of whose people, or of whose people in the
        measure's role, the number is hidden.
        """
        if not measure.role:
            return self.hidden_schools
        return rules.hidden_schools(self.people, ReaderRole(measure.role))

    def counted_by_product(
        self, measure: Measure
    ) -> tuple[CountedTable, dict[tuple[Key, str], Cell]]:
        """Behind acts stand the people whom the measure counts, else those who read pages. Where the
        number of active people is hidden, or that of the role whose acts these are, so are the acts:
        five people at least are behind a shown number.
        """
        counts = self.count(measure.count)
        people = self.count(measure.people) if measure.people else self.readers
        axis, hidden = self.axis_with(*self.axis, *counts, *people), self.hidden_of(measure)
        if measure.is_of_region:
            axis, hidden = [ELSEWHERE], [one for one in hidden if one == TOTAL]
            counts = {ELSEWHERE: sum(counts.values())}
            people = {ELSEWHERE: sum(people.values())}
        table = rules.by_school(axis, counts, measure.kind, people, hidden=hidden, people_shown={})
        told: list[Key] = [TOTAL] if measure.is_of_region else [*axis, TOTAL]
        return table, {(school, ""): (school,) for school in told}

    def count(self, counting: Counting | None) -> Mapping[School, int]:
        days = self.week, self.week + moments.WEEK - moments.DAY
        return self.schools.add_up(counting(*days)) if counting else {}

    def hour_figures(self) -> list[HourFigure]:
        """Each hour of the week, and each day as a whole."""
        hides_all = self.lacks_readers or rules.hides_all_hours(self.pages)
        return [
            HourFigure(
                week=self.week,
                weekday=day,
                hour=hour,
                pages=self.hours.value(day, TOTAL if hour is None else hour),
                is_hidden=hides_all or self.hours.is_hidden(day, TOTAL if hour is None else hour),
            )
            for day in range(7)
            for hour in (None, *range(24))
        ]
