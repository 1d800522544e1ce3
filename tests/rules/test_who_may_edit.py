"""Who may do what with pages, images and files: a table of role × action through the admin's real
addresses.

Each action is tried by each person, and what counts is what came of it, not the answer's number.
`elsewhere` holds every role of another topic but the chief adviser's; `newcomer` is an adviser
without a role.
"""

from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, TaskState

from cms.guidance.enums import EditorialRole
from cms.guidance.models import Scope, UrgentNotice
from courses.people import services as people
from courses.people.models import Person
from tests.factories.admin import edited, written
from tests.factories.guidance import (
    editor,
    guidance_page,
    home,
    in_english,
    pair_of,
    rewrite,
    scope_for,
    topic,
)
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db

ROLES = ["author", "translator", "reviewer", "publisher", "chief"]
ACTORS = [*ROLES, "newcomer", "elsewhere", "teacher"]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once: each test's own transaction lies inside this one, and is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made()
        transaction.set_rollback(True)


def made() -> SimpleNamespace:
    home("en")
    w = SimpleNamespace(
        week=topic(),
        other=topic("Ailleurs", "Elsewhere"),
        colleague=AdviserFactory(),
        teacher=TeacherFactory(),
    )
    for role in ROLES:
        setattr(w, role, editor(role, None if role == EditorialRole.CHIEF else w.week))
    w.newcomer, w.elsewhere = AdviserFactory(language="en"), AdviserFactory(language="en")
    people.derive_groups(w.newcomer)
    for role in ROLES[:-1]:
        scope_for(w.elsewhere, role, w.other)
    w.french = guidance_page(under=w.week, title="En ligne")
    w.bilingual = guidance_page(under=w.week, title="Deux langues")
    w.english = in_english(w.bilingual)
    w.draft = guidance_page(under=w.week, title="Tout brouillon")
    w.draft.unpublish()
    w.draft = rewrite(w.draft, title="Brouillon secret", publish=False)
    w.collection = pair_of(w.week).collection
    w.image = get_image_model().objects.create(
        title="Image secrète", file=get_test_image_file(), collection=w.collection
    )
    w.document = get_document_model().objects.create(
        title="Fichier secret",
        file=ContentFile(b"%PDF-1.7 words", "secret.pdf"),
        collection=w.collection,
    )
    return w


def fresh(page):
    return Page.objects.get(pk=page.pk)


def draft_title(page) -> str:
    return fresh(page).specific.get_latest_revision_as_object().title


# Actions: each says whether it was done


def creates(client, w, under):
    client.post(
        reverse("wagtailadmin_pages:add", args=["cms", "guidancepage", under.pk]),
        written("Une nouvelle"),
    )
    return fresh(under).get_children().filter(title="Une nouvelle", live=False).exists()


def create_french(client, w):
    return creates(client, w, w.week)


def create_english(client, w):
    return creates(client, w, w.week.get_translation(w.english.locale))


def edits(client, page):
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), edited(page, title="Réécrite"))
    return draft_title(page) == "Réécrite"


def edit_french(client, w):
    return edits(client, w.french)


def edit_english(client, w):
    return edits(client, w.english)


def submit(client, w):
    client.post(
        reverse("wagtailadmin_pages:edit", args=[w.french.pk]),
        edited(w.french, title="À relire", do="action-submit"),
    )
    return fresh(w.french).workflow_in_progress


def at_step(w, step: int):
    """A text of a colleague who isn't in the table, at the first or second step."""
    page = rewrite(w.french, title="À relire", publish=False)
    page.get_workflow().start(page, w.colleague)
    if step == 2:
        page.current_workflow_task_state.approve(user=w.colleague)
    return fresh(page).current_workflow_task_state


def acts(client, w, step: int, name: str, outcome: str) -> bool:
    state = at_step(w, step)
    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[w.french.pk, name, state.pk]),
        {"comment": "Bien."},
    )
    state.refresh_from_db()
    return state.status == outcome


def approve(client, w):
    return acts(client, w, 1, "approve", TaskState.STATUS_APPROVED)


def approve_another_text_by_the_address_of_ones_own(client, w):
    """The step is of another page than the address is."""
    state = at_step(w, 1)
    theirs = guidance_page(under=w.other, title="En cours ailleurs")
    theirs.get_workflow().start(rewrite(theirs, publish=False), w.colleague)
    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[theirs.pk, "approve", state.pk]),
        {"comment": "Bien."},
    )
    state.refresh_from_db()
    return state.status == TaskState.STATUS_APPROVED


