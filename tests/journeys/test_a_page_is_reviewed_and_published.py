"""Draft, review with words, publication: each step tells only whom it concerns."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, TaskState, WorkflowState

from cms.guidance.enums import EditorialRole
from cms.guidance.models import Scope
from cms.guidance.services import review
from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.models import today
from courses.people.services import leave
from tests.factories.admin import NOTHING, edited, written
from tests.factories.guidance import (
    editor,
    first_topic,
    guidance_page,
    home,
    in_english,
    scope_for,
    topic,
    without_pages,
)
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def week():
    home("en")
    return first_topic()


@pytest.fixture
def author(week):
    return editor(EditorialRole.AUTHOR, week, given_name="Aude")


@pytest.fixture
def reviewer(week):
    return editor(EditorialRole.REVIEWER, week, given_name="Remi")


@pytest.fixture
def publisher(week):
    return editor(EditorialRole.PUBLISHER, week, given_name="Paule")


@pytest.fixture
def page(week):
    """There are others whom its review doesn't concern."""
    editor(EditorialRole.CHIEF, given_name="Chloé")
    editor(EditorialRole.REVIEWER, topic("Ailleurs", "Elsewhere"), given_name="Elsa")
    editor(EditorialRole.REVIEWER, week, "en", given_name="Edward")
    return guidance_page(under=week)


def save(client, page, person, *, do="", **fields):
    client.force_login(person)
    return client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), edited(page, do=do, **fields)
    )


def submit(client, page, person, title="Une semaine tenable"):
    return save(client, page, person, do="action-submit", title=title)


def act(client, page, person, name, comment=""):
    """Press a step's button in the editor: approve or reject, with or without words."""
    client.force_login(person)
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    return client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, name, state.pk]),
        {"comment": comment},
    )


def step_of(page) -> str:
    task = Page.objects.get(pk=page.pk).current_workflow_task
    return task.role if task else ""


def letters(since=0) -> list[tuple[str, str]]:
    """What was posted, and to whom."""
    return [
        (letter.kind.rpartition(".")[2], letter.to.given_name)
        for letter in Letter.objects.filter(pk__gt=since).order_by("pk")
    ]


def last_letter() -> int:
    return Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def sent(kind: str, to) -> str:
    """The text of the letter, as the worker writes and sends it."""
    letter = Letter.objects.get(kind__endswith=kind, to=to)
    outbox.send(letter.pk, letter.attempts)
    return mail.outbox[-1].body


def due_for(client, person) -> list[tuple[str, str]]:
    client.force_login(person)
    return [
        (item.title, item.text)
        for part in client.get(reverse("today:home")).context["day"].parts
        for item in part.items
    ]


def test_a_page_goes_from_draft_to_readers_and_each_step_tells_only_whom_it_concerns(
    client, author, reviewer, publisher, page
):
    submit(client, page, author)
    assert letters() == [("step_asked", "Remi")]

    act(client, page, reviewer, "approve")
    assert letters() == [("step_asked", "Remi"), ("step_asked", "Paule")]

    act(client, page, publisher, "approve")
    assert letters() == [("step_asked", "Remi"), ("step_asked", "Paule"), ("published", "Aude")]
    page.refresh_from_db()
    assert (page.live, page.title, page.has_unpublished_changes) == (
        True,
        "Une semaine tenable",
        False,
    )
    assert mail.outbox == []  # Wagtail sends none of its own beside the outbox


def test_the_button_that_submits_speaks_the_language_of_who_presses_it(client, author, page):
    """A workflow's name, which Wagtail would put there, has one language."""
    client.force_login(author)

    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text

    assert "Submit for review" in shown
    assert "Submit to" not in shown


def test_what_waits_stands_on_the_first_page_of_whoever_may_act(
    client, author, reviewer, publisher, page
):
    submit(client, page, author)

    assert due_for(client, reviewer) == [
        (
            'To review: <span lang="fr">Une semaine supportable</span>',
            f"Submitted by {author.display_name}",
        )
    ]
    assert due_for(client, publisher) == due_for(client, author) == []

    act(client, page, reviewer, "approve")

    assert due_for(client, publisher) == [
        (
            'To publish: <span lang="fr">Une semaine supportable</span>',
            f"Approved; submitted by {author.display_name}",
        )
    ]
    assert due_for(client, reviewer) == []


