"""Needs: asked for, decided, withdrawn; the order in which a school serves them."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.log_actions import log

from continuity.enums import Device, ItemState, Letters, NeedVerdict
from continuity.equipment import rules
from continuity.equipment.exceptions import AlreadyAsked, NothingToReserve
from continuity.equipment.queries.loans import may_be_told
from continuity.equipment.queries.needs import place_of
from continuity.equipment.queries.standing import promised_to_others, standing_on
from continuity.equipment.services import pool
from continuity.models import EquipmentItem, EquipmentNeed, LendingCriteria, NeedDecision
from continuity.school.exceptions import NotAStudentOfTheSchool
from courses.mail.services import post
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person

ONE_FORM = datetime.timedelta(minutes=1)


def ask(
    *,
    school: Organisation,
    student: Person,
    wants: str,
    device: str,
    shared_with: int | None,
    connection: str,
    asked_as: str,
    by: Person,
) -> EquipmentNeed:
    """One open request a student for each kind. The same facts sent twice are one request.

    Holds the student's row until commit. Raises a `Refusal`.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        here = Membership.objects.current().filter(organisation=school, role=Role.STUDENT)
        if not here.filter(person=student).exists():
            raise NotAStudentOfTheSchool(student=student.display_name, day=timezone.localdate())
        facts = {
            "device": device,
            "shared_with": shared_with if device == Device.SHARED else None,
            "connection": connection,
        }
        already = EquipmentNeed.objects.open().filter(school=school, student=student, wants=wants)
        if found := already.first():
            if found.asked_by_id == by.pk and all(
                getattr(found, name) == value for name, value in facts.items()
            ):
                return found
            raise AlreadyAsked(day=timezone.localdate(found.asked_at))
        return EquipmentNeed.objects.create(
            school=school, student=student, wants=wants, asked_as=asked_as, asked_by=by, **facts
        )


