"""The weekly email about a guardian's children."""

import datetime
from dataclasses import replace

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.enums import Letters
from continuity.equipment.notifications import way_in
from continuity.families.documents import places_in_words, state_of, work_in_words
from continuity.families.queries import Child, children_of, guardianships_of, wants_no_mails
from continuity.families.values import STOP_SALT
from continuity.week.documents.words import instant_in_words, older_in_words
from courses.agenda.queries import ONE_DAY, ONE_WEEK, days_of, monday_of
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person

MOST_WORKS = 6  # of a child


def stop_path(guardian: Person) -> str:
    """The page on which a guardian stops the weekly email, without logging in."""
    token = signing.dumps(guardian.public_id, salt=STOP_SALT)
    return reverse("continuity_open:no_family_mails", args=[token])


@writes(Letters.FAMILY_WEEK, because=gettext_lazy("a school shows you the week of a student"))
def family_week(about: None, *, to: Person, details: dict) -> Message | None:
    """Each child by first name: late, to do, absences of the last week. None where nothing is to
    be told, or not any more; in a week without class a child stands in it only with something due.
    """
    if wants_no_mails(to):
        return None
    now = timezone.now()
    today = timezone.localdate(now)
    found = _told_of(children_of(guardianships_of(to, today), now, today), today)
    children = [_child(child, now, today) for child in found]
    told = ("works", "late", "older", "absences")
    if not any(child[kind] for child in children for kind in told):
        return None
    stop_url = absolute(stop_path(to))
    context = {
        "person": to,
        "children": children,
        **way_in(to),
        "stop_url": stop_url,
    }
    written = letter("continuity/families/mail/week", _("The week at school"), context)
    return replace(written, unsubscribe_url=stop_url)


def _told_of(children: list[Child], today: datetime.date) -> list[Child]:
    """Those whose school has class in the week that begins, or who have something due in it."""
    monday = monday_of(today + ONE_DAY)  # on Sunday, when it is sent, the next one
    days = days_of({child.guardianship.school for child in children})
    return [
        child
        for child in children
        if days[child.guardianship.school_id].has_class_in_week(monday)
        or any(
            mine.due_day and monday <= mine.due_day < monday + ONE_WEEK
            for mine in [*child.works.again, *child.works.ahead]
        )
    ]


def _child(child: Child, now: datetime.datetime, today: datetime.date) -> dict:
    works, older = child.works.following, len(child.works.older)
    missed = [one for one in child.absences if one.starts_at >= now - ONE_WEEK]
    return {
        "name": child.student.given_name,
        "places": places_in_words(child),
        "state": state_of(child).words,
        "late": [work_in_words(mine, today) for mine in child.works.late],
        "older": older_in_words(older) if older else "",
        "works": [work_in_words(mine, today) for mine in works[:MOST_WORKS]],
        "more": max(0, len(works) - MOST_WORKS),
        "absences": [
            {"one": one, "said": one.status.label, "when": instant_in_words(one.starts_at, today)}
            for one in missed
        ],
    }
