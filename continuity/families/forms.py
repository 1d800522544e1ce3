"""What a guardian types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from continuity.enums import Motive
from continuity.writing.forms.days import TypedDayField

NO_MOTIVE = ("", _("I give no motive here"))


class AbsenceForm(forms.Form):
    """Days and a choice: no text."""

    first_day = TypedDayField(label=_("First day"))
    last_day = TypedDayField(
        label=_("Last day"), required=False, help_text=_("Empty: one day only.")
    )
    motive = forms.ChoiceField(
        label=_("Motive"), choices=[NO_MOTIVE, *Motive.choices], required=False
    )

    def clean(self) -> dict:
        given = super().clean() or {}
        if given.get("first_day") and not given.get("last_day") and "last_day" not in self.errors:
            given["last_day"] = given["first_day"]
        return given
