"""Beginning a page, and hints on its text, in the editor."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from cms.guidance.forms.pages import BeginForm
from cms.guidance.models import BilingualPage, GuidancePage, TopicPage
from cms.guidance.services import writing
from courses.catalogue.models import Resource
from courses.people.permissions import PersonRequest, requires, signed_in


def before_creating(request: HttpRequest, parent, page_class):
    """Redirect to the choice of a template before a guidance page is added."""
    if page_class is GuidancePage and request.method == "GET" and request.accepts("text/html"):
        return redirect("begin_page", parent.pk)
    return None


@require_http_methods(["GET", "POST"])
@requires(signed_in)
def begin_page(request: PersonRequest, topic_id):
    topic = get_object_or_404(TopicPage, pk=topic_id)
    if not topic.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    choices = writing.templates(topic.locale.language_code)
    form = BeginForm(request.POST or None, templates=choices)
    if request.method == "POST" and form.is_valid():
        chosen = {template.key: template for template in choices}[form.cleaned_data["template"]]
        about = Resource.objects.filter(slug=request.GET.get("resource", "")).first()
        page = writing.begin_from(
            chosen, title=form.cleaned_data["title"], under=topic, by=request.user, resource=about
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    return render(
        request, "guidance/admin/begin.html", {"topic": topic, "form": form, "templates": choices}
    )


@require_safe
@requires(signed_in)
def improve_page(request: PersonRequest, page_id):
    """The hints on a page as it is saved now: the editor asks for them each time it has saved by
    itself.
    """
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    page = page.get_latest_revision_as_object()
    if not isinstance(page, BilingualPage):
        raise Http404
    return render(
        request, "guidance/admin/improve.html", {"page": page, "remarks": writing.remarks_on(page)}
    )


urlpatterns = [
    path("begin-page/<int:topic_id>/", begin_page, name="begin_page"),
    path("improve-page/<int:page_id>/", improve_page, name="improve_page"),
]
