"""Several pictures or documents at once in the admin, and one in the window in which it is chosen, while our
server fails: the page shows why.
"""

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
from tests.factories.guidance import block, guidance_page
from tests.factories.people import AdviserFactory
from tests.rules.test_uploads import TAKEN, photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NO_ROOM = "Nous n’avons plus de place pour les fichiers pour l’instant"
AWAY = "Notre base de données ne répond pas pour l’instant"
FILES = {
    "images": {"name": "pont.png", "mimeType": "image/png", "buffer": photo("PNG").read()},
    "docs": {"name": "pont.pdf", "mimeType": "application/pdf", "buffer": TAKEN["plan.pdf"]},
}


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def away(*_):
    raise OperationalError("the server closed the connection")


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


@pytest.mark.parametrize(("kind", "model"), [("images", Image), ("docs", Document)])
def test_a_file_that_is_not_deleted_says_why_and_one_that_is_gone_leaves_the_list(
    page, live_server, monkeypatch, kind, model
):
    page.goto(live_server.url + reverse(f"wagtail{kind}:add_multiple"))
    page.set_input_files("#fileupload", FILES[kind])
    form = page.locator("#upload-list form")
    with monkeypatch.context() as failing:
        failing.setattr(model, "delete", away)
        form.locator(".delete").click()
        page.locator(".messages").get_by_text(AWAY).wait_for()
    assert form.is_visible()
    model.objects.get().delete()
    form.locator(".delete").click()

    form.wait_for(state="detached")


@pytest.mark.parametrize("kind", ["images", "docs"])
def test_what_the_proxy_says_of_a_file_that_is_too_large_is_shown(page, live_server, kind):
    """Wagtail's script says of a document that it failed, and of a picture the number."""
    address = live_server.url + reverse(f"wagtail{kind}:add_multiple")
    page.goto(address)
    said = {"content_type": "text/plain; charset=utf-8", "body": "Cet envoi est trop lourd"}
    page.route(address, lambda route: route.fulfill(status=413, **said))

    page.set_input_files("#fileupload", FILES[kind])

    page.locator(".messages").get_by_text("Cet envoi est trop lourd").wait_for()


def test_a_file_that_finds_no_room_in_the_window_in_which_it_is_chosen_waits_there(
    page, live_server, monkeypatch
):
    shown = guidance_page(body=[block("file", {"file": None, "says": ""})])
    page.goto(live_server.url + reverse("wagtailadmin_pages:edit", args=[shown.pk]))
    page.get_by_role("button", name="Choisir un document").click()
    window = page.locator(".modal")
    window.locator("#tab-label-upload").click()
    form = window.locator("form[data-chooser-modal-creation-form]")
    form.locator("[name$=-file]").set_input_files(FILES["docs"])
    form.locator("[name$=-title]").fill("L’arche")
    send = form.locator("button[type=submit]")
    with monkeypatch.context() as failing:
        failing.setattr(default_storage._wrapped, "_save", full)
        for _ in range(2):
            with page.expect_response("**/chooser/create/**"):
                send.click()
            window.get_by_role("alert").filter(has_text=NO_ROOM).wait_for()
    send.click()
    window.wait_for(state="detached")

    assert Document.objects.get().title == "L’arche"
