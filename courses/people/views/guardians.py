"""Guardians of a school's students, kept by its leaders alone."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks

from courses.digest.enums import Hook
from courses.exceptions import Refusal
from courses.people.enums import GuardianQuality, Language
from courses.people.forms.guardians import GuardianForm
from courses.people.models import Guardianship, Organisation, Person
from courses.people.permissions import PersonRequest, is_leader, keeps_what_was_typed, requires
from courses.people.queries.guardians import (
    coming_of_age,
    guardians_elsewhere,
    guardians_in,
    guardians_kept_by,
    guardians_left_over,
    guardians_of,
    school_led_of,
    students_led_by,
)
from courses.people.rules.guardians import is_same_guardian
from courses.people.services import guardians
from courses.people.services.guardians_table import GuardiansImport
from courses.people.values import keep_new_link, take_new_link
from courses.people.views.office import led_school
from courses.people.views.start import StartTable, table_file, table_page
from courses.people.views.students import left_already


@require_safe
@requires(is_leader)
def school_guardians(request: PersonRequest, public_id: str) -> HttpResponse:
    """Whether they are switched on, and who follows whom."""
    school = led_school(request, public_id)
    context = {"school": school, "rows": guardians_in(school)}
    return render(request, "people/guardians.html", context)


@require_POST
@requires(is_leader)
def switch_guardians(request: PersonRequest, public_id: str) -> HttpResponse:
    school = led_school(request, public_id)
    on = request.POST.get("on") == "yes"
    guardians.switch(school=school, on=on, by=request.user)
    messages.success(
        request,
        _("Guardians see the week of their children from now on.")
        if on
        else _("Guardians see nothing any more. Who was entered stays entered."),
    )
    return redirect("people:guardians", school.public_id)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
@keeps_what_was_typed
def import_guardians(request: PersonRequest, public_id: str) -> HttpResponse:
    school = led_school(request, public_id)
    table = StartTable(
        address="people:import_guardians",
        export="people:export_guardians",
        heading=gettext_lazy("Guardians from a table"),
        lead=gettext_lazy(
            "One line is one guardian of one student. Nothing is saved before you have seen each"
            " line."
        ),
        kind=partial(GuardiansImport, school),
        can_invite=True,
        can_paste=True,
        school=school,
    )
    return table_page(request, table)


@require_safe
@requires(is_leader)
def export_guardians(request: PersonRequest, public_id: str) -> HttpResponse:
    return table_file(GuardiansImport(led_school(request, public_id)), _("guardians"))


def _kept(request: PersonRequest, public_id: str) -> Guardianship | None:
    return _found(Guardianship.objects.running().kept_by(request.user), public_id)


def _found(kept: QuerySet[Guardianship], public_id: str) -> Guardianship | None:
    related = kept.select_related("guardian", "student", "school")
    return related.filter(public_id=public_id).first()


@never_cache
@require_http_methods(["GET", "POST"])
@requires(is_leader)
def student_guardians(request: PersonRequest, public_id: str) -> HttpResponse:
    """Of one student: who follows the week; another is entered here. Once the student has left, whose
    authority can still be withdrawn.
    """
    student = students_led_by(request.user).filter(public_id=public_id).first()
    if student is None:
        return _leavers_page(request, public_id)
    school = school_led_of(student, request.user)
    form = GuardianForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = guardians.enter(
                names=form.names,
                student=student,
                school=school,
                quality=given["quality"],
                by=request.user,
                invited=given["invited"],
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request, _("%(name)s is entered.") % {"name": made.guardian.display_name}
            )
            return redirect("people:student_guardians", student.public_id)
    return _student_page(request, student, school, form)


def _student_page(
    request: PersonRequest,
    student: Person,
    school: Organisation,
    form: GuardianForm,
) -> HttpResponse:
    rows = list(guardians_of(student, school))
    new_links = [
        (one, link_address(token, one.guardian.language))
        for one in rows
        if (token := take_new_link(request.session, one.public_id))
    ]
    context = {
        "student": student,
        "school": school,
        "form": form,
        "rows": rows,
        "kept": set(guardians_kept_by(request.user).values_list("pk", flat=True)),
        "of_age": coming_of_age(student),
        "qualities": GuardianQuality.choices,
        "has_links": bool(hooks.get_hooks(Hook.GUARDIAN_LINK)),
        "new_links": new_links,
    }
    return render(request, "people/student_guardians.html", context)


def _leavers_page(request: PersonRequest, public_id: str) -> HttpResponse:
    student = get_object_or_404(Person, public_id=public_id, erased_at=None)
    rows = guardians_left_over(student, request.user)
    if request.method == "POST" or not rows:  # a guardian is entered for who is here
        return left_already(request, public_id)
    return render(request, "people/guardians_left_over.html", {"student": student, "rows": rows})


@require_POST
@requires(is_leader)
def end_guardian(request: PersonRequest, public_id: str) -> HttpResponse:
    """Also after the student has left."""
    there = Guardianship.objects.running() | Guardianship.objects.left_over()
    kept = _found(there.kept_by(request.user), public_id)
    if kept is None:
        return _ended_already(request, public_id)
    opened = Guardianship.objects.in_force().filter(pk=kept.pk).exists()
    guardians.end(guardianship=kept, by=request.user)
    elsewhere = guardians_elsewhere(kept)
    # Elsewhere they may have another account, under another name.
    opened_here_alone = opened and not any(opens for _one, opens in elsewhere)
    messages.success(request, _what_ended(kept, opened_here_alone=opened_here_alone))
    for said in _who_should_hear(kept, elsewhere):
        messages.info(request, said)
    return _back_from(request, kept)


def _what_ended(kept: Guardianship, *, opened_here_alone: bool) -> str:
    said = _("%(name)s is ended as a guardian here.")
    if kept.ended_by_leaving:
        said = _("%(name)s is ended as a guardian here: an undone departure doesn’t change that.")
    elif opened_here_alone:
        said = _("%(name)s sees nothing of this student any more, from this moment.")
    return said % {"name": kept.guardian.display_name}


def _who_should_hear(kept: Guardianship, elsewhere: list[tuple[Guardianship, bool]]) -> list[str]:
    """A sentence for each other school that has entered the guardian, too. Where the student has left,
    the school doesn't read here to which one.
    """
    name = kept.guardian.display_name
    schools = {
        one.school: opens  # of two accounts in one school the one that opens something
        for one, opens in elsewhere
        if is_same_guardian(one.guardian, kept.guardian)
    }
    if kept.ended_by_leaving:
        said = _(
            "Another school of the student has entered %(name)s, too: tell that school if they no longer"
            " hold parental authority."
        )
        return [said % {"name": name}] if schools else []
    entered = _(
        "%(school)s has entered %(name)s, too: tell that school if they no longer hold parental"
        " authority."
    )
    shows = _(
        "%(school)s has entered %(name)s, too, and goes on showing them the week: tell that school if"
        " they no longer hold parental authority."
    )
    return [
        (shows if opens else entered) % {"school": school.name, "name": name}
        for school, opens in schools.items()
    ]


def _ended_already(request: PersonRequest, public_id: str) -> HttpResponse:
    """An old page about a guardian who is ended since, perhaps entered again. 404 for another school's."""
    kept = _found(Guardianship.objects.kept_by(request.user), public_id)
    if kept is None:
        raise Http404
    said = _("Nothing was changed: %(name)s isn’t a guardian of this student here any more.")
    there = [
        *guardians_of(kept.student, kept.school),
        *guardians_left_over(kept.student, request.user),
    ]
    again = (one for one in there if one.pk != kept.pk and one.school_id == kept.school_id)
    if any(is_same_guardian(one.guardian, kept.guardian) for one in again):
        said = _(
            "Nothing was changed: %(name)s was entered here again since. Press again on this page."
        )
    messages.info(request, said % {"name": kept.guardian.display_name})
    return _back_from(request, kept)


