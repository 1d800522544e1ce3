"""Keys that lie outside the database, and what hangs on them; a part of the base settings."""

import datetime
import os

# Makes the codes that stand for people at resources, and the secrets of signed links: 32 bytes or
# more. Another key is another code for everybody.
PSEUDONYM_KEY = os.environ.get("PASSERELLE_PSEUDONYM_KEY", "")
# Folder of the private keys that sign LTI launches; empty: no resource opens by LTI 1.3.
LTI_KEYS = os.environ.get("PASSERELLE_LTI_KEYS", "")

# Files (PEM) by which this site signs what it asks a SAML provider, and reads what is encrypted for
# it: key and certificate. While they are renewed: the next ones, too.
SAML_KEYS = [
    (os.environ.get("PASSERELLE_SAML_KEY", ""), os.environ.get("PASSERELLE_SAML_CERT", "")),
    (
        os.environ.get("PASSERELLE_SAML_NEXT_KEY", ""),
        os.environ.get("PASSERELLE_SAML_NEXT_CERT", ""),
    ),
]

# Makes the keys of the apps that show codes: 32 bytes or more. With another one every app shows wrong
# codes; recovery codes still open.
SECOND_FACTOR_KEY = os.environ.get("PASSERELLE_SECOND_FACTOR_KEY", "")
# The day from which whoever reaches further than own classes sets up a second step of the login
# before anything else; None: nobody has to.
SECOND_FACTOR_FROM: datetime.date | None = None
