"""My resources: by the same entitlement as trainings, for teachers and students; gone on the day
after the last, with the history left (case C56).
"""

import datetime
import html

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import PARIS
from courses.catalogue.enums import LicenceScope
from courses.catalogue.queries import entitlements_for, entitlements_of_member
from courses.launches.enums import Letters
from courses.launches.models import Launch
from courses.launches.queries import my_resources
from courses.launches.services.ending import tell_of_ends
from courses.mail.documents import opened
from courses.mail.enums import MailRhythm
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import Membership, Person
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import SchoolClassFactory, StudentFactory, teaching
from tests.factories.launches import ConnectionFactory, address_of, press_open
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    SubjectFactory,
    TeacherFactory,
)
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db

LAST_DAY = datetime.date(2026, 12, 31)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def in_the_demo(settings):
    settings.ONE_CLICK_LOGINS = True


def browser_of(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def page_of(person) -> str:
    page = browser_of(Person.objects.get(pk=person.pk)).get(reverse("launches:mine"), follow=True)
    return " ".join(html.unescape(page.text).split())


def noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=PARIS)


def names_for(person) -> list[str]:
    person = Person.objects.get(pk=person.pk)
    shown = my_resources(person, timezone.localdate()).shown
    return [one.resource.name for one in shown if one.entitlement]


def test_a_licence_of_the_school_is_its_teachers_and_students():
    licence = LicenceFactory()
    here = SchoolClassFactory(school=licence.school)
    people = [
        TeacherFactory(works_at=licence.school),
        StudentFactory(in_class=here),
        TeacherFactory(),
        StudentFactory(),
    ]

    assert [names_for(person) for person in people] == [[licence.resource.name]] * 2 + [[], []]


def test_a_licence_for_some_subjects_reaches_students_through_their_classes_of_today():
    licence = LicenceFactory(scope=LicenceScope.SUBJECTS)
    subject, other = SubjectFactory.create_batch(2)
    licence.subjects.set([subject])
    given, elsewhere, past = SchoolClassFactory.create_batch(3, school=licence.school)
    teaching(given, subject=subject)
    teaching(elsewhere, subject=other)
    teaching(past, subject=subject, until=timezone.localdate())
    students = [StudentFactory(in_class=one) for one in (given, elsewhere, past)]
    teaching(SchoolClassFactory(), subject=subject)

    assert [names_for(student) for student in students] == [[licence.resource.name], [], []]


def test_a_licence_for_named_teachers_reaches_no_student_and_no_other_teacher():
    licence = LicenceFactory(scope=LicenceScope.NAMED, contact="the school librarian")
    named, other = TeacherFactory.create_batch(2, works_at=licence.school)
    licence.teachers.set([named])
    student = StudentFactory(in_class=SchoolClassFactory(school=licence.school))

    assert [names_for(one) for one in (named, other, student)] == [[licence.resource.name], [], []]
    for page in (page_of(other), page_of(student)):
        assert "is for named teachers. To have it, too: ask the school librarian." in page


def test_a_teacher_has_the_same_entitlement_here_as_at_trainings():
    licence = LicenceFactory(scope=LicenceScope.SUBJECTS, until=LAST_DAY)
    subject = SubjectFactory()
    licence.subjects.set([subject])
    teacher = TeacherFactory(works_at=licence.school)
    Membership.objects.get(person=teacher).subjects.set([subject])
    today = timezone.localdate()

    here = entitlements_of_member(teacher).of(licence.resource_id, today, today)

    assert here == entitlements_for(teacher).of(licence.resource_id, today, today)
    assert here.until == LAST_DAY


def test_a_student_s_licence_opens_no_training():
    licence = LicenceFactory()
    student = StudentFactory(in_class=SchoolClassFactory(school=licence.school))
    today = timezone.localdate()

    assert entitlements_for(student).of(licence.resource_id, today, today) is None


def test_whoever_has_nothing_reads_whom_to_ask():
    for person in (TeacherFactory(language="en"), StudentFactory(language="en")):
        page = page_of(person)
        assert "No subscription includes you at the moment" in page
        assert "ask at your school’s library (CDI), or its head" in page