def withdraw(*, need: EquipmentNeed, now: datetime.datetime | None = None) -> None:
    """What was reserved for it is free again. Withdrawn twice is once. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        held, found = _hold(need)
        if found.withdrawn_at:
            return
        if refusal := rules.why_not_withdraw(found):
            raise refusal
        _release(held, found, by=found.asked_by, now=now)
        found.withdrawn_at = found.closed_at = now
        found.save(update_fields=["withdrawn_at", "closed_at"])


def pass_on(school_id: int, student_id: int, *, before_id: int, after_id: int) -> None:
    """Who asked has another account, and can still withdraw. May run twice."""
    asked = EquipmentNeed.objects.filter(school=school_id, student=student_id)
    asked.filter(asked_by=before_id).update(asked_by=after_id)


def decide(
    *,
    need: EquipmentNeed,
    verdict: str,
    reason: str,
    by: Person,
    words: str = "",
    number: str = "",
    now: datetime.datetime | None = None,
) -> NeedDecision:
    """A person decides; the place in the order, and the criteria that gave it, are kept with it.

    `number`: a thing that a yes reserves, or none yet. A no closes the need. The same decision sent
    twice is one. Holds the school's things in question, then the need, until commit. Raises a
    `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held, found = _hold(need, number=number)
        latest = found.decisions.first()
        is_new = _reserves_another(held, found, number)
        if latest and not is_new and _says_the_same(latest, verdict, reason, words, now):
            return latest
        proposed = place_of(found)
        if refusal := rules.why_not_decide(
            found,
            verdict=verdict,
            reason=reason,
            words=words,
            number=number,
            place=proposed.place,
        ):
            raise refusal
        made = NeedDecision.objects.create(
            need=found,
            verdict=verdict,
            reason=reason,
            words=words.strip(),
            place=proposed.place,
            met=",".join(proposed.met),
            decided_by=by,
            decided_at=now,
        )
        _release(held, found, by=by, now=now, but=number)
        if number:
            _reserve(held, found, number, by=by, now=now)
        found.verdict = verdict
        found.closed_at = now if verdict == NeedVerdict.NO else None
        found.save(update_fields=["verdict", "closed_at"])
        _tell(found, made)
    return made


def _tell(need: EquipmentNeed, made: NeedDecision) -> None:
    """The student, and the guardian who asked."""
    asked = need.asked_by
    guardians = [asked] if asked != need.student and may_be_told(asked, need) else []
    for one in [one for one in (need.student, *guardians) if one.is_active and one.email]:
        key = f"need-decision:{made.pk}:{one.pk}"
        post(Letters.NEED_DECIDED, about=made, to=one, key=key)


def _says_the_same(
    latest: NeedDecision | None, verdict: str, reason: str, words: str, now: datetime.datetime
) -> bool:
    """A form that arrived twice within a minute."""
    if latest is None or now > latest.decided_at + ONE_FORM:
        return False
    return (latest.verdict, latest.reason, latest.words) == (verdict, reason, words.strip())


def _reserves_another(held: list[EquipmentItem], need: EquipmentNeed, number: str) -> bool:
    """True if a number is given that isn't reserved for the need yet."""
    reserved = {item.number.upper() for item in held if item.reserved_for_id == need.pk}
    return bool(number) and number.upper() not in reserved


def _hold(need: EquipmentNeed, number: str = "") -> tuple[list[EquipmentItem], EquipmentNeed]:
    """Things first, then the need, as a loan does."""
    things = EquipmentItem.objects.filter(school=need.school_id)
    wanted = things.filter(reserved_for=need) | things.filter(number__iexact=number or None)
    held = pool.hold(wanted.values_list("pk", flat=True))
    found = EquipmentNeed.objects.select_for_update().get(pk=need.pk)
    return held, found


def _release(
    held: list[EquipmentItem],
    need: EquipmentNeed,
    *,
    by: Person,
    now: datetime.datetime,
    but: str = "",
) -> None:
    for item in held:
        if item.reserved_for_id == need.pk and item.number.upper() != but.upper():
            pool.put(item, ItemState.AVAILABLE, by=by, now=now)


def _reserve(
    held: list[EquipmentItem],
    need: EquipmentNeed,
    number: str,
    *,
    by: Person,
    now: datetime.datetime,
) -> None:
    item = next((one for one in held if one.number.upper() == number.upper()), None)
    if item is None:
        raise NothingToReserve(number=number)
    if item.reserved_for_id == need.pk:
        return
    standing = standing_on(need.school, [item])
    promised = promised_to_others(standing, need.student_id)
    if refusal := rules.why_not_reserve(item, need, promised):
        raise refusal
    pool.put(item, ItemState.RESERVED, by=by, now=now, need=need)


def publish(*, school: Organisation, codes: list[str], by: Person) -> LendingCriteria:
    """The order from now on; what was decided before keeps its own. Raises a `Refusal`."""
    if refusal := rules.why_not_publish(codes):
        raise refusal
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school.pk)
        latest = school.lending_criteria.first()
        if latest and latest.codes == ",".join(codes):
            return latest
        made = LendingCriteria.objects.create(school=school, codes=",".join(codes), published_by=by)
        log(instance=made, action="continuity.publish_criteria", user=by)
    return made


def close_those_of_leavers(now: datetime.datetime) -> int:
    """Open needs of who is no student of the need's school any more: what was reserved is free
    again. Nobody withdrew them.
    """
    here = Membership.objects.current().filter(
        role=Role.STUDENT, person=OuterRef("student"), organisation=OuterRef("school")
    )
    left = list(EquipmentNeed.objects.open().filter(~Exists(here)))
    for need in left:
        _close(need, now)
    return len(left)


def _close(need: EquipmentNeed, now: datetime.datetime) -> None:
    """The history of what was reserved names who had said yes to it."""
    with transaction.atomic():
        held, found = _hold(need)
        if found.closed_at:
            return
        if latest := found.decisions.select_related("decided_by").first():
            _release(held, found, by=latest.decided_by, now=now)
        found.closed_at = now
        found.save(update_fields=["closed_at"])
