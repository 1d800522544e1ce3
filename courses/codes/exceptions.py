"""Refusals of a code on paper that was good once."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class CodeUsed(Refusal):
    message = _("This code was used already, on %(moment)s.")
    remedy = _("Take the next one on your slip.")


class CodeEnded(Refusal):
    message = _("This code was good until %(day)s.")
    remedy = _("Ask your school for a new slip.")
