"""Schools, providers and offices from a table, line by line, and a table of the same form."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from courses.people.enums import OrganisationKind
from courses.people.models import Organisation, Person
from courses.people.values import title_case_fr
from courses.tables.exceptions import CellRefused
from courses.tables.services.imports import ImportLine, TableImport, one_of
from courses.tables.values import EMPTIED, Column, FileRow

KIND_WORDS = {
    "school": OrganisationKind.SCHOOL, "lycée": OrganisationKind.SCHOOL, "établissement": OrganisationKind.SCHOOL,
    "provider": OrganisationKind.PROVIDER, "prestataire": OrganisationKind.PROVIDER,
    "académie": OrganisationKind.ACADEMIE, "academie": OrganisationKind.ACADEMIE,
    "région": OrganisationKind.REGION, "region": OrganisationKind.REGION,
}  # fmt: skip
NO_KIND, KINDS = (
    gettext_lazy("This line doesn’t say what it is."),
    gettext_lazy("Write school, provider, académie or région."),
)
YES_OR_NO = dict.fromkeys(["yes", "oui", "1", "true", "x"], True) | dict.fromkeys(
    ["no", "non", "0", "false", EMPTIED], False
)
UAI = re.compile(r"\d{7}[A-Z]", re.ASCII)
FIVE_FIGURES, DEPARTMENTS = (
    gettext_lazy("Five figures."),
    gettext_lazy("Two or three characters: 14, 2A, 974."),
)


def of_form(form: str, remedy: str | Promise) -> Callable[[str], str]:
    """A reader of cells in capitals that match this regular expression."""

    def read(text: str) -> str:
        if not re.fullmatch(form, text.upper()):
            raise CellRefused(
                gettext_lazy("“%(word)s” can’t appear here."), remedy, word=text.upper()
            )
        return text.upper()

    return read


COLUMNS = [
    Column(
        "uai",
        "UAI",
        "uai",
        gettext_lazy("Schools only: seven figures and a letter. It identifies the school."),
        read=str.upper,
    ),
    Column(
        "name",
        "name",
        "nom",
        gettext_lazy("Capitals become small, as French writes names."),
        is_required=True,
        read=title_case_fr,
        longest=160,
        must_be_filled=gettext_lazy("Give the organisation’s name."),
    ),
    Column(
        "kind",
        "kind",
        "type",
        gettext_lazy("school, provider, académie or région; school where there is a UAI."),
        read=one_of(KIND_WORDS, NO_KIND, KINDS),
    ),
    Column(
        "city", "city", "commune", gettext_lazy("Without CEDEX."), read=title_case_fr, longest=80
    ),
    Column(
        "postcode", "postcode", "code postal", FIVE_FIGURES, read=of_form(r"\d{5}", FIVE_FIGURES)
    ),
    Column(
        "department",
        "department",
        "département",
        DEPARTMENTS,
        read=of_form(r"\d{2,3}|2[AB]", DEPARTMENTS),
    ),
    Column(
        "is_pilot",
        "pilot",
        "pilote",
        gettext_lazy("yes for a pilot of “lycéens connectés”."),
        read=one_of(
            YES_OR_NO,
            gettext_lazy("“%(word)s” is neither yes nor no."),
            gettext_lazy("Write yes or no."),
        ),
    ),
]


class OrganisationsImport(TableImport):
    """One query, however many lines.

    The work of a line is its organisation, with the new values.
    """

    columns = COLUMNS

    def load(self, rows: list[FileRow]) -> None:
        self.known = {
            key_of(organisation): organisation for organisation in Organisation.objects.all()
        }

    def plan_line(self, line: ImportLine) -> None:
        wanted = self._wanted(line)
        if line.problems:
            line.title = line.text("name") or line.text("uai")
            return
        found = self.known.get(wanted["uai"] or (wanted["kind"], wanted["name"].casefold()))
        line.work = organisation = found or Organisation()
        line.is_new = not found
        for name, now in wanted.items():
            was = getattr(organisation, name)
            if was != now:
                setattr(organisation, name, now)
                if found and name in line.columns:
                    line.change(name, was, now)
        self.known[key_of(organisation)] = organisation  # for the next lines of the file
        line.title = str(organisation)

    def _wanted(self, line: ImportLine) -> dict[str, Any]:
        uai, typed = line["uai"] or "", line.text("name")
        kind = line["kind"] or (OrganisationKind.SCHOOL if uai else None)
        if kind is None and not line.is_wrong("kind"):
            line.refuse("kind", NO_KIND, KINDS)
        if uai and (not UAI.fullmatch(uai) or kind != OrganisationKind.SCHOOL):
            remedy = _("Write seven figures and a letter; leave it empty for others than schools.")
            line.refuse("uai", _("“%(word)s” is not the UAI of a school."), remedy, word=uai)
        if not uai and kind == OrganisationKind.SCHOOL:
            line.need("uai", _("Give the school’s UAI."))
        wanted = {"uai": uai or None, "kind": kind, "name": line["name"]}
        found = self.known.get(uai)
        if typed != line["name"] and not (found and found.official_name == typed):
            wanted["official_name"] = typed
        filled = {
            key: line[key]
            for key in ("city", "postcode", "department", "is_pilot")
            if line[key] is not None
        }
        return wanted | filled

    def write_line(self, line: ImportLine, *, by: Person | None, **options: Any) -> None:
        line.work.save()
        log(instance=line.work, action="people.import", user=by)

    def export_rows(self) -> Iterable[Mapping[str, Any]]:
        return Organisation.objects.values(*[column.key for column in COLUMNS])


def key_of(organisation: Organisation) -> str | tuple[str, str]:
    """Schools by their UAI, which stays when they are renamed; others by kind and name."""
    return organisation.uai or (organisation.kind, organisation.name.casefold())
