"""Guardians of a school's students: switched on by its leader, entered, ended; personal links; what
a student of age decides.
"""

import datetime
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from courses.people.enums import GuardianQuality, Role
from courses.people.exceptions import AlreadyGuardian, NotOfAge
from courses.people.models import (
    ComingOfAge,
    GuardianLink,
    Guardianship,
    Membership,
    Organisation,
    Person,
    today,
)
from courses.people.models.classes import end_of_school_year, holds_on
from courses.people.rules.guardians import (
    is_named,
    why_not_give_address,
    why_not_guard,
    why_not_set_language,
    why_not_this_account,
)
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import change_account, create_person, invite
from courses.people.services.held_students import hold
from courses.people.services.log_lines import LogLine, log_all
from courses.people.signals import guardian_replaced

TOKEN_BYTES = 32
LEFT = Q(ended_by_leaving=True)


def switch(*, school: Organisation, on: bool, by: Person) -> None:
    """Off, nothing is shown to any guardian of the school from that moment; who is entered stays."""
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=school.pk)
        if held.with_guardians != on:
            held.with_guardians = school.with_guardians = on
            held.save(update_fields=["with_guardians"])
            log(instance=held, action="people.switch_guardians", user=by, data={"on": on})


@dataclass(frozen=True)
class GuardianNames:
    """What a leader types of a guardian. Without an address there is no account to log in with."""

    given_name: str
    family_name: str
    email: str = ""
    language: str = "fr"


def account_for(names: GuardianNames, *, by: Person, invited: bool) -> Person:
    """The account with that address, if it has that name; else a new one, without a password.

    Raises a `Refusal`.
    """
    known = Person.objects.with_address(names.email).first() if names.email else None
    if known is None:
        return create_person(
            given_name=names.given_name,
            family_name=names.family_name,
            email=names.email or None,
            language=names.language,
            by=by,
            invited=invited,
        )
    if refusal := why_not_this_account(known, names.given_name, names.family_name):
        raise refusal
    return known


def enter(
    *,
    names: GuardianNames,
    student: Person,
    school: Organisation,
    quality: str,
    by: Person,
    invited: bool = True,
) -> Guardianship:
    """A guardian by name, known or new, of one student; who is entered already without an address
    gets the one that was typed. As `guard`.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        running = Guardianship.objects.running().filter(student=student, school=school)
        for one in running.select_related("guardian"):  # a form sent twice is one guardian
            if is_named(one.guardian, names.given_name, names.family_name):
                if names.email and not one.guardian.email:
                    return give_address(
                        guardianship=one, address=names.email, by=by, invited=invited
                    )
                raise AlreadyGuardian(
                    guardian=one.guardian.display_name, student=student.display_name
                )
        guardian = account_for(names, by=by, invited=invited)
        return guard(guardian=guardian, student=student, school=school, quality=quality, by=by)


def guard(
    *, guardian: Person, student: Person, school: Organisation, quality: str, by: Person | None
) -> Guardianship:
    """From today without an end. Holds the student's row until commit. Raises a `Refusal`."""
    with transaction.atomic():
        student = Person.objects.select_for_update().get(pk=student.pk)
        school = Organisation.objects.get(pk=school.pk)
        running = Guardianship.objects.running().filter(student=student, school=school)
        if refusal := why_not_guard(
            guardian,
            student,
            school,
            student_held=student.memberships.all(),
            guardian_held=guardian.memberships.all(),
            running=running,
            today=today(),
        ):
            raise refusal
        give_role([guardian], school, by)
        made = Guardianship.objects.create(
            guardian=guardian, student=student, school=school, quality=GuardianQuality(quality)
        )
        log(instance=student, action="people.guard", user=by)
    return made


def give_role(guardians: Iterable[Person], school: Organisation, by: Person | None) -> None:
    """To those who don't hold it today."""
    people = {one.pk: one for one in guardians}
    held = Membership.objects.current().filter(
        person__in=people, organisation=school, role=Role.GUARDIAN
    )
    there = set(held.values_list("person", flat=True))
    memberships_service.join_all(
        people=[one for pk, one in people.items() if pk not in there],
        organisation=school,
        role=Role.GUARDIAN,
        by=by,
    )


