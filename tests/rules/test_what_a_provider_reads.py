"""Whatever a provider's account may open or is sent holds no mail address and nothing that names a
participant, beyond a first name and the code of the session.
"""

import datetime
import email
import email.policy
import re
from email.utils import parseaddr
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.mail.models import Letter
from courses.people.models import Person
from tests.factories.attendance import held_session, seated
from tests.factories.catalogue import LicenceFactory
from tests.factories.doors import request_of
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from tests.rules.test_who_may_enter import ROWS, world  # noqa: F401
from training.enums import Letters, SessionState
from training.services import (
    attendance,
    given_back,
    missed_dates,
    one_date,
    questions,
    rooms,
    session_dates,
    sessions,
    substitutes,
)
from training.services import enrolment as enrolments
from training.services.reminders import remind
from training.values import RoomFields

HOUR = datetime.timedelta(hours=1)

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Opened by a secret in the address, which was sent to the person whom it is about
BY_A_LINK_OF_ONES_OWN = {
    "people:choose_password",
    "people:confirm_address",
    "training_open:no_invitations",
}
OPEN_TO_TRAINERS = [
    name
    for name, row in ROWS.items()
    if row.method == "get" and row.statuses["trainer"] == 200 and name not in BY_A_LINK_OF_ONES_OWN
]


def identifiers_of(person) -> set[str]:
    """What would lead to a person outside the session."""
    found = {person.login, person.email, person.public_id, person.family_name, str(person)}
    return {one for one in found if one}


def participants_but(trainer) -> set[str]:
    people = Person.objects.filter(enrolments__isnull=False).exclude(pk=trainer.pk)
    return {word for person in people for word in identifiers_of(person)}


def found_in(text: str, words: set[str], *, allowed: set[str]) -> list[str]:
    named = sorted(
        word for word in words if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    )
    return named + sorted(set(ADDRESS.findall(text)) - allowed)


def test_there_are_pages_to_read():
    assert "training:my_session" in OPEN_TO_TRAINERS
    assert len(OPEN_TO_TRAINERS) > 30


@pytest.mark.parametrize("name", OPEN_TO_TRAINERS)
def test_a_page_or_file_holds_no_address_and_names_nobody(world, settings, name):  # noqa: F811
    settings.MAILS_READ_IN_BROWSER = False
    trainer = Person.objects.get(pk=world.trainer.pk)
    with transaction.atomic():
        answer = request_of("trainer", name, ROWS[name], world)()
        body = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)

    said = body.decode("utf-8", "replace")

    allowed = {*the_sites_own(settings), trainer.email}
    assert found_in(said, participants_but(trainer), allowed=allowed) == []


