"""What one run of `back_up` finds wrong, the next one tells, too, also where the first broke off; and one
folder that can't be read keeps no other from being copied.
"""

import errno
import shutil
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError

from cms.management import away, backup_reading, backups, copies
from cms.management.stored_files import UnreadableFile
from cms.operations import queries
from tests.factories.backups import CONTENT, PRIVATE, a_document, flip, problems, store
from tests.factories.certificates import certificate_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_folders():
    """Makes the stored file of a name a folder, which can't be read, until the end of the story."""
    made = []

    def put(*names):
        for name in names:
            place = Path(PRIVATE.path(name))
            place.unlink()
            place.mkdir()
            made.append(place)

    yield put
    for place in made:
        place.rmdir()


def full(*_args):
    raise OSError(errno.ENOSPC, "No space left on device")


def certificates_in(folder: str, number: int) -> list[str]:
    """Names of stored files in one folder, each of a row."""
    names = []
    for _ in range(number):
        made = certificate_of()
        names.append(PRIVATE.save(f"{folder}/{made.pk}.pdf", ContentFile(CONTENT)))
        type(made).objects.filter(pk=made.pk).update(file=names[-1])
    return names


def test_a_file_lost_before_its_copy_was_listed_is_told_by_each_run(folder, certificate):
    path = f"private/{certificate.file.name}"
    shutil.rmtree(folder / "manifests")
    PRIVATE.delete(certificate.file.name)

    told = [list(backups.back_up(folder, count=False)["lost"]) for _ in range(2)]

    assert told == [[path], [path]]


def test_an_unreadable_file_whose_copy_was_not_listed_is_told_by_each_run(
    folder, certificate, put_folders
):
    path = f"private/{certificate.file.name}"
    shutil.rmtree(folder / "manifests")
    put_folders(certificate.file.name)

    told = [list(backups.back_up(folder, count=False)["unreadable"]) for _ in range(2)]

    assert told == [[path], [path]]


def test_a_private_folder_in_place_of_a_file_is_unreadable_at_the_first_look(
    folder, certificate, put_folders
):
    put_folders(certificate.file.name)

    told = [backups.back_up(folder, count=count) for count in (True, False)]

    path = f"private/{certificate.file.name}"
    assert [(list(one["unreadable"]), list(one["damaged"])) for one in told] == [([path], [])] * 2


def test_a_copy_whose_folder_can_not_be_entered_is_told_as_broken(folder, certificate, monkeypatch):
    path, is_file = f"private/{certificate.file.name}", Path.is_file
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    backups.back_up(folder)

    def refused(copy, **kwargs):
        if copy == folder / "files" / path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return is_file(copy, **kwargs)

    monkeypatch.setattr(Path, "is_file", refused)

    assert list(backups.back_up(folder, count=True)["broken_copies"]) == [path]


def test_one_unreadable_folder_is_no_storage_that_is_away(folder, put_folders, monkeypatch):
    monkeypatch.setattr(away, "UNREADABLE_IN_A_ROW", 3)
    broken = certificates_in("certificates/broken", 7)
    backups.back_up(folder)
    put_folders(*broken)
    [sound] = certificates_in("certificates/sound", 1)
    asked, named_files = [], away.named_files
    monkeypatch.setattr(away, "named_files", lambda: asked.append(1) or named_files())

    made = backups.back_up(folder, verify=True)

    assert sorted(made["unreadable"]) == sorted(f"private/{name}" for name in broken)
    assert f"private/{sound}" in backup_reading.read_backup(folder).sums
    assert len(asked) == 1  # a folder's, however many files it has
    PRIVATE.delete(sound)
    told = problems(folder)
    assert [one.partition(":")[0] for one in told] == ["unreadable file or copy"] * 7
    assert PRIVATE.open(sound).read() == CONTENT


def test_unreadable_files_among_lost_ones_are_no_storage_that_is_away(
    folder, certificate, put_folders, monkeypatch
):
    monkeypatch.setattr(away, "UNREADABLE_IN_A_ROW", 2)
    names = [certificate.file.name, *certificates_in("certificates/2026", 4)]
    backups.back_up(folder)
    put_folders(*names[::2])
    for name in names[1::2]:
        PRIVATE.delete(name)

    made = backups.back_up(folder, verify=True)

    assert (len(made["unreadable"]), len(made["lost"])) == (3, 2)


