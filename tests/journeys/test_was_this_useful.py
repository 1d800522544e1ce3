"""Was this useful? From a reader's yes or no to its owner, and back with an answer."""

import uuid

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.guidance.enums import OpinionState
from cms.guidance.models import Opinion, Pair
from cms.guidance.queries.opinions import new_for
from cms.guidance.services import opinions
from cms.guidance.services.opinions import STRUCK_OUT
from cms.guidance.views.opinions import PER_MINUTE
from courses.mail import services as outbox
from courses.mail.models import Letter
from tests.factories.continuity import StudentFactory
from tests.factories.guardians import GuardianFactory
from tests.factories.guidance import guidance_page, in_english, pair_of
from tests.factories.people import AdviserFactory, TeacherFactory
from tests.journeys.test_nothing_typed_is_lost import failing, handed_back

pytestmark = pytest.mark.django_db

WORDS = "La deuxième étape manque."


@pytest.fixture
def owner():
    return AdviserFactory(language="en")


@pytest.fixture
def pair(owner):
    french = guidance_page()
    in_english(french)
    Pair.objects.filter(translation_key=french.translation_key).update(owner=owner)
    return pair_of(french)


def said(client, pair, *, useful="no", words=WORDS, **more):
    """What a browser posts from the small page; the answer to it."""
    form = {"key": str(uuid.uuid4()), "useful": useful, "words": words, **more}
    return client.post(reverse("guidance:opinion", args=[pair.public_id]), form)


def test_words_from_the_page_of_somebody_else_are_not_kept_as_theirs_who_is_logged_in(client, pair):
    """Written on one person's page; another one has logged in since, in another tab."""
    writer, other = TeacherFactory.create_batch(2)
    client.force_login(other)

    answer = said(client, pair, logged_in_as=writer.device_key)

    assert answer.status_code == 403
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("was_signed_in", [False, True])
def test_a_name_is_kept_only_as_the_form_that_was_sent_said(client, pair, was_signed_in):
    """The form tells visitors that no name is kept; a login in another tab makes it stale, and the page
    that keeps the words sends them again.
    """
    reader = TeacherFactory(email="reader@example.org")
    address = reverse("guidance:opinion", args=[pair.public_id])
    login_or_logout = [client.logout, lambda: client.force_login(reader)]
    login_or_logout[was_signed_in]()
    first = whose(client.get(address))

    login_or_logout[not was_signed_in]()
    again = said(client, pair, logged_in_as=first)

    assert not Opinion.objects.exists()
    assert again.context["form"]["words"].value() == WORDS
    assert "logged in or out since this page was opened" in again.text
    assert ("Neither your name" in again.text) is was_signed_in

    said(client, pair, logged_in_as=whose(again))
    assert Opinion.objects.get().person == (None if was_signed_in else reader)


def whose(page) -> str:
    """Whose page it is, as its form says: nobody's for a visitor."""
    return page.text.split('name="logged_in_as" value="')[1].split('"')[0]


def test_words_reach_the_owner_and_the_answer_the_reader(client, owner, pair):
    answer = said(client, pair)
    mine = answer.url

    opinion = Opinion.objects.get()
    assert (opinion.was_useful, opinion.words, opinion.person, opinion.state) == (
        False,
        WORDS,
        None,
        OpinionState.NEW,
    )
    assert list(Letter.objects.values_list("key", "to")) == [(f"opinion:{opinion.pk}", owner.pk)]

    client.force_login(owner)
    listed = client.get(reverse("guidance:opinions")).content.decode()
    assert WORDS in listed
    assert "Read and answer" in listed
    client.post(
        reverse("guidance:answer", args=[opinion.public_id]), {"answer": "Nous l’ajoutons."}
    )
    client.logout()

    page = client.get(mine)
    assert "Nous l’ajoutons." in page.content.decode()
    assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex", True)


def test_who_was_signed_in_gets_the_answer_by_letter_once(client, owner, pair):
    teacher = TeacherFactory()
    client.force_login(teacher)
    said(client, pair)
    opinion = Opinion.objects.get()

    for _again in range(2):
        opinions.answer(opinion=opinion, words="Nous l’ajoutons.", by=owner)

    assert list(Letter.objects.filter(to=teacher).values_list("kind", flat=True)) == [
        "guidance.opinion_answered"
    ]


