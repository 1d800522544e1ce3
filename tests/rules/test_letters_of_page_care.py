"""Each letter about the care of pages can be written, says what happened, and in its reader's
language.
"""

import datetime
import uuid

import pytest
from django.utils import timezone
from wagtail.models import Page

from cms.guidance.enums import Fault, Letters
from cms.guidance.gateways.pretend import PretendLinks
from cms.guidance.models import Pair
from cms.guidance.services import care, links, opinions
from courses.mail import documents
from courses.mail import services as outbox
from courses.mail.models import Letter
from tests.factories.guidance import guidance_page, pair_of, paragraph
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db

TITLE = "Une semaine supportable"


@pytest.fixture(params=["fr", "en"])
def owner(request):
    return AdviserFactory(language=request.param)


@pytest.fixture
def kept(owner):
    page = guidance_page(title=TITLE, body=[paragraph('<a href="https://gone.example/">loin</a>')])
    Pair.objects.filter(translation_key=page.translation_key).update(
        owner=owner, deputy=AdviserFactory(), check_on=timezone.localdate()
    )
    return page


def sent() -> list[Letter]:
    for letter in Letter.objects.order_by("pk"):
        outbox.send(letter.pk, letter.attempts)
    return list(Letter.objects.filter(state="sent").order_by("pk"))


def the_one(kind: str):
    (letter,) = [letter for letter in sent() if letter.kind == kind]
    opened = documents.opened(letter)
    return letter.subject, opened.text, opened.html


def in_words(owner, *, fr: str, en: str) -> str:
    return {"fr": fr, "en": en}[owner.language]


def test_a_check_that_falls_due(owner, kept):
    care.remind(timezone.now())

    subject, text, html = the_one(Letters.TO_CHECK)

    assert subject == in_words(owner, fr=f"À vérifier : {TITLE}", en=f"To check: {TITLE}")
    assert f"/pages/{pair_of(kept).public_id}/keepers/" in text
    assert in_words(owner, fr="deux semaines", en="two weeks") in html


def test_a_check_ignored_once(owner, kept):
    for days in (0, 14):
        care.remind(timezone.now() + datetime.timedelta(days=days))
    Letter.objects.exclude(to=owner, details__times=2).delete()

    subject, text, _html = the_one(Letters.TO_CHECK)

    assert subject == in_words(
        owner, fr=f"Toujours à vérifier : {TITLE}", en=f"Still to check: {TITLE}"
    )
    assert in_words(owner, fr="À partir d’aujourd’hui", en="From today") in text


def test_pages_that_come_from_who_left(owner, kept):
    before = AdviserFactory(given_name="Camille", family_name="Aubert")
    care.tell_new_owner(owner, [pair_of(kept)], before=before, day=timezone.localdate())

    subject, text, _html = the_one(Letters.PAGES_RECEIVED)

    assert subject == in_words(
        owner, fr=f"Vous êtes maintenant responsable de « {TITLE} »", en=f"You now own “{TITLE}”"
    )
    assert "Camille Aubert" in text


def test_a_deputy_who_left(owner, kept):
    deputy = pair_of(kept).deputy
    deputy.is_active = False
    deputy.save()
    care.hand_over(timezone.now())

    subject, text, _html = the_one(Letters.DEPUTY_LEFT)

    assert subject == in_words(
        owner, fr=f"Sans suppléance : {TITLE}", en=f"Without a deputy: {TITLE}"
    )
    assert deputy.display_name in text


def test_a_reader_and_the_answer_to_them(owner, kept):
    reader = TeacherFactory(language=owner.language)
    said = opinions.say(
        pair=pair_of(kept),
        key=uuid.uuid4(),
        language="fr",
        was_useful=False,
        words="Trop court.",
        person=reader,
    )
    sent()
    opinions.answer(opinion=said, words="Nous l’allongeons.", by=owner)

    came = the_one(Letters.OPINION)
    answered = the_one(Letters.OPINION_ANSWERED)

    assert came[0] == in_words(
        owner, fr=f"Un avis sur « {TITLE} »", en=f"A reader wrote about “{TITLE}”"
    )
    assert "Trop court." not in came[1] + came[2]
    assert "Nous l’allongeons." in answered[1]
    assert f"/opinions/{said.public_id}/" in answered[1]


def test_dead_links(owner, kept):
    links.look(
        Pair.objects.with_pages().get(pk=pair_of(kept).pk),
        through=PretendLinks({"dead": {"gone.example": Fault.NOT_FOUND}}),
    )

    subject, text, _html = the_one(Letters.DEAD_LINKS)

    assert subject == in_words(owner, fr=f"Liens morts : {TITLE}", en=f"Dead links: {TITLE}")
    assert "https://gone.example/" in text


@pytest.mark.parametrize("kind", [Letters.NOT_PUBLISHED, Letters.ENDED_IN_REVIEW])
def test_what_did_not_go_as_planned(owner, kept, kind):
    kept.unpublish()
    outbox.post(
        kind, about=Page.objects.get(pk=kept.pk), to=owner, key="planned", details={"reason": ""}
    )

    subject, text, _html = the_one(kind)

    assert TITLE in subject
    assert f"/admin/pages/{kept.pk}/edit/" in text
