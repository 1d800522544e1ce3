"""Letters about contested presence: to the training planners, and the answer to who contests."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import PresenceContest, SheetLine
from training.queries.attendance import counted_minutes


@writes(
    Letters.PRESENCE_CONTESTED,
    because=gettext_lazy("a participant contests minutes, and training planners answer"),
)
def presence_contested(contest: PresenceContest, *, to: Person, details: dict) -> Message | None:
    """No longer needed once another planner has answered."""
    if not contest.is_open:
        return None
    sheet = contest.line.sheet
    context = {
        **_about(contest, to),
        "url": f"{absolute(reverse('training:sheet', args=[sheet.public_id]))}#contests",
    }
    return letter(
        "training/mail/presence_contested",
        _("Minutes contested: “%(title)s”") % {"title": sheet.session.title},
        context,
    )


@writes(Letters.PRESENCE_ANSWERED, because=gettext_lazy("you contested your minutes in a training"))
def presence_answered(contest: PresenceContest, *, to: Person, details: dict) -> Message | None:
    session = contest.line.sheet.session
    line = SheetLine.objects.with_corrections().get(pk=contest.line_id)
    context = {
        **_about(contest, to),
        "minutes": counted_minutes(line, contest.line.sheet),
        "url": absolute(reverse("training:presence", args=[session.public_id])),
    }
    return letter(
        "training/mail/presence_answered",
        _("An answer about your minutes in “%(title)s”") % {"title": session.title},
        context,
    )


def _about(contest: PresenceContest, to: Person) -> dict:
    participation = contest.line.participation
    assert participation is not None  # noqa: S101 a guest has no page to contest on
    return {
        "to": to,
        "contest": contest,
        "session": contest.line.sheet.session,
        "meeting": contest.line.sheet.meeting,
        "teacher": participation.enrolment.teacher,
    }
