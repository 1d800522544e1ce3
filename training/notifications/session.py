"""Letters about a session: moved, cancelled, led by, and what an adviser writes to those who come."""

from dataclasses import replace
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.agenda.queries import series_in_words
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import EnrolmentState, Letters
from training.models import DateAlert, Enrolment, Session, SessionMessage
from training.notifications.calendar import CalendarParts, calendar_parts, entries_of, meetings_in
from training.notifications.declining import how_to_decline_for
from training.notifications.enrolment import offer_withdrawn
from training.queries.attendance import attested_dates
from training.queries.changes import (
    changes_of_notice,
    dates_changed,
    meetings_of_person,
    offer_lost,
)
from training.queries.filling import has_held_dates
from training.queries.invitations import no_invitations_path, teachers_to_invite
from training.queries.leading import concerns, is_trainer_in
from training.queries.other_dates import held_in_place_of, seat_now
from training.queries.rights import may_enrol_through
from training.rules import (
    is_certificate_within_reach,
    percent_within_reach,
    why_not_invite,
    why_not_leave,
    why_not_take_held,
)
from training.values import HELD_FOR

A_MINUTE = timedelta(minutes=1)  # ends are cut to whole minutes


@writes(Letters.SESSION_MOVED, because=gettext_lazy("a session has moved"))
def session_moved(about: Session, *, to: Person, details: dict) -> Message | None:
    """One notice for all that changed: was, is, with what the calendar is told of each. Nothing if
    all is as it was.
    """
    rows = changes_of_notice(about, details)
    changes = dates_changed(about, to, rows)
    if about.is_cancelled:
        return None
    lost = offer_lost(about, to, rows)
    if not changes:
        return offer_withdrawn(lost, to=to, details={}) if lost else None
    waits = about.enrolments.without_a_seat_yet().filter(teacher=to).exists()
    told = meetings_in(details) or [change.meeting_id for change in changes]
    calendar = CalendarParts() if waits else _calendar(about, to, {"meetings": told})
    context = {
        **_context(about, to),
        **calendar.context,
        "changes": changes,
        "in_words": series_in_words(about.series, about.meetings),
        "reasons": list(dict.fromkeys(row.reason for row in rows if row.reason)),
        "all_cancelled": not any(change.starts_at for change in changes),
        "waits": waits,
        "held_here": about.enrolments.held().filter(teacher=to).first(),
        "held": None if waits else held_instead_of(about, to),
        "others_url": _other_dates_url(about, to),
        "lost_an_offer": lost is not None,
        "how_to_decline": how_to_decline_for(about, to),
    }
    if context["all_cancelled"]:
        count = len(changes)
        subject = ngettext("One date less: %(title)s", "%(count)s dates less: %(title)s", count) % {
            "title": about.title,
            "count": count,
        }
    else:
        subject = _("New date: %(title)s") % {"title": about.title}
    return _letter("session_moved", subject, context, calendar)


@writes(Letters.NEW_DATE, because=gettext_lazy("you asked to be told of new dates"))
def new_date(about: Session, *, to: Person, details: dict) -> Message | None:
    """Nothing once it has begun, is cancelled, or the wish was taken back."""
    asked = DateAlert.objects.filter(training=about.training_id, person=to)
    if not about.is_open or about.starts_at <= timezone.now() or not asked.exists():
        return None
    context = {
        "session": about,
        "person": to,
        "url": absolute(about.get_absolute_url()),
        "hours": list(about.meetings.going_on()),
        "is_soon": about.enrolment_opens_at is not None
        and timezone.now() < about.enrolment_opens_at,
    }
    subject = _("A new date: %(title)s") % {"title": about.title}
    return letter("training/mail/new_date", subject, context)


