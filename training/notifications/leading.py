"""Letters on who leads one date of a session."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.agenda.enums import CalendarMethod
from courses.dates import day
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from training.enums import Letters
from training.models import Session
from training.notifications.calendar import calendar_parts, entries_of, meetings_in
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
        "days": SUBSTITUTE_CLOSES_WITHIN.days,
        "url": absolute(reverse("training:my_sessions")),
        **calendar.context,
    }
    subject = _("You lead on %(day)s: %(title)s") if leads else _("No longer on %(day)s: %(title)s")
    words = {"day": day(entry.starts_at), "title": about.title}
    return letter("training/mail/substitution", subject % words, context, calendar=calendar.part)
