"""The letter about a person's editorial roles."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.guidance.enums import Letters
from cms.guidance.models import Scope
from cms.guidance.notifications.about_a_page import ABOUT_A_PAGE
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(Letters.ROLES_CHANGED, because=gettext_lazy("your editorial roles were changed"))
def roles_changed(person: Person, *, to: Person, details: dict) -> Message | None:
    """List the roles that the person holds when the letter is written."""
    heading = _("Your editorial roles on Passerelle")
    scopes = (
        Scope.objects.current()
        .filter(person=person)
        .select_related("topic__french", "topic__english")
    )
    held = [f"{scope.get_role_display()}, {scope.topic or _('The whole site')}" for scope in scopes]
    lines = [_("%(person)s has changed your editorial roles.") % {"person": details["by"]}]
    lines.append(
        _("You now hold: %(roles)s.") % {"roles": "; ".join(held)}
        if held
        else _("You hold none now.")
    )
    why = _("You receive this because the account is yours.")
    context = {
        "heading": heading,
        "lines": lines,
        "url": absolute(reverse("today:home")),
        "label": _("See my first page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)
