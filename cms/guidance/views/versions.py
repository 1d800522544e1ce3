"""Two people at one page: the second is told on opening; a version that came second is kept, shown,
and made one with the first.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import editing_sessions
from wagtail.models import Page, PageSubscription, WorkflowState

from cms.guidance.forms.pages import ChoicesForm
from cms.guidance.models import BilingualPage, KeptVersion
from cms.guidance.queries.versions import (
    Sent,
    contradicting,
    others_at,
    saved_since,
    versions_beside,
)
from cms.guidance.services import versions
from cms.guidance.values.versions import is_same_version
from courses.dates import hour
from courses.people.permissions import PersonRequest, requires, signed_in


def before_editing(request: PersonRequest, page):
    """Wagtail asks before it opens or saves a page in the editor; an answer of ours takes the place
    of its own.
    """
    # The editor saves by itself as one writes: such a request asks for JSON, and Wagtail refuses it
    # over a newer version.
    if not isinstance(page, BilingualPage) or not request.accepts("text/html"):
        return None
    if request.method != "POST":
        tell_who_is_here(request, page)
        tell_what_waits(request, page)
        tell_what_was_asked(request, page)
        return None
    sent = sent_by(request)
    if contradicting(page, sent, request.user):
        return keep_beside(request, page, sent)
    tell_of_own_window(request, page, sent)
    return None


def sent_by(request: HttpRequest) -> Sent:
    """A pressed button says what the window began with; what it saved by itself since is said by
    own_draft.js.
    """
    overwrites = request.POST.get("overwrite_revision_id") or request.POST.get("saved_here", "")
    return Sent(
        overwrites,
        request.POST.get("loaded_revision_id", ""),
        request.POST.get("loaded_revision_created_at", ""),
    )


def tell_who_is_here(request: PersonRequest, page):
    if names := [person.display_name for person in others_at(page, request.user)]:
        told = _(
            "%(names)s: this page is open in their editor now. Agree on who writes; whoever saves"
            " second is shown both versions."
        )
        messages.warning(request, told % {"names": ", ".join(names)})


def tell_of_own_window(request: PersonRequest, page, sent):
    """One person with two windows: the one that saves last goes on, and hears where the other text
    is.
    """
    own = next(iter(saved_since(page, sent)), None)
    if own is None:
        return
    version = sent_version(request, page)
    if version is None or is_same_version(own.content, version.serializable_data()):
        return
    told = _(
        "You had saved this page from another window, at %(time)s: that text is kept in the page’s"
        " history."
    )
    button = messages.button(reverse("wagtailadmin_pages:history", args=[page.pk]), _("History"))
    messages.info(request, told % {"time": hour(own.created_at)}, buttons=[button])


def why_autosave_stopped(page, sent, by) -> str:
    """Say which version another window has saved, and what saving here does with both texts."""
    if others := contradicting(page, sent, by):
        other = others[0]
        told = _(
            "%(name)s saved another version of this page at %(time)s. If you save, your text is"
            " kept and both are shown side by side."
        )
        return told % {
            "name": other.user.display_name if other.user else _("Somebody"),
            "time": hour(other.created_at),
        }
    own = next(revision for revision in saved_since(page, sent) if revision.user_id == by.pk)
    told = _(
        "You saved this page in another window at %(time)s, with words that aren’t in this text. If"
        " you save here, this text takes their place, and that version stays in the page’s history."
        " To keep those words, copy what you typed here, then reload the page."
    )
    return told % {"time": hour(own.created_at)}


def tell_what_waits(request: HttpRequest, page):
    for kept in versions_beside(page):
        told = _("A version by %(name)s was put aside: nothing of it is in the text below yet.")
        button = messages.button(
            reverse("kept_version", args=[kept.public_id]), _("Compare the two")
        )
        messages.warning(request, told % {"name": kept.by.display_name}, buttons=[button])


def tell_what_was_asked(request: HttpRequest, page):
    """A text that was sent back: by whom, with which words, and what to press once it is corrected."""
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    decided = state.current_task_state
    name = decided.finished_by.display_name if decided.finished_by else _("A reviewer")
    told = _(
        "%(name)s sent this text back: “%(words)s”. Correct it, then choose “Submit again for"
        " review” at the foot of the page."
    )
    messages.warning(request, told % {"name": name, "words": decided.comment or "…"})


def sent_version(request: PersonRequest, page):
    """The page as this request says it, saved nowhere; None where a field can't be read."""
    real = Page.objects.get(pk=page.pk)
    subscription = PageSubscription.objects.filter(page=real, user=request.user).first()
    form = (
        type(page)
        .get_edit_handler()
        .get_form_class()(
            request.POST,
            request.FILES,
            instance=real.get_latest_revision_as_object(),
            subscription=subscription or PageSubscription(page=real, user=request.user),
            parent_page=real.get_parent(),
            for_user=request.user,
        )
    )
    form.defer_required_fields()
    return form.save(commit=False) if form.is_valid() else None


