"""A key that a school's set put on an account opens it only with the password, once (Identity)."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.mail.models import Letter
from courses.people import services
from courses.people.enums import Letters
from courses.people.models import Identity, Person
from courses.people.services import identities
from courses.signin.enums import ValueForm
from tests.factories.cas_server import running
from tests.factories.continuity import LeaderFactory
from tests.factories.people import RegistrarFactory, TeacherFactory
from tests.factories.rosters import UAI, a_set, a_teacher, apply, choose, of_key, with_staff
from tests.factories.signin import IdentityProviderFactory, is_in, known_as, logs_in
from tests.factories.staff import STUDENTS, a_school_with_subjects, follow
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
CONFIRM = "/signin/ent/confirm/"


@pytest.fixture
def server():
    people = {"anne": {"aaf": ["1A"]}, "lea": {"aaf": ["1L"]}, "both": {"aaf": ["1A", "1B"]}}
    with running(people) as server:
        yield server


@pytest.fixture
def ent(server):
    return IdentityProviderFactory(slug="ent", address=server.address)


@pytest.fixture
def school():
    return a_school_with_subjects()


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school, language="en", given_name="Léa", family_name="Roy")


@pytest.fixture
def anne(client, school, leader):
    """Of the school, with a password; a leader said that the set's teacher 1A is she."""
    anne = TeacherFactory(works_at=school, email="anne@x.example", language="en")
    follow(
        client, leader, school,
        a_teacher("1A", "Anne", "A", mail="anne@x.example"), same_teachers="yes",
    )  # fmt: skip
    return Person.objects.get(pk=anne.pk)


@pytest.fixture
def browser():
    return Client()


def test_a_key_that_a_leader_put_on_an_account_opens_nothing_alone(browser, server, ent, anne):
    answer = logs_in(browser, server, ent, "anne")

    assert (answer.status_code, answer.url) == (302, CONFIRM)
    assert of_key("1A") == anne
    assert not is_in(browser)
    assert browser.post(CONFIRM, {"password": "guessed"}).status_code == 422
    assert not is_in(browser)
    assert anne.identities.get().confirmed_at is None


def test_whoever_types_the_password_once_comes_in_by_the_key_alone_from_then_on(
    browser, server, ent, anne
):
    logs_in(browser, server, ent, "anne", next="/en/letters/")
    answer = browser.post(CONFIRM, {"password": "password"})

    assert (answer.status_code, answer.url) == (302, "/en/letters/")
    assert is_in(browser)
    second = Client()
    assert logs_in(second, server, ent, "anne", next="/en/letters/").url == "/en/letters/"
    assert is_in(second)


def test_the_choice_among_accounts_doesnt_pass_the_password_by(browser, server, ent, anne):
    logs_in(browser, server, ent, "anne")

    answer = browser.post("/signin/ent/accounts/", {"account": anne.public_id})

    assert answer.url == CONFIRM
    assert not is_in(browser)


def test_wrong_passwords_beside_a_key_make_the_pauses_of_the_login(browser, server, ent, anne):
    logs_in(browser, server, ent, "anne")
    codes = [browser.post(CONFIRM, {"password": "guessed"}).status_code for _try in range(5)]
    right = browser.post(CONFIRM, {"password": "password"})

    assert codes == [422] * 5
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    assert not is_in(browser)
    login = Client().post(reverse("people:login"), {"username": anne.login, "password": "password"})
    assert login.status_code == 429


def test_nobody_gets_to_the_password_without_the_servers_answer(browser, ent, anne):
    answer = browser.post(CONFIRM, {"password": "password"})

    assert answer.status_code == 403
    assert not is_in(browser)


def test_the_password_of_a_slip_confirms_no_key(browser, server, ent, anne):
    anne.paper_password_ends_at = "2026-12-25T12:00Z"
    anne.save()
    logs_in(browser, server, ent, "anne")

    assert browser.post(CONFIRM, {"password": "password"}).status_code == 422
    assert not is_in(browser)


def test_who_has_no_password_reads_how_to_choose_one(browser, server, ent, anne):
    anne.set_unusable_password()
    anne.save()
    logs_in(browser, server, ent, "anne")

    page = browser.get(CONFIRM)

    assert reverse("people:forgotten") in page.text
    assert browser.post(CONFIRM, {"password": "!"}).status_code == 422


def test_the_owner_of_an_account_is_told_of_a_key(anne, leader):
    letter = Letter.objects.get(kind=Letters.KEY_PUT)

    assert letter.to == anne
    assert letter.details["by"] == leader.display_name
    assert ModelLogEntry.objects.filter(action="roster.key", object_id=anne.pk).count() == 1


def test_the_owner_takes_the_key_off(client, server, ent, anne):
    client.force_login(anne)
    key = anne.identities.get()
    page = client.get(reverse("people:profile"))
    address = reverse("people:take_key_off", args=[key.pk])

    assert address in page.text
    assert client.post(address).status_code == 302
    assert not Identity.objects.filter(value="1A").exists()
    assert logs_in(Client(), server, ent, "anne").status_code == 403


