"""The shape of what comes in."""

import datetime
from typing import cast

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.agenda.enums import Every
from courses.agenda.queries import starts_every
from courses.agenda.values import Hours, instants_of
from courses.catalogue.models import Resource
from courses.dates import FIRST_YEAR, LAST_YEAR
from courses.fields import FreeText, TextAboutAPerson
from courses.people.enums import Language
from courses.people.models import Person
from training.enums import Attested, SessionState
from training.models import SheetLine, Training
from training.queries.catalogue import Wanted
from training.rules import why_not_attest
from training.values import Decision


class MonthField(forms.CharField):
    """`2026-12`: its first day, in years that a calendar has."""

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        try:
            first = datetime.datetime.strptime(value, "%Y-%m").date()
        except ValueError as wrong:
            raise forms.ValidationError(_("This isn’t a month.")) from wrong
        if not FIRST_YEAR <= first.year <= LAST_YEAR:
            raise forms.ValidationError(_("This isn’t a month."))
        return first


class MonthForm(forms.Form):
    """Which month a planner looks at; one that makes no sense is left out."""

    month = MonthField(required=False, max_length=7)


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


class CancelForm(forms.Form):
    """Giving a seat back; why is nobody's business unless one likes to say."""

    reason = TextAboutAPerson(
        label=_("Reason"), required=False, max_length=300, widget=forms.TextInput
    )


# Planning: what an adviser fills in


class PlanningForm(forms.Form):
    """What the adviser's list is filtered by; a filter that makes no sense is left out."""

    TO_COME, FEW, PAST, DRAFT, CANCELLED = (
        "to-come",
        "few",
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
    when = forms.ChoiceField(
        required=False,
        choices=[(one, "") for one in ("to-come", "few", "past", "draft", "cancelled")],
        widget=forms.HiddenInput,
    )


class TrainingForm(forms.Form):
    """Of which training a new session is to be."""

    training = forms.ModelChoiceField(
        Training.objects.select_related("resource").order_by("resource__name", "title_fr"),
        label=_("Training"),
        to_field_name="public_id",
    )


class TrainersField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return person.display_name


class SessionForm(forms.Form):
    """All of a session but its dates.

    Trainers: those of the resource's provider, and who leads it already.
    """

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500, initial=20)
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

    @property
    def facts(self) -> dict:
        """What a service takes: all but the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class DateForm(forms.Form):
    """A date in Paris time, and how long it lasts.

    The hour that spring skips is refused; of the hour that autumn repeats the form asks which one
    is meant.
    """

    FIRST, SECOND = "first", "second"

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label=_("Hour, Paris time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial=datetime.time(17),
    )
    which = forms.ChoiceField(
        label=_("Which of the two"),
        required=False,
        choices=[
            ("", "…"),
            (FIRST, _("The first, in summer time")),
            (SECOND, _("The second, in winter time")),
        ],
        widget=forms.HiddenInput,
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=10, max_value=480, initial=60
    )

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if "day" not in said or "hour" not in said:
            return said
        found = instants_of(said["day"], said["hour"])
        if not found:
            self.add_error(
                "hour",
                _("The clocks go forward that night: this hour doesn’t exist. Give another one."),
            )
        elif len(found) == 2:
            field = self.fields["which"]
            field.widget = forms.Select(choices=field.choices)
            if not said.get("which"):
                self.add_error(
                    "which",
                    _(
                        "The clocks go back that night: this hour comes twice. Say which one is"
                        " meant."
                    ),
                )
        return said

    @property
    def hours(self) -> Hours:
        """Its length is in real minutes, also over a change of clocks."""
        said = self.cleaned_data
        found = instants_of(said["day"], said["hour"])
        start = found[-1] if said.get("which") == self.SECOND else found[0]
        return Hours(start, start + datetime.timedelta(minutes=said["minutes"]))


class SeriesForm(DateForm):
    """A date that may come back each week, or every two weeks."""

    every = forms.TypedChoiceField(
        label=_("Repeated"),
        choices=Every.choices,
        coerce=int,
        required=False,
        empty_value=None,
        initial=Every.WEEK,
    )
    times = forms.IntegerField(label=_("How many times"), min_value=1, max_value=20, initial=1)

    def has_changed(self):
        """A row without a day is a row that isn't used."""
        return bool(self.data.get(self.add_prefix("day")))

    @property
    def series(self) -> list[Hours]:
        """The same hour on a clock in Paris each time."""
        first, said = self.hours, self.cleaned_data
        later = starts_every(first.starts_at, said["every"] or Every.WEEK, said["times"])[1:]
        return [first, *(Hours(start, start + first.duration) for start in later)]


class MeetingMoveForm(DateForm):
    """One meeting's new hours, filled in with those it has."""

    meeting = forms.IntegerField(widget=forms.HiddenInput)

    def has_changed(self):
        return True  # an untouched row still says where its meeting is


