"""Ways to resources in the admin."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from courses.digest.viewsets import DeleteView, EditView, ToldViewSet
from courses.disclosure.values import FEWEST_PEOPLE
from courses.launches.forms import ConnectionForm
from courses.launches.models import ResourceConnection
from courses.launches.queries.counts import with_failures
from courses.people.models import today


class ConnectionIndexView(generic.IndexView):
    def get_base_queryset(self):
        return with_failures(super().get_base_queryset().select_related("resource"), today())


def failures_of(connection: ResourceConnection) -> str:
    """In words, rounded down to 5 or to tens: from exact numbers of two days one person's report could be
    told. The list's own rows have `failures`.
    """
    number: int = getattr(connection, "failures", 0)
    if number < FEWEST_PEOPLE:
        return gettext("fewer than five times")
    rounded = FEWEST_PEOPLE if number < 2 * FEWEST_PEOPLE else number // 10 * 10
    return gettext("%(number)d times or more") % {"number": rounded}


class ConnectionEditView(EditView):
    @cached_property
    def header_more_buttons(self):
        if not self.object.gives_code:
            return super().header_more_buttons
        keys = reverse("launches:keys", args=[self.object.resource.slug])
        label = _("LTI 1.3 and codes") if self.object.is_lti else _("Secret and codes")
        button = Button(label, url=keys, icon_name="key", priority=5)
        return [button, *super().header_more_buttons]


class ConnectionDeleteView(DeleteView):
    @property
    def confirmation_message(self):
        return _(
            "The resource can then no longer be opened from here. With this row its key goes, too:"
            " if the way is entered again later, everybody’s work there begins anew."
        )


class ConnectionViewSet(ToldViewSet):
    model = ResourceConnection
    index_view_class = ConnectionIndexView
    edit_view_class = ConnectionEditView
    delete_view_class = ConnectionDeleteView
    icon = "link"
    menu_label = _("Ways to resources")
    menu_order = 520
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["resource__name"]
    list_display = [
        "resource",
        Column("get_way_display", label=_("Way")),
        Column(
            "failures",
            label=_("Failures reported (this week and the last)"),
            accessor=failures_of,
        ),
        "address",
    ]

    @staticmethod
    def keys_of(connection: ResourceConnection) -> list[str]:
        return [f"resource:{connection.resource.slug}"]

    def get_form_class(self, for_update=False):
        return ConnectionForm
