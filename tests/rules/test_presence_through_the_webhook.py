"""What the server reports becomes stays: through the real door and the worker, in any order, also
doubled, late or lost.
"""

import datetime
import random
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.register.services import erasing
from courses.agenda import services as agenda
from courses.agenda.values import Hours
from courses.live import queries
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.live.models import RoomEvent, Stay
from courses.live.signals import presence_settled
from tests.factories.live import meeting_at, meeting_in, post_event, post_events, room_called
from tests.factories.people import PersonFactory, TeacherFactory
from tests.factories.worker import run_worker
from tests.rules.test_presence_from_events import SEQUENCES, captured, expected_presence

pytestmark = pytest.mark.django_db

ORDERS = ["as captured", "backwards", "doubled", "shuffled 1", "shuffled 2", "shuffled 3"]


def at(second: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(second, datetime.UTC)


def requests(name: str, order: str) -> list[tuple[str, dict]]:
    sent = [
        (event["path"].partition("/events/")[2], event["body"])
        for event in captured(name)["events"]
        if event["accepted"]
    ]
    if order == "backwards":
        return sent[::-1]
    if order == "doubled":
        return sent + sent
    if order.startswith("shuffled"):
        sent = sent + sent
        random.Random(order).shuffle(sent)
    return sent


@pytest.fixture
def planned_around_the_capture(settings):
    """A meeting whose hours hold what was captured, and its room."""

    def plan(name):
        first = captured(name)["events"][0]["body"]
        settings.JITSI = (
            {**settings.JITSI, "tenant": "lycee-nord", "domain": "meet.ecole.test"}
            if "[" in first["room_name"]
            else settings.JITSI
        )
        meeting = meeting_at(at(1795596900), minutes=30)
        return meeting, room_called(first["room_name"].removeprefix("[lycee-nord]"), meeting)

    return plan


def presence(meeting) -> dict[str, list[tuple[int, int]]]:
    return {
        person.subject: [
            (int(start.timestamp()), int(end.timestamp())) for start, end in person.intervals
        ]
        for person in queries.stays_in(meeting)
    }


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", SEQUENCES)
def test_a_captured_sequence_gives_its_presence(client, planned_around_the_capture, name, order):
    meeting, _room = planned_around_the_capture(name)

    post_events(client, requests(name, order))
    run_worker()

    assert presence(meeting) == expected_presence(name)


@pytest.mark.parametrize("name", ["whole_lesson_a", "out_of_order", "server_killed"])
def test_settled_after_each_event_presence_is_the_same(client, planned_around_the_capture, name):
    meeting, room = planned_around_the_capture(name)

    for kind, body in requests(name, "shuffled 4"):
        post_event(client, kind, body)
        rooms.settle(room)

    assert presence(meeting) == expected_presence(name)


def test_a_replay_changes_nothing(client, planned_around_the_capture):
    planned_around_the_capture("whole_lesson_a")
    post_events(client, requests("whole_lesson_a", "as captured"))
    run_worker()
    before = (list(Stay.objects.values()), list(RoomEvent.objects.values()))

    post_events(client, requests("whole_lesson_a", "shuffled 5"))
    run_worker()

    assert (list(Stay.objects.values()), list(RoomEvent.objects.values())) == before


# Single stories


def test_a_stay_that_a_killed_server_left_open_ends_with_the_next_room_and_is_marked(
    client, planned_around_the_capture
):
    meeting, _room = planned_around_the_capture("server_killed")

    post_events(client, requests("server_killed", "as captured"))
    run_worker()

    assert [
        (int(s.left_at.timestamp()), s.is_estimated)
        for s in Stay.objects.order_by("joined_at", "left_at")
    ] == [
        (1795597320, True),
        (1795597320, True),
        (1795597325, False),
        (1795597326, False),
    ]
    assert {person.has_estimate for person in queries.stays_in(meeting)} == {True}


def joined(room, jid, second, *, subject="", **more) -> tuple[str, dict]:
    occupant = {
        "occupant_jid": jid,
        "joined_at": second,
        **({"id": subject} if subject else {}),
        **more,
    }
    return "occupant/joined", {
        "event_name": "muc-occupant-joined",
        "room_name": room,
        "room_jid": f"{room}@c",
        "occupant": occupant,
    }


def here(meeting) -> set[str]:
    """Who is in the room, as the page of presence asks."""
    return {one.subject for one in queries.stays_in(meeting) if one.is_open}


def left(room, jid, second, left_at, **more) -> tuple[str, dict]:
    _kind, body = joined(room, jid, second, left_at=left_at, **more)
    return "occupant/left", {**body, "event_name": "muc-occupant-left"}


def test_a_stay_that_nobody_ended_ends_with_the_meeting_as_an_estimate(client):
    meeting = meeting_in(-30, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())
    post_events(client, [joined("salle", "a@x/1", began + 60, subject="emma")])
    rooms.tidy(timezone.now())  # leaves the worker its own time
    assert here(meeting) == set()
    run_worker()
    assert here(meeting) == {"emma"}

    rooms.tidy(meeting.ends_at + datetime.timedelta(minutes=31))

    stay = room.stays.get()
    assert (stay.left_at, stay.is_estimated) == (meeting.ends_at, True)
    assert here(meeting) == set()


def test_a_late_departure_takes_the_place_of_an_estimate(client):
    meeting = meeting_in(-300, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())
    post_events(client, [joined("salle", "a@x/1", began, subject="emma")])
    rooms.settle(room)
    assert room.stays.get().is_estimated

    post_events(client, [left("salle", "a@x/1", began, began + 1200, subject="emma")])
    rooms.settle(room)

    stay = room.stays.get()
    assert (stay.left_at, stay.is_estimated) == (at(began + 1200), False)


def test_events_whose_task_was_lost_are_settled_by_the_minute(client):
    meeting = meeting_in(-10)
    room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())

    post_events(client, [joined("salle", "a@x/1", began, subject="emma")])
    rooms.tidy(timezone.now() + datetime.timedelta(minutes=2))

    assert here(meeting) == {"emma"}


