"""Whatever a provider's account may open or is sent holds no mail address and nothing that names a
participant, beyond a first name and the code of the session.
"""

import datetime
import email
import email.policy
import io
import re
import zipfile
from email.utils import parseaddr
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cms.register.services import accounts
from courses.agenda.values import Hours
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.mail import services as outbox
from courses.mail.enums import Letters as MailLetters
from courses.mail.enums import MailRhythm
from courses.mail.models import Letter
from courses.people.models import Organisation, Person
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.catalogue import LicenceFactory
from tests.factories.doors import request_of
from tests.factories.people import (
    PlannerFactory,
    ProviderFactory,
    SubjectFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from tests.rules.test_who_may_enter import ROWS, world  # noqa: F401
from training.enums import (
    ContestReason,
    EnrolmentOrigin,
    EnrolmentState,
    EvaluationQuestion,
    Letters,
    SessionState,
)
from training.models import CalendarFeed, DateProposal
from training.queries.subjects import subjects_of_who_comes
from training.services import (
    attendance,
    contests,
    evaluations,
    given_back,
    missed_dates,
    one_date,
    proposals,
    questions,
    rooms,
    session_dates,
    sessions,
    substitutes,
    taught,
    wishes,
)
from training.services import enrolment as enrolments
from training.services.reminders import remind
from training.values import Answers, Claim, RoomFields, seats_told_from
from training.wagtail_hooks import ticks

HOUR = datetime.timedelta(hours=1)

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Opened by a secret in the address, which was sent to the person whom it is about
BY_A_LINK_OF_ONES_OWN = {
    "people:choose_password",
    "people:login_by_link",
    "people:confirm_address",
    "training_open:no_invitations",
}
OPEN_TO_TRAINERS = [
    name
    for name, row in ROWS.items()
    if row.method == "get" and row.statuses["trainer"] == 200 and name not in BY_A_LINK_OF_ONES_OWN
]


def identifiers_of(person) -> set[str]:
    """What would lead to a person outside the session: the school, too."""
    found = {person.login, person.email, person.public_id, person.family_name, str(person)}
    for school in Organisation.objects.filter(memberships__person=person):
        found |= {school.name, school.uai}
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
def test_the_letters_of_a_sessions_life_hold_no_address_and_name_nobody(settings, client):
    settings.MAILS_READ_IN_BROWSER = False
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
    with time_machine.travel(first.starts_at):
        questions.ask(enrolment=seat, text="And after it?", key=uuid4())
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
    with time_machine.travel(seats_told_from(timezone.now())):
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
    other = {"trainers": [trainer], "language": "en", "capacity": 5}
    session.refresh_from_db()
    sessions.edit(
        session=session, revision=session.revision, by=by, threshold_percent=75, note="", **other
    )
    with_plan_b = RoomFields(
        "https://zoom.example/k", "Zoom", "Your name.", plan_b_words="By telephone."
    )
    rooms.set_room(session=session, meeting=None, fields=with_plan_b, by=by)
    with time_machine.travel(first.starts_at - HOUR, tick=True):
        rooms.announce_plan_b(session=session, meeting=session.meetings[0], by=by)
        run_worker()

    held = held_session(led_by=trainer)
    seated(held, TeacherFactory(works_at=licence.school))
    missed = missed_dates.record(session=held, meeting=held.meetings[0], words="", by=by)
    run_worker()
    missed_dates.undo(missed=missed, by=by)
    run_worker()
    attendance.prefill(held.meetings[0].pk)
    attendance.remind(timezone.now() + 24 * HOUR)
    run_worker()
    for answer in (taken_up, declined):
        answer(proposed_by(trainer, licence.resource), by)
    passed(proposed_by(trainer, licence.resource))
    run_worker()
    trainer.mail_rhythm = MailRhythm.DAILY
    trainer.save(update_fields=["mail_rhythm"])
    in_a_summary = held_session(led_by=trainer)
    seated(in_a_summary, TeacherFactory(works_at=licence.school))
    attendance.prefill(in_a_summary.meetings[0].pk)
    attendance.remind(timezone.now() + 24 * HOUR)
    run_worker()
    outbox.sum_up(timezone.now() + 7 * 24 * HOUR)
    run_worker()
    owed = held_session(led_by=trainer)
    seated(owed, TeacherFactory(works_at=licence.school))
    missed = missed_dates.record(session=owed, meeting=owed.meetings[0], words="", by=by)
    missed_dates.settle(missed=missed, words="No hour is left.", by=by)
    run_worker()

    letters = list(Letter.objects.filter(to__in=[trainer, colleague]).exclude(source=None))
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
        Letters.SESSION_LANGUAGE,
        Letters.PLAN_B,
        Letters.SHEET_TO_CLOSE,
        Letters.NO_OTHER_DATE,
        MailLetters.DIGEST,
        Letters.PROPOSAL_ANSWERED,
        Letters.PROPOSAL_PASSED,
        Letters.QUESTION_ASKED,
    } <= kinds
    allowed = {*the_sites_own(settings), trainer.email, colleague.email}
    words = participants_but(trainer)
    for letter in letters:
        # "the académie" answers proposed dates, nobody by name
        of_planner = identifiers_of(by) if letter.kind == Letters.PROPOSAL_ANSWERED else set()
        assert found_in(texts_of(letter), words | of_planner, allowed=allowed) == []
    client.force_login(trainer)
    own = [reverse("people:letters")]
    own += [
        reverse("people:letter", args=[one.public_id]) for one in letters if one.to_id == trainer.pk
    ]
    for page in own:
        assert found_in(client.get(page).text, words, allowed=allowed) == []


