"""My resources, what each learns about me, and opening one."""

from django.contrib import messages
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.catalogue.models import Resource
from courses.exceptions import Refusal
from courses.launches import queries
from courses.launches.exceptions import LearnsSomethingElse, NoLicenceForYou
from courses.launches.forms import RenewCodeForm, TellsForm
from courses.launches.models import ResourceConnection
from courses.launches.permissions import opens_resources, reads_own_launches
from courses.launches.services import choices, opening
from courses.launches.values import Knowledge
from courses.launches.views.leaving import leaving_page
from courses.launches.views.rows import ResourceRow, row_of, rows_of
from courses.people.models import today
from courses.people.permissions import PersonRequest, posted_from, requires
from courses.writable import database_is_away


@require_safe
@requires(reads_own_launches)
def my_resources(request: PersonRequest) -> HttpResponse:
    """What my school, class and subject give me today."""
    mine = queries.my_resources(request.user, today())
    rows = rows_of(request.user, mine.shown, today())
    context = {"rows": rows, "not_for_me": mine.not_for_me}
    return render(request, "launches/mine.html", context)


@require_safe
@requires(reads_own_launches)
def learns(request: PersonRequest, slug: str) -> HttpResponse:
    """What this resource learns about me, before I open it and ever after."""
    resource = get_object_or_404(Resource, slug=slug)
    found = queries.my_resource(request.user, resource, today())
    if found is None:
        # A teacher of theirs, or a page, has led here.
        messages.info(request, NoLicenceForYou(resource=resource.name).reason)
        return redirect("launches:mine")
    return _learns(request, row_of(request.user, found, today()))


@require_POST
@requires(opens_resources)
def open_resource(request: PersonRequest, slug: str) -> HttpResponse:
    """Answer with a page that goes on by itself."""
    row = _row(request, slug)
    resource = row.one.resource
    shown, now = request.POST.get("shown", ""), timezone.now()
    try:
        address = opening.open_resource(
            person=request.user,
            resource=resource,
            shown=shown,
            session_key=request.session.session_key or "",
            now=now,
        )
    except Refusal as refusal:
        # Without `shown` the press was on the list: the page says what there is to read.
        if shown or not isinstance(refusal, LearnsSomethingElse):
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return redirect("launches:learns", slug)
    except (DatabaseError, InterfaceError) as error:
        if not database_is_away(error):
            raise
        request.shown_at = reverse("launches:learns", args=[slug])
        response = _learns(request, row, status=503, is_away=True)
        response.headers["Retry-After"] = "30"
        return response
    return leaving_page(request, resource, address, back=reverse("launches:learns", args=[slug]))


@posted_from("launches:learns")
@requires(opens_resources)
def choose(request: PersonRequest, slug: str) -> HttpResponse:
    """Which optional attributes are told."""
    row = _row(request, slug)
    connection, knowledge = _opened_by(row)
    form = TellsForm(request.POST, knowledge=knowledge)
    if not form.is_valid():
        return _learns(request, row, form, status=422)
    choices.choose(person=request.user, connection=connection, tells=form.cleaned_data["tells"])
    messages.success(request, _("Saved. It holds from your next opening on."))
    return redirect("launches:learns", slug)


@posted_from("launches:learns")
@requires(opens_resources)
def renew_code(request: PersonRequest, slug: str) -> HttpResponse:
    row = _row(request, slug)
    connection, _knowledge = _opened_by(row)
    if not connection.gives_code:
        raise Http404
    renewal = RenewCodeForm(request.POST)
    if not renewal.is_valid():
        return _learns(request, row, renewal=renewal, status=422)
    choices.renew_code(person=request.user, connection=connection)
    told = _("You have a new code for %(resource)s: the next opening sends this one.")
    messages.success(request, told % {"resource": row.one.resource.name})
    return redirect("launches:learns", slug)


@require_POST
@requires(opens_resources)
def did_not_open(request: PersonRequest, slug: str) -> HttpResponse:
    """Counted without the person; the page says what to do meanwhile."""
    row = _row(request, slug)
    opening.report_failure(person=request.user, resource=row.one.resource, now=timezone.now())
    return redirect("launches:learns", slug)


def _row(request: PersonRequest, slug: str) -> ResourceRow:
    """One that a school of the person has, or that the person once opened; another isn't there."""
    resource = get_object_or_404(Resource, slug=slug)
    found = queries.my_resource(request.user, resource, today())
    if found is None:
        raise Http404
    return row_of(request.user, found, today())


def _opened_by(row: ResourceRow) -> tuple[ResourceConnection, Knowledge]:
    """Those of a resource that can be opened today; else it isn't there."""
    if row.one.connection is None or row.standing.knowledge is None:
        raise Http404
    return row.one.connection, row.standing.knowledge


def _learns(
    request: PersonRequest,
    row: ResourceRow,
    form: TellsForm | None = None,
    renewal: RenewCodeForm | None = None,
    status: int = 200,
    is_away: bool = False,
) -> HttpResponse:
    """`is_away`: the database took no opening."""
    one, knowledge = row.one, row.standing.knowledge
    if form is None and knowledge and knowledge.choices:
        form = TellsForm(knowledge=knowledge)
    context = {
        "one": one,
        "standing": row.standing,
        "launches": queries.launches_of(request.user, one.resource),
        "most": queries.MOST_LAUNCHES,
        "failing": queries.failing_launch(request.user, one.resource, timezone.now()),
        "licence_for": queries.for_whom(one.entitlement.licence) if one.entitlement else "",
        "form": form,
        "is_away": is_away,
        "renewal": renewal or RenewCodeForm(),
    }
    return render(request, "launches/learns.html", context, status=status)
