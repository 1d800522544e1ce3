"""A page of guidance as its reader finds it: for whom, how current, in which language, and what to
read next.
"""

import datetime
import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.guidance.models import GuidancePage, NewsIndexPage, NewsPage, Pair, RelatedPage
from tests.factories.guidance import (
    block,
    guidance_page,
    home,
    in_english,
    pair_of,
    paragraph,
    published,
    rewrite,
    stream,
    topic,
)
from tests.factories.markup import shows, tidy
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db

HALF, MINUTES, END = (
    "1a2b3c4d-0000-4000-8000-000000000001",
    "2b3c4d5e-0000-4000-8000-000000000002",
    "3c4d5e6f-0000-4000-8000-000000000003",
)


@pytest.fixture
def fiches():
    return topic("Fiches", "Guidance")


@pytest.fixture
def week(fiches):
    return topic("Organiser la semaine", "Organise the week", under=fiches)


@pytest.fixture
def french(week):
    return guidance_page(
        under=week,
        title="Une semaine supportable",
        lead="Compter les minutes ensemble.",
        audience="Équipes pédagogiques",
        body=[
            block("heading", "La règle", END),
            paragraph("La moitié de l’horaire, devoirs compris.", HALF),
            paragraph("Donnez les minutes.", MINUTES),
        ],
    )


def english_of(french, **more):
    return in_english(
        french,
        words={
            END: "The rule",
            HALF: "<p>Half the timetable.</p>",
            MINUTES: "<p>Give minutes.</p>",
        },
        **more,
    )


def read(client, page_or_address) -> str:
    address = page_or_address if isinstance(page_or_address, str) else page_or_address.url
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return " ".join(response.text.split())


def permanent(page, language: str) -> str:
    return f"/{language}/pages/{pair_of(page).public_id}/"


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# What stands on it


def test_a_page_says_for_whom_how_current_how_long_and_where_it_stands(client, french):
    Pair.objects.filter(pk=pair_of(french).pk).update(
        checked_at=datetime.datetime(2026, 11, 12, 9, tzinfo=datetime.UTC),
        check_on=datetime.date(2027, 5, 12),
    )

    page = read(client, french)

    words = words_of(page)
    assert (
        "Pour qui : Équipes pédagogiques . Vérifiée le 12 novembre 2026. 1 min de lecture." in words
    )
    assert "Prochaine vérification d’ici le 12 mai 2027" in words
    assert re.findall(r'<ol class="crumbs">(.*?)</ol>', page)[0].count("<li>") == 2
    assert '<li><a href="#p-3c4d5e6f">La règle</a></li>' in page
    assert 'id="p-3c4d5e6f"> <h2>La règle</h2>' in page


def test_who_keeps_a_page_is_named_to_advisers_only(client, french):
    Pair.objects.filter(pk=pair_of(french).pk).update(
        owner=AdviserFactory(given_name="Sacha", family_name="Lefèvre")
    )

    seen = {}
    for who, reader in [
        ("visitor", None),
        ("teacher", TeacherFactory()),
        ("adviser", AdviserFactory()),
    ]:
        client.logout()
        if reader:
            client.force_login(reader)
        seen[who] = "Lefèvre" in read(client, french)

    assert seen == {"visitor": False, "teacher": False, "adviser": True}


def test_a_change_is_told_to_readers(client, french):
    rewrite(french, change_note="Les minutes par matière.")

    assert "Ce qui a changé : Les minutes par matière." in words_of(read(client, french))


def test_a_page_is_previewed_before_it_is_saved(week):
    page = GuidancePage(
        title="Toute neuve",
        slug="neuve",
        locale=week.locale,
        body=stream([{"type": "heading", "value": "La règle"}]),
    )
    # As Wagtail places a page that is being made.
    page.set_url_path(week)
    page.depth, page.path = week.depth + 1, Page._get_children_path_interval(week.path)[1]

    response = page.make_preview_request()

    assert response.status_code == 200
    assert "<h2>La règle</h2>" in response.render().text


# What to read next


def next_on(html: str) -> list[tuple[str, str]]:
    found = re.search(r'aria-labelledby="related">(.*?)</nav>', tidy(html))
    return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', found[1]) if found else []


def test_what_was_chosen_in_french_leads_an_english_reader_to_english_in_that_order(
    client, week, french
):
    photos, lending = (guidance_page(under=week, title=title) for title in ("Photos", "Prêter"))
    photos_en, lending_en = (
        in_english(photos, title="Photos in English"),
        in_english(lending, title="Lending"),
    )
    english = english_of(french)
    english.related_pages = [
        RelatedPage(other=lending, sort_order=0),
        RelatedPage(other=photos, sort_order=1),
    ]
    english.save_revision().publish()

    assert next_on(read(client, english)) == [
        (lending_en.url, "Lending"),
        (photos_en.url, "Photos in English"),
    ]


