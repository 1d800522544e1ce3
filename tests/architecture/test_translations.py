"""French is complete, and says nothing that isn't asked for any more."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PO = ROOT / "locale/fr/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def french() -> polib.POFile:
    return polib.pofile(PO)


def test_every_message_is_translated_and_none_is_fuzzy(french):
    assert [entry.msgid for entry in french if not entry.translated() or entry.fuzzy] == []


def test_the_catalogue_is_sorted_so_that_a_change_shows_its_own_strings_alone(french):
    """As `msgattrib --sort-output` leaves it (CONTRIBUTING.md): by message, then by context."""
    order = [(entry.msgid.encode(), (entry.msgctxt or "").encode()) for entry in french]

    assert order == sorted(order)


def test_placeholders_survive_translation(french):
    def places(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))

    broken = [
        entry.msgid
        for entry in french
        for text in ([entry.msgstr] if entry.msgstr else entry.msgstr_plural.values())
        if places(text) - places(entry.msgid) - places(entry.msgid_plural or "")
    ]

    assert broken == []


# French takes the singular for 0, too: "Une personne attend" for nobody. So its singular says the
# number.
NEVER_ZERO = {
    "A reader wrote about “%(title)s”": "a letter that is only written when somebody wrote",
    "To check: %(title)s": "a letter that is only written when a page is due",
    "To translate: %(title)s": "a line that is only there when a page misses English",
    "To update in English: %(title)s": "a line that is only there when a page lags",
    "You lead this meeting": "a letter that is only written when there is a meeting",
    "You no longer lead this meeting": "a letter that is only written when there is a meeting",
    "You now own “%(title)s”": "a letter that is only written when pages are handed over",
}
NOT_THE_NUMBER = {"last"}  # the last of several days


def test_a_french_singular_is_true_for_zero_and_says_the_number(french):
    def places(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)[sd]", text)) - NOT_THE_NUMBER

    counted = [entry for entry in french if entry.msgid_plural]
    false_for_zero = [
        e.msgid
        for e in counted
        if places(e.msgid_plural) - places(e.msgstr_plural[0]) and e.msgid not in NEVER_ZERO
    ]

    assert counted
    assert false_for_zero == []
    assert NEVER_ZERO.keys() <= {entry.msgid for entry in counted}


def test_french_typography(french):
    """No straight apostrophe between letters; a no-break space before double punctuation; never a
    word that orders people about.
    """
    texts = [t for e in french for t in ([e.msgstr] if e.msgstr else e.msgstr_plural.values())]
    wrong = re.compile(r"\w'\w|[^\s\u00a0\u202f?!.…][?;!](?:\s|$)| [:;?!»](?:\s|$)|« ")

    prose = [re.sub(r"%\(\w+\)[sd]|https?://\S+|<[^>]+>|&\w+;", "x", t) for t in texts]

    assert [t for t in prose if wrong.search(t) or re.search("convocation|convoqu", t, re.I)] == []


# What a planner or a registrar does: an adviser writes guidance (courses.people.enums.Role).
NOT_AN_ADVISERS = re.compile(
    r"session|certificate|sheet|enrol|seats|accounts|licence|subscription|attestation|feuille|inscri|abonne|comptes",
    re.I,
)
ADVISERS = re.compile(r"advisers?\b|conseill(?:er|ère)s?\b", re.I)
THE_RIGHT_ROLE = re.compile(r"planner|registrar|responsables? des formations|annuaire", re.I)


def test_no_sentence_gives_an_adviser_the_work_of_a_planner_or_registrar(french):
    messages = [
        t for e in french for t in (e.msgid, e.msgid_plural, e.msgstr, *e.msgstr_plural.values())
    ]
    pages = [
        *(ROOT / "cms/guidance/content").rglob("*.toml"),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
    ]
    sentences = [
        one
        for text in (*messages, *(page.read_text() for page in pages))
        for one in re.split(r"[.;?\n|]", text)
    ]

    assert [
        one
        for one in sentences
        if ADVISERS.search(one) and NOT_AN_ADVISERS.search(one) and not THE_RIGHT_ROLE.search(one)
    ] == []


def test_the_catalogue_of_messages_is_up_to_date(tmp_path):
    """`makemessages` on a copy changes no line of the file that is kept."""
    skipped = shutil.ignore_patterns(".venv", "node_modules", ".git", "var", "*.mo", "__pycache__")
    copy = tmp_path / "house"
    shutil.copytree(ROOT, copy, ignore=skipped)
    command = [sys.executable, "manage.py", "makemessages", "-v", "0"]
    subprocess.run(
        command,
        cwd=copy,
        check=True,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
            "PASSERELLE_VAR": str(tmp_path),
        },
    )

    assert (copy / PO.relative_to(ROOT)).read_text() == PO.read_text()


def test_a_provider_has_one_french_word(french):
    texts = [text for one in french for text in (one.msgstr, *one.msgstr_plural.values())]
    assert [text for text in texts if "fournisseur" in text.lower()] == []
