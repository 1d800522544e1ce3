"""The research pack of the pilots: a Data Package (Frictionless Standards, version 1) of published
cells, with its dictionary, its definitions, its licence and the rules of hiding.
"""

import codecs
import datetime
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext

from cms.indicators.enums import ELSEWHERE, InventedShare, ReaderRole
from cms.indicators.models import ClosedWeek, Definition, HourFigure, WeekFigure
from cms.indicators.permissions import reads_figures_of_the_region
from cms.indicators.queries.pages import REGION, closed_calendar, definitions, pilots
from cms.indicators.queries.tables import invented_words
from cms.indicators.values.periods import invented_share
from courses.dates import date_words
from courses.digest.enums import MeasureKind
from courses.disclosure.values import FEWEST_PEOPLE
from courses.documents.models import Paper
from courses.documents.registry import ArchiveKind, PaperPage
from courses.people.models import Organisation, Person
from courses.tables.services.files import write_rows

EDITION = 5  # raised when the pack's form changes, so that one is made anew
PACK_KEPT = datetime.timedelta(days=7)
WHOLE = "all"  # the part of a number that has none
LICENCE = {
    "name": "etalab-2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    "title": "Licence Ouverte / Open Licence 2.0",
}
README = {"fr": "lisezmoi.md", "en": "readme.md"}  # template of each language


@dataclass(frozen=True)
class PackField:
    """A column, as a Table Schema says it."""

    name: str
    type: str
    description: str
    choices: tuple[str, ...] = ()
    is_required: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        constraints: dict[str, Any] = {"required": True} if self.is_required else {}
        if self.choices:
            constraints["enum"] = list(self.choices)
        told = {"name": self.name, "type": self.type, "description": self.description}
        return {**told, "constraints": constraints} if constraints else told


@dataclass(frozen=True)
class PackFile:
    """A file of rows: `key` names the columns that tell them apart, `refers` columns of another."""

    name: str
    description: str
    fields: tuple[PackField, ...]
    key: tuple[str, ...]
    rows: Callable[[], Iterable[tuple]]
    refers: tuple[tuple[tuple[str, ...], str], ...] = ()

    @property
    def path(self) -> str:
        return f"{self.name}.csv"

    @property
    def descriptor(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "path": self.path,
            "profile": "tabular-data-resource",
            "description": self.description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
            "schema": {
                "fields": [field.schema for field in self.fields],
                "missingValues": [""],
                "primaryKey": list(self.key),
                "foreignKeys": [
                    {"fields": list(fields), "reference": {"resource": to, "fields": list(fields)}}
                    for fields, to in self.refers
                ],
            },
        }

    @property
    def content(self) -> bytes:
        """Without the mark that spreadsheets want: programs read it."""
        lines = ([told(value) for value in row] for row in self.rows())
        text = write_rows([field.name for field in self.fields], lines, ",")
        return text.removeprefix(codecs.BOM_UTF8)


def told(value: Any) -> str:
    """A value as a Table Schema reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def fill_pack(paper: Paper, file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Write the files one after the other; yields how many are done, and of how many."""
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        translation.override(paper.language),
    ):
        files = pack_files()
        parts = len(files) + 1
        for done, one in enumerate(files, start=1):
            archive.writestr(one.path, one.content)
            yield done, parts
        archive.writestr(
            "datapackage.json",
            json.dumps(descriptor(files, paper.asked_at), ensure_ascii=False, indent=1),
        )
        for language, name in README.items():
            archive.writestr(f"{name.removesuffix('.md').upper()}.md", readme(files, language))
        yield parts, parts


def descriptor(files: list[PackFile], at: datetime.datetime) -> dict[str, Any]:
    about = gettext(
        "Figures of the pilot lycées of “lycéens connectés”, week by week, as they were published."
    )
    if share := share_of_all():
        about = f"{about} {invented_words(share)}"
    return {
        "profile": "tabular-data-package",
        "name": "passerelle-pilots",
        "title": gettext("Pilot lycées, week by week"),
        "description": about,
        "homepage": settings.SITE_ADDRESS,
        "created": at.isoformat(timespec="seconds"),
        "licenses": [LICENCE],
        "resources": [one.descriptor for one in files],
    }


def share_of_all() -> InventedShare | None:
    """Whether all closed weeks are the demo's, or some."""
    calendar = closed_calendar()
    return invented_share(None, calendar.weeks, calendar.invented)


def readme(files: list[PackFile], language: str) -> str:
    context = {
        "names": [one.path for one in files],
        "pilots": len(pilots()),
        "things": ", ".join(things_in(language)),
        "fewest": FEWEST_PEOPLE,
        "most_hidden": FEWEST_PEOPLE - 1,
        "licence": LICENCE,
        "share": share_of_all(),
    }
    return render_to_string(f"indicators/documents/{README[language]}", context).strip() + "\n"


def things_in(language: str) -> list[str]:
    """Names of the measures whose numbers are exact."""
    names = {
        one.code: getattr(one, f"name_{language}")
        for one in definitions()
        if one.kind == MeasureKind.THINGS.value
    }
    return [name[:1].lower() + name[1:] for name in names.values()]


