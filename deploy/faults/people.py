"""People at the site while a part of it fails: readers, phones that hand in, people who ask for a letter.

Each write is sent again until the site says that it has it, as a phone does (courses/js/sending.js). What
the site has said yes to is kept, to be looked for afterwards.
"""

import contextlib
import hashlib
import http.client
import io
import json
import random
import secrets
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PIL import Image

SILENCE = 30  # seconds without an answer: the phone gives up and tries again
PAUSES = (1, 3, 8)  # seconds before trying again; a phone goes on to 20 and 30
READ_EVERY = 0.4  # seconds, each of two readers
REST = 1.0  # seconds of a phone between two hand-ins


@dataclass(frozen=True)
class Answer:
    """One request: when it began and ended (monotonic), and its status; 0 if none came."""

    began: float
    ended: float
    status: int
    has_time: bool = False  # Retry-After
    body: bytes = b""

    @property
    def is_error(self) -> bool:
        return self.status == 0 or self.status >= 500

    @property
    def kind(self) -> str:
        if not self.status:
            return "no answer"
        return f"{self.status} with a time" if self.has_time else str(self.status)


def through_tls(port: int) -> http.client.HTTPConnection:
    context = ssl._create_unverified_context()  # noqa: S323  the shape's is signed by itself
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=SILENCE, context=context)


class Browser:
    """Asks through the proxy; `session` is the cookie of a login, or empty."""

    connect = staticmethod(through_tls)

    def __init__(self, port: int, session: str = ""):
        self.port = port
        self.csrf = secrets.token_hex(16)
        self.cookies = f"csrftoken={self.csrf}" + (f"; sessionid={session}" if session else "")
        self.line: http.client.HTTPConnection | None = None

    def ask(self, address: str, body: bytes | None = None, kind: str = "") -> Answer:
        began = time.monotonic()
        headers = {"Cookie": self.cookies, "Host": f"localhost:{self.port}"}
        if body is not None:
            headers |= {
                "Content-Type": kind,
                "Accept": "application/json",
                "X-CSRFToken": self.csrf,
                "Referer": f"https://localhost:{self.port}/",
            }
        try:
            self.line = self.line or self.connect(self.port)
            self.line.request("POST" if body is not None else "GET", address, body, headers)
            response = self.line.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return Answer(began, time.monotonic(), 0)
        has_time = response.getheader("Retry-After") is not None
        return Answer(began, time.monotonic(), response.status, has_time, content)

    def hang_up(self) -> None:
        if self.line:
            self.line.close()
        self.line = None


@dataclass
class Seen:
    """What the people of one fault saw, and what they were told is done."""

    reads: list[Answer] = field(default_factory=list)
    writes: list[Answer] = field(default_factory=list)
    handins: list[dict] = field(default_factory=list)
    letters: list[dict] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)  # what never landed, or was refused


def photo(number: int, *, heavy: bool = False) -> bytes:
    """A JPEG of its own for each number: some ten kilobytes, or three megabytes."""
    draw = random.Random(number)  # noqa: S311
    small = Image.frombytes("RGB", (18, 24), bytes(draw.randrange(256) for _ in range(18 * 24 * 3)))
    out = io.BytesIO()
    if heavy:
        grain = Image.effect_noise((1800, 2400), 90).convert("RGB")
        Image.blend(small.resize(grain.size), grain, 0.5).save(out, "JPEG", quality=93)
    else:
        small.resize((900, 1200)).save(out, "JPEG", quality=70)
    return out.getvalue()


