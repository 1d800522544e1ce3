"""Wagtail's editor of pages as a person's window: the form as it stood when it was opened, sent as
a browser sends it.
"""

import json

from django.test import Client
from django.urls import reverse

from cms.guidance.values.block_values import words_of


def contentstate(words: str) -> str:
    block = {
        "key": "aaaaa",
        "text": words,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
        "data": {},
    }
    return json.dumps({"entityMap": {}, "blocks": [block]})


def said(block) -> str:
    return words_of(block.value.source)


class Window:
    """One person's editor, as its form stood when it was opened."""

    def __init__(self, person, page):
        self.client, self.page = Client(), page
        self.client.force_login(person)
        self.address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        self.opened = self.client.get(self.address)
        form = self.opened.context["form"]
        page = self.opened.context["page"]
        self.fields = {
            "title": page.title,
            "slug": page.slug,
            "lead": page.lead,
            "audience": page.audience,
            "change_note": "",
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
            "loaded_revision_id": str(page.latest_revision_id),
            "loaded_revision_created_at": self.opened.context["loaded_revision_created_at"],
            "comment_notifications": "",
            **{
                f"{formset.prefix}-{name}": value
                for formset in form.formsets.values()
                for name, value in [
                    ("TOTAL_FORMS", 0),
                    ("INITIAL_FORMS", 0),
                    ("MIN_NUM_FORMS", 0),
                    ("MAX_NUM_FORMS", 1000),
                ]
            },
        }
        self.words = {block.id: said(block) for block in page.body}

    def says(self, message: str) -> bool:
        return message in self.opened.text

    def save(self, words=None, **fields):
        return self.client.post(self.address, self.form(words, **fields))

    def form(self, words=None, action="action-save", **fields) -> dict:
        """All that the browser sends, with `words` by block (None: the block was taken out)."""
        words = self.words | (words or {})
        body = {"body-count": len(words)}
        for place, (id, text) in enumerate(words.items()):
            body |= {
                f"body-{place}-deleted": "" if text is not None else "1",
                f"body-{place}-order": place,
                f"body-{place}-type": "text",
                f"body-{place}-id": id,
                f"body-{place}-value": contentstate(text or ""),
            }
        return {**self.fields, **body, action: "1", **fields}
