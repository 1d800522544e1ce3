"""Two people saved one page: the version that came second is kept beside, and both become one,
passage by passage.
"""

import datetime
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.models import Page, Revision

from cms.guidance.models import BilingualPage, KeptVersion
from cms.guidance.rules import word_by_word
from cms.guidance.services.step import pair_of, restate
from cms.guidance.values.block_values import words_of
from cms.guidance.values.passages import Piece
from cms.guidance.values.versions import SETTINGS, WORDS, blocks_of, is_same_value, plain
from courses.people.models import Person

THE_SETTINGS = "settings"
KEPT_AFTERWARDS = datetime.timedelta(days=60)


@dataclass(frozen=True)
class PassageDifference:
    """A passage that the two versions say differently. Empty words: it isn't there."""

    id: str
    label: str
    kept: str
    saved: str
    changed_here: bool  # by who came second
    changed_there: bool  # by who came first

    @property
    def is_both(self) -> bool:
        """Neither alone can say which is right: a person chooses."""
        return self.changed_here and self.changed_there

    @property
    def takes_kept(self) -> bool:
        """The proposed choice: the side that was changed; of two changes, the unsaved one."""
        return self.changed_here

    @property
    def pieces(self) -> list[Piece]:
        return word_by_word(self.saved, self.kept)


def keep_beside(version: BilingualPage, *, by: Person, began_with: Revision | None) -> KeptVersion:
    """Put aside a version that was written over an older one than the latest.

    Idempotent: the same text is stored once.
    """
    content = plain(version.serializable_data())
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=version.pk)
        for there in KeptVersion.objects.waiting().filter(page_id=version.pk, by=by):
            if not list(differing(there.content, content, None, version)):
                return there
        began = plain(began_with.content) if began_with else None
        return KeptVersion.objects.create(
            page_id=version.pk, by=by, content=content, began_with=began
        )


def differences(kept: KeptVersion) -> list[PassageDifference]:
    """Between the version kept beside and the page as it is saved now, in the order of the page."""
    latest = latest_of(kept)
    return list(differing(kept.content, plain(latest.serializable_data()), kept.began_with, latest))


def settle(kept: KeptVersion, *, taken: Collection[str], by: Person) -> KeptVersion:
    """Make one version of the two: the page as saved, with those passages of the kept one whose ids
    are `taken`.

    A new draft, never a publication. Idempotent. Holds the page's row.
    """
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=kept.page_id)
        kept = KeptVersion.objects.select_for_update().get(pk=kept.pk)
        if kept.settled_at:
            return kept
        latest = latest_of(kept)
        if taken:
            content = merged(plain(latest.serializable_data()), kept.content, taken)
            one = latest.with_content_json(content)
            one.save_revision(user=by, log_action=True, clean=False)
            restate(pair_of(one))
        kept.settled_at, kept.settled_by = timezone.now(), by
        kept.save()
    return kept


def forget_settled(now: datetime.datetime) -> int:
    """Delete kept versions some time after they were settled. May run twice."""
    return KeptVersion.objects.filter(settled_at__lt=now - KEPT_AFTERWARDS).delete()[0]


def latest_of(kept: KeptVersion) -> BilingualPage:
    return Page.objects.get(pk=kept.page_id).get_latest_revision_as_object()


def differing(
    kept: dict, saved: dict, began: dict | None, page: BilingualPage
) -> Iterator[PassageDifference]:
    for name in WORDS:
        if name in saved and not is_same_value(kept.get(name), saved[name]):
            yield difference(
                name,
                label_of(page, name),
                kept.get(name),
                saved[name],
                began and began.get(name),
                began is not None,
            )
    mine, theirs, first = blocks_of(kept), blocks_of(saved), blocks_of(began) if began else {}
    for id in [*mine, *(id for id in theirs if id not in mine)]:
        here, there, before = (blocks.get(id, {}).get("value") for blocks in (mine, theirs, first))
        if not is_same_value(here, there):
            kind = (mine.get(id) or theirs[id])["type"]
            yield difference(
                id,
                capfirst(str(page.body.stream_block.child_blocks[kind].label)),
                here,
                there,
                before,
                began is not None,
            )
    if changed := [
        name
        for name in SETTINGS
        if name in saved and not is_same_value(kept.get(name), saved[name])
    ]:
        here, there, before = (
            {name: settings.get(name) for name in changed}
            for settings in (kept, saved, began or {})
        )
        known = began is not None
        yield PassageDifference(
            THE_SETTINGS,
            ", ".join(label_of(page, name) for name in changed),
            words_of_settings(here),
            words_of_settings(there),
            not known or here != before,
            not known or there != before,
        )


def difference(
    id: str, label: str, here: Any, there: Any, before: Any, known: bool
) -> PassageDifference:
    """Compare one value. If the common beginning isn't known any more, each side may have changed
    it.
    """
    return PassageDifference(
        id,
        label,
        said(here),
        said(there),
        not known or not is_same_value(here, before),
        not known or not is_same_value(there, before),
    )


def said(value: Any) -> str:
    return "" if value is None else words_of(value)


def words_of_settings(settings: dict[str, Any]) -> str:
    """Values line by line; related pages by their titles."""
    said = [
        str(value)
        for value in settings.values()
        if not isinstance(value, list) and value not in (None, "")
    ]
    related = [row["other"] for row in settings.get("related_pages") or []]
    titles = Page.objects.in_bulk(related)
    return "\n".join(said + [titles[pk].title for pk in related if pk in titles])


def label_of(page: BilingualPage, name: str) -> str:
    field = page._meta.get_field(name)
    return capfirst(
        str(getattr(field, "verbose_name", None) or field.related_model._meta.verbose_name_plural)
    )


def merged(saved: dict, kept: dict, taken: Collection[str]) -> dict:
    """The saved content with what was taken of the kept one; a block that is new stands behind the
    one it was written behind.
    """
    content = dict(saved)
    for name in [
        *(name for name in WORDS if name in taken),
        *(SETTINGS if THE_SETTINGS in taken else ()),
    ]:
        if name in kept:
            content[name] = kept[name]
    blocks, mine = blocks_of(saved), blocks_of(kept)
    order = list(blocks)
    for place, (id, block) in enumerate(mine.items()):
        if id in taken and id not in blocks:
            before = next((other for other in reversed(list(mine)[:place]) if other in order), None)
            order.insert(order.index(before) + 1 if before else 0, id)
        if id in taken:
            blocks[id] = block
    gone = {id for id in taken if id in blocks and id not in mine}
    content["body"] = json.dumps([blocks[id] for id in order if id not in gone])
    return content
