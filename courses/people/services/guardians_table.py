"""Guardians of a school's students from a table, line by line: one line is one guardian of one
student.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from courses.people.enums import GuardianQuality, Language, Role
from courses.people.exceptions import AnotherAddressStands
from courses.people.models import Guardianship, Membership, Organisation, Person, today
from courses.people.models.classes import holds
from courses.people.rules.guardians import (
    is_named,
    why_not_give_address,
    why_not_guard,
    why_not_set_language,
    why_not_this_account,
)
from courses.people.services import guardians
from courses.people.services.guardians import GuardianNames
from courses.people.services.people_columns import printed_name
from courses.tables.exceptions import CellRefused
from courses.tables.services.imports import ImportLine, TableImport, one_of
from courses.tables.values import Column, FileRow

QUALITIES = {
    "authority": GuardianQuality.AUTHORITY,
    "autorité": GuardianQuality.AUTHORITY,
    "informed": GuardianQuality.INFORMED,
    "information": GuardianQuality.INFORMED,
}
ENDS = {"yes": True, "oui": True, "no": False, "non": False}


def an_address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise CellRefused(_("%(word)s isn’t an email address."), word=text) from error
    return text.lower()


COLUMNS = [
    Column(
        "student",
        "student",
        "élève",
        gettext_lazy("The student’s login."),
        is_required=True,
        read=str.lower,
    ),
    Column("family_name", "family name", "nom", gettext_lazy("Of the guardian."), is_required=True),
    Column(
        "given_name", "first name", "prénom", gettext_lazy("Of the guardian."), is_required=True
    ),
    Column(
        "mail",
        "email",
        "courriel",
        gettext_lazy(
            "May be empty: then there is only a personal link. Who has none yet gets this one."
        ),
        read=an_address,
    ),
    Column(
        "language",
        "language",
        "langue",
        gettext_lazy("fr or en; French if empty."),
        read=one_of(
            {code: code for code in Language.values},
            gettext_lazy("“%(word)s” is no language here."),
            gettext_lazy("Write fr or en."),
        ),
    ),
    Column(
        "quality",
        "quality",
        "qualité",
        gettext_lazy("authority (holds parental authority) or informed (may only be told)."),
        is_required=True,
        read=one_of(
            QUALITIES,
            gettext_lazy("“%(word)s” is no legal quality."),
            gettext_lazy("Write authority or informed."),
        ),
    ),
    Column(
        "ended",
        "ended",
        "fin",
        gettext_lazy("yes: this guardian sees nothing any more, from now on."),
        read=one_of(
            ENDS,
            gettext_lazy("“%(word)s” is neither yes nor no."),
            gettext_lazy("Write yes or no."),
        ),
    ),
]


@dataclass
class GuardianWork:
    """What a line asks of the services."""

    student: Person
    kept: Guardianship | None
    names: GuardianNames
    quality: str
    ends: bool
    address: str = ""  # given to a guardian who has none
    language: str = ""  # instead of the one that is saved


class GuardiansImport(TableImport):
    """Nobody of another school is found, nor told of."""

    columns = COLUMNS

    def __init__(self, school: Organisation):
        self.school = school

    def lock(self) -> None:
        Organisation.objects.select_for_update().get(pk=self.school.pk)

    def load(self, rows: list[FileRow]) -> None:
        self.school.refresh_from_db(fields=["with_guardians"])
        here = Membership.objects.current().filter(organisation=self.school, role=Role.STUDENT)
        self.students = {
            person.login: person for person in Person.objects.filter(pk__in=here.values("person"))
        }
        self.held: dict[int, list[Membership]] = defaultdict(list)
        for one in here:
            self.held[one.person_id].append(one)
        mails = {row.cells.get("mail", "").lower() for row in rows} - {""}
        known = Person.objects.annotate_lower_email().filter(lower_email__in=mails)
        self.by_mail = {(one.email or "").lower(): one for one in known}
        self.held_by: dict[int, list[Membership]] = defaultdict(list)
        self.running: dict[int, list[Guardianship]] = defaultdict(list)
        self.ended: dict[int, list[Guardianship]] = defaultdict(list)
        for kept in Guardianship.objects.filter(school=self.school).select_related(
            "guardian", "student", "school"
        ):
            runs = holds(kept.since, kept.until, today())
            (self.running if runs else self.ended)[kept.student_id].append(kept)
        people = {one.pk for one in known}
        people |= {kept.guardian_id for of in self.running.values() for kept in of}
        for one in Membership.objects.filter(person__in=people):
            self.held_by[one.person_id].append(one)
        self.seen: set[tuple] = set()
        self.names_of_mails: dict[str, tuple[str, str]] = {}

    def plan_line(self, line: ImportLine) -> None:
        student = self.students.get(line["student"] or "")
        if student is None:
            reason = _("No student of your school has the login %(login)s.")
            line.refuse("student", reason, _("Check the login."), login=line.text("student"))
        for key in ("given_name", "family_name"):
            line.read(key, printed_name)
            line.need(key, _("This cell is needed."))
        line.need("quality", _("This cell is needed."))
        line.title = line.text("family_name")
        if student is None or line.problems:
            return
        given, family = line["given_name"], line["family_name"]
        line.title = pgettext("guardian and student", "%(guardian)s, for %(student)s") % {
            "guardian": f"{given} {family}",
            "student": student.display_name,
        }
        self._refuse_doubles(line, student)
        kept = _named(self.running[student.pk], line)
        names = GuardianNames(given, family, line["mail"] or "", line["language"] or "fr")
        work = GuardianWork(student, kept, names, line["quality"], bool(line["ended"]))
        line.work = work
        if line.problems:
            return
        if kept is None and not work.ends:
            self._plan_new(line, work)
        elif kept and work.ends:
            line.change("ended", "", _("yes"))
        elif kept:
            self._plan_known(line, kept, work)
        elif _named(self.ended[student.pk], line) is None:
            reason = _("No guardian of this name is entered for this student: nobody is ended.")
            line.refuse("ended", reason, _("Check both names, or leave the line out."))

    def _refuse_doubles(self, line: ImportLine, student: Person) -> None:
        whose = (student.pk, line["given_name"].casefold(), line["family_name"].casefold())
        if whose in self.seen:
            line.refuse("student", _("This guardian stands twice."), _("Leave one line."))
        self.seen.add(whose)

    def _plan_known(self, line: ImportLine, kept: Guardianship, work: GuardianWork) -> None:
        if kept.quality != work.quality:
            line.change("quality", kept.get_quality_display(), GuardianQuality(work.quality).label)
        self._plan_address(line, kept, work)
        passes_on = work.address in self.by_mail
        if line["language"] and line["language"] != kept.guardian.language and not passes_on:
            self._plan_language(line, kept.guardian, work)

    def _plan_language(self, line: ImportLine, guardian: Person, work: GuardianWork) -> None:
        held = self.held_by[guardian.pk]
        if refusal := why_not_set_language(guardian, self.school, held=held):
            line.note("language", refusal)
            return
        work.language = line["language"]
        line.change("language", guardian.language, work.language)

    def _plan_address(self, line: ImportLine, kept: Guardianship, work: GuardianWork) -> None:
        address = work.names.email
        if not address or (kept.guardian.email or "").lower() == address:
            return
        refusal = why_not_give_address(
            kept.guardian, address, self.school, held=self.held_by[kept.guardian_id]
        )
        if isinstance(refusal, AnotherAddressStands):
            line.note("mail", refusal)
            return
        if refusal:
            line.refuse("mail", refusal)
            return
        work.address = address
        if person := self._account(line, work):
            self._refuse_guard(line, work, person)
        line.change("mail", "", _("%(address)s, added") % {"address": address})

    def _account(self, line: ImportLine, work: GuardianWork) -> Person | None:
        """Who has the address; with a problem where that is somebody else, in the table or here."""
        names = (work.names.given_name.casefold(), work.names.family_name.casefold())
        person = self.by_mail.get(work.names.email)
        others = self.names_of_mails.setdefault(work.names.email, names)
        if work.names.email and person is None and others != names:
            line.refuse(
                "mail",
                _("Another line has this address with another name."),
                _("Check the address."),
            )
        if person and (
            refusal := why_not_this_account(person, work.names.given_name, work.names.family_name)
        ):
            line.refuse("mail", refusal)
        return person

    def _refuse_guard(self, line: ImportLine, work: GuardianWork, person: Person | None) -> None:
        refusal = why_not_guard(
            person or Person(),
            work.student,
            self.school,
            student_held=self.held[work.student.pk],
            guardian_held=self.held_by[person.pk] if person else [],
            running=self.running[work.student.pk],
            today=today(),
        )
        if refusal:
            line.refuse("student", refusal)

    def _plan_new(self, line: ImportLine, work: GuardianWork) -> None:
        self._refuse_guard(line, work, self._account(line, work))
        line.is_new = True
        line.change("quality", "", GuardianQuality(work.quality).label)

    def write_line(self, line: ImportLine, *, by: Person, **options: Any) -> None:
        work = line.work
        if work.kept is None:
            guardians.enter(
                names=work.names,
                student=work.student,
                school=self.school,
                quality=work.quality,
                by=by,
                invited=options.get("invited", False),
            )
        elif work.ends:
            guardians.end(guardianship=work.kept, by=by)
        else:
            guardians.set_quality(guardianship=work.kept, quality=work.quality, by=by)
            if work.language:
                guardians.set_language(guardianship=work.kept, language=work.language, by=by)
            if work.address:
                guardians.give_address(
                    guardianship=work.kept,
                    address=work.address,
                    by=by,
                    invited=options.get("invited", False),
                )

    def export_rows(self) -> list[dict[str, Any]]:
        """One line for each guardian of a student. One query."""
        kept = Guardianship.objects.running().filter(school=self.school)
        kept = kept.select_related("guardian", "student").order_by(
            "student__family_name", "student__given_name", "student", "pk"
        )
        return [
            {
                "student": one.student.login,
                "family_name": one.guardian.last_name,
                "given_name": one.guardian.given_name,
                "mail": one.guardian.email,
                "language": one.guardian.language,
                "quality": one.quality,
            }
            for one in kept
        ]


def _named(kept: list[Guardianship], line: ImportLine) -> Guardianship | None:
    """The one whose guardian has the names of the line."""
    names = (line["given_name"], line["family_name"])
    return next((one for one in kept if is_named(one.guardian, *names)), None)
