"""Beginning a page from one of three templates, and what its text may do better."""

import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.text import capfirst
from wagtail.blocks import StreamValue

from cms.guidance.enums import Improvement
from cms.guidance.models import BilingualPage, GuidancePage, TopicPage
from cms.guidance.rules import what_to_improve
from cms.guidance.services.step import pair_of, restate
from cms.guidance.values.block_values import stored
from cms.guidance.values.passages import Remark
from courses.catalogue.models import Resource
from courses.people.models import Person

TEMPLATES = Path(__file__).parents[1] / "content" / "templates"
FIELDS = ("lead", "audience")


@dataclass(frozen=True)
class Advice:
    """A remark in words, and the name of the place that it is about."""

    id: str
    place: str
    says: str


def remarks_on(page: BilingualPage) -> list[Advice]:
    """Remarks on the page as it is in hand: in the editor, as it is saved."""
    blocks = [(block.id, block.block_type, block.get_prep_value()["value"]) for block in page.body]
    found = what_to_improve(
        language=page.locale.language_code,
        lead=page.lead,
        audience=getattr(page, "audience", None),
        blocks=blocks,
    )
    places = {block.id: block.block.label for block in page.body}
    places |= {
        name: page._meta.get_field(name).verbose_name
        for name in FIELDS
        if name in {remark.id for remark in found}
    }
    return [
        Advice(remark.id, capfirst(str(places[remark.id])), in_words(remark)) for remark in found
    ]


def in_words(remark: Remark) -> str:
    return str(Improvement(remark.what).label) % {"found": remark.found, "number": remark.number}


@dataclass(frozen=True)
class Template:
    """A page to start from: its name, what it is good for, its blocks with hints in square
    brackets.
    """

    key: str
    title: str
    description: str
    lead: str
    audience: str
    body: list[dict]


def templates(language: str) -> list[Template]:
    """Templates of a language, in the order of their files."""
    return [read(path) for path in sorted((TEMPLATES / language).glob("*.toml"))]


def read(path: Path) -> Template:
    words = tomllib.loads(path.read_text())
    key = path.stem.partition("-")[2]
    return Template(
        key, words["title"], words["description"], words["lead"], words["audience"], words["body"]
    )


def begin_from(
    template: Template,
    *,
    title: str,
    under: TopicPage,
    by: Person,
    resource: Resource | None = None,
) -> GuidancePage:
    """A draft with the template's blocks and its hints, for this person to write on.

    Nobody but editors sees it.
    """
    rows = [
        {
            "id": str(uuid.uuid4()),
            "type": block["type"],
            "value": stored(block["type"], block["value"]),
        }
        for block in template.body
    ]
    # Without an address of its own: Wagtail makes a free one from the title.
    page = GuidancePage(
        title=title,
        lead=template.lead,
        audience=template.audience,
        owner=by,
        live=False,
        resource=resource,
    )
    page.locale = under.locale
    page.body = StreamValue(GuidancePage._meta.get_field("body").stream_block, rows, is_lazy=True)
    with transaction.atomic():
        under.add_child(instance=page)
        page.save_revision(user=by, log_action=True)
        restate(pair_of(page))
    return page
