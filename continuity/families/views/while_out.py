"""A guardian says that a thing is broken, lost or stolen, reads what came back, and sees photos."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from continuity.equipment.queries.loans import loans_of
from continuity.equipment.queries.photos import photos_of
from continuity.equipment.queries.returns import with_history
from continuity.equipment.views.photos import photo_page
from continuity.equipment.views.while_out import Reader, receipt_page, report_page
from continuity.families.views.doors import FamilyRequest, by_account, by_link
from continuity.models import Loan, LoanLine


def _reader(request: FamilyRequest) -> Reader:
    door = request.door
    return Reader(
        door.guardianship.guardian, door.url("equipment"), _("Equipment"), bool(door.token)
    )


def _report(request: FamilyRequest, line: str) -> HttpResponse:
    """Of this child in this school; another school's isn't there."""
    kept = request.door.guardianship
    own = Loan.objects.shown_in(kept.school).filter(student=kept.student)
    lines = LoanLine.objects.filter(loan__in=own)
    found = get_object_or_404(lines.select_related("thing", "loan"), public_id=line)
    return report_page(request, found, _reader(request))


def _receipt(request: FamilyRequest, loan: str) -> HttpResponse:
    kept = request.door.guardianship
    own = with_history(loans_of(kept.student, kept.school))
    return receipt_page(request, get_object_or_404(own, public_id=loan), _reader(request))


def _photo(request: FamilyRequest, photo: str) -> HttpResponseBase:
    kept = request.door.guardianship
    return photo_page(request, photos_of(kept.student, kept), photo)


child_report = require_http_methods(["GET", "POST"])(by_account(_report))
link_report = require_http_methods(["GET", "POST"])(by_link(_report))
child_receipt, link_receipt = require_safe(by_account(_receipt)), require_safe(by_link(_receipt))
child_photo, link_photo = require_safe(by_account(_photo)), require_safe(by_link(_photo))