def test_one_task_settles_all_that_came_while_it_waited(client):
    meeting = meeting_in(-10)
    room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())

    post_events(
        client, [joined("salle", f"{n}@x/1", began + n, subject=f"s{n}") for n in range(20)]
    )

    assert DBTaskResult.objects.filter(task_path="courses.live.tasks.settle").count() == 1
    run_worker()
    assert len(here(meeting)) == 20


def test_a_connection_that_drops_three_times_counts_by_the_sum_of_its_stays(client):
    meeting = meeting_in(-120, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())
    stays = [(0, 900), (960, 1500), (1800, 2400), (3000, 3600)]

    post_events(
        client,
        [
            left("salle", f"{n}@x/1", began + a, began + b, subject="emma")
            for n, (a, b) in enumerate(stays)
        ],
    )
    rooms.settle(room)

    (emma,) = queries.stays_in(meeting)
    assert [(start, end) for start, end in emma.intervals] == [
        (at(began + a), at(began + b)) for a, b in stays
    ]
    assert (
        sum((end - start).total_seconds() for start, end in emma.intervals) == 900 + 540 + 600 + 600
    )


def test_a_phone_and_a_laptop_at_once_count_once(client):
    meeting = meeting_in(-120, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())

    post_events(
        client,
        [
            left("salle", "laptop@x/1", began, began + 3000, subject="emma"),
            left("salle", "phone@x/1", began + 600, began + 3600, subject="emma"),
        ],
    )
    rooms.settle(room)

    (emma,) = queries.stays_in(meeting)
    assert emma.intervals == [(at(began), at(began + 3600))]


def test_people_are_known_by_their_pass_and_guests_stand_apart(client):
    meeting = meeting_in(-120, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())
    emma = rooms.give_pass(
        meeting=meeting, person=TeacherFactory(given_name="Emma"), role=RoomRole.MEMBER
    )
    same_name = f"Emma, {emma.code}"

    post_events(
        client,
        [
            left("salle", "a@x/1", began, began + 600, subject=emma.subject),
            left("salle", "b@x/1", began + 1, began + 600),
            left("salle", "c@x/1", began + 2, began + 600, subject="somebody-else", name=same_name),
        ],
    )
    rooms.settle(room)

    assert [(p.subject, p.shown_name, p.role, p.person_id) for p in queries.stays_in(meeting)] == [
        (emma.subject, same_name, RoomRole.MEMBER, emma.person_id),
        ("guest:b@x/1", "", None, None),
        ("somebody-else", same_name, None, None),
    ]


def test_stays_at_the_old_date_of_a_moved_meeting_do_not_count(client):
    meeting = meeting_in(-600, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())
    post_events(client, [left("salle", "a@x/1", began, began + 600, subject="emma")])
    rooms.settle(room)
    tomorrow = meeting.starts_at + datetime.timedelta(days=1)

    agenda.move(meeting=meeting, hours=Hours(tomorrow, tomorrow + datetime.timedelta(hours=1)))

    assert queries.stays_in(meeting) == []


def test_stays_are_clipped_to_the_hours_in_which_the_room_is_open(client):
    meeting = meeting_in(-600, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())

    post_events(client, [left("salle", "a@x/1", began - 3600, began + 7200, subject="emma")])
    rooms.settle(room)

    (emma,) = queries.stays_in(meeting)
    assert emma.intervals == [(at(began - 900), at(began + 3600 + 1800))]


def test_presence_takes_the_same_two_queries_for_five_and_for_two_hundred(
    client, django_assert_num_queries
):
    for people in (5, 200):
        meeting = meeting_in(-120, minutes=60)
        room = rooms.room_for(meeting)
        for n in range(people):
            given = rooms.give_pass(
                meeting=meeting,
                person=PersonFactory(login=f"p{people}-{n}", password="!"),
                role=RoomRole.MEMBER,
            )
            Stay.objects.create(
                room=room,
                room_jid="r",
                occupant_jid=f"{people}-{n}",
                subject=given.subject,
                joined_at=meeting.starts_at,
                left_at=meeting.ends_at,
            )
        with django_assert_num_queries(2):
            assert len(queries.stays_in(meeting)) == people


