"""What a block refuses before it is published, and what it shows."""

import io
import json
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.blocks import StreamValue
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.guidance.blocks import BodyBlock
from cms.guidance.blocks.table import EMPTY_TABLE
from cms.guidance.models import GuidancePage, KeptVersion
from cms.guidance.values.block_values import table_value, words_of
from tests.factories.guidance import block, guidance_page, home, in_english, pair_of, paragraph
from tests.factories.markup import shows
from tests.factories.people import AdviserFactory

pytestmark = pytest.mark.django_db

ID = "1a2b3c4d-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(width=1600, height=900):
    out = io.BytesIO()
    Picture.new("RGB", (width, height), "#143f30").save(out, "PNG")
    return get_image_model().objects.create(
        title="Un pont", file=ContentFile(out.getvalue(), name="pont.png")
    )


def document(name="consigne.pdf", size=96_000, title="La consigne"):
    return get_document_model().objects.create(
        title=title, file=ContentFile(b"x" * size, name=name), file_size=size
    )


def cleaned(kind: str, value):
    child = BodyBlock().child_blocks[kind]
    return child.clean(child.to_python(value))


def why_not(kind: str, value) -> set[str]:
    """The fields that are refused, nested ones by their own name."""
    with pytest.raises(ValidationError) as refused:
        cleaned(kind, value)
    return names_in(refused.value)


def names_in(error) -> set[str]:
    inner = getattr(error, "block_errors", None) or {}
    return {name for key, value in inner.items() for name in names_in(value) or {key}}


def shown(client, *blocks) -> str:
    page = guidance_page(body=list(blocks))
    return " ".join(client.get(page.url).text.split())


# Pictures


def figure(image, **more):
    return {
        "image": {"image": image.pk, "decorative": False, "alt_text": ""} | more,
        "caption": "La passerelle",
        "credit": "",
    }


def test_a_picture_without_words_is_refused_unless_it_is_decorative():
    image = picture()

    assert why_not("figure", figure(image)) == {"alt_text"}
    assert cleaned("figure", figure(image, alt_text="Une passerelle verte"))["image"].pk == image.pk
    assert cleaned("figure", figure(image, decorative=True))["image"].pk == image.pk


def test_a_picture_comes_as_webp_in_three_sizes_that_keep_its_place(client):
    page = shown(client, block("figure", figure(picture(), alt_text="Une passerelle verte")))

    (image,) = re.findall(r"<img[^>]+>", page)
    assert 'alt="Une passerelle verte"' in image
    assert re.findall(r"\.webp (\d+w)", image) == ["1320w", "880w", "440w"]
    assert (re.search(r'width="(\d+)"', image)[1], re.search(r'height="(\d+)"', image)[1]) == (
        "1320",
        "742",
    )
    assert "<figcaption" in page


def test_a_decorative_picture_says_nothing_to_who_does_not_see_it(client):
    assert 'alt=""' in shown(client, block("figure", figure(picture(), decorative=True)))


# Films


def film(**fields):
    none = {
        "title": "Régler son micro",
        "film": None,
        "captions": None,
        "address": "",
        "length": "4 min",
        "transcript": "",
    }
    return none | fields


FILMS = {
    "neither kept here nor elsewhere": (lambda: film(), {"address"}),
    "both kept here and elsewhere": (
        lambda: film(
            film=document("m.mp4").pk,
            captions=document("m.vtt").pk,
            transcript="<p>Bonjour.</p>",
            address="https://tube.example/m",
        ),
        {"address"},
    ),
    "kept here without captions and words": (
        lambda: film(film=document("m.mp4").pk),
        {"captions", "transcript"},
    ),
    "a file that browsers don't show": (
        lambda: film(
            film=document("m.avi").pk, captions=document("m.vtt").pk, transcript="<p>Bonjour.</p>"
        ),
        {"film"},
    ),
    "captions of another kind": (
        lambda: film(
            film=document("m.webm").pk, captions=document("m.srt").pk, transcript="<p>Bonjour.</p>"
        ),
        {"captions"},
    ),
}


@pytest.mark.parametrize(("value", "refused"), FILMS.values(), ids=list(FILMS))
def test_a_film_that_not_everybody_can_follow_is_refused(value, refused):
    assert why_not("video", value()) == refused


