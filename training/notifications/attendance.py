"""Letters after a meeting: the sheet to close, the certificate that is there."""