def multipart(fields: dict[str, str], file: bytes = b"") -> tuple[bytes, str]:
    edge = secrets.token_hex(12)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file:
        head = 'Content-Disposition: form-data; name="photo"; filename="photo"\r\nContent-Type: image/jpeg'
        parts.append(f"--{edge}\r\n{head}\r\n\r\n".encode() + file + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Crowd:
    """Two readers, two phones and one who asks for letters, until `leave` is called."""

    def __init__(
        self,
        port: int,
        places: list[dict],
        addresses: list[str],
        *,
        phones: int = 2,
        heavy: bool = False,
    ):
        self.port = port
        self.heavy = heavy
        self.sending = 0  # parcels on their way, answer not there yet
        self.seen = Seen()
        self.places, self.addresses = iter(places), iter(addresses)
        self.lock, self.number = threading.Lock(), secrets.randbits(40)
        self.left = threading.Event()  # nothing new is begun
        self.closed = threading.Event()  # and nothing is tried again
        self.reader_session = places[0]["session"]
        whats = [self.read_as_visitor, self.read_the_week, self.ask_for_letters]
        whats += [self.use_a_phone] * phones
        self.threads = [threading.Thread(target=what, daemon=True) for what in whats]

    def come(self) -> None:
        for thread in self.threads:
            thread.start()

    def leave(self, patience: float) -> None:
        """Nothing new is begun; what was begun has `patience` seconds to land."""
        self.left.set()
        end = time.monotonic() + patience
        for thread in self.threads:
            thread.join(max(0.1, end - time.monotonic()))
        self.closed.set()
        for thread in self.threads:
            thread.join(SILENCE + 1)

    def next_of(self, what: Iterator) -> dict | str | None:
        with self.lock:
            return next(what, None)

    # Readers

    def read_as_visitor(self) -> None:
        self.read(Browser(self.port), "/fr/trainings/")

    def read_the_week(self) -> None:
        self.read(Browser(self.port, self.reader_session), "/fr/week/")

    def read(self, browser: Browser, address: str) -> None:
        while not self.left.is_set():
            self.seen.reads.append(browser.ask(address))
            self.left.wait(READ_EVERY)

    # Writers

    def use_a_phone(self) -> None:
        while not self.left.is_set() and (place := self.next_of(self.places)):
            self.hand_in(place)
            self.left.wait(REST)

    def hand_in(self, place: dict) -> None:
        browser = Browser(self.port, place["session"])
        key, receipt_key = str(uuid.uuid4()), str(uuid.uuid4())
        with self.lock:
            self.number += 1
            content = photo(self.number, heavy=self.heavy)
        text = f"Rendu {receipt_key}"
        fields = {"key": key, "language": "fr", "expected": "1", "receipt_key": receipt_key}
        parcel = multipart(fields, content)
        if not self.until_taken(browser, f"/uploads/{place['homework']}/", parcel, repeats(key)):
            return
        form = {"receipt_key": receipt_key, "replaces": "", "text": text, "expected": "1"}
        address = f"/fr/homework/{place['homework']}/hand-in/"
        if yes := self.until_taken(browser, address, multipart(form), repeats(receipt_key)):
            told = {"number": json.loads(yes.body)["number"], "text": text}
            told["checksum"] = hashlib.sha256(content).hexdigest()
            self.seen.handins.append(told)
        browser.hang_up()

    def ask_for_letters(self) -> None:
        while not self.left.is_set() and (address := self.next_of(self.addresses)):
            self.ask_for_a_letter(str(address))
            self.left.wait(3)

    def ask_for_a_letter(self, address: str) -> None:
        """The link to choose a password anew."""
        browser, parcel = Browser(self.port), multipart({"email": address})
        if self.until_taken(browser, "/fr/password/", parcel, lambda answer: answer.status == 302):
            self.seen.letters.append({"to": address})
        browser.hang_up()

    def until_taken(
        self,
        browser: Browser,
        address: str,
        parcel: tuple[bytes, str],
        is_taken: Callable[[Answer], bool],
    ) -> Answer | None:
        """Send it until the answer says yes, and return that."""
        failures = 0
        while True:
            with self.lock:
                self.sending += 1
            answer = browser.ask(address, *parcel)
            with self.lock:
                self.sending -= 1
            self.seen.writes.append(answer)
            if is_taken(answer):
                return answer
            if not answer.is_error and answer.status != 429:
                self.seen.given_up.append(f"{address}: {answer.status} {answer.body[:200]!r}")
                return None
            if self.closed.wait(PAUSES[min(failures, len(PAUSES) - 1)]):
                self.seen.given_up.append(f"{address}: never taken, last {answer.kind}")
                return None
            failures += 1


def repeats(key: str) -> Callable[[Answer], bool]:
    """A yes of ours repeats the key: a page that a network puts in its place doesn't."""

    def is_yes(answer: Answer) -> bool:
        with contextlib.suppress(ValueError):
            return answer.status < 300 and json.loads(answer.body).get("key") == key
        return False

    return is_yes


def summed(answers: list[Answer], since: float) -> dict:
    """Errors by kind, and seconds from `since` until the last of them was over."""
    errors = [answer for answer in answers if answer.is_error]
    return {
        "asked": len(answers),
        "errors": dict(Counter(answer.kind for answer in errors)),
        "seconds": round(max((answer.ended for answer in errors), default=since) - since, 1),
        "slowest": round(max((one.ended - one.began for one in answers), default=0), 1),
    }
