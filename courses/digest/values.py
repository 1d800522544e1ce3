"""Values that a product tells of itself elsewhere: no models, no queries."""

import datetime
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from courses.digest.enums import Hook as Hook
from courses.digest.enums import MeasureKind


@dataclass(frozen=True)
class MenuEntry:
    """A word in the bar, or under a person's name.

    At most four stand in the bar, lowest `order` first.
    """

    label: str | Promise
    url: str
    icon: str
    order: int = 100
    starts: tuple[str, ...] = ()  # beginnings of addresses on which the entry is the current one
    is_current: bool = False


@dataclass(frozen=True)
class LoginWay:
    """A link on the login page by which another server says who somebody is."""

    label: str
    url: str
    shared_url: str  # the same on a shared computer
    is_last: bool = False  # used last in this browser
    is_straight: bool = False  # the one that the address of the login page asks for


@dataclass(frozen=True)
class LeavingNote:
    """A sentence on the page on which a student leaves a school, and where staff see to it."""

    sentence: str
    url: str
    label: str


@dataclass(frozen=True)
class DueItem:
    """One thing that is due for a person: what, until when, and the one thing to press."""

    title: str
    url: str
    when: datetime.datetime | datetime.date | None
    text: str = ""
    action: str = ""  # the button's word; empty: the title's link is enough
    tone: str = "calm"  # now done wait warn moved calm
    icon: str = "info"
    is_now: bool = False  # stands as the one filled panel on top
    ends_at: datetime.datetime | None = None
    aside: bool = False  # news (a certificate is there) rather than something to do
    order: int = 100
    role: str = (
        ""  # of courses.people.enums.Role: for whom it is due, where a person has several roles
    )


@dataclass(frozen=True)
class Upcoming:
    """A dated thing of a product, such as a session, as a page of the roof may show it: with the
    hours of its date that goes on or comes next, and in `days` from when to when it lasts.
    """

    title: str
    url: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    state: str
    tone: str
    key: str = ""  # as `tell` names it
    sign: str = ""  # the icon beside `state`
    seats: str = ""  # how many are left, in words
    right: str = ""  # what the reader may, or why not, in a sentence; nothing for a visitor
    detail: str = ""
    days: str = ""  # for one of several days


@dataclass(frozen=True)
class ResourceTile:
    """A resource of the catalogue as one reader has it.

    `opens_at`: where a press of the button is posted; empty where the reader is first to read, at
    `url`, what the resource learns. `why_not`: why it can't be opened, which teachers read.
    """

    name: str
    url: str
    opens_at: str = ""
    through: str = ""  # which school has it until when, in a sentence
    why_not: str = ""
    tone: str = ""  # of `state`, with the icon beside it
    sign: str = ""
    state: str = ""  # in a word, where it can't be opened


@dataclass(frozen=True)
class SearchHit:
    """A thing that a search may find, in the words of one language; the same `key` in its other
    one. What anyone may read, no more.
    """

    key: str  # as `tell` names it
    language: str
    kind: str  # "page", "news", "training", "session" or "resource"
    title: str
    url: str
    summary: str = ""
    text: str = ""  # found, and quoted around what was found
    under: str = ""  # the key of the thing it belongs to and goes with
    url_elsewhere: str = ""  # for readers of the other language, where it isn't written in theirs
    starts_at: datetime.datetime | None = None
    ends_at: datetime.datetime | None = None  # found until then
    # How it stands at this moment: asked again for each page of results, never kept.
    state: str = ""
    tone: str = "calm"
    sign: str = "info"


# From one day to another, both included (Paris): a number by the key of the school, by one query.
type Counting = Callable[[datetime.date, datetime.date], Mapping[int, int]]


