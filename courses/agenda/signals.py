"""News of teachers' absences, sent after commit. The rows are the facts; `tick` rereads them."""

from django.dispatch import Signal

absence_changed = Signal()  # absence_id: recorded, moved or withdrawn
