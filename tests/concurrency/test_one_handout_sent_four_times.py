"""A form with a file arrives four times at the same instant: one handout, one stored file."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.concurrency.threads import all_at_once
from tests.factories.training import SessionFactory
from training.models import Material
from training.services import material

pytestmark = pytest.mark.django_db(transaction=True)


def stored() -> set[str]:
    """Also what stories beside this one left, whose rows were undone."""
    storage = Material._meta.get_field("file").storage
    names = storage.listdir("material")[1] if storage.exists("material") else []
    return {f"material/{name}" for name in names}


def test_one_form_that_arrives_four_times_is_one_handout():
    session, key = SessionFactory(), uuid.uuid4()
    given = {"session": session, "meeting": None, "by": session.trainers.get(), "key": key}

    def sending():
        sent = SimpleUploadedFile("fiche.txt", b"Lire avant la formation.")
        return material.deposit(**given, title="Fiche", sent=sent).pk

    before = stored()
    answers = all_at_once([sending] * 4)

    handout = Material.objects.get()
    assert answers == [handout.pk] * 4
    assert stored() - before == {handout.file.name}
