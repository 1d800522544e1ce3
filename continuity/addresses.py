"""Addresses of continuity's pages, looked up once: a week shows many things of a kind."""

from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils import translation

A_PUBLIC_ID = "0public0id0"


def address(name: str, public_id: str | None = None) -> str:
    """Address of a page of continuity; empty where the page doesn't exist.

    Looked up once for all things of a kind: a week has many.
    """
    pattern = _address_with(name, translation.get_language(), bool(public_id))
    return pattern.replace(A_PUBLIC_ID, public_id or "")


@cache
def _address_with(name: str, language: str, has_id: bool) -> str:
    """Address with a placeholder for the public id, in that language, which is the active one."""
    try:
        return reverse(f"continuity:{name}", args=[A_PUBLIC_ID] if has_id else [])
    except NoReverseMatch:
        return ""
