"""The desk in a real browser: ten loans in a row without going back to a list, each in at most 25
presses of staff, keys included; the return with a missing charger and a damaged screen; a family asks
by a link on another phone. Once in French on a phone, once in English on a laptop; axe on each page.
"""

import datetime

import pytest
import time_machine

from continuity.models import EquipmentItem, EquipmentNeed, Loan
from tests.browser.reader import Reader
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory, at
from tests.factories.guardians import GuardianFactory, follows, linked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TUESDAY = datetime.date(2026, 12, 1)
MOST_PRESSES = 25
LOANS = 10


class Desk(Reader):
    """Counts what its person presses: keys, and taps."""

    presses = 0

    def types(self, words: str) -> None:
        """Into the field that is ready for it, then Enter."""
        self.page.keyboard.type(words)
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.keyboard.press("Enter")
        self.presses += len(words) + 1

    def taps(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.presses += 1

    def goes_on(self, selector: str) -> None:
        """A tap that leads to another page."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.taps(selector)


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_from_need_to_loan_to_return(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    with time_machine.travel(at(TUESDAY, 9)):
        school_class = SchoolClassFactory(name="2de 4")
        school = school_class.school
        leader = LeaderFactory(leads=school, language=language)
        students = [
            StudentFactory(
                in_class=school_class, given_name="Lilas", family_name=f"Nom{n}", language=language
            )
            for n in range(LOANS)
        ]
        for n in range(LOANS):
            equipment.with_charger(school, by=leader, number=f"041{n}")
        kept = follows(GuardianFactory(language=language), students[0])
        token = linked(kept)

        # Asked for by a link, on another phone
        family = Reader(browser, live_server.url, kept.guardian, width=width)
        family.visit("continuity:link_equipment", token)
        family.press("a[href$='/ask/']")
        for name, value in (("wants", "device"), ("device", "phone"), ("connection", "home")):
            family.page.check(f"input[name={name}][value={value}]")
        family.press("form.part button")
        need = EquipmentNeed.objects.get()

        # Decided, with a thing reserved
        desk = Desk(browser, live_server.url, leader, width=width).log_in_by_cookie()
        desk.visit("continuity:needs", school.public_id)
        desk.press(f"a[href*='/needs/{need.public_id}/']")
        desk.page.check("input[name=verdict][value=yes]")
        desk.page.select_option("select[name=reason]", "in_turn")
        desk.page.fill("input[name=number]", "0410")
        desk.press("form.part button.button--main")
        family.visit("continuity:link_equipment", token)
        family.reads("How it was decided, and what you can do")

        # Ten loans in a row
        desk.visit("continuity:desk", school.public_id)
        for n, student in enumerate(students):
            desk.presses = 0
            if n == 0:  # reserved: from the list of who is to be handed something
                desk.visit("continuity:needs", school.public_id)
                desk.goes_on("a[href*='student=']")
                desk.taps("input[name=signed_by] >> nth=0")  # the guardian who is entered
            else:
                desk.types(f"041{n}")
                desk.types(f"nom{n}")
                desk.goes_on(f"a[href*='student={student.public_id}']")
            desk.look()
            desk.goes_on("form[action$='/lend/'] button")
            assert desk.presses <= MOST_PRESSES
            assert Loan.objects.count() == n + 1
            assert desk.page.url.endswith("/desk/")
        assert set(EquipmentItem.objects.values_list("state", flat=True)) == {"lent"}

        # The return: typed at the desk
        desk.presses = 0
        desk.types("0413")
        desk.look()
        loan = Loan.objects.get(lines__thing__number="0413")
        laptop = loan.lines.get(thing__number="0413")
        desk.taps(f"input[name='line-{laptop.public_id}'][value=damaged]")
        desk.goes_on("form[action$='/back/'] button")
        desk.look()
        assert desk.presses <= MOST_PRESSES
        desk.reads("Part of it is back: the loan stays open for the rest only")
        states = dict(EquipmentItem.objects.values_list("number", "state"))
        assert (states["0413"], states["0413-C"]) == ("to_inspect", "lent")

        # Inspected, and lent again
        desk.press(f"a[href*='/items/{laptop.thing.public_id}/']")
        desk.page.check("input[name=is_erased]")
        desk.press("button[name=state][value=available]")
        desk.press("a[href*='/desk/?thing=']")
        for name in ("pool", "school_loans", "needs", "new_thing", "import_things"):
            desk.visit(f"continuity:{name}", school.public_id)
        desk.visit("continuity:lending_criteria", school.public_id)
        desk.visit("continuity:publish_criteria", school.public_id)
