"""Signals about memberships, classes and guardians."""

from django.dispatch import Signal

# A membership began, ended or moved by somebody's hand. person_ids: set of int; sent after commit.
roles_changed = Signal()

# A guardian of a student in a school has another account from now on. school_id, student_id,
# before_id, after_id: int; sent before commit.
guardian_replaced = Signal()

# Students joined or left a class, group or option, on whatever day. before: by student, class, first
# day and end of each of their stays until now; by: a Person, or None; sent before commit, with the
# students held.
classes_changed = Signal()
