"""Licences from a table, line by line, and a table of the same form; what resources cost."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from courses.catalogue.enums import SET_COST, LicenceScope
from courses.catalogue.exceptions import (
    AmountSetByColleague,
    AmountSetInAnotherTab,
    AmountSetMeanwhile,
    AmountsSetMeanwhile,
)
from courses.catalogue.models import Licence, Resource
from courses.catalogue.queries import costs_of, last_to_set_cost
from courses.catalogue.values import AmountChange, euros
from courses.digest.services import tell
from courses.locks import lock_then_read
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person, Subject
from courses.people.services.people_columns import codes, subjects_of
from courses.tables.services.imports import ImportLine, TableImport, a_day, one_of
from courses.tables.values import Column, FileRow, words_of

SCOPE_WORDS = {
    "school": LicenceScope.WHOLE_SCHOOL,
    "établissement": LicenceScope.WHOLE_SCHOOL,
    "subjects": LicenceScope.SUBJECTS,
    "disciplines": LicenceScope.SUBJECTS,
    "named": LicenceScope.NAMED,
    "nominatif": LicenceScope.NAMED,
}
COLUMNS = [
    Column(
        "resource",
        "resource",
        "ressource",
        gettext_lazy("Its address (educarte) or its name."),
        is_required=True,
    ),
    Column(
        "school", "school", "établissement", gettext_lazy("The school’s UAI."), is_required=True
    ),
    Column(
        "scope",
        "for whom",
        "pour qui",
        gettext_lazy("school, subjects or named; the whole school if empty."),
        read=one_of(
            SCOPE_WORDS,
            gettext_lazy("“%(word)s” is not understood."),
            gettext_lazy("Write school, subjects or named."),
        ),
        if_empty=LicenceScope.WHOLE_SCHOOL,
    ),
    Column(
        "since",
        "from",
        "depuis",
        gettext_lazy("The first day: 2026-09-01 or 01/09/2026."),
        is_required=True,
        read=a_day,
        must_be_filled=gettext_lazy("Give the first day of the licence."),
    ),
    Column(
        "until",
        "until",
        "jusqu’au",
        gettext_lazy("The last day, included; without end if empty."),
        read=a_day,
        can_be_emptied=True,
    ),
    Column(
        "subjects",
        "subjects",
        "disciplines",
        gettext_lazy("For “subjects”: their codes, with a space between them."),
        read=words_of,
    ),
    Column(
        "teachers",
        "teachers",
        "enseignants",
        gettext_lazy("For “named”: logins or email addresses, with a space between them."),
        read=lambda text: words_of(text.lower()),
    ),
    Column(
        "contact",
        "whom to ask",
        "contact",
        gettext_lazy("A function rather than a name: the school librarian."),
        longest=120,
        can_be_emptied=True,
    ),
]


@dataclass
class LicenceWork:
    """Work of one line: the licence with its new days, and for whom; None leaves what is there."""

    licence: Licence
    subjects: list[Subject] | None = None
    teachers: list[Person] | None = None


class LicencesImport(TableImport):
    """A licence is told from others by resource, school, scope and first day."""

    columns = COLUMNS

    def load(self, rows: list[FileRow]) -> None:
        self.resources = {
            name.casefold(): one for one in Resource.objects.all() for name in (one.slug, one.name)
        }
        found = Organisation.objects.by_uai({row.cells.get("school", "") for row in rows})
        self.schools = {uai.casefold(): school for uai, school in found.items()}
        schools = list(found.values())
        self.subjects = {subject.code: subject for subject in Subject.objects.all()}
        wanted = {word.lower() for row in rows for word in words_of(row.cells.get("teachers", ""))}
        self.people = {}
        for person in Person.objects.annotate_lower_email().filter(
            Q(login__in=wanted) | Q(lower_email__in=wanted)
        ):
            self.people[person.login] = person
            self.people[person.lower_email or person.login] = person
        self.teach = defaultdict(set)
        pairs = Membership.objects.filter(organisation__in=schools, role=Role.TEACHER)
        for school_id, person_id in pairs.values_list("organisation_id", "person_id"):
            self.teach[school_id].add(person_id)
        self.known = {
            (licence.resource_id, licence.school_id, licence.scope, licence.since): licence
            for licence in Licence.objects.filter(school__in=schools).prefetch_related(
                "subjects", "teachers"
            )
        }
        self.seen: set[tuple] = set()

    def plan_line(self, line: ImportLine) -> None:
        reason, remedy = (
            _("No resource is known as “%(word)s”."),
            _("Check its name, or add it in the administration first."),
        )
        resource = line.find("resource", self.resources, reason, remedy)
        reason, remedy = (
            _("No school has the UAI “%(word)s”."),
            _("Check the UAI, or add the school in the administration first."),
        )
        school = line.find("school", self.schools, reason, remedy)
        scope, since = line["scope"], line["since"]
        line.title = f"{resource or line.text('resource')}, {school or line.text('school')}"
        if None in (resource, school, scope, since):
            return
        key = (resource.pk, school.pk, scope, since)
        licence = self.known.get(key)
        line.is_new = licence is None
        line.work = LicenceWork(
            licence or Licence(resource=resource, school=school, scope=scope, since=since)
        )
        if key in self.seen:
            line.refuse(
                "since",
                _("The same licence is on an earlier line."),
                _("Leave one of the two lines out."),
            )
        self.seen.add(key)
        self._for_whom(line)
        self._facts(line)

    def _facts(self, line: ImportLine) -> None:
        licence = line.work.licence
        until, contact = (
            line.value_or("until", licence.until, None),
            line.value_or("contact", licence.contact, ""),
        )
        if until and until < licence.since:
            line.refuse("until", _("The last day is before the first."), _("Check both days."))
        for key, now in (("until", until), ("contact", contact)):
            if getattr(licence, key) != now:
                line.change(key, getattr(licence, key), now)
                setattr(licence, key, now)

    def _for_whom(self, line: ImportLine) -> None:
        licence = line.work.licence
        had_subjects = [] if line.is_new else codes(licence.subjects.all())
        had_teachers = [] if line.is_new else logins(licence.teachers.all())
        subjects, names = subjects_of(line, self.subjects) or [], line["teachers"] or []
        teachers = {self.people[name] for name in names if name in self.people}
        if unknown := [
            n
            for n in names
            if n not in self.people or self.people[n].pk not in self.teach[licence.school_id]
        ]:
            reason, remedy = (
                _("These people do not teach at this school: %(names)s."),
                _("Check the logins, or import the people first."),
            )
            line.refuse("teachers", reason, remedy, names=", ".join(unknown))
        if licence.scope == LicenceScope.SUBJECTS and not had_subjects:
            line.need("subjects", _("Name the subjects of this licence."))
        if licence.scope == LicenceScope.NAMED and not had_teachers:
            line.need("teachers", _("Name the teachers of this licence."))
        if subjects and codes(set(subjects)) != had_subjects:
            line.work.subjects = subjects
            line.change("subjects", had_subjects, codes(set(subjects)))
        if teachers and logins(teachers) != had_teachers:
            line.work.teachers = list(teachers)
            line.change("teachers", had_teachers, logins(teachers))

    def write_line(self, line: ImportLine, *, by: Person, **options: Any) -> None:
        licence = line.work.licence
        licence.save()
        if line.work.subjects is not None:
            licence.subjects.set(line.work.subjects)
        if line.work.teachers is not None:
            licence.teachers.set(line.work.teachers)
        log(instance=licence, action="catalogue.import", user=by)
        tell(f"resource:{licence.resource.slug}")

    def export_rows(self) -> list[dict[str, Any]]:
        licences = Licence.objects.select_related("resource", "school").prefetch_related(
            "subjects", "teachers"
        )
        return [
            {
                "resource": licence.resource.slug,
                "school": licence.school.uai,
                "scope": licence.scope,
                "since": licence.since,
                "until": licence.until,
                "subjects": codes(licence.subjects.all()),
                "teachers": logins(licence.teachers.all()),
                "contact": licence.contact,
            }
            for licence in licences
        ]


def logins(people: Iterable[Person]) -> list[str]:
    return sorted(person.login for person in people)


def set_costs(*, school_year: int, changes: dict[int, AmountChange], by: Person) -> int:
    """Set what resources cost in the school year that begins in that year, by primary key. Return how
    many changed: only these are logged, with the year and the amount.

    Holds the resources' rows until commit. Raises `AmountsSetMeanwhile`, and sets none, where an
    amount is neither what the page showed any more nor what was typed.
    """
    with transaction.atomic():
        resources = lock_then_read(Resource.objects.filter(pk__in=changes), no_key=True)
        stored = costs_of(school_year)
        changed = [one for one in resources if changes[one.pk].typed != stored.get(one.pk)]
        stale = [one for one in changed if changes[one.pk].shown != stored.get(one.pk)]
        if stale:
            said = {
                one.pk: _set_meanwhile(
                    last_to_set_cost(one, school_year), stored.get(one.pk), by=by
                )
                for one in stale
            }
            raise AmountsSetMeanwhile(said, stored)
        for resource in changed:
            _set_cost(resource, school_year, changes[resource.pk].typed, by=by)
    return len(changed)


def _set_meanwhile(
    entry: ModelLogEntry | None, amount: Decimal | None, *, by: Person
) -> AmountSetMeanwhile:
    words = euros(amount) or _("not known")
    if entry is None or entry.user is None:
        return AmountSetMeanwhile(amount=words)
    kind = AmountSetInAnotherTab if entry.user == by else AmountSetByColleague
    return kind(name=entry.user.display_name, at=entry.timestamp, amount=words)


def _set_cost(resource: Resource, school_year: int, amount: Decimal | None, *, by: Person) -> None:
    if amount is None:
        resource.costs.filter(school_year=school_year).delete()
    else:
        resource.costs.update_or_create(school_year=school_year, defaults={"amount": amount})
    told = {"year": school_year, "amount": None if amount is None else str(amount)}
    log(instance=resource, action=SET_COST, user=by, data=told)
