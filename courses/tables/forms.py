"""Choosing a file of rows, or pasting its lines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from courses.tables.exceptions import TableTooLarge
from courses.tables.services.files import MOST_BYTES, text_of


class TableField(forms.FileField):
    """A table from a spreadsheet: gives its text."""

    def to_python(self, value):
        file = super().to_python(value)
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(TableTooLarge().reason)
        try:
            return text_of(file.read())
        except Refusal as refusal:
            raise forms.ValidationError(refusal.reason) from refusal


class TableForm(forms.Form):
    file = TableField(
        label=_("Table (CSV)"),
        help_text=_(
            "At most 1 MB and 3,000 lines. UTF-8 or Windows, with commas or semicolons: as your"
            " spreadsheet saves it."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    pasted = forms.CharField(
        label=_("Or the lines themselves"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Copied from a spreadsheet, with the line of headings."),
    )
    invited = forms.BooleanField(
        label=_("Send whoever has a first email address an invitation to choose a password"),
        required=False,
        initial=True,
    )

    def __init__(self, *args, can_invite: bool, can_paste: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not can_invite:
            del self.fields["invited"]
        if can_paste:
            self.fields["file"].required = False
        else:
            del self.fields["pasted"]

    def clean(self):
        given = super().clean()
        if not self.errors and not self.text.strip():
            self.add_error("file", _("Choose a file, or paste the lines."))
        return given

    @property
    def text(self) -> str:
        return self.cleaned_data.get("file") or self.cleaned_data.get("pasted", "")
