"""The limits of pages in `deploy/nginx.conf`, asked of an nginx with a certificate of its own."""

import http.client
import secrets
import shutil
import socket
import ssl
import subprocess
import time

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")),
    reason="needs nginx; .ci/run installs it",
)
EXAMPLE = settings.BASE_DIR / "deploy" / "nginx.conf"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def proxy(tmp_path):
    """A function that asks it for pages, each with a cookie of its own, and counts answers by status."""
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost",
            "-keyout", tmp_path / "key", "-out", tmp_path / "certificate",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    port, node = free_port(), tmp_path / "node"
    site = EXAMPLE.read_text()
    for old, new in {
        "server 127.0.0.1:8000": f"server unix:{node}",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/ssl/passerelle/fullchain.pem": tmp_path / "certificate",
        "/etc/ssl/passerelle/key.pem": tmp_path / "key",
        "/var/log/nginx/passerelle.log": tmp_path / "access.log",
    }.items():
        assert old in site
        site = site.replace(old, str(new))
    temp = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    answering = f"server {{ listen unix:{node}; return 200 page; }}"
    (tmp_path / "site.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; events {{}}"
        f" http {{ {temp} keepalive_requests 100000; {answering} include {tmp_path}/site.conf; }}"
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

    def ask(cookies: list[str]) -> dict[int, int]:
        counted: dict[int, int] = {}
        for cookie in cookies:
            connection.request("GET", "/fr/", headers={"Cookie": f"sessionid={cookie}"})
            answer = connection.getresponse()
            answer.read()
            counted[answer.status] = counted.get(answer.status, 0) + 1
        return counted

    yield ask
    connection.close()
    process.terminate()
    process.wait()


def test_six_hundred_students_of_one_address_open_a_page_at_once(proxy):
    assert proxy([secrets.token_hex(16) for _ in range(600)]) == {200: 600}


def test_a_new_session_for_each_request_walks_past_no_limit(proxy):
    began = time.monotonic()

    counted = proxy([secrets.token_hex(16) for _ in range(1500)])

    seconds = time.monotonic() - began
    assert counted[200] <= 601 + 200 * seconds + 1
    if seconds < 4:  # else the limit itself lets all of them through
        assert counted.get(429, 0) > 0


def test_one_session_is_slowed_down_after_a_burst(proxy):
    counted = proxy(["one"] * 100)

    assert counted[429] > 0