def send_back(client, w):
    return acts(client, w, 1, "reject", TaskState.STATUS_REJECTED)


def publish_what_was_approved(client, w):
    return (
        acts(client, w, 2, "approve", TaskState.STATUS_APPROVED)
        and fresh(w.french).title == "À relire"
    )


def publish_without_review(client, w):
    client.post(
        reverse("wagtailadmin_pages:edit", args=[w.french.pk]),
        edited(w.french, title="Publiée", do="action-publish"),
    )
    return fresh(w.french).title == "Publiée"


def publish_new_without_review(client, w):
    address = reverse("wagtailadmin_pages:add", args=["cms", "guidancepage", w.week.pk])
    client.post(address, written("Une nouvelle", do="action-publish"))
    return fresh(w.week).get_children().filter(title="Une nouvelle", live=True).exists()


def publish_several_without_review(client, w):
    client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        + f"?id={w.draft.pk}",
        {"next": "/admin/"},
    )
    return fresh(w.draft).live


def asks_the_api(client, page, action: str, **said):
    """Wagtail's own addresses for programs, which ask none of our hooks."""
    client.post(f"/admin/api/main/pages/{page.pk}/action/{action}/", said, "application/json")


def publish_by_the_api(client, w):
    asks_the_api(client, w.draft, "publish")
    return fresh(w.draft).live


def take_down_by_the_api(client, w):
    asks_the_api(client, w.bilingual, "unpublish")
    return not fresh(w.bilingual).live


def delete_by_the_api(client, w):
    asks_the_api(client, w.draft, "delete")
    return not Page.objects.filter(pk=w.draft.pk).exists()


def copy_online_by_the_api(client, w):
    asks_the_api(client, w.french, "copy", title="Jamais relue", slug="jamais")
    return Page.objects.filter(title="Jamais relue").exists()


def publish_urgently(client, w):
    rewrite(w.french, title="Urgente", publish=False)
    ends = timezone.localtime(timezone.now() + timezone.timedelta(hours=3)).strftime(
        "%Y-%m-%dT%H:%M"
    )
    client.post(
        reverse("guidance:urgent", args=[pair_of(w.french).public_id]),
        {"text_fr": "Fr", "text_en": "En", "ends_at": ends},
    )
    return fresh(w.french).title == "Urgente" and UrgentNotice.objects.exists()


def unpublish(client, w):
    client.post(reverse("wagtailadmin_pages:unpublish", args=[w.french.pk]))
    return not fresh(w.french).live


def unpublish_several(client, w):
    client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
        + f"?id={w.french.pk}",
        {"next": "/admin/"},
    )
    return not fresh(w.french).live


def deletes(client, page):
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    return not Page.objects.filter(pk=page.pk).exists()


def delete_what_is_online(client, w):
    return deletes(client, w.french)


def delete_a_draft(client, w):
    return deletes(client, w.draft)


def moves(client, page, to):
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, to.pk]))
    return fresh(page).is_child_of(to)


def move_into_another_topic(client, w):
    return moves(client, w.draft, w.other)


def copy_into_another_topic(client, w):
    address = reverse("wagtailadmin_pages:copy", args=[w.french.pk])
    client.post(address, {"new_title": "Copie", "new_slug": "copie", "new_parent_page": w.other.pk})
    return fresh(w.other).get_children().filter(title="Copie").exists()


def lock(client, w):
    client.post(reverse("wagtailadmin_pages:lock", args=[w.french.pk]))
    return fresh(w.french).locked


def keep_private(client, w):
    client.post(
        reverse("wagtailadmin_pages:set_privacy", args=[w.french.pk]), {"restriction_type": "login"}
    )
    return w.french.view_restrictions.exists()


def says(client, words: str, name: str, *args, **query) -> bool:
    response = client.get(reverse(name, args=args), query)
    return response.status_code == 200 and words in b"".join(response).decode(errors="replace")


def see_a_draft(client, w):
    return says(client, "Brouillon secret", "wagtailadmin_explore", w.week.pk)


def find_a_draft(client, w):
    return says(client, "Brouillon secret", "wagtailadmin_pages:search_results", q="brouillon")


def read_the_history(client, w):
    return says(client, "Brouillon secret", "wagtailadmin_pages:history", w.draft.pk)


def read_a_revision(client, w):
    return says(
        client,
        "Brouillon secret",
        "wagtailadmin_pages:revisions_view",
        w.draft.pk,
        w.draft.latest_revision.pk,
    )


