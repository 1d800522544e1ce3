"""One laptop's way in a real browser: a survey answered by the student, by a guardian's link and in a
call; asked for by the link, decided, drawn up at the desk, signed on the
family's phone, handed over; recalled, back without its charger and damaged, corrected, estimated,
inspected, lent again. Once in French on a phone, once in English on a laptop; axe on each page.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from continuity.equipment.services import while_out
from continuity.models import EquipmentItem, EquipmentNeed, Loan, LoanAgreement, SurveyAnswer
from tests.browser.reader import Reader
from tests.browser.test_a_survey_on_a_phone import PRESSES, answer_all
from tests.browser.test_ten_loans_at_a_desk import MOST_PRESSES, Desk
from tests.factories import equipment, survey
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory, at
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ONLY_A_PHONE = ["phone", "none", "no", "no", "help_computer"]
TUESDAY, RECALLED, DUE = (datetime.date(2026, 12, day) for day in (1, 8, 15))


def state(number: str) -> str:
    return EquipmentItem.objects.get(number=number).state


@pytest.fixture
def given(settings, live_server, request):
    """A leader with two laptops, two students, and a guardian of the first with a personal link."""
    settings.SITE_ADDRESS = live_server.url
    language = request.getfixturevalue("language")
    with time_machine.travel(at(TUESDAY, 8)):
        school_class = SchoolClassFactory(name="2de 4")
        leader = LeaderFactory(leads=school_class.school, language=language)
        for number in ("0412", "0415"):
            equipment.with_charger(school_class.school, by=leader, number=number)
        students = [
            StudentFactory(
                in_class=school_class,
                given_name=name,
                family_name=f"{name}nom",
                language=language,
                email=f"{name}@example.org".lower(),
            )
            for name in ("Lilas", "Tom")
        ]
        kept = follows(GuardianFactory(language=language), students[0])
        return school_class.school, leader, students, kept, linked(kept)


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_from_need_to_the_next_student(live_server, browser, given, language, width):
    school, leader, (lilas, tom), kept, token = given
    family = Reader(browser, live_server.url, kept.guardian, width=width)
    desk = Desk(browser, live_server.url, leader, width=width)
    with time_machine.travel(at(TUESDAY, 9)):
        survey.campaign_of(school)
        phone = Reader(browser, live_server.url, lilas, width=width).log_in_by_cookie()
        surveyed(phone, family, desk.log_in_by_cookie(), token, tom)
        asked_and_decided(family, desk, school)
        desk.presses = 0
        desk.visit("continuity:desk", school.public_id)
        desk.types("0412")
        desk.types("lilasnom")
        desk.goes_on(f"a[href*='student={lilas.public_id}']")
        desk.page.fill("input[name=due_on]", DUE.isoformat())
        desk.presses += 3  # a day is chosen in a calendar
        desk.look()
        desk.goes_on("button[formaction$='/agreement/']")
        desk.look()
        signed_on_the_family_s_phone(family, token)
        desk.page.reload()
        desk.goes_on("form[action$='/hand-over/'] button")
        desk.look()
        assert desk.presses <= MOST_PRESSES
        assert state("0412") == "lent"
    with time_machine.travel(at(RECALLED, 8)):
        run_worker()
        mail.outbox.clear()
        while_out.post_reminders(timezone.now())
        run_worker()
        assert {one.to[0].split("<")[-1].strip("<>") for one in mail.outbox} == {
            lilas.email,
            kept.guardian.email,
        }
    with time_machine.travel(at(DUE, 9)):
        comes_back(Desk(browser, live_server.url, leader, width=width).log_in_by_cookie(), school)
        desk = Desk(browser, live_server.url, leader, width=width).log_in_by_cookie()
        lent_again(desk, school, tom)
        space = "\N{NO-BREAK SPACE}" if language == "fr" else " "
        family.visit("continuity:link_receipt", token, Loan.objects.order_by("pk")[0].public_id)
        family.shows(f"40{space}€")


def surveyed(phone, family, desk, token, called):
    """By the student, by the guardian's link, and by the desk in a call with another family."""
    phone.visit("continuity:survey")
    answer_all(phone, PRESSES)
    phone.reads("Your answers are saved")
    desk.visit("continuity:survey_call", called.public_id)
    desk.press("a[href*='/guardian/device/']")
    answer_all(desk, ONLY_A_PHONE)
    desk.reads("The answers are saved")
    family.visit("continuity:link_survey", token)
    answer_all(family, ONLY_A_PHONE)
    family.reads("Your answers are saved")
    said = SurveyAnswer.objects.values_list("student__given_name", "origin", "device")
    assert set(said) == {
        ("Lilas", "student", "shared"),
        ("Lilas", "guardian", "phone"),
        ("Tom", "call", "phone"),
    }


