"""Was this useful? A small page that no cache keeps, what became of one's words, and the list of
those who keep pages.
"""

import hashlib
import uuid

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.guidance.enums import OpinionState
from cms.guidance.exceptions import LoginHasChanged, TooManyOpinions
from cms.guidance.forms.care import OpinionAnswerForm, OpinionForm, StrikeOutForm
from cms.guidance.models import Opinion, Pair
from cms.guidance.queries import opinions as queries
from cms.guidance.rules import may_name_somebody
from cms.guidance.services import opinions
from courses.people.exceptions import AnotherIsLoggedIn
from courses.people.permissions import (
    PersonRequest,
    is_adviser,
    is_from_another,
    keeps_what_was_typed,
    open_to_anyone,
    requires,
)

# A staff room is one connection: as many as teachers may press within a minute, and few enough to
# stop a machine.
PER_MINUTE = 20
ON_A_PAGE = 25


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_anyone
@keeps_what_was_typed
def opinion(request: HttpRequest, public_id: str) -> HttpResponse:
    """Yes or no, and words.

    Words that may name somebody are asked about once, before anything is kept.
    """
    pair = get_object_or_404(
        Pair.objects.with_readers().with_pages().select_related("owner"), public_id=public_id
    )
    page = page_read(pair)
    if request.method != "POST":
        return form_of(
            request,
            pair,
            page,
            OpinionForm(initial={"key": uuid.uuid4(), "useful": request.GET.get("useful")}),
        )
    if is_from_another(request):
        raise AnotherIsLoggedIn
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return form_of(request, pair, page, form)
    said = form.cleaned_data
    if said["website"]:
        return redirect(page.url)
    if already := Opinion.objects.filter(key=said["key"]).first():
        return redirect("guidance:my_opinion", already.public_id)
    if promised_otherwise(request):
        messages.warning(request, LoginHasChanged().reason)
        return form_of(request, pair, page, form)
    if "sure" not in request.POST and (names := may_name_somebody(said["words"])):
        return form_of(request, pair, page, form, names=names)
    if too_many_from(request.META.get("REMOTE_ADDR", "")):
        messages.warning(request, TooManyOpinions().reason)
        return form_of(request, pair, page, form)
    kept = opinions.say(
        pair=pair,
        key=said["key"],
        language=page.locale.language_code,
        was_useful=said["useful"] == "yes",
        words=said["words"],
        person=request.user if request.user.is_authenticated else None,
    )
    return redirect("guidance:my_opinion", kept.public_id)


def page_read(pair: Pair):
    """The live page in the reader's language, else the other one."""
    pages = {"fr": pair.french, "en": pair.english}
    first = pages.pop(translation.get_language(), None)
    if page := next((page for page in (first, *pages.values()) if page and page.live), None):
        return page
    raise Http404


def form_of(request: HttpRequest, pair: Pair, page, form: OpinionForm, names=()) -> HttpResponse:
    return render(
        request, "guidance/opinion.html", {"pair": pair, "page": page, "form": form, "names": names}
    )


def promised_otherwise(request: HttpRequest) -> bool:
    """Whether the form said the contrary of what is true by now about the reader's name: a login has
    begun or ended since, and the name is kept with one, not without.
    """
    whose = request.POST.get("logged_in_as")
    return whose is not None and bool(whose) != request.user.is_authenticated


def too_many_from(address: str) -> bool:
    """Counted for a minute, under a code that the address can't be read from: no address is kept."""
    key = "opinions:" + hashlib.sha256(f"{settings.SECRET_KEY}{address}".encode()).hexdigest()[:24]
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:  # it ran out between the two
        return False


@never_cache
@require_safe
@open_to_anyone
def my_opinion(request: HttpRequest, public_id: str) -> HttpResponse:
    """The state of one's opinion: only who has this address finds it."""
    mine = get_object_or_404(Opinion.objects.with_list_rows(), public_id=public_id)
    response = render(request, "guidance/my_opinion.html", {"opinion": mine, "page": mine.page})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


# For those who keep the pages


@require_safe
@requires(is_adviser)
def opinions_list(request: PersonRequest) -> HttpResponse:
    state = request.GET.get("state", OpinionState.NEW)
    state = state if state in OpinionState.values else OpinionState.NEW
    about = request.GET.get("about", "")
    found = queries.opinions_for(request.user).filter(state=state).with_list_rows()
    if about:
        found = found.filter(pair__public_id=about)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    kept_about = f"&about={about}" if about else ""
    context = {
        "page": page,
        "rows": page.object_list,
        "tabs": [
            {"label": s.label, "url": f"?state={s}{kept_about}", "is_current": s == state}
            for s in OpinionState
        ],
        "counts": queries.counts_by_page(request.user),
        "state": state,
        "about": about,
        "query": f"state={state}{kept_about}",
    }
    return render(request, "guidance/opinions.html", context)


@requires(is_adviser)
@keeps_what_was_typed
def answer(request: PersonRequest, public_id: str) -> HttpResponse:
    given = find(request, public_id)
    form = OpinionAnswerForm(
        request.POST or None,
        initial={"answer": given.answer, "closed": given.state == OpinionState.CLOSED},
    )
    if request.method == "POST" and form.is_valid():
        given = opinions.answer(
            opinion=given,
            words=form.cleaned_data["answer"],
            closed=form.cleaned_data["closed"],
            by=request.user,
        )
        messages.success(request, _what_became_of(given))
        return redirect("guidance:opinions")
    return render(
        request,
        "guidance/answer.html",
        {"opinion": given, "page": given.page, "form": form, "strike_out": StrikeOutForm()},
    )


def _what_became_of(given: Opinion) -> str:
    if given.answer:
        return _(
            "Saved. The reader sees it at their address; a reader who was signed in and has an email"
            " address also gets it by email."
        )
    if given.state == OpinionState.CLOSED:
        return _("Closed without an answer.")
    return _("Saved: it waits for an answer.")


@require_POST
@requires(is_adviser)
def strike_out(request: PersonRequest, public_id: str) -> HttpResponse:
    given = find(request, public_id)
    form = StrikeOutForm(request.POST)
    times = (
        opinions.strike_out(opinion=given, name=form.cleaned_data["name"], by=request.user)
        if form.is_valid()
        else 0
    )
    if times:
        messages.success(request, _("Struck out."))
    else:
        messages.warning(
            request,
            _("These words aren’t in the opinion: write them exactly as they appear there."),
        )
    return redirect("guidance:answer", given.public_id)


def find(request: PersonRequest, public_id: str) -> Opinion:
    return get_object_or_404(
        queries.opinions_for(request.user).with_list_rows(), public_id=public_id
    )
