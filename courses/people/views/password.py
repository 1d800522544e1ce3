"""A password by mail: asked for, chosen through the link of a letter."""

from django.contrib import messages
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.mail.queries import late_mail
from courses.people import services
from courses.people.exceptions import TooManyLetters
from courses.people.forms.password import ChoosePasswordForm
from courses.people.models import Person
from courses.people.permissions import open_to_anyone
from courses.people.services import accounts
from courses.people.views.asked_letters import as_long_for_all, ask_by_address
from courses.people.views.session import enter, say_saved
from courses.required import required


def said_to_all() -> str:
    """The same whether the address is known or not."""
    return _(
        "If an account has this address, an email is on its way to it. Its link is valid for three"
        " days."
    )


@require_http_methods(["GET", "POST"])
@open_to_anyone
def forgotten(request: HttpRequest):
    return ask_by_address(
        request,
        template="people/forgotten.html",
        post_letter=services.ask_for_password,
        message=said_to_all(),
    )


class ChoosePassword(PasswordResetConfirmView):
    """The link of an invitation or of a forgotten password.

    Its code moves to the session, so that no address tells it on.
    """

    form_class = ChoosePasswordForm
    template_name = "people/choose_password.html"
    reset_url_token = "new"  # noqa: S105
    success_url = reverse_lazy("today:home")

    def get_user(self, uidb64):
        return Person.objects.filter(public_id=uidb64, is_active=True).first()

    def form_valid(self, form):
        person = required(self.user)
        services.choose_password(person=person, password=form.cleaned_data["new_password1"])
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        response = enter(self.request, person, to=self.get_success_url())
        say_saved(self.request)
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            public_id=self.kwargs["uidb64"], login=self.user.login if self.user else "", **kwargs
        )


choose_password = open_to_anyone(ChoosePassword.as_view())


@require_POST
@open_to_anyone
def new_link(request: HttpRequest, public_id):
    """The link was old or used: a fresh one, to the address of the account."""
    try:
        with as_long_for_all(request):
            person = Person.objects.filter(public_id=public_id, is_active=True).first()
            if person:
                accounts.send_password_link(person)
    except TooManyLetters as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, said_to_all())
        if late := late_mail(timezone.now()):
            messages.info(request, str(late))
    return redirect(reverse("people:login"))
