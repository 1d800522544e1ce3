"""Bench of a hand-in of three photos of 400 kB: the server's time before it answers, each request
from its login to its end.
"""

import uuid
from functools import cache

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.demo import bell
from continuity.models import Assignment
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

HANDINS = 10


@cache
def prepared() -> tuple[Assignment, list[Client], list[bytes]]:
    """A class with one homework, its students logged in, three photos."""
    today = timezone.localdate()
    school = Organisation.objects.create(
        kind=OrganisationKind.SCHOOL, name="Lycée aux trois photos", city="Caen", uai=None
    )
    teacher = bell.invent(1, school, Role.TEACHER, today)[0]
    students = bell.invent(HANDINS, school, Role.STUDENT, today)
    school_class = SchoolClass.objects.create(
        school=school, name="Classe", school_year=school_year(today)
    )
    ClassMembership.objects.bulk_create(
        ClassMembership(school_class=school_class, student=one, since=today) for one in students
    )
    teaching = Teaching.objects.create(
        school_class=school_class,
        subject=required(Subject.objects.first()),
        teacher=teacher,
        since=today,
    )
    return (
        bell.fill(teaching, today),
        [logged_in(one) for one in students],
        [bell.photo(number) for number in range(bell.PHOTOS)],
    )


def logged_in(person: Person) -> Client:
    client = Client(headers={"Host": settings.ALLOWED_HOSTS[0]})
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def hand_in() -> int:
    """Send each photo under its key, then the whole: a new version each time."""
    given, clients, photos = prepared()
    upload, page = (
        reverse("continuity_open:add_photo", args=[given.public_id]),
        reverse("continuity:hand_in", args=[given.public_id]),
    )
    for client in clients:
        for content in photos:
            client.post(
                upload,
                {
                    "key": uuid.uuid4(),
                    "photo": SimpleUploadedFile("photo", content),
                    "expected": len(photos),
                },
            )
        client.post(page, {"receipt_key": uuid.uuid4(), "text": "", "expected": len(photos)})
    return len(clients)
