"""What one person comes to do, request by request.

A visit is a generator: it yields a `PageRequest` and is sent the `PageAnswer`. So the same visit
runs under Locust and in `deploy.load.calibrating`.
"""

import hashlib
import itertools
import json
import random
import re
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

CSRF = "b" * 32  # cookie and field must agree, that is all
PASSWORD = "a-password-for-load"  # noqa: S105  of people who exist in a rehearsal alone
BOUNDARY = "l-o-a-d"
WORDS = ("photo", "cours", "jitsi", "devoirs", "evaluation")


class PageAnswer(NamedTuple):
    status: int
    text: str
    location: str = ""
    session: str = ""  # the key of a session that the answer begins


@dataclass(frozen=True)
class PageRequest:
    """`kind` is the name under which it is counted. `pause` is in seconds, before it is sent."""

    kind: str
    address: str
    session: str = ""
    method: str = "GET"
    content: bytes | None = None
    content_type: str = "application/x-www-form-urlencoded"
    expected: tuple[int, ...] = (200,)
    pause: float = 0
    more_headers: dict[str, str] = field(default_factory=dict)

    def headers(self, site: str) -> dict[str, str]:
        cookies = f"csrftoken={CSRF}" + (f"; sessionid={self.session}" if self.session else "")
        sent = {"Accept-Encoding": "gzip", **self.more_headers}
        if self.session or self.method == "POST":  # a visitor without cookies gets the kept page
            sent["Cookie"] = cookies
        if self.method == "POST":
            sent |= {"X-CSRFToken": CSRF, "Referer": f"{site}/", "Content-Type": self.content_type}
        return sent


Visit = Generator[PageRequest, PageAnswer, None]


def posted(kind: str, address: str, session: str, fields: dict, **more) -> PageRequest:
    content = urlencode(fields | {"csrfmiddlewaretoken": CSRF}).encode()
    return PageRequest(kind, address, session, method="POST", content=content, **more)


def one_page(kind: str, address: str, session: str = "") -> Visit:
    yield PageRequest(kind, address, session)


def sign_in(login: str, pages: dict) -> Visit:
    yield PageRequest("login form", pages["login"])
    answer = yield posted(
        "login",
        pages["login"],
        "",
        {"username": login, "password": PASSWORD},
        expected=(302,),
        pause=5,
    )
    yield PageRequest("week", pages["week"], answer.session)


def take_the_roll(teacher: dict, pages: dict) -> Visit:
    session = teacher["session"]
    yield PageRequest("rolls", pages["rolls"], session)
    hour = {"teaching": teacher["teaching"], "starts_at": teacher["starts_at"]}
    begun = yield posted("roll begun", pages["begin_roll"], session, hour, expected=(302,), pause=3)
    shown = yield PageRequest("roll", begun.location, session)
    lines = dict.fromkeys(re.findall(r'name="(status-\w+)"', shown.text), "present")
    revision = re.search(r'name="revision" value="(\d+)"', shown.text)
    marks = lines | {"revision": revision[1] if revision else ""}
    yield posted("roll saved", f"{begun.location}save/", session, marks, expected=(302,), pause=10)


def press_enrol(address: str, session: str) -> Visit:
    yield posted("enrol", address, session, {}, expected=(302,))


def hand_in(student: dict, pages: dict, photos: list[bytes], sent_file: Path) -> Visit:
    """What the page's script sends: each photo under its key, then the whole under the form's.

    Writes a line into `sent_file` once the server has said that it has the work.
    """
    session, own = student["session"], pages["classes"][student["class"]]
    yield PageRequest("hand-in form", own["hand_in"], session)
    own_photos = [marked(photo) for photo in photos]
    for photo in own_photos:
        fields = {"key": str(uuid.uuid4()), "expected": str(len(own_photos))}
        yield form_sent("photo", own["upload"], session, fields, photo, pause=2)
    fields = {
        "receipt_key": str(uuid.uuid4()),
        "expected": str(len(own_photos)),
        "text": "",
        "hand_in": "1",
    }
    yield form_sent("handed in", own["hand_in"], session, fields, expected=(302, 201), pause=2)
    line = {
        "student": student["pk"],
        "homework": own["homework"],
        "checksums": [hashlib.sha256(photo).hexdigest() for photo in own_photos],
    }
    with open(sent_file, "a") as lines:
        lines.write(json.dumps(line) + "\n")


def marked(photo: bytes) -> bytes:
    """The photo with a comment of its own (JPEG segment COM), so that no two are the same file."""
    comment = uuid.uuid4().hex.encode()
    return photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + photo[2:]


def form_sent(
    kind: str, address: str, session: str, fields: dict, photo: bytes | None = None, **more
) -> PageRequest:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if photo is not None:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        parts.append(head.encode() + photo + b"\r\n")
    return PageRequest(
        kind,
        address,
        session,
        method="POST",
        content=b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()]),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        **more,
    )


