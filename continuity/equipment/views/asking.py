"""Equipment is asked for: by the student, or by staff on a student's behalf; what became of it."""

from collections import Counter
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import NeedOrigin
from continuity.equipment.forms import NeedForm
from continuity.equipment.queries.loans import loans_of
from continuity.equipment.queries.needs import (
    facts_from_survey,
    needs_of,
    order_of,
    place_of,
)
from continuity.equipment.queries.photos import naming_photos, read_photos
from continuity.equipment.queries.standing import agreements_to_sign
from continuity.equipment.services import needs
from continuity.models import EquipmentNeed, Loan, LoanLine
from continuity.permissions import in_a_school, student_shown
from continuity.school.queries.classes import schools_keeping, students_kept_by
from continuity.school.views.form_page import FormPage, form_page
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import Guardianship, Organisation, Person
from courses.people.permissions import (
    PersonRequest,
    is_student,
    keeps_students,
    open_to_anyone,
    requires,
)
from courses.people.queries.students import students_kept_by as students_of_office


def equipment_of(
    student: Person, address_of: Callable[[str, str], str], kept: Guardianship | None = None
) -> dict:
    """What is asked for and lent: everywhere for the student's page, in the school through which a
    guardian reads, by `kept`, for theirs. `address_of`: where the reader finds an `agreement`, a
    `report` on a thing, a `receipt`, a `photo`.
    """
    school = kept.school if kept else None

    def agreed(loan: Loan) -> str:
        found = getattr(loan, "agreement", None)
        return address_of("agreement", found.public_id) if found else ""

    def lines(loan: Loan) -> list[tuple[LoanLine, str]]:
        """With where it is said that a thing is broken, lost or stolen, while it is out."""
        return [
            (one, "" if one.back_at else address_of("report", one.public_id))
            for one in loan.lines.all()
        ]

    def receipt(loan: Loan) -> str:
        is_back = any(one.back_at for one in loan.lines.all())
        return address_of("receipt", loan.public_id) if is_back else ""

    def photos(loan: Loan) -> list[tuple[str, int, str]]:
        """What each shows, its number among those, and where it is read: nowhere, if removed."""
        said: Counter[str] = Counter()
        rows = []
        for shows, named in read_photos(loan):
            said[shows] += bool(named)
            rows.append((shows, said[shows], address_of("photo", named) if named else ""))
        return rows

    return {
        "student": student,
        "today": timezone.localdate(),
        "rows": [
            (one, lines(one), agreed(one), receipt(one), photos(one))
            for one in naming_photos(loans_of(student, school), student, kept)
        ],
        "to_sign": [
            (one, address_of("agreement", one.public_id), ", ".join(gone))
            for one, gone in agreements_to_sign(student, school)
        ],
        "needs": [(one, _place(one)) for one in needs_of(student, school)],
    }


def _place(need: EquipmentNeed):
    """Of a need that waits: where it stands now."""
    return place_of(need) if need.closed_at is None and need.verdict != "yes" else None


def ask_page(
    request: HttpRequest,
    *,
    student: Person,
    school: Organisation,
    asked_as: str,
    by: Person,
    back: str,
    back_word: str,
    known: dict | None = None,
) -> HttpResponse:
    """`known`: what the form is prefilled with."""

    def act(given):
        needs.ask(school=school, student=student, asked_as=asked_as, by=by, **given)
        messages.success(request, _("It is asked for. What the school decides will stand here."))
        return redirect(back)

    page = FormPage(
        heading=_("Ask for equipment"),
        button=_("Ask for it"),
        back=back,
        back_word=back_word,
        lead=_(
            "The student, whoever follows their week, the class tutor, the school’s management and"
            " its office see this."
        ),
    )
    return form_page(request, page, NeedForm(request.POST or None, initial=known or {}), act)


@require_safe
@requires(is_student)
def my_loans(request: PersonRequest) -> HttpResponse:
    """What the school lent to the reader, what was asked for, and what was decided."""
    student = student_shown(request)
    own = [one.public_id for one in EquipmentNeed.objects.open().filter(student=student)]
    context = equipment_of(
        student, lambda kind, one: reverse(f"continuity:my_{kind}", args=[one])
    ) | {
        "withdraw": {one: reverse("continuity:withdraw_need", args=[one]) for one in own},
        "ask_url": reverse("continuity:ask_for_equipment"),
    }
    return render(request, "continuity/equipment/my_loans.html", context)


@require_http_methods(["GET", "POST"])
@requires(is_student)
def ask_for_equipment(request: PersonRequest) -> HttpResponse:
    """Of several schools: the first in which the reader is a student."""
    student = student_shown(request)
    for school in student.places_as(Role.STUDENT):
        return ask_page(
            request,
            student=student,
            school=school,
            asked_as=NeedOrigin.STUDENT,
            by=request.user,
            back=reverse("continuity:my_loans"),
            back_word=_("Lent to me"),
            known=facts_from_survey(student, school, own=student),
        )
    raise Http404


@require_POST
@requires(is_student)
def withdraw_need(request: PersonRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(EquipmentNeed, student=student_shown(request), public_id=public_id)
    return withdrawn(request, found, reverse("continuity:my_loans"))


def withdrawn(request: HttpRequest, need: EquipmentNeed, back: str) -> HttpResponse:
    try:
        needs.withdraw(need=need)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect(back)


def lends_or_teaches(person: Person) -> bool:
    """Whoever may ask on a student's behalf: of which students, the query says."""
    return keeps_students(person) or (in_a_school(person) and not is_student(person))


@require_http_methods(["GET", "POST"])
@requires(lends_or_teaches)
def need_for(request: PersonRequest, public_id: str) -> HttpResponse:
    """By the class tutor, a leader or the office, after they spoke with the family."""
    student, school, reads_survey = _student(request, public_id)
    to_list = school in request.user.keeps_students_of
    return ask_page(
        request,
        student=student,
        school=school,
        asked_as=NeedOrigin.STAFF,
        by=request.user,
        back=reverse("continuity:needs", args=[school.public_id])
        if to_list
        else f"{reverse('continuity:student', args=[student.public_id])}#equipment",
        back_word=_("Requests") if to_list else student.display_name,
        known=facts_from_survey(student, school) if reads_survey else {},
    )


def _student(request: PersonRequest, public_id: str) -> tuple[Person, Organisation, bool]:
    """The student, the school through which the reader keeps them, and whether the reader also
    reads the survey of that school, which the office doesn't.
    """
    person, today = request.user, timezone.localdate()
    found = students_kept_by(person, today).filter(public_id=public_id).first()
    if found and (school := schools_keeping(found, person, today).first()):
        return found, school, True
    found = get_object_or_404(students_of_office(person), public_id=public_id)
    of_both = [one for one in found.places_as(Role.STUDENT) if one in person.keeps_students_of]
    if not of_both:
        raise Http404
    return found, of_both[0], False


@open_to_anyone
@require_safe
def lending_criteria(request: HttpRequest, public_id: str) -> HttpResponse:
    """The order in which a school serves requests, for whoever asks (CRPA, L312-1-3)."""
    school = get_object_or_404(Organisation.objects.schools(), public_id=public_id)
    published = school.lending_criteria.first()
    context = {"school": school, "published": published, "order": order_of(school)}
    return render(request, "continuity/equipment/criteria.html", context)
