"""A request has an id that the proxy's log and ours share; lines of JSON hold nothing of people."""

import json
import logging
import sys

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from cms.middleware.requests import RequestIdMiddleware
from cms.today.values import EMAIL, JsonFormatter, request_id
from courses.live.values import TokensStayOut
from courses.people.models import Person
from tests.factories.people import TeacherFactory

NGINX = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def lines():
    """Lines of the log as they would be written, read back."""
    written = []

    class Lines(logging.Handler):
        def emit(self, record):
            written.append(json.loads(self.format(record)))

    handler = Lines()
    handler.setFormatter(JsonFormatter())
    handler.addFilter(TokensStayOut())
    root, requests = logging.getLogger(), logging.getLogger("cms.requests")
    root.addHandler(handler)
    level = requests.level
    requests.setLevel(logging.INFO)
    yield written
    requests.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize(
    ("seen", "sent", "is_believed"),
    [
        pytest.param("127.0.0.1", NGINX, True, id="nginx"),
        pytest.param("127.0.0.1", "2b1fdd3e-3a53-4a4e-9f57-5f3f3b5a7c11", True, id="HAProxy"),
        pytest.param("203.0.113.9", NGINX, False, id="not through a proxy"),
        pytest.param("127.0.0.1", "short", False, id="too short"),
        pytest.param("127.0.0.1", NGINX + '"\n{"level":', False, id="a line of its own"),
        pytest.param("127.0.0.1", "", False, id="none"),
    ],
)
def test_the_id_of_a_request_is_believed_from_a_proxy_alone(settings, rf, seen, sent, is_believed):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    during = []

    def answer(request):
        during.append(request_id.get())
        return HttpResponse()

    response = RequestIdMiddleware(answer)(rf.get("/", REMOTE_ADDR=seen, HTTP_X_REQUEST_ID=sent))

    assert (during[0] == sent) == is_believed
    assert len(during[0]) >= 32 or is_believed
    assert response.headers["X-Request-ID"] == during[0]
    assert request_id.get() == ""


def test_each_request_is_a_line_with_its_view_and_without_its_address(client, db, lines):
    teacher = TeacherFactory(login="amelie.durand")
    client.force_login(teacher)

    answer = client.get("/fr/login/", {"next": "/fr/?mail=amelie@lycee.fr"})

    line = next(line for line in lines if line["logger"] == "cms.requests")
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["view"], line["status"]) == (
        "GET",
        "people:login",
        answer.status_code,
    )
    assert "amelie" not in json.dumps(line)
    assert sorted(line) == [
        "level", "logger", "message", "method", "ms", "request", "status", "time", "view",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "status"), [("/fr/nowhere/", 404), ("/health/jobs/", 503)], ids=["404", "503"]
)
def test_djangos_line_of_an_answer_has_the_id_of_its_request(client, db, lines, address, status):
    """Django writes it when all middleware is through."""
    answer = client.get(address)

    assert answer.status_code == status
    [line] = [line for line in lines if line["logger"] == "django.request"]
    assert line["request"] == answer.headers["X-Request-ID"]


def test_an_error_is_logged_with_its_place_and_without_its_words(db, lines):
    TeacherFactory(login="amelie.durand")

    try:
        with transaction.atomic():
            Person.objects.bulk_create([Person(login="amelie.durand")])
    except IntegrityError:
        logging.getLogger("courses.test").exception("letter 7 can't be written")

    [line] = [line for line in lines if line["logger"] == "courses.test"]
    assert line["error"] == "django.db.utils.IntegrityError"
    assert line["frames"][0].startswith("tests/journeys/test_a_request_is_found_in_the_log.py:")
    assert line["cause"].endswith(("UniqueViolation", "sqlite3.IntegrityError"))
    assert "amelie" not in json.dumps(line)


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("letter 7: refused <amelie@lycee.fr>", "letter 7: refused <(email)>"),
        ("letter 7: refused <aoife.o'neill@lycee.fr>", "letter 7: refused <(email)>"),
        ("refused <amelie@intranet>, amelie%40lycee.fr", "refused <(email)>, (email)"),
        ("asked from 203.0.113.9.", "asked from (address)."),
        ("asked from 2001:db8::7", "asked from (address)"),
        ("at 12:00:05, version 6.1.3", "at 12:00:05, version 6.1.3"),
        ("Not Found: /fr/search/?q=amelie", "Not Found: /fr/search/?(left out)"),
        ("Not Found: /feeds/week/abcdef/", "Not Found: /feeds/week/(left out)/"),
        ("Really? Yes", "Really? Yes"),
    ],
)
def test_a_line_holds_no_address_and_no_query(lines, message, written):
    logging.getLogger("courses.test").warning(message)

    assert [line["message"] for line in lines] == [written]


def test_before_at_no_more_than_an_address_has_is_looked_at():
    """Without an end, a page that isn't there with a long name would hold a worker (RFC 5321)."""
    found = EMAIL.search("a" * 4_000 + "@lycee.fr")

    assert found[0] == "a" * 64 + "@lycee.fr"


def test_the_log_says_from_where_passwords_are_tried(lines):
    logging.getLogger("courses.people.services.logins").warning(
        "Wrong passwords for %s accounts within an hour from %s", 100, "203.0.113.9"
    )

    assert lines[0]["message"].endswith("from 203.0.113.9")
    assert lines[0]["level"] == "WARNING"
    assert "courses.people.services.logins" in sys.modules  # the logger is called after its module


def test_the_tick_reports_in_lines_of_the_log(db, settings, lines, capsys):
    settings.LOG_IS_JSON = True

    call_command("tick")

    assert capsys.readouterr().out == ""
    reports = [line for line in lines if line["logger"] == "cms.management.commands.tick"]
    assert {line["level"] for line in reports} == {"INFO"}
    assert any("heal_the_outbox: " in line["message"] for line in reports)