def asked_and_decided(family, desk, school):
    """From the survey's last page: an answer by itself asks for nothing."""
    assert not EquipmentNeed.objects.exists()
    family.press("a[href$='/ask/']")
    for name, value in (("wants", "device"), ("device", "phone"), ("connection", "home")):
        family.page.check(f"input[name={name}][value={value}]")
    family.press("form.part button")
    desk.visit("continuity:needs", school.public_id)
    desk.press(f"a[href*='/needs/{EquipmentNeed.objects.get().public_id}/']")
    desk.page.check("input[name=verdict][value=yes]")
    desk.page.select_option("select[name=reason]", "in_turn")
    desk.press("form.part button.button--main")


def signed_on_the_family_s_phone(family, token):
    family.visit("continuity:link_equipment", token)
    family.press("a[href*='/agreements/']")
    family.page.fill("input[name=name]", "Camille")
    family.page.check("input[name=has_read]")
    family.press("form.part button.button--main")
    family.reads("It is signed.")
    assert LoanAgreement.objects.get().way == "link"


def comes_back(desk, school):
    """Without the charger; noted as whole, then corrected to damaged, and estimated."""
    desk.visit("continuity:desk", school.public_id)
    desk.types("0412")
    loan = Loan.objects.get()
    laptop = loan.lines.get(thing__number="0412")
    desk.page.check(f"input[name='line-{laptop.public_id}'][value=back]")
    desk.press("form[action$='/back/'] button")
    desk.reads("Part of it is back: the loan stays open for the rest only")
    desk.press("a[href$='/correct/']")
    desk.page.check("input[name=outcome][value=damaged]")
    desk.press("form[action$='/correct/'] button")
    desk.press("a[href$='/correct/']")
    desk.page.fill("input[name=euros]", "40")
    desk.page.select_option("select[name=reason]", "screen")
    desk.press("form[action$='/estimate/'] button")
    desk.reads("The estimate is saved.")
    assert (state("0412"), state("0412-C")) == ("to_inspect", "lent")
    # The charger is lost: another thing is lent in its place, in one step.
    desk.press("a[href*='replaces=']")
    desk.types("0415-C")
    desk.page.check("input[name=came_back][value=lost]")
    desk.page.check("input[name=signed_by] >> nth=0")  # the guardian who is entered
    desk.look()
    desk.press("form[action$='/lend/'] button")
    assert (state("0412-C"), state("0415-C")) == ("lost", "lent")
    desk.visit("continuity:loan", loan.public_id)
    desk.shows("0415-C")


def lent_again(desk, school, student):
    """Inspected, erased by somebody with a name, and handed to the next one."""
    desk.visit("continuity:thing", EquipmentItem.objects.get(number="0412").public_id)
    desk.page.check("input[name=is_erased]")
    desk.press("button[name=state][value=available]")
    desk.presses = 0
    desk.goes_on("a[href*='/desk/?thing=']")
    desk.types("tomnom")
    desk.goes_on(f"a[href*='student={student.public_id}']")
    desk.goes_on("form[action$='/lend/'] button")
    assert desk.presses <= MOST_PRESSES
    assert state("0412") == "lent"
