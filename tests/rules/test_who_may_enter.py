"""Who may enter, and what changes: role × address × own/other over every address of ours, our
viewsets, and a sample of Wagtail's.

What isn't yours isn't there (404); another role's page says no (403); a visitor is sent to log in.
Inside Wagtail's admin a refusal is a redirect: to the login page without access, to the admin's
home without the permission.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet

from cms.guidance.models import Opinion, Pair, UrgentNotice
from cms.guidance.services import versions
from courses.agenda.services import calendar_feed as feeds
from courses.agenda.values import Hours
from courses.documents.models import Paper
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.mail import services as outbox
from courses.mail.registry import writes
from courses.mail.values import CalendarPart, MailFile, Message
from courses.people import services as people
from courses.people.enums import Role
from courses.people.models import Identity, Person
from courses.people.services import accounts, corrections
from courses.people.values import address_code
from courses.roster.models import AcademySet, RosterImport
from tests.conftest import moment_for
from tests.factories.attendance import came_as_guest, held_session, seated
from tests.factories.catalogue import LicenceFactory, ProviderProfileFactory, ResourceFactory
from tests.factories.certificates import certificate_of
from tests.factories.doors import (
    HOME,
    HOUSE,
    LOGIN,
    Row,
    answers_and_surprises,
    doors_that_lose_a_text,
    names_of_ours,
    post,
    sign_in,
    without_variants,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.guidance import guidance_page, scope_for
from tests.factories.launches import ConnectionFactory, press_open, shown_on
from tests.factories.live import meeting_in
from tests.factories.people import (
    AdviserFactory,
    MembershipFactory,
    OfficerFactory,
    PersonFactory,
    PlannerFactory,
    RegistrarFactory,
    SubjectFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.saml_idp import SamlProviderFactory
from tests.factories.second_factors import switched_on
from tests.factories.signin import IdentityProviderFactory
from tests.factories.training import MaterialFactory, SessionFactory, TrainingFactory, in_a_week
from training.enums import (
    ContestAnswer,
    ContestReason,
    EvaluationQuestion,
    ProposalState,
    SessionState,
)
from training.models import (
    AdvanceQuestion,
    CalendarFeed,
    Certificate,
    DateProposal,
    DeliveryNote,
    Evaluation,
    MissedDate,
    PlanBAnnouncement,
    RoomPlan,
    Session,
)
from training.queries.invitations import no_invitations_path
from training.services import (
    attendance,
    certificate_corrections,
    contests,
    material,
    missed_dates,
    proposals,
    questions,
    sessions,
    substitutes,
)
from training.services import enrolment as enrolments
from training.values import CertificateChange, Claim, Delivery, address_words

pytestmark = pytest.mark.django_db

ACTORS = [
    "visitor",
    "teacher",
    "other_teacher",
    "trainer",
    "other_trainer",
    "adviser",
    "planner",
    "registrar",
    "officer",
    "student",
    "leader",
    "office",
    "guardian",
]
STAFF = [one for one in ACTORS if one not in ("visitor", "student", "guardian")]
IN_THE_ADMIN_WORK = ("adviser", "planner", "registrar")


# Who gets which answer


def roles(**given) -> dict:
    """403 where nothing is told. `teacher` is enrolled, holds the certificate and got the letter;
    `trainer` leads the sessions.

    The other teacher and the other trainer as they, if not told. `leader` and `office` are of the
    teacher's school.
    """
    statuses = dict.fromkeys(ACTORS, 403) | {"visitor": LOGIN}
    for actor in ("teacher", "trainer"):
        statuses[f"other_{actor}"] = given.get(actor, 403)
    return statuses | given


def anyone(status: int) -> dict:
    return dict.fromkeys(ACTORS, status)


def signed_in(status: int) -> dict:
    return anyone(status) | {"visitor": LOGIN}


def staff(status: int) -> dict:
    """Everybody but students and guardians."""
    return roles(**dict.fromkeys(STAFF, status))


def has_second_factor(client, actor, w):
    switched_on(w.teacher, keep=client.session.session_key)


def owner(status: int) -> dict:
    """The teacher whose row it is; for everybody else, a registrar too, it isn't there."""
    return signed_in(404) | {"teacher": status}


def advisers(status: int) -> dict:
    return roles(adviser=status)


def planners(status: int) -> dict:
    return roles(planner=status)


def registrars(status: int) -> dict:
    return roles(registrar=status)


def officers(status: int) -> dict:
    """The Region's."""
    return roles(officer=status)


def note_readers(status: int) -> dict:
    return roles(officer=status, planner=status)


def note(w) -> list:
    return [w.note.public_id]


def student_keepers(status: int) -> dict:
    """The school's leader, and the office that the leader named."""
    return roles(leader=status, office=status)


def licensed(status: int) -> dict:
    """Teachers and students of the school that has the licence."""
    return roles(teacher=status, other_teacher=404, student=status)


def resource(w) -> list:
    return [w.licence.resource.slug]


def reads_what_it_learns(client, actor, w):
    w.shown = shown_on(client, w.licence.resource) if licensed(200)[actor] == 200 else ""


def opens_it(client, actor, w):
    if licensed(200)[actor] == 200:
        press_open(client, w.licence.resource)


def sheet_keepers(status: int) -> dict:
    """The session's own trainer, and planners."""
    return roles(trainer=status, other_trainer=404, planner=status)


def a_guardianship(w) -> list:
    return [w.guardianship.public_id]


def a_guardianship_with_a_link(w) -> list:
    linked(w.guardianship)
    return a_guardianship(w)


def their_calendars(status: int) -> dict:
    """Teachers and trainers, their own."""
    return roles(teacher=status, trainer=status)


def opens_their_calendar(client, actor, w):
    if their_calendars(200)[actor] == 200:
        feeds.open_feed(CalendarFeed.objects, person=getattr(w, actor))


def draft_readers(status: int) -> dict:
    return anyone(404) | {"trainer": status, "planner": status}


def who_in_admin(status, *, of=IN_THE_ADMIN_WORK) -> dict:
    """Three roles have access to the admin, each to its own lists: `of` says whose these are."""
    return (
        dict.fromkeys(ACTORS, LOGIN)
        | dict.fromkeys(IN_THE_ADMIN_WORK, HOME)
        | dict.fromkeys(of, status)
    )


def comes_by_the_join_link(client, actor, w):
    """With the token that the join link makes, for those who have a pass."""
    if actor != "visitor":
        client.get(reverse("live:join", args=[w.now.public_id]), {"enter": "1"}, follow=True)


def a_key_of(person):
    return Identity.objects.get_or_create(person=person, namespace="aaf:70", value="1A")[0]


def ent(w):
    return [w.ent.slug]


def saml(w):
    return [w.saml.slug]


def sits_at_the_line(client, actor, w):
    """The teacher's browser is the one that opened this line."""
    if actor == "teacher":
        session = client.session
        session["practice"] = {w.room.name: {"token": "", "lines": [w.line.pk]}}
        session.save()


def logs_in_elsewhere(client, actor, w):
    """On a second device."""
    Client().force_login(Person.objects.get(pk=(getattr(w, actor) or w.teacher).pk))


# What the addresses are about


@writes("tests.your_seat", because="")
def letter(about, *, to, details):
    return Message(
        subject="Your seat",
        text="See you.",
        html="<html><head></head><body><p>See you.</p></body></html>",
        calendar=CalendarPart("REQUEST", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"),
        attachments=(MailFile("plan.pdf", b"%PDF-1.7", "application/pdf"),),
    )


def room(w):
    return [w.room.name]


def line(w):
    return [w.room.name, w.line.pk]


def session(w):
    return [w.session.public_id]


def session_to_come(w):
    return [SessionFactory(led_by=w.trainer, resource=w.licence.resource).public_id]


def an_offer(w):
    """Of a seat that a colleague of the teacher gave back, two days before the start."""
    in_two_days = timezone.now() + timedelta(days=2)
    session = SessionFactory(resource=w.licence.resource, capacity=1, starts_at=in_two_days)
    seated = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=w.licence.school))
    waiting = enrolments.enrol(session=session, teacher=w.teacher)
    enrolments.cancel(enrolment=seated, by=seated.teacher)
    return [waiting.offers.get().public_id]


