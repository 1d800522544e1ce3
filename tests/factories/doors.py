"""Who gets which answer at an address: the rows of the tables in `tests/rules/test_who_may_enter*.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from courses.people.models import Person

LOGIN, HOME = "log in", "admin's home"
HOUSE = {"cms", "training", "continuity", "courses"}


@dataclass(frozen=True)
class Row:
    statuses: dict
    args: Callable = lambda w: []
    method: str = "get"
    data: dict | Callable = field(default_factory=dict)
    first: Callable = lambda client, actor, w: None


def post(statuses: dict, args: Callable = lambda w: [], data: dict | Callable | None = None, **more) -> Row:
    return Row(statuses, args, "post", data or {}, **more)


def answer_to(actor: str, name: str, row: Row, w):
    """What the actor of world `w` gets at the address: asked as the row says."""
    person = getattr(w, actor)
    client = Client(headers={"Accept-Language": "en"})
    if person:
        client.force_login(Person.objects.get(pk=person.pk))
    row.first(client, actor, w)
    address = reverse(name.partition(" · ")[0], args=row.args(w))
    if name == "csp_report":
        return client.post(address, row.data, content_type="application/json")
    data = row.data(w) if callable(row.data) else row.data
    answer = getattr(client, row.method)(address, data)
    # What isn't there, on an address without a language, is looked for once more in the reader's.
    sent_on = address != "/" and answer.status_code == 302 and answer.url in {f"/fr{address}", f"/en{address}"}
    return client.get(answer.url) if sent_on else answer


def outcome(answer):
    if answer.status_code == 302 and "/login/?next=" in answer.url:
        return LOGIN
    return HOME if answer.status_code == 302 and answer.url == reverse("wagtailadmin_home") else answer.status_code


def names_of_ours(patterns=None, namespace="", prefix=""):
    """The full names of all addresses outside the admin that a module of ours answers, or that say who may."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        address = prefix + str(entry.pattern)
        if not isinstance(entry, URLPattern):
            yield from names_of_ours(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, address)
        elif is_ours(entry.callback) and not address.startswith("admin/"):
            yield f"{namespace}{entry.name}"


def is_ours(view) -> bool:
    return view.__module__.split(".")[0] in HOUSE or hasattr(view, "who_may")


def without_variants(table: dict) -> set[str]:
    return {name.partition(" · ")[0] for name in table}
