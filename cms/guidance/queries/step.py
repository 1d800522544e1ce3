"""The two pages of a pair beside each other: what the editors show, and what must not go out."""

import json

from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from cms.guidance.enums import SOURCE_LANGUAGE
from cms.guidance.models import BilingualPage, GuidancePage, Pair
from cms.guidance.values.block_values import words_of
from cms.guidance.values.passages import PagePassage
from courses.people.models import Person

# A draft for translation holds what the source said when it was made: that many versions back are
# remembered.
VERSIONS = 40


def twin_of(page: Page) -> BilingualPage | None:
    """The page in the other language, live or not."""
    there = (
        Page.objects.filter(translation_key=page.translation_key, alias_of=None)
        .exclude(pk=page.pk)
        .first()
    )
    return there.specific if there else None


def pair_for(page: Page) -> Pair | None:
    return Pair.objects.filter(translation_key=page.translation_key).first()


def said_in_the_source(page: BilingualPage) -> list[PagePassage]:
    """All that the source of this page says and lately said, whichever version was taken over for
    translation.
    """
    source = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=SOURCE_LANGUAGE
    ).first()
    if source is None or page.is_source:
        return []
    contents = source.revisions.order_by("-created_at", "-pk").values_list("content", flat=True)[
        :VERSIONS
    ]
    names = [name for name, _text in source.specific.fields_in_words]
    return source.specific.passages + [
        passage for content in contents for passage in passages_in(content, names)
    ]


def passages_in(content: dict, names: list[str]) -> list[PagePassage]:
    """Passages of a stored version, read without making a page of it."""
    fields = [PagePassage(name, name, content[name]) for name in names if content.get(name)]
    blocks = json.loads(content.get("body") or "[]")
    return fields + [
        PagePassage(block.get("id") or "", block["type"], words_of(block["value"]))
        for block in blocks
    ]


def in_words(kind: str) -> str:
    """A passage's label in the editor: the field's or the block's own."""
    block = BilingualPage._meta.get_field("body").stream_block.child_blocks.get(kind)
    return str(block.label if block else GuidancePage._meta.get_field(kind).verbose_name)


def both_pages(
    pair: Pair, reader: Person | AnonymousUser
) -> tuple[BilingualPage | None, BilingualPage | None]:
    """French as it is published, English as it is being written; a draft only for those who may
    write in it.
    """
    return shown_to(pair.french, reader), shown_to(pair.english, reader, latest=True)


def shown_to(
    page: Page | None, reader: Person | AnonymousUser, *, latest: bool = False
) -> BilingualPage | None:
    if page is None:
        return None
    if page.live and not (latest and page.has_unpublished_changes):
        return page.specific
    if page.permissions_for_user(reader).can_edit():
        return page.get_latest_revision_as_object()
    return page.specific if page.live else None


def may_begin_twin(pair: Pair, person: Person) -> bool:
    """Whether the person may write where the missing page will stand, or in the page that it is
    made from, while its topic is missing, too.
    """
    there = pair.french or pair.english
    if there is None or (pair.french and pair.english):
        return False
    parent = (
        Page.objects.filter(translation_key=there.get_parent().translation_key)
        .exclude(locale_id=there.locale_id)
        .first()
    )
    return (
        parent.permissions_for_user(person).can_add_subpage()
        if parent
        else there.permissions_for_user(person).can_edit()
    )


def destination_of_twin(twin: Page, destination: Page) -> BilingualPage | None:
    """The same place in the twin's own tree."""
    there = Page.objects.filter(
        translation_key=destination.translation_key, locale_id=twin.locale_id, alias_of=None
    ).first()
    return there.specific if there else None
