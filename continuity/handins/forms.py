"""The shape of what a student hands in."""

import hashlib
import uuid
from collections import Counter

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from continuity.handins.exceptions import TextIsAsked
from continuity.handins.values import MOST_PARTS, TEXT_CHARACTERS
from courses.fields import FreeText

TAKEN = "image/*,.heic,.heif,application/pdf"
TAKEN_WITH_SOUND = f"audio/*,.m4a,.mp3,.ogg,{TAKEN}"


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files; each is checked by the service that stores it."""

    widget = PhotosInput

    def clean(self, data, initial=None):
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if len(sent) > MOST_PARTS:
            raise forms.ValidationError(
                _("At most %(most)s photos at once."), params={"most": MOST_PARTS}
            )
        return sent


class HandInForm(forms.Form):
    """One form for all: photos, a text, and whether to hand in now or go on later."""

    receipt_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    replaces = forms.SlugField(required=False, max_length=12, widget=forms.HiddenInput)
    photos = PhotosField(
        required=False, widget=PhotosInput(attrs={"accept": TAKEN, "multiple": True})
    )
    text = FreeText(required=False, max_length=TEXT_CHARACTERS, strip=True, widget=forms.Textarea)
    expected = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_PARTS, widget=forms.HiddenInput
    )

    def __init__(self, *args, wants_text: bool = False, wants_sound: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if wants_sound:
            self.fields["photos"].widget.attrs["accept"] = TAKEN_WITH_SOUND
        text = self.fields["text"]
        if wants_text:
            text.label, text.required = _("Your text"), True
            text.error_messages["required"] = TextIsAsked.message
            text.widget.attrs |= {"rows": 12}
        else:
            text.label, text.help_text = (
                _("A word for your teacher"),
                _("For example what was in your way."),
            )
            text.widget.attrs |= {"rows": 2}
        text.widget.attrs["class"] = "input"

    @property
    def keys(self) -> list[uuid.UUID]:
        """One for each photo, by its content: the same page chosen again, in another place or under
        another name, is the same part. Of equal ones that were chosen at once, each has its number.
        """
        receipt_key = self.cleaned_data["receipt_key"]
        seen: Counter[str] = Counter()
        keys = []
        for photo in self.cleaned_data["photos"]:
            checksum = _checksum(photo)
            keys.append(uuid.uuid5(receipt_key, f"{checksum} {seen[checksum]}"))
            seen[checksum] += 1
        return keys


def _checksum(photo: UploadedFile) -> str:
    checksum = hashlib.sha256()
    for chunk in photo.chunks():
        checksum.update(chunk)
    photo.seek(0)
    return checksum.hexdigest()


class PhotoForm(forms.Form):
    """One photo, as the telephone sends it."""

    key = forms.UUIDField()
    photo = forms.FileField(allow_empty_file=True)
    expected = forms.IntegerField(required=False, min_value=1, max_value=MOST_PARTS)
    instead_of = forms.SlugField(required=False, max_length=12)
    receipt_key = forms.UUIDField(required=False, widget=forms.HiddenInput)  # of its form
    language = forms.ChoiceField(
        required=False, choices=settings.LANGUAGES
    )  # of the page: this address has none


class RetakeForm(forms.Form):
    """One photo in the place of another, without a script."""

    photo = forms.FileField(allow_empty_file=True)
