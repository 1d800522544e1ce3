"""Signals of teachers' absences, sent after commit. One can be lost: `tick` rereads the rows."""

from django.dispatch import Signal

absence_changed = Signal()  # absence_id: recorded, moved or withdrawn
