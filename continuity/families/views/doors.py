"""How a guardian comes to a child: by account, or by a personal link without one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from continuity.equipment.queries.survey import with_surveys
from continuity.families.queries import with_lending
from continuity.week.views.week import WeekRequest
from courses.people.enums import Role
from courses.people.models import Guardianship, Membership, Person
from courses.people.permissions import is_guardian, open_to_anyone, requires
from courses.people.services import guardians

OPENED_A_MINUTE = 120  # pages of one link
WRONG_A_MINUTE = 30  # links that open nothing, from one network address


@dataclass(frozen=True)
class FamilyDoor:
    """The child that is shown, and the addresses of its pages. `token`: the secret part of the
    link by which the reader came; empty with an account.
    """

    guardianship: Guardianship
    token: str = ""

    @property
    def student(self) -> Person:
        return self.guardianship.student

    def url(self, page: str, *more: str) -> str:
        """Of `continuity:child_<page>`, or of `continuity:link_<page>`."""
        kind, key = ("link", self.token) if self.token else ("child", self.guardianship.public_id)
        return reverse(f"continuity:{kind}_{page}", args=[key, *more])


class FamilyRequest(WeekRequest):
    """A request behind one of these doors. For type checkers."""

    door: FamilyDoor
    student_shown: Person


def by_account(view: Callable[..., HttpResponseBase]) -> Callable:
    """The guardian's own child; another family's isn't there."""

    @requires(is_guardian)
    @wraps(view)
    def door(request: FamilyRequest, public_id: str, *args, **kwargs) -> HttpResponseBase:
        today = timezone.localdate()
        own = with_lending(
            with_surveys(Guardianship.objects.visible_to(request.user), today), today
        )
        found = get_object_or_404(
            own.select_related("student", "school", "guardian", "link"), public_id=public_id
        )
        _show(request, FamilyDoor(found))
        return view(request, *args, **kwargs)

    return door


def by_link(view: Callable[..., HttpResponseBase]) -> Callable:
    """One child, for whoever has the address; gone with the right, the school year and the link."""

    @open_to_anyone
    @wraps(view)
    def door(request: FamilyRequest, token: str, *args, **kwargs) -> HttpResponseBase:
        answer = _through_the_link(view, request, token, args, kwargs)
        # The secret is in the address.
        answer["Cache-Control"] = "private, no-store"
        # Other sites get no address; with "no-referrer" browsers would send `Origin: null` with the
        # page's own forms, which Django's CSRF check refuses.
        answer["Referrer-Policy"] = "same-origin"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return door


def _show(request: FamilyRequest, door: FamilyDoor) -> None:
    """The child whose pages these are; that the school is theirs today was asked with the row."""
    kept, student = door.guardianship, door.student
    student.current_memberships = [
        Membership(person=student, organisation=kept.school, role=Role.STUDENT)
    ]
    request.door, request.student_shown = door, student


def _through_the_link(view, request: FamilyRequest, token: str, args, kwargs) -> HttpResponseBase:
    link = guardians.link_opened_by(token)
    # Wrong ones are counted by network address, right ones by link: many families may share one
    # address of a mobile network.
    if link is None and _too_often(request.META.get("REMOTE_ADDR", ""), WRONG_A_MINUTE):
        return _wait_a_minute(request)
    if link is None:
        return render(request, "continuity/families/link_gone.html", status=404)
    if _too_often(f"link:{link.pk}", OPENED_A_MINUTE):
        return _wait_a_minute(request)
    _show(request, FamilyDoor(link.guardianship, token))
    try:
        return view(request, *args, **kwargs)
    except Http404:
        return render(request, "404.html", status=404)


def _too_often(whose: str, most: int) -> bool:
    key = f"guardian-link:{whose}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) > most


def _wait_a_minute(request: HttpRequest) -> HttpResponse:
    answer = render(
        request, "429.html", {"advice": _("Wait a minute, then try again.")}, status=429
    )
    answer["Retry-After"] = "60"
    return answer
