"""Ways to resources in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from courses.launches.forms import ConnectionForm
from courses.launches.models import ResourceConnection


class ConnectionIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("resource")


class ConnectionViewSet(ModelViewSet):
    model = ResourceConnection
    index_view_class = ConnectionIndexView
    icon = "link"
    menu_label = _("Ways to resources")
    menu_order = 520
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["resource__name"]
    list_display = ["resource", Column("get_way_display", label=_("Way")), "address"]

    def get_form_class(self, for_update=False):
        return ConnectionForm
