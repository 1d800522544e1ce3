"""Opening a resource: what is told, and written down for the person."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet

from courses.catalogue.models import Resource
from courses.dates import monday_of, paris_day
from courses.exceptions import Refusal
from courses.launches import rules
from courses.launches.exceptions import (
    LearnsSomethingElse,
    LicenceHasEnded,
    LicenceNotBegun,
    NoLicenceForYou,
)
from courses.launches.models import (
    Launch,
    LaunchCount,
    PersonalConnection,
    ResourceConnection,
)
from courses.launches.permissions import opens_resources
from courses.launches.queries import (
    MyResource,
    address_of,
    failing_launch,
    has_keys,
    key_for_codes,
    knowledge_of,
    my_resource,
)
from courses.launches.services import intents
from courses.launches.values import Knowledge, link_secret, signed_query
from courses.people.models import Organisation, Person
from courses.required import required

WEEKS_OF_FAILURES = datetime.timedelta(weeks=2)  # before the one that runs


@dataclass(frozen=True)
class Standing:
    """Whether a person can open a resource: why not, or what it learns."""

    refusal: Refusal | None
    knowledge: Knowledge | None

    @property
    def word(self) -> str:
        """Return "open", "over", "later", or "not" for whatever else is in the way."""
        if self.refusal is None:
            return "open"
        words = {LicenceHasEnded: "over", LicenceNotBegun: "later"}
        return words.get(type(self.refusal), "not")


def standing_of(person: Person, one: MyResource, day: datetime.date) -> Standing:
    """At most one query."""
    refusal = rules.why_not_open(
        one.resource.name,
        one.entitlement,
        one.connection,
        day=day,
        has_key=has_keys(one.connection, day),
        is_student_or_teacher=opens_resources(person),
    )
    if refusal or not (one.entitlement and one.connection):
        return Standing(refusal, None)
    school = one.entitlement.school
    return Standing(
        None, knowledge_of(person, one.connection, school=school, personal=one.personal)
    )


@dataclass(frozen=True)
class Opening:
    """What is needed to open a resource now, looked at within the transaction that does it."""

    person: Person
    connection: ResourceConnection
    personal: PersonalConnection
    knowledge: Knowledge
    school: Organisation

    def write(self, now: datetime.datetime) -> None:
        """Into the ledger, in the transaction that sends it."""
        self.personal.fingerprint = self.knowledge.fingerprint
        self.personal.save(update_fields=["fingerprint"])
        resource = self.connection.resource
        Launch.objects.create(
            person=self.person,
            resource=resource,
            school=self.school,
            way=self.connection.way,
            told=self.knowledge.payload,
            at=now,
        )


def opening_of(
    person: Person, resource: Resource, *, shown: str, now: datetime.datetime
) -> Opening:
    """`shown`: the fingerprint of what the page showed; empty for who has opened the resource before,
    as long as it learns the same. Locks the person's row at this resource. Raises a `Refusal`.
    """
    found = my_resource(person, resource, paris_day(now))
    if found is None:
        raise NoLicenceForYou(resource=resource.name)
    standing = standing_of(person, found, paris_day(now))
    if standing.refusal:
        raise standing.refusal
    connection, knowledge = required(found.connection), required(standing.knowledge)
    personal = personal_of(person, connection)
    if knowledge.fingerprint != (shown or personal.fingerprint):
        raise LearnsSomethingElse(resource=resource.name)
    return Opening(person, connection, personal, knowledge, required(found.entitlement).school)


def open_resource(
    *, person: Person, resource: Resource, shown: str, session_key: str, now: datetime.datetime
) -> str:
    """Return the address to go to, good for 60 seconds where it is signed.

    By LTI 1.3 it is the tool's login address: nothing is told yet, and nothing written (`services.launching`).
    Else the ledger is written in the same transaction. Raises a `Refusal`.
    """
    with transaction.atomic():
        opening = opening_of(person, resource, shown=shown, now=now)
        connection, knowledge = opening.connection, opening.knowledge
        if connection.is_lti:
            return intents.begin(
                person=person,
                connection=connection,
                school=opening.school,
                shown=knowledge.fingerprint,
                session_key=session_key,
                now=now,
            )
        opening.write(now)
    address = address_of(connection)
    if not connection.is_signed:
        return address
    secret = link_secret(key_for_codes(), connection.secret_seed)
    return f"{address}?{signed_query(knowledge.payload, secret, now)}"


def report_failure(*, person: Person, resource: Resource, now: datetime.datetime) -> None:
    """Count that the last opening led to nothing, once; nothing is counted of an old one."""
    with transaction.atomic():
        last = failing_launch(person, resource, now)
        if last is None:
            return
        rows = type(last).objects.filter(pk=last.pk, failed_at=None)
        if rows.update(failed_at=now):
            row = _count_row(resource, required(last.school), monday_of(paris_day(last.at)))
            row.update(failures=F("failures") + 1)


def forget_failures(now: datetime.datetime) -> int:
    """Delete counts of failures that are older than three weeks; return how many. Of the others the numbers
    of openings and people are set to 0: the release before wrote them.
    """
    since = monday_of(paris_day(now)) - WEEKS_OF_FAILURES
    LaunchCount.objects.filter(launches__gt=0).update(launches=0, people=0)
    return LaunchCount.objects.filter(week__lt=since).delete()[0]


def personal_of(person: Person, connection: ResourceConnection) -> PersonalConnection:
    """The person's row at this resource, locked; made if there is none. Called in a transaction."""
    rows = PersonalConnection.objects.filter(person=person, connection=connection)
    PersonalConnection.objects.bulk_create(
        [PersonalConnection(person=person, connection=connection)], ignore_conflicts=True
    )
    return rows.select_for_update().get()


def _count_row(
    resource: Resource, school: Organisation, week: datetime.date
) -> QuerySet[LaunchCount]:
    """That of the week, made if there is none."""
    LaunchCount.objects.bulk_create(
        [LaunchCount(resource=resource, school=school, week=week)], ignore_conflicts=True
    )
    return LaunchCount.objects.filter(resource=resource, school=school, week=week)
