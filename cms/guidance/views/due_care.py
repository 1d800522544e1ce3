"""First-page items of those who keep pages: checks, readers' opinions, dead links."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.guidance.queries import care as queries
from cms.guidance.queries import opinions
from cms.guidance.views.titles import in_language, joined, titled
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.permissions import is_adviser

NAMED = 3
CARE = 30


def due_for_keeper(person, now: datetime.datetime) -> list[DueItem]:
    """Constant in queries; nothing for who is no adviser."""
    if not is_adviser(person):
        return []
    return [*checks(person, timezone.localdate(now)), *readers(person)]


def checks(person, day: datetime.date) -> list[DueItem]:
    """One page leads to its own form, several to their list."""
    pairs = list(queries.overdue_for(person, day))
    if not pairs:
        return []
    title = ngettext("To check: %(title)s", "%(count)d pages to check", len(pairs))
    url = (
        reverse("guidance:keepers", args=[pairs[0].public_id])
        if len(pairs) == 1
        else reverse("guidance:overdue")
    )
    names = [in_language(str(pair), pair.title_language) for pair in pairs]
    text = "" if len(pairs) == 1 else joined(names[:NAMED])
    late = any(pair.is_overdue for pair in pairs)
    return [
        DueItem(
            title=titled(title, names[0], count=len(pairs)),
            url=url,
            when=pairs[0].check_on,
            text=text,
            action=_("Check and confirm"),
            tone="warn" if late else "wait",
            icon="file-text",
            order=CARE,
            role=Role.ADVISER,
        )
    ]


def readers(person) -> list[DueItem]:
    count, latest = opinions.new_for(person)
    if not count:
        return []
    first = latest[0]
    title = ngettext(
        "A reader wrote about “%(title)s”", "%(count)d readers wrote about your pages", count
    )
    url = (
        reverse("guidance:answer", args=[first.public_id])
        if count == 1
        else reverse("guidance:opinions")
    )
    return [
        DueItem(
            title=titled(title, in_language(first.title, first.language), count=count),
            url=url,
            when=None,
            action=_("Read and answer"),
            tone="wait",
            icon="message-square",
            order=CARE,
            role=Role.ADVISER,
        )
    ]
