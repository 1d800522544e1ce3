"""Filters with which a training planner finds certificates."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.people.models import Organisation
from training.enums import CertificateState
from training.models import Session, Training
from training.values import CertificateFilter, school_year_name


class HoursYearForm(forms.Form):
    """Choice of a school year; the newest if none is chosen, or one without any certificate."""

    year = forms.TypedChoiceField(label=_("School year"), coerce=int)

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, school_year_name(year)) for year in years]

    @property
    def chosen(self) -> int | None:
        return self.cleaned_data.get("year") if self.is_valid() else None


class CertificatesForm(forms.Form):
    """Filters of the list; one that makes no sense is left out."""

    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    year = forms.TypedChoiceField(
        label=_("School year"), required=False, coerce=int, empty_value=None
    )
    provider = forms.ModelChoiceField(
        Organisation.objects.providers(),
        label=_("Provider"),
        required=False,
        to_field_name="public_id",
        empty_label=pgettext_lazy("providers", "All"),
    )
    training = forms.ModelChoiceField(
        Training.objects.all(),
        label=_("Training"),
        required=False,
        to_field_name="public_id",
        empty_label=pgettext_lazy("trainings", "All"),
    )
    school = forms.CharField(label=_("School or UAI"), required=False, max_length=120)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("certificates", "All")), *CertificateState.choices],
    )
    session = forms.ModelChoiceField(
        Session.objects.select_related("training"),
        required=False,
        to_field_name="public_id",
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        named = [(year, school_year_name(year)) for year in years]
        self.fields["year"].choices = [("", pgettext_lazy("school years", "All")), *named]

    @property
    def asked(self) -> CertificateFilter:
        said = self.cleaned_data
        chosen = {
            name: getattr(said.get(name), "public_id", "")
            for name in ("provider", "training", "session")
        }
        return CertificateFilter(
            q=" ".join(said.get("q", "").split()),
            year=said.get("year"),
            school=" ".join(said.get("school", "").split()),
            state=said.get("state", ""),
            **chosen,
        )
