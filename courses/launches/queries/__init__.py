"""What a person may open, and what a resource learns about them: one function for link, page and
ledger.
"""

import datetime
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import translation
from django.utils.csp import CSP
from django.utils.translation import gettext as _

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence, Resource
from courses.catalogue.queries import (
    Entitlement,
    Entitlements,
    entitlements_of_member,
)
from courses.launches.enums import Attribute, Telling
from courses.launches.gateways import lti
from courses.launches.models import (
    TELLING,
    Launch,
    LaunchIntent,
    PersonalConnection,
    ResourceConnection,
)
from courses.launches.storage import SigningKey, days_of_keys, read_key
from courses.launches.values import (
    SHORTEST_KEY,
    Knowledge,
    Learned,
    lines_of,
    origin_of,
    pseudonym,
)
from courses.people.enums import ClassKind, Role
from courses.people.models import Organisation, Person, SchoolClass

FAILURE_IS_SAID_WITHIN = datetime.timedelta(hours=1)
MOST_LAUNCHES = 200
ENDED_IS_SHOWN = datetime.timedelta(days=365)

logger = logging.getLogger(__name__)


def key_for_codes() -> bytes:
    """Empty where the site has none, or one that is too short."""
    key = settings.PSEUDONYM_KEY.encode()
    return key if len(key) >= SHORTEST_KEY else b""


def address_of(connection: ResourceConnection) -> str:
    """The practice resource is a page of the demo; elsewhere it leads nowhere."""
    if not connection.is_practice:
        return connection.address
    if not settings.ONE_CLICK_LOGINS:
        return ""
    return reverse("launches:practice", args=[connection.resource.slug])


def login_address_of(connection: ResourceConnection) -> str:
    """Where an LTI launch begins."""
    if not connection.is_practice:
        return connection.login_address
    if not settings.ONE_CLICK_LOGINS:
        return ""
    return reverse("launches:practice_login", args=[connection.resource.slug])


def launch_addresses_of(connection: ResourceConnection) -> list[str]:
    """Where the answer of an LTI launch may go (redirect URIs); no other address gets one."""
    if connection.is_practice:
        return [_in_language(code, connection) for code, _name in settings.LANGUAGES]
    return [connection.address, *lines_of(connection.other_addresses)]


def _in_language(code: str, connection: ResourceConnection) -> str:
    with translation.override(code):
        return address_of(connection)


def origins_of(connection: ResourceConnection) -> list[str]:
    """The sites to which the form of an LTI launch may lead, each once. The practice resource is on
    this one.
    """
    if connection.is_practice:
        return [CSP.SELF]
    origins = [origin_of(address) for address in launch_addresses_of(connection)]
    return list(dict.fromkeys([*origins, *lines_of(connection.other_origins)]))


def hosts_of(connection: ResourceConnection) -> str:
    """To whom it is told, in the order of the alphabet; empty on a page of ours."""
    if connection.is_practice:
        return ""
    if not connection.is_lti:
        return urlsplit(connection.address).netloc
    return ", ".join(sorted(urlsplit(origin).netloc for origin in origins_of(connection)))


def lti_keys(day: datetime.date) -> list[SigningKey]:
    """The site's keys for LTI launches. One that can't be read is logged and left out, so that a
    rotation which went wrong doesn't stop the key in use.
    """
    found = []
    for begins_on in days_of_keys(settings.LTI_KEYS, day):
        try:
            found.append(read_key(settings.LTI_KEYS, begins_on))
        except (OSError, ValueError) as fault:
            words = "The key of %s in PASSERELLE_LTI_KEYS can’t be read (%s)."
            logger.error(words, begins_on, type(fault).__name__)
    return found


def signing_key(day: datetime.date) -> SigningKey | None:
    """The one that signs on that day."""
    return next((key for key in lti_keys(day) if key.begins_on <= day), None)


def has_keys(connection: ResourceConnection | None, day: datetime.date) -> bool:
    """Whether this site has the keys that the way to a resource needs."""
    if connection is None or not connection.gives_code:
        return True
    return bool(key_for_codes() and (signing_key(day) or not connection.is_lti))


def knowledge_of(
    person: Person,
    connection: ResourceConnection,
    *,
    school: Organisation,
    personal: PersonalConnection | None,
) -> Knowledge:
    """What the resource learns when the person opens it through that school: the link, the page and
    the ledger are made from this alone. At most one query. Nothing through the ENT.
    """
    if not connection.gives_code:
        return Knowledge((), ())
    number = personal.code_number if personal else 0
    code = pseudonym(key_for_codes(), connection.code_key, person.public_id, number)
    told, optional = [Learned(Attribute.CODE, code)], list[Learned]()
    wished = personal.tells if personal else []
    for attribute in TELLING:
        telling = connection.telling(attribute)
        if telling == Telling.NEVER or not (found := _value(attribute, person, school, connection)):
            continue
        found = replace(found, is_optional=telling == Telling.OPTIONAL)
        is_told = telling == Telling.ALWAYS or attribute in wished
        (told if is_told else optional).append(found)
    return Knowledge(tuple(told), tuple(optional), hosts_of(connection))


def _value(
    attribute: Attribute, person: Person, school: Organisation, connection: ResourceConnection
) -> Learned | None:
    """None where there is nothing to tell."""
    if attribute == Attribute.ROLE:
        is_teacher = school in person.places_as(Role.TEACHER)
        role = Role.TEACHER if is_teacher else Role.STUDENT
        value = lti.ROLES[role] if connection.is_lti else str(role.value)
        return Learned(attribute, value, str(role.label).lower())
    if attribute == Attribute.SCHOOL:
        return Learned(attribute, school.uai, str(school)) if school.uai else None
    level = _levels(person).get(school.pk)
    return Learned(attribute, level) if level else None


