"""“I need help”: a student's question on its way into the teacher's queue."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from continuity.documents import title_in_words
from continuity.forms.week import HelpForm
from continuity.queries import week as weeks
from continuity.services import week as services
from courses.people.permissions import is_student, keeps_what_was_typed, requires


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_student)
def help(request):
    """About an item (`?item=`), or about a subject. Sent twice it is one question."""
    item = item_asked_about(request)
    teachings = weeks.teachings_of(request.user, timezone.localdate())
    form = HelpForm(request.POST or None, teachings=teachings, item=item)
    if request.method == "POST" and form.is_valid():
        teaching = item.part.teaching if item else form.cleaned_data["teaching"]
        services.ask_for_help(student=request.user, teaching=teaching, item=item, text=form.cleaned_data["text"])
        messages.success(request, _("Your question is with your teacher. The answer comes back to your week."))
        return redirect(where(item))
    words = title_in_words(item.part.teaching.subject.title, item.title) if item else ""
    return render(request, "continuity/help.html", {"form": form, "item": item, "words": words, "teachings": teachings})


def item_asked_about(request):
    """Of what the student is given; anything else isn't there."""
    if not (public_id := request.POST.get("item") or request.GET.get("item")):
        return None
    chosen = weeks.items_of(request.user).select_related("part__teaching__subject", "part__teaching__school_class", "part__plan")
    return get_object_or_404(chosen, public_id=public_id)


def where(item) -> str:
    """Back to the item on its week."""
    if item is None:
        return reverse("continuity:week")
    return f"{reverse('continuity:week_of', args=[item.part.plan.monday.isoformat()])}#i-{item.public_id}"