@dataclass(frozen=True)
class Measure:
    """An indicator, as it is defined from the first Monday on or after `since`, until that of the next
    version: what is counted in a week, per school.

    The words are lazily translated, and frozen when a week is first closed with this version: other
    words, or another way to count, need the next version. Without `count` the roof counts it itself.
    `people`: how many people are behind acts, which are hidden from 1 to 4; without it, those who read
    pages at the school. `role`: the one in which all of them act ("teacher", "student" of
    courses.people.enums.Role); empty where several do. `is_of_region`: nothing is told of a school.
    Who is behind acts is no measure of its own: tables of the two would have to know each other.
    """

    code: str
    version: int
    since: datetime.date
    kind: MeasureKind
    name: str | Promise
    definition: str | Promise
    unit: str | Promise
    not_said: str | Promise  # what the number doesn't say
    count: Counting | None = None
    people: Counting | None = None
    role: str = ""
    is_of_region: bool = False


@dataclass(frozen=True)
class BenchTarget:
    """Measurement of a product by `manage.py bench`: a page, a chore, or a rush of people on the
    same seats.
    """

    name: str
    goal: str = ""
    page: str = ""  # an address, asked with GET
    is_for_visitors: bool = False  # asked without a login
    people: Callable[[], list[Any]] | None = (
        None  # who asks for it, in turn; else the demo's teachers
    )
    headers: tuple[tuple[str, str], ...] = ()  # sent with each question
    is_asked_again: bool = (
        False  # by browsers that have it: each says which version, and is answered 304
    )
    bell: Callable[[], "Bell"] | None = None  # prepares a crowd that comes within minutes
    chore: Callable[[], int] | None = None  # does it, and says how many it made
    rush: Callable[[], "Rush"] | None = None  # prepares one; may be called again for another


@dataclass(frozen=True)
class Rush:
    """Many people post to one address at once; `seats` of them must get one."""

    address: str
    people: list[Any]
    seats: int
    taken: Callable[[], int]
    decide: Callable[[Any], object]  # the service alone, for one person


@dataclass(frozen=True)
class Bell:
    """A lycée's students come within minutes, each for some pages; some of them send something
    meanwhile.

    It is played faster than it happens: `times_faster` says by how much, so that a measure ends.
    """

    people: list[Any]
    pages: list[str]  # each person asks for these, in this order
    minutes: int
    times_faster: int
    # (person, ask) -> None: what one of those who send does; `ask(method, address, body, headers)`
    # answers (status, body).
    send: Callable[[Any, Callable[..., Any]], None] | None
    senders: int
    kept: Callable[[], int]  # how many of these things are there, whole
    expected: int


@dataclass
class World:
    """Rows that the demo has made so far, passed from one package's load to the next.

    The same seed makes the same world.
    """

    now: datetime.datetime
    today: datetime.date
    rng: random.Random
    faker: Any
    size: str = "full"  # or "small", for tests and measures
    password: str = ""
    schools: dict[str, Any] = field(default_factory=dict)  # by UAI
    pilots: list[Any] = field(default_factory=list)
    subscribers: list[Any] = field(default_factory=list)  # schools of the bouquet
    lenders: list[Any] = field(default_factory=list)  # schools that lend equipment
    providers: dict[str, Any] = field(default_factory=dict)  # by the slug of their resource
    resources: dict[str, Any] = field(default_factory=dict)  # by slug
    licences: list[Any] = field(default_factory=list)
    people: dict[str, Any] = field(default_factory=dict)  # by login
    teachers: list[Any] = field(default_factory=list)
    trainers: dict[str, list[Any]] = field(
        default_factory=dict
    )  # by the slug of their provider's resource
    advisers: list[Any] = field(default_factory=list)
    classes: list[Any] = field(default_factory=list)  # of the pilots: classes, groups and options
    in_use: list[Any] = field(
        default_factory=list
    )  # the two whole classes of one pilot that live three weeks
    students: dict[int, list[Any]] = field(
        default_factory=dict
    )  # by the pk of their class, group or option, in the order of the roll
    teachings: dict[int, list[Any]] = field(
        default_factory=dict
    )  # by the pk of the class, group or option
    teachers_of: Callable[..., list[Any]] | None = None  # (school)
    entitled: Callable[..., list[Any]] | None = None  # (slug of a resource, first day, last day)
