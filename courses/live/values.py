"""The rooms' hours."""

from datetime import timedelta

OPENS_BEFORE = timedelta(minutes=15)
STAYS_OPEN_AFTER = timedelta(minutes=30)
