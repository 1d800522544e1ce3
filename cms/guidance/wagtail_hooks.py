"""Guidance's answers to hooks: its editor in the admin, the bar, what is due, what falls due.

Each answer calls one query or service.
"""

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.widgets.button import ListingButton

from cms.guidance import services
from cms.guidance.panels import BothLanguages, Checker
from cms.guidance.queries import care as care_queries
from cms.guidance.queries import measures, rich_text, searchable
from cms.guidance.services import care, links, planned, search
from cms.guidance.services import versions as kept
from cms.guidance.views import (
    both_trees,
    editing,
    editor,
    media,
    removal,
    restricted,
    saving,
    serving,
    versions,
    writing,
)
from cms.guidance.views.due import due_for_editor
from cms.guidance.views.due_care import due_for_keeper
from cms.guidance.viewsets import scope_viewset
from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.jobs.values import daily, every
from courses.people.enums import Role
from courses.people.permissions import is_adviser

# Two at one page: the second is told, and what comes second is kept
# (cms/guidance/views/versions.py)


hooks.register("before_edit_page", versions.before_editing)


@hooks.register("insert_global_admin_js")
def dates_as_typed():
    return format_html('<script src="{}"></script>', static("cms/js/typed_dates.js"))


@hooks.register("insert_global_admin_js")
def files_that_failed():
    return format_html('<script type="module" src="{}"></script>', static("cms/js/failed_file.js"))


@hooks.register("insert_editor_js")
def saving_as_ours():
    return format_html('<script src="{}"></script>', static("cms/js/own_draft.js"))


@hooks.register("register_admin_viewset", order=10)  # after Wagtail's own, in whose place it stands
def editor_of_pages():
    return saving.pages_viewset


@hooks.register("register_admin_urls")
def addresses_in_the_editor():
    return versions.urlpatterns + writing.urlpatterns


@hooks.register(Hook.TICK)
@daily(3, 40)
def forget_versions_of_long_ago(now):
    return f"{kept.forget_settled(now)} settled versions forgotten"


hooks.register("before_create_page", writing.before_creating)


@hooks.register("insert_global_admin_css")
def colours_of_the_house():
    return format_html('<link rel="stylesheet" href="{}">', static("cms/css/editor.css"))


@hooks.register("construct_help_menu")
def no_guides_to_wagtail(request, items):
    """Wagtail's guide and its news are on other sites, in English: the guide for advisers is ours
    (docs/advisers.md).
    """
    items[:] = []


@hooks.register("construct_reports_menu")
def no_report_of_kinds(request, items):
    """It would tell the titles of others' drafts (cms/urls.py)."""
    items[:] = [item for item in items if item.name != "page-types-usage"]


