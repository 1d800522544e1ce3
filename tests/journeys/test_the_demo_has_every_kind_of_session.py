"""The demo's trainings: whoever opens it finds each kind of session, made by the services
themselves.
"""

import datetime
import re
from collections import Counter
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve

from cms.management import loading
from continuity.plans.services import cover
from courses.agenda.models import Absence
from courses.agenda.queries import hours_missed
from courses.agenda.values import Hours
from courses.disclosure.values import FEWEST_PEOPLE
from courses.launches.models import MonthOpeners
from courses.live.models import RoomEvent
from courses.mail.models import Letter
from courses.people.models import Person
from courses.people.queries.demo import demo_accounts
from tests.disclosure import attack_together
from tests.factories.guidance import without_pages
from tests.periods import month_together
from training.enums import EnrolmentOrigin, EnrolmentState, Phase, SessionState, SheetState
from training.models import (
    AdvanceQuestion,
    Certificate,
    DeliveryNote,
    Enrolment,
    Evaluation,
    Material,
    MissedDate,
    MonthNoShows,
    Session,
    SessionChange,
    Sheet,
    Substitution,
    Training,
)
from training.queries.rights import rights_of
from training.rules import phase
from training.services import enrolment as enrolments
from training.values import FEWEST_ANSWERS, Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Loaded once for all the tests of this module, and rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        without_pages()
        yield loading.load(lambda text: None, address="http://localhost:8000", size="small")
        transaction.set_rollback(True)


def test_all_tables_of_a_month_together_give_nobody_away(world):
    months = list(MonthOpeners.objects.values_list("month", flat=True).distinct())
    delivered = set(DeliveryNote.objects.values_list("month", flat=True))

    found = {}
    for month in months:
        together, links = month_together(month)
        if given_away := attack_together(together, links, most_cells=40):
            found[month] = given_away

    assert found == {}
    assert delivered & set(months)  # openers of the newest month are counted on the third


def test_the_demo_has_every_kind_of_session(world):
    now = world.now

    assert (Training.objects.count(), Session.objects.count()) == (10, 41)
    states = Counter(Session.objects.values_list("state", flat=True))
    assert (
        states[SessionState.DRAFT],
        states[SessionState.CANCELLED],
        states[SessionState.CLOSED],
    ) == (2, 2, 14)
    assert set(Session.objects.values_list("language", flat=True)) == {"fr", "en"}
    running = Session.objects.get(
        starts_at__lte=now,
        ends_at__gt=now,
        series__meetings__occurrence__start__lte=now,
        capacity=15,
    )
    assert RoomEvent.objects.filter(room_name=running.meetings.get().room.name).exists()
    assert SessionChange.objects.filter(starts_at__isnull=False).exists()
    assert SessionChange.objects.filter(starts_at__isnull=True).exists()
    assert Sheet.objects.to_close(now).count() == 3
    assert Sheet.objects.filter(state=SheetState.CLOSED).exists()
    answers = Counter(Evaluation.objects.values_list("session", flat=True)).values()
    assert min(answers) < FEWEST_ANSWERS <= max(answers)
    assert Evaluation.objects.exclude(comment="").exists()
    missed = MissedDate.objects.owed().get()
    assert missed.session.awaits_date_at(now)
    assert Substitution.objects.get().substitute == world.people["formatrice.demo"]
    assert Material.objects.exclude(file="").exists()
    assert Material.objects.exclude(address="").exists()
    assert AdvanceQuestion.objects.count() == 2
    for training in Training.objects.all():
        assert training.title_fr != training.title_en
        assert len(training.goals_fr.splitlines()) == len(training.goals_en.splitlines()) >= 3


def test_somebody_entered_a_running_series_late_and_one_address_returns_mail(world, client):
    late = Enrolment.objects.get(origin=EnrolmentOrigin.LATE)
    session = late.session
    expected = late.participations.expected().count()
    client.force_login(world.advisers[0])
    page = client.get(f"/en/sessions/{session.public_id}/list/").text

    assert session.starts_at < world.now < session.ends_at
    assert 0 < expected < session.meetings.count()
    assert Sheet.objects.get(meeting=session.meetings.first()).state == SheetState.CLOSED
    assert Person.objects.exclude(returned_address="").get().enrolments.get(session=session)
    assert "Entered late" in page
    assert "1 address" in page


def test_an_officer_sees_told_and_hidden_numbers_of_people_beside_each_other(world):
    """Six absent people of several schools take more teachers than the small demo has."""
    of_all = MonthNoShows.objects.filter(school=None, department="", resource__isnull=False)
    written = set(of_all.values_list("month", "resource"))
    notes = {
        (note.month, one.resource): one.present
        for note in DeliveryNote.objects.all()
        for one in Delivery.from_json(note.content).resources
    }

    told = {month for (month, _resource), present in notes.items() if present is not None}
    hidden = {month for (month, _resource), present in notes.items() if present is None}
    nobody_absent = [present for one, present in notes.items() if one not in written]

    assert told & hidden
    assert of_all.filter(is_hidden=True, month__in=told).exists()
    assert max(nobody_absent) >= FEWEST_PEOPLE
    corrected = DeliveryNote.objects.get(version=2)
    assert len(Delivery.from_json(corrected.content).dates) > len(
        Delivery.from_json(corrected.replaces.content).dates
    )