def test_the_link_goes_the_day_after_the_last_and_the_history_stays():
    """Case C56."""
    connection = ConnectionFactory()
    licence = LicenceFactory(resource=connection.resource, until=LAST_DAY)
    student = StudentFactory(in_class=SchoolClassFactory(school=licence.school), language="en")
    open_, learns = (address_of(name, connection.resource) for name in ("open", "learns"))

    with time_machine.travel(noon(LAST_DAY), tick=False):
        press_open(browser_of(student), connection.resource)
        assert f'action="{open_}"' in page_of(student)
    with time_machine.travel(noon(LAST_DAY + DAY), tick=False):
        client = browser_of(Person.objects.get(pk=student.pk))
        mine, page = page_of(student), client.get(learns).text
        refused = client.post(open_, follow=True)

    ended = f"{licence.resource} ended on Thursday 31 December 2026."
    assert open_ not in mine
    assert open_ not in page
    assert [ended in text for text in (mine, page, refused.text)] == [True, True, True]
    assert Launch.objects.get().told["u"] in page
    assert Launch.objects.count() == 1


def test_a_licence_to_come_is_said_with_its_day():
    with time_machine.travel(noon(LAST_DAY), tick=False):
        licence = LicenceFactory(since=datetime.date(2027, 1, 4))
        page = page_of(TeacherFactory(works_at=licence.school, language="en"))

    assert f"to {licence.resource} begins on Monday 4 January 2027." in page
    assert "Not yet" in page


def test_what_ended_more_than_a_year_ago_is_shown_to_who_opened_it_alone():
    licence = LicenceFactory(until=timezone.localdate() - 366 * DAY)
    opened_it, did_not = TeacherFactory.create_batch(2, works_at=licence.school)
    Launch.objects.create(
        person=opened_it, resource=licence.resource, school=licence.school, way="ent"
    )

    assert [names_for(one) for one in (opened_it, did_not)] == [[licence.resource.name], []]


def test_whoever_left_the_school_no_longer_opens_its_resources():
    connection = ConnectionFactory()
    licence = LicenceFactory(resource=connection.resource)
    teacher = TeacherFactory(works_at=licence.school)
    press_open(browser_of(teacher), connection.resource)
    Membership.objects.filter(person=teacher).update(until=timezone.localdate() - DAY)
    MembershipFactory(person=teacher, organisation=OrganisationFactory(), role=Role.TEACHER)

    page = browser_of(Person.objects.get(pk=teacher.pk)).get(
        address_of("learns", connection.resource)
    )

    assert (
        f"Your school has no subscription to {connection.resource} that includes you." in page.text
    )
    assert address_of("open", connection.resource) not in page.text


@pytest.mark.parametrize("leads_it", [False, True], ids=["left all schools", "leads it now"])
def test_who_is_no_teacher_any_more_still_reads_their_own_openings(leads_it):
    connection = ConnectionFactory()
    licence = LicenceFactory(resource=connection.resource)
    opened_it, did_not = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    press_open(browser_of(opened_it), connection.resource)
    Membership.objects.update(until=timezone.localdate() - DAY)
    if leads_it:
        MembershipFactory(person=opened_it, organisation=licence.school, role=Role.LEADER)
    client = browser_of(Person.objects.get(pk=opened_it.pk))

    learns = client.get(address_of("learns", connection.resource))
    mine = page_of(opened_it)
    refused = client.post(address_of("open", connection.resource))

    assert Launch.objects.get().told["u"] in learns.text
    assert "only a school’s students and teachers open it." in html.unescape(learns.text)
    assert f'href="{address_of("learns", connection.resource)}"' in mine
    assert (f'href="{reverse("launches:mine")}"' in mine.partition("<main")[0]) is not leads_it
    assert (refused.status_code, Launch.objects.count()) == (403, 1)
    other = browser_of(Person.objects.get(pk=did_not.pk))
    assert other.get(reverse("launches:mine"), follow=True).status_code == 403


