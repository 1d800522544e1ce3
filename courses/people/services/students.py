"""Students of one school: one by one, or from a table, line by line.

They have a login and no email address.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.exceptions import BeganBefore
from courses.people.models import (
    ClassMembership,
    Membership,
    Organisation,
    Person,
    SchoolClass,
    today,
)
from courses.people.models.classes import LONGEST_CLASS_NAME, holds
from courses.people.rules.class_changes import change_of_class, stays_in
from courses.people.rules.classes import why_not_join_class
from courses.people.rules.memberships import stays_there
from courses.people.services import classes
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import create_person
from courses.people.services.free_logins import free_login
from courses.people.services.people_columns import printed_name
from courses.tables.services.imports import ImportLine, TableImport, a_day, in_words
from courses.tables.values import EMPTIED, Column, FileRow


def enrol_student(
    *,
    school_class: SchoolClass,
    given_name: str,
    family_name: str,
    since: datetime.date | None = None,
    by: Person | None = None,
) -> Person:
    """A new account without an email address, in the school and in the class from that day on."""
    since = since or today()
    with transaction.atomic():
        student = create_person(
            given_name=given_name, family_name=family_name, by=by, invited=False
        )
        memberships_service.join(
            person=student, organisation=school_class.school, role=Role.STUDENT, since=since, by=by
        )
        classes.join_class(student=student, school_class=school_class, since=since, by=by)
    return student


# From a table

COLUMNS = [
    Column(
        "login",
        "login",
        "identifiant",
        gettext_lazy("Empty for a new student: it is made from the name."),
        read=str.lower,
    ),
    Column("family_name", "family name", "nom", gettext_lazy("Needed for a new student.")),
    Column("given_name", "first name", "prénom", gettext_lazy("Needed for a new student.")),
    Column(
        "school_class",
        "class",
        "classe",
        gettext_lazy("A class of your school, as it is called there."),
        is_required=True,
    ),
    Column(
        "groups",
        "groups",
        "groupes",
        gettext_lazy("Groups and options, with a comma or a bar between them."),
    ),
    Column(
        "since",
        "from",
        "depuis",
        gettext_lazy("2026-09-01 or 01/09/2026; today if empty."),
        read=lambda text: None if text == EMPTIED else a_day(text),  # no first day to take away
    ),
]


@dataclass
class StudentWork:
    """Work of one line for the services."""

    student: Person
    since: datetime.date
    changes_to: SchoolClass | None = None
    joins: list[SchoolClass] = field(default_factory=list)


class StudentsImport(TableImport):
    """The students of one school. Nobody of another school is found, nor told of."""

    columns = COLUMNS

    def __init__(self, school: Organisation):
        self.school = school

    def lock(self) -> None:
        """With the school, its students, in the order in which an edit of dates holds them."""
        Organisation.objects.select_for_update().get(pk=self.school.pk)
        here = Membership.objects.filter(organisation=self.school, role=Role.STUDENT)
        held = Person.objects.select_for_update(no_key=True).filter(pk__in=here.values("person"))
        list(held.order_by("pk").values_list("pk"))

    def load(self, rows: list[FileRow]) -> None:
        logins = {row.cells.get("login", "").lower() for row in rows} - {""}
        self.known = {person.login: person for person in Person.objects.filter(login__in=logins)}
        self.taken = set(self.known)
        self.classes = {
            found.name.casefold(): found
            for found in SchoolClass.objects.of_year().filter(school=self.school)
        }
        self.held: dict[int, list[Membership]] = defaultdict(list)
        for held in Membership.objects.filter(person__in=self.known.values()):
            self.held[held.person_id].append(held)
        self.others: dict[int, list[ClassMembership]] = defaultdict(list)
        for other in ClassMembership.objects.filter(student__in=self.known.values()).select_related(
            "school_class"
        ):
            self.others[other.student_id].append(other)

    def plan_line(self, line: ImportLine) -> None:
        since = line["since"] or today()
        student = self._student(line, since)
        wanted = self._classes(line)
        line.title = (
            f"{student.display_name} ({student.login})" if student.login else line.text("login")
        )
        line.work = StudentWork(student, since)
        line.is_new = student.pk is None
        if line.problems:
            return
        if line.is_new:
            line.change("login", "", student.login)
        for school_class in wanted:
            self._place(line, school_class)
        if line["since"] and not (line.changes or line.problems):
            self._say_what_stays(line, wanted)

    def _student(self, line: ImportLine, since: datetime.date) -> Person:
        """The school's student with that login, or a new account; without a login where something
        is wrong.
        """
        login = line["login"] or ""
        person = self.known.get(login)
        if login and (
            person is None
            or not stays_there(
                Role.STUDENT, self.school, since, self.held[person.pk], today=today()
            )
        ):
            reason, remedy = (
                _("No student of your school has the login %(login)s."),
                _("Leave the cell empty for a new student."),
            )
            line.refuse("login", reason, remedy, login=login)
            return Person()
        if person:
            return person
        for key in (
            "given_name",
            "family_name",
        ):  # those of a known student aren't read: names are corrected one by one
            line.read(key, printed_name)
            line.need(key, _("This cell is needed for a new student."))
        new = Person(given_name=line["given_name"] or "", family_name=line["family_name"] or "")
        if not line.problems:
            new.login = free_login(new.given_name, new.family_name, taken=self.taken)
            self.taken.add(new.login)
        return new

    def _classes(self, line: ImportLine) -> list[SchoolClass]:
        found = []
        groups = [name.strip() for name in line.text("groups").replace("|", ",").split(",")]
        for key, name in [
            ("school_class", line.text("school_class")),
            *[("groups", group) for group in groups if group],
        ]:
            school_class = self.classes.get(name.casefold())
            if len(name) > LONGEST_CLASS_NAME:
                reason = _(
                    "A class’s name has at most %(most)s characters; this one has %(length)s."
                )
                remedy = _("Write the name as the class has it here.")
                line.refuse(key, reason, remedy, most=LONGEST_CLASS_NAME, length=len(name))
            elif school_class is None:
                reason = _("Your school has no class or group called “%(name)s” this year.")
                line.refuse(key, reason, _("Check the name, or open the class first."), name=name)
            elif school_class.is_a_whole_class != (key == "school_class"):
                remedy = _("Classes are in one column, groups and options in the other.")
                line.refuse(key, _("“%(name)s” is in the wrong column."), remedy, name=name)
            else:
                found.append(school_class)
        return found

    def _place(self, line: ImportLine, school_class: SchoolClass) -> None:
        """Into the class: already there, from another class, or new."""
        if school_class.is_a_whole_class:
            self._change(line, school_class)
        else:
            self._join(line, school_class)

    def _change(self, line: ImportLine, to: SchoolClass) -> None:
        """As a leader's page does; a line that says what holds already changes nothing, whatever is
        entered ahead.
        """
        work = line.work
        stays = stays_in(self.school.pk, self._others(work))
        there = [s for s in stays if s.school_class == to and not (s.until and s.until <= today())]
        if there and not line["since"]:
            return
        if any(stay.since <= today() and stay.holds_on(work.since) for stay in there):
            return
        try:
            change = change_of_class(
                work.student,
                to,
                work.since,
                held=self._held(work),
                memberships=self._others(work),
                today=today(),
            )
        except Refusal as refusal:
            line.refuse("school_class", refusal, _("Check the day."))
            return
        if not change.changes_something:
            return
        work.changes_to = to
        moved = next((stay for stay in there if stay.row == change.place.row), None)
        cancelled = change.cancelled(today())
        if moved and moved.since != change.place.since:
            line.change("since", in_words(moved.since), in_words(change.place.since))
        elif not (moved and cancelled):
            words = {"school_class": to.name, "day": in_words(change.place.since)}
            line.change(
                "school_class",
                change.left_on(work.since),
                _("%(school_class)s, from %(day)s") % words,
            )
        for stay in cancelled:
            words = {"school_class": stay.school_class.name, "day": in_words(stay.since)}
            line.change("school_class", _("%(school_class)s, from %(day)s") % words, "")

    def _say_what_stays(self, line: ImportLine, wanted: list[SchoolClass]) -> None:
        """A later day of a class that has begun isn't saved, unless it is the day of another one of the
        line.
        """
        since = line.work.since
        places = [other for other in self._others(line.work) if other.school_class in wanted]
        begun = [
            other
            for other in places
            if other.since <= today() and holds(other.since, other.until, since)
        ]
        if begun and all(other.since != since for other in places):
            first = min(begun, key=lambda other: wanted.index(other.school_class))
            names = {"school_class": first.school_class.name, "since": first.since}
            line.note("since", BeganBefore(student=line.title, **names))

    def _join(self, line: ImportLine, group: SchoolClass) -> None:
        work = line.work
        others = self._others(work)
        if any(other.school_class_id == group.pk and other.until is None for other in others):
            return
        if refusal := why_not_join_class(
            work.student, group, work.since, held=self._held(work), others=others, today=today()
        ):
            line.refuse("groups", refusal, _("Check the day."))
            return
        work.joins.append(group)
        words = {"school_class": group.name, "day": in_words(work.since)}
        line.change("groups", "", _("%(school_class)s, from %(day)s") % words)

    def _others(self, work: StudentWork) -> list[ClassMembership]:
        return self.others[work.student.pk] if work.student.pk else []

    def _held(self, work: StudentWork) -> list[Membership]:
        if work.student.pk:
            return self.held[work.student.pk]
        return [Membership(organisation=self.school, role=Role.STUDENT, since=work.since)]

    def write_line(self, line: ImportLine, *, by: Person, **options: Any) -> None:
        student, since = line.work.student, line.work.since
        if student.pk is None:
            student.set_unusable_password()
            student.save()
            memberships_service.join(
                person=student, organisation=self.school, role=Role.STUDENT, since=since, by=by
            )
        if line.work.changes_to:
            classes.change_class(student=student, to=line.work.changes_to, on=since, by=by)
        for school_class in line.work.joins:
            classes.join_class(student=student, school_class=school_class, since=since, by=by)

    def export_rows(self) -> list[dict[str, Any]]:
        """One line per student of today: a table of the same form. Two queries."""
        held = ClassMembership.objects.filter(school_class__school=self.school, until__isnull=True)
        held = held.select_related("school_class", "student").order_by(
            "student__family_name", "student__given_name", "student_id"
        )
        by_student: dict[Person, list[ClassMembership]] = defaultdict(list)
        for membership in held:
            by_student[membership.student].append(membership)
        rows = []
        for student, places in by_student.items():
            whole = next((m for m in places if m.school_class.is_a_whole_class), None)
            rows.append(
                {
                    "login": student.login,
                    "family_name": student.family_name,
                    "given_name": student.given_name,
                    "school_class": whole and whole.school_class.name,
                    "groups": ", ".join(
                        m.school_class.name for m in places if not m.school_class.is_a_whole_class
                    ),
                    "since": whole and whole.since,
                }
            )
        return rows
