"""Two people at one page: the second is told on opening; a version that came second is kept, shown, and made one with the first."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.models import Page, PageSubscription

from cms.guidance.forms.pages import ChoicesForm
from cms.guidance.models import BilingualPage, KeptVersion
from cms.guidance.queries.versions import came_second, loaded_revision, others_at, versions_beside
from cms.guidance.services import versions
from courses.people.permissions import requires, signed_in


def before_editing(request, page):
    """Wagtail asks before it opens or saves a page in the editor; an answer of ours takes the place of its own."""
    # The editor saves by itself as one writes: such a request asks for JSON, and Wagtail refuses it over a newer version.
    if not isinstance(page, BilingualPage) or not request.accepts("text/html"):
        return None
    if request.method != "POST":
        tell_who_is_here(request, page)
        tell_what_waits(request, page)
        return None
    sent = {name: request.POST.get(field, "") for name, field in SENT.items()}
    # A pressed button says only what the window began with; what it saved by itself since is said by own_draft.js.
    sent["overwrites"] = sent["overwrites"] or request.POST.get("saved_here", "")
    return keep_beside(request, page, sent) if came_second(page, **sent) else None


SENT = {"overwrites": "overwrite_revision_id", "loaded": "loaded_revision_id", "loaded_at": "loaded_revision_created_at"}


def tell_who_is_here(request, page):
    if names := [person.display_name for person in others_at(page, request.user)]:
        told = _("%(names)s: this page is open in their editor now. Agree on who writes; whoever saves second is shown both versions.")
        messages.warning(request, told % {"names": ", ".join(names)})


def tell_what_waits(request, page):
    for kept in versions_beside(page):
        told = _("A version by %(name)s waits beside this page: nothing of it is in the text below yet.")
        button = messages.button(reverse("kept_version", args=[kept.public_id]), _("Compare the two"))
        messages.warning(request, told % {"name": kept.by.display_name}, buttons=[button])


def keep_beside(request, page, sent):
    """The text goes to a place of its own and both are shown. With a field that can't be read, Wagtail's form says so first."""
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
    if not form.is_valid():
        # The form that comes back still says what it began with, so that the next try is compared, too.
        page.latest_revision_id = int(sent["loaded"]) if sent["loaded"].isdigit() else page.latest_revision_id
        return None
    began = loaded_revision(real, number=sent["loaded"], made_at=sent["loaded_at"])
    kept = versions.keep_beside(form.save(commit=False), by=request.user, began_with=began)
    messages.warning(request, _("Somebody saved this page in the meantime. Your text is kept: here are both versions."))
    return redirect("kept_version", kept.public_id)


@require_http_methods(["GET", "POST"])
@requires(signed_in)
def kept_version(request, public_id):
    kept = get_object_or_404(KeptVersion.objects.with_people(), public_id=public_id)
    if not kept.page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    editor = reverse("wagtailadmin_pages:edit", args=[kept.page_id])
    if kept.settled_at:
        messages.info(request, _("The two versions are one already."))
        return redirect(editor)
    differences = versions.differences(kept)
    saved_by = kept.page.latest_revision.user if kept.page.latest_revision else None
    form = ChoicesForm(request.POST or None, differences=differences, kept_by=kept.by, saved_by=saved_by)
    if request.method == "POST" and form.is_valid():
        versions.settle(kept, taken=form.taken, by=request.user)
        messages.success(request, _("The two versions are one draft now. Read it once more, then publish."))
        return redirect(editor)
    rows = [(difference, form[difference.id]) for difference in differences]
    context = {"kept": kept, "rows": rows, "saved_by": saved_by, "editor": editor, "form": form}
    return render(request, "guidance/admin/kept_version.html", context)


urlpatterns = [path("kept-versions/<slug:public_id>/", kept_version, name="kept_version")]
