"""The indicators' answers to hooks: page views are added up, days and weeks close at night; the bar,
the research pack, the demo.

Each answer calls one query or service.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from cms.indicators import demo
from cms.indicators.documents import PACK
from cms.indicators.mergers import MERGERS
from cms.indicators.middleware import count_many
from cms.indicators.permissions import reads_figures_of_the_region
from cms.indicators.register import REGISTER
from cms.indicators.services import days, folding, retention, weeks, years
from courses.digest.enums import Hook
from courses.digest.values import BenchTarget, MenuEntry
from courses.jobs.values import daily, every
from courses.people.models import Person
from courses.people.permissions import is_leader


@hooks.register(Hook.TICK)
@every(minutes=5)
def add_up_page_views(now):
    return f"{folding.fold()} batches of page views added up"


@hooks.register(Hook.TICK)
@daily(3, 30)
def close_days_and_weeks(now):
    """Yesterday, and on a Monday the week before; what a missed night left, too. A day that can't be closed
    holds up its own week alone.
    """
    try:
        closed_days = days.close_days(now)
    finally:
        closed_weeks = weeks.close_weeks(now)
    return f"{len(closed_days)} days and {len(closed_weeks)} weeks closed"


@hooks.register(Hook.TICK)
@daily(3, 40)
def forget_old_counts(now):
    """A job of its own: it runs whatever became of the closing, after it where a tick does both."""
    retention.forget_fine_counts(now)
    return f"{retention.forget_hidden_numbers(now)} hidden numbers forgotten"


@hooks.register(Hook.TICK)
@daily(3, 50)
def check_sums_of_years(now):
    return f"{years.check_sums(now)} figures of a school year corrected"


@hooks.register(Hook.REGISTER, order=45)
def what_counting_holds():
    return [REGISTER]


@hooks.register(Hook.MERGERS)
def what_becomes_of_counts():
    return MERGERS


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


@hooks.register(Hook.DEMO, order=130)
def load_closed_weeks(world, say):
    """When every product's people are there."""
    demo.load(world, say)


@hooks.register(Hook.BENCH)
def what_counting_costs():
    person = Person.objects.filter(is_active=True).first()
    return [BenchTarget("page counted", goal="at most 0.2 ms", chore=lambda: count_many(person))]


@hooks.register(Hook.BENCH)
def what_figures_cost():
    return demo.targets()
