"""What `back_up` copies and for how long, and what `finish_restore` finds wrong with a restored site."""

import datetime
import json
import shutil

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from wagtail.documents import get_document_model

from cms.management import backup_reading, backups, databases, restoring
from cms.management.backup_reading import ENTRIES, BackupBroken, BackupDamaged
from cms.operations import queries
from cms.register.services import accounts
from courses.digest.gateways.redis import ForgivingRedisCache
from courses.people.models import Person
from tests.factories.backups import CONTENT
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def problems(folder):
    return restoring.finish(folder)["problems"]


def test_a_file_is_copied_once_and_stays_for_35_days_after_its_row(folder, certificate):
    now = timezone.now()
    copy = folder / "files" / "private" / certificate.file.name

    again = backups.back_up(folder)

    assert again["copied"] == 0
    assert copy.read_bytes() == CONTENT

    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    kept = [backups.back_up(folder, now=now + days * DAY)["gone"] for days in (1, 35, 36)]
    assert [list(gone) for gone in kept] == [[f"private/{certificate.file.name}"]] * 3
    assert copy.exists()

    assert backups.back_up(folder, now=now + 37 * DAY)["gone"] == {}
    assert not copy.exists()


def test_pictures_and_documents_of_pages_are_copied_too(certificate, tmp_path):
    document = get_document_model().objects.create(
        title="Guide", file=ContentFile(b"%PDF-1.7 a guide", "guide.pdf")
    )

    backups.back_up(tmp_path / "backup")

    assert (tmp_path / "backup" / "files" / "default" / document.file.name).exists()


def test_rows_are_counted_once_a_night_and_when_asked_for(folder):
    now = timezone.now()

    counted = [
        backups.back_up(folder, count=count, now=now + hours * DAY / 24)["tables"] is not None
        for hours, count in ((1, None), (2, True), (3, None), (23, None))
    ]

    assert counted == [False, True, False, True]


def test_the_list_is_one_that_sha256sum_reads(folder, certificate):
    [path] = (folder / "lists").iterdir()

    assert path.read_text() == f"{certificate.sha256}  private/{certificate.file.name}\n"


def test_a_file_that_is_gone_before_its_backup_is_named(tmp_path, certificate, settings):
    storages["private"].delete(certificate.file.name)

    with pytest.raises(CommandError):
        call_command("back_up", tmp_path / "backup")

    status = json.loads((settings.VAR_DIR / "backups.json").read_text())["last_backup"]
    assert (status["is_fine"], status["lost"], status["damaged"]) == (False, 1, 0)


def test_a_backup_that_fails_leaves_the_date_of_the_last_good_one(folder, settings):
    call_command("back_up", folder)
    good = queries.backups()
    flip_a_byte(sorted(folder.glob("manifests/*.json"))[-1])

    with pytest.raises(CommandError):
        call_command("back_up", folder)

    found = queries.backups()
    assert (found.backup_at, good.failed_at) == (good.backup_at, None)
    assert found.failed_at > good.backup_at
    [words] = found.failed_words
    assert "isn't as it was written" in words


def test_an_error_of_the_system_is_told_in_its_words(folder, settings):
    shutil.rmtree(folder)
    folder.write_text("a file where the folder was")

    with pytest.raises(CommandError, match=r"broke off.* File exists \("):
        call_command("back_up", folder)

    assert queries.backups().failed_words == ("FileExistsError: File exists",)


def test_a_damaged_copy_is_made_anew(folder, certificate):
    copy = folder / "files" / "private" / certificate.file.name
    flip_a_byte(copy)

    made = backups.back_up(folder, verify=True)

    assert made["copied"] == 1
    assert copy.read_bytes() == CONTENT


def test_files_come_back_and_the_report_is_in_order(folder, certificate):
    storages["private"].delete(certificate.file.name)

    report = restoring.finish(folder)

    assert report["is_fine"], report["problems"]
    assert report["files"] == {
        "named": 1,
        "brought_back": 1,
        "bytes": len(CONTENT),
        "checked_by_row": 1,
        "newer": 0,
        "not_copied_yet": 0,
    }
    assert storages["private"].open(certificate.file.name).read() == CONTENT


@pytest.mark.parametrize("part", ["manifests/*.json", "lists/*.sha256"], ids=["manifest", "list"])
def test_a_flipped_byte_refuses_a_manifest_and_a_list(folder, part):
    [path] = folder.glob(part)
    flip_a_byte(path)

    with pytest.raises(BackupBroken, match="isn't as it was written"):
        restoring.finish(folder)


