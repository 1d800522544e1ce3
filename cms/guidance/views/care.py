"""Pages on care: confirm that a page holds, change its owners, list overdue checks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.guidance.forms.care import KeepersForm
from cms.guidance.models import Pair
from cms.guidance.queries import care as queries
from cms.guidance.queries.opinions import counted
from cms.guidance.services import care
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_adviser, requires
from courses.templatetags.passerelle import date_words

ON_A_PAGE = 25


def find(request: PersonRequest, public_id: str) -> Pair:
    """Return a pair that this person keeps or writes, or 404."""
    mine = queries.in_care_of(request.user).with_pages().select_related("checked_by")
    return get_object_or_404(mine, public_id=public_id)


@require_POST
@requires(is_adviser)
def confirm(request: PersonRequest, public_id: str) -> HttpResponse:
    """One act for both languages."""
    pair = care.confirm(pair=find(request, public_id), by=request.user)
    if pair.check_on:
        messages.success(
            request,
            _("Confirmed, in both languages. The next check is on %(day)s.")
            % {"day": date_words(pair.check_on)},
        )
    else:
        messages.success(request, _("Confirmed, in both languages."))
    return back(request, pair)


@requires(is_adviser)
def keepers(request: PersonRequest, public_id: str) -> HttpResponse:
    pair, day = find(request, public_id), timezone.localdate()
    if request.method != "POST":
        form = KeepersForm(day=day, is_dated=pair.is_dated, initial=as_it_is(pair))
    elif (form := KeepersForm(request.POST, day=day, is_dated=pair.is_dated)).is_valid():
        is_new = care.tells_new_owner(pair, form.cleaned_data["owner"], by=request.user)
        try:
            care.set_keepers(pair=pair, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
        else:
            told = _("Saved. The new owner of the page is told.")
            messages.success(request, told if is_new else _("It is saved."))
            return redirect("guidance:keepers", pair.public_id)
    context = {
        "pair": pair,
        "form": form,
        "page": pair.french or pair.english,
        "last": queries.last_checked(pair),
        "counts": counted(pair),
    }
    return render(request, "guidance/keepers.html", context)


def as_it_is(pair: Pair) -> dict:
    return {
        "owner": pair.owner_id,
        "deputy": pair.deputy_id,
        "check_months": pair.check_months,
        "check_on": pair.check_on,
    }


@require_safe
@requires(is_adviser)
def overdue(request: PersonRequest) -> HttpResponse:
    """List of pages past their check, the longest first; and, for those who may name an owner, the
    pages without one.
    """
    day = timezone.localdate()
    mine = queries.in_care_of(request.user)
    page = Paginator(mine.overdue(day).with_pages().order_by("check_on", "pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    orphans = mine.kept_by_nobody().with_pages().order_by("pk")[:ON_A_PAGE]
    return render(
        request,
        "guidance/overdue.html",
        {"page": page, "rows": page.object_list, "orphans": orphans},
    )


def back(request: HttpRequest, pair: Pair) -> HttpResponseRedirect:
    """Redirect to where the form stood, on this site."""
    address = request.POST.get("back", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return redirect(address)
    return redirect(reverse("guidance:keepers", args=[pair.public_id]))
