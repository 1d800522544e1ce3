"""Whose a login by an ENT is that found no account: said by whoever keeps the account, with the
reference that the page of that login gave.
"""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.exceptions import Refusal
from courses.people.models import Guardianship, Person
from courses.people.permissions import (
    PersonRequest,
    answers_corrections,
    is_registrar,
    keeps_students,
    requires,
)
from courses.people.queries.guardians import guardians_kept_by
from courses.people.queries.students import place_to_leave, students_kept_by
from courses.people.services.identities import take_key_off
from courses.roster.queries import is_of_a_set
from courses.signin import queries, services
from courses.signin.exceptions import KeyOfASet
from courses.signin.forms import ReferenceForm


@never_cache
@require_http_methods(["GET", "POST"])
@requires(answers_corrections)
def link(request: PersonRequest, public_id: str) -> HttpResponse:
    """A student's by the school, a guardian's by its leaders, another adult's by the registrars."""
    person = _kept_by(request.user, public_id)
    form = ReferenceForm(request.POST or None)
    if form.is_valid():
        try:
            services.link(
                reference=form.cleaned_data["reference"],
                person=person,
                by=request.user,
                school=None
                if person.is_adult
                else place_to_leave(person, kept_by=request.user).organisation,
            )
        except Refusal as refusal:
            form.add_error("reference", f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("The login is linked to this account."))
            return redirect("ent:link", person.public_id)
    context = {
        "person": person,
        "form": form,
        "is_adult": person.is_adult,
        "is_of_school": Person.objects.filter(_of_school(request.user), pk=person.pk).exists(),
        "back": _page_before(person, request.user),
        "keys": person.identities.order_by("namespace"),
        "providers": queries.providers_of(person),
    }
    return render(request, "signin/link.html", context, status=422 if form.errors else 200)


@require_POST
@requires(keeps_students)
def unlink(request: PersonRequest, public_id: str, pk: int) -> HttpResponse:
    """A student's or guardian's key that was put on by hand. Another adult's:
    `people:take_key_off_from`.
    """
    kept = Person.objects.filter(_of_school(request.user))
    person = get_object_or_404(kept, public_id=public_id)
    identity = get_object_or_404(person.identities, pk=pk)
    if is_of_a_set(identity):
        messages.error(request, KeyOfASet().reason)
    else:
        take_key_off(identity=identity, by=request.user)
        messages.success(request, _("The key is off: no login by an ENT opens this account by it."))
    return redirect("ent:link", person.public_id)


def _kept_by(keeper: Person, public_id: str) -> Person:
    """404 for anybody else's account, and for one's own."""
    kept = _of_school(keeper)
    if is_registrar(keeper):
        adults = Person.objects.of_registrars().filter(is_superuser=False).exclude(pk=keeper.pk)
        kept |= Q(pk__in=adults.values("pk"))
    return get_object_or_404(Person.objects.filter(kept), public_id=public_id)


def _of_school(keeper: Person) -> Q:
    """Students, and guardians who are nothing else, of the schools that keep their accounts."""
    students, guardians = students_kept_by(keeper), guardians_kept_by(keeper)
    return Q(pk__in=students.values("pk")) | Q(pk__in=guardians.values("pk"))


def _page_before(person: Person, keeper: Person) -> str:
    """Where whoever keeps the account came from."""
    if not person.is_adult:
        return reverse("people:student", args=[person.public_id])
    theirs = Guardianship.objects.running().filter(guardian=person).kept_by(keeper)
    if one := theirs.select_related("student").first():
        return reverse("people:student_guardians", args=[one.student.public_id])
    return reverse("people:person_letters", args=[person.public_id])
