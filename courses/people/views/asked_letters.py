"""Emails with a link that a visitor asks for. The answer tells nobody whether an account has the
address, neither by its words nor by how long it takes.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.mail.queries import late_mail
from courses.people.exceptions import TooManyLetters
from courses.people.forms.password import ForgottenForm
from courses.people.services import logins

# Posting a letter takes some hundredths of a second, where there is somebody to write to.
LEAST_SECONDS = 0.3


@contextmanager
def as_long_for_all(request: HttpRequest) -> Iterator[None]:
    """Raises `TooManyLetters`."""
    begun = time.perf_counter()
    logins.count_letter(request.META["REMOTE_ADDR"], timezone.now())
    yield
    time.sleep(max(0.0, LEAST_SECONDS - (time.perf_counter() - begun)))


def ask_by_address(
    request: HttpRequest, *, template: str, post_letter: Callable[[str], object], message: str
) -> HttpResponse:
    """A page that asks for the address, and posts the letter if an account has it."""
    form = ForgottenForm(request.POST or None)
    seconds_to_wait = 0
    if form.is_valid():
        try:
            with as_long_for_all(request):
                post_letter(form.cleaned_data["email"])
        except TooManyLetters as refusal:
            form.add_error(None, refusal.reason)
            seconds_to_wait = refusal.values["seconds"]
        else:
            messages.success(request, message)
            if late := late_mail(timezone.now()):
                messages.info(request, str(late))
            return redirect("people:login")
    context = {"form": form, "late_mail": late_mail(timezone.now())}
    response = render(request, template, context, status=429 if seconds_to_wait else 200)
    if seconds_to_wait:
        response.headers["Retry-After"] = str(seconds_to_wait)
    return response