@hooks.register("construct_wagtail_userbar")
def check_for_more(request, items, page):
    """Replace Wagtail's content checker by ours, in the preview and on the page itself."""
    items[:] = [
        Checker(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item
        for item in items
    ]


# Pictures and documents that are replaced show at once


@hooks.register("register_admin_urls", order=-1)  # in front of Wagtail's own, at the same addresses
def edits_that_tell():
    return media.urlpatterns


# What pages use isn't removed: asked before the other language is


@hooks.register("register_admin_urls", order=-1)  # in front of Wagtail's own, at the same addresses
def removals_that_look_first():
    return removal.urlpatterns


hooks.register("before_delete_page", removal.before_removing_page, order=-1)
hooks.register("before_bulk_action", removal.before_removing_many, order=-1)


# Paper


@hooks.register(Hook.TICK)
@every(minutes=10)  # a machine without Pango isn't asked every minute
def put_on_paper(now):
    services.draw_what_is_missing()


# Who writes, reviews and publishes


@hooks.register("register_admin_viewset")
def scopes_in_the_admin():
    return scope_viewset


@hooks.register(Hook.TICK)
def derive_the_editors(now):
    """Memberships begin and end by themselves, and topics get their second language."""
    return f"{services.keep_editors()} rows of editors put right"


@hooks.register(Hook.DUE)
def reviews_due(person, now):
    return due_for_editor(person, now)


# Search


@hooks.register(Hook.SEARCHABLE)
def pages_to_find(keys, now):
    return searchable.pages_to_find(keys)


@hooks.register(Hook.TICK)
@daily(3, 0)
def count_words_afresh(now):
    search.recount()


@hooks.register(Hook.TICK)
@every(minutes=10)
def keep_what_is_found(now):
    """Sweep the search's entries, in case a signal was lost."""
    return f"{search.sweep(now)} entries of the search put right"


@hooks.register(Hook.ACCOUNT)
def searches_without_an_answer(person):
    if not is_adviser(person):
        return []
    return [
        MenuEntry(
            _("Searches without an answer"), reverse("guidance:missed_searches"), "search", 70
        )
    ]


@hooks.register(Hook.BENCH)
def what_to_measure():
    return measures.targets()


# Links in rich text (cms/guidance/queries/rich_text.py)


@hooks.register(
    "register_rich_text_features", order=100
)  # after Wagtail's own, in whose place they stand
def links_of_a_page_in_one_query(features):
    for handler in (rich_text.LinksToPages, rich_text.LinksToDocuments, rich_text.LinksElsewhere):
        features.register_link_type(handler)


# Who keeps a page, what readers say, links, what was planned


@hooks.register(Hook.TICK)
def hand_pages_over(now):
    """Hand pages over before the letters of the day, so that they go to the new owner."""
    return f"{care.hand_over(now)} pages changed hands"


@hooks.register(Hook.TICK)
def follow_what_was_planned(now):
    return planned.follow(now)


@hooks.register(Hook.TICK)
def remind_of_checks(now):
    return f"{care.remind(now)} pages to check"


@hooks.register(Hook.TICK)
def look_at_links(now):
    return f"the links of {links.look_at_what_is_due(now)} pages given to the worker"


@hooks.register(Hook.DUE)
def pages_to_care_for(person, now):
    return due_for_keeper(person, now)


@hooks.register(Hook.ACCOUNT)
def pages_in_care(person):
    return (
        [MenuEntry(_("Pages to check"), reverse("guidance:overdue"), "list-checks", 65)]
        if is_adviser(person)
        else []
    )


@hooks.register("construct_explorer_page_queryset")
def mark_what_is_overdue(parent_page, pages, request):
    return care_queries.with_overdue_mark(pages, timezone.localdate())


@hooks.register("register_page_listing_buttons")
def overdue_mark(page, user, next_url=None):
    """Mark an overdue check beside the title, in the list of pages."""
    if pair := getattr(page, "overdue_pair", None):
        yield ListingButton(
            _("Check overdue"),
            reverse("guidance:keepers", args=[pair]),
            icon_name="warning",
            priority=90,
        )


@hooks.register("register_log_actions")
def care_log_actions(actions):
    for action, label, message in [
        ("guidance.confirm", _("Confirm"), _("Page confirmed, in both languages")),
        ("guidance.keepers", _("Change the owners"), _("Owners or next check changed")),
        ("guidance.hand_over", _("Hand over"), _("Page passed to another owner")),
        ("guidance.answer", _("Answer a reader"), _("Reader’s opinion answered or closed")),
        ("guidance.strike_out", _("Strike out"), _("Name struck out of a reader’s opinion")),
    ]:
        actions.register_action(action, label, message)


@hooks.register("register_page_action_menu_item")
def publish_urgently():
    return editor.PublishUrgently(order=70)


hooks.register("construct_page_action_menu", editor.only_what_may_be_done)
hooks.register("before_publish_page", editor.before_publishing)
hooks.register("before_bulk_action", editor.before_publishing_several)
hooks.register("construct_explorer_page_queryset", restricted.only_ones_own)
hooks.register("construct_page_chooser_queryset", restricted.only_what_readers_have)
hooks.register("before_serve_document", restricted.only_files_of_pages)
hooks.register("before_serve_document", serving.no_content_of_a_head)


@hooks.register("register_log_actions")
def editorial_log_actions(actions):
    """Declare each log action; logging another raises."""
    for action, label, message in [
        (
            "guidance.publish_urgently",
            gettext_lazy("Publish urgently"),
            gettext_lazy("Published urgently"),
        ),
        (
            "guidance.end_banner",
            gettext_lazy("End the banner"),
            gettext_lazy("Urgent banner ended"),
        ),
        ("guidance.urgent_kept", gettext_lazy("Keep"), gettext_lazy("Urgent publication kept")),
        (
            "guidance.urgent_taken_back",
            gettext_lazy("Take back"),
            gettext_lazy("Urgent publication taken back"),
        ),
    ]:
        actions.register_action(action, label, message)


# Both languages


@hooks.register(Hook.MENU)
def parity_in_the_bar(person):
    if not is_adviser(person):
        return []
    board = reverse("guidance:parity")
    return [MenuEntry(_("Parity"), board, "languages", order=8, starts=(board,))]


@hooks.register(Hook.PERMISSIONS)
def advisers_translate():
    """Shows Wagtail's own "Translate", whose address is ours (cms/guidance/views/side_by_side.py)."""
    return {Role.ADVISER: ["simple_translation.submit_translation"]}


hooks.register("before_unpublish_page", both_trees.before_unpublish)
hooks.register("after_unpublish_page", both_trees.after_unpublish)
hooks.register("before_move_page", both_trees.before_move)
hooks.register("after_move_page", both_trees.after_move)
hooks.register("before_delete_page", both_trees.before_delete)
hooks.register("after_delete_page", both_trees.after_delete)
hooks.register("before_bulk_action", both_trees.before_several)
hooks.register("after_bulk_action", both_trees.after_several)
hooks.register("after_create_page", editing.after_writing)
hooks.register("after_copy_page", editing.after_copying)
hooks.register("after_edit_page", editing.after_writing)


@hooks.register("construct_homepage_panels")
def both_languages_at_home(request, panels):
    if is_adviser(request.user):
        panels.append(BothLanguages())


@hooks.register(Hook.TICK)
def tell_of_the_week(now):
    return f"{services.tell_of_the_week(now)} letters on pages behind or overdue"


@hooks.register(Hook.TICK)
@every(minutes=10)
def keep_pairs_of_deleted_pages(now):
    return f"{services.restate_what_lost_a_page()} pairs that had lost a page"