def compare_revisions(client, w):
    return says(
        client,
        "Brouillon secret",
        "wagtailadmin_pages:revisions_compare",
        w.draft.pk,
        "earliest",
        "latest",
    )


def see_a_draft_as_readers_will(client, w):
    return says(client, "Brouillon secret", "wagtailadmin_pages:view_draft", w.draft.pk)


def preview(client, w):
    client.post(reverse("wagtailadmin_pages:preview_on_edit", args=[w.draft.pk]), edited(w.draft))
    return says(client, "Brouillon secret", "wagtailadmin_pages:preview_on_edit", w.draft.pk)


def see_where_a_draft_is_used(client, w):
    return says(client, "Brouillon secret", "wagtailadmin_pages:usage", w.draft.pk)


def choose_a_draft(client, w):
    return says(client, "Brouillon secret", "wagtailadmin_choose_page_child", w.week.pk)


def choose_several_drafts_by_number(client, w):
    return says(
        client, "Brouillon secret", "wagtailadmin_choose_page_chosen_multiple", id=w.draft.pk
    )


def see_a_draft_beside_an_action(client, w):
    many = ["wagtailcore", "page"]
    return (
        says(client, "Brouillon secret", "wagtail_bulk_action", *many, "delete", id=w.draft.pk)
        or says(client, "Brouillon secret", "wagtail_bulk_action", *many, "move", id=w.draft.pk)
        or says(
            client, "Brouillon secret", "wagtailadmin_pages:move_confirm", w.draft.pk, w.other.pk
        )
        or says(client, "Brouillon secret", "wagtailadmin_reports:page_types_usage")
    )


def see_a_draft_in_the_words_of_a_review(client, w):
    """A refusal names the page: it waits for the next page that is shown."""
    task = at_step(w, 2).task_id
    client.get(reverse("wagtailadmin_pages:workflow_preview", args=[w.draft.pk, task]))
    return says(client, "Brouillon secret", "wagtailadmin_account")


def see_a_file_beside_an_action(client, w):
    image, document = ["wagtailimages", "image"], ["wagtaildocs", "document"]
    return says(
        client, "Image secr", "wagtail_bulk_action", *image, "add_tags", id=w.image.pk
    ) or says(
        client, "Fichier secret", "wagtail_bulk_action", *document, "delete", id=w.document.pk
    )


def search_a_draft_to_choose(client, w):
    return says(client, "Brouillon secret", "wagtailadmin_choose_page_search", q="brouillon")


def see_a_draft_in_reports(client, w):
    at_work = [
        says(client, "Brouillon secret", name)
        for name in (
            "wagtailadmin_reports:site_history",
            "wagtailadmin_reports:aging_pages",
            "wagtailadmin_home",
        )
    ]
    return any(at_work)


def see_a_draft_on_the_board(client, w):
    return says(client, w.draft.title, "guidance:parity", which="all") or says(
        client, w.draft.title, "guidance:parity_csv", which="all"
    )


def translate(client, w):
    client.post(reverse("guidance:translate", args=[pair_of(w.french).public_id]))
    return w.french.has_translation(w.english.locale)


def choose_an_image(client, w):
    return says(client, "Image secr", "wagtailimages_chooser:choose")


def choose_an_image_by_its_number(client, w):
    return says(client, "Image secr", "wagtailimages_chooser:chosen", w.image.pk)


def choose_several_images_by_number(client, w):
    return says(client, "Image secr", "wagtailimages_chooser:chosen_multiple", id=w.image.pk)


def put_an_image_into_the_topic(client, w):
    said = {
        "title": "Mise là",
        "file": SimpleUploadedFile("la.png", get_test_image_file(colour="red").file.getvalue()),
        "collection": w.collection.pk,
        "tags": "",
        "description": "Un carré",
    }
    client.post(
        reverse("wagtailimages_chooser:create"),
        {f"image-chooser-upload-{name}": value for name, value in said.items()},
    )
    return get_image_model().objects.filter(title="Mise là", collection=w.collection).exists()


def see_images(client, w):
    return says(client, "Image secr", "wagtailimages:index")


def change_an_image(client, w):
    return says(client, "Image secr", "wagtailimages:edit", w.image.pk)


def see_where_an_image_is_used(client, w):
    return says(client, "Image secr", "wagtailimages:image_usage", w.image.pk)


def choose_a_document(client, w):
    return says(client, "Fichier secret", "wagtaildocs_chooser:choose")


def choose_a_document_by_its_number(client, w):
    return says(client, "Fichier secret", "wagtaildocs_chooser:chosen", w.document.pk)


