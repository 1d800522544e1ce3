"""What the demo's schools lend: in the first, laptops with chargers, some of them lent, one back
damaged, requests that wait; in the others laptops that are out, 139 in 16 schools with those of the
first (press release of 16 April 2020; all people invented).
"""

import datetime
import uuid

from continuity.demo.surveys import leader_of
from continuity.enums import EquipmentKind, LineOutcome, NeedOrigin, Signatory
from continuity.equipment.services import loans, needs, pool, returns
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.models.classes import end_of_school_year

LAPTOPS, ROUTERS, LENT, WAITING = 14, 2, 7, 4
EUROS = 420
OUT_ELSEWHERE = [8, 8, *[9] * 13]  # with the six of the first school 139
FREE_ELSEWHERE = 2
ASKED = [("none", None), ("phone", None), ("shared", 3), ("shared", 1)]


def load(world, say) -> None:
    school = world.pilots[0]
    leader, bought = leader_of(school), world.now - datetime.timedelta(days=60)
    free = [_laptop(school, 401 + n, leader, bought) for n in range(LAPTOPS)]
    for n in range(ROUTERS):
        pool.add(
            school=school,
            kind=EquipmentKind.ROUTER,
            number=f"R{n + 1}",
            model="4G",
            value_euros=60,
            by=leader,
            now=bought,
        )
    students = list(
        Person.objects.filter(memberships__organisation=school, memberships__role=Role.STUDENT)
        .exclude(login="eleve.demo")
        .order_by("pk")[: LENT + WAITING]
    )
    for n, student in enumerate(students[:LENT]):
        made = _lend(world, school, student, free.pop(0), leader, days_ago=20 - n)
        if n == 0:
            laptop = made.lines.get(thing__kind=EquipmentKind.LAPTOP)
            returns.take_back(
                loan=made,
                outcomes={laptop.public_id: LineOutcome.DAMAGED},
                by=leader,
                now=world.now,
            )
    for student, (device, shared_with) in zip(students[LENT:], ASKED, strict=False):
        needs.ask(
            school=school,
            student=student,
            wants="device",
            device=device,
            shared_with=shared_with,
            connection="phone",
            asked_as=NeedOrigin.STUDENT,
            by=student,
        )
    others = list(zip(world.lenders[1:], OUT_ELSEWHERE, strict=False))
    for school, number in others:
        _lend_elsewhere(world, school, number)
    out = min(LENT, len(students)) - 1 + sum(number for _school, number in others)
    say(f"{out} laptops lent by {len(others) + 1} schools")


def _lend_elsewhere(world, school, number: int) -> None:
    """Within the month before, without chargers."""
    leader, bought = leader_of(school), world.now - datetime.timedelta(days=60)
    laptops = [
        pool.add(
            school=school,
            kind=EquipmentKind.LAPTOP,
            number=f"P{n + 1:02}",
            model="ProBook 440",
            value_euros=EUROS,
            by=leader,
            now=bought,
        )
        for n in range(number + FREE_ELSEWHERE)
    ]
    students = Person.objects.filter(
        memberships__organisation=school, memberships__role=Role.STUDENT
    ).order_by("pk")
    for n, (student, laptop) in enumerate(zip(students[:number], laptops, strict=False)):
        _lend(world, school, student, [laptop], leader, days_ago=28 - 2 * n)


def _laptop(school, number: int, by, now):
    laptop = pool.add(
        school=school,
        kind=EquipmentKind.LAPTOP,
        number=f"0{number}",
        model="ProBook 440",
        serial=f"5CD{number}XY",
        value_euros=EUROS,
        by=by,
        now=now,
    )
    charger = pool.add(
        school=school,
        kind=EquipmentKind.CHARGER,
        number=f"0{number}-C",
        goes_with=laptop,
        by=by,
        now=now,
    )
    return laptop, charger


def _lend(world, school, student, things, by, *, days_ago: int):
    return loans.lend(
        school=school,
        student=student,
        items=things,
        due_on=end_of_school_year(world.today),
        signed_as=Signatory.GUARDIAN,
        by=by,
        key=uuid.uuid4(),
        now=world.now - datetime.timedelta(days=days_ago),
    )
