"""The calendar part of a letter: one meeting, as this person's calendar was last told of it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.agenda.models import CalendarEntry
from courses.agenda.services import invitation
from courses.live.queries import join_url
from courses.mail.documents import absolute
from courses.mail.values import CalendarPart
from courses.people.models import Person
from training.models import Session


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
    address, resource = join_url(entry.meeting), session.resource.name
    if is_trainer:
        description = _("%(resource)s. To enter the room: %(url)s") % {
            "resource": resource,
            "url": address,
        }
    else:
        description = _(
            "%(resource)s, for the teachers of schools that subscribe to it.\n\nTo enter the room:"
            " %(join)s\nIf you can’t come, say so here: %(page)s\nDeclining in the calendar reaches"
            " nobody."
        ) % {"resource": resource, "join": address, "page": absolute(session.get_absolute_url())}
    return invitation(entry=entry, summary=session.title, description=description, url=address)
