"""Photos of a loan: added, removed and seen at the desk; seen by its student."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.enums import PhotoOf
from continuity.equipment.queries.photos import photos_kept_by, photos_of
from continuity.equipment.services import photos
from continuity.models import Loan, LoanPhoto
from continuity.permissions import student_shown
from courses.documents import services as documents
from courses.documents.values import JPEG
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_student, keeps_students, requires


def photo_page(request: HttpRequest, seen: QuerySet[LoanPhoto], public_id: str) -> HttpResponseBase:
    """The photo, or with `?small` a thumb of it."""
    found = get_object_or_404(seen, public_id=public_id)
    if "small" not in request.GET:
        return documents.serve(request, found.file, name="photo.jpg", media_type=JPEG, inline=True)
    try:
        with found.file.open("rb") as file:
            content = documents.small(file.read())
    except OSError:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    headers = {
        "Cache-Control": "private, max-age=86400",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=JPEG, headers=headers)


@require_safe
@requires(keeps_students)
def loan_photo(request: PersonRequest, public_id: str) -> HttpResponseBase:
    return photo_page(request, photos_kept_by(request.user), public_id)


@require_safe
@requires(is_student)
def my_photo(request: PersonRequest, public_id: str) -> HttpResponseBase:
    return photo_page(request, photos_of(student_shown(request)), public_id)


@require_POST
@requires(keeps_students)
def add_loan_photos(request: PersonRequest, public_id: str) -> HttpResponse:
    loan = get_object_or_404(Loan.objects.kept_by(request.user), public_id=public_id)
    shows, sent = request.POST.get("shows", ""), request.FILES.getlist("photos")
    try:
        if shows not in PhotoOf.values or not sent:
            messages.warning(request, _("Choose a photo first."))
        elif photos.add(loan=loan, shows=shows, sent=sent, by=request.user):
            messages.success(request, _("It is saved."))
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    return redirect("continuity:loan", loan.public_id)


@require_POST
@requires(keeps_students)
def remove_loan_photo(request: PersonRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(photos_kept_by(request.user), public_id=public_id)
    photos.remove(found)
    messages.success(request, _("The photo is deleted."))
    return redirect("continuity:loan", found.loan.public_id)