def dates_of_one_training(w):
    """Two of a training, and the teacher's seat in the first."""
    first = SessionFactory(resource=w.licence.resource)
    later = first.starts_at + timedelta(days=3)
    second = SessionFactory(resource=w.licence.resource, training=first.training, starts_at=later)
    return enrolments.enrol(session=first, teacher=w.teacher), second


def a_seat_and_another_date(w):
    seat, other = dates_of_one_training(w)
    return [seat.public_id, other.public_id]


def a_held_seat(w):
    """After the session in which the teacher had one was cancelled."""
    seat, other = dates_of_one_training(w)
    sessions.cancel(session=seat.session, by=w.planner, reason="Grève")
    return [other.enrolments.held().get().public_id]


def cancelled_session(w):
    cancelled = SessionFactory(resource=w.licence.resource)
    sessions.cancel(session=cancelled, by=w.planner, reason="Grève")
    return [cancelled.public_id]


def a_student_with_an_address(w):
    Person.objects.filter(pk=w.student.pk).update(email="alix@example.org")
    return [w.student.public_id]


def draft(w):
    return [w.draft.public_id]


def meeting(w):
    return [w.session.public_id, w.session.meetings[0].public_id]


def enrolment(w):
    return [w.enrolment.public_id]


def a_date(w):
    seat = w.enrolment
    return [seat.public_id, seat.session.meetings[0].public_id]


def sheet(w):
    return [w.sheet.public_id]


def certificate(w):
    return [w.certificate.code]


def certificate_request(w):
    return [
        certificate_corrections.ask(
            certificate=w.certificate,
            change=CertificateChange(name="Ada KING"),
            reason="Another name",
        ).public_id
    ]


def all_marked(w):
    lines = w.sheet.lines.participants()
    return {"revision": "1"} | {f"choice-{line.public_id}": "none" for line in lines}


def a_claim(w):
    name = w.closed_line.public_id
    return {f"{name}-why": ContestReason.LINE_CUT, f"{name}-minutes": 85}


def a_contest(w):
    claim = Claim(ContestReason.LINE_CUT, 85)
    return [contests.contest(line=w.closed_line, claim=claim, by=w.teacher).public_id]


def an_answer(w):
    name = w.closed_line.contests.get().public_id
    return {f"{name}-answer": ContestAnswer.KEPT, f"{name}-words": "Nobody saw you."}


def a_room(w):
    return {"address": "https://zoom.example/j", "tool": "Zoom", "learns": "Your name"}


def a_seat_to_come(w):
    session = SessionFactory(led_by=w.trainer, resource=w.licence.resource)
    return enrolments.enrol(session=session, teacher=w.teacher)


def session_with_a_seat(w):
    return [a_seat_to_come(w).session.public_id]


def a_question(w):
    seat = a_seat_to_come(w)
    return [questions.ask(enrolment=seat, text="What do I need?", key=uuid4()).public_id]


def session_with_a_question(w):
    seat = a_seat_to_come(w)
    questions.ask(enrolment=seat, text="What do I need?", key=uuid4())
    return [seat.session.public_id]


def session_and_its_question(w):
    seat = a_seat_to_come(w)
    asked = questions.ask(enrolment=seat, text="What do I need?", key=uuid4())
    return [seat.session.public_id, asked.public_id]


def a_link(w):
    return {"address": "https://example.org/page", "title": "Further reading", "key": uuid4()}


def a_handout(w):
    """A file of a session in which the teacher has a seat."""
    return [handout(w).public_id]


def handout(w):
    return MaterialFactory(session=a_seat_to_come(w).session, by=w.trainer)


def a_removed_handout(w):
    return [material.remove(material=handout(w), by=w.trainer).public_id]


def date_to_come(w):
    planned = SessionFactory(led_by=w.trainer, resource=w.licence.resource)
    return [planned.public_id, planned.meetings[0].public_id]


def date_with_a_colleague(w):
    """A date to come, and another trainer of its provider, who is `w.colleague`."""
    names = date_to_come(w)
    w.colleague = TrainerFactory(works_for=w.licence.resource.provider)
    return names


def a_colleague(w):
    return {"substitute": w.colleague.public_id, "replaces": w.trainer.public_id}


def date_with_a_substitute(w):
    names = date_with_a_colleague(w)
    planned = Session.objects.get(public_id=names[0])
    substitutes.name_substitute(
        session=planned,
        meeting=planned.meetings[0],
        substitute=w.colleague,
        replaces=w.trainer,
        by=w.planner,
    )
    return names


def missed_date(w):
    """Began twenty minutes ago, and the room saw nobody who leads it."""
    begun = timezone.now() - timedelta(minutes=20)
    planned = SessionFactory(led_by=w.trainer, resource=w.licence.resource, starts_at=begun)
    return [planned.public_id, planned.meetings[0].public_id]


def recorded_as_missed(w):
    names = missed_date(w)
    planned = Session.objects.get(public_id=names[0])
    missed_dates.record(session=planned, meeting=planned.meetings[0], words="", by=w.planner)
    return names


def owed_date(w):
    return [recorded_as_missed(w)[1]]


def a_proposal(w):
    """Of the trainer for their provider, which is asked a second time."""
    provider = w.trainer.memberships.earliest("pk").organisation
    w.proposed = TrainingFactory(resource=ResourceFactory(provider=provider))
    planned, declined, waiting = (
        proposals.propose(
            by=w.trainer,
            resource=w.proposed.resource,
            training=w.proposed,
            title="",
            words="In French.",
            hours=[Hours(in_a_week(), in_a_week() + timedelta(hours=1))],
            key=uuid4(),
        )
        for _n in range(3)
    )
    proposals.plan(
        proposal=planned,
        training=w.proposed,
        by=w.planner,
        language="fr",
        capacity=20,
        hours=planned.hours,
        trainers=[w.trainer],
    )
    proposals.decline(proposal=declined, answer="No room.", by=w.planner)
    return [waiting.public_id]


def with_proposals(w):
    """In every state."""
    a_proposal(w)
    return []


def dates_to_propose(w):
    return {
        "training": w.proposed.public_id,
        "key": uuid4(),
        "step": "save",
        "dates-TOTAL_FORMS": 1,
        "dates-INITIAL_FORMS": 0,
        "dates-0-day": f"{in_a_week():%Y-%m-%d}",
        "dates-0-hour": "17:00",
        "dates-0-minutes": 60,
        "dates-0-every": 1,
        "dates-0-times": 1,
    }


def why_not_these_dates(w):
    waiting = DateProposal.objects.get(state=ProposalState.OPEN)
    return {f"{waiting.public_id}-answer": "School holidays."}


def why_none(w):
    missed = MissedDate.objects.owed().last()
    return {f"{missed.meeting.public_id}-words": "The provider is gone."}


def date_to_come_elsewhere(w):
    names = date_to_come(w)
    planned = Session.objects.get(public_id=names[0])
    RoomPlan.objects.create(
        session=planned, meeting=planned.meetings[0], plan_b_words="By telephone", by=w.planner
    )
    return names


def a_date_with_plan_b(w):
    """Of a session that goes on."""
    planned = SessionFactory(
        led_by=w.trainer, resource=w.licence.resource, starts_at=timezone.now()
    )
    RoomPlan.objects.create(session=planned, plan_b_words="By telephone", by=w.planner)
    return [planned.public_id, planned.meetings[0].public_id]


def a_date_in_plan_b(w):
    names = a_date_with_plan_b(w)
    meeting = Session.objects.get(public_id=names[0]).meetings[0]
    PlanBAnnouncement.objects.create(meeting=meeting, by=w.planner)
    return names


