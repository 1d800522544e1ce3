"""Several pictures or documents at once in the admin, while our server fails: Wagtail's script shows why."""

import errno

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.urls import reverse
from wagtail.admin.views.generic import multiple_upload
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection

from tests.browser.reader import Reader
from tests.factories.people import AdviserFactory
from tests.rules.test_uploads import TAKEN, photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NO_ROOM = "Nous n’avons plus de place pour les fichiers pour l’instant"
AWAY = "Notre base de données ne répond pas pour l’instant"
FILES = {
    "images": {"name": "pont.png", "mimeType": "image/png", "buffer": photo("PNG").read()},
    "docs": {"name": "pont.pdf", "mimeType": "application/pdf", "buffer": TAKEN["plan.pdf"]},
}


@pytest.fixture
def page(browser, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    if not Collection.get_first_root_node():  # a migration's row, gone with another story's
        Collection.add_root(name="Root")
    person = AdviserFactory(language="fr", is_superuser=True)
    return Reader(browser, live_server.url, person, width=1280).log_in_by_cookie().page


@pytest.mark.parametrize(("kind", "model"), [("images", Image), ("docs", Document)])
def test_a_file_that_finds_no_room_says_so_and_a_title_waits_to_be_sent_again(
    page, live_server, monkeypatch, kind, model
):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    def away(*_):
        raise OperationalError("the server closed the connection")

    page.goto(live_server.url + reverse(f"wagtail{kind}:add_multiple"))
    with monkeypatch.context() as failing:
        failing.setattr(default_storage._wrapped, "_save", full)
        page.set_input_files("#fileupload", FILES[kind])
        page.get_by_text(NO_ROOM).wait_for()
    page.set_input_files("#fileupload", FILES[kind])
    form = page.locator("#upload-list form")
    form.locator("[name$=-title]").fill("L’arche")
    with monkeypatch.context() as failing:
        failing.setattr(multiple_upload.EditView, "save_object", away)
        form.locator("button[type=submit]").click()
        form.get_by_text(AWAY).wait_for()
    form.get_by_role("button", name="Renvoyer").click()
    form.wait_for(state="detached")

    assert model.objects.get().title == "L’arche"
