"""Pictures and documents that Wagtail's scripts send in the admin: several uploaded at once, the titles
given to them below, their deletion, and the upload in the window in which one is chosen.

Of an answer that isn't JSON of 200, these scripts (add-multiple.js, chooser-modal.js) show nothing but that
the server failed, and under a title not even that. A `notice` is shown by a script of ours, failed_file.js.
"""

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import chooser, multiple_upload

from cms.guidance.views.kept_text import fields_after_error

EDITS = (multiple_upload.EditView, multiple_upload.CreateFromUploadView)
DELETIONS = (multiple_upload.DeleteView, multiple_upload.DeleteUploadView)
LOGIN = _("Your login has ended or changed: log in again in another tab, then try again here.")
MAY_NOT = _("You aren’t allowed to do this. Nothing was changed.")
MESSAGES: dict[int, Any] = {
    HTTPStatus.FOUND: LOGIN,
    HTTPStatus.BAD_REQUEST: _(
        "The connection was lost on the way. Nothing of it was kept, what had arrived before is still"
        " there: send it again."
    ),
    HTTPStatus.FORBIDDEN: LOGIN,
    HTTPStatus.NOT_FOUND: _("This file isn’t there any more: it was deleted meanwhile."),
    HTTPStatus.CONFLICT: _("A page uses this file: it isn’t deleted."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("What you sent is too large"),
}


def note_refusal(request: HttpRequest, exception: Exception) -> None:
    """Remember, for `as_json`, that somebody is logged in and may not do this: other answers of 403 are
    about the login.
    """
    if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
        request.is_refused = True  # type: ignore[attr-defined]


def as_json(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Change the answer to a request that failed into JSON that the script shows: a message; of a title,
    a form that sends it again. What was to be deleted and is gone is deleted. Any other answer stays.
    """
    if request.method != "POST" or not (message := _message_of(request, response)):
        return response
    view = _view_at(request.path_info)
    is_gone = response.status_code == HTTPStatus.NOT_FOUND
    answer: dict[str, Any] = {"success": False, "error_message": message}
    if issubclass(view, EDITS):
        may_again = not (is_gone or hasattr(request, "is_refused"))
        answer["form"] = _form(request, message, may_again=may_again)
    elif issubclass(view, DELETIONS):
        answer = {"success": True} if is_gone else {"success": False, "notice": message}
    elif issubclass(view, chooser.CreateViewMixin):
        answer = {"notice": message}
    elif not issubclass(view, multiple_upload.AddView):
        return response
    response.status_code = HTTPStatus.OK
    response.content = json.dumps(answer)
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _form(request: HttpRequest, message: str, *, may_again: bool) -> str:
    """In the place of the one that failed: the message, and what was typed, to be sent again."""
    fields = fields_after_error(request) if may_again else None
    about = {"address": request.get_full_path(), "fields": fields, "message": message}
    about["csrf_token"] = get_token(request)
    return render_to_string("guidance/admin/sent_again.html", about)


def _message_of(request: HttpRequest, response: HttpResponse) -> str:
    if hasattr(request, "is_refused"):
        return str(MAY_NOT)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        away = {"away": getattr(response, "away", "")}
        return render_to_string("components/what_is_away.html", away).strip()
    return str(MESSAGES.get(response.status_code, ""))


def _view_at(address: str) -> type:
    try:
        return getattr(resolve(address).func, "view_class", object)
    except Resolver404:
        return object
