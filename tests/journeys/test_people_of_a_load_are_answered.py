"""The visits of `deploy.load` are those that pages expect: a load of refused forms measures nothing."""

import io
import json
import random

import pytest
from django.test import Client
from PIL import Image

from deploy.load import handed_in, people, visits
from tests.factories.people import SubjectFactory

# A Wednesday: rolls are begun on days with lessons.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.fixture
def folder(tmp_path):
    """People of a small lycée, as `deploy.load` writes them."""
    SubjectFactory()
    pages = people.addresses() | {"guidance": ["/fr/"], "trainings": []}
    students, teachers = people.lycee(pages["classes"], number_of_classes=2, students_each=2)
    made = {"pages": pages, "schools": [students], "teachers": teachers, "rush": {}}
    made["readers"] = [teachers[0]["session"]]
    (tmp_path / "people.json").write_text(json.dumps(made))
    (tmp_path / "sent.jsonl").touch()
    picture = io.BytesIO()
    Image.effect_noise((300, 400), 90).convert("RGB").save(picture, "JPEG")
    for number in range(2):
        (tmp_path / f"photo-{number}.jpg").write_bytes(picture.getvalue())
    return tmp_path


def walked(visit: visits.Visit) -> list[tuple[str, int]]:
    """Each request with the status of its answer, as a browser gets it."""
    client, found, answer = Client(), [], None
    while True:
        try:
            asked = visit.send(answer)
        except StopIteration:
            return found
        client.cookies.clear()
        client.cookies["csrftoken"] = visits.CSRF
        if asked.session:
            client.cookies["sessionid"] = asked.session
        headers = asked.headers("https://testserver")
        got = client.generic(
            asked.method,
            asked.address,
            asked.content or b"",
            content_type=headers.pop("Content-Type", ""),
            headers={
                name: headers[name] for name in headers.keys() - {"Cookie", "Accept-Encoding"}
            },
            secure=True,
        )
        found.append((asked.kind, got.status_code))
        begun = got.cookies["sessionid"].value if "sessionid" in got.cookies else ""
        answer = visits.PageAnswer(
            got.status_code, got.text, got.headers.get("Location", ""), begun
        )


@pytest.mark.parametrize(
    ("name", "answers"),
    {
        "week": [("week", 200)],
        "lesson": [("lesson", 200)],
        "to hand in": [("to hand in", 200)],
        "roll": [("rolls", 200), ("roll begun", 302), ("roll", 200), ("roll saved", 302)],
        "sign in": [("login form", 200), ("login", 302), ("week", 200)],
        "catalogue": [("catalogue", 200)],
        "search": [("search", 200)],
        "first page": [("first page", 200)],
    }.items(),
)
def test_each_request_of_a_visit_is_answered_as_it_expects(name, answers, folder):
    somebody = visits.People(folder, random.Random(1))

    assert walked(somebody.visit(name)) == answers


def test_a_hand_in_is_found_again_with_its_checksums(folder):
    somebody = visits.People(folder, random.Random(1))

    answers = walked(somebody.visit("hand in"))

    assert answers == [
        ("hand-in form", 200),
        ("photo", 200),
        ("photo", 200),
        ("handed in", 302),
    ]
    assert handed_in.check(str(folder)) == {"sent": 1, "files": 2, "wrong": []}


def test_a_hand_in_with_another_checksum_is_told(folder):
    somebody = visits.People(folder, random.Random(1))
    walked(somebody.visit("hand in"))
    line = json.loads((folder / "sent.jsonl").read_text())
    line["checksums"][0] = "0" * 64
    (folder / "sent.jsonl").write_text(json.dumps(line))

    assert handed_in.check(str(folder))["wrong"] == [
        f"student {line['student']}: 1 hand-ins, 2 photos"
    ]


def test_nobody_hands_in_twice_also_in_the_next_load(folder):
    first = visits.People(folder, random.Random(1))
    list(map(walked, [first.visit("hand in") for _ in range(3)]))
    first.keep_used()

    walked(visits.People(folder, random.Random(1)).visit("hand in"))

    assert handed_in.check(str(folder)) == {"sent": 4, "files": 8, "wrong": []}


def test_a_bell_has_three_pages_of_each_student_within_its_time(folder):
    somebody = visits.People(folder, random.Random(1))

    plan = visits.bell(somebody, lycees=1, seconds=300)
    asked = [next(visit).kind for _at, visit in plan]

    assert [asked.count(kind) for kind in ("lesson", "to hand in", "rolls")] == [4, 4, 40]
    assert sorted(at for at, _visit in plan) == [at for at, _visit in plan]
    assert 0 <= plan[0][0] <= plan[-1][0] < 300
