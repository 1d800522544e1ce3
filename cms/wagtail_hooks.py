"""What the roof itself has in the bar: the first page of who is signed in, a visitor's ways into the site."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import MenuEntry

# Fixed addresses, as in the foot: the bar costs no query.
RESOURCES = {"fr": "/fr/ressources/", "en": "/en/resources/"}
ABOUT = {"fr": "/fr/a-propos/", "en": "/en/about/"}


@hooks.register(Hook.MENU)
def ways(person):
    if person.is_authenticated:
        return [MenuEntry(_("Home"), reverse("today:home"), "house", order=0)]
    language = translation.get_language()
    return [
        MenuEntry(_("Resources"), RESOURCES.get(language, RESOURCES["fr"]), "book-open", order=50, starts=tuple(RESOURCES.values())),
        MenuEntry(_("About"), ABOUT.get(language, ABOUT["fr"]), "info", order=60),
    ]
