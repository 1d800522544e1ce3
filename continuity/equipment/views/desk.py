"""The desk: a thing, a student, what goes along, handed over; then the next one, on the same page."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import Signatory
from continuity.equipment import rules
from continuity.equipment.exceptions import NothingRead, ThingsAreEnough
from continuity.equipment.forms import LendForm
from continuity.equipment.queries.loans import (
    DeskStudent,
    agreements_open_in,
    guardians_who_sign,
    lent_since,
    student_of,
    students_found,
    things_for,
)
from continuity.equipment.queries.pool import item_by_code
from continuity.equipment.queries.returns import to_replace
from continuity.equipment.queries.standing import promised_to_others, standing_on, things_gone
from continuity.equipment.rules.reading import why_not_found
from continuity.equipment.services import agreements, labels, loans
from continuity.equipment.views.agreements import agreement_address, keep_words
from continuity.equipment.views.pool import shown
from continuity.models import EquipmentItem, Loan, LoanAgreement, LoanLine
from courses.exceptions import Refusal
from courses.people.models import Organisation, Person
from courses.people.models.classes import end_of_school_year
from courses.people.permissions import PersonRequest, keeps_students, kept_school, requires

MOST_THINGS = 12
IN_ADDRESS = ("due_on", "signed_by", "came_back")
AS_SENT = (*IN_ADDRESS, "words")  # these say something of a person: they stand in no address


def _address(
    school: Organisation,
    things: list[str],
    student: str = "",
    replaces: str = "",
    code: str = "",
    last_step: dict[str, str] | None = None,
    items: list[str] | None = None,
    name: str = "desk",
) -> str:
    """The desk with what is chosen so far: nothing is kept but in the address. `code`: what is to be
    added. `last_step`, `items`: its fields, and what is ticked there.
    """
    query = QueryDict(mutable=True)
    for one in things:
        query.appendlist("thing", one)
    if student:
        query["student"] = student
    if replaces:
        query["replaces"] = replaces
    if code:
        query["code"] = code
    for field, value in (last_step or {}).items():
        query[field] = value
    if items:
        query.setlist("items", items)
    address = reverse(f"continuity:{name}", args=[school.public_id])
    return f"{address}?{query.urlencode()}" if query else address


@require_safe
@requires(keeps_students)
def desk(request: PersonRequest, public_id: str) -> HttpResponse:
    """What was typed or scanned is added to what is chosen; a thing that is out leads to its loan."""
    school = kept_school(request, public_id)
    things, student = request.GET.getlist("thing")[:MOST_THINGS], request.GET.get("student", "")
    replaces = request.GET.get("replaces", "")
    if code := request.GET.get("code", "").strip():
        try:
            loan, things, student = _one_more(school, things, student, code)
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        else:
            if loan:
                return redirect("continuity:loan", loan.public_id)
        return redirect(_address(school, things, student, replaces))
    return desk_page(request, school, things, student, replaces=replaces)


@require_http_methods(["GET", "POST"])
@requires(keeps_students)
def desk_code(request: PersonRequest, public_id: str) -> HttpResponse:
    """The number as it was typed, or as it is read in a photo of the label, which isn't kept. With the
    last step on the page, that one's fields are sent along, and shown again.
    """
    school, code = kept_school(request, public_id), request.POST.get("code", "").strip()
    if request.method == "GET":  # the page was fetched anew
        return redirect(f"{_address(school, [])}?{request.GET.urlencode()}")
    things = request.POST.getlist("thing")[:MOST_THINGS]
    student, replaces = request.POST.get("student", ""), request.POST.get("replaces", "")
    unread = None
    try:
        if photo := request.FILES.get("photo"):
            code = labels.number_in(photo, school=school, by=request.user)
        if not code:
            raise NothingRead
        if not _has_last_step(request.POST):
            return redirect(_address(school, things, student, replaces, code[:200]))
        loan, things, student = _one_more(school, things, student, code[:200])
        if loan:
            return redirect("continuity:loan", loan.public_id)
    except Refusal as refusal:
        unread = refusal
    return desk_page(request, school, things, student, replaces=replaces, unread=unread)


def _has_last_step(sent: QueryDict) -> bool:
    return "due_on" in sent


def _one_more(
    school: Organisation, things: list[str], student: str, code: str
) -> tuple[Loan | None, list[str], str]:
    """The loan of a thing that is out; or the things with one more, and for whom they are. Raises a
    `Refusal`.
    """
    found = item_by_code(school, code)
    if found is None:
        raise why_not_found(code)
    if found.open_loan is not None:
        return found.open_loan, things, student
    if found.public_id not in things and len(things) >= MOST_THINGS:
        raise ThingsAreEnough(most=MOST_THINGS)
    standing = standing_on(school, [found])
    student = student or _for_whom(found, standing)
    person = student_of(school, student, timezone.localdate()) if student else None
    if refusal := _why_not_take(found, person, standing):
        raise refusal
    return None, [*dict.fromkeys([*things, found.public_id])], student


def _for_whom(item: EquipmentItem, standing: list[LoanAgreement]) -> str:
    """The student for whom it is reserved, or who has a signed agreement on it; empty for nobody."""
    if item.reserved_for:
        return item.reserved_for.student.public_id
    return next((one.student.public_id for one in standing if one.signed_at), "")


def _why_not_take(
    item: EquipmentItem, person: DeskStudent | None, standing: list[LoanAgreement]
) -> Refusal | None:
    student_id = person.person.pk if person else None
    return rules.why_not_take(
        item, student_id=student_id, promised=promised_to_others(standing, student_id)
    )


def desk_page(
    request: PersonRequest,
    school: Organisation,
    things: list[str],
    student: str,
    form: LendForm | None = None,
    replaces: str = "",
    unread: Refusal | None = None,
) -> HttpResponse:
    """`unread`: why nothing was taken by a number or a photo."""
    today, status = timezone.localdate(), 422 if unread else 200
    sent = request.POST or request.GET
    items = things_for(school, things)
    person = student_of(school, student, today) if student else None
    first = to_replace(person.person, school, replaces) if person and replaces else None
    words = request.GET.get("name", "").strip()[:60]
    found = students_found(school, words, today) if words and person is None else []
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    standing = standing_on(school, items)
    free = [item for item in items if _why_not_take(item, person, standing) is None]
    ticked = _ticked(sent, school, free, is_sent=form is not None)
    passes = bool(person and loans.kinds_before_others(school, person.person, free))
    if form is None and items and person:
        form = _form(school, items, person, first, sent)
    elif form:
        data, status = request.POST.copy(), 422
        data["key"] = str(uuid.uuid4())  # pressed again, it is another form
        form.data = data
    if form:
        form.fields["words"].required = passes
        if "signed_by" in form.fields:
            form.fields["signed_by"].required = True
    if request.method == "POST":
        chosen = {name: sent[name] for name in IN_ADDRESS if name in sent}
        request.shown_at = _address(
            school, things, student, replaces, last_step=chosen, items=ticked
        )
    context = {
        "school": school,
        "things": things,
        "rows": [
            (
                item,
                shown(item.state),
                item.public_id in things,
                item in free,
                item.public_id in ticked,
            )
            for item in items
        ],
        "passes_others": passes,
        "unread": unread,
        "typed": request.POST.get("code", "")[:200] if unread else "",
        "person": person,
        "words": words,
        "found": [(one, _address(school, things, one.person.public_id)) for one in found],
        "form": form,
        "first": first,
        "standing": standing,
        "take_url": _address(school, things, student, replaces, name="desk_code"),
        "without_student": _address(school, things),
        "without_things": _address(school, [], student, replaces),
        "lent_today": lent_since(school, midnight),
        "agreements": [] if person or items else _with_what_is_gone(school),
    }
    return render(request, "continuity/equipment/desk.html", context, status=status)


def _ticked(
    sent: QueryDict, school: Organisation, free: list[EquipmentItem], *, is_sent: bool
) -> list[str]:
    """Public ids: of all that is free, or as they were on the page; what is new there is ticked, too.
    `is_sent`: the last step was, with nothing new.
    """
    ticked = sent.getlist("items")
    if is_sent:
        return ticked
    if not _has_last_step(sent):
        return [item.public_id for item in free]
    before = things_for(school, sent.getlist("thing")[:MOST_THINGS])
    return ticked + [item.public_id for item in free if item not in before]


def _with_what_is_gone(school: Organisation) -> list[tuple[LoanAgreement, str, str]]:
    """Open agreements with their numbers, and those that aren't free for them any more."""
    found = list(agreements_open_in(school))
    gone = things_gone(found, [one for one in found if one.stands and one.signed_at])
    return [
        (
            one,
            one.numbers,
            ", ".join(gone.get(one.pk, [])),
        )
        for one in found
    ]


