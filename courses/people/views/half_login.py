"""Between a right password and the code: a session that knows who it is about, with nobody logged in."""

import datetime
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from courses.people.models import Person
from courses.people.permissions import clear_pages

HALF, RESUMED = "half_login", "half_login_resumed"  # in a visitor's session
LASTS = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class HalfLogin:
    """Who has given the right password. `password_hash`: over once the password is another one.
    `resume`: the address that goes on with the login; empty for that of the login page.
    """

    person: int
    password_hash: str
    ends_at: str  # ISO 8601
    is_shared: bool = False
    resume: str = ""

    def person_now(self) -> Person | None:
        """None once it is over."""
        if datetime.datetime.fromisoformat(self.ends_at) <= timezone.now():
            return None
        person = Person.objects.filter(
            pk=self.person, is_active=True, second_factor__isnull=False
        ).first()
        if person is None or person.get_session_auth_hash() != self.password_hash:
            return None
        return person


def forget_pages(request: HttpRequest, response) -> None:
    """Clear the pages of whoever's session ends here, when somebody's session ends. Nor does whoever
    comes next read what no page has told them yet.
    """
    list(messages.get_messages(request))  # read, their cookie goes
    clear_pages(request, response)


def ask(
    request: HttpRequest, person: Person, *, to: str, is_shared: bool = False, resume: str = ""
) -> HttpResponseRedirect | None:
    """Whoever has a second step is sent to its page; None for anybody else. `to`: an address of this
    site. In a session whose key nobody knew before; that of whoever is logged in here ends.
    """
    if not Person.objects.filter(pk=person.pk, second_factor__isnull=False).exists():
        return None
    address = f"{reverse('people:second_factor_login')}?{urlencode({'next': to})}"
    response = HttpResponseRedirect(address)
    if request.user.is_authenticated:
        forget_pages(request, response)
        logout(request)
    half = HalfLogin(
        person=person.pk,
        password_hash=person.get_session_auth_hash(),
        ends_at=(timezone.now() + LASTS).isoformat(),
        is_shared=is_shared,
        resume=resume,
    )
    request.session[HALF] = asdict(half)
    request.session.set_expiry(LASTS)
    request.session.cycle_key()
    return response


def half_of(request: HttpRequest) -> HalfLogin | None:
    kept = request.session.get(HALF)
    return HalfLogin(**kept) if kept else None


def resume(request: HttpRequest, half: HalfLogin) -> HttpResponseRedirect:
    """The code was right: on to the address that goes on with the login."""
    forget(request)
    request.session[RESUMED] = asdict(half)
    request.session.cycle_key()
    return HttpResponseRedirect(half.resume)


def take_resumed(request: HttpRequest) -> Person | None:
    """Who has just given the right code. Once."""
    kept = request.session.pop(RESUMED, None)
    return HalfLogin(**kept).person_now() if kept else None


def forget(request: HttpRequest) -> None:
    for key in (HALF, RESUMED):
        request.session.pop(key, None)