@pytest.mark.parametrize("maker", [StudentFactory, GuardianFactory])
def test_who_has_no_email_address_is_promised_none_and_reads_the_answer_on_the_page(
    client, owner, pair, maker
):
    reader = maker(language="en", email=None)
    client.force_login(reader)

    form = client.get(reverse("guidance:opinion", args=[pair.public_id])).text
    mine = said(client, pair).url
    opinions.answer(opinion=Opinion.objects.get(), words="Nous l’ajoutons.", by=owner)

    assert "reaches you by email" not in form
    assert "After sending you get an address where an answer will appear." in form
    assert "Nous l’ajoutons." in client.get(mine).text
    assert not Letter.objects.filter(to=reader).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"answer": "Nous l’ajoutons."}, "a reader who was signed in and has an email address"),
        ({"closed": "on"}, "Closed without an answer."),
        ({"answer": ""}, "Saved: it waits for an answer."),
    ],
)
def test_who_answers_reads_what_became_of_it(client, owner, pair, typed, sentence):
    said(client, pair)
    client.force_login(owner)

    address = reverse("guidance:answer", args=[Opinion.objects.get().public_id])
    page = client.post(address, typed, follow=True).text

    assert sentence in page
    assert ("by email" in page) is bool(typed.get("answer"))


def test_words_about_a_page_come_back_when_they_could_not_be_kept(client, pair):
    """An error of ours, or a login in another tab: nothing typed is lost."""
    address = reverse("guidance:opinion", args=[pair.public_id])
    form = {"key": str(uuid.uuid4()), "useful": "no", "words": WORDS}
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})

    stale = strict.post(address, form)
    client.raise_request_exception = False
    with failing(OperationalError("away")):
        away = client.post(address, form, headers={"Origin": "http://testserver"})

    for answer, status in ((stale, 403), (away, 503)):
        assert answer.status_code == status
        assert handed_back(answer) == form
    assert client.post(address, form).status_code == 302
    assert Opinion.objects.get().words == WORDS


def test_a_plain_yes_is_only_counted(client, owner, pair):
    said(client, pair, useful="yes", words="")

    assert Opinion.objects.counted() == {"yes": 1, "no": 0}
    assert (Opinion.objects.get().state, Letter.objects.count()) == (OpinionState.CLOSED, 0)


@pytest.mark.parametrize(
    ("useful", "words", "is_kept", "sentence"),
    [
        ("no", WORDS, True, "Your opinion has reached the owner of this page."),
        ("no", "", True, "Your opinion has reached the owner of this page."),
        ("yes", WORDS, True, "Your opinion has reached the owner of this page."),
        ("yes", "", True, "Your opinion is counted."),
        ("yes", "", False, "Your opinion is counted."),
        ("no", WORDS, False, "your opinion waits for the next one."),
    ],
)
def test_readers_are_told_what_became_of_their_opinion(
    client, pair, useful, words, is_kept, sentence
):
    if not is_kept:
        Pair.objects.update(owner=None)

    page = client.get(
        said(client, pair, useful=useful, words=words).url, headers={"Accept-Language": "en"}
    ).text

    assert sentence in page
    assert ("has reached the owner" in page) is (Letter.objects.count() == 1)


def test_an_opinion_of_a_page_without_owner_reaches_the_next_one(client, owner, pair):
    Pair.objects.update(owner=None)
    mine = said(client, pair).url
    Pair.objects.update(owner=owner)

    assert new_for(owner)[0] == 1
    page = client.get(mine, headers={"Accept-Language": "en"}).text
    assert "Your opinion has reached the owner of this page." in page


def test_the_letter_to_the_owner_leaves_the_readers_words_where_a_name_can_be_struck_out(
    client, pair
):
    said(client, pair)
    letter = Letter.objects.get()

    outbox.send(letter.pk, letter.attempts)

    letter.refresh_from_db()
    assert letter.state == "sent"
    assert WORDS.encode() not in bytes(letter.source)


