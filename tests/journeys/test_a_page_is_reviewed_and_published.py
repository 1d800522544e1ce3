"""Draft, review with words, publication: each step tells only whom it concerns."""

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.models import Page

from cms.guidance.enums import EditorialRole
from courses.mail.models import Letter
from tests.factories.guidance import editor, guidance_page, home, rewrite, topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def week():
    home("en")
    return topic()


@pytest.fixture
def people(week):
    return {
        "author": editor(EditorialRole.AUTHOR, week, given_name="Aude"),
        "reviewer": editor(EditorialRole.REVIEWER, week, given_name="Remi"),
        "publisher": editor(EditorialRole.PUBLISHER, week, given_name="Paule"),
        "chief": editor(EditorialRole.CHIEF, given_name="Chloé"),
        "elsewhere": editor(EditorialRole.REVIEWER, topic("Ailleurs", "Elsewhere"), given_name="Elsa"),
    }


@pytest.fixture
def page(week):
    return guidance_page(under=week)


def submit(client, page, person):
    """Press "submit" in the editor, as the browser does."""
    client.force_login(person)
    revision = page.specific.get_latest_revision_as_object()
    revision.save_revision(user=person)
    page = Page.objects.get(pk=page.pk)
    page.get_workflow().start(page, person)


def act(client, page, person, name, comment=""):
    """Press a step's button in the editor: approve or reject, with or without words."""
    client.force_login(person)
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, name, state.pk])
    return client.post(address, {"comment": comment})


def letters(since=0) -> list[tuple[str, str]]:
    """What was posted, and to whom."""
    return [(letter.kind.rpartition(".")[2], letter.to.given_name) for letter in Letter.objects.filter(pk__gt=since).order_by("pk")]


def waits_for(client, person) -> list[str]:
    client.force_login(person)
    return [item.title for part in client.get(reverse("today:home")).context["day"].parts for item in part.items]


def test_a_page_goes_from_draft_to_readers_and_each_step_tells_only_whom_it_concerns(client, people, page):
    page = rewrite(page, title="Une semaine tenable", publish=False)

    submit(client, page, people["author"])

    assert letters() == [("step_asked", "Remi")]

    act(client, page, people["reviewer"], "approve")

    assert letters() == [("step_asked", "Remi"), ("step_asked", "Paule")]

    act(client, page, people["publisher"], "approve")

    page.refresh_from_db()
    assert (page.live, page.title, page.has_unpublished_changes) == (True, "Une semaine tenable", False)
    assert letters() == [("step_asked", "Remi"), ("step_asked", "Paule"), ("published", "Aude")]
    assert mail.outbox == []  # nothing goes beside the outbox
