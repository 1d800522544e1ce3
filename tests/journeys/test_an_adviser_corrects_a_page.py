"""The pages of the site are kept in Wagtail's admin, by advisers."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.guidance import services as guidance
from courses.people.services import groups
from tests.factories.guidance import editor, without_pages
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def trees(module_rows):
    without_pages()
    guidance.plant_trees()


@pytest.fixture
def help_page(trees):
    return Page.objects.get(slug="aide").specific


def test_an_adviser_edits_the_words_of_a_page(client, help_page):
    client.force_login(editor("author"))

    response = client.get(reverse("wagtailadmin_pages:edit", args=[help_page.pk]))

    assert response.status_code == 200
    assert 'name="lead"' in response.text
    assert 'id="body"' in response.text


def test_an_adviser_without_a_role_enters_and_changes_no_page(client, help_page):
    adviser = AdviserFactory(language="en")
    groups.sweep_groups()
    client.force_login(adviser)

    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:edit", args=[help_page.pk])).status_code == 302


def test_a_teacher_is_not_let_into_the_admin_and_is_not_sent_in_circles(client, help_page):
    client.force_login(TeacherFactory())

    response = client.get("/admin/", follow=True)

    assert len(response.redirect_chain) <= 3