def proposed_by(trainer, resource):
    hours, training = two_dates(), TrainingFactory(resource=resource)
    return proposals.propose(
        by=trainer,
        resource=resource,
        training=training,
        title="",
        words="",
        hours=hours,
        key=uuid4(),
    )


def taken_up(proposal, by):
    proposals.plan(
        proposal=proposal,
        training=proposal.training,
        by=by,
        language="fr",
        capacity=20,
        hours=proposal.hours,
        trainers=[proposal.by],
    )


def passed(proposal):
    now = timezone.now()
    DateProposal.objects.filter(pk=proposal.pk).update(ends_at=now)
    proposals.tell_of_passed(now)


def declined(proposal, by):
    proposals.decline(proposal=proposal, answer="These are school holidays.", by=by)


@pytest.mark.django_db
def test_who_answered_proposed_dates_is_shown_to_nobody_of_the_provider(settings, client):
    settings.MAILS_READ_IN_BROWSER = False
    by, licence = PlannerFactory(), LicenceFactory()
    trainer = TrainerFactory(works_for=licence.resource.provider)
    for answer in (taken_up, declined):
        answer(proposed_by(trainer, licence.resource), by)
    client.force_login(trainer)
    said = client.get(reverse("training:my_proposals")).text

    assert "These are school holidays." in said
    allowed = {*the_sites_own(settings), trainer.email}
    assert found_in(said, identifiers_of(by), allowed=allowed) == []


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


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_a_provider_that_lost_a_resource_reads_nobody_of_the_new_one(settings, client):
    settings.MAILS_READ_IN_BROWSER = False
    session = SessionFactory()
    trainer, meeting = session.trainers.get(), session.meetings[0]
    colleague = TrainerFactory(works_for=session.provider, family_name="Relais")
    resource = session.training.resource
    resource.provider = ProviderFactory()
    resource.save(update_fields=["provider"])
    foreign = TrainerFactory(works_for=resource.provider, family_name="Étrangère")
    client.force_login(trainer)
    names = [session.public_id, meeting.public_id]
    said = client.get(reverse("training:name_substitute", args=names)).text

    assert colleague.family_name in said
    allowed = {*the_sites_own(settings), trainer.email}
    assert found_in(said, identifiers_of(foreign), allowed=allowed) == []


@pytest.fixture
def held():
    """Yesterday: led by somebody, with Ada, who was there for an hour."""
    session = held_session(resource=LicenceFactory().resource)
    trainer = session.trainers.get()
    was_there(session.meetings[0], trainer, (0, 90))
    ada = TeacherFactory(given_name="Ada", family_name="Delaunay")
    seated(session, ada)
    was_there(session.meetings[0], ada, (0, 60))
    return session


