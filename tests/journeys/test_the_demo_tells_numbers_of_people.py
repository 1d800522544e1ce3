"""The demo, as far as its officer's months need it: on any day some numbers of people are told and others
hidden; in its full size, a larger session with many absent.
"""

import pytest
import time_machine
from django.utils import translation

from cms.management import loading
from courses.catalogue import demo as catalogue_demo
from courses.dates import month_before, month_of
from courses.disclosure.values import FEWEST_PEOPLE
from courses.people import demo as people_demo
from tests.conftest import moment_of
from training.demo import StoryStage, deliveries
from training.demo.catalogue import make_trainings
from training.demo.stories import STORIES, SessionFate
from training.models import DeliveryNote, MonthNoShows
from training.services import no_shows
from training.values import Delivery

pytestmark = pytest.mark.django_db
SETTLED = (SessionFate.CLOSED, SessionFate.HELD)


def stage_of(size: str) -> StoryStage:
    world = loading.new_world(size)
    people_demo.load(world, lambda text: None)
    catalogue_demo.load(world, lambda text: None)
    return StoryStage(world, make_trainings(world))


@pytest.mark.parametrize(
    "moment", ["2026-12-02T00:10", "2027-01-03T09:00", "2027-03-10T04:30", "2027-09-01T18:00"]
)
def test_told_and_hidden_numbers_stand_beside_each_other_on_any_day(moment):
    with time_machine.travel(moment_of(moment)), translation.override("fr"):
        stage = stage_of("small")
        for story in STORIES:
            if story.fate in SETTLED:
                stage.play(story)
        deliveries.deliver(stage.world)

    told, hidden = set(), set()
    for note in DeliveryNote.objects.all():
        for one in Delivery.from_json(note.content).resources:
            (hidden if one.present is None else told).add(note.month)
    assert told & hidden
    assert MonthNoShows.objects.filter(school=None, is_hidden=True, month__in=told).exists()
    assert DeliveryNote.objects.filter(version=2).count() == 1


@pytest.mark.at("2026-12-01T12:00")
def test_many_absent_people_of_several_schools_are_told_in_the_full_demo():
    with translation.override("fr"):
        stage = stage_of("full")
        for story in STORIES:
            if story.training == "programme" and story.absent:
                stage.play(story)
    month = month_before(month_of(stage.world.today))
    while not MonthNoShows.objects.filter(resource__isnull=False).exists():
        month = month_before(month)
        no_shows.close_month(month)

    [whole] = MonthNoShows.objects.filter(school=None, department="", resource__isnull=False)
    of_schools = MonthNoShows.objects.filter(school__isnull=False, resource=whole.resource)
    assert (whole.is_hidden, whole.number >= FEWEST_PEOPLE + 1) == (False, True)
    assert of_schools.count() > 1
