"""Fixtures for several stories."""

from tests.factories.backups import certificate, folder  # noqa: F401