def test_a_film_kept_here_has_captions_in_its_page_s_language_and_its_words(client):
    value = film(
        film=document("m.mp4").pk,
        captions=document("m.vtt").pk,
        transcript="<p>Bonjour à tous.</p>",
    )
    assert cleaned("video", value)["title"] == "Régler son micro"

    page = shown(client, block("video", value))

    assert re.search(r'<track kind="captions" src="/documents/\d+/m\.vtt" srclang="fr"', page)
    assert 'preload="none"' in page
    assert "Ce qui est dit dans le film</summary>" in page
    assert "Bonjour à tous." in page


def test_a_film_elsewhere_is_a_plain_link_that_says_where_it_leads(client):
    page = shown(client, block("video", film(address="https://www.tube.example/watch?v=1")))

    assert 'href="https://www.tube.example/watch?v=1" rel="noreferrer"' in page
    assert "Le film est sur tube.example" in page
    assert not re.search(r"<(iframe|video|embed|object)|src=\"https?://", page)


# Files, contacts, callouts, tables


def test_a_file_says_its_kind_and_its_size_before_it_is_fetched(client):
    assert "PDF, 96 ko</span>" in shown(client, block("file", {"file": document().pk, "says": ""}))


def test_a_contact_is_called_and_written_to_in_one_click(client):
    value = {
        "who": "Le service",
        "what_for": "",
        "email": "aide@example.org",
        "phone": "02 31 00 00 00",
        "hours": "8 h à 18 h",
    }

    page = shown(client, block("contact", value))

    assert [
        address in page for address in ("mailto:aide@example.org", "tel:0231000000", "8 h à 18 h")
    ] == [True, True, True]


def test_a_callout_for_closed_schools_says_so_beside_its_own_title(client):
    callout = {"tone": "closed", "what": "Gardez vos créneaux", "text": "<p>Les mêmes.</p>"}

    page = shown(
        client,
        block("callout", callout),
        block("callout", callout | {"what": "Quand le lycée est fermé"}),
    )

    assert page.count("Quand le lycée est fermé</p>") == 2
    assert page.count('<p class="notice__kind">') == 1


def test_a_table_has_a_caption_and_headings_for_its_columns_and_rows(client):
    page = shown(
        client, block("table", table_value("Minutes", ["Jour", "Durée"], [["Lundi", "20 min"]]))
    )

    assert "<caption>Minutes</caption>" in page
    assert '<th scope="col">Jour</th>' in page
    assert shows(page, '<th scope="row">Lundi</th><td data-label="Durée"><span>20 min</span></td>')


def test_every_cell_of_a_table_is_shown_also_an_empty_one_and_one_without_a_heading(client):
    table = table_value("Minutes", ["", "Durée"], [["Lundi", "", "seul"], ["", "20 min"]])

    page = shown(client, block("table", table))

    assert shows(page, '<tr><td></td><th scope="col">Durée</th><td></td></tr>')
    assert shows(
        page,
        '<th scope="row">Lundi</th><td'
        ' data-label="Durée"><span></span></td><td><span>seul</span></td>',
    )
    assert shows(page, '<td><span></span></td><td data-label="Durée"><span>20 min</span></td>')


def test_an_address_in_a_cell_is_a_link_and_html_in_one_is_words(client):
    page = shown(
        client,
        block(
            "table",
            table_value(
                "Liens",
                ["Quoi"],
                [["https://www.legifrance.gouv.fr"], ["<script>alert(1)</script>"]],
            ),
        ),
    )

    assert '<a href="https://www.legifrance.gouv.fr" rel="nofollow">' in page
    assert "<script>alert(1)" not in page


def test_empty_columns_and_rows_at_the_end_of_a_table_go(client):
    table = cleaned(
        "table", table_value("Minutes", ["Jour", "Durée", ""], [["Lundi", "", ""], ["", "", ""]])
    )

    assert [column["heading"] for column in table.columns] == ["Jour", "Durée"]
    assert [row["values"] for row in table.row_data] == [["Lundi", ""]]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (table_value("", ["Jour"], [["Lundi"]]), "Say above the table what it shows."),
        (
            table_value("Minutes", ["", ""], [["", ""]]),
            "This table is empty: fill it in, or take it out.",
        ),
        (
            table_value("Minutes", ["Jour", ""], [["Lundi", "20"]]),
            "Give each column its heading; only the first may go without.",
        ),
    ],
    ids=["no caption", "empty", "a column without a heading"],
)
def test_a_table_that_cannot_be_followed_is_refused_with_the_reason(table, reason):
    with pytest.raises(ValidationError) as refused:
        cleaned("table", table)

    assert [
        str(words) for error in refused.value.non_block_errors.as_data() for words in error.messages
    ] == [reason]


