"""Addresses and texts of pages of continuity."""

from django.urls import reverse


def address(name, *args) -> str:
    return reverse(f"continuity:{name}", args=args)


def page(client, named, *args, **query) -> str:
    answer = client.get(address(named, *args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.text
