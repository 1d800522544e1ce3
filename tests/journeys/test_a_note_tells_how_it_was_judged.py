"""The history of a delivery note: each contest, answer and judgement once, as it was, by whom and when."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import delivered
from tests.factories.markup import tidy
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


def on(day: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(2026, 11, day, 9))


@pytest.fixture
def note():
    resource = ResourceFactory()
    trainer = TrainerFactory(works_for=resource.provider)
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    return deliveries.make(provider=resource.provider, month=datetime.date(2026, 10, 1), now=on(3))


def history_of(client, note) -> list[str]:
    """Headings and quotes under *How it came about*."""
    client.force_login(OfficerFactory(language="en"))
    page = tidy(client.get(reverse("training:delivery_note", args=[note.public_id])).text)
    part = page.split('aria-labelledby="history"')[1].split("</section>")[0]
    return re.findall(r"<(?:h3|blockquote[^>]*)>(.*?)</(?:h3|blockquote)>", part)


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_note_contested_again_tells_one_contest_and_that_it_was_found_right(
    client, note, is_answered
):
    officer = OfficerFactory()
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    if is_answered:
        deliveries.answer(note=note, words="It fell out.", by=PlannerFactory(), now=on(5))
    deliveries.find_right(note=note, by=officer, now=on(6))
    while_right = history_of(client, note)

    deliveries.contest(note=note, reason="Its sheet is closed now.", by=officer, now=on(7))

    contest = ["Contested before:", "13 October is missing."]
    answer = ["Answered before:", "It fell out."] if is_answered else []
    assert history_of(client, note) == [*contest, *answer, "Found right before"]
    assert while_right == ([] if is_answered else contest)  # with the note itself, where answered


def test_an_answer_that_another_one_replaces_is_told_in_the_history(client, note):
    officer, planner = OfficerFactory(), PlannerFactory()
    deliveries.contest(note=note, reason="13 October is missing.", by=officer, now=on(4))
    for words in ("It fell out.", "It fell out, the trainer was ill."):
        deliveries.answer(note=note, words=words, by=planner, now=on(5))
    contested = history_of(client, note)
    deliveries.find_right(note=note, by=officer, now=on(6))

    assert contested == history_of(client, note) == ["Answered before:", "It fell out."]


def test_a_note_that_nobody_judged_or_that_is_right_has_no_history(client, note):
    untouched = history_of(client, note)
    deliveries.find_right(note=note, by=OfficerFactory())

    assert untouched == history_of(client, note) == []
