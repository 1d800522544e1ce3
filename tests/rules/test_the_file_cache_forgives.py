"""Without Redis pages are kept in files: a full disk or a folder of somebody else's takes no page away."""

import contextlib
import pickle
import resource

import pytest
from django.core.cache import caches

from courses.digest import services as digest
from courses.digest.gateways.files import ForgivingFileBasedCache
from tests.factories.guidance import guidance_page

BACKEND = "courses.digest.gateways.files.ForgivingFileBasedCache"


@contextlib.contextmanager
def no_room():
    """This process may write no byte into a file (setrlimit): EFBIG, as ENOSPC an `OSError`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(autouse=True)
def _heard():
    ForgivingFileBasedCache.pause_ends = 0.0


@pytest.fixture
def shut(tmp_path):
    """A folder that can't be made: its parent is a file."""
    (tmp_path / "var").write_text("")
    return tmp_path / "var" / "cache"


def test_a_folder_that_cannot_be_used_is_an_empty_cache_and_one_line_of_the_log(shut, caplog):
    cache = ForgivingFileBasedCache(shut, {})

    cache.set("page", "Home")
    cache.set_many({"page": "Home"})
    cache.delete_many(["page"])

    assert cache.get("page", "nothing") == "nothing"
    assert cache.get_many(["page"]) == {}
    assert cache.get_or_set("page", "made anew") == "made anew"
    assert [cache.touch("page"), cache.delete("page"), cache.has_key("page")] == [False] * 3
    assert [record.message[:36] for record in caplog.records] == [
        "The cache of pages could not be used"
    ]


def test_a_value_that_finds_no_room_takes_the_old_one_away(tmp_path):
    cache = ForgivingFileBasedCache(tmp_path, {})
    cache.set("version", "old")

    with no_room():
        cache.set("version", "new")
        assert cache.get_or_set("page", "made anew") == "made anew"

    assert cache.get("version") is None
    assert list(tmp_path.iterdir()) == []


class OfThisRelease:
    """A class that the next release doesn't have."""


def of_another_release(_entry, monkeypatch):
    monkeypatch.delattr(f"{__name__}.OfThisRelease")


UNREADABLE = {
    "empty": lambda entry, _patch: entry.write_bytes(b""),
    "cut in its time of expiry": lambda entry, _patch: entry.write_bytes(entry.read_bytes()[:8]),
    "cut in its value": lambda entry, _patch: entry.write_bytes(entry.read_bytes()[:-1]),
    "zeros": lambda entry, _patch: entry.write_bytes(bytes(4_096)),
    "another release's": of_another_release,
}


@pytest.mark.parametrize("spoil", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize(
    "ask",
    [
        lambda cache: cache.get("page", "nothing") == "nothing",
        lambda cache: cache.get_many(["page"]) == {},
        lambda cache: not cache.has_key("page"),
        lambda cache: not cache.touch("page", 60),
        lambda cache: cache.add("page", "made anew"),
    ],
    ids=["get", "get_many", "has_key", "touch", "add"],
)
def test_a_file_that_cannot_be_read_is_missing_and_is_written_anew(
    ask, spoil, tmp_path, monkeypatch
):
    """After a power failure an entry may be shorter than it was written."""
    cache = ForgivingFileBasedCache(tmp_path, {})
    cache.set("page", OfThisRelease(), 60)
    [entry] = tmp_path.iterdir()
    spoil(entry, monkeypatch)

    assert ask(cache)
    assert cache.get_or_set("page", "made anew") == "made anew"
    assert cache.get("page") == "made anew"


def test_a_value_that_no_file_can_hold_is_an_error_of_ours(tmp_path):
    """Not taken for an entry that can't be read."""
    cache = ForgivingFileBasedCache(tmp_path, {})

    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        cache.set("page", lambda: "not a value")


@pytest.mark.django_db
def test_pages_are_shown_without_their_cache(client, settings, shut):
    page = guidance_page()
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": BACKEND, "LOCATION": shut}}

    shown = [client.get(address).status_code for address in (page.url, "/fr/trainings/")]

    assert isinstance(caches["pages"], ForgivingFileBasedCache)
    assert shown == [200, 200]


@pytest.mark.django_db
def test_what_has_changed_is_not_shown_as_it_was_while_the_disk_is_full(
    client, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": BACKEND, "LOCATION": tmp_path}}
    before = digest.version()

    with no_room(), django_capture_on_commit_callbacks(execute=True):
        digest.tell("page:1")

    assert digest.version() != before
