"""Whatever is typed into the search is answered."""

import pytest

from cms.guidance.services import search
from tests.factories.guidance import guidance_page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def one_page(module_rows):
    guidance_page(title="Phone")
    search.sweep()


@pytest.mark.parametrize(
    "words",
    [
        "", " ", "a", '"', "'", "\\", "%", "*", "(", "NOT", "a AND", '"phone', "phone*", "title:phone", "NEAR(a b)",
        "phone OR", "\x00", "pho\x00ne", "😀", "שלום עולם", "\u202ephone", "x" * 5000,
        "mot " * 500, "e\u0301" * 300,
        "<script>alert(1)</script>", "phone & <b>", "'; DROP TABLE cms_searchentry; --", "{{ 7 }}",
        "\ud83d\ude00 test", "１２３ ｐｈｏｎｅ", "ﬁche",
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/en/search/", "/fr/search/suggestions/"])
def test_any_words_are_answered(client, one_page, words, address):
    answer = client.get(address, {"q": words.encode("utf-8", "replace").decode()})

    assert answer.status_code == (400 if "\0" in words else 200)  # PostgreSQL holds no NUL
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "more", [{"page": "zzz"}, {"page": "-1"}, {"page": "99999"}, {"kind": "nothing"}]
)
def test_odd_parameters_are_answered(client, one_page, more):
    answer = client.get("/en/search/", {"q": "phone", **more})

    assert [row.entry.title for row in answer.context["rows"]] == ["Phone"]
