"""What a set says that a teacher does: subjects of classes and groups, classes to look after.

One ends and another begins: what was done there stays there. What a person entered is left alone.
"""

from courses.people.models import Person, SchoolClass, Subject, Teaching, Tutorship, today
from courses.people.services.teachings import end_teaching, give_teaching
from courses.people.services.tutorships import look_after, look_after_no_more
from courses.roster.models import LastSaidOfTeacher
from courses.roster.services.placing import Places
from courses.roster.values import TUTOR, duty_kept

type DoneDuty = dict  # `Duty.as_kept`, and the teaching, or who looked after the class before


class Duties:
    """Those of one teacher at a school."""

    def __init__(self, teacher: Person, places: Places, subjects: dict[str, Subject]):
        self.teacher, self.places, self.subjects = teacher, places, subjects
        self.by = places.by

    def place_of(self, text: str) -> SchoolClass | None:
        duty = duty_kept(text)
        found = self.places.find(duty.place, is_class=duty.is_class)
        return found if found and found.is_a_whole_class == duty.is_class else None

    def can_begin(self, text: str) -> bool:
        """False where class, group or subject isn't here by now: the next set says it again."""
        code = duty_kept(text).subject
        return self.place_of(text) is not None and (code == TUTOR or code in self.subjects)

    def begin(self, text: str) -> DoneDuty | None:
        """None where it is so already, or a person chose another tutor. Raises a `Refusal`."""
        place = self.place_of(text)
        if place is None:
            return None
        if (code := duty_kept(text).subject) == TUTOR:
            return self._look_after(text, place)
        if self.own(text):
            return None
        made = give_teaching(
            school_class=place, subject=self.subjects[code], teacher=self.teacher, by=self.by
        )
        return {"duty": text, "pk": made.pk}

    def end(self, text: str) -> DoneDuty | None:
        """None where it isn't so any more. Raises a `Refusal`."""
        place = self.place_of(text)
        if place is None:
            return None
        if duty_kept(text).subject == TUTOR:
            if not self.looks_after(place):
                return None
            look_after_no_more(school_class=place, teacher=self.teacher, by=self.by)
            return {"duty": text, "pk": None}
        if (held := self.own(text)) is None:
            return None
        return {"duty": text, "pk": end_teaching(teaching=held, by=self.by).pk}

    def own(self, text: str) -> Teaching | None:
        """The teacher's own of that subject there, that goes on."""
        held = Teaching.objects.on(today()).filter(
            teacher=self.teacher,
            school_class=self.place_of(text),
            subject__code=duty_kept(text).subject,
        )
        return held.first()

    def looks_after(self, place: SchoolClass) -> bool:
        return place.tutorships.on(today()).filter(teacher=self.teacher).exists()

    def is_so(self, text: str) -> bool:
        place = self.place_of(text)
        if place is None:
            return False
        is_tutor = duty_kept(text).subject == TUTOR
        return self.looks_after(place) if is_tutor else self.own(text) is not None

    def _look_after(self, text: str, place: SchoolClass) -> DoneDuty | None:
        current = place.tutorships.on(today()).first()
        if current and (current.teacher_id == self.teacher.pk or not self._by_a_set(current, text)):
            return None
        look_after(school_class=place, teacher=self.teacher, by=self.by)
        return {"duty": text, "was": current.teacher_id if current else None}

    def _by_a_set(self, current: Tutorship, text: str) -> bool:
        rows = LastSaidOfTeacher.objects.filter(
            school=self.places.school, identity__person=current.teacher_id
        )
        return any(text in row.begun for row in rows)
