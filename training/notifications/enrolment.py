"""Letters about one teacher's seat or turn."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry, Meeting
from courses.agenda.queries import series_in_words
from courses.exceptions import refusal_kept
from courses.live.queries import join_url
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters, OfferState
from training.models import Enrolment, Participation, SeatOffer, Session
from training.notifications.calendar import calendar_parts, entries_of, meetings_in
from training.notifications.declining import how_to_decline_for
from training.queries.attendance import attested_dates
from training.queries.late_entry import late_entry_of
from training.queries.material import titles_to_say
from training.queries.other_dates import given_up_for
from training.queries.sessions import clashes, places_in_line
from training.rules import (
    how_long_a_seat_is_held,
    how_long_seats_are_held,
    how_seats_go,
    seats_for_a_press,
    what_late_entry_gives,
    who_comes_first,
    why_not_now,
)


@writes(Letters.SEAT_CONFIRMED, because=gettext_lazy("you enrolled"))
def seat_confirmed(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """A seat was taken at once; no longer needed if it was given back meanwhile."""
    return _seat(about, to, _("You are enrolled: %(title)s"), from_waiting_list=False)


@writes(Letters.SEAT_FROM_WAITING_LIST, because=gettext_lazy("a seat became free for you"))
def seat_from_waiting_list(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """A seat became free for somebody who waited."""
    return _seat(about, to, _("A seat became free, it is yours: %(title)s"), from_waiting_list=True)


@writes(Letters.ON_THE_WAITING_LIST, because=gettext_lazy("you are on the waiting list"))
def on_the_waiting_list(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """The turn, as it is when the letter is written."""
    if not about.is_waiting or about.session.is_cancelled:
        return None
    subject = _("You are in the waiting list: %(title)s") % {"title": about.session.title}
    line = places_in_line([about])[about.pk]
    context = {
        **_context(about.session, to),
        "turn": line.before + 1,
        "school_quota": line.school_quota,
        "hours": _hours(about.session),
        "in_words": _in_words(about.session),
        "why_not_yet": " ".join(who_comes_first(line, now=timezone.now())),
        "how_seats_go": how_seats_go(about.session, line, now=timezone.now()),
        "opened_because": _opened_because(about),
        "keeps": given_up_for(about, now=timezone.now()),
        "is_renewed": about.right_ended_at is not None,
    }
    return letter("training/mail/waiting", subject, context)


@writes(Letters.ADMITTED, because=gettext_lazy("a training planner opened a session to you"))
def admitted(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """To somebody who has a seat or waits; nothing once they have left."""
    if not (about.holds_a_seat or about.is_waiting or about.is_offered):
        return None
    if about.session.is_cancelled:
        return None
    context = {
        **_context(about.session, to),
        "enrolment": about,
        "hours": _hours(about.session),
        "opened_because": _opened_because(about),
    }
    subject = _("This session is open to you: %(title)s") % {"title": about.session.title}
    return letter("training/mail/admitted", subject, context)


@writes(Letters.RIGHT_ENDS, because=gettext_lazy("the right to your seat ends"))
def right_ends(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """Once, to whoever holds the seat; nothing once it is sure again or given on."""
    if not about.is_to_confirm or about.session.is_cancelled:
        return None
    refusal = refusal_kept(details["refusal"])
    context = {
        **_context(about.session, to),
        "refusal": refusal,
        "held": how_long_a_seat_is_held(about, now=timezone.now()),
        "hours": _hours(about.session),
    }
    subject = _("Your seat is to confirm: %(title)s") % {"title": about.session.title}
    return letter("training/mail/right_ends", subject, context)


@writes(Letters.RIGHT_RENEWED, because=gettext_lazy("your seat is sure again"))
def right_renewed(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """Nothing if the right has ended anew."""
    if not about.is_confirmed or about.session.is_cancelled:
        return None
    context = {**_context(about.session, to), "hours": _hours(about.session)}
    subject = _("Your seat is sure again: %(title)s") % {"title": about.session.title}
    return letter("training/mail/right_renewed", subject, context)


@writes(
    Letters.RIGHT_ENDS_AT_SCHOOL,
    because=gettext_lazy("a subscription of your school ends before a training session"),
)
def right_ends_at_school(about: Session, *, to: Person, details: dict) -> Message | None:
    """To a leader: how many teachers, without their names; nothing once all seats are sure."""
    seats = about.enrolments.to_confirm().filter(school=details["school"]).select_related("school")
    if about.is_cancelled or not (at_risk := list(seats)):
        return None
    context = {**_context(about, to), "count": len(at_risk), "school": at_risk[0].school.name}
    context["hours"] = _hours(about)
    context["held"] = how_long_seats_are_held(about, at_risk)
    subject = _("Seats to confirm in your school: %(title)s") % {"title": about.title}
    return letter("training/mail/right_ends_at_school", subject, context)


@writes(Letters.SEATS_AT_RISK, because=gettext_lazy("the right to seats of a session ends"))
def seats_at_risk(about: Session, *, to: Person, details: dict) -> Message | None:
    """To a training planner; nothing once all seats are sure."""
    count = about.enrolments.to_confirm().count()
    if about.is_cancelled or not count:
        return None
    context = {
        **_context(about, to),
        "count": count,
        "list_url": absolute(reverse("training:seats_at_risk")),
    }
    subject = _("Seats to confirm: %(title)s") % {"title": about.title}
    return letter("training/mail/seats_at_risk", subject, context)


@writes(Letters.SEAT_OFFERED, because=gettext_lazy("a seat is offered to you"))
def seat_offered(about: SeatOffer, *, to: Person, details: dict) -> Message | None:
    """Until when the seat is held, and what it clashes with; nothing once the offer is gone."""
    if not about.is_open_at(timezone.now()):
        return None
    session = about.enrolment.session
    context = _offer(about, to)
    context["gives_up"] = given_up_for(about.enrolment, now=timezone.now())
    context["clashes"] = _clashes_beside(about.enrolment, to, context["hours"])
    subject = _("A seat is offered to you: %(title)s") % {"title": session.title}
    return letter("training/mail/seat_offered", subject, context)


@writes(Letters.OFFER_EXPIRED, because=gettext_lazy("an offer that you had is over"))
def offer_expired(about: SeatOffer, *, to: Person, details: dict) -> Message | None:
    """The place in the list from then on, or that the seat is free; no longer needed if a seat was
    taken meanwhile.
    """
    enrolment, session, now = about.enrolment, about.enrolment.session, timezone.now()
    if not enrolment.is_waiting or session.is_cancelled or session.starts_at <= now:
        return None
    line = places_in_line([enrolment])[enrolment.pk]
    context = {
        **_offer(about, to),
        "turn": line.before + 1,
        "seats_left": seats_for_a_press(
            session,
            taken=session.seats_taken,
            in_line=session.in_line,
            now=now,
            school_is_full=bool(line.school_quota),
        ),
        "who_comes_first": " ".join(who_comes_first(line, now=now)),
        "how_seats_go": how_seats_go(session, line, now=now),
    }
    subject = _("The offer of a seat is over: %(title)s") % {"title": session.title}
    return letter("training/mail/offer_expired", subject, context)


@writes(Letters.OFFER_WITHDRAWN, because=gettext_lazy("an offer that you had is withdrawn"))
def offer_withdrawn(about: SeatOffer, *, to: Person, details: dict) -> Message | None:
    """The session begins at another time, without a letter about a date that was moved; no longer
    needed if a seat was given or offered meanwhile. Withdrawn because the session has begun after
    all, it says that no seat is given any more.
    """
    session = about.enrolment.session
    has_begun = about.answered_at is not None and session.starts_at <= about.answered_at
    refusal = None if has_begun and session.is_open else why_not_now(session, now=timezone.now())
    if not about.enrolment.is_waiting or refusal:
        return None
    subject = _("The offer of a seat is withdrawn: %(title)s") % {"title": session.title}
    others_url = absolute(session.training.get_absolute_url())
    context = {**_offer(about, to), "has_begun": has_begun, "others_url": others_url}
    return letter("training/mail/offer_withdrawn", subject, context)


@writes(Letters.LAST_HOUR, because=gettext_lazy("a seat is free for whoever answers first"))
def last_hour(about: SeatOffer, *, to: Person, details: dict) -> Message | None:
    """To everybody who waits: a seat is free in the last hour. Nothing once it has begun."""
    session = about.enrolment.session
    if about.state != OfferState.TOLD or session.starts_at <= timezone.now():
        return None
    context = _offer(about, to)
    context["clashes"] = clashes(to, session, context["hours"])
    subject = _("A seat is free, the first answer wins: %(title)s") % {"title": session.title}
    return letter("training/mail/last_hour", subject, context)


@writes(Letters.ENROLMENT_CANCELLED, because=gettext_lazy("your enrolment was cancelled"))
def enrolment_cancelled(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """The seat or turn was given back, by whom and why, with CANCEL for each meeting."""
    held_a_seat = details.get("held_a_seat", False)
    refusal = refusal_kept(details["refusal"]) if details.get("refusal") else None
    calendar = calendar_parts(about.session, _given_back(about, to, details) if held_a_seat else [])
    context = {
        **_context(about.session, to),
        **calendar.context,
        "by_oneself": details.get("by_oneself", True),
        "held_a_seat": held_a_seat,
        "was_held": details.get("was_held", False),
        "reason": refusal.reason if refusal else details.get("reason", ""),
        "advice": refusal.advice if refusal else "",
        "comes_first": about.has_first_refusal,
        "hours": _dates_left(about, details),
        "others_url": absolute(about.session.training.get_absolute_url()),
    }
    if details.get("is_replaced"):
        subject = _("You change to another date: %(title)s")
    elif context["was_held"]:
        subject = _("The seat is no longer held for you: %(title)s")
    elif context["held_a_seat"]:
        subject = _("Your enrolment is cancelled: %(title)s")
    elif context["by_oneself"]:
        subject = _("You left the waiting list: %(title)s")
    else:
        subject = _("You are no longer on the waiting list: %(title)s")
    return letter(
        "training/mail/enrolment_cancelled",
        subject % {"title": about.session.title},
        context,
        calendar=calendar.part,
        attachments=calendar.files,
    )


@writes(Letters.MEETING_INVITATION, because=gettext_lazy("a meeting was added for you"))
def meeting_invitation(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """Dates that were added to a session, or dates of a seat that are taken again, with the reason
    of a planner who decided it. Those of which the calendar has been told the contrary meanwhile
    are left out.

    Up to version 0.2.0 each further date of a new seat had this letter, too.
    """
    entries = list(
        entries_of(to).filter(meeting__in=meetings_in(details), method=CalendarMethod.REQUEST)
    )
    if not about.holds_a_seat or about.session.is_cancelled or not entries:
        return None
    calendar = calendar_parts(about.session, entries)
    context = {
        **_context(about.session, to),
        **calendar.context,
        "entries": entries,
        "reason": details.get("reason", ""),
        "join_url": join_url(entries[0].meeting),
        "how_to_decline": how_to_decline_for(about.session, to),
    }
    subject = ngettext(
        "One more date for your calendar: %(title)s",
        "%(count)s more dates for your calendar: %(title)s",
        len(entries),
    ) % {"title": about.session.title, "count": len(entries)}
    return letter(
        "training/mail/meeting_invitation",
        subject,
        context,
        calendar=calendar.part,
        attachments=calendar.files,
    )


def _seat(about: Enrolment, to: Person, subject: str, *, from_waiting_list: bool) -> Message | None:
    if not about.holds_a_seat or about.session.is_cancelled:
        return None
    entries = list(_taken(about, to))
    calendar = calendar_parts(about.session, entries)
    participations = (
        about.participations.expected()
        .select_related("meeting__occurrence")
        .order_by("meeting__occurrence__start")
    )
    late = late_entry_of(about)
    context = {
        **_context(about.session, to),
        **calendar.context,
        "school": about.school.name,
        "in_words": "" if about.came_after_start else _in_words(about.session),
        "what_is_left": late
        and what_late_entry_gives(
            late,
            threshold_percent=about.session.threshold_percent,
            attested=attested_dates(about),
        ),
        "from_waiting_list": from_waiting_list,
        "meetings": [participation.meeting for participation in participations],
        "join_url": join_url(entries[0].meeting) if entries else "",
        "opened_because": _opened_because(about),
        "how_to_decline": how_to_decline_for(about.session, to),
    }
    context["clashes"] = _clashes_beside(about, to, context["meetings"])
    context["materials"] = titles_to_say(about.session, at=context["meetings"])
    return letter(
        "training/mail/seat",
        subject % {"title": about.session.title},
        context,
        calendar=calendar.part,
        attachments=calendar.files,
    )


def _clashes_beside(
    enrolment: Enrolment, to: Person, meetings: list[Meeting]
) -> list[Participation]:
    """Without the seats in whose place this one is: they are given back."""
    found = clashes(to, enrolment.session, meetings)
    return [one for one in found if one.enrolment.first_seat != enrolment.first_seat]


def _opened_because(enrolment: Enrolment) -> str:
    """The reason of the planner who opened the session to this person; empty if none did."""
    if not enrolment.is_admitted:
        return ""
    steps = enrolment.steps.filter(refusal__isnull=False).exclude(reason="")
    step = steps.order_by("-at", "-pk").first()
    return step.reason if step else ""


def _dates_left(enrolment: Enrolment, details: dict) -> list[Meeting]:
    """Return the dates that the seat was for until then; of a turn all. A row of version 0.2.0
    doesn't name them.
    """
    if not details.get("held_a_seat") or "meetings" not in details:
        return _hours(enrolment.session)
    return list(enrolment.session.meetings.filter(pk__in=meetings_in(details)))


def _context(session: Session, to: Person) -> dict:
    return {"session": session, "person": to, "url": absolute(session.get_absolute_url())}


def _offer(offer: SeatOffer, to: Person) -> dict:
    session = offer.enrolment.session
    return {
        **_context(session, to),
        "offer": offer,
        "offer_url": absolute(offer.get_absolute_url()),
        "hours": _hours(session),
        "in_words": _in_words(session),
    }


def _hours(session: Session) -> list[Meeting]:
    return list(session.meetings.going_on())


def _in_words(session: Session) -> str:
    return series_in_words(session.series, session.meetings)


def _taken(enrolment: Enrolment, to: Person) -> QuerySet[CalendarEntry]:
    """Return the calendar entries of a seat: the dates that its holder is expected on."""
    kept = enrolment.participations.filter(is_withdrawn=False)
    return entries_of(to).filter(meeting__in=kept.values("meeting"), method=CalendarMethod.REQUEST)


def _given_back(enrolment: Enrolment, to: Person, details: dict) -> list[CalendarEntry]:
    """Return the CANCEL entries of a seat that was given back, if no other seat came since. For a
    row of version 0.2.0 the first meeting alone: further ones have letters of their own.
    """
    gone = enrolment.participations.filter(is_withdrawn=True)
    told = entries_of(to).filter(meeting__in=gone.values("meeting"))
    is_old = "meetings" not in details
    entries = told[:1] if is_old else told.filter(meeting__in=meetings_in(details))
    return [entry for entry in entries if entry.method == CalendarMethod.CANCEL]
