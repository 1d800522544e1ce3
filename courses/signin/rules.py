"""Which address a provider may have, which provider a school's people are sent to, whom its values
name, and what counts as a second factor.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.roster.rules import namespace_of
from courses.signin.enums import NEEDS_OUR_SECOND_FACTOR, ValueForm
from courses.signin.exceptions import AddressNotEncrypted, AddressWithQuery


def why_not_address(address: str, *, site_address: str) -> Refusal | None:
    """Only https says that the answer is the provider's. A site that is itself tried out without it,
    on one machine, may try out a server on the same machine.
    """
    parts = urlsplit(address)
    is_tried_out = site_address.startswith("http:") and parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_tried_out):
        return AddressNotEncrypted()
    if parts.query or parts.fragment or parts.username is not None:
        return AddressWithQuery()
    return None


def counts_for(person: Person, has_second_factor: bool) -> bool:
    """Whether the second factor that a provider has asked for stands in for the person's own. Not for
    whoever keeps accounts of others: another server's word isn't enough.
    """
    return has_second_factor and person.roles.isdisjoint(NEEDS_OUR_SECOND_FACTOR)


def provider_of_school[Provider](
    uai: str, schools: Mapping[Provider, set[str | None]]
) -> Provider | None:
    """The only one that names the school; where none does, the only one that is of all schools."""
    own = [one for one, uais in schools.items() if uai in uais]
    general = [one for one, uais in schools.items() if not uais]
    found = own or general
    return found[0] if len(found) == 1 else None


# EduConnect's FrEduCtRefId: the académie, a part that isn't used, the join key of its directory.
REFERENCE = re.compile(r"\{AAF\}(\d{1,3})\|[^|\s]*\|([^|\s]+)", re.ASCII)


def identifiers_of(
    values: Iterable[str], *, form: str, namespaces: Sequence[str]
) -> list[tuple[str, str]]:
    """Directory and identifier of each value that counts.

    A reference counts where the provider was given the directory that it names, and nothing but a
    reference does. A plain value is of the only directory that the provider was given.
    """
    if form == ValueForm.PLAIN:
        return [(namespaces[0], value) for value in values] if len(namespaces) == 1 else []
    found = [one for value in values if (one := REFERENCE.fullmatch(value))]
    told = [(namespace_of(one[1]), one[2]) for one in found]
    return [(namespace, key) for namespace, key in told if namespace in namespaces]


def is_second_factor(contexts: Iterable[str], counted: str) -> bool:
    """Whether one of the ways in which the provider made sure who it is counts as a second factor.
    `counted`: the words of the provider's row, a space or a line apart; none: none counts.
    """
    return not set(contexts).isdisjoint(counted.split())
