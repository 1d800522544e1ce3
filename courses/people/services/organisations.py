"""Schools, providers and offices from a table, line by line, and a table of the same form."""

import re
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from courses.people.enums import LineState, OrganisationKind
from courses.people.exceptions import TableHasWrongLines
from courses.people.models import Organisation, Person
from courses.people.services.start import problem
from courses.people.values import EMPTIED, Change, Column, Line, Problem, Row, title_case_fr

COLUMNS = [
    Column("uai", "UAI", "uai", gettext_lazy("Schools only: seven figures and a letter. It identifies the school.")),
    Column("name", "name", "nom", gettext_lazy("Capitals become small, as French writes names."), is_required=True),
    Column("kind", "kind", "type", gettext_lazy("school, provider, académie or région; school where there is a UAI.")),
    Column("city", "city", "commune", gettext_lazy("Without CEDEX.")),
    Column("postcode", "postcode", "code postal", gettext_lazy("Five figures.")),
    Column("department", "department", "département", gettext_lazy("Two or three characters: 14, 2A, 974.")),
    Column("is_pilot", "pilot", "pilote", gettext_lazy("yes for a pilot of “lycéens connectés”.")),
]
BY_KEY = {column.key: column for column in COLUMNS}
KIND_WORDS = {
    "school": OrganisationKind.SCHOOL, "lycée": OrganisationKind.SCHOOL, "établissement": OrganisationKind.SCHOOL,
    "provider": OrganisationKind.PROVIDER, "prestataire": OrganisationKind.PROVIDER,
    "académie": OrganisationKind.ACADEMIE, "academie": OrganisationKind.ACADEMIE,
    "région": OrganisationKind.REGION, "region": OrganisationKind.REGION,
}  # fmt: skip
YES, NO = {"yes", "oui", "1", "true", "x"}, {"no", "non", "0", "false", EMPTIED}
LONGEST = {"name": 160, "city": 80}
UAI, POSTCODE, DEPARTMENT = re.compile(r"\d{7}[A-Z]"), re.compile(r"\d{5}"), re.compile(r"\d{2,3}|2[AB]")


@dataclass
class Work:
    """What a line asks for."""

    organisation: Organisation
    fields: list[str] = field(default_factory=list)


class OrganisationsPlan:
    """What a table would do, against the database as it is now: one query, nothing written."""

    def __init__(self, rows: list[Row]):
        self.known = {key_of(organisation): organisation for organisation in Organisation.objects.all()}
        self.lines = [self._line(row) for row in rows]

    def _line(self, row: Row) -> Line:
        problems: list[Problem] = []
        wanted = self._wanted(row.cells, problems)
        if problems:
            return Line(row.number, row.cells.get("name") or row.cells.get("uai", ""), LineState.WRONG, [], problems)
        found = self.known.get(wanted["uai"] or (wanted["kind"], wanted["name"].casefold()))
        organisation = found or Organisation()
        work, changes = Work(organisation), []
        for name, now in wanted.items():
            was = getattr(organisation, name)
            if was != now:
                work.fields.append(name)
                setattr(organisation, name, now)
                if found and name in BY_KEY:
                    changes.append(Change(BY_KEY[name].heading, str(was or ""), str(now or "")))
        self.known[key_of(organisation)] = organisation  # for the next lines of the file
        state = LineState.NEW if not found else LineState.CHANGED if changes else LineState.UNCHANGED
        return Line(row.number, str(organisation), state, changes, [], work)

    def _wanted(self, cells: dict, problems: list) -> dict:
        uai, typed = cells.get("uai", "").upper(), cells.get("name", "")
        found = self.known.get(uai)
        kind_word = cells.get("kind", "")
        kind = KIND_WORDS.get(kind_word.casefold()) if kind_word else (OrganisationKind.SCHOOL if uai else None)
        if kind is None:
            problems.append(_problem("kind", _("This line doesn’t say what it is."), _("Write school, provider, académie or région.")))
        if uai and (not UAI.fullmatch(uai) or kind != OrganisationKind.SCHOOL):
            reason = _("“%(word)s” is not the UAI of a school.") % {"word": uai}
            problems.append(_problem("uai", reason, _("Write seven figures and a letter; leave it empty for others than schools.")))
        if not uai and kind == OrganisationKind.SCHOOL:
            problems.append(_problem("uai", _("Give the school’s UAI."), _("Fill in this cell.")))
        name, city = title_case_fr(typed), title_case_fr(cells.get("city", ""))
        if not name:
            problems.append(_problem("name", _("Give the organisation’s name."), _("Fill in this cell.")))
        for key, text in (("name", name), ("city", city)):
            if len(text) > LONGEST[key]:
                problems.append(_problem(key, _("This is longer than %(most)s characters.") % {"most": LONGEST[key]}, _("Shorten it.")))
        wanted = {"uai": uai or None, "kind": kind, "name": name}
        if typed != name and not (found and found.official_name == typed):
            wanted["official_name"] = typed
        wanted |= {"city": city} if city else {}
        for key, form in (("postcode", POSTCODE), ("department", DEPARTMENT)):
            if text := cells.get(key, "").upper():
                wanted[key] = text
                if not form.fullmatch(text):
                    problems.append(_problem(key, _("“%(word)s” can’t appear here.") % {"word": text}, str(BY_KEY[key].help)))
        if pilot := cells.get("is_pilot", "").casefold():
            wanted["is_pilot"] = pilot in YES
            if pilot not in YES | NO:
                problems.append(_problem("is_pilot", _("“%(word)s” is neither yes nor no.") % {"word": pilot}, _("Write yes or no.")))
        return wanted


def key_of(organisation: Organisation):
    """Schools by their UAI, which stays when they are renamed; others by kind and name."""
    return organisation.uai or (organisation.kind, organisation.name.casefold())


def _problem(key: str, reason: str, remedy: str) -> Problem:
    return problem(key, reason, remedy, BY_KEY)


def plan(rows: list[Row]) -> list[Line]:
    return OrganisationsPlan(rows).lines


def apply(rows: list[Row], *, by: Person | None) -> list[Line]:
    """Write what the table says, in one transaction; a second time nothing changes. Raises `TableHasWrongLines`."""
    with transaction.atomic():
        lines = plan(rows)
        if any(line.state == LineState.WRONG for line in lines):
            raise TableHasWrongLines
        for line in lines:
            if line.state != LineState.UNCHANGED:
                line.work.organisation.save()
                log(instance=line.work.organisation, action="people.import", user=by)
    return lines


def export_rows() -> list[dict]:
    return [
        {
            "uai": one.uai or "",
            "name": one.name,
            "kind": str(one.kind),
            "city": one.city,
            "postcode": one.postcode,
            "department": one.department,
            "is_pilot": _("yes") if one.is_pilot else "",
        }
        for one in Organisation.objects.all()
    ]
