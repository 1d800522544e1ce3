"""Letters about one's account.

The code of a link is made when the letter is written, so that it is as fresh as can be.
"""

import datetime

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from courses.dates import day
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.enums import AccountChangeKind, Letters, Role, RoleEvent, SecondFactorEvent
from courses.people.models import CorrectionRequest, Organisation, Person
from courses.people.models.logins import login_links
from courses.people.values import address_code

CLOSE_IT = _(
    "If this surprises you, write to the contact of this site at once, so that the account is closed"
    " until this is clear."
)


def password_link(person: Person) -> str:
    return absolute(
        reverse(
            "people:choose_password",
            args=[person.public_id, default_token_generator.make_token(person)],
        )
    )


@writes(Letters.INVITATION, because=_("an account was made for you"), opens_an_account=True)
def invitation(person: Person, *, to: Person, details: dict) -> Message | None:
    """No longer needed once the person has logged in."""
    if person.last_login or not person.is_active:
        return None
    return letter(
        "people/mail/invitation",
        _("Your account on Passerelle"),
        {"person": person, "url": password_link(person)},
    )


@writes(Letters.PASSWORD, because=_("you asked for a new password"), opens_an_account=True)
def new_password(person: Person, *, to: Person, details: dict) -> Message | None:
    if not person.is_active:
        return None
    return letter(
        "people/mail/new_password",
        _("Choose a new password"),
        {"person": person, "url": password_link(person)},
    )


@writes(Letters.LOGIN_LINK, because=_("you asked for a link to log in"), opens_an_account=True)
def login_link(person: Person, *, to: Person, details: dict) -> Message | None:
    if not person.is_active:
        return None
    code = login_links.make_token(person)
    return letter(
        "people/mail/login_link",
        _("Log in by this link"),
        {
            "person": person,
            "url": absolute(reverse("people:login_by_link", args=[person.public_id, code])),
        },
    )


@writes(Letters.NEW_ADDRESS, because=_("you gave a new email address"), opens_an_account=True)
def new_address(person: Person, *, to: Person, details: dict) -> Message | None:
    code = address_code(person.public_id, person.email, details["address"])
    url = absolute(reverse("people:confirm_address", args=[code]))
    return letter(
        "people/mail/new_address",
        _("Confirm your new email address"),
        {"person": person, "url": url, **details},
    )


@writes(Letters.CORRECTION_ANSWERED, because=_("what you asked to have corrected was answered"))
def correction_answered(asked: CorrectionRequest, *, to: Person, details: dict) -> Message | None:
    url = absolute(reverse("register:personal_data")) + "#corrections"
    return letter(
        "people/mail/correction_answered",
        _("An answer to your request for a correction"),
        {"asked": asked, "url": url},
    )


# What somebody changed of an account. The old address and the new one are told, so that nothing is
# taken in silence.


@writes(Letters.ADDRESS_CHANGED, because=_("your email address was changed"))
def address_changed(person: Person, *, to: Person, details: dict) -> Message | None:
    words = {
        "new": details["new"],
        "old": details.get("old") or details["address"],
        "by": details.get("by", ""),
    }
    if not words["new"]:
        sentence = _(
            "%(by)s has taken the address %(old)s out of your account: emails from Passerelle no"
            " longer reach you."
        )
    elif not details.get("old", words["old"]):
        sentence = _(
            "%(by)s has given your account the address %(new)s: emails from Passerelle go there."
        )
    elif words["by"]:
        sentence = _(
            "%(by)s has changed your address: emails from Passerelle go to %(new)s, no longer to"
            " %(old)s."
        )
    else:
        sentence = _("From now on, emails from Passerelle go to %(new)s, no longer to %(old)s.")
    why = (
        _("You receive this at your new address.")
        if details.get("place") == "new"
        else _("You receive this at your old address.")
    )
    return account_news(_("Your email address was changed"), sentence % words, why)


@writes(Letters.ACCOUNT_STATE, because=_("your account was closed or opened again"))
def account_closed_or_opened(person: Person, *, to: Person, details: dict) -> Message | None:
    if details["kind"] == AccountChangeKind.CLOSED:
        subject = _("Your account is closed")
        sentence = _("%(by)s has closed your account on Passerelle: nobody can log in with it.")
        advice = _(
            "If this surprises you, write to the contact of this site: until the account is erased, it"
            " can be opened again."
        )
    else:
        subject = _("Your account is open again")
        sentence = _("%(by)s has opened your account on Passerelle again.")
        advice = CLOSE_IT
    return account_news(
        subject,
        sentence % {"by": details["by"] or "Passerelle"},
        _("You receive this because the account is yours."),
        advice,
    )


@writes(Letters.KEY_PUT, because=_("your account was given a key of a directory"))
def key_put(person: Person, *, to: Person, details: dict) -> Message | None:
    """Nothing if the key was taken off or confirmed meanwhile."""
    if not person.identities.filter(pk=details["identity"], confirmed_at=None).exists():
        return None
    sentence = (
        _(
            "%(by)s (%(school)s) has said on %(day)s that a teacher of the school’s directory is you, and"
            " your account has got that teacher’s key. A login by an ENT with this key opens your"
            " account only after your password was typed once."
        )
        if details["school"]
        else _(
            "On %(day)s %(by)s has linked a login by an ENT to your account, which has got its key. The"
            " login opens your account only after your password was typed once."
        )
    )
    return account_news(
        _("A directory’s key for your account"),
        sentence % (details | {"day": day(datetime.date.fromisoformat(details["day"]))}),
        _("You receive this because the account is yours."),
        _(
            "If it isn’t you, take the key off: on Passerelle, “My profile”, “Keys of a directory”. The"
            " contact of this site can do it, too."
        ),
    )