def test_with_nothing_chosen_others_of_the_same_topic_are_offered_three_at_most(
    client, fiches, week, french
):
    others = [guidance_page(under=week, title=f"Autre {n}") for n in range(4)]
    guidance_page(under=topic("Ailleurs", "Elsewhere", under=fiches), title="D’une autre rubrique")

    assert next_on(read(client, french)) == [(page.url, page.title) for page in others[:3]]


def test_a_page_that_was_taken_down_is_offered_no_more(client, week, french):
    other = guidance_page(under=week, title="Autre")
    before = next_on(read(client, french))

    other.unpublish()

    assert (before, next_on(read(client, french))) == ([(other.url, "Autre")], [])


# Missing in the reader's language


def test_a_page_in_french_only_is_read_in_french_with_a_notice_in_english(client, french):
    page = read(client, permanent(french, "en"))

    assert '<html lang="en"' in page
    assert "This page isn’t in English yet: here it is in French." in page
    assert re.search(r'<article class="prose" lang="fr">.*La moitié de l’horaire', page)
    assert '<span lang="fr">Une semaine supportable</span>' in page
    assert '<title lang="fr">Une semaine supportable - Passerelle</title>' in page
    assert f'<link rel="canonical" href="http://testserver{french.url}">' in page
    assert not shows(page, 'hreflang="en" href="http')
    assert f'hreflang="x-default" href="http://testserver{french.url}"' in page


def test_a_topic_above_a_page_carries_its_language_where_it_isn_t_the_readers(client, week, french):
    week.get_translation(home("en").locale).unpublish()

    page = read(client, permanent(french, "en"))

    assert shows(
        page, f'<a href="{permanent(week, "en")}" lang="fr" hreflang="fr">{week.title}</a></li>'
    )


def test_the_switch_of_a_page_in_french_only_leads_to_its_words_and_back(client, french):
    there = permanent(french, "en")

    assert f'<a class="tool" href="{there}" lang="en" hreflang="en"' in read(client, french)
    assert client.get(permanent(french, "fr")).headers["Location"] == french.url


def test_a_translation_that_is_a_draft_is_missing_to_readers(client, french):
    english_of(french, live=False)

    page = read(client, permanent(french, "en"))

    assert "isn’t in English yet" in page
    assert "Half the timetable" not in page


def test_the_address_of_a_translation_that_was_taken_down_leads_to_the_other_language_s_words(
    client, french
):
    english = english_of(french)
    english.unpublish()

    response = client.get(english.url, follow=True)

    assert response.redirect_chain == [(permanent(french, "en"), 302)]
    assert "isn’t in English yet" in response.text
    assert not shows(read(client, french), 'hreflang="en" href="http')


def test_a_permanent_address_leads_to_the_page_in_the_reader_s_language(client, french):
    english = english_of(french)

    assert {
        language: client.get(permanent(french, language)).headers["Location"]
        for language in ("fr", "en")
    } == {
        "fr": french.url,
        "en": english.url,
    }


def test_a_page_live_in_neither_language_is_not_there(client, french):
    english = english_of(french)
    french.unpublish()
    english.unpublish()

    assert client.get(permanent(french, "en")).status_code == 404


def test_a_page_in_english_only_is_read_by_french_readers_too(client, french):
    english = english_of(french)
    french.unpublish()

    page = read(client, permanent(english, "fr"))

    assert "Cette page n’existe pas encore en français" in page
    assert '<article class="prose" lang="en">' in page


def test_both_languages_name_each_other_for_search_engines(client, french):
    english = english_of(french)

    for page in (french, english):
        links = set(
            re.findall(
                r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', read(client, page)
            )
        )
        assert links == {
            ("fr", f"http://testserver{french.url}"),
            ("en", f"http://testserver{english.url}"),
        }


# Newer in the source


def test_only_the_passage_that_changed_is_marked_and_english_stays_live(client, french):
    english = english_of(french)
    before = read(client, english)
    rewrite(french, (HALF, "La moitié de l’horaire, sans les devoirs."))
    Pair.objects.filter(pk=pair_of(french).pk).update(
        lag_since=datetime.datetime(2026, 11, 9, 10, tzinfo=datetime.UTC)
    )

    page = read(client, english)

    assert "Newer in French" not in before
    assert "This page is newer in French: one passage changed on 9 November 2026." in page
    assert '<li> Changed: <a href="#p-1a2b3c4d">Half the timetable.</a> </li>' in page
    marked = re.findall(r'id="(p-\w+)"> <p class="line line--close passage__newer">', page)
    assert marked == ["p-1a2b3c4d"]
    assert (
        f'<a href="{french.url}#p-1a2b3c4d" hreflang="fr">Read this passage in French</a>' in page
    )
    assert 'id="p-1a2b3c4d"' in read(client, french)


