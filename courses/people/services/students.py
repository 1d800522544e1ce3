"""Students of one school: one by one, or from a table, line by line. They have a login and no email address."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.people.enums import Role
from courses.people.models import ClassMembership, Membership, Organisation, Person, SchoolClass, today
from courses.people.models.classes import LONGEST_CLASS_NAME
from courses.people.rules import stays_there, why_not_a_name, why_not_join_class
from courses.people.services import classes
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import create_person, free_login
from courses.people.services.start import LONGEST_NAME, problem, read_day, shown
from courses.people.values import Line, tidy_name
from courses.tables.enums import LineState
from courses.tables.exceptions import TableHasWrongLines
from courses.tables.values import Change, Column, Problem, Row

COLUMNS = [
    Column("login", "login", "identifiant", gettext_lazy("Empty for a new student: it is made from the name.")),
    Column("family_name", "family name", "nom", gettext_lazy("Needed for a new student.")),
    Column("given_name", "first name", "prénom", gettext_lazy("Needed for a new student.")),
    Column("school_class", "class", "classe", gettext_lazy("A class of your school, as it is called there."), is_required=True),
    Column("groups", "groups", "groupes", gettext_lazy("Groups and options, with a comma or a bar between them.")),
    Column("since", "from", "depuis", gettext_lazy("2026-09-01 or 01/09/2026; today if empty.")),
]
BY_KEY = {column.key: column for column in COLUMNS}


def enrol_student(
    *, school_class: SchoolClass, given_name: str, family_name: str, since: datetime.date | None = None, by: Person | None = None
) -> Person:
    """A new account without an email address, in the school and in the class from that day on."""
    since = since or today()
    with transaction.atomic():
        student = create_person(given_name=given_name, family_name=family_name, by=by, invited=False)
        memberships_service.join(person=student, organisation=school_class.school, role=Role.STUDENT, since=since, by=by)
        classes.join_class(student=student, school_class=school_class, since=since, by=by)
    return student


# From a table


@dataclass
class Work:
    """What a line asks of the services."""

    student: Person
    since: datetime.date
    changes_to: SchoolClass | None = None
    joins: list[SchoolClass] = field(default_factory=list)


class StudentsPlan:
    """What a table would do to the students of one school, as it is now: a fixed number of queries, nothing written."""

    def __init__(self, rows: list[Row], school: Organisation):
        self.school = school
        logins = {row.cells.get("login", "").lower() for row in rows} - {""}
        self.known = {person.login: person for person in Person.objects.filter(login__in=logins)}
        self.taken = set(self.known)
        self.classes = {found.name.casefold(): found for found in SchoolClass.objects.of_year().filter(school=school)}
        self.held: dict[int, list[Membership]] = defaultdict(list)
        for held in Membership.objects.filter(person__in=self.known.values()):
            self.held[held.person_id].append(held)
        self.others: dict[int, list[ClassMembership]] = defaultdict(list)
        for other in ClassMembership.objects.filter(student__in=self.known.values()).select_related("school_class"):
            self.others[other.student_id].append(other)
        self.lines = [self._line(row) for row in rows]

    def _line(self, row: Row) -> Line:
        problems: list[Problem] = []
        changes: list[Change] = []
        since = read_day(row.cells, "since", problems, BY_KEY) or today()
        student = self._student(row.cells, since, problems)
        wanted = self._classes(row.cells, problems)
        work = Work(student, since)
        if not problems:
            if student.pk is None:
                changes.append(Change(BY_KEY["login"].heading, "", student.login))
            for school_class in wanted:
                self._place(work, school_class, changes, problems)
        title = f"{student.display_name} ({student.login})" if student.login else row.cells.get("login", "")
        if problems:
            state, changes = LineState.WRONG, []
        elif student.pk is None:
            state = LineState.NEW
        else:
            state = LineState.CHANGED if changes else LineState.UNCHANGED
        return Line(row.number, title, state, changes, problems, work)

    def _student(self, cells: dict, since: datetime.date, problems: list) -> Person:
        """The school's student with that login, or a new account. Nobody of another school is found, nor told of."""
        login = cells.get("login", "").lower()
        person = self.known.get(login)
        if login and (person is None or not stays_there(Role.STUDENT, self.school, since, self.held[person.pk])):
            reason = _("No student of your school has the login %(login)s.") % {"login": login}
            problems.append(problem("login", reason, _("Leave the cell empty for a new student."), BY_KEY))
            return Person()
        if person:
            return person
        names = {key: tidy_name(cells.get(key, "")) for key in ("given_name", "family_name")}
        for key, name in names.items():
            if not name:
                problems.append(problem(key, _("This cell is needed for a new student."), _("Fill in this cell."), BY_KEY))
            elif refusal := why_not_a_name(name):
                problems.append(problem(key, refusal.reason, _("Write the name as it is to be printed."), BY_KEY))
            elif len(name) > LONGEST_NAME:
                problems.append(problem(key, _("This name is longer than 80 characters."), _("Shorten it."), BY_KEY))
        new = Person(**names)
        if not problems:
            new.login = free_login(new.given_name, new.family_name, taken=self.taken)
            self.taken.add(new.login)
        return new

    def _classes(self, cells: dict, problems: list) -> list[SchoolClass]:
        found = []
        groups = [name.strip() for name in cells.get("groups", "").replace("|", ",").split(",")]
        for key, name in [("school_class", cells.get("school_class", "")), *[("groups", group) for group in groups if group]]:
            school_class = self.classes.get(name.casefold())
            if len(name) > LONGEST_CLASS_NAME:
                reason = _("A class’s name has at most %(most)s characters; this one has %(length)s.")
                words = {"most": LONGEST_CLASS_NAME, "length": len(name)}
                problems.append(problem(key, reason % words, _("Write the name as the class has it here."), BY_KEY))
            elif school_class is None:
                reason = _("Your school has no class or group called “%(name)s” this year.") % {"name": name}
                problems.append(problem(key, reason, _("Check the name, or open the class first."), BY_KEY))
            elif school_class.is_a_whole_class != (key == "school_class"):
                reason = _("“%(name)s” is in the wrong column.") % {"name": name}
                problems.append(problem(key, reason, _("Classes are in one column, groups and options in the other."), BY_KEY))
            else:
                found.append(school_class)
        return found

    def _place(self, work: Work, school_class: SchoolClass, changes: list, problems: list) -> None:
        """Into the class: already there, from another class, or new."""
        others = self.others[work.student.pk] if work.student.pk else []
        if any(other.school_class_id == school_class.pk and other.until is None for other in others):
            return
        old = None
        if school_class.is_a_whole_class:
            old = next((o for o in others if o.school_class.is_a_whole_class and o.until is None and o.since <= work.since), None)
        left = [other for other in others if other is not old]
        held = (
            self.held[work.student.pk] if work.student.pk else [Membership(organisation=self.school, role=Role.STUDENT, since=work.since)]
        )
        key = "school_class" if school_class.is_a_whole_class else "groups"
        if refusal := why_not_join_class(work.student, school_class, work.since, held=held, others=left):
            problems.append(problem(key, refusal.reason, refusal.advice or _("Check the day."), BY_KEY))
            return
        if old:
            work.changes_to = school_class
        else:
            work.joins.append(school_class)
        words = {"school_class": school_class.name, "day": shown(work.since)}
        was = old.school_class.name if old else ""
        changes.append(Change(BY_KEY[key].heading, was, _("%(school_class)s, from %(day)s") % words))


