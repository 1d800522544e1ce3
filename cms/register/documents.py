"""One person's data as a ZIP: a page to read, the same as JSON, and the files."""

import datetime
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cms.register.enums import LABELS, NOT_THERE
from cms.register.queries import acts_of, register, rows_of
from courses.digest.register import PERIODS, Category, Holding


@dataclass
class Section:
    """One category of the register, with the person's rows."""

    category: Category
    rows: list[list[tuple[str, Any]]] = field(default_factory=list)  # (label, value) of each row


class Export:
    """Reads the register's holdings one after the other, so that memory holds one of them."""

    def __init__(self, person, now: datetime.datetime):
        self.person, self.now = person, now
        self.data: dict[str, list[dict]] = {}
        self.sections: dict[str, Section] = {}

    def write(self, archive: zipfile.ZipFile) -> None:
        for holding in register().holdings:
            rows = [self._row(archive, holding, row) for row in rows_of(holding, self.person)]
            if rows:
                self.data.setdefault(holding.model, []).extend(rows)
                section = self.sections.setdefault(holding.category, Section(register().categories[holding.category]))
                section.rows += [[(str(LABELS.get(name, name)), value) for name, value in row.items()] for row in rows]
        order = list(register().categories)
        sections = [self.sections[key] for key in sorted(self.sections, key=order.index)]
        acts = [(holding, count) for holding, count in acts_of(self.person)]
        about = {"person": self.person.login, "made_at": self.now, "data": self.data}
        about["done_by_the_person"] = {f"{holding.model}.{name}": count for (holding, name), count in acts}
        archive.writestr("data.json", json.dumps(about, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        context = {"person": self.person, "sections": sections, "acts": sum(count for _which, count in acts), "now": self.now}
        archive.writestr("index.html", render_to_string("register/documents/export.html", context))

    def _row(self, archive: zipfile.ZipFile, holding: Holding, row: models.Model) -> dict:
        return {name: self._value(archive, row, name) for name in holding.fields}

    def _value(self, archive: zipfile.ZipFile, row: models.Model, name: str):
        column = row._meta.get_field(name)
        value = getattr(row, name)
        if isinstance(column, models.ManyToManyField):
            return [str(one) for one in value.all()]
        if isinstance(column, models.FileField):
            return self._file(archive, row, name, value) if value else ""
        if isinstance(column, models.BinaryField):
            return self._put(archive, f"{row._meta.model_name}-{row.pk}-{name}.eml", [bytes(value)]) if value else ""
        if isinstance(column, models.ForeignKey):
            return str(value) if value is not None else ""
        if getattr(column, "choices", None):
            return str(getattr(row, f"get_{name}_display")())
        if isinstance(value, datetime.datetime):
            return timezone.localtime(value).isoformat(timespec="seconds")
        return value

    def _file(self, archive: zipfile.ZipFile, row: models.Model, name: str, value) -> str:
        try:
            with value.storage.open(value.name) as file:
                ending = value.name.rpartition(".")[2]
                return self._put(archive, f"{row._meta.model_name}-{row.pk}-{name}.{ending}", _chunks(file))
        except FileNotFoundError:
            return str(NOT_THERE)

    def _put(self, archive: zipfile.ZipFile, name: str, chunks) -> str:
        path = f"files/{name}"
        with archive.open(path, "w") as target:
            for chunk in chunks:
                target.write(chunk)
        return path


def _chunks(file) -> Iterator[bytes]:
    while chunk := file.read(256 * 1024):
        yield chunk


def export(person, *, now: datetime.datetime) -> IO[bytes]:
    """The archive as an open temporary file, in the person's language. Nothing is kept."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response that sends it closes it)
    with translation.override(person.language), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        Export(person, now).write(archive)
    file.seek(0)
    return file


# For the data protection officer

PAPERS = ("register", "dpia")


def paper(name: str) -> str:
    """`docs/register.md` or `docs/dpia.md`, in Markdown and English, as all of docs/."""
    with translation.override("en"):
        lines = render_to_string(f"register/documents/{name}.md", _of_the_register()).splitlines()
    return "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line.strip() or before.strip()).strip() + "\n"


def _of_the_register() -> dict:
    whole = register()
    categories = [
        {
            "category": category,
            "whose": ", ".join(str(one.label) for one in category.whose),
            "holdings": [holding for holding in whole.holdings if holding.category == category.key],
        }
        for category in whole.categories.values()
    ]
    return {"categories": categories, "periods": PERIODS, "dpo": settings.DPO_ADDRESS}