def test_the_words_of_a_rejection_at_the_second_step_reach_the_author_and_who_approved_before(
    client, author, reviewer, publisher, page
):
    submit(client, page, author)
    act(client, page, reviewer, "approve", "Très clair.")
    before = last_letter()

    act(client, page, publisher, "reject", "Il manque l’heure de fin.")

    assert sorted(letters(before)) == [("sent_back", "Aude"), ("sent_back", "Remi")]
    assert "Il manque l’heure de fin." in sent("sent_back", author)
    assert "Il manque l’heure de fin." in sent("sent_back", reviewer)
    assert due_for(client, author) == [
        (
            'Sent back to you: <span lang="fr">Une semaine supportable</span>',
            "Il manque l’heure de fin.",
        )
    ]


def test_sent_back_and_submitted_again_it_goes_on_where_it_was(
    client, author, reviewer, publisher, page
):
    submit(client, page, author)
    act(client, page, reviewer, "reject", "Plus court.")
    before = last_letter()

    submit(client, page, author, title="Une semaine courte")

    assert (step_of(page), letters(before)) == ("reviewer", [("step_asked", "Remi")])
    assert due_for(client, author) == []


def test_a_copy_of_ones_data_holds_what_one_said_in_a_review(client, author, reviewer, page):
    submit(client, page, author)
    act(client, page, reviewer, "reject", "Plus court.")
    client.force_login(reviewer)

    copy = client.post(reverse("register:download"))
    with ZipFile(BytesIO(b"".join(copy.streaming_content))) as archive:
        data = json.loads(archive.read("data.json"))["data"]

    assert [row["comment"] for row in data["wagtailcore.TaskState"]] == ["Plus court."]


def test_text_changed_after_its_approval_asks_for_approval_again(
    client, author, reviewer, publisher, page
):
    submit(client, page, author)
    act(client, page, reviewer, "approve")
    chief = Scope.objects.get(role=EditorialRole.CHIEF).person
    save(client, page, chief, title="Un titre que personne n’a relu")

    act(client, page, publisher, "approve")

    page.refresh_from_db()
    assert (page.title, step_of(page)) == ("Une semaine supportable", "reviewer")

    act(client, page, reviewer, "approve")
    act(client, page, publisher, "approve")

    page.refresh_from_db()
    assert page.title == "Un titre que personne n’a relu"


def test_nobody_approves_a_text_of_their_own(client, week, author, page):
    scope_for(author, EditorialRole.REVIEWER, week)
    second = editor(EditorialRole.REVIEWER, week, given_name="Second")
    submit(client, page, author)

    assert letters() == [("step_asked", "Second")]
    act(client, page, author, "approve")

    assert step_of(page) == "reviewer"
    assert TaskState.objects.filter(status=TaskState.STATUS_APPROVED).count() == 0
    assert due_for(client, author) == []
    assert act(client, page, second, "approve").status_code == 302
    assert step_of(page) == "publisher"


def test_who_wrote_it_and_let_somebody_else_submit_it_doesn_t_approve_it_either(
    client, week, author, reviewer, page
):
    colleague = editor(EditorialRole.AUTHOR, week, given_name="Colin")
    save(client, page, reviewer, title="Écrite par qui relit")
    submit(client, page, colleague, title="Écrite par qui relit")

    act(client, page, reviewer, "approve")

    assert step_of(page) == "reviewer"


def test_a_reviewer_may_correct_a_word_and_approve(client, author, reviewer, publisher, page):
    submit(client, page, author)
    save(client, page, reviewer, title="Une semaine tenable, corrigée")

    act(client, page, reviewer, "approve")

    assert step_of(page) == "publisher"


def test_without_a_reviewer_the_chief_advisers_are_asked(client, author, page):
    submit(client, page, author)

    assert letters() == [("step_asked", "Chloé")]


