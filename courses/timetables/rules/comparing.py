"""Hours that the files say, beside those of the timetable. Pure."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from courses.agenda.enums import Rhythm
from courses.agenda.models import ClassHour
from courses.agenda.rules import why_not_put_hour
from courses.exceptions import Refusal
from courses.people.models import Person, SchoolClass, Subject, Teaching
from courses.timetables.enums import Covers, LeftOutKind, WordKind
from courses.timetables.models import StagedHour
from courses.timetables.rules.folding import in_each
from courses.timetables.rules.matching import IGNORED, Matches

type HourKey = tuple[int, int, int, int, datetime.time, datetime.time, str, datetime.date | None]
type Whose = tuple[str, int]  # "class" or "teacher", and its key


@dataclass(frozen=True)
class LeftOut:
    """An hour of a file that isn't put into the timetable, and why."""

    said: StagedHour
    kind: LeftOutKind
    refusal: Refusal | None = None


@dataclass
class TimetableDiff:
    """`new` hours aren't saved; nor are their teachings, where `begun` holds them."""

    since: datetime.date
    same: list[ClassHour] = field(default_factory=list)
    new: list[ClassHour] = field(default_factory=list)
    ended: list[ClassHour] = field(default_factory=list)
    moved: list[tuple[ClassHour, ClassHour]] = field(default_factory=list)  # of `ended`, `new`
    places: list[tuple[ClassHour, str]] = field(default_factory=list)
    begun: list[Teaching] = field(default_factory=list)
    by_hand: list[ClassHour] = field(default_factory=list)  # not in the files, they stay
    held: list[ClassHour] = field(default_factory=list)  # not in the files, which aren't sure
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.ended or self.places)

    @property
    def counts(self) -> dict[str, int]:
        """`new` and `ended`: without those that move."""
        return {
            "same": len(self.same),
            "new": len(self.new) - len(self.moved),
            "ended": len(self.ended) - len(self.moved),
            "moved": len(self.moved),
            "places": len(self.places),
            "begun": len(self.begun),
            "left_out": len(self.left_out),
        }

    @property
    def fingerprint(self) -> str:
        """The same for the same changes, so that what is applied is what was shown."""
        plan = (
            self.since,
            sorted(map(str, map(key_of, self.new))),
            sorted(hour.pk for hour in self.ended),
            sorted((hour.pk, place) for hour, place in self.places),
        )
        return hashlib.sha256(repr(plan).encode()).hexdigest()[:32]


def key_of(hour: ClassHour) -> HourKey:
    given = hour.teaching
    who = (given.school_class_id, given.subject_id, given.teacher_id)
    return (*who, hour.weekday, hour.begins, hour.ends, hour.rhythm, hour.until)


def whose_of(hour: ClassHour) -> set[Whose]:
    return {("class", hour.teaching.school_class_id), ("teacher", hour.teaching.teacher_id)}


class HoursBeside:
    """Hours by class and by teacher: what is in the way of another."""

    def __init__(self, hours: Iterable[ClassHour]):
        self.found: dict[Whose, list[ClassHour]] = defaultdict(list)
        for hour in hours:
            self.put(hour)

    def put(self, hour: ClassHour) -> None:
        for whose in whose_of(hour):
            self.found[whose].append(hour)

    def why_not(self, hour: ClassHour) -> Refusal | None:
        others = [other for whose in sorted(whose_of(hour)) for other in self.found[whose]]
        return why_not_put_hour(
            hour.teaching,
            hour.weekday,
            hour.begins,
            hour.ends,
            hour.rhythm,
            others=[other for other in others if _share_a_day(hour, other)],
        )


