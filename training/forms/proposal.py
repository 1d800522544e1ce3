"""Dates that a provider proposes, and a planner's answer; the dates are `forms.dates.Dates`."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Resource
from courses.fields import TextAboutAPerson
from training.models import Training
from training.models.proposal import LONGEST_ANSWER, LONGEST_PROPOSAL, LONGEST_TITLE


class ProposalForm(forms.Form):
    """Dates proposed of a training, or on a resource with a title in words. `trainings` and
    `resources` are those of the person's providers; one alone isn't asked for.
    """

    training = forms.ModelChoiceField(
        Training.objects.none(),
        label=_("Training"),
        required=False,
        to_field_name="public_id",
        empty_label=_("None of these: I give a title"),
    )
    title = forms.CharField(
        label=_("Title, if it is none of these trainings"),
        required=False,
        max_length=LONGEST_TITLE,
    )
    resource = forms.ModelChoiceField(
        Resource.objects.none(),
        label=_("Resource, if it is none of these trainings"),
        required=False,
        to_field_name="slug",
    )
    words = TextAboutAPerson(
        label=_("What the académie should know"),
        required=False,
        max_length=LONGEST_PROPOSAL,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Language, number of seats, who would lead it: in a sentence."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, trainings, resources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["training"].queryset = trainings
        self.fields["resource"].queryset = resources
        self.only = resources[0] if len(resources[:2]) == 1 else None
        if self.only:
            del self.fields["resource"]

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if training := given.get("training"):
            if given.get("title"):
                self.add_error(
                    "title",
                    _(
                        "You also chose a training. Leave the title empty, or choose “None of"
                        " these: I give a title”."
                    ),
                )
            given["resource"] = training.resource
            return given
        given["resource"] = given.get("resource") or self.only
        if not given.get("title") and "title" not in self.errors:
            self.add_error("title", _("Choose a training, or give a title."))
        if not given["resource"] and "resource" not in self.errors:
            self.add_error("resource", _("Choose a training, or the resource that it is about."))
        return given


class DeclineForm(forms.Form):
    answer = TextAboutAPerson(
        label=_("Why the dates aren’t taken up"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The provider’s trainers read it as it appears here, without your name."),
    )
