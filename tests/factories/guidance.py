"""Pages of guidance in both trees: plain, live, in step, unless told otherwise."""

import itertools
import uuid

from wagtail.models import Locale, Page, Site

from cms.guidance import services
from cms.guidance.models import GuidancePage, HomePage, Pair, Scope, TopicPage
from courses.people.services import derive_groups
from tests.factories.people import AdviserFactory

counter = itertools.count(1)
FIRST = "premiere-rubrique"


def block(kind: str, value, id: str | None = None) -> dict:
    return {"type": kind, "value": value, "id": id or str(uuid.uuid4())}


def paragraph(words: str, id: str | None = None) -> dict:
    return block("text", f"<p>{words}</p>", id)


def home(language: str = "fr") -> HomePage:
    """The home of a tree, made once; both share a translation key.

    The site is rooted in the French one.
    """
    locale, _made = Locale.objects.get_or_create(language_code=language)
    if there := HomePage.objects.filter(locale=locale).first():
        return there
    other = HomePage.objects.exclude(locale=locale).first()
    page = HomePage(title="Accueil" if language == "fr" else "Home", slug=language, locale=locale)
    if other:
        page.translation_key = other.translation_key
    # A test with real transactions leaves nothing behind, not even what Wagtail's migrations
    # planted.
    page = published(
        page, Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    )
    if language == "fr":
        for site in Site.objects.all() or [Site(hostname="localhost", is_default_site=True)]:
            site.root_page = page
            site.save()
    return page


def published(page, parent):
    parent.add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def topic(
    title: str = "Organiser la semaine",
    english: str = "Organise the week",
    *,
    under: TopicPage | None = None,
    slug: str = "",
) -> TopicPage:
    """A topic in both languages; the French one is given."""
    slug = slug or f"rubrique-{next(counter)}"
    french = published(
        TopicPage(title=title, slug=slug, locale=home("fr").locale),
        under or home("fr"),
    )
    parent = under.get_translation(home("en").locale) if under else home("en")
    published(
        TopicPage(
            title=english,
            slug=f"topic-{next(counter)}",
            locale=home("en").locale,
            translation_key=french.translation_key,
        ),
        parent,
    )
    return french


def first_topic() -> TopicPage:
    """The topic under which pages lie that name none, made once: the test databases begin with it."""
    return TopicPage.objects.filter(slug=FIRST).first() or topic(slug=FIRST)


def without_pages() -> None:
    """As a new installation is, without the pages that a test database begins with."""
    Site.objects.update(root_page=Page.get_first_root_node())
    for tree in HomePage.objects.all():
        tree.delete()
    Pair.objects.all().delete()


def guidance_page(
    *, title="Une semaine supportable", body=None, under: TopicPage | None = None, **fields
) -> GuidancePage:
    """A French page, live, with two paragraphs unless `body` (blocks) is given."""
    body = body or [
        paragraph("Écrivez la semaine entière, pas la séance."),
        paragraph("Donnez les minutes de chaque travail."),
    ]
    page = GuidancePage(
        title=title,
        slug=f"fiche-{next(counter)}",
        body=stream(body),
        locale=home("fr").locale,
        **fields,
    )
    return published(page, under or first_topic())


def in_english(
    french: GuidancePage, *, title="A bearable week", in_step=True, words=None, live=True
) -> GuidancePage:
    """Its English page: blocks with the same ids, in other words; in step with the French as it is
    now.
    """
    body = [
        block(b.block_type, (words or {}).get(b.id, f"<p>Said in English, number {n}.</p>"), b.id)
        for n, b in enumerate(french.body)
    ]
    locale = home("en").locale
    page = GuidancePage(
        title=title,
        slug=f"page-{next(counter)}",
        body=stream(body),
        locale=locale,
        translation_key=french.translation_key,
        in_step_with=[passage.as_json() for passage in french.passages] if in_step else None,
    )
    parent = french.get_parent().get_translation(locale)
    if live:
        return published(page, parent)
    page.live = False
    parent.add_child(instance=page)
    page.save_revision()
    return page


