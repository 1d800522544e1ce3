"""The words of the register (GDPR, article 30): what is held about people, what for, who sees it,
how long.

Plain values. The rows that packages declare with them (`register` beside their models, gathered
by `Hook.REGISTER`) make the pages on personal data, docs/register.md and docs/dpia.md, the export
of one person's data, and the erasures.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Q, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.jobs.values import PARIS

AUGUST = 8

type Words = str | Promise
type Cutoff = Callable[[datetime.datetime], datetime.datetime]


class Controller(TextChoices):
    """Who answers for it."""

    SCHOOL = "school", _("the lycée, through its head")
    ACADEMIE = "academie", _("the académie")


class Whose(TextChoices):
    """Whom it is about."""

    STUDENTS = "students", pgettext_lazy("register", "students")
    GUARDIANS = "guardians", _("guardians")
    STAFF = "staff", _("teachers and staff")
    TRAINERS = "trainers", _("trainers of providers")
    READERS = "readers", _("readers of the site")


def school_year_start(now: datetime.datetime) -> datetime.datetime:
    """1 August of the school year whose predecessor has been over since 31 August: until then last
    year's rows stay.
    """
    day = now.astimezone(PARIS).date()
    year = day.year if (day.month, day.day) >= (AUGUST, 31) else day.year - 1
    return datetime.datetime(year, AUGUST, 1, tzinfo=PARIS)


def ago(**length: int) -> Cutoff:
    """So long before now.

    `years` are calendar years: ten years after 29 February is 28 February.
    """
    years = length.pop("years", 0)
    span = datetime.timedelta(**length)

    def cutoff(now: datetime.datetime) -> datetime.datetime:
        day = now.astimezone(PARIS)
        if years:
            last = 28 if (day.month, day.day) == (2, 29) else day.day
            day = day.replace(year=day.year - years, day=last)
        return day - span

    return cutoff


@dataclass(frozen=True)
class Period:
    """How long a thing is kept: the words of the pages, and the code that keeps them.

    `cutoff(now)`: what is dated before that instant is over.
    """

    code: str
    words: Words
    child_words: Words
    cutoff: Cutoff


THIRTY_DAYS = Period("30 days", _("30 days"), pgettext_lazy("to a child", "30 days"), ago(days=30))
ONE_WEEK = Period("1 week", _("1 week"), pgettext_lazy("to a child", "1 week"), ago(days=7))
TWO_WEEKS = Period("2 weeks", _("2 weeks"), pgettext_lazy("to a child", "2 weeks"), ago(days=14))
SCHOOL_YEAR = Period(
    "school year",
    _("until 31 August after the school year"),
    pgettext_lazy("to a child", "until 31 August, after the school year"),
    school_year_start,
)
SIX_MONTHS = Period(
    "6 months", _("6 months"), pgettext_lazy("to a child", "6 months"), ago(days=183)
)
ONE_YEAR = Period("1 year", _("1 year"), pgettext_lazy("to a child", "1 year"), ago(years=1))
THREE_YEARS = Period("3 years", _("3 years"), pgettext_lazy("to a child", "3 years"), ago(years=3))
TEN_YEARS = Period(
    "10 years", _("10 years"), pgettext_lazy("to a child", "10 years"), ago(years=10)
)
ACCOUNT_DAYS = 183  # about six months
ACCOUNT = Period(
    "account",
    _(
        "as long as you belong to a school or an organisation, then 6 months; then the name is"
        " erased"
    ),
    pgettext_lazy(
        "to a child",
        "as long as you are at the school, then 6 months: the school can still give you your copy",
    ),
    ago(days=ACCOUNT_DAYS),
)
WHILE_THERE = Period(
    "there",
    _("as long as you belong to the school"),
    pgettext_lazy("to a child", "as long as you are at the school"),
    ago(days=0),
)
IN_A_ROLE = Period(
    "role",
    _("as long as you are a teacher or a trainer here"),
    pgettext_lazy("to a child", "as long as you are at the school"),
    ago(days=0),
)
PERIODS = (
    THIRTY_DAYS,
    ONE_WEEK,
    TWO_WEEKS,
    SCHOOL_YEAR,
    SIX_MONTHS,
    ONE_YEAR,
    THREE_YEARS,
    TEN_YEARS,
    ACCOUNT,
    WHILE_THERE,
    IN_A_ROLE,
)


def before(*names: str) -> Callable[[datetime.datetime], Q]:
    """Over: each of these instants lies before the cutoff.

    Where one is NULL the row is never over.
    """

    def past(cutoff: datetime.datetime) -> Q:
        return Q(*(Q(**{f"{name}__lt": cutoff}) for name in names))

    return past


def before_day(*names: str) -> Callable[[datetime.datetime], Q]:
    """The same of dates without an hour: the cutoff's day is that of Paris."""

    def past(cutoff: datetime.datetime) -> Q:
        return Q(*(Q(**{f"{name}__lt": cutoff.astimezone(PARIS).date()}) for name in names))

    return past


@dataclass(frozen=True)
class Category:
    """One line of the register, as a person reads it.

    Without `child_title` it isn't about students.
    """

    key: str
    title: Words
    purpose: Words
    readers: Words
    controller: Controller
    whose: tuple[Whose, ...]
    period: Period
    child_title: Words = ""
    child_text: Words = ""
    order: int = 100


@dataclass(frozen=True)
class Holding:
    """Personal data of one model, field by field.

    `about`: lookups that lead to the persons it is about; their export holds `fields`. `by`: who of
    the staff did it. `secret`: kept, never handed out. `other`: says nothing of a person, or
    repeats who it is. Rows that `past` finds over are deleted. `period` differs from the category's
    where one of its models goes sooner. When an account is erased, its rows that match `leaving`
    are deleted and the others emptied in the columns of `leaving_blank` (a many-to-many loses the
    person). `shown`: the rows that the export may hold already. `only_to`: fields that are told to
    the person of another column alone. `for_person_alone`: a copy that somebody
    else makes for the person leaves it out. `keeps_account`: rows because of which the accounts of whom
    they are about aren't erased yet. `counts`: the pages on what goes soon may say how many
    there are. `keeps`: rows of other models that those same rows keep, each
    model with its columns and the columns here that are the same.
    """

    model: str
    category: str
    about: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    period: Period | None = None
    past: Callable[[datetime.datetime], Q] | None = None
    leaving: Q | None = None
    leaving_blank: dict[str, object] = field(default_factory=dict)
    shown: Q = field(default_factory=Q)
    only_to: dict[str, str] = field(default_factory=dict)
    for_person_alone: bool = False
    counts: bool = True
    keeps_account: Q | None = None
    keeps: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Register:
    """Declaration of one package.

    `unrelated`: models that say nothing of a person; a whole app as `app.*`.
    """

    categories: tuple[Category, ...] = ()
    holdings: tuple[Holding, ...] = ()
    unrelated: tuple[str, ...] = ()


# Columns of ours that say nothing of a person, wherever they stand.
TECHNICAL = frozenset({"id", "public_id", "key", "revision", "fingerprint", "position"})