class People:
    """Those whom `deploy.load.people` made; nobody hands the same homework in twice."""

    def __init__(self, folder: Path, rng: random.Random):
        made = json.loads((folder / "people.json").read_text())
        self.pages, self.teachers, self.rush = made["pages"], made["teachers"], made["rush"]
        self.readers = made["readers"]
        self.sent_file = folder / "sent.jsonl"
        self.used_file = folder / "used.json"
        self.photos = [path.read_bytes() for path in sorted(folder.glob("photo-*.jpg"))]
        self.schools: list[list[dict]] = made["schools"]
        self.rng = rng
        used = set(json.loads(self.used_file.read_text())) if self.used_file.exists() else set()
        everybody = [one for school in self.schools for one in school]
        self.unused = [one for one in everybody if one["pk"] not in used]
        rng.shuffle(self.unused)
        self.used = used
        # Who takes the same roll twice at once reads that it has changed (409), as they should.
        self.at_rolls = itertools.cycle(rng.sample(self.teachers, len(self.teachers)))

    def keep_used(self) -> None:
        self.used_file.write_text(json.dumps(sorted(self.used)))

    def student(self) -> dict:
        return self.rng.choice(self.rng.choice(self.schools))

    def new_hand_in(self, student: dict | None = None) -> Visit:
        if student is None or student["pk"] in self.used:
            student = next(one for one in iter(self.unused.pop, None) if one["pk"] not in self.used)
        self.used.add(student["pk"])
        return hand_in(student, self.pages, self.photos, self.sent_file)

    def page_of(self, student: dict, name: str) -> Visit:
        """`name`: week, lesson, to hand in."""
        own = self.pages["classes"][student["class"]]
        address = {"week": self.pages["week"], "to hand in": self.pages["to_hand_in"]}
        return one_page(name, address.get(name) or own["lesson"], student["session"])

    def reading(self, name: str) -> Visit:
        """What anybody of the region reads: catalogue, session, search, guidance."""
        session = self.rng.choice(self.readers)
        if name == "catalogue":
            return one_page(name, self.pages["catalogue"], session)
        if name == "training":
            return one_page(name, self.rng.choice(self.pages["trainings"]), session)
        if name == "search":
            return one_page(name, f"{self.pages['search']}?q={self.rng.choice(WORDS)}", session)
        if name == "first page":
            return one_page(name, self.pages["home"], self.rng.choice(self.teachers)["session"])
        return one_page("guidance", self.rng.choice(self.pages["guidance"]))

    def visit(self, name: str) -> Visit:
        if name in ("week", "lesson", "to hand in"):
            return self.page_of(self.student(), name)
        if name == "hand in":
            return self.new_hand_in()
        if name == "roll":
            return take_the_roll(next(self.at_rolls), self.pages)
        if name == "sign in":
            return sign_in(self.student()["login"], self.pages)
        return self.reading(name)


Plan = list[tuple[float, Visit]]  # seconds after the beginning, in order


def poisson(rng: random.Random, rate: float, seconds: float) -> Iterator[float]:
    moment = rng.expovariate(rate)
    while moment < seconds:
        yield moment
        moment += rng.expovariate(rate)


def bell(people: People, *, lycees: int, seconds: float, times: float = 1) -> Plan:
    """Each student of so many lycées asks for three pages, a third of the time apart; 20 a lycée
    hand in, 12 log in first, 40 teachers take a roll, 100 more read something else. `times` gives
    each lycée so many times as many people, for the ceiling.
    """
    rng, third = people.rng, seconds / 3
    plan: Plan = []
    for school in people.schools[:lycees]:
        for number, student in enumerate(school):
            for _ in range(int(times) + (rng.random() < times % 1)):
                at = rng.random() * third
                for turn, name in enumerate(("week", "lesson", "to hand in")):
                    plan.append((at + turn * third, people.page_of(student, name)))
            if number < 20 * times:
                plan.append((rng.random() * (seconds - 20), people.new_hand_in(student)))
            elif number < 32 * times:
                plan.append((rng.random() * seconds, sign_in(student["login"], people.pages)))
        for name, count in {"roll": 40, "catalogue": 20, "search": 20, "guidance": 60}.items():
            for _ in range(round(count * times)):
                plan.append((rng.random() * (seconds - 20), people.visit(name)))
    return sorted(plan, key=lambda planned: planned[0])


EVENING = {
    "week": 36,
    "lesson": 20,
    "to hand in": 12,
    "guidance": 10,
    "first page": 8,
    "catalogue": 5,
    "search": 5,
    "training": 3,
    "roll": 0.4,
    "hand in": 0.4,
    "sign in": 0.3,
}


def evening(people: People, *, rate: float, seconds: float) -> Plan:
    """Visits come at random, `rate` a second; what they are for, by `EVENING`."""
    names, weights = list(EVENING), list(EVENING.values())
    return [
        (moment, people.visit(people.rng.choices(names, weights)[0]))
        for moment in poisson(people.rng, rate, seconds)
    ]


def enrolment(people: People, *, rate: float, seconds: float) -> Plan:
    """Enrolment opens halfway: within twenty seconds all press, while the evening goes on."""
    presses = [
        (seconds / 2 + people.rng.random() * 20, press_enrol(people.rush["address"], session))
        for session in people.rush["sessions"]
    ]
    others = evening(people, rate=rate, seconds=seconds)
    return sorted([*others, *presses], key=lambda planned: planned[0])
