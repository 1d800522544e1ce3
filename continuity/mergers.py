"""What becomes of a school's own rows when it goes on as another."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.models import EquipmentItem, EquipmentNeed, SurveyCampaign
from continuity.models.equipment import LONGEST_NUMBER, LONGEST_SERIAL
from courses.dates import day
from courses.people.services.mergers import (
    Follows,
    Merger,
    all_follow,
    follow_unless_there,
    free_name,
    pass_on,
    renamed,
)


def _things(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """A number is one thing's in a school; a serial number, too."""
    serials = set(EquipmentItem.objects.filter(school=merger.into).values_list("serial", flat=True))
    for one in rows.filter(serial__in=serials - {""}):
        serial = free_name(one.serial, merger.old, LONGEST_SERIAL, serials)
        rows.filter(pk=one.pk).update(serial=serial)
        merger.notes.append(
            _("The serial number %(was)s is now %(now)s: both schools have entered it.")
            % {"was": one.serial, "now": serial}
        )
    renamed(
        "number",
        longest=LONGEST_NUMBER,
        say=lambda was, now: (
            _(
                "The thing no. %(was)s is now no. %(now)s: both schools have one. Print its label anew."
            )
            % {"was": was, "now": now}
        ),
    )(rows, name, merger)


def _needs(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """One of a kind is open for a student: that of the other school goes on."""
    theirs = EquipmentNeed.objects.open().filter(
        school=merger.into, student=OuterRef("student"), wants=OuterRef("wants")
    )
    rows.filter(Exists(theirs), closed_at=None).update(closed_at=timezone.now())
    rows.update(school=merger.into)


def _loans(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """A loan that followed a student from the one to the other is the other's own now."""
    here = {"goes_to": None, "goes_since": None, "let_go_by": None}
    rows.filter(goes_to=merger.into).update(school=merger.into, **here)
    rows.update(school=merger.into)


def _loans_of_guests(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    here = {"goes_to": None, "goes_since": None, "let_go_by": None}
    rows.filter(school=merger.into).update(**here)
    rows.update(goes_to=merger.into)


def _surveys(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """One runs at a time in a school: of those that share a day the one that ends last stays, with the
    answers of all. Whoever answered two has the answer to that.
    """
    theirs = list(SurveyCampaign.objects.filter(school=merger.into))
    for one in list(rows):
        beside = [to for to in theirs if to.shares_a_day_with(one.opens_on, one.closes_on)]
        last = max([*beside, one], key=lambda campaign: campaign.closes_on)
        for other in beside if last == one else [one]:
            pass_on(other, to=last)
            other.delete()
            merger.notes.append(
                _(
                    "Of two surveys at the same time one stays, until %(day)s, with the answers to both."
                )
                % {"day": day(last.closes_on)}
            )
        if last == one:
            theirs = [to for to in theirs if to not in beside]
            one.school = merger.into
            one.save(update_fields=["school"])


MERGERS = [
    Follows(
        "continuity.EquipmentItem.school",
        _things,
        lambda n: ngettext("%(n)s thing that is lent", "%(n)s things that are lent", n) % {"n": n},
    ),
    Follows("continuity.EquipmentNeed.school", _needs),
    Follows("continuity.Loan.school", _loans),
    Follows("continuity.Loan.goes_to", _loans_of_guests),
    Follows("continuity.LoanAgreement.school", all_follow),
    Follows("continuity.LendingCriteria.school", follow_unless_there()),
    Follows("continuity.Extension.school", all_follow),
    Follows("continuity.Exemption.school", all_follow),
    Follows("continuity.SchoolSettings.school", follow_unless_there()),
    Follows("continuity.SurveyCampaign.school", _surveys),
    Follows("continuity.DeclinedProposal.school", follow_unless_there("proposal")),
]
