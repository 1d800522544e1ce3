"""An adviser's first-page items: reviews, publications, texts sent back, urgent publications."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.guidance.enums import EditorialRole, State
from cms.guidance.models import Pair
from cms.guidance.queries import editorial, parity
from cms.guidance.views.titles import in_language, joined, titled
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.permissions import is_adviser

REVIEWS, CAME_BACK, TRANSLATIONS, NAMED = 20, 10, 25, 3


def due_for_editor(person, now: datetime.datetime) -> list[DueItem]:
    """Constant in queries; nothing for who is no adviser."""
    if not is_adviser(person):
        return []
    scopes = editorial.scopes_of(person)
    return [
        *came_back(person),
        *urgent(person, scopes),
        *steps(person, scopes),
        *translations(person, scopes),
    ]


def steps(person, scopes) -> list[DueItem]:
    if not scopes:
        return []
    items = []
    for waiting in editorial.waiting_for(person, scopes):
        asker = waiting.state.workflow_state.requested_by
        names = {"person": asker.display_name if asker else _("Somebody")}
        about = in_language(waiting.page.title, waiting.page.locale.language_code)
        is_last = waiting.role == EditorialRole.PUBLISHER
        items.append(
            item(
                titled(_("To publish: %(title)s") if is_last else _("To review: %(title)s"), about),
                reverse("wagtailadmin_pages:edit", args=[waiting.page.pk]),
                text=(
                    _("Approved; submitted by %(person)s") % names
                    if is_last
                    else _("Submitted by %(person)s") % names
                ),
                action=_("Read the page"),
                icon="pencil",
            )
        )
    return items


def came_back(person) -> list[DueItem]:
    items = []
    for page, state in editorial.sent_back_to(person):
        step = state.current_task_state
        names = {
            "person": (
                step.finished_by.display_name if step and step.finished_by else _("A reviewer")
            )
        }
        items.append(
            item(
                titled(
                    _("Sent back to you: %(title)s"),
                    in_language(page.title, page.locale.language_code),
                ),
                reverse("wagtailadmin_pages:edit", args=[page.pk]),
                text=(step.comment if step else "") or _("%(person)s asks for changes.") % names,
                action=_("Open the page"),
                icon="pencil",
                order=CAME_BACK,
            )
        )
    return items


def urgent(person, scopes) -> list[DueItem]:
    return [
        item(
            titled(
                _("Published urgently, to review: %(title)s"),
                in_language(notice.page.title, notice.page.locale.language_code),
            ),
            reverse("guidance:urgent_review", args=[notice.public_id]),
            text=_("Put online by %(person)s") % {"person": notice.published_by.display_name},
            action=_("Review afterwards"),
            tone="warn",
            icon="triangle-alert",
            order=CAME_BACK,
        )
        for notice in (editorial.urgent_for(person, scopes) if scopes else [])
    ]


def translations(person, scopes) -> list[DueItem]:
    """Items for translators: pages online in French and missing in English, then late ones, in
    their topics.
    """
    mine = [scope for scope in scopes if scope.role == EditorialRole.TRANSLATOR]
    if not mine:
        return []
    pairs = list(parity.to_translate(person, mine))
    missing = [pair for pair in pairs if pair.english_state == State.MISSING]
    behind = [pair for pair in pairs if pair.english_state == State.BEHIND]
    # Each sentence is written out: a translation needs it whole.
    to_write = ngettext("To translate: %(title)s", "%(count)d pages to translate", len(missing))
    to_update = ngettext(
        "To update in English: %(title)s", "%(count)d pages to update in English", len(behind)
    )
    return [
        *_translations(missing, to_write, "missing"),
        *_translations(behind, to_update, "behind"),
    ]


def _translations(pairs: list[Pair], title: str, state: str) -> list[DueItem]:
    if not pairs:
        return []
    names = [in_language(str(pair), pair.title_language) for pair in pairs]
    return [
        item(
            titled(title, names[0], count=len(names)),
            f"{reverse('guidance:parity')}?state={state}",
            text=(
                joined(names[:NAMED], end="…" if len(names) > NAMED else "")
                if len(names) > 1
                else ""
            ),
            action=_("Open the list"),
            icon="languages",
            order=TRANSLATIONS,
        )
    ]


def item(title: str, url: str, *, tone: str = "wait", order: int = REVIEWS, **more) -> DueItem:
    return DueItem(
        title=title, url=url, when=None, tone=tone, order=order, role=Role.ADVISER, **more
    )
