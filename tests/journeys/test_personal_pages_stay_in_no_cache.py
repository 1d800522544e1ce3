"""What depends on who is logged in is kept by no browser, and logging out empties what one may have
kept.
"""

import pytest
from django.urls import reverse

from tests.factories.continuity import StudentFactory
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db

PERSONAL = ["people:profile", "people:letters", "register:personal_data", "people:sessions"]


@pytest.mark.parametrize("name", PERSONAL)
def test_a_personal_page_is_not_stored(client, name):
    client.force_login(TeacherFactory())

    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["continuity:answers", "continuity:my_attendance", "continuity:my_classes"]
)
def test_a_students_page_is_not_stored(client, name):
    client.force_login(StudentFactory())

    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]


def test_logging_out_empties_the_browsers_cache(client):
    client.force_login(TeacherFactory())

    assert client.post(reverse("people:logout")).headers["Clear-Site-Data"] == '"cache"'
