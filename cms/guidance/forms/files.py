"""Images and files, as they are put in."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.guidance.exceptions import PictureUnreadable
from cms.guidance.services import uploads
from courses.exceptions import Refusal


class PictureField(WagtailImageField):
    """A picture that breaks off is refused like any other that can't be read."""

    def to_python(self, data):
        try:
            return super().to_python(data)
        except (OSError, SyntaxError, ValueError) as error:
            raise ValidationError(PictureUnreadable().reason) from error


class PictureForm(BaseImageForm):
    """Wagtail looks at type, size and pixels; what a camera wrote into the picture goes before it is kept."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = PictureField(label=plain.label, required=plain.required, widget=plain.widget)

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if not isinstance(sent, UploadedFile):
            return sent
        try:
            return uploads.without_traces(sent)
        except Refusal as refusal:
            raise ValidationError(refusal.reason) from refusal


class DocumentForm(BaseDocumentForm):
    """The types are told before; a file is what its content says."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            endings = ", ".join(ending.upper() for ending in settings.WAGTAILDOCS_EXTENSIONS)
            most = uploads.DOCUMENT_BYTES // 1024 // 1024
            field.help_text = _("%(endings)s; %(most)d MB at most.") % {"endings": endings, "most": most}
            field.widget.attrs["accept"] = ",".join(f".{ending}" for ending in settings.WAGTAILDOCS_EXTENSIONS)

    def _post_clean(self):
        # Behind the model's own look at the ending: one reason at a time.
        super()._post_clean()
        sent = self.cleaned_data.get("file")
        if isinstance(sent, UploadedFile) and "file" not in self.errors and (refusal := uploads.why_not_take(sent)):
            self.add_error("file", refusal.reason)
