"""After the password a code: asked for, right once, and said in words when it isn't."""

import datetime
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone, translation

from courses.mail.models import Letter
from courses.people.models import Person, SecondFactor
from courses.people.notifications import password_link
from courses.people.services import second_factor as services
from courses.people.values import PASSED_SECOND_FACTOR
from tests.factories.people import PersonFactory, TeacherFactory
from tests.factories.second_factors import CODE_PAGE, app_code, give_password, switched_on

pytestmark = pytest.mark.django_db
PAGE = "/fr/profile/second-step/"
LATER = datetime.timedelta(minutes=11)


def logged_in_as(client) -> str | None:
    return client.session.get(SESSION_KEY)


def give_code(client, code, *, to="", **fields):
    return client.post(CODE_PAGE, {"code": code, "next": to, **fields})


def key_shown(answer) -> str:
    return answer.context["key"].replace(" ", "")


@pytest.fixture
def teacher():
    return TeacherFactory()


def test_a_teacher_sets_it_up_and_logs_in_with_it(client, teacher):
    client.force_login(teacher)
    page = client.get(PAGE)
    address = page.context["address"]
    key = parse_qs(urlsplit(address).query)["secret"][0]

    shown = client.post(
        PAGE, {"password": "password", "code": services.pyotp.TOTP(key).at(timezone.now())}
    )
    client.post("/fr/logout/")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=1)):
        half = give_password(client, teacher, to="/fr/profile/")
        nobody = logged_in_as(client)
        done = give_code(client, app_code(teacher), to="/fr/profile/")

    assert key == key_shown(page)
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.context["key"])
    assert page.context["drawing"].startswith("data:image/svg+xml")
    assert len(set(shown.context["codes"])) == 10
    assert half.url == f"{CODE_PAGE}?next=%2Ffr%2Fprofile%2F"
    assert nobody is None
    assert done.url == "/fr/profile/"
    assert logged_in_as(client) == str(teacher.pk)
    assert client.session[PASSED_SECOND_FACTOR] is True


def test_a_wrong_first_code_switches_nothing_on(client, teacher):
    client.force_login(teacher)
    key = key_shown(client.get(PAGE))

    answer = client.post(PAGE, {"password": "password", "code": "000000", "next": "/fr/profile/"})

    assert answer.status_code == 422
    assert key_shown(answer) == key
    assert not SecondFactor.objects.exists()


def test_an_open_screen_is_not_enough_to_switch_it_on(client, teacher):
    client.force_login(teacher)
    code = services.pyotp.TOTP(key_shown(client.get(PAGE))).at(timezone.now())

    answer = client.post(PAGE, {"password": "wrong", "code": code})

    assert answer.status_code == 422
    assert not SecondFactor.objects.exists()


def test_who_has_no_password_gives_none(client, teacher):
    """Who comes in by an ENT alone."""
    teacher.set_unusable_password()
    teacher.save()
    client.force_login(teacher)
    page = client.get(PAGE)

    client.post(PAGE, {"code": services.pyotp.TOTP(key_shown(page)).at(timezone.now())})

    assert list(page.context["form"].fields) == ["code"]
    assert SecondFactor.objects.exists()


def test_the_code_of_the_first_step_doesn_t_log_in(client, teacher):
    seed = services.new_seed()
    code = services.app_of(seed).at(timezone.now())
    services.switch_on(person=teacher, seed=seed, code=code)
    give_password(client, teacher)

    answer = give_code(client, code)

    assert answer.status_code == 422
    assert logged_in_as(client) is None


def test_setting_it_up_logs_other_devices_out_and_writes_to_the_owner(client, teacher):
    other = Client()
    for one in (client, other):
        one.force_login(teacher)
    key = key_shown(client.get(PAGE))

    client.post(PAGE, {"password": "password", "code": services.pyotp.TOTP(key).at(timezone.now())})

    assert client.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 302
    assert [letter.details["event"] for letter in Letter.objects.filter(to=teacher)] == ["on"]


