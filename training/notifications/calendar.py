"""The calendar part of a letter: one meeting, as this person's calendar was last told of it; and the
subscription that holds all of a person's.
"""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from courses.agenda.documents import subscribed, subscription
from courses.agenda.models import CalendarEntry, Meeting
from courses.agenda.services import invitation
from courses.live.queries import join_url
from courses.mail.documents import absolute
from courses.mail.values import CalendarPart
from courses.people.models import Person
from training.models import Session
from training.queries.feed import FeedDate


def entries_of(person: Person) -> QuerySet[CalendarEntry]:
    return CalendarEntry.objects.filter(person=person).select_related(
        "meeting__occurrence", "meeting__series", "person"
    )


def calendar_part(
    session: Session, entry: CalendarEntry | None, *, is_trainer: bool = False
) -> CalendarPart | None:
    """The same description in every update: a teacher's always says where to give the seat back."""
    if entry is None:
        return None
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
        "%(resource)s, for the teachers of schools that subscribe to it.\n\nTo enter the room:"
        " %(join)s\nIf you can’t come, say so here: %(page)s\nDeclining in the calendar reaches"
        " nobody."
    ) % {"resource": resource, "join": address, "page": absolute(session.get_absolute_url())}
