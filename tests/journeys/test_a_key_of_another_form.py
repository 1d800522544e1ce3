"""A form sends the key of its own row. With a key that another person's row has, it makes one of its
own all the same.
"""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.answers.services import feedback as answers
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.contact.services import calls
from continuity.enums import CallResult, Signatory, Status
from continuity.equipment.services import loans
from continuity.models import Call, Loan, Reply, RollCorrection
from courses.agenda.values import Hours
from tests.factories import equipment
from tests.factories.answers import returned
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    handed_in,
    teaching,
)
from tests.factories.people import (
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.rolls import begun, closed
from tests.factories.training import SessionFactory, in_a_week
from training.models import AdvanceQuestion, DateProposal, Material, SessionMessage
from training.services import enrolment as enrolments
from training.services import material, proposals, sessions

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def test_two_participants_ask_with_one_key(client):
    licence, key = LicenceFactory(), uuid4()
    session = SessionFactory(resource=licence.resource)
    for teacher in TeacherFactory.create_batch(2, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)
        client.force_login(teacher)
        sent = {"key": key, "text": "May I watch again?"}
        for _twice in range(2):
            page = client.post(reverse("training:my_questions", args=[session.public_id]), sent)
            assert page.status_code == 302

    assert AdvanceQuestion.objects.values("enrolment").distinct().count() == 2
    assert AdvanceQuestion.objects.count() == 2


def test_two_trainers_propose_with_one_key():
    training, key = SessionFactory().training, uuid4()
    start = in_a_week()
    for trainer in TrainerFactory.create_batch(2, works_for=training.resource.provider):
        for _twice in range(2):
            proposals.propose(
                by=trainer,
                resource=training.resource,
                training=training,
                title="",
                words="",
                hours=[Hours(start, start.replace(hour=20))],
                key=key,
            )

    assert DateProposal.objects.values("by").distinct().count() == 2
    assert DateProposal.objects.count() == 2


def test_one_key_in_two_sessions_is_two_messages_and_two_links():
    key, planner = uuid4(), PlannerFactory()
    for session in SessionFactory.create_batch(2):
        for _twice in range(2):
            sessions.message(session=session, by=planner, subject="Bonjour", body="!", key=key)
            material.deposit(
                session=session,
                meeting=None,
                title="Fiche",
                by=planner,
                address="https://example.org/",
                key=key,
            )

    assert SessionMessage.objects.values("session").distinct().count() == 2
    assert Material.objects.values("session").distinct().count() == 2
    assert (SessionMessage.objects.count(), Material.objects.count()) == (2, 2)


def test_two_students_are_called_corrected_and_answered_with_one_key():
    key, maths = uuid4(), teaching()
    students = StudentFactory.create_batch(2, in_class=maths.school_class)
    roll, homework = closed(begun(maths)), assignment(maths)
    for student in students:
        line = roll.lines.get(student=student)
        mark = RollMark(Status.EXCUSED, reason="Mot des parents")
        handin = handed_in(homework, student, timezone.now())
        feedback = returned(handin)
        for _twice in range(2):
            calls.note(student=student, by=maths.teacher, result=CallResult.MESSAGE, key=key)
            rolls.correct(line=line, mark=mark, by=maths.teacher, key=key)
            answers.reply(feedback=feedback, by=student, text="Merci", key=key)

    for model in (Call, RollCorrection, Reply):
        assert model.objects.count() == 2, model
    assert {one.line.student for one in RollCorrection.objects.all()} == set(students)
    assert {one.author for one in Reply.objects.all()} == set(students)


def test_two_schools_lend_with_one_key():
    key = uuid4()
    for school_class in SchoolClassFactory.create_batch(2):
        student = StudentFactory(in_class=school_class)
        given = {
            "school": school_class.school,
            "student": student,
            "items": [equipment.thing(school_class.school)],
            "due_on": timezone.localdate() + equipment.A_WHILE,
            "signed_as": Signatory.GUARDIAN,
            "by": equipment.office_of(school_class.school),
            "key": key,
        }
        for _twice in range(2):
            loans.lend(**given)

    assert Loan.objects.values("school").distinct().count() == 2