@pytest.mark.parametrize(
    ("steps", "is_right"),
    [
        pytest.param(-2, False, id="a minute ago"),
        pytest.param(-1, True, id="one step ago"),
        pytest.param(0, True, id="now"),
        pytest.param(1, True, id="one step ahead"),
        pytest.param(2, False, id="a minute ahead"),
    ],
)
def test_a_clock_may_be_one_step_off(client, teacher, steps, is_right):
    switched_on(teacher)
    give_password(client, teacher)

    give_code(client, app_code(teacher, steps=steps))

    assert (logged_in_as(client) == str(teacher.pk)) is is_right


def test_a_code_is_good_once_and_none_before_it(client, teacher):
    switched_on(teacher)
    code, earlier = app_code(teacher), app_code(teacher, steps=-1)
    give_password(client, teacher)
    give_code(client, code)
    others = [Client(), Client()]

    for other, used in zip(others, (code, earlier), strict=True):
        give_password(other, teacher)
        give_code(other, used)

    assert logged_in_as(client) == str(teacher.pk)
    assert [logged_in_as(other) for other in others] == [None, None]


def test_a_recovery_code_is_good_once_and_its_use_is_told(client, teacher):
    codes = switched_on(teacher)
    other = Client()
    for one in (client, other):
        give_password(one, teacher)

    typed = f" {codes[0][:3]} {codes[0][3:6]}-{codes[0][6:]}"
    give_code(client, typed)
    refused = give_code(other, codes[0])

    assert logged_in_as(client) == str(teacher.pk)
    assert (refused.status_code, logged_in_as(other)) == (422, None)
    told = Letter.objects.filter(to=teacher).order_by("pk").last()
    assert (told.details["event"], told.details["left"]) == ("recovered", 9)


def test_a_recovery_code_of_somebody_else_opens_nothing(client, teacher):
    codes = switched_on(TeacherFactory())
    switched_on(teacher)
    give_password(client, teacher)

    give_code(client, codes[0])

    assert logged_in_as(client) is None


def test_after_five_wrong_codes_none_is_looked_at_for_a_quarter_of_an_hour(client, teacher):
    switched_on(teacher)
    give_password(client, teacher)
    for _time in range(5):
        give_code(client, "000000")

    refused = give_code(client, app_code(teacher))
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=15, seconds=1)):
        give_password(client, teacher)
        give_code(client, app_code(teacher))

    assert "Cinq codes étaient faux" in refused.text
    assert "15\N{NO-BREAK SPACE}min" in refused.text
    assert logged_in_as(client) == str(teacher.pk)
    events = (
        Letter.objects.filter(to=teacher).order_by("pk").values_list("details__event", flat=True)
    )
    assert list(events) == ["on", "wrong"]


def test_a_right_code_makes_earlier_wrong_ones_forgotten(client, teacher):
    switched_on(teacher)
    give_password(client, teacher)
    for _time in range(4):
        give_code(client, "000000")
    give_code(client, app_code(teacher))

    other = Client()
    give_password(other, teacher)
    give_code(other, "000000")
    give_code(other, app_code(teacher, steps=1))

    assert logged_in_as(other) == str(teacher.pk)


def test_who_doesn_t_know_the_password_locks_nobody_out(client, teacher):
    switched_on(teacher)
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    for _time in range(6):
        stranger.post("/fr/login/", {"username": teacher.login, "password": "wrong"})
        give_code(stranger, "000000")

    give_password(client, teacher)
    give_code(client, app_code(teacher))

    assert logged_in_as(client) == str(teacher.pk)


def test_the_key_of_the_session_changes_with_the_password_and_with_the_code(client, teacher):
    switched_on(teacher)
    client.get("/fr/login/")
    session = client.session
    session["begun"] = "by another"
    session.save()
    keys = [session.session_key]

    give_password(client, teacher)
    keys.append(client.session.session_key)
    give_code(client, app_code(teacher))
    keys.append(client.session.session_key)

    assert len(set(keys)) == 3