def the_sites_own(settings) -> set[str]:
    """Whom anybody may write to, and the sender of mails and invitations."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return {settings.CONTACT_ADDRESS, settings.DPO_ADDRESS, sender}


def two_dates() -> list[Hours]:
    return [
        Hours(in_a_week() + days * 24 * HOUR, in_a_week() + days * 24 * HOUR + HOUR)
        for days in (0, 3)
    ]


def texts_of(letter: Letter) -> str:
    """Every part of the mail as it was sent, calendar and files too, without its own headers."""
    parsed = email.message_from_bytes(bytes(letter.source), policy=email.policy.default)
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    return "\n".join(
        [parsed["Subject"], *(part.get_payload(decode=True).decode("utf-8") for part in parts)]
    )


@pytest.mark.django_db(transaction=True)
def test_the_letters_of_a_sessions_life_hold_no_address_and_name_nobody(settings):
    licence = LicenceFactory()
    session = SessionFactory(
        resource=licence.resource, state=SessionState.DRAFT, hours=two_dates(), capacity=1
    )
    trainer, by = session.trainers.get(), PlannerFactory()
    sessions.open_for_enrolment(session=session, by=by)
    for teacher in TeacherFactory.create_batch(2, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)
    seat = session.enrolments.holding_a_seat().get()
    questions.ask(enrolment=seat, text="Do I need headphones?", key=uuid4())
    run_worker()
    first, second = session.meetings
    with time_machine.travel(first.starts_at - HOUR):
        remind(timezone.now())
        run_worker()
    colleague = TrainerFactory(works_for=licence.resource.provider)
    on_second = {"session": session, "meeting": second}
    substitutes.name_substitute(**on_second, substitute=colleague, replaces=trainer, by=by)
    run_worker()
    substitutes.take_back(**on_second, by=by)
    run_worker()
    zoom = RoomFields("https://zoom.example/j", "Zoom", "The name that you type.")
    rooms.set_room(session=session, meeting=None, fields=zoom, by=by)
    run_worker_after_the_pause()
    enrolments.cancel(enrolment=seat, by=seat.teacher)
    with time_machine.travel(timezone.now() + 24 * HOUR):
        given_back.tell(timezone.now())
        run_worker()
    moves = {first.pk: Hours(first.starts_at - HOUR, first.ends_at - HOUR)}
    session.refresh_from_db()
    session_dates.move(session=session, moves=moves, revision=session.revision, by=by)
    run_worker_after_the_pause()
    session_dates.cancel_meeting(session=session, meeting=second, by=by, reason="Férié")
    run_worker_after_the_pause()
    sessions.cancel(session=session, by=by, reason="Souffrante")
    run_worker()
    sessions.restore(session=session, by=by)
    run_worker()

    held = held_session(led_by=trainer)
    seated(held, TeacherFactory(works_at=licence.school))
    missed = missed_dates.record(session=held, meeting=held.meetings[0], words="", by=by)
    run_worker()
    missed_dates.undo(missed=missed, by=by)
    run_worker()
    attendance.prefill(held.meetings[0].pk)
    attendance.remind(timezone.now())
    run_worker()

    letters = list(Letter.objects.filter(to__in=[trainer, colleague]))
    kinds = {letter.kind for letter in letters}
    assert {
        Letters.SUBSTITUTION,
        Letters.REMINDER,
        Letters.SEATS_GIVEN_BACK,
        Letters.ROOM_CHANGED,
        Letters.NO_TRAINER_CAME,
        Letters.DATE_COUNTS_AFTER_ALL,
        Letters.TRAINER_INVITATION,
        Letters.SESSION_MOVED,
        Letters.SESSION_CANCELLED,
        Letters.SESSION_RESTORED,
    } <= kinds
    allowed = {*the_sites_own(settings), trainer.email, colleague.email}
    for letter in letters:
        assert found_in(texts_of(letter), participants_but(trainer), allowed=allowed) == []


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_who_leads_one_date_in_somebodys_place_reads_no_more(settings, client):
    settings.MAILS_READ_IN_BROWSER = False
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, hours=two_dates())
    second, colleague = session.meetings[1], TrainerFactory(works_for=licence.resource.provider)
    for name in ("Ada", "Grace"):
        teacher = TeacherFactory(works_at=licence.school, given_name=name)
        seat = enrolments.enrol(session=session, teacher=teacher)
        questions.ask(enrolment=seat, text=f"From {name}", key=uuid4())
    one_date.give_back(enrolment=seat, meeting=second)
    substitutes.name_substitute(
        session=session,
        meeting=second,
        substitute=colleague,
        replaces=session.trainers.get(),
        by=PlannerFactory(),
    )
    client.force_login(colleague)
    with time_machine.travel(second.ends_at + HOUR, tick=False):
        sheet = attendance.prefill(second.pk)
        pages = [
            client.get(reverse(f"training:{name}", args=names)).text
            for name, names in {
                "my_sessions": [],
                "my_session": [session.public_id],
                "asked_questions": [session.public_id],
                "session_material": [session.public_id],
                "session_rooms": [session.public_id],
                "sheets": [],
                "sheet": [sheet.public_id],
            }.items()
        ]

    allowed = {*the_sites_own(settings), colleague.email}
    assert [found_in(said, participants_but(colleague), allowed=allowed) for said in pages] == [
        [] for _page in pages
    ]
    assert "Ada" in pages[1]
    assert "From Ada" in pages[2]
    assert not [said for said in pages if "Grace" in said]  # comes on the other date only
