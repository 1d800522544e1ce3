"""A reader searches: results, kinds, titles while typing, pages in one language, what is gone at
once, what finds nothing.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.guidance.models import MissedSearch, SearchEntry, SearchTerm
from cms.guidance.queries.search import find
from cms.guidance.services import search
from courses.digest.services import tell
from tests.factories.guidance import guidance_page, in_english, pair_of, paragraph, rewrite, topic
from tests.factories.markup import shows
from tests.factories.people import AdviserFactory, PlannerFactory
from tests.factories.training import SessionFactory, TrainingFactory
from training.enums import SessionState
from training.models import Training
from training.services import sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """What the site tells after a commit is heard at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def ask(client, words: str, language: str = "en", **more):
    return client.get(f"/{language}/search/", {"q": words, **more})


def titles(answer) -> list[str]:
    return [row.entry.title for row in answer.context["rows"]]


# "evaluations" finds « évaluation »; the pairs over the demo's pages are in
# tests/rules/test_search_finds.py


def test_a_word_is_marked_where_it_was_found_and_leads_to_its_page(client):
    page = guidance_page(
        title="Évaluer à distance",
        body=[paragraph("Une évaluation <em>courte</em> vaut mieux qu’une longue & difficile.")],
    )
    search.sweep()

    answer = ask(client, "evaluations", "fr")

    assert titles(answer) == ["Évaluer à distance"]
    assert shows(answer.text, f'<a href="{page.url}"><mark>Évaluer</mark> à distance</a>')
    assert (
        "Une <mark>évaluation</mark> courte vaut mieux qu’une longue &amp; difficile."
        in answer.text
    )
    assert '<meta name="robots" content="noindex, follow">' in answer.text
    assert '<link rel="canonical" href="http://testserver/fr/search/">' in answer.text


def test_a_slip_is_forgiven_and_said(client):
    guidance_page(title="Prêter un ordinateur")
    search.sweep()

    answer = ask(client, "ordinatuer", "fr")

    assert titles(answer) == ["Prêter un ordinateur"]
    assert [(word.word, word.meant) for word in answer.context["found"].meant] == [
        ("ordinatuer", "ordinateur")
    ]


def test_kinds_are_counted_and_chosen(client):
    guidance_page(title="Le magazine de la classe", under=topic("Travailler"))
    session = SessionFactory(training__title_fr="Un magazine", training__title_en="A magazine")
    search.sweep()

    everything = ask(client, "magazine", "fr")
    only = ask(client, "magazine", "fr", kind="session")

    assert everything.context["found"].kinds == {"page": 1, "training": 1, "session": 1}
    assert [row.entry.key for row in only.context["rows"]] == [f"session:{session.public_id}"]
    assert (
        f'<time class="day is-done" datetime="{timezone.localdate(session.starts_at)}">'
        in only.text
    )
    assert "Inscriptions ouvertes" in only.text


def test_results_stand_on_pages_that_keep_the_words(client):
    for number in range(20):
        TrainingFactory(title_en=f"Podcast {number}")
    search.sweep()

    second = ask(client, "podcast", page=2)

    assert len(titles(second)) == 5
    assert 'href="?q=podcast&amp;page=1"' in second.text


def test_all_words_go_above_some_and_a_title_above_a_text(client):
    guidance_page(title="Le silence", body=[paragraph("Un élève absent.")])
    guidance_page(title="L’élève absent")
    guidance_page(title="La semaine", body=[paragraph("Un élève travaille.")])
    search.sweep()

    assert titles(ask(client, "eleves absents", "fr")) == [
        "L’élève absent",
        "Le silence",
        "La semaine",
    ]


# a page published in French only


def test_an_english_reader_finds_a_page_that_is_in_french_only_and_is_told(client):
    french = guidance_page(
        title="Quand le réseau sature", body=[paragraph("Le réseau est saturé.")]
    )
    search.sweep()

    answer = ask(client, "reseau sature")
    row = answer.context["rows"][0]

    assert (row.entry.title, row.is_foreign) == ("Quand le réseau sature", True)
    assert row.url == f"/en/pages/{pair_of(french).public_id}/"
    assert shows(answer.text, f'<a href="{row.url}" lang="fr" hreflang="fr">')
    assert "In French only" in answer.text


def test_french_words_lead_an_english_reader_to_the_english_page(client):
    english = in_english(guidance_page(title="Prêter un ordinateur"), title="Lending a computer")
    search.sweep()

    row = ask(client, "prets d’ordinateurs").context["rows"][0]

    assert (row.entry.title, row.is_foreign, row.url) == ("Lending a computer", False, english.url)