def an_evaluation(w):
    """One of five, with a comment."""
    marks = dict.fromkeys(EvaluationQuestion.values, 4)
    rows = [
        Evaluation(session=w.closed_session, closes_on=timezone.localdate(), comment="Ah.", **marks)
        for _one in range(5)
    ]
    return [Evaluation.objects.bulk_create(rows)[0].public_id]


def a_reason_to_hide(w):
    evaluation = Evaluation.objects.filter(hidden_at=None).order_by("pk").first()
    name = evaluation.public_id
    return {f"{name}-reason": "A name", f"{name}-digest": evaluation.comment_digest}


def a_hidden_comment(w):
    found = an_evaluation(w)
    Evaluation.objects.filter(public_id=found[0]).update(
        hidden_at=timezone.now(), hidden_by=w.planner, hidden_reason="A name"
    )
    return found


def a_paper(w):
    """A sheet of a week that is the teacher's own, drawn."""
    one = {
        "kind": "continuity.week",
        "about": f"{w.teacher.pk} 2026-11-23",
        "language": "fr",
        "fingerprint": "as-it-was",
    }
    paper, is_new = Paper.objects.get_or_create(**one, owner=w.teacher)
    if is_new:
        paper.file.save("week.pdf", ContentFile(b"%PDF-1.4"))
    return [paper.public_id]


def a_letter(w):
    return [w.letter.public_id]


def fiche(w):
    return [w.fiche.pair.public_id]


def provider_address_of(provider):
    return [provider.public_id, address_words(provider.name)]


def kept_page(w):
    return [w.kept_page.public_id]


def opinion(w):
    return [w.opinion.public_id]


