"""Calendar part of a letter: each meeting as this person's calendar was last told of it; and the
subscription that holds all of a person's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.agenda.documents import subscribed, subscription
from courses.agenda.models import CalendarEntry, Meeting
from courses.agenda.services import invitation
from courses.dates import day
from courses.live.queries import join_url
from courses.mail.documents import absolute
from courses.mail.values import CalendarPart, MailFile
from courses.people.models import Person
from training.models import Session
from training.queries.feed import FeedDate


@dataclass(frozen=True)
class CalendarParts:
    """The first meeting's iCalendar as the part of a mail that a calendar takes by itself (it takes
    one), each further meeting's as an attached file.
    """

    part: CalendarPart | None = None
    files: tuple[MailFile, ...] = ()

    @property
    def context(self) -> dict:
        """Variables for the templates."""
        return {
            "has_calendar": self.part is not None,
            "calendar_files": len(self.files),
            "feed_url": absolute(reverse("training:my_feed")),
        }


def entries_of(person: Person) -> QuerySet[CalendarEntry]:
    """Earliest first."""
    return (
        CalendarEntry.objects.filter(person=person)
        .select_related("meeting__occurrence", "meeting__series", "person")
        .order_by("meeting__occurrence__start", "pk")
    )


def meetings_in(details: dict) -> list[int]:
    """The meetings that a letter tells calendars of. Rows of version 0.2.0 name one."""
    return details.get("meetings") or [pk for pk in [details.get("meeting")] if pk]


def calendar_parts(
    session: Session, entries: Iterable[CalendarEntry], *, is_trainer: bool = False
) -> CalendarParts:
    """Each with the method and sequence of its entry, in the order given."""
    entries = list(entries)
    if not entries:
        return CalendarParts()
    first, *further = entries
    return CalendarParts(
        calendar_part(session, first, is_trainer=is_trainer),
        tuple(_file(session, entry, is_trainer=is_trainer) for entry in further),
    )


def _file(session: Session, entry: CalendarEntry, *, is_trainer: bool) -> MailFile:
    part = calendar_part(session, entry, is_trainer=is_trainer)
    name = f"{slugify(day(entry.starts_at))}-{timezone.localtime(entry.starts_at):%Hh%M}.ics"
    return MailFile(name, part.content, "text/calendar", part.method)


def calendar_part(
    session: Session, entry: CalendarEntry, *, is_trainer: bool = False
) -> CalendarPart:
    """The same description in every update: a teacher's always says where to give the seat back."""
    return invitation(
        entry=entry,
        summary=session.title,
        description=_described(session, entry.meeting, is_trainer=is_trainer),
        url=join_url(entry.meeting),
    )


def feed_ics(dates: Iterable[FeedDate], language: str) -> bytes:
    """The same dates in a subscription, described alike."""
    with translation.override(language):
        events = [
            subscribed(
                one.meeting,
                summary=one.session.title,
                description=_described(one.session, one.meeting, is_trainer=one.is_trainer),
                url=join_url(one.meeting),
            )
            for one in dates
        ]
        return subscription(events, name=_("My trainings (Passerelle)"))


def _described(session: Session, meeting: Meeting, *, is_trainer: bool) -> str:
    address, resource = join_url(meeting), session.resource.name
    if is_trainer:
        return _("%(resource)s. To enter the room: %(url)s") % {
            "resource": resource,
            "url": address,
        }
    return _(
        "%(resource)s\n\nTo enter the room: %(join)s\nIf you can’t come, say so here: %(page)s"
        "\nDeclining in the calendar reaches nobody."
    ) % {"resource": resource, "join": address, "page": absolute(session.get_absolute_url())}
