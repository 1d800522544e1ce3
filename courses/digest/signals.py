"""News that pages of the roof follow."""

from django.dispatch import Signal

# keys: frozenset[str], such as "training:session:<public id>" or "resource:<slug>"; sent after
# commit
told = Signal()
