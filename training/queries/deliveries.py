"""What providers delivered in a month, from closed sheets; delivery notes for pages."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import FETCH_PEERS, Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from courses.agenda.models import Meeting
from courses.catalogue.models import Resource
from courses.dates import month_of
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


@dataclass(frozen=True)
class NoteAct:
    """What somebody did with a note: `state`, as it was judged, or nothing where a contest was answered.
    `by` and `at`: None where the log doesn't hold them any more.
    """

    state: str
    words: str = ""
    by: Person | None = None
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class NoteVersion:
    """A note, what it holds of its last judgement (`standing`), and what was said of it `earlier`."""

    note: DeliveryNote
    earlier: list[NoteAct]
    standing: list[NoteAct]

    @property
    def acts(self) -> list[NoteAct]:
        """The oldest first; before them those of which the log holds no moment any more."""
        return sorted(
            [*self.earlier, *self.standing],
            key=lambda act: (act.at is not None, act.at.timestamp() if act.at else 0),
        )


def delivery_of(provider: Organisation, month: datetime.date) -> CountedDelivery:
    """What the first note of the month says, from the sheets as they are. At most eight queries."""
    delivered = _without_people([(provider, month)])[provider.pk, month]
    counted = list(MonthPresence.objects.filter(month=month))
    of_provider = [row for row in counted if row.provider_id == provider.pk]
    content = replace(
        delivered.content,
        resources=_with_counted_people(delivered.content.resources, of_provider),
        people_told_on=counted[0].counted_on.isoformat() if counted else "",
    )
    return replace(delivered, content=content)


def corrected_delivery(note: DeliveryNote) -> CountedDelivery:
    """What the note that replaces it would say."""
    return corrected_deliveries([note])[note.pk]


def corrected_deliveries(notes: Sequence[DeliveryNote]) -> dict[int, CountedDelivery]:
    """What the notes that replace them would say, by their primary keys. Numbers of people are told once, by
    the first note of a provider's month: from the difference to another number of them a few could be
    told. At most eight queries, however many notes.
    """
    if not notes:
        return {}
    delivered = _without_people([(note.provider, note.month) for note in notes])
    versions = DeliveryNote.objects.filter(
        provider__in={note.provider_id for note in notes}, month__in={note.month for note in notes}
    )
    firsts = {(one.provider_id, one.month): one for one in versions.order_by("-version")}
    return {
        note.pk: _with_what_is_erased(note, _with_people_of(firsts[key], delivered[key]))
        for note in notes
        for key in [(note.provider_id, note.month)]
    }


def _with_people_of(first: DeliveryNote, delivered: CountedDelivery) -> CountedDelivery:
    of_first = Delivery.from_json(first.content)
    content = replace(
        delivered.content,
        resources=_with_first_people(delivered.content.resources, of_first.resources),
        people_of=first.number,
        people_told_on=_told_on(first, of_first),
    )
    return replace(delivered, content=content)


def _with_what_is_erased(note: DeliveryNote, delivered: CountedDelivery) -> CountedDelivery:
    """A note is kept for longer than what it was made from."""
    earlier, today = Delivery.from_json(note.content), delivered.content
    erased = {one.public_id for one in delivered.leaders if one.erased_at}
    content = replace(
        today,
        dates=_with_names_of(earlier, today, erased),
        not_counted=_with_missed_of(earlier, today),
    )
    return replace(delivered, content=content)


def _with_names_of(earlier: Delivery, today: Delivery, erased: set[str]) -> list[DeliveredDate]:
    """It names who led beyond their accounts. `erased`: public ids of leaders without one."""
    known = {one.meeting: one for one in earlier.dates}
    return [
        _with_erased_names(one, known[one.meeting], erased & one.leaders.keys())
        if one.meeting in known
        else one
        for one in today.dates
    ]


def _with_missed_of(earlier: Delivery, today: Delivery) -> list[DateNotCounted]:
    """It names dates to which no trainer came beyond their `MissedDate`, which the register erases after
    three years. One whose record was undone counts again: it is in `today`.
    """
    there = {one.meeting for one in today.dates} | {one.meeting for one in today.not_counted}
    erased = [
        one for one in earlier.not_counted if one.no_trainer_came and one.meeting not in there
    ]
    return sorted([*erased, *today.not_counted], key=lambda one: one.start)


def _with_erased_names(
    one: DeliveredDate, earlier: DeliveredDate, erased: set[str]
) -> DeliveredDate:
    """With the names that the earlier note has of those (public ids) whose accounts are erased."""
    if erased and not earlier.leaders:  # it doesn't say whose each name is
        return replace(one, led_by=earlier.led_by, leaders={})
    leaders = one.leaders | {key: earlier.leaders[key] for key in erased & earlier.leaders.keys()}
    return replace(one, led_by=sorted(leaders.values()), leaders=leaders)


def _without_people(
    asked: Sequence[tuple[Organisation, datetime.date]],
) -> dict[tuple[int, datetime.date], CountedDelivery]:
    """By provider (primary key) and month, from the sheets as they are."""
    providers = {provider.pk for provider, _month in asked}
    months = [month for _provider, month in asked]
    read = (
        closed_sheets_in(min(months), until=max(months))
        .filter(session__provider__in=providers)
        .prefetch_related("leaders")
        .order_by("meeting__occurrence__start", "pk")
    )
    sheets: dict[tuple[int, datetime.date], list[Sheet]] = defaultdict(list)
    for sheet in read:
        sheets[sheet.session.provider_id, _month_of(sheet.meeting)].append(sheet)
    not_counted = _not_counted(providers, min(months), max(months))
    held_by = organiser()
    return {
        key: CountedDelivery(
            Delivery(
                provider=provider.name,
                organiser=held_by,
                dates=[_date(sheet) for sheet in sheets[key]],
                not_counted=not_counted[key],
                resources=_resources(sheets[key]),
            ),
            list({one.pk: one for sheet in sheets[key] for one in sheet.leaders.all()}.values()),
        )
        for provider, month in asked
        for key in [(provider.pk, month)]
    }


def _month_of(meeting: Meeting) -> datetime.date:
    return month_of(timezone.localdate(meeting.starts_at))


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
    meeting, training, leaders = sheet.meeting, sheet.session.training, _names(sheet)
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
        led_by=sorted(leaders.values()),
        leaders=leaders,
    )


def _names(sheet: Sheet) -> dict[str, str]:
    """By public ids of persons. In the language of the PDF, whoever reads: what stands for an erased
    account has one.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return {person.public_id: person.display_name for person in sheet.leaders.all()}


