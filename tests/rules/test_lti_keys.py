"""The keys that sign LTI launches: which are shown, which one signs, and how another follows."""

import datetime
import stat
from io import StringIO

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command

from courses.launches import storage
from courses.launches.queries import lti_keys as keys_shown
from courses.launches.queries import signing_key
from courses.people.models import today

pytestmark = pytest.mark.at("2026-11-25T12:00")
TODAY = datetime.date(2026, 11, 25)
DAY = datetime.timedelta(days=1)


def pem(key, protection) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


UNREADABLE = {
    "no key": lambda: b"no key",
    "a password": lambda: pem(generate_private_key(65537, 2048), BestAvailableEncryption(b"word")),
    "another kind": lambda: pem(Ed25519PrivateKey.generate(), NoEncryption()),
}


@pytest.fixture
def folder(settings, tmp_path):
    settings.LTI_KEYS = str(tmp_path / "keys")
    return tmp_path / "keys"


def days(keys) -> list[int]:
    """When each begins, in days from today."""
    return [(key.begins_on - TODAY).days for key in keys]


def make(folder, *days_from_today: int) -> None:
    for number in days_from_today:
        storage.make_key(str(folder), TODAY + number * DAY)


def renew(**options) -> str:
    out = StringIO()
    call_command("renew_lti_key", stdout=out, **options)
    return out.getvalue()


def test_coming_present_and_past_key_are_shown_and_the_present_one_signs(folder):
    make(folder, 2, 0, -90, -180)

    assert days(keys_shown(TODAY)) == [2, 0, -90]
    assert days([signing_key(TODAY), signing_key(TODAY + 2 * DAY)]) == [0, 2]
    assert len({key.kid for key in keys_shown(TODAY)}) == 3


def test_a_key_is_read_by_its_owner_alone(folder):
    make(folder, 0)

    [path] = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_first_key_signs_at_once_and_the_next_is_shown_a_whole_day_before(folder):
    first, second = renew(), renew()

    assert "signs from 2026-11-25 on" in first
    assert "signs from 2026-11-27 on" in second
    assert days(keys_shown(TODAY)) == [2, 0]
    assert days([signing_key(TODAY)]) == [0]


def test_one_key_at_a_time_is_to_come(folder):
    make(folder, 0, 1)

    with pytest.raises(CommandError, match="begins on 2026-11-26 is there already"):
        renew()
    assert len(list(folder.iterdir())) == 2


def test_keys_before_the_past_one_are_deleted_with_the_next_rotation(folder):
    make(folder, -60, -30, -1)

    assert "Old keys deleted: 1." in renew()
    assert days(keys_shown(TODAY)) == [2, -1, -30]
    assert len(list(folder.iterdir())) == 3


def test_a_key_that_others_have_seen_is_followed_at_once(folder):
    make(folder, -30)

    renew(at_once=True)

    assert days([signing_key(TODAY)]) == [0]
    with pytest.raises(CommandError, match=r"2026-11-25 already\. To make another, delete"):
        renew(at_once=True)


def test_without_a_folder_the_command_says_what_to_set(settings):
    settings.LTI_KEYS = ""

    with pytest.raises(CommandError, match="PASSERELLE_LTI_KEYS"):
        renew()


@pytest.mark.parametrize("day", ["2026-11-27", "2026-11-24"], ids=["coming", "past"])
@pytest.mark.parametrize("content", ["no key", "a password", "another kind"])
def test_a_file_that_cannot_be_read_is_named_by_the_check_and_the_others_go_on(
    folder, caplog, day, content
):
    make(folder, 0)
    (folder / f"{day}.pem").write_bytes(UNREADABLE[content]())

    assert days(keys_shown(TODAY)) == days([signing_key(TODAY)]) == [0]
    assert f"The key of {day} in PASSERELLE_LTI_KEYS can’t be read (ValueError)" in caplog.text
    assert "no key" not in caplog.text
    assert [one.id for one in checks()] == ["launches.E002"]


def test_other_files_are_left_alone(folder):
    make(folder, 0)
    for name in ("2026-13-01.pem", "2026-11-24.pem.bak", "notes.txt"):
        (folder / name).write_text("no key")

    assert days(keys_shown(TODAY)) == [0]


@pytest.mark.parametrize(
    ("begin", "named"), [((), True), ((1,), True), ((0,), False)], ids=["none", "tomorrow", "today"]
)
def test_a_folder_without_a_key_for_today_is_named(folder, begin, named):
    make(folder, *begin)

    assert [one.id for one in checks()] == ["launches.E002"] * named


def test_a_key_changes_at_midnight_in_paris(folder):
    make(folder, 0, 1)

    with time_machine.travel("2026-11-25T22:59Z", tick=False):
        before = signing_key(today())
    with time_machine.travel("2026-11-25T23:01Z", tick=False):
        after = signing_key(today())

    assert days([before, after]) == [0, 1]


def checks():
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [one for one in found if one.id == "launches.E002"]
