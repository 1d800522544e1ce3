"""Reference data whose words stand on other pages too: saved in the admin as ever, and told in the
same transaction.
"""

from collections.abc import Callable, Iterable

from django.db import models, transaction
from django.db.models import ProtectedError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from courses.digest.services import tell

type Keys = Callable[[models.Model], Iterable[str]]


def no_keys(instance: models.Model) -> list[str]:
    """Wagtail gives a view only what it has already."""
    return []


class TellsWhenSaved:
    keys_of: Keys = staticmethod(no_keys)

    def save_instance(self):
        instance = super().save_instance()  # type: ignore[misc]  # Wagtail's CreateView and EditView have it
        tell(*self.keys_of(instance))
        return instance


class CreateView(TellsWhenSaved, generic.CreateView):
    pass


class EditView(TellsWhenSaved, generic.EditView):
    pass


class DeleteView(generic.DeleteView):
    """Without Wagtail's count of uses: it knows those on pages alone, and says 0 of a training that has
    sessions.
    """

    keys_of: Keys = staticmethod(no_keys)

    def get_usage_url(self):
        return None

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            words = _("Nothing was deleted: other things still depend on “%(name)s”.")
            messages.error(self.request, words % {"name": self.object})
            return HttpResponseRedirect(self.get_success_url())

    def delete_action(self):
        keys = list(self.keys_of(self.object))
        with transaction.atomic():
            super().delete_action()
            tell(*keys)


class ToldViewSet(ModelViewSet):
    """A viewset that says under which keys its rows are shown elsewhere."""

    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView

    @staticmethod
    def keys_of(instance) -> list[str]:
        raise NotImplementedError

    def get_add_view_kwargs(self):
        return {**super().get_add_view_kwargs(), "keys_of": self.keys_of}

    def get_edit_view_kwargs(self):
        return {**super().get_edit_view_kwargs(), "keys_of": self.keys_of}

    def get_delete_view_kwargs(self):
        return {**super().get_delete_view_kwargs(), "keys_of": self.keys_of}
