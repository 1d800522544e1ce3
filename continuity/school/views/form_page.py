"""A page with one form: shown, sent, shown again with what was typed and what is in the way."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.exceptions import Refusal


@dataclass(frozen=True)
class FormPage:
    """Its words, and the page it belongs to."""

    heading: str
    button: str
    back: str
    back_word: str
    lead: str = ""
    icon: str = "check"


def form_page(
    request: HttpRequest, page: FormPage, form: forms.Form, act: Callable[[dict], HttpResponse]
) -> HttpResponse:
    """`act` gets what was typed and calls one service; its refusal stands above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
    return render(
        request,
        "continuity/school/form_page.html",
        {"page": page, "form": form},
        status=422 if form.is_bound else 200,
    )
