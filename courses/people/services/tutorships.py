"""Who looks after a class: one teacher at a time."""

from django.db import transaction
from wagtail.log_actions import log

from courses.people.enums import Role
from courses.people.exceptions import NotATeacherThere
from courses.people.models import Person, SchoolClass, Tutorship, today
from courses.people.rules.memberships import is_there


def look_after(
    *, school_class: SchoolClass, teacher: Person, by: Person | None = None
) -> Tutorship:
    """Make the teacher the class's tutor from today; who was it before is it no more.

    Holds the class's row until commit.
    """
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        if not is_there(Role.TEACHER, school_class.school, today(), teacher.memberships.all()):
            raise NotATeacherThere(
                teacher=teacher.display_name, school=school_class.school.name, day=today()
            )
        current = list(school_class.tutorships.on(today()))
        if already := next((one for one in current if one.teacher_id == teacher.pk), None):
            return already
        for tutorship in current:
            _end(tutorship)
        tutorship = Tutorship.objects.create(
            school_class=school_class, teacher=teacher, since=today()
        )
        data = {"teacher": teacher.pk}
        log(instance=school_class, action="classes.look_after", user=by, data=data)
    return tutorship


def look_after_no_more(
    *, school_class: SchoolClass, teacher: Person, by: Person | None = None
) -> None:
    """The class has no tutor any more, if it was that teacher. Holds the class's row until commit."""
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        for tutorship in school_class.tutorships.on(today()).filter(teacher=teacher):
            _end(tutorship)
            data = {"teacher": teacher.pk}
            log(instance=school_class, action="classes.look_after_no_more", user=by, data=data)


def _end(tutorship: Tutorship) -> None:
    """Today is the first day on which it holds no more; one that began today was never one."""
    if tutorship.since >= today():
        tutorship.delete()
    else:
        tutorship.until = today()
        tutorship.save(update_fields=["until"])
