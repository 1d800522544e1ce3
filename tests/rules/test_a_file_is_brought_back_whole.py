"""`finish_restore` brings a file back whole or not at all, and says where the copy of one that it can't
bring back lies.
"""

from pathlib import Path

import pytest
from django.core.files.storage import storages

from cms.management import restoring
from cms.management.stored_files import part_of
from tests.factories.backups import CONTENT

pytestmark = pytest.mark.django_db
PRIVATE = storages["private"]


def problems(folder: Path) -> list[str]:
    return restoring.finish(folder)["problems"]


def killed_in_the_middle_of_a_file(folder: Path, monkeypatch) -> None:
    """By `kill -9`, after which no line runs that would delete anything."""

    def save_half(name, content):
        Path(PRIVATE.path(name)).write_bytes(content.read()[:5])
        raise SystemExit

    with monkeypatch.context() as storage:
        storage.setattr(PRIVATE, "_save", save_half)
        storage.setattr(PRIVATE, "delete", lambda name: None)
        with pytest.raises(SystemExit):
            restoring.finish(folder)


def test_a_file_is_whole_after_a_look_that_was_killed_in_its_middle(
    folder, certificate, monkeypatch
):
    PRIVATE.delete(certificate.file.name)
    place = Path(PRIVATE.path(certificate.file.name))
    killed_in_the_middle_of_a_file(folder, monkeypatch)
    begun = [one.read_bytes() for one in place.parent.iterdir()]

    told = problems(folder)

    assert begun == [CONTENT[:5]]
    assert told == []
    assert (place.read_bytes(), list(place.parent.iterdir())) == (CONTENT, [place])


def test_what_a_killed_look_left_goes_where_the_file_came_back_by_hand(folder, certificate):
    part = Path(PRIVATE.path(part_of(certificate.file.name)))
    part.write_bytes(CONTENT[:3])

    assert problems(folder) == []
    assert not part.exists()
