"""Letters on who leads one date of a session, and on one to which nobody came to lead it."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.agenda.enums import CalendarMethod
from courses.dates import day
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import MissedDate, Session
from training.notifications.calendar import calendar_parts, entries_of, meetings_in
from training.queries.leading import concerns, is_trainer_in
from training.values import SUBSTITUTE_CLOSES_WITHIN


@writes(Letters.SUBSTITUTION, because=gettext_lazy("somebody else leads a date"))
def substitution(about: Session, *, to: Person, details: dict) -> Message | None:
    """To who leads one date in another's place, and to who is replaced: with the invitation or its
    withdrawal. Nothing if the contrary was told meanwhile, or the date is cancelled.
    """
    entry = entries_of(to).filter(meeting__in=meetings_in(details)).first()
    if entry is None or entry.method != details["method"] or entry.meeting.is_cancelled:
        return None
    other = Person.objects.filter(pk=details["other"]).first()
    leads = entry.method == CalendarMethod.REQUEST
    calendar = calendar_parts(about, [entry], is_trainer=True)
    context = {
        "session": about,
        "person": to,
        "entry": entry,
        "leads": leads,
        "is_trainer": about.trainers.filter(pk=to.pk).exists(),
        "other": other.display_name if other else "",
        "has_others": about.meetings.going_on().exclude(pk=entry.meeting_id).exists(),
        "days": SUBSTITUTE_CLOSES_WITHIN.days,
        "url": absolute(reverse("training:my_sessions")),
        **calendar.context,
    }
    subject = _("You lead on %(day)s: %(title)s") if leads else _("No longer on %(day)s: %(title)s")
    words = {"day": day(entry.starts_at), "title": about.title}
    return letter("training/mail/substitution", subject % words, context, calendar=calendar.part)


@writes(Letters.NO_TRAINER_CAME, because=gettext_lazy("no trainer came to a date"))
def no_trainer_came(about: Session, *, to: Person, details: dict) -> Message | None:
    """An apology, and what comes next. To who was to lead it: what was recorded. Nothing if it was
    undone.
    """
    missed = MissedDate.objects.filter(meeting__in=meetings_in(details)).first()
    if missed is None or not concerns(about, to):
        return None
    context = _context_of_date(about, to, details) | {"missed": missed}
    subject = _("No trainer came: %(title)s") % {"title": about.title}
    return letter(
        "training/mail/no_trainer_came", subject, context, calendar=context["calendar"].part
    )


@writes(Letters.NO_OTHER_DATE, because=gettext_lazy("no other date is added"))
def no_other_date(about: Session, *, to: Person, details: dict) -> Message | None:
    """To those who were promised one: there will be none, and why."""
    missed = MissedDate.objects.filter(meeting__in=meetings_in(details)).first()
    if missed is None or not missed.settled_words or not concerns(about, to):
        return None
    is_trainer = is_trainer_in(to, about)
    page = reverse("training:my_sessions") if is_trainer else about.get_absolute_url()
    context = {
        "session": about,
        "person": to,
        "missed": missed,
        "is_trainer": is_trainer,
        "url": absolute(page),
    }
    subject = _("No other date: %(title)s") % {"title": about.title}
    return letter("training/mail/no_other_date", subject, context)


@writes(Letters.DATE_COUNTS_AFTER_ALL, because=gettext_lazy("a date counts after all"))
def date_counts_after_all(about: Session, *, to: Person, details: dict) -> Message | None:
    """That no trainer came was recorded by mistake; nothing if it was recorded anew."""
    context = _context_of_date(about, to, details)
    entry = context["entry"]
    if entry is None or entry.meeting.is_cancelled or not concerns(about, to):
        return None
    context["is_over"] = entry.ends_at <= timezone.now()
    subject = _("The date counts after all: %(title)s") % {"title": about.title}
    return letter(
        "training/mail/date_counts_after_all", subject, context, calendar=context["calendar"].part
    )


def _context_of_date(session: Session, to: Person, details: dict) -> dict:
    """Context of a letter about one date, to who leads it or has a seat."""
    entry = entries_of(to).filter(meeting__in=meetings_in(details)).first()
    is_trainer = is_trainer_in(to, session)
    page = reverse("training:my_sessions") if is_trainer else session.get_absolute_url()
    calendar = calendar_parts(session, [entry] if entry else [], is_trainer=is_trainer)
    return {
        "session": session,
        "person": to,
        "entry": entry,
        "calendar": calendar,
        "is_trainer": is_trainer,
        "url": absolute(page),
        **calendar.context,
    }
