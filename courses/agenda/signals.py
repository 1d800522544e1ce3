"""Signals of teachers' absences and schools' calendars."""

from django.dispatch import Signal

# absence_id: recorded, moved or withdrawn. Sent after commit: one can be lost, `tick` rereads the
# rows.
absence_changed = Signal()
weeks_counted = Signal()  # school_id: int; sent with the new calendar, before commit
