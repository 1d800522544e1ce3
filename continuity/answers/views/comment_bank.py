"""A teacher's own sentences: the list, to add, reword and forget."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from continuity.answers.forms.feedback import BankForm
from continuity.answers.services import comment_bank as bank
from continuity.models import BankComment
from courses.people.permissions import PersonRequest, is_teacher, keeps_what_was_typed, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def comment_bank(request: PersonRequest) -> HttpResponse:
    form = BankForm(request.POST or None)
    if form.is_valid():
        bank.keep(teacher=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("The sentence is kept."))
        return redirect("continuity:comment_bank")
    context = {"comments": BankComment.objects.filter(teacher=request.user), "form": form}
    return render(
        request,
        "continuity/answers/comment_bank.html",
        context,
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def reword_comment(request: PersonRequest, public_id: str) -> HttpResponse:
    comment = _find(request, public_id)
    form = BankForm(request.POST or None, initial={"text": comment.text})
    if form.is_valid():
        bank.reword(comment=comment, text=form.cleaned_data["text"])
        messages.success(request, _("The sentence is changed."))
        return redirect("continuity:comment_bank")
    context = {"comment": comment, "form": form}
    return render(
        request,
        "continuity/answers/reword_comment.html",
        context,
        status=422 if form.is_bound else 200,
    )


@require_POST
@requires(is_teacher)
def forget_comment(request: PersonRequest, public_id: str) -> HttpResponse:
    bank.forget(comment=_find(request, public_id))
    messages.success(
        request, _("The sentence is gone from your bank; answers that used it stay as they are.")
    )
    return redirect("continuity:comment_bank")


def _find(request: PersonRequest, public_id: str) -> BankComment:
    return get_object_or_404(BankComment, teacher=request.user, public_id=public_id)
