"""One person's data as a ZIP: a page to read, the same as JSON, and the files."""

import datetime
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import pgettext

from cms.register.enums import LABELS, NOT_THERE
from cms.register.queries import acts_of, register, rows_of
from courses.agenda.enums import CalendarMethod
from courses.dates import date_words, hour
from courses.digest.register import PERIODS, Category, Holding
from courses.mail.documents import reason


def _done(entry) -> str:
    """The action of a log entry in words; an action of an older release by its name."""
    return entry.formatter.label if entry.formatter else entry.action


DAY_AND_HOUR = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d")  # in the names of rows, such as a meeting's
ENDING = re.compile(r"\.\w{1,8}$", re.ASCII)
COLON = re.compile(r"(?<=\S): ")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# What a column says by a name of the code, in words for whoever reads it.
SAYS = {
    ("courses.CalendarEntry", "method"): lambda row: (
        pgettext("export", "withdrawal")
        if row.method == CalendarMethod.CANCEL
        else pgettext("export", "invitation")
    ),
    ("courses.Letter", "kind"): reason,
    ("wagtailcore.ModelLogEntry", "action"): _done,
    ("wagtailcore.ModelLogEntry", "content_type"): lambda row: (
        row.content_type.name if row.content_type else ""
    ),
    ("wagtailcore.PageLogEntry", "action"): _done,
}
AN_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass
class RegisterSection:
    """One category of the register, with the person's rows."""

    category: Category
    rows: list[list[tuple[str, str]]] = field(default_factory=list)  # (label, value) of each row


