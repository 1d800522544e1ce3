"""The join link: too early, open, led by nobody, over, cancelled, not mine; and what is never told
on the way.
"""

import datetime
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.agenda import services as agenda
from courses.live import queries
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.live.models import Stay
from tests.factories.live import meeting_in
from tests.factories.people import TeacherFactory, TrainerFactory

pytestmark = pytest.mark.django_db

SECRET = "a-shared-secret-of-at-least-32-bytes!"


@pytest.fixture
def jitsi(settings):
    settings.JITSI = {**settings.JITSI, "domain": "meet.example.org", "secret": SECRET}


@pytest.fixture
def emma():
    return TeacherFactory(given_name="Emma", language="en")


def join(client, meeting, **kwargs):
    return client.get(reverse("live:join", args=[meeting.public_id]), **kwargs)


def seat(meeting, person, role=RoomRole.MEMBER):
    return rooms.give_pass(meeting=meeting, person=person, role=role)


def test_a_visitor_logs_in_first_and_comes_back(client):
    meeting = meeting_in(-5)
    address = reverse("live:join", args=[meeting.public_id])

    answer = join(client, meeting)

    assert (answer.status_code, parse_qs(urlsplit(answer["Location"]).query)["next"]) == (
        302,
        [address],
    )


def test_an_open_room_takes_one_person_in_with_a_token_of_their_own(client, emma, jitsi, caplog):
    meeting = meeting_in(-2)
    known = seat(meeting, emma)
    client.force_login(emma)

    answer = join(client, meeting)

    address = urlsplit(answer["Location"])
    token = parse_qs(address.query)["jwt"][0]
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience="jitsi", issuer="passerelle")
    assert (answer.status_code, address.netloc, address.path) == (
        302,
        "meet.example.org",
        f"/{known.room.name}",
    )
    assert claims["room"] == known.room.name
    assert claims["exp"] == int((meeting.ends_at + datetime.timedelta(minutes=30)).timestamp())
    assert claims["context"]["user"] == {
        "id": known.subject,
        "name": f"Emma, {known.code}",
        "affiliation": "member",
        "moderator": False,
    }
    assert emma.email not in str(claims)
    assert emma.family_name not in str(claims)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert token not in caplog.text


def test_the_trainer_enters_as_moderator(client, jitsi):
    meeting = meeting_in(10)
    trainer = TrainerFactory()
    seat(meeting, trainer, RoomRole.MODERATOR)
    client.force_login(trainer)

    token = parse_qs(urlsplit(join(client, meeting)["Location"]).query)["jwt"][0]

    assert (
        jwt.decode(token, options={"verify_signature": False})["context"]["user"]["moderator"]
        is True
    )


@pytest.mark.parametrize(
    ("delay", "refresh"),
    [(16, 61), (20, 301), (60 * 24, 600)],
    ids=["in a minute", "in five", "tomorrow"],
)
def test_before_it_opens_the_page_says_when_and_comes_back_by_itself(client, emma, delay, refresh):
    meeting = meeting_in(delay)
    seat(meeting, emma)
    client.force_login(emma)

    answer = join(client, meeting)

    assert answer.status_code == 200
    assert "The room opens: " in answer.content.decode()
    assert abs(int(answer["Refresh"]) - refresh) <= 2
    assert f'href="{reverse("live:join", args=[meeting.public_id])}"' in answer.content.decode()


def test_a_quarter_of_an_hour_before_the_room_is_open(client, emma, jitsi):
    meeting = meeting_in(60)
    seat(meeting, emma)

    statuses = {}
    for minutes in (-16, -15, 119, 121):
        with time_machine.travel(
            meeting.starts_at + datetime.timedelta(minutes=minutes), tick=False
        ):
            client.force_login(emma)
            statuses[minutes] = join(client, meeting, query_params={"enter": "1"}).status_code

    assert statuses == {-16: 200, -15: 302, 119: 302, 121: 200}


def test_a_meeting_that_is_over_says_so(client, emma):
    meeting = meeting_in(-200)
    seat(meeting, emma)
    client.force_login(emma)

    answer = join(client, meeting)

    assert answer.status_code == 200
    assert "This meeting is over." in answer.content.decode()
    assert "Refresh" not in answer


