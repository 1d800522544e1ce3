"""What the school lends to a guardian's child; asked for by whoever holds parental authority."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import NeedOrigin
from continuity.equipment.queries.needs import facts_from_survey
from continuity.equipment.views.asking import ask_page, equipment_of, withdrawn
from continuity.families.views.doors import FamilyDoor, FamilyRequest, by_account, by_link
from continuity.models import EquipmentNeed
from courses.people.enums import GuardianQuality


def _may_ask(request: FamilyRequest) -> bool:
    return request.door.guardianship.quality == GuardianQuality.AUTHORITY


def _own_needs(door: FamilyDoor) -> QuerySet[EquipmentNeed]:
    """Asked for by this guardian in the school through which they read."""
    kept = door.guardianship
    return EquipmentNeed.objects.filter(
        student=kept.student_id, school=kept.school_id, asked_by=kept.guardian_id
    )


def _equipment(request: FamilyRequest) -> HttpResponse:
    """The same lines as the student reads; one's own requests can be withdrawn."""
    door = request.door
    found = equipment_of(door.student, door.url, door.guardianship)
    guardian = door.guardianship.guardian_id
    own = [
        one
        for one, _place in found["needs"]
        if one.asked_by_id == guardian and one.closed_at is None
    ]
    context = found | {
        "door": door,
        "withdraw": {one.public_id: door.url("withdraw_need", one.public_id) for one in own},
        "ask_url": door.url("ask") if _may_ask(request) else "",
        "back": door.url("week"),
        "by_link": bool(door.token),
    }
    return render(request, "continuity/families/equipment.html", context)


def _ask(request: FamilyRequest) -> HttpResponse:
    if not _may_ask(request):
        return render(request, "404.html", status=404)
    door, kept = request.door, request.door.guardianship
    return ask_page(
        request,
        student=door.student,
        school=kept.school,
        asked_as=NeedOrigin.GUARDIAN,
        by=kept.guardian,
        back=door.url("equipment"),
        back_word=_("Equipment"),
        known=facts_from_survey(door.student, kept.school, own=kept.guardian),
    )


def _withdraw(request: FamilyRequest, need: str) -> HttpResponse:
    door = request.door
    found = get_object_or_404(_own_needs(door), public_id=need)
    return withdrawn(request, found, door.url("equipment"))


child_equipment = require_safe(by_account(_equipment))
link_equipment = require_safe(by_link(_equipment))
child_ask = require_http_methods(["GET", "POST"])(by_account(_ask))
link_ask = require_http_methods(["GET", "POST"])(by_link(_ask))
child_withdraw_need = require_POST(by_account(_withdraw))
link_withdraw_need = require_POST(by_link(_withdraw))
