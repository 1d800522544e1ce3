"""The board of both languages: every pair, filtered, sorted and counted by what is stored of it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Cast, Coalesce, Lower, TruncDate
from wagtail.models import Revision, WorkflowState

from cms.guidance.enums import State
from cms.guidance.models import Pair, Scope
from cms.guidance.models.pairs import PairQuerySet
from cms.guidance.queries import restricted
from cms.guidance.queries.step import passages_in
from cms.guidance.values.untranslated import untranslated
from courses.people.models import Person

TO_DO, ALL, MINE = "todo", "all", "mine"
REVIEW, ALONE = "review", "alone"
OPEN_REVIEWS = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]
SORTS: dict[str, list] = {
    "since": [F("waits_since").asc(nulls_last=True), "title_sorted"],
    "title": ["title_sorted"],
    "late": [F("lag_blocks").desc(), F("waits_since").asc(nulls_last=True)],
    "owner": [F("owner__family_name").asc(nulls_last=True), "title_sorted"],
    "check": [F("check_on").asc(nulls_last=True), "title_sorted"],
}


@dataclass(frozen=True)
class ParityFigures:
    """Numbers of both trees, counted over pages that are online in French unless said."""

    pages: int
    in_step: int
    behind: int
    missing: int
    draft: int
    alone: int
    overdue: int

    @property
    def english(self) -> int:
        return self.in_step + self.behind + self.alone

    @property
    def needs_something(self) -> bool:
        return bool(self.behind or self.missing or self.draft or self.alone or self.overdue)


def there(pairs: PairQuerySet | None = None) -> PairQuerySet:
    """Pairs that still have a page: a row outlives both, for what people wrote about it."""
    pairs = Pair.objects.all() if pairs is None else pairs
    return pairs.exclude(french_state=State.MISSING, english_state=State.MISSING)


def figures(day: datetime.date) -> ParityFigures:
    french, missing = Q(french_state=State.LIVE), Q(english_state=State.MISSING)
    overdue = Pair.objects.overdue(day).values("pk")
    found = there().aggregate(
        pages=Count("pk", french),
        in_step=Count("pk", Q(english_state=State.IN_STEP)),
        behind=Count("pk", Q(english_state=State.BEHIND)),
        missing=Count("pk", french & missing),
        draft=Count("pk", french & Q(english_state=State.DRAFT)),
        alone=Count("pk", Q(english_state=State.LIVE)),
        overdue=Count("pk", Q(pk__in=overdue)),
    )
    return ParityFigures(**found)


def board(
    person: Person,
    day: datetime.date,
    *,
    which: str = TO_DO,
    topic: Pair | None = None,
    state: str = "",
    overdue: bool = False,
    text: str = "",
    sort: str = "since",
) -> QuerySet:
    """The pairs of the board, each with `waits_since`, `french_in_review`, `english_in_review`: one
    query for a page of it.
    """
    late = Pair.objects.overdue(day).values("pk")
    found = restricted.visible(there(), person).annotate(
        french_in_review=in_review("french_id"),
        english_in_review=in_review("english_id"),
        waits_since=Case(
            When(pk__in=late, then=F("check_on")),
            When(english_state=State.BEHIND, then=TruncDate("lag_since")),
            default=TruncDate(
                Coalesce("french__first_published_at", "french__latest_revision_created_at")
            ),
        ),
        title_sorted=Lower(Coalesce("french__title", "english__title")),
    )
    if which == TO_DO:
        found = found.filter(
            ~Q(french_state=State.LIVE, english_state=State.IN_STEP) | Q(pk__in=late)
        )
    elif which == MINE:
        found = found.kept_by(person)
    if topic:
        found = found.filter(Q(pk=topic.pk) | Q(topic=topic) | Q(topic__topic=topic))
    if state:
        found = found.filter(STATES[state])
    if overdue:
        found = found.filter(pk__in=late)
    if text:
        found = found.filter(Q(french__title__icontains=text) | Q(english__title__icontains=text))
    return found.with_pages().order_by(*SORTS[sort], "pk")


def to_translate(person: Person, scopes: Iterable[Scope]) -> QuerySet:
    """Pairs online in French whose English is missing or behind, within the topics of these scopes;
    oldest first.
    """
    topics = [scope.topic_id for scope in scopes]
    here = (
        Q()
        if None in topics
        else Q(pk__in=topics) | Q(topic__in=topics) | Q(topic__topic__in=topics)
    )
    late = Q(english_state__in=[State.MISSING, State.BEHIND])
    pairs = there(Pair.objects.filter(here, late, french_state=State.LIVE).with_pages())
    return restricted.visible(pairs, person).order_by("lag_since", "pk")


def in_review(field: str) -> Exists:
    """Whether a version of that page waits for somebody's yes."""
    return Exists(
        WorkflowState.objects.filter(
            status__in=OPEN_REVIEWS,
            base_content_type__app_label="wagtailcore",
            base_content_type__model="page",
            object_id=Cast(OuterRef(field), CharField()),
        )
    )


STATES = {
    State.MISSING: Q(english_state=State.MISSING) | Q(french_state=State.MISSING),
    State.DRAFT: Q(english_state=State.DRAFT) | Q(french_state=State.DRAFT),
    State.BEHIND: Q(english_state=State.BEHIND),
    State.IN_STEP: Q(english_state=State.IN_STEP),
    ALONE: Q(english_state=State.LIVE),
    REVIEW: Q(french_in_review=True) | Q(english_in_review=True),
}


def topics() -> PairQuerySet:
    """All topics by their French title, for the filter."""
    return (
        there(Pair.objects.filter(kind="topicpage"))
        .select_related("french", "english")
        .order_by("french__path", "pk")
    )


def kept_and_late(day: datetime.date) -> PairQuerySet:
    """Pairs for the weekly digest: behind, missing in English though online in French, or
    overdue.
    """
    late = Pair.objects.overdue(day).values("pk")
    missing = Q(french_state=State.LIVE, english_state__in=[State.MISSING, State.DRAFT])
    return (
        there()
        .filter(Q(english_state=State.BEHIND) | missing | Q(pk__in=late))
        .with_pages()
        .order_by("french__path", "pk")
    )


def translated_in_drafts(pairs: Iterable[Pair]) -> dict[int, tuple[int, int]]:
    """Progress of English drafts by pair: how many of its passages are no longer in French, of how
    many. One query.
    """
    drafts = {
        pair.english.latest_revision_id: pair
        for pair in pairs
        if pair.english_state == State.DRAFT and pair.english
    }
    found = {}
    for pk, content in Revision.objects.filter(pk__in=drafts).values_list("pk", "content"):
        passages = passages_in(content, ["title", "lead", "audience"])
        still = untranslated(passages, drafts[pk].source_passages)
        found[drafts[pk].pk] = (len(passages) - len(still), len(passages))
    return found
