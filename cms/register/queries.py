"""The register as it stands: what every package declares, gathered by hook."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from wagtail import hooks
from wagtail.models import ModelLogEntry

from cms.register.enums import EXPORTED
from courses.digest.enums import Hook
from courses.digest.register import AUGUST, PARIS, TECHNICAL, Category, Holding, Period, Whose
from courses.people.enums import Role
from courses.people.models import Organisation, Person
from courses.people.queries.students import leavers, students_of, students_who_left


@dataclass(frozen=True)
class Whole:
    """The registers of all packages together.

    Holdings in the order of erasing: each package's own, products first.
    """

    categories: dict[str, Category]
    holdings: list[Holding]
    unrelated: frozenset[str]

    def of(self, whose: str) -> list[Category]:
        return [category for category in self.categories.values() if whose in category.whose]

    def period_of(self, holding: Holding) -> Period:
        return holding.period or self.categories[holding.category].period

    def says_nothing_of_people(self, model: type[models.Model]) -> bool:
        label = model._meta.label
        return label in self.unrelated or f"{model._meta.app_label}.*" in self.unrelated


@cache
def register() -> Whole:
    """Read once: it changes with the code alone."""
    parts = [part for answer in hooks.get_hooks(Hook.REGISTER) for part in answer()]
    categories = sorted(
        (category for part in parts for category in part.categories),
        key=lambda category: category.order,
    )
    labels = {config.label for config in apps.get_app_configs()}
    holdings = [
        holding
        for part in parts
        for holding in part.holdings
        if holding.model.split(".")[0] in labels
    ]
    return Whole(
        {category.key: category for category in categories},
        holdings,
        frozenset(label for part in parts for label in part.unrelated),
    )


def model_of(holding: Holding) -> type[models.Model]:
    return apps.get_model(holding.model)


def what_is_over(holding: Holding, now: datetime.datetime) -> models.QuerySet:
    """Rows that are to be erased at that instant, or were by then."""
    rows = _without_kept(holding)
    return (
        rows.filter(holding.past(register().period_of(holding).cutoff(now)))
        if holding.past
        else rows.none()
    )


def _without_kept(holding: Holding) -> models.QuerySet:
    """Without those that a row of another model keeps."""
    rows = model_of(holding)._default_manager.all()
    for other in register().holdings:
        if (same := other.keeps.get(holding.model)) and other.keeps_account is not None:
            columns = {theirs: OuterRef(own) for own, theirs in same.items()}
            keeping = model_of(other)._default_manager.filter(other.keeps_account, **columns)
            rows = rows.exclude(Exists(keeping.order_by()))
    return rows


def undeclared() -> list[str]:
    """Fields that nobody has declared, and declarations of fields that aren't there: both must be
    none.
    """
    whole, wrong = register(), []
    declared = {}
    for holding in whole.holdings:
        declared[holding.model] = {*holding.fields, *holding.by, *holding.secret, *holding.other}
    for model in apps.get_models():
        label = model._meta.label
        if whole.says_nothing_of_people(model):
            continue
        if label not in declared:
            wrong.append(f"{label}: nobody says whether it is about people")
            continue
        names = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
        wrong += [
            f"{label}.{name}: not declared" for name in sorted(names - declared[label] - TECHNICAL)
        ]
        wrong += [
            f"{label}.{name}: declared, but not there" for name in sorted(declared[label] - names)
        ]
    return wrong


def students_see() -> list[Category]:
    return [category for category in register().of(Whose.STUDENTS) if category.child_title]


# One person's


def rows_of(holding: Holding, person: Person) -> models.QuerySet:
    """Rows of a holding about the person that may be shown already."""
    model = model_of(holding)
    if not holding.about:
        return model._default_manager.none()
    found = model._default_manager.filter(is_about(holding, person)).order_by().values("pk")
    return model._base_manager.filter(pk__in=found).order_by("pk").fetch_mode(models.FETCH_PEERS)


def is_about(holding: Holding, person: Person) -> Q:
    """Condition on rows about the person, for one `filter()`.

    `shown` may speak of the row of the same join that leads to the person.
    """
    return Q(*(Q(**{path: person.pk}) for path in holding.about), _connector=Q.OR) & holding.shown


def acts_of(person: Person) -> Iterator[tuple[tuple[Holding, str], int]]:
    """Number of acts of the person that others' rows remember: closed a roll, corrected a line."""
    for holding in register().holdings:
        for name in holding.by:
            if count := model_of(holding)._default_manager.filter(**{name: person.pk}).count():
                yield (holding, name), count


def downloads_of(person: Person) -> list[ModelLogEntry]:
    """Log of exports of the person's data, newest first; for a year, as long as the log."""
    entries = ModelLogEntry.objects.for_instance(person).filter(action=EXPORTED)
    return list(entries.select_related("user").order_by("-timestamp")[:20])


def students_led_by(leader: Person) -> models.QuerySet[Person]:
    """Students of today of the schools that the person leads, and those who left from there and
    aren't erased yet.

    Who became an adult of the school, or went to another one, isn't the school's alone.
    """
    schools = leader.places_as(Role.LEADER)
    here, left = students_of(schools).values("pk"), students_who_left(schools).values("pk")
    return Person.objects.filter(Q(pk__in=here) | Q(pk__in=left), erased_at__isnull=True)


def students_named(words: str, *, leader: Person) -> models.QuerySet[Person]:
    """Those whose name or login begins so; all without words."""
    found = students_led_by(leader)
    for word in words.split():
        found = found.filter(
            Q(given_name__istartswith=word)
            | Q(family_name__istartswith=word)
            | Q(login__istartswith=word)
        )
    return found.order_by("family_name", "given_name", "pk")


