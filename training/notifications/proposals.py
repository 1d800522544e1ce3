"""The letter on what became of dates that a provider proposed."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import DateProposal
from training.queries.proposals import proposals_of


@writes(
    Letters.PROPOSAL_ANSWERED,
    because=gettext_lazy("you proposed dates for a training"),
    may_wait=True,
)
def proposal_answered(about: DateProposal, *, to: Person, details: dict) -> Message | None:
    """Nothing to whoever is no trainer of the provider any more, nor once the draft is deleted."""
    proposal = proposals_of(to).filter(pk=about.pk).first()
    if proposal is None or not (proposal.session or proposal.answer):
        return None
    session = proposal.session
    context = {
        "proposal": proposal,
        "person": to,
        "title": proposal.shown_title,
        "session": session,
        "meetings": session.meetings.going_on() if session else [],
        "is_led": bool(session) and session.trainers.filter(pk=to.pk).exists(),
        "url": absolute(reverse("training:my_proposals")),
    }
    subject = (
        _("Your dates are taken up: %(title)s")
        if session
        else _("Your dates aren’t taken up: %(title)s")
    )
    subject %= {"title": proposal.shown_title}
    return letter("training/mail/proposal_answered", subject, context)