def test_nobody_takes_off_the_key_of_another_but_the_registrars(client, anne, leader):
    key = anne.identities.get()
    address = reverse("people:take_key_off_from", args=[anne.public_id, key.pk])
    for other in (leader, TeacherFactory()):
        client.force_login(other)
        assert client.post(reverse("people:take_key_off", args=[key.pk])).status_code == 404
        assert client.post(address).status_code == 403
    assert anne.identities.exists()

    client.force_login(RegistrarFactory())
    assert address in client.get(reverse("people:person_letters", args=[anne.public_id])).text
    assert client.post(address).status_code == 302
    assert not anne.identities.exists()
    assert ModelLogEntry.objects.filter(action="people.key_off", object_id=anne.pk).exists()


def test_a_new_account_is_entered_by_its_key_until_its_owner_chooses_a_password(
    client, browser, server, ent, school, leader
):
    """A made-up set gives somebody's address another's key: it gets into nothing of the owner's."""
    follow(client, leader, school, a_teacher("1A", "Anne", "A", mail="anne@x.example"))
    anne = of_key("1A")
    logs_in(browser, server, ent, "anne")
    browser.post(CONFIRM)
    assert is_in(browser)

    services.choose_password(person=anne, password="a long new password")

    assert not is_in(browser)
    assert logs_in(browser, server, ent, "anne").url == CONFIRM
    assert not is_in(browser)


def test_a_students_key_opens_the_account_after_a_new_password_too(
    client, browser, ent, server, school, leader
):
    choose(client, leader, school, a_set(UAI, *STUDENTS))
    apply(client, leader)
    student = of_key("1")

    services.choose_password(person=student, password="a long new password")

    assert student.identities.get().confirmed_at


def test_a_key_that_was_taken_off_opens_nothing_with_an_answer_from_before(
    client, browser, server, ent, school, leader
):
    """A leader puts a key of their own on Anne's account, and waits at the page of the password."""
    anne = TeacherFactory(works_at=school, email="anne@x.example", language="en")
    said = {"mail": "anne@x.example"}
    follow(client, leader, school, a_teacher("1L", "Anne", "A", **said), same_teachers="yes")
    logs_in(browser, server, ent, "lea")
    anne = Person.objects.get(pk=anne.pk)
    identities.take_key_off(identity=anne.identities.get(), by=anne)

    true = a_teacher("1A", "Anne", "A", **said)
    follow(client, leader, school, true, day="20261121", same_teachers="yes")
    hers = Client()
    logs_in(hers, server, ent, "anne")
    hers.post(CONFIRM, {"password": "password"})

    assert is_in(hers)
    for address in (CONFIRM, "/signin/ent/accounts/"):
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"password": "password"}).status_code == 403
    assert not is_in(browser)


def test_one_confirmed_key_of_an_answer_opens_its_account_alone(browser, server, ent, anne):
    ben = known_as(TeacherFactory(), "1B")

    logs_in(browser, server, ent, "both")
    browser.post("/signin/ent/accounts/", {"account": ben.public_id})
    as_ben = browser.session["_auth_user_id"]
    answer = browser.post("/signin/ent/accounts/", {"account": anne.public_id})

    assert as_ben == str(ben.pk)
    assert answer.url == CONFIRM
    assert browser.get(CONFIRM).status_code == 200
    assert browser.session["_auth_user_id"] == str(ben.pk)
    browser.post(CONFIRM, {"password": "password"})
    assert browser.session["_auth_user_id"] == str(anne.pk)
    browser.post("/signin/ent/accounts/", {"account": ben.public_id})
    browser.get(CONFIRM)  # changes no account any more
    assert browser.session["_auth_user_id"] == str(ben.pk)


def test_a_key_ends_the_session_of_somebody_else_before_the_password_is_asked(
    browser, server, ent, anne
):
    browser.force_login(TeacherFactory())

    logs_in(browser, server, ent, "anne")

    assert not is_in(browser)
    assert browser.get(CONFIRM).status_code == 200


def test_whoever_logs_in_by_a_password_leaves_the_answer_of_the_ent_behind(
    browser, server, ent, anne
):
    zoe = TeacherFactory()
    logs_in(browser, server, ent, "anne")
    browser.post(reverse("people:login"), {"username": zoe.login, "password": "password"})

    answer = browser.post(CONFIRM, {"password": "password"})

    assert (answer.status_code, answer.url) == (302, reverse("today:home"))
    assert browser.session["_auth_user_id"] == str(zoe.pk)
    assert anne.identities.get().confirmed_at is None


def test_the_password_beside_a_key_leads_to_no_other_site(browser, server, ent, anne):
    logs_in(browser, server, ent, "anne", next="https://elsewhere.example/")

    assert browser.post(CONFIRM, {"password": "password"}).url == reverse("today:home")


