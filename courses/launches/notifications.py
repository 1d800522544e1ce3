"""Letters to teachers: a subscription ends."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.catalogue.models import Licence
from courses.dates import day
from courses.launches.enums import Letters
from courses.launches.queries.endings import ends_soon_for
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person, today

ENDS = "launches/mail/licence_ends"


@writes(
    Letters.LICENCE_ENDS,
    because=gettext_lazy("a subscription that includes you ends soon"),
    may_wait=True,
)
def licence_ends(licence: Licence, *, to: Person, details: dict) -> Message | None:
    """Nothing if it was renewed meanwhile, has ended, or doesn't reach the person any more."""
    until = datetime.date.fromisoformat(details["until"])
    if licence.until != until or until < today() or not ends_soon_for(to, licence):
        return None
    words = {"resource": licence.resource.name, "school": licence.school, "day": day(until)}
    heading = _("%(resource)s: the subscription ends on %(day)s") % words
    context = {
        "heading": heading,
        "what": _("The subscription of %(school)s to %(resource)s ends on %(day)s.") % words,
        "ask": licence.contact,
        "url": absolute(reverse("launches:mine")),
    }
    return letter(ENDS, heading, context)
