"""Publications and ends that advisers planned are done by the minute; one that can't be stops no
other.
"""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Page, Revision

from cms.guidance import services
from cms.guidance.enums import EditorialRole
from cms.guidance.models import Pair, Scope
from cms.guidance.services import planned
from courses.mail.models import Letter
from tests.factories.guidance import guidance_page, in_english, pair_of, paragraph, rewrite, stream
from tests.factories.people import AdviserFactory

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


def planned_for(page, at, words: str) -> Revision:
    """A draft with other words, to be published at that time, as the editor's button does it."""
    page = Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    page.body = stream([paragraph(words, page.body[0].id)])
    page.go_live_at = at
    revision = page.save_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=at)
    return revision


def words_of(page) -> str:
    return Page.objects.get(pk=page.pk).specific.passages[-1].text


def give_to(page, owner):
    Pair.objects.filter(translation_key=page.translation_key).update(owner=owner)


def letters(kind: str) -> set[int]:
    return set(Letter.objects.filter(kind=f"guidance.{kind}").values_list("to", flat=True))


def test_what_was_planned_is_published_in_its_minute_and_not_before(now):
    page = guidance_page(body=[paragraph("Avant.")])
    planned_for(page, now - HOUR, "Après.")

    planned.follow(now - 2 * HOUR)
    assert words_of(page) == "Avant."
    planned.follow(now)

    assert words_of(page) == "Après."
    assert planned.follow(now) == "0 pages published and 0 taken down as planned"


def test_one_that_is_refused_stops_no_other_and_its_owner_is_told_once(now):
    owner = AdviserFactory()
    sentence = "Écrivez la semaine entière, pas la séance."
    french = guidance_page(body=[paragraph(sentence)])
    english = in_english(french)
    give_to(french, owner)
    other = guidance_page(body=[paragraph("Avant.")])
    planned_for(english, now - 2 * HOUR, sentence)  # French words in the English tree
    planned_for(other, now - HOUR, "Après.")

    for _minute in range(3):
        planned.follow(now)

    assert words_of(english) == "Said in English, number 0."
    assert words_of(other) == "Après."
    letter = Letter.objects.get(kind="guidance.not_published")
    assert letter.to == owner
    assert sentence in letter.details["reason"]
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert sentence in str(
        Page.objects.get(pk=english.pk).specific.get_latest_revision_as_object().body
    )


def test_one_that_breaks_stops_no_other_and_is_tried_again(now):
    broken = planned_for(guidance_page(body=[paragraph("Avant.")]), now - 2 * HOUR, "Après.")
    other = guidance_page(body=[paragraph("Avant.")])
    planned_for(other, now - HOUR, "Après.")
    Revision.objects.filter(pk=broken.pk).update(
        content=broken.content | {"go_live_at": "half past"}
    )

    assert planned.follow(now) == "1 pages published and 0 taken down as planned"

    assert words_of(other) == "Après."
    assert Revision.objects.get(approved_go_live_at__isnull=False) == broken


def test_a_planned_end_takes_the_page_down_and_leaves_its_twin(now):
    french = guidance_page()
    english = in_english(french)
    Page.objects.filter(pk=french.pk).update(expire_at=now - HOUR)

    planned.follow(now)

    french.refresh_from_db()
    english.refresh_from_db()
    assert (french.live, french.expired, english.live) == (False, True, True)
    assert pair_of(french).french_state == "draft"


def test_the_end_passes_while_a_correction_is_under_review(now):
    author, owner, reviewer = AdviserFactory.create_batch(3)
    Scope.objects.create(person=reviewer, role=EditorialRole.REVIEWER)
    page = guidance_page(body=[paragraph("Avant.")])
    services.keep_workflow()
    give_to(page, owner)
    rewrite(page, (page.body[0].id, "Corrigé."), publish=False)
    page.refresh_from_db()
    page.get_workflow().start(page, author)
    Page.objects.filter(pk=page.pk).update(expire_at=now - HOUR)

    for _minute in range(2):
        planned.follow(now)

    page.refresh_from_db()
    assert (page.live, page.get_latest_revision_as_object().passages[-1].text) == (
        False,
        "Corrigé.",
    )
    assert page.current_workflow_state is not None
    assert letters("ended_in_review") == {author.pk, owner.pk, reviewer.pk}


def test_a_minute_without_plans_asks_two_questions(now, django_assert_num_queries):
    guidance_page()

    with django_assert_num_queries(2):
        planned.follow(now)
