"""What is held of people is declared, field by field."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags
from wagtail import hooks

from cms.register import queries
from cms.register.documents import PAPERS, paper
from cms.register.queries import register, undeclared
from courses.digest.enums import Hook
from courses.digest.register import Whose

ROOT = Path(settings.BASE_DIR)


def test_every_field_of_every_model_says_whether_it_is_about_people():
    """A new field fails here: declare it in its package's `register`, with its purpose, its
    readers and its period.
    """
    assert undeclared() == []


def test_every_category_holds_something_and_every_holding_has_its_category():
    whole = register()

    assert {holding.category for holding in whole.holdings} == set(whole.categories)


def test_no_two_packages_give_one_key_to_a_category():
    """The second would take the place of the first."""
    parts = [answer() for answer in hooks.get_hooks(Hook.REGISTER)]
    keys = [category.key for of_one in parts for part in of_one for category in part.categories]

    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_what_has_an_end_is_erased_by_code():
    """A page may promise no period that nothing keeps: rows of a person go after their period, or
    with the account.
    """
    account = register().categories["account"].period
    kept_for_ever = [
        holding.model
        for holding in register().holdings
        if holding.past is None
        and register().period_of(holding) is not account
        and (holding.fields or holding.secret)
    ]

    # Who led it: the account's name goes, the session and its sheets stay.
    assert kept_for_ever == ["training.Sheet", "training.Session"]


def test_what_stays_longer_than_its_category_says_so_there():
    """The pages show the category's period."""
    whole, longest = register(), register().categories["account"].period
    longer = [
        (holding.model, whole.categories[holding.category])
        for holding in whole.holdings
        if whole.period_of(holding) is longest
        and whole.categories[holding.category].period is not longest
    ]

    assert [model for model, _category in longer] == [
        "wagtailcore.UploadedFile", "courses.PersonalConnection", "courses.LastSaidOfGuardian",
        "courses.ComingOfAge",
    ]  # fmt: skip
    for _model, category in longer:
        assert "stays as long as the account" in account_words(category.purpose)
        assert not category.child_text or "stays as long as your account" in category.child_text


def test_an_opinion_of_a_student_stands_on_the_childs_page():
    """`Opinion.person` is whoever was logged in."""
    opinions = register().categories["opinions"]

    assert {Whose.STUDENTS, Whose.GUARDIANS} <= {*opinions.whose}
    assert "your name is kept with it" in opinions.child_text


def test_what_a_row_in_force_holds_back_says_so():
    """An open guardianship stays beyond the 31 August that the pages show."""
    guardians = register().categories["guardians"]

    assert "is kept as long as it holds" in guardians.purpose
    assert "is kept as long as it holds" in guardians.child_text


def account_words(text) -> str:
    return str(text).replace("your account", "the account")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("training.Enrolment", "stays as long as the certificate"),
        ("training.Participation", "stays as long as the certificate"),
        ("training.Sheet", "stays with the session"),
        ("training.Session", "stays with the session"),
    ],
)
def test_what_a_certificate_or_a_session_keeps_says_so_in_its_category(model, said):
    (holding,) = [one for one in register().holdings if one.model == model]

    assert said in str(register().categories[holding.category].purpose)


@pytest.mark.parametrize("key", ["handins", "answers", "week", "extensions", "leaves", "rolls"])
def test_what_guardians_read_names_them_among_its_readers(key):
    """What stands on their page of a child's week: templates/continuity/families."""
    category = register().categories[key]

    assert "guardians" in str(category.readers)
    assert key not in ("answers", "rolls") or "Your guardians" in str(category.child_text)


def test_the_tutor_who_sees_when_a_question_was_asked_is_named():
    """On the page of a student: `questions_of`."""
    questions = register().categories["questions"]

    assert "see when it was asked and who answered" in str(questions.readers)
    assert "see when you asked and who answered" in str(questions.child_text)


def test_who_led_a_meeting_stands_on_the_page_of_trainers():
    assert Whose.TRAINERS in register().categories["attendance"].whose


def test_what_the_directory_says_of_teachers_stands_on_their_page():
    """Sets bring teachers, with their email addresses, since they bring classes."""
    roster = register().categories["roster"]

    assert {Whose.STUDENTS, Whose.STAFF} <= {*roster.whose}
    assert "no email address of a student" in str(roster.purpose)


def test_a_key_that_a_login_gave_stands_on_the_page_of_any_adult():
    """Registrars link a login to the account of any adult, a trainer's, too."""
    roster = register().categories["roster"]

    assert Whose.TRAINERS in roster.whose
    assert "the key may come from such a login" in str(roster.purpose)
    assert "Adults see their key" in str(roster.readers)


