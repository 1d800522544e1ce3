"""A form sends the key of its own row. With a key that another person's row has, it makes one of its
own all the same; so it does with other content. Sent again, it makes no second row, also where the
row has the key as it was sent, as rows of version 0.2.0 do.
"""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from continuity.answers.services import feedback as answers
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.contact.services import calls
from continuity.enums import CallResult, Mode, Signatory, Status
from continuity.equipment.services import loans
from continuity.models import Call, Loan, Reply, RollCorrection
from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories import equipment
from tests.factories.answers import returned
from tests.factories.attendance import seated
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
from training.enums import Letters
from training.models import AdvanceQuestion, DateProposal, Material, SessionMessage
from training.services import enrolment as enrolments
from training.services import material, proposals, questions, session_messages

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

EXCUSED = RollMark(Status.EXCUSED, reason="Mot des parents")


def a_link(session, by, address="https://example.org/"):
    return {
        "session": session,
        "meeting": None,
        "title": "Fiche",
        "by": by,
        "address": address,
    }


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
            session_messages.message(
                session=session, by=planner, subject="Bonjour", body="!", key=key
            )
            material.deposit(**a_link(session, planner), key=key)

    assert SessionMessage.objects.values("session").distinct().count() == 2
    assert Material.objects.values("session").distinct().count() == 2
    assert (SessionMessage.objects.count(), Material.objects.count()) == (2, 2)


def test_two_students_are_called_corrected_and_answered_with_one_key():
    key, maths = uuid4(), teaching()
    students = StudentFactory.create_batch(2, in_class=maths.school_class)
    roll, homework = closed(begun(maths)), assignment(maths)
    for student in students:
        line = roll.lines.get(student=student)
        handin = handed_in(homework, student, timezone.now())
        feedback = returned(handin)
        for _twice in range(2):
            calls.note(student=student, by=maths.teacher, result=CallResult.MESSAGE, key=key)
            rolls.correct(line=line, mark=EXCUSED, by=maths.teacher, key=key)
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


def test_a_message_and_its_letters_go_once_across_an_upgrade():
    session, planner, key = SessionFactory(), PlannerFactory(), uuid4()
    seat = seated(session)
    message = {"session": session, "by": planner, "subject": "Salle", "body": "Au 2e étage."}
    session_messages.message(**message, key=key)
    SessionMessage.objects.update(key=key)

    session_messages.message(**message, key=key)
    for _twice in range(2):
        session_messages.message(**message | {"body": "Au 3e étage."}, key=key)

    assert list(SessionMessage.objects.order_by("pk").values_list("body", flat=True)) == [
        "Au 2e étage.",
        "Au 3e étage.",
    ]
    assert Letter.objects.filter(kind=Letters.MESSAGE, to=seat.teacher).count() == 2


def test_the_raw_key_of_another_persons_row_makes_a_row_of_ones_own():
    session, key = SessionFactory(), uuid4()
    seat, people = seated(session), PlannerFactory.create_batch(2)
    for person in people:
        session_messages.message(session=session, by=person, subject="Salle", body="12", key=key)
        material.deposit(**a_link(session, person), key=key)
        if person == people[0]:
            SessionMessage.objects.update(key=key)
            Material.objects.update(key=key)

    for model in (SessionMessage, Material):
        assert list(model.objects.order_by("pk").values_list("by", flat=True)) == [
            one.pk for one in people
        ]
    assert Letter.objects.filter(kind=Letters.MESSAGE, to=seat.teacher).count() == 2


def test_questions_links_and_proposals_are_one_across_an_upgrade():
    key, session, start = uuid4(), SessionFactory(), in_a_week()
    trainer = TrainerFactory(works_for=session.training.resource.provider)
    seat = seated(session)

    def send():
        questions.ask(enrolment=seat, text="Puis-je revoir ?", key=key)
        material.deposit(**a_link(session, trainer), key=key)
        proposals.propose(
            by=trainer,
            resource=session.training.resource,
            training=session.training,
            title="",
            words="",
            hours=[Hours(start, start.replace(hour=20))],
            key=key,
        )

    send()
    for model in (AdvanceQuestion, Material, DateProposal):
        model.objects.update(key=key)

    send()

    for model in (AdvanceQuestion, Material, DateProposal):
        assert model.objects.count() == 1, model


def test_replies_corrections_and_calls_are_one_across_an_upgrade():
    key, maths = uuid4(), teaching()
    student = StudentFactory(in_class=maths.school_class)
    line = closed(begun(maths)).lines.get(student=student)
    feedback = returned(handed_in(assignment(maths), student, timezone.now()))

    def send():
        calls.note(student=student, by=maths.teacher, result=CallResult.MESSAGE, key=key)
        rolls.correct(line=line, mark=EXCUSED, by=maths.teacher, key=key)
        answers.reply(feedback=feedback, by=student, text="Merci", key=key)

    send()
    for model in (Call, RollCorrection, Reply):
        model.objects.update(key=key)

    send()

    for model in (Call, RollCorrection, Reply):
        assert model.objects.count() == 1, model


def test_another_link_or_file_under_the_same_key_is_there_too(client):
    session, key = SessionFactory(), uuid4()
    trainer = TrainerFactory(works_for=session.training.resource.provider)
    session.trainers.add(trainer)
    client.force_login(trainer)

    def send(**given):
        address = reverse("training:session_material", args=[session.public_id])
        return client.post(address, {"key": key, "title": "Fiche", **given}, follow=True)

    for link in ("https://example.org/1", "https://example.org/1", "https://example.org/2"):
        page = send(address=link)
        assert "It is there for those who have a seat." in page.content.decode()
    for words in (b"Lire.\n", b"Lire.\n", b"Lire, puis essayer.\n"):
        page = send(upload=SimpleUploadedFile("fiche.txt", words))
        assert "It is there for those who have a seat." in page.content.decode()

    kept = Material.objects.order_by("pk").values_list("address", "size_bytes")
    assert list(kept) == [
        ("https://example.org/1", 0),
        ("https://example.org/2", 0),
        ("", len(b"Lire.\n")),
        ("", len(b"Lire, puis essayer.\n")),
    ]


def test_another_question_under_the_same_key_is_asked_too(client):
    seat, key = seated(SessionFactory()), uuid4()
    client.force_login(seat.teacher)
    address = reverse("training:my_questions", args=[seat.session.public_id])

    for words in ("May I watch again?", "May I watch again?", "Is there a break?"):
        page = client.post(address, {"key": key, "text": words}, follow=True)
        assert "Whoever leads the session reads it." in page.content.decode()

    asked = AdvanceQuestion.objects.order_by("pk").values_list("text", flat=True)
    assert list(asked) == ["May I watch again?", "Is there a break?"]


def test_another_mark_under_the_same_key_corrects_the_line_again():
    key, maths = uuid4(), teaching()
    student = StudentFactory(in_class=maths.school_class)
    line = closed(begun(maths)).lines.get(student=student)

    for mark in (EXCUSED, EXCUSED, RollMark(Status.LATE, Mode.ROOM, late=10)):
        rolls.correct(line=line, mark=mark, by=maths.teacher, key=key)

    assert list(line.corrections.values_list("status", flat=True)) == [Status.EXCUSED, Status.LATE]