def _form(
    school: Organisation,
    items: list[EquipmentItem],
    person: DeskStudent,
    first: LoanLine | None,
    sent: QueryDict,
) -> LendForm:
    """`sent`: its fields as they stood, if one more thing was added."""
    today, is_of_age = timezone.localdate(), _is_of_age(person)
    last = first.loan.due_on if first and first.loan.due_on >= today else end_of_school_year(today)
    return LendForm(
        items=items,
        is_of_age=is_of_age,
        guardians=_guardians(school, person),
        first=first,
        initial={
            "key": uuid.uuid4(),
            "due_on": last.isoformat(),
            "signed_as": Signatory.STUDENT if is_of_age else Signatory.GUARDIAN,
        }
        | {name: sent[name] for name in AS_SENT if name in sent},
    )


def _is_of_age(person: DeskStudent) -> bool:
    return hasattr(person.person, "coming_of_age")


def _guardians(school: Organisation, person: DeskStudent) -> list[Person]:
    """Who may sign besides the student: nobody for one of age."""
    return [] if _is_of_age(person) else guardians_who_sign(person.person, school)


def _with_form(
    request: PersonRequest, public_id: str, act: Callable[..., HttpResponse], *, is_signed: bool
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
    is_of_age = _is_of_age(person)
    form = LendForm(
        request.POST,
        items=items,
        is_of_age=is_of_age,
        guardians=_guardians(school, person),
        first=first,
        is_signed=is_signed,
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            return act(
                signed_as=given["signed_as"],
                signed_by=person.person if is_of_age else form.signer,
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

    return _with_form(request, public_id, act, is_signed=True)


@require_POST
@requires(keeps_students)
def draw_up(request: PersonRequest, public_id: str) -> HttpResponse:
    """Nothing is handed over yet: the agreement is to be signed first."""

    def act(signed_as: str, signed_by: Person | None, words: str, **given) -> HttpResponse:
        made = agreements.draw_up(**given)
        keep_words(request, made, words)
        return redirect(agreement_address(made, request.POST.get("signed_by", "")))

    return _with_form(request, public_id, act, is_signed=False)
