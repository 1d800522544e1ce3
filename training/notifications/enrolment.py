"""Letters about one teacher's seat or turn."""
