"""Opening a resource: what is told, written down for the person, and counted without the person."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from courses.catalogue.models import Resource
from courses.dates import paris_day
from courses.exceptions import Refusal
from courses.jobs.values import PARIS
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
from courses.launches.queries import (
    MyResource,
    address_of,
    failing_launch,
    key_for_codes,
    knowledge_of,
    my_resource,
)
from courses.launches.values import Knowledge, link_secret, signed_query, week_of
from courses.people.models import Organisation, Person
from courses.required import required


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
        one.resource.name, one.entitlement, one.connection, day=day, has_key=bool(key_for_codes())
    )
    if refusal or not (one.entitlement and one.connection):
        return Standing(refusal, None)
    school = one.entitlement.school
    return Standing(
        None, knowledge_of(person, one.connection, school=school, personal=one.personal)
    )


def open_resource(*, person: Person, resource: Resource, shown: str, now: datetime.datetime) -> str:
    """Return the address to go to, good for 60 seconds where it is signed.

    `shown`: the fingerprint of what the page showed; empty for who has opened the resource before,
    as long as it learns the same. Ledger and count are written in the same transaction. Raises a
    `Refusal`.
    """
    with transaction.atomic():
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
        personal.fingerprint = knowledge.fingerprint
        personal.save(update_fields=["fingerprint"])
        school = required(found.entitlement).school
        _count(person, resource, school, now)
        Launch.objects.create(
            person=person,
            resource=resource,
            school=school,
            way=connection.way,
            told=knowledge.payload,
            at=now,
        )
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
        rows = Launch.objects.filter(pk=last.pk, failed_at=None)
        if rows.update(failed_at=now):
            LaunchCount.objects.filter(
                resource=resource, school=last.school, week=week_of(paris_day(last.at))
            ).update(failures=F("failures") + 1)


def personal_of(person: Person, connection: ResourceConnection) -> PersonalConnection:
    """The person's row at this resource, locked; made if there is none. Called in a transaction."""
    rows = PersonalConnection.objects.filter(person=person, connection=connection)
    PersonalConnection.objects.bulk_create(
        [PersonalConnection(person=person, connection=connection)], ignore_conflicts=True
    )
    return rows.select_for_update().get()


def _count(
    person: Person, resource: Resource, school: Organisation, now: datetime.datetime
) -> None:
    """One more opening; one more person with their first of the week."""
    week = week_of(paris_day(now))
    begins = datetime.datetime.combine(week, datetime.time.min, tzinfo=PARIS)
    this_week = Launch.objects.filter(person=person, at__gte=begins)
    is_first = not this_week.filter(resource=resource, school=school).exists()
    LaunchCount.objects.bulk_create(
        [LaunchCount(resource=resource, school=school, week=week)], ignore_conflicts=True
    )
    LaunchCount.objects.filter(resource=resource, school=school, week=week).update(
        launches=F("launches") + 1, people=F("people") + int(is_first)
    )
