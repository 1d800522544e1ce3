"""Log in by a link in an email."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.people.forms.session import SharedForm
from courses.people.models import SecondFactor
from courses.people.permissions import open_to_anyone
from courses.people.services import login_links
from courses.people.views.asked_letters import ask_by_address
from courses.people.views.session import enter, forget_pages


@require_http_methods(["GET", "POST"])
@open_to_anyone
def ask(request: HttpRequest) -> HttpResponse:
    return ask_by_address(
        request,
        template="people/ask_for_login_link.html",
        post_letter=login_links.ask_for_link,
        message=_(
            "If an account has this address, an email is on its way to it. Its link opens once,"
            " within 15 minutes."
        ),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@open_to_anyone
def log_in(request: HttpRequest, public_id: str, token: str) -> HttpResponse:
    """GET opens nothing: some mailboxes look at each link before a person does. A press does it.

    Whoever got in by it and comes back to it goes on to their page.
    """
    if request.method == "POST":
        person = login_links.use_link(public_id, token, timezone.now())
    else:
        person = login_links.whose_link(public_id, token)
    if person is None and getattr(request.user, "public_id", "") == public_id:
        return redirect(settings.LOGIN_REDIRECT_URL)  # a second tap, or the Back button
    if person is None:
        return render(request, "people/login_link_over.html", status=403)
    form = SharedForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        has_second_factor = SecondFactor.objects.filter(person=person).exists()
        context = {"person": person, "form": SharedForm(), "has_second_factor": has_second_factor}
        return render(request, "people/login_link.html", context)
    is_another = request.user.is_authenticated and request.user.pk != person.pk
    response = enter(
        request,
        person,
        to=resolve_url(settings.LOGIN_REDIRECT_URL),
        is_shared=form.cleaned_data["is_shared"],
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    if is_another:
        forget_pages(request, response)
    return response
