"""Why a date can't be had."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class MeetingCancelled(Refusal):
    message = _("The meeting of %(starts_at)s is cancelled: it can’t be moved any more.")
    remedy = _("Add a new date instead.")
