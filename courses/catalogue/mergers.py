"""What becomes of licences when a school goes on as another."""

from django.utils.translation import ngettext

from courses.people.services.mergers import Follows, all_stay, follow_unless_there

MERGERS = [
    Follows(
        "courses.Licence.school",
        follow_unless_there("resource", "scope", "since"),
        lambda n: ngettext("%(n)s licence", "%(n)s licences", n) % {"n": n},
    ),
    # Of providers, which aren't schools.
    Follows("courses.Resource.provider", all_stay),
    Follows("courses.ProviderProfile.organisation", all_stay),
]
