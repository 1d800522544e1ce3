"""Refusals of a video class."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class NoDateLeft(Refusal):
    message = _("No date is left: each one falls on a day without class, or while you are away.")
    remedy = _("Choose other dates.")