def plan(rows: list[Row], *, school: Organisation) -> list[Line]:
    return StudentsPlan(rows, school).lines


def apply(rows: list[Row], *, school: Organisation, by: Person) -> list[Line]:
    """Write what the table says, in one transaction; a second time nothing changes. Raises `TableHasWrongLines`."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school.pk)
        lines = plan(rows, school=school)
        if any(line.state == LineState.WRONG for line in lines):
            raise TableHasWrongLines
        for line in lines:
            if line.state != LineState.UNCHANGED:
                _write(line.work, school, by)
    return lines


def _write(work: Work, school: Organisation, by: Person) -> None:
    student = work.student
    if student.pk is None:
        student.set_unusable_password()
        student.save()
        memberships_service.join(person=student, organisation=school, role=Role.STUDENT, since=work.since, by=by)
    if work.changes_to:
        classes.change_class(student=student, to=work.changes_to, on=work.since, by=by)
    for school_class in work.joins:
        classes.join_class(student=student, school_class=school_class, since=work.since, by=by)


def export_rows(school: Organisation) -> list[dict]:
    """One line per student of today: a table of the same form. Two queries."""
    held = ClassMembership.objects.filter(school_class__school=school, until__isnull=True).select_related("school_class", "student")
    by_student: dict[Person, list[ClassMembership]] = defaultdict(list)
    for membership in held.order_by("student__family_name", "student__given_name", "student_id"):
        by_student[membership.student].append(membership)
    rows = []
    for student, places in by_student.items():
        whole = next((m for m in places if m.school_class.is_a_whole_class), None)
        rows.append(
            {
                "login": student.login,
                "family_name": student.family_name,
                "given_name": student.given_name,
                "school_class": whole.school_class.name if whole else "",
                "groups": ", ".join(m.school_class.name for m in places if not m.school_class.is_a_whole_class),
                "since": whole.since.isoformat() if whole else "",
            }
        )
    return rows