def test_the_readers_own_language_comes_first(client):
    guidance_page(title="Podcast", body=[paragraph("Podcast.")])
    TrainingFactory(title_fr="La voix", title_en="A voice", summary_en="How to make a podcast.")
    search.sweep()

    assert titles(ask(client, "podcast")) == ["A voice", "Podcast"]
    assert titles(ask(client, "podcast", "fr")) == ["Podcast", "La voix"]


# What changes is found, or gone, at once


def test_a_page_is_found_as_soon_as_it_is_published_and_gone_when_it_is_taken_down(client, told):
    with told():
        page = guidance_page(title="Correspondance scolaire")
    found = titles(ask(client, "correspondance", "fr"))
    with told():
        page.unpublish()

    assert found == ["Correspondance scolaire"]
    assert titles(ask(client, "correspondance", "fr")) == []
    assert not SearchTerm.objects.filter(word="correspondance").exists()


def test_what_a_page_says_now_is_found_and_what_it_said_is_not(client, told):
    with told():
        page = guidance_page(body=[paragraph("Le baccalauréat.")])
    with told():
        rewrite(page, (page.body[0].id, "Le brevet."))

    assert titles(ask(client, "brevet", "fr")) == [page.title]
    assert titles(ask(client, "baccalauréat", "fr")) == []


def test_a_draft_of_a_published_page_is_not_found(client, told):
    with told():
        page = guidance_page(body=[paragraph("Le brevet.")])
        rewrite(page, (page.body[0].id, "Le secret."), publish=False)
    search.sweep()

    assert titles(ask(client, "secret", "fr")) == []


def test_a_deleted_page_is_gone(client, told):
    with told():
        page = guidance_page(title="Correspondance scolaire")
    with told():
        page.delete()

    assert not SearchEntry.objects.filter(title="Correspondance scolaire").exists()


def test_a_cancelled_session_is_gone_at_once(client, told):
    session = SessionFactory(training__title_en="Podcast")
    search.sweep()
    there = ask(client, "podcast").context["found"].kinds
    with told():
        sessions.cancel(
            session=session, reason="Strike", by=PlannerFactory(), revision=session.revision
        )

    assert there == {"training": 1, "session": 1}
    assert ask(client, "podcast").context["found"].kinds == {"training": 1}
    assert not SearchEntry.objects.filter(key=f"session:{session.public_id}").exists()


def test_a_cancelled_session_is_not_shown_even_where_the_news_of_it_was_lost(client):
    session = SessionFactory(training__title_en="Podcast")
    search.sweep()
    type(session).objects.filter(pk=session.pk).update(
        state=SessionState.CANCELLED, cancel_reason="Strike"
    )

    shown = [row.entry.kind for row in ask(client, "podcast").context["rows"]]
    search.sweep()

    assert shown == ["training"]
    assert not SearchEntry.objects.filter(kind="session").exists()


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": SessionState.DRAFT},
        {"starts_at": lambda: timezone.now() - datetime.timedelta(days=3)},
        {"training__is_published": False},
    ],
    ids=["a draft", "one that is over", "one of a training that isn't shown"],
)
def test_only_sessions_that_anyone_may_see_are_found(hidden):
    fields = {name: value() if callable(value) else value for name, value in hidden.items()}
    SessionFactory(training__title_en="Podcast", **fields)
    SessionFactory(training__title_en="Other")
    search.sweep()

    assert set(
        SearchEntry.objects.filter(kind="session", language="en").values_list("title", flat=True)
    ) == {"Other"}


def test_a_session_is_found_until_it_ends():
    session = SessionFactory(training__title_en="Podcast")
    search.sweep()

    before = find("podcast", "en", now=session.ends_at - datetime.timedelta(minutes=1))
    after = find("podcast", "en", now=session.ends_at)

    assert (before.kinds, after.kinds) == ({"training": 1, "session": 1}, {"training": 1})


def test_a_training_that_is_renamed_takes_its_sessions_along(client, told):
    session = SessionFactory(training__title_en="Podcast")
    search.sweep()
    with told():
        Training.objects.update(title_en="Radio")
        tell(f"training:{session.training.public_id}")

    assert ask(client, "podcast").context["found"].kinds == {}
    assert ask(client, "radio").context["found"].kinds == {"training": 1, "session": 1}


