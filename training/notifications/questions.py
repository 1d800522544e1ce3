"""Questions from participants: to who leads that some wait, to the participant the answer."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import AdvanceQuestion, Session
from training.queries.questions import count_unanswered, dates_read_by


@writes(
    Letters.QUESTION_ASKED,
    because=gettext_lazy("participants ask something about a session that you lead"),
    may_wait=True,
)
def question_asked(about: Session, *, to: Person, details: dict) -> Message | None:
    """How many that this person reads wait for an answer when the letter is written, no words and no
    names; nothing if none does.
    """
    number = count_unanswered(about, of_those_at=dates_read_by(to, about, now=timezone.now()))
    if not number:
        return None
    said = ngettext(
        "%(count)s question from a participant waits for an answer.",
        "%(count)s questions from participants wait for an answer.",
        number,
    ) % {"count": number}
    context = {
        "person": to,
        "session": about,
        "said": said,
        "url": absolute(reverse("training:asked_questions", args=[about.public_id])),
    }
    subject = _("Questions from participants: %(title)s") % {"title": about.title}
    return letter("training/mail/question_asked", subject, context, in_short=said)


@writes(Letters.QUESTION_ANSWERED, because=gettext_lazy("you asked a question about a session"))
def question_answered(about: AdvanceQuestion, *, to: Person, details: dict) -> Message | None:
    """The answer as it is when the letter is written."""
    session = about.enrolment.session
    if not about.is_answered or not about.enrolment.holds_a_seat:
        return None
    context = {
        "person": to,
        "session": session,
        "question": about,
        "is_corrected": details.get("is_corrected", False),
        "url": absolute(reverse("training:my_questions", args=[session.public_id])),
    }
    subject = (
        _("An answer to you is corrected: %(title)s")
        if context["is_corrected"]
        else _("Your question is answered: %(title)s")
    )
    return letter("training/mail/question_answered", subject % {"title": session.title}, context)
