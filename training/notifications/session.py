"""Letters about a session: moved, cancelled, led by, and what an adviser writes to those who come."""
