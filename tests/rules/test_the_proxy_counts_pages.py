"""Limits and logs of `deploy/nginx.conf`, asked of an nginx with a certificate of its own."""

import http.client
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from cms.guidance.services.uploads import DOCUMENT_BYTES
from continuity.equipment.rules.photos import MOST_PHOTOS
from continuity.handins.values import MOST_PARTS
from continuity.writing.services import MOST, MOST_MEGABYTES
from courses.documents.values import PHOTO_BYTES
from training.values import MATERIAL_MEGABYTES, MEGABYTE

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("nginx", "openssl", "curl"))),
    reason="needs nginx, openssl and curl; .ci/run installs them",
)
LOGS = ("access.log", "error.log", "http.log")
EXAMPLE = settings.BASE_DIR / "deploy" / "nginx.conf"
# Forms with files: a path or a name of an address, and megabytes that pass.
LARGE = {
    "/fr/homework/x/hand-in/": 499,
    "/uploads/x/": 59,
    "/fr/equipment/loans/x/photos/": 109,
    "/admin/documents/multiple/add/": 59,
    "training:session_material": 59,
    "continuity:new_homework": 499,
    "continuity:new_lesson": 499,
    "continuity:edit_lesson": 499,
    "continuity:timetable_files": 59,
    "continuity:desk_code": 59,
}


def address_of(name: str) -> str:
    return name if name.startswith("/") else reverse(name, args=["x"])


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@dataclass
class Proxy:
    tls: http.client.HTTPSConnection
    plain: http.client.HTTPConnection
    folder: Path

    def ask(self, cookies: list[str], address: str = "/fr/", method: str = "GET") -> Counter[int]:
        """Ask for the page with each of the cookies, and count answers by status."""
        return Counter(
            self.answer(method, address, {"Cookie": f"sessionid={cookie}"})[0] for cookie in cookies
        )

    def answer(self, method: str, address: str, headers: dict[str, str]) -> tuple[int, str]:
        self.tls.request(method, address, headers=headers)
        answer = self.tls.getresponse()
        return answer.status, answer.read().decode()

    def begin_bodies(
        self, of: list[tuple[str, str, str]], size: int = 40_000_000
    ) -> list[http.client.HTTPSConnection]:
        """Requests by method, address and session whose bodies don't come."""
        context = ssl.create_default_context(cafile=self.folder / "certificate")
        lines = []
        for method, address, session in of:
            line = http.client.HTTPSConnection("localhost", self.tls.port, context=context)
            line.putrequest(method, address)
            line.putheader("Cookie", f"sessionid={session}")
            line.putheader("Content-Length", str(size))
            line.endheaders()
            lines.append(line)
        time.sleep(0.5)
        return lines

    def send_without_length(self, method: str, address: str, megabytes: int) -> tuple[str, str]:
        """Status and answer over HTTP/2, where a body comes without a word in the head."""
        done = subprocess.run(
            [
                "curl", "--silent", "--http2", "--cacert", self.folder / "certificate",
                "--request", method, "--upload-file", "-", "--write-out", "\n%{http_version} %{http_code}",
                f"https://localhost:{self.tls.port}{address}",
            ],
            input=bytes(megabytes * 1_000_000),
            capture_output=True,
            check=False,
        )  # fmt: skip
        words, _, status = done.stdout.decode().rpartition("\n")
        return status, words

    def logged(self) -> str:
        return "".join((self.folder / name).read_text() for name in LOGS)


@pytest.fixture
def smaller():
    """Limits of the example that a story makes smaller, so that it needs fewer requests or less time."""
    return {}


