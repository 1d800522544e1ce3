"""A file or a copy that can't be read, or is no file, is told; the others are copied and brought back."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from cms.management import away, backup_reading, backups
from tests.factories.backups import CONTENT, PRIVATE, a_document, in_place_of, problems, store
from tests.factories.certificates import certificate_of
from tests.rules.test_backups_are_checked import DAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["link", "folder"])
def test_one_copy_that_can_not_be_read_keeps_no_other_from_being_brought_back(
    folder, certificate, what
):
    other = certificate_of()
    other.file.save("other.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    for one in (certificate, other):
        PRIVATE.delete(one.file.name)
    in_place_of(folder / "files" / "private" / certificate.file.name, what)

    [problem] = problems(folder)

    assert f"training.Certificate {certificate.pk} names private/{certificate.file.name}" in problem
    assert PRIVATE.open(other.file.name).read() == CONTENT
    store(certificate.file.name, CONTENT)
    assert list(backups.back_up(folder, count=True)["mended"]) == [
        f"private/{certificate.file.name}"
    ]
    assert problems(folder) == []


def test_a_stored_folder_in_place_of_a_file_keeps_no_other_from_being_looked_at(
    folder, certificate
):
    other = certificate_of()
    other.file.save("zz.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    PRIVATE.delete(certificate.file.name)
    PRIVATE.delete(other.file.name)
    Path(PRIVATE.path(certificate.file.name)).mkdir()

    [problem] = problems(folder)

    assert problem.startswith("unreadable file or copy: ")
    assert PRIVATE.exists(other.file.name)
    Path(PRIVATE.path(certificate.file.name)).rmdir()


def test_a_look_that_can_read_nothing_ends_and_says_so(folder, certificate, monkeypatch):
    monkeypatch.setattr(away, "UNREADABLE_IN_A_ROW", 1)
    other = certificate_of()
    other.file.save("other.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    PRIVATE.delete(certificate.file.name)
    Path(PRIVATE.path(certificate.file.name)).mkdir()

    assert problems(folder)[-1].endswith("is their storage away, or the disk of backups?")
    Path(PRIVATE.path(certificate.file.name)).rmdir()


def test_unreadable_files_between_others_end_no_look(folder, certificate, monkeypatch):
    monkeypatch.setattr(away, "UNREADABLE_IN_A_ROW", 2)
    sound, broken = certificate_of(), certificate_of()
    sound.file.save("sound.pdf", ContentFile(CONTENT))
    broken.file.save("broken.pdf", ContentFile(CONTENT))
    backups.back_up(folder)
    for one in (certificate, broken):
        PRIVATE.delete(one.file.name)
        Path(PRIVATE.path(one.file.name)).mkdir()

    told = problems(folder)

    assert [one.partition(":")[0] for one in told] == ["unreadable file or copy"] * 2
    for one in (certificate, broken):
        Path(PRIVATE.path(one.file.name)).rmdir()


@pytest.mark.parametrize("where", ["copy", "folder"])
def test_a_copy_that_can_not_be_deleted_stops_no_later_run(folder, certificate, where):
    now, copy = timezone.now(), folder / "files" / "private" / certificate.file.name
    type(certificate).objects.filter(pk=certificate.pk).update(file="")
    backups.back_up(folder, now=now)
    copy.unlink()
    if where == "copy":
        copy.mkdir()
    else:
        copy.parent.rmdir()
        copy.parent.write_text("")

    manifest = [backups.back_up(folder, now=now + days * DAY) for days in (34, 36)][-1]

    assert (manifest["gone"], manifest["broken_copies"]) == ({}, {})


def test_a_folder_that_became_a_file_keeps_no_other_from_being_copied(folder, certificate):
    copy = folder / "files" / "private" / certificate.file.name
    copy.unlink()
    copy.parent.rmdir()
    copy.parent.write_text("")
    document = a_document(b"first words")

    manifest = backups.back_up(folder, count=True)

    assert list(manifest["unreadable"]) == [f"private/{certificate.file.name}"]
    assert f"default/{document.file.name}" in backup_reading.read_backup(folder).sums


def test_a_link_that_leads_nowhere_is_no_lost_file(folder, certificate):
    PRIVATE.delete(certificate.file.name)
    place = Path(PRIVATE.path(certificate.file.name))
    place.symlink_to("nowhere")

    [problem] = problems(folder)

    assert "a link that leads nowhere: move it away" in problem
    place.unlink()
    assert problems(folder) == []


def test_a_copy_whose_place_is_a_folder_is_made_anew_by_taking_its_file(folder):
    document = a_document(b"first words")
    path = f"default/{document.file.name}"
    backups.back_up(folder)
    in_place_of(folder / "files" / path, "folder")

    call_command("back_up", folder, take=[path])

    assert (folder / "files" / path).read_bytes() == b"first words"


@pytest.mark.parametrize(
    "name",
    [
        "papers/a\nb.pdf",
        "papers/a\0b.pdf",
        "../up.pdf",
        "papers/../../up.pdf",
        "/up.pdf",
        "a//b.pdf",
    ],
    ids=["a line break", "NUL", "above", "above by a folder", "absolute", "an empty folder"],
)
def test_a_name_that_no_list_can_have_is_told_and_keeps_no_other_from_being_copied(
    folder, certificate, name
):
    odd, late = certificate_of(), certificate_of()
    type(odd).objects.filter(pk=odd.pk).update(file=name)
    late.file.save("late.pdf", ContentFile(CONTENT))

    made = [backups.back_up(folder, verify=True) for _ in range(2)]

    assert [list(one["unreadable"]) for one in made] == [[f"private/{name}"]] * 2
    assert f"private/{late.file.name}" in backup_reading.read_backup(folder).sums
    [problem] = problems(folder)
    assert problem.startswith(f"unreadable file or copy: training.Certificate {odd.pk} names ")