def test_what_may_name_somebody_is_asked_about_once_and_nothing_is_lost(client, pair):
    words = "Kevin Lemoine n’a pas pu ouvrir le fichier, écrire à k.lemoine@example.org"

    asked = said(client, pair, words=words)

    assert Opinion.objects.count() == 0
    assert asked.context["names"] == ["Kevin Lemoine", "k.lemoine@example.org"]
    assert asked.context["form"]["words"].value() == words
    assert said(client, pair, words=words, sure="yes").status_code == 302
    assert Opinion.objects.get().words == words


def test_posted_twice_it_is_one_opinion(client, pair):
    key = str(uuid.uuid4())

    first, second = said(client, pair, key=key), said(client, pair, key=key)

    assert (first.url, Opinion.objects.count(), Letter.objects.count()) == (second.url, 1, 1)


def test_a_machine_that_fills_in_everything_is_thanked_and_not_heard(client, pair):
    answer = said(client, pair, website="https://casino.example/")

    assert (answer.status_code, Opinion.objects.count()) == (302, 0)


def test_a_flood_from_one_connection_is_stopped_and_the_words_stand_in_the_form(client, pair):
    for _n in range(PER_MINUTE):
        said(client, pair, useful="yes", words="")

    stopped = said(client, pair)

    assert Opinion.objects.count() == PER_MINUTE
    assert stopped.context["form"]["words"].value() == WORDS
    assert said(client, pair, useful="no").status_code == 200
    other = client.post(
        reverse("guidance:opinion", args=[pair.public_id]),
        {"key": str(uuid.uuid4()), "useful": "no"},
        REMOTE_ADDR="192.0.2.9",
    )
    assert other.status_code == 302


def test_longer_than_a_thousand_characters_it_is_refused_and_kept_in_the_form(client, pair):
    refused = said(client, pair, words="é" * 1_001)

    assert (refused.status_code, Opinion.objects.count()) == (200, 0)
    assert refused.context["form"]["words"].value() == "é" * 1_001


def test_a_name_is_struck_out_and_the_log_keeps_only_that_it_was_done(client, owner, pair):
    said(client, pair, words="Kevin Lemoine n’a rien reçu. Kevin Lemoine attend.", sure="yes")
    opinion = Opinion.objects.get()
    client.force_login(owner)

    client.post(reverse("guidance:strike_out", args=[opinion.public_id]), {"name": "Kevin Lemoine"})

    opinion.refresh_from_db()
    assert opinion.words == f"{STRUCK_OUT} n’a rien reçu. {STRUCK_OUT} attend."
    entry = ModelLogEntry.objects.get(action="guidance.strike_out")
    assert (entry.user_id, entry.data) == (owner.pk, {"times": 2})


def test_an_adviser_of_other_pages_finds_neither_the_opinion_nor_its_page(client, pair):
    said(client, pair)
    client.force_login(AdviserFactory(language="en"))

    assert (
        client.get(reverse("guidance:answer", args=[Opinion.objects.get().public_id])).status_code
        == 404
    )
    assert client.get(reverse("guidance:opinions")).context["rows"].count() == 0


def test_the_small_page_stands_in_no_cache(client, pair):
    page = client.get(reverse("guidance:opinion", args=[pair.public_id]))

    assert "no-store" in page["Cache-Control"]
    assert "Never name a pupil here" in page.content.decode()


def test_the_list_asks_as_much_for_twenty_as_for_two(
    client, owner, pair, django_assert_max_num_queries
):
    client.force_login(owner)
    for _n in range(2):
        opinions.say(pair=pair, key=uuid.uuid4(), language="fr", was_useful=False, words=WORDS)
    with django_assert_max_num_queries(100) as few:
        client.get(reverse("guidance:opinions"))
    for _n in range(18):
        opinions.say(pair=pair, key=uuid.uuid4(), language="fr", was_useful=False, words=WORDS)

    with django_assert_max_num_queries(100) as many:
        client.get(reverse("guidance:opinions"))

    assert len(many) == len(few)
