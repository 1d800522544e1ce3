"""The doors of the figures."""
