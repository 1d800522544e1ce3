"""What becomes of licences when a school goes on as another."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalogue.models import Licence
from courses.dates import day
from courses.people.services.mergers import Follows, Merger, all_stay, follow_unless_there


def _licences(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Of two for the same resource and kind of people from the same day one stays, and loses nobody:
    until the later end, for the subjects and teachers of both.
    """
    follow_unless_there("resource", "scope", "since")(rows, name, merger)
    for one in rows.select_related("resource"):
        same = {"resource": one.resource, "scope": one.scope, "since": one.since}
        kept = Licence.objects.get(school=merger.into, **same)
        kept.subjects.add(*one.subjects.all())
        kept.teachers.add(*one.teachers.all())
        kept.until = max(kept.until, one.until) if kept.until and one.until else None
        kept.contact = kept.contact or one.contact
        kept.save(update_fields=["until", "contact"])
        one.delete()
        merger.notes.append(
            _(
                "%(resource)s: of the licences that both schools have from %(day)s one stays, until"
                " the later end, for the subjects and teachers of both."
            )
            % {"resource": kept.resource, "day": day(kept.since)}
        )


MERGERS = [
    Follows(
        "courses.Licence.school",
        _licences,
        lambda n: ngettext("%(n)s licence", "%(n)s licences", n) % {"n": n},
    ),
    # Of providers, which aren't schools.
    Follows("courses.Resource.provider", all_stay),
    Follows("courses.ProviderProfile.organisation", all_stay),
]
