"""Where one is logged in, and ending it; short sessions on shared computers; the password on paper
is replaced.
"""

import datetime

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.people.models import LoginSession, Person
from courses.people.services import first_passwords, logins
from courses.people.values import DEVICE_COOKIE, device_name
from tests.development.visitors import session_of
from tests.factories.continuity import StudentFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
LOGIN = "/en/login/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME_ON_ANDROID = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile"
    " Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.0 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"
    " Safari/537.36 Edg/140.0"
)


def logged_in(person, user_agent=FIREFOX, password="password", **more) -> Client:
    browser = Client(headers={"user-agent": user_agent})
    browser.post(LOGIN, {"username": person.login, "password": password, **more})
    return browser


def is_in(browser) -> bool:
    return browser.get(reverse("people:profile")).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("what", "error", "status"),
    [
        ("writes", OperationalError("attempt to write a readonly database"), 503),
        ("everything", OperationalError("attempt to write a readonly database"), 503),
        ("writes", RuntimeError("a fault of ours"), 500),
    ],
    ids=str,
)
def test_whoever_logs_out_is_logged_out_on_the_device_when_nothing_can_be_saved(
    what, error, status
):
    person = PersonFactory()
    browser = logged_in(person)
    browser.raise_request_exception = False
    was_in = is_in(browser)

    def refuse(execute, sql, params, many, context):
        if what == "everything" or not sql.startswith("SELECT"):
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        answer = browser.post("/en/logout/", headers={"origin": "http://testserver"})

    assert was_in
    assert answer.status_code == status
    assert "You are logged out on this device" in answer.text
    assert "Votre connexion est fermée sur cet appareil" in answer.text
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_in(browser)
    assert LoginSession.objects.filter(person=person).exists()  # as the page says


def test_no_other_page_logs_out_where_nothing_can_be_saved():
    browser = logged_in(PersonFactory())
    browser.raise_request_exception = False

    def refuse(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        answer = browser.post("/en/logout/", headers={"origin": "https://elsewhere.example"})

    assert "You are logged out" not in answer.text
    assert is_in(browser)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (CHROME_ON_ANDROID, "Chrome, Android"),
        (SAFARI, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        ("x", ""),
    ],
)
def test_a_device_is_named_by_browser_and_system(user_agent, name):
    assert device_name(user_agent) == name


def test_the_list_shows_own_sessions_only_and_ends_one(client):
    ada = PersonFactory(login="ada")
    here, phone = logged_in(ada), logged_in(ada, CHROME_ON_ANDROID)
    logged_in(PersonFactory(login="somebody.else"), SAFARI)

    page = here.get(reverse("people:sessions"))

    assert [session.device for session in page.context["sessions"]] == [
        "Chrome, Android",
        "Firefox, Linux",
    ]
    assert "Safari" not in page.text
    assert (
        phone.session.session_key not in page.text
    )  # whoever reads the page's source over a shoulder can't take it
    code = next(
        session.code for session in page.context["sessions"] if session.device.startswith("Chrome")
    )
    here.post(reverse("people:end_session"), {"session": code})
    assert (is_in(here), is_in(phone)) == (True, False)


def test_another_persons_session_is_not_there():
    ada, mallory = PersonFactory(login="ada"), PersonFactory(login="mallory")
    victim = logged_in(ada)
    code = LoginSession.objects.get(person=ada).code

    assert (
        logged_in(mallory).post(reverse("people:end_session"), {"session": code}).status_code == 404
    )
    assert is_in(victim)


def test_all_others_are_ended_at_once():
    ada = PersonFactory(login="ada")
    others = [logged_in(ada) for _browser in range(2)]
    here, somebody_elses = logged_in(ada), logged_in(PersonFactory(login="somebody.else"))

    here.post(reverse("people:end_session"))

    assert [is_in(browser) for browser in [here, somebody_elses, *others]] == [
        True,
        True,
        False,
        False,
    ]


def test_a_new_password_leaves_one_session_in_the_list():
    ada = PersonFactory(login="ada")
    other, here = logged_in(ada), logged_in(ada)

    new = {
        "old_password": "password",
        "new_password1": "a-long-password-1",
        "new_password2": "a-long-password-1",
    }
    here.post(reverse("people:change_password"), new)

    assert (is_in(here), is_in(other)) == (True, False)
    assert len(here.get(reverse("people:sessions")).context["sessions"]) == 1


def test_a_session_keeps_its_moment_and_device_when_it_is_saved_again():
    here = logged_in(PersonFactory())
    began_at = LoginSession.objects.get().began_at

    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        session = here.session
        session["something"] = 1
        session.save()

    assert (LoginSession.objects.get().began_at, LoginSession.objects.get().device) == (
        began_at,
        "Firefox, Linux",
    )


def test_on_a_shared_computer_the_session_ends_with_the_browser_or_after_four_hours():
    ada = PersonFactory(login="ada")
    shared = logged_in(ada, is_shared="on")

    assert shared.cookies["sessionid"]["max-age"] == ""  # a cookie of the browser's session
    assert DEVICE_COOKIE not in shared.cookies  # the next person at it is no acquaintance
    assert is_in(shared)
    assert (
        LoginSession.objects.get().expire_date - LoginSession.objects.get().began_at
        == datetime.timedelta(hours=4)
    )
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=4, minutes=1)):
        assert not is_in(shared)


