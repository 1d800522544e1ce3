"""What providers delivered in a month, from closed sheets; delivery notes for pages."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import FETCH_PEERS, Exists, OuterRef, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.catalogue.models import Resource
from courses.disclosure.values import FEWEST_PEOPLE
from courses.people.models import Organisation, Person
from courses.people.values import folded
from training.models import DeliveryNote, MissedDate, Sheet, SheetLine
from training.queries.attendance import counted_minutes, minutes_at
from training.queries.certificates import organiser
from training.queries.month_sheets import closed_sheets_in, meetings_in, without_closed_sheet
from training.queries.no_shows import resources_without_people
from training.values import DateNotCounted, DeliveredDate, DeliveredResource, Delivery


@dataclass(frozen=True)
class CountedDelivery:
    """What a note says, and who led."""

    content: Delivery
    leaders: list[Person]


@dataclass(frozen=True)
class DatesOfResource:
    """Closed sheets of a resource's dates, and the lines of their participants by the sheet's primary key."""

    resource: Resource
    sheets: list[Sheet]
    lines: dict[int, list[SheetLine]]

    def counted(self) -> DeliveredResource:
        """With nothing hidden."""
        there = [
            counted_minutes(line, sheet) > 0
            for sheet in self.sheets
            for line in self.lines[sheet.pk]
        ]
        return DeliveredResource(
            resource=self.resource.pk,
            name=self.resource.name,
            dates=len(self.sheets),
            minutes=sum(sheet.real_minutes for sheet in self.sheets),
            present=sum(there),
        )

    def people_since(self, note: DeliveryNote) -> set[int]:
        """Who (primary keys) was there on a date that the note doesn't have, or was there when it was made
        and isn't now, or the other way round.
        """
        on_it = {one.meeting for one in Delivery.from_json(note.content).dates}
        found = set()
        for sheet in self.sheets:
            for line in self.lines[sheet.pk]:
                assert line.participation is not None  # noqa: S101 participants only
                was_there = (
                    sheet.meeting.public_id in on_it and minutes_at(line, note.issued_at) > 0
                )
                if was_there is not (counted_minutes(line, sheet) > 0):
                    found.add(line.participation.enrolment.teacher_id)
        return found


def delivery_of(
    provider: Organisation, month: datetime.date, earlier: Sequence[DeliveryNote] = ()
) -> CountedDelivery:
    """From the sheets as they are, without a number of people where it would tell how few had a seat
    and weren't there, or how few it differs from the `earlier` notes of this month (the first one first), which
    have been read. Eleven queries.
    """
    sheets = list(
        closed_sheets_in(month, provider)
        .prefetch_related("leaders")
        .order_by("meeting__occurrence__start", "pk")
    )
    without_people = resources_without_people(month, provider)
    content = Delivery(
        provider=provider.name,
        organiser=organiser(),
        dates=[_date(sheet) for sheet in sheets],
        not_counted=_not_counted(provider, month),
        resources=[
            _told(of_resource, earlier, hides_people=of_resource.resource.pk in without_people)
            for of_resource in _by_resource(sheets)
        ],
    )
    leaders = {person.pk: person for sheet in sheets for person in sheet.leaders.all()}
    return CountedDelivery(content, list(leaders.values()))


def _by_resource(sheets: list[Sheet]) -> list[DatesOfResource]:
    lines: dict[int, list[SheetLine]] = {sheet.pk: [] for sheet in sheets}
    found = SheetLine.objects.participants().with_corrections().filter(sheet__in=lines)
    related = found.select_related("participation__enrolment")
    for line in related.prefetch_related("corrections"):
        lines[line.sheet_id].append(line)
    of_resources: dict[int, DatesOfResource] = {}
    for sheet in sheets:
        resource = sheet.session.resource
        new = DatesOfResource(resource, [], lines)
        of_resources.setdefault(resource.pk, new).sheets.append(sheet)
    return sorted(
        of_resources.values(), key=lambda one: (folded(one.resource.name), one.resource.pk)
    )


def _told(
    dates: DatesOfResource, earlier: Sequence[DeliveryNote], *, hides_people: bool
) -> DeliveredResource:
    """The number of the newest earlier note stays where it was hidden, or where the difference to any of
    them would be of fewer than five people: what is corrected so is left out. One that has to be hidden by
    now, and differs by more, is hidden: it would be read as that of today.
    """
    counted = dates.counted()
    hidden = replace(counted, present=None)
    read = [
        (note, one)
        for note in earlier
        for one in Delivery.from_json(note.content).resources
        if one.resource == counted.resource
    ]
    if not read:
        return hidden if hides_people else counted
    _note, newest = read[-1]
    if newest.present is None:
        return hidden
    if not hides_people and all(_may_follow(note, one, dates, counted) for note, one in read):
        return counted
    if hides_people and _difference(newest, counted) >= FEWEST_PEOPLE:
        return hidden
    return replace(counted, present=newest.present, is_of_before=newest.present != counted.present)


def _difference(one: DeliveredResource, other: DeliveredResource) -> int:
    return abs((one.present or 0) - (other.present or 0))


def _may_follow(
    note: DeliveryNote, read: DeliveredResource, dates: DatesOfResource, counted: DeliveredResource
) -> bool:
    """Whether `counted` tells nobody who has `read` the same resource on an earlier note."""
    difference = _difference(counted, read)
    is_of_many = difference >= FEWEST_PEOPLE and len(dates.people_since(note)) >= FEWEST_PEOPLE
    return is_of_many or not difference


def _date(sheet: Sheet) -> DeliveredDate:
    meeting, training = sheet.meeting, sheet.session.training
    return DeliveredDate(
        meeting=meeting.public_id,
        session=sheet.session.public_id,
        resource=training.resource.pk,
        resource_name=training.resource.name,
        title_fr=training.title_fr,
        title_en=training.title_en,
        starts_at=timezone.localtime(meeting.starts_at).isoformat(),
        ends_at=timezone.localtime(meeting.ends_at).isoformat(),
        planned_minutes=sheet.planned_minutes,
        minutes=sheet.real_minutes,
        led_by=sorted(person.display_name for person in sheet.leaders.all()),
    )


def _not_counted(provider: Organisation, month: datetime.date) -> list[DateNotCounted]:
    """Without a closed sheet, and those to which no trainer came."""
    of_provider = {"series__training_session__provider": provider}
    missed = MissedDate.objects.filter(meeting=OuterRef("pk"))
    nobody_came = meetings_in(month).filter(Exists(missed), **of_provider)
    still_open = without_closed_sheet(month).filter(**of_provider)
    words = "series__training_session__training__resource"
    found = [
        (meeting, no_trainer_came)
        for rows, no_trainer_came in ((nobody_came, True), (still_open, False))
        for meeting in rows.select_related(words, "occurrence")
    ]
    return [
        DateNotCounted(
            meeting=meeting.public_id,
            title_fr=meeting.series.training_session.training.title_fr,
            title_en=meeting.series.training_session.training.title_en,
            starts_at=timezone.localtime(meeting.starts_at).isoformat(),
            no_trainer_came=no_trainer_came,
            resource=meeting.series.training_session.training.resource_id,
        )
        for meeting, no_trainer_came in sorted(found, key=lambda one: one[0].starts_at)
    ]


# For pages


def notes() -> QuerySet[DeliveryNote]:
    """The newest month first, with what a row shows."""
    return DeliveryNote.objects.select_related(
        "provider", "replaces", "replaced_by", "checked_by", "answered_by"
    ).fetch_mode(FETCH_PEERS)


def earlier_words(note: DeliveryNote) -> list[ModelLogEntry]:
    """What was written about a note and doesn't stand in it any more, the oldest first: a contest or
    an answer as the log holds it. The note itself holds the last contest and its answer.
    """
    found = ModelLogEntry.objects.for_instance(note).filter(
        action__in=["training.check_delivery_note", "training.answer_delivery_note"]
    )
    entries = list(found.select_related("user").order_by("timestamp", "pk"))
    words = [one for one in entries if one.data.get("reason") or one.data.get("answer")]
    if not note.reason:
        return words
    contests = [at for at, one in enumerate(words) if one.data.get("state") == "contested"]
    return words[: contests[-1]] if contests else []


def sheets_by_meeting(content: Delivery) -> dict[str, str]:
    """Public ids of the sheets behind a note's dates, by those of their meetings."""
    meetings = [
        *(one.meeting for one in content.dates),
        *(one.meeting for one in content.not_counted),
    ]
    found = Sheet.objects.filter(meeting__public_id__in=meetings)
    return dict(found.values_list("meeting__public_id", "public_id"))


def providers_without_note(month: datetime.date) -> list[Organisation]:
    """Those with a date in the month, held or not, and no note yet, by name."""
    dates = meetings_in(month).filter(series__training_session__provider=OuterRef("pk"))
    there = DeliveryNote.objects.filter(provider=OuterRef("pk"), month=month)
    found = Organisation.objects.providers().filter(Exists(dates.order_by()), ~Exists(there))
    return list(found.order_by("name", "pk"))
