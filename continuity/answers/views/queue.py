"""The teacher's queue: what waits for an answer in all classes, what was returned, and questions
answered from it.
"""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.answers.exceptions import HelpAlreadyAnswered
from continuity.answers.forms.feedback import HelpAnswerForm, QueueForm
from continuity.answers.queries.feedback import handins_to_read
from continuity.answers.queries.queue import (
    QueueEntry,
    around,
    cursor_of_help,
    progress_of,
    queue_for,
)
from continuity.answers.services import feedback as answers
from continuity.answers.services import help as help_answers
from continuity.answers.values import EntryKind, QueueFilter
from continuity.enums import QueueState
from continuity.models import HelpRequest
from courses.people.models import Teaching
from courses.people.permissions import PersonRequest, is_teacher, keeps_what_was_typed, requires
from courses.required import required

MOST_AT_ONCE = 100


@require_safe
@requires(is_teacher)
def queue(request: PersonRequest) -> HttpResponse:
    wanted = wanted_from(request)
    found = queue_for(request.user, wanted, number=request.GET.get("page"), now=timezone.now())
    context = {
        "queue": found,
        "page": found.page,
        "wanted": wanted,
        "query": query_of(wanted),
        "states": [
            (state, label, query_of(replace(wanted, state=state)))
            for state, label in QueueState.choices
        ],
        "kinds": EntryKind,
        "progress": progress_of(request.user, wanted),
    }
    return render(request, "continuity/answers/queue.html", context)


@require_POST
@requires(is_teacher)
def return_answers(request: PersonRequest) -> HttpResponse:
    """Several kept answers at once:

    `answer` says a hand-in and the revision that was on the page.
    """
    asked = [said.rpartition(":") for said in request.POST.getlist("answer")[:MOST_AT_ONCE]]
    revisions = {
        public_id: int(revision)
        for public_id, _colon, revision in asked
        if revision.isdecimal() and len(revision) < 9
    }
    chosen = [
        (handin, revisions[handin.public_id])
        for handin in handins_to_read(request.user).filter(public_id__in=revisions)
    ]
    returned, refused = answers.return_several(chosen=chosen, by=request.user)
    if returned:
        said = ngettext(
            "%(count)s answer is returned.", "%(count)s answers are returned.", len(returned)
        ) % {"count": len(returned)}
        messages.success(request, said)
    elif not refused:
        messages.info(request, _("No answer was chosen."))
    for handin, refusal in refused:
        messages.warning(request, f"{handin.student.display_name} · {refusal.reason}")
    return redirect(with_query(reverse("continuity:queue"), wanted_from(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def answer_help(request: PersonRequest, public_id: str) -> HttpResponse:
    """A student's “I need help”, with what it is about; the answer is theirs to see at once."""
    mine = HelpRequest.objects.filter(teaching__in=Teaching.objects.answered_by(request.user))
    related = (
        "student",
        "teaching__school_class",
        "teaching__subject",
        "item__lesson",
        "item__assignment",
        "answered_by",
    )
    asked = get_object_or_404(mine.select_related(*related), public_id=public_id)
    wanted = wanted_from(request)
    before, after = around(request.user, wanted, cursor_of_help(asked), now=timezone.now())
    form, status = HelpAnswerForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                help_answers.answer(asked=asked, text=form.cleaned_data["answer"], by=request.user)
            except HelpAlreadyAnswered as refusal:
                messages.warning(request, refusal.reason)
                asked.refresh_from_db()
                status = 409
            else:
                messages.success(
                    request,
                    _("Your answer has reached %(name)s.") % {"name": asked.student.display_name},
                )
                return redirect(address_of(after, wanted))
    context = {
        "asked": asked,
        "form": form,
        "wanted": wanted,
        "query": query_of(wanted),
        "typed": form["answer"].value() or "",
    }
    context |= {
        "before": address_of(before, wanted) if before else "",
        "after": address_of(after, wanted) if after else "",
    }
    return render(request, "continuity/answers/answer_help.html", context, status=status)


def wanted_from(request: HttpRequest) -> QueueFilter:
    """Read the list's filter from the address, where each page of the list repeats it."""
    return QueueForm(request.GET).wanted


def query_of(wanted: QueueFilter) -> str:
    said = {
        "state": wanted.state,
        "school_class": wanted.school_class,
        "q": wanted.words,
        "work": wanted.work,
    }
    return urlencode({name: value for name, value in said.items() if value})


def with_query(address: str, wanted: QueueFilter) -> str:
    query = query_of(wanted)
    return f"{address}?{query}" if query else address


def address_of(entry: QueueEntry | None, wanted: QueueFilter) -> str:
    """Address where an entry is answered; the queue itself where there is none."""
    if entry is None:
        return with_query(reverse("continuity:queue"), wanted)
    if entry.kind == EntryKind.HELP:
        return with_query(
            reverse("continuity:answer_help", args=[required(entry.help_request).public_id]), wanted
        )
    return with_query(
        reverse("continuity:write_answer", args=[required(entry.handin).public_id]), wanted
    )
