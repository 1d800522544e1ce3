"""Why not, in words for the person who asked."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class StillInTheOtherLanguage(Refusal):
    message = _("Not published: %(passages)d passages still stand in French, the first being “%(first)s”. Translate them, then publish.")


class SourceMovedOn(Refusal):
    message = _("The French page was published again while you were writing. Your text is kept as a draft: look at what changed.")


class NothingToTranslate(Refusal):
    message = _("There is no page in the other language to translate.")


class DeputyIsOwner(Refusal):
    message = _("The deputy stands in for who keeps the page: choose somebody else, or nobody.")


class NotAnAdviser(Refusal):
    message = _("%(name)s is no adviser any more: choose somebody else.")


class TooManyOpinions(Refusal):
    message = _("Many opinions came from your connection within a minute. Yours stands below, nothing is lost: send it again in a minute.")
