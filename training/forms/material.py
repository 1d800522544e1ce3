"""A file or a link for the participants of a session."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.agenda.models import Meeting
from courses.dates import day
from training.forms.room import AddressField
from training.rules import why_not_this_link
from training.values import MATERIAL_MEGABYTES

WHOLE = _("The whole session")


class LinkField(AddressField):
    why_not = staticmethod(why_not_this_link)


class MaterialForm(forms.Form):
    """`dates` are those that can be chosen; `is_whole`: the whole session, too."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    upload = forms.FileField(label=_("File"), required=False)
    address = LinkField(label=_("Or a link"), help_text=_("It begins with https://."))
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=120,
        help_text=_("In the session’s language. Without one, a file is shown by its name."),
    )
    date = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args, dates: Iterable[Meeting], is_whole: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.dates = {meeting.public_id: meeting for meeting in dates}
        choices = [(key, day(one.starts_at)) for key, one in self.dates.items()]
        self.fields["upload"].help_text = _(
            "PDF, office documents, pictures, sound, film: at most %(most)s MB. Where a picture was"
            " taken is removed."
        ) % {"most": MATERIAL_MEGABYTES}
        self.fields["date"].choices = [("", WHOLE), *choices] if is_whole else choices
        self.fields["date"].required = not is_whole

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("address") and not given.get("title", "").strip():
            self.add_error("title", _("Say in some words where the link leads."))
        return given

    @property
    def as_deposited(self) -> dict:
        given = self.cleaned_data
        return {
            "key": given["key"],
            "sent": given["upload"],
            "address": given["address"],
            "title": given["title"],
            "meeting": self.dates.get(given["date"]),
        }