@pytest.mark.parametrize(("many", "is_said"), [(199, False), (200, True), (201, True)])
def test_a_list_of_openings_that_is_cut_says_so(many, is_said):
    licence = LicenceFactory()
    teacher = TeacherFactory(works_at=licence.school, language="en")
    rows = {"person": teacher, "resource": licence.resource, "school": licence.school, "way": "ent"}
    Launch.objects.bulk_create(Launch(**rows) for _one in range(many))

    page = browser_of(teacher).get(address_of("learns", licence.resource)).text

    assert page.count("Nothing was sent.") == min(many, 200)
    assert ("No more than the last 200 are shown." in page) is is_said


# Thirty days before


def told(person) -> int:
    return Letter.objects.filter(kind=Letters.LICENCE_ENDS, to=person).count()


def tick(day: datetime.date) -> int:
    with time_machine.travel(noon(day), tick=False):
        return tell_of_ends(noon(day))


def test_teachers_are_told_thirty_days_before_the_end_and_not_twice():
    """Case C56."""
    licence = LicenceFactory(until=LAST_DAY, contact="the school librarian")
    teacher = TeacherFactory(works_at=licence.school, language="en")
    student = StudentFactory(in_class=SchoolClassFactory(school=licence.school))
    stranger = TeacherFactory()

    assert tick(LAST_DAY - 31 * DAY) == 0
    assert [tick(LAST_DAY - days * DAY) for days in (30, 29, 1, 0)] == [1, 0, 0, 0]
    assert tick(LAST_DAY + DAY) == 0
    assert [told(one) for one in (teacher, student, stranger)] == [1, 0, 0]
    with time_machine.travel(noon(LAST_DAY - 30 * DAY), tick=False):
        run_worker()
    text = " ".join(opened(Letter.objects.get(to=teacher)).text.split())
    assert f"to {licence.resource} ends on Thursday 31 December 2026." in text
    assert "Whether it is renewed: ask the school librarian." in text


def test_one_letter_a_licence():
    licence = LicenceFactory(until=LAST_DAY)
    LicenceFactory(school=licence.school, until=LAST_DAY - DAY)
    teacher = TeacherFactory(works_at=licence.school)

    tick(LAST_DAY - 20 * DAY)

    assert told(teacher) == 2


def test_nobody_is_told_of_an_end_that_is_none():
    """Renewed already; one of two licences; another school that has it, too."""
    renewed = LicenceFactory(until=LAST_DAY)
    LicenceFactory(resource=renewed.resource, school=renewed.school, since=LAST_DAY + DAY)
    elsewhere = LicenceFactory(until=LAST_DAY)
    other_school = LicenceFactory(resource=elsewhere.resource).school
    TeacherFactory(works_at=renewed.school)
    TeacherFactory(works_at=[elsewhere.school, other_school])

    assert tick(LAST_DAY - 20 * DAY) == 0


@pytest.mark.parametrize(
    ("leaves_on", "letters"), [(LAST_DAY - DAY, 0), (LAST_DAY, 1)], ids=["before", "on the day"]
)
def test_who_leaves_the_school_before_the_end_is_not_told_of_it(leaves_on, letters):
    licence = LicenceFactory(until=LAST_DAY)
    teacher = TeacherFactory(works_at=licence.school)
    Membership.objects.filter(person=teacher).update(until=leaves_on)

    assert tick(LAST_DAY - 20 * DAY) == letters


def test_a_licence_renewed_meanwhile_is_told_of_no_more_and_its_next_end_is():
    licence = LicenceFactory(until=LAST_DAY)
    teacher = TeacherFactory(works_at=licence.school)
    tick(LAST_DAY - 20 * DAY)
    licence.until = LAST_DAY + 365 * DAY
    licence.save()

    with time_machine.travel(noon(LAST_DAY - 20 * DAY), tick=False):
        run_worker()
    assert Letter.objects.get(to=teacher).state == "withdrawn"
    assert tick(licence.until - 20 * DAY) == 1


def test_the_letter_may_wait_for_the_summary():
    licence = LicenceFactory(until=LAST_DAY)
    teacher = TeacherFactory(works_at=licence.school, mail_rhythm=MailRhythm.WEEKLY)

    tick(LAST_DAY - 20 * DAY)

    assert Letter.objects.get(to=teacher).state == "gathered"
