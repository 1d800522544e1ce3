"""A teacher puts a resource into a lesson, a homework or the week; who has it opens it from there."""

import datetime
import html
import subprocess

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from continuity.enums import ItemKind
from continuity.models import Homework, ItemChange, Lesson, PlanItem
from continuity.plans.documents import lesson_pdf
from continuity.plans.services import library
from continuity.plans.services.lessons import ask_for_paper
from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence
from courses.documents.models import Paper
from courses.launches.enums import LaunchWay, Telling
from courses.launches.models import ResourceConnection
from courses.people import services as people
from courses.people.enums import Role
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import (
    MONDAY,
    StudentFactory,
    homework_item,
    lesson_item,
    part_of,
    teaching,
)
from tests.factories.launches import ConnectionFactory, address_of
from tests.factories.people import (
    MembershipFactory,
    RegistrarFactory,
    SubjectFactory,
    TeacherFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]  # days of these weeks

DUE_ON = MONDAY + datetime.timedelta(days=4)
LEARNS = "What it learns, then open"


@pytest.fixture(autouse=True)
def in_the_demo(settings):
    settings.ONE_CLICK_LOGINS = True


@pytest.fixture
def part():
    found = part_of(teaching(), published=True)
    found.teaching.teacher.language = "en"
    found.teaching.teacher.save()
    return found


@pytest.fixture
def madmagz(part):
    """The whole school of the class has it."""
    resource = ResourceFactory(slug="madmagz", name="Madmagz")
    LicenceFactory(resource=resource, school=part.teaching.school_class.school)
    return ConnectionFactory(resource=resource)


def browser_of(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def student_of(part):
    return StudentFactory(in_class=part.teaching.school_class, language="en")


def words_on(client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.text).split())


def of_lesson(lesson, name: str = "lesson") -> str:
    return reverse(f"continuity:{name}", args=[lesson.public_id])


def lesson_with(part, *slugs: str, **fields) -> Lesson:
    lesson = lesson_item(part, **fields).lesson
    lesson.tiles = list(slugs)
    lesson.save()
    return lesson


def typed(**fields) -> dict:
    return {"title": "La une", "minutes": "25", "body": "Écrire.", "key": "abcde12345"} | fields


def sent(of, **fields) -> dict:
    name = f"class-{of.public_id}"
    given = {"given": "on", "day": MONDAY, "due_on": DUE_ON, "due_hour": "18:00"}
    rows = {f"{name}-{key}": value for key, value in given.items()}
    return {"title": "La une", "body": "Écrire.", "minutes": 45, "returns": "text"} | rows | fields


# A lesson


def test_a_teacher_chooses_it_for_a_lesson_and_a_student_of_the_class_opens_it(part, madmagz):
    teacher, student = browser_of(part.teaching.teacher), browser_of(student_of(part))
    new = reverse("continuity:new_lesson", args=[part.public_id])

    form = words_on(teacher, new)
    teacher.post(new, typed(day=MONDAY.isoformat(), tiles=["madmagz"]))

    lesson = Lesson.objects.get()
    shown = words_on(student, of_lesson(lesson))
    assert 'name="tiles" value="madmagz"' in form
    assert lesson.tiles == ["madmagz"]
    assert f'href="{address_of("learns", madmagz.resource)}"' in shown
    assert LEARNS in shown


def test_only_what_the_class_has_today_can_be_chosen(part, madmagz):
    of = part.teaching
    school = of.school_class.school
    LicenceFactory(resource=ResourceFactory(slug="of-others"))
    LicenceFactory(
        resource=ResourceFactory(slug="ended"), school=school, until=datetime.date(2026, 8, 31)
    )
    by_name = LicenceFactory(
        resource=ResourceFactory(slug="by-name"), school=school, scope=LicenceScope.NAMED
    )
    by_name.teachers.add(of.teacher)
    for slug, subject in (("its-subject", of.subject), ("another-subject", SubjectFactory())):
        licence = LicenceFactory(
            resource=ResourceFactory(slug=slug), school=school, scope=LicenceScope.SUBJECTS
        )
        licence.subjects.add(subject)
    client, new = browser_of(of.teacher), reverse("continuity:new_lesson", args=[part.public_id])

    form = words_on(client, new)
    refused = client.post(new, typed(day=MONDAY.isoformat(), tiles=["of-others"]))

    slugs = ("madmagz", "its-subject", "of-others", "ended", "by-name", "another-subject")
    assert [f'value="{slug}"' in form for slug in slugs] == [True, True, *[False] * 4]
    assert (refused.status_code, Lesson.objects.count()) == (422, 0)
    assert "The class no longer has a resource that you had chosen." in refused.text