def reads_nothing_more(settings, session, texts) -> bool:
    """Of who comes, than first names and codes."""
    settings.MAILS_READ_IN_BROWSER = False
    trainer = session.trainers.get()
    allowed = {*the_sites_own(settings), trainer.email}
    words = participants_but(trainer)
    return [found_in(text, words, allowed=allowed) for text in texts] == [[] for _text in texts]


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_the_trainers_own_calendar_feed_names_nobody(settings, client):
    session = SessionFactory()
    seated(session, TeacherFactory())
    CalendarFeed.objects.create(person=session.trainers.get(), secret="s" * 40)

    feed = client.get(reverse("training_open:feed", args=["s" * 40]))

    said = b"".join(feed).decode() if feed.streaming else feed.text
    assert said.count("BEGIN:VEVENT") == 1
    assert reads_nothing_more(settings, session, [said.replace("\r\n ", "")])


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_the_way_into_the_room_names_nobody_outside_it(settings, client):
    """The join page before the room opens, with plan B, and the practice room with two in it."""
    session = SessionFactory()
    meeting, trainer, teacher = session.meetings[0], session.trainers.get(), TeacherFactory()
    seated(session, teacher)
    live.give_pass(meeting=meeting, person=trainer, role=RoomRole.MODERATOR)
    plan = RoomFields(plan_b_words="By telephone.")
    rooms.set_room(session=session, meeting=None, fields=plan, by=trainer)
    join = reverse("live:join", args=[meeting.public_id])
    client.force_login(trainer)
    waits = client.get(join).text
    with time_machine.travel(meeting.starts_at, tick=False):
        for person in (teacher, trainer):
            client.force_login(person)
            inside = client.get(join, {"enter": 1}, follow=True)
            room = live.room_for(meeting)
            client.post(reverse("live:enter_practice", args=[room.name]))
            inside = client.get(reverse("live:practice", args=[room.name])).text
        rooms.announce_plan_b(session=session, meeting=meeting, by=trainer)
        plan_b = client.get(join).text

    assert "By telephone." in plan_b
    assert f"{teacher.given_name}, " in inside
    assert reads_nothing_more(settings, session, [waits, plan_b, inside])


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_pages_that_answer_a_form_name_nobody(settings, client, held):
    """A sheet that was saved meanwhile or isn't right, a correction, a room, material."""
    trainer, sheet = held.trainers.get(), attendance.prefill(held.meetings[0].pk)
    to_come = SessionFactory(resource=held.training.resource, led_by=trainer)
    seated(to_come, TeacherFactory())
    line = sheet.lines.participants().get()
    client.force_login(trainer)

    def sent(name, *args, **data):
        return client.post(reverse(f"training:{name}", args=args), data)

    name = line.public_id

    def typed(minutes):
        values = {"choice": "number", "minutes": minutes, "reason": "Two devices"}
        return {f"{field}-{name}": value for field, value in values.items()}

    answers = [
        sent("save_sheet", sheet.public_id, revision=99, **typed("61")),
        sent("close_sheet", sheet.public_id, revision=sheet.revision, **typed("999")),
        sent("state_hours", sheet.public_id, revision=sheet.revision),
        sent("set_room", to_come.public_id, address="http://not.https"),
        sent("session_material", to_come.public_id, title="Nothing else"),
        sent("message_people", to_come.public_id, subject="S", body="B", step="preview"),
    ]
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    answers += [
        client.get(reverse("training:correct_line", args=[name])),
        sent("correct_line", name, minutes="999", reason=""),
    ]

    assert [one.status_code for one in answers] == [409, 422, 422, 422, 422, 200, 200, 422]
    assert reads_nothing_more(settings, held, [one.text for one in answers])


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_a_substitutes_form_that_is_refused_names_nobody(settings, client):
    session = SessionFactory()
    trainer, meeting = session.trainers.get(), session.meetings[0]
    colleague = TrainerFactory(works_for=session.training.resource.provider)
    seated(session, TeacherFactory())
    named = {"session": session, "meeting": meeting, "substitute": colleague, "replaces": trainer}
    substitutes.name_substitute(**named, by=trainer)
    client.force_login(colleague)
    ids = [session.public_id, meeting.public_id]

    room = client.post(reverse("training:set_date_room", args=ids), {"address": "http://x"})
    material = client.post(reverse("training:session_material", args=ids[:1]), {"title": "x"})

    assert (room.status_code, material.status_code) == (422, 422)
    words, allowed = participants_but(colleague), {*the_sites_own(settings), colleague.email}
    for one in (room, material):
        assert found_in(one.text, words, allowed=allowed) == []


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_the_copy_of_a_trainers_own_data_holds_nobody_elses(settings, client, held):
    trainer = held.trainers.get()
    sheet = attendance.prefill(held.meetings[0].pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    client.force_login(trainer)

    answer = client.post(reverse("register:download"))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    assert '"training.Sheet"' in "".join(texts)
    assert reads_nothing_more(settings, held, [*texts, *archive.namelist()])


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("minutes", [None, 75], ids=["kept", "changed"])
def test_of_a_contest_a_trainer_reads_what_counts_but_no_words_of_either(
    settings, client, held, minutes
):
    """The planner's answer is to the participant, whose words it may take up."""
    trainer, planner = held.trainers.get(), PlannerFactory(family_name="Lenormand")
    trainer.language = "en"
    trainer.save(update_fields=["language"])
    sheet = attendance.prefill(held.meetings[0].pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    line = sheet.lines.participants().get()
    ada = line.participation.enrolment.teacher
    claim = Claim(ContestReason.OTHER, 80, "My illness made me leave.")
    contest = contests.contest(line=line, claim=claim, by=ada)
    pages = [reverse("training:sheet", args=[sheet.public_id])]
    pages += [reverse("training:correct_line", args=[line.public_id])]

    def read_by(person):
        client.force_login(person)
        return [client.get(page).text for page in pages]

    waiting = read_by(trainer)
    contests.answer(contest=contest, minutes=minutes, words="Your illness is a reason.", by=planner)
    answered = read_by(trainer)

    assert "25 November 2026 by the académie." in answered[0]
    assert [text for text in (*waiting, *answered) if "illness" in text] == []
    assert [text for text in (*waiting, *answered) if "Lenormand" in text] == []
    assert reads_nothing_more(settings, held, [*waiting, *answered])
    assert ("75 min since" in answered[0]) is (minutes is not None)
    assert "Your illness is a reason." in read_by(planner)[0]


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_results_from_five_answers_on_name_nobody(settings, client, held):
    answers = Answers(dict.fromkeys(EvaluationQuestion.values, 4), "Well led.")
    for _one in range(5):
        seat = seated(held)
        was_there(held.meetings[0], seat.teacher, (0, 90))
    attendance.prefill(held.meetings[0].pk)
    for seat in held.enrolments.exclude(teacher__given_name="Ada"):
        evaluations.answer(enrolment=seat, answers=answers)
    client.force_login(held.trainers.get())

    results = client.get(reverse("training:evaluation_results", args=[held.public_id])).text
    led = client.get(reverse("training:my_hours_led")).text

    assert "Well led." in results
    assert reads_nothing_more(settings, held, [results, led])


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_wishes_for_a_providers_resource_are_numbers(settings, client):
    session = SessionFactory()
    teacher = TeacherFactory()
    assert wishes.ask(session=session, person=teacher)
    trainer = session.trainers.get()
    client.force_login(trainer)

    page = client.get(reverse("training:wishes")).text

    assert session.training.resource.name in page
    words = identifiers_of(teacher)
    assert found_in(page, words, allowed={*the_sites_own(settings), trainer.email}) == []


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_subjects_of_participants_are_numbers_from_five_on(client, django_assert_num_queries):
    session, licence = SessionFactory(capacity=20), LicenceFactory()
    maths, music, history = (
        SubjectFactory(title_en=title) for title in ("Mathematics", "Music", "History")
    )
    for number in range(6):
        teacher = TeacherFactory(works_at=licence.school)
        seated(session, teacher)
        teaching = teacher.memberships.get()
        teaching.subjects.add(
            maths, *([music] if number < 5 else []), *([history] if number < 4 else [])
        )
    left = TeacherFactory(works_at=licence.school)
    left.memberships.get().subjects.add(history)
    seated(session, left)
    session.enrolments.filter(teacher=left).update(state=EnrolmentState.CANCELLED)
    trainer = session.trainers.get()
    trainer.language = "en"
    trainer.save(update_fields=["language"])
    address = reverse("training:my_session", args=[session.public_id])
    client.force_login(trainer)
    before = client.get(address).text
    taught.count_at_start(session.starts_at - datetime.timedelta(minutes=1))
    with time_machine.travel(session.starts_at, tick=False):
        ticks.count_subjects(timezone.now())
        client.force_login(trainer)
        page = client.get(address).text

    session.first_day  # noqa: B018 - reads its dates
    with django_assert_num_queries(1):
        found = subjects_of_who_comes(session)
    assert found == [(maths.pk, 6), (music.pk, 5)]
    assert "What participants teach" not in before  # seats are still given back
    assert "of those who had a seat then" in page
    assert "Mathematics: 6" in page
    assert "Music: 5" in page
    assert "History" not in page

    late = TeacherFactory(works_at=licence.school)
    late.memberships.get().subjects.add(maths, music, history)
    seated(session, late)
    session.enrolments.filter(teacher=late).update(origin=EnrolmentOrigin.LATE)
    teacher.memberships.update(until=session.first_day)
    with time_machine.travel(session.ends_at + datetime.timedelta(days=2), tick=False):
        assert subjects_of_who_comes(session) == found

        teaching.subjects.remove(maths)  # of one of the six
        erased = session.enrolments.filter(teacher__memberships__subjects=music).first().teacher
        accounts.erase_account(person=erased)
        taught.count_at_start(timezone.now())
        client.force_login(trainer)
        after = client.get(address).text
    assert subjects_of_who_comes(session) != found
    assert "Mathematics: 6" in after
    assert "Music: 5" in after


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_subjects_are_not_counted_before_a_session_s_first_date_takes_place():
    to_come, draft = SessionFactory(), SessionFactory(state=SessionState.DRAFT)

    before = taught.count_at_start(to_come.starts_at - datetime.timedelta(minutes=1))
    at_start = [taught.count_at_start(to_come.starts_at) for _twice in range(2)]

    assert (before, at_start) == (0, [1, 0])
    to_come.refresh_from_db()
    draft.refresh_from_db()
    assert (to_come.subjects_at_start, draft.subjects_at_start) == ([], None)
