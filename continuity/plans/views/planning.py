"""Writing a week: adding, moving, taking out, putting back, publishing.

Each door calls one service.
"""

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from continuity.enums import ItemKind
from continuity.models import PlanItem, PlanPart, RemovedItem
from continuity.plans.forms.plans import AddForm, ItemForm, LaterForm, MoveForm, ResourceItemForm
from continuity.plans.queries.planner import resources_for
from continuity.plans.services import items, library, plans, publishing
from continuity.plans.views.planner import planner_context
from continuity.plans.views.weeks import address_of, day_from, reading_of
from courses.catalogue.models import Resource
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.people.models import Teaching
from courses.people.permissions import PersonRequest, is_teacher, keeps_what_was_typed, requires
from courses.quotes import inside_quotes
from courses.required import required
from courses.templatetags.passerelle import day_without_year
from courses.templatetags.passerelle import hour as hour_words

FORM_FOR = {
    ItemKind.LESSON: "continuity:new_lesson",
    ItemKind.HOMEWORK: "continuity:new_homework",
    ItemKind.VIDEO: "continuity:new_video",
    ItemKind.RESOURCE: "continuity:new_resource",
    ItemKind.NOTE: "continuity:new_note",
}
CONFLICT, REFUSED = 409, 422


def my_part(request: PersonRequest, public_id: str) -> PlanPart:
    """A part that the person may write; not there for anybody else."""
    parts = PlanPart.objects.open_to(request.user).select_related(
        "plan", "teaching__school_class__school", "teaching__subject"
    )
    return get_object_or_404(parts, public_id=public_id)


def my_item(request: PersonRequest, public_id: str) -> PlanItem:
    mine = PlanPart.objects.open_to(request.user)
    found = (
        PlanItem.objects.standing()
        .filter(part__in=mine)
        .select_related("lesson", "assignment__homework", "resource")
    )
    item = get_object_or_404(found, public_id=public_id)
    item.part = my_part(request, mine.get(pk=item.part_id).public_id)
    return item


def said(refusal: Refusal) -> str:
    return f"{refusal.reason} {refusal.advice}".strip()


def answer(request: PersonRequest, part: PlanPart, *, moved: str = "") -> HttpResponse:
    """The week as it is now: in place for htmx, else by its address."""
    if not request.htmx:
        return redirect(address_of(part, at=moved))
    teaching, monday = part.teaching, part.plan.monday
    context = planner_context(
        request,
        reading_of(request.user, teaching.school_class),
        monday,
        moved=moved,
        asked=teaching.public_id,
    )
    return render(request, "continuity/plans/planner.html#plan", context)


