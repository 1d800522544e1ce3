"""Closed weeks and their figures, as the close writes them."""

import datetime

from cms.indicators.models import ClosedWeek, Definition, HourFigure, WeekFigure
from cms.indicators.services.years import add_up
from courses.people.enums import OrganisationKind, Role
from tests.factories.people import MembershipFactory, OrganisationFactory

WEEK = datetime.date(2026, 11, 16)
ONE_WEEK = datetime.timedelta(weeks=1)
SINCE = datetime.date(2024, 9, 1)


def officer(**given):
    region = OrganisationFactory(kind=OrganisationKind.REGION, name="Région Normandie", city="")
    member = MembershipFactory(organisation=region, role=Role.OFFICER)
    for name, value in given.items():
        setattr(member.person, name, value)
    member.person.save()
    return member.person


def frozen(code: str = "pages", version: int = 1, kind: str = "acts", **given) -> Definition:
    words = {
        f"{word}_{language}": f"{code} {version}: {word} ({language})"
        for word in ("name", "definition", "unit", "not_said")
        for language in ("fr", "en")
    }
    return Definition.objects.create(
        code=code, version=version, kind=kind, **{"since": SINCE, **words, **given}
    )


def figure(definition, school, value: int, *, week=WEEK, part: str = "", hidden: bool = False):
    """`school` None: the region's."""
    return WeekFigure.objects.create(
        week=week, definition=definition, school=school, part=part, value=value, is_hidden=hidden
    )


def close(*weeks: datetime.date, is_invented: bool = False) -> None:
    """After their figures are there."""
    for week in weeks:
        ClosedWeek.objects.create(week=week, schools=2, is_invented=is_invented)
        add_up(week)


def hour_figure(weekday: int, hour: int | None, pages: int, *, week=WEEK, hidden: bool = False):
    return HourFigure.objects.create(
        week=week, weekday=weekday, hour=hour, pages=pages, is_hidden=hidden
    )