def test_without_a_subscription_the_form_asks_nothing_of_resources(part):
    new = reverse("continuity:new_lesson", args=[part.public_id])

    assert "Resources to open" not in words_on(browser_of(part.teaching.teacher), new)


def test_what_the_class_no_longer_has_stays_chosen_and_its_teacher_reads_the_day(part, madmagz):
    lesson = lesson_with(part, "madmagz")
    madmagz.resource.licences.update(until=datetime.date(2026, 11, 24))
    teacher = browser_of(part.teaching.teacher)

    form = words_on(teacher, of_lesson(lesson, "edit_lesson"))
    read = words_on(teacher, of_lesson(lesson))
    student = words_on(browser_of(student_of(part)), of_lesson(lesson))

    assert 'value="madmagz" id="id_tiles_0" checked' in form
    assert "ended on Tuesday 24 November 2026" in read
    assert "Madmagz" not in student


@pytest.mark.parametrize("what", ["deleted", "without a way"])
def test_a_resource_that_leads_nowhere_leaves_the_lesson_whole(part, madmagz, what):
    lesson = lesson_with(part, "madmagz")
    if what == "deleted":
        madmagz.resource.licences.all().delete()
        madmagz.resource.delete()
    else:
        madmagz.delete()
    teacher, student = browser_of(part.teaching.teacher), browser_of(student_of(part))

    shown = words_on(student, of_lesson(lesson))
    again = teacher.post(of_lesson(lesson, "edit_lesson"), typed(revision=1, key=""))

    assert ("Écrire" in shown, "Resources to open" in shown) == (False, False)
    assert "Lire." in shown
    assert again.status_code == 302


def test_students_read_that_a_published_lesson_has_changed(part, madmagz):
    lesson = lesson_with(part, title="La une", body="<p>Écrire.</p>", minutes=25)
    teacher = browser_of(part.teaching.teacher)

    teacher.post(of_lesson(lesson, "edit_lesson"), typed(revision=1, key="", tiles=["madmagz"]))

    assert list(ItemChange.objects.values_list("field", flat=True)) == ["text"]


def test_a_copy_of_a_lesson_or_homework_has_the_same_resources(part, madmagz):
    lesson, homework = lesson_with(part, "madmagz"), homework_item(part).assignment.homework
    homework.tiles = ["madmagz"]
    other = TeacherFactory()

    copies = [
        library.copy_lesson(lesson=lesson, by=other),
        library.copy_homework(homework=homework, by=other),
    ]

    assert [copy.tiles for copy in copies] == [["madmagz"], ["madmagz"]]


def test_on_paper_a_lesson_names_its_resources(part, madmagz):
    lesson = lesson_with(part, "madmagz", "never-was")

    drawn = lesson_pdf(lesson, Paper(language="en"))

    words = subprocess.run(
        ["pdftotext", "-", "-"], input=drawn, capture_output=True, check=True
    ).stdout.decode()
    assert "Resources to open, on the page of the lesson" in words
    assert "Madmagz" in words


def test_another_choice_of_resources_makes_another_paper(part, madmagz):
    lesson = lesson_with(part, "madmagz")
    before = ask_for_paper(lesson=lesson)
    lesson.tiles = []

    assert ask_for_paper(lesson=lesson).pk != before.pk


def test_resources_stand_in_the_order_in_which_they_were_stored(part, madmagz):
    other = ResourceFactory(slug="an-atlas", name="An atlas")
    LicenceFactory(resource=other, school=part.teaching.school_class.school)
    lesson = lesson_with(part, "madmagz", "an-atlas")

    shown = words_on(browser_of(part.teaching.teacher), of_lesson(lesson))

    assert shown.index(">Madmagz</a>") < shown.index(">An atlas</a>")


def test_who_looks_after_the_class_without_teaching_sees_no_button(part, madmagz):
    lesson = lesson_with(part, "madmagz")
    school = part.teaching.school_class.school
    leader = MembershipFactory(organisation=school, role=Role.LEADER).person

    shown = words_on(browser_of(leader), of_lesson(lesson))

    assert lesson.title in shown
    assert "Resources to open" not in shown


