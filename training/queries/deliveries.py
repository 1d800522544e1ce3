"""What providers delivered in a month, from closed sheets; delivery notes for pages."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db.models import FETCH_PEERS, Exists, OuterRef, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.disclosure.rules import publish
from courses.disclosure.values import FEWEST_PEOPLE, TOTAL, Axis, Cell, Key, PublishedTable, Table
from courses.people.models import Organisation, Person
from training.models import DeliveryNote, MissedDate, Sheet, SheetLine
from training.queries.attendance import counted_minutes
from training.queries.certificates import organiser
from training.queries.month_sheets import closed_sheets_in, meetings_in, without_closed_sheet
from training.queries.no_shows import resources_without_people
from training.values import DateNotCounted, DeliveredDate, DeliveredResource, Delivery


@dataclass
class Presence:
    """Who was at one date: minutes by person."""

    minutes: dict[int, int] = field(default_factory=dict)

    @property
    def present(self) -> int:
        return sum(minutes > 0 for minutes in self.minutes.values())


@dataclass(frozen=True)
class CountedDelivery:
    """What a note says, who led, and what was followed on each date (by the meeting's public id),
    which no note says.
    """

    content: Delivery
    leaders: list[Person]
    followed: dict[str, int] = field(default_factory=dict)


def delivery_of(provider: Organisation, month: datetime.date) -> CountedDelivery:
    """From the sheets as they are, with small numbers of people hidden, and all of a resource of which
    they would tell how few had a seat and weren't there. Ten queries.
    """
    sheets = list(
        closed_sheets_in(month, provider)
        .prefetch_related("leaders")
        .order_by("meeting__occurrence__start", "pk")
    )
    presence = _presence(sheets)
    without_people = resources_without_people(month, provider)
    told = [sheet for sheet in sheets if sheet.session.resource.pk not in without_people]
    published = _published(told, presence).values
    content = Delivery(
        provider=provider.name,
        organiser=organiser(),
        dates=[_date(sheet, published.get((sheet.pk,))) for sheet in sheets],
        not_counted=_not_counted(provider, month),
        resources=_resources(sheets, presence, published),
    )
    leaders = {person.pk: person for sheet in sheets for person in sheet.leaders.all()}
    followed = {one.meeting.public_id: sum(presence[one.pk].minutes.values()) for one in sheets}
    return CountedDelivery(content, list(leaders.values()), followed)


def _presence(sheets: list[Sheet]) -> dict[int, Presence]:
    """By the sheet's primary key."""
    by_pk = {sheet.pk: sheet for sheet in sheets}
    found: dict[int, Presence] = {pk: Presence() for pk in by_pk}
    lines = SheetLine.objects.participants().with_corrections().filter(sheet__in=by_pk)
    for line in lines.select_related("participation__enrolment"):
        assert line.participation is not None  # noqa: S101 participants only
        minutes = counted_minutes(line, by_pk[line.sheet_id])
        found[line.sheet_id].minutes[line.participation.enrolment.teacher_id] = minutes
    return found


def _published(sheets: list[Sheet], presence: dict[int, Presence]) -> PublishedTable:
    """People present by date, in resources: the pattern that also hides minutes, from which a date's
    number could be told.
    """
    parents: dict[Key, Key] = {}
    people: dict[int | str, set[int]] = defaultdict(set)
    for sheet in sheets:
        slug = sheet.session.resource.slug
        parents[sheet.pk] = f"resource {slug}"
        parents[f"resource {slug}"] = TOTAL
        there = {one for one, minutes in presence[sheet.pk].minutes.items() if minutes}
        for key in (sheet.pk, f"resource {slug}", TOTAL):
            people[key] |= there
    counts: dict[Cell, int] = {(sheet.pk,): presence[sheet.pk].present for sheet in sheets}
    behind: dict[Cell, int] = {(key,): len(who) for key, who in people.items()}
    return publish(Table((Axis("date", parents),), counts), people=behind)


def _date(sheet: Sheet, present: int | None) -> DeliveredDate:
    meeting, training = sheet.meeting, sheet.session.training
    return DeliveredDate(
        meeting=meeting.public_id,
        session=sheet.session.public_id,
        resource=training.resource.slug,
        title_fr=training.title_fr,
        title_en=training.title_en,
        starts_at=timezone.localtime(meeting.starts_at).isoformat(),
        ends_at=timezone.localtime(meeting.ends_at).isoformat(),
        planned_minutes=sheet.planned_minutes,
        minutes=sheet.real_minutes,
        led_by=sorted(person.display_name for person in sheet.leaders.all()),
        present=present,
    )


def _resources(
    sheets: list[Sheet], presence: dict[int, Presence], published: Mapping[Cell, int | None]
) -> list[DeliveredResource]:
    followed: dict[str, int] = defaultdict(int)
    names = {}
    for sheet in sheets:
        resource = sheet.session.resource
        names[resource.slug] = resource.name
        followed[resource.slug] += sum(presence[sheet.pk].minutes.values())
    return [
        DeliveredResource(
            slug, name, None if published.get((f"resource {slug}",)) is None else followed[slug]
        )
        for slug, name in sorted(names.items())
    ]


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
            resource=meeting.series.training_session.training.resource.slug,
        )
        for meeting, no_trainer_came in sorted(found, key=lambda one: one[0].starts_at)
    ]


def beside_earlier(counted: CountedDelivery, earlier: list[Delivery]) -> Delivery:
    """What a corrected note may say beside those that it follows, which have been read; the first one
    first.

    A number of people that one of them hides stays hidden, and so does one that differs from theirs
    by fewer than five: the difference would be that few people.
    """
    read: dict[str, list[int | None]] = defaultdict(list)
    for note in earlier:
        for one in note.dates:
            read[one.meeting].append(one.present)
    beside = {
        one.meeting: _beside(one.present, read.get(one.meeting, []))
        for one in counted.content.dates
    }
    # One hidden date beside shown ones of its resource would say that few were corrected on it.
    changed = {
        one.resource
        for one in counted.content.dates
        if one.present is not None and beside[one.meeting] is None
    }
    content = replace(
        counted.content,
        dates=[
            replace(one, present=None if one.resource in changed else beside[one.meeting])
            for one in counted.content.dates
        ],
    )
    before = {one.slug: one for note in earlier for one in note.resources}
    return replace(
        content,
        resources=[
            _followed_since(before[one.slug], content, set(read), counted.followed)
            if one.slug in before
            else one
            for one in content.resources
        ],
    )


def _followed_since(
    before: DeliveredResource, content: Delivery, read: set[str], followed: dict[str, int]
) -> DeliveredResource:
    """Minutes of the earlier note, and those of dates that no note had and whose number of people is
    shown: five at least are behind each difference. Corrections of dates that were read may be of one
    person, and are left out.
    """
    if before.followed_minutes is None:
        return before
    of_resource = [one for one in content.dates if one.resource == before.slug]
    added = [one.meeting for one in of_resource if one.meeting not in read and one.present]
    minutes = before.followed_minutes + sum(followed[meeting] for meeting in added)
    as_counted = sum(followed[one.meeting] for one in of_resource)
    return replace(before, followed_minutes=minutes, is_of_before=minutes != as_counted)


def _beside(present: int | None, read: list[int | None]) -> int | None:
    if present is None or None in read:
        return None
    differences = [abs(present - one) for one in read if one is not None]
    return None if any(0 < one < FEWEST_PEOPLE for one in differences) else present


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