TABLE = {
    # The roof
    "front_door": Row(anyone(302)),
    "health": Row(anyone(200)),
    "alive": Row(anyone(200)),
    "health_of_jobs": Row(anyone(503)),  # nothing has run yet
    "machine_metrics": Row(anyone(404)),  # nobody's without the token: tests/rules/test_metrics.py
    "site_metrics": Row(anyone(404)),
    "operations:operations": Row(roles(registrar=200)),
    "csp_report": post(anyone(204), data={"csp-report": {}}, in_vain=ACTORS),  # into the log
    "sitemap": Row(anyone(200)),
    "document": Row(
        anyone(404), lambda w: [10**6, "rien.pdf"]
    ),  # what is there: tests/journeys/test_an_adviser_finds_the_way.py
    "robots": Row(anyone(200)),
    "wagtail_serve": Row(
        anyone(200), lambda w: [""]
    ),  # the pages themselves: those that are online are everybody's
    "today:home": Row(signed_in(200) | {"student": 302, "guardian": 302}),  # to the week
    "today:theme": post(anyone(302), in_vain=ACTORS),  # a cookie
    # Personal data: the pages are everybody's, a copy is one's own, a student's is the leader's of
    # the school
    "register:personal_data": Row(anyone(200)),
    "register:for_students": Row(anyone(200)),
    "register:for_adults": Row(anyone(200)),
    "register:download": post(signed_in(200), noted=ACTORS[1:]),  # in the log
    "register:ask_for_correction": post(
        signed_in(302) | {"visitor": 403},
        data={"text": "Two r"},
        in_vain=("teacher", "student"),  # who asked before, and waits for the answer
    ),
    # Figures: the Region's officers (tests/journeys/test_figures_are_read.py), registrars; of their own
    # school leaders
    "indicators:region": Row(roles(registrar=200, officer=200)),
    "indicators:region_file": Row(roles(registrar=404, officer=404)),  # no week is closed
    "indicators:schools": Row(roles(registrar=200, officer=200)),
    "indicators:schools_file": Row(roles(registrar=404, officer=404)),
    "indicators:school": Row(
        roles(registrar=200, officer=200, leader=200), lambda w: [w.school.public_id]
    ),
    "indicators:school · another": Row(
        roles(registrar=200, officer=200, leader=404), lambda w: [w.elsewhere.public_id]
    ),
    "indicators:school_file": Row(
        roles(registrar=404, officer=404, leader=404), lambda w: [w.school.public_id]
    ),
    "indicators:mine": Row(roles(leader=302)),
    "indicators:pilots": Row(roles(registrar=200, officer=200)),
    "indicators:pilots_file": Row(roles(registrar=404, officer=404)),
    "indicators:pack": post(roles(registrar=302, officer=302)),
    "indicators:definitions": Row(roles(registrar=200, officer=200, leader=200)),
    "register:corrections": Row(roles(leader=200, office=200, registrar=200)),
    "register:correction": Row(
        roles(leader=200, office=404, registrar=404), lambda w: [w.asked.public_id]
    ),
    "register:correction · a student": Row(
        roles(leader=200, office=200, registrar=404), lambda w: [w.students_request.public_id]
    ),
    "register:erasures": Row(roles(leader=200, adviser=200, planner=200, registrar=200)),
    "register:school": Row(signed_in(403) | {"leader": 200}),
    "register:download_of": post(
        signed_in(403) | {"leader": 404}, lambda w: [w.teacher.public_id]
    ),  # a student's alone
    # In and out, one's own account
    "people:login": Row(anyone(302) | {"visitor": 200}),
    "people:logout": post(anyone(302), in_vain=("visitor",)),  # who isn't logged in
    "people:replace_paper_password": Row(anyone(302)),
    # Nobody has given a password.
    "people:second_factor_login": Row(signed_in(302)),
    "people:second_factor_login · sent": post(
        signed_in(302), data={"code": "000000"}, in_vain=ACTORS
    ),
    "people:demo_login": post(
        anyone(404), data={"login": "demo"}
    ),  # outside the demo this address doesn't exist
    # By an identity provider: what wasn't begun in this browser leads nowhere
    "signin:start": Row(anyone(302), ent, noted=ACTORS),  # the session knows what was begun
    "signin:back": Row(anyone(302) | {"visitor": 403}, ent, data={"ticket": "ST-1-guessed"}),
    "signin:back · their logout": post(anyone(200), ent, in_vain=ACTORS),
    "signin:ended_by_provider": post(anyone(400), ent, in_vain=ACTORS),
    "signin:ended_by_provider · by SAML": Row(anyone(302), saml, data={"SAMLRequest": "guessed"}),
    "signin:acs": post(anyone(403), saml, in_vain=ACTORS),
    "signin:metadata": Row(anyone(503), saml),  # no key of ours in the tests
    "signin:accounts": Row(anyone(302) | {"visitor": 403}, ent),
    "signin:accounts · chosen": post(
        anyone(302) | {"visitor": 403},
        ent,
        lambda w: {"account": w.teacher.public_id},
        in_vain=ACTORS,
    ),
    "signin:confirm": Row(anyone(302) | {"visitor": 403}, ent),
    "signin:confirm · password": post(
        anyone(302) | {"visitor": 403}, ent, data={"password": "password"}, in_vain=ACTORS
    ),
    "signin:go_on": Row(anyone(302) | {"visitor": 403}, ent),
    "signin:logged_out": Row(anyone(302) | {"visitor": 200}, ent),
    "people:forgotten": Row(anyone(200)),
    "people:ask_for_login_link": Row(anyone(200)),
    "people:login_by_link": Row(
        anyone(403) | {"teacher": 302},  # the link's owner, logged in already
        lambda w: [w.teacher.public_id, "old-link"],
    ),
    "people:choose_password": Row(anyone(200), lambda w: [w.teacher.public_id, "old-link"]),
    "people:new_link": post(anyone(302), lambda w: [w.teacher.public_id]),
    "people:profile": Row(signed_in(200)),
    "people:printed_name": Row(signed_in(200) | {"student": 403}),
    "people:change_address": post(
        signed_in(302) | {"student": 403},  # a student has no address
        data={"email": "new@example.org", "password": "password"},
    ),
    "people:take_key_off": post(
        signed_in(404) | {"teacher": 302, "student": 403}, lambda w: [a_key_of(w.teacher).pk]
    ),
    "people:set_counted": post(signed_in(302), data={"is_counted": "no"}),
    "people:change_password": Row(signed_in(200)),
    "people:sessions": Row(signed_in(200)),
    # The session keeps the key until the app has shown its first code.
    "people:second_factor": Row(staff(200), noted=STAFF),
    "people:second_factor · first code": post(staff(422), data={"code": "000000"}, noted=STAFF),
    "people:change_second_factor": post(staff(302), in_vain=ACTORS),
    "people:end_session": post(signed_in(302), first=logs_in_elsewhere),
    "people:confirm_address": Row(
        anyone(200),
        lambda w: [address_code(w.teacher.public_id, w.teacher.email, "new@example.org")],
    ),
    # Papers: who may read what they show (a week of one's own; others: test_a_lesson_on_paper,
    # test_a_week_is_taken_along)
    "people:paper": Row(owner(200), a_paper),
    "people:paper_file": Row(owner(200), a_paper),
    # Letters: one's own; a registrar sees the record, never the text
    "people:letters": Row(signed_in(200)),
    "people:letter": Row(owner(200), a_letter),
    "people:letter_html": Row(owner(200), a_letter),
    "people:letter_calendar": Row(owner(200), a_letter),
    "people:letter_attachment": Row(owner(200), lambda w: [w.letter.public_id, 0]),
    "people:send_again": post(owner(302), a_letter),
    "people:person_letters · a student": Row(registrars(404), lambda w: [w.student.public_id]),
    "people:person_letters": Row(registrars(200), lambda w: [w.teacher.public_id]),
    "people:take_key_off_from": post(
        registrars(302), lambda w: [w.teacher.public_id, a_key_of(w.teacher).pk]
    ),
    "ent:link": Row(roles(leader=200, office=200, registrar=404), lambda w: [w.student.public_id]),
    "ent:link · an adult": Row(
        roles(leader=404, office=404, registrar=200), lambda w: [w.teacher.public_id]
    ),
    "ent:unlink": post(
        student_keepers(302), lambda w: [w.student.public_id, a_key_of(w.student).pk]
    ),
    "people:send_again_to": post(registrars(302), a_letter),
    # A superuser's are nobody's but a superuser's
    "people:person_letters · a superuser": Row(registrars(404), lambda w: [w.root.public_id]),
    "people:take_key_off_from · a superuser": post(
        registrars(404), lambda w: [w.root.public_id, a_key_of(w.root).pk]
    ),
    "people:send_again_to · a superuser": post(
        registrars(404), lambda w: [accounts.send_password_link(w.root).public_id]
    ),
    "people:merge_school": Row(registrars(200), lambda w: [w.school.public_id]),
    "people:merge_school · sent": post(
        registrars(422), lambda w: [w.school.public_id], data={"uai": "9"}
    ),
    "people:take_off_second_factor": Row(registrars(200), lambda w: [w.teacher.public_id]),
    "people:take_off_second_factor · taken off": post(
        registrars(302), lambda w: [w.teacher.public_id], first=has_second_factor
    ),
    "people:take_off_second_factor · a student": Row(
        registrars(404), lambda w: [w.student.public_id]
    ),
    # Tables; students are kept by the leaders of their school, see
    # test_students_come_from_a_table.py
    "people:import_people": Row(registrars(200)),
    "people:export_people": Row(registrars(200)),
    "people:import_organisations": Row(registrars(200)),
    "people:export_organisations": Row(registrars(200)),
    "people:import_students": Row(student_keepers(404), lambda w: ["abc"]),
    "people:export_students": Row(student_keepers(404), lambda w: ["abc"]),
    "people:students": Row(student_keepers(200)),
    "people:student": Row(student_keepers(200), lambda w: [w.student.public_id]),
    "people:student · a teacher": Row(student_keepers(404), lambda w: [w.teacher.public_id]),
    "people:student_leaves": Row(student_keepers(200), lambda w: [w.student.public_id]),
    "people:student_leaves · a teacher": Row(student_keepers(404), lambda w: [w.teacher.public_id]),
    "people:student_returns": post(  # hasn't left
        student_keepers(302), lambda w: [w.student.public_id], in_vain={"leader", "office"}
    ),
    "people:forget_address": post(student_keepers(302), a_student_with_an_address),
    "people:office": Row(roles(leader=200), lambda w: [w.school.public_id]),
    "people:end_office": post(roles(leader=404), lambda w: [w.school.public_id, 0]),
    # The school's directory
    "roster:school": Row(student_keepers(200), lambda w: [w.school.public_id]),
    "roster:practice": Row(student_keepers(404), lambda w: [w.school.public_id]),  # the demo's
    "roster:academy": Row(registrars(200)),
    "roster:academy_set": Row(registrars(200), lambda w: [w.academy_set.public_id]),
    "roster:import": Row(student_keepers(200), lambda w: [w.roster.public_id]),
    "roster:apply": post(student_keepers(302), lambda w: [w.roster.public_id], {"what": "all"}),
    "roster:set_aside": post(student_keepers(302), lambda w: [w.roster.public_id]),
    "roster:undo": post(
        student_keepers(302), lambda w: [w.roster.public_id], in_vain=("leader", "office")
    ),
    "roster:directory": post(
        roles(leader=302),
        lambda w: [w.school.public_id],
        {"namespace": "oneroster:lvs:0140004D", "is_so": "on"},
    ),
    "roster:folder": post(
        student_keepers(302),
        lambda w: [w.school.public_id],
        lambda w: {"recipients": [w.office.pk]},
    ),
    # Resources, of those whom the school's licence reaches; their keys, the registrar's
    "launches:mine": Row(roles(teacher=200, student=200)),
    "launches:learns": Row(licensed(200) | {"other_teacher": 302}, resource),
    "launches:open": post(
        licensed(200), resource, lambda w: {"shown": w.shown}, first=reads_what_it_learns
    ),
    "launches:open · unread": post(licensed(302), resource, in_vain={"teacher", "student"}),
    "launches:choose": post(licensed(302), resource, {"tells": ["role"]}),
    "launches:renew_code": post(licensed(302), resource, {"knows": "on"}),
    "launches:did_not_open": post(licensed(302), resource, first=opens_it),
    "launches:practice": Row(anyone(404), resource),  # the demo's
    "launches:practice_login": Row(anyone(404), resource),
    # What an LTI tool asks: nothing without a launch that was begun, whoever is logged in
    "lti:public_keys": Row(anyone(200)),
    "lti:authorize": Row(anyone(400), data={"client_id": "guessed"}),
    "lti:authorize · by POST": post(anyone(303), in_vain=ACTORS),
    "launches:keys": Row(registrars(200), resource),
    "launches:show_secret": post(registrars(200), resource, noted={"registrar"}),
    "launches:renew_secret": post(registrars(302), resource, {"knows": "on"}),
    "launches:launch_test": post(registrars(404), resource, in_vain={"registrar"}),  # no LTI
    "launches:renew_codes": post(registrars(302), resource, {"knows": "on"}),
    # Guardians, the leader's alone
    "people:guardians": Row(roles(leader=200), lambda w: [w.school.public_id]),
    "people:switch_guardians": post(roles(leader=302), lambda w: [w.school.public_id]),
    "people:import_guardians": Row(roles(leader=200), lambda w: [w.school.public_id]),
    "people:export_guardians": Row(roles(leader=200), lambda w: [w.school.public_id]),
    "people:student_guardians": Row(roles(leader=200), lambda w: [w.student.public_id]),
    "people:student_guardians · a teacher": Row(roles(leader=404), lambda w: [w.teacher.public_id]),
    "people:student_guardians · one more": post(
        roles(leader=302),
        lambda w: [w.student.public_id],
        {
            "given_name": "Gwenaël",
            "family_name": "Peuplier",
            "language": "fr",
            "quality": "informed",
        },
    ),
    "people:set_of_age": post(
        roles(leader=302), lambda w: [w.student.public_id], {"of_age": "yes"}
    ),
    "people:end_guardian": post(roles(leader=302), a_guardianship),
    "people:change_guardian": post(roles(leader=302), a_guardianship, {"quality": "informed"}),
    "people:make_guardian_link": post(roles(leader=302), a_guardianship),
    "people:revoke_guardian_link": post(roles(leader=302), a_guardianship_with_a_link),
    "codes:school_codes": Row(student_keepers(200), lambda w: [w.school.public_id]),
    "codes:class_codes": Row(student_keepers(404), lambda w: ["abc"]),
    "people:slips": Row(student_keepers(404), lambda w: ["abc"]),
    "people:new_slip": Row(student_keepers(404), lambda w: ["abc"]),
    "catalogue:costs": Row(officers(200)),
    "catalogue:costs · one": post(
        officers(302) | {"visitor": 403},
        data=lambda w: {f"resource-{w.licence.resource_id}": "1200"},
    ),
    "catalogue:import_licences": Row(registrars(200)),
    "catalogue:export_licences": Row(registrars(200)),
    # The rooms: a meeting is no secret, so that its door says how to come in, with 403
    "live:room_check": Row(anyone(200)),
    "live:join": Row(
        roles(teacher=302, other_teacher=403, trainer=302, other_trainer=403),
        lambda w: [w.now.public_id],
        data={"enter": "1"},
    ),
    "live:practice": Row(anyone(200), room),
    "live:enter_practice": post(
        anyone(403) | {"teacher": 302, "trainer": 302}, room, first=comes_by_the_join_link
    ),
    "live:enter_practice_as_guest": post(anyone(302), room),
    "live:drop_line": post(anyone(404) | {"teacher": 302}, line, first=sits_at_the_line),
    "live:come_back": post(anyone(404) | {"teacher": 302}, line, first=sits_at_the_line),
    "live:leave_practice": post(anyone(404) | {"teacher": 302}, line, first=sits_at_the_line),
    "live:end_practice": post(anyone(403) | {"trainer": 302}, room, first=comes_by_the_join_link),
    "live:room_event": post(
        anyone(401), lambda w: ["room", "created"]
    ),  # the video server's alone, by its own token
    # Catalogue, session, enrolment
    "training:catalogue": Row(anyone(200)),
    "training:catalogue_month": Row(anyone(200)),
    "training:training_short": Row(anyone(302), lambda w: [w.session.training.public_id]),
    "training:training": Row(
        anyone(200),
        lambda w: [w.session.training.public_id, address_words(w.session.training.title_en)],
    ),
    "training:tell_me_of_training": post(
        roles(teacher=302),
        lambda w: [w.session.training.public_id],
        {"wanted": "yes"},
    ),
    "training:provider_short": Row(anyone(302), lambda w: [w.licence.resource.provider.public_id]),
    "training:provider": Row(
        anyone(200), lambda w: provider_address_of(w.licence.resource.provider)
    ),
    "training:session_short": Row(anyone(302), session),
    "training:session": Row(
        anyone(200), lambda w: w.session.get_absolute_url().strip("/").split("/")[-2:]
    ),
    "training:session_ics": Row(anyone(200), session),
    "training:meeting_ics": Row(anyone(200), lambda w: [w.session.meetings[0].public_id]),
    "training:session_short · a draft": Row(draft_readers(302), draft),
    "training:session · a draft": Row(
        draft_readers(200), lambda w: w.draft.get_absolute_url().strip("/").split("/")[-2:]
    ),
    "training:session_ics · a draft": Row(draft_readers(200), draft),
    "training:meeting_ics · a draft": Row(
        draft_readers(200), lambda w: [w.draft.meetings[0].public_id]
    ),
    "training:enrol": post(
        roles(teacher=302), session_to_come, in_vain=("other_teacher",)
    ),  # whose school has no licence
    "training:wish": post(roles(teacher=302, other_teacher=302), session, in_vain=("teacher",)),
    "training:wishes": Row(roles(leader=200, planner=200, trainer=200, other_trainer=200)),
    "training:tell_me_of_dates": post(roles(teacher=302, other_teacher=302), session),
    "training:tell_me_of_dates · a draft": post(roles(teacher=404), draft),
    "training:enrol · a draft": post(roles(teacher=404), draft),
    "training:cancel_enrolment": post(roles(teacher=302, other_teacher=404), enrolment),
    # Whose it is; that a seat is really taken or left: test_a_seat_is_offered.py
    "training:offer": Row(roles(teacher=200, other_teacher=404), an_offer),
    "training:take_offer": post(roles(teacher=302, other_teacher=404), an_offer),
    "training:my_dates": Row(roles(teacher=200, other_teacher=404), enrolment),
    "training:give_back_date": post(
        roles(teacher=302, other_teacher=404),
        a_date,
        in_vain=("teacher",),  # it is over
    ),
    "training:take_date_again": post(
        roles(teacher=302, other_teacher=404), a_date, in_vain=("teacher",)
    ),
    "training:excuse_date": post(
        roles(teacher=302, other_teacher=404),
        a_date,
        in_vain=("teacher",),  # too late
    ),
    "training:decline_offer": post(roles(teacher=302, other_teacher=404), an_offer),
    # Another date: what comes of it is in test_a_teacher_changes_to_another_date.py
    "training:other_dates": Row(roles(teacher=200, other_teacher=404), enrolment),
    "training:change_date": post(roles(teacher=302, other_teacher=404), a_seat_and_another_date),
    "training:take_held": post(roles(teacher=302, other_teacher=404), a_held_seat),
    "training:let_go": post(roles(teacher=302, other_teacher=404), a_held_seat),
    "training:mine": Row(roles(teacher=200)),
    "training:my_feed": Row(their_calendars(200)),
    "training:open_feed": post(their_calendars(302)),
    "training:renew_feed": post(their_calendars(302), first=opens_their_calendar),
    "training:close_feed": post(their_calendars(302), first=opens_their_calendar),
    "training_open:feed": Row(
        anyone(200), lambda w: [feeds.open_feed(CalendarFeed.objects, person=w.teacher).secret]
    ),
    "training_open:feed · with another secret": Row(anyone(404), lambda w: ["not-the-secret"]),
    # Planning
    "training:planning": Row(planners(200)),
    "training:planning_month": Row(planners(200)),
    "training:seats_at_risk": Row(planners(200)),
    "training:export_sessions": Row(planners(200)),
    "training:new_session": Row(planners(200)),
    "training:session_people": Row(planners(200), session),
    "training:export_people": Row(planners(200), session, noted=("planner",)),  # in the log
    "training:open_session": post(planners(302), draft),
    "training:edit_session": Row(planners(200), session),
    "training:move_session": Row(planners(200), session),
    "training:add_date": Row(planners(200), session),
    "training:delete_draft": Row(planners(200), session),
    "training:delete_draft · for good": post(planners(302), draft),
    "training:delete_draft · of an open session": post(
        planners(302), session, in_vain=("planner",)
    ),  # it isn't a draft
    "training:cancel_session": Row(planners(200), session),
    "training:restore_session": Row(planners(200), session),
    "training:restore_session · for good": post(planners(302), cancelled_session),
    "training:cancel_session · for good": post(
        planners(302) | {"visitor": 403}, session, {"reason": "Grève", "revision": "0"}
    ),
    "training:cancel_date": Row(planners(200), meeting),
    "training:go_on": Row(planners(200), session),
    "training:move_following": Row(planners(200), meeting),
    "training:stop_after": Row(planners(200), meeting),
    "training:invite": Row(planners(200), session),
    "training:invite · for good": post(planners(302), session),
    "training_open:no_invitations": Row(
        anyone(200), lambda w: [no_invitations_path(w.teacher).strip("/").split("/")[-1]]
    ),
    "training_open:no_invitations · pressed": post(
        anyone(200), lambda w: [no_invitations_path(w.teacher).strip("/").split("/")[-1]]
    ),
    "training:message_people": Row(sheet_keepers(200), session),
    "training:enrol_somebody": Row(planners(200), session),
    "training:enrol_team": Row(planners(200), session),
    "training:enrol_team · sent": post(
        planners(200) | {"visitor": 403},
        session_to_come,
        lambda w: {"people": w.teacher.login, "reason": "?"},
    ),
    "training:cancel_for_somebody": Row(planners(200), enrolment),
    "training:dates_of_somebody": Row(planners(200), enrolment),
    "training:my_sessions": Row(roles(trainer=200)),
    "training:my_session": Row(roles(trainer=200, other_trainer=404), session),
    # Sheets
    "training:sheets": Row(roles(trainer=200, planner=200)),
    "training:sheet": Row(sheet_keepers(200), sheet),
    # For a day the sheet is the trainers' alone: a planner is told so
    "training:save_sheet": post(sheet_keepers(302), sheet, {"revision": "1"}, in_vain=("planner",)),
    "training:state_hours": Row(sheet_keepers(200), sheet),
    "training:mark_all": post(
        sheet_keepers(302),
        sheet,
        {"revision": "1", "what": "all", "reason": "All were there"},
        in_vain=("planner",),  # who waits three days
    ),
    "training:provider_list": Row(planners(200), sheet),
    "training:match_provider_list": post(planners(302), sheet, noted=("planner",)),
    "training:erase_provider_list": post(planners(302), sheet, noted=("planner",)),
    "training:close_sheet": post(sheet_keepers(302), sheet, all_marked, in_vain=("planner",)),
    "training:correct_line": Row(sheet_keepers(200), lambda w: [w.closed_line.public_id]),
    "training:regularise_guest": Row(planners(200), lambda w: [w.guest_line.public_id]),
    # Certificates: the file is its holder's; a paper is checked by anyone, revoked by a planner
    "training:ask_for_notice": post(roles(teacher=302, other_teacher=404), enrolment),
    "training:ask_for_sign_in": post(planners(302), session),
    "training:presence": Row(
        roles(teacher=200, other_teacher=404), lambda w: [w.closed_session.public_id]
    ),
    "training:contest_presence": post(
        roles(teacher=302, other_teacher=404, visitor=403),  # a visitor's words are kept
        lambda w: [w.closed_line.public_id],
        a_claim,
    ),
    "training:answer_contest": post(roles(planner=302, visitor=403), a_contest, an_answer),
    "training:my_questions": Row(roles(teacher=200, other_teacher=404), session_with_a_seat),
    "training:my_questions · post": post(
        roles(teacher=302, other_teacher=404, visitor=403),
        session_with_a_seat,
        lambda w: {"key": uuid4(), "text": "How do I begin?"},
    ),
    "training:change_question": Row(roles(teacher=200, other_teacher=404), a_question),
    "training:change_question · post": post(
        roles(teacher=302, other_teacher=404, visitor=403), a_question, {"text": "How?"}
    ),
    "training:withdraw_question": post(roles(teacher=302, other_teacher=404), a_question),
    "training:asked_questions": Row(roles(trainer=200, other_trainer=404), session_with_a_question),
    "training:answer_question": Row(
        roles(trainer=200, other_trainer=404), session_and_its_question
    ),
    "training:answer_question · post": post(
        roles(trainer=302, other_trainer=404, visitor=403),
        session_and_its_question,
        {
            "text": "Yes, for a month.",
            "read": AdvanceQuestion(text="What do I need?").read_mark,
        },
    ),
    "training:evaluate": Row(
        roles(teacher=200, other_teacher=404), lambda w: [w.closed_session.public_id]
    ),
    "training:evaluate · post": post(
        roles(teacher=302, other_teacher=404, visitor=403),  # a visitor's words are kept
        lambda w: [w.closed_session.public_id],
        dict.fromkeys(EvaluationQuestion.values, 4),
    ),
    "training:session_rooms": Row(sheet_keepers(200), session),
    "training:session_material": Row(sheet_keepers(200), session),
    "training:session_material · post": post(
        roles(trainer=302, other_trainer=404, planner=404, visitor=403), session_to_come, a_link
    ),
    "training:material_file": Row(
        signed_in(404) | {"teacher": 200, "trainer": 200, "planner": 200}, a_handout
    ),
    "training:remove_material": post(sheet_keepers(302), a_handout),
    "training:put_material_back": post(sheet_keepers(302), a_removed_handout),
    "training:set_room": Row(sheet_keepers(200), session_to_come),
    "training:set_room · post": post(
        sheet_keepers(302) | {"visitor": 403}, session_to_come, a_room
    ),
    "training:set_date_room": Row(sheet_keepers(200), date_to_come),
    "training:set_date_room · post": post(
        sheet_keepers(302) | {"visitor": 403}, date_to_come, a_room
    ),
    "training:forget_room": post(sheet_keepers(302), date_to_come_elsewhere),
    "training:name_substitute": Row(sheet_keepers(200), date_with_a_colleague),
    "training:name_substitute · post": post(
        sheet_keepers(302) | {"visitor": 403}, date_with_a_colleague, a_colleague
    ),
    "training:take_back_substitute": post(sheet_keepers(302), date_with_a_substitute),
    "training:no_trainer_came": Row(sheet_keepers(200), missed_date),
    "training:no_trainer_came · post": post(
        sheet_keepers(302) | {"visitor": 403}, missed_date, {"words": "A strike."}
    ),
    "training:undo_no_trainer": post(sheet_keepers(302), recorded_as_missed),
    "training:owed_dates": Row(planners(200)),
    "training:settle_missed": post(planners(302) | {"visitor": 403}, owed_date, why_none),
    "training:my_proposals": Row(roles(trainer=200, other_trainer=200), with_proposals),
    "training:propose_dates": Row(roles(trainer=200, other_trainer=200), with_proposals),
    "training:propose_dates · post": post(
        # another provider's training is no choice; a visitor's words are kept
        roles(trainer=302, other_trainer=422, visitor=403),
        with_proposals,
        dates_to_propose,
    ),
    "training:withdraw_proposal": post(roles(trainer=302, other_trainer=404), a_proposal),
    "training:proposals": Row(planners(200), with_proposals),
    "training:decline_proposal": post(
        planners(302) | {"visitor": 403}, a_proposal, why_not_these_dates
    ),
    "training:hours_led": Row(planners(200)),
    "training:my_hours_led": Row(roles(trainer=200)),
    "training:announce_plan_b": post(sheet_keepers(302), a_date_with_plan_b),
    "training:take_back_plan_b": post(sheet_keepers(302), a_date_in_plan_b),
    "training:evaluation_results": Row(sheet_keepers(200), session),
    "training:hide_comment": post(roles(planner=302, visitor=403), an_evaluation, a_reason_to_hide),
    "training:show_comment": post(roles(planner=302), a_hidden_comment),
    "training:certificates": Row(signed_in(200)),
    "training:hours": Row(signed_in(200)),
    "training:hours_on_paper": post(signed_in(302)),
    "training:certificate_file": Row(owner(200), certificate),
    "training:certificate_name": post(owner(302), certificate, {"shows_name": "yes"}),
    "training:revoke_certificate": Row(planners(200), certificate),
    "training:ask_for_correction": Row(owner(200), certificate),
    "training:ask_for_correction · post": post(
        owner(302) | {"visitor": 403},
        certificate,
        {"given_name": "Ada", "last_name": "King", "reason": "Another name"},
    ),
    "training:issued_certificates": Row(planners(200)),
    "training:certificates_as_zip": post(planners(302)),
    # The Region: what subscriptions cost, what was delivered
    "training:subscriptions": Row(officers(200)),
    "training:export_subscriptions": Row(officers(200)),
    "training:old_openings": Row(officers(301)),
    "training:delivery_notes": Row(note_readers(200)),
    "training:delivery_note": Row(note_readers(200), note),
    "training:delivery_note_file": Row(note_readers(302), note),  # not drawn yet
    "training:make_delivery_note": post(
        officers(302),
        lambda w: [w.note.provider.public_id],
        {"month": "2026-11"},
        in_vain={"officer"},  # the month isn't over
    ),
    "training:find_note_right": post(officers(302), note),
    "training:contest_note": post(
        officers(302) | {"visitor": 403}, note, {"reason": "An hour too many."}
    ),
    "training:contest_note · without a reason": post(officers(422), note, in_vain={"officer"}),
    "training:answer_note": post(
        planners(409) | {"visitor": 403},
        note,
        {"answer": "It stays as it is."},
        in_vain={"planner"},  # not contested
    ),
    "training:answer_note · without words": post(planners(409), note, in_vain={"planner"}),
    "training:correct_note": post(note_readers(302), note),
    "training:export_hours": Row(planners(200), noted=("planner",)),  # in the log
    "training:withdraw_correction": post(owner(302), certificate_request),
    "training:certificate_requests": Row(planners(200)),
    "training:certificate_request": Row(planners(200), certificate_request),
    "training:certificate_request · post": post(
        planners(302) | {"visitor": 403}, certificate_request, {"step": "replace"}
    ),
    "training_open:verify_form": Row(anyone(200)),
    # Guidance, as anyone reads it: in French alone here, and not yet on paper
    "guidance:page": Row(anyone(200), fiche),
    "guidance:pdf": Row(anyone(302), fiche),
    "picture": Row(anyone(404), lambda w: ["none.webp"]),
    "news_feed": Row(anyone(200), lambda w: ["fr"]),
    "updates_feed": Row(anyone(200), lambda w: ["fr"]),
    # Guidance: what advisers do beside the editor. Which of them may what is told in
    # test_who_may_edit.py
    "guidance:search": Row(
        anyone(200), data={"q": "phone"}, noted=ACTORS
    ),  # as a search that found nothing
    "guidance:search_suggestions": Row(anyone(200), data={"q": "pho"}),
    "guidance:missed_searches": Row(advisers(200)),
    "guidance:urgent": Row(roles(adviser=200), fiche),
    "guidance:urgent_review": Row(roles(adviser=200), lambda w: [w.notice.public_id]),
    # Care of pages
    "guidance:parity": Row(advisers(200)),
    "guidance:parity_csv": Row(advisers(200)),
    "guidance:side_by_side": Row(advisers(200), kept_page),
    "guidance:translate": post(advisers(302), kept_page),
    "guidance:confirm": post(advisers(302), kept_page),
    "guidance:keepers": Row(advisers(200), kept_page),
    "guidance:overdue": Row(advisers(200)),
    "guidance:dead_links": Row(advisers(200)),
    "guidance:opinion": Row(anyone(200), kept_page),
    "guidance:my_opinion": Row(anyone(200), opinion),
    "guidance:opinions": Row(advisers(200)),
    "guidance:answer": Row(advisers(200), opinion),
    "guidance:strike_out": post(advisers(302), opinion, {"name": "Kevin"}),
    "training_open:verify": Row(anyone(200), certificate),
}