@pytest.mark.parametrize(
    ("name", "entry"),
    [(name, ...) for name in ENTRIES] + [("moment", "2026-11-30T21:00:00"), ("tables", [])],
)
def test_a_manifest_that_was_made_by_hand_is_refused_in_a_sentence(folder, name, entry):
    [path] = folder.glob("manifests/*.json")
    entries = json.loads(path.read_text()) | {name: entry}
    made = {key: value for key, value in entries.items() if value is not ...}
    backups._write_manifest(folder, path.name, made)

    with pytest.raises(BackupDamaged, match=rf"isn't as `manage.py back_up` writes it: {name} "):
        restoring.finish(folder)


def test_a_flipped_byte_refuses_a_copy_and_names_its_row(folder, certificate):
    storages["private"].delete(certificate.file.name)
    flip_a_byte(folder / "files" / "private" / certificate.file.name)

    [problem] = problems(folder)

    assert f"training.Certificate {certificate.pk} names private/{certificate.file.name}" in problem
    assert "isn't brought back" in problem
    assert not storages["private"].exists(certificate.file.name)


def test_a_lost_file_is_named(folder, certificate):
    storages["private"].delete(certificate.file.name)
    shutil.rmtree(folder / "files")

    [problem] = problems(folder)

    assert problem.startswith(f"lost file: training.Certificate {certificate.pk} names ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 a certificatE", "other bytes than the row"),
        (b"<html>", "doesn't begin as such a file does"),
        (b"", "is empty"),
    ],
    ids=["a byte", "another kind", "empty"],
)
def test_a_stored_file_that_is_not_what_it_was_is_named(folder, certificate, content, words):
    storage = storages["private"]
    storage.delete(certificate.file.name)
    storage.save(certificate.file.name, ContentFile(content))

    [problem] = problems(folder)

    assert words in problem


@pytest.mark.parametrize("ending", ["pdf", "JPG", "png", "zip"])
def test_a_file_that_does_not_begin_as_its_name_says_is_named(tmp_path, certificate, ending):
    """It came into the backup so."""
    storage = storages["private"]
    storage.delete(certificate.file.name)
    certificate.file.save(f"one.{ending}", ContentFile(b"<html>"))
    backups.back_up(tmp_path / "backup")

    [problem] = problems(tmp_path / "backup")

    assert "doesn't begin as such a file does" in problem


def test_a_certificate_that_is_not_what_its_row_says_is_named(folder, certificate):
    type(certificate).objects.update(sha256="0" * 64)

    [problem] = problems(folder)

    assert "other bytes than the row" in problem


def test_rows_of_the_manifest_s_moment_are_compared(folder):
    moment = datetime.datetime.fromisoformat(backup_reading.read_backup(folder).manifest["moment"])
    PersonFactory()

    later = restoring.finish(folder, restored_to=moment + DAY)
    exact = restoring.finish(folder, restored_to=moment)

    [problem] = exact["problems"]
    assert problem.startswith("Table courses_person: ")
    assert list(exact["rows"]["differences"]) == ["courses_person"]
    assert (later["problems"], list(later["rows"]["differences"])) == ([], ["courses_person"])


def test_a_second_look_at_the_same_moment_repeats_what_the_first_found(folder, settings):
    """The first one erased again, so that rows differ since."""
    person = PersonFactory(given_name="Ondine")
    made = backups.back_up(folder, count=True)
    moment = datetime.datetime.fromisoformat(made["moment"])
    settings.ERASED_FILE.write_text(f"{person.public_id}\n")

    first, second = (restoring.finish(folder, restored_to=moment) for _ in range(2))

    assert (first["problems"], first["erased"]["again"]) == ([], 1)
    assert (second["problems"], second["erased"]["again"]) == ([], 0)
    assert "cms_erasedaccount" in second["rows"]["differences"]
    assert "looked at before: judged then, all agreed" in restoring.in_words(second)


def test_a_second_look_does_not_pass_what_the_first_found_different(folder):
    moment = datetime.datetime.fromisoformat(backup_reading.read_backup(folder).manifest["moment"])
    PersonFactory()

    _first, second = (restoring.finish(folder, restored_to=moment) for _ in range(2))

    [problem] = second["problems"]
    assert "Rows differed from the manifest at the first look" in problem
    assert "judged then, some differed" in restoring.in_words(second)


