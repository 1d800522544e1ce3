"""What becomes of trainings when a school goes on as another."""

from django.utils.translation import ngettext

from courses.people.services.mergers import Follows, all_follow, all_stay, follow_unless_there

MERGERS = [
    # A certificate keeps the words with which it was issued.
    Follows(
        "training.Enrolment.school",
        all_follow,
        lambda n: ngettext("%(n)s enrolment", "%(n)s enrolments", n) % {"n": n},
    ),
    Follows("training.Session_schools.organisation", follow_unless_there("session")),
    Follows("training.ResourceWish.school", follow_unless_there("resource", "person")),
    # Of providers, which aren't schools.
    Follows("training.Session.provider", all_stay),
    Follows("training.DateProposal.provider", all_stay),
]
