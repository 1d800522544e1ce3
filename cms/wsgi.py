"""The door for gunicorn; production settings unless told otherwise."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]

# 160 of the 256 KiB that Python then asks for at once: what a page calls takes the rest.
SLOTS = 20_000


def with_room(application: Application) -> Application:
    """The application, called from a frame so wide that all frames below it fit beside it.

    Python keeps the frames of a thread in chunks of 16 KiB and, before 3.13.13 and 3.14.4, gives an
    empty one back to the system at once (https://github.com/python/cpython/issues/142183). Where
    calls in a loop cross such a border each takes two system calls and a page fault: 300 a page.
    """

    def call(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        return application(environ, start_response)

    call.__code__ = call.__code__.replace(co_stacksize=SLOTS)
    return call


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")
application = with_room(get_wsgi_application())