class GoOnForm(forms.Form):
    """How many more dates at the session's rhythm."""

    count = forms.IntegerField(label=_("How many more dates"), min_value=1, max_value=20, initial=3)
    leave_out_days_off = forms.BooleanField(
        label=_("Leave out Sundays, bank holidays and school holidays"),
        required=False,
        initial=True,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class DatesFormSet(forms.BaseFormSet):
    """At least one date; more rows can be asked for without a script.

    Rows without a day are let be, apart from the first.
    """

    def initial_form_count(self):
        return 0

    def total_form_count(self):
        return (
            super().total_form_count()
            if self.is_bound
            else max(len(self.initial or []), self.min_num)
        )

    @property
    def used(self) -> list[SeriesForm]:
        return [form for form in self.forms if form.has_changed() and form.cleaned_data]

    @property
    def hours(self) -> list[Hours]:
        return [hours for form in self.used for hours in form.series]

    @property
    def every(self) -> int | None:
        """The rhythm of all dates; None where they have none in common: one date, or several rows."""
        rows = self.used
        return (
            rows[0].cleaned_data["every"] or Every.WEEK
            if len(rows) == 1 and rows[0].cleaned_data["times"] > 1
            else None
        )


Dates = cast(
    type[DatesFormSet],
    forms.formset_factory(
        SeriesForm, formset=DatesFormSet, extra=0, min_num=1, validate_min=True, max_num=20
    ),
)
Moves = forms.formset_factory(MeetingMoveForm, extra=0, max_num=60)


class ReasonForm(forms.Form):
    """Why, for those whom it concerns."""

    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Participants read it as it appears here, in the session’s language."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReasonForOneForm(ReasonForm):
    """Why, for one person who is told."""

    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Only this person reads it, in their email. It stays in the history of the enrolment."
        ),
    )


class MoveReasonForm(ReasonForm):
    reason = TextAboutAPerson(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Participants read it as it appears here, in the session’s language."),
    )


class MessageForm(forms.Form):
    """A message to those who come. The key makes a form that is posted twice one message."""

    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = TextAboutAPerson(
        label=_("Message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
    )
    also_waiting = forms.BooleanField(label=_("To those in the waiting list, too"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Teacher"),
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("Name, login, email address or school."),
    )


class EnrolSomebodyForm(forms.Form):
    """Why an adviser enrols somebody, and what to do when no seat is free."""

    WAIT, OVER = "wait", "over"

    teacher = forms.CharField(max_length=12, widget=forms.HiddenInput)
    reason = TextAboutAPerson(
        label=_("Reason"), max_length=300, help_text=_("Kept in the history of the enrolment.")
    )
    full = forms.ChoiceField(
        label=_("The session is full"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args, over_by: int = 0, **kwargs):
        """`over_by`: how many more people than seats there would be; 0 when a seat is free."""
        super().__init__(*args, **kwargs)
        if over_by:
            over = _("Give a seat all the same: over capacity by %(n)s") % {"n": over_by}
            self.fields["full"].choices = [
                (self.WAIT, _("Put in the waiting list")),
                (self.OVER, over),
            ]
            self.fields["full"].required = True
            self.fields["full"].initial = self.WAIT
        else:
            del self.fields["full"]


# Attendance and certificates


class SheetForm:
    """What is attested of each line, read from `choice-…`, `minutes-…` and `reason-…`.

    Not a form of two hundred times three fields: a sheet is drawn and read in one go.
    """

    def __init__(self, lines: list[SheetLine], *, real_minutes: int, data=None):
        self.decisions: dict[str, Decision] = {}
        self.errors: dict[str, str] = {}
        self.revision = self._number(data.get("revision", "")) if data else None
        for line in lines:
            name = line.public_id
            if data is None or f"choice-{name}" not in data:
                continue
            choice = data[f"choice-{name}"]
            decision = Decision(
                Attested(choice) if choice in Attested.values else Attested.MEASURED,
                self._number(data.get(f"minutes-{name}", "")),
                data.get(f"reason-{name}", "")[:300],
            )
            self.decisions[name] = decision
            if refusal := why_not_attest(line, decision, real_minutes=real_minutes):
                self.errors[name] = refusal.reason

    @staticmethod
    def _number(typed: str) -> int | None:
        return int(typed) if typed.strip().isdecimal() and len(typed) < 6 else None

    def is_valid(self) -> bool:
        return not self.errors and self.revision is not None


class SheetHoursForm(forms.Form):
    """When a meeting really took place, on its own day, and why that isn't what was measured."""

    begun = forms.TimeField(
        label=_("Begun at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ended = forms.TimeField(
        label=_("Ended at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "It stays on the sheet. Such as: the room broke down at 17:03, we went on by telephone."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, day: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = day

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if "begun" in said and "ended" in said:
            begun, ended = (
                instants_of(self.day, said["begun"]),
                instants_of(self.day, said["ended"]),
            )
            if not begun or not ended or begun[0] >= ended[-1]:
                raise forms.ValidationError(_("The end comes after the beginning."))
            said["hours"] = Hours(begun[0], ended[-1])
        return said


class CorrectionForm(forms.Form):
    """After closing: other minutes, and why."""

    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, widget=forms.NumberInput(attrs={"class": "input--short"})
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stays beside the entry, with your name."),
        strip=True,
    )

    def __init__(self, *args, real_minutes: int, **kwargs):
        super().__init__(*args, **kwargs)
        minutes = self.fields["minutes"]
        minutes.help_text = _("Between 0 and %(real_minutes)s, the real length of the meeting.") % {
            "real_minutes": real_minutes
        }
        minutes.widget.attrs["max"] = real_minutes
        minutes.validators.append(MaxValueValidator(real_minutes))


class GuestForm(forms.Form):
    """Who a guest was, by public id, and how that is known."""

    teacher = forms.CharField(max_length=12, widget=forms.HiddenInput)
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_("How you know who it was. It stays in the history of the enrolment."),
    )


class RevokeForm(forms.Form):
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "The holder reads it. The public page only says that the certificate is revoked."
        ),
    )


class VerifyForm(forms.Form):
    """A code as somebody typed it from paper."""

    code = forms.CharField(
        label=_("Code of the certificate"),
        max_length=40,
        help_text=_(
            "Four groups of four characters, such as 7F3K-2042-QX9M-4TRD. Capitals, spaces and"
            " hyphens don’t matter."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
