"""What a set changes of teachers. Pure: what the database says comes as plain values."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from courses.people.models import Person, Subject
from courses.roster.enums import RosterChangeKind, TeacherTrouble
from courses.roster.values import (
    TUTOR,
    KnownTeacher,
    Proposal,
    SaidTeacher,
    duty_kept,
    plain,
)

Kind = RosterChangeKind
# “ANGLAIS LV1” and “ESPAGNOL LVB” are the subjects Anglais and Espagnol.
LONGEST_WORD = 80  # of a set that the page repeats
LANGUAGE_MARK = re.compile(r"\s+LV\s?[A-C1-3]$", re.IGNORECASE)


@dataclass(frozen=True)
class NotBrought:
    """What isn't brought in of a teacher, and where it stands."""

    trouble: TeacherTrouble
    file: str
    line: int
    word: str = ""
    key: str = ""  # of who isn't brought in at all

    @property
    def as_kept(self) -> dict:
        return {
            "trouble": self.trouble,
            "file": self.file,
            "line": self.line,
            "word": self.word[:LONGEST_WORD],
            "key": self.key,
        }


@dataclass
class TeacherComparison:
    """What is proposed, what the set says of whom it concerns, who each new teacher may be."""

    proposals: list[Proposal] = field(default_factory=list)
    said: dict[str, SaidTeacher] = field(default_factory=dict)
    same: dict[str, Person] = field(default_factory=dict)
    troubles: list[NotBrought] = field(default_factory=list)
    staying: list[str] = field(default_factory=list)  # keys of whom no set brought
    known: int = 0  # of the last set, here


def subject_codes(labels: Iterable[str], subjects: Iterable[Subject]) -> dict[str, str]:
    """By a set's name of a subject, the code of the one that alone is called so here."""
    named: dict[str, set[str]] = defaultdict(set)
    for one in subjects:
        for name in (one.title_fr, one.title_en, one.code):
            named[plain(name)].add(one.code)
    found = {}
    for label in labels:
        for name in (label, LANGUAGE_MARK.sub("", label)):
            codes = named.get(plain(name), set())
            if len(codes) == 1:
                found[label] = next(iter(codes))
                break
    return found


def with_known_duties(
    said: Sequence[SaidTeacher],
    *,
    codes: Mapping[str, str],
    places: Collection[tuple[bool, str]],
) -> tuple[list[SaidTeacher], list[NotBrought]]:
    """The teachers with what is known here of their duties, by codes of subjects; the rest, each
    word once. `places`: whether it is a class, and its name as the set says it.
    """
    tutors = Counter(duty.place for one in said for duty in one.duties if duty.subject == TUTOR)
    troubles: dict[tuple[TeacherTrouble, str], NotBrought] = {}
    found = []
    for one in said:
        file, line = one.duties_place or (one.file, one.line)
        kept, unsure = set(), set()
        for duty in one.duties:
            is_there = (duty.is_class, duty.place) in places
            code = TUTOR if duty.subject == TUTOR else codes.get(duty.subject)
            trouble, word = None, duty.place
            if not is_there:
                trouble = TeacherTrouble.PLACE
            elif code is None:
                trouble, word = TeacherTrouble.SUBJECT, duty.subject
            elif code == TUTOR and tutors[duty.place] > 1:
                trouble = TeacherTrouble.TWO_TUTORS
            if trouble:
                unsure.add(duty.where)
                troubles.setdefault((trouble, word), NotBrought(trouble, file, line, word))
            else:
                kept.add(replace(duty, subject=str(code)))
        found.append(replace(one, duties=tuple(sorted(kept)), unsure=frozenset(unsure)))
    return found, [trouble for trouble in troubles.values() if trouble.file]


def with_unsure_duties(now: SaidTeacher, was: KnownTeacher | None) -> SaidTeacher:
    """Where a subject isn't known or a class has two tutors, what the last set said of it stays."""
    before = [duty_kept(text) for text in was.duties] if was else []
    kept = {duty for duty in before if duty.where in now.unsure}
    return replace(now, duties=tuple(sorted({*now.duties, *kept})))