@writes(Letters.INVITED, because=gettext_lazy("a training is open to you"))
def invited(about: Session, *, to: Person, details: dict) -> Message | None:
    """To everybody who may attend; nothing to whom it would no longer be posted by now."""
    now = timezone.now()
    is_wanted = teachers_to_invite(about, now=now).filter(pk=to.pk).exists()
    if not is_wanted or why_not_invite(about, now=now):
        return None
    stop_url = absolute(no_invitations_path(to))
    context = {
        "session": about,
        "person": to,
        "url": absolute(about.get_absolute_url()),
        "hours": list(about.meetings.going_on()),
        "in_words": series_in_words(about.series, about.meetings),
        "stop_url": stop_url,
        "is_full": about.count_seats_taken() >= about.capacity,
    }
    subject = _("You are invited: %(title)s") % {"title": about.title}
    written = letter("training/mail/invited", subject, context)
    return replace(written, unsubscribe_url=stop_url)


@writes(Letters.SESSION_CANCELLED, because=gettext_lazy("a session is cancelled"))
def session_cancelled(about: Session, *, to: Person, details: dict) -> Message | None:
    """The reason, an apology, the seat of another date that is held, and the way to the others.

    CANCEL for each meeting comes along. Nothing if the session was restored meanwhile, or to a
    trainer who left the provider.
    """
    if not about.is_cancelled or not concerns(about, to):
        return None
    meetings = about.meetings.filter(missed_date=None)  # of those they were told before
    calendar = _calendar(about, to, details)
    context = {
        **_context(about, to),
        **calendar.context,
        "reason": about.cancel_reason,
        "meetings": [meeting for meeting in meetings if meeting.is_cancelled],
        "is_rest": has_held_dates(about, now=timezone.now()),
        "others_url": _other_dates_url(about, to),
        "held": held_instead_of(about, to),
    }
    subject = pgettext("session", "Cancelled: %(title)s") % {"title": about.title}
    return _letter("session_cancelled", subject, context, calendar)


@writes(Letters.SESSION_RESTORED, because=gettext_lazy("a session takes place after all"))
def session_restored(about: Session, *, to: Person, details: dict) -> Message | None:
    """Their dates; REQUEST for each comes along. Nothing if it was cancelled anew, or if the person has
    left meanwhile.
    """
    context = _context(about, to)
    mine = about.enrolments.still_open().filter(teacher=to).first()
    if not about.is_open or not (context["is_trainer"] or mine):
        return None
    calendar = _calendar(about, to, details)
    now, theirs = timezone.now(), meetings_of_person(about, to)
    to_come = [one for one in about.meetings.going_on() if one.ends_at > now]
    context |= {
        **calendar.context,
        "meetings": [one for one in to_come if theirs is None or one.pk in theirs],
        "waits": mine is not None and (mine.is_waiting or mine.is_offered),
        "held_here": mine if mine and mine.is_held else None,
        "others_url": _other_dates_url(about, to),
    }
    subject = _("It takes place after all: %(title)s") % {"title": about.title}
    return _letter("session_restored", subject, context, calendar)


