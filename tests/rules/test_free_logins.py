"""A login from a name: the first number that nobody has."""

import pytest

from courses.people.services.free_logins import free_login, free_logins
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("had", "given"),
    [
        ([], ["ines.abadie", "ines.abadie2"]),
        ([""], ["ines.abadie2", "ines.abadie3"]),
        (["", 2, 4], ["ines.abadie3", "ines.abadie5"]),
        ([2], ["ines.abadie", "ines.abadie3"]),
        (["", *range(2, 46)], ["ines.abadie46", "ines.abadie47"]),
        (["", *range(2, 21)], ["ines.abadie21", "ines.abadie22"]),
    ],
    ids=["nobody", "one", "a gap", "a number alone", "44 namesakes", "one short of twenty numbers"],
)
def test_two_of_one_name_get_the_next_numbers(had, given):
    for number in had:
        PersonFactory(login=f"ines.abadie{number}")

    assert free_logins([("Inès", "Abadie")] * 2) == given
    assert free_login("Inès", "Abadie") == given[0]
