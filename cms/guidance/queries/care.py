"""Owners of pages, checks to do, and pages whose owners left: each in a known number of queries."""

import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from wagtail.models import Page

from cms.guidance.enums import EditorialRole
from cms.guidance.models import Pair, Scope
from cms.guidance.models.editorial import within
from cms.guidance.models.pairs import PairQuerySet
from courses.people.enums import Role
from courses.people.models import Membership, Person


def advisers(day: datetime.date) -> QuerySet[Person]:
    """Persons who may keep a page on that day."""
    membership = Membership.objects.on(day).filter(person=OuterRef("pk"), role=Role.ADVISER)
    return Person.objects.filter(
        Q(is_superuser=True) | Exists(membership), is_active=True, erased_at=None
    )


def checks_to_tell(day: datetime.date, second: datetime.date) -> QuerySet[Pair]:
    """Pages due by `day` of which nobody was told, and those due by `second` of which only the
    owner was.
    """
    first_letter = Q(times_told=0, check_on__lte=day)
    return (
        Pair.objects.with_readers()
        .filter(first_letter | Q(times_told=1, check_on__lte=second))
        .select_related("owner", "deputy", "french", "english")
        .order_by("pk")
    )


def _left(who: str, day: datetime.date) -> QuerySet[Pair]:
    """Annotates whether owner and deputy may still keep pages."""
    still = {
        f"{name}_left": ~Exists(advisers(day).filter(pk=OuterRef(name)))
        for name in ("owner", "deputy")
    }
    return (
        Pair.objects.annotate(**still)
        .filter(**{f"{who}_left": True})
        .select_related("owner", "deputy", "topic")
        .order_by("pk")
    )


def left_by_their_owner(day: datetime.date) -> QuerySet[Pair]:
    """Those that nobody keeps, too, but not those of which both languages are gone."""
    return _left("owner", day).exclude(french=None, english=None)


def left_by_their_deputy(day: datetime.date) -> QuerySet[Pair]:
    return _left("deputy", day).exclude(deputy=None)


class Chiefs:
    """The chief advisers, who have all topics: asked for once, and only if somebody's page needs
    one.
    """

    def __init__(self, day: datetime.date):
        self.day = day

    @cached_property
    def first(self) -> Person | None:
        chiefs = Scope.objects.filter(role=EditorialRole.CHIEF).values("person")
        return advisers(self.day).filter(pk__in=chiefs).order_by("pk").first()


def in_care_of(person: Person) -> PairQuerySet:
    """Pairs that this person owns or is deputy of, or writes within a scope; all for a chief
    adviser and a superuser.
    """
    scopes = (
        []
        if person.is_superuser
        else list(
            Scope.objects.current()
            .filter(person=person)
            .select_related("topic__french", "topic__english")
        )
    )
    if person.is_superuser or any(scope.role == EditorialRole.CHIEF for scope in scopes):
        return Pair.objects.all()
    written = Page.objects.filter(within(scopes)).values("pk")
    return Pair.objects.filter(
        Q(owner=person) | Q(deputy=person) | Q(french__in=written) | Q(english__in=written)
    )


def overdue_for(person: Person, day: datetime.date) -> QuerySet[Pair]:
    """Pairs that this person keeps and hasn't checked by the due day, the longest overdue first."""
    return Pair.objects.kept_by(person).to_check(day).with_pages().order_by("check_on", "pk")


def last_checked(pair: Pair) -> datetime.datetime | None:
    """The day of the last check; of a page never confirmed, the day that it came online."""
    page = pair.french or pair.english
    return pair.checked_at or (page and page.first_published_at)


def with_overdue_mark(pages: QuerySet[Page], day: datetime.date) -> QuerySet[Page]:
    """Pages annotated with the public id of their pair, if its check is overdue: no query more for
    a list of pages.
    """
    late = Pair.objects.overdue(day).filter(translation_key=OuterRef("translation_key"))
    return pages.annotate(overdue_pair=Subquery(late.values("public_id")[:1]))
