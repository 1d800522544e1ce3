"""The indicators' answers to hooks: page views are added up, days and weeks close at night."""

from wagtail import hooks

from cms.indicators.mergers import MERGERS
from cms.indicators.middleware import count_many
from cms.indicators.register import REGISTER
from cms.indicators.services import days, folding, weeks
from courses.digest.enums import Hook
from courses.digest.values import BenchTarget
from courses.jobs.values import daily, every
from courses.people.models import Person


@hooks.register(Hook.TICK)
@every(minutes=5)
def add_up_page_views(now):
    return f"{folding.fold()} batches of page views added up"


@hooks.register(Hook.TICK)
@daily(3, 30)
def close_days_and_weeks(now):
    """Yesterday, and on a Monday the week before; what a missed night left, too."""
    closed_days, closed_weeks = days.close_days(now), weeks.close_weeks(now)
    return f"{len(closed_days)} days and {len(closed_weeks)} weeks closed"


@hooks.register(Hook.REGISTER, order=45)
def what_counting_holds():
    return [REGISTER]


@hooks.register(Hook.MERGERS)
def what_becomes_of_counts():
    return MERGERS


@hooks.register(Hook.BENCH)
def what_counting_costs():
    person = Person.objects.filter(is_active=True).first()
    return [BenchTarget("page counted", goal="at most 0.2 ms", chore=lambda: count_many(person))]
