"""Counts requests by view and status, and how long they take."""

import time

from django.conf import settings

from cms.operations import gateways


class MetricsMiddleware:
    """Stands before those that answer by themselves (but static files), so that this is counted, too."""

    def __init__(self, get_response):
        self.get_response = get_response
        gateways.count_in_folder()

    def __call__(self, request):
        began = time.perf_counter()
        response = self.get_response(request)
        view = self.view_of(request)
        gateways.REQUESTS.labels(view, str(response.status_code)).inc()
        gateways.SECONDS.labels(view).observe(time.perf_counter() - began)
        if result := getattr(request, "page_cache", ""):
            gateways.PAGE_CACHE.labels(result).inc()
        return response

    @staticmethod
    def view_of(request) -> str:
        """Its name among the addresses: never the address, which holds ids and secrets."""
        if match := request.resolver_match:
            return match.view_name or "unnamed"
        if getattr(request, "page_cache", "") == "hit":
            return "kept page"
        return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
