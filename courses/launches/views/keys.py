"""A resource's secret and the key of its codes, for registrars."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.launches.forms import RenewCodesForm
from courses.launches.models import ResourceConnection
from courses.launches.queries import count_people, key_for_codes
from courses.launches.services import keys
from courses.people.permissions import PersonRequest, is_registrar, requires


@require_safe
@requires(is_registrar)
def resource_keys(request: PersonRequest, slug: str) -> HttpResponse:
    return _page(request, _signed(slug))


@require_POST
@requires(is_registrar)
def show_secret(request: PersonRequest, slug: str) -> HttpResponse:
    """To be copied to the provider. Noted in the log."""
    connection = _signed(slug)
    return _page(request, connection, secret=keys.show_secret(connection, by=request.user))


@require_POST
@requires(is_registrar)
def renew_secret(request: PersonRequest, slug: str) -> HttpResponse:
    connection = _signed(slug)
    keys.renew_secret(connection, by=request.user)
    messages.success(request, _("The secret is another one now. Give it to the provider at once."))
    return redirect("launches:keys", slug)


@require_POST
@requires(is_registrar)
def renew_codes(request: PersonRequest, slug: str) -> HttpResponse:
    """Everybody's work at the resource begins anew."""
    connection = _signed(slug)
    form = RenewCodesForm(request.POST)
    if not form.is_valid():
        return _page(request, connection, form=form, status=422)
    keys.renew_codes(connection, by=request.user)
    told = _("Everybody has a new code for %(resource)s from the next opening on.")
    messages.success(request, told % {"resource": connection.resource.name})
    return redirect("launches:keys", slug)


def _signed(slug: str) -> ResourceConnection:
    """Only a signed link has keys; and only where the site has a key to make them from."""
    rows = ResourceConnection.objects.select_related("resource")
    connection = get_object_or_404(rows, resource__slug=slug)
    if not connection.is_signed:
        raise Http404
    return connection


def _page(
    request: PersonRequest,
    connection: ResourceConnection,
    *,
    secret: str = "",
    form: RenewCodesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "connection": connection,
        "secret": secret,
        "people": count_people(connection),
        "form": form or RenewCodesForm(),
        "has_key": bool(key_for_codes()),
    }
    return render(request, "launches/keys.html", context, status=status)
