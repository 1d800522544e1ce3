"""What the registrars read of sets of the whole académie: schools and numbers, nobody's name."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext, ngettext, pgettext

from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.roster import rules
from courses.roster.enums import ImportState
from courses.roster.models import AcademySet, RosterImport

SHOWN_SETS = 20
SHOWN_SCHOOLS = 100  # of one page


@dataclass(frozen=True)
class AcademyLine:
    """A school in a set of the académie: its part, as an import, or why it has none."""

    school: Organisation
    one: RosterImport | None = None
    changes: int = 0
    refusal: Refusal | None = None

    @property
    def words(self) -> str:
        if self.one is None:
            return self.why_not
        number = ngettext("%(number)s change", "%(number)s changes", self.changes)
        return f"{self.state} · {number % {'number': self.changes}}"

    @property
    def is_told(self) -> bool:
        """The school was told why it has no part."""
        return self.refusal is not None and rules.is_told_of_a_part(self.refusal)

    @property
    def why_not(self) -> str:
        """For the registrars; what the school was told, in its own words."""
        if self.refusal is None:
            return ""
        words = f"{self.refusal.reason} {self.refusal.advice}".strip()
        if not self.is_told:
            return words
        return gettext("The school was told: %(words)s") % {"words": words}

    @property
    def state(self) -> str:
        """Of the part, for who isn't of the school."""
        if self.one is None:
            return ""
        if self.one.state == ImportState.WAITING:
            return pgettext("roster", "waits for the school’s yes")
        return self.one.get_state_display()


@dataclass(frozen=True)
class AcademyPage:
    """A set, school by school, and the others."""

    one: AcademySet
    lines: Page
    others: list[AcademySet]

    @property
    def takes_none(self) -> int:
        """Schools of the set that were here and have neither a part nor a refusal. Not counted while
        schools wait for theirs.
        """
        if self.one.closed_at is None:
            return 0
        known = {str(line.school.uai).upper() for line in self.lines.paginator.object_list}
        return len(set(self.one.uais) - known) - self.one.unknown


def academy_page(public_id: str = "", number: str | None = None) -> AcademyPage | None:
    """Of that set, or the latest; a page of its schools. None if there is none. Five queries at most."""
    sets = AcademySet.objects.select_related("by")
    one = sets.filter(public_id=public_id).first() if public_id else sets.first()
    if one is None:
        return None
    others = [other for other in sets[: SHOWN_SETS + 1] if other.pk != one.pk]
    lines = Paginator(academy_lines(one), SHOWN_SCHOOLS).get_page(number)
    return AcademyPage(one, lines, others[:SHOWN_SETS])


def academy_lines(one: AcademySet) -> list[AcademyLine]:
    """What became of it last, school by school: first those whose part can't be read, then others that
    got none. Two queries.
    """
    refused = one.refusals.select_related("school").order_by("school__name")
    imports = one.imports.select_related("school").annotate(number=Count("changes"))
    imports = imports.defer("bad_records", "missing_classes", "class_names")
    imports = imports.order_by("school__name", "received_at", "pk")
    lines = {row.school_id: AcademyLine(row.school, refusal=row.why_not) for row in refused}
    none = sorted(lines.values(), key=lambda line: not line.is_told)
    parts = {part.school_id: AcademyLine(part.school, part, part.number) for part in imports}
    return [*none, *(part for school, part in parts.items() if school not in lines)]
