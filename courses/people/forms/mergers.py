"""As which school another one goes on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.people.exceptions import NoSchoolToMerge
from courses.people.models import Organisation


class MergerForm(forms.Form):
    uai = forms.CharField(
        label=_("UAI of the school as which it goes on"),
        max_length=8,
        help_text=_("Seven figures and a letter. Nothing is changed before your yes."),
    )
    is_so = forms.BooleanField(label=_("I have read what follows and what doesn’t"), required=False)

    def clean_uai(self) -> Organisation:
        uai = self.cleaned_data["uai"].strip().upper()
        school = Organisation.objects.by_uai([uai]).get(uai)
        if school is None:
            raise forms.ValidationError(NoSchoolToMerge().advice)
        return school