# A homework


def test_a_homework_offers_it_to_its_students_and_its_teacher(part, madmagz):
    teacher, student = browser_of(part.teaching.teacher), browser_of(student_of(part))
    new = reverse("continuity:new_homework", args=[part.public_id])

    form = words_on(teacher, new)
    teacher.post(new, sent(part.teaching, tiles=["madmagz"]))

    homework = Homework.objects.get()
    page = reverse("continuity:homework", args=[homework.assignments.get().public_id])
    edit = words_on(teacher, of_lesson(homework, "edit_homework"))
    assert 'name="tiles" value="madmagz"' in form
    assert homework.tiles == ["madmagz"]
    assert [LEARNS in words_on(reader, page) for reader in (teacher, student)] == [True, True]
    assert 'value="madmagz" id="id_tiles_0" checked' in edit


def test_students_read_that_a_published_homework_has_changed(part, madmagz):
    given = homework_item(part, title="La une", minutes=45).assignment
    teacher, homework = browser_of(part.teaching.teacher), given.homework
    edit = of_lesson(homework, "edit_homework")
    text = sent(part.teaching, body="Faire.", returns=homework.returns, revision=1)

    teacher.post(edit, text | {"tiles": ["madmagz"]})

    assert list(ItemChange.objects.values_list("field", flat=True)) == ["text"]


def test_a_student_in_the_class_by_another_schools_licence_sees_none(part, madmagz):
    """The licence ended here; it goes on elsewhere."""
    madmagz.resource.licences.update(until=datetime.date(2026, 8, 31))
    LicenceFactory(resource=madmagz.resource)
    given = homework_item(part).assignment
    given.homework.tiles = ["madmagz"]
    given.homework.save()

    page = reverse("continuity:homework", args=[given.public_id])

    assert "Madmagz" not in words_on(browser_of(student_of(part)), page)


# The week


def in_the_week(part, resource) -> PlanItem:
    return PlanItem.objects.create(
        part=part, kind=ItemKind.RESOURCE, day=MONDAY, title="Lire la une", resource=resource
    )


def week_of(client) -> str:
    return words_on(client, reverse("continuity:week_of", args=[MONDAY.isoformat()]))


def test_the_week_leads_to_the_way_without_a_name_where_there_is_one(part, madmagz):
    other = ResourceFactory(url="https://public.example/")
    LicenceFactory(resource=other, school=part.teaching.school_class.school)
    in_the_week(part, madmagz.resource)
    in_the_week(part, other)

    shown = week_of(browser_of(student_of(part)))

    assert f'<a class="button" href="{address_of("learns", madmagz.resource)}">' in shown
    assert '<a class="button" href="https://public.example/" rel="external noreferrer">' in shown


@pytest.mark.django_db(transaction=True)
def test_a_way_that_is_set_up_and_taken_away_shows_in_weeks_that_were_kept(part, settings):
    """Rows of a class are cached for all its students."""
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()
    resource = ResourceFactory(url="https://public.example/")
    LicenceFactory(resource=resource, school=part.teaching.school_class.school)
    in_the_week(part, resource)
    student, learns = browser_of(student_of(part)), address_of("learns", resource)
    person = RegistrarFactory(language="en")
    people.derive_groups(person)
    registrar = browser_of(person)
    never = dict.fromkeys(("role_telling", "school_telling", "level_telling"), Telling.NEVER)
    way = never | {"resource": resource.pk, "way": LaunchWay.ENT, "address": "https://ent.example/"}

    found = [learns in week_of(student)]
    registrar.post(reverse("resource_connections:add"), way)
    found.append(learns in week_of(student))
    registrar.post(
        reverse("resource_connections:delete", args=[ResourceConnection.objects.get().pk])
    )
    found.append(learns in week_of(student))

    assert found == [False, True, False]


def test_a_student_whom_the_subscription_does_not_reach_reads_that(part, madmagz):
    Licence.objects.all().delete()
    student = browser_of(student_of(part))

    shown = words_on(student, address_of("learns", madmagz.resource))

    assert "Your school has no subscription to Madmagz that includes you." in shown
    assert ResourceConnection.objects.count() == 1
