"""A guidance page holds the tile of a resource: drawn for each reader, kept for none, on paper a line."""

import datetime
import html

import pytest
from django.core.cache import caches
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.guidance.documents import parts_of
from cms.guidance.values.untranslated import untranslated
from courses.digest import queries as digest
from courses.launches.models import Launch, ResourceConnection
from courses.people.enums import Role
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.guidance import block, guidance_page, home, in_english, pair_of, paragraph
from tests.factories.launches import (
    ConnectionFactory,
    address_of,
    goes_on_to,
    press_open,
    reader_of,
)
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]  # days of licences

ENDED, BEGINS = datetime.date(2026, 8, 31), datetime.date(2027, 1, 4)
TILE = "Ouvrez votre journal"


@pytest.fixture(autouse=True)
def in_the_demo(settings):
    settings.ONE_CLICK_LOGINS = True


@pytest.fixture
def madmagz():
    return ConnectionFactory(resource=ResourceFactory(slug="madmagz", name="Madmagz"))


def tile(slug: str = "madmagz") -> dict:
    return block("resource", {"resource": slug})


def page_with(*slugs: str):
    return guidance_page(body=[paragraph(f"{TILE}."), *map(tile, slugs)])


def read(page, person=None) -> str:
    client = Client(headers={"Accept-Language": "fr"})
    if person:
        client.force_login(person)
    answer = client.get(page.url)
    words = " ".join(html.unescape(answer.text).split())
    assert TILE in words
    return words.partition(TILE)[2].partition("</article>")[0]


def holder(factory, madmagz, **licence):
    """Somebody at a school that has the resource."""
    person = factory(language="fr")
    school = person.memberships.get().organisation
    LicenceFactory(resource=madmagz.resource, school=school, **licence)
    return person


def test_a_student_whose_school_has_it_reads_first_what_it_learns_then_opens_it_here(madmagz):
    client, student = reader_of(madmagz)
    page = page_with("madmagz")
    url, opens = (
        address_of("learns", madmagz.resource, "fr"),
        address_of("open", madmagz.resource, "fr"),
    )

    before = read(page, student)
    press_open(client, madmagz.resource)
    after = read(page, student)
    answer = client.post(opens)

    assert (f'href="{url}">' in before, f'action="{opens}"' in before) == (True, False)
    assert f'<form method="post" action="{opens}">' in after
    assert goes_on_to(answer).startswith("/fr/practice-resources/madmagz/?")
    assert Launch.objects.filter(person=student).count() == 2


@pytest.mark.parametrize("who", ["visitor", "another school", "its teacher", "leader", "adviser"])
def test_who_has_no_licence_sees_nothing_of_it(madmagz, who):
    holder(StudentFactory, madmagz)
    person = {
        "visitor": lambda: None,
        "another school": lambda: StudentFactory(language="fr"),
        "its teacher": lambda: TeacherFactory(language="fr"),
        "leader": lambda: holder(LeaderFactory, madmagz),
        "adviser": lambda: AdviserFactory(language="fr"),
    }[who]()

    shown = read(page_with("madmagz"), person)

    assert "Madmagz" not in shown
    assert "<form" not in shown


def test_for_who_opens_no_resources_nothing_is_asked(madmagz, django_assert_num_queries):
    leader = holder(LeaderFactory, madmagz)
    assert leader.roles == {Role.LEADER}  # reads the memberships

    with django_assert_num_queries(0):
        found = digest.tiles(["madmagz"], leader, timezone.now())

    assert found == {}


