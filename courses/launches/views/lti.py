"""Steps 2 and 3 of an LTI 1.3 launch, and our public keys. Without a language in the address, as
tools know it.
"""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from courses.exceptions import Refusal
from courses.launches import queries
from courses.launches.enums import LtiFault
from courses.launches.exceptions import ToolAsksWrongly
from courses.launches.gateways import lti
from courses.launches.models import ResourceConnection
from courses.launches.permissions import opens_resources
from courses.launches.services import launching
from courses.live.views.join import keeps_secrets
from courses.people.models import today
from courses.people.permissions import open_to_anyone

LONGEST_QUERY = 6000  # characters: what a web server takes in an address


@require_safe
@cache_control(public=True, max_age=3600)
@open_to_anyone
def public_keys(request: HttpRequest) -> HttpResponse:
    """With the coming key, which tools know before it signs, and the past one."""
    return JsonResponse({"keys": [key.public for key in queries.lti_keys(today())]})


@csrf_exempt
@keeps_secrets
@require_http_methods(["GET", "POST"])
@open_to_anyone
def authorize(request: HttpRequest) -> HttpResponse:
    """The tool sends the browser back with a request for who it is.

    A tool may do so by POST, which comes without our cookie (it is Lax): the browser is sent to the
    same address once more by GET, with which the cookie comes.
    """
    if request.method == "POST":
        return _once_more(request.POST)
    asked = request.GET
    try:
        connection = launching.tool_of(asked)
    except ToolAsksWrongly as refusal:
        test = _end_of_test(request, refusal.fault)
        return test or _not_sent(request, refusal, refusal.connection, status=400)
    if fault := lti.fault_of(asked.dict()):
        fields = lti.error_fields(fault, asked["state"])
        return _end_of_test(request, fault) or _to_the_tool(request, connection, fields)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("launches:learns", args=[connection.resource.slug]))
    try:
        token = launching.token_for(
            person=request.user,
            connection=connection,
            hint=asked.get("login_hint", ""),
            nonce=asked["nonce"],
            session_key=request.session.session_key or "",
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _not_sent(request, refusal, connection, status=403)
    return _to_the_tool(request, connection, {"id_token": token, "state": asked["state"]})


def _once_more(asked: QueryDict) -> HttpResponse:
    query = asked.urlencode()
    if len(query) > LONGEST_QUERY:
        return HttpResponse(status=HTTPStatus.REQUEST_URI_TOO_LONG)
    address = f"{reverse('lti:authorize')}?{query}"
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _end_of_test(request: HttpRequest, fault: LtiFault) -> HttpResponse | None:
    """Back to the page that says it in words, if a registrar has tested the way."""
    intent = launching.note_fault(
        fault,
        hint=request.GET.get("login_hint", ""),
        session_key=request.session.session_key or "",
        asked_address=request.GET.get("redirect_uri", ""),
    )
    return redirect("launches:keys", intent.connection.resource.slug) if intent else None


def _not_sent(
    request: HttpRequest,
    refusal: Refusal,
    connection: ResourceConnection | None,
    *,
    status: int,
) -> HttpResponse:
    """In our words, on a page of ours: the tool would show a code."""
    context = {"refusal": refusal, "connection": connection, "opens": opens_resources(request.user)}
    return render(request, "launches/not_sent.html", context, status=status)


def _to_the_tool(
    request: HttpRequest, connection: ResourceConnection, fields: dict[str, str]
) -> HttpResponse:
    """Step 3: a form that presses itself, on a page from which no form leads anywhere else."""
    address = request.GET["redirect_uri"]
    context = {"resource": connection.resource, "address": address, "fields": fields}
    policy = {**settings.SECURE_CSP, "form-action": queries.origins_of(connection)}
    response = csp_override(policy)(render)(request, "launches/passing_on.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
