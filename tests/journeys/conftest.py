"""Fixtures that several stories share."""

from tests.factories.signin import ent, lea, server, teacher  # noqa: F401
