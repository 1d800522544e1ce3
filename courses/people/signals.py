"""Signals about memberships."""

from django.dispatch import Signal

roles_changed = (
    Signal()
)  # person_id: int; sent after commit, when a membership began, ended or moved by somebody's hand
