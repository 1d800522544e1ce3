"""A planner and a trainer set a session's room at the same instant: one is saved, the other told."""

import pytest

from courses.exceptions import StaleSheet
from tests.concurrency.threads import all_at_once
from tests.factories.people import PlannerFactory
from tests.factories.training import SessionFactory
from training.models import RoomPlan
from training.services import rooms
from training.values import RoomFields

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_four_who_set_a_room_over_the_same_one_is_saved():
    session = SessionFactory()
    planners = PlannerFactory.create_batch(4)

    def setting(number, planner):
        address = f"https://tool.example/{number}"
        fields = RoomFields(address, f"Tool {number}", "Your name")
        given = {"session": session, "meeting": None, "fields": fields, "by": planner}
        return lambda: rooms.set_room(**given, stamp="").tool

    answers = all_at_once([setting(number, one) for number, one in enumerate(planners)])

    assert [type(one) for one in answers if isinstance(one, Exception)] == [StaleSheet] * 3
    assert [one for one in answers if isinstance(one, str)] == [RoomPlan.objects.get().tool]