def kept(name: str, pk: Callable, *, by: str = "", delete=200) -> dict[str, Row]:
    """Rows that one role keeps in the admin; without one, a superuser alone."""

    def in_admin(status):
        return who_in_admin(status, of=(by,) if by else ())

    return {
        f"{name}:index": Row(in_admin(200)),
        f"{name}:index_results": Row(in_admin(200)),
        f"{name}:add": Row(in_admin(200)),
        f"{name}:edit": Row(in_admin(200), pk),
        f"{name}:delete": Row(in_admin(delete), pk),
        f"{name}:history": Row(in_admin(200), pk),
        f"{name}:history_results": Row(in_admin(200), pk),
        f"{name}:usage": Row(in_admin(200), pk),
    }


def chosen_from(name: str, pk: Callable) -> dict[str, Row]:
    def in_admin(status):
        return who_in_admin(status, of=("registrar",))

    return {
        f"{name}:choose": Row(in_admin(200)),
        f"{name}:choose_results": Row(in_admin(200)),
        f"{name}:chosen": Row(in_admin(200), pk),
        f"{name}:chosen_multiple": Row(in_admin(200)),
        f"{name}:create": Row(in_admin(HOME)),  # accounts and schools aren't made in passing
    }


IN_THE_ADMIN = {
    **kept("trainings", lambda w: [w.session.training_id], by="planner"),
    **kept("organisations", lambda w: [w.school.pk], by="registrar", delete=HOME),
    **kept("persons", lambda w: [w.teacher.pk], by="registrar", delete=HOME),
    "persons:edit · a superuser": Row(who_in_admin(404, of=("registrar",)), lambda w: [w.root.pk]),
    "persons:edit · a student": Row(who_in_admin(404, of=("registrar",)), lambda w: [w.student.pk]),
    "persons:history · a student": Row(who_in_admin(404), lambda w: [w.student.pk]),
    "persons:usage · a student": Row(who_in_admin(404), lambda w: [w.student.pk]),
    "person_chooser:chosen · a student": Row(
        who_in_admin(404, of=("registrar",)), lambda w: [w.student.pk]
    ),
    **kept("memberships", lambda w: [w.membership.pk], by="registrar"),
    **kept("subjects", lambda w: [w.subject.pk], by="registrar"),
    **kept("resources", lambda w: [w.licence.resource_id], by="registrar"),
    **kept("resource_connections", lambda w: [w.connection.pk], by="registrar"),
    **kept("provider_profiles", lambda w: [w.profile.pk], by="registrar"),
    **kept("licences", lambda w: [w.licence.pk], by="registrar"),
    # Whoever names a server that says who somebody is can come in as anybody.
    **kept("identity_providers", lambda w: [w.ent.pk]),
    "identity_providers:trial": Row(who_in_admin(200, of=()), lambda w: [w.ent.pk]),
    "identity_providers:trial · asked": post(who_in_admin(200, of=()), lambda w: [w.ent.pk]),
    **kept("scopes", lambda w: [w.scope.pk], by="adviser"),
    **chosen_from("person_chooser", lambda w: [w.teacher.pk]),
    **chosen_from("organisation_chooser", lambda w: [w.school.pk]),
}