def test_a_training_that_is_hidden_takes_its_sessions_along(client, told):
    session = SessionFactory(training__title_en="Podcast")
    search.sweep()
    with told():
        Training.objects.update(is_published=False)
        tell(f"training:{session.training.public_id}")

    assert not SearchEntry.objects.exclude(kind="page").exists()


def test_sweeping_twice_writes_nothing():
    guidance_page()
    SessionFactory()
    made = search.sweep()

    assert made > 0
    assert search.sweep() == 0


def test_the_words_are_counted_as_they_stand_there():
    guidance_page(title="Un mot rare", body=[paragraph("Rare, et rare.")])
    search.sweep()
    counted = list(SearchTerm.objects.order_by("pk").values_list("language", "word", "count"))

    search.recount()

    assert SearchTerm.objects.get(language="fr", word="rare").count == 3
    assert sorted(SearchTerm.objects.values_list("language", "word", "count")) == sorted(counted)


# While one types


def test_the_beginning_of_a_word_gives_titles_each_once(client):
    guidance_page(title="Travailler avec un téléphone")
    training = TrainingFactory(title_fr="La téléphonie", title_en="Telephony")
    SessionFactory.create_batch(2, training=training, resource=training.resource)
    search.sweep()

    answer = client.get("/fr/search/suggestions/", {"q": "avec telep"})

    assert titles(answer) == ["La téléphonie", "Travailler avec un téléphone"]
    assert "<html" not in answer.text


def test_nothing_typed_suggests_nothing(client):
    answer = client.get("/en/search/suggestions/")

    assert (answer.status_code, titles(answer)) == (200, [])


# What finds nothing


def test_a_search_in_vain_is_counted_without_who_made_it(client):
    adviser = AdviserFactory()
    for person in (None, adviser):
        if person:
            client.force_login(person)
        ask(client, "Les Trombinoscopes, œuvre photographiée !", "fr")

    answer = client.get(reverse("guidance:missed_searches"))

    assert list(MissedSearch.objects.values_list("words", "language", "count", "last_on")) == [
        ("trombinoscopes oeuvre photographiee", "fr", 2, timezone.localdate())
    ]
    assert {field.name for field in MissedSearch._meta.get_fields()} == {
        "id",
        "words",
        "language",
        "count",
        "last_on",
    }
    assert "trombinoscopes" in answer.text


@pytest.mark.parametrize(
    "words",
    [
        "jeanne.dupont@example.org",
        "jeanne dupont @example",
        "06 12 34 56 78",
        "0612345678",
        "12.34.56.78",
        "https://example.org/zzz",
    ],
)
def test_words_that_may_name_somebody_are_not_kept(client, words):
    ask(client, words)

    assert not MissedSearch.objects.exists()


def test_a_search_that_finds_something_is_not_counted_nor_words_that_stand_everywhere(client):
    guidance_page(title="Le brevet")
    search.sweep()

    ask(client, "brevet", "fr")
    ask(client, "de la", "fr")
    client.get("/fr/search/suggestions/", {"q": "zzzzzz"})

    assert not MissedSearch.objects.exists()


def test_searches_leave_the_list_once_a_page_answers_them_or_after_a_year():
    today = timezone.localdate()
    for words, last_on in [
        ("brevet", today),
        ("trombinoscope", today),
        ("minitel", today - datetime.timedelta(days=400)),
    ]:
        search.miss(words, "fr", last_on)
    guidance_page(title="Le brevet")

    search.sweep()

    assert list(MissedSearch.objects.values_list("words", flat=True)) == ["trombinoscope"]


# How many queries


def queries_of(client, address: str, words: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        client.get(address, {"q": words})
    return len(caught)


def many_entries(number: int) -> None:
    search.write(
        [
            search.entry_of(
                search.SearchHit(
                    f"page:{n}",
                    "fr",
                    "page",
                    f"Une semaine numéro {n}",
                    f"/fr/{n}/",
                    text="Le téléphone. " * 40,
                )
            )
            for n in range(number)
        ]
    )
    search.recount()


@pytest.mark.parametrize(
    "words", ["semaine", "telephnoe", "semaine telephone", "zzzzz qqqqq wwwww"]
)
@pytest.mark.parametrize("address", ["/fr/search/", "/fr/search/suggestions/"])
def test_ten_and_a_thousand_entries_take_as_many_queries(client, address, words):
    SessionFactory(training__title_fr="Une semaine de téléphone")
    search.sweep()
    many_entries(10)
    client.get(address, {"q": words})
    few = queries_of(client, address, words)

    many_entries(1000)

    assert queries_of(client, address, words) == few
    assert few <= 8
