"""What becomes of trainings when a school goes on as another."""

from django.utils.translation import ngettext

from courses.people.services.mergers import Follows, all_follow, all_stay, follow_once

MERGERS = [
    # A certificate keeps the words with which it was issued.
    Follows(
        "training.Enrolment.school",
        all_follow,
        lambda n: ngettext("%(n)s enrolment", "%(n)s enrolments", n) % {"n": n},
    ),
    Follows("training.Session_schools.organisation", follow_once("session")),
    Follows("training.ResourceWish.school", follow_once("resource", "person")),
    # Of months that are closed: nothing is counted anew.
    Follows("training.MonthNoShows.school", all_stay),
    # Of providers, which aren't schools.
    Follows("training.Session.provider", all_stay),
    Follows("training.DateProposal.provider", all_stay),
    Follows("training.DeliveryNote.provider", all_stay),
    Follows("training.MonthPresence.provider", all_stay),
]
