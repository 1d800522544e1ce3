"""Forms in which staff enter classes, teachers and students."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from continuity.enums import LEAST_SILENCE, MOST_SILENCE, ExemptionKind, Motive
from continuity.writing.forms.days import TypedDayField
from courses.agenda.enums import Rhythm, Weekday
from courses.fields import TextAboutAPerson
from courses.people.enums import ClassKind
from courses.people.models import Person, SchoolClass, Subject, Teaching, today
from courses.people.models.classes import LONGEST_CLASS_NAME, first_day_in_class
from courses.people.rules.names import why_not_a_name
from courses.people.values import tidy_name
from courses.templatetags.passerelle import day_short

LONGEST_NAME = 80


class HourField(forms.TimeField):
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class PrintedNameField(forms.CharField):
    """A name as it is printed on the roll."""

    def __init__(self, **kwargs):
        super().__init__(max_length=LONGEST_NAME, **kwargs)

    def to_python(self, value):
        return tidy_name(super().to_python(value) or "")

    def validate(self, value):
        super().validate(value)
        if refusal := why_not_a_name(value):
            raise forms.ValidationError(refusal.reason)


class PersonChoice(forms.ModelChoiceField):
    """Somebody of the school, family name first, as a list is read; sent by public id."""

    def __init__(self, **kwargs):
        super().__init__(Person.objects.none(), to_field_name="public_id", **kwargs)

    def label_from_instance(self, obj):
        return f"{obj.last_name} {obj.given_name}"


class UncutField(forms.CharField):
    """Too long a text is refused, not cut: a browser cuts what is pasted at `maxlength` and says
    nothing.
    """

    def __init__(self, *, longest: int, **kwargs):
        super().__init__(validators=[MaxLengthValidator(longest)], **kwargs)


class ClassForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ClassKind)
    name = UncutField(
        label=_("Name"),
        longest=LONGEST_CLASS_NAME,
        help_text=_("As it is said in the school: 2de 4, 1re G2, Latin. At most 40 characters."),
    )
    level = UncutField(
        label=_("Level"), longest=20, required=False, help_text=_("2de, 1re, Tle, CAP…")
    )


class StudentForm(forms.Form):
    """A new account, without an email address."""

    given_name = PrintedNameField(label=_("First name"))
    family_name = PrintedNameField(label=_("Family name"))
    since = TypedDayField(label=_("In the class from"), initial=today)


class DrawForm(forms.Form):
    """Students of another class who join a group."""

    students = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("Students"),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    since = TypedDayField(label=_("In the group from"), initial=today)

    def __init__(self, *args, students, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["students"].queryset = students
        self.fields["students"].label_from_instance = lambda person: (
            f"{person.last_name} {person.given_name}"
        )


class ClassChoice(forms.ModelChoiceField):
    """A class, with its school where there are several."""

    of_several_schools = False

    def label_from_instance(self, obj):
        return f"{obj.name} ({obj.school})" if self.of_several_schools else obj.name


class ChangeClassForm(forms.Form):
    to = ClassChoice(SchoolClass.objects.none(), label=_("New class"), to_field_name="public_id")
    on = TypedDayField(
        label=_("From"),
        initial=lambda: first_day_in_class(today()),
        help_text=_(
            "What was done in the old class is kept. A change entered ahead for that day or a later "
            "one is cancelled."
        ),
    )

    def __init__(self, *args, classes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = classes
        self.fields["to"].of_several_schools = len({one.school_id for one in classes}) > 1


class TeachingForm(forms.Form):
    subject = forms.ModelChoiceField(
        Subject.objects.all(), label=pgettext_lazy("taught", "Subject"), to_field_name="code"
    )
    teacher = PersonChoice(label=_("Teacher"))
    since = TypedDayField(label=_("From"), initial=today)

    def __init__(self, *args, teachers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = teachers


class TeacherForm(forms.Form):
    """One teacher of the school: who takes over, or looks after the class."""

    teacher = PersonChoice(label=_("Teacher"))

    def __init__(self, *args, teachers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = teachers


class StandInForm(TeacherForm):
    first_day = TypedDayField(label=_("First day"), initial=today)
    last_day = TypedDayField(
        label=_("Last day"),
        help_text=_("On these days only, what is written in this subject is open to the stand-in."),
    )


def _who_gives_it(teaching: Teaching) -> str:
    label = f"{teaching.subject}, {teaching.teacher}"
    if teaching.since <= today():
        return label
    from_when = pgettext("a subject and its teacher", "%(label)s, from %(day)s")
    return from_when % {"label": label, "day": day_short(teaching.since)}


class HourForm(forms.Form):
    teaching = forms.ModelChoiceField(
        Teaching.objects.none(), label=pgettext_lazy("taught", "Subject"), to_field_name="public_id"
    )
    weekday = forms.TypedChoiceField(label=_("Day"), choices=Weekday, coerce=int)
    begins = HourField(label=_("Begins"))
    ends = HourField(label=_("Ends"))
    rhythm = forms.ChoiceField(label=_("Weeks"), choices=Rhythm, required=False)
    place = UncutField(
        label=_("Room"),
        longest=30,
        required=False,
        help_text=_("A room of the school, such as B204."),
    )
    since = TypedDayField(
        label=_("From"),
        initial=today,
        help_text=_("Before that day nothing changes: no roll is asked for."),
    )

    def __init__(self, *args, teachings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teaching"].queryset = teachings
        self.fields["teaching"].label_from_instance = _who_gives_it


class HourEndForm(forms.Form):
    until = TypedDayField(
        label=_("No more from"),
        initial=today,
        help_text=_("Before that day nothing changes: its rolls and plans stay."),
    )


class ExemptionForm(forms.Form):
    # Nothing is chosen beforehand: one press on the untouched form would exempt from everything.
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ExemptionKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose: a leave or an exemption.")},
    )
    first_day = TypedDayField(label=_("First day"), initial=today)
    last_day = TypedDayField(
        label=_("Last day"),
        required=False,
        help_text=_("Included. Empty: until further notice, 31 August at the latest."),
    )
    rhythm = forms.ChoiceField(label=_("Weeks"), choices=Rhythm, required=False)
    subjects = forms.ModelMultipleChoiceField(
        Subject.objects.none(),
        label=pgettext_lazy("taught", "Subjects"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all. With a reduced plan: those that go on."),
    )
    attends = forms.BooleanField(
        label=_("Attends all the same"),
        required=False,
        help_text=_(
            "The student comes all the same and is on the roll, without doing the exercises."
        ),
    )
    keeps_working = forms.BooleanField(
        label=_("Works from where they are, with a reduced plan"),
        required=False,
        help_text=_(
            "A long leave, in hospital for instance: only the chosen subjects are on the plan, and"
            " nothing is late."
        ),
    )
    motive = forms.ChoiceField(
        label=pgettext_lazy("of a leave", "Motive"),
        choices=Motive,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a motive.")},
        help_text=_(
            "Read by the class tutor and the school’s management, nobody else. Nothing on health or"
            " family is kept here."
        ),
    )
    saw_a_document = forms.BooleanField(
        label=_("I have seen a document"),
        required=False,
        help_text=_("It isn’t kept: that you saw it, and when, is."),
    )

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subjects"].queryset = subjects


class LastDayForm(forms.Form):
    last_day = TypedDayField(label=_("Last day"))


class CalendarForm(forms.Form):
    week_a = TypedDayField(
        label=_("A day in a week A"), help_text=_("From its week on, A and B take turns.")
    )
    pauses_in_holidays = forms.BooleanField(
        label=_("The rhythm waits during holidays"),
        required=False,
        help_text=_(
            "Otherwise a week of holidays counts as any other, and two of them change nothing."
        ),
    )


class ClosureForm(forms.Form):
    first_day = TypedDayField(label=_("First day"))
    last_day = TypedDayField(
        label=_("Last day"), required=False, help_text=_("Empty: that one day.")
    )
    reason = TextAboutAPerson(
        label=pgettext_lazy("of a leave or a closure", "Reason"),
        max_length=120,
        help_text=_("Everybody in the school reads it on their week."),
    )

    def clean_last_day(self):
        return self.cleaned_data["last_day"] or self.cleaned_data.get("first_day")


class SilenceForm(forms.Form):
    days = forms.IntegerField(
        label=_("School days without a sign"),
        min_value=LEAST_SILENCE,
        max_value=MOST_SILENCE,
        help_text=_(
            "From then on a student stands in the list of students not heard of. 3 at the least, 10"
            " at the most."
        ),
    )


class CeilingForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Ceiling, in minutes"),
        min_value=15,
        max_value=600,
        help_text=_(
            "Work due on one day, for one student, over all subjects. A teacher who gives more is"
            " told before publishing."
        ),
    )