# Groups are derived, accounts are made in ours, the frame of the site stands: nobody edits these
# beside.
WAGTAILS = {
    "wagtailadmin_home": Row(who_in_admin(200)),
    "wagtailadmin_account": Row(
        who_in_admin(200), noted=IN_THE_ADMIN_WORK
    ),  # Wagtail's profile is made at the first visit
    "wagtailusers_users:index": Row(anyone(302)),  # to persons:index, where ours are kept
    "wagtailusers_users:add": Row(anyone(302)),
    "wagtailusers_users:edit": post(
        anyone(302), lambda w: [w.teacher.pk], {"is_superuser": "on"}, in_vain=ACTORS
    ),
    "wagtail_bulk_action": post(
        anyone(302), lambda w: ["courses", "person", "set_active_state"], in_vain=ACTORS
    ),
    "translate_from_admin": Row(
        advisers(302), lambda w: [w.kept_page.french_id]
    ),  # ours, in the place of Wagtail's own
    "wagtailadmin_api:pages:action": post(
        anyone(HOME), lambda w: [w.fiche.pk, "publish"], in_vain=ACTORS
    ),
    "wagtailadmin_choose_page_chosen_multiple": Row(who_in_admin(200)),
    "wagtailusers_groups:index": Row(who_in_admin(HOME)),
    "wagtailusers_groups:add": Row(who_in_admin(HOME)),
    "wagtailsites:index": Row(who_in_admin(HOME)),
    "wagtaillocales:index": Row(who_in_admin(HOME)),
    "wagtailadmin_collections:index": Row(who_in_admin(HOME)),
    "wagtailadmin_workflows:index": Row(who_in_admin(HOME)),
    "wagtailadmin_reports:site_history": Row(who_in_admin(200)),
    "wagtailadmin_reports:locked_pages": Row(who_in_admin(200, of=("adviser",))),
    # Beside Wagtail's, in its editor: for those who may edit the page
    "begin_page": Row(who_in_admin(200, of=("adviser",)), lambda w: [w.fiche.get_parent().pk]),
    "improve_page": Row(who_in_admin(200, of=("adviser",)), lambda w: [w.fiche.pk]),
    "kept_version": Row(who_in_admin(200, of=("adviser",)), lambda w: [w.kept_version.public_id]),
    "ping": post(
        who_in_admin(404) | {"adviser": 200}, lambda w: ["wagtailcore", "page", w.fiche.pk, 0], {}
    ),
}

