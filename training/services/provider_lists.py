"""The provider's own list of who attended a meeting: read, matched to people by a training planner,
erased when the sheet is closed.

Each holds the session's row, then the sheet's, until commit.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from courses.people.models import Person
from courses.tables.enums import LineState
from courses.tables.exceptions import CellRefused
from courses.tables.services.imports import ImportLine, TableImport
from courses.tables.values import Column, FileRow
from training import rules
from training.enums import Attested
from training.models import ProviderRow, Sheet, SheetLine
from training.services import attendance
from training.values import LONGEST_MINUTES, minutes_of


def a_duration(text: str) -> int:
    try:
        return minutes_of(text)
    except ValueError as error:
        raise CellRefused(
            _("“%(word)s” is no duration."), _("Write it as 65, 65 min or 01:05:30."), word=text
        ) from error


COLUMNS = (
    Column(
        "name",
        "name",
        "nom",
        _("As the provider’s tool knew the person."),
        is_required=True,
        longest=200,
        must_be_filled=_("A line without a name can’t be matched to anybody."),
        others=(
            "participant",
            "participants",
            "full name",
            "name (original name)",
            "nom complet",
            "nom et prénom",
            "nom (nom original)",
            "nom d’utilisateur",
            "nom d'utilisateur",
        ),
    ),
    Column(
        "minutes",
        "duration",
        "durée",
        _("65, 65 min, 1 h 05 or 01:05:30. An empty cell is 0 min."),
        is_required=True,
        read=a_duration,
        if_empty=0,
        others=(
            "minutes",
            "temps",
            "temps de présence",
            "time",
            "duration (minutes)",
            "total duration (minutes)",
            "in-meeting duration",
            "durée (minutes)",
            "durée totale (minutes)",
            "durée en minutes",
            "durée de la présence",
            "durée dans la réunion",
        ),
    ),
)


class ProviderListImport(TableImport):
    """Lines are the same person's, from one list to the next, by the name and its turn in the file.

    `missing` are the rows of the earlier list that the new one hasn't got any more.
    """

    columns = COLUMNS

    def __init__(self, sheet: Sheet, *, now: datetime | None = None):
        self.sheet, self.now = sheet, now or timezone.now()
        self.missing: list[ProviderRow] = []

    def lock(self) -> None:
        self.sheet = attendance.both_held(self.sheet)
        if refusal := rules.why_not_list(self.sheet, now=self.now):
            raise refusal

    def load(self, rows: list[FileRow]) -> None:
        self.turns: Counter[str] = Counter()
        self.known: dict[tuple[str, int], ProviderRow] = {}
        turns: Counter[str] = Counter()
        for row in self.sheet.provider_rows.all():
            self.known[_key(row.name, turns)] = row
        self.missing = list(self.known.values())

    def plan_line(self, line: ImportLine) -> None:
        name = line.title = line.text("name")
        known = self.known.get(_key(name, self.turns))
        line.work, line.is_new = known, known is None
        if known is not None:
            self.missing.remove(known)
            if line["minutes"] is not None and line["minutes"] != known.minutes:
                line.change("minutes", f"{known.minutes} min", f"{line['minutes']} min")

    def apply(
        self, rows: list[FileRow], *, by: Any, shown: str, **options: Any
    ) -> list[ImportLine]:
        """Replace the earlier list; who was matched and is still there stays matched."""
        with transaction.atomic():
            lines = super().apply(rows, by=by, shown=shown, **options)
            self.sheet.provider_rows.all().delete()
            ProviderRow.objects.bulk_create(self._row(line, by) for line in lines)
            bring_in_step(self.sheet)
            log(
                instance=self.sheet,
                action="training.provider_list",
                user=by,
                data={"lines": len(lines)},
            )
        return lines

    def is_done(self, rows: list[FileRow]) -> bool:
        """The sheet's list is this one already."""
        lines = self.plan(rows)
        return not self.missing and all(line.state == LineState.UNCHANGED for line in lines)

    def write_line(self, line: ImportLine, *, by: Any, **options: Any) -> None:
        """All lines are written at once, by `apply`."""

    def _row(self, line: ImportLine, by: Person) -> ProviderRow:
        return ProviderRow(
            sheet=self.sheet,
            number=line.line_number,
            name=line["name"],
            minutes=line["minutes"],
            line_id=line.work.line_id if line.work else None,
            uploaded_by=by,
            uploaded_at=self.now,
        )


def match(
    *, sheet: Sheet, chosen: Mapping[str, str], by: Person, now: datetime | None = None
) -> int:
    """Say whose the lines of the list are: names → public ids of the sheet's lines, "" for nobody.

    Several lines of one name are added. Gives how many people have minutes from the list. Raises a
    `Refusal`.
    """
    with transaction.atomic():
        sheet = attendance.both_held(sheet)
        if refusal := rules.why_not_list(sheet, now=now or timezone.now()):
            raise refusal
        lines = {line.public_id: line for line in sheet.lines.participants()}
        rows = list(sheet.provider_rows.all())
        for row in rows:
            if row.name in chosen:
                row.line = lines.get(chosen[row.name])
        ProviderRow.objects.bulk_update(rows, ["line"])
        bring_in_step(sheet)
        log(instance=sheet, action="training.match_provider_list", user=by)
    return len({row.line_id for row in rows if row.line_id})


def erase(*, sheet: Sheet, by: Person, now: datetime | None = None) -> None:
    """The list and the minutes taken from it; raises a `Refusal`."""
    with transaction.atomic():
        sheet = attendance.both_held(sheet)
        if refusal := rules.why_not_list(sheet, now=now or timezone.now()):
            raise refusal
        sheet.provider_rows.all().delete()
        bring_in_step(sheet)
        log(instance=sheet, action="training.erase_provider_list", user=by)


def bring_in_step(sheet: Sheet) -> None:
    """Each line's minutes from the list; a choice of minutes that are gone falls back. Under the
    sheet's lock.
    """
    minutes: dict[int, int] = {}
    matched = sheet.provider_rows.filter(line__isnull=False)
    for line_id, more in matched.values_list("line", "minutes"):
        minutes[line_id] = min(minutes.get(line_id, 0) + more, LONGEST_MINUTES)
    changed = []
    for line in sheet.lines.participants():
        if line.provider_minutes != minutes.get(line.pk):
            line.provider_minutes = minutes.get(line.pk)
            if line.provider_minutes is None and line.choice == Attested.PROVIDER:
                line.choice = Attested.MEASURED
            changed.append(line)
    if changed:
        SheetLine.objects.bulk_update(changed, ["provider_minutes", "choice"])
        sheet.revision += 1
        sheet.save(update_fields=["revision"])


def proposed(names: Iterable[str], people: Mapping[str, str]) -> dict[str, str]:
    """Names of the list → keys of `people`, where the words of one name are those of one person.

    A proposal: the training planner confirms it.
    """
    known: dict[frozenset[str], list[str]] = {}
    for key, name in people.items():
        known.setdefault(_words(name), []).append(key)
    return {
        name: found[0]
        for name in names
        if len(found := known.get(_words(name), [])) == 1 and _words(name)
    }


def _words(name: str) -> frozenset[str]:
    """Without accents and capitals, in any order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return frozenset(letters.split())


def _key(name: str, turns: Counter[str]) -> tuple[str, int]:
    folded = name.strip().casefold()
    turns[folded] += 1
    return folded, turns[folded]
