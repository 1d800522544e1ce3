"""To a school's leaders: how many teachers wish for what."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.enums import Role
from courses.people.models import Organisation, Person
from training.enums import Letters
from training.models import ResourceWish


@writes(
    Letters.WISHES,
    because=gettext_lazy("teachers of your school wish for a resource"),
    may_wait=True,
)
def wishes(about: Organisation, *, to: Person, details: dict) -> Message | None:
    """Numbers, as they are when the letter is written; nothing once all is taken back or there, nor
    to whoever doesn't lead the school any more.
    """
    leads = to.memberships.current().filter(role=Role.LEADER, organisation=about)
    if not leads.exists():
        return None
    rows = list(
        ResourceWish.objects.filter(school=about).unfulfilled(timezone.localdate()).numbers()
    )
    if not rows:
        return None
    context = {
        "person": to,
        "school": about,
        "rows": rows,
        "url": absolute(reverse("training:wishes")),
    }
    subject = _("What teachers of your school wish for: %(school)s") % {"school": about.name}
    in_short = " ".join(
        ngettext(
            "%(count)s teacher of your school wishes for %(resource)s.",
            "%(count)s teachers of your school wish for %(resource)s.",
            row["teachers"],
        )
        % {"count": row["teachers"], "resource": row["resource__name"]}
        for row in rows
    )
    return letter("training/mail/wishes", subject, context, in_short=in_short)
