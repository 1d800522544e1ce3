"""The page around a student's week: bar, menus, foot. Written once for all who see the same one; what is a reader's own has a slot.

Nearly half of a page's cost is its frame, and a lycée's students all have the same at eight o'clock.
"""

import re
from collections import OrderedDict
from types import SimpleNamespace

from django.middleware.csrf import get_token
from django.template import RequestContext
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import escape

MOST_KEPT = 64
# Private characters of Unicode: nothing that anybody writes, and nothing that is escaped.
SLOT = re.compile("\ue000([a-z]+)\ue001")
# All that the frame's templates read beside the reader, the token, the address and the language. The menus are among it: what the
# products put into them for this very person tells one frame from another.
READ = ("ways", "account_links", "banners", "here", "theme", "is_demo", "light")

_kept: OrderedDict[tuple, list[str]] = OrderedDict()


def slot(name: str) -> str:
    return f"\ue000{name}\ue001"


def framed(request, template: str, shared: dict, *, messages: list, own: dict[str, str]) -> str:
    """The template with `shared`, which all readers of this address see alike, and `own` HTML in its slots by name.

    The reader's name, their device key and their forms' token are slots, too. A page with messages is written for its reader alone.
    """
    page = get_template(template).template
    context = RequestContext(request)
    with context.bind_template(page):
        key = (template, translation.get_language(), str(shared), *(str(context[name]) for name in READ))
    pieces = None if messages else _kept.get(key)
    if pieces is None:
        pieces = SLOT.split(_written(request, page, shared, messages, own))
        if not messages:
            _keep(key, pieces)
    filled = own | {"name": escape(request.user.display_name), "device": request.user.device_key, "token": get_token(request)}
    return "".join(filled[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def banners_above(request, template: str) -> str:
    """What is urgent at this moment: a banner ends by its own time, and nobody does anything."""
    context = RequestContext(request)
    with context.bind_template(get_template(template).template):
        return str(context["banners"])


def _written(request, page, shared: dict, messages: list, own: dict) -> str:
    """With a stand-in for the reader: not even by mistake does a name come into what is kept."""
    reader = SimpleNamespace(is_authenticated=True, display_name=slot("name"), device_key=slot("device"))
    stand_ins = {"request": SimpleNamespace(user=reader), "user": reader, "messages": messages, "csrf_token": slot("token")}
    context = RequestContext(request)
    context.push({**shared, **stand_ins, **{name: slot(name) for name in own}})  # above what the processors say: they know the reader
    return page.render(context)


def _keep(key: tuple, pieces: list[str]) -> None:
    _kept[key] = pieces
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