def test_a_look_ends_at_the_file_after_which_the_storage_is_away(
    folder, put_folders, monkeypatch, caplog
):
    monkeypatch.setattr(away, "UNREADABLE_IN_A_ROW", 3)
    names = certificates_in("certificates/2026", 5)
    backups.back_up(folder)
    type(certificate_of()).objects.exclude(file__in=names).update(file="")
    put_folders(*names)

    with pytest.raises(UnreadableFile):
        backups.back_up(folder, verify=True)
    assert caplog.text.count("unreadable file or copy") == 3
    assert len(problems(folder)) == 4


def test_what_a_run_found_that_broke_off_is_told_by_the_next_one(
    folder, certificate, put_folders, monkeypatch
):
    """Nothing else leads there: no manifest names it, and each hour's run looks at new files alone."""
    put_folders(certificate.file.name)
    with monkeypatch.context() as patience:
        patience.setattr(away, "UNREADABLE_IN_A_ROW", 1)
        with pytest.raises(UnreadableFile):
            backups.back_up(folder, verify=True)

    told = [list(backups.back_up(folder)["unreadable"]) for _ in range(2)]

    assert told == [[f"private/{certificate.file.name}"]] * 2
    assert not (folder / copies.BROKEN_OFF).exists()


def test_what_the_first_of_two_runs_found_that_broke_off_is_told_by_the_third(
    folder, put_folders, monkeypatch
):
    """The second one breaks off before it comes to what the first found."""
    first, second = certificates_in("certificates/2026", 2)
    backups.back_up(folder)
    type(certificate_of()).objects.exclude(file__in=[first, second]).update(file="")
    flip(Path(PRIVATE.path(second)))
    with monkeypatch.context() as disk:
        disk.setattr(backups, "_write_list", full)
        with pytest.raises(OSError, match="No space left"):
            backups.back_up(folder, verify=True)
    put_folders(first)
    with monkeypatch.context() as patience:
        patience.setattr(away, "UNREADABLE_IN_A_ROW", 1)
        with pytest.raises(UnreadableFile):
            backups.back_up(folder, verify=True)

    told = backups.back_up(folder, count=False)

    assert (list(told["unreadable"]), list(told["damaged"])) == (
        [f"private/{first}"],
        [f"private/{second}"],
    )


def test_what_verify_found_is_told_though_its_run_finds_no_room_for_the_list(
    folder, certificate, monkeypatch
):
    flip(Path(PRIVATE.path(certificate.file.name)))

    with monkeypatch.context() as patched:
        patched.setattr(backups, "_write_list", full)
        with pytest.raises(OSError, match="No space left"):
            backups.back_up(folder, verify=True)

    assert list(backups.back_up(folder, count=False)["damaged"]) == [
        f"private/{certificate.file.name}"
    ]


def test_verify_reads_what_is_stored_to_the_last_byte(folder, certificate):
    document = a_document(b"first words")
    backups.back_up(folder)
    store(certificate.file.name, b"#" + CONTENT[1:])
    flip(Path(document.file.path))

    assert backups.back_up(folder, count=True)["damaged"] == {}  # as long as they were
    assert set(backups.back_up(folder, verify=True)["damaged"]) == {
        f"private/{certificate.file.name}",
        f"default/{document.file.name}",
    }


def test_another_site_s_folder_is_refused(folder, settings):
    settings.SECRET_KEY, settings.SECOND_FACTOR_KEY = "x" * 64, "y" * 64
    call_command("back_up", folder)  # one key is the same: the others were renewed

    settings.SECRET_KEY, settings.SECOND_FACTOR_KEY = "a" * 64, "b" * 64
    settings.PSEUDONYM_KEY = "c" * 64
    with pytest.raises(CommandError, match="a site with other keys"):
        call_command("back_up", folder)
    assert "a site with other keys" in queries.backups().failed_words[0]