def test_a_first_look_at_another_moment_is_judged_by_itself(folder):
    earlier, later = (
        datetime.datetime.fromisoformat(backups.back_up(folder, count=True)["moment"])
        for _ in range(2)
    )
    PersonFactory()
    # given a look that found a difference at the earlier moment
    assert restoring.finish(folder, restored_to=earlier)["problems"]

    # when the database is restored to the later one
    problems_found = restoring.finish(folder, restored_to=later)["problems"]

    # then its tables are named, not the verdict of the other
    assert any(one.startswith("Table courses_person: ") for one in problems_found)


def test_no_manifest_is_as_old_as_the_moment(folder):
    moment = datetime.datetime.fromisoformat(backup_reading.read_backup(folder).manifest["moment"])

    assert restoring.finish(folder, restored_to=moment - DAY)["problems"] == [
        "No manifest with rows by table is as old as the restored moment."
    ]


@pytest.mark.parametrize(("key", "words"), [("x" * 64, "another"), ("", "not set")])
def test_a_key_that_is_not_the_backup_s_is_named(folder, settings, key, words):
    settings.SECOND_FACTOR_KEY = key

    [problem] = problems(folder)

    assert problem.startswith(f"PASSERELLE_SECOND_FACTOR_KEY is {words}")


def test_no_key_lies_in_a_manifest(folder, settings):
    [path] = folder.glob("manifests/*.json")

    for key in (settings.SECRET_KEY, settings.SECOND_FACTOR_KEY, settings.PSEUDONYM_KEY):
        assert key not in path.read_text()


def test_the_erased_are_erased_again_and_a_missing_list_is_named(folder, settings):
    person = PersonFactory(given_name="Ondine")
    settings.ERASED_FILE.write_text(f"{person.public_id}\n")

    report = restoring.finish(folder)

    assert report["erased"] == {"listed": 1, "again": 1}
    assert not Person.objects.filter(given_name="Ondine").exists()

    settings.ERASED_FILE.unlink()
    [problem] = problems(folder)
    assert "PASSERELLE_ERASED_FILE" in problem


def test_a_new_site_in_which_nobody_was_erased_has_an_empty_list(folder, settings):
    settings.ERASED_FILE.unlink()
    without = restoring.finish(folder, rehearsal=True)

    accounts.write_down_the_erased()
    empty = restoring.finish(folder)

    assert not without["is_fine"]
    assert "none, there is no list" in restoring.in_words(without)
    assert empty["is_fine"], empty["problems"]
    assert "none, the list is empty" in restoring.in_words(empty)


def test_a_site_that_went_back_in_time_logs_everybody_out_and_forgets_its_pages(
    folder, settings, client
):
    # A session that its owner ended after the restored moment; a page kept after it.
    settings.CACHES = settings.KEEP_PAGES
    client.force_login(PersonFactory())
    caches["pages"].set("plan-7", "another text")

    rehearsed = restoring.finish(folder)
    assert "sessions" not in rehearsed
    assert "_auth_user_id" in client.session

    restored = restoring.finish(folder, for_good=True)

    assert restored["sessions"] == 1
    assert "Sessions ended: 1." in restoring.in_words(restored)
    assert "_auth_user_id" not in client.session
    assert caches["pages"].get("plan-7") is None


def test_a_cache_of_pages_that_can_not_be_emptied_is_named(folder, settings, monkeypatch):
    monkeypatch.setattr(ForgivingRedisCache, "pause_ends", 0.0)
    settings.CACHES = settings.CACHES | {
        "pages": {
            "BACKEND": "courses.digest.gateways.redis.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }

    [problem] = restoring.finish(folder, for_good=True)["problems"]

    assert "old pages may come back" in problem


def test_a_database_of_another_release_is_refused(folder):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = '9999_later' WHERE app = 'training'")

    with pytest.raises(BackupBroken, match=r"training\.9999_later"):
        restoring.finish(folder)


def test_a_restore_into_a_folder_with_files_is_refused(folder, tmp_path):
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "letter").write_text("mine")

    with pytest.raises(CommandError, match="isn't empty"):
        call_command("restore", tmp_path / "place", backup=folder)


@pytest.mark.parametrize("at", ["2026-11-30T21:00:00", "tomorrow"], ids=["no zone", "no moment"])
def test_a_moment_to_restore_to_has_its_distance_from_utc(tmp_path, at):
    with pytest.raises(CommandError, match="distance from UTC"):
        call_command("restore", str(tmp_path / "place"), f"--at={at}", backup=tmp_path)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no archive")
def test_a_server_that_archives_nothing_is_named():
    assert "archive_mode is off" in databases.archive_status()[1]
