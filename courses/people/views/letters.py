"""Letters sent to a person and why; in the demo sent emails are read here, part by part."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from courses.mail import documents
from courses.mail import services as mail
from courses.mail.models import Letter
from courses.mail.queries import late_mail
from courses.people.models import Person
from courses.people.permissions import PersonRequest, is_registrar, requires, signed_in
from courses.people.queries.letters import last_return, letters_to, lines_of, why_it_came_back
from courses.people.services import identities

PER_PAGE = 25
# A mail's own styles, in a frame of its own that runs nothing and loads nothing.
LETTER_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}
READER_POLICY = {**settings.SECURE_CSP, "frame-src": ["'self'"]}


@require_safe
@requires(signed_in)
def letters(request: PersonRequest):
    page = Paginator(letters_to(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "people/letters.html",
        {"page_obj": page, "lines": lines_of(page), "late_mail": late_mail(timezone.now())},
    )


@require_safe
@requires(is_registrar)
def person_letters(request: PersonRequest, public_id):
    """Another's record, without the letters' text: what went, what could not, and why."""
    person = get_object_or_404(Person.objects.kept_by(request.user), public_id=public_id)
    page = Paginator(letters_to(person), PER_PAGE).get_page(request.GET.get("page"))
    returned = last_return(person)
    return render(
        request,
        "people/person_letters.html",
        {
            "person": person,
            "late_mail": late_mail(timezone.now()),
            "why": why_it_came_back(returned.return_status) if returned else "",
            "edit_url": reverse("persons:edit", args=[person.pk]),
            "page_obj": page,
            "lines": lines_of(page),
            "changes": person.account_changes.select_related("by"),
            "keys": person.identities.order_by("namespace"),
        },
    )


@require_POST
@requires(is_registrar)
def take_key_off_from(request: PersonRequest, public_id: str, pk: int):
    """Another's, who asks for it or isn't the one whom a school's set means."""
    person = get_object_or_404(Person.objects.kept_by(request.user), public_id=public_id)
    identities.take_key_off(identity=get_object_or_404(person.identities, pk=pk), by=request.user)
    messages.success(
        request,
        _(
            "The key is off: no login by an ENT opens this account by it. Whoever was logged in is logged out."
        ),
    )
    return redirect("people:person_letters", person.public_id)


@require_POST
@requires(signed_in)
def send_again(request: PersonRequest, public_id):
    letter = get_object_or_404(Letter.objects.visible_to(request.user), public_id=public_id)
    once_more(request, letter)
    return redirect("people:letters")


@require_POST
@requires(is_registrar)
def send_again_to(request: PersonRequest, public_id):
    letter = get_object_or_404(
        Letter.objects.filter(to__in=Person.objects.kept_by(request.user)), public_id=public_id
    )
    once_more(request, letter)
    return redirect("people:person_letters", letter.to.public_id)


def once_more(request: HttpRequest, letter):
    mail.send_again(letter)
    messages.success(request, _("An email with the facts of today is on its way."))


@csp_override(READER_POLICY)
@require_safe
@requires(signed_in)
def letter(request: PersonRequest, public_id):
    letter = get_object_or_404(Letter.objects.visible_to(request.user), public_id=public_id)
    parts = documents.opened(letter)
    context = {
        "line": lines_of([letter])[0],
        "opened": parts,
        "calendar_text": parts.calendar.content.decode() if parts and parts.calendar else "",
        "is_readable": settings.MAILS_READ_IN_BROWSER,
    }
    return render(request, "people/letter.html", context)


@csp_override(LETTER_POLICY)
@xframe_options_sameorigin
@require_safe
@requires(signed_in)
def letter_html(request: PersonRequest, public_id):
    """The HTML part, for the frame of the reader. Links open in the whole window."""
    part = readable(request, public_id).html
    return HttpResponse(part.replace("<head>", '<head><base target="_top">', 1))


@require_safe
@requires(signed_in)
def letter_calendar(request: PersonRequest, public_id):
    """The calendar part, as it was sent."""
    parts = documents.opened(
        get_object_or_404(Letter.objects.visible_to(request.user), public_id=public_id)
    )
    if parts is None or parts.calendar is None:
        raise Http404
    return download(parts.calendar.content, "text/calendar; charset=utf-8", "passerelle.ics")


@require_safe
@requires(signed_in)
def letter_attachment(request: PersonRequest, public_id, place):
    attachments = readable(request, public_id).attachments
    if not place < len(attachments):
        raise Http404
    return download(
        attachments[place].content,
        "application/octet-stream",
        attachments[place].name or f"piece-{place + 1}",
    )


def readable(request: PersonRequest, public_id):
    """The parts of one's own sent letter; the reader is the demo's only."""
    letter = get_object_or_404(Letter.objects.visible_to(request.user), public_id=public_id)
    parts = documents.opened(letter)
    if parts is None or not settings.MAILS_READ_IN_BROWSER:
        raise Http404
    return parts


def download(content: bytes, mimetype: str, name: str) -> HttpResponse:
    """A file to keep, never a page of ours: the browser is told not to guess."""
    answer = HttpResponse(content, content_type=mimetype)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)
    return answer
