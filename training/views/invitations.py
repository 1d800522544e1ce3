"""Inviting all who may attend; and the page by which a person has no more of these emails."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_planner, open_to_anyone, requires
from training.models import Invitation, NoInvitations
from training.queries.invitations import teachers_to_invite
from training.rules import why_not_invite
from training.services import invitations
from training.views.planning import find


@requires(is_planner)
def invite(request: PersonRequest, public_id: str) -> HttpResponse:
    """How many at most, then all by one press."""
    session = find(request, public_id)
    if request.method == "POST":
        try:
            invitations.invite(session=session, by=request.user)
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("The emails are being written, some every minute."))
        return redirect("training:invite", session.public_id)
    invitation = Invitation.objects.filter(session=session).select_related("by").first()
    now = timezone.now()
    context = {
        "session": session,
        "invitation": invitation,
        "has_begun": session.starts_at <= now,
        "refusal": why_not_invite(session, now=now),
        "most": 0 if invitation else teachers_to_invite(session, now=now).count(),
        "is_full": session.count_seats_taken() >= session.capacity,
    }
    return render(request, "training/planning/invite.html", context)


@csrf_exempt  # a mail program's own button posts without a cookie (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_anyone
def no_invitations(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the email, and its List-Unsubscribe: no login, one press."""
    person = invitations.person_of(token)
    if person is None:
        raise Http404
    with translation.override(person.language):
        if request.method == "POST":
            if request.POST.get("wanted") == "yes":
                invitations.accept_again(person)
            else:
                invitations.refuse(person)
        context = {
            "token": token,
            "has_none": NoInvitations.objects.filter(person=person).exists(),
            "is_done": request.method == "POST",
        }
        return render(request, "training/no_invitations.html", context)
