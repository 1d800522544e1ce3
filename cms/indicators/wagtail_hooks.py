"""The figures' answers to hooks: the bar, the research pack.

Each answer calls one query or service.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from cms.indicators.documents import PACK
from cms.indicators.permissions import reads_figures_of_the_region
from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.people.permissions import is_leader


@hooks.register(Hook.MENU)
def figures_in_the_bar(person):
    """For the Region and the académie."""
    if not reads_figures_of_the_region(person):
        return []
    figures = reverse("indicators:region")
    return [MenuEntry(_("Figures"), figures, "list", 10, (figures,))]


@hooks.register(Hook.ACCOUNT)
def own_figures_under_the_name(person):
    """A leader's bar is full."""
    if not is_leader(person):
        return []
    return [MenuEntry(_("Figures"), reverse("indicators:mine"), "list", 62)]


@hooks.register(Hook.PAPERS)
def research_pack():
    return [PACK]
