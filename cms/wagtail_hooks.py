"""What the roof itself has in the bar: the first page of who is signed in, a visitor's ways into the site."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail import hooks

from cms.guidance import services
from cms.guidance import services as guidance
from cms.guidance.queries import rich_text
from cms.guidance.views import versions
from cms.guidance.views.due import due_for_editor
from cms.guidance.viewsets import scope_viewset
from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.people.permissions import is_adviser, is_teacher, is_trainer

# Fixed addresses, as in the foot: the bar costs no query.
GUIDANCE = {"fr": "/fr/fiches/", "en": "/en/guidance/"}
RESOURCES = {"fr": "/fr/ressources/", "en": "/en/resources/"}
ABOUT = {"fr": "/fr/a-propos/", "en": "/en/about/"}
PERMANENT = ("/fr/pages/", "/en/pages/")


@hooks.register(Hook.MENU)
def ways(person):
    """At most four stand in the bar: advisers have guidance before all else, trainers after their sessions and sheets."""
    language = translation.get_language()
    place = 5 if is_adviser(person) else 70 if is_trainer(person) and not is_teacher(person) else 40
    guidance = MenuEntry(
        _("Guidance"), GUIDANCE.get(language, GUIDANCE["fr"]), "file-text", order=place, starts=(*GUIDANCE.values(), *PERMANENT)
    )
    if person.is_authenticated:
        return [MenuEntry(_("Home"), reverse("today:home"), "house", order=0), guidance]
    return [
        guidance,
        MenuEntry(_("Resources"), RESOURCES.get(language, RESOURCES["fr"]), "book-open", order=50, starts=tuple(RESOURCES.values())),
        MenuEntry(_("About"), ABOUT.get(language, ABOUT["fr"]), "info", order=60),
    ]


# Two at one page: the second is told, and what comes second is kept (cms/guidance/views/versions.py)


hooks.register("before_edit_page", versions.before_editing)


@hooks.register("register_admin_urls")
def addresses_in_the_editor():
    return versions.urlpatterns


# Paper


@hooks.register(Hook.TICK)
def put_on_paper(now):
    if now.minute % 10 == 5:  # a machine without Pango isn't asked every minute
        services.draw_what_is_missing()


# Who writes, reviews and publishes


@hooks.register("register_admin_viewset")
def scopes_in_the_admin():
    return scope_viewset


@hooks.register(Hook.TICK)
def derive_the_editors(now):
    """Memberships begin and end by themselves, and topics get their second language."""
    return f"{guidance.keep_editors()} rows of editors put right"


@hooks.register(Hook.DUE)
def reviews_due(person, now):
    return due_for_editor(person, now)


# Search


@hooks.register(Hook.SEARCHABLE)
def pages_to_find(keys, now):
    return searchable.pages_to_find(keys)


@hooks.register(Hook.TICK)
def keep_what_is_found(now):
    """What a lost signal left behind; at night the words are counted afresh."""
    if now.minute % 10 == 0:
        if now.hour == 2 and now.minute == 0:
            search.recount()
        return f"{search.sweep(now)} entries of the search put right"
    return None


@hooks.register(Hook.ACCOUNT)
def searches_without_an_answer(person):
    if not is_adviser(person):
        return []
    return [MenuEntry(_("Searches without an answer"), reverse("guidance:missed_searches"), "search", 70)]


# Links in rich text (cms/guidance/queries/rich_text.py)


@hooks.register("register_rich_text_features", order=100)  # after Wagtail's own, in whose place they stand
def links_of_a_page_in_one_query(features):
    for handler in (rich_text.LinksToPages, rich_text.LinksToDocuments, rich_text.LinksElsewhere):
        features.register_link_type(handler)