def test_passages_added_and_taken_out_are_named(client, french):
    english = english_of(french)
    draft = french.get_latest_revision_as_object()
    kept = [row for row in draft.body.get_prep_value() if row["id"] != MINUTES]
    draft.body = stream(
        [
            *kept,
            paragraph("Une troisième règle, toute neuve.", "4d5e6f70-0000-4000-8000-000000000004"),
        ]
    )
    draft.title = "Une semaine tenable"
    draft.save_revision().publish()

    page = read(client, english)

    assert shows(
        page,
        f'New: <a href="{french.url}#p-4d5e6f70" hreflang="fr" lang="fr">Une troisième règle, toute'
        " neuve.</a>",
    )
    assert 'Taken out: <a href="#p-2b3c4d5e">Give minutes.</a>' in page
    assert "The title changed" in page
    assert page.count("No longer in French") == 1


def test_a_passage_in_english_only_is_never_called_late(client, french):
    english = english_of(french)
    draft = english.get_latest_revision_as_object()
    draft.body = stream([*draft.body.get_prep_value(), paragraph("For English readers alone.")])
    draft.save_revision().publish()

    page = read(client, english)

    assert "For English readers alone." in page
    assert "newer in French" not in page


def test_a_page_whose_check_was_forgotten_twice_says_so(client, french):
    pair = Pair.objects.filter(pk=pair_of(french).pk)
    pair.update(check_on=timezone.localdate() - datetime.timedelta(days=20), times_told=1)
    once = read(client, french)
    pair.update(times_told=2, checked_at=datetime.datetime(2025, 3, 1, 9, tzinfo=datetime.UTC))

    assert "n’a pas été vérifiée depuis" not in once
    assert "Cette page n’a pas été vérifiée depuis le 1er mars 2025." in read(client, french)


# Topics, news, the way to all of it


def test_the_first_page_lists_topics_and_pages_in_both_languages_each_once(
    client, fiches, week, french
):
    english = english_of(french)
    ent = guidance_page(under=week, title="Quand l’ENT ne répond plus", lead="Basculer.")

    page = read(client, fiches.get_translation(home("en").locale))

    listed = re.findall(r'<p class="row__title"><a href="([^"]+)"([^>]*)>([^<]+)</a>', tidy(page))
    assert listed == [
        (english.url, "", "A bearable week"),
        (permanent(ent, "en"), ' lang="fr" hreflang="fr"', "Quand l’ENT ne répond plus"),
    ]
    assert page.count("in French</span>") == 1


def test_a_topic_with_nothing_in_it_says_what_will_stand_there(client, week):
    assert "La première fiche de cette rubrique apparaîtra ici." in read(client, week)


def test_news_are_listed_the_latest_first_and_stand_on_the_first_page(client, week):
    news = published(
        NewsIndexPage(title="Actualités", slug="actualites", locale=home("fr").locale), home("fr")
    )
    for title, year in [("Ancienne", 2020), ("Récente", 2026)]:
        piece = NewsPage(
            title=title,
            slug=f"en-{year}",
            dated=datetime.date(year, 4, 16),
            locale=home("fr").locale,
        )
        published(piece, news)

    index, first = read(client, news), read(client, "/fr/")

    assert re.findall(r'<h2 class="row__title"><a href="[^"]+">([^<]+)</a>', index) == [
        "Récente",
        "Ancienne",
    ]
    assert "16 avril 2020" in index
    assert [words in first for words in ("Récente", "Organiser la semaine")] == [True, True]
    assert shows(
        read(client, "/fr/actualites/en-2026/"), '<li><a href="/fr/actualites/">Actualités</a></li>'
    )


@pytest.mark.parametrize("who", ["visitor", "teacher", "adviser"])
def test_guidance_stands_in_everybody_s_bar(client, french, who):
    home("en")
    people = {"teacher": TeacherFactory, "adviser": AdviserFactory}
    if who in people:
        client.force_login(people[who]())

    page = read(client, french)

    assert '<a class="way" href="/fr/fiches/"' in page
    assert page.count('class="tab"') <= 4


# What it costs


def test_a_topic_asks_the_same_number_of_questions_whatever_stands_in_it(client, fiches, week):
    guidance_page(under=week)
    client.get(fiches.url)
    few = questions(client, fiches)
    for n in range(6):
        page = guidance_page(under=week, title=f"Autre {n}")
        if n % 2:
            in_english(page)

    assert questions(client, fiches) == few


def test_a_page_asks_no_more_questions_with_all_its_passages_behind(client, french):
    english = english_of(french)
    few = questions(client, english)
    rewrite(french, (HALF, "Autrement."), (MINUTES, "Et autrement encore."), title="Autre titre")

    assert questions(client, english) == few <= 8


def questions(client, page) -> int:
    client.get(page.url)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page.url).status_code == 200
    return len(asked)


def test_permanent_addresses_of_unknown_pages_are_not_there(client):
    home("fr")

    assert client.get(reverse("guidance:page", args=["nowhere123"])).status_code == 404
