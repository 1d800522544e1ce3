"""The provider's own list: the file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from courses.tables.exceptions import TableTooLarge
from courses.tables.services.files import MOST_BYTES
from courses.tables.services.workbooks import text_of_either


class ListField(forms.FileField):
    """A table or a workbook: gives its text."""

    def to_python(self, value):
        file = super().to_python(value)
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(TableTooLarge().reason)
        try:
            return text_of_either(file.read())
        except Refusal as refusal:
            raise forms.ValidationError(refusal.reason) from refusal


class ProviderListForm(forms.Form):
    file = ListField(
        label=_("List (CSV or XLSX)"),
        help_text=_(
            "As the provider’s tool gives it: at most 1 MB, UTF-8, UTF-16 or Windows, with"
            " commas, semicolons or tabs. Only the columns of names and durations are read."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv,text/plain"}),
    )
