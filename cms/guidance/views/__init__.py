"""The doors of guidance."""
