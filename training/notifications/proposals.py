"""The letters on what became of dates that a provider proposed."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.agenda.values import Hours
from courses.dates import day, hour
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from courses.quotes import inside_quotes
from training import rules
from training.enums import Letters
from training.models import DateProposal
from training.queries.proposals import planned_hours, proposals_of


@writes(Letters.PROPOSAL_ANSWERED, because=gettext_lazy("you proposed dates for a training"))
def proposal_answered(about: DateProposal, *, to: Person, details: dict) -> Message | None:
    """The answer as it is when it is written: a draft, opened since, or cancelled since. Nothing to
    whoever is no trainer of the provider any more, nor once the draft is deleted.
    """
    proposal = proposals_of(to).filter(pk=about.pk).first()
    if proposal is None or not (proposal.session or proposal.answer):
        return None
    session = proposal.session
    planned = planned_hours([proposal]).get(session.pk, []) if session else []
    is_changed = bool(planned) and not rules.are_as_proposed(proposal.hours, planned)
    opening = _opening(proposal)
    asked_for, dates = _in_words(proposal.hours), _in_words(planned)
    context = {
        "proposal": proposal,
        "person": to,
        "session": session,
        "opening": opening,
        "asked_for": asked_for if is_changed or not session else [],
        "planned": dates,
        "is_changed": is_changed,
        "is_led": bool(session) and session.trainers.filter(pk=to.pk).exists(),
        "url": absolute(reverse("training:my_proposals")),
    }
    lines = [opening]
    if context["asked_for"]:
        lines.append(_("You proposed: %(dates)s.") % {"dates": "; ".join(asked_for)})
    if planned:
        lines.append(_("Planned: %(dates)s.") % {"dates": "; ".join(dates)})
    if not session:
        lines.append(proposal.answer)
    return letter(
        "training/mail/proposal_answered",
        _subject(proposal, planned_anew=len(planned) if is_changed else 0),
        context,
        in_short="\n".join(lines),
    )


@writes(Letters.PROPOSAL_DRAFT_DELETED, because=gettext_lazy("you proposed dates for a training"))
def proposal_draft_deleted(about: DateProposal, *, to: Person, details: dict) -> Message | None:
    """Whether it waits again when it is written; nothing if it has been answered or withdrawn since,
    nor to whoever is no trainer of the provider any more.
    """
    proposal = proposals_of(to).filter(pk=about.pk).first()
    if proposal is None or not (proposal.is_open or proposal.is_given_up):
        return None
    asked_for = _in_words(proposal.hours)
    words = (
        ngettext(
            "The académie deleted the draft that it had made of your proposal “%(title)s”: no session"
            " is planned at this date. Your proposal waits for an answer again.",
            "The académie deleted the draft that it had made of your proposal “%(title)s”: no session"
            " is planned at these dates. Your proposal waits for an answer again.",
            len(asked_for),
        )
        if proposal.is_waiting_at(timezone.now())
        else ngettext(
            "The académie deleted the draft that it had made of your proposal “%(title)s”: no session"
            " is planned. The date that you proposed is over.",
            "The académie deleted the draft that it had made of your proposal “%(title)s”: no session"
            " is planned. The last date that you proposed is over.",
            len(asked_for),
        )
    )
    opening = words % {"title": inside_quotes(proposal.shown_title)}
    context = {
        "person": to,
        "opening": opening,
        "asked_for": asked_for,
        "url": absolute(reverse("training:my_proposals")),
    }
    return letter(
        "training/mail/proposal_draft_deleted",
        _("The draft made of your proposal is deleted: %(title)s")
        % {"title": proposal.shown_title},
        context,
        in_short=opening,
    )


@writes(Letters.PROPOSAL_PASSED, because=gettext_lazy("you proposed dates for a training"))
def proposal_passed(about: DateProposal, *, to: Person, details: dict) -> Message | None:
    """Nothing to whoever is no trainer of the provider any more, nor once the proposal is answered."""
    proposal = proposals_of(to).passed(timezone.now()).filter(pk=about.pk).first()
    if proposal is None:
        return None
    asked_for = _in_words(proposal.hours)
    opening = ngettext(
        "The date of your proposal “%(title)s” is over. No session was made of it.",
        "The dates of your proposal “%(title)s” are over. No session was made of it.",
        len(asked_for),
    ) % {"title": inside_quotes(proposal.shown_title)}
    subject = ngettext(
        "The date that you proposed is over: %(title)s",
        "The dates that you proposed are over: %(title)s",
        len(asked_for),
    ) % {"title": proposal.shown_title}
    context = {
        "person": to,
        "opening": opening,
        "asked_for": asked_for,
        "url": absolute(reverse("training:propose_dates")),
    }
    return letter("training/mail/proposal_passed", subject, context, in_short=opening)


def _subject(proposal: DateProposal, *, planned_anew: int) -> str:
    """`planned_anew`: how many dates are planned, if not those that were proposed."""
    session, number = proposal.session, len(proposal.hours)
    if session is None:
        words = ngettext(
            "Your date isn’t taken up: %(title)s", "Your dates aren’t taken up: %(title)s", number
        )
    elif session.is_cancelled:
        words = _("The session that you proposed is cancelled: %(title)s")
    elif planned_anew:
        words = ngettext(
            "Your proposal is taken up, at a changed date: %(title)s",
            "Your proposal is taken up, at changed dates: %(title)s",
            planned_anew,
        )
    else:
        words = ngettext(
            "Your date is taken up: %(title)s", "Your dates are taken up: %(title)s", number
        )
    return words % {"title": proposal.shown_title}


def _opening(proposal: DateProposal) -> str:
    session = proposal.session
    if session is None:
        words = ngettext(
            "The académie doesn’t take up the date that you proposed for “%(title)s”.",
            "The académie doesn’t take up the dates that you proposed for “%(title)s”.",
            len(proposal.hours),
        )
    elif session.is_draft:
        words = _(
            "The académie made a draft of the session that you proposed, “%(title)s”. Nobody can"
            " enrol before it is opened."
        )
    elif session.is_cancelled:
        words = _(
            "The académie made a session of what you proposed, “%(title)s”, and cancelled it since."
        )
    else:
        words = _("The académie made a session of what you proposed, “%(title)s”.")
    return words % {"title": inside_quotes(proposal.shown_title)}


def _in_words(hours: Iterable[Hours]) -> list[str]:
    words = _("%(day)s, %(first)s to %(last)s")
    return [
        words % {"day": day(one.starts_at), "first": hour(one.starts_at), "last": hour(one.ends_at)}
        for one in hours
    ]
