"""Licences from a table, line by line, and a table of the same form."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence, Resource
from courses.digest.services import tell
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person, Subject
from courses.people.services.start import codes, problem, read_day, shown
from courses.people.values import Line
from courses.tables.enums import LineState
from courses.tables.exceptions import TableHasWrongLines
from courses.tables.values import EMPTIED, Change, Column, Problem, Row, words_of

COLUMNS = [
    Column("resource", "resource", "ressource", gettext_lazy("Its address (educarte) or its name."), is_required=True),
    Column("school", "school", "établissement", gettext_lazy("The school’s UAI."), is_required=True),
    Column("scope", "for whom", "pour qui", gettext_lazy("school, subjects or named; the whole school if empty.")),
    Column("since", "from", "depuis", gettext_lazy("The first day: 2026-09-01 or 01/09/2026."), is_required=True),
    Column("until", "until", "jusqu’au", gettext_lazy("The last day, included; without end if empty.")),
    Column("subjects", "subjects", "disciplines", gettext_lazy("For “subjects”: their codes, with a space between them.")),
    Column("teachers", "teachers", "enseignants", gettext_lazy("For “named”: logins or email addresses, with a space between them.")),
    Column("contact", "whom to ask", "contact", gettext_lazy("A function rather than a name: the school librarian.")),
]
BY_KEY = {column.key: column for column in COLUMNS}
SCOPE_WORDS = {
    "": LicenceScope.WHOLE_SCHOOL,
    "school": LicenceScope.WHOLE_SCHOOL,
    "établissement": LicenceScope.WHOLE_SCHOOL,
    "subjects": LicenceScope.SUBJECTS,
    "disciplines": LicenceScope.SUBJECTS,
    "named": LicenceScope.NAMED,
    "nominatif": LicenceScope.NAMED,
}
LONGEST_CONTACT = 120


@dataclass
class Work:
    """What a line asks for: the licence with its new days, and for whom; None leaves what is there."""

    licence: Licence
    subjects: list[Subject] | None = None
    teachers: list[Person] | None = None
    changed: list[str] = field(default_factory=list)


class LicencePlan:
    """What a table would do, against the database as it is now: a fixed number of queries, nothing written."""

    def __init__(self, rows: list[Row]):
        resources = list(Resource.objects.all())
        self.resources = {name.casefold(): resource for resource in resources for name in (resource.slug, resource.name)}
        uais = {row.cells.get("school", "").upper() for row in rows}
        self.schools = {school.uai: school for school in Organisation.objects.schools().filter(uai__in=uais)}
        self.subjects = {subject.code: subject for subject in Subject.objects.all()}
        wanted = {word.lower() for row in rows for word in words_of(row.cells.get("teachers", ""))}
        people = Person.objects.annotate_lower_email().filter(Q(login__in=wanted) | Q(lower_email__in=wanted))
        self.people = {}
        for person in people:
            self.people[person.login] = person
            self.people[person.lower_email or person.login] = person
        self.teach = defaultdict(set)
        pairs = Membership.objects.filter(organisation__in=self.schools.values(), role=Role.TEACHER)
        for school, person in pairs.values_list("organisation_id", "person_id"):
            self.teach[school].add(person)
        self.known = {
            (licence.resource_id, licence.school_id, licence.scope, licence.since): licence
            for licence in Licence.objects.filter(school__in=self.schools.values()).prefetch_related("subjects", "teachers")
        }
        self.seen: set[tuple] = set()
        self.lines = [self._line(row) for row in rows]

    def _line(self, row: Row) -> Line:
        problems: list[Problem] = []
        resource, school, scope, since = self._which(row.cells, problems)
        work, is_new = None, False
        changes: list[Change] = []
        if not problems:
            key = (resource.pk, school.pk, scope, since)
            licence = self.known.get(key)
            is_new = licence is None
            licence = licence or Licence(resource=resource, school=school, scope=scope, since=since)
            work = Work(licence)
            if key in self.seen:
                reason = _("The same licence is on an earlier line.")
                problems.append(problem("since", reason, _("Leave one of the two lines out."), BY_KEY))
            self.seen.add(key)
            self._facts(row.cells, work, is_new, changes, problems)
        title = f"{resource or row.cells.get('resource', '')}, {school or row.cells.get('school', '')}"
        state = LineState.NEW if is_new else LineState.CHANGED if changes else LineState.UNCHANGED
        if problems:
            state, changes = LineState.WRONG, []
        return Line(row.number, title, state, changes, problems, work)

    def _which(self, cells: dict, problems: list) -> tuple:
        resource = self.resources.get(cells.get("resource", "").casefold())
        school = self.schools.get(cells.get("school", "").upper())
        scope = SCOPE_WORDS.get(cells.get("scope", "").casefold())
        since = read_day(cells, "since", problems, BY_KEY)
        if resource is None:
            reason = _("No resource is known as “%(word)s”.") % {"word": cells.get("resource", "")}
            problems.append(problem("resource", reason, _("Check its name, or add it in the administration first."), BY_KEY))
        if school is None:
            reason = _("No school has the UAI “%(word)s”.") % {"word": cells.get("school", "")}
            problems.append(problem("school", reason, _("Check the UAI, or add the school in the administration first."), BY_KEY))
        if scope is None:
            reason = _("“%(word)s” is not understood.") % {"word": cells.get("scope", "")}
            problems.append(problem("scope", reason, _("Write school, subjects or named."), BY_KEY))
        if since is None and not any(p.column == BY_KEY["since"].heading for p in problems):
            problems.append(problem("since", _("Give the first day of the licence."), _("Fill in this cell."), BY_KEY))
        return resource, school, scope, since

    def _facts(self, cells: dict, work: Work, is_new: bool, changes: list, problems: list) -> None:
        licence = work.licence
        until, contact = read_day(cells, "until", problems, BY_KEY), cells.get("contact", "")
        until = None if cells.get("until") == EMPTIED else until or licence.until
        contact = "" if contact == EMPTIED else contact or licence.contact
        if until and until < licence.since:
            problems.append(problem("until", _("The last day is before the first."), _("Check both days."), BY_KEY))
        if len(contact) > LONGEST_CONTACT:
            problems.append(problem("contact", _("This is longer than 120 characters."), _("Shorten it."), BY_KEY))
        self._for_whom(cells, work, is_new, changes, problems)
        for key, now in (("until", until), ("contact", contact)):
            was = getattr(licence, key)
            if was != now:
                words = (shown(licence.until), shown(until)) if key == "until" else (was, now)
                changes.append(Change(BY_KEY[key].heading, *words))
                work.changed.append(key)
                setattr(licence, key, now)

    def _for_whom(self, cells: dict, work: Work, is_new: bool, changes: list, problems: list) -> None:
        licence = work.licence
        had_subjects = [] if is_new else sorted(licence.subjects.all(), key=lambda s: s.code)
        had_teachers = [] if is_new else sorted(licence.teachers.all(), key=lambda p: p.login)
        words, names = words_of(cells.get("subjects", "")), words_of(cells.get("teachers", "").lower())
        subjects = sorted({self.subjects[w].pk: self.subjects[w] for w in words if w in self.subjects}.values(), key=lambda s: s.code)
        teachers = sorted({self.people[n].pk: self.people[n] for n in names if n in self.people}.values(), key=lambda p: p.login)
        if unknown := [word for word in words if word not in self.subjects]:
            reason = _("These codes of subjects are not known: %(codes)s.") % {"codes": ", ".join(unknown)}
            problems.append(problem("subjects", reason, _("The codes are in the administration, under Subjects."), BY_KEY))
        if unknown := [n for n in names if n not in self.people or self.people[n].pk not in self.teach[licence.school_id]]:
            reason = _("These people do not teach at this school: %(names)s.") % {"names": ", ".join(unknown)}
            problems.append(problem("teachers", reason, _("Check the logins, or import the people first."), BY_KEY))
        if licence.scope == LicenceScope.SUBJECTS and not (words or had_subjects):
            problems.append(problem("subjects", _("Name the subjects of this licence."), _("Fill in this cell."), BY_KEY))
        if licence.scope == LicenceScope.NAMED and not (names or had_teachers):
            problems.append(problem("teachers", _("Name the teachers of this licence."), _("Fill in this cell."), BY_KEY))
        if words and subjects != had_subjects:
            work.subjects = subjects
            changes.append(Change(BY_KEY["subjects"].heading, codes(had_subjects), codes(subjects)))
        if names and teachers != had_teachers:
            work.teachers = teachers
            changes.append(Change(BY_KEY["teachers"].heading, logins(had_teachers), logins(teachers)))


def logins(people) -> str:
    return " ".join(person.login for person in people)


def plan(rows: list[Row]) -> list[Line]:
    return LicencePlan(rows).lines


def apply(rows: list[Row], *, by: Person) -> list[Line]:
    """Write what the table says, in one transaction; a second time nothing changes. Raises `TableHasWrongLines`."""
    with transaction.atomic():
        lines = plan(rows)
        if any(line.state == LineState.WRONG for line in lines):
            raise TableHasWrongLines
        for line in lines:
            if line.state != LineState.UNCHANGED:
                _write(line.work, by)
    return lines


def _write(work: Work, by: Person) -> None:
    work.licence.save()
    if work.subjects is not None:
        work.licence.subjects.set(work.subjects)
    if work.teachers is not None:
        work.licence.teachers.set(work.teachers)
    log(instance=work.licence, action="catalogue.import", user=by)
    tell(f"resource:{work.licence.resource.slug}")


def export_rows() -> list[dict]:
    licences = Licence.objects.select_related("resource", "school").prefetch_related("subjects", "teachers")
    return [
        {
            "resource": licence.resource.slug,
            "school": licence.school.uai or "",
            "scope": str(licence.scope),
            "since": licence.since.isoformat(),
            "until": licence.until.isoformat() if licence.until else "",
            "subjects": codes(sorted(licence.subjects.all(), key=lambda s: s.code)),
            "teachers": logins(sorted(licence.teachers.all(), key=lambda p: p.login)),
            "contact": licence.contact,
        }
        for licence in licences
    ]