@pytest.fixture
def proxy(tmp_path, smaller):
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost",
            "-keyout", tmp_path / "key", "-out", tmp_path / "certificate",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    port, plain_port, node = free_port(), free_port(), tmp_path / "node"
    site = EXAMPLE.read_text()
    for old, new in {
        "server 127.0.0.1:8000": f"server unix:{node}",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/ssl/passerelle/fullchain.pem": tmp_path / "certificate",
        "/etc/ssl/passerelle/key.pem": tmp_path / "key",
        "/var/log/nginx/passerelle.log": tmp_path / "access.log",
        "/var/log/nginx/error.log": tmp_path / "error.log",
        **smaller,
    }.items():
        assert old in site
        site = site.replace(old, str(new))
    temp = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    answering = (
        f"server {{ listen unix:{node}; access_log off; client_max_body_size 0; location / {{ return 200 $http_host; }}"
        " location ~ /login/link/ { return 444; } }"  # as a node that is away
    )
    (tmp_path / "site.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; events {{ worker_connections 2048; }}"
        # As Debian's nginx.conf, which logs what a site doesn't switch off.
        f" http {{ {temp} access_log {tmp_path}/http.log; keepalive_requests 100000;"
        f" {answering} include {tmp_path}/site.conf; }}"
    )
    words = ["-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"]
    process = subprocess.Popen([shutil.which("nginx"), *map(str, words)])
    connection = http.client.HTTPSConnection(
        "localhost", port, context=ssl.create_default_context(cafile=tmp_path / "certificate")
    )
    for _ in range(200):
        try:
            connection.connect()
            break
        except OSError:
            time.sleep(0.05)

    plain = http.client.HTTPConnection("127.0.0.1", plain_port)
    yield Proxy(connection, plain, tmp_path)
    plain.close()
    connection.close()
    process.terminate()
    process.wait()


def test_six_hundred_students_of_one_address_open_a_page_at_once(proxy):
    assert proxy.ask([secrets.token_hex(16) for _ in range(600)]) == {200: 600}


# Pages, and a page at an address that takes large bodies: it has a location of its own.
PAGES = pytest.mark.parametrize("page", ["/fr/", "/fr/homework/x/"])


@PAGES
def test_a_new_session_for_each_request_walks_past_no_limit(proxy, page):
    began = time.monotonic()

    counted = proxy.ask([secrets.token_hex(16) for _ in range(1500)], page)

    seconds = time.monotonic() - began
    assert counted[200] <= 601 + 200 * seconds + 1
    if seconds < 4:  # else the limit itself lets all of them through
        assert counted.get(429, 0) > 0


@PAGES
def test_visitors_of_one_address_are_slowed_down_after_a_burst(proxy, page):
    began = time.monotonic()

    counted = proxy.ask([""] * 800, page)

    seconds = time.monotonic() - began
    assert counted[200] <= 301 + 100 * seconds + 1
    if seconds < 4:  # else the limit itself lets all of them through
        assert counted.get(429, 0) > 0


def test_one_session_is_slowed_down_after_a_burst(proxy):
    counted = proxy.ask(["one"] * 100)

    assert counted[429] > 0


def test_pages_of_homework_are_counted_and_photos_that_follow_each_other_are_not(proxy):
    assert proxy.ask(["one"] * 100, "/fr/homework/x/")[429] > 0
    assert proxy.ask(["two"] * 100, "/fr/homework/x/", "POST") == {200: 100}
    assert proxy.ask(["two"] * 100, "/uploads/x/", "POST") == {200: 100}


@pytest.mark.parametrize("address", ["/media/images/x.jpg", "/static/x.css", "/uploads/x/"])
def test_files_that_the_application_gives_out_have_a_limit_by_address(proxy, address):
    began = time.monotonic()

    counted = proxy.ask(["one"] * 4000, address)

    seconds = time.monotonic() - began
    assert counted[200] <= 2001 + 300 * seconds + 1
    if seconds < 5:  # else the limit itself lets all of them through
        assert counted[429] > 0


def test_health_is_asked_once_a_second_and_a_balancer_as_often_as_it_wants(proxy):
    assert proxy.ask([""] * 20, "/health/")[429] > 0
    assert proxy.ask([""] * 20, "/health/jobs/")[429] > 0
    assert proxy.ask([""] * 20, "/health/live/") == {200: 20}


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "PROPFIND"])
def test_one_session_sends_eight_bodies_of_work_at_once(proxy, method):
    """Each waits in a file of nginx until it is whole."""
    # given eight that have begun and don't go on
    lines = proxy.begin_bodies([(method, "/fr/homework/x/", "one")] * 8)

    # when the ninth comes, from it and from somebody else
    statuses = [
        proxy.ask([session], "/fr/homework/x/", "POST") for session in ("one", "somebody else")
    ]

    # then it alone is refused, and its pages go on
    assert statuses == [{429: 1}, {200: 1}]
    assert proxy.ask(["one"]) == {200: 1}
    for line in lines:
        line.close()


