"""The letter about material that was added once a session was over."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import Session
from training.queries.material import added_since


@writes(
    Letters.MATERIAL_ADDED,
    because=gettext_lazy("material was added to a session that you were in"),
    may_wait=True,
)
def material_added(about: Session, *, to: Person, details: dict) -> Message | None:
    """List what was added until the letter is written, without what was removed since. Nothing to
    whoever has no seat any more.
    """
    added = added_since(about, details["since"])
    if not added or not about.enrolments.holding_a_seat().filter(teacher=to).exists():
        return None
    context = {
        "session": about,
        "person": to,
        "added": added,
        "url": absolute(about.get_absolute_url()),
    }
    subject = _("Material was added: %(title)s") % {"title": about.title}
    in_short = _("Added: %(titles)s") % {"titles": ", ".join(one.title for one in added)}
    return letter("training/mail/material_added", subject, context, in_short=in_short)
