"""Photos of a loan: added, removed and seen at the desk; seen by its student."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import PhotoOf
from continuity.equipment.queries.photos import has_come_back, photos_kept_by, photos_of
from continuity.equipment.rules.photos import MOST_PHOTOS, why_not_photograph
from continuity.equipment.services import photos
from continuity.models import Loan, LoanPhoto
from continuity.permissions import student_shown
from courses.documents import services as documents
from courses.documents.values import JPEG
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_student, keeps_students, requires


def photo_page(request: HttpRequest, seen: QuerySet[LoanPhoto], public_id: str) -> HttpResponseBase:
    """The photo, or with `?small` a thumb of it."""
    found = get_object_or_404(seen, public_id=public_id, removed_at=None)
    if "small" in request.GET:
        return documents.serve_small(request, found.file)
    return documents.serve(request, found.file, name="photo.jpg", media_type=JPEG, inline=True)


@require_safe
@requires(keeps_students)
def loan_photo(request: PersonRequest, public_id: str) -> HttpResponseBase:
    return photo_page(request, photos_kept_by(request.user), public_id)


@require_safe
@requires(is_student)
def my_photo(request: PersonRequest, public_id: str) -> HttpResponseBase:
    return photo_page(request, photos_of(student_shown(request)), public_id)


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def loan_photos(request: PersonRequest, public_id: str) -> HttpResponse:
    """The states beside each other, and the sheet; sent, they are added."""
    loans = Loan.objects.kept_by(request.user).select_related("school", "student")
    loan = get_object_or_404(loans.prefetch_related("lines"), public_id=public_id)
    refused = ""
    if request.method == "POST":
        shows, sent = request.POST.get("shows", ""), request.FILES.getlist("photos")
        try:
            if shows in PhotoOf.values and sent:
                photos.add(loan=loan, shows=shows, sent=sent, by=request.user)
                messages.success(request, _("It is saved."))
                return redirect("continuity:loan_photos", loan.public_id)
            refused = _("Choose a photo first.")
        except Refusal as refusal:
            refused = f"{refusal.reason} {refusal.advice}".strip()
    context = {
        "loan": loan,
        "photos": _by_state(loan),
        "most": MOST_PHOTOS,
        "refused": refused,
    }
    return render(
        request, "continuity/equipment/loan_photos.html", context, status=422 if refused else 200
    )


def _by_state(loan: Loan) -> list[tuple[str, str, list[LoanPhoto], list[LoanPhoto], bool]]:
    """What they show, in words, the photos, the removed ones, and whether there may be more. One
    query.
    """
    taken = LoanPhoto.objects.filter(loan=loan).select_related("taken_by", "removed_by")
    is_back, rows = has_come_back(loan), []
    for shows in PhotoOf:
        of_it = [one for one in taken if one.shows == shows]
        seen = [one for one in of_it if one.removed_at is None]
        gone = [one for one in of_it if one.removed_at]
        may_add = why_not_photograph(shows, is_back=is_back) is None
        takes_more = may_add and len(seen) < MOST_PHOTOS
        rows.append((str(shows), str(shows.label), seen, gone, takes_more))
    return rows


@require_POST
@requires(keeps_students)
def remove_loan_photo(request: PersonRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(photos_kept_by(request.user), public_id=public_id)
    photos.remove(found, by=request.user)
    messages.success(request, _("The photo is deleted."))
    return redirect("continuity:loan_photos", found.loan.public_id)
