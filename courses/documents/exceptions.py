"""Errors of papers, and refusals of what people send to be read."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class PdfUnavailable(Exception):
    """This machine can't draw PDFs, or the page asked for something that it may not read.

    The message is one clear line.
    """


class FileLost(Http404):
    """A row names a file that the storage hasn't got. Answered 404 with a page of its own (`404.html`):
    the address is right, and the reader is told that the fault is ours.
    """


PHOTOGRAPH = _("Take a photo of each page instead.")
SAVE_AS_PDF = _("Save it as a PDF, or take a photo of each page.")


class TryAgain(Refusal):
    """Nothing is wrong with what was sent, and nothing of it was kept: answered 503, so that a
    phone sends it again by itself.
    """


class TooManyFilesAtOnce(TryAgain):
    message = _("Many photos and files are arriving just now.")
    remedy = _("Send this one again in a few seconds.")


class FileRefused(Refusal):
    """One file isn't taken for what it is: others that were sent with it may be."""


class FileEmpty(FileRefused):
    message = _("This file is empty.")
    remedy = _("Choose it again, or take the photo again.")


class FileTooHeavy(FileRefused):
    message = _("This file is too heavy: %(megabytes)s MB. At most %(most)s MB are taken.")
    remedy = PHOTOGRAPH


class KindOfFileNotTaken(FileRefused):
    message = _("This kind of file isn’t taken.")
    remedy = _("Save it as a PDF, which every phone opens.")


class FileHoldsMacros(FileRefused):
    message = _("It holds a program (macros).")
    remedy = _("Save it without macros, or as a PDF.")


class FilmNotTaken(FileRefused):
    message = _("This is a film or a recording, which can’t be handed in here.")
    remedy = _(
        "Take a photo of each page. If your teacher asked for a recording, ask where to put it."
    )


class KindNotTaken(FileRefused):
    message = _("This file is neither a photo nor a PDF.")
    remedy = SAVE_AS_PDF


class NotAPhoto(FileRefused):
    """Where nothing but a photo is asked for."""

    message = _("This file isn’t a photo.")
    remedy = _("Take a photo, or choose one: JPEG, HEIC, PNG or WebP.")


class PhotoTooHeavy(FileRefused):
    message = _("This photo is too heavy: %(megabytes)s MB. At most %(most)s MB are taken.")
    remedy = _("Take it again with fewer pixels.")


class NothingDrawn(FileRefused):
    message = _("The drawn signature is empty or can’t be read.")
    remedy = _("Draw it again, or sign with the typed name alone.")


class PictureBroken(FileRefused):
    message = _("This photo is cut off or broken.")
    remedy = _("Choose it again, or take it again.")


class PictureTooLarge(FileRefused):
    message = _(
        "This picture has %(megapixels)s million pixels. At most %(most)s million are taken."
    )
    remedy = _("Make it smaller, or take a photo of it.")


class PictureTooDense(FileRefused):
    message = _("This picture is far too heavy once it is opened.")
    remedy = _("Make it smaller, or take a photo of it.")


class PictureTooSmall(FileRefused):
    message = _("This picture is too small to be read: %(width)s by %(height)s pixels.")
    remedy = _("Take the photo again, closer.")


class PdfLocked(FileRefused):
    message = _("This file is locked by a password.")
    remedy = _("Send it without, or take a photo of each page.")


class PdfBroken(FileRefused):
    message = _("This PDF is broken: it can’t be opened.")
    remedy = _("Save it as a PDF again, or take a photo of each page.")


class PdfActive(FileRefused):
    message = _("This PDF holds something that runs, or other files inside it.")
    remedy = _("Open it, choose Print, then Save as PDF; or take a photo of each page.")


class PdfTooLong(FileRefused):
    message = _("This PDF has %(pages)s pages. At most %(most)s are taken.")
    remedy = _("Send only the pages that were asked for.")


class PdfTooDense(FileRefused):
    message = _("This PDF is far too heavy once it is opened.")
    remedy = PHOTOGRAPH


class KindNotTakenForSound(FileRefused):
    """Where a recording is asked for; photos and PDFs are taken beside it."""

    message = _("This file is neither a recording nor a photo nor a PDF.")
    remedy = _("Send the recording as M4A, MP3 or Ogg: a phone’s own recorder makes one of these.")


class FilmForSound(FileRefused):
    message = _("This is a film. Your teacher asks for a recording: the sound alone.")
    remedy = _("Record yourself with your phone’s recorder, not with its camera.")


class SoundTooHeavy(FileRefused):
    message = _(
        "This file is too heavy for a recording: %(megabytes)s MB. At most %(most)s MB and"
        " %(minutes)s minutes are taken."
    )
    remedy = _("Record something shorter, or at a lower quality; the sound alone, without a film.")


class SoundBroken(FileRefused):
    message = _("This recording is cut off or broken.")
    remedy = _("Choose it again, or record it again.")


class SoundKindNotTaken(FileRefused):
    message = _("This kind of recording isn’t taken.")
    remedy = _("Send it as M4A, MP3 or Ogg: a phone’s own recorder makes one of these.")


class SoundTooLong(FileRefused):
    message = _("This recording lasts %(minutes)s minutes. At most %(most)s are taken.")
    remedy = _("Record only what was asked for.")
