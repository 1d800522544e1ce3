"""Forms to list and plan sessions, apart from their dates."""

from collections import defaultdict

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Resource
from courses.dates import FIRST_YEAR, LAST_YEAR
from courses.fields import FreeText
from courses.people.enums import Language
from courses.people.models import Organisation, Person
from training.enums import OpenTo, PlannedSort, SessionState
from training.models import Training
from training.queries.rights import Audience
from training.values import EnrolmentTimes


class ListedDay(forms.DateField):
    """A day in years that a calendar has: the last day of year 9999 has no day after it."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value):
        day = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


FILTERS = ("q", "resource", "provider", "training", "since", "until")


class PlanningForm(forms.Form):
    """Filters of the adviser's list; an invalid filter is left out."""

    TO_COME, FEW, UNLED, ENDING, PAST, DRAFT, CANCELLED = (
        "to-come",
        "few",
        "unled",
        "ending",
        "past",
        SessionState.DRAFT.value,
        SessionState.CANCELLED.value,
    )

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    resource = forms.ModelChoiceField(
        Resource.objects.all(),
        label=_("Resource"),
        required=False,
        to_field_name="slug",
        empty_label=_("All"),
    )
    provider = forms.ModelChoiceField(
        Organisation.objects.providers(),
        label=_("Provider"),
        required=False,
        to_field_name="public_id",
        empty_label=_("All"),
    )
    training = forms.ModelChoiceField(
        Training.objects.all(), required=False, to_field_name="public_id", widget=forms.HiddenInput
    )
    since = ListedDay(label=_("From"))
    until = ListedDay(label=_("Until"))
    sort = forms.ChoiceField(
        label=_("Sorted by"),
        required=False,
        choices=[
            ("", _("Date")),
            (PlannedSort.EMPTIEST.value, _("Free seats, most first")),
            (PlannedSort.TITLE.value, _("Title")),
        ],
    )
    when = forms.ChoiceField(
        required=False,
        choices=[
            (one, "") for one in ("to-come", "few", "unled", "ending", "past", "draft", "cancelled")
        ],
        widget=forms.HiddenInput,
    )

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in FILTERS)


class TrainingForm(forms.Form):
    """Choice of the training of a new session."""

    training = forms.ModelChoiceField(
        Training.objects.select_related("resource").order_by("resource__name", "title_fr"),
        label=_("Training"),
        to_field_name="public_id",
    )

    def __init__(self, *args, provider: Organisation | None = None, **kwargs):
        """`provider`: its trainings alone."""
        super().__init__(*args, **kwargs)
        if provider:
            field = self.fields["training"]
            field.queryset = field.queryset.filter(resource__provider=provider)


class TrainersField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return person.display_name


class SchoolsField(FreeText):
    """Schools, one a line, by their UAI or their name: an académie has hundreds."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(school.uai or str(school) for school in value)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        known: dict[str, set[Organisation]] = defaultdict(set)
        for school in Organisation.objects.schools() if lines else ():
            for name in (school.uai, school.name, str(school)):
                known[(name or "").casefold()].add(school)
        for uai, school in Organisation.objects.by_uai(lines).items():
            known[uai.casefold()].add(school)  # of one that goes on as another, too
        found = [known[line.casefold()] for line in lines]
        wrong = [line for line, schools in zip(lines, found, strict=True) if len(schools) != 1]
        if wrong:
            raise forms.ValidationError(
                _("No school, or more than one, is called so: %(names)s. Write its UAI."),
                params={"names": ", ".join(wrong)},
            )
        return list(dict.fromkeys(school for schools in found for school in schools))


class SessionForm(forms.Form):
    """All of a session but its dates.

    Trainers: those of the resource's provider, and who leads it already.
    """

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500, initial=20)
    open_to = forms.ChoiceField(
        label=_("Open to"),
        choices=OpenTo.choices,
        initial=OpenTo.SUBSCRIBERS,
        widget=forms.RadioSelect,
    )
    schools = SchoolsField(
        label=_("Schools"),
        required=False,
        max_length=4000,
        help_text=_("Only for a session that is open to some schools: their UAI, one a line."),
    )
    school_quota = forms.IntegerField(
        label=_("Seats for one school at most"),
        required=False,
        min_value=1,
        max_value=500,
        help_text=_(
            "Empty: no limit. Those who come later wait until a seat of their school is free."
        ),
    )
    enrolment_opens_at = forms.DateTimeField(
        label=_("Enrolment opens"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Paris time. Empty: as soon as the session is open."),
    )
    enrolment_closes_at = forms.DateTimeField(
        label=_("Enrolment closes"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Paris time. Empty: when the session begins."),
    )
    trainers = TrainersField(queryset=Person.objects.none(), label=_("Led by"))
    threshold_percent = forms.IntegerField(
        label=_("Attendance needed for the certificate, in per cent"),
        min_value=1,
        max_value=100,
        initial=75,
        help_text=_("Of the real length of the meetings held."),
    )
    note = FreeText(
        label=_("Note for participants"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the session’s language. It is shown on the session’s page."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, trainers, has_people: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trainers"].queryset = trainers
        if has_people:
            threshold = self.fields["threshold_percent"]
            threshold.disabled = True
            threshold.help_text = _(
                "People are enrolled: this condition for their certificate no longer changes."
            )

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("open_to") != OpenTo.SCHOOLS:
            given["schools"] = []
        elif not given.get("schools") and "schools" not in self.errors:
            self.add_error("schools", _("Name the schools, one a line."))
        return given

    @property
    def compared(self) -> dict:
        """Field by field: all but the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    @property
    def facts(self) -> dict:
        """Keyword arguments for the service."""
        given = self.compared
        audience = Audience(
            given.pop("open_to"), tuple(given.pop("schools")), given.pop("school_quota")
        )
        times = EnrolmentTimes(given.pop("enrolment_opens_at"), given.pop("enrolment_closes_at"))
        return {**given, "audience": audience, "times": times}
