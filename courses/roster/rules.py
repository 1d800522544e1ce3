"""What a new set changes, when it waits for a closer look, what may be done with an import. Pure."""

import dataclasses
import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set

from django.utils import timezone

from courses.digest.register import THIRTY_DAYS, TWO_WEEKS
from courses.exceptions import Refusal
from courses.people.models.classes import LONGEST_CLASS_NAME, school_year
from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import AgeWord, ImportState, RelationState, RosterChangeKind
from courses.roster.exceptions import (
    AcademyMissing,
    CantBeUndone,
    NewerWaits,
    NotWaiting,
    OfLastYear,
    OfTheFuture,
    OlderSet,
    SameArchive,
    WaitedTooLong,
)
from courses.roster.exceptions.academies import PartMissing, PartWaits
from courses.roster.models import RosterImport
from courses.roster.values import (
    BETWEEN,
    BUNDLE,
    OF_AGE_AT,
    SOON,
    TEACHING_FROM,
    KnownGuardian,
    KnownStudent,
    Losses,
    Proposal,
    RelationChanges,
    SaidAge,
    SaidGuardian,
    SaidStudent,
    SchoolRoster,
    keys_of,
    plain,
    relation_of,
)
from courses.tables.values import FORMULA_SIGNS

CODES = {"normandie": "70", "caen": "5", "rouen": "21"}  # by name and by number, they are the same
LONGEST_SYSTEM = 40  # characters
PERSONAL_KEY = re.compile(
    r"(?<![0-9a-z])(ine)?(\d{9}[a-z]{2}|\d{10}[a-z])(?![0-9a-z])|[^@\s]@[^@\s]+\.[a-z]{2}",
    re.ASCII | re.IGNORECASE,
)
ONE_DAY = datetime.timedelta(days=1)
BIRTH = re.compile(r"\d\d/\d\d/\d{4}", re.ASCII)


def namespace_of(academy: str) -> str:
    """The system in which keys are unique, as an ENT names it: `aaf:` and the académie's number
    without zeros in front; its name where we know no number. Raises `AcademyMissing`.
    """
    word = re.sub("^academied[eu]", "", plain(academy))
    if not word:
        raise AcademyMissing
    code = word.lstrip("0") if word.isdecimal() else CODES.get(word, word[:40])
    return f"aaf:{code}"


def namespace_of_bundle(system: str, uai: str) -> str:
    """The system in which the keys of a OneRoster bundle are unique: the software that made it, as
    its manifest names it, at one school.
    """
    word = plain(system)
    if len(word) > LONGEST_SYSTEM:
        mark = hashlib.blake2b(word.encode(), digest_size=8).hexdigest()
        word = f"{word[: LONGEST_SYSTEM - len(mark)]}{mark}"
    return f"{BUNDLE}{word}:{uai}"


def is_personal_key(key: str) -> bool:
    """True if it holds an INE, of today or of before, or an address of mail."""
    return bool(PERSONAL_KEY.search(key))


def is_teaching_of(
    members: Set[str], school_class: Set[str], *, in_no_class: Set[str] = frozenset()
) -> bool:
    """True if a scheduled class of these students is the class at work, and no group of it: nearly
    all of the class, nobody of another one, and few who are in none: a class mustn't become a group
    by one new student.
    """
    inside, most = members - in_no_class, max(len(members), len(school_class))
    return inside <= school_class and len(inside) * 100 >= most * TEACHING_FROM


def is_name_of_a_place(name: str) -> bool:
    """True if a class or a group can be called so."""
    marks = "<" in name or ">" in name or name[:1] in FORMULA_SIGNS
    return name.isprintable() and not marks and 0 < len(name) <= LONGEST_CLASS_NAME


def why_not_this_day(day: datetime.date, *, today: datetime.date) -> Refusal | None:
    """A set of the future would make every true one look old; the classes of one of last year are
    over.
    """
    if day > today + ONE_DAY:
        return OfTheFuture(day=day)
    return OfLastYear() if school_year(day) < school_year(today) else None


def name_mark(given_name: str, family_name: str) -> str:
    """The same for the same names, so that a later set can be compared without keeping them twice."""
    names = f"{given_name}\n{family_name}".encode()
    return hashlib.blake2b(names, digest_size=20, person=b"roster.name").hexdigest()


