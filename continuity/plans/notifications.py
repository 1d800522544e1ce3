"""The letter that asks a teacher for the plan of a class, at once."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.enums import Letters
from continuity.models import Cover
from courses.agenda.models import Absence
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(
    Letters.COVER_WANTED, because=gettext_lazy("a training takes place during a class of yours")
)
def cover_wanted(about: Absence, *, to: Person, details: dict) -> Message | None:
    """List the classes and hours, with links to the drafts.

    Nothing, if none is needed any more.
    """
    covers = list(Cover.objects.filter(pk__in=details["covers"]).standing().with_all())
    if not covers:
        return None
    subject = _("Your classes during “%(training)s”") % {"training": about.reason}
    context = {
        "person": to,
        "absence": about,
        "covers": [(cover, absolute(planner_of(cover))) for cover in covers],
        "url": absolute(planner_of(covers[0])),
        "day": timezone.localdate(about.starts_at),
    }
    return letter("continuity/plans/mail/cover_wanted", subject, context)


def planner_of(cover: Cover) -> str:
    """Address of the draft in the planner."""
    monday = cover.part.plan.monday if cover.part else cover.day
    return reverse(
        "continuity:planner", args=[cover.teaching.school_class.public_id, monday.isoformat()]
    )
