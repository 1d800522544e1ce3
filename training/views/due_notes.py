"""What is due of subscriptions and delivery notes on first pages."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalogue.models import Licence
from courses.dates import date_words, month_before, month_of
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_officer, is_planner
from training.enums import DeliveryState, FiguresBy
from training.models import DeliveryNote
from training.queries import deliveries as queries
from training.rules import is_outdated

ENDS_WITHIN = datetime.timedelta(days=60)
# Each last one costs half a millisecond a sheet; a note's own page compares it, however old.
MONTHS_COMPARED = 3


def notes_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    """To check, outdated, and subscriptions that end, for the Region; to correct, for training planners."""
    items = []
    if is_officer(person):
        today = timezone.localdate(now)
        items += [*_to_check(), *_outdated(today), *_ending(today)]
    if is_planner(person):
        items += _contested()
    return items


def _to_check() -> list[DueItem]:
    number = DeliveryNote.objects.to_check().count()
    if not number:
        return []
    answered = DeliveryNote.objects.to_check().filter(state=DeliveryState.CONTESTED).count()
    text = _("Hold each against the provider’s invoice.")
    if answered:
        words = ngettext(
            "%(number)s is contested, with an answer to read.",
            "%(number)s are contested, with an answer to read.",
            answered,
        )
        text = f"{text} {words % {'number': answered}}"
    title = ngettext(
        "%(number)s delivery note to check", "%(number)s delivery notes to check", number
    )
    return [
        DueItem(
            title % {"number": number},
            reverse("training:delivery_notes"),
            None,
            text=text,
            action=_("See the delivery notes"),
            tone="wait",
            icon="file-text",
            role=Role.OFFICER,
        )
    ]


def _outdated(today: datetime.date) -> list[DueItem]:
    """Notes that were found right and would say something else now, as their pages say."""
    month = month_of(today)
    for _back in range(MONTHS_COMPARED):
        month = month_before(month)
    right = queries.found_right_since(month)
    corrected = queries.corrected_deliveries(right)
    notes = [note for note in right if is_outdated(note, corrected[note.pk].content)]
    if not notes:
        return []
    title = ngettext(
        "%(number)s delivery note found right would say something else now",
        "%(number)s delivery notes found right would say something else now",
        len(notes),
    )
    text = ngettext(
        "No. %(numbers)s. For a corrected one, press “It isn’t right” on its page first.",
        "No. %(numbers)s. For corrected ones, press “It isn’t right” on the page of each first.",
        len(notes),
    )
    address = reverse("training:delivery_notes")
    if len(notes) == 1:
        address = reverse("training:delivery_note", args=[notes[0].public_id])
    return [
        DueItem(
            title % {"number": len(notes)},
            address,
            None,
            text=text % {"numbers": ", ".join(note.number for note in notes)},
            action=_("See the note") if len(notes) == 1 else _("See the delivery notes"),
            tone="warn",
            icon="file-text",
            role=Role.OFFICER,
        )
    ]


def _ending(today: datetime.date) -> list[DueItem]:
    ending = Licence.objects.filter(until__range=(today, today + ENDS_WITHIN))
    if not (number := ending.count()):
        return []
    first = ending.select_related("school", "resource").earliest("until", "school__name", "pk")
    # The list behind it has a line for each school, most of them with another end.
    text = _("%(school)s: %(resource)s, until %(day)s") % {
        "school": first.school,
        "resource": first.resource.name,
        "day": date_words(first.until),
    }
    if number > 1:
        text = _("The first of them: %(words)s") % {"words": text}
    title = ngettext(
        "%(number)s licence of a school ends within 60 days",
        "%(number)s licences of schools end within 60 days",
        number,
    )
    return [
        DueItem(
            title % {"number": number},
            reverse("training:subscriptions", query={"by": FiguresBy.SCHOOL}),
            None,
            text=text,
            action=_("See subscriptions"),
            icon="key-round",
            role=Role.OFFICER,
            order=110,
        )
    ]


def _contested() -> list[DueItem]:
    notes = DeliveryNote.objects.contested().select_related("provider").order_by("checked_at")
    return [
        DueItem(
            _("%(provider)s: delivery note no. %(number)s is contested")
            % {"number": note.number, "provider": note.provider.name},
            reverse("training:delivery_note", args=[note.public_id]),
            None,
            text=note.reason,
            action=_("See the note"),
            tone="warn",
            icon="file-text",
            role=Role.PLANNER,
        )
        for note in notes
    ]
