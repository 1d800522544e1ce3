"""Who may ask how the site runs."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

SHORTEST_TOKEN = 32


def has_metrics_token(request: HttpRequest) -> bool:
    """The token of PASSERELLE_METRICS_TOKEN, as Prometheus sends it. Never the network alone: behind
    a proxy on the same machine the whole world comes from it.
    """
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    right = settings.METRICS_TOKEN
    return (
        len(right) >= SHORTEST_TOKEN
        and scheme.lower() == "bearer"
        and constant_time_compare(token.strip(), right)
    )
