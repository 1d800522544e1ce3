"""Two languages in step: what a page was in step with, and how far it is behind now.

Meaning counts, dates don't.
"""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import Locale, Page, Revision

from cms.guidance import rules
from cms.guidance.enums import DATED_KINDS, SOURCE_LANGUAGE, TARGET_LANGUAGE, State
from cms.guidance.exceptions import NothingToTranslate, SourceMovedOn, StillInTheOtherLanguage
from cms.guidance.models import BilingualPage, Pair
from cms.guidance.queries.step import said_in_the_source
from cms.guidance.rules import behind, renewed
from cms.guidance.values.passages import PagePassage
from courses.digest.services import tell
from courses.people.models import Person

FIRST_CHECK = datetime.timedelta(days=182)
# What follows from the pages. The rest of the row is what people said meanwhile: it isn't written
# over.
RESTATED = [
    *("french", "english", "topic", "source", "french_state", "english_state"),
    *("source_published_at", "lag", "lag_blocks", "source_blocks", "lag_since", "links_due_on"),
]


def pair_of(page: Page) -> Pair:
    """The pair that this page belongs to, made where there is none yet.

    Who made the page keeps it, until told otherwise.
    """
    pair, _made = Pair.objects.get_or_create(
        translation_key=page.translation_key,
        defaults={
            "kind": page.specific_class._meta.model_name,
            "owner_id": page.owner_id,
            "check_on": (
                None
                if page.specific_class._meta.model_name in DATED_KINDS
                else timezone.localdate() + FIRST_CHECK
            ),
        },
    )
    return pair


def follow_publication(page: BilingualPage, now: datetime.datetime | None = None) -> Pair:
    """Update the pair after a page was published, taken down, moved or deleted. May run twice.

    Holds the pair's row. A minor edit of the source renews what the other language was in step
    with, for the passages that were in step before it.
    """
    with transaction.atomic():
        pair = Pair.objects.select_for_update().get(pk=pair_of(page).pk)
        if page.pk and page.is_source and page.live:
            after = page.passages
            if page.minor_edit:
                renew(pair, pair.source_passages, after)
                forget_the_minor_edit(page)
            pair.source, pair.source_published_at = (
                [passage.as_json() for passage in after],
                page.last_published_at,
            )
        pair.links_due_on = None
        return restate(pair, now)


def restate(pair: Pair, now: datetime.datetime | None = None) -> Pair:
    """Reckon the states of a pair anew from its pages, and store them."""
    now = now or timezone.now()
    french, english = page_in(pair, SOURCE_LANGUAGE), page_in(pair, TARGET_LANGUAGE)
    pair.french, pair.english, pair.topic = french, english, topic_of(french or english)
    pair.french_state = (
        State.MISSING if french is None else State.LIVE if french.live else State.DRAFT
    )
    lag = behind(pair.source_passages, latest(english).seen) if english and pair.source else []
    since = {(row["id"], row["change"]): row["since"] for row in pair.lag}
    pair.lag = [
        {
            "id": b.id,
            "kind": b.kind,
            "change": str(b.change),
            "since": since.get((b.id, str(b.change)), now.isoformat()),
        }
        for b in lag
    ]
    pair.lag_blocks, pair.source_blocks = len(lag), len(pair.source)
    pair.lag_since = min(
        (datetime.datetime.fromisoformat(row["since"]) for row in pair.lag), default=None
    )
    pair.english_state = english_state(english, french, bool(lag))
    pair.save(update_fields=RESTATED)
    tell(f"page:{pair.translation_key}")
    return pair


def english_state(english: Page | None, french: Page | None, lags: bool) -> State:
    if english is None:
        return State.MISSING
    if not english.live:
        return State.DRAFT
    if french is None or not french.live:
        return State.LIVE  # alone: there is nothing to be in step with
    return State.BEHIND if lags else State.IN_STEP


def page_in(pair: Pair, language: str) -> BilingualPage | None:
    page = Page.objects.filter(
        translation_key=pair.translation_key, locale__language_code=language, alias_of=None
    ).first()
    return page.specific if page else None


