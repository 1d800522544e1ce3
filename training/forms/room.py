"""Where a session, or one of its dates, takes place."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import RoomPlan
from training.models.room import LONGEST_ADDRESS
from training.rules import why_not_this_address
from training.values import RoomFields


class AddressField(forms.CharField):
    why_not = staticmethod(why_not_this_address)

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            max_length=LONGEST_ADDRESS,
            widget=forms.TextInput(
                attrs={
                    "inputmode": "url",
                    "autocapitalize": "none",
                    "autocomplete": "off",
                    "spellcheck": "false",
                }
            ),
            **kwargs,
        )

    def validate(self, value):
        super().validate(value)
        if refusal := self.why_not(value):
            raise forms.ValidationError(f"{refusal.reason} {refusal.advice}".strip())


class RoomForm(forms.Form):
    """`stamp` is that of the plan over which the form is filled in."""

    stamp = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    address = AddressField(
        label=_("Address of the room in the provider’s own tool"),
        help_text=_(
            "It begins with https://. Empty: the video room of Passerelle. No mail and no page shows"
            " it: the join address that everybody has leads there, from a quarter of an hour before."
        ),
    )
    tool = forms.CharField(label=_("Name of that tool"), required=False, max_length=60)
    learns = forms.CharField(
        label=_("What that tool learns of participants"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "In the session’s language: teachers read it before they enrol, and in their reminders."
            " For example: the name that you type, your address on the network, when you come and go."
        ),
    )
    plan_b_address = AddressField(
        label=_("Plan B: another address"),
        help_text=_("Nobody reads it before plan B is announced."),
    )
    plan_b_words = forms.CharField(
        label=_("Plan B in words"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example a telephone number and its code. It is on the join page only."),
    )

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("address"):
            for name in ("tool", "learns"):
                if not given.get(name, "").strip() and name not in self.errors:
                    self.add_error(name, _("Needed with an address of the provider’s own tool."))
        return given

    @property
    def stamp_read(self) -> str | None:
        """None from a page of an earlier release, which doesn't send it."""
        return self.cleaned_data["stamp"] if self.add_prefix("stamp") in self.data else None

    @property
    def fields_of_room(self) -> RoomFields:
        given = {name: said for name, said in self.cleaned_data.items() if name != "stamp"}
        return RoomFields(**given)

    @staticmethod
    def initial_of(plan: RoomPlan | None) -> dict:
        return {name: getattr(plan, name) for name in RoomForm.base_fields} if plan else {}
