"""Identifiers by which people are told apart for a day or a week, without a name."""

import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    ONE_WEEK,
    THIRTY_DAYS,
    TWO_WEEKS,
    Category,
    Controller,
    Holding,
    Register,
    Whose,
    before_day,
)

CATEGORIES = (
    Category(
        key="counting",
        title=_("That a page was read: when, in which role, on a phone or a computer"),
        purpose=_(
            "To count, without knowing who: pages, visits and active people, by school and for people"
            " without a school together; pages by the hour. No address of a page and no IP address is kept."
            " People are told apart by a number made with a secret key. Key and numbers of a day are deleted"
            " the night after, those of a week in the night from Sunday to Monday; where the service stood"
            " still, once it runs again. Backups hold both for about six weeks more: until then"
            " whoever may read backups could find out who it was. Counts are left: those by the hour and by"
            " the day, and the small ones that are hidden, are deleted a month after the week, what is"
            " published stays. You can switch it off in your profile; a browser that sends Global Privacy"
            " Control isn’t counted. No cookie is needed for it."
        ),
        readers=_(
            "Nobody reads these numbers. Counts are read by the region’s officers and the registrars, those"
            " of a school by its leaders, too; counts of 1 to 4 people are hidden. Those of the pilot schools"
            " go out in the research pack to anybody, under the Licence Ouverte 2.0, with the same hidden."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF, Whose.TRAINERS),
        period=ONE_WEEK,
        child_title=pgettext_lazy("to a child", "That you read a page"),
        child_text=pgettext_lazy(
            "to a child",
            "Each page that you open counts one for your school: to know how many people use Passerelle,"
            " and when. Your name isn’t kept with it, nor which page it was. You can switch it off in your"
            " profile.",
        ),
        order=78,
    ),
)

HOLDINGS = (
    Holding(
        "cms.SeenToday",
        "counting",
        secret=("key",),
        other=("day", "school", "role", "half_hour"),
        period=TWO_WEEKS,
        past=before_day("day"),
    ),
    Holding(
        "cms.SeenThisWeek",
        "counting",
        secret=("key",),
        other=("week", "school", "role", "device", "place"),
        period=TWO_WEEKS,
        past=before_day("week"),
    ),
    Holding(
        "cms.CountingKey",
        "counting",
        secret=("secret",),
        other=("span", "first_day"),
        period=TWO_WEEKS,
        past=before_day("first_day"),
    ),
)


def may_be_erasing(week: datetime.date, now: datetime.datetime) -> bool:
    """Whether the register erases identifiers of this week (its Monday), or has begun to: in batches, so
    that those that are left are no whole.
    """
    return week < TWO_WEEKS.cutoff(now).date()


def may_lack_rows(week: datetime.date, now: datetime.datetime) -> bool:
    """Whether the register erases what products count of this week (its Monday), or has begun to: stays
    in a video class are kept for the shortest time.
    """
    return week < THIRTY_DAYS.cutoff(now).date()


# Numbers by hour, day and week without an identifier, of which the small ones go after a month
# (services.retention); words of definitions.
UNRELATED = tuple(
    f"cms.{model}"
    for model in (
        "PageTally", "HourCount", "HourPeople", "DayCount", "ClosedDay", "ClosedWeek",
        "Definition", "WeekFigure", "HourFigure", "YearFigure",
    )
)  # fmt: skip

REGISTER = Register(CATEGORIES, HOLDINGS, UNRELATED)
