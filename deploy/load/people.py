"""Makes the people of a load in the shape's database: lycées with a plan for each class, teachers
with an hour to call, readers, and sessions for all, as a login would make them.

Runs inside Django, see `deploy.load.__main__`.
"""

import datetime
import json
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from cms.guidance.models import GuidancePage
from continuity.demo import bell
from continuity.models import PlanItem
from courses.agenda.models import ClassHour
from courses.agenda.values import PARIS
from courses.people.enums import OrganisationKind, Role
from courses.people.models import (
    ClassMembership,
    Organisation,
    Person,
    SchoolClass,
    Subject,
    Teaching,
)
from courses.people.models.classes import school_year
from courses.required import required
from deploy.load.visits import PASSWORD
from tests.development.visitors import session_of
from training.demo import measures
from training.models import Session

SINCE = datetime.timedelta(days=14)
BEGINS, ENDS = datetime.time(8), datetime.time(9)
READERS = 60


def make(folder: str, lycees: int) -> None:
    """Writes `people.json` and the photos into the folder. A second call makes others."""
    translation.activate("fr")
    place = Path(folder)
    place.mkdir(exist_ok=True)
    for number in range(bell.PHOTOS):
        (place / f"photo-{number}.jpg").write_bytes(bell.photo(number))
    pages = addresses() | {"trainings": trainings(), "guidance": guidance()}
    schools, teachers = [], []
    for _ in range(lycees):
        students, taught = lycee(pages["classes"])
        schools.append(students)
        teachers += taught
        print(f"a lycée of {len(students)} students")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within minutes
    rush = measures.rush()
    pressing = [session_of(person) for person in rush.people]
    made = {
        "pages": pages,
        "schools": schools,
        "teachers": teachers,
        "readers": pressing[:READERS],
        "rush": {
            "address": rush.address,
            "session": rush.address.split("/")[-3],  # its public id
            "sessions": pressing,
            "seats": rush.seats,
        },
    }
    (place / "people.json").write_text(json.dumps(made))
    (place / "used.json").unlink(missing_ok=True)


def addresses() -> dict:
    """Of pages that are the same for all."""
    return {
        "classes": [],
        "week": reverse("continuity:week"),
        "to_hand_in": reverse("continuity:to_hand_in"),
        "rolls": reverse("continuity:rolls"),
        "begin_roll": reverse("continuity:begin_roll"),
        "login": reverse("people:login"),
        "home": reverse("today:home"),
        "catalogue": reverse("training:catalogue"),
        "search": reverse("guidance:search"),
    }


def trainings() -> list[str]:
    coming = Session.objects.filter(starts_at__gt=timezone.now(), state="open").order_by(
        "starts_at"
    )
    return [session.get_absolute_url() for session in coming[:5]]


def guidance() -> list[str]:
    live = GuidancePage.objects.live().filter(locale__language_code="fr").order_by("pk")[:20]
    return [required(page.get_url()) for page in live]


def lycee(
    classes: list[dict],
    *,
    number_of_classes: int = bell.CLASSES,
    students_each: int = bell.STUDENTS,
) -> tuple[list[dict], list[dict]]:
    """Its students and its teachers; what its classes read is added to `classes`."""
    today = timezone.localdate()
    since, called_on = today - SINCE, last_school_day(today)
    school = Organisation.objects.create(
        kind=OrganisationKind.SCHOOL, name="Lycée de la charge", city="Caen", uai=None
    )
    subject = required(Subject.objects.first())
    teachers = bell.invent(number_of_classes, school, Role.TEACHER, since)
    people = bell.invent(number_of_classes * students_each, school, Role.STUDENT, since)
    Person.objects.filter(pk__in=[one.pk for one in people]).update(
        password=make_password(PASSWORD)
    )
    people = list(Person.objects.filter(pk__in=[one.pk for one in people]).order_by("pk"))
    students, taught = [], []
    for number, teacher in enumerate(teachers):
        school_class = SchoolClass.objects.create(
            school=school, name=f"Classe {number + 1}", school_year=school_year(today)
        )
        members = people[number::number_of_classes]
        ClassMembership.objects.bulk_create(
            ClassMembership(school_class=school_class, student=one, since=since) for one in members
        )
        teaching = Teaching.objects.create(
            school_class=school_class, subject=subject, teacher=teacher, since=since
        )
        ClassHour.objects.create(
            teaching=teaching, weekday=called_on.isoweekday(), begins=BEGINS, ends=ENDS, since=since
        )
        assignment = bell.fill(teaching, today)
        item = required(
            PlanItem.objects.filter(part__teaching=teaching, lesson__isnull=False).first()
        )
        classes.append(
            {
                "lesson": reverse("continuity:lesson", args=[required(item.lesson).public_id]),
                "homework": assignment.public_id,
                "hand_in": reverse("continuity:hand_in", args=[assignment.public_id]),
                "upload": reverse("continuity_open:add_photo", args=[assignment.public_id]),
            }
        )
        students += [
            {
                "pk": one.pk,
                "login": one.login,
                "session": session_of(one),
                "class": len(classes) - 1,
            }
            for one in members
        ]
        begins = datetime.datetime.combine(called_on, BEGINS, PARIS)
        taught.append(
            {
                "session": session_of(teacher),
                "teaching": teaching.public_id,
                "starts_at": begins.isoformat(),
            }
        )
    return students, taught


def last_school_day(today: datetime.date) -> datetime.date:
    """Before today, since an hour that hasn't begun has no roll yet; Sundays have no hours."""
    back = 2 if today.isoweekday() == 1 else 1
    return today - datetime.timedelta(days=back)
