"""French as a French teacher writes it: spaces, apostrophes, and the words that we don't say."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

from continuity.plans.rules.missing import LessonIsEmpty
from courses.quotes import inside_quotes

NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
CATALOGUE = Path(settings.BASE_DIR) / "locale/fr/LC_MESSAGES/django.po"


def french_sentences():
    for entry in polib.pofile(CATALOGUE):
        for sentence in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            # Entities, addresses and tags have their own punctuation.
            yield sentence, re.sub(r"&#?\w+;|https?://\S+|<[^>]*>", "", sentence)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(
            rf"(?<!{NARROW})[;?]", id="a narrow no-break space before a semicolon or question mark"
        ),
        pytest.param(
            rf"(?<=[^\W\d]|[\s)%])(?<!{NO_BREAK}):(?=\s|$)", id="a no-break space before a colon"
        ),
        pytest.param(
            rf"«(?!{NARROW})|(?<!{NARROW})»", id="narrow no-break spaces inside guillemets"
        ),
        pytest.param(r"(?<=[^\W\d_])'(?=[^\W\d_])", id="the typographic apostrophe"),
        pytest.param(r"\"", id="guillemets rather than straight quotes"),
        pytest.param(r"!", id="no exclamation mark"),
        pytest.param(r"\.\.\.", id="one ellipsis sign"),
        pytest.param(r"(?i)convocation|convoqu|vous devez|oups", id="words we do not say"),
        pytest.param(r"\w\(e\)|\w·e", id="no doubled endings"),
        pytest.param(r"(?<=\d)[ ](?=h\b|min\b|%)", id="a number keeps with its unit"),
        pytest.param(
            r"\b(?:de|que) %\(resource\)s", id="nothing to elide before a resource (d’Educ’Arte)"
        ),
    ],
)
def test_french_is_written_as_a_french_teacher_does(wrong):
    found = [whole for whole, sentence in french_sentences() if re.search(wrong, sentence)]

    assert found == []


@pytest.mark.parametrize(
    ("language", "title", "shown"),
    [
        ("fr", "Lire «\u202fLe Dormeur du val\u202f»", "Lire “Le Dormeur du val”"),
        ("fr", "Un sonnet", "Un sonnet"),
        ("en", "Read “The Sleeper”", "Read ‘The Sleeper’"),
        ("en", "Lire «\u202fLe Dormeur du val\u202f»", "Lire «\u202fLe Dormeur du val\u202f»"),
    ],
)
def test_a_title_that_is_quoted_holds_no_marks_of_the_same_kind(language, title, shown):
    with translation.override(language):
        assert inside_quotes(title) == shown
        quoted = LessonIsEmpty(title=title).reason

    assert quoted.count("«" if language == "fr" else "“") == 1
    assert shown in quoted