def _not_counted(
    providers: Collection[int], month: datetime.date, until: datetime.date
) -> dict[tuple[int, datetime.date], list[DateNotCounted]]:
    """Without a closed sheet, and those to which no trainer came."""
    of_providers = {"series__training_session__provider__in": providers}
    missed = MissedDate.objects.filter(meeting=OuterRef("pk"))
    nobody_came = meetings_in(month, until=until).filter(Exists(missed), **of_providers)
    still_open = without_closed_sheet(month, until=until).filter(**of_providers)
    words = "series__training_session__training__resource"
    read = [
        (meeting, no_trainer_came)
        for rows, no_trainer_came in ((nobody_came, True), (still_open, False))
        for meeting in rows.select_related(words, "occurrence")
    ]
    found: dict[tuple[int, datetime.date], list[DateNotCounted]] = defaultdict(list)
    for meeting, no_trainer_came in sorted(read, key=lambda one: one[0].starts_at):
        session = meeting.series.training_session
        found[session.provider_id, _month_of(meeting)].append(
            DateNotCounted(
                meeting=meeting.public_id,
                title_fr=session.training.title_fr,
                title_en=session.training.title_en,
                starts_at=timezone.localtime(meeting.starts_at).isoformat(),
                no_trainer_came=no_trainer_came,
                resource=session.training.resource_id,
            )
        )
    return found


# For pages


def notes() -> QuerySet[DeliveryNote]:
    """The newest month first, with what a row shows."""
    return DeliveryNote.objects.select_related(
        "provider", "replaces", "replaced_by", "checked_by", "answered_by"
    ).fetch_mode(FETCH_PEERS)


def versions_up_to(note: DeliveryNote) -> list[NoteVersion]:
    """The first one first, each with what was said of it, the oldest first. The log holds it for a year;
    the note itself holds its last judgement, and of one that was contested the last contest and its answer.
    """
    versions = DeliveryNote.objects.of_month(note.provider, note.month)
    read = list(
        versions.filter(version__lte=note.version).select_related("checked_by", "answered_by")
    )
    entries = (
        ModelLogEntry.objects.get_for_model(DeliveryNote)
        .filter(
            object_id__in=[str(one.pk) for one in read],
            action__in=["training.check_delivery_note", "training.answer_delivery_note"],
        )
        .select_related("user")
        .order_by("timestamp", "pk")
    )
    of_note = defaultdict(list)
    for entry in entries:
        of_note[entry.object_id].append(_act(entry))
    return [_version(one, of_note[str(one.pk)]) for one in read]


def _act(entry: ModelLogEntry) -> NoteAct:
    told = entry.data
    words = told.get("answer") or told.get("reason", "")
    state = told.get("state", "")
    return NoteAct(
        state, "" if state == DeliveryState.RIGHT else words, entry.user, entry.timestamp
    )


def _version(note: DeliveryNote, acts: list[NoteAct]) -> NoteVersion:
    """`acts`: all that the log holds."""
    judged = DeliveryState.CONTESTED if note.reason else DeliveryState.RIGHT
    last = max((at for at, act in enumerate(acts) if act.state == judged), default=None)
    earlier = []
    if last is not None:
        answers = [act for act in acts[last:] if not act.state]
        earlier = [*acts[:last], *answers[:-1]]
    checked = NoteAct(note.state, "", note.checked_by, note.checked_at)
    standing = []
    if note.reason and note.state == DeliveryState.RIGHT:
        contest = NoteAct(judged) if last is None else acts[last]
        standing.append(replace(contest, words=note.reason))
    if note.state == DeliveryState.CONTESTED:
        standing.append(replace(checked, words=note.reason))
    if note.answer:
        standing.append(NoteAct("", note.answer, note.answered_by, note.answered_at))
    if note.state == DeliveryState.RIGHT:
        standing.append(checked)
    return NoteVersion(note, earlier, standing)


def found_right_since(month: datetime.date) -> list[DeliveryNote]:
    """Of this month and later ones, by number."""
    found = DeliveryNote.objects.found_right().filter(month__gte=month)
    return list(found.select_related("provider").order_by("issued_at", "pk"))


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
