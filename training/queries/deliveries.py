"""What providers delivered in a month, from closed sheets; delivery notes for pages."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, replace

from django.db.models import FETCH_PEERS, Exists, OuterRef, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.catalogue.models import Resource
from courses.people.models import Organisation, Person
from courses.people.values import folded
from training.enums import DeliveryState
from training.models import DeliveryNote, MissedDate, MonthPresence, Sheet
from training.queries.certificates import organiser
from training.queries.month_sheets import closed_sheets_in, meetings_in, without_closed_sheet
from training.values import DateNotCounted, DeliveredDate, DeliveredResource, Delivery


@dataclass(frozen=True)
class CountedDelivery:
    """What a note says, and who led."""

    content: Delivery
    leaders: list[Person]


def delivery_of(
    provider: Organisation, month: datetime.date, first: DeliveryNote | None = None
) -> CountedDelivery:
    """From the sheets as they are. Numbers of people are told once, by the `first` note of the provider's
    month: from the difference to another number of them a few could be told. At most ten queries.
    """
    sheets = list(
        closed_sheets_in(month, provider)
        .prefetch_related("leaders")
        .order_by("meeting__occurrence__start", "pk")
    )
    content = Delivery(
        provider=provider.name,
        organiser=organiser(),
        dates=[_date(sheet) for sheet in sheets],
        not_counted=_not_counted(provider, month),
    )
    resources = _resources(sheets)
    if first:
        of_first = Delivery.from_json(first.content)
        content = replace(
            content,
            resources=_with_first_people(resources, of_first.resources),
            people_of=first.number,
            people_told_on=_told_on(first, of_first),
        )
    else:
        counted = list(MonthPresence.objects.filter(month=month))
        content = replace(
            content,
            resources=_with_counted_people(
                resources, [row for row in counted if row.provider_id == provider.pk]
            ),
            people_told_on=counted[0].counted_on.isoformat() if counted else "",
        )
    leaders = {person.pk: person for sheet in sheets for person in sheet.leaders.all()}
    return CountedDelivery(content, list(leaders.values()))


def corrected_delivery(note: DeliveryNote) -> CountedDelivery:
    """What the note that replaces it would say."""
    first = DeliveryNote.objects.of_month(note.provider, note.month)[0]
    return delivery_of(note.provider, note.month, first)


def _told_on(first: DeliveryNote, content: Delivery) -> str:
    """The day (ISO 8601) on which the people of a first note were counted, empty where it tells of none."""
    if content.people_told_on or not content.tells_people:
        return content.people_told_on
    return timezone.localdate(first.issued_at).isoformat()


def _resources(sheets: list[Sheet]) -> list[DeliveredResource]:
    """Dates and minutes, by name, without people."""
    of_resources: dict[Resource, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        of_resources[sheet.session.resource].append(sheet)
    found = [
        DeliveredResource(
            resource=resource.pk,
            name=resource.name,
            dates=len(own),
            minutes=sum(sheet.real_minutes for sheet in own),
            present=None,
        )
        for resource, own in of_resources.items()
    ]
    return sorted(found, key=_by_name)


def _by_name(one: DeliveredResource) -> tuple[str, int]:
    return folded(one.name), one.resource


def _with_counted_people(
    resources: list[DeliveredResource], counted: list[MonthPresence]
) -> list[DeliveredResource]:
    """As the month's close counted them, over as many dates: a sheet closed since would tell how many were
    there on one.
    """
    present = {(row.resource_id, row.dates): row.present for row in counted}
    return [replace(one, present=present.get((one.resource, one.dates))) for one in resources]


def _with_first_people(
    resources: list[DeliveredResource], first: list[DeliveredResource]
) -> list[DeliveredResource]:
    """As the first note has them. One of whose dates none is left stays, with its people."""
    told = {one.resource: one for one in first}
    today = {one.resource for one in resources}
    found = [
        replace(told[one.resource], name=one.name, dates=one.dates, minutes=one.minutes)
        if one.resource in told
        else replace(one, on_first_note=False)
        for one in resources
    ]
    found += [replace(one, dates=0, minutes=0) for one in first if one.resource not in today]
    return sorted(found, key=_by_name)


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
    """What was said of a note and doesn't stand in it any more, the oldest first: a contest, an answer, or
    that it was found right, as the log holds it. The note itself holds the last judgement, and of one that
    was contested the last contest and its answer.
    """
    found = ModelLogEntry.objects.for_instance(note).filter(
        action__in=["training.check_delivery_note", "training.answer_delivery_note"]
    )
    entries = list(found.select_related("user").order_by("timestamp", "pk"))
    stands = DeliveryState.CONTESTED if note.reason else DeliveryState.RIGHT
    last = [at for at, one in enumerate(entries) if one.data.get("state") == stands]
    if not last:
        return []
    answers = [one for one in entries[last[-1] :] if one.data.get("answer")]
    return entries[: last[-1]] + answers[:-1]


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
