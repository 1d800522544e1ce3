"""A delivery note names who led each date: beyond their accounts, and with the name that is right."""

import pytest
from django.utils import translation

from cms.register.services import accounts
from courses.people.models import Person
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import NotePages, content_of, october_note
from tests.factories.people import TrainerFactory
from training.exceptions import NothingToCorrect
from training.models import DeliveryNote, Sheet
from training.queries import deliveries as queries
from training.rules import is_outdated
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def resource():
    return ResourceFactory()


@pytest.fixture
def claire(resource):
    return TrainerFactory(works_for=resource.provider, given_name="Claire", family_name="Leroy")


@pytest.fixture
def note(resource, claire):
    return october_note(resource, claire)


@pytest.fixture
def note_of_two(resource, claire, note):
    """Led by Claire Leroy and Anne Morel."""
    anne = TrainerFactory(works_for=resource.provider, given_name="Anne", family_name="Morel")
    Sheet.objects.get().leaders.add(anne)
    return deliveries.correct(note=note, by=anne)


def rename(person, family_name: str) -> None:
    Person.objects.filter(pk=person.pk).update(family_name=family_name)


def leader(given_name: str) -> Person:
    return Person.objects.get(given_name=given_name)


def led_by(note) -> list[list[str]]:
    return [one.led_by for one in content_of(note).dates]


def test_a_leader_s_corrected_name_makes_a_corrected_note(client, note, claire, planner):
    rename(claire, "Le Roy")
    pages = NotePages(client, note)

    made = pages(planner, "correct_note")()

    assert "Note no. 2026-0002 replaces no. 2026-0001." in made.text
    assert led_by(DeliveryNote.objects.get(replaces=note)) == [["Claire Le Roy"]]
    assert led_by(note) == [["Claire Leroy"]]


def test_of_two_leaders_one_whose_name_is_corrected_has_the_new_one(note_of_two, planner):
    rename(leader("Anne"), "Moral")

    later = deliveries.correct(note=note_of_two, by=planner)

    assert led_by(note_of_two) == [["Anne Morel", "Claire Leroy"]]
    assert led_by(later) == [["Anne Moral", "Claire Leroy"]]


def test_a_note_of_before_that_does_not_say_whose_a_name_is_is_not_outdated(note, planner):
    old = DeliveryNote.objects.get(pk=note.pk)
    for one in old.content["dates"]:
        del one["leaders"]
    old.save()

    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=old, by=planner)


def test_beside_an_erased_leader_the_other_one_s_name_is_corrected(note_of_two, claire, planner):
    """All names of such a date were those of the earlier note, and nothing was said to have changed."""
    accounts.erase_account(person=leader("Anne"))
    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=note_of_two, by=planner)
    rename(claire, "Le Roy")

    later = deliveries.correct(note=note_of_two, by=planner)

    assert led_by(later) == [["Anne Morel", "Claire Le Roy"]]
    rename(claire, "Leroy")
    last = deliveries.correct(note=later, by=planner)
    assert led_by(last) == led_by(note_of_two)


def test_a_note_that_says_of_no_name_whose_it_is_keeps_all_names_of_the_date(
    note_of_two, claire, planner
):
    """One that was made before that was kept."""
    content = note_of_two.content
    for date in content["dates"]:
        del date["leaders"]
    DeliveryNote.objects.filter(pk=note_of_two.pk).update(content=content)
    accounts.erase_account(person=leader("Anne"))
    rename(claire, "Le Roy")
    Sheet.objects.update(real_minutes=60)

    later = deliveries.correct(note=note_of_two, by=planner)

    assert led_by(later) == led_by(note_of_two)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_note_names_who_led_beyond_the_account(note, claire, language):
    """In either language: what stands for an erased account is a word of the reader's."""
    deliveries.find_right(note=note, by=claire)
    accounts.erase_account(person=claire)

    with translation.override(language):
        counted = queries.corrected_delivery(note)

    note.refresh_from_db()
    assert [one.led_by for one in counted.content.dates] == [["Claire Leroy"]]
    assert not is_outdated(note, counted.content)
