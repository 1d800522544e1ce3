"""Our key and certificate, by which SAML providers know us. Without pysaml2: the form asks, too."""

import shutil
from pathlib import Path

from django.conf import settings

from courses.signin.exceptions import OurKeyMissing

type OurKeys = tuple[tuple[str, str], ...]


def our_keys() -> OurKeys:
    """Files of key and certificate; while they are renewed, those to come, too: answers encrypted for
    either are read. Raises `OurKeyMissing`, without the program that uses them as well.
    """
    pairs = tuple((key, cert) for key, cert in settings.SAML_KEYS if key or cert)
    if not pairs or not all(Path(name).is_file() for pair in pairs for name in pair):
        raise OurKeyMissing
    if shutil.which("xmlsec1") is None:
        raise OurKeyMissing
    return pairs
