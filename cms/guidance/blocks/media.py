"""Pictures, files and films of a page."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from cms.guidance.blocks.features import PARAGRAPHS
from cms.guidance.values.file_names import is_name_of_file

VIDEO_FILES = ("mp4", "webm", "m4v")
CAPTION_FILES = ("vtt",)
FILES_OF_A_FILM = ("film", "captions")


class FigureBlock(blocks.StructBlock):
    """A picture with its words for those who don't see it, or ticked as decorative:

    Wagtail's own block refuses neither and both.
    """

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)
    credit = blocks.CharBlock(label=_("Made by"), max_length=120, required=False)

    def clean(self, value):
        """The name of a file is no description: it is refused as soon as the page goes to others,
        not in a draft.
        """
        cleaned = super().clean(value)
        picture = cleaned["image"]
        if (
            not self.is_deferred_validation
            and picture
            and not picture.decorative
            and is_name_of_file(picture.contextual_alt_text or "", picture.file.name)
        ):
            words = ValidationError(
                _(
                    "This is the name of the file. Say what is to be seen, for readers who can’t"
                    " see the picture."
                )
            )
            raise blocks.StructBlockValidationError(
                block_errors={
                    "image": blocks.StructBlockValidationError(block_errors={"alt_text": words})
                }
            )
        return cleaned

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "guidance/blocks/figure.html"


class FileBlock(blocks.StructBlock):
    """A file to take away; its type and size are shown."""

    file = DocumentChooserBlock(label=_("File"))
    says = blocks.CharBlock(label=_("What it is"), max_length=200, required=False)

    def get_context(self, value, parent_context=None):
        return {
            **super().get_context(value, parent_context),
            "kind": extension_of(value["file"]).upper(),
        }

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "guidance/blocks/file.html"


class VideoBlock(blocks.StructBlock):
    """A film kept here, with captions and its words; or a link to where it is: nothing is loaded
    from there before a click.
    """

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    film = DocumentChooserBlock(
        label=_("Film"),
        required=False,
        help_text=_("An MP4 or WebM file. Leave it empty for a link."),
    )
    captions = DocumentChooserBlock(
        label=_("Captions"),
        required=False,
        help_text=_("A VTT file, in the language of this page."),
    )
    address = blocks.URLBlock(
        label=_("Address"), required=False, help_text=_("Where the film is, if it isn’t kept here.")
    )
    length = blocks.CharBlock(
        label=_("Length"), max_length=40, required=False, help_text=_("As it is said: “4 min”.")
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=PARAGRAPHS,
        required=False,
        help_text=_("All that is said, and what is shown and matters."),
    )

    def bulk_to_python(self, values):
        """Films and captions in one query, however many there are."""
        files = get_document_model().objects.in_bulk(
            {raw[name] for raw in values for name in FILES_OF_A_FILM if raw.get(name)}
        )
        films = super().bulk_to_python([raw | dict.fromkeys(FILES_OF_A_FILM) for raw in values])
        for film, raw in zip(films, values, strict=True):
            film.update({name: files.get(raw.get(name)) for name in FILES_OF_A_FILM})
        return films

    def clean(self, value):
        cleaned = super().clean(value)
        if errors := why_not_show(cleaned):
            raise blocks.StructBlockValidationError(
                block_errors={name: ValidationError(str(words)) for name, words in errors.items()}
            )
        return cleaned

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        # The captions are in the page's language, which isn't the reader's where the page is
        # missing in theirs.
        spoken = context.get("shown_in") or get_language()
        return {**context, "host": host_of(value["address"]), "spoken": spoken}

    class Meta:
        icon = "media"
        label = _("Video")
        template = "guidance/blocks/video.html"


def why_not_show(film) -> dict[str, str | Promise]:
    """Errors of a film that not everybody could follow: a field's name → words."""
    errors: dict[str, str | Promise] = {}
    if bool(film["film"]) == bool(film["address"]):
        errors["address"] = _(
            "A film is either kept here or somewhere else: choose a file or write an address."
        )
    if film["film"]:
        if extension_of(film["film"]) not in VIDEO_FILES:
            errors["film"] = _(
                "Browsers show MP4 and WebM films. Convert this one, then choose it."
            )
        if not film["captions"]:
            errors["captions"] = _(
                "Without captions, people who can’t hear or have no headphones are left out."
            )
        if not film["transcript"]:
            errors["transcript"] = _(
                "Write down what is said: it is read where a film can’t be played, and on paper."
            )
    if film["captions"] and extension_of(film["captions"]) not in CAPTION_FILES:
        errors["captions"] = _("Captions are a VTT file.")
    return errors


def extension_of(document) -> str:
    return document.file_extension.lower() if document else ""


def host_of(address: str) -> str:
    """The site that a link leads to, as people say it."""
    return (urlsplit(address).hostname or "").removeprefix("www.")
