"""A guardian reads what the school that shows guardians the week has, nothing of another one."""

import datetime

import pytest
from django.urls import reverse

from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Motive, Status
from continuity.families import services as families
from continuity.models import Feedback
from courses.people.enums import Role
from courses.people.models import ClassMembership, ComingOfAge
from courses.people.services import guardians
from tests.factories import equipment, rolls
from tests.factories.contact import planned_class
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    handed_in,
    homework_item,
    part_of,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import _member
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
WEDNESDAY = datetime.date(2026, 11, 18)
MOVED_ON = datetime.date(2026, 11, 23)


@pytest.fixture
def left():
    """A class of a school that shows guardians nothing."""
    return planned_class(name="2de 1")


@pytest.fixture
def kept(left):
    """The guardianship of a student who moved to a school that shows guardians the week."""
    student = StudentFactory(in_class=left.school_class)
    item = homework_item(part_of(left, WEDNESDAY), due_at=at(datetime.date(2026, 11, 19), 8))
    Feedback.objects.create(
        handin=handed_in(item.assignment, student, at(WEDNESDAY, 8)),
        comment="Well argued",
        written_by=left.teacher,
        returned_at=at(WEDNESDAY, 12),
        returned_by=left.teacher,
    )
    roll = rolls.begun(left, at(WEDNESDAY, 9))
    rolls.closed(roll, **{student.login: RollMark(Status.ABSENT)})
    student.memberships.update(until=MOVED_ON)
    student.class_memberships.update(until=MOVED_ON)
    joined = planned_class(name="1re 2").school_class
    _member(student, joined.school, Role.STUDENT)
    ClassMembership.objects.create(student=student, school_class=joined, since=MOVED_ON)
    return follows(GuardianFactory(language="en"), student, joined.school)


def _pages(client, kept):
    by_link = client.get(reverse("continuity:link_week", args=[linked(kept)])).text
    client.force_login(kept.guardian)
    week = client.get(reverse("continuity:child_week", args=[kept.public_id])).text
    return [by_link, week, client.get(reverse("continuity:children")).text]


def test_an_answer_and_an_hour_of_another_school_are_not_shown(client, kept, left):
    for page in _pages(client, kept):
        assert "Well argued" not in page
        assert left.subject.title not in page


def test_through_the_school_they_are_of_they_are_shown(client, kept, left):
    school = left.school_class.school
    kept.student.memberships.filter(organisation=school).update(until=None)
    follows(kept.guardian, kept.student, school)
    by_link, week, children = _pages(client, kept)
    for page in (by_link, week):
        assert "Well argued" in page
    for page in (by_link, week, children):
        assert left.subject.title in page


def test_of_age_the_page_does_not_say_that_guardians_see_the_week(client, kept):
    client.force_login(kept.student)
    address = reverse("continuity:who_reads")
    english = {"Accept-Language": "en"}
    assert "They see your week" in client.get(address, headers=english).text
    choice = ComingOfAge.objects.create(student=kept.student)
    page = client.get(address, headers=english).text
    assert "They see your week" not in page
    assert "see nothing any more" in page
    choice.shares = True
    choice.save()
    assert "They see your week" in client.get(address, headers=english).text


# A student of two schools: what a guardian reads through one of them, what one told to one of them


TODAY, TOMORROW = datetime.date(2026, 11, 25), datetime.date(2026, 11, 26)


@pytest.fixture
def first():
    return planned_class(name="2de 3")


@pytest.fixture
def second():
    return planned_class(name="2de 5")


@pytest.fixture
def of_both(first, second):
    """The guardianship of the first school."""
    student = StudentFactory(in_class=[first.school_class, second.school_class])
    _member(student, second.school_class.school, Role.STUDENT)
    return follows(GuardianFactory(language="en"), student, first.school_class.school)


@pytest.mark.parametrize("way", ["account", "link"])
def test_loans_requests_and_decisions_of_another_school_are_not_shown(client, of_both, second, way):
    there, student = second.school_class.school, of_both.student
    equipment.lent(student, equipment.thing(of_both.school, number="H-1"))
    equipment.lent(student, equipment.thing(there, number="X-9"))
    decided = equipment.need_of(student, school=there)
    equipment.decided(decided, "later", "none_free", words="Another school’s words")
    asked = equipment.need_of(student, school=there, wants="connection", by=of_both.guardian)
    key = linked(of_both) if way == "link" else of_both.public_id
    client.force_login(of_both.guardian)
    name = {"account": "child", "link": "link"}[way]

    text = client.get(reverse(f"continuity:{name}_equipment", args=[key])).text
    pressed = client.post(reverse(f"continuity:{name}_withdraw_need", args=[key, asked.public_id]))

    assert "H-1" in text
    for hidden in ("X-9", "Another school’s words", asked.public_id):
        assert hidden not in text
    assert pressed.status_code == 404
    client.force_login(student)
    own = client.get(reverse("continuity:my_loans")).text
    assert "H-1" in own
    assert "X-9" in own


