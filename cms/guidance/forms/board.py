"""Filter of the parity board."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.guidance.enums import State
from cms.guidance.queries import parity


class BoardForm(forms.Form):
    """Filter and order of the parity board.

    An invalid value is ignored: the rest of the address still holds.
    """

    WHICH = [
        (parity.TO_DO, pgettext_lazy("pages", "To do")),
        (parity.ALL, pgettext_lazy("pages", "All")),
        (parity.MINE, _("Mine")),
    ]
    STATES = [
        ("", _("All states")),
        (State.MISSING, pgettext_lazy("page", "Missing")),
        (State.DRAFT, pgettext_lazy("page", "Draft")),
        (State.BEHIND, _("Behind")),
        (State.IN_STEP, _("Up to date")),
        (parity.ALONE, _("Online, without a translation")),
        (parity.REVIEW, _("In review")),
    ]
    SORTS = [
        ("since", _("Longest waiting first")),
        ("late", _("Most blocks behind first")),
        ("title", _("Title")),
        ("owner", _("Page owner")),
        ("check", _("Next check")),
    ]

    q = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    topic = forms.ModelChoiceField(
        parity.topics(),
        label=_("Topic"),
        required=False,
        to_field_name="public_id",
        empty_label=_("All topics"),
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    sort = forms.ChoiceField(label=_("Sort by"), choices=SORTS, required=False)
    overdue = forms.BooleanField(label=_("Overdue for a check"), required=False)
    which = forms.ChoiceField(choices=WHICH, required=False, widget=forms.HiddenInput)

    @cached_property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        said = self.cleaned_data
        return {
            "which": said.get("which") or parity.TO_DO,
            "topic": said.get("topic"),
            "state": said.get("state", ""),
            "overdue": said.get("overdue", False),
            "text": said.get("q", ""),
            "sort": said.get("sort") or "since",
        }

    @property
    def is_filtered(self) -> bool:
        return any(self.wanted[name] for name in ("topic", "state", "overdue", "text"))
