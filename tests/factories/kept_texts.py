"""Texts that come back after an error: the error, a form that is sent, what its page sends again."""

import contextlib
import html
import re

from django.db import connection
from django.urls import reverse

HERE = {"HTTP_ORIGIN": "http://testserver"}
WORDS = "Une phrase que personne ne veut réécrire, avec x² et « guillemets »."


@contextlib.contextmanager
def failing(error: Exception):
    """Every statement fails, the session's among them."""

    def refuse(execute, sql, params, many, context):
        raise error

    with connection.execute_wrapper(refuse):
        yield


def handed_back(answer) -> dict[str, str]:
    """The fields that a page sends again."""
    found = re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)">', getattr(answer, "text", answer)
    )
    return {
        html.unescape(name): html.unescape(value)
        for name, value in found
        if name not in ("csrfmiddlewaretoken", "next")
    }


def a_lesson(part, _student):
    return (
        part.teaching.teacher,
        reverse("continuity:new_lesson", args=[part.public_id]),
        {"title": "Les volcans", "body": WORDS},
    )
