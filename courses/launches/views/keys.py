"""A resource's secret and the key of its codes, what an LTI tool has to know, and a test of it: for
registrars.
"""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.launches.forms import RenewCodesForm, RenewSecretForm
from courses.launches.gateways import lti
from courses.launches.models import ResourceConnection, ResourceConnectionQuerySet
from courses.launches.queries import has_keys, last_test, launch_addresses_of
from courses.launches.services import intents, keys
from courses.launches.views.leaving import leaving_page
from courses.people.models import today
from courses.people.permissions import PersonRequest, is_registrar, posted_from, requires


@require_safe
@requires(is_registrar)
def resource_keys(request: PersonRequest, slug: str) -> HttpResponse:
    return _page(request, _with_codes(slug))


@posted_from("launches:keys")
@requires(is_registrar)
def show_secret(request: PersonRequest, slug: str) -> HttpResponse:
    """To be copied to the provider. Noted in the log."""
    connection = _signed(slug)
    return _page(request, connection, secret=keys.show_secret(connection, by=request.user))


@posted_from("launches:keys")
@requires(is_registrar)
def renew_secret(request: PersonRequest, slug: str) -> HttpResponse:
    connection, form = _signed(slug), RenewSecretForm(request.POST)
    if not form.is_valid():
        return _page(request, connection, secret_form=form, status=422)
    keys.renew_secret(connection, by=request.user)
    messages.success(request, _("The secret is another one now. Give it to the provider at once."))
    return redirect("launches:keys", slug)


@posted_from("launches:keys")
@requires(is_registrar)
def renew_codes(request: PersonRequest, slug: str) -> HttpResponse:
    """Everybody's work at the resource begins anew."""
    connection = _with_codes(slug)
    form = RenewCodesForm(request.POST)
    if not form.is_valid():
        return _page(request, connection, form=form, status=422)
    keys.renew_codes(connection, by=request.user)
    told = _("Everybody has a new code for %(resource)s from the next opening on.")
    messages.success(request, told % {"resource": connection.resource.name})
    return redirect("launches:keys", slug)


@require_POST
@requires(is_registrar)
def launch_test(request: PersonRequest, slug: str) -> HttpResponse:
    """An LTI launch as of a person, with a code that is nobody's. The page of keys says how far it
    came.
    """
    connection = get_object_or_404(_ways().lti(), resource__slug=slug)
    if not has_keys(connection, today()):
        return redirect("launches:keys", slug)
    address = intents.begin(
        person=request.user,
        connection=connection,
        session_key=request.session.session_key or "",
        now=timezone.now(),
    )
    back = reverse("launches:keys", args=[slug])
    return leaving_page(request, connection.resource, address, back=back)


def _ways() -> ResourceConnectionQuerySet:
    return ResourceConnection.objects.select_related("resource")


def _with_codes(slug: str) -> ResourceConnection:
    """Through the ENT there are none."""
    connection = get_object_or_404(_ways(), resource__slug=slug)
    if not connection.gives_code:
        raise Http404
    return connection


def _signed(slug: str) -> ResourceConnection:
    """Only a signed link has a secret."""
    connection = _with_codes(slug)
    if not connection.is_signed:
        raise Http404
    return connection


def _page(
    request: PersonRequest,
    connection: ResourceConnection,
    *,
    secret: str = "",
    secret_form: RenewSecretForm | None = None,
    form: RenewCodesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    words = _("%(resource)s: secret and codes")
    if connection.is_lti:
        words = _("%(resource)s: LTI 1.3 and codes")
    context = {
        "title": words % {"resource": connection.resource.name},
        "connection": connection,
        "secret": secret,
        "form": form or RenewCodesForm(),
        "secret_form": secret_form or RenewSecretForm(),
        "has_keys": has_keys(connection, today()),
    }
    if connection.is_lti:
        context |= {
            "issuer": settings.SITE_ADDRESS,
            "deployment": lti.DEPLOYMENT,
            "addresses": launch_addresses_of(connection),
            "test": last_test(request.user, connection, timezone.now()),
        }
    return render(request, "launches/keys.html", context, status=status)