def choose_several_documents_by_number(client, w):
    return says(client, "Fichier secret", "wagtaildocs_chooser:chosen_multiple", id=w.document.pk)


def take_a_document_away(client, w):
    client.post(
        reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "delete"])
        + f"?id={w.document.pk}",
        {"next": "/admin/"},
    )
    return not get_document_model().objects.filter(pk=w.document.pk).exists()


def change_a_document(client, w):
    return says(client, "Fichier secret", "wagtaildocs:edit", w.document.pk)


def see_where_a_document_is_used(client, w):
    return says(client, "Fichier secret", "wagtaildocs:document_usage", w.document.pk)


def read_a_document_that_no_page_shows(client, w):
    response = client.get(w.document.url)
    return response.status_code == 200 and b"words" in b"".join(response)


def see_what_is_under_review(client, w):
    at_step(w, 1)
    return any(
        says(client, "À relire", f"wagtailadmin_reports:{name}")
        for name in ("workflow", "workflow_tasks")
    )


def read_the_course_of_a_review(client, w):
    at_step(w, 1)
    return says(client, "À relire", "wagtailadmin_pages:workflow_history", w.french.pk)


def give_roles(client, w):
    client.post(
        reverse("scopes:add"),
        {"person": w.newcomer.pk, "role": "author", "topic": pair_of(w.week).pk, "language": ""},
    )
    return Scope.objects.filter(person=w.newcomer).exists()


def see_roles(client, w):
    return says(client, "Editorial roles", "scopes:index")


def edit_groups(client, w):
    return says(client, "Group", "wagtailusers_groups:index")


def edit_collections(client, w):
    return says(client, "Collection", "wagtailadmin_collections:index")


def edit_workflows(client, w):
    return says(client, "Workflow", "wagtailadmin_workflows:index")


THE_FIVE = {"author", "translator", "reviewer", "publisher", "chief"}
OF_FRENCH = THE_FIVE - {"translator"}
TABLE = {
    create_french: {"author", "chief"},
    create_english: {"translator", "chief"},
    edit_french: {"author", "reviewer", "chief"},
    edit_english: {"translator", "reviewer", "chief"},
    submit: {"author", "reviewer", "chief"},
    approve: {"reviewer", "chief"},
    approve_another_text_by_the_address_of_ones_own: {"chief"},
    send_back: {"reviewer", "chief"},
    publish_what_was_approved: {"publisher", "chief"},
    publish_without_review: {"chief"},
    publish_new_without_review: {"chief"},
    publish_several_without_review: {"chief"},
    publish_by_the_api: set(),
    take_down_by_the_api: set(),
    delete_by_the_api: set(),
    copy_online_by_the_api: set(),
    publish_urgently: {"author", "publisher", "chief"},
    unpublish: {"publisher", "chief"},
    unpublish_several: {"publisher", "chief"},
    delete_what_is_online: {"chief"},
    delete_a_draft: {"author", "reviewer", "chief"},
    move_into_another_topic: {"chief"},
    copy_into_another_topic: {"chief"},
    lock: {"publisher", "chief"},
    keep_private: {"publisher", "chief"},
    see_a_draft: OF_FRENCH,
    find_a_draft: OF_FRENCH,
    read_the_history: OF_FRENCH - {"publisher"},
    read_a_revision: OF_FRENCH,
    compare_revisions: OF_FRENCH,
    see_a_draft_as_readers_will: OF_FRENCH,
    preview: OF_FRENCH - {"publisher"},
    see_where_a_draft_is_used: OF_FRENCH - {"publisher"},
    choose_a_draft: OF_FRENCH,
    choose_several_drafts_by_number: OF_FRENCH,
    search_a_draft_to_choose: OF_FRENCH,
    see_a_draft_beside_an_action: {"author", "reviewer", "chief"},
    see_a_draft_in_the_words_of_a_review: OF_FRENCH,
    see_a_file_beside_an_action: THE_FIVE - {"publisher"},
    see_a_draft_in_reports: {"publisher", "chief"},
    see_a_draft_on_the_board: OF_FRENCH,
    translate: {"translator", "chief"},
    choose_an_image: THE_FIVE,
    choose_an_image_by_its_number: THE_FIVE,
    choose_several_images_by_number: THE_FIVE,
    put_an_image_into_the_topic: THE_FIVE - {"publisher"},
    see_images: THE_FIVE - {"publisher"},
    change_an_image: THE_FIVE - {"publisher"},
    see_where_an_image_is_used: THE_FIVE - {"publisher"},
    choose_a_document: THE_FIVE,
    choose_a_document_by_its_number: THE_FIVE,
    choose_several_documents_by_number: THE_FIVE,
    take_a_document_away: THE_FIVE - {"publisher"},
    change_a_document: THE_FIVE - {"publisher"},
    see_where_a_document_is_used: THE_FIVE - {"publisher"},
    read_a_document_that_no_page_shows: THE_FIVE,
    see_what_is_under_review: {"author", "reviewer", "chief"},
    read_the_course_of_a_review: {"author", "reviewer", "chief"},
    give_roles: {"chief"},
    see_roles: {"chief"},
    edit_groups: set(),
    edit_collections: set(),
    edit_workflows: set(),
}


