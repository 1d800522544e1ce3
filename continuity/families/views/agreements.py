"""A guardian reads and signs the agreement on a loan to the child, or says no."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from continuity.enums import AgreementWay, Signatory
from continuity.equipment.services.agreements import is_of_age
from continuity.equipment.views.agreements import SigningDoor, agreement_file, agreement_page
from continuity.families.rules import reads_signature
from continuity.families.views.doors import FamilyRequest, by_account, by_link
from continuity.models import LoanAgreement
from courses.people.enums import GuardianQuality


def _found(request: FamilyRequest, agreement: str) -> LoanAgreement:
    """Of this child in this school; another school's isn't there."""
    kept = request.door.guardianship
    of_child = LoanAgreement.objects.shown_in(kept.school).filter(student=kept.student)
    found = of_child.select_related("school", "student", "loan__lent_by")
    return get_object_or_404(found, public_id=agreement)


def _agreement(request: FamilyRequest, agreement: str) -> HttpResponse:
    door, found = request.door, _found(request, agreement)
    signs = door.guardianship.quality == GuardianQuality.AUTHORITY and not is_of_age(door.student)
    return agreement_page(
        request,
        found,
        SigningDoor(
            here=door.url("agreement", found.public_id),
            pdf=door.url("agreement_file", found.public_id),
            back=door.url("equipment"),
            back_word=_("Equipment"),
            signed_as=Signatory.GUARDIAN if signs else "",
            way=AgreementWay.LINK if door.token else AgreementWay.ACCOUNT,
            by=door.guardianship.guardian,
            by_link=bool(door.token),
            reads_signature=reads_signature(found, door.guardianship.guardian),
        ),
    )


def _file(request: FamilyRequest, agreement: str) -> HttpResponseBase:
    """The sheet bears the name that was typed: another guardian doesn't get it."""
    found = _found(request, agreement)
    if not reads_signature(found, request.door.guardianship.guardian):
        return render(request, "404.html", status=404)
    return agreement_file(request, found)


child_agreement = require_http_methods(["GET", "POST"])(by_account(_agreement))
link_agreement = require_http_methods(["GET", "POST"])(by_link(_agreement))
child_agreement_file = require_safe(by_account(_file))
link_agreement_file = require_safe(by_link(_file))
