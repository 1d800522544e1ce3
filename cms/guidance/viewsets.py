"""Admin of editorial roles: rows that a chief adviser keeps.

Groups follow by themselves.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.guidance import services
from cms.guidance.forms.editorial import ScopeForm
from cms.guidance.models import Scope


class ScopeIndexView(generic.IndexView):
    def get_base_queryset(self):
        return (
            super().get_base_queryset().select_related("person", "topic__french", "topic__english")
        )


class ScopeAddView(generic.CreateView):
    def save_instance(self):
        scope = super().save_instance()
        services.follow_scopes(scope.person, by=self.request.user)
        return scope


class ScopeEditView(generic.EditView):
    def save_instance(self):
        before = Scope.objects.select_related("person").get(pk=self.object.pk).person
        scope = super().save_instance()
        services.follow_scopes(before, scope.person, by=self.request.user)
        return scope


class ScopeDeleteView(generic.DeleteView):
    def form_valid(self, form):
        person = self.object.person
        answer = super().form_valid(form)
        services.follow_scopes(person, by=self.request.user)
        return answer


class ScopeViewSet(ModelViewSet):
    model = Scope
    icon = "group"
    menu_label = _("Editorial roles")
    menu_order = 155
    url_namespace = "scopes"
    url_prefix = "scopes"
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ScopeIndexView
    add_view_class = ScopeAddView
    edit_view_class = ScopeEditView
    delete_view_class = ScopeDeleteView
    search_backend_name = None
    search_fields = ["person__family_name", "person__given_name", "person__login"]
    list_display = [
        "__str__",
        Column(
            "topic", label=_("Topic"), accessor=lambda scope: scope.topic or _("The whole site")
        ),
        Column(
            "language",
            label=_("Language"),
            accessor=lambda scope: scope.get_language_display() or _("Both"),
        ),
    ]
    list_filter = ["role", "language"]
    ordering = ["person__family_name", "person__given_name", "role"]

    def get_form_class(self, for_update=False):
        return ScopeForm


scope_viewset = ScopeViewSet("scopes")