def test_one_address_sends_three_hundred_large_bodies_at_once(proxy):
    # given as many from sessions that somebody made up, spread over all forms with files
    addresses = [address_of(name) for name in LARGE]
    lines = proxy.begin_bodies(
        [("POST", addresses[one % len(addresses)], str(one)) for one in range(300)]
    )

    # when one more comes to each of them
    work = [proxy.ask(["new"], address, "POST") for address in addresses]

    # then forms without files go on, and so do pages at these addresses
    assert work == [{429: 1}] * len(addresses)
    assert proxy.ask(["new"], "/fr/", "POST") == {200: 1}
    assert [proxy.ask(["new"], address) for address in addresses] == [{200: 1}] * len(addresses)
    for line in lines:
        line.close()


def test_each_location_that_takes_more_has_all_limits():
    """`limit_conn` isn't inherited by a location that has one of its own."""
    text = EXAMPLE.read_text()
    usual = int(re.search(r"^    client_max_body_size (\d+)m;", text, re.MULTILINE)[1])
    blocks = re.findall(
        r"^ +location [^\n]* \{\n(?:[^{}]|\{ return 418; \})*\}", text, re.MULTILINE
    )
    large = [
        block
        for block in blocks
        if (size := re.search(r"client_max_body_size (\d+)m;", block)) and int(size[1]) > usual
    ]

    assert len(large) == len(re.findall(r"client_max_body_size (?!3m|1k)", text)) == 3
    for block in large:
        assert "if ($is_question) { return 418; }" in block
        assert re.findall(r"limit_conn (\w+)", block) == [
            "requests",
            "body_sessions",
            "body_addresses",
        ]


@pytest.mark.parametrize("smaller", [{"limit_conn requests 1500;": "limit_conn requests 200;"}])
@pytest.mark.parametrize("address", ["/fr/", "/fr/homework/x/", "/static/none", "/health/live/"])
def test_one_address_has_so_many_requests_at_once(proxy, address):
    lines = proxy.begin_bodies(
        [("POST", address, str(session)) for session in range(200)], size=2_000_000
    )

    assert proxy.ask(["new"], address) == {429: 1}
    for line in lines:
        line.close()


@pytest.mark.parametrize("smaller", [{"client_body_timeout 15s;": "client_body_timeout 1s;"}])
def test_a_body_that_stops_is_given_up(proxy):
    lines = proxy.begin_bodies([("POST", "/fr/homework/x/", str(one)) for one in range(8)])

    for line in lines:
        line.sock.settimeout(10)
        line.sock.sendall(b"x")
    ended = [line.sock.recv(100).partition(b"\r\n")[0] for line in lines]

    assert ended == [b""] * 8  # closed


def test_a_question_over_http_2_brings_no_large_body(proxy):
    """40 MB of a GET lay in files of nginx, uncounted, and reached a node."""
    addresses = [address_of(name) for name in LARGE]

    got = [proxy.send_without_length("GET", address, 4) for address in addresses]

    assert {status for status, _ in got} == {"2 413"}
    assert all("trop lourd" in words for _, words in got)
    assert proxy.send_without_length("POST", addresses[0], 4)[0] == "2 200"


@pytest.mark.parametrize(
    ("address", "megabytes"),
    [*LARGE.items(), ("/fr/login/", 2), ("/fr/equipment/x/photos/", 2)],
)
def test_a_body_is_as_large_as_the_form_at_its_address_needs(proxy, address, megabytes):
    address = address_of(address)

    def status(size: int) -> int:
        proxy.tls.putrequest("POST", address)
        proxy.tls.putheader("Content-Length", str(size * 1024 * 1024))
        proxy.tls.endheaders()
        proxy.tls.sock.settimeout(0.5)
        try:
            return proxy.tls.getresponse().status
        except TimeoutError:  # nginx waits for the body
            return 100
        finally:
            proxy.tls.close()

    assert (status(megabytes), status(megabytes + 2)) == (100, 413)


