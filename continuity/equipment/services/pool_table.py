"""A school's pool from a table: one line is one thing, known by its number."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.enums import EquipmentKind
from continuity.equipment.services import pool
from continuity.equipment.values.numbers import number_of
from continuity.models import EquipmentItem
from continuity.models.equipment import MOST_EUROS
from courses.people.models import Organisation, Person
from courses.tables.exceptions import CellRefused
from courses.tables.services.imports import ImportLine, TableImport, one_of
from courses.tables.values import EMPTIED, Column, FileRow

KINDS = {
    "laptop": EquipmentKind.LAPTOP,
    "ordinateur": EquipmentKind.LAPTOP,
    "ordinateur portable": EquipmentKind.LAPTOP,
    "tablet": EquipmentKind.TABLET,
    "tablette": EquipmentKind.TABLET,
    "router": EquipmentKind.ROUTER,
    "routeur": EquipmentKind.ROUTER,
    "sim": EquipmentKind.SIM,
    "charger": EquipmentKind.CHARGER,
    "chargeur": EquipmentKind.CHARGER,
    "bag": EquipmentKind.BAG,
    "housse": EquipmentKind.BAG,
    "headset": EquipmentKind.HEADSET,
    "casque": EquipmentKind.HEADSET,
    "other": EquipmentKind.OTHER,
    "autre": EquipmentKind.OTHER,
}


def a_number(text: str) -> str:
    """Raises a `Refusal`."""
    try:
        return number_of(text)
    except ValueError as error:
        raise CellRefused(
            gettext_lazy("“%(word)s” is no number here."),
            gettext_lazy("Write letters, digits and hyphens, 12 at most."),
            word=text,
        ) from error


def whole_euros(text: str) -> int:
    """Raises a `Refusal`."""
    bare = text.replace("€", "").replace("\u00a0", "").replace("\u202f", "").strip()
    is_whole = bare.isascii() and bare.isdigit()
    # int() refuses more than 4,300 digits with a ValueError.
    if not is_whole or len(bare) > len(str(MOST_EUROS)) or int(bare) > MOST_EUROS:
        raise CellRefused(
            gettext_lazy("“%(word)s” is no whole number of euros up to %(most)s."),
            gettext_lazy("Write it without cents: 420."),
            word=text,
            most=MOST_EUROS,
        )
    return int(bare)


COLUMNS = [
    Column(
        "number",
        "number",
        "numéro",
        gettext_lazy("The one on its label, 12 characters at most: it says which thing it is."),
        is_required=True,
        read=a_number,
        must_be_filled=gettext_lazy("Each thing has a number."),
    ),
    Column(
        "kind",
        "kind",
        "type",
        gettext_lazy("laptop, tablet, router, sim, charger, bag, headset or other."),
        is_required=True,
        read=one_of(
            KINDS,
            gettext_lazy("“%(word)s” is no kind of thing here."),
            gettext_lazy("Write laptop, tablet, router, sim, charger, bag, headset or other."),
        ),
    ),
    Column(
        "model",
        "model",
        "modèle",
        gettext_lazy("Make and model, 60 characters at most."),
        longest=60,
        can_be_emptied=True,
    ),
    Column(
        "serial",
        "serial",
        "série",
        gettext_lazy("The maker’s serial number."),
        longest=40,
        can_be_emptied=True,
    ),
    Column(
        "value_euros",
        "value",
        "valeur",
        gettext_lazy("Estimated, in whole euros."),
        read=whole_euros,
        can_be_emptied=True,
    ),
    Column(
        "goes_with",
        "goes with",
        "avec",
        gettext_lazy("Of an accessory: the number of the device to which it belongs."),
        read=a_number,
        can_be_emptied=True,
    ),
]
EMPTY = {"model": "", "serial": "", "value_euros": None, "goes_with": None}


class PoolImport(TableImport):
    """States aren't in the table: what is lent or broken is said on each thing's page."""

    columns = COLUMNS

    def __init__(self, school: Organisation):
        self.school = school

    def lock(self) -> None:
        Organisation.objects.select_for_update().get(pk=self.school.pk)

    def load(self, rows: list[FileRow]) -> None:
        things = self.school.equipment.select_related("goes_with")
        self.known = {item.number: item for item in things}
        self.numbers = set(self.known) | {
            row.cells.get("number", "").strip().upper() for row in rows
        }
        self.serials = {item.serial: item.number for item in things if item.serial}
        self.seen: set[str] = set()

    def plan_line(self, line: ImportLine) -> None:
        number = line["number"]
        line.title = line.text("number")
        if number is None:
            return
        item = self.known.get(number)
        if number in self.seen:
            line.refuse("number", _("This number stands twice."), _("Leave one line."))
        self.seen.add(number)
        if item is None:
            line.need("kind", _("A new thing needs its kind."))
        self._refuse_serial(line, number)
        self._refuse_partner(line, number)
        line.is_new = item is None
        line.work = (item, self._values(line, item))
        for key, was, now in self._differences(item, line.work[1]):
            line.change(key, was, now)

    def _refuse_serial(self, line: ImportLine, number: str) -> None:
        serial = line["serial"]
        if not serial or serial == EMPTIED:
            return
        if self.serials.setdefault(serial, number) != number:
            reason = _("Number %(number)s has this serial number already.")
            line.refuse("serial", reason, _("Check both."), number=self.serials[serial])

    def _refuse_partner(self, line: ImportLine, number: str) -> None:
        partner = line["goes_with"]
        if not partner or partner == EMPTIED:
            return
        if partner == number or partner not in self.numbers:
            reason = _("There is no other thing with the number %(number)s.")
            line.refuse("goes_with", reason, _("Check the number."), number=partner)

    def _values(self, line: ImportLine, item: EquipmentItem | None) -> dict[str, Any]:
        was = self._present(item)
        values = {key: line.value_or(key, was[key], emptied=EMPTY[key]) for key in EMPTY}
        return values | {"kind": line.value_or("kind", was["kind"])}

    def _present(self, item: EquipmentItem | None) -> dict[str, Any]:
        if item is None:
            return EMPTY | {"kind": ""}
        return {
            "kind": item.kind,
            "model": item.model,
            "serial": item.serial,
            "value_euros": item.value_euros,
            "goes_with": item.goes_with.number if item.goes_with else None,
        }

    def _differences(
        self, item: EquipmentItem | None, values: dict[str, Any]
    ) -> Iterable[tuple[str, Any, Any]]:
        was = self._present(item)
        for key in ("kind", *EMPTY):
            if was[key] != values[key]:
                labels = dict(EquipmentKind.choices) if key == "kind" else {}
                yield key, labels.get(was[key], was[key]), labels.get(values[key], values[key])

    def write_line(self, line: ImportLine, *, by: Person, **options: Any) -> None:
        item, values = line.work
        partner = values.pop("goes_with")
        if item is None:
            item = pool.add(school=self.school, number=line["number"], by=by, **values)
            self.known[item.number] = item
        else:
            item = pool.correct(item=item, by=by, **values)
        self.partners.append((item, partner))

    def apply(
        self, rows: list[FileRow], *, by: Person, shown: str, **options: Any
    ) -> list[ImportLine]:
        """Partners may stand further down: things are joined when all lines are written."""
        self.partners: list[tuple[EquipmentItem, str | None]] = []
        with transaction.atomic():
            lines = super().apply(rows, by=by, shown=shown, **options)
            for item, partner in self.partners:
                item.goes_with = self.known[partner] if partner else None
                item.save(update_fields=["goes_with"])
        return lines

    def export_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "number": item.number,
                "kind": item.kind,
                "model": item.model,
                "serial": item.serial,
                "value_euros": item.value_euros,
                "goes_with": item.goes_with.number if item.goes_with else "",
            }
            for item in self.school.equipment.select_related("goes_with")
        ]