ROWS = TABLE | IN_THE_ADMIN | WAGTAILS


@pytest.fixture(scope="module")
def world(request, django_db_setup, django_db_blocker):
    """Made once: each test's own transaction lies inside this one, and is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(moment_for(request.node), tick=True):  # as each test
            world = made()
            sign_in(ACTORS, world)
        yield world
        transaction.set_rollback(True)


def made() -> SimpleNamespace:
    w = SimpleNamespace(
        visitor=None,
        teacher=TeacherFactory(),
        other_teacher=TeacherFactory(),
        trainer=TrainerFactory(),
    )
    w.other_trainer, w.adviser, w.student = (
        TrainerFactory(),
        AdviserFactory(),
        PersonFactory(email=None),
    )
    w.planner, w.registrar, w.officer = PlannerFactory(), RegistrarFactory(), OfficerFactory()
    w.school, w.elsewhere = w.teacher.schools[0], w.other_teacher.schools[0]
    MembershipFactory(person=w.student, organisation=w.school, role=Role.STUDENT)
    w.leader = MembershipFactory(organisation=w.school, role=Role.LEADER).person
    w.office = MembershipFactory(organisation=w.school, role=Role.OFFICE).person
    w.guardian = GuardianFactory()
    w.guardianship = follows(w.guardian, w.student, w.school)
    w.membership = w.teacher.memberships.get()
    w.asked = corrections.ask(person=w.teacher, text="Two r")
    w.students_request = corrections.ask(person=w.student, text="Two r")
    w.roster = RosterImport.objects.create(
        school=w.school, by=w.leader, day=timezone.localdate(), namespace="aaf:normandie"
    )
    w.academy_set = AcademySet.objects.create(file="set.zip", day=timezone.localdate())
    for actor in ACTORS[1:]:
        people.derive_groups(getattr(w, actor))
    w.root = PersonFactory(is_superuser=True)
    w.subject, w.licence = SubjectFactory(), LicenceFactory(school=w.school)
    w.ent = IdentityProviderFactory(slug="ent", address="http://127.0.0.1:9/cas")
    w.saml = SamlProviderFactory()
    w.connection = ConnectionFactory(
        resource=w.licence.resource,
        is_practice=False,
        address="https://resource.example/in",
        role_telling="optional",
    )
    w.profile = ProviderProfileFactory(organisation=w.licence.resource.provider)
    # Dates: one to come with the teacher in it, one planned; two held, a sheet still open and one
    # closed with its certificate.
    w.session = SessionFactory(led_by=w.trainer, resource=w.licence.resource)
    w.enrolment = seated(w.session, w.teacher)
    w.draft = SessionFactory(led_by=w.trainer, state=SessionState.DRAFT)
    held = held_session(led_by=w.trainer)
    seated(held, w.teacher)
    came_as_guest(held.meetings[0], "Guest", (0, 80))
    w.sheet = attendance.prefill(held.meetings[0].pk)
    w.guest_line = w.sheet.lines.get(participation=None)
    w.certificate = certificate_of(teacher=w.teacher, session=held_session(led_by=w.trainer))
    w.closed_line = w.certificate.enrolment.participations.get().line
    w.closed_session = w.certificate.enrolment.session
    w.note = DeliveryNote.objects.create(
        number="2026-0000",
        provider=w.session.provider,
        month="2026-10-01",
        content=Delivery("Vendor", "Académie").as_json(),
    )
    # A meeting that goes on now
    w.now = meeting_in(-10)
    rooms.give_pass(meeting=w.now, person=w.teacher, role=RoomRole.MEMBER)
    rooms.give_pass(meeting=w.now, person=w.trainer, role=RoomRole.MODERATOR)
    w.room = rooms.room_for(w.now)
    w.line = rooms.enter_practice(room=w.room, entry=None)
    # A page of guidance, and the chief adviser
    w.fiche = guidance_page()
    w.kept_page = guidance_page().pair
    Pair.objects.filter(pk=w.kept_page.pk).update(owner=w.adviser)
    w.opinion = Opinion.objects.create(
        pair=w.kept_page, language="fr", was_useful=False, words="Kevin n’a rien reçu."
    )
    w.scope = scope_for(w.adviser, "chief")
    w.notice = UrgentNotice.objects.create(
        page=w.fiche,
        text_fr="Fermé",
        text_en="Closed",
        ends_at=timezone.now() + timedelta(hours=1),
        published_by=w.adviser,
    )
    w.kept_version = versions.keep_beside(
        w.fiche.get_latest_revision_as_object(), by=w.adviser, began_with=None
    )
    w.letter = outbox.post("tests.your_seat", to=w.teacher, key="who-may-enter")
    outbox.send(w.letter.pk, w.letter.attempts)
    return w


@pytest.mark.parametrize("name", ROWS)
def test_who_may_enter_and_what_changes(world, settings, name):
    settings.MAILS_READ_IN_BROWSER = True
    settings.CACHES = settings.KEEP_PAGES  # the words above every page are kept
    if name == "training:certificate_file":
        paper = Certificate.objects.get(pk=world.certificate.pk)
        paper.file.save("paper.pdf", ContentFile(b"%PDF-1.7"))

    answers, surprises = answers_and_surprises(ACTORS, name, ROWS[name], world)

    assert answers == ROWS[name].statuses
    assert surprises == {}


def our_viewsets():
    get_resolver().url_patterns  # noqa: B018  the admin's addresses register them
    return [one for one in viewsets.viewsets if type(one).__module__.split(".")[0] in HOUSE]


def names_of_our_viewsets():
    for viewset in our_viewsets():
        yield from (
            f"{viewset.url_namespace}:{pattern.name}" for pattern in viewset.get_urlpatterns()
        )


def test_every_address_of_ours_has_its_row_and_no_row_is_left_over():
    ours = {
        name for name in names_of_ours() if not name.startswith("continuity")
    }  # a table of its own, beside this one
    assert without_variants(TABLE) == ours


def test_every_viewset_of_ours_has_its_rows_and_no_row_is_left_over():
    assert without_variants(IN_THE_ADMIN) == set(names_of_our_viewsets())


def test_every_list_of_a_viewset_of_ours_leads_to_the_page_of_each_row(world, client):
    client.force_login(world.root)

    lists = {
        one: client.get(reverse(one.get_url_name("index"))).text
        for one in our_viewsets()
        if isinstance(one, ModelViewSet)
    }

    edits = {
        one.name: reverse(one.get_url_name("edit"), args=[0]).replace("/0/", r"/\d+/")
        for one in lists
    }
    without = [one.name for one, page in lists.items() if not re.search(edits[one.name], page)]
    assert without == []


def test_no_form_of_a_viewset_loses_a_text_that_a_superuser_types(world, client):
    client.force_login(world.root)

    adds = [
        client.get(reverse(one.get_url_name("add")))
        for one in our_viewsets()
        if isinstance(one, ModelViewSet)
    ]

    assert sum(b"<textarea" in page.content for page in adds) >= 5
    assert [lost for page in adds for lost in doors_that_lose_a_text(page)] == []