def _back_from(request: PersonRequest, kept: Guardianship) -> HttpResponse:
    if _is_shown(kept.student, request.user):
        return redirect("people:student_guardians", kept.student.public_id)
    return redirect("people:guardians", kept.school.public_id)


def _is_shown(student: Person, leader: Person) -> bool:
    """True if there is a page of the student's guardians."""
    here = students_led_by(leader).filter(pk=student.pk).exists()
    return here or bool(guardians_left_over(student, leader))


@require_POST
@requires(is_leader)
def change_guardian(request: PersonRequest, public_id: str) -> HttpResponse:
    kept = _kept(request, public_id)
    if kept is None:
        return _ended_already(request, public_id)
    if (quality := request.POST.get("quality", "")) in GuardianQuality.values:
        guardians.set_quality(guardianship=kept, quality=quality, by=request.user)
        messages.success(request, _("The legal quality is saved."))
    return redirect("people:student_guardians", kept.student.public_id)


@require_POST
@requires(is_leader)
def make_link(request: PersonRequest, public_id: str) -> HttpResponse:
    """A new one makes the old one void. The page that follows shows it, once: reloading that page
    makes none.
    """
    kept = _kept(request, public_id)
    if kept is None:
        return _ended_already(request, public_id)
    token = guardians.make_link(guardianship=kept, by=request.user)
    keep_new_link(request.session, kept.public_id, token)
    return redirect("people:student_guardians", kept.student.public_id)


@require_POST
@requires(is_leader)
def revoke_link(request: PersonRequest, public_id: str) -> HttpResponse:
    kept = _kept(request, public_id)
    if kept is None:
        return _ended_already(request, public_id)
    guardians.revoke_link(guardianship=kept, by=request.user)
    messages.success(request, _("The link opens nothing any more."))
    return redirect("people:student_guardians", kept.student.public_id)


def link_address(token: str, language: str) -> str:
    """The whole address, in the guardian's language."""
    with translation.override(Language(language)):
        path = next(answer(token) for answer in hooks.get_hooks(Hook.GUARDIAN_LINK))
    return f"{settings.SITE_ADDRESS}{path}"


@require_POST
@requires(is_leader)
def set_of_age(request: PersonRequest, public_id: str) -> HttpResponse:
    student = students_led_by(request.user).filter(public_id=public_id).first()
    if student is None:
        return left_already(request, public_id)
    guardians.set_of_age(
        student=student, is_of_age=request.POST.get("of_age") == "yes", by=request.user
    )
    messages.success(request, _("It is saved."))
    return redirect("people:student_guardians", student.public_id)
