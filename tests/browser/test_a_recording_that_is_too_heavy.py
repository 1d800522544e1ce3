"""Where a recording is asked for, the page's script knows its limits: it refuses what is too heavy before
it leaves, in words that speak of recordings.
"""

import pytest

from continuity.enums import Returns
from continuity.models import HandInPart
from tests.browser.phone import choose
from tests.factories import sounds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def given(given):
    given.homework.returns = Returns.SOUND
    given.homework.save()
    return given


@pytest.mark.parametrize(
    ("name", "kind"), [("prise.m4a", "audio/mp4"), ("prise.mp3", ""), ("prise.mp4", "video/mp4")]
)
def test_a_recording_that_is_too_heavy_is_refused_with_its_own_limits(given, phone, name, kind):
    choose(phone, {"name": name, "mimeType": kind, "buffer": bytes(21_000_000)})

    phone.page.wait_for_selector(".photo--waiting [role=alert]")
    said = phone.page.inner_text(".photo--waiting").replace("\xa0", " ")
    assert name in said
    assert "20 Mo et 10 minutes au maximum" in said
    assert "plus court ou de moindre qualité" in said
    assert "photo" not in said
    phone.look()


def test_a_recording_that_fits_arrives(given, phone):
    choose(phone, {"name": "prise.mp3", "mimeType": "audio/mpeg", "buffer": sounds.mp3()})

    phone.page.wait_for_selector("#pages[data-arrived='1']")
    assert [part.kind for part in HandInPart.objects.all()] == ["sound"]
