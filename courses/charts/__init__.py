"""Charts drawn by the server as SVG, each with its numbers as a table."""