def stream(rows: list[dict]):
    from wagtail.blocks import StreamValue

    return StreamValue(GuidancePage._meta.get_field("body").stream_block, rows, is_lazy=True)


def pair_of(page) -> Pair:
    return Pair.objects.get(translation_key=page.translation_key)


def rewrite(page, *rows: tuple[str, str], publish: bool = True, **fields):
    """Change blocks by id to other words, or fields; published unless told otherwise."""
    page = Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    words = dict(rows)
    page.body = stream(
        [
            block(
                b.block_type,
                f"<p>{words[b.id]}</p>" if b.id in words else b.get_prep_value()["value"],
                b.id,
            )
            for b in page.body
        ]
    )
    for name, value in fields.items():
        setattr(page, name, value)
    revision = page.save_revision()
    if publish:
        revision.publish()
    return type(page).objects.get(pk=page.pk)


def scope_for(person, role: str, topic: TopicPage | None = None, language: str = "") -> Scope:
    """An editorial role, with the groups and the workflow that follow from it."""
    scope = Scope.objects.create(
        person=person, role=role, topic=pair_of(topic) if topic else None, language=language
    )
    derive_groups(person)
    services.keep_workflow()
    services.keep_editors()
    return scope


def editor(role: str, topic: TopicPage | None = None, language: str = "", **person):
    """An adviser with that role, who reads the admin in English."""
    adviser = AdviserFactory(**{"language": "en"} | person)
    scope_for(adviser, role, topic, language)
    return adviser


def many_pages(count: int, *, under: TopicPage) -> None:
    """So many live pairs below a topic, in both languages, written straight into the tables: no
    revision, no signal.
    """
    model = guidance_page(title="Modèle", under=under)
    in_english(model)
    keys = [uuid.uuid4() for _ in range(count)]
    for language in ("fr", "en"):
        parent = Page.objects.get(
            translation_key=under.translation_key, locale__language_code=language
        )
        of = GuidancePage.objects.get(
            translation_key=model.translation_key, locale__language_code=language
        )
        Page.objects.bulk_create(copies_of(of, parent, keys))
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + count)
        made = Page.objects.filter(translation_key__in=keys, locale=of.locale_id).values_list(
            "pk", flat=True
        )
        fields = GuidancePage._meta.local_concrete_fields
        words = {field.attname: getattr(of, field.attname) for field in fields}
        rows = [
            GuidancePage(
                **{
                    **words,
                    "page_ptr_id": pk,
                    "title": of.title,
                    "content_type_id": of.content_type_id,
                }
            )
            for pk in made
        ]
        GuidancePage._base_manager.all()._insert(
            rows, fields=fields, using="default"
        )  # Django inserts no child tables in bulk
    pages = {
        (page.translation_key, page.locale_id): page.pk
        for page in Page.objects.filter(translation_key__in=keys)
    }
    pair, french, english = pair_of(model), home("fr").locale_id, home("en").locale_id
    told = {
        field.attname: getattr(pair, field.attname)
        for field in Pair._meta.concrete_fields
        if field.name not in {"id", "public_id"}
    }
    Pair.objects.bulk_create(
        Pair(
            **{
                **told,
                "translation_key": key,
                "french_id": pages[key, french],
                "english_id": pages[key, english],
            }
        )
        for key in keys
    )


def copies_of(page: Page, parent: Page, keys: list[uuid.UUID]) -> list[Page]:
    facts = {
        field.attname: getattr(page, field.attname)
        for field in Page._meta.concrete_fields
        if field.name != "id"
    }
    return [
        Page(
            **{
                **facts,
                "path": Page._get_path(parent.path, parent.depth + 1, parent.numchild + number),
                "slug": f"many-{number}",
                "url_path": f"{parent.url_path}many-{number}/",
                "translation_key": key,
                "latest_revision_id": None,
                "live_revision_id": None,
            }
        )
        for number, key in enumerate(keys, 1)
    ]
