"""After logging in with a code: how many are left."""

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from courses.codes import services
from courses.codes.backends import PaperCodeBackend
from courses.people.models import Person

PATH = f"{PaperCodeBackend.__module__}.{PaperCodeBackend.__qualname__}"


@receiver(user_logged_in)
def say_how_many_are_left(sender, request, user: Person, **kwargs):
    if getattr(user, "backend", "") != PATH:
        return
    number = services.left(user, timezone.now())
    if not number:
        said = gettext("That was your last code: ask your school for a new slip.")
    else:
        said = ngettext(
            "You used a code. One is left on your slip.",
            "You used a code. %(number)s are left on your slip.",
            number,
        ) % {"number": number}
    messages.info(request, said)
