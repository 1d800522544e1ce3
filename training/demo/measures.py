"""Measurements of training for `manage.py bench`: its pages, the drawing of certificates, a rush on
one session.
"""

import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.digest.values import BenchTarget, Rush
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person
from courses.required import required
from training.documents.certificate import certificate_pdf
from training.models import Certificate, Session, Training
from training.services import enrolment as enrolments
from training.services import sessions

SLUG = "educarte"
PEOPLE, SEATS = 200, 50
CERTIFICATES = 100
SOON = datetime.timedelta(days=7)


def targets() -> list[BenchTarget]:
    session = (
        Session.objects.visible_to(AnonymousUser())
        .filter(training__resource__slug=SLUG, starts_at__gt=timezone.now())
        .earliest("starts_at")
    )
    return [
        BenchTarget("catalogue", goal="≥ 0.4", page=reverse("training:catalogue")),
        BenchTarget("session page", goal="≥ 0.5", page=session.get_absolute_url()),
        BenchTarget("my trainings", goal="≥ 0.4", page=reverse("training:mine")),
        BenchTarget(
            "the Region's figures",
            goal="≥ 0.4",
            page=reverse("training:subscriptions"),
            people=officers,
        ),
        BenchTarget("certificates, warm", goal="at most 75 ms", chore=draw_certificates),
        BenchTarget("rush", goal="at least 400 decisions/s, exactly the seats, no 5xx", rush=rush),
    ]


def officers() -> list[Person]:
    return list(Person.objects.filter(memberships__role=Role.OFFICER))


def draw_certificates() -> int:
    """The same ones again and again: what is drawn costs the same."""
    issued = list(Certificate.objects.select_related("enrolment")[:CERTIFICATES])
    for number in range(CERTIFICATES):
        certificate_pdf(issued[number % len(issued)])
    return CERTIFICATES


def rush() -> Rush:
    """A new session of fifty seats, and two hundred new teachers of one school that may enter it."""
    training = required(Training.objects.filter(resource__slug=SLUG).first())
    begins = timezone.now() + SOON
    adviser = Person.objects.filter(memberships__role=Role.PLANNER).first()
    trainer = Person.objects.filter(
        memberships__role=Role.TRAINER, memberships__organisation=training.resource.provider
    ).first()
    session = sessions.plan(
        training=training,
        language="fr",
        capacity=SEATS,
        hours=[Hours(begins, begins + datetime.timedelta(hours=1))],
        trainers=[trainer],
        by=adviser,
    )
    session = sessions.open_for_enrolment(session=session, by=adviser)
    return Rush(
        address=reverse("training:enrol", args=[session.public_id]),
        people=teachers(session),
        seats=SEATS,
        taken=session.count_seats_taken,
        decide=lambda person: enrolments.enrol(session=session, teacher=person),
    )


def teachers(session: Session) -> list[Person]:
    today = timezone.localdate()
    licences = session.resource.licences.on(today).filter(scope="school", until=None)
    school = Organisation.objects.filter(licences__in=licences).first()
    password = make_password("bench")
    people = [
        Person(
            login=f"rush.{session.pk}.{number}",
            email=f"rush.{session.pk}.{number}@demo.passerelle.example",
            given_name="Rush",
            family_name=str(number),
            password=password,
        )
        for number in range(PEOPLE)
    ]
    Person.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(person=person, organisation=school, role=Role.TEACHER, since=today)
        for person in people
    )
    return people
