"""Evaluation of a session."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class EvaluationNotOpen(Refusal):
    message = _("The questions on this session open on %(opens_at)s, shortly before its end.")


class NotSeenPresent(Refusal):
    message = _("The questions are for those who were there, and no sheet says so of you so far.")
    remedy = _("They open here as soon as the sheet of the session says that you were there.")


class EvaluationClosed(Refusal):
    message = _("The questions on this session are closed since the end of %(day)s.")


class EvaluatedAlready(Refusal):
    message = _("Your answers are in, and can’t be changed any more.")


class TooFewAnswers(Refusal):
    message = _("Not enough answers: they are shown from %(fewest)s on, so that nobody is known.")


class NoCommentToHide(Refusal):
    message = _("This comment isn’t there any more: it was changed, or is hidden already.")


class CommentNotHidden(Refusal):
    message = _("This comment isn’t hidden, or its text is erased already.")
