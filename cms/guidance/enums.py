"""Words of the pages that the roof keeps itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy, pgettext_lazy

from courses.mail.enums import LetterKeys

# The language that advisers write in first; the other tree follows it.
SOURCE_LANGUAGE = "fr"
TARGET_LANGUAGE = "en"


class Tone(models.TextChoices):
    """Look of a callout; the words say it, too."""

    CALM = "calm", _("Quiet")
    DONE = "done", _("Good to know")
    WAIT = "wait", _("Take care")
    WARN = "warn", _("Important")
    MOVED = "moved", _("Changed")
    CLOSED = "closed", _("When schools are closed")


SIGNS = {
    Tone.CALM: "info",
    Tone.DONE: "circle-check",
    Tone.WAIT: "hourglass",
    Tone.WARN: "triangle-alert",
    Tone.MOVED: "arrow-right",
    Tone.CLOSED: "house",
}
# Tones that have no colour of their own.
LOOKS_LIKE = {Tone.CLOSED: Tone.WAIT}


# Pages that carry their date: what they say was true on that day, so nobody has to check them
# again.
DATED_KINDS = ("newspage", "newsindexpage")


class State(models.TextChoices):
    """State of a page in one language.

    A page is only ever behind in the language that follows.
    """

    MISSING = "missing", pgettext_lazy("state of a page", "missing")
    DRAFT = "draft", pgettext_lazy("state of a page", "draft")
    LIVE = "live", pgettext_lazy("state of a page", "online")
    IN_STEP = "in_step", pgettext_lazy("state of a page", "up to date")
    BEHIND = "behind", pgettext_lazy("state of a page", "behind")


class PassageChange(models.TextChoices):
    """Change to a passage of the source since the other language was last up to date."""

    CHANGED = "changed", pgettext_lazy("passage", "changed")
    ADDED = "added", pgettext_lazy("passage", "added")
    REMOVED = "removed", pgettext_lazy("passage", "removed")


class OpinionState(models.TextChoices):
    """State of a reader's opinion."""

    NEW = "new", pgettext_lazy("a reader’s opinion", "new")
    ANSWERED = "answered", pgettext_lazy("a reader’s opinion", "answered")
    CLOSED = "closed", pgettext_lazy("a reader’s opinion", "closed")


class Fault(models.TextChoices):
    """Why a link leads nowhere, in words for who can mend it."""

    PAGE_GONE = "page_gone", _("The page doesn’t exist any more.")
    PAGE_OFFLINE = "page_offline", _("The page isn’t online.")
    FILE_GONE = "file_gone", _("The file doesn’t exist any more.")
    NO_SUCH_ADDRESS = "no_such_address", _("There is no such address on this site.")
    NOT_AN_ADDRESS = "not_an_address", _("This is no web address.")
    NOT_FOUND = "not_found", _("The other site says that there is no such page.")
    HOST_UNKNOWN = "host_unknown", _("No site has this name.")
    REFUSED = "refused", _("The other site can’t be reached.")
    TOO_SLOW = "too_slow", _("The other site doesn’t answer in time.")
    CERTIFICATE = "certificate", _("The other site’s certificate isn’t valid: browsers warn of it.")
    BROKEN = "broken", _("The other site answers with an error of its own.")
    GOES_ROUND = "goes_round", _("The other site leads from one address to the next without end.")
    PRIVATE = "private", _("The address lies in a private network: readers can’t reach it.")


# What may pass by itself: found once, it is tried again on the next day before anybody is told.
MAY_PASS = (Fault.HOST_UNKNOWN, Fault.REFUSED, Fault.TOO_SLOW, Fault.BROKEN)


class EditorialRole(models.TextChoices):
    """An adviser's role, within the topics and the language of a scope."""

    AUTHOR = "author", pgettext_lazy("editorial role", "author")
    TRANSLATOR = "translator", pgettext_lazy("editorial role", "translator")
    REVIEWER = "reviewer", pgettext_lazy("editorial role", "reviewer")
    PUBLISHER = "publisher", pgettext_lazy("editorial role", "publisher")
    CHIEF = "chief", pgettext_lazy("editorial role", "chief adviser")


# Those who write do so in one language, this one unless another is said.
WRITES_IN = {EditorialRole.AUTHOR: SOURCE_LANGUAGE, EditorialRole.TRANSLATOR: TARGET_LANGUAGE}
# The steps of "review, then publication": who acts at each.
STEPS = (EditorialRole.REVIEWER, EditorialRole.PUBLISHER)


class ReviewOutcome(models.TextChoices):
    """Outcome of the review of an urgent publication."""

    KEPT = "kept", pgettext_lazy("urgent publication", "kept")
    TAKEN_BACK = "taken_back", pgettext_lazy("urgent publication", "taken back")


class Letters(LetterKeys):
    """The key of each letter, kept in rows: its function says it with `@writes` and may move, the
    key stays.
    """

    TO_CHECK = "guidance.to_check"
    PAGES_RECEIVED = "guidance.pages_received"
    DEPUTY_LEFT = "guidance.deputy_left"
    OPINION = "guidance.opinion_came"
    OPINION_ANSWERED = "guidance.opinion_answered"
    DEAD_LINKS = "guidance.dead_links_found"
    NOT_PUBLISHED = "guidance.not_published"
    ENDED_IN_REVIEW = "guidance.ended_in_review"
    BOTH_LANGUAGES = "guidance.both_languages"
    STEP_ASKED = "guidance.step_asked"
    SENT_BACK = "guidance.sent_back"
    PUBLISHED = "guidance.published"
    COMMENTED = "guidance.commented"
    ROLES_CHANGED = "guidance.roles_changed"
    URGENT_TO_REVIEW = "guidance.urgent_to_review"
    URGENT_REVIEWED = "guidance.urgent_reviewed"
    REVIEW_ENDED = "guidance.review_ended"


