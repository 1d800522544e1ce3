"""Refusals about questions asked in advance."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class QuestionTooLate(Refusal):
    message = _("The session has begun: ask your question in the room.")


class QuestionsEnough(Refusal):
    message = _("You have asked %(most)s questions, which is the most.")
    remedy = _("Change one of them, or withdraw one.")
