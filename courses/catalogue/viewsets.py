"""Resources and licences in the admin: plain rows, saved there."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic

from courses.catalogue.forms import LicenceForm, ProviderProfileForm, ResourceForm
from courses.catalogue.models import Licence, ProviderProfile, Resource
from courses.digest.viewsets import ToldViewSet


class ResourceIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("provider")


class ResourceViewSet(ToldViewSet):
    model = Resource
    index_view_class = ResourceIndexView
    icon = "desktop"
    menu_label = _("Resources")
    menu_order = 500
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name", "slug", "provider__name"]
    list_display = ["name", "provider", "slug"]

    @staticmethod
    def keys_of(resource: Resource) -> list[str]:
        return [f"resource:{resource.slug}"]

    def get_form_class(self, for_update=False):
        return ResourceForm


class ProviderProfileIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("organisation")


class ProviderProfileViewSet(ToldViewSet):
    model = ProviderProfile
    index_view_class = ProviderProfileIndexView
    icon = "info-circle"
    menu_label = _("Providers’ pages")
    menu_order = 550
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["organisation__name"]
    list_display = ["organisation", "website", "contact_url", "contact_email"]

    @staticmethod
    def keys_of(profile: ProviderProfile) -> list[str]:
        return [f"provider:{profile.organisation.public_id}"]

    def get_form_class(self, for_update=False):
        return ProviderProfileForm


class LicenceIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("resource", "school")


class LicenceViewSet(ToldViewSet):
    model = Licence
    icon = "key"
    menu_label = _("Licences")
    menu_order = 600
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = LicenceIndexView
    search_backend_name = None
    search_fields = ["school__name", "school__city", "school__uai", "resource__name"]
    list_display = [
        "school",
        "resource",
        Column("get_scope_display", label=_("For whom")),
        DateColumn("since", label=_("From")),
        DateColumn("until", label=_("Until")),
        "contact",
    ]
    list_filter = {"resource": ["exact"], "scope": ["exact"], "until": ["gte", "lte", "isnull"]}
    ordering = ["school__name", "resource__name", "since"]

    @staticmethod
    def keys_of(licence: Licence) -> list[str]:
        return [f"resource:{licence.resource.slug}"]

    def get_form_class(self, for_update=False):
        return LicenceForm
