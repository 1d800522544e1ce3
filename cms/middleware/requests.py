"""A request as it arrives: its id, its client's address, no NUL in the address it asks for, and an
`Accept` that can be read.
"""

import logging
import re
import secrets
import time
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpResponseBadRequest

from cms.today.values import request_id

# An asterisk outside of `*/*` and `image/*`: parameters of RFC 2231, such as `q*=utf-8''1`.
EXTENDED = re.compile(r"(?<!/)\*(?!/)")
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{16,64}")  # nginx's 32 hexadecimal digits, or a UUID

requests = logging.getLogger("cms.requests")


class TrustedProxies:
    """`TRUSTED_PROXIES` as networks."""

    def __init__(self):
        self.networks = [ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __contains__(self, address: str) -> bool:
        """Whether a connection from this address comes from a proxy. A Unix socket has none."""
        return bool(self.networks) and (
            not address
            or (
                is_network_address(address)
                and any(ip_address(address) in network for network in self.networks)
            )
        )


def is_network_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class RequestIdMiddleware:
    """Gives each request an id, by which its lines are found in the logs of the proxy and of this
    site; the answer has it, too. Stands before all that write to the log.

    `X-Request-ID` is believed from a trusted proxy alone: a client that chooses it could write into
    our log, or hide among the lines of others.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.proxies = TrustedProxies()

    def __call__(self, request):
        began = time.monotonic()
        request.id = self.id_of(request)
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request.id
            # The view's name, never the address: some addresses open something.
            found = getattr(request, "resolver_match", None)
            requests.info(
                "answered",
                extra={
                    "method": request.method,
                    "view": found.view_name if found else "",
                    "status": response.status_code,
                    "ms": round((time.monotonic() - began) * 1000),
                },
            )
        finally:
            request_id.reset(token)
        return response

    def id_of(self, request) -> str:
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        if request.META.get("REMOTE_ADDR", "") in self.proxies and REQUEST_ID.fullmatch(sent):
            return sent
        return secrets.token_hex(16)


class ClientAddressMiddleware:
    """Puts the client's address into `REMOTE_ADDR`, for every limit that counts by address. Stands
    before all others but the one that must see the proxy's.

    Behind a proxy `REMOTE_ADDR` is the proxy's (or empty, on a Unix socket), and `X-Forwarded-For`
    is a list to which each proxy adds the address that it saw. It is read from its end, as far as
    the addresses are those of `TRUSTED_PROXIES`: what a client wrote into it itself stands further
    left and isn't read. Django and gunicorn leave this to the application.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.proxies = TrustedProxies()

    def __call__(self, request):
        if self.proxies.networks:
            request.META["REMOTE_ADDR"] = self.client_of(request)
        return self.get_response(request)

    def client_of(self, request) -> str:
        address = request.META.get("REMOTE_ADDR", "")
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while (
            forwarded
            and address in self.proxies
            and is_network_address(hop := forwarded.pop().strip())
        ):
            address = hop
        return address


class NulMiddleware:
    """400 for a NUL in an address:

    PostgreSQL refuses it in a text, which would be a page of error. SQLite doesn't.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("An address holds no NUL.", content_type="text/plain")
        return self.get_response(request)


class AcceptMiddleware:
    """Drops an `Accept` that Django can't read (`text/html; q*=bogus''1`), as if none had been sent:
    `request.accepts` raised `ValueError`, in our views, in Wagtail's and on the page of the error.

    Only what may fail is parsed: parsing a browser's takes 0.08 ms.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if EXTENDED.search(request.META.get("HTTP_ACCEPT", "")):
            try:
                request.accepted_types  # noqa: B018  parsed here
            except ValueError:
                del request.META["HTTP_ACCEPT"]
                del request.headers  # made from META anew
        return self.get_response(request)