class Export:
    """Reads the register's holdings one after the other, so that memory holds one of them."""

    def __init__(self, person, by, now: datetime.datetime):
        self.person, self.is_own, self.now = person, person == by, now
        self.data: dict[str, list[dict]] = {}
        self.sections: dict[str, RegisterSection] = {}

    def write(self, archive: zipfile.ZipFile) -> None:
        for holding in register().holdings:
            if holding.for_person_alone and not self.is_own:
                continue
            for row in rows_of(holding, self.person):
                told = self._row(archive, holding, row)
                self.data.setdefault(holding.model, []).append(told)
                section = self.sections.setdefault(
                    holding.category, RegisterSection(register().categories[holding.category])
                )
                section.rows.append(
                    [
                        (str(LABELS.get(name, name)), self._words(row, name, value))
                        for name, value in told.items()
                    ]
                )
        order = list(register().categories)
        sections = [self.sections[key] for key in sorted(self.sections, key=order.index)]
        acts = [(holding, count) for holding, count in acts_of(self.person)]
        about = {"person": self.person.login, "made_at": self.now, "data": self.data}
        about["done_by_the_person"] = {
            f"{holding.model}.{name}": count for (holding, name), count in acts
        }
        archive.writestr(
            "data.json", json.dumps(about, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        )
        context = {
            "person": self.person,
            "sections": sections,
            "is_own": self.is_own,
            "acts": sum(count for _which, count in acts),
            "has_files": any(name.startswith("files/") for name in archive.namelist()),
            "now": self.now,
        }
        archive.writestr("index.html", render_to_string("register/documents/export.html", context))

    def _row(self, archive: zipfile.ZipFile, holding: Holding, row: models.Model) -> dict:
        told = {one: getattr(row, f"{to}_id") for one, to in holding.only_to.items()}
        return {
            name: self._value(archive, row, name)
            for name in holding.fields
            if told.get(name, self.person.pk) == self.person.pk
        }

    def _words(self, row: models.Model, name: str, value) -> str:
        says = SAYS.get((row._meta.label, name))
        return str(says(row)) if says else in_words(value)

    def _value(self, archive: zipfile.ZipFile, row: models.Model, name: str):
        column = row._meta.get_field(name)
        value = getattr(row, name)
        if isinstance(column, models.ManyToManyField):
            return [named(one) for one in value.all()]
        if isinstance(column, models.FileField):
            return self._file(archive, row, name, value) if value else ""
        if isinstance(column, models.BinaryField):
            return (
                self._put(archive, f"{row._meta.model_name}-{row.pk}-{name}.eml", [bytes(value)])
                if value
                else ""
            )
        if isinstance(column, models.ForeignKey):
            return named(value) if value is not None else ""
        if getattr(column, "choices", None):
            return str(getattr(row, f"get_{name}_display")())
        return timezone.localtime(value) if isinstance(value, datetime.datetime) else value

    def _file(self, archive: zipfile.ZipFile, row: models.Model, name: str, value) -> str:
        try:
            with value.storage.open(value.name) as file:
                ending = _ending(value.name, getattr(row, "name", ""))
                return self._put(
                    archive, f"{row._meta.model_name}-{row.pk}-{name}{ending}", _chunks(file)
                )
        except FileNotFoundError:
            return str(NOT_THERE)

    def _put(self, archive: zipfile.ZipFile, name: str, chunks) -> str:
        path = f"files/{name}"
        with archive.open(path, "w") as target:
            for chunk in chunks:
                target.write(chunk)
        return path


def in_words(value) -> str:
    """A value of the copy as people write it, in the active language; nothing at all where nothing
    is said.
    """
    if isinstance(value, bool):
        return pgettext("export", "yes") if value else pgettext("export", "no")
    if isinstance(value, datetime.datetime):
        return pgettext("export", "%(day)s, %(hour)s") % {
            "day": date_words(value),
            "hour": hour(value),
        }
    if isinstance(value, datetime.date):
        return date_words(value)
    if isinstance(value, datetime.time):
        return hour(value)
    if isinstance(value, dict):
        found = [(str(LABELS.get(key, key)), in_words(one)) for key, one in value.items()]
        return "\n".join(
            pgettext("export", "%(name)s: %(value)s") % {"name": name, "value": words}
            for name, words in found
            if words
        )
    if isinstance(value, list | tuple):
        is_span = len(value) == 2 and all(isinstance(one, str) and _instant(one) for one in value)
        parts = [words for one in value if (words := in_words(one))]
        return " – ".join(parts) if is_span else ", ".join(parts)
    if isinstance(value, str) and (instant := _instant(value)):
        return in_words(instant)
    return "" if value is None else str(value)


def named(row) -> str:
    """Name of another row, with its days and hours in words and a French colon."""
    text = DAY_AND_HOUR.sub(
        lambda found: in_words(
            timezone.make_aware(datetime.datetime.strptime(found[0], "%d/%m/%Y %H:%M"))
        ),
        str(row),
    )
    text = ISO_DAY.sub(lambda found: date_words(datetime.date.fromisoformat(found[0])), text)
    return COLON.sub("\N{NO-BREAK SPACE}: ", text) if translation.get_language() == "fr" else text


def _instant(text: str) -> datetime.datetime | None:
    """Inside a JSON column instants are text (ISO 8601)."""
    try:
        return datetime.datetime.fromisoformat(text) if AN_INSTANT.match(text) else None
    except ValueError:
        return None


def _ending(*names: str) -> str:
    """The ending of the first name that has one, with its dot: attachments and material are stored
    under random names without one, and keep the uploaded name in a column.
    """
    return next((found[0].lower() for name in names if (found := ENDING.search(name))), "")


def _chunks(file) -> Iterator[bytes]:
    while chunk := file.read(256 * 1024):
        yield chunk


def export(person, *, by, now: datetime.datetime) -> IO[bytes]:
    """The archive as an open temporary file, in the person's language. Nothing is kept.

    `by` is who asks for it: what is for the person alone is in their own copy only.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response that sends it closes it)
    with (
        translation.override(person.language),
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        Export(person, by, now).write(archive)
    file.seek(0)
    return file


# For the data protection officer

PAPERS = {
    "register": "en",
    "dpia": "en",
    "registre": "fr",
    "aipd": "fr",
}  # file in docs/: its language


def paper(name: str) -> str:
    """One of `PAPERS`, in Markdown."""
    with translation.override(PAPERS[name]):
        lines = render_to_string(f"register/documents/{name}.md", _of_the_register()).splitlines()
    return (
        "\n".join(
            line
            for line, before in zip(lines, ["", *lines], strict=False)
            if line.strip() or before.strip()
        ).strip()
        + "\n"
    )


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