@pytest.mark.parametrize("header", [{"Content-Length": "9"}, {"Transfer-Encoding": "chunked"}])
def test_a_question_that_brings_a_body_is_refused(proxy, header):
    assert proxy.answer("GET", "/fr/homework/x/", header)[0] == 400
    assert proxy.answer("GET", "/fr/homework/x/", {"Content-Length": "0"})[0] == 200


# The most that each form with files takes, in bytes. Timetables (20 MiB together), rosters and tables
# take less than one photo; the archive of a whole académie comes by a folder, not by a form.
LARGEST_FORMS = {
    "continuity:hand_in": MOST_PARTS * PHOTO_BYTES,
    "continuity:homework_files": MOST * MOST_MEGABYTES * MEGABYTE,
    "continuity:new_homework": MOST * MOST_MEGABYTES * MEGABYTE,
    "continuity:new_lesson": MOST * MOST_MEGABYTES * MEGABYTE,
    "continuity:edit_lesson": MOST * MOST_MEGABYTES * MEGABYTE,
    "continuity_open:add_photo": PHOTO_BYTES,
    "continuity:loan_photos": MOST_PHOTOS * PHOTO_BYTES,
    "continuity:desk_code": PHOTO_BYTES,
    "training:session_material": MATERIAL_MEGABYTES * MEGABYTE,
    "wagtaildocs:add": DOCUMENT_BYTES,
    "people:import_people": 1_000_000,
}
REST_OF_A_FORM = 1_000_000  # a text, names of files, marks between parts


def first_line(proxy, address: str, size: int) -> str:
    """What nginx says to a form of that size before any of it is sent: to go on, or that it won't."""
    context = ssl.create_default_context(cafile=proxy.folder / "certificate")
    with (
        socket.create_connection(("localhost", proxy.tls.port), timeout=10) as line,
        context.wrap_socket(line, server_hostname="localhost") as tls,
    ):
        head = f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
        tls.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
        return tls.recv(100).decode().partition("\r\n")[0]


@pytest.mark.parametrize("name", LARGEST_FORMS)
def test_a_form_as_large_as_its_page_takes_is_let_through(proxy, name):
    kwargs = {} if name in ("wagtaildocs:add", "people:import_people") else {"public_id": "abc"}

    said = first_line(proxy, reverse(name, kwargs=kwargs), LARGEST_FORMS[name] + REST_OF_A_FORM)

    assert said == "HTTP/1.1 100 Continue"


@pytest.mark.parametrize("address", ["/fr/help/", *LARGE])
def test_a_form_that_is_too_large_reads_what_may_be_sent_in_both_languages(proxy, address):
    limits = set(re.findall(r"client_max_body_size (\d+)m;", EXAMPLE.read_text()))

    proxy.tls.request("POST", address_of(address), headers={"Content-Length": "61000000000"})
    answer = proxy.tls.getresponse()
    words = answer.read().decode().replace("\xa0", " ")

    assert (answer.status, answer.headers["Content-Type"]) == (413, "text/plain; charset=utf-8")
    assert set(re.findall(r"(\d+) Mo", words)) == limits
    assert set(re.findall(r"(\d+) MB", words)) == limits
    assert "envoyez moins de fichiers" in words


def test_no_log_has_an_address_that_opens_something_or_who_came(proxy):
    # given feeds and links over plain HTTP, a node away, a limit
    redirected = []
    for address in ("/feeds/week/SECRET-feed.ics?x=1", "/fr/password/MQ/SECRET-reset/"):
        proxy.plain.request("GET", address)
        answer = proxy.plain.getresponse()
        answer.read()
        redirected.append(answer.status)

    # when they are asked for
    away = proxy.answer("GET", "/fr/login/link/abc/SECRET-login/?ticket=SECRET-ticket", {})[0]
    slower = proxy.ask(["one"] * 100, "/fr/families/link/SECRET-family/")

    # then a secret stands nowhere
    assert (redirected, away) == ([301, 301], 503)
    assert slower[429] > 0
    logged = proxy.logged()
    assert '"status":503' in logged
    assert [word for word in ("SECRET", "127.0.0.1") if word in logged] == []


def test_a_port_in_the_host_header_does_not_reach_the_application(proxy):
    """It would be part of the key of pages kept for visitors: 65,535 copies of each."""
    assert proxy.answer("GET", "/fr/", {"Host": "localhost:31337"}) == (200, "localhost")