def pack_files() -> list[PackFile]:
    """What stands in the pack; rows are read when a file is written."""
    chosen, known = pilots(), definitions()
    week = PackField("week", "date", gettext("The Monday of the week"))
    uai = PackField("uai", "string", gettext("The ministry’s number of the lycée"))
    counted = (
        PackField("measure", "string", gettext("The measure’s code")),
        PackField("version", "integer", gettext("The version of its definition")),
        PackField(
            "part",
            "string",
            gettext(
                "“all” for the whole; a role of the people counted; “elsewhere” for people of no school,"
                " and of pages for visitors, too: visits and people of those without a login aren’t counted"
            ),
            (WHOLE, *ReaderRole.values, ELSEWHERE),
        ),
    )
    number = PackField(
        "value", "integer", gettext("The number; missing where it is hidden"), is_required=False
    )
    hidden = PackField("hidden", "boolean", gettext("Whether the number is hidden"))
    weekday = PackField("weekday", "integer", gettext("0 for Monday, 6 for Sunday"))
    of_definition = (("measure", "version"), "definitions")
    of_week = (("week",), "weeks")
    return [
        PackFile(
            "schools",
            gettext("The pilot lycées"),
            (
                uai,
                PackField("name", "string", gettext("Name")),
                PackField("city", "string", gettext("City"), is_required=False),
                PackField("department", "string", gettext("Department"), is_required=False),
            ),
            ("uai",),
            lambda: [(number_of(one), one.name, one.city, one.department) for one in chosen],
        ),
        PackFile(
            "definitions",
            gettext("What each measure counts, in each of its versions"),
            (
                *counted[:2],
                PackField("since", "date", gettext("The first day of this version")),
                PackField(
                    "kind",
                    "string",
                    gettext("Things are exact; small numbers of acts and of people are hidden"),
                    ("things", "acts", "people"),
                ),
                *(
                    PackField(f"{name}_{language}", "string", f"{words} ({language})")
                    for language in ("fr", "en")
                    for name, words in (
                        ("name", gettext("Name")),
                        ("definition", gettext("Definition")),
                        ("unit", gettext("Unit")),
                        ("not_said", gettext("What it doesn’t say")),
                    )
                ),
            ),
            ("measure", "version"),
            lambda: [line_of_definition(one) for one in known],
        ),
        PackFile(
            "weeks",
            gettext("The closed weeks"),
            (
                week,
                PackField("schools", "integer", gettext("How many schools there were")),
                PackField(
                    "invented", "boolean", gettext("Whether the week is the demonstration’s")
                ),
            ),
            ("week",),
            lambda: ClosedWeek.objects.order_by("week").values_list(
                "week", "schools", "is_invented"
            ),
        ),
        PackFile(
            "pilots",
            gettext("A number for each week, pilot lycée, measure and part"),
            (week, uai, *counted, number, hidden),
            ("week", "uai", "measure", "version", "part"),
            lambda: figures(Q(school__in=chosen), {one.pk: number_of(one) for one in chosen}),
            ((("uai",), "schools"), of_definition, of_week),
        ),
        PackFile(
            "region",
            gettext("The region’s numbers: all lycées, the pilots among them"),
            (week, *counted, number, hidden),
            ("week", "measure", "version", "part"),
            lambda: figures(REGION, None),
            (of_definition, of_week),
        ),
        PackFile(
            "days",
            gettext("Pages read in the region, day by day"),
            (week, weekday, number, hidden),
            ("week", "weekday"),
            lambda: hours(is_day=True),
            (of_week,),
        ),
        PackFile(
            "hours",
            gettext("Pages read in the region, hour by hour"),
            (
                week,
                weekday,
                PackField("hour", "integer", gettext("0 to 23, on a clock in Paris")),
                number,
                hidden,
            ),
            ("week", "weekday", "hour"),
            lambda: hours(is_day=False),
            (of_week,),
        ),
    ]


def number_of(school: Organisation) -> str:
    return school.uai or school.public_id


def line_of_definition(one: Definition) -> tuple:
    words = (
        getattr(one, f"{name}_{language}")
        for language in ("fr", "en")
        for name in ("name", "definition", "unit", "not_said")
    )
    return one.code, one.version, one.since, one.kind, *words


def figures(where: Q, uais: dict[int, str] | None) -> Iterator[tuple]:
    rows = (
        WeekFigure.objects.published()
        .filter(where)
        .order_by("week", "school__uai", "definition__code", "definition__version", "part")
        .values_list(
            "week", "school_id", "definition__code", "definition__version", "part", "shown",
            "is_hidden",
        )
    )  # fmt: skip
    for week, school, code, version, part, shown, is_hidden in rows.iterator():
        of_school = () if uais is None else (uais[school],)
        yield week, *of_school, code, version, part or WHOLE, shown, is_hidden


def hours(*, is_day: bool) -> Iterator[tuple]:
    rows = HourFigure.objects.published().filter(hour__isnull=is_day)
    names = ("week", "weekday", *(() if is_day else ("hour",)))
    yield from rows.order_by(*names).values_list(*names, "shown", "is_hidden").iterator()


def _pack_page(_paper: Paper, reader: Person) -> PaperPage | None:
    if not reads_figures_of_the_region(reader):
        return None
    gone = date_words(_paper.asked_at + PACK_KEPT)
    return PaperPage(
        heading=gettext("Research pack"),
        lead=gettext("The pilot lycées of “lycéens connectés”, week by week."),
        content=gettext(
            "Tables (CSV) with their dictionary (datapackage.json), definitions in both languages, licence"
            " and rules of hiding. The file is deleted on %(day)s."
        )
        % {"day": gone},
        instead=gettext(
            "The file could not be made just now. Go back and ask once more; if it fails again, tell"
            " whoever runs Passerelle."
        ),
        back_url=reverse("indicators:pilots"),
        back_label=gettext("Pilot lycées"),
        file_name=f"{slugify(gettext('Pilot lycées'))}-{timezone.localdate(_paper.asked_at)}.zip",
    )


PACK = ArchiveKind("indicators.pack", fill_pack, _pack_page, kept=PACK_KEPT)
