"""Addresses of a session's pages."""

from django.urls import reverse


def address(name, session, *more):
    return reverse(f"training:{name}", args=[session.public_id, *more])