def test_the_page_that_is_kept_for_visitors_holds_no_readers_tile(madmagz, settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()
    client, student = reader_of(madmagz)
    press_open(client, madmagz.resource)
    page = page_with("madmagz")

    shown = [read(page, who) for who in (student, None, student, None)]

    assert ["Madmagz" in one for one in shown] == [True, False, True, False]


@pytest.mark.parametrize(
    ("licence", "sentence"),
    [
        pytest.param({"until": ENDED}, "a pris fin le lundi 31 août 2026", id="ended"),
        pytest.param({"since": BEGINS}, "commence le lundi 4 janvier 2027", id="not yet"),
    ],
)
def test_a_teacher_reads_the_day_of_what_a_student_does_not_see(madmagz, licence, sentence):
    teacher, student = (holder(one, madmagz, **licence) for one in (TeacherFactory, StudentFactory))
    page = page_with("madmagz")

    assert sentence in read(page, teacher)
    assert "<button" not in read(page, teacher)
    assert "Madmagz" not in read(page, student)


def test_what_ended_more_than_a_year_ago_is_read_by_no_teacher(madmagz):
    teacher = holder(TeacherFactory, madmagz, until=datetime.date(2025, 11, 24))

    assert "Madmagz" not in read(page_with("madmagz"), teacher)


def test_without_a_way_a_teacher_reads_that_and_a_student_sees_nothing(madmagz):
    teacher, student = holder(TeacherFactory, madmagz), holder(StudentFactory, madmagz)
    page = page_with("madmagz")
    ResourceConnection.objects.all().delete()

    assert "personne n’en a réglé l’accès" in read(page, teacher)
    assert "Madmagz" not in read(page, student)


def test_a_resource_that_is_deleted_leaves_the_page_whole(madmagz):
    student = holder(StudentFactory, madmagz)
    page = page_with("madmagz", "never-was")
    madmagz.resource.licences.all().delete()
    madmagz.resource.delete()

    assert "Madmagz" not in read(page, student)
    assert [part.strip() for part in parts_of(page)][1:] == ["", ""]


def test_ten_tiles_ask_no_more_than_one(madmagz):
    student = holder(StudentFactory, madmagz)
    school = student.memberships.get().organisation
    others = ConnectionFactory.create_batch(9)
    for one in others:
        LicenceFactory(resource=one.resource, school=school)
    few, many = page_with("madmagz"), page_with("madmagz", *[o.resource.slug for o in others])
    read(few, student)

    asked = []
    for page in (few, many):
        with CaptureQueriesContext(database) as queries:
            shown = read(page, student)
        asked.append(len(queries))

    assert shown.count('class="row__title"') == 10
    assert asked[0] == asked[1]


@pytest.mark.parametrize("slug", ["madmagz", "never-was"])
def test_an_adviser_reads_in_the_preview_where_it_stands(madmagz, slug):
    page = page_with(slug)

    shown = " ".join(page.make_preview_request().render().text.split())

    line = "Ici se trouve Madmagz, pour les lecteurs compris dans un abonnement."
    assert TILE in shown
    assert (line in shown) == (slug == "madmagz")
    assert line not in read(page, AdviserFactory(language="fr"))


def test_on_paper_it_says_where_to_look(madmagz):
    page = page_with("madmagz")

    line = html.unescape(parts_of(page)[1])

    assert "Madmagz" in line
    assert f"/pages/{pair_of(page).public_id}/" in line


def test_in_the_other_language_it_is_no_text_to_translate_and_speaks_the_readers():
    resource = ResourceFactory(slug="les-cartes-de-la-classe", name="Les cartes de la classe")
    student = holder(StudentFactory, ConnectionFactory(resource=resource))
    page = page_with(resource.slug)
    [_text, its_tile] = page.body
    english = in_english(page, words={its_tile.id: {"resource": resource.slug}})
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(student)

    shown = html.unescape(client.get(english.url).text)

    assert "What it learns, then open" in shown
    assert untranslated(english.passages, page.passages) == []


def test_a_french_page_read_in_english_has_its_tile_in_english(madmagz):
    home("en")
    student = holder(StudentFactory, madmagz)
    page = page_with("madmagz")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(student)

    shown = client.get(f"/en/pages/{pair_of(page).public_id}/")

    assert "What it learns, then open" in html.unescape(shown.text)
