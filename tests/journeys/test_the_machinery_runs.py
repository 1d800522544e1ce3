"""What keeps the site going: the minute tick, the health page, the error pages."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail import hooks

from cms.management.locks import TICK, only_one
from courses.digest.enums import Hook

pytestmark = pytest.mark.django_db


def tick() -> tuple[str, str]:
    said, complained = StringIO(), StringIO()
    call_command("tick", stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def test_a_sweep_that_fails_leaves_the_others_alone_and_is_logged(caplog):
    def breaks(now):
        raise ZeroDivisionError

    def sweeps(now):
        return "3 swept"

    with hooks.register_temporarily(Hook.TICK, breaks), hooks.register_temporarily(Hook.TICK, sweeps):
        said, complained = tick()

    assert "sweeps: 3 swept" in said
    assert "breaks: failed" in complained
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_ticks_do_not_overlap(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    if connection.vendor == "postgresql":
        # The lock belongs to a connection: the same one would get it again.
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [TICK])
        said, _complained = tick()
        other.close()
    else:
        with only_one("tick", TICK):
            said, _complained = tick()

    assert said == "another tick is still at work\n"


def test_health_looks_at_the_database_the_cache_and_the_files_only(client):
    response = client.get("/health/", headers={"accept": "application/json"})

    assert response.status_code == 200
    assert sorted(name.split("(")[0] for name in response.json()) == ["Cache", "Database", "Storage"]


def test_an_error_of_ours_is_a_page_of_ours(client, settings):
    client.raise_request_exception = False

    def breaks(person):
        raise ZeroDivisionError

    with hooks.register_temporarily(Hook.MENU, breaks):
        response = client.get("/fr/login/")

    assert response.status_code == 500
    assert "planche" in response.text
