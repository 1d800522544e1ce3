"""A school's pool and loans, as services write them."""

import datetime
import itertools
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from continuity.enums import EquipmentKind, NeedOrigin, Signatory
from continuity.equipment.services import agreements, loans, needs, photos, pool, returns
from continuity.models import EquipmentItem, Loan, LoanAgreement, LoanPhoto
from courses.people.enums import Role
from tests.factories import pictures
from tests.factories.people import PersonFactory, _member

NUMBERS = itertools.count(1000)
A_WHILE = datetime.timedelta(days=60)


class OfficeFactory(PersonFactory):
    """Belongs nowhere yet: see `works_in`."""

    given_name = "Sacha"


def works_in(person, school):
    """In the school's office, named by its leader."""
    _member(person, school, Role.OFFICE)
    person.forget_memberships()
    return person


def office_of(school):
    return works_in(OfficeFactory(), school)


def thing(school, *, by=None, kind=EquipmentKind.LAPTOP, number="", **fields) -> EquipmentItem:
    return pool.add(
        school=school,
        kind=kind,
        number=number or str(next(NUMBERS)),
        by=by or OfficeFactory(),
        **fields,
    )


def with_charger(school, *, by=None, number="") -> tuple[EquipmentItem, EquipmentItem]:
    laptop = thing(school, by=by, number=number)
    charger = thing(
        school,
        by=by,
        kind=EquipmentKind.CHARGER,
        number=f"{laptop.number}-C",
        goes_with=laptop,
    )
    return laptop, charger


def lent(student, *items, by=None, due_on=None, signed_as=Signatory.GUARDIAN, **more) -> Loan:
    return loans.lend(
        school=items[0].school,
        student=student,
        items=items,
        due_on=due_on or timezone.localdate() + A_WHILE,
        signed_as=signed_as,
        by=by or OfficeFactory(),
        key=uuid.uuid4(),
        **more,
    )


def agreed(student, *items, by=None, due_on=datetime.date(2027, 7, 2), **more) -> LoanAgreement:
    """Drawn up, not signed yet."""
    return agreements.draw_up(
        school=items[0].school,
        student=student,
        items=items,
        due_on=due_on,
        by=by or OfficeFactory(),
        key=uuid.uuid4(),
        **more,
    )


def as_sent(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def photographed(loan, shows="handed", *, by=None, seed=1) -> LoanPhoto:
    (made,) = photos.add(
        loan=loan,
        shows=shows,
        sent=[as_sent(pictures.photo(seed=seed))],
        by=by or OfficeFactory(),
    )
    return made


def line_of(loan, item):
    return loan.lines.get(thing=item)


def back(loan, item, outcome="back", *, by=None, erased=True, **more) -> Loan:
    line = line_of(loan, item).public_id
    return returns.take_back(
        loan=loan,
        outcomes={line: outcome},
        by=by or OfficeFactory(),
        erased=[line] if erased else [],
        **more,
    )


def need_of(student, *, school=None, wants="device", device="phone", by=None, **fields):
    """By the student, who has only a phone and a good connection."""
    given = {"shared_with": None, "connection": "home", "asked_as": NeedOrigin.STUDENT}
    return needs.ask(
        school=school or student.memberships.get(role=Role.STUDENT).organisation,
        student=student,
        wants=wants,
        device=device,
        by=by or student,
        **given | fields,
    )


def decided(need, verdict="yes", reason="in_turn", *, by=None, **more):
    return needs.decide(need=need, verdict=verdict, reason=reason, by=by or OfficeFactory(), **more)
