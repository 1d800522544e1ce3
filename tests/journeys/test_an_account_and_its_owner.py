"""An account is made by an adviser, opened with a link, and changed by its owner."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people import services
from courses.people.models import Person
from courses.people.values import address_code
from tests.factories.people import PersonFactory, TeacherFactory

pytestmark = pytest.mark.django_db

PASSWORD = "pont-vert-et-brume"


def deliver():
    """The worker passes by."""
    for letter in Letter.objects.waiting():
        outbox.send(letter.pk, letter.attempts)
    return mail.outbox[-1]


def link_in(message) -> str:
    return re.search(r"http://testserver(\S+)", message.body).group(1)


def choose(client, link, password=PASSWORD):
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    return client.post(address, {"new_password1": password, "new_password2": password})


@pytest.mark.parametrize(
    ("language", "greeting"), [("fr", "/fr/password/"), ("en", "Your account is ready")]
)
def test_an_invited_person_chooses_a_password_and_is_in(client, language, greeting):
    person = services.create_person(
        given_name="Zoé",
        family_name="Lefèvre",
        email="zoe.lefevre@lycee.example",
        language=language,
    )

    letter = deliver()
    assert (letter.to, person.login) == (["Zoé Lefèvre <zoe.lefevre@lycee.example>"], "zoe.lefevre")
    assert greeting in letter.body
    answer = choose(client, link_in(letter))

    assert answer.url == f"/{language}/today/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert Person.objects.get(pk=person.pk).check_password(PASSWORD)


def test_a_link_opens_once_and_its_page_sends_a_new_one(client):
    services.create_person(
        given_name="Zoé", family_name="Lefèvre", email="zoe@lycee.example", language="en"
    )
    link = link_in(deliver())
    choose(client, link)
    client.post("/en/logout/")

    page = client.get(link)
    client.post(reverse("people:new_link", args=[page.context["public_id"]]))

    assert "This link no longer works" in page.text
    assert choose(client, link_in(deliver()), "another-green-bridge").status_code == 302


def test_an_invitation_after_the_first_log_in_is_no_longer_needed(client):
    person = services.create_person(
        given_name="Zoé", family_name="Lefèvre", email="zoe@lycee.example"
    )
    client.force_login(person)

    letter = person.letters.get()
    outbox.send(letter.pk, letter.attempts)

    assert person.letters.get().state == LetterState.WITHDRAWN


@pytest.mark.parametrize("typed", ["ZOE@lycee.example", "nobody@lycee.example"])
def test_asking_for_a_password_answers_the_same_for_everybody(client, typed):
    PersonFactory(email="zoe@lycee.example")

    answers = [client.post("/en/password/", {"email": typed}, follow=True) for _ in range(2)]

    assert [(a.redirect_chain[0][0], [str(m) for m in a.context["messages"]]) for a in answers] == [
        (
            "/en/login/",
            [
                "If an account has this address, an email is on its way to it. Its link is valid"
                " for three days."
            ],
        )
    ] * 2


def test_asking_twice_in_impatience_is_one_letter(client, time_machine):
    time_machine.move_to("2026-11-25T10:00:30Z")
    person = PersonFactory(email="zoe@lycee.example", language="en")
    for _ in range(2):
        client.post("/en/password/", {"email": "zoe@lycee.example"})

    choose(client, link_in(deliver()))

    assert person.letters.count() == 1
    assert Person.objects.get(pk=person.pk).check_password(PASSWORD)


def test_a_closed_account_gets_no_link(client):
    person = PersonFactory(email="zoe@lycee.example", is_active=False)

    client.post("/en/password/", {"email": "zoe@lycee.example"})

    assert person.letters.count() == 0


def test_a_name_is_printed_as_the_profile_shows(client):
    person = PersonFactory(given_name="Zoé", family_name="Durand", language="en")
    client.force_login(person)

    preview = client.get(
        "/en/profile/printed-name/",
        {"given_name": "Zoé", "family_name": "Durand", "usage_name": "Lefèvre"},
    )
    saved = client.post(
        "/en/profile/",
        {"given_name": "Zoé", "family_name": "Durand", "usage_name": "Lefèvre", "language": "fr"},
        follow=True,
    )

    assert "Zoé LEFÈVRE" in preview.text
    assert saved.redirect_chain == [("/fr/profile/", 302)]
    assert Person.objects.get(pk=person.pk).printed_name == "Zoé LEFÈVRE"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("<b>Zoé</b>", "A name is written without &lt; and &gt;."),
        (
            "=HYPERLINK(1)",
            "A name does not begin with =: a spreadsheet would take it for a formula.",
        ),
        ("Zo\x07é", "This name holds invisible characters, perhaps from copying: type it by hand."),
    ],
)
def test_a_name_that_cannot_be_printed_stays_in_the_form_with_the_reason(client, typed, said):
    person = PersonFactory(given_name="Zoé")
    client.force_login(person)

    page = client.post(
        "/en/profile/",
        {"given_name": typed, "family_name": "Durand", "usage_name": "", "language": "en"},
    )

    assert said in page.text
    assert page.context["form"]["given_name"].value() == typed
    assert Person.objects.get(pk=person.pk).given_name == "Zoé"


def ask_for_address(client, address, password="password"):
    return client.post("/en/profile/mail-address/", {"email": address, "password": password})


def test_a_new_mail_address_counts_once_its_link_is_opened(client):
    person = PersonFactory(email="old@lycee.example", language="en")
    client.force_login(person)

    assert ask_for_address(client, "new@lycee.example").url == "/en/profile/"
    letter = deliver()
    link = link_in(letter)
    client.get(link)
    assert Person.objects.get(pk=person.pk).email == "old@lycee.example"
    client.post(link)
    told = deliver()

    assert letter.to[0].endswith("<new@lycee.example>")
    assert Person.objects.get(pk=person.pk).email == "new@lycee.example"
    assert told.to[0].endswith("<old@lycee.example>")
    assert "new@lycee.example" in told.body
    assert client.post(link).status_code == 410


def test_a_person_without_an_address_gives_a_first_one(client):
    person = PersonFactory(email=None, language="en")
    client.force_login(person)

    ask_for_address(client, "first@lycee.example")
    client.post(link_in(deliver()))

    assert Person.objects.get(pk=person.pk).email == "first@lycee.example"


def test_an_address_that_two_asked_for_is_the_first_ones_to_open_the_link(client):
    first, second = (
        PersonFactory(email="first@lycee.example"),
        PersonFactory(email="second@lycee.example"),
    )
    links = [
        reverse(
            "people:confirm_address", args=[address_code(p.public_id, p.email, "new@lycee.example")]
        )
        for p in (first, second)
    ]

    answers = [client.post(link) for link in links]

    assert [answer.status_code for answer in answers] == [302, 410]
    assert "belongs to another account" in answers[1].text
    assert [Person.objects.get(pk=person.pk).email for person in (first, second)] == [
        "new@lycee.example",
        "second@lycee.example",
    ]


@pytest.mark.parametrize(
    ("address", "password", "said"),
    [
        ("taken@lycee.example", "password", "belongs to another account"),
        ("new@lycee.example", "wrong", "This is not your password."),
        ("not an address", "password", "Enter a valid email address."),
    ],
)
def test_a_mail_address_is_not_taken_from_another(client, address, password, said):
    PersonFactory(email="Taken@lycee.example")
    person = PersonFactory()
    client.force_login(person)

    page = ask_for_address(client, address, password)

    assert said in page.text
    assert person.letters.count() == 0


@pytest.mark.parametrize("code", ["nonsense", "WyJhIiwiYiIsImMiXQ:1vNyyy:forged"])
def test_a_forged_link_changes_nothing(client, code):
    page = client.post(f"/en/mail-address/{code}/")

    assert page.status_code == 410
    assert "This link has been used already, or is more than three days old." in page.text


def test_a_changed_password_keeps_this_device_logged_in(client):
    person = PersonFactory()
    client.force_login(person)

    client.post(
        "/en/profile/password/",
        {"old_password": "password", "new_password1": PASSWORD, "new_password2": PASSWORD},
    )

    assert client.get("/en/profile/").status_code == 200
    assert Person.objects.get(pk=person.pk).check_password(PASSWORD)


def test_what_is_wrong_with_a_password_stands_beside_it_and_is_counted(client):
    client.force_login(TeacherFactory())

    answer = client.post(
        "/en/profile/password/",
        {"old_password": "password", "new_password1": "1234", "new_password2": "1234"},
    )

    errors = answer.context["form"].errors
    assert "new_password2" not in errors
    assert len(errors["new_password1"]) > 1
    page = answer.content.decode()
    listed = page.split('class="notice__list"')[1].split("</ul>")[0].count("<li>")
    assert listed == len(errors["new_password1"])
    assert f"{listed} things to correct" in page
