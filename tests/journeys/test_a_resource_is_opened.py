"""A resource is opened without a name: link, page and ledger say the same (case C55), and nobody
else reads it.
"""

import datetime
import html
import io
import json
import re
import zipfile
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.launches.enums import Attribute, Telling
from courses.launches.models import Launch, PersonalConnection
from courses.launches.queries import address_of as leads_to
from courses.launches.values import claims
from courses.people.enums import Role
from courses.people.models import Person
from tests.factories.catalogue import ResourceFactory
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.launches import (
    ConnectionFactory,
    EntConnectionFactory,
    address_of,
    goes_on_to,
    press_open,
    reader_of,
    shown_on,
)
from tests.factories.people import MembershipFactory, TeacherFactory

pytestmark = pytest.mark.django_db

VALUE = re.compile(r'<span class="value" data-claim="(\w+)">([^<]+)</span>')


@pytest.fixture(autouse=True)
def in_the_demo(settings):
    """Where the practice resource answers."""
    settings.ONE_CLICK_LOGINS = True


@pytest.fixture
def madmagz():
    """Tells role and school, and the level of a student who wishes so."""
    return ConnectionFactory(
        resource=ResourceFactory(slug="madmagz", name="Madmagz"),
        role_telling=Telling.ALWAYS,
        school_telling=Telling.ALWAYS,
        level_telling=Telling.OPTIONAL,
    )


def told_on(page) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in VALUE.findall(page.text)}


def another_browser(address: str):
    """The service's own site: no cookie of ours comes with it."""
    return Client().get(address)


@pytest.mark.parametrize("tells", [[], [Attribute.LEVEL]], ids=["without the level", "with it"])
def test_payload_page_and_ledger_say_the_same(madmagz, tells):
    client, student = reader_of(madmagz)
    client.post(address_of("choose", madmagz.resource), {"tells": tells})
    page = told_on(client.get(address_of("learns", madmagz.resource)))

    address = goes_on_to(press_open(client, madmagz.resource))
    received = told_on(another_browser(address))

    sent = claims(parse_qsl(urlsplit(address).query, strict_parsing=True))
    assert received == sent == page == Launch.objects.get(person=student).told
    assert set(received) == {"u", "role", "uai", *tells}
    school = student.memberships.get().organisation
    assert (received["role"], received["uai"]) == ("student", school.uai)
    assert received.get("level", "2de") == "2de"


def test_nothing_that_names_the_person_leaves(madmagz):
    client, student = reader_of(madmagz)
    client.post(address_of("choose", madmagz.resource), {"tells": [Attribute.LEVEL]})

    address = goes_on_to(press_open(client, madmagz.resource))

    named = (student.login, student.given_name, student.family_name, student.public_id)
    assert [word for word in named if word.lower() in address.lower()] == []
    assert re.search(rf"=({student.pk})(&|$)", address) is None


def test_two_resources_get_codes_that_cannot_be_joined():
    """Case C55: from the code of one resource nobody finds that of another."""
    one, other = ConnectionFactory(), ConnectionFactory()
    client, student = reader_of(one, other)
    second, _student = reader_of(
        person=StudentFactory(in_class=student.class_memberships.get().school_class)
    )

    codes = [
        dict(parse_qsl(urlsplit(goes_on_to(press_open(browser, connection.resource))).query))["u"]
        for browser in (client, second)
        for connection in (one, other)
    ]

    assert len(set(codes)) == 4
    again = dict(parse_qsl(urlsplit(goes_on_to(press_open(client, one.resource))).query))["u"]
    assert again == codes[0]


def test_a_forged_an_old_and_a_used_link_are_refused(madmagz):
    client, _student = reader_of(madmagz)
    address = goes_on_to(press_open(client, madmagz.resource))
    other = goes_on_to(press_open(client, madmagz.resource))

    forged = another_browser(address.replace("role=student", "role=teacher"))
    first, again = another_browser(address), another_browser(address)
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=62), tick=False):
        old = another_browser(other)

    assert [answer.status_code for answer in (forged, first, again, old)] == [403, 200, 403, 403]
    assert "the link was changed" in html.unescape(forged.text)
    assert "The link was used before" in again.text
    assert "more than 60 seconds old" in old.text
    assert [told_on(answer) for answer in (forged, again, old)] == [{}, {}, {}]


def test_a_link_of_one_resource_does_not_open_another(madmagz):
    other = ConnectionFactory()
    client, _student = reader_of(madmagz, other)
    query = urlsplit(goes_on_to(press_open(client, madmagz.resource))).query

    answer = another_browser(f"{leads_to(other)}?{query}")

    assert answer.status_code == 403


def test_a_query_that_is_none_is_refused(madmagz):
    for query in ("", "s=", "u=a", "u=a&s=é", "%00=&s=0"):
        answer = another_browser(f"{leads_to(madmagz)}?{query}")
        assert answer.status_code in {400, 403}, query


