"""Teachers of today, by what names them."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from courses.people.models import Membership, Person


def teachers_of_today() -> QuerySet[Person]:
    teaching = Membership.objects.current().teaching().filter(person=OuterRef("pk"))
    return Person.objects.filter(Exists(teaching), is_active=True)


def teachers_named(names: list[str]) -> dict[str, Person]:
    """Teachers of today by what names them, a login or an email address, in small letters."""
    wanted = {name.casefold() for name in names}
    teachers = teachers_of_today().annotate(small_login=Lower("login"), small_email=Lower("email"))
    found: dict[str, Person] = {}
    for person in teachers.filter(Q(small_login__in=wanted) | Q(small_email__in=wanted)):
        for name in (person.small_email, person.small_login):  # a login wins
            if name in wanted:
                found[name] = person
    return found


def teachers_found(text: str, *, limit: int = 20) -> list[Person]:
    """Teachers of today by name, login, email address or school: every word must be found
    somewhere.
    """
    teaching = Membership.objects.current().teaching()
    found = teachers_of_today()
    for word in text.split():
        at_school = teaching.filter(
            Q(organisation__name__icontains=word)
            | Q(organisation__city__icontains=word)
            | Q(organisation__uai__iexact=word),
            person=OuterRef("pk"),
        )
        found = found.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(usage_name__icontains=word)
            | Q(login__icontains=word)
            | Q(email__icontains=word)
            | Exists(at_school)
        )
    schools = Prefetch("memberships", teaching.select_related("organisation"), to_attr="teaches_at")
    return list(found.prefetch_related(schools).order_by("family_name", "given_name", "pk")[:limit])
