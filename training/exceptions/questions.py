"""Refusals about questions asked in advance."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class QuestionTooLate(Refusal):
    message = _("It is too late: questions are asked until a week after the last date.")


class QuestionAnswered(Refusal):
    message = _("Your question has been answered: ask another one instead.")


class QuestionChanged(Refusal):
    message = _(
        "The question was changed while you were answering. Your answer is below, nothing is lost:"
        " read the question again, then send your answer."
    )


class AnsweredMeanwhile(Refusal):
    message = _(
        "%(name)s answered while you were writing, and the participant has that answer. Yours is"
        " below, nothing is lost: sent now, it replaces the other one."
    )


class AnsweredElsewhere(Refusal):
    message = _(
        "You answered in another window already, and the participant has that answer. What you"
        " wrote here is below, nothing is lost: sent now, it replaces the other one."
    )


class AnswerTooLate(Refusal):
    message = _("It is too late: questions are answered until two weeks after the last date.")


class QuestionsEnough(Refusal):
    message = _("You have asked %(most)s questions, which is the most.")
    remedy = _("Change one of them, or withdraw one.")
