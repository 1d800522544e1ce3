"""Context of every page's frame: the bar, the other language, the theme.

Lazy, so that a part of a page costs nothing.
"""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, Resolver404, resolve, reverse, translate_url
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import Page

from cms.guidance.enums import SOURCE_LANGUAGE
from cms.guidance.queries.urgent import banners
from cms.guidance.views.serving import ADDRESS
from courses.digest.enums import Hook
from courses.people.permissions import reader_of
from courses.themes import theme_of

MOST_WAYS = 4

# Pages that every page links to: fixed addresses, so that the foot costs no query.
FOOT_LINKS = [
    (_("Personal data"), {"fr": "/fr/personal-data/", "en": "/en/personal-data/"}),
    (_("Accessibility: not compliant"), {"fr": "/fr/accessibilite/", "en": "/en/accessibility/"}),
    (_("Help"), {"fr": "/fr/aide/", "en": "/en/help/"}),
]


@dataclass(frozen=True)
class OtherLanguage:
    """This very page in the language that the reader isn't reading."""

    code: str
    name: str
    url: str


def frame(request):
    """The frame's own words. No query beyond the session's, the person's and their memberships'."""
    return {
        "ways": SimpleLazyObject(lambda: ways(request)),
        "account_links": SimpleLazyObject(lambda: account_links(request)),
        "other_language": SimpleLazyObject(lambda: other_language(request)),
        "foot_links": SimpleLazyObject(foot_links),
        "banners": SimpleLazyObject(urgent_banners),
        "home_url": SimpleLazyObject(lambda: home_url(request)),
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "theme": theme_of(request),
        "is_demo": settings.ONE_CLICK_LOGINS,
        "light": request.headers.get("Save-Data", "").lower() == "on",
    }


def reader(request):
    """The signed-in person; anonymous where something failed before the session was read."""
    return reader_of(request) if hasattr(request, "user") else AnonymousUser()


def home_url(request) -> str:
    """Address of the person's first page, or for a visitor of the front page."""
    return (
        reverse("today:home")
        if reader(request).is_authenticated
        else f"/{translation.get_language()}/"
    )


def asked(hook, request) -> list:
    """Entries of all products for this person, lowest order first, the current one marked."""
    person = reader(request)
    entries = [entry for answer in hooks.get_hooks(hook) for entry in answer(person)]
    entries.sort(key=lambda entry: entry.order)
    return [
        replace(entry, is_current=True) if is_current(entry, request.path) else entry
        for entry in entries
    ]


def is_current(entry, path: str) -> bool:
    return entry.url == path or any(path.startswith(start) for start in entry.starts)


def ways(request) -> list:
    return asked(Hook.MENU, request)[:MOST_WAYS]


def account_links(request) -> list:
    if not reader(request).is_authenticated:
        return []
    session = getattr(request, "session", {})  # the error may have come before it was read
    of_session = [entry for answer in hooks.get_hooks(Hook.SESSION) for entry in answer(session)]
    return [*of_session, *asked(Hook.ACCOUNT, request)]


def urgent_banners() -> list[dict]:
    """Urgent publications, in the reader's language; from the cache of pages."""
    language = translation.get_language()
    return [
        {"public_id": banner.public_id, "words": banner.words.get(language, banner.words["fr"])}
        for banner in banners(timezone.now())
    ]


def foot_links() -> list[dict]:
    language = translation.get_language()
    links = [
        {"label": label, "url": address.get(language, address["fr"])}
        for label, address in FOOT_LINKS
    ]
    return [*links, {"label": _("Write to us"), "url": f"mailto:{settings.CONTACT_ADDRESS}"}]


def other_language(request) -> OtherLanguage | None:
    here = translation.get_language()
    others = [(code, name) for code, name in settings.LANGUAGES if code != here]
    if not others:
        return None
    code, name = others[0]
    return OtherLanguage(code=code, name=name, url=address_in(code, request))


def address_in(language: str, request) -> str:
    """Address of this page in that language: a Wagtail page's translation, else the same address
    with its prefix.

    A page that isn't live in that language leads to its permanent address, which shows the other
    language with a notice.
    """
    home = f"/{language}/"
    if shown_at := getattr(request, "shown_at", ""):
        return translate_url(shown_at, language)
    try:
        match = request.resolver_match or resolve(request.path)
    except Resolver404:
        return home
    if match.url_name == ADDRESS:
        return page_in(language, request, match.kwargs.get("path", "")) or home
    address = request.get_full_path() if request.method == "GET" else request.path
    here, mark, query = address.partition("?")
    # As `translate_url` does, which would resolve the address once more.
    with translation.override(language):
        try:
            path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            return home
    return f"{path}{mark}{query}" if path != here else home


def page_in(language: str, request, path: str) -> str | None:
    route = Page.route_for_request(request, path)  # kept on the request since it was served
    if route is None:
        return None
    pair = getattr(route.page, "pair", None)
    if pair is None:
        return None
    twin = pair.french if language == SOURCE_LANGUAGE else pair.english
    if twin is None or not twin.live:
        with translation.override(language):
            return reverse("guidance:page", args=[pair.public_id])
    query = request.GET.urlencode()
    return twin.url + (f"?{query}" if query else "")
