"""Several pictures or documents uploaded at once in Wagtail's admin, and the titles given to them below.

Of an answer that isn't JSON of 200, Wagtail's script (add-multiple.js) shows nothing but that the server
failed, and under a title not even that.
"""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import multiple_upload

from cms.guidance.views.kept_text import fields_after_error

EDITS = (multiple_upload.EditView, multiple_upload.CreateFromUploadView)
LOGIN = _("Your login has ended or changed: log in again in another tab, then try again here.")
MESSAGES: dict[int, Any] = {
    HTTPStatus.FOUND: LOGIN,
    HTTPStatus.BAD_REQUEST: _(
        "The connection was lost on the way. Nothing of it was kept, what had arrived before is still"
        " there: send it again."
    ),
    HTTPStatus.FORBIDDEN: LOGIN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("What you sent is too large"),
}


def as_json(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Change the answer to an upload that failed into JSON that the script shows: a message; of a title,
    a form that sends it again. Any other answer stays.
    """
    if request.method != "POST" or not (message := _message_of(response)):
        return response
    view = _view_at(request.path_info)
    answer = {"success": False, "error_message": message}
    if issubclass(view, EDITS) and (fields := fields_after_error(request)):
        about = {"address": request.get_full_path(), "fields": fields, "message": message}
        about["csrf_token"] = get_token(request)
        answer["form"] = render_to_string("guidance/admin/sent_again.html", about)
    elif not issubclass(view, multiple_upload.AddView):
        return response
    response.status_code = HTTPStatus.OK
    response.content = json.dumps(answer)
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _message_of(response: HttpResponse) -> str:
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        away = {"away": getattr(response, "away", "")}
        return render_to_string("components/what_is_away.html", away).strip()
    return str(MESSAGES.get(response.status_code, ""))


def _view_at(address: str) -> type:
    try:
        return getattr(resolve(address).func, "view_class", object)
    except Resolver404:
        return object
