"""The demo in its full size, as far as its officer's months need it: a larger session with many absent."""

import pytest
from django.utils import translation

from cms.management import loading
from courses.catalogue import demo as catalogue_demo
from courses.dates import month_before, month_of
from courses.disclosure.values import FEWEST_PEOPLE
from courses.people import demo as people_demo
from training.demo import StoryStage
from training.demo.catalogue import make_trainings
from training.demo.stories import STORIES
from training.models import MonthNoShows
from training.services import no_shows

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-01T12:00")]


def test_many_absent_people_of_several_schools_are_told_in_the_full_demo():
    world = loading.new_world("full")
    with translation.override("fr"):
        people_demo.load(world, lambda text: None)
        catalogue_demo.load(world, lambda text: None)
        stage = StoryStage(world, make_trainings(world))
        for story in STORIES:
            if story.training == "programme" and story.absent:
                stage.play(story)
    month = month_before(month_of(world.today))
    while not MonthNoShows.objects.filter(resource__isnull=False).exists():
        month = month_before(month)
        no_shows.close_month(month)

    [whole] = MonthNoShows.objects.filter(school=None, department="", resource__isnull=False)
    of_schools = MonthNoShows.objects.filter(school__isnull=False, resource=whole.resource)
    assert (whole.is_hidden, whole.number >= FEWEST_PEOPLE + 1) == (False, True)
    assert of_schools.count() > 1
