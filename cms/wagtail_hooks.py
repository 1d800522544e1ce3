"""The roof's own entries in the bar: the first page of a person, a visitor's ways into the site.
Each room of the roof answers its own hooks.
"""

from importlib import import_module

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.people.permissions import is_adviser, is_teacher, is_trainer

# Fixed addresses, as in the foot: the bar costs no query.
GUIDANCE = {"fr": "/fr/fiches/", "en": "/en/guidance/"}
RESOURCES = {"fr": "/fr/ressources/", "en": "/en/resources/"}
ABOUT = {"fr": "/fr/a-propos/", "en": "/en/about/"}
PERMANENT = ("/fr/pages/", "/en/pages/")


@hooks.register(Hook.MENU)
def ways(person):
    """Menu entries, at most four: advisers have guidance first, trainers after their sessions and
    sheets.
    """
    language = translation.get_language()
    place = 5 if is_adviser(person) else 70 if is_trainer(person) and not is_teacher(person) else 40
    guidance = MenuEntry(
        _("Guidance"),
        GUIDANCE.get(language, GUIDANCE["fr"]),
        "file-text",
        order=place,
        starts=(*GUIDANCE.values(), *PERMANENT),
    )
    if person.is_authenticated:
        return [MenuEntry(_("Home"), reverse("today:home"), "house", order=0), guidance]
    return [
        guidance,
        MenuEntry(
            _("Resources"),
            RESOURCES.get(language, RESOURCES["fr"]),
            "book-open",
            order=50,
            starts=tuple(RESOURCES.values()),
        ),
        MenuEntry(_("About"), ABOUT.get(language, ABOUT["fr"]), "info", order=60),
    ]


import_module("cms.guidance.wagtail_hooks")
import_module("cms.indicators.wagtail_hooks")
import_module("cms.register.wagtail_hooks")
import_module("cms.operations.wagtail_hooks")
