"""Letters to those who write and keep pages.

Each is written when it is sent, in its reader's language.
"""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page, TaskState, WorkflowState

from cms.guidance.enums import EditorialRole, Letters, OpinionState, Outcome, State
from cms.guidance.models import Opinion, Pair, Scope, UrgentNotice
from cms.guidance.queries.parity import kept_and_late
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from courses.templatetags.passerelle import date_words

ABOUT_A_PAGE = "guidance/mail/about_a_page"


def editor_of(page: Page) -> str:
    return absolute(reverse("wagtailadmin_pages:edit", args=[page.pk]))


# Review and publication


@writes(Letters.STEP_ASKED, because=gettext_lazy("you review or publish pages of this topic"))
def step_asked(state: TaskState, *, to: Person, details: dict) -> Message | None:
    """No longer needed once somebody acted, or the review was called off."""
    page = state.workflow_state.content_object
    if state.status != TaskState.STATUS_IN_PROGRESS or page is None:
        return None
    names = {"title": page.title, "author": asked_by(state.workflow_state)}
    if state.task.specific.role == EditorialRole.PUBLISHER:
        heading = _("To publish: %(title)s") % names
        line = (
            _(
                "The text has been approved. %(author)s asked for it; you may put it online, or"
                " send it back with a comment."
            )
            % names
        )
    else:
        heading = _("To review: %(title)s") % names
        line = (
            _(
                "%(author)s asks for a review. Read the page, then approve it or send it back with"
                " a comment."
            )
            % names
        )
    why = _("You receive this because you review or publish pages of this topic.")
    context = {
        "heading": heading,
        "lines": [line],
        "url": editor_of(page),
        "label": _("Read the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.SENT_BACK, because=gettext_lazy("you wrote or approved this text"))
def sent_back(state: TaskState, *, to: Person, details: dict) -> Message | None:
    page = state.workflow_state.content_object
    if page is None:
        return None
    names = {
        "title": page.title,
        "person": state.finished_by.display_name if state.finished_by else _("A reviewer"),
    }
    heading = _("Sent back: %(title)s") % names
    if to.pk == state.workflow_state.requested_by_id:
        line = (
            _("%(person)s asks for changes before the page goes on. Your text is kept as a draft.")
            % names
        )
    else:
        line = (
            _(
                "%(person)s asks for changes in the page that you wrote or approved. It comes to"
                " review again once they are made."
            )
            % names
        )
    why = _("You receive this because you wrote or approved this text.")
    context = {
        "heading": heading,
        "lines": [line],
        "words": state.comment,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.PUBLISHED, because=gettext_lazy("you asked for a review"))
def published(state: WorkflowState, *, to: Person, details: dict) -> Message | None:
    page = state.content_object
    if page is None or not page.live:
        return None
    heading = _("Online: %(title)s") % {"title": page.title}
    words = state.current_task_state.comment if state.current_task_state else ""
    lines = [_("The page that you submitted has been approved and published.")]
    why = _("You receive this because you asked for the review of this page.")
    context = {
        "heading": heading,
        "lines": lines,
        "words": words,
        "url": page.specific.canonical,
        "label": _("See the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.COMMENTED, because=gettext_lazy("you wrote this text or commented on it"))
def commented(page: Page, *, to: Person, details: dict) -> Message | None:
    """All that others said there and that is still open; no longer needed once everything is
    settled.
    """
    threads = (
        page.wagtail_admin_comments.filter(resolved_at=None)
        .select_related("user")
        .prefetch_related("replies__user")
    )
    said = [
        (one.user, one.text)
        for thread in threads
        for one in (thread, *thread.replies.all())
        if one.user_id != to.pk
    ]
    if not said:
        return None
    heading = _("Comments: %(title)s") % {"title": page.title}
    lines = [_("Comments beside the text that are still open.")]
    words = "\n\n".join(
        _("%(person)s: %(words)s") % {"person": person.display_name, "words": text}
        for person, text in said
    )
    why = _("You receive this because you wrote this text or commented on it.")
    context = {
        "heading": heading,
        "lines": lines,
        "words": words,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


def asked_by(state: WorkflowState) -> str:
    return state.requested_by.display_name if state.requested_by else _("Somebody")


# Urgent publication


@writes(Letters.URGENT_TO_REVIEW, because=gettext_lazy("you review pages of this topic"))
def urgent_to_review(notice: UrgentNotice, *, to: Person, details: dict) -> Message | None:
    """No longer needed once somebody reviewed it."""
    if notice.outcome:
        return None
    names = {"title": notice.page.title, "person": notice.published_by.display_name}
    heading = _("Published urgently, to review: %(title)s") % names
    line = (
        _(
            "%(person)s published the page at once, with a banner over the whole site. Keep it, or"
            " take it back."
        )
        % names
    )
    why = _("You receive this because you review pages of this topic.")
    url = absolute(reverse("guidance:urgent_review", args=[notice.public_id]))
    context = {
        "heading": heading,
        "lines": [line],
        "url": url,
        "label": _("Review afterwards"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.URGENT_REVIEWED, because=gettext_lazy("you published this page urgently"))
def urgent_reviewed(notice: UrgentNotice, *, to: Person, details: dict) -> Message | None:
    if not notice.reviewed_by:
        return None
    names = {"title": notice.page.title, "person": notice.reviewed_by.display_name}
    if notice.outcome == Outcome.KEPT:
        heading, line = (
            _("Kept: %(title)s") % names,
            _("%(person)s reviewed what you published urgently: it stays online.") % names,
        )
    else:
        heading = _("Taken back: %(title)s") % names
        line = (
            _(
                "%(person)s took back what you published urgently. Your text is kept as a draft;"
                " readers see the page as it was."
            )
            % names
        )
    why = _("You receive this because you published this page urgently.")
    context = {
        "heading": heading,
        "lines": [line],
        "words": notice.words,
        "url": editor_of(notice.page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


# Who keeps a page


def keepers_of(pair: Pair) -> str:
    return absolute(reverse("guidance:keepers", args=[pair.public_id]))


@writes(Letters.TO_CHECK, because=gettext_lazy("you own this page"))
def to_check(pair: Pair, *, to: Person, details: dict) -> Message | None:
    """No longer needed once somebody confirmed the page, or another keeps it."""
    due = date.fromisoformat(details["due"])
    if pair.check_on != due or to.pk not in (pair.owner_id, pair.deputy_id):
        return None
    names = {"title": pair, "day": date_words(due)}
    if details["times"] == 1:
        heading = _("To check: %(title)s") % names
        lines = [
            _(
                "The check of this page falls due on %(day)s. Read both languages, fix what is"
                " wrong, then confirm."
            )
            % names,
            _(
                "If nobody does within two weeks, its deputy is told and readers see how long it"
                " has been unchecked."
            ),
        ]
    else:
        heading = _("Still to check: %(title)s") % names
        lines = [
            _(
                "The check of this page fell due on %(day)s. Its owner and its deputy both get this"
                " email."
            )
            % names,
            _(
                "From today readers see how long it has been unchecked. Confirming it removes that"
                " notice."
            ),
        ]
    why = _("You receive this because you own this page or are its deputy.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": keepers_of(pair),
        "label": _("Check and confirm"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.PAGES_RECEIVED, because=gettext_lazy("you now own these pages"))
def pages_received(about: None, *, to: Person, details: dict) -> Message | None:
    """About those that the reader still keeps."""
    pairs = list(Pair.objects.filter(pk__in=details["pairs"], owner=to).with_pages())
    if not pairs:
        return None
    names = {"count": len(pairs), "title": pairs[0], "before": details["before"]}
    heading = (
        ngettext("You now own “%(title)s”", "You now own %(count)d more pages", len(pairs)) % names
    )
    lines = (
        [_("%(before)s owned them until now and is no longer an adviser.") % names]
        if details["before"]
        else []
    )
    lines += [str(pair) for pair in pairs] if len(pairs) > 1 else []
    lines.append(
        _(
            "The owner of a page confirms now and then that it is still right, and answers what"
            " readers say of it."
        )
    )
    url = keepers_of(pairs[0]) if len(pairs) == 1 else absolute(reverse("guidance:overdue"))
    why = _("You receive this because you now own these pages.")
    return letter(
        ABOUT_A_PAGE,
        heading,
        {"heading": heading, "lines": lines, "url": url, "label": _("See the owners"), "why": why},
    )


@writes(Letters.DEPUTY_LEFT, because=gettext_lazy("you own this page"))
def deputy_left(pair: Pair, *, to: Person, details: dict) -> Message | None:
    if pair.owner_id != to.pk or pair.deputy_id:
        return None
    names = {"title": pair, "name": details["name"]}
    heading = _("Without a deputy: %(title)s") % names
    line = (
        _(
            "%(name)s is no longer an adviser. Choose who stands in for you, so that the page is"
            " never left alone."
        )
        % names
    )
    why = _("You receive this because you own this page.")
    return letter(
        ABOUT_A_PAGE,
        heading,
        {
            "heading": heading,
            "lines": [line],
            "url": keepers_of(pair),
            "label": _("Choose a deputy"),
            "why": why,
        },
    )


# What readers say


@writes(Letters.OPINION, because=gettext_lazy("you own this page"))
def opinion_came(opinion: Opinion, *, to: Person, details: dict) -> Message | None:
    """Without the reader's words: a name that stands in them can still be struck out where they are
    kept.
    """
    if opinion.state != OpinionState.NEW:
        return None
    names = {"title": opinion.title}
    heading = _("A reader wrote about “%(title)s”") % names
    first = (
        _("The page was useful, and something is said about it.")
        if opinion.was_useful
        else _("The page wasn’t useful.")
    )
    lines = [
        first,
        _(
            "Read it and answer. The words aren’t in this email, so that a name in them can still"
            " be struck out."
        ),
    ]
    why = _("You receive this because you own this page.")
    url = absolute(reverse("guidance:answer", args=[opinion.public_id]))
    return letter(
        ABOUT_A_PAGE,
        heading,
        {"heading": heading, "lines": lines, "url": url, "label": _("Read and answer"), "why": why},
    )


@writes(Letters.OPINION_ANSWERED, because=gettext_lazy("you said what you think of this page"))
def opinion_answered(opinion: Opinion, *, to: Person, details: dict) -> Message | None:
    if not opinion.answer:
        return None
    heading = _("An answer about “%(title)s”") % {"title": opinion.title}
    lines = [_("You said whether this page was useful. Its owner answers:")]
    why = _(
        "You receive this because you were signed in when you said what you think of this page."
    )
    url = absolute(reverse("guidance:my_opinion", args=[opinion.public_id]))
    context = {
        "heading": heading,
        "lines": lines,
        "words": opinion.answer,
        "url": url,
        "label": _("See it on its page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


# Links, and what was to happen by itself


@writes(Letters.DEAD_LINKS, because=gettext_lazy("you own this page"))
def dead_links_found(pair: Pair, *, to: Person, details: dict) -> Message | None:
    """About those that are still dead."""
    links = list(pair.dead_links.certain().filter(pk__in=details["links"]))
    if not links or pair.owner_id != to.pk:
        return None
    heading = _("Dead links: %(title)s") % {"title": pair}
    lines = [f"{link.address} {link.get_fault_display()}" for link in links]
    lines.append(
        _("Fix or remove them. The page is now to be checked by %(day)s.")
        % {"day": date_words(pair.check_on)}
    )
    url = absolute(f"{reverse('guidance:dead_links')}?about={pair.public_id}")
    why = _("You receive this because you own this page.")
    return letter(
        ABOUT_A_PAGE,
        heading,
        {
            "heading": heading,
            "lines": lines,
            "url": url,
            "label": _("See the dead links"),
            "why": why,
        },
    )


@writes(
    Letters.NOT_PUBLISHED, because=gettext_lazy("you own this page, or planned its publication")
)
def not_published(page: Page, *, to: Person, details: dict) -> Message | None:
    heading = _("Not published as planned: %(title)s") % {"title": page.title}
    lines = [
        details["reason"]
        or _(
            "The publication that was planned for now didn’t succeed. It is tried again each"
            " minute."
        ),
        _("Nothing is lost: the text is kept as a draft."),
    ]
    why = _("You receive this because you own this page or planned its publication.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.ENDED_IN_REVIEW, because=gettext_lazy("you own or review this page"))
def ended_in_review(page: Page, *, to: Person, details: dict) -> Message | None:
    """Not needed if the page is online again."""
    if page.live:
        return None
    heading = _("Taken down as planned: %(title)s") % {"title": page.title}
    lines = [
        _(
            "The end that was planned for this page came while a correction was under review:"
            " readers no longer find it."
        ),
        _(
            "The correction is safe as a draft. Approve it and choose a later end, or leave the"
            " page offline."
        ),
    ]
    why = _("You receive this because you own or review this page.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


# Both languages


@writes(Letters.BOTH_LANGUAGES, because=gettext_lazy("you own these pages"))
def both_languages(owner: Person, *, to: Person, details: dict) -> Message | None:
    """What stands so when the letter is written: nothing any more, no letter."""
    day = timezone.localdate()
    pairs = list(kept_and_late(day).filter(owner=to))
    if not pairs:
        return None
    behind = [pair for pair in pairs if pair.english_state == State.BEHIND]
    missing = [
        pair
        for pair in pairs
        if pair.french_state == State.LIVE and pair.english_state in (State.MISSING, State.DRAFT)
    ]
    overdue = [pair for pair in pairs if pair.is_overdue]
    context = {
        "behind": behind,
        "missing": missing,
        "overdue": overdue,
        "url": absolute(reverse("guidance:parity")) + "?which=mine",
    }
    subject = ngettext(
        "One of your pages needs your attention this week",
        "%(pages)s of your pages need your attention this week",
        len(pairs),
    )
    return letter("guidance/mail/both_languages", subject % {"pages": len(pairs)}, context)


# Who writes, reviews and publishes


@writes(Letters.ROLES_CHANGED, because=gettext_lazy("your editorial roles were changed"))
def roles_changed(person: Person, *, to: Person, details: dict) -> Message | None:
    """What the person holds when the letter is written."""
    heading = _("Your editorial roles on Passerelle")
    scopes = (
        Scope.objects.current()
        .filter(person=person)
        .select_related("topic__french", "topic__english")
    )
    held = [f"{scope.get_role_display()}, {scope.topic or _('The whole site')}" for scope in scopes]
    lines = [_("%(person)s has changed your editorial roles.") % {"person": details["by"]}]
    lines.append(
        _("You now hold: %(roles)s.") % {"roles": "; ".join(held)}
        if held
        else _("You hold none now.")
    )
    why = _("You receive this because the account is yours.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": absolute(reverse("today:home")),
        "label": _("See my first page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)