@writes(Letters.HELD_SEAT_OVER, because=gettext_lazy("a seat was held for you"))
def held_seat_over(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """The seat of another date is free again, and which dates there are. Where the person has a
    seat that has begun, no other can be chosen in its place.
    """
    if not about.is_cancelled or about.instead_of is None:
        return None
    now = timezone.now()
    mine = seat_now(about, now=now)
    can_choose = why_not_leave(mine, now=now) is None
    context = {
        **_context(about.session, to),
        "seat_stays": mine.holds_a_seat and not mine.session.is_cancelled and can_choose,
        "seat_left": mine,
        "can_choose": can_choose,
        "begins_too_soon": _was_moved(about),
        "others_url": absolute(
            reverse("training:other_dates", args=[about.first_seat.public_id])
            if can_choose
            else about.session.training.get_absolute_url()
        ),
    }
    subject = _("The seat is no longer held for you: %(title)s") % {"title": about.session.title}
    return letter("training/mail/held_seat_over", subject, context)


def _was_moved(held: Enrolment) -> bool:
    """The session in which it was held was moved since, which ended it before its time."""
    end = held.steps.filter(state=EnrolmentState.CANCELLED).last()
    is_early = end is not None and end.at < held.asked_at + HELD_FOR - A_MINUTE
    return is_early and held.session.changes.filter(at__gte=held.asked_at).exists()


def held_instead_of(session: Session, person: Person) -> Enrolment | None:
    """The seat of another date that is held for somebody of this one, if they can take it."""
    mine, now = _own_of(session, person), timezone.now()
    held = mine and held_in_place_of(mine, now=now)
    if held is None or held.session_id == session.pk:
        return None
    entitlement, standing = may_enrol_through(held.session, person)
    refusal = why_not_take_held(held, entitlement=entitlement, standing=standing, now=now)
    return None if refusal else held


def _own_of(session: Session, person: Person) -> Enrolment | None:
    mine = session.enrolments.filter(teacher=person).select_related("instead_of")
    return mine.order_by("-pk").first()


def _other_dates_url(session: Session, person: Person) -> str:
    """Where the person chooses another date; the training's page for whoever has no seat or turn."""
    mine = _own_of(session, person)
    if mine is None:
        return absolute(session.training.get_absolute_url())
    return absolute(reverse("training:other_dates", args=[mine.first_seat.public_id]))


@writes(Letters.SESSION_LANGUAGE, because=gettext_lazy("a session is held in another language"))
def session_language(about: Session, *, to: Person, details: dict) -> Message | None:
    """The language was changed after people enrolled; no longer needed if it was changed back or
    the session cancelled, nor by a trainer who left the provider.
    """
    is_so = about.language == details["language"] and not about.is_cancelled
    if not is_so or not concerns(about, to):
        return None
    subject = _("Another language: %(title)s") % {"title": about.title}
    return letter("training/mail/session_language", subject, _context(about, to))


@writes(Letters.MEETING_UPDATE, because=gettext_lazy("a meeting has changed"))
def meeting_update(about: Session, *, to: Person, details: dict) -> Message | None:
    """One further meeting of a series, in a mail of its own.

    Posted up to version 0.2.0, and written for rows that wait since then. Now the further
    meetings are files of the one mail.
    """
    entry = _entry(to, details)
    if entry is None:
        return None
    context = {**_context(about, to), "entry": entry, "meeting": entry.meeting}
    if entry.meeting.is_cancelled:
        subject = _("Cancelled meeting, for your calendar: %(title)s") % {"title": about.title}
    else:
        subject = _("New date of a meeting, for your calendar: %(title)s") % {"title": about.title}
    return _letter("meeting_update", subject, context, _calendar(about, to, details))


@writes(Letters.MEETING_WITHDRAWN, because=gettext_lazy("you are no longer expected at a meeting"))
def meeting_withdrawn(about: Enrolment, *, to: Person, details: dict) -> Message | None:
    """Dates that were given back alone (`seat_stays`), by the person or by a planner, leave the
    calendar: nothing once they are taken again.

    Without `seat_stays`, a further meeting of a seat that was given back: posted up to version
    0.2.0, and written for rows that wait since then.
    """
    entries, is_of_a_date = _entries(to, details), details.get("seat_stays", False)
    seat_stays = is_of_a_date and about.holds_a_seat  # or was lost before the letter was written
    if is_of_a_date:
        entries = [one for one in entries if one.method == CalendarMethod.CANCEL]
    if not entries:
        return None
    session = about.session
    rows = about.participations.filter(meeting__in=[one.meeting_id for one in entries])
    by_planner = rows.filter(is_withdrawn=True, decided_by__isnull=False).first()
    calendar = calendar_parts(session, entries)
    meetings, expected = list(session.meetings), _expected_at(about)
    kept = [one for one in meetings if one.pk in expected]
    attested = attested_dates(about)
    context = {
        **_context(session, to),
        **calendar.context,
        "within_reach": percent_within_reach(meetings, kept, attested),
        "is_out_of_reach": not is_certificate_within_reach(
            meetings, kept, session.threshold_percent, attested
        ),
        "entries": entries,
        "is_one": len(entries) == 1,
        "seat_stays": seat_stays,
        "by_planner": by_planner is not None,
        "has_other_dates": about.participations.expected()
        .filter(meeting__occurrence__start__gt=timezone.now())
        .exists(),
        "reason": by_planner.reason if by_planner else "",
    }
    subject = _("For your calendar, you are no longer expected: %(title)s") % {
        "title": session.title
    }
    return _letter("meeting_withdrawn", subject, context, calendar)


def _expected_at(enrolment: Enrolment) -> set[int]:
    """Primary keys of the meetings, those that are over, too."""
    return set(enrolment.participations.expected().values_list("meeting", flat=True))


@writes(Letters.TRAINER_INVITATION, because=gettext_lazy("you lead a session"))
def trainer_invitation(about: Session, *, to: Person, details: dict) -> Message | None:
    """A trainer leads meetings, or no longer does.

    Leaves out those of which the calendar was told the contrary before the letter was written: a
    date that was cancelled meanwhile has a letter of its own.
    """
    entries = _entries(to, details)
    method = details.get("method") or (entries[0].method if entries else "")
    entries = [entry for entry in entries if entry.method == method]
    if not entries:
        return None
    leads = method == CalendarMethod.REQUEST
    calendar = calendar_parts(about, entries, is_trainer=True)
    context = {**_context(about, to), **calendar.context, "entries": entries, "leads": leads}
    subject = (
        _("You lead a session: %(title)s")
        if leads
        else _("You no longer lead this session: %(title)s")
    )
    return _letter("trainer_invitation", subject % {"title": about.title}, context, calendar)


@writes(Letters.TRAINER_IS_BACK, because=gettext_lazy("you lead a session again"))
def trainer_is_back(about: Session, *, to: Person, details: dict) -> Message | None:
    """Dates of a trainer since their membership with the provider began again: those to come, and
    those that were cancelled meanwhile. Nothing if the session is cancelled since, which has a
    letter of its own.
    """
    if not about.is_open or not is_trainer_in(to, about):
        return None
    entries = _entries(to, details)
    led = [one for one in entries if one.method == CalendarMethod.REQUEST]
    context = {
        **_context(about, to),
        "led": [one for one in led if one.ends_at > timezone.now()],
        "cancelled": [one for one in entries if one.meeting.is_cancelled],
    }
    calendar = calendar_parts(about, [*led, *context["cancelled"]], is_trainer=True)
    subject = _("Your dates as they are now: %(title)s") % {"title": about.title}
    return _letter("trainer_is_back", subject, context | calendar.context, calendar)


@writes(Letters.MESSAGE, because=gettext_lazy("somebody writes to the participants"))
def message_to_participants(about: SessionMessage, *, to: Person, details: dict) -> Message:
    """The message as it was written, and its session."""
    session = about.session
    context = {**_context(session, to), "message": about, "writer": about.by.display_name}
    return letter("training/mail/message", about.subject, context)


def _context(session: Session, to: Person) -> dict:
    is_trainer = is_trainer_in(to, session)
    page = reverse("training:my_sessions") if is_trainer else session.get_absolute_url()
    return {"session": session, "person": to, "is_trainer": is_trainer, "url": absolute(page)}


def _letter(template: str, subject: str, context: dict, calendar: CalendarParts) -> Message:
    return letter(
        f"training/mail/{template}",
        subject,
        context,
        calendar=calendar.part,
        attachments=calendar.files,
    )


def _entry(to: Person, details: dict) -> CalendarEntry | None:
    return next(iter(_entries(to, details)), None)


def _entries(to: Person, details: dict) -> list[CalendarEntry]:
    return list(entries_of(to).filter(meeting__in=meetings_in(details)))


def _calendar(session: Session, to: Person, details: dict) -> CalendarParts:
    is_trainer = is_trainer_in(to, session)
    return calendar_parts(session, _entries(to, details), is_trainer=is_trainer)
