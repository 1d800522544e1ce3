"""The desk: a thing, a student, what goes along, handed over; then the next one, on the same page."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.enums import ItemState, Signatory
from continuity.equipment.forms import LendForm
from continuity.equipment.queries.loans import (
    DeskStudent,
    agreements_open_in,
    lent_since,
    student_of,
    students_found,
    things_for,
)
from continuity.equipment.queries.pool import item_by_code
from continuity.equipment.queries.returns import to_replace
from continuity.equipment.services import agreements, loans
from continuity.equipment.views.pool import shown
from continuity.models import EquipmentItem, LoanLine
from courses.exceptions import Refusal
from courses.people.models import ComingOfAge, Organisation
from courses.people.models.classes import end_of_school_year
from courses.people.permissions import PersonRequest, keeps_students, kept_school, requires

MOST_THINGS = 12


def _address(school: Organisation, things: list[str], student: str = "", replaces: str = "") -> str:
    """The desk with what is chosen so far: nothing is kept but in the address."""
    query = QueryDict(mutable=True)
    for one in things:
        query.appendlist("thing", one)
    if student:
        query["student"] = student
    if replaces:
        query["replaces"] = replaces
    address = reverse("continuity:desk", args=[school.public_id])
    return f"{address}?{query.urlencode()}" if query else address


@require_safe
@requires(keeps_students)
def desk(request: PersonRequest, public_id: str) -> HttpResponse:
    """What was typed or scanned is added to what is chosen; a thing that is out leads to its loan."""
    school = kept_school(request, public_id)
    things, student = request.GET.getlist("thing")[:MOST_THINGS], request.GET.get("student", "")
    replaces = request.GET.get("replaces", "")
    if code := request.GET.get("code", "").strip():
        found = item_by_code(school, code)
        if found is not None and found.open_loan is not None:
            return redirect("continuity:loan", found.open_loan.public_id)
        if found is not None and found.state == ItemState.AVAILABLE:
            return redirect(_address(school, [*things, found.public_id], student, replaces))
        messages.warning(request, _why_not(code, found))
        return redirect(_address(school, things, student, replaces))
    return desk_page(request, school, things, student, replaces=replaces)


def _why_not(code: str, found: EquipmentItem | None) -> str:
    if found is None:
        return _("There is no thing with the number %(number)s in this school.") % {
            "number": code[:40]
        }
    return _("Number %(number)s is %(state)s: it can’t be lent now.") % {
        "number": found.number,
        "state": found.get_state_display(),
    }


def desk_page(
    request: PersonRequest,
    school: Organisation,
    things: list[str],
    student: str,
    form: LendForm | None = None,
    replaces: str = "",
) -> HttpResponse:
    today = timezone.localdate()
    items = things_for(school, things)
    person = student_of(school, student, today) if student else None
    first = to_replace(person.person, school, replaces) if person and replaces else None
    words = request.GET.get("name", "").strip()[:60]
    found = students_found(school, words, today) if words and person is None else []
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    free = [item for item in items if _is_free(item, person)]
    context = {
        "school": school,
        "things": things,
        "rows": [
            (item, shown(item.state), item.public_id in things, item in free) for item in items
        ],
        "passes_others": bool(person and loans.kinds_before_others(school, person.person, free)),
        "person": person,
        "words": words,
        "found": [(one, _address(school, things, one.person.public_id)) for one in found],
        "form": form or (_form(items, person, first) if items and person else None),
        "first": first,
        "without_student": _address(school, things),
        "without_things": _address(school, [], student, replaces),
        "lent_today": lent_since(school, midnight),
        "agreements": agreements_open_in(school) if person is None else [],
    }
    return render(request, "continuity/equipment/desk.html", context, status=422 if form else 200)


def _is_free(item: EquipmentItem, person: DeskStudent | None) -> bool:
    """Available, or reserved for this very student."""
    if item.reserved_for is None:
        return item.state == ItemState.AVAILABLE
    return person is not None and item.reserved_for.student_id == person.person.pk


def _form(items: list[EquipmentItem], person: DeskStudent, first: LoanLine | None) -> LendForm:
    today, is_of_age = timezone.localdate(), _is_of_age(person)
    last = first.loan.due_on if first and first.loan.due_on >= today else end_of_school_year(today)
    return LendForm(
        items=items,
        is_of_age=is_of_age,
        first=first,
        initial={
            "key": uuid.uuid4(),
            "due_on": last.isoformat(),
            "signed_as": Signatory.STUDENT if is_of_age else Signatory.GUARDIAN,
        },
    )


def _is_of_age(person: DeskStudent) -> bool:
    return ComingOfAge.objects.filter(student=person.person).exists()


def _with_form(
    request: PersonRequest, public_id: str, act: Callable[..., HttpResponse]
) -> HttpResponse:
    """`act` calls one service with what was chosen; its refusal stands above the form."""
    school = kept_school(request, public_id)
    things, student = request.POST.getlist("thing")[:MOST_THINGS], request.POST.get("student", "")
    items = things_for(school, things)
    person = student_of(school, student, timezone.localdate())
    if person is None or not items:
        return redirect(_address(school, things))
    replaces = request.POST.get("replaces", "")
    first = to_replace(person.person, school, replaces) if replaces else None
    form = LendForm(request.POST, items=items, is_of_age=_is_of_age(person), first=first)
    if form.is_valid():
        given = form.cleaned_data
        try:
            return act(
                signed_as=given["signed_as"],
                school=school,
                student=person.person,
                items=[one for one in items if one.public_id in given["items"]],
                due_on=given["due_on"],
                words=given["words"],
                replaces=first,
                came_back=given.get("came_back", ""),
                by=request.user,
                key=given["key"],
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
    return desk_page(request, school, things, student, form, replaces)


@require_POST
@requires(keeps_students)
def lend(request: PersonRequest, public_id: str) -> HttpResponse:
    """Hand over against a signed sheet, and the desk is free for the next one."""

    def act(**given) -> HttpResponse:
        made = loans.lend(**given)
        numbers = ", ".join(line.thing.number for line in made.lines.select_related("thing"))
        messages.success(
            request,
            _("Handed to %(name)s: %(numbers)s.")
            % {"name": made.student.display_name, "numbers": numbers},
        )
        return redirect(_address(made.school, []))

    return _with_form(request, public_id, act)


@require_POST
@requires(keeps_students)
def draw_up(request: PersonRequest, public_id: str) -> HttpResponse:
    """Nothing is handed over yet: the agreement is to be signed first."""

    def act(signed_as: str, words: str, **given) -> HttpResponse:
        made = agreements.draw_up(**given)
        return redirect("continuity:agreement", made.public_id)

    return _with_form(request, public_id, act)
