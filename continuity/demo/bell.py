"""A lycée of 1,200 students at 8 o'clock, for the bench: forty classes with a plan, three pages
each, twenty hand-ins meanwhile.
"""

import datetime
import io
import uuid

from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from continuity.enums import HandInState, ItemKind, PartState, Returns
from continuity.models import Assignment, HandIn, Homework, Lesson, PlanItem, PlanPart, plan_of
from courses.agenda.queries import monday_of
from courses.digest.values import Bell
from courses.people.enums import OrganisationKind, Role
from courses.people.models import (
    ClassMembership,
    Membership,
    Organisation,
    Person,
    SchoolClass,
    Subject,
    Teaching,
)
from courses.people.models.classes import school_year
from courses.required import required

CLASSES, STUDENTS, ITEMS = 40, 30, 12
SENDERS, PHOTOS = 20, 3
MINUTES, TIMES_FASTER = 5, 5
PHOTO_SIZE = (1_200, 1_600)
PHOTO_KILOBYTES = 400
BOUNDARY = "b-e-l-l"


def ring() -> Bell:
    """A new lycée each time; its photos are made here, once."""
    school = Organisation.objects.create(
        kind=OrganisationKind.SCHOOL, name="Lycée de la cloche", city="Caen", uai=None
    )
    today = timezone.localdate()
    subject = required(Subject.objects.first())
    teacher = invent(1, school, Role.TEACHER, today)[0]
    people = invent(CLASSES * STUDENTS, school, Role.STUDENT, today)
    photos = [photo(number) for number in range(PHOTOS)]
    asked: dict[int, Assignment] = {}
    for number in range(CLASSES):
        school_class = SchoolClass.objects.create(
            school=school, name=f"Classe {number + 1}", school_year=school_year(today)
        )
        members = people[number::CLASSES]
        ClassMembership.objects.bulk_create(
            ClassMembership(school_class=school_class, student=one, since=today) for one in members
        )
        teaching = Teaching.objects.create(
            school_class=school_class, subject=subject, teacher=teacher, since=today
        )
        given = fill(teaching, today)
        asked |= {one.pk: given for one in members}
    week = reverse("continuity:week")
    return Bell(
        people=people,
        pages=[week, reverse("continuity:to_hand_in"), week],
        minutes=MINUTES,
        times_faster=TIMES_FASTER,
        send=lambda person, ask: hand_in(asked[person.pk], photos, ask),
        senders=SENDERS,
        kept=lambda: whole_hand_ins(school),
        expected=SENDERS,
    )


def invent(count: int, school: Organisation, role: str, today: datetime.date) -> list[Person]:
    password, mark = make_password(None), uuid.uuid4().hex[:8]
    people = [
        Person(
            login=f"cloche.{role}.{mark}.{number}",
            given_name="Élève",
            family_name=f"de la cloche {number}",
            password=password,
        )
        for number in range(count)
    ]
    Person.objects.bulk_create(people, batch_size=500)
    Membership.objects.bulk_create(
        Membership(person=one, organisation=school, role=role, since=today) for one in people
    )
    return people


def fill(teaching: Teaching, today: datetime.date) -> Assignment:
    """A week of lessons, and a homework to hand in."""
    monday = monday_of(today)
    part = PlanPart.objects.create(
        plan=plan_of(teaching.school_class, today),
        teaching=teaching,
        state=PartState.PUBLISHED,
        published_at=timezone.now(),
    )
    written = {"author": teaching.teacher, "subject": teaching.subject}
    lessons = Lesson.objects.bulk_create(
        Lesson(**written, title=f"Leçon {n}", body="<p>Lire.</p>") for n in range(ITEMS)
    )
    PlanItem.objects.bulk_create(
        PlanItem(
            part=part,
            kind=ItemKind.LESSON,
            day=monday + datetime.timedelta(days=n % 7),
            title=lesson.title,
            minutes=20,
            lesson=lesson,
            position=n,
        )
        for n, lesson in enumerate(lessons)
    )
    homework = Homework.objects.create(
        **written, title="Une page d’exercices", returns=Returns.PHOTOS
    )
    given = Assignment.objects.create(
        homework=homework, teaching=teaching, due_at=timezone.now() + datetime.timedelta(days=1)
    )
    PlanItem.objects.create(
        part=part,
        kind=ItemKind.HOMEWORK,
        day=today,
        title=homework.title,
        minutes=30,
        assignment=given,
    )
    return given


def photo(seed: int) -> bytes:
    """A JPEG as heavy as a phone's after it was made smaller: noise doesn't compress."""
    picture = Image.effect_noise(PHOTO_SIZE, 90).convert("RGB").rotate(seed * 3)
    for quality in range(95, 5, -5):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= PHOTO_KILOBYTES * 1_000:
            break
    return out.getvalue()


def hand_in(assignment: Assignment, photos: list[bytes], ask) -> None:
    """Send the requests of the page's script: each photo under its key, then the whole under the
    form's.
    """
    page, upload = (
        reverse("continuity:hand_in", args=[assignment.public_id]),
        reverse("continuity_open:add_photo", args=[assignment.public_id]),
    )
    ask("GET", page)
    for content in photos:
        fields = {"key": str(uuid.uuid4()), "expected": str(len(photos))}
        ask("POST", upload, form(fields, content), HEADERS)
    ask(
        "POST",
        page,
        form(
            {
                "receipt_key": str(uuid.uuid4()),
                "expected": str(len(photos)),
                "text": "",
                "hand_in": "1",
            }
        ),
        HEADERS,
    )


HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def form(fields: dict[str, str], content: bytes | None = None) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if content is not None:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo";'
            ' filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        )
        parts.append(head.encode() + content + b"\r\n")
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def whole_hand_ins(school: Organisation) -> int:
    """Handed in, each with all its photos."""
    rows = HandIn.objects.filter(
        assignment__teaching__school_class__school=school, state=HandInState.HANDED_IN
    )
    return sum(handin.parts.count() == PHOTOS for handin in rows)
