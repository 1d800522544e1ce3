"""Pictures and files of lessons and homework: given to those who may read the text; those of a
homework kept on a page of their own.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from continuity.homework.queries.attachments import attachment_for
from continuity.homework.queries.writers import writer_of
from continuity.models import Assignment, Homework
from continuity.permissions import in_a_school
from continuity.writing import services as attachments
from continuity.writing.forms.attachments import FilesForm
from continuity.writing.views.files_given import say_what_is_missing
from courses.documents.services import serve
from courses.people.permissions import PersonRequest, is_teacher, requires

REFUSED = 422


@require_safe
@requires(in_a_school)
def attachment(request: PersonRequest, public_id: str) -> HttpResponseBase:
    found = attachment_for(request.user, public_id, timezone.now())
    if found is None:
        raise Http404
    return serve(request, found.file, name=found.name, media_type=found.media_type, inline=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
def homework_files(
    request: PersonRequest, public_id: str, *, is_correction: bool = False
) -> HttpResponse:
    """Pictures and files of the text, or of the correction, which each class sees after its own
    date.
    """
    homework = get_object_or_404(
        Homework.objects.standing().kept_by(request.user), public_id=public_id
    )
    writer = writer_of(homework, request.user)
    if writer != request.user:
        said = _("Another teacher’s class has this text, too: %(name)s changes it and its files.")
        messages.warning(request, said % {"name": writer.display_name})
        return redirect("continuity:edit_homework", homework.public_id)
    there = [one for one in homework.attachments.all() if one.is_correction == is_correction]
    form = FilesForm(request.POST or None, request.FILES or None, attachments=there)
    if form.is_valid():
        not_taken = attachments.change(
            of=homework, files=form.wanted, by=request.user, is_correction=is_correction
        )
        say_what_is_missing(request, homework.attachments.all(), not_taken)
        if not not_taken:
            messages.success(request, _("The pictures and files are saved."))
        return redirect(request.path)
    first = (
        Assignment.objects.open_to(request.user)
        .filter(homework=homework)
        .order_by("due_at")
        .first()
    )
    context = {
        "homework": homework,
        "is_correction": is_correction,
        "form": form,
        "assignment": first,
    }
    return render(
        request,
        "continuity/homework/attachments/homework.html",
        context,
        status=REFUSED if form.is_bound else 200,
    )
