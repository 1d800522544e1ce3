"""The words for subscriptions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

SET_COST = "catalogue.set_cost"  # the log's action


class LicenceScope(models.TextChoices):
    WHOLE_SCHOOL = "school", _("The whole school")
    SUBJECTS = "subjects", _("Some subjects")
    NAMED = "named", _("Named teachers")