def test_a_key_that_a_set_gave_a_guardian_stands_on_the_page_of_guardians():
    """A guardian's account that a set opens has its key, too; registrars see no guardian's."""
    roster = register().categories["roster"]

    assert Whose.GUARDIANS in roster.whose
    assert "those of teachers, trainers and staff" in str(roster.readers)


def test_the_officer_s_papers_name_what_a_resource_learns_and_the_day_of_coming_of_age():
    """Both came after the papers: a resource isn't told a first name, a set says a day of birth."""
    assert "the provider of a resource that somebody opens" in paper("register")
    assert "le prestataire d’une ressource" in paper("registre")
    assert "except the resources that the student opened" in paper("register")
    assert "sauf les ressources que l’élève a ouvertes" in paper("registre")
    assert "the day on which a student comes of age" in paper("dpia")
    assert "le jour de la majorité d’un élève" in paper("aipd")


def test_every_cookie_stands_on_the_page_on_personal_data():
    """A new one fails here: say on the page what it is for, and how long it stays."""
    setting = {
        f"{path.relative_to(ROOT)}"
        for package in ("courses", "training", "continuity", "cms")
        for path in (ROOT / package).rglob("*.py")
        if ".set_cookie(" in path.read_text()
    }
    page = " ".join(strip_tags(render_to_string("register/rights.html", {})).split())

    assert setting == {
        "courses/people/views/session.py",
        "courses/signin/views/login.py",
        "courses/people/permissions.py",
        "cms/guidance/views/kept_text.py",
        "cms/today/views.py",
    }
    for said in (
        "which accounts logged in with this browser",
        "the ENT that you came by",
        "that you have logged out",
        "that a text was saved",
        "the appearance that you chose",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("language", "before"),
    [("en", "only where its page tells you so before"), ("fr", "seulement si sa page vous le dit")],
)
def test_the_privacy_page_says_what_a_resource_may_be_told(language, before):
    content = settings.BASE_DIR / "cms" / "guidance" / "content" / language / "privacy.toml"

    assert before in content.read_text()


def test_signs_of_life_say_what_they_are_made_of():
    """The list of students not heard of shows the days of each channel."""
    contact = register().categories["contact"]

    for word in ("handed in", "ticked", "questions", "answers read", "presence"):
        assert word in contact.purpose
    assert "handed work in, ticked it, asked something, read an answer" in contact.child_text


def test_what_goes_soon_of_the_directory_isnt_called_the_key():
    """ "Erased soon" counts changes (30 days) under the category's title; the key stays."""
    roster = register().categories["roster"]

    for title in (roster.title, roster.child_title):
        assert "what these changed" in title


def test_a_new_field_is_missed(monkeypatch):
    """The first test sees a field that nobody declared."""
    whole = register()
    forgetful = replace(
        whole, holdings=[replace(whole.holdings[0], fields=()), *whole.holdings[1:]]
    )
    monkeypatch.setattr(queries, "register", lambda: forgetful)

    assert undeclared() == [
        f"{whole.holdings[0].model}.{name}: not declared"
        for name in sorted(whole.holdings[0].fields)
    ]


@pytest.mark.parametrize("name", PAPERS)
def test_the_papers_for_the_data_protection_officer_are_current(name):
    """`manage.py register --write` makes them anew."""
    assert (settings.BASE_DIR / "docs" / f"{name}.md").read_text() == paper(name)


@pytest.mark.parametrize(
    ("whole", "impact", "language"), [("register", "dpia", "en"), ("registre", "aipd", "fr")]
)
def test_the_papers_name_every_model_of_the_register(whole, impact, language):
    text = paper(whole)

    assert [
        holding.model for holding in register().holdings if f"`{holding.model}`" not in text
    ] == []
    with translation.override(language):
        assert [
            category.key
            for category in register().categories.values()
            if str(category.title) not in paper(impact)
        ] == []


@pytest.mark.parametrize("key", ["handins", "answers"])
def test_who_reads_a_students_work_is_said_alike_on_every_page(key):
    """The receipt, the adults' page and the student's: whoever takes over the class, and the
    leaders by a copy alone.
    """
    category = register().categories[key]
    receipt = render_to_string(
        "continuity/handins/hand_in_readers.html", {"desk": {"readers": ["Camille Martin"]}}
    )

    for told in (str(category.readers), str(category.child_text), receipt):
        assert re.search("takes over (this|the|your) class", told), told
        assert re.search("only in a copy of all (your|the student’s) data", told), told
