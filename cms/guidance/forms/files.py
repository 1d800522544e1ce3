"""Forms for uploaded images and files."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.guidance.services import uploads
from courses.exceptions import Refusal


class PictureField(WagtailImageField):
    """Removes the camera's metadata and shrinks a very large picture, before Wagtail opens it in
    the web process.
    """

    def __init__(self, *, person_id: int | None, **kwargs):
        super().__init__(**kwargs)
        self.person_id = person_id

    def to_python(self, data):
        if (
            isinstance(data, UploadedFile)
            and (data.size or 0) <= settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
        ):
            try:
                data = uploads.without_traces(data, person_id=self.person_id)
            except Refusal as refusal:
                raise ValidationError(f"{refusal.reason} {refusal.advice}".strip()) from refusal
        return super().to_python(data)


class PictureForm(BaseImageForm):
    """Wagtail checks type, size and pixels of the cleaned picture. Without a new file the stored one isn't
    opened: it may be lost, and the form is the way to mend that.
    """

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        if plain := self.fields.get("file"):
            said = {"label": plain.label, "required": plain.required, "widget": plain.widget}
            self.fields["file"] = PictureField(**said, person_id=user.pk if user else None)
        if description := self.fields.get("description"):
            description.help_text = _(
                "What the picture shows, in one sentence, for readers who can’t see it: it is"
                " proposed as the alternative text on each page. Don’t write the name of the file."
            )

    def _post_clean(self):
        if "file" not in self.changed_data:
            self.cleaned_data.pop("file", None)
        super()._post_clean()

    def _get_validation_exclusions(self) -> set[str]:
        unsent = {"file"} - set(self.changed_data)
        return super()._get_validation_exclusions() | unsent


class DocumentForm(BaseDocumentForm):
    """The help text lists the types allowed; the type is read from the content, not from the name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            endings = ", ".join(ending.upper() for ending in settings.WAGTAILDOCS_EXTENSIONS)
            most = uploads.DOCUMENT_BYTES // 1024 // 1024
            field.help_text = _("%(endings)s; %(most)d MB at most.") % {
                "endings": endings,
                "most": most,
            }
            field.widget.attrs["accept"] = ",".join(
                f".{ending}" for ending in settings.WAGTAILDOCS_EXTENSIONS
            )

    def _post_clean(self):
        # Behind the model's own look at the ending: one reason at a time.
        super()._post_clean()
        sent = self.cleaned_data.get("file")
        if (
            isinstance(sent, UploadedFile)
            and "file" not in self.errors
            and (refusal := uploads.why_not_take(sent))
        ):
            self.add_error("file", refusal.reason)