def test_the_answer_says_nothing_of_where_it_came_from_and_is_not_stored(madmagz):
    client, _student = reader_of(madmagz)

    answer = press_open(client, madmagz.resource)

    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "private, no-store"


def test_no_link_opens_anything_by_itself(madmagz):
    """A browser that fetches links in advance launches nothing."""
    client, _student = reader_of(madmagz)
    page = client.get(address_of("learns", madmagz.resource)).text
    links = {one for one in re.findall(r'href="(/en/[^"]*)"', page) if "log" not in one}

    for link in links:
        client.get(html.unescape(link), headers={"Sec-Purpose": "prefetch"})

    assert address_of("open", madmagz.resource) not in links
    assert client.get(address_of("open", madmagz.resource)).status_code == 405
    assert Launch.objects.count() == 0


def test_what_it_learns_is_read_before_the_first_opening_and_after_each_change(madmagz):
    client, student = reader_of(madmagz)
    open_, learns = (address_of(name, madmagz.resource) for name in ("open", "learns"))

    from_the_list = client.post(open_)
    assert (from_the_list.status_code, from_the_list.url) == (302, learns)
    press_open(client, madmagz.resource)
    assert client.post(open_).status_code == 200

    page_of_before = shown_on(client, madmagz.resource)
    madmagz.school_telling = Telling.NEVER
    madmagz.save()
    for shown in ({}, {"shown": page_of_before}):
        assert client.post(open_, shown).status_code == 302
    assert Launch.objects.filter(person=student).count() == 2
    press_open(client, madmagz.resource)
    assert set(Launch.objects.filter(person=student).first().told) == {"u", "role"}


def test_another_host_is_read_of_before_anything_is_sent_there():
    connection = ConnectionFactory(is_practice=False, address="https://madmagz.example/in")
    client, student = reader_of(connection)
    open_, learns = (address_of(name, connection.resource) for name in ("open", "learns"))
    press_open(client, connection.resource)

    connection.address = "https://madmagz.example/en/classe"
    connection.save()
    assert client.post(open_).status_code == 200
    connection.address = "https://other.example/in"
    connection.save()
    assert client.post(open_).status_code == 302
    assert Launch.objects.filter(person=student).count() == 2
    assert "It is sent to other.example." in client.get(learns).text
    assert goes_on_to(press_open(client, connection.resource)).startswith("https://other.example/")


def test_optional_attributes_are_off_until_the_person_ticks_them_and_off_again(madmagz):
    client, student = reader_of(madmagz)

    def told() -> set[str]:
        press_open(client, madmagz.resource)
        return set(Launch.objects.filter(person=student).first().told)

    assert told() == {"u", "role", "uai"}
    choose = address_of("choose", madmagz.resource)
    client.post(choose, {"tells": ["level"]})
    assert told() == {"u", "role", "uai", "level"}
    client.post(choose, {})
    assert told() == {"u", "role", "uai"}
    assert client.post(choose, {"tells": ["login"]}).status_code == 422
    assert PersonalConnection.objects.get(person=student).tells == []


def test_what_is_never_told_is_neither_offered_nor_told_to_who_wished_it_before(madmagz):
    client, student = reader_of(madmagz)
    client.post(address_of("choose", madmagz.resource), {"tells": ["level"]})
    madmagz.level_telling = Telling.NEVER
    madmagz.save()

    page = client.get(address_of("learns", madmagz.resource)).text
    press_open(client, madmagz.resource)

    assert 'name="tells"' not in page
    assert set(Launch.objects.get(person=student).told) == {"u", "role", "uai"}


def test_a_student_of_two_schools_lets_it_learn_the_level_at_the_school_that_has_it(madmagz):
    here, there = SchoolClassFactory(level="2de"), SchoolClassFactory(level="Tle")
    student = StudentFactory(in_class=[here, there], language="en")
    client, _student = reader_of(madmagz, person=student)

    client.post(address_of("choose", madmagz.resource), {"tells": ["level"]})
    press_open(client, madmagz.resource)

    assert Launch.objects.get(person=student).told["level"] == "2de"


def test_a_new_code_is_another_one_and_the_ledger_keeps_the_old(madmagz):
    client, student = reader_of(madmagz)
    press_open(client, madmagz.resource)

    renew = address_of("renew_code", madmagz.resource)
    assert client.post(renew).status_code == 422
    assert PersonalConnection.objects.get().code_number == 0
    client.post(renew, {"knows": "on"})
    press_open(client, madmagz.resource)

    new, old = (one.told["u"] for one in Launch.objects.filter(person=student))
    assert new != old
    assert new == told_on(client.get(address_of("learns", madmagz.resource)))["u"]


