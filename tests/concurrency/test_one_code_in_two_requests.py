"""One code of the second step in several requests at once: a double tap, or somebody who has read it."""

from functools import partial

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from courses.people.models import SecondFactor
from tests.concurrency.threads import all_at_once
from tests.factories.people import TeacherFactory
from tests.factories.second_factors import CODE_PAGE, app_code, give_password, switched_on

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def at_once_in_browsers(teacher, code) -> list[bool]:
    """Whether each is logged in then."""
    browsers = [Client() for _one in range(AT_ONCE)]
    for browser in browsers:
        give_password(browser, teacher)
    all_at_once([partial(browser.post, CODE_PAGE, {"code": code}) for browser in browsers])
    return sorted(SESSION_KEY in browser.session for browser in browsers)


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_logs_in_once(kind):
    teacher = TeacherFactory()
    recovery, *_others = switched_on(teacher)

    logged_in = at_once_in_browsers(teacher, app_code(teacher) if kind == "app" else recovery)

    assert logged_in == [False] * (AT_ONCE - 1) + [True]


def test_wrong_codes_are_counted_one_by_one():
    teacher = TeacherFactory()
    switched_on(teacher)

    at_once_in_browsers(teacher, "000000")

    assert SecondFactor.objects.get().wrong_codes == AT_ONCE
