"""Pictures and files beside a text: new ones, what each picture shows, which ones go."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from continuity.writing.values.files import Files


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several at once; each is looked into by the service, by its content."""

    def __init__(self, **kwargs):
        super().__init__(widget=FilesInput(attrs={"data-attachments": ""}), **kwargs)

    def clean(self, data, initial=None):
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one) for one in sent]


class FilesForm(forms.Form):
    """A part of other forms. `attachments` are those that are there already."""

    data: QueryDict  # of a form that was sent, which alone is asked for `wanted`

    uploads = FilesField(
        label=_("Add pictures or files"),
        required=False,
        help_text=_(
            "JPEG, PNG, WebP or HEIC pictures, PDF, office documents, sound, film: at most 20 MB"
            " each, 20 in all. Pictures are made smaller, and where they were taken is removed."
        ),
    )
    new_alt = forms.CharField(
        label=_("What the picture shows"),
        required=False,
        max_length=300,
        help_text=_(
            "For those who can’t see it, and where it doesn’t load. With several pictures, describe"
            " them once they are saved."
        ),
    )

    def __init__(self, *args, attachments=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.attachments = list(attachments)
        for attachment in self.attachments:
            if attachment.is_picture:
                self.fields[f"alt-{attachment.public_id}"] = forms.CharField(
                    label=_("What picture %(number)s shows") % {"number": attachment.number},
                    required=False,
                    max_length=300,
                    initial=attachment.alt,
                )
            self.fields[f"drop-{attachment.public_id}"] = forms.BooleanField(
                label=_("Take away “%(name)s”") % {"name": attachment.name}, required=False
            )

    def rows(self):
        """Each attachment with its fields, for the template."""
        for attachment in self.attachments:
            alt = f"alt-{attachment.public_id}"
            yield (
                attachment,
                self[alt] if alt in self.fields else None,
                self[f"drop-{attachment.public_id}"],
            )

    @property
    def wanted(self) -> Files:
        said = self.cleaned_data
        # With script there is a line for each picture, in the order of the files; without it, one
        # line for the first.
        alts = [alt.strip()[:300] for alt in self.data.getlist(self.add_prefix("new_alt"))]
        sent = said["uploads"]
        return Files(
            new=[(file, alts[n] if n < len(alts) else "") for n, file in enumerate(sent)],
            alts={
                name.removeprefix("alt-"): value
                for name, value in said.items()
                if name.startswith("alt-")
            },
            removed=frozenset(
                name.removeprefix("drop-")
                for name, value in said.items()
                if name.startswith("drop-") and value
            ),
        )
