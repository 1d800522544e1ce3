"""Feedback, lived in a browser: a visitor's words on a phone, their owner's answer on a laptop,
read where it was promised.
"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cms.guidance.models import Opinion, Pair
from tests.browser.reader import Reader
from tests.factories.guidance import guidance_page, in_english, pair_of
from tests.factories.people import AdviserFactory, PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner():
    return AdviserFactory(language="fr")


@pytest.fixture
def pair(owner):
    french = guidance_page()
    in_english(french)
    Pair.objects.filter(translation_key=french.translation_key).update(owner=owner)
    return pair_of(french)


def test_a_visitors_words_reach_the_owner_and_the_answer_comes_back(
    browser, live_server, pair, owner
):
    visitor = Reader(browser, live_server.url, PersonFactory.build(language="fr"), width=360)
    visitor.open(f"{live_server.url}{pair.french.url}")

    visitor.press(f"a[href='{visitor.address('guidance:opinion', pair.public_id)}']")
    visitor.page.check("input[name=useful][value=no]")
    visitor.page.fill("textarea[name=words]", "Kevin Lemoine n’a pas trouvé la deuxième étape.")
    visitor.press("main form .button--main")
    visitor.reads("Does this name somebody?")
    visitor.page.fill("textarea[name=words]", "Un élève n’a pas trouvé la deuxième étape.")
    visitor.press("main form .button--main")
    promised = visitor.page.url
    visitor.reads("An answer will appear on this page")

    adviser = Reader(browser, live_server.url, owner, width=1280).log_in_by_cookie()
    adviser.visit("today:home").press(
        f"a[href='{adviser.address('guidance:answer', Opinion.objects.get().public_id)}']"
    )
    adviser.page.fill("textarea[name=answer]", "La deuxième étape est maintenant au début.")
    adviser.press("main form .button--main")

    visitor.open(promised)
    assert "La deuxième étape est maintenant au début." in visitor.page.inner_text("main")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_screens_of_who_keeps_pages_are_read_by_everybody(
    browser, live_server, pair, owner, width
):
    with translation.override("fr"):
        Client().post(
            reverse("guidance:opinion", args=[pair.public_id]),
            {"key": "5b0f1c1e-6f0e-4f3a-9d0b-3c8f3a5d2c11", "useful": "no"},
        )
    adviser = Reader(browser, live_server.url, owner, width=width).log_in_by_cookie()

    for name in ("overdue", "opinions", "dead_links"):
        adviser.visit(f"guidance:{name}")
    adviser.visit("guidance:answer", Opinion.objects.get().public_id)
    adviser.visit("guidance:keepers", pair.public_id)
    adviser.press("main form .button--main")
    adviser.reads("How it stands")