@require_POST
@requires(is_teacher)
def add(request: PersonRequest, public_id: str) -> HttpResponse:
    """Leads to the form of what is to be added; the week's part is made if it wasn't there."""
    form = AddForm(request.POST)
    if not form.is_valid():
        raise Http404
    said_so = form.cleaned_data
    taught = (
        Teaching.objects.open_to(request.user)
        .filter(school_class__public_id=public_id)
        .select_related("school_class")
    )
    teaching = get_object_or_404(taught, public_id=said_so["teaching"])
    part = plans.part_for(teaching=teaching, day=said_so["day"], by=request.user)
    day = said_so["day"].isoformat()
    if said_so["kind"] == AddForm.LIBRARY:
        return redirect(f"{reverse('continuity:library')}?part={part.public_id}&day={day}")
    return redirect(f"{reverse(FORM_FOR[said_so['kind']], args=[part.public_id])}?day={day}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def new_note(request: PersonRequest, public_id: str) -> HttpResponse:
    part = my_part(request, public_id)
    form = ItemForm(
        request.POST or None, monday=part.plan.monday, initial={"day": asked_day(request, part)}
    )
    return _made(request, part, form, items.add_note, title=_("A note"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def new_resource(request: PersonRequest, public_id: str) -> HttpResponse:
    """Add a resource; only the school's resources of that day are offered."""
    part = my_part(request, public_id)
    day = asked_day(request, part)
    resources = resources_for(part.teaching, day)
    form = ResourceItemForm(
        request.POST or None, monday=part.plan.monday, resources=resources, initial={"day": day}
    )
    return _made(
        request,
        part,
        form,
        items.add_resource,
        title=_("A resource of the bouquet"),
        has_none=not resources,
    )


def asked_day(request: HttpRequest, part: PlanPart) -> datetime.date:
    """`?day=` when it lies in the week, else its Monday."""
    written = request.GET.get("day", "")
    day = day_from(written) if written else part.plan.monday
    return day if 0 <= (day - part.plan.monday).days < 7 else part.plan.monday


def _made(
    request: PersonRequest, part: PlanPart, form: ItemForm, service, **context
) -> HttpResponse:
    """Add the item. A refused form is shown again with the typed values."""
    if form.is_valid():
        try:
            item = service(part=part, by=request.user, key=form.cleaned_data["key"], **form.facts)
        except Refusal as refusal:
            messages.warning(request, said(refusal))
        else:
            messages.success(
                request, _("“%(title)s” is in the week.") % {"title": inside_quotes(item.title)}
            )
            return redirect(address_of(part, at=item.public_id))
    context |= {"part": part, "form": form, "back": address_of(part)}
    return render(
        request,
        "continuity/plans/planner/item.html",
        context,
        status=REFUSED if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def edit_item(request: PersonRequest, public_id: str) -> HttpResponse:
    """A note or a resource.

    What was saved meanwhile is shown beside what was typed; saving again is then a decision.
    """
    item = my_item(request, public_id)
    form = _form_of(request, item)
    if form is None:
        raise Http404
    part, saved = item.part, None
    if form.is_valid():
        try:
            items.edit(item=item, by=request.user, seen=form.cleaned_data["seen"], **form.facts)
        except StaleSheet as stale:
            messages.warning(request, stale.reason)
            saved = PlanItem.objects.get(pk=item.pk)
            replace_sent(form, "seen", saved.text_stamp)
        except Refusal as refusal:
            messages.warning(request, said(refusal))
        else:
            messages.success(
                request,
                _("“%(title)s” is saved.") % {"title": inside_quotes(form.cleaned_data["title"])},
            )
            return redirect(address_of(part, at=item.public_id))
    context = {
        "part": part,
        "form": form,
        "item": item,
        "saved": saved,
        "title": item.title,
        "back": address_of(part, at=item.public_id),
    }
    status = CONFLICT if saved else REFUSED if form.is_bound else 200
    return render(request, "continuity/plans/planner/item.html", context, status=status)


def _form_of(request: HttpRequest, item: PlanItem) -> ItemForm | None:
    facts = {name: getattr(item, name) for name in ("title", "note", "day")} | {
        "minutes": item.minutes or None,
        "seen": item.text_stamp,
    }
    monday = item.part.plan.monday
    if item.kind == ItemKind.NOTE:
        return ItemForm(request.POST or None, monday=monday, initial=facts)
    if item.kind == ItemKind.RESOURCE:
        # One that the school no longer has stays chosen, so that its text can be corrected.
        resources = resources_for(item.part.teaching, item.day) | Resource.objects.filter(
            pk=required(item.resource_id)
        )
        return ResourceItemForm(
            request.POST or None,
            monday=monday,
            resources=resources,
            initial=facts | {"resource": item.resource},
        )
    return None


@require_POST
@requires(is_teacher)
def move_item(request: PersonRequest, public_id: str) -> HttpResponse:
    item, form = my_item(request, public_id), MoveForm(request.POST)
    if not form.is_valid():
        raise Http404
    wish = form.cleaned_data
    day = item.day if wish["places"] or not wish["day"] else wish["day"]
    try:
        moved = items.move(
            item=item,
            day=day,
            before=wish["before"],
            places=wish["places"] or 0,
            seen=wish["seen"],
            by=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, said(refusal))
    else:
        messages.success(
            request,
            _("“%(title)s” is on %(day)s.")
            % {
                "title": inside_quotes(moved.title),
                "day": day_without_year(moved.day),
            },
        )
    # Whoever moved it by its form goes on there; a dragged one lies where it was dropped.
    return answer(
        request,
        item.part,
        moved="" if request.htmx and "before" in request.POST else item.public_id,
    )


@require_POST
@requires(is_teacher)
def remove_item(request: PersonRequest, public_id: str) -> HttpResponse:
    item = my_item(request, public_id)
    try:
        items.remove(item=item, by=request.user)
    except Refusal as refusal:
        messages.warning(request, said(refusal))
    else:
        messages.success(
            request,
            _("“%(title)s” is taken out. It can be put back below.")
            % {"title": inside_quotes(item.title)},
        )
    return answer(request, item.part)


@require_POST
@requires(is_teacher)
def restore_item(request: PersonRequest, public_id: str) -> HttpResponse:
    mine = RemovedItem.objects.filter(
        part__in=PlanPart.objects.open_to(request.user)
    ).select_related("part__plan", "part__teaching")
    removed = get_object_or_404(mine, public_id=public_id)
    try:
        item = items.put_back(removed=removed, by=request.user)
    except Refusal as refusal:
        messages.warning(request, said(refusal))
        return answer(request, removed.part)
    messages.success(request, _("“%(title)s” is back.") % {"title": inside_quotes(item.title)})
    return answer(request, removed.part, moved=item.public_id)


@require_POST
@requires(is_teacher)
def keep_item(request: PersonRequest, public_id: str) -> HttpResponse:
    """Into the library: the lesson or homework that the item has."""
    item = my_item(request, public_id)
    content = item.lesson or (item.assignment.homework if item.assignment else None)
    if content is None:
        raise Http404
    library.keep(content=content, by=request.user)
    messages.success(
        request, _("“%(title)s” is in your library.") % {"title": inside_quotes(item.title)}
    )
    return answer(request, item.part, moved=item.public_id)


@require_POST
@requires(is_teacher)
def publish(request: PersonRequest, public_id: str) -> HttpResponse:
    part = my_part(request, public_id)
    try:
        publishing.publish(part=part, by=request.user)
    except Refusal as refusal:
        messages.warning(request, said(refusal))
    else:
        messages.success(request, _("The week is published: the students see it."))
    return redirect(address_of(part))


@require_POST
@requires(is_teacher)
def publish_later(request: PersonRequest, public_id: str) -> HttpResponse:
    part, form = my_part(request, public_id), LaterForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say the day and the hour at which it is to be published."))
        teaching, monday = part.teaching, part.plan.monday
        request.shown_at = address_of(part)
        context = planner_context(
            request,
            reading_of(request.user, teaching.school_class),
            monday,
            asked=teaching.public_id,
            later=form,
        )
        return render(request, "continuity/plans/planner.html", context, status=REFUSED)
    try:
        publishing.publish_later(part=part, at=form.instant, by=request.user)
    except Refusal as refusal:
        messages.warning(request, said(refusal))
    else:
        when = {"day": day_without_year(form.instant), "hour": hour_words(form.instant)}
        messages.success(request, _("The week will be published on %(day)s at %(hour)s.") % when)
    return redirect(address_of(part))


@require_POST
@requires(is_teacher)
def keep_as_draft(request: PersonRequest, public_id: str) -> HttpResponse:
    part = my_part(request, public_id)
    publishing.keep_as_draft(part=part, by=request.user)
    messages.success(request, _("It stays a draft until you publish it."))
    return redirect(address_of(part))
