"""Readers' opinions, as those who keep the pages see them."""

from dataclasses import dataclass

from django.db.models import Count, Q

from cms.guidance.models import Opinion, Pair
from cms.guidance.models.opinions import OpinionQuerySet
from cms.guidance.queries.care import in_care_of
from courses.people.models import Person


def opinions_for(person: Person) -> OpinionQuerySet:
    """Opinions on the pages that this person keeps or writes."""
    return Opinion.objects.filter(pair__in=in_care_of(person).values("pk"))


@dataclass(frozen=True)
class PageCount:
    """Numbers of a page's opinions."""

    pair: Pair
    yes: int
    no: int
    new: int


def counts_by_page(person: Person) -> list[PageCount]:
    """Counts of each page with an opinion: the one with most new ones first. One query."""
    rows = (
        in_care_of(person)
        .filter(opinions__isnull=False)
        .annotate(
            yes=Count("opinions", filter=Q(opinions__was_useful=True)),
            no=Count("opinions", filter=Q(opinions__was_useful=False)),
            new=Count("opinions", filter=Q(opinions__state="new")),
        )
        .select_related("french", "english")
        .order_by("-new", "-no", "pk")
    )
    return [PageCount(pair, pair.yes, pair.no, pair.new) for pair in rows]


def counted(pair: Pair) -> dict[str, int]:
    """Number of readers who found the page useful, and who didn't."""
    return pair.opinions.counted()


def new_for(person: Person) -> tuple[int, list[Opinion]]:
    """Number of opinions that wait for an answer of the page's owner, and the latest of them."""
    mine = Opinion.objects.new().filter(pair__owner=person)
    latest = list(mine.with_list_rows()[:3])
    return (mine.count() if len(latest) == 3 else len(latest)), latest
