"""Files of the code, with a list of their names for each release."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesOfRelease(CompressedManifestStaticFilesStorage):
    """Releases share `STATIC_ROOT`, where `collectstatic` leaves the files of earlier ones. Each reads
    a list named after its folder, so that one that is started again after the next one's
    `collectstatic`, or for good, finds its own files.
    """

    manifest_name = f"staticfiles-{settings.BASE_DIR.name}.json"
