"""The way to the operator's page in the admin."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.people.permissions import is_registrar


class OperationsMenuItem(MenuItem):
    """A page of the site: its tables are readable on a phone."""

    def is_shown(self, request):
        return is_registrar(request.user)


@hooks.register("register_admin_menu_item")
def operations_menu_item():
    return OperationsMenuItem(
        _("How the site runs"), reverse_lazy("operations:operations"), icon_name="cogs", order=165
    )