def test_presence_settled_is_sent_after_the_commit(client, django_capture_on_commit_callbacks):
    meeting = meeting_in(-10)
    room = room_called("salle", meeting)
    heard = []

    def listen(sender, meeting_id, **kwargs):
        heard.append(meeting_id)

    presence_settled.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        rooms.settle(room)
        assert heard == []
    presence_settled.disconnect(listen)

    assert heard == [meeting.pk]


# The door


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer wrong",
        "tests-events-token",
        "Bearer tests-events-token2",
        "bearer tests-events-token",
        "Bearer é",
    ],
    ids=["none", "wrong", "without Bearer", "longer", "lower case", "not ASCII"],
)
def test_a_forged_request_is_refused_and_leaves_nothing(client, authorization):
    kind, body = joined("salle", "a@x/1", 1795596900)

    answer = post_event(client, kind, body, authorization=authorization)

    assert (answer.status_code, RoomEvent.objects.count()) == (401, 0)


def test_without_an_events_token_nobody_is_let_in(client, settings):
    settings.JITSI = {**settings.JITSI, "domain": "meet.example.org", "events_token": ""}

    assert post_event(client, "room/created", {}, authorization="Bearer ").status_code == 401


def test_an_event_of_an_unknown_room_is_kept(client):
    kind, body = joined("nulle-part", "a@x/1", 1795596900)

    assert post_event(client, kind, body).status_code == 200
    assert list(RoomEvent.objects.values_list("kind", "room_name", "settled_at")) == [
        (kind, "nulle-part", None)
    ]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b"[1]", 400),
        (b'{"a": NaN}', 400),
        (b'{"a": 1e999}', 400),
        (b'{"a": "\\u0000"}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', 413),
        (b"{}", 200),
        (b'{"room_name": 12, "occupant": [], "all_occupants": {"a": 1}}', 200),
    ],
    ids=[
        "empty",
        "broken",
        "not UTF-8",
        "a list",
        "NaN",
        "infinite",
        "NUL",
        "half a character",
        "endless",
        "too long",
        "an empty event",
        "odd types",
    ],
)
def test_only_what_cannot_be_read_is_refused(client, content, status):
    assert post_event(client, "room/created", content).status_code == status


@pytest.mark.parametrize(
    "occupant",
    [
        None,
        [],
        "x",
        {},
        {"occupant_jid": "a"},
        {"joined_at": 1},
        {"occupant_jid": "a", "joined_at": "now"},
        {"occupant_jid": "a", "joined_at": True},
        {"occupant_jid": "a", "joined_at": 1e300},
        {"occupant_jid": "a", "joined_at": -5},
        {"occupant_jid": {"a": 1}, "joined_at": 1795596900},
    ],
    ids=str,
)
def test_an_occupant_that_makes_no_sense_makes_no_stay(client, occupant):
    room = room_called("salle", meeting_in(-10))

    post_events(
        client,
        [("occupant/joined", {"room_name": "salle", "room_jid": "salle@c", "occupant": occupant})],
    )
    rooms.settle(room)

    assert not room.stays.exists()


def test_a_departure_before_its_arrival_is_a_stay_of_no_length(client):
    meeting = meeting_in(-10)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())

    post_events(client, [left("salle", "a@x/1", began + 3, began)])
    rooms.settle(room)

    stay = room.stays.get()
    assert stay.left_at == stay.joined_at
    assert queries.stays_in(meeting) == []


def test_other_ways_to_ask_are_refused(client):
    assert client.get("/live/events/room/created").status_code == 405
    assert post_event(client, "room/exploded", {}).status_code == 400


def test_raw_events_go_after_thirty_days_by_the_register_alone(client):
    meeting = meeting_in(-120, minutes=60)
    room = room_called("salle", meeting)
    began = int(meeting.starts_at.timestamp())
    post_events(client, [left("salle", "a@x/1", began, began + 60, subject="emma")])
    rooms.settle(room)
    before, after = (timezone.now() + datetime.timedelta(days=days) for days in (29, 31))

    erasing.erase_what_is_over(before)
    rooms.tidy(after)
    assert RoomEvent.objects.count() == 1
    erasing.erase_what_is_over(after)

    assert RoomEvent.objects.count() == 0


def test_the_copies_of_the_captures_are_whole():
    assert (
        len(SEQUENCES)
        == len(list((Path(__file__).parents[1] / "data" / "jitsi").glob("*.json"))) - 2
    )
    for name in SEQUENCES:  # presence is expected where an event was accepted, and only there
        accepted = any(event["accepted"] for event in captured(name)["events"])
        assert bool(captured(name)["expected"]) is accepted, name
