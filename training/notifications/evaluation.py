"""The letter that asks what a participant thought of a session."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.mail.documents import absolute, letter
from courses.mail.models import Letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import Enrolment
from training.queries.evaluations import letter_key, participants
from training.queries.leading import led_for
from training.rules import open_evaluations
from training.values import FEWEST_ANSWERS


@dataclass(frozen=True)
class AskedEvaluation:
    url: str
    until: datetime.date


@writes(Letters.EVALUATION_OPEN, because=gettext_lazy("you attended a training"), may_wait=True)
def evaluation_open(enrolment: Enrolment, *, to: Person, details: dict) -> Message | None:
    """No longer needed once it is answered or closed."""
    evaluation = _open(enrolment)
    if evaluation is None:
        return None
    context = {
        "to": to,
        "session": enrolment.session,
        "evaluation": evaluation,
        "fewest": FEWEST_ANSWERS,
        "led_for": led_for(enrolment.session),
    }
    subject = _("What did you think of “%(title)s”?") % {"title": enrolment.session.title}
    return letter("training/mail/evaluation_open", subject, context)


def asked_of(enrolment: Enrolment) -> AskedEvaluation | None:
    """Return the evaluation that the letter with the certificate asks for; None where a letter of
    its own did.
    """
    if Letter.objects.filter(key=letter_key(enrolment)).exists():
        return None
    return _open(enrolment)


def _open(enrolment: Enrolment) -> AskedEvaluation | None:
    now = timezone.now()
    mine = participants(now, of=enrolment.teacher, unanswered=True)
    found = next(
        (one for one in open_evaluations(mine, now=now) if one.enrolment.pk == enrolment.pk), None
    )
    if found is None:
        return None
    url = absolute(reverse("training:evaluate", args=[found.session.public_id]))
    return AskedEvaluation(url, found.until)