def keep_beside(request: PersonRequest, page, sent):
    """The text goes to a place of its own and both are shown. With a field that can't be read,
    Wagtail's form says so first.

    Two people who wrote the same aren't asked anything.
    """
    version = sent_version(request, page)
    if version is None:
        # The form that comes back still says what it began with, so that the next try is compared,
        # too.
        page.latest_revision_id = (
            int(sent.loaded) if sent.loaded.isdigit() else page.latest_revision_id
        )
        return None
    if is_same_version(page.latest_revision.content, version.serializable_data()):
        return None
    kept = versions.keep_beside(version, by=request.user, began_with=sent.began_with(page))
    messages.warning(
        request,
        _("Somebody saved this page in the meantime. Your text is kept: here are both versions."),
    )
    return redirect("kept_version", kept.public_id)


@require_http_methods(["GET", "POST"])
@requires(signed_in)
def kept_version(request: PersonRequest, public_id):
    kept = get_object_or_404(KeptVersion.objects.with_people(), public_id=public_id)
    if not kept.page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    editor = reverse("wagtailadmin_pages:edit", args=[kept.page_id])
    if kept.settled_at:
        messages.info(request, _("The two versions have been merged already."))
        return redirect(editor)
    differences = versions.differences(kept)
    saved_by = kept.page.latest_revision.user if kept.page.latest_revision else None
    form = ChoicesForm(
        request.POST or None, differences=differences, kept_by=kept.by, saved_by=saved_by
    )
    lock = kept.page.get_lock()
    if request.method == "POST" and lock and lock.for_user(request.user):
        messages.warning(request, lock.get_message(request.user))
        return redirect(editor)
    if request.method == "POST" and form.is_valid():
        versions.settle(kept, taken=form.taken, by=request.user)
        messages.success(
            request,
            _("The two versions are now merged into one draft. Read it once more, then publish."),
        )
        return redirect(editor)
    rows = [(difference, form[difference.id]) for difference in differences]
    context = {"kept": kept, "rows": rows, "saved_by": saved_by, "editor": editor, "form": form}
    return render(request, "guidance/admin/kept_version.html", context)


@require_POST
@requires(signed_in)
@require_admin_access
def ping(request: PersonRequest, app_label, model_name, object_id, session_id):
    """An open editor says that it is there, and asks for newer versions; Wagtail answers. One's own
    versions are no news to it:

    an autosave that is answered after the ping that overtook it would be taken for another
    person's.
    """
    is_page = (app_label, model_name) == ("wagtailcore", "page") and object_id.isdigit()
    page = Page.objects.filter(pk=object_id).first() if is_page else None
    number, made_at = (
        request.POST.get("revision_id", ""),
        request.POST.get("revision_created_at", ""),
    )
    if page and page.latest_revision and number:
        sent = Sent(loaded=number, loaded_at=made_at)
        if not contradicting(page, sent, request.user):
            sent_again = request.POST.copy()
            sent_again["revision_created_at"] = page.latest_revision.created_at.isoformat()
            request.POST = sent_again  # type: ignore[assignment]  # Wagtail reads it there
    return editing_sessions.ping(request, app_label, model_name, object_id, session_id)


urlpatterns = [path("kept-versions/<slug:public_id>/", kept_version, name="kept_version")]
