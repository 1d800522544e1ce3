"""Identity providers in the admin: plain rows, saved there, and a page that tries one."""

from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.tables import BooleanColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet

from courses.digest.viewsets import CreateView, EditView
from courses.people.permissions import requires
from courses.signin import queries, services
from courses.signin.forms import IdentityProviderForm
from courses.signin.models import IdentityProvider
from courses.signin.permissions import keeps_identity_providers


@require_http_methods(["GET", "POST"])
@require_admin_access
@requires(keeps_identity_providers)
def trial(request, pk):
    """POST: ask the server whether it is well. Below: whom it knows and we don't, in numbers."""
    provider = get_object_or_404(IdentityProvider, pk=pk)
    findings = list(services.examine(provider)) if request.method == "POST" else []
    context = {
        "provider": provider,
        "findings": findings,
        "is_well": all(finding.is_well for finding in findings),
        "addresses": services.addresses_for(provider),
        "days": queries.unknown_by_day(provider, timezone.localdate()),
    }
    return render(request, "signin/trial.html", context)


class IdentityProviderViewSet(ModelViewSet):
    model = IdentityProvider
    # Its title stands on the login page; what was typed comes back after an error.
    add_view_class = CreateView
    edit_view_class = EditView
    icon = "login"
    menu_label = _("Logins by an ENT")
    menu_order = 700
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["slug", "title_fr", "title_en", "address"]
    list_display = [
        TitleColumn(
            "__str__",
            label=_("Name"),
            get_url=lambda one: reverse("identity_providers:edit", args=[one.pk]),
        ),
        "address",
        "namespace",
        TitleColumn(
            "trial",
            label=_("Test"),
            accessor=lambda one: _("Test"),
            get_url=lambda one: reverse("identity_providers:trial", args=[one.pk]),
        ),
        BooleanColumn("is_open", label=capfirst(_("open"))),
    ]
    ordering = ["slug"]

    def get_form_class(self, for_update=False):
        return IdentityProviderForm

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("trial/<int:pk>/", trial, name="trial")]
