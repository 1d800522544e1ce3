"""Choosing the archive of a set; saying yes."""

import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from courses.people.models import Organisation, Person
from courses.people.models.identities import LONGEST_NAMESPACE
from courses.people.queries.students import keepers_of
from courses.roster.enums import StudentAnswer, TeacherAnswer
from courses.roster.exceptions import (
    ArchiveTooLarge,
    OneAccountTwice,
    SayWhoTeachersAre,
    SayWhoTheyAre,
)
from courses.roster.exceptions.guardians import SayWhoGuardiansAre
from courses.roster.services.asking import AskedTeacher
from courses.roster.services.other_directories import QuestionOfStudent
from courses.roster.values import MOST_ASKED, MOST_BYTES

ARCHIVE = "roster_archive"
ADDRESS = "roster:school"  # where an archive is chosen


class ArchiveInMemory(FileUploadHandler):
    """Keeps a directory's archive in memory; of one that is too large only its size. What is never
    kept, such as birth dates, doesn't reach a disk. At its own address alone, and no more of a
    request than an archive may have: other uploads are left to the other handlers.

    Named in the settings, not by the view: a form is read to its end before any view is asked, and
    before anybody asks who sends it.
    """

    held: io.BytesIO | None = None
    kept = 0  # bytes of this request

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held = io.BytesIO() if self._is_an_archive() else None
        if self.held is not None:
            raise StopFutureHandlers

    def _is_an_archive(self) -> bool:
        if self.request is None or self.field_name != ARCHIVE:
            return False
        try:
            return resolve(self.request.path_info).view_name == ADDRESS
        except Resolver404:
            return False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.held is None:
            return raw_data
        if self.kept + len(raw_data) <= MOST_BYTES:
            self.held.write(raw_data)
            self.kept += len(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        if self.held is None:
            return None
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


class ArchiveForm(forms.Form):
    roster_archive = forms.FileField(
        label=_("Archive of the directory (zip)"),
        help_text=_(
            "An AAF set (SDET), complete or delta, or a complete OneRoster bundle (CSV 1.1 or 1.2,"
            " bulk), of your school alone; at most 2 MB. Only the files that are needed are opened."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_roster_archive(self):
        archive = self.cleaned_data[ARCHIVE]
        if archive.size > MOST_BYTES:
            raise forms.ValidationError(ArchiveTooLarge(most=MOST_BYTES // 1024**2).reason)
        return archive


class FolderForm(forms.Form):
    """How a school takes the sets that come into its folder."""

    recipients = forms.ModelMultipleChoiceField(
        label=_("Who is told by email"),
        help_text=_("When a set waits for a yes, and when an archive is refused."),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose somebody: a set that waits needs a yes.")},
    )
    applies_by_itself = forms.BooleanField(
        label=_(
            "Apply a set by itself, unless it is paused or asks whether two accounts are one person"
        ),
        help_text=_(
            "With your yes, as long as you keep the school’s students. The first set of a school year"
            " or of another directory always waits, and so does the next one after one was undone, one"
            " with records that can’t be read, or a delta set where a day before it is missing. One"
            " that changes teachers waits unless a leader wishes it so, and the first such one does"
            " always. Each set that was applied stands below; the last one can be undone."
        ),
        required=False,
    )

    def __init__(self, *args: Any, school: Organisation, **kwargs: Any):
        super().__init__(*args, **kwargs)
        recipients = self.fields["recipients"]
        recipients.queryset = keepers_of(school).order_by("family_name", "given_name")
        recipients.label_from_instance = lambda person: person.display_name


class DirectoryForm(forms.Form):
    """A school goes on with another directory. One that isn't read by anybody may be chosen."""

    namespace = forms.RegexField(
        rf"^(aaf|oneroster):[^\s]{{1,{LONGEST_NAMESPACE}}}$",
        max_length=LONGEST_NAMESPACE,
        widget=forms.HiddenInput,
    )
    is_so = forms.BooleanField(
        label=_("Yes, from now on our sets come from this directory."),
        error_messages={"required": _("Tick it if your school goes on with this directory.")},
    )


class YesForm(forms.Form):
    """`what`: everything, or all but the departures. `same`: asked where somebody has the same name
    and class as a student entered by hand, or known to a directory before; `sure`: of these it may
    be said one by one that they aren't. `students`: whose account has the name, a choice for each of
    the first ones. `same_guardians`: as a guardian of the same student. `asked`: new teachers, a
    choice for each.
    """

    what = forms.ChoiceField(choices=[("all", "all"), ("rest", "rest")])
    same = forms.TypedChoiceField(
        label=_("Are they the same people?"),
        choices=[
            ("yes", _("Yes: they keep their accounts and get their keys.")),
            ("no", _("No: these are other people, with accounts of their own.")),
        ],
        coerce=lambda value: value == "yes",
        empty_value=None,
        error_messages={"required": SayWhoTheyAre.message},
        widget=forms.RadioSelect,
    )

    not_them = forms.TypedMultipleChoiceField(
        label=_("But these are other people:"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    same_guardians = forms.TypedChoiceField(
        label=_("Are the guardians the same people?"),
        choices=[
            ("yes", _("Yes: they stay as they were entered, and sets know them from now on.")),
            ("no", _("No: these are other people, entered beside them.")),
        ],
        coerce=lambda value: value == "yes",
        empty_value=None,
        error_messages={"required": SayWhoGuardiansAre.message},
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        asks: bool,
        asks_of_guardians: bool = False,
        asked: Sequence[AskedTeacher] = (),
        sure: Sequence[QuestionOfStudent] = (),
        students: Sequence[QuestionOfStudent] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.fields["same"].required = asks
        self.fields["same_guardians"].required = asks_of_guardians
        self.fields["not_them"].choices = [(one.change.pk, _name_and_class(one)) for one in sure]
        if sure:
            self.fields["same"].initial = "yes"
        self.students = {f"student-{one.change.pk}": one for one in students[:MOST_ASKED]}
        self.more_students = len(students) - len(self.students)
        self.fields |= {name: _field_of_student(one) for name, one in self.students.items()}
        self.asked = {f"teacher-{one.change.pk}": one for one in asked}
        self.fields |= {name: _field_of_teacher(one) for name, one in self.asked.items()}

    def clean(self) -> dict[str, Any]:
        """One account is one student's: said here, so that the other answers stay on the page."""
        logins = {f"{one.pk}": one.login for ask in self.students.values() for one in ask.accounts}
        chosen = {name: self.cleaned_data.get(name, "") for name in self.students}
        times = Counter(chosen.values())
        for name, answer in chosen.items():
            if answer in logins and times[answer] > 1:
                self.add_error(name, OneAccountTwice(login=logins[answer]).reason)
        return self.cleaned_data

    @property
    def is_of_sure_ones(self) -> bool:
        return bool(self.fields["not_them"].choices)

    @property
    def of_students(self) -> list[forms.BoundField]:
        return [self[name] for name in self.students]

    @property
    def said_of_students(self) -> dict[int, str]:
        return {one.change.pk: self.cleaned_data[name] for name, one in self.students.items()}

    @property
    def of_teachers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    @property
    def said_of_teachers(self) -> dict[int, str]:
        return {one.change.pk: self.cleaned_data[name] for name, one in self.asked.items()}


def _name_and_class(one: QuestionOfStudent) -> str:
    place = f" ({one.said.school_class})" if one.said.school_class else ""
    return f"{one.said.name}{place}"


def _with_place(account: Any) -> str:
    return f"{account.login} ({account.place})" if account.place else account.login


def _field_of_student(one: QuestionOfStudent) -> forms.ChoiceField:
    accounts = [(f"{account.pk}", _with_place(account)) for account in one.accounts]
    return forms.ChoiceField(
        label=_("%(name)s: whose account is it?") % {"name": _name_and_class(one)},
        choices=[*accounts, *StudentAnswer.choices],
        initial=StudentAnswer.LATER,
    )


def _field_of_teacher(one: AskedTeacher) -> forms.ChoiceField:
    """Yes stands there where name and address agree."""
    is_sure = one.has_name and one.has_address
    why = {
        (True, True): _("Same name and same email address."),
        (True, False): _("Same name, another email address."),
        (False, True): _("Same email address, another name."),
    }
    return forms.ChoiceField(
        label=_("%(name)s: is it the account %(login)s?")
        % {"name": one.said.name, "login": one.account.login},
        help_text=why.get((one.has_name, one.has_address), _("Another name and address by now.")),
        choices=[("", _("Choose")), *TeacherAnswer.choices],
        initial=TeacherAnswer.YES if is_sure else "",
        error_messages={"required": SayWhoTeachersAre.message},
    )