def _levels(person: Person) -> dict[int, str]:
    """Level of the person's class by the school's pk; one query, kept for the request."""
    if "levels" not in person.kept:
        classes = SchoolClass.objects.of_student(person).filter(kind=ClassKind.CLASS)
        rows = classes.exclude(level="").order_by("-pk").values_list("school", "level")
        person.kept["levels"] = dict(rows)
    return person.kept["levels"]


@dataclass(frozen=True)
class MyResource:
    """One resource as a person has it today. `connection` is None where nothing leads there."""

    resource: Resource
    entitlement: Entitlement | None
    connection: ResourceConnection | None
    personal: PersonalConnection | None
    last_opened: datetime.datetime | None


@dataclass(frozen=True)
class MyResources:
    """`not_for_me`: licences of the person's schools that reach others."""

    shown: list[MyResource]
    not_for_me: list[Licence]


def my_resources(person: Person, day: datetime.date) -> MyResources:
    """All that the person's schools, classes and subjects give today, gave in the last year, or will
    give; and what the person once opened.
    """
    entitlements = entitlements_of_member(person)
    opened = dict(
        Launch.objects.filter(person=person)
        .order_by()
        .values_list("resource")
        .annotate(last=Max("at"))
    )
    licensed = {resource for _school, resource in entitlements.licences}
    found = [
        one
        for one in _each(person, licensed | set(opened), entitlements, opened, day)
        if _is_shown(one, day)
    ]
    mine = {one.resource.pk for one in found if one.entitlement}
    return MyResources(found, _for_others(entitlements, mine, day))


def my_resource(person: Person, resource: Resource, day: datetime.date) -> MyResource | None:
    """None where neither a licence nor an opening of theirs leads the person to it."""
    opened = Launch.objects.filter(person=person, resource=resource).order_by("-at")
    last = dict(opened.values_list("resource", "at")[:1])
    found = next(_each(person, {resource.pk}, entitlements_of_member(person), last, day))
    return found if found.entitlement or found.last_opened else None


def resources_with(person: Person, slugs: Iterable[str], day: datetime.date) -> list[MyResource]:
    """Those of these resources that *My resources* lists by a licence, without openings."""
    named = set(Resource.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    found = _each(person, named, entitlements_of_member(person), {}, day) if named else ()
    return [one for one in found if _is_shown(one, day)]


def _each(
    person: Person,
    resources: set[int],
    entitlements: Entitlements,
    opened: dict[int, datetime.datetime],
    day: datetime.date,
) -> Iterator[MyResource]:
    personal = {
        one.connection_id: one
        for one in PersonalConnection.objects.filter(
            person=person, connection__resource__in=resources
        )
    }
    found = Resource.objects.filter(pk__in=resources).select_related("provider", "connection")
    for resource in found:
        connection = getattr(resource, "connection", None)
        if connection and not address_of(connection):
            connection = None
        own = personal.get(connection.pk) if connection else None
        entitlement = entitlements.of(resource.pk, day, day)
        yield MyResource(resource, entitlement, connection, own, opened.get(resource.pk))


def _is_shown(one: MyResource, day: datetime.date) -> bool:
    if one.entitlement is None:
        return one.last_opened is not None
    return one.last_opened is not None or one.entitlement.until >= day - ENDED_IS_SHOWN


def _for_others(entitlements: Entitlements, mine: set[int], day: datetime.date) -> list[Licence]:
    """In force today at a school where the person is today, and not for the person."""
    schools = {m.organisation_id for m in entitlements.memberships if m.holds_on(day)}
    found: dict[int, Licence] = {}
    for (school, resource), licences in entitlements.licences.items():
        for licence in licences:
            is_in_force = licence.since <= day and (licence.until is None or day <= licence.until)
            if school in schools and resource not in mine and is_in_force:
                found.setdefault(resource, licence)
    return sorted(found.values(), key=lambda licence: licence.resource.name)


def launches_of(person: Person, resource: Resource) -> list[Launch]:
    """The person's own, newest first, for their eyes alone. Older ones than six months are deleted
    (`register`).
    """
    return list(Launch.objects.filter(person=person, resource=resource)[:MOST_LAUNCHES])


def failing_launch(
    person: Person, resource: Resource, now: datetime.datetime
) -> Launch | LaunchIntent | None:
    """The person's last opening, if it is recent enough to say of it that it failed, or to have
    said so. An LTI launch with which the tool didn't come back is one, too, though nothing was told.
    """
    recent = now - FAILURE_IS_SAID_WITHIN
    last = Launch.objects.filter(person=person, resource=resource, at__gte=recent).first()
    tried = LaunchIntent.objects.unanswered().filter(
        person=person, connection__resource=resource, at__gte=recent
    )
    found: list[Launch | LaunchIntent] = [*([last] if last else []), *tried[:1]]
    return max(found, key=lambda one: one.at, default=None)


def last_test(
    person: Person, connection: ResourceConnection, now: datetime.datetime
) -> LaunchIntent | None:
    """The registrar's last test of an LTI launch within the hour."""
    tests = LaunchIntent.objects.filter(person=person, connection=connection, school=None)
    return tests.filter(at__gte=now - FAILURE_IS_SAID_WITHIN).first()


def for_whom(licence: Licence | None) -> str:
    """Whom a licence reaches, in words that fit its reader."""
    if licence is None:
        return ""
    return {
        LicenceScope.WHOLE_SCHOOL: _("the whole school"),
        LicenceScope.SUBJECTS: _("some subjects"),
        LicenceScope.NAMED: _("named teachers"),
    }[LicenceScope(licence.scope)]
