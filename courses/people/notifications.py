"""Letters about one's account. The code of a link is made when the letter is written, so that it is as fresh as can be."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.mail.documents import absolute, letter
from courses.mail.values import Message, because
from courses.people.models import Person
from courses.people.values import address_code


def password_link(person: Person) -> str:
    return absolute(reverse("people:choose_password", args=[person.public_id, default_token_generator.make_token(person)]))


@because(_("an account was made for you"), opens_an_account=True)
def invitation(person: Person, *, to: Person, details: dict) -> Message | None:
    """No longer needed once the person has logged in."""
    if person.last_login or not person.is_active:
        return None
    return letter("people/mail/invitation", _("Your account on Passerelle"), {"person": person, "url": password_link(person)})


@because(_("you asked for a new password"), opens_an_account=True)
def new_password(person: Person, *, to: Person, details: dict) -> Message | None:
    if not person.is_active:
        return None
    return letter("people/mail/new_password", _("Choose a new password"), {"person": person, "url": password_link(person)})


@because(_("you gave a new mail address"), opens_an_account=True)
def new_address(person: Person, *, to: Person, details: dict) -> Message | None:
    code = address_code(person.public_id, person.email, details["address"])
    url = absolute(reverse("people:confirm_address", args=[code]))
    return letter("people/mail/new_address", _("Confirm your new mail address"), {"person": person, "url": url, **details})


@because(_("your mail address was changed"))
def address_changed(person: Person, *, to: Person, details: dict) -> Message | None:
    return letter("people/mail/address_changed", _("Your mail address was changed"), {"person": person, **details})
