"""Who gets which answer at an address, and what it changes: the rows of the tables in
`tests/rules/test_who_may_enter*.py`.
"""

import html
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, get_resolver, resolve, reverse

from cms.guidance.views.kept_text import keeper_of
from courses.people.models import Person
from tests.factories.effects import changes

LOGIN, HOME = "log in", "admin's home"
LET_IN = {200, 204, 302}
# What goes with a change and is none by itself: the log, a task for the worker, the version of a
# week.
TRACES = {"ModelLogEntry insert", "DBTaskResult insert", "ContinuityPlan update"}
TEXT_FORMS = "form[method=post i]:has(textarea)"  # Wagtail writes POST
HOUSE = {"cms", "training", "continuity", "courses"}
# Loads the middleware once, as a server does: anew for each client, it took a twentieth of the time.
HANDLER = ClientHandler(enforce_csrf_checks=False)


@dataclass(frozen=True)
class Row:
    """Each actor's status, and by it what changes: nothing for who is refused, something for who is
    let in by POST.

    `in_vain`: who is let in by POST and changes nothing all the same. `noted`: of whom a trace is
    enough. The reason stands beside.
    """

    statuses: dict
    args: Callable = lambda w: []
    method: str = "get"
    data: dict | Callable = field(default_factory=dict)
    first: Callable = lambda client, actor, w: None
    in_vain: Collection[str] = ()
    noted: Collection[str] = ()

    def fits(self, actor: str, changed: list[str]) -> bool:
        if actor in self.noted:
            return bool(changed)
        if self.method == "post" and self.statuses[actor] in LET_IN and actor not in self.in_vain:
            return not TRACES.issuperset(changed)
        return not changed


def post(
    statuses: dict, args: Callable = lambda w: [], data: dict | Callable | None = None, **more
) -> Row:
    return Row(statuses, args, "post", data or {}, **more)


def request_of(actor: str, name: str, row: Row, w) -> Callable:
    """A function that sends what the row says as the actor of world `w`, and gives the answer.

    What the row needs is made before.
    """
    client = client_of(actor, w)
    row.first(client, actor, w)
    address = reverse(name.partition(" · ")[0], args=row.args(w))
    data = row.data(w) if callable(row.data) else row.data
    as_json = {"content_type": "application/json"} if name == "csp_report" else {}

    def send():
        answer = getattr(client, row.method)(address, data, **as_json)
        # What isn't there, on an address without a language, is looked for once more in the
        # reader's.
        sent_on = (
            address != "/"
            and answer.status_code == 302
            and answer.url in {f"/fr{address}", f"/en{address}"}
        )
        return client.get(answer.url) if sent_on else answer

    return send


def client_of(actor: str, w) -> Client:
    """A browser in which the actor is signed in, or a visitor's."""
    client = Client(headers={"Accept-Language": "en"})
    client.handler = HANDLER
    if actor in w.signed_in:
        client.cookies[settings.SESSION_COOKIE_NAME] = w.signed_in[actor]
    return client


def sign_in(actors: Iterable[str], w) -> None:
    """Make the session of each actor but the visitor, once for all rows: a login costs a page."""
    w.signed_in = {}
    for actor in actors:
        if person := getattr(w, actor):
            client = Client()
            client.force_login(Person.objects.get(pk=person.pk))
            w.signed_in[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value


def answers_and_surprises(actors: Iterable[str], name: str, row: Row, w) -> tuple[dict, dict]:
    """Each actor's outcome; and, of those for whom the row says otherwise, what changed, or where
    a text that is typed on the page would be lost with its request, or its other language is a 405.

    What one does isn't there for the next.
    """
    answers, surprises = {}, {}
    for actor in actors:
        with transaction.atomic():
            send = request_of(actor, name, row, w)
            with changes() as changed:
                answer = send()
                answers[actor] = outcome(answer)
            if not row.fits(actor, changed):
                surprises[actor] = changed or "nothing changed"
            if lost := doors_that_lose_a_text(answer):
                surprises[actor] = f"{lost} without keeps_what_was_typed"
            if is_shown_in_one_language(answer):
                surprises[actor] = "its page has no GET: posted_from, or shown_at"
            transaction.set_rollback(True)
    return answers, surprises


def outcome(answer):
    if answer.status_code == 302 and "/login/?next=" in answer.url:
        return LOGIN
    return (
        HOME
        if answer.status_code == 302 and answer.url == reverse("wagtailadmin_home")
        else answer.status_code
    )


def doors_that_lose_a_text(answer) -> list[str]:
    """Where forms of a page, or buttons of these, send a text: to a door of ours that doesn't keep what
    was typed.
    """
    if answer.streaming or b"<textarea" not in answer.content:
        return []
    forms = BeautifulSoup(answer.content, "html.parser").select(TEXT_FORMS)
    actions = [form.get("action", "") for form in forms]
    actions += [one["formaction"] for form in forms for one in form.select("[formaction]")]
    here = answer.wsgi_request.path
    doors = [resolve(urlsplit(action).path or here) for action in actions]
    return [
        door.view_name
        for door in doors
        if (is_ours(door.func) or is_of_our_rows(door.func)) and keeper_of(door.func) is None
    ]


def is_shown_in_one_language(answer) -> bool:
    """Whether the page that answers a form leads to its other language by an address that takes POST
    alone.
    """
    is_form = answer.wsgi_request.method == "POST" and answer.status_code in {200, 409, 422}
    if answer.streaming or not is_form:
        return False
    other = re.search(r'<link rel="alternate" hreflang="\w+" href="([^"]+)"', answer.text)
    if other is None:
        return False
    return answer.client.get(html.unescape(other[1])).status_code == 405


def is_of_our_rows(view) -> bool:
    """Whether Wagtail's own view adds or edits rows of a model of ours."""
    model = getattr(view, "view_initkwargs", {}).get("model")
    return model is not None and model.__module__.split(".")[0] in HOUSE


def names_of_ours(patterns=None, namespace="", prefix=""):
    """The full names of all addresses outside the admin that a module of ours answers, or that say
    who may.
    """
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        address = prefix + str(entry.pattern)
        if not isinstance(entry, URLPattern):
            yield from names_of_ours(
                entry.url_patterns,
                f"{namespace}{entry.namespace}:" if entry.namespace else namespace,
                address,
            )
        elif is_ours(entry.callback) and not address.startswith("admin/"):
            yield f"{namespace}{entry.name}"


def is_ours(view) -> bool:
    return view.__module__.split(".")[0] in HOUSE or hasattr(view, "who_may")


def without_variants(table: dict) -> set[str]:
    return {name.partition(" · ")[0] for name in table}