@pytest.mark.parametrize("way", ["account", "link"])
@pytest.mark.parametrize("of", ["first", "second"])
def test_agreement_sheet_report_and_receipt_open_in_the_lending_school_alone(
    client, of_both, first, second, way, of
):
    school = {"first": first, "second": second}[of].school_class.school
    things = equipment.with_charger(school, number="0412")
    drawn = equipment.agreed(of_both.student, equipment.thing(school))
    loan = equipment.lent(of_both.student, *things)
    equipment.back(loan, things[1])
    run_worker()
    line = equipment.line_of(loan, things[0])
    key = linked(of_both) if way == "link" else of_both.public_id
    client.force_login(of_both.guardian)
    name = {"account": "child", "link": "link"}[way]

    answers = [
        client.get(reverse(f"continuity:{name}_{page}", args=[key, row.public_id])).status_code
        for page, row in (
            ("agreement", drawn),
            ("agreement_file", drawn),
            ("report", line),
            ("receipt", loan),
        )
    ]
    for page, row, said in (("agreement", drawn, "refuse"), ("report", line, "lost")):
        address = reverse(f"continuity:{name}_{page}", args=[key, row.public_id])
        client.post(address, {"do": said, "kind": said})

    is_told = of == "first"
    assert answers == [200 if is_told else 404] * 4
    drawn.refresh_from_db()
    assert (drawn.refused_at is not None, line.reports.exists()) == (is_told, is_told)


def _readers(of):
    tutor, leader = tutor_of(of.school_class), LeaderFactory(leads=of.school_class.school)
    for one in (tutor, leader):
        one.language = "en"
        one.save()
    return tutor, leader


def _reads(client, person) -> tuple[bool, bool]:
    """Whether the absence stands under *Announced absences*, and beside a silent student."""
    client.force_login(person)
    announced = client.get(reverse("continuity:announced")).text
    silent = client.get(reverse("continuity:silent")).text
    return str(Motive.OFFICIAL.label) in announced, "announced an absence" in silent


def test_an_absence_is_read_in_the_school_that_was_told(client, of_both, first, second):
    told = {"first_day": TODAY, "last_day": TOMORROW, "motive": Motive.OFFICIAL}
    families.announce(guardianship=of_both, **told)
    rolls_of = {of: rolls.begun(of, at(TODAY, 9)) for of in (first, second)}

    for person in _readers(first):
        assert _reads(client, person) == (True, True)
    for person in _readers(second):
        assert _reads(client, person) == (False, False)
    for of, named in ((first, True), (second, False)):
        client.force_login(of.teacher)
        text = client.get(reverse("continuity:roll", args=[rolls_of[of].public_id])).text
        assert (of_both.student.given_name in text.partition("notice__what")[2][:400]) == named


@pytest.mark.parametrize("over", ["ended", "deactivated", "of age", "switched off"])
def test_an_absence_stands_no_longer_than_the_right_of_who_told_it(client, of_both, first, over):
    told = {"first_day": TODAY, "last_day": TOMORROW, "motive": Motive.OFFICIAL}
    families.announce(guardianship=of_both, **told)
    roll = rolls.begun(first, at(TODAY, 9))
    if over == "ended":
        guardians.end(guardianship=of_both, by=None)
    if over == "deactivated":
        of_both.guardian.is_active = False
        of_both.guardian.save()
    if over == "of age":
        ComingOfAge.objects.create(student=of_both.student)
    if over == "switched off":
        guardians.switch(school=of_both.school, on=False, by=LeaderFactory())

    for person in _readers(first):
        assert _reads(client, person) == (False, False)
    client.force_login(first.teacher)
    text = client.get(reverse("continuity:roll", args=[roll.public_id])).text
    assert "notice__what" not in text


def test_a_deactivated_guardians_link_opens_nothing(client, of_both):
    address = reverse("continuity:link_week", args=[linked(of_both)])
    assert client.get(address).status_code == 200

    of_both.guardian.is_active = False
    of_both.guardian.save()

    assert client.get(address).status_code == 404
