"""The pages that cite the Région carry what its press release of 16 April 2020 says, number by
number.
"""

import json
import re

import pytest

from cms.guidance.services import PLACES, has_words, words_of
from continuity.demo import loans, papers
from courses.catalogue.demo import RESOURCES
from courses.people.demo import PILOTS, SUBSCRIBERS, classes

NUMBERS_OF_THE_RELEASE = {
    "fr": [
        "16 avril 2020",
        "16 au 22 mars 2020",
        "6,8 millions",
        "3 fois plus",
        "plus d’un million",
        "139",
        "16",
        "une vingtaine",
    ],
    "en": [
        "16 April 2020",
        "16 to 22 March 2020",
        "6.8 million",
        "3 times",
        "over a million",
        "139",
        "16",
        "about twenty",
    ],
}
PRIVACY_OF_THE_ENT = {
    "fr": "garantit le respect des données personnelles",
    "en": "guarantees that personal data are respected",
}
RESOURCES_OF_THE_BUNDLE = [
    "resources/educarte",
    "resources/universalis",
    "resources/madmagz",
    "resources/enseigno",
]


def said(key: str, language: str) -> str:
    """All the words of a page, spaces made alike."""
    return re.sub(r"\s+", " ", json.dumps(words_of(key, language), ensure_ascii=False))


@pytest.mark.parametrize(
    ("subject", "family"),
    [
        ("mathematiques", "mathematics"),
        ("physique-chimie", "physics"),
        ("svt", "life"),
        ("histoire-geographie", "society"),
        ("ses", "society"),
        ("anglais", "languages"),
        ("francais", "letters"),
        ("arts-plastiques", "letters"),
    ],
)
def test_a_homework_is_answered_by_sheets_of_its_subject(subject, family):
    assert papers.family(subject) == family
    assert papers.WRITTEN[family]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_story_has_the_release_s_figures(language):
    about = said("about", language)

    assert [number for number in NUMBERS_OF_THE_RELEASE[language] if number not in about] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_educarte_has_1200_programmes_for_those_from_6_to_25_in_three_languages(language):
    educarte = said("resources/educarte", language)

    for fact in {
        "fr": ["1 200", "trois langues", "6 à 25 ans"],
        "en": ["1,200", "three languages", "6 to 25"],
    }[language]:
        assert fact in educarte


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("key", RESOURCES_OF_THE_BUNDLE)
def test_the_ent_s_guarantee_is_quoted_for_universalis_only(key, language):
    assert (PRIVACY_OF_THE_ENT[language] in said(key, language)) == (key == "resources/universalis")


def parts_of(key: str, language: str, *, added: bool = False) -> list[str]:
    """Kind by kind; those that were added to the French after it was translated only if asked for."""
    return [
        block["type"]
        for block in words_of(key, language).get("body", [])
        if added or not block.get("added")
    ]


def test_both_languages_have_the_same_pages_built_of_the_same_parts_but_for_those_that_show_what_is_missing():
    french_only = {key for key in PLACES if not has_words(key, "en")}
    later = {key for key in PLACES if parts_of(key, "fr", added=True) != parts_of(key, "fr")}

    assert french_only == {"guidance/week/ent-saturated", "guidance/everyone/minors-data"}
    assert later == {"guidance/equipment/lending"}
    for key in PLACES.keys() - french_only:
        assert parts_of(key, "fr") == parts_of(key, "en"), key


def test_six_pilots_four_resources_and_about_twenty_subscribers():
    assert (len(PILOTS), len(RESOURCES)) == (6, 4)
    assert 19 <= len(set(SUBSCRIBERS)) <= 22


def test_sixteen_schools_lend_139_laptops():
    """Press release of 16 April 2020."""
    assert 1 + len(loans.OUT_ELSEWHERE) == 16 == classes.PILOTS["full"] + classes.LENDERS["full"]
    one_is_back = 1
    assert loans.LENT - one_is_back + sum(loans.OUT_ELSEWHERE) == 139