def test_the_front_logins_find_what_is_theirs(world):
    teacher, waiting = world.people["prof.demo"], world.people["prof.attente"]
    trainer = world.people["formatrice.demo"]

    assert Certificate.objects.filter(person=teacher).exists()
    assert Enrolment.objects.filter(
        teacher=teacher, session__starts_at__lte=world.now, session__ends_at__gt=world.now
    ).exists()
    assert Enrolment.objects.filter(
        teacher=teacher, session__starts_at__gt=world.now, state=EnrolmentState.CONFIRMED
    ).exists()
    head = Enrolment.objects.filter(
        state=EnrolmentState.WAITING, session__starts_at__gt=world.now, teacher=waiting
    )
    assert [enrolment.session.enrolments.waiting().first().teacher for enrolment in head] == [
        waiting
    ] * len(head)
    assert Sheet.objects.to_close(world.now).filter(session__trainers=trainer).exists()


def test_a_seat_is_offered_to_one_front_login(world):
    """On any day but before holidays, when the session is further away and the seat given at once."""
    session = Session.objects.get(capacity=4)
    enrolment = session.enrolments.get(teacher=world.people["prof.attente"])

    if phase(session, now=world.now) == Phase.OFFERS:
        assert enrolment.is_offered
        assert enrolment.offers.get().is_open_at(world.now)
    else:
        assert enrolment.is_confirmed


def test_one_open_session_lies_in_a_class_hour_of_prof_demo(world):
    """Journey 5 on any day: enrolling there opens a draft of the class's plan."""
    teacher = world.people["prof.demo"]
    coming = Session.objects.filter(starts_at__gt=world.now, state=SessionState.OPEN).exclude(
        enrolments__teacher=teacher
    )
    rights = rights_of(teacher)
    in_class = [
        one
        for one in coming
        if hours_missed(teacher, Hours(one.starts_at, one.ends_at)) and rights.cover(one)
    ]

    enrolments.enrol(session=in_class[0], teacher=teacher, now=world.now)

    absence = Absence.objects.standing().get(teacher=teacher, starts_at=in_class[0].starts_at)
    cover.follow(absence.pk, now=world.now)
    assert absence.covers.standing().exists()


def test_nothing_is_mailed_about_what_is_over(world):
    over = Session.objects.filter(ends_at__lt=world.now)
    enrolled = {
        str(pk) for pk in Enrolment.objects.filter(session__in=over).values_list("pk", flat=True)
    }

    about_seats = Letter.objects.filter(about_model="training.Enrolment").values_list(
        "about_pk", flat=True
    )

    assert enrolled.isdisjoint(about_seats)
    # The clock of the first test ticked while the demo was loaded.
    loaded = world.now + datetime.timedelta(minutes=30)
    assert not Enrolment.objects.filter(asked_at__gt=loaded).exists()


# Every link that a page shows leads somewhere

MOST_OF_A_KIND = 2  # pages of one address pattern that are opened
LINK = re.compile(r'<a\s[^>]*?href="(/[^"#]*)')


def of_a_kind(address: str) -> str:
    """The name of its pattern, or of pages of Wagtail the first two parts."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    return (
        "/".join(address.split("/")[:4]) if found.view_name == "wagtail_serve" else found.view_name
    )


def test_no_link_that_a_page_shows_leads_nowhere(world, client):
    """One reader of each role follows the links from the first page on; addresses that differ in a
    number are opened twice.
    """
    found: dict[str, list] = {}
    for reader in demo_accounts():
        client.force_login(reader)
        waiting, seen, opened = [("/fr/", "")], {"/fr/"}, Counter()
        while waiting:
            address, shown_on = waiting.pop()
            answer = client.get(address, follow=True)
            if answer.status_code >= 400:
                found.setdefault(reader.login, []).append((address, answer.status_code, shown_on))
            if "text/html" not in answer.headers.get("Content-Type", "") or answer.streaming:
                continue
            for link in LINK.findall(answer.text):
                link = unescape(link)
                kind = of_a_kind(link)
                if link not in seen and opened[kind] < MOST_OF_A_KIND:
                    seen.add(link)
                    opened[kind] += 1
                    waiting.append((link, address))
    assert found == {}


def test_the_demo_s_trainer_reads_what_participants_of_a_session_teach(world):
    led = Session.objects.led_by(world.people["formatrice.demo"])

    counted = [one for session in led for _subject, one in session.subjects_at_start or []]

    assert max(counted) >= FEWEST_ANSWERS