def test_the_code_stays_when_row_numbers_and_login_change(madmagz):
    """Made from the random id, never from the row's number: a database built anew gives the same."""
    client, student = reader_of(madmagz)
    code = told_on(client.get(address_of("learns", madmagz.resource)))["u"]
    public_id = student.public_id
    Person.objects.filter(pk=student.pk).update(public_id="0123456789", login="another")
    twin = StudentFactory(in_class=student.class_memberships.get().school_class)
    Person.objects.filter(pk=twin.pk).update(public_id=public_id)

    browser, _twin = reader_of(madmagz, person=Person.objects.get(pk=twin.pk))

    assert told_on(browser.get(address_of("learns", madmagz.resource)))["u"] == code


def test_a_resource_through_the_ent_learns_nothing():
    connection = EntConnectionFactory()
    client, student = reader_of(connection)
    page = client.get(address_of("learns", connection.resource))

    answer = press_open(client, connection.resource)

    assert goes_on_to(answer) == connection.address
    assert f"{connection.resource.name} learns nothing from us" in page.text
    assert "Your name and first name" not in page.text  # the ENT may tell them
    assert told_on(page) == Launch.objects.get(person=student).told == {}


def test_an_address_on_another_site_is_the_keepers_and_the_link_is_signed_for_it():
    connection = ConnectionFactory(is_practice=False, address="https://madmagz.example/in")
    client, _student = reader_of(connection)

    address = goes_on_to(press_open(client, connection.resource))

    assert address.startswith("https://madmagz.example/in?n=")
    assert [name for name, _value in parse_qsl(urlsplit(address).query)] == ["n", "t", "u", "s"]


def test_openings_are_for_the_person_alone(madmagz):
    client, student = reader_of(madmagz)
    press_open(client, madmagz.resource)
    school_class = student.class_memberships.get().school_class
    code = Launch.objects.get().told["u"]
    teacher = TeacherFactory(works_at=school_class.school, language="en")
    leader = MembershipFactory(organisation=school_class.school, role=Role.LEADER).person
    classmate = StudentFactory(in_class=school_class)
    stranger = StudentFactory()

    answers = {}
    for name, person in [("t", teacher), ("l", leader), ("c", classmate), ("s", stranger)]:
        browser = Client(headers={"Accept-Language": "en"})
        browser.force_login(person)
        answer = browser.get(address_of("learns", madmagz.resource))
        answers[name] = (answer.status_code, code in answer.text)

    assert answers == {"t": (200, False), "l": (403, False), "c": (200, False), "s": (302, False)}


@pytest.mark.parametrize("by_leader", [False, True], ids=["own", "made by the leader"])
def test_openings_are_in_ones_own_copy_alone(madmagz, by_leader):
    client, student = reader_of(madmagz)
    press_open(client, madmagz.resource)
    download = reverse("register:download")
    if by_leader:
        school = student.memberships.get().organisation
        client.force_login(MembershipFactory(organisation=school, role=Role.LEADER).person)
        download = reverse("register:download_of", args=[student.public_id])

    answer = client.post(download)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    copy = {name: archive.read(name).decode() for name in archive.namelist()}

    code = Launch.objects.get().told["u"]
    assert [code in text for text in copy.values()] == [not by_leader] * 2
    held = {"courses.Launch", "courses.PersonalConnection"}
    assert (held & set(json.loads(copy["data.json"])["data"])) == (set() if by_leader else held)
    left_out = "The resources that the person opened and the devices on which they are logged in"
    assert (left_out in copy["index.html"]) == by_leader


def test_a_resource_that_people_opened_is_not_deleted(madmagz):
    client, _student = reader_of(madmagz)
    press_open(client, madmagz.resource)
    madmagz.resource.licences.all().delete()

    with pytest.raises(ProtectedError):
        madmagz.resource.delete()


def test_without_a_key_nothing_is_signed_and_the_page_says_so(madmagz, settings):
    settings.PSEUDONYM_KEY = "short"
    client, _student = reader_of(madmagz)

    page = client.get(address_of("learns", madmagz.resource))
    answer = client.post(address_of("open", madmagz.resource), {"shown": "x"}, follow=True)

    sentence = "Madmagz can’t be opened: a key is missing on this site."
    assert sentence in page.text
    assert sentence in answer.text
    assert Launch.objects.count() == 0


def test_the_practice_resource_is_of_the_demo_alone(madmagz, settings):
    client, _student = reader_of(madmagz)
    address = goes_on_to(press_open(client, madmagz.resource))
    settings.ONE_CLICK_LOGINS = False

    assert another_browser(address).status_code == 404
    page = client.get(address_of("learns", madmagz.resource)).text
    assert "nobody has set up the way there. The académie sets it up." in page
    assert "Whom to ask" not in page