def drafted(body: BodyBlock, value) -> StreamValue:
    body.defer_required_validation()
    try:
        return body.clean(value)
    finally:
        body.restore_deferred_validation()  # all bodies share their blocks


def drafted_and_opened_again(table) -> dict:
    """What the editor's form begins with after a draft of this table was saved."""
    body = BodyBlock()
    draft = drafted(body, body.to_python([block("table", table, ID)]))
    return body.get_form_state(body.to_python(body.get_prep_value(draft)))[0]["value"]


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        (EMPTY_TABLE, EMPTY_TABLE),
        (
            table_value("Minutes", ["Jour", ""], [["", ""], ["", ""]]),
            table_value("Minutes", ["Jour", ""], [["", ""], ["", ""]]),
        ),
        (
            table_value("", ["", ""], [["Lundi", ""], ["", ""]]),
            table_value("", ["", ""], [["Lundi", ""], ["", ""]]),
        ),
        (
            table_value("", ["Jour", "Durée", "Qui"], [["a"], ["b"], ["c"]]),
            table_value("", ["Jour", "Durée", "Qui"], [["a"], ["b"], ["c"]]),
        ),
    ],
    ids=["untouched", "headings only", "one cell", "larger"],
)
def test_a_table_of_a_draft_opens_with_at_least_the_cells_that_it_began_with(written, opened):
    assert drafted_and_opened_again(written) == opened


def test_a_table_that_nobody_filled_in_is_dropped_on_submission_and_kept_in_a_draft():
    body = BodyBlock()
    value = body.to_python([paragraph("Écrivez.", ID), block("table", EMPTY_TABLE)])

    assert [child.block_type for child in body.clean(value)] == ["text"]
    assert [child.block_type for child in drafted(body, value)] == ["text", "table"]


def test_a_page_of_one_empty_table_is_refused_at_the_table():
    body = BodyBlock()

    with pytest.raises(ValidationError) as refused:
        body.clean(body.to_python([block("table", EMPTY_TABLE)]))

    assert refused.value.block_errors[0].messages == [
        "This table is empty: fill it in, or take it out."
    ]


def test_the_words_of_a_table_are_those_of_the_lists_that_it_was_before():
    lists = {
        "caption": "Minutes",
        "head": ["Jour", "Durée"],
        "rows": [["Lundi", "20 min"], ["Mardi", ""]],
    }

    assert (
        words_of(table_value(**lists))
        == words_of(lists)
        == "Minutes\nJour\nDurée\nLundi\n20 min\nMardi"
    )


def test_tables_of_before_keep_every_cell_in_pages_revisions_and_versions_kept_beside():
    item = {"type": "item", "id": "9d8f"}
    rows = [
        {**item, "value": [{**item, "value": "Lundi"}, {**item, "value": "20 min"}]},
        {**item, "value": [{**item, "value": "Mardi"}]},
    ]
    lists = {"caption": "Minutes", "head": [{**item, "value": "Jour"}], "rows": rows}
    page = guidance_page(body=[paragraph("Avant."), block("table", table_value("", [], [[]]), ID)])
    before = [dict(page.body.raw_data[0]), {"type": "table", "value": lists, "id": ID}]
    content = page.latest_revision.content | {"body": json.dumps(before)}
    GuidancePage.objects.filter(pk=page.pk).update(
        body=StreamValue(page.body.stream_block, before, is_lazy=True)
    )
    page.revisions.update(content=content)
    kept = KeptVersion.objects.create(
        page=page, by=AdviserFactory(), content=content, began_with=None
    )

    import_module("cms.migrations.0007_table_rows").forward(apps, None)

    wanted = table_value("Minutes", ["Jour"], [["Lundi", "20 min"], ["Mardi"]])
    page, kept = GuidancePage.objects.get(pk=page.pk), KeptVersion.objects.get(pk=kept.pk)
    assert page.body.raw_data[1]["value"] == wanted
    assert json.loads(page.latest_revision.content["body"])[1]["value"] == wanted
    assert json.loads(kept.content["body"])[1]["value"] == wanted
    import_module("cms.migrations.0007_table_rows").back(apps, None)
    lists_again = GuidancePage.objects.get(pk=page.pk).body.raw_data[1]["value"]
    assert lists_again == {
        "caption": "Minutes",
        "head": ["Jour", ""],
        "rows": [["Lundi", "20 min"], ["Mardi", ""]],
    }


