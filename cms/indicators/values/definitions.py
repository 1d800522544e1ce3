"""The roof's own measures: pages, visits and people, counted without tracking.

Their words are frozen (`Definition`): another sentence needs another version. Shares are told of one
version alone: with `pages`, each part of them gets the next version, too.
"""

import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.enums import MeasureKind
from courses.digest.values import Measure

SINCE = datetime.date(2026, 8, 31)  # the Monday on which this school year begins
PAGES = pgettext_lazy("unit", "pages")
NOT_READ = _(
    "Not that a page was read to its end, nor which page it was. Who has asked not to be counted is"
    " missing, and what a browser shows again from its own store without asking the server, or had fetched"
    " ahead."
)

OWN_MEASURES = (
    Measure(
        code="pages",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Pages"),
        definition=_(
            "Whole pages that a browser asked the server for, by the school of the reader (for the whole"
            " week, the one at the reader’s first page of it): those that it sent and, of pages that are the"
            " same for all visitors, those of which it answered that the browser’s copy still holds. Left"
            " out are the administration of the site, parts of pages that are loaded later, pages that a"
            " browser fetches ahead, files, and programs that name themselves as such."
        ),
        unit=PAGES,
        not_said=NOT_READ,
    ),
    Measure(
        code="visits",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Visits"),
        definition=_(
            "Runs of half-hours in which one person read at least one page: a whole half-hour of the"
            " clock without a page ends a visit, and so does midnight. Visits of people without a login"
            " aren’t counted."
        ),
        unit=pgettext_lazy("unit", "visits"),
        not_said=_(
            "Not how long somebody stayed: a visit of one page and one of thirty minutes are one each."
        ),
    ),
    Measure(
        code="people",
        version=1,
        since=SINCE,
        kind=MeasureKind.PEOPLE,
        name=_("Active people"),
        definition=_(
            "People who, logged in, read at least one page in the week; each counts once, in one"
            " school and one role (teacher, else student, else others, such as leaders, whom a school"
            " has too few of to be counted apart). Who changes school or role in the week counts as at"
            " the first page of it, with all pages and visits of the week."
        ),
        unit=pgettext_lazy("unit", "people"),
        not_said=_(
            "Not who, nor how much each of them read. People of two weeks can’t be added up: many are"
            " the same."
        ),
    ),
    Measure(
        code="pages_class_hours",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Pages in class hours"),
        definition=_("Pages from Monday to Friday between 8:00 and 18:00, on a clock in Paris."),
        unit=PAGES,
        not_said=_(
            "Not that they were read in a lesson, nor at school; public holidays count, too."
        ),
    ),
    Measure(
        code="pages_evening",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Pages in the evening"),
        definition=_(
            "Pages from Monday to Friday between 18:00 and midnight, on a clock in Paris."
        ),
        unit=PAGES,
        not_said=_("Not where the reader was, nor whether it was work for school."),
    ),
    Measure(
        code="pages_weekend",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Pages at the weekend"),
        definition=_("Pages on Saturday and Sunday, on a clock in Paris."),
        unit=PAGES,
        not_said=_("Not whether there is class on a Saturday: it counts as a weekend everywhere."),
    ),
    Measure(
        code="pages_phone",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Pages on a phone"),
        definition=_("Pages of browsers that call themselves mobile."),
        unit=PAGES,
        not_said=_(
            "Not whether the reader has a computer, too. Most tablets call themselves computers."
        ),
    ),
    Measure(
        code="pages_computer",
        version=1,
        since=SINCE,
        kind=MeasureKind.ACTS,
        name=_("Pages on a computer"),
        definition=_("Pages of all other browsers: computers, and most tablets."),
        unit=PAGES,
        not_said=_("Not whose computer it is: the school’s, the family’s, or a borrowed one."),
    ),
)
