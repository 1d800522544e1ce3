"""The demo's pool in the first school: laptops with chargers, some of them lent, one back damaged,
requests that wait. All invented.
"""

import datetime
import uuid

from continuity.demo.surveys import leader_of
from continuity.enums import EquipmentKind, LineOutcome, NeedOrigin, Signatory
from continuity.equipment.services import loans, needs, pool
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.models.classes import end_of_school_year

LAPTOPS, ROUTERS, LENT, WAITING = 14, 2, 7, 4
EUROS = 420
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
            loans.take_back(
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
    say(f"{LAPTOPS} laptops, {min(LENT, len(students))} of them lent")


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
