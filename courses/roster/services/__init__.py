"""A directory's set: read, compared, applied, undone."""
