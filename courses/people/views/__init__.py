"""Doors of the room: logging in, one's own account, letters, the start of a school."""

from courses.people.views.session import locked_out

__all__ = ["locked_out"]