@pytest.mark.parametrize(
    "is_taken_back", [False, True], ids=["with the seat", "with the seat taken back"]
)
def test_the_join_page_of_a_cancelled_meeting_says_cancelled_and_why_not_error(
    client, emma, is_taken_back
):
    meeting = meeting_in(-2)
    seat(meeting, emma)
    agenda.cancel(meeting=meeting, reason="la formatrice est souffrante")
    if is_taken_back:
        rooms.take_back_pass(meeting=meeting, person=emma)
    client.force_login(emma)

    answer = join(client, meeting)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This meeting is cancelled. The reason given: la formatrice est souffrante" in page
    assert "error" not in page.lower()


@pytest.mark.parametrize("had_one", [False, True], ids=["never had a seat", "gave it back"])
def test_without_a_valid_pass_the_page_says_why_and_lets_nobody_in(client, emma, jitsi, had_one):
    meeting = meeting_in(-2)
    seat(meeting, TeacherFactory())
    if had_one:
        seat(meeting, emma)
        rooms.take_back_pass(meeting=meeting, person=emma)
    client.force_login(emma)

    answer = join(client, meeting)

    assert answer.status_code == 403
    assert "open to those who have a seat in this meeting" in answer.content.decode()


def test_a_seat_that_is_given_again_keeps_its_code(emma):
    meeting = meeting_in(60)
    first = seat(meeting, emma)
    rooms.take_back_pass(meeting=meeting, person=emma)

    again = seat(meeting, emma)

    assert (again.pk, again.code, again.subject, again.is_withdrawn) == (
        first.pk,
        first.code,
        first.subject,
        False,
    )


def test_when_no_trainer_comes_the_page_says_what_to_do_and_still_lets_in(
    client, emma, jitsi, settings
):
    meeting = meeting_in(-6)
    trainer = TrainerFactory(given_name="Bruno", family_name="Leroy")
    leads = seat(meeting, trainer, RoomRole.MODERATOR)
    seat(meeting, emma)
    client.force_login(emma)

    waiting = join(client, meeting)
    page = waiting.content.decode()
    assert (waiting.status_code, waiting["Refresh"]) == (200, "30")
    assert "Bruno Leroy" in page
    assert settings.CONTACT_ADDRESS in page
    assert join(client, meeting, query_params={"enter": "1"}).status_code == 302

    Stay.objects.create(
        room=leads.room,
        room_jid="r",
        occupant_jid="t",
        subject=leads.subject,
        joined_at=timezone.now(),
    )
    assert join(client, meeting).status_code == 302


def test_a_trainer_is_never_told_to_wait_for_the_trainer(client, jitsi):
    meeting = meeting_in(-20)
    trainer = TrainerFactory()
    seat(meeting, trainer, RoomRole.MODERATOR)
    client.force_login(trainer)

    assert join(client, meeting).status_code == 302


def test_after_the_login_form_a_page_of_ours_stands_between(client, emma, jitsi):
    meeting = meeting_in(-2)
    seat(meeting, emma)
    client.force_login(emma)
    address = reverse("live:join", args=[meeting.public_id])

    answer = join(
        client,
        meeting,
        headers={"Referer": f"http://testserver{reverse('people:login')}?next={address}"},
    )

    assert (answer.status_code, answer["Refresh"]) == (200, f"1;url={address}")
    assert "jwt" not in answer.content.decode()


def test_settings_that_make_no_token_are_our_fault_and_say_what_to_do(client, emma, settings):
    settings.JITSI = {**settings.JITSI, "domain": "meet.example.org", "secret": ""}
    meeting = meeting_in(-2)
    seat(meeting, emma)
    client.force_login(emma)

    answer = join(client, meeting)

    assert answer.status_code == 503
    assert "your seat is safe" in answer.content.decode()


def test_names_of_rooms_cannot_be_guessed_and_are_what_a_server_keeps():
    names = {rooms.room_for(meeting_in(60)).name for _n in range(5)}

    assert len(names) == 5
    assert all(
        len(name) == 24 and set(name) <= set("0123456789abcdefghijklmnopqrstuvwxyz-")
        for name in names
    )


def test_codes_in_one_room_are_all_different():
    meeting = meeting_in(60)

    codes = [seat(meeting, TeacherFactory()).code for _n in range(30)]

    assert len(set(codes)) == 30


def test_the_address_in_mails_is_ours_and_holds_no_secret(settings):
    meeting = meeting_in(60)

    assert queries.join_url(meeting) == f"{settings.SITE_ADDRESS}/join/{meeting.public_id}/"


def test_joining_takes_few_queries(client, emma, jitsi, django_assert_max_num_queries):
    meeting = meeting_in(-2)
    seat(meeting, emma)
    client.force_login(emma)

    with django_assert_max_num_queries(7):  # the last one: where the session takes place
        join(client, meeting)
