"""The Region's figures: licences, costs, sessions and hours as they are, people as they were published."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.text import capfirst

from courses.agenda.models import Meeting
from courses.catalogue.models import Licence, Resource
from courses.catalogue.queries import costs_of
from courses.dates import month_after, month_before, month_bounds, month_of, month_words
from courses.launches.models import MonthOpeners
from courses.launches.queries.months import month_of_first_launch, months_over
from courses.people.models import Organisation
from courses.people.values import department_words, folded
from training.enums import HOLD_A_SEAT, FiguresBy, SessionState, SheetState
from training.models import DeliveryNote, MonthNoShows, Session, Sheet
from training.queries.month_sheets import meetings_between
from training.queries.no_shows import MONTHS_BACK
from training.values import Delivery, FigureLine, Figures, FiguresAsked, SeatCount

ONE_DAY = datetime.timedelta(days=1)


def departments() -> list[str]:
    """Those of schools. One query."""
    found = Organisation.objects.schools().exclude(department="").order_by("department")
    return list(found.values_list("department", flat=True).distinct())


def figures(
    asked: FiguresAsked,
    *,
    resources: Sequence[Resource],
    notes: Iterable[DeliveryNote],
    now: datetime.datetime,
) -> Figures:
    """Seven queries. `notes`: the delivery notes of the school year, of which the first of each provider's
    month says how many participants were there.
    """
    table = _FigureTable(asked, resources, now)
    table.add_licences()
    if asked.tells_cost:
        table.add_costs()
        table.add_followed(notes)
    if not asked.is_of_places:
        table.add_sessions()
        table.add_hours()
    openers_of = table.add_openers() if asked.tells_openers else None
    no_shows_of = table.add_no_shows() if asked.tells_no_shows else []
    # Once its last month is closed: by then it is known whether a resource is hidden.
    tells_seats_taken = asked.could_tell_seats_taken and asked.months[-1] in no_shows_of
    followed = sorted(table.followed_months)
    return Figures(
        asked,
        table.ordered(),
        table.whole,
        openers_of,
        no_shows_of,
        followed,
        table.seats.rounded_percent if tells_seats_taken and not table.hides_a_resource else None,
        sum(month_after(month) <= table.today for month in asked.months),
    )


@dataclass(frozen=True)
class _Place:
    """What a row of any query belongs to."""

    resource: int | None = None
    school: int | None = None
    department: str = ""
    month: datetime.date | None = None


class _FigureTable:
    """Lines by the key of what is asked for, filled by one query after the other."""

    def __init__(self, asked: FiguresAsked, resources: Sequence[Resource], now: datetime.datetime):
        self.asked, self.now, self.today = asked, now, timezone.localdate(now)
        self.whole, self.seats = FigureLine(""), SeatCount()
        self.followed_months: set[datetime.date] = set()
        self.hides_a_resource = False  # whose seats would be what is left of all seats taken
        self.lines: dict[Any, FigureLine] = {}
        if asked.by == FiguresBy.RESOURCE:
            shown = [one for one in resources if asked.resource in (None, one.pk)]
            self.lines = {one.pk: FigureLine(one.name) for one in shown}
        elif asked.by == FiguresBy.MONTH:
            begun = [month for month in asked.months if month <= self.today]
            self.lines = {
                month: FigureLine(capfirst(month_words(month)), month=month) for month in begun
            }

    def ordered(self) -> list[FigureLine]:
        if self.asked.by == FiguresBy.SCHOOL:
            self._name_schools()
        if self.asked.by in (FiguresBy.RESOURCE, FiguresBy.MONTH):
            return list(self.lines.values())
        return sorted(self.lines.values(), key=lambda line: folded(line.label))

    def _name_schools(self) -> None:
        for school in Organisation.objects.filter(pk__in=list(self.lines)):
            self.lines[school.pk].label = str(school)

    def _line(self, place: _Place) -> FigureLine | None:
        """None where it belongs to no line: a resource or month that isn't shown."""
        by = self.asked.by
        if by == FiguresBy.SCHOOL:
            return self.lines.setdefault(place.school, FigureLine(""))
        if by == FiguresBy.DEPARTMENT:
            return self.lines.setdefault(
                place.department, FigureLine(department_words(place.department))
            )
        return self.lines.get(place.resource if by == FiguresBy.RESOURCE else place.month)

    @property
    def _bounds(self) -> tuple[datetime.datetime, datetime.datetime]:
        months = self.asked.months
        return month_bounds(months[0])[0], month_bounds(months[-1])[1]

    def _of_resource(self, name: str) -> Q:
        return Q(**{name: self.asked.resource}) if self.asked.resource else Q()

    def add_licences(self) -> None:
        months = self.asked.months
        last = month_after(months[-1]) - ONE_DAY
        found = Licence.objects.overlapping(months[0], last).filter(self._of_resource("resource"))
        if self.asked.department:
            found = found.filter(school__department=self.asked.department)
        rows = found.order_by().values_list(
            "resource", "school", "school__department", "since", "until"
        )
        for resource, school, department, since, until in rows:
            if self.asked.by == FiguresBy.DEPARTMENT and not department:
                continue
            for month in months if self.asked.by == FiguresBy.MONTH else [None]:
                if month and not _is_in_force(month, since, until):
                    continue
                line = self._line(_Place(resource, school, department, month))
                if line:
                    line.schools.add(school)
                    line.ends(until, self.today)
            self.whole.schools.add(school)
            self.whole.ends(until, self.today)

    def add_costs(self) -> None:
        for resource, amount in costs_of(self.asked.year).items():
            if line := self.lines.get(resource):
                line.cost = amount
                self.whole.cost = (self.whole.cost or 0) + amount
        self.whole.without_cost = sum(line.cost is None for line in self.lines.values())

    def add_followed(self, notes: Iterable[DeliveryNote]) -> None:
        """By the first note of each provider's month: a corrected one tells no minutes followed."""
        for note in notes:
            self.followed_months.add(note.month)
            content = Delivery.from_json(note.content)
            for date in content.not_counted:
                if not date.no_trainer_came and (line := self.lines.get(date.resource)):
                    line.has_open_dates = True
            for resource, minutes in content.followed_minutes.items():
                if line := self.lines.get(resource):
                    line.hidden_months += minutes is None
                    if minutes:
                        line.followed_minutes += minutes
                        line.followed_months = sorted({*line.followed_months, note.month})
        for resource, month in self._months_without_note():
            if month in self.followed_months and (line := self.lines.get(resource)):
                line.has_open_dates = True

    def _months_without_note(self) -> QuerySet[Meeting, tuple[int, datetime.date]]:
        """Resources and months with a date of a provider whose sheets were all open when notes were made."""
        session = "series__training_session"
        month = TruncMonth("occurrence__start", output_field=DateField())
        note = DeliveryNote.objects.filter(
            provider=OuterRef(f"{session}__provider"), month=OuterRef("in_month")
        )
        dates = meetings_between(*self._bounds).going_on().annotate(in_month=month).order_by()
        found = dates.filter(~Exists(note))
        return found.values_list(f"{session}__training__resource", "in_month").distinct()

    def add_sessions(self) -> None:
        """Those that were opened for enrolment and have begun, by the month of their first date."""
        first, last = self._bounds
        last = min(last, self.now)
        sheets = Sheet.objects.filter(
            session=OuterRef("pk"), state=SheetState.CLOSED, meeting__occurrence__cancelled=False
        )
        taken = Count("enrolments", filter=Q(enrolments__state__in=HOLD_A_SEAT))
        found = (
            Session.objects.filter(self._of_resource("training__resource"))
            .filter(starts_at__gte=first, starts_at__lt=last)
            .exclude(state=SessionState.DRAFT)
            .annotate(taken=taken, is_held=Exists(sheets))
            .order_by()
            .values_list("training__resource", "starts_at", "capacity", "taken", "is_held")
        )
        for resource, starts_at, capacity, seats, is_held in found:
            month = month_of(timezone.localdate(starts_at))
            for line in (self._line(_Place(resource, month=month)), self.whole):
                if line:
                    line.offered += 1
                    line.held += is_held
            if is_held:
                self.seats.add(capacity, seats)

    def add_hours(self) -> None:
        """Of closed sheets, by the month of their date."""
        first, last = self._bounds
        found = (
            Sheet.objects.filter(self._of_resource("session__training__resource"))
            .filter(
                state=SheetState.CLOSED,
                meeting__occurrence__cancelled=False,
                meeting__occurrence__start__gte=first,
                meeting__occurrence__start__lt=last,
            )
            .order_by()
            .values_list(
                "session__training__resource", "meeting__occurrence__start", "real_minutes"
            )
        )
        for resource, start, minutes in found:
            month = month_of(timezone.localdate(start))
            for line in (self._line(_Place(resource, month=month)), self.whole):
                if line:
                    line.minutes += minutes

    def add_openers(self) -> datetime.date | None:
        """By month where lines are months; else of the newest closed month of the period, since
        people of several months can't be added. Return that month.
        """
        asked = self.asked
        is_closed = Q(school=None, department="")  # of each resource in each closed month
        # With the first closed month, whatever the period: older ones are never closed.
        first = MonthOpeners.objects.filter(is_closed).order_by("month").values("month")[:1]
        cells = Q(self._cells(), self._of_resource("resource"))
        in_period = Q(cells | is_closed, month__in=asked.months)
        read = list(MonthOpeners.objects.filter(in_period | Q(is_closed, month=Subquery(first))))
        in_months = [row for row in read if row.month in asked.months]
        found = [row for row in in_months if asked.resource in (None, row.resource_id)]
        newest = max((row.month for row in found), default=None)
        is_by_month = asked.by == FiguresBy.MONTH
        self._fill("openers", [row for row in found if is_by_month or row.month == newest])
        # Nor can anybody count, any more, openers of months that are older than the ledger of launches.
        begun = min((row.month for row in read), default=None) or month_of_first_launch(self.today)
        self._say_what_is_lost(
            "openers",
            max(begun, months_over(self.today)[-1]),
            newest=newest,
            closed={row.month for row in in_months},
        )
        return newest

    def _say_what_is_lost(
        self,
        name: str,
        oldest: datetime.date,
        *,
        newest: datetime.date | None = None,
        closed: Collection[datetime.date] = (),
    ) -> None:
        """Of months before `oldest`, and of a resource that wasn't there when a month was `closed`. `newest`:
        the month that lines are of, without it the last one of the period.
        """
        for key, line in [*self.lines.items(), (None, self.whole)]:
            has_sum = key is not None or self.asked.resource is not None
            of_line = key if isinstance(key, datetime.date) else newest if has_sum else None
            month = of_line or self.asked.months[-1]
            published = getattr(line, name)
            is_over = month < oldest or (has_sum and month in closed)
            published.is_lost = not published.cells and is_over

    def add_no_shows(self) -> list[datetime.date]:
        """Added over the closed months of the period. Return these, the oldest first."""
        is_closed = Q(resource=None, school=None, department="")  # once in each closed month
        rows = Q(self._cells())
        if self.asked.by != FiguresBy.RESOURCE:
            rows &= Q(resource=self.asked.resource)
        # With the first closed month, whatever the period: older ones are never closed.
        first = MonthNoShows.objects.filter(is_closed).order_by("month").values("month")[:1]
        of_resources = Q(school=None, department="")
        in_period = Q(rows | of_resources, month__in=self.asked.months)
        rows_read = MonthNoShows.objects.with_places()
        read = list(rows_read.filter(in_period | Q(is_closed, month=Subquery(first))))
        found = [row for row in read if row.month in self.asked.months]
        self.hides_a_resource = any(
            row.is_hidden and row.school_id is None and not row.department for row in found
        )
        self._fill("no_shows", found)
        self._say_which_are_left_out(found)
        self._hide_places_of_hidden(found)
        oldest = month_of(self.today)  # as `no_shows.close_months` goes back
        for _month in range(MONTHS_BACK):
            oldest = month_before(oldest)
        self._say_what_is_lost(
            "no_shows", max(oldest, min((row.month for row in read), default=oldest))
        )
        return sorted({row.month for row in found})

    def _say_which_are_left_out(self, rows: Sequence[MonthNoShows]) -> None:
        """Resources that a month hides aren't in its sum of all resources."""
        if self.asked.resource is not None:
            return
        told = {row.month for row in rows if row.resource_id is None and not row.is_hidden}
        for row in rows:
            if row.resource_id is None or not row.is_hidden or row.month not in told:
                continue
            self.whole.no_shows.without_resources.add(row.resource_id)
            if self.asked.by == FiguresBy.MONTH:
                self.lines[row.month].no_shows.without_resources.add(row.resource_id)

    def _hide_places_of_hidden(self, rows: Sequence[MonthNoShows]) -> None:
        """Where a resource's number is hidden in a month, or those of all its places are, so is that of places
        without a row: 0 would say which schools had none of four seats.
        """
        asked = self.asked
        there = {(row.resource_id, row.school_id, row.department, row.month) for row in rows}
        schools = {(resource, school, month) for resource, school, _in, month in there}
        for row in rows:
            of, month = row.resource_id, row.month
            if of is None or row.school_id or row.department or row.tells_places:
                continue
            is_whole_there = (of, None, asked.department, month) in there
            if of == asked.resource and not is_whole_there:
                self.whole.no_shows.add(None)
            for key, line in self.lines.items():
                is_its, is_there = {
                    FiguresBy.RESOURCE: (key == of, is_whole_there),
                    FiguresBy.MONTH: (of == asked.resource and key == month, is_whole_there),
                    FiguresBy.DEPARTMENT: (of == asked.resource, (of, None, key, month) in there),
                    FiguresBy.SCHOOL: (of == asked.resource, (of, key, month) in schools),
                }[asked.by]
                if is_its and not is_there:
                    line.no_shows.add(None)

    def _cells(self) -> Q:
        """The level at which cells are read, and that of the sum: never added up from a finer one,
        which hides others.
        """
        department = Q(department=self.asked.department)
        of_all = Q(school=None) & department
        if self.asked.by == FiguresBy.SCHOOL:
            found = Q(school__isnull=False)
            return (found & department if self.asked.department else found) | of_all
        if self.asked.by == FiguresBy.DEPARTMENT and not self.asked.department:
            return Q(school=None)
        return of_all

    def _fill(
        self,
        name: str,
        rows: Sequence[MonthOpeners | MonthNoShows],
    ) -> None:
        """Add each cell to its line, and the sum to the line of all. A line without a cell in a closed
        month had nobody: 0 is published, and has no row. A month that was never closed isn't 0: it was
        never counted, and its line stays without a cell.
        """
        asked = self.asked
        closed = {
            (row.resource_id, row.month)
            for row in rows
            if row.school_id is None and row.department == ""
        }
        for row in rows:
            is_sum = row.school_id is None and row.department == asked.department
            if is_sum and row.resource_id == asked.resource:
                getattr(self.whole, name).add(row.shown)
            is_of_lines = {
                FiguresBy.RESOURCE: is_sum and row.resource_id is not None,
                FiguresBy.MONTH: is_sum and row.resource_id == asked.resource,
                FiguresBy.DEPARTMENT: row.school_id is None and row.department != "",
                FiguresBy.SCHOOL: row.school_id is not None,
            }[asked.by]
            place = _Place(row.resource_id, row.school_id, row.department, row.month)
            if is_of_lines and (line := self._line(place)):
                getattr(line, name).add(row.shown)

        def is_closed(resource: int | None, month: datetime.date | None = None) -> bool:
            return any(
                of == resource and (month is None or month == in_month) for of, in_month in closed
            )

        # A month of no-shows is closed for all resources at once, one of openers for each resource.
        is_of_resources = name == "openers"
        for key, line in self.lines.items():
            of = asked.resource if is_of_resources else None
            if is_of_resources and asked.by == FiguresBy.RESOURCE:
                of = key
            month = key if asked.by == FiguresBy.MONTH else None
            if not getattr(line, name).cells and is_closed(of, month):
                getattr(line, name).add(0)
        # Whoever opens two resources counts at both: of all resources there is no sum of openers.
        of = asked.resource if is_of_resources else None
        has_sum = not is_of_resources or of is not None
        if has_sum and not getattr(self.whole, name).cells and is_closed(of):
            getattr(self.whole, name).add(0)


def _is_in_force(month: datetime.date, since: datetime.date, until: datetime.date | None) -> bool:
    return since < month_after(month) and (until is None or until >= month)
