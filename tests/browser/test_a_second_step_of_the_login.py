"""A leader sets up the second step before anything else, keeps the codes, and logs in with it by
keyboard alone; later with a recovery code. French on a phone, English on a laptop.
"""

import datetime

import pytest
from django.utils import timezone
from pyotp import TOTP

from courses.people.models import SecondFactor
from tests.browser.reader import Reader
from tests.factories.continuity import LeaderFactory
from tests.factories.second_factors import app_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Phone(Reader):
    def gives_the_password(self):
        self.visit("people:login")
        self.page.fill("input[name=username]", self.person.login)
        self.page.fill("input[name=password]", "password")
        return self.press("form.part button")

    def types_the_code(self, code: str):
        """Without touching anything: the field has the focus."""
        self.page.keyboard.type(code)
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.keyboard.press("Enter")
        self.look()
        return self

    def fills(self, **fields):
        for name, typed in fields.items():
            self.page.fill(f"input[name={name}]", typed)

    def comes_back_another_day(self):
        self.context.clear_cookies()
        return self.gives_the_password()


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
)
def test_a_leader_sets_up_and_uses_a_second_step(live_server, browser, settings, language, width):
    settings.SECOND_FACTOR_FROM = datetime.date(2026, 1, 1)
    leader = LeaderFactory(language=language)
    phone = Phone(browser, live_server.url, leader, width=width)
    phone.cuts = ("status of 422",)  # a refused code is a page here

    # Led to set it up; the first code of the app, a wrong one before
    phone.gives_the_password()
    phone.reads("Your role reaches further than your own classes")
    assert phone.page.locator("img.qr").evaluate("drawing => drawing.naturalWidth") > 100
    first_code = code_of_the_key(phone)
    phone.fills(password="password", code="000000")
    phone.press("form.part button")
    phone.reads("This code isn’t right, or has been used already.")
    phone.fills(password="password", code=first_code)
    phone.press("form.part button")
    phone.reads("This page can’t be opened again. Keep the codes where your phone isn’t.")
    codes = phone.page.locator(".slips code").all_inner_texts()
    assert len(codes) == 10
    phone.press("main a.button--main")
    assert phone.page.url.endswith(phone.address("today:home"))

    # Out, and in again by keyboard
    phone.comes_back_another_day()
    field = phone.page.locator("input[name=code]")
    assert [field.get_attribute(name) for name in ("autocomplete", "inputmode")] == [
        "one-time-code",
        "numeric",
    ]
    phone.types_the_code("000000")
    phone.reads("This code isn’t right, or has been used already.")
    phone.page.fill("input[name=code]", app_code(leader, steps=1))
    phone.press("form.part button")
    assert phone.page.url.endswith(phone.address("today:home"))

    # The phone is lost: a recovery code as it is printed
    phone.comes_back_another_day().types_the_code(codes[0])
    assert phone.page.url.endswith(phone.address("today:home"))
    phone.visit("people:second_factor")
    phone.reads("Your login has a second step")
    assert SecondFactor.objects.get(person=leader).recovery_codes.count() == 9


def code_of_the_key(phone) -> str:
    """What an app shows that was given the key on the page."""

    key = phone.page.locator("code.key").inner_text().replace(" ", "")
    return TOTP(key).at(timezone.now())