def test_the_page_of_the_password_says_whose_account_it_is(browser, server, ent, anne):
    logs_in(browser, server, ent, "anne")

    page = browser.get(CONFIRM).text

    assert anne.display_name in page
    assert anne.login in page
    assert "a…@x.example" in page
    assert "anne@x.example" not in page


def test_no_set_moves_a_key_to_another_account(client, school, leader, anne):
    ben = TeacherFactory(works_at=school, email="ben@x.example", given_name="Ben", family_name="B")

    says = a_teacher("1A", "Ben", "B", mail="ben@x.example")
    data = with_staff(UAI, says, students=STUDENTS, day="20261121")
    page = choose(client, leader, school, data)

    assert "Nothing to do" in page.text
    assert of_key("1A") == anne
    assert not ben.identities.exists()


def test_a_key_that_is_put_on_again_is_asked_for_and_confirmed_again(
    client, browser, server, ent, school, leader, anne
):
    Identity.objects.filter(person=anne).update(confirmed_at="2026-11-20T12:00Z")
    identities.take_key_off(identity=anne.identities.get(), by=anne)

    says = a_teacher("1A", "Anne", "A", mail="anne@x.example")
    follow(client, leader, school, says, day="20261121", same_teachers="yes")

    assert of_key("1A") == anne
    assert logs_in(browser, server, ent, "anne").url == CONFIRM
    assert not is_in(browser)


def test_who_takes_a_key_off_ends_the_sessions_that_it_may_have_begun(
    client, browser, server, ent, anne
):
    logs_in(browser, server, ent, "anne")
    browser.post(CONFIRM, {"password": "password"})
    client.force_login(anne)

    client.post(reverse("people:take_key_off", args=[anne.identities.get().pk]))

    assert is_in(client)
    assert not is_in(browser)
    assert not Letter.objects.filter(kind=Letters.KEY_OFF).exists()


def test_a_registrar_who_takes_a_key_off_ends_sessions_and_tells_the_owner(
    client, browser, server, ent, anne
):
    logs_in(browser, server, ent, "anne")
    browser.post(CONFIRM, {"password": "password"})
    registrar = RegistrarFactory(given_name="Rose", family_name="Roy")
    client.force_login(registrar)

    key = anne.identities.get()
    client.post(reverse("people:take_key_off_from", args=[anne.public_id, key.pk]))
    run_worker()

    assert not is_in(browser)
    letter = Letter.objects.get(kind=Letters.KEY_OFF, to=anne)
    assert "Rose Roy took a directory’s key off your account" in mail.outbox[-1].body
    assert letter.details["by"] == registrar.display_name


def test_who_enters_an_account_that_a_set_opened_reads_its_address_first(
    client, browser, server, ent, school, leader
):
    """A leader may have put an address of their own beside Anne's key."""
    follow(client, leader, school, a_teacher("1A", "Anne", "A", mail="leader@x.example"))

    answer = logs_in(browser, server, ent, "anne", next="/en/letters/")
    page = browser.get(CONFIRM)
    before = is_in(browser)
    entered = browser.post(CONFIRM)

    assert (answer.url, before) == (CONFIRM, False)
    assert "leader@x.example" in page.text
    assert reverse("people:forgotten") in page.text
    assert entered.url == "/en/letters/"
    assert logs_in(Client(), server, ent, "anne", next="/en/letters/").url == "/en/letters/"


def test_the_address_page_is_no_way_around_the_password(
    client, browser, server, ent, school, leader
):
    """Anne chooses a password while somebody waits at the page of the address."""
    follow(client, leader, school, a_teacher("1A", "Anne", "A", mail="anne@x.example"))
    logs_in(browser, server, ent, "anne")
    services.choose_password(person=of_key("1A"), password="a long new password")

    answer = browser.post(CONFIRM)

    assert answer.status_code in (200, 422)
    assert not is_in(browser)


def test_an_owner_who_logs_in_confirms_no_key_but_the_one_that_was_named(browser):
    """One ENT of two directories: a key of the other one may be somebody else's, put on by mistake."""
    owner = known_as(TeacherFactory(), "1A", "aaf:14")
    wrong = Identity.objects.create(person=owner, namespace="aaf:70", value="2X")
    values = {"owner": {"aaf": ["{AAF}14||1A"]}, "other": {"aaf": ["{AAF}70||2X"]}}
    with running(values) as server:
        ent = IdentityProviderFactory(
            slug="ent", address=server.address,
            namespace="aaf:14 aaf:70", value_form=ValueForm.REFERENCE,
        )  # fmt: skip

        logs_in(browser, server, ent, "owner")
        other = logs_in(Client(), server, ent, "other")

    assert is_in(browser)
    assert other.url == CONFIRM
    wrong.refresh_from_db()
    assert wrong.confirmed_at is None
