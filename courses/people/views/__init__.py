"""Doors of the room: logging in, one's own account, letters, the start of a school."""
