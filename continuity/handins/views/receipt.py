"""What was handed in: its receipt, and its pages in one PDF."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from continuity.handins.queries import (
    SHOWN,
    handins_of,
    versions_of,
    why_gone,
)
from continuity.handins.views.desk import desk_for
from continuity.homework.queries.own import own_of
from continuity.models import HandIn
from continuity.permissions import in_a_school, student_shown
from courses.documents.services import serve
from courses.documents.values import PDF
from courses.jobs.queries import delay_of
from courses.people.permissions import (
    PersonRequest,
    is_student,
    requires,
)


@never_cache
@require_safe
@requires(is_student)
def receipt(request: PersonRequest, public_id: str) -> HttpResponse:
    """Receipt of a hand-in: content, time, number of pages, and the checksum that proves it."""
    student = student_shown(request)
    handin = get_object_or_404(
        handins_of(student).exclude(handed_in_at=None).prefetch_related("parts"),
        public_id=public_id,
    )
    given = own_of(student, handin.assignment.homework_id, *SHOWN)
    desk = desk_for(request, given or handin.assignment)
    if given is None:
        desk.refusal = why_gone(student, handin.assignment.public_id)
    versions = (
        versions_of(handin.assignment, student)
        .exclude(handed_in_at=None)
        .order_by("-handed_in_at", "-pk")
    )
    checksum = [handin.checksum[at : at + 4] for at in range(0, len(handin.checksum), 4)]
    context = {
        "handin": handin,
        "desk": desk,
        "versions": versions,
        "checksum": checksum,
        "size": _size(handin),
        "now": timezone.now(),
        "delay": delay_of("papers", timezone.now()) if handin.is_without_pdf else None,
    }
    return render(request, "continuity/handins/receipt.html", context)


def _size(handin) -> int:
    return sum(part.size_bytes for part in handin.parts.all())


@require_safe
@requires(in_a_school)
def handin_pdf(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """All pages in one. Not bound yet, the reader is told to come back."""
    handin = get_object_or_404(
        HandIn.objects.visible_to(request.user).select_related("assignment__homework"),
        public_id=public_id,
    )
    return serve(
        request,
        handin.pdf,
        name=f"{handin.assignment.homework.title}.pdf",
        media_type=PDF,
        inline=True,
    )