def compare(
    said: Iterable[SaidTeacher],
    known: Mapping[str, KnownTeacher],
    *,
    unread: Collection[str],
    nobody_leaves: bool,
    gone: Mapping[str, tuple[str, int]] | None = None,
) -> tuple[list[Proposal], list[str]]:
    """What the set changes, then who isn't in it any more; and the keys of those of them whom no set
    brought: they stay. `nobody_leaves`: a record can't be read of which nobody knows whose it is.
    `gone`: where a set says that somebody leaves.
    """
    proposals, keys = [], set(unread)
    for teacher in said:
        keys.add(teacher.key)
        proposals += _changes(teacher, known.get(teacher.key))
    staying = []
    for key, was in known.items():
        if key in keys or not was.here:
            continue
        if not was.brought:
            staying.append(key)
        elif not nobody_leaves:
            place = (gone or {}).get(key, ("", 0))
            proposals.append(Proposal(Kind.TEACHER_LEFT, key, (), (), *place))
    return proposals, staying


def _changes(now: SaidTeacher, was: KnownTeacher | None) -> list[Proposal]:
    place = (now.file, now.line)
    found = []
    if was is None:
        found.append(Proposal(Kind.TEACHER_NEW, now.key, (), (), *place))
    elif was.gone:
        found.append(Proposal(Kind.TEACHER_BACK, now.key, (), (), *place))
    elif not was.here:
        return []  # a person did it
    before = tuple(sorted(was.duties)) if was else ()
    after = tuple(sorted(duty.as_kept for duty in now.duties))
    if now.duties_known and before != after:
        place = now.duties_place or place
        found.append(Proposal(Kind.TEACHES, now.key, before, after, *place))
    return found


@dataclass(frozen=True)
class Account:
    """An account that a new teacher may have. `is_here`: a teacher of the school today; `may_link`:
    and of nothing else, and without a key of this directory.
    """

    person: Person
    is_here: bool
    may_link: bool


def may_join(owner: Person, email: str, *, is_here: bool) -> bool:
    """True if a set may make the owner of a key a teacher of the school. That another school's set
    wrote the key isn't enough: a made-up one would bring its own account in here. So the set says
    the account's address, too, to which its invitation went; or the registrars gave the role.
    """
    return is_here or (bool(email) and str(owner.email).lower() == email)


def whose_accounts(
    new: Sequence[SaidTeacher],
    by_mail: Mapping[str, Account],
    here: Iterable[Account],
) -> tuple[dict[str, Person], dict[str, TeacherTrouble]]:
    """By key: the account of whom a person has to say whether it is theirs, and why others can't be
    brought in. The address comes first, then the name, where one alone has it on both sides.
    """
    by_name: dict[tuple[str, str], list[Account]] = defaultdict(list)
    for account in here:
        for name in {account.person.family_name, account.person.last_name}:
            by_name[plain(account.person.given_name), plain(name)].append(account)
    names = Counter(_words(one) for one in new)
    same: dict[str, Person] = {}
    troubles: dict[str, TeacherTrouble] = {}
    for one in new:
        owner, alike = by_mail.get(one.email), by_name.get(_words(one), [])
        if owner and owner.may_link:
            same[one.key] = owner.person
        elif owner:
            troubles[one.key] = TeacherTrouble.NOT_YOURS
        elif len(alike) == 1 == names[_words(one)] and alike[0].may_link:
            same[one.key] = alike[0].person
        elif alike:
            troubles[one.key] = TeacherTrouble.NAMESAKE
        elif not one.email:
            troubles[one.key] = TeacherTrouble.NO_MAIL
    for key in _asked_twice(same):
        del same[key]
        troubles[key] = TeacherTrouble.NAMESAKE
    return same, troubles


def _asked_twice(same: Mapping[str, Person]) -> list[str]:
    """Keys of those whose account is asked of more than one: by the address of one, the name of
    another.
    """
    times = Counter(person.pk for person in same.values())
    return [key for key, person in same.items() if times[person.pk] > 1]


def _words(one: SaidTeacher) -> tuple[str, str]:
    return plain(one.given_name), plain(one.family_name)