def test_a_review_that_is_called_off_takes_back_its_letter(client, author, reviewer, page):
    submit(client, page, author)

    client.post(reverse("wagtailadmin_pages:confirm_workflow_cancellation", args=[page.pk]))
    client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        edited(page, do="action-cancel-workflow"),
    )

    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED
    assert [letter.state for letter in Letter.objects.all()] == [LetterState.WITHDRAWN]


STOPPED = {
    "stopped": (
        lambda client, page, chief: save(client, page, chief, do="action-cancel-workflow"),
        "Your text is kept as a draft. Submit it again when it is ready.",
    ),
    "published as usual": (
        lambda client, page, chief: save(client, page, chief, do="action-publish"),
        "The page is online with your text, or with one that was saved after it.",
    ),
    "published for later": (
        lambda client, page, chief: (
            page.unpublish(),
            save(
                client,
                page,
                chief,
                do="action-publish",
                go_live_at=f"{today() + timedelta(9)} 09:00",
            ),
        ),
        "The text goes online on the day that is planned.",
    ),
    "submitted again": (
        lambda client, page, chief: (
            save(client, page, chief, do="action-cancel-workflow"),
            submit(client, page, chief),
        ),
        "It has been submitted again since.",
    ),
}


@pytest.mark.parametrize(("end", "what_is_so"), STOPPED.values(), ids=STOPPED)
def test_who_asked_for_a_review_is_told_that_it_ended_and_what_is_so_then(
    client, author, page, end, what_is_so
):
    """By a chief adviser, who acts where nobody reviews."""
    chief = Scope.objects.get(role=EditorialRole.CHIEF).person
    submit(client, page, author)
    before = last_letter()

    end(client, page, chief)

    ended = [who for kind, who in letters(before) if kind == "review_ended"]
    assert ended == ["Aude"]
    body = " ".join(sent("review_ended", author).split())
    assert f"{chief.display_name} ended the review of the page that you submitted." in body
    assert what_is_so in body


def test_a_planned_publication_that_ends_a_review_is_told(client, author, page):
    submit(client, page, author)

    Page.objects.get(pk=page.pk).get_latest_revision().publish()

    body = " ".join(sent("review_ended", author).split())
    assert "a publication that was planned for this page has taken place." in body
    assert "The page is online with your text" in body


@pytest.mark.parametrize("case", ["their own", "sent back before", "an account that is closed"])
def test_no_letter_says_what_is_known_that_a_review_ended(client, author, reviewer, page, case):
    submit(client, page, author)
    by = author if case == "their own" else editor(EditorialRole.CHIEF)
    if case == "sent back before":
        act(client, page, reviewer, "reject", "Des sources")
    if case == "an account that is closed":
        author.is_active = False
        author.save()

    WorkflowState.objects.get().cancel(user=by)

    assert "review_ended" not in [kind for kind, _who in letters()]


def test_an_english_page_goes_to_those_who_review_english(client, week, reviewer, page):
    translator = editor(EditorialRole.TRANSLATOR, week, given_name="Tess")
    english = in_english(page)

    submit(client, english, translator, title="A bearable week, revised")

    assert sorted(letters()) == [("step_asked", "Edward"), ("step_asked", "Remi")]


def test_a_new_page_that_was_to_be_published_without_review_is_kept_as_a_draft(
    client, week, author
):
    client.force_login(author)
    scope_for(author, EditorialRole.PUBLISHER, week)
    address = reverse("wagtailadmin_pages:add", args=["cms", "guidancepage", week.pk])

    response = client.post(address, written("Toute neuve", do="action-publish"), follow=True)

    page = Page.objects.get(title="Toute neuve")
    assert (page.live, page.has_unpublished_changes) == (False, True)
    assert "nobody has reviewed this text yet" in response.text


def test_an_adviser_who_left_yesterday_reviews_nothing_today(
    client, author, reviewer, page, django_capture_on_commit_callbacks
):
    submit(client, page, author)
    with django_capture_on_commit_callbacks(execute=True):
        leave(membership=reviewer.memberships.get(), last_day=today() - timedelta(days=1))

    act(client, page, reviewer, "approve")

    assert step_of(page) == "reviewer"
    assert not reviewer.groups.exists()