def signed_in(person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(pk=person.pk))
    return client


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.__name__)
def test_who_may(world, action):
    """Each in turn, what they did undone."""
    able = set()
    for actor in ACTORS:
        with transaction.atomic():
            if action(signed_in(getattr(world, actor)), world):
                able.add(actor)
            transaction.set_rollback(True)

    assert able == TABLE[action]


def test_nobody_puts_a_text_of_their_own_online_by_the_address_of_another(world):
    both = AdviserFactory()
    for role in (EditorialRole.REVIEWER, EditorialRole.PUBLISHER):
        scope_for(both, role, world.week)
    at_step(world, 1)  # a colleague's text, on which they may act
    own = rewrite(world.bilingual, title="Jamais relue", publish=False)
    state = own.get_workflow().start(own, both)

    for _step in range(2):
        state.refresh_from_db()
        address = [world.french.pk, "approve", state.current_task_state_id]
        signed_in(both).post(reverse("wagtailadmin_pages:workflow_action", args=address))

    assert fresh(own).title == "Deux langues"


@pytest.mark.parametrize("tick", ["publish_copies", "alias"])
def test_who_writes_and_publishes_copies_a_page_as_a_draft(world, tick):
    both = AdviserFactory()
    for role in (EditorialRole.AUTHOR, EditorialRole.PUBLISHER):
        scope_for(both, role, world.week)
    said = {"new_title": "Jamais relue", "new_slug": "jamais", "new_parent_page": world.week.pk}

    signed_in(both).post(
        reverse("wagtailadmin_pages:copy", args=[world.french.pk]), said | {tick: "on"}
    )

    copied = Page.objects.get(slug="jamais")
    assert (copied.live, copied.alias_of) == (False, None)


@pytest.mark.parametrize("number", [1, 10**30], ids=["the root", "no page's"])
def test_a_number_that_nobody_can_choose_is_no_error(world, number):
    address = reverse("wagtailadmin_choose_page_chosen_multiple")

    answer = signed_in(world.newcomer).get(address, {"id": [number, world.french.pk]})

    assert [page["id"] for page in answer.json()["result"]] == [world.french.pk]


def numbered_addresses(patterns=None, namespace="", inside=False):
    """The names of the admin's addresses that end in one number."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        here = inside or str(entry.pattern) == "admin/"
        if not isinstance(entry, URLPattern):
            yield from numbered_addresses(
                entry.url_patterns,
                f"{namespace}{entry.namespace}:" if entry.namespace else namespace,
                here,
            )
        elif (
            here
            and entry.name
            and len(entry.pattern.regex.groupindex or entry.pattern.converters) == 1
        ):
            yield f"{namespace}{entry.name}"


@pytest.mark.parametrize("actor", ["newcomer", "elsewhere", "teacher", "translator"])
def test_no_address_with_a_number_tells_others_of_a_draft_an_image_or_a_file(world, actor):
    """Every address of the admin that takes one number, tried with those of what is another
    topic's.
    """
    numbers = {world.draft.pk, world.image.pk, world.document.pk, world.draft.latest_revision.pk}
    client = signed_in(getattr(world, actor))
    secrets = ["secret"] if actor == "translator" else ["secret", "secr"]
    if actor == "translator":
        numbers, secrets = {world.draft.pk, world.draft.latest_revision.pk}, ["Brouillon secret"]
    told = set()
    for name in set(numbered_addresses()):
        for number in numbers:
            with transaction.atomic():
                try:
                    response = client.get(reverse(name, args=[number]))
                except NoReverseMatch:
                    continue
                said = (
                    b"".join(response).decode(errors="replace")
                    if response.status_code == 200
                    else ""
                )
                if any(secret in said for secret in secrets):
                    told.add(name)
                transaction.set_rollback(True)

    assert told == set()
