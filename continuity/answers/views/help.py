"""“I need help”: a student's question on its way into the teacher's queue."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from continuity.answers.exceptions import NobodyTeaches
from continuity.answers.forms.help import HelpForm
from continuity.answers.queries.feedback import help_waiting_of
from continuity.answers.services import help as services
from continuity.permissions import student_shown
from continuity.plans.queries.taught import who_answers
from continuity.week.documents.words import title_in_words
from continuity.week.queries import week as weeks
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_student, keeps_what_was_typed, requires


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_student)
def help(request: PersonRequest):
    """Ask a question about an item (`?item=`), or about a subject.

    Idempotent. Leads back to where the student was.
    """
    student, item = student_shown(request), item_asked_about(request)
    today = timezone.localdate()
    taught = weeks.teachings_of(student, today)
    reached = taught.reaching_somebody(today)
    # What was posted stays chosen, so that its refusal stands beside it.
    teachings = taught if request.method == "POST" else reached
    nobody = (
        NobodyTeaches(subject=item.part.teaching.subject)
        if item and not who_answers(item.part.teaching, today)
        else None
    )
    form = HelpForm(request.POST or None, teachings=teachings, item=item)
    if request.method == "POST" and form.is_valid():
        teaching = item.part.teaching if item else form.cleaned_data["teaching"]
        try:
            asked = services.ask_for_help(
                student=student, teaching=teaching, item=item, text=form.cleaned_data["text"]
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}")
        else:
            names = readers_named(asked.teaching, today)
            done = _(
                "Your question is sent. Who can read it: %(names)s. The answer will appear on your"
                " week."
            )
            messages.success(request, done % {"names": names})
            return redirect(back_to(page_of_ours(request.POST.get("back", "")), item))
    words = title_in_words(item.part.teaching.subject.title, item.title) if item else ""
    back = (
        page_of_ours(request.POST.get("back", ""))
        if request.method == "POST"
        else came_from(request)
    )
    context = {"form": form, "item": item, "words": words, "teachings": teachings, "back": back}
    context |= {
        "nobody": nobody,
        "missing": taught.reaching_nobody(today).given_by_no_colleague(today),
    }
    waiting = list(help_waiting_of(student, item))
    context["waiting"] = [(asked, readers_named(asked.teaching, today)) for asked in waiting]
    return render(
        request, "continuity/answers/help.html", context, status=422 if form.is_bound else 200
    )


def readers_named(teaching, day) -> str:
    return get_text_list([person.display_name for person in who_answers(teaching, day)], _("and"))


def item_asked_about(request: PersonRequest):
    """The student's item in the request, or None; 404 for an item that isn't theirs."""
    if not (public_id := request.POST.get("item") or request.GET.get("item")):
        return None
    chosen = weeks.items_of(student_shown(request)).select_related(
        "part__teaching__subject", "part__teaching__school_class", "part__plan"
    )
    return get_object_or_404(chosen, public_id=public_id)


def came_from(request: HttpRequest) -> str:
    """The page of ours whose link was pressed."""
    origin = urlsplit(request.headers.get("Referer", ""))
    is_ours = origin.netloc == request.get_host() and origin.path not in (
        "",
        request.path,
        reverse("people:login"),
    )
    return (
        f"{origin.path}?{origin.query}"
        if is_ours and origin.query
        else origin.path
        if is_ours
        else ""
    )


def page_of_ours(page: str) -> str:
    return page if page.startswith("/") and url_has_allowed_host_and_scheme(page, None) else ""


def back_to(page: str, item) -> str:
    """Address where the student was; else the item on its week."""
    if not item:
        return page or reverse("continuity:week")
    return f"{page or reverse('continuity:week_of', args=[item.part.plan.monday.isoformat()])}#i-{item.public_id}"