def test_the_first_adviser_of_a_new_installation_begins_as_chief():
    without_pages()
    first = AdviserFactory(login="premiere")

    call_command(
        "start_site", chief="premiere", operator="Région académique Normandie", verbosity=0
    )

    assert list(first.scopes.values_list("role", "topic", "language")) == [("chief", None, "")]
    assert {group.name for group in first.groups.all()} >= {
        "guidance:chief:all:fr",
        "guidance:chief:all:en",
    }
    with pytest.raises(CommandError, match="no adviser today"):
        call_command(
            "start_site",
            chief=TeacherFactory().login,
            operator="Région académique Normandie",
            verbosity=0,
        )


def comment(words: str) -> dict:
    """What the editor posts when something is said beside the summary."""
    one = {
        "id": "",
        "contentpath": "lead",
        "text": words,
        "position": "",
        "resolved": "",
        "DELETE": "",
        "replies": NOTHING,
    }
    return {
        "TOTAL_FORMS": "1",
        "INITIAL_FORMS": "0",
        "MIN_NUM_FORMS": "0",
        "MAX_NUM_FORMS": "1000",
        "0": one,
    }


def test_comments_beside_the_text_reach_its_author_in_one_letter_through_the_outbox(
    client, author, reviewer, page
):
    submit(client, page, author)
    before = last_letter()

    save(client, page, reviewer, comments=comment("Le résumé manque."))
    save(client, page, reviewer, comments=comment("Et pour qui ?"))

    assert letters(before) == [("commented", "Aude")]
    assert mail.outbox == []
    letter = Letter.objects.get(kind__endswith="commented")
    outbox.send(letter.pk, letter.attempts, letter.not_before)
    assert "Le résumé manque." in mail.outbox[-1].body
    assert "Et pour qui ?" in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("others", "is_reviewer_too", "message"),
    [
        pytest.param(
            [],
            False,
            "is approved, but nobody may publish it yet: tell a chief adviser.",
            id="nobody",
        ),
        pytest.param([], True, "isn’t online yet: you may publish it.", id="only the reviewer"),
        pytest.param(
            ["Paule"],
            True,
            "you may publish it, and so may Paule X, who got an email.",
            id="one and the reviewer",
        ),
        pytest.param(["Paule"], False, "yet: Paule X may publish it and got an email.", id="one"),
        pytest.param(
            ["Paul", "Paule"],
            False,
            "yet: Paul X and Paule X may publish it and each got an email.",
            id="two",
        ),
    ],
)
def test_who_approves_is_told_of_the_others_who_may_publish(
    week, author, reviewer, others, is_reviewer_too, message
):
    page = guidance_page(under=week)
    for name in others:
        editor(EditorialRole.PUBLISHER, week, given_name=name, family_name="X")
    if is_reviewer_too:
        scope_for(reviewer, EditorialRole.PUBLISHER, week)
    page.get_workflow().start(page, author)
    with translation.override("en"):
        page.current_workflow_state.current_task_state.approve(user=reviewer)

        told = review.what_followed(page.current_workflow_state.task_states.earliest("pk"))

    assert message in told.replace("\N{NO-BREAK SPACE}", " ")
    assert reviewer.display_name not in told


@pytest.mark.parametrize(
    ("names", "message"),
    [
        pytest.param(["Remi"], "Remi X a reçu un courriel.", id="one"),
        pytest.param(["Rémi", "Zoé"], "Rémi X et Zoé X ont reçu un courriel.", id="two"),
    ],
)
def test_who_submits_is_told_in_french_of_one_and_of_two(week, author, names, message):
    page = guidance_page(under=week)
    for name in names:
        editor(EditorialRole.REVIEWER, week, given_name=name, family_name="X")
    state = page.get_workflow().start(page, author)

    with translation.override("fr"):
        assert message in review.what_comes_next(state, by=author)
