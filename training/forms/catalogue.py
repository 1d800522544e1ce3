"""What the catalogue is filtered by."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.people.enums import Language
from training.forms.month import MonthField
from training.queries.catalogue import Wanted


class CatalogueForm(forms.Form):
    """What the catalogue is filtered by; a filter that makes no sense is left out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    mine = forms.BooleanField(label=_("Open to me"), required=False)
    language = forms.MultipleChoiceField(
        label=_("Language"),
        required=False,
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    training = forms.CharField(
        label=_("One training only"), required=False, max_length=12, widget=forms.HiddenInput
    )
    when = forms.ChoiceField(required=False, choices=[("past", "past")], widget=forms.HiddenInput)
    month = MonthField(required=False, widget=forms.HiddenInput)

    def wanted(self, *, for_teacher: bool) -> Wanted:
        said, every = self.cleaned_data, cast(QueryDict, self.data)
        return Wanted(
            words=said.get("q", ""),
            resources=tuple(dict.fromkeys(every.getlist("resource"))),
            languages=tuple(said.get("language", ())),
            training=said.get("training", ""),
            open_to_me=for_teacher and said.get("mine", False),
            past=said.get("when") == "past",
        )

    def name_of_language(self, code: str) -> str:
        return str(Language(code).label)