def age_on(today: datetime.date, birth: str) -> SaidAge | None:
    """By a day of birth as `DD/MM/YYYY`, of which nothing else is kept. None where it is none."""
    if not BIRTH.fullmatch(birth):  # of a year of two digits everybody would be of age
        return None
    try:
        day, month, year = (int(part) for part in birth.split("/"))
        born = datetime.date(year, month, day)
        if not born < today:
            return None
        comes = _years_later(born)
    except ValueError:
        return None
    if comes <= today:
        return SaidAge(AgeWord.ADULT)
    return SaidAge(AgeWord.SOON, comes) if comes - today <= SOON else SaidAge()


def _years_later(born: datetime.date) -> datetime.date:
    """Who is born on 29 February comes of age on 1 March where there is no such day."""
    try:
        return born.replace(year=born.year + OF_AGE_AT)
    except ValueError:
        return datetime.date(born.year + OF_AGE_AT, 3, 1)


def with_unread_groups(
    roster: SchoolRoster, known: Mapping[str, KnownStudent]
) -> list[SaidStudent]:
    """The students of the set; who is in a group that can't be read stays in those they had: it may
    be one of these.
    """
    found = []
    for said in roster.students:
        was = known.get(said.key)
        if was and was.is_here:
            perhaps = roster.groups_perhaps.get(said.key, ())
            every = said.key in roster.groups_undecided
            kept = [name for name in was.groups if every or plain(name) in perhaps]
            said = dataclasses.replace(said, groups=tuple(sorted({*said.groups, *kept})))
        found.append(said)
    return found


def compare(
    said: Iterable[SaidStudent],
    known: Mapping[str, KnownStudent],
    unread: Collection[str] = (),
    gone: Mapping[str, tuple[str, int]] | None = None,
) -> list[Proposal]:
    """What the set changes, in its own order, then who isn't in it any more (`gone`: where it says
    so). Whose record can't be read (`unread`) stays as they are, and so does whom a person took out
    of the school.
    """
    places = gone or {}
    found, keys = [], set(unread)
    for student in said:
        keys.add(student.key)
        found += _changes(student, known.get(student.key))
    found += [
        Proposal(
            RosterChangeKind.SUSPENDED, key, _said(was.school_class), (), *places.get(key, ("", 0))
        )
        for key, was in known.items()
        if key not in keys and was.is_here
    ]
    return found


def _changes(now: SaidStudent, was: KnownStudent | None) -> list[Proposal]:
    def change(
        kind: RosterChangeKind,
        before: tuple = (),
        after: tuple = (),
        place: tuple[str, int] | None = None,
    ) -> Proposal:
        return Proposal(kind, now.key, before, after, *(place or (now.file, now.line)))

    before_age, ages = was.age if was else SaidAge(), []
    if now.age is not None and now.age != before_age:
        words = (_said(before_age.word), _said(now.age.word))
        ages = [change(RosterChangeKind.OF_AGE, *words)]
    if was is None:
        return [change(RosterChangeKind.NEW, (), _said(now.school_class)), *ages]
    if was.away:
        return []
    before, after = _said(was.school_class), _said(now.school_class)
    found = ages
    if was.gone:  # back, with the class and the groups of today
        found.append(change(RosterChangeKind.RESTORED, (), after))
    elif before != after:
        found.append(change(RosterChangeKind.MOVED, before, after, now.class_place))
    if not was.gone and was.groups != now.groups:
        found.append(change(RosterChangeKind.GROUPS, was.groups, now.groups, now.groups_place))
    if now.names_known and was.name_mark != name_mark(now.given_name, now.family_name):
        found.append(change(RosterChangeKind.RENAMED))
    return found


def _said(word: str) -> tuple[str, ...]:
    return (word,) if word else ()


def may_be_a_relation(student: str, guardian: str) -> bool:
    """True if it can be kept and taken apart again."""
    relation = relation_of(student, guardian)
    both = bool(student and guardian) and BETWEEN not in guardian
    return both and relation.isprintable() and len(relation) <= LONGEST_KEY