def test_the_code_page_without_a_password_leads_to_the_login_page(client, teacher):
    switched_on(teacher)

    asked = client.get(f"{CODE_PAGE}?next=/fr/profile/")
    sent = give_code(client, app_code(teacher), to="/fr/profile/")

    assert [asked.url, sent.url] == ["/fr/login/?next=/fr/profile/"] * 2
    assert "dix minutes" in client.get(sent.url).text
    assert logged_in_as(client) is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda one: None, id="ten minutes have passed"),
        pytest.param(lambda one: one.set_password("another password"), id="another password"),
        pytest.param(lambda one: setattr(one, "is_active", False), id="account closed"),
        pytest.param(lambda one: services.take_off(person=one, by=None), id="taken off"),
    ],
)
def test_a_half_login_ends(client, teacher, change):
    switched_on(teacher)
    give_password(client, teacher)
    code = app_code(teacher)
    session = client.session
    session.set_expiry(60 * 60)  # the row stays: what is tested is the login's own end
    session.save()
    changed = Person.objects.get(pk=teacher.pk)
    change(changed)
    changed.save()
    later = LATER if changed.check_password("password") and changed.is_active else LATER * 0
    if not SecondFactor.objects.exists():
        later = LATER * 0

    with time_machine.travel(timezone.now() + later):
        answer = give_code(client, app_code(teacher) if later else code, to="/fr/profile/")

    assert answer.url == "/fr/login/?next=/fr/profile/"
    assert logged_in_as(client) is None


def test_the_back_button_after_the_login_leads_on(client, teacher):
    switched_on(teacher)
    give_password(client, teacher)
    give_code(client, app_code(teacher))

    answer = client.get(f"{CODE_PAGE}?next=/fr/profile/")

    assert answer.url == "/fr/profile/"


def test_a_tab_of_another_login_says_so(client, teacher):
    other = TeacherFactory()
    for person in (teacher, other):
        switched_on(person)
        give_password(client, person)

    answer = give_code(client, app_code(other), whose=teacher.device_key, to="/fr/profile/")

    assert answer.url == "/fr/login/?next=/fr/profile/"
    assert "dans un autre onglet" in client.get(answer.url).text
    assert logged_in_as(client) is None


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/", "a" * 1_001]
)
def test_the_second_step_leads_to_pages_of_this_site_alone(client, teacher, wanted):
    switched_on(teacher)
    give_password(client, teacher)

    answer = give_code(client, app_code(teacher), to=wanted)

    assert answer.url == "/fr/today/"


def test_a_link_of_a_letter_asks_for_the_code_too(client, teacher):
    switched_on(teacher)
    client.force_login(other := PersonFactory())
    with translation.override("fr"):
        link = urlsplit(password_link(teacher)).path
    form = client.get(link, follow=True)

    answer = client.post(
        form.redirect_chain[-1][0],
        {"new_password1": "a-long-new-one", "new_password2": "a-long-new-one"},
    )

    assert answer.url == f"{CODE_PAGE}?next=%2Ffr%2Ftoday%2F"
    assert "Clear-Site-Data" in answer.headers
    assert logged_in_as(client) is None
    assert "vous êtes connecté" not in client.get(answer.url).text
    assert other.login_sessions.count() == 0


def test_a_password_of_a_slip_asks_for_the_code_too(client, teacher):
    switched_on(teacher)
    teacher.paper_password_ends_at = timezone.now() + datetime.timedelta(days=1)
    teacher.save()
    give_password(client, teacher)

    answer = client.post("/fr/login/own-password/", {"later": "yes"})

    assert answer.url.startswith(CODE_PAGE)
    assert logged_in_as(client) is None


def test_a_shared_computer_stays_one(client, teacher):
    switched_on(teacher)
    give_password(client, teacher, is_shared="on")

    answer = give_code(client, app_code(teacher))

    assert client.session["is_shared"] is True
    assert "device" not in answer.cookies


def test_whoever_has_none_logs_in_as_before(client, teacher):
    answer = give_password(client, teacher)

    assert answer.url == "/fr/today/"
    assert client.session[PASSED_SECOND_FACTOR] is False
