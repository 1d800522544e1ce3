"""Choosing the files of a timetable; what their words mean."""

import hashlib

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.writing.forms.attachments import FilesInput
from continuity.writing.forms.days import TypedDayField
from courses.people.models import Person, SchoolClass, Subject
from courses.timetables.enums import Covers, WordKind
from courses.timetables.services.applying import why_not_from
from courses.timetables.services.comparing import WaitingTimetable, WordRow
from courses.timetables.services.receiving import NamedFile, why_not_read

LEAVE_OUT = "-"
NOT_YET = _("Not matched yet")


class TimetablesField(forms.FileField):
    """Several at once. Gives names and contents."""

    def __init__(self, **kwargs):
        accept = ".ics,text/calendar,.csv,text/csv"
        super().__init__(widget=FilesInput(attrs={"accept": accept}), **kwargs)

    def clean(self, data, initial=None) -> list[NamedFile]:
        sent = data if isinstance(data, list | tuple) else [data]
        files = [super(TimetablesField, self).clean(one) for one in sent or [None]]
        if refusal := why_not_read([(file.name, file.size) for file in files]):
            raise forms.ValidationError(f"{refusal.reason} {refusal.advice}")
        return [(file.name, file.read()) for file in files]


class TimetableFilesForm(forms.Form):
    timetables = TimetablesField(
        label=_("Calendars (.ics) or one table (.csv)"),
        help_text=_(
            "One calendar covers a class, a teacher or a room: choose several at once. At most 2 MB"
            " a file and 20 MB together."
        ),
    )


class TimetableChoicesForm(forms.Form):
    """From when on, whose hours a file covers, and one field a word."""

    since = TypedDayField(
        label=_("Applies from"),
        help_text=_("Hours that go end the day before. The past isn’t changed."),
    )
    by_hand = forms.TypedChoiceField(
        label=_("Hours entered by hand that the files don’t have"),
        choices=[("keep", _("They stay")), ("end", _("They end, too"))],
        coerce=lambda value: value == "end",
        widget=forms.RadioSelect,
    )

    def __init__(self, data: QueryDict | None = None, *, compared: WaitingTimetable):
        one, matches = compared.one, compared.matches
        self.rows, self.one = compared.words(), one
        initial = {"since": one.since, "by_hand": "end" if one.ends_by_hand else "keep"}
        self.targets: dict[WordKind, dict[str, Subject | Person | SchoolClass]] = {
            WordKind.SUBJECT: {subject.code: subject for subject in matches.subjects},
            WordKind.TEACHER: {person.public_id: person for person in matches.teachers},
            WordKind.CLASS: {found.public_id: found for found in matches.classes},
        }
        super().__init__(data, initial=initial)
        for n, file in enumerate(one.files):
            self.fields[_name_of_file(n)] = forms.TypedChoiceField(
                label=file["name"], choices=Covers, coerce=Covers, initial=file["covers"]
            )
        for row in self.rows:
            self.fields[_name_of(row)] = self._word_field(row)

    def _word_field(self, row: WordRow) -> forms.ChoiceField:
        choices = [(key, _label(target)) for key, target in self.targets[row.kind].items()]
        keys: dict[object, str] = {target: key for key, target in self.targets[row.kind].items()}
        chosen = LEAVE_OUT if row.is_left_out else ""
        return forms.ChoiceField(
            label=row.word,
            required=False,
            show_hidden_initial=True,
            choices=[
                ("", NOT_YET),
                (LEAVE_OUT, pgettext_lazy("word of a timetable", "Leave out")),
                *sorted(choices, key=lambda one: one[1].casefold()),
            ],
            initial=keys.get(row.target, chosen),
        )

    def clean_since(self):
        day = self.cleaned_data["since"]
        if refusal := why_not_from(day, timezone.now()):
            raise forms.ValidationError(f"{refusal.reason} {refusal.advice}")
        return day

    @property
    def file_fields(self) -> list:
        return [self[_name_of_file(n)] for n in range(len(self.one.files))]

    @property
    def word_fields(self) -> list[tuple]:
        """The field, with its row: kind by kind."""
        return [(self[_name_of(row)], row) for row in self.rows]

    @property
    def choices(self) -> dict:
        """The arguments of `matching.choose`: only words that this page changed. Somebody else may
        have matched another one since it was shown.
        """
        given = self.cleaned_data
        said = {
            (row.kind, row.word): given[name]
            for row in self.rows
            if (name := _name_of(row)) in self.changed_data
        }
        return {
            "since": given["since"],
            "ends_by_hand": given["by_hand"],
            "covers": [given[_name_of_file(n)] for n in range(len(self.one.files))],
            "words": {key: self.targets[key[0]].get(value) for key, value in said.items() if value},
            "undecided": [key for key, value in said.items() if not value],
        }


class AppliedForm(forms.Form):
    """The changes that were shown."""

    shown = forms.CharField(widget=forms.HiddenInput)


def _label(target: Subject | Person | SchoolClass) -> str:
    if isinstance(target, Person):
        return f"{target.last_name} {target.given_name}"
    return str(target)


def _name_of(row: WordRow) -> str:
    return f"{row.kind}-{hashlib.sha256(row.word.encode()).hexdigest()[:12]}"


def _name_of_file(n: int) -> str:
    return f"covers-{n}"
