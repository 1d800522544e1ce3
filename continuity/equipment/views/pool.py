"""The pool: all things of a school, one thing with its history, labels."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import EquipmentKind, ItemState
from continuity.equipment import rules
from continuity.equipment.forms import ThingForm, ThingStateForm
from continuity.equipment.queries.pool import history_of, items_of, numbers_by_state
from continuity.equipment.queries.standing import held_on, standing_on, state_with_holds
from continuity.equipment.services import pool as services
from continuity.models import EquipmentItem
from continuity.school.views.form_page import FormPage, form_page
from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.people.permissions import PersonRequest, keeps_students, kept_school, requires

A_PAGE = 50
LOOKS = {
    ItemState.AVAILABLE: ("done", "circle-check"),
    ItemState.RESERVED: ("now", "user-round"),
    ItemState.LENT: ("moved", "send"),
    ItemState.TO_INSPECT: ("wait", "eye"),
    ItemState.IN_REPAIR: ("wait", "settings"),
    ItemState.LOST: ("warn", "circle-alert"),
    ItemState.RETIRED: ("calm", "ban"),
}


def shown(state: str) -> tuple[str, str, str]:
    """Tone, sign and word of a state."""
    return (*LOOKS[ItemState(state)], str(ItemState(state).label))


@require_safe
@requires(keeps_students)
def equipment(request: PersonRequest) -> HttpResponse:
    """The pool of one's school; of several, the first: its page leads to the others."""
    for school in request.user.keeps_students_of:
        return redirect("continuity:pool", school.public_id)
    raise Http404


def _filtered(request: PersonRequest, school: Organisation):
    given = request.GET if request.method == "GET" else request.POST
    chosen = {
        "state": given.get("state", "") if given.get("state") in ItemState.values else "",
        "kind": given.get("kind", "") if given.get("kind") in EquipmentKind.values else "",
        "words": given.get("words", "").strip()[:60],
    }
    held = held_on(timezone.localdate(), school)
    return chosen, items_of(school, held, **chosen), held


@require_safe
@requires(keeps_students)
def pool(request: PersonRequest, public_id: str) -> HttpResponse:
    school = kept_school(request, public_id)
    chosen, found, held = _filtered(request, school)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    numbers = numbers_by_state(school, held)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "school": school,
        "others": [one for one in request.user.keeps_students_of if one != school],
        "page": page,
        "rows": [
            (item, shown(state_with_holds(item.state, item.public_id, held))) for item in page
        ],
        "numbers": [(*shown(state), number, state) for state, number in numbers],
        "total": sum(number for _state, number in numbers),
        "kinds": EquipmentKind.choices,
        "states": ItemState.choices,
        "chosen": chosen,
        "query": query.urlencode(),
    }
    return render(request, "continuity/equipment/pool.html", context)


@require_POST
@requires(keeps_students)
def labels(request: PersonRequest, public_id: str) -> HttpResponse:
    """Of the things that the filters show; of one, from its page."""
    school = kept_school(request, public_id)
    _chosen, found, _held = _filtered(request, school)
    if item := request.POST.get("item"):
        found = found.filter(public_id=item)
    found = found.exclude(state__in=[ItemState.RETIRED, ItemState.LOST])
    if not found:
        messages.warning(request, _("There is nothing here that needs a label."))
        return redirect("continuity:pool", school.public_id)
    paper = services.ask_for_labels(school=school, items=found, language=get_language() or "fr")
    return redirect("people:paper", paper.public_id)


def _item(request: PersonRequest, public_id: str) -> EquipmentItem:
    kept = EquipmentItem.objects.kept_by(request.user)
    return get_object_or_404(
        kept.select_related("school", "goes_with", "open_loan__student", "reserved_for__student"),
        public_id=public_id,
    )


@require_safe
@requires(keeps_students)
def item(request: PersonRequest, public_id: str) -> HttpResponse:
    """Its facts, where it is now, where it can go, and everything that happened to it."""
    found = _item(request, public_id)
    signed = [one for one in standing_on(found.school, [found]) if one.signed_at]
    held = {thing for one in signed for thing in one.named}
    state = state_with_holds(found.state, found.public_id, held)
    context = {
        "item": found,
        "state": shown(state),
        "agreement": signed[0] if state != found.state else None,
        "moves": [(state, *shown(state)) for state in rules.MOVES[found.state]],
        "history": [(event, shown(event.state)) for event in history_of(found)],
        "accessories": [(one, shown(one.state)) for one in found.accessories.all()],
    }
    return render(request, "continuity/equipment/item.html", context)


@require_POST
@requires(keeps_students)
def move_item(request: PersonRequest, public_id: str) -> HttpResponse:
    found, form = _item(request, public_id), ThingStateForm(request.POST)
    if form.is_valid():
        try:
            services.move(item=found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request,
                _("Number %(number)s is %(state)s from now on.")
                % {
                    "number": found.number,
                    "state": ItemState(form.cleaned_data["state"]).label,
                },
            )
    return redirect("continuity:thing", found.public_id)


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def new_item(request: PersonRequest, public_id: str) -> HttpResponse:
    school = kept_school(request, public_id)

    def act(given):
        made = services.add(school=school, by=request.user, **given)
        messages.success(request, _("Number %(number)s is added.") % {"number": made.number})
        return redirect("continuity:thing", made.public_id)

    page = FormPage(
        heading=_("Add a thing to lend"),
        button=_("Add it"),
        back=reverse("continuity:pool", args=[school.public_id]),
        back_word=_("Things to lend"),
        lead=_("A device, or an accessory: each has a number of its own."),
    )
    return form_page(request, page, ThingForm(request.POST or None, school=school), act)


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def edit_item(request: PersonRequest, public_id: str) -> HttpResponse:
    found = _item(request, public_id)

    def act(given):
        services.correct(item=found, by=request.user, **given)
        messages.success(request, _("It is saved."))
        return redirect("continuity:thing", found.public_id)

    page = FormPage(
        heading=_("Correct what is known of it"),
        button=_("Save"),
        back=reverse("continuity:thing", args=[found.public_id]),
        back_word=str(found),
    )
    initial = {
        name: getattr(found, name) for name in ("number", "kind", "model", "serial", "value_euros")
    }
    initial["goes_with"] = found.goes_with.number if found.goes_with else ""
    form = ThingForm(request.POST or None, initial=initial, school=found.school, item=found)
    return form_page(request, page, form, act)
