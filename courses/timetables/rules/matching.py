"""What a timetable's words mean in a school. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from courses.people.models import Person, SchoolClass, Subject
from courses.people.values import plain
from courses.timetables.enums import WordKind
from courses.timetables.models import TimetableWord
from courses.timetables.values import name_key

type Target = Subject | Person | SchoolClass
IGNORED = object()  # a person chose to leave the word out


@dataclass
class Matches:
    """A person's word comes first; else a name that is spelled the same, where only one is."""

    subjects: list[Subject]
    teachers: list[Person]  # of the school, on the day
    classes: list[SchoolClass]  # of the school year
    words: Iterable[TimetableWord]
    _known: dict[WordKind, dict[str, Target]] = field(init=False)
    _chosen: dict[tuple[str, str], object] = field(init=False)

    def __post_init__(self) -> None:
        by_login = {person.login: person for person in self.teachers}
        self._known = {
            WordKind.SUBJECT: _alone(
                (plain(name), one)
                for one in self.subjects
                for name in {one.title_fr, one.title_en, one.code}
            ),
            WordKind.CLASS: _alone((plain(one.name), one) for one in self.classes),
            WordKind.TEACHER: _alone(
                (name_key(f"{one.given_name} {name}"), one)
                for one in self.teachers
                for name in {one.family_name, one.last_name}
            )
            | by_login,
        }
        self._chosen = {(word.kind, word.word): self._target(word) for word in self.words}

    def _target(self, word: TimetableWord) -> object:
        """Whom or what a person chose; None where it isn't in the school any more. A class of
        another school year is this year's of the same name.
        """
        if word.school_class:
            return self._known[WordKind.CLASS].get(plain(word.school_class.name))
        if word.teacher_id:
            return next((one for one in self.teachers if one.pk == word.teacher_id), None)
        return word.subject or IGNORED

    def of(self, kind: WordKind, word: str) -> object:
        """The subject, the teacher or the class; IGNORED; None where nobody knows."""
        if chosen := self._chosen.get((kind, word)):
            return chosen
        known = self._known[kind]
        if kind == WordKind.TEACHER:
            return known.get(word.lower()) or known.get(name_key(word))
        return known.get(plain(word))

    def is_chosen(self, kind: WordKind, word: str) -> bool:
        return (kind, word) in self._chosen


def _alone(pairs: Iterable[tuple[str, Target]]) -> dict[str, Target]:
    """By key, where one target alone has it: people of one name are never told apart by it."""
    found: dict[str, list[Target]] = defaultdict(list)
    for key, target in pairs:
        if key and target not in found[key]:
            found[key].append(target)
    return {key: targets[0] for key, targets in found.items() if len(targets) == 1}