def give_address(
    *, guardianship: Guardianship, address: str, by: Person, invited: bool
) -> Guardianship:
    """A first address for a guardian. Where an account with that address and name exists, the
    guardianship passes to it, with its personal link. Holds the student's row until commit.
    Raises a `Refusal`.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=guardianship.student_id)
        held = Guardianship.objects.select_related("guardian", "student", "school").get(
            pk=guardianship.pk
        )
        guardian = held.guardian
        if refusal := why_not_give_address(
            guardian, address, held.school, held=guardian.memberships.all()
        ):
            raise refusal
        if guardian.email:
            return held
        known = Person.objects.with_address(address).first()
        if known is None:
            change_account(person=guardian, by=by, email=address)
            if invited:
                invite(person=guardian, by=by)
            return held
        if refusal := why_not_this_account(known, guardian.given_name, guardian.family_name):
            raise refusal
        return _pass_on(held, known, by)


def _pass_on(held: Guardianship, guardian: Person, by: Person) -> Guardianship:
    """To another account of the same guardian. Raises a `Refusal`."""
    others = Guardianship.objects.running().filter(student=held.student, school=held.school)
    if refusal := why_not_guard(
        guardian,
        held.student,
        held.school,
        student_held=held.student.memberships.all(),
        guardian_held=guardian.memberships.all(),
        running=others,
        today=today(),
    ):
        raise refusal
    before, held.guardian = held.guardian, guardian
    held.save(update_fields=["guardian"])
    give_role([guardian], held.school, by)
    end_role([before], held.school, today())
    guardian_replaced.send(
        sender=Guardianship,
        school_id=held.school_id,
        student_id=held.student_id,
        before_id=before.pk,
        after_id=guardian.pk,
    )
    log(instance=held.student, action="people.change_guardian", user=by)
    return held


def set_quality(*, guardianship: Guardianship, quality: str, by: Person) -> None:
    with transaction.atomic():
        held = Guardianship.objects.select_for_update().get(pk=guardianship.pk)
        if held.quality != quality:
            held.quality = GuardianQuality(quality)
            held.save(update_fields=["quality"])
            log(instance=held.student, action="people.change_guardian", user=by)


def set_language(*, guardianship: Guardianship, language: str, by: Person) -> None:
    """The language of mails and of the link. Raises a `Refusal`."""
    with transaction.atomic():
        guardian = Person.objects.select_for_update().get(pk=guardianship.guardian_id)
        if guardian.language == language:
            return
        held = guardian.memberships.all()
        if refusal := why_not_set_language(guardian, guardianship.school, held=held):
            raise refusal
        change_account(person=guardian, by=by, language=language)
        log(instance=guardianship.student, action="people.change_guardian", user=by)


def end(*, guardianship: Guardianship, by: Person | None) -> None:
    """From this moment: pages, the link, and mails that haven't gone (their text is made when they
    go). Ended twice is once. The link is withdrawn, also after the student has left: nothing brings
    this guardian of the student back in this school.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=guardianship.student_id)
        day = today()
        # As it is by now: another tab may have found the guardian's account meanwhile.
        guardianship = Guardianship.objects.get(pk=guardianship.pk)
        same = Guardianship.objects.filter(
            guardian=guardianship.guardian_id,
            student=guardianship.student_id,
            school=guardianship.school_id,
        )
        ending = same.filter(holds_on(day) | LEFT).order_by()
        pks = list(ending.values_list("pk", flat=True))
        if not pks:
            return
        same.filter(holds_on(day) | Q(pk=guardianship.pk), pk__in=pks).update(until=day)
        same.filter(pk__in=pks).update(ended_by_leaving=False)
        GuardianLink.objects.filter(guardianship__in=pks).delete()
        log(instance=guardianship.student, action="people.end_guardian", user=by)
        end_role([guardianship.guardian], guardianship.school, day)


def end_role(guardians: Iterable[Person], school: Organisation, day: datetime.date) -> None:
    """The role in the school ends with the last child there."""
    people = {one.pk: one for one in guardians}
    running = Guardianship.objects.running().filter(guardian__in=people, school=school)
    still = set(running.values_list("guardian", flat=True))
    yesterday = day - datetime.timedelta(days=1)
    held = Membership.objects.current().filter(
        person__in=people.keys() - still, organisation=school, role=Role.GUARDIAN
    )
    periods, of_today = {}, []
    for membership in held:
        membership.person, membership.organisation = people[membership.person_id], school
        if membership.since > yesterday:
            of_today.append(membership)
        else:
            periods[membership] = (membership.since, yesterday)
    memberships_service.take_all_away(memberships=of_today)
    memberships_service.change_memberships(periods=periods)


# Of age


def set_of_age(*, student: Person, is_of_age: bool, by: Person) -> None:
    """From then on nothing is shown to guardians before the student says so."""
    set_all_of_age(students=[student], is_of_age=is_of_age, by=by)


def set_all_of_age(*, students: Iterable[Person], is_of_age: bool, by: Person | None) -> set[int]:
    """Whose row changed. As many statements as for one. Holds the students' rows until commit."""
    with transaction.atomic():
        people = {one.pk: one for one in students}
        hold(people)
        held = ComingOfAge.objects.filter(student__in=people)
        there = set(held.values_list("student", flat=True))
        changed = people.keys() - there if is_of_age else there
        if is_of_age:
            ComingOfAge.objects.bulk_create(ComingOfAge(student=people[pk]) for pk in changed)
        else:
            held.delete()
        lines = (
            LogLine(people[pk], "people.of_age", {"of_age": is_of_age}) for pk in sorted(changed)
        )
        log_all(lines, by=by)
    return set(changed)


def decide(*, student: Person, shares: bool, now: datetime.datetime | None = None) -> None:
    """The student's own word. Raises a `Refusal` for who isn't of age."""
    changed = ComingOfAge.objects.filter(student=student).update(
        shares=shares, decided_at=now or timezone.now()
    )
    if not changed:
        raise NotOfAge


# Links


def hash_of(token: str) -> str:
    """256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(*, guardianship: Guardianship, by: Person | None) -> str:
    """A new link until the end of the school year; one made before opens nothing any more. Gives
    its secret part, which isn't stored.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        held = Guardianship.objects.select_for_update().get(pk=guardianship.pk)
        GuardianLink.objects.update_or_create(
            guardianship=held,
            defaults={
                "token_hash": hash_of(token),
                "made_at": timezone.now(),
                "ends_on": end_of_school_year(today()),
            },
        )
        log(instance=held.student, action="people.guardian_link", user=by)
    return token


def revoke_link(*, guardianship: Guardianship, by: Person | None) -> bool:
    """It opens nothing any more. Whether there was one."""
    with transaction.atomic():
        held = Guardianship.objects.select_for_update().get(pk=guardianship.pk)
        gone = GuardianLink.objects.filter(guardianship=held).delete()[0]
        if gone:
            log(instance=held.student, action="people.end_guardian_link", user=by)
    return bool(gone)


def link_opened_by(token: str) -> GuardianLink | None:
    """One query."""
    found = GuardianLink.objects.open().filter(token_hash=hash_of(token))
    related = ("guardianship__student", "guardianship__school", "guardianship__guardian")
    return found.select_related(*related).first()
