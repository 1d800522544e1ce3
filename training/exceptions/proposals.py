"""Dates that a provider proposes."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from training.exceptions.sessions import NoDates


class NoProposedDate(NoDates):
    message = _("Give at least one date.")


class ProposedDatesEnough(Refusal):
    message = _("A proposal holds %(most)s dates at most.")
    remedy = _("Give the first ones here, and the others in a second proposal.")


class ProposalsEnough(Refusal):
    message = _(
        "%(most)s proposals of your provider wait for an answer: no more can be made for now."
    )
    remedy = _("Withdraw one that no longer holds, or wait until the académie has answered one.")


class ProposalSentAlready(Refusal):
    """The form's key is known, with other dates or words, or of a proposal that waits no longer."""

    message = _("This form has been sent already: what it says now isn’t saved.")
    remedy = _("Send it once more to make another proposal of it.")


class ProposalAnswered(Refusal):
    message = _("This proposal has been answered or withdrawn already.")
    remedy = _("The list says what became of it.")


class OtherProvidersTraining(Refusal):
    message = _("This training isn’t one of the provider that proposes these dates.")
    remedy = _("Choose a training of %(provider)s.")


class WordMissing(Refusal):
    message = _("Say in a word why the dates aren’t taken up.")