# What goes soon


@dataclass(frozen=True)
class Going:
    """Number of rows of a category to erase until a day, the day included."""

    category: Category
    period: Period
    count: int


MONTH = datetime.timedelta(days=31)


def next_end_of_school_year(now: datetime.datetime) -> datetime.datetime:
    """The night of 31 August in which the last school year is erased."""
    day = now.astimezone(PARIS)
    this = day.replace(month=AUGUST, day=31, hour=6, minute=0, second=0, microsecond=0)
    return this if day < this else this.replace(year=this.year + 1)


def going(
    until: datetime.datetime,
    *,
    person: Person | None = None,
    schools: Iterable[Organisation] | None = None,
) -> list[Going]:
    """Rows that will have been erased by then, by category: the count of one model."""
    found = []
    for category, holdings in _counted_holdings():
        for holding in holdings:
            rows = what_is_over(holding, until)
            if person is not None:
                rows = rows.filter(is_about(holding, person))
            if schools is not None:
                rows = rows.filter(_of_schools(holding, schools))
            if count := rows.values("pk").distinct().count():
                found.append(Going(category, register().period_of(holding), count))
                break
    account = register().categories["account"]
    people = _leavers(until, schools)
    if person is not None:
        people = people.filter(pk=person.pk)
    return [*found, Going(account, account.period, count)] if (count := people.count()) else found


@dataclass(frozen=True)
class Erasure:
    """Rows of a category to erase in the coming nights: (day of the night, how many), days without
    any left out.
    """

    category: Category
    period: Period
    nights: list[tuple[datetime.date, int]]

    @property
    def count(self) -> int:
        return sum(count for _day, count in self.nights)

    @property
    def first(self) -> datetime.date:
        return self.nights[0][0]

    @property
    def last(self) -> datetime.date:
        return self.nights[-1][0]


def coming_nights(now: datetime.datetime) -> list[datetime.datetime]:
    """The ends of the next 31 nights in which the program erases."""
    end = now.astimezone(PARIS).replace(
        hour=settings.ERASING_HOURS[1], minute=0, second=0, microsecond=0
    )
    first = end if end > now else end + datetime.timedelta(days=1)
    return [first + datetime.timedelta(days=days) for days in range(MONTH.days)]


def erasures(
    now: datetime.datetime,
    *,
    controllers: Collection[str],
    schools: Iterable[Organisation] | None = None,
) -> list[Erasure]:
    """Erasures in the next 31 nights, by category, of these controllers; with schools, of their
    people. One query a model.
    """
    nights, found = coming_nights(now), []
    for category, holdings in _counted_holdings():
        for holding in holdings if category.controller in controllers else ():
            counts = _counts_by_night(holding, nights, schools)
            if any(counts):
                found.append(_erasure(category, register().period_of(holding), nights, counts))
                break
    account = register().categories["account"]
    if account.controller in controllers:
        found.append(
            _erasure(
                account,
                account.period,
                nights,
                [_leavers(night, schools).count() for night in nights],
            )
        )
    return [erasure for erasure in found if erasure.nights]


def _counts_by_night(
    holding: Holding, nights: list[datetime.datetime], schools: Iterable[Organisation] | None
) -> list[int]:
    """Number of rows that are over at the end of each night, those of the nights before
    included.
    """
    rows, period = _without_kept(holding).order_by(), register().period_of(holding)
    if holding.past is None:
        return [0] * len(nights)
    if schools is not None:
        rows = rows.filter(
            pk__in=model_of(holding)
            ._default_manager.filter(_of_schools(holding, schools))
            .order_by()
            .values("pk")
        )
    over = {
        f"night_{number}": Count("pk", filter=holding.past(period.cutoff(night)))
        for number, night in enumerate(nights)
    }
    return list(rows.aggregate(**over).values())


def _erasure(
    category: Category, period: Period, nights: list[datetime.datetime], counts: list[int]
) -> Erasure:
    before = [0, *counts[:-1]]
    by_night = [
        (night.date(), count - was)
        for night, count, was in zip(nights, counts, before, strict=True)
    ]
    return Erasure(category, period, [(day, count) for day, count in by_night if count > 0])


def _of_schools(holding: Holding, schools: Iterable[Organisation]) -> Q:
    return Q(
        *(
            Q(**{f"{_person(path)}memberships__organisation__in": schools})
            for path in holding.about
        ),
        _connector=Q.OR,
    )


def accounts_over(until: datetime.datetime) -> models.QuerySet[Person]:
    """Accounts to erase by then: of who left, and whom no row keeps."""
    people = leavers(register().categories["account"].period.cutoff(until), until)
    for holding in register().holdings:
        for path in holding.about if holding.keeps_account is not None else ():
            rows = model_of(holding)._default_manager.filter(holding.keeps_account)
            people = people.exclude(Exists(rows.filter(**{path: OuterRef("pk")})))
    return people


def _leavers(
    until: datetime.datetime, schools: Iterable[Organisation] | None
) -> models.QuerySet[Person]:
    people = accounts_over(until)
    return (
        people
        if schools is None
        else people.filter(memberships__organisation__in=schools).distinct()
    )


def _person(path: str) -> str:
    return "" if path == "pk" else f"{path}__"


def _counted_holdings() -> Iterator[tuple[Category, list[Holding]]]:
    """The models to count of each category. First what people count by: the last one declared, which
    the others hang on; then the others, for whoever has no row of it (a student closes no roll).
    """
    counted = defaultdict(list)
    for holding in reversed(register().holdings):
        if holding.past is not None and holding.about and holding.counts:
            counted[holding.category].append(holding)
    for key, category in register().categories.items():
        if key in counted:
            yield category, counted[key]