@dataclass
class Comparison:
    """`held`: the school's hours that hold on the day or later; `teachings`: likewise, both read
    with class, subject and teacher. `elsewhere`: hours of its teachers at other schools. `covers`
    and `are_short`, which is whether A and B weeks can't be told apart: by the file's number.
    """

    said: list[StagedHour]
    matches: Matches
    held: list[ClassHour]
    elsewhere: list[ClassHour]
    teachings: list[Teaching]
    covers: list[Covers]
    are_short: list[bool]
    since: datetime.date
    ends_by_hand: bool

    def __post_init__(self) -> None:
        self.diff = TimetableDiff(self.since)
        earliest_last = sorted(self.held, key=lambda hour: hour.since, reverse=True)
        self.by_key = {key_of(hour): hour for hour in earliest_last}
        self.given: dict[tuple[int, int, int], Teaching] = {}
        for one in sorted(self.teachings, key=lambda one: one.since, reverse=True):
            self.given[one.school_class_id, one.subject_id, one.teacher_id] = one
        named: dict[int, list[list[str]]] = defaultdict(list)
        for said in self.said:
            named[said.file].append(said.teachers)
        self.whose = {file: in_each(words) or set().union(*words) for file, words in named.items()}
        self.covered: set[Whose] = set()
        self.covered_by_weeks: set[Whose] = set()  # by files that tell A weeks from B weeks
        self.busy: list[tuple[StagedHour, int | None, set[int]]] = []  # left out: class, teachers

    def compare(self) -> TimetableDiff:
        wanted = self._wanted()
        same = [(there, said) for hour, said in wanted if (there := self._there(hour, said))]
        self.diff.same = [hour for hour, _said in same]
        self.diff.places = [
            (hour, said.place) for hour, said in same if said.place not in ("", hour.place)
        ]
        staying = self._stay_or_end({hour.pk for hour in self.diff.same})
        self._put_new(wanted, staying)
        self._pair_moves()
        return self.diff

    def _there(self, hour: ClassHour, said: StagedHour) -> ClassHour | None:
        """The same hour of the timetable, where it holds from that hour's first day on. A file too
        short to tell A weeks from B weeks says the same of an hour of either.
        """
        key = key_of(hour)
        rhythms = list(Rhythm) if self.are_short[said.file] else [hour.rhythm]
        found = (self.by_key.get((*key[:6], one, key[7])) for one in rhythms)
        return next((there for there in found if there and there.since <= hour.since), None)

    def _wanted(self) -> list[tuple[ClassHour, StagedHour]]:
        """Of two files that say the same hour of a lesson, the one of more weeks knows better."""
        wanted: dict[HourKey, tuple[ClassHour, StagedHour]] = {}
        lessons: set[tuple] = set()
        for said in sorted(self.said, key=lambda one: (-one.of, one.pk)):
            hour, left_out = self._read(said)
            if left_out:
                self.diff.left_out.append(left_out)
            if hour is None:
                continue
            key = key_of(hour)
            lesson = (*key[:6], said.rhythm if not said.of else "", said.since)
            if lesson not in lessons:
                lessons.add(lesson)
                wanted[key] = (hour, said)
        put = {_as_said(said) for _hour, said in wanted.values()}
        self.diff.left_out = [
            one
            for one in self.diff.left_out
            if one.kind != LeftOutKind.RARE or _as_said(one.said) not in put
        ]
        return list(wanted.values())

    def _read(self, said: StagedHour) -> tuple[ClassHour | None, LeftOut | None]:
        subject = self.matches.of(WordKind.SUBJECT, said.subject)
        school_class = self.matches.of(WordKind.CLASS, said.school_class)
        teachers = [self.matches.of(WordKind.TEACHER, word) for word in said.teachers]
        known = [one for one in teachers if isinstance(one, Person)]
        place = school_class.pk if isinstance(school_class, SchoolClass) else None
        if not said.is_regular:
            return self._leave_out(said, LeftOutKind.RARE, place, known)
        self._cover(said, place)
        if not (isinstance(subject, Subject) and isinstance(school_class, SchoolClass) and known):
            is_ignored = IGNORED in (subject, school_class) or (not known and IGNORED in teachers)
            kind = LeftOutKind.IGNORED if is_ignored else LeftOutKind.UNKNOWN
            return self._leave_out(said, kind, place, known)
        if said.until and said.until <= self.since:
            return None, LeftOut(said, LeftOutKind.OVER)
        hours = [self._hour(said, school_class, subject, teacher) for teacher in known]
        return next((hour for hour in hours if self._there(hour, said)), hours[0]), None

    def _leave_out(
        self, said: StagedHour, kind: LeftOutKind, place: int | None, known: list[Person]
    ) -> tuple[None, LeftOut]:
        """What stands in the timetable at that time isn't ended: the file has something there."""
        self.busy.append((said, place, {one.pk for one in known}))
        return None, LeftOut(said, kind)

    def _cover(self, said: StagedHour, place: int | None) -> None:
        """Of a teacher's file that teacher alone, not a colleague of one hour."""
        covers, whose = self.covers[said.file], set[Whose]()
        if covers == Covers.CLASSES and place:
            whose = {("class", place)}
        elif covers == Covers.TEACHERS:
            found = (self.matches.of(WordKind.TEACHER, word) for word in self.whose[said.file])
            whose = {("teacher", one.pk) for one in found if isinstance(one, Person)}
        self.covered |= whose
        if not self.are_short[said.file]:
            self.covered_by_weeks |= whose

    def _hour(
        self, said: StagedHour, school_class: SchoolClass, subject: Subject, teacher: Person
    ) -> ClassHour:
        first = max(self.since, said.since or self.since)
        teaching = self.given.get((school_class.pk, subject.pk, teacher.pk)) or Teaching(
            school_class=school_class, subject=subject, teacher=teacher, since=first
        )
        return ClassHour(
            teaching=teaching,
            weekday=said.weekday,
            begins=said.begins,
            ends=said.ends,
            rhythm=said.rhythm,
            place=said.place,
            since=max(first, teaching.since),
            until=said.until,
            is_from_file=True,
        )

    def _stay_or_end(self, same: set[int]) -> list[ClassHour]:
        """The hours that stay."""
        staying = []
        for hour in self.held:
            if hour.pk not in same and self.covered & whose_of(hour):
                is_unsure = hour.rhythm and not self.covered_by_weeks & whose_of(hour)
                if is_unsure or self._is_busy(hour):
                    self.diff.held.append(hour)
                elif not hour.is_from_file and not self.ends_by_hand:
                    self.diff.by_hand.append(hour)
                else:
                    self.diff.ended.append(hour)
                    continue
            staying.append(hour)
        return staying

    def _is_busy(self, hour: ClassHour) -> bool:
        """Whether the files have something for that class or teacher then, which was left out."""
        given = hour.teaching
        return any(
            said.weekday == hour.weekday
            and said.begins < hour.ends
            and hour.begins < said.ends
            and (given.school_class_id == place or given.teacher_id in teachers)
            for said, place, teachers in self.busy
        )

    def _put_new(
        self, wanted: list[tuple[ClassHour, StagedHour]], staying: list[ClassHour]
    ) -> None:
        beside, refused = HoursBeside([*staying, *self.elsewhere]), []
        begun: dict[tuple[int, int, int], Teaching] = {}
        for hour, said in wanted:
            if self._there(hour, said):
                continue
            if refusal := beside.why_not(hour):
                self.diff.left_out.append(LeftOut(said, LeftOutKind.REFUSED, refusal))
                refused.append(hour)
                continue
            if hour.teaching.pk is None:
                first = begun.setdefault(key_of(hour)[:3], hour.teaching)
                first.since = min(first.since, hour.since)
                hour.teaching = first
            self.diff.new.append(hour)
            beside.put(hour)
        self.diff.begun = list(begun.values())
        for hour in refused:
            self._hold_instead(hour, beside)

    def _hold_instead(self, refused: ClassHour, beside: HoursBeside) -> None:
        """The class keeps an hour of the subject, where its time is free still."""
        for hour in self.diff.ended:
            if key_of(hour)[:2] == key_of(refused)[:2] and not beside.why_not(hour):
                self.diff.ended.remove(hour)
                self.diff.held.append(hour)
                return

    def _pair_moves(self) -> None:
        """An hour that ends and one that begins, of the same lesson: it moves."""
        ended: dict[tuple[int, int, int], list[ClassHour]] = defaultdict(list)
        for hour in self.diff.ended:
            ended[key_of(hour)[:3]].append(hour)
        for hour in self.diff.new:
            before = ended[key_of(hour)[:3]]
            if before:
                alike = min(before, key=lambda one: (one.rhythm != hour.rhythm, one.weekday))
                before.remove(alike)
                self.diff.moved.append((alike, hour))


def _as_said(said: StagedHour) -> tuple:
    return said.weekday, said.begins, said.ends, said.subject, said.school_class


def _share_a_day(one: ClassHour, other: ClassHour) -> bool:
    last = datetime.date.max
    ends = [min(hour.until or last, hour.teaching.until or last) for hour in (one, other)]
    return one.since < ends[1] and other.since < ends[0]