class Kind(models.TextChoices):
    """Kinds of search results; in this order where nothing else decides."""

    RESOURCE = "resource", _("Resources")
    PAGE = "page", pgettext_lazy("kind found by a search", "Guidance and help")
    TRAINING = "training", _("Trainings")
    SESSION = "session", _("Sessions")
    NEWS = "news", _("News")


KIND_WORDS = {
    Kind.RESOURCE: pgettext_lazy("kind found by a search", "Resource"),
    Kind.PAGE: pgettext_lazy("kind found by a search", "Page"),
    Kind.TRAINING: pgettext_lazy("kind found by a search", "Training"),
    Kind.SESSION: pgettext_lazy("kind found by a search", "Session"),
    Kind.NEWS: pgettext_lazy("kind found by a search", "News"),
}
SIGNS_OF_KINDS = {
    Kind.RESOURCE: "book-open",
    Kind.PAGE: "file-text",
    Kind.TRAINING: "graduation-cap",
    Kind.SESSION: "calendar-days",
    Kind.NEWS: "bell",
}


class Improvement(models.TextChoices):
    """Possible improvement of a text: a hint to the writer, which never prevents publishing."""

    SUMMARY = (
        "summary",
        _("The summary is missing: it appears under the title, in lists and in search."),
    )
    AUDIENCE = "audience", _("For whom is this page? A reader decides by it whether to go on.")
    HINT = (
        "hint",
        _(
            "A hint is still in the text: “%(found)s”. Replace it with your own words, or take it"
            " out."
        ),
    )
    VAGUE_LINK = (
        "vague_link",
        _("“%(found)s” doesn’t say where the link leads. Use the words of what is there."),
    )
    BARE_ADDRESS = (
        "bare_address",
        _("“%(found)s” is an address, which screen readers spell out. Put the link on words."),
    )
    LONG_SENTENCE = (
        "long_sentence",
        _("A sentence of %(number)d words: “%(found)s”. Two would be easier to follow."),
    )
    HEADING_ORDER = (
        "heading_order",
        _("“%(found)s” is a heading under no heading. Put a block “Heading” before it."),
    )
    EMPTY_HEADING = "empty_heading", _("A heading without words.")
    NO_ALTERNATIVE = (
        "no_alternative",
        _("A picture says nothing to those who can’t see it: describe it, or call it decorative."),
    )
    FILE_NAME = (
        "file_name",
        _("“%(found)s” looks like the name of a file. Say what the picture shows."),
    )
    CAPITALS = "capitals", _("“%(found)s”: capitals are slow to read. Use bold for what matters.")


# Wagtail's sentences whose French names a page by a word of either gender, a "workflow" or a
# "moderation": ours stand in their place (locale/fr, which comes before Wagtail's own catalogues).
WAGTAIL_SAYS = [
    gettext_noop("New: %(model_name)s"),
    gettext_noop("Add %(model_name)s"),
    gettext_noop("Add %(label)s"),
    ngettext_lazy(
        "This %(model_name)s is referenced %(usage_count)s time.",
        "This %(model_name)s is referenced %(usage_count)s times.",
    ),
    gettext_noop("Anyone can edit this %(model_name)s"),
    gettext_noop("Anyone can edit this %(model_name)s – lock it to prevent others from editing"),
    gettext_noop("This %(model_name)s hasn't been submitted for moderation yet"),
    gettext_noop("This page hasn't been submitted for moderation yet"),
    gettext_noop(
        "This %(model_name)s is currently at <strong>%(task)s</strong> in"
        " <strong>%(workflow)s</strong>."
    ),
    gettext_noop(
        "This page is currently at <strong>%(task)s</strong> in <strong>%(workflow)s</strong>."
    ),
    gettext_noop(
        "This %(model_name)s was marked as needing changes at <strong>%(task)s</strong> in"
        " <strong>%(workflow)s</strong>."
    ),
    gettext_noop(
        "This page was marked as needing changes at <strong>%(task)s</strong> in"
        " <strong>%(workflow)s</strong>."
    ),
    gettext_noop(
        "This {model_name} is awaiting <b>'{task_name}'</b> in the <b>'{workflow_name}'</b>"
        " workflow."
    ),
    gettext_noop("Only reviewers for this task can edit the %(model_name)s."),
    gettext_noop("Only reviewers can edit and approve the %(model_name)s"),
    gettext_noop(
        "Reviewers can edit this %(model_name)s – lock it to prevent other reviewers from editing"
    ),
    gettext_noop("This %(model_name)s is currently awaiting moderation."),
    gettext_noop("Are you sure you want to delete this %(model_name)s?"),
    gettext_noop("Are you sure you want to unpublish this %(model_name)s?"),
    gettext_noop("One or more references to this %(model_name)s prevent it from being deleted."),
    gettext_noop("Publishing this %(model_name)s will cancel the current workflow."),
    gettext_noop("Would you still like to publish this %(model_name)s?"),
    gettext_noop(
        "You are viewing a previous version of this %(model_name)s from <b>%(created_at)s</b> by"
        " %(user)s"
    ),
    gettext_noop("Your pages and snippets in a workflow"),
    gettext_noop("Workflow on page '%(page_title)s' has been cancelled."),
    gettext_noop("Publishing this page will cancel the current workflow."),
    gettext_noop("Page '%(page_title)s' has been updated."),
    gettext_noop("Page '%(page_title)s' unpublished."),
    gettext_noop("In Moderation"),
    gettext_noop("in moderation"),
    gettext_noop("live + in moderation"),
    gettext_noop("Locked by workflow"),
    gettext_noop("Workflow history"),
    gettext_noop("Workflow progress"),
]
