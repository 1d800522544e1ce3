"""Where Django finds the models of the roof's rooms. Everybody else imports from the room."""

from cms.guidance.models import HomePage, ResourcePage, TextPage

__all__ = ["HomePage", "ResourcePage", "TextPage"]