@writes(Letters.KEY_OFF, because=_("a directory’s key was taken off your account"))
def key_off(person: Person, *, to: Person, details: dict) -> Message:
    return account_news(
        _("A key was taken off your account"),
        _(
            "On %(day)s %(by)s took a directory’s key off your account: no login by an ENT opens it by"
            " this key any more, and whoever was logged in was logged out. Log in with your password; who"
            " has none chooses one under “Forgotten password”."
        )
        % (details | {"day": day(datetime.date.fromisoformat(details["day"]))}),
        _("You receive this because the account is yours."),
        _("If this surprises you, write to the contact of this site."),
    )


@writes(Letters.ROLE, because=_("a role of yours was changed"))
def role_changed(person: Person, *, to: Person, details: dict) -> Message | None:
    sentences = {
        RoleEvent.BEGUN: _("%(by)s has given you a role: %(role)s, %(organisation)s, %(days)s."),
        RoleEvent.CHANGED: _(
            "%(by)s has changed a role of yours, which now is: %(role)s, %(organisation)s,"
            " %(days)s."
        ),
        RoleEvent.TAKEN: _("%(by)s has taken a role away from you: %(role)s, %(organisation)s."),
    }
    sentence = sentences[RoleEvent(details["event"])] % role_words(details)
    return account_news(
        _("Your role on Passerelle"), sentence, _("You receive this because the account is yours.")
    )


@writes(
    Letters.NEW_COLLEAGUE, because=_("somebody was given the role that you hold"), may_wait=True
)
def new_colleague(person: Person, *, to: Person, details: dict) -> Message | None:
    """Nothing to whoever doesn't hold that role any more."""
    if details["role"] not in to.roles:
        return None
    words = role_words(details) | {"name": person.display_name}
    sentence = (
        _(
            "%(by)s has given %(name)s a role that you hold, too: %(role)s, %(organisation)s,"
            " %(days)s."
        )
        % words
    )
    return account_news(
        _("%(name)s has been given a role that you hold") % words,
        sentence,
        _("You receive this because you hold this role."),
    )


@writes(Letters.SECOND_FACTOR, because=_("the second step of your login was changed or used"))
def second_factor_changed(person: Person, *, to: Person, details: dict) -> Message | None:
    sentences = {
        SecondFactorEvent.ON: _(
            "The second step of your login on Passerelle is switched on: after the password it asks"
            " for a code of your app."
        ),
        SecondFactorEvent.OFF: _(
            "The second step of your login on Passerelle is switched off: the password is enough."
        ),
        SecondFactorEvent.TAKEN_OFF: _(
            "%(by)s has taken off the second step of your login on Passerelle: the password is"
            " enough."
        ),
        SecondFactorEvent.CODES: _(
            "You have new recovery codes on Passerelle: the earlier ones open nothing any more."
        ),
        SecondFactorEvent.RECOVERED: ngettext_lazy(
            "A recovery code was used to log in to Passerelle as you, or to change the second step"
            " of your login. One is left.",
            "A recovery code was used to log in to Passerelle as you, or to change the second step"
            " of your login. %(left)s are left.",
            "left",
        ),
        SecondFactorEvent.WRONG: _(
            "Somebody passed the first step of your login on Passerelle, then gave five wrong codes. If"
            " it wasn’t you, somebody else knows your password: change it."
        ),
    }
    event = SecondFactorEvent(details["event"])
    words = {"by": details["by"] or "Passerelle", "left": details["left"]}
    return account_news(
        _("The second step of your login"),
        sentences[event] % words,
        _("You receive this because the account is yours."),
    )


@writes(Letters.SCHOOL_MERGED, because=_("you lead a school that goes on with another one"))
def school_merged(school: Organisation, *, to: Person, details: dict) -> Message:
    words = details | {"school": str(school)}
    return account_news(
        _("%(old)s goes on as %(school)s") % words,
        _(
            "%(by)s has entered that %(old)s goes on as %(school)s: people with their roles, classes,"
            " licences and equipment are there now, with their past."
        )
        % words,
        _("You receive this because you lead one of both schools."),
        _("Leaders of both lead it now. If a role ends, tell a registrar of the académie."),
    )


def role_words(details: dict) -> dict:
    since, until = (
        date_format(datetime.date.fromisoformat(details[key])) if details[key] else ""
        for key in ("since", "until")
    )
    days = _("from %(since)s until %(until)s") if until else _("from %(since)s")
    return {
        **details,
        "role": Role(details["role"]).label,
        "days": days % {"since": since, "until": until},
    }


def account_news(
    subject: str | Promise, sentence: str, why: str | Promise, advice: str | Promise = CLOSE_IT
) -> Message:
    return letter(
        "people/mail/account_news",
        subject,
        {"sentence": sentence, "advice": advice, "why": why},
        in_short=f"{sentence} {advice}",
    )
