"""Rows of editorial roles, and what follows from them: groups, permissions on pages, collections of
images and files.
"""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from cms.guidance import services
from cms.guidance.models import Scope
from courses.people.models import today
from courses.people.services import derive_groups, leave
from tests.factories.guidance import editor, guidance_page, home, pair_of, scope_for, topic
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def week():
    home("en")
    return topic()


@pytest.fixture
def page(week):
    return guidance_page(under=week)


@pytest.fixture
def chief(client, week):
    chief = editor("chief")
    client.force_login(chief)
    return chief


@pytest.fixture
def newcomer():
    person = AdviserFactory(language="en")
    derive_groups(person)
    return person


def may_edit(client, person, page) -> bool:
    client.force_login(person)
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def give(client, person, role, topic=None, language=""):
    said = {
        "person": person.pk,
        "role": role,
        "topic": pair_of(topic).pk if topic else "",
        "language": language,
    }
    return client.post(reverse("scopes:add"), said)


def permissions() -> tuple[set, set, set]:
    """All that was derived."""
    groups = Group.objects.filter(name__startswith="guidance:")
    return (
        set(groups.values_list("name", "user__login")),
        set(
            GroupPagePermission.objects.filter(group__in=groups).values_list(
                "group__name", "page__title", "permission__codename"
            )
        ),
        set(
            GroupCollectionPermission.objects.filter(group__in=groups).values_list(
                "group__name", "collection__name", "permission__codename"
            )
        ),
    )


def test_a_role_holds_from_the_moment_it_is_given_until_it_is_taken(
    client, chief, newcomer, week, page
):
    assert not may_edit(client, newcomer, page)

    client.force_login(chief)
    give(client, newcomer, "author", week)
    assert may_edit(client, newcomer, page)
    assert not may_edit(client, newcomer, guidance_page(under=topic("Ailleurs", "Elsewhere")))

    client.force_login(chief)
    client.post(reverse("scopes:delete", args=[newcomer.scopes.get().pk]))
    assert not may_edit(client, newcomer, page)
    assert not Group.objects.filter(name__startswith="guidance:author").exists()


def test_a_role_that_is_changed_moves_at_once(client, chief, newcomer, week, page):
    give(client, newcomer, "author", week)
    scope = newcomer.scopes.get()

    said = {"person": newcomer.pk, "role": "reviewer", "topic": scope.topic_id, "language": "en"}
    client.post(reverse("scopes:edit", args=[scope.pk]), said)

    assert not may_edit(client, newcomer, page)
    assert may_edit(client, newcomer, week.get_translation(home("en").locale))


def test_only_who_is_an_adviser_today_is_offered(client, chief):
    teacher = TeacherFactory()

    response = give(client, teacher, "author")

    assert response.status_code == 200
    assert "person" in response.context["form"].errors
    assert not teacher.scopes.exists()


def test_authors_write_in_french_and_translators_in_english_unless_told_otherwise(
    client, chief, newcomer, week
):
    give(client, newcomer, "author", week)
    give(client, newcomer, "translator", week)

    assert set(newcomer.scopes.values_list("role", "language")) == {
        ("author", "fr"),
        ("translator", "en"),
    }


def test_the_same_role_twice_is_refused_in_words(client, chief, newcomer, week):
    give(client, newcomer, "reviewer")
    assert "This adviser has this role already." in give(client, newcomer, "reviewer").text

    give(client, newcomer, "author", week)
    assert (
        "This adviser has this role already." in give(client, newcomer, "author", week, "fr").text
    )

    assert "leave them empty" in give(client, newcomer, "chief", week).text
    assert newcomer.scopes.count() == 2


@pytest.mark.parametrize("below", [True, False], ids=["of a topic", "of the whole site"])
def test_the_database_keeps_doubles_out(newcomer, week, below):
    row = {"person": newcomer, "role": "reviewer", "topic": pair_of(week) if below else None}
    Scope.objects.create(**row)

    with pytest.raises(IntegrityError), transaction.atomic():
        Scope.objects.create(**row)


def test_deriving_twice_changes_nothing_and_costs_the_same_for_many(newcomer, week):
    scope_for(newcomer, "author", week)
    before = permissions()
    with CaptureQueriesContext(connection) as few:
        assert services.keep_editors() == 0

    for number in range(5):
        person = AdviserFactory()
        scope_for(person, "author", topic(f"Rubrique {number}", f"Topic {number}"))
        scope_for(person, "reviewer")
    with CaptureQueriesContext(connection) as many:
        assert services.keep_editors() == 0

    assert len(many) == len(few)
    assert before[0] <= permissions()[0]


def test_what_somebody_changed_by_hand_is_put_right(newcomer, week):
    scope_for(newcomer, "author", week)
    before = permissions()
    group = Group.objects.get(name__startswith="guidance:author")
    group.user_set.add(AdviserFactory())
    group.page_permissions.all().delete()
    group.collection_permissions.first().delete()

    assert services.keep_editors() > 0

    assert permissions() == before


def test_a_scope_without_a_membership_gives_nothing(
    client, newcomer, week, page, django_capture_on_commit_callbacks
):
    scope_for(newcomer, "author", week)
    with django_capture_on_commit_callbacks(execute=True):
        leave(membership=newcomer.memberships.get(), last_day=today() - datetime.timedelta(days=1))

    assert not newcomer.groups.exists()
    assert not may_edit(client, newcomer, page)


def test_a_topic_s_collection_bears_its_name_and_stands_below_that_of_its_topic(newcomer, week):
    inner = topic("Le lundi", "Monday", under=week)
    scope_for(newcomer, "author", inner)
    named = Collection.objects.filter(name="Organiser la semaine")
    before = named.count()

    assert pair_of(inner).collection.get_parent() == pair_of(week).collection

    rewrite_topic(week, "La semaine")
    services.keep_editors()

    assert pair_of(week).collection.name == "La semaine"
    assert named.count() == before - 1


def test_collections_follow_where_topics_go_and_stay_whole(newcomer, week):
    topics = [topic(f"Rubrique {letter}", f"Topic {letter}") for letter in "dbac"]
    scope_for(newcomer, "author", week)
    inner = topic("Le lundi", "Monday", under=topics[0])
    services.keep_editors()
    assert pair_of(inner).collection.get_parent() == pair_of(topics[0]).collection

    Page.objects.get(pk=inner.pk).move(Page.objects.get(pk=topics[1].pk), pos="last-child")
    services.keep_editors()

    assert pair_of(inner).collection.get_parent() == pair_of(topics[1]).collection
    assert [problems for problems in Collection.find_problems() if problems] == []


def rewrite_topic(page, title: str) -> None:
    page.title = title
    page.save_revision().publish()


def test_a_new_language_of_a_topic_opens_to_its_translators(client, newcomer, week):
    scope_for(newcomer, "translator", week)
    page = guidance_page(under=week)

    services.translate(page)

    assert may_edit(client, newcomer, page.get_translation(home("en").locale))


def test_whoever_has_a_role_in_a_topic_adds_to_what_stands_below_it(client, newcomer, week):
    inner = topic("Le lundi", "Monday", under=week)
    scope_for(newcomer, "author", week)

    assert may_edit(client, newcomer, guidance_page(under=inner))
