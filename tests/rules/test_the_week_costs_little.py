"""What a student's week costs: the same few queries for any number of students and items, none of
the class's own once its part is kept, and a 304 where nothing has changed. What is kept of a class
holds nothing of a student.
"""

import datetime
import re

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from continuity.answers.services import help as help_services
from continuity.enums import ExemptionKind, HandInState, ItemKind
from continuity.homework.services import extensions, homework
from continuity.models import Exemption, Extension, Feedback, HandIn, PlanItem, Tick
from continuity.plans.services import plans
from continuity.school.services import exemptions
from continuity.week.queries.places import places_of
from continuity.week.services import week as services
from courses.agenda.models import Closure
from courses.people import services as people
from courses.people.enums import Role
from courses.people.models import ClassMembership, SchoolClass
from tests.factories.catalogue import ResourceFactory
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    exemption_of,
    homework_item,
    lesson_item,
    part_of,
    teaching,
)
from tests.factories.people import MembershipFactory, RegistrarFactory

pytestmark = pytest.mark.django_db

MOST_QUERIES = 10
OF_THE_FRAME = 3  # the session's, the person's, their memberships'
NOON = at(MONDAY, 12)


@pytest.fixture(autouse=True)
def _monday_noon(settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()
    with time_machine.travel(NOON, tick=False):
        yield


def signed_in(student) -> Client:
    client = Client()
    client.force_login(student)
    client.get(reverse("continuity:help"))  # the token's cookie is made by the first form
    client.get(reverse("continuity:feed"))  # the day's first page of the week is noted
    return client


def asked(client: Client, **headers):
    return client.get(reverse("continuity:week"), headers=headers)


def queries_of(client: Client, **headers) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert asked(client, **headers).status_code in (200, 304)
    return len(captured)


def a_full_class(students: int, items: int):
    """Lessons and homework over three classes of the same students; each has ticked, handed in,
    asked, and been answered.
    """
    classes = [SchoolClassFactory(name=name) for name in ("2de 4", "Anglais G1", "Latin")]
    for other in classes[1:]:
        other.school = classes[0].school
        other.save()
    people = [StudentFactory(in_class=classes) for _ in range(students)]
    parts = [part_of(teaching(school_class)) for school_class in classes]
    given = []
    for number in range(items):
        part, day = parts[number % 3], MONDAY + datetime.timedelta(days=number % 5)
        given.append(
            lesson_item(part, day, title=f"L{number}")
            if number % 2
            else homework_item(part, day=day, title=f"H{number}")
        )
    for student in people:
        Tick.objects.bulk_create(Tick(item=item, student=student) for item in given[1::2])
        for number, item in enumerate(given[::2]):
            handin = HandIn.objects.create(
                assignment=item.assignment,
                student=student,
                state=HandInState.HANDED_IN,
                handed_in_at=NOON,
                receipt_number=f"{student.pk}-{number}",
            )
            Feedback.objects.create(
                handin=handin,
                comment="Bien.",
                written_by=item.part.teaching.teacher,
                returned_at=NOON,
            )
    return people, given


def test_the_list_of_homework_asks_nothing_that_only_the_week_shows():
    people, given = a_full_class(1, 10)
    client, address = signed_in(people[0]), reverse("continuity:to_hand_in")
    school = given[0].part.plan.school_class.school
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    usual = queries()
    Closure.objects.create(school=school, first_day=MONDAY, last_day=MONDAY, reason="Neige")
    with_a_closure = queries()
    caches["pages"].clear()
    with_class_part_anew = queries()

    assert (
        usual == with_a_closure == OF_THE_FRAME + 4 + 2
    )  # what is handed in, and of it given still
    assert with_class_part_anew == OF_THE_FRAME + 7 + 2  # the urgent banners'


def test_deleted_homework_leaves_the_list_of_homework_at_once():
    of = teaching()
    given = homework_item(
        part_of(of), assignment(of, title="Lire le chapitre", due_at=at(MONDAY, 17))
    )
    client = signed_in(StudentFactory(in_class=of.school_class))
    address = reverse("continuity:to_hand_in")
    before = client.get(address).text

    homework.delete(homework=given.assignment.homework, by=of.teacher)
    after = client.get(address).text

    assert "Lire le chapitre" in before
    assert "Lire le chapitre" not in after


@pytest.mark.parametrize(("students", "items"), [(5, 10), (30, 40), (120, 10), (5, 160)])
def test_the_same_few_queries_for_any_number(students, items):
    people, _given = a_full_class(min(students, 30), items)
    StudentFactory.create_batch(max(0, students - 30), in_class=list(SchoolClass.objects.all()))
    client = signed_in(people[0])

    anew, kept = queries_of(client), queries_of(client)

    assert anew == OF_THE_FRAME + 6
    assert kept == OF_THE_FRAME + 4
    assert anew <= MOST_QUERIES


def test_who_has_an_exemption_pays_one_query_more():
    people, given = a_full_class(1, 10)
    exemption = Exemption.objects.create(
        student=people[0],
        school=given[0].part.teaching.school_class.school,
        kind=ExemptionKind.EXEMPTION,
        first_day=MONDAY,
        entered_by=given[0].part.teaching.teacher,
    )
    exemption.subjects.add(given[0].part.teaching.subject)
    client = signed_in(people[0])

    assert queries_of(client) == OF_THE_FRAME + 7 <= MOST_QUERIES


def test_two_students_share_the_class_part_and_none_of_their_marks():
    school_class = SchoolClassFactory()
    part = part_of(teaching(school_class))
    first, second = StudentFactory(in_class=school_class), StudentFactory(in_class=school_class)
    lesson, homework = lesson_item(part, title="La leçon"), homework_item(part, title="Le travail")
    services.tick(item=lesson, student=first)
    help_services.ask_for_help(
        student=first, teaching=part.teaching, item=homework, text="Je bloque."
    )
    Extension.objects.create(
        student=first,
        school=school_class.school,
        assignment=homework.assignment,
        due_at=at(MONDAY, 18) + datetime.timedelta(days=9),
        granted_by=part.teaching.teacher,
    )

    his = asked(signed_in(first)).text
    client = signed_in(second)
    with CaptureQueriesContext(connection) as captured:
        hers = asked(client).text

    assert len(captured) == OF_THE_FRAME + 4  # the first student's visit filled the part
    assert 'name="undone"' in his
    assert "You have more time" in his
    assert "You asked for help" in his
    assert 'name="undone"' not in hers
    assert "You have more time" not in hers
    assert "You asked for help" not in hers
    assert first.family_name not in hers
    assert "La leçon" in hers


def test_each_reader_has_their_own_name_and_token():
    school_class = SchoolClassFactory()
    part = part_of(teaching(school_class))
    lesson = lesson_item(part)
    readers = StudentFactory.create_batch(2, in_class=school_class, given_name="Zoé <&>")

    for reader in readers:
        client = Client(enforce_csrf_checks=True)
        client.force_login(reader)
        shown = asked(client).text
        token = re.search(
            r'id="ticks".*?name="csrfmiddlewaretoken" value="(\w+)"', shown, re.S
        ).group(1)
        ticked = client.post(
            reverse("continuity:tick"), {"done": lesson.public_id, "csrfmiddlewaretoken": token}
        )

        assert shown.count(escape(reader.display_name)) == 2
        assert [other.family_name in shown for other in readers if other != reader] == [False]
        assert ticked.status_code == 302

    assert Tick.objects.count() == 2


def test_what_is_kept_names_nobody_and_knows_no_tick():
    """Read back from the cache itself."""
    school_class = SchoolClassFactory()
    part = part_of(teaching(school_class))
    student = StudentFactory(in_class=school_class, family_name="Lemonnier")
    services.tick(item=lesson_item(part), student=student)
    put = []
    pages = caches["pages"]
    original = pages.set

    def watched(key, value, *args, **kwargs):
        put.append((key, repr(value)))
        return original(key, value, *args, **kwargs)

    pages.set = watched  # `set_many` goes through it
    try:
        asked(signed_in(student))
    finally:
        del pages.set

    parts = [value for key, value in put if key.startswith("week:")]
    assert len(parts) == 1
    assert "Une leçon" in parts[0]
    for own in ("Lemonnier", student.public_id, student.login, "csrfmiddlewaretoken"):
        assert own not in parts[0]


def test_a_change_of_the_plan_is_seen_at_once():
    school_class = SchoolClassFactory()
    part = part_of(teaching(school_class))
    client = signed_in(StudentFactory(in_class=school_class))
    lesson_item(part, title="La première")
    before = asked(client)

    plans.add_item(part=part, kind="note", day=MONDAY, title="Un mot", note="Apportez un livre.")
    after = asked(client, if_none_match=before.headers["ETag"])

    assert after.status_code == 200
    assert "Un mot" not in before.text
    assert "Un mot" in after.text


def test_nothing_new_is_a_304_that_costs_seven_queries():
    people, _given = a_full_class(1, 10)
    client = signed_in(people[0])
    tag = asked(client).headers["ETag"]

    again = asked(client, if_none_match=tag)

    assert (again.status_code, again.content) == (304, b"")
    assert queries_of(client, if_none_match=tag) == OF_THE_FRAME + 4


@pytest.mark.parametrize("what", ["tick", "hour", "day", "language", "theme", "answer"])
def test_what_changes_the_page_ends_the_304(what):
    school_class = SchoolClassFactory()
    part = part_of(teaching(school_class))
    student = StudentFactory(in_class=school_class)
    client = signed_in(student)
    lesson = lesson_item(part)
    homework = homework_item(part, due_at=at(MONDAY, 13))
    address = reverse("continuity:week")
    tag = client.get(address).headers["ETag"]
    later = NOON

    if what == "tick":
        services.tick(item=lesson, student=student)
    elif what == "hour":
        later = at(MONDAY, 13, 1)
    elif what == "day":
        later = at(MONDAY + datetime.timedelta(days=1), 9)
    elif what == "language":
        address = address.replace("/en/", "/fr/")
    elif what == "theme":
        client.cookies["theme"] = "dark"
    else:
        handin = HandIn.objects.create(
            assignment=homework.assignment,
            student=student,
            state=HandInState.HANDED_IN,
            handed_in_at=NOON,
            receipt_number="R1",
        )
        Feedback.objects.create(
            handin=handin, comment="Bien.", written_by=part.teaching.teacher, returned_at=NOON
        )

    with time_machine.travel(later, tick=False):
        assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_words_to_the_student_are_said_once_and_never_kept():
    school_class = SchoolClassFactory()
    part_of(teaching(school_class))
    client = signed_in(StudentFactory(in_class=school_class))
    client.post(
        reverse("continuity:help"),
        {"teaching": school_class.teachings.get().public_id, "text": "?"},
    )

    first, second = asked(client), asked(client)

    assert "Your question is sent." in first.text
    assert "ETag" not in first.headers
    assert "Your question is sent." not in second.text


def renamed(of: str, item):
    """By the form in the admin."""
    client = Client()
    registrar = RegistrarFactory(language="en")
    people.derive_groups(registrar)
    client.force_login(registrar)
    if of == "subject":
        subject = item.part.teaching.subject
        fields = {"code": subject.code, "title_fr": "Nouveau nom", "title_en": "A new name"}
        return client.post(reverse("subjects:edit", args=[subject.pk]), fields)
    resource = item.resource
    fields = {
        "slug": resource.slug,
        "name": "A new name",
        "provider": resource.provider_id,
        "summary_fr": "R",
        "summary_en": "S",
    }
    return client.post(reverse("resources:edit", args=[resource.pk]), fields)


@pytest.mark.parametrize("of", ["subject", "resource"])
def test_a_renamed_subject_or_resource_is_seen_at_once(of, django_capture_on_commit_callbacks):
    part = part_of(teaching())
    client = signed_in(StudentFactory(in_class=part.teaching.school_class))
    item = PlanItem.objects.create(
        part=part,
        kind=ItemKind.RESOURCE,
        day=MONDAY,
        title="Un article",
        resource=ResourceFactory(),
    )
    before = asked(client)

    with django_capture_on_commit_callbacks(execute=True):
        assert renamed(of, item).status_code == 302
    after = asked(client, if_none_match=before.headers["ETag"])

    assert "A new name" not in before.text
    assert "A new name" in after.text


def test_an_exemption_that_ends_is_said_at_once():
    """A conditional request isn't answered with the exemption of before."""
    part = part_of(teaching())
    school_class = part.teaching.school_class
    student = StudentFactory(in_class=school_class)
    client = signed_in(student)
    lesson_item(part, MONDAY + datetime.timedelta(days=3))
    exemption = exemption_of(
        student,
        school=school_class.school,
        entered_by=part.teaching.teacher,
        last_day=MONDAY + datetime.timedelta(days=4),
    )
    before = asked(client)

    exemptions.end(exemption=exemption, last_day=MONDAY, by=part.teaching.teacher)
    after = asked(client, if_none_match=before.headers["ETag"])

    assert "You are exempt: nothing to do here." in before.text
    assert after.status_code == 200
    assert "You are exempt: nothing to do here." not in after.text


def test_a_sibling_on_the_same_browser_is_not_answered_with_the_others_week():
    """Same class, same marks, same cookies: the reader alone is another."""
    school_class = SchoolClassFactory()
    lesson_item(part_of(teaching(school_class)))
    client = Client()
    older, younger = StudentFactory.create_batch(2, in_class=school_class)
    client.force_login(older)
    tag = asked(client).headers["ETag"]

    client.force_login(younger)

    assert asked(client, if_none_match=tag).status_code == 200


@pytest.mark.parametrize("what", ["name", "role", "token"])
def test_what_the_frame_says_of_its_reader_ends_the_304(what):
    school_class = SchoolClassFactory()
    lesson_item(part_of(teaching(school_class)))
    student = StudentFactory(in_class=school_class)
    client = signed_in(student)
    tag = asked(client).headers["ETag"]

    if what == "name":
        student.given_name = "Andrea"
        student.save()
    elif what == "role":
        MembershipFactory(person=student, organisation=school_class.school, role=Role.TEACHER)
    else:
        del client.cookies["csrftoken"]
        client.get(reverse("continuity:help"))

    assert asked(client, if_none_match=tag).status_code == 200


def test_more_time_that_is_withdrawn_is_gone_from_the_week_at_once():
    part = part_of(teaching())
    student = StudentFactory(in_class=part.teaching.school_class)
    client = signed_in(student)
    given = homework_item(part, due_at=at(MONDAY, 18)).assignment
    more = extensions.extend(
        assignment=given,
        student=student,
        due_at=at(MONDAY, 18) + datetime.timedelta(days=2),
        by=part.teaching.teacher,
    )
    before = asked(client)

    extensions.withdraw(extension=more, by=part.teaching.teacher)
    after = asked(client, if_none_match=before.headers["ETag"])

    assert "You have more time" in before.text
    assert after.status_code == 200
    assert "You have more time" not in after.text


def test_standing_more_time_shows_its_own_date():
    """Two days more on what is due on Tuesday: Thursday."""
    part = part_of(teaching())
    student = StudentFactory(in_class=part.teaching.school_class)
    homework_item(part, due_at=at(MONDAY + datetime.timedelta(days=1), 18))
    Extension.objects.create(
        student=student,
        school=part.teaching.school_class.school,
        days_more=2,
        first_day=MONDAY,
        last_day=MONDAY + datetime.timedelta(days=4),
        granted_by=part.teaching.teacher,
    )

    shown = asked(signed_in(student)).text

    assert "due Thursday 3 December at 18:00" in shown
    assert "You have more time" in shown


def test_classes_stand_in_the_order_in_which_the_student_came_into_them():
    student, classes = StudentFactory(), SchoolClassFactory.create_batch(4)
    days = [MONDAY - datetime.timedelta(days=days) for days in (1, 5, 3, 7)]
    for school_class, since in zip(classes, days, strict=True):
        ClassMembership.objects.create(school_class=school_class, student=student, since=since)

    with CaptureQueriesContext(connection) as captured:
        places = places_of(student, MONDAY, MONDAY)

    assert [place.since for place in places if place.since in days] == sorted(days)
    assert "ORDER BY" in captured[0]["sql"]  # SQLite's index gives them in this order anyhow
