"""Signals of the rooms to the rest of the house, after commit."""

from django.dispatch import Signal

# meeting_id: the stays of that meeting were settled anew. Read them with `queries.stays_in`. May
# come twice.
presence_settled = Signal()