# All of them


def test_each_passage_has_an_address_of_its_own_the_same_in_both_languages(client):
    french = guidance_page(body=[paragraph("Écrivez la semaine.", ID)])
    english = in_english(french)

    for page in (french, english):
        assert 'id="p-1a2b3c4d"' in client.get(page.url).text


def test_a_live_block_says_nothing_where_no_product_answers(client, monkeypatch):
    monkeypatch.setattr("courses.digest.queries.hooks.get_hooks", lambda name: [])

    page = shown(client, block("live", {"subject": "resource:gone", "most": 3}, ID))

    assert re.search(r'<div class="passage passage--live" id="p-1a2b3c4d"> *</div>', page)


def test_blocks_of_a_page_in_the_other_language_speak_that_language(client):
    home("en")
    page = guidance_page(
        body=[
            block(
                "callout",
                {"tone": "closed", "what": "Gardez vos créneaux", "text": "<p>Les mêmes.</p>"},
            )
        ]
    )

    shown_in_english_frame = client.get(f"/en/pages/{pair_of(page).public_id}/").text

    assert '<p class="notice__kind">Quand le lycée est fermé</p>' in shown_in_english_frame


def test_ten_blocks_of_each_kind_ask_no_more_than_eleven_questions(
    client, settings, django_assert_max_num_queries
):
    # A worker that has just started has no sizes of pictures in its memory.
    settings.CACHES = settings.CACHES | {
        "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }
    page = guidance_page(
        body=[
            row
            for n in range(10)
            for row in (
                block("file", {"file": document(f"f{n}.pdf", size=10).pk, "says": ""}),
                block("figure", figure(picture(100, 60), decorative=True)),
                block(
                    "video",
                    film(
                        film=document(f"m{n}.mp4", size=10).pk,
                        captions=document(f"m{n}.vtt", size=10).pk,
                        transcript="<p>a</p>",
                    ),
                ),
                block("live", {"subject": "any", "most": 3}),
            )
        ]
    )
    client.get(page.url)
    caches["pages"].clear()

    with django_assert_max_num_queries(11):
        client.get(page.url)


def test_the_picture_of_a_page_is_there_to_be_seen(client):
    page = shown(client, block("figure", figure(picture(), decorative=True)))
    address = re.search(r'src="(/media/images/[^"]+)"', page)[1]

    response = client.get(address)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/webp")
    assert "max-age" in response.headers["Cache-Control"]


def test_only_pictures_are_given_by_their_name(client):
    kept_elsewhere = document("secret.pdf").file.url

    assert [
        client.get(address).status_code
        for address in (kept_elsewhere, "/media/images/../documents/secret.pdf")
    ] == [404, 404]


@pytest.mark.parametrize("words", ["pont", "Pont", "pont.png", "IMG_20261126", "DSC00412"])
def test_the_name_of_a_file_is_no_description_of_a_picture(words):
    assert why_not("figure", figure(picture(), alt_text=words)) == {"alt_text"}


@pytest.mark.parametrize(
    "fields",
    [{"alt_text": "Un pont sur l’Orne, vu de la rive"}, {"alt_text": "pont", "decorative": True}],
)
def test_a_picture_with_a_description_or_ticked_as_decorative_goes_out(fields):
    assert cleaned("figure", figure(picture(), **fields))["image"]


def test_a_draft_may_keep_the_name_of_a_file_for_now():
    stream = BodyBlock()
    stream.clean_deferred(stream.to_python([block("figure", figure(picture(), alt_text="pont"))]))