def test_elsewhere_it_lasts_for_thirty_days():
    own = logged_in(PersonFactory())

    assert own.cookies["sessionid"]["max-age"] == 30 * 24 * 60 * 60
    assert DEVICE_COOKIE in own.cookies
    with time_machine.travel(timezone.now() + datetime.timedelta(days=29)):
        assert is_in(own)


def test_sessions_that_are_over_are_deleted():
    logged_in(PersonFactory())

    logins.sweep(timezone.now() + datetime.timedelta(days=29))
    assert LoginSession.objects.count() == 1
    logins.sweep(timezone.now() + datetime.timedelta(days=31))
    assert LoginSession.objects.count() == 0


# The password on paper


@pytest.fixture
def slip():
    student = StudentFactory(login="alix")
    return first_passwords.give_first_passwords([student], now=timezone.now())[0]


REPLACE = "/en/login/own-password/"
OWN = {"new_password1": "three blue planks", "new_password2": "three blue planks"}


def with_slip(slip, **more) -> Client:
    browser = Client()
    answer = browser.post(
        LOGIN, {"username": slip.login, "password": slip.password, "next": "/en/profile/", **more}
    )
    assert (answer.status_code, answer.url) == (302, REPLACE)
    assert not is_in(browser)
    return browser


def test_the_password_on_paper_is_replaced_at_the_first_login(slip):
    browser = with_slip(slip)

    answer = browser.post(REPLACE, OWN)

    assert answer.url == "/en/profile/"
    assert is_in(browser)
    assert (
        "_auth_user_id"
        not in Client().post(LOGIN, {"username": slip.login, "password": slip.password}).cookies
    )
    assert is_in(logged_in(Person.objects.get(login="alix"), password="three blue planks"))
    assert browser.cookies["sessionid"]["max-age"] == 30 * 24 * 60 * 60


@pytest.mark.parametrize(
    "written",
    [str, str.upper, lambda printed: printed.replace("-", "")],
    ids=["as printed", "in capitals", "in one"],
)
def test_the_password_of_the_slip_is_not_taken_as_ones_own(slip, written):
    browser = with_slip(slip)
    typed = written(slip.password)

    answer = browser.post(REPLACE, {"new_password1": typed, "new_password2": typed})

    assert answer.status_code == 422
    assert (
        "This is the password on your slip. Choose another one, that is on no paper." in answer.text
    )
    assert not is_in(browser)


def test_it_can_be_put_off_for_a_week_after_the_first_time(slip):
    browser = with_slip(slip)
    assert 'name="later"' in browser.get(REPLACE).text
    assert browser.post(REPLACE, {"later": "yes"}).url == "/en/profile/"
    assert is_in(browser)

    with time_machine.travel(timezone.now() + datetime.timedelta(days=6)):
        again = with_slip(slip)
        assert again.post(REPLACE, {"later": "yes"}).url == "/en/profile/"
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        late = with_slip(slip)
        assert 'name="later"' not in late.get(REPLACE).text
        assert late.post(REPLACE, {"later": "yes"}).status_code == 422
        assert not is_in(late)
        late.post(REPLACE, OWN)
        assert is_in(late)


def test_a_shared_computer_stays_shared_when_the_password_is_replaced(slip):
    browser = with_slip(slip, is_shared="on")

    browser.post(REPLACE, OWN)

    assert browser.cookies["sessionid"]["max-age"] == ""
    assert LoginSession.objects.get(person__login="alix").is_shared


def test_the_page_opens_only_after_the_password_was_typed(slip, client):
    assert client.get(REPLACE).url == "/en/login/"
    assert client.post(REPLACE, OWN).url == "/en/login/"


def test_a_newer_slip_closes_the_page_of_the_older_one(slip):
    browser = with_slip(slip)
    first_passwords.give_first_passwords([Person.objects.get(login="alix")], now=timezone.now())

    assert browser.post(REPLACE, OWN).url == "/en/login/"


def test_a_new_slip_ends_the_sessions_of_the_lost_one(slip):
    finder = with_slip(slip)
    finder.post(REPLACE, {"later": "yes"})

    first_passwords.give_first_passwords([Person.objects.get(login="alix")], now=timezone.now())

    assert not is_in(finder)


def test_pictures_and_measures_are_taken_as_somebody_who_is_signed_in(client):
    """The site's sessions have an engine of their own: one of Django's was nobody's, and every
    picture a login page.
    """
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(PersonFactory())

    assert client.get(reverse("today:home")).status_code == 200


ENDED = "Your login in this browser has ended"


def test_the_login_page_says_that_the_session_has_ended_and_only_then():
    person = PersonFactory(language="en")
    browser, stranger = logged_in(person), Client()
    LoginSession.objects.all().delete()  # as a restore of an older database leaves it

    sent_on = browser.get("/en/profile/", follow=True)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "unknown"
    straight = browser.get(LOGIN)

    assert ENDED in sent_on.text
    assert 'name="next" value="/en/profile/"' in sent_on.text
    assert ENDED in straight.text
    assert ENDED not in stranger.get("/en/profile/", follow=True).text
    assert ENDED not in stranger.get(LOGIN).text


def test_whoever_is_halfway_through_a_login_is_not_told_that_a_session_has_ended(slip):
    assert ENDED not in with_slip(slip).get(LOGIN).text


def test_whoever_logged_out_is_not_told_that_a_session_has_ended():
    browser = logged_in(PersonFactory(language="en"))

    browser.post(reverse("people:logout"))

    assert ENDED not in browser.get("/en/profile/", follow=True).text
