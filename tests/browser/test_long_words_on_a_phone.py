"""At 360 px a name or a title without a space is broken inside its box, and no word of a button is."""

import pytest

from tests.browser.reader import Reader
from tests.factories.answers import waiting
from tests.factories.continuity import MONDAY, StudentFactory, lesson_item, part_of, teaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONGEST = "Anticonstitutionnellement" * 3 + "abcde"
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
# Words of the bar's buttons that stand on two lines.
BROKEN_WORDS = r"""() => [...document.querySelectorAll(".bottom .button")].flatMap((button) => {
    const walker = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
    const broken = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (const word of node.data.matchAll(/[^\s\u00a0\u202f]+/g)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word[0]);
        }
    return broken;
})"""


@pytest.fixture
def part():
    part = part_of(teaching())
    part.teaching.teacher.language = "fr"
    part.teaching.teacher.save()
    return part


def test_a_name_and_a_title_of_80_letters_stay_inside_the_page(part, live_server, browser):
    lesson_item(part, title=LONGEST)
    student = StudentFactory(in_class=part.teaching.school_class, given_name=LONGEST, language="fr")
    class_id = part.teaching.school_class.public_id

    of_student = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()
    of_teacher = Reader(
        browser, live_server.url, part.teaching.teacher, width=360
    ).log_in_by_cookie()
    widths = [
        of_student.visit("today:home").page.evaluate(WIDTHS),
        of_teacher.visit("continuity:student", student.public_id).page.evaluate(WIDTHS),
        of_teacher.visit("continuity:planner", class_id, MONDAY.isoformat()).page.evaluate(WIDTHS),
    ]

    assert widths == [[360, 360]] * 3
    of_student.context.close()
    of_teacher.context.close()


def test_no_word_of_the_bar_that_returns_an_answer_is_broken(part, live_server, browser):
    students = StudentFactory.create_batch(3, in_class=part.teaching.school_class)
    middle = [
        waiting(part.teaching, student, hours_ago=hours)
        for hours, student in enumerate(students, 3)
    ][1]
    desk = Reader(browser, live_server.url, part.teaching.teacher, width=360).log_in_by_cookie()

    desk.visit("continuity:write_answer", middle.public_id)

    assert desk.page.locator(".bottom .button").count() == 4
    assert desk.page.evaluate(BROKEN_WORDS) == []
    assert desk.page.evaluate(WIDTHS) == [360, 360]
    desk.context.close()
