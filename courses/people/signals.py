"""Signals about memberships, classes and guardians."""

from django.dispatch import Signal

roles_changed = (
    Signal()
)  # person_id: int; sent after commit, when a membership began, ended or moved by somebody's hand

# A guardian of a student in a school has another account from now on. school_id, student_id,
# before_id, after_id: int; sent before commit.
guardian_replaced = Signal()

# A student joined or left a class, group or option, on whatever day. student_id: int; before: class,
# first day and end of each of their stays until now; by: a Person, or None; sent before commit, with
# the student held.
classes_changed = Signal()
