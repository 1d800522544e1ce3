"""On a day on which the ENT doesn't answer a student logs in with a code from a slip, given out before."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.codes import services
from courses.codes.models import PaperCode
from courses.codes.register import REGISTER
from courses.digest.register import THIRTY_DAYS
from courses.people.enums import ClassKind
from courses.people.models import LoginSession, Person
from courses.people.services import first_passwords
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.school_pages import get, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T08:00")]
LAST_DAY = datetime.datetime(2026, 12, 18, 9, tzinfo=datetime.UTC)
ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas", language="en")


@pytest.fixture
def leader(school_class):
    return LeaderFactory(leads=school_class.school, language="en")


def slips_of(client, leader, school_class, student, **more):
    answer = send(
        client, leader, "codes:class_codes", school_class.public_id,
        **{"student": student.public_id, "key": "a key", **more},
    )  # fmt: skip
    [(_class, slips)] = answer.context["classes"]
    return slips


def typed(student, code, **more) -> tuple[Client, str]:
    browser = Client()
    answer = browser.post(
        "/en/login/", {"username": student.login, "password": code, **more}, follow=True
    )
    return browser, answer.content.decode()


def is_in(browser) -> bool:
    return browser.get(reverse("people:profile")).status_code == 200


def test_each_code_of_a_slip_opens_the_account_once(client, leader, school_class, student):
    [slip] = slips_of(client, leader, school_class, student)

    for number, code in enumerate(slip.codes, 1):
        left = len(slip.codes) - number
        browser, page = typed(student, code)
        said = {0: "That was your last code", 1: "One is left"}.get(left, f"{left} are left")
        assert is_in(browser)
        assert said in page
    browser, page = typed(student, slip.codes[0])
    assert not is_in(browser)
    assert (
        "This code was used already, on Monday 30 November 2026, 08:00. Take the next one on your"
        " slip." in page
    )
    assert "don’t go together" not in page


def test_no_password_has_to_be_chosen_and_the_slip_of_the_password_stays_good(
    client, leader, school_class, student
):
    [first] = first_passwords.give_first_passwords([student], now=timezone.now())
    [slip] = slips_of(client, leader, school_class, student)

    browser, _page = typed(student, slip.codes[2])

    assert is_in(browser)
    student.refresh_from_db()
    assert student.check_password(first.password)
    assert student.paper_password_ends_at


def test_the_school_reads_who_has_codes_and_when_one_was_used(
    client, leader, school_class, student
):
    StudentFactory(in_class=school_class, family_name="Zébu")
    before = get(client, leader, "codes:class_codes", school_class.public_id)
    [slip] = slips_of(client, leader, school_class, student)
    typed(student, slip.codes[0])
    after = get(client, leader, "codes:class_codes", school_class.public_id).content.decode()

    assert "2 students are without codes" in before.content.decode()
    assert "One student is without codes" in after
    assert "4 codes left, good until Friday 18 December 2026." in after
    assert "Used: Monday 30 November 2026, 08:00" in after
    assert slip.codes[1] not in after


def test_a_new_slip_ends_the_one_before(client, leader, school_class, student):
    [old] = slips_of(client, leader, school_class, student)
    [new] = slips_of(client, leader, school_class, student, key="another key", anew="")

    assert not is_in(typed(student, old.codes[0])[0])
    assert is_in(typed(student, new.codes[0])[0])


def test_of_a_double_press_the_codes_that_are_shown_are_good(client, leader, school_class, student):
    """A browser shows what answers the second press; which of them is written last isn't sure, and
    neither knows of the other.
    """
    wanted = {"school": school_class.school, "by": leader, "press": "one form"}
    [first] = services.give([student], now=timezone.now(), **wanted)
    [second] = services.give([student], now=timezone.now(), **wanted)

    assert is_in(typed(student, first.codes[0])[0])
    assert is_in(typed(student, second.codes[0])[0])


def test_a_reloaded_page_of_slips_makes_no_others(client, leader, school_class, student):
    [slip] = slips_of(client, leader, school_class, student, key="the same")
    again = send(
        client, leader, "codes:class_codes", school_class.public_id,
        student=student.public_id, key="the same",
    )  # fmt: skip

    assert "These codes were made already" in told(again)[0]
    assert "classes" not in again.context
    assert is_in(typed(student, slip.codes[0])[0])


def test_a_code_ends_with_its_term(client, leader, school_class, student):
    [slip] = slips_of(client, leader, school_class, student)

    with time_machine.travel(LAST_DAY):
        assert is_in(typed(student, slip.codes[0])[0])
    with time_machine.travel(LAST_DAY + ONE_DAY):
        browser, page = typed(student, slip.codes[1])
        assert not is_in(browser)
        assert "This code was good until Friday 18 December 2026. Ask your school for a new" in page


def test_a_code_opens_nothing_once_the_student_is_at_another_school(
    client, leader, school_class, student
):
    [slip] = slips_of(client, leader, school_class, student)
    MembershipFactory(person=student, organisation=OrganisationFactory(), role="student")
    student.memberships.filter(organisation=school_class.school).update(
        since=timezone.localdate() - 2 * ONE_DAY, until=timezone.localdate() - ONE_DAY
    )

    assert not is_in(typed(student, slip.codes[0])[0])
    assert Person.objects.get(pk=student.pk).is_active


def test_a_code_opens_no_closed_account_and_no_other_one(client, leader, school_class, student):
    other = StudentFactory(in_class=school_class)
    [slip] = slips_of(client, leader, school_class, student)

    assert not is_in(typed(other, slip.codes[0])[0])
    Person.objects.filter(pk=student.pk).update(is_active=False)
    assert not is_in(typed(student, slip.codes[0])[0])


def test_wrong_codes_make_the_pauses_of_wrong_passwords(client, leader, school_class, student):
    [slip] = slips_of(client, leader, school_class, student)
    for _n in range(5):
        typed(student, "kanu-7342-fopi")

    browser, _page = typed(student, slip.codes[0])

    assert not is_in(browser)
    assert PaperCode.objects.filter(used_at=None).count() == 5


def test_on_a_shared_computer_the_session_is_short(client, leader, school_class, student):
    [slip] = slips_of(client, leader, school_class, student)

    typed(student, slip.codes[0], is_shared="on")

    assert LoginSession.objects.get(person=student).is_shared


def test_only_those_who_keep_the_students_make_codes(client, leader, school_class, student):
    elsewhere = SchoolClassFactory()
    stranger = LeaderFactory(leads=elsewhere.school)
    in_vain = send(
        client, leader, "codes:class_codes", school_class.public_id,
        student=StudentFactory(in_class=elsewhere).public_id, key="a key",
    )  # fmt: skip

    assert get(client, stranger, "codes:class_codes", school_class.public_id).status_code == 404
    assert get(client, student, "codes:class_codes", school_class.public_id).status_code == 403
    assert told(in_vain) == ["No slip was made: nobody here is without codes."]
    assert not PaperCode.objects.exists()


@pytest.mark.parametrize("more", ["role", "superuser", "closed"])
def test_no_code_opens_an_account_that_opens_more_than_a_student_s_week(
    client, leader, school_class, student, more
):
    [slip] = slips_of(client, leader, school_class, student)
    if more == "role":
        MembershipFactory(person=student, organisation=OrganisationFactory(), role="teacher")
    elif more == "superuser":
        Person.objects.filter(pk=student.pk).update(is_superuser=True)
    else:
        Person.objects.filter(pk=student.pk).update(is_active=False)

    page = get(client, leader, "codes:class_codes", school_class.public_id).content.decode()
    refused = send(
        client, leader, "codes:class_codes", school_class.public_id, key="another key", anew=""
    )

    assert not is_in(typed(student, slip.codes[0])[0])
    assert "No codes for this account" in page
    assert told(refused) == ["No slip was made: nobody here is without codes."]
    assert PaperCode.objects.filter(used_at=None).count() == 5


def test_a_page_read_before_a_colleague_s_press_leaves_the_colleague_s_slips_good(
    client, leader, school_class, student
):
    late = StudentFactory(in_class=school_class)
    [slip] = slips_of(client, leader, school_class, student)
    colleague = LeaderFactory(leads=school_class.school, language="en")

    answer = send(
        client, colleague, "codes:class_codes", school_class.public_id, key="an older page"
    )
    in_vain = send(client, colleague, "codes:class_codes", school_class.public_id, key="again")

    [(_class, slips)] = answer.context["classes"]
    assert [one.student for one in slips] == [late]
    assert told(in_vain) == ["No slip was made: nobody here is without codes."]
    assert is_in(typed(student, slip.codes[0])[0])


def test_a_whole_school_s_slips_come_in_one_go_class_by_class(client, leader, school_class):
    other = SchoolClassFactory(name="1re 1", school=school_class.school)
    elsewhere = StudentFactory(in_class=SchoolClassFactory())
    [alone] = StudentFactory.create_batch(1, in_class=other)
    group = SchoolClassFactory(name="1re 0", school=other.school, kind=ClassKind.GROUP)
    pair = StudentFactory.create_batch(2, in_class=[school_class, group])
    StudentFactory(in_class=SchoolClassFactory(name="1re 0", school=other.school, school_year=2024))

    where = ("codes:school_codes", school_class.school.public_id)
    page = get(client, leader, *where).content.decode()
    made = send(client, leader, *where, key="a key").context["classes"]
    after = get(client, leader, *where).content.decode()
    anew = send(client, leader, *where, key="another key", anew="").context["classes"]

    assert "Make 3 slips" in page
    assert [(one.name, {slip.student for slip in slips}) for one, slips in made] == [
        ("1re 1", {alone}),
        ("2de 4", set(pair)),
    ]
    assert "Everybody here has codes" in after
    assert [len(slips) for _class, slips in anew] == [1, 2]
    assert not is_in(typed(alone, made[0][1][0].codes[0])[0])
    assert is_in(typed(alone, anew[0][1][0].codes[0])[0])
    assert not PaperCode.objects.filter(student=elsewhere).exists()


def test_a_school_of_thirty_classes_takes_as_many_statements_as_one(
    client, leader, school_class, django_assert_max_num_queries
):
    client.force_login(leader)
    address = reverse("codes:school_codes", args=[school_class.school.public_id])
    for number in range(2):
        for name in range(1 + 4 * number):
            one = SchoolClassFactory(name=f"{number} {name}", school=school_class.school)
            StudentFactory.create_batch(2, in_class=one)
        with django_assert_max_num_queries(14):
            client.get(address)
        with django_assert_max_num_queries(24):
            client.post(address, {"key": str(number)})


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_page_counts(client, leader, school_class, number):
    students = StudentFactory.create_batch(number, in_class=school_class)

    page = get(client, leader, "codes:class_codes", school_class.public_id).content.decode()
    services.give(
        students, school=school_class.school, by=leader, press="a press", now=timezone.now()
    )
    after = get(client, leader, "codes:class_codes", school_class.public_id).content.decode()

    assert {
        0: "Nobody here can have codes yet",
        1: "One student is without codes",
        2: "2 students are without codes",
    }[number] in page
    assert ("Everybody here has codes" in after) is (number > 0)


def test_codes_are_forgotten_thirty_days_after_their_last_day(student, leader, school_class):
    services.give(
        [student], school=school_class.school, by=leader, press="a press", now=timezone.now()
    )
    [holding] = REGISTER.holdings
    over = {
        days: PaperCode.objects.filter(
            holding.past(THIRTY_DAYS.cutoff(LAST_DAY + days * ONE_DAY))
        ).exists()
        for days in (30, 31)
    }

    assert over == {30: False, 31: True}


def test_the_page_asks_as_many_queries_for_a_class_of_thirty(
    client, leader, school_class, django_assert_max_num_queries
):
    client.force_login(leader)
    address = reverse("codes:class_codes", args=[school_class.public_id])
    for _n in range(2):
        services.give(
            StudentFactory.create_batch(15, in_class=school_class),
            school=school_class.school, by=leader, press="a press", now=timezone.now(),
        )  # fmt: skip
        with django_assert_max_num_queries(14):
            client.get(address)
