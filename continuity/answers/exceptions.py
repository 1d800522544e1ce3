"""Why an answer can't be saved, returned or taken back."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal, StaleSheet


class StaleAnswer(StaleSheet):
    """Another teacher saved first."""

    message = _(
        "%(name)s saved this answer in the meantime. Both texts are below, nothing is lost:"
        " compare, then save again."
    )


class AnswerReturned(Refusal):
    message = _(
        "This answer was returned by %(name)s on %(when)s. The student may have read it: it can’t"
        " be changed any more."
    )
    remedy = _("If you want to add something, write it below.")


class NothingWritten(Refusal):
    message = _("There is nothing to return yet.")
    remedy = _("Write a comment, place a pin on a page, or choose a word.")


class NewerVersion(Refusal):
    message = _(
        "%(name)s has handed in a newer version. Answer that one: what you wrote here is kept and"
        " goes along."
    )


class AlreadyRead(Refusal):
    message = _(
        "%(name)s has read this answer: it can’t be taken back. If you want to add something, write"
        " it below."
    )


class NotReturnedYet(Refusal):
    message = _("This answer hasn’t been returned yet.")


class HomeworkDeleted(Refusal):
    message = _(
        "This homework was deleted: a message below its answer would reach nobody, and isn’t sent."
    )
    remedy = _("Ask a question from your week instead.")


class HelpAlreadyAnswered(Refusal):
    message = _("%(name)s has answered in the meantime. Both answers are below, nothing is lost.")


class NobodyTeaches(Refusal):
    message = _(
        "Nobody teaches “%(subject)s” in your class at the moment: a question would reach nobody"
        " and isn’t sent."
    )
    remedy = _("Ask the class tutor, or your school’s office (vie scolaire).")