def compare_relations(
    said: Iterable[SaidGuardian],
    known: Mapping[str, KnownGuardian],
    *,
    students: Collection[str],
    unread: Collection[str],
) -> RelationChanges:
    """`students`: keys of those of the set who are in the school with it: of all others nothing
    changes here. `unread`: relations, and keys of students.
    """
    found = RelationChanges([], [], [], [])
    named = set(unread)
    for one in said:
        named.add(one.relation)
        was = known.get(one.relation)
        if one.student not in students:
            continue
        if was is None or was.state == RelationState.ENDED:
            found.new.append(one)
        elif was.state == RelationState.HERE and was.quality != one.quality:
            found.changed.append(one)
    for relation, was in known.items():
        student, _guardian = keys_of(relation)
        stays = relation in named or student in named or student not in students
        if was.state == RelationState.HERE and not stays:
            (found.ended if was.brought else found.staying).append(relation)
    return found


def missing_classes(
    known: Iterable[KnownStudent], said: Iterable[SaidStudent], unread: Collection[str] = ()
) -> list[str]:
    """Classes of the last set in which nobody is in this one."""
    before = {was.school_class for was in known if was.is_here and was.key not in unread}
    return sorted(before - {"", *(one.school_class for one in said)})


def same_people(
    new: Iterable[SaidStudent], here: Iterable[tuple[int, str, str, str]]
) -> tuple[dict[str, int], int]:
    """By key, the account entered by hand that has the same name in the same class, where it is one
    alone on both sides; and how many others have the name of such an account. `here`: account,
    first name, family name, class.

    A suggestion only: a person says yes. Who is in no class is nobody's likeness.
    """
    said = [(_words(s.given_name, s.family_name, s.school_class), s.key) for s in new]
    ours = [(_words(*rest), account) for account, *rest in here]
    times, ours_times = Counter(name for name, _ in said), Counter(name for name, _ in ours)
    accounts = dict(ours)
    same = {
        key: accounts[name]
        for name, key in said
        if name[2] and times[name] == 1 == ours_times[name]
    }
    names = {name[:2] for name, account in ours if account not in same.values()}
    return same, sum(name[:2] in names for name, key in said if key not in same)


def _words(given_name: str, family_name: str, school_class: str) -> tuple[str, str, str]:
    """A directory writes names without accents, in its own way of hyphens and apostrophes."""
    return plain(given_name), plain(family_name), plain(school_class)


def why_not_close(one: RosterImport, *, now: datetime.datetime) -> Refusal | None:
    """Why the set can't be applied. As long as its names are kept, by the register's own sum."""
    if one.state != ImportState.WAITING:
        return NotWaiting()
    if one.received_at < TWO_WEEKS.cutoff(now):
        return WaitedTooLong()
    return None if _in_one_year(one.received_at, now) else OfLastYear()


def is_same_archive(one: RosterImport, digest: str, *, day: datetime.date) -> bool:
    """True if the archive with that digest can't say anything else than the import. Enrolments of
    OneRoster begin and end on days: on another one it is compared again.
    """
    came_on = timezone.localdate(one.received_at)
    return one.digest == digest and (came_on == day or not one.is_a_bundle)


def may_apply_by_itself(one: RosterImport, losses: Losses, same_perhaps: int) -> bool:
    """True if nobody has to look at the set first, where the school wishes it so."""
    is_plain = not (one.bad or one.misses_days or one.former)
    return is_plain and not losses.pauses and not same_perhaps


def is_told_of_a_part(refusal: Refusal) -> bool:
    """Whether a school is told why it got no part of a set of the académie: not of what it can do
    nothing about, or has already.
    """
    return not isinstance(refusal, (PartMissing, PartWaits, SameArchive, OlderSet, NewerWaits))


def why_not_undo(
    one: RosterImport, last: RosterImport | None, *, now: datetime.datetime
) -> Refusal | None:
    """`last`: the last import of the school that was applied or isn't over. As long as its changes
    are kept, by the register's own sum.
    """
    if (
        one.state != ImportState.APPLIED
        or last is None
        or last.pk != one.pk
        or one.closed_at is None
        or one.closed_at < THIRTY_DAYS.cutoff(now)
        or not _in_one_year(one.closed_at, now)
    ):
        return CantBeUndone()
    return None


def _in_one_year(then: datetime.datetime, now: datetime.datetime) -> bool:
    """Classes of the year before can't be had again."""
    days = (timezone.localdate(moment) for moment in (then, now))
    return len({school_year(day) for day in days}) == 1