def latest(page: BilingualPage) -> BilingualPage:
    """The page as readers have it; if it isn't live, its draft."""
    return page if page.live else page.get_latest_revision_as_object()


def topic_of(page: Page | None) -> Pair | None:
    """The pair of the topic that a page stands under."""
    parent = page.get_parent() if page else None
    return (
        Pair.objects.filter(translation_key=parent.translation_key, kind="topicpage").first()
        if parent
        else None
    )


def seen_now(page: BilingualPage, *, shown: int | None) -> list[dict[str, str]]:
    """The source as it was shown to who translates, to be kept as `in_step_with`. `shown`: the
    number of its live revision then.

    Raises `SourceMovedOn` when that text is nowhere any more.
    """
    source = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=SOURCE_LANGUAGE
    ).first()
    if source is None:
        raise NothingToTranslate
    if shown is None or source.live_revision_id == shown:
        return [passage.as_json() for passage in source.specific.passages]
    revision = Revision.objects.filter(pk=shown, object_id=str(source.pk)).first()
    if revision is None:
        raise SourceMovedOn
    return [passage.as_json() for passage in revision.as_object().passages]


def why_not_publish(page: BilingualPage) -> StillInTheOtherLanguage | None:
    """Why the page can't be published in any way, or None: text in the source language isn't
    published in the other tree.
    """
    if page.is_source:
        return None
    return rules.why_not_publish(page.passages, said_in_the_source(page), title=page.title)


def renew(pair: Pair, before: list[PagePassage], after: list[PagePassage]) -> None:
    """A minor edit of the source went out: the other page, and its draft, stay in step where they
    were.
    """
    page = page_in(pair, TARGET_LANGUAGE)
    if page is None:
        return
    if page.seen is not None:
        rows = [passage.as_json() for passage in renewed(page.seen, before, after)]
        type(page).objects.filter(pk=page.pk).update(in_step_with=rows)
    if (revision := page.latest_revision) and (draft := revision.as_object()).seen is not None:
        revision.content["in_step_with"] = [
            passage.as_json() for passage in renewed(draft.seen, before, after)
        ]
        revision.save(update_fields=["content"])


def forget_the_minor_edit(page: BilingualPage) -> None:
    """It was said of this publication, not of the next one."""
    type(page).objects.filter(pk=page.pk).update(minor_edit=False)
    if (revision := page.latest_revision) and revision.content.get("minor_edit"):
        revision.content["minor_edit"] = False
        revision.save(update_fields=["content"])


def translate(page: BilingualPage, *, by: Person | None = None) -> BilingualPage:
    """Make a draft of the page in the other language, with the words of the first until they are
    translated. Idempotent.

    Pages above it are made as drafts as well, never as live copies.
    """
    language = TARGET_LANGUAGE if page.is_source else SOURCE_LANGUAGE
    locale = Locale.objects.get(language_code=language)
    with transaction.atomic():
        if there := page.get_translation_or_none(locale):
            return there.specific
        parent = page.get_parent().specific
        if not parent.has_translation(locale):
            translate(parent, by=by)
        draft = (
            CopyPageForTranslationAction(page, locale, user=by)
            .execute(skip_permission_checks=True)
            .specific
        )
        restate(pair_of(draft))
    return draft


def begin_out_of_step(page: BilingualPage) -> None:
    """A copy for translation takes over the source's fields: it was never in step with anything."""
    nothing = {"in_step_with": None, "minor_edit": False}
    type(page).objects.filter(pk=page.pk).update(**nothing)
    if revision := Page.objects.get(pk=page.pk).latest_revision:
        revision.content.update(nothing)
        revision.save(update_fields=["content"])
    restate(pair_of(page))


def restate_what_lost_a_page() -> int:
    """Pages were deleted, perhaps with all that stood below: their pairs stay, for what people
    wrote about them, and say what is left.

    Found by the rows themselves, so that no way to delete is forgotten. Says how many.
    """
    lost_french = Q(french=None) & ~Q(french_state=State.MISSING)
    lost_english = Q(english=None) & ~Q(english_state=State.MISSING)
    pairs = list(Pair.objects.filter(lost_french | lost_english))
    for pair in pairs:
        restate(pair)
    return len(pairs)
