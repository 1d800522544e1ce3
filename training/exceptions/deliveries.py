"""Delivery notes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class MonthNotOver(Refusal):
    message = _("This month isn’t over: its delivery note is made from %(day)s on.")


class MonthHasOpenSheets(Refusal):
    message = _(
        "Some sheets of this month aren’t closed, perhaps another provider’s. Once all are, or from"
        " %(day)s on, its notes are made: their numbers of people belong together."
    )


class MonthErased(Refusal):
    message = _(
        "Who was there is kept for %(period)s. For this month that is over: people can’t be counted any"
        " more, and no first note is made. The hours of its closed sheets stay in the figures; notes that"
        " it has can still be corrected."
    )


class NoteThereAlready(Refusal):
    message = _("This month has its delivery note, no. %(number)s.")
    remedy = _("If it isn’t right, contest it there.")


class NothingDelivered(Refusal):
    message = _("No date of this month has a closed sheet: there is nothing to write down.")


class NoteIsReplaced(Refusal):
    message = _("This note was replaced by no. %(number)s.")
    remedy = _("Go on with the note that replaces it.")


class NoteFoundRight(Refusal):
    message = _("This note was found right.")
    remedy = _("Where it isn’t, an officer of the Region contests it first; then it is corrected.")


class StaleNote(Refusal):
    """The page from which somebody acted showed an earlier state of the note. `is_own`: who acts changed
    it, in another tab. `is_over`: the note as it is now takes no such press.
    """

    own_message: str | Promise
    remedy: str | Promise = _(
        "Nothing was changed. Read the note as it is now, then press again if it still holds."
    )
    remedy_if_over: str | Promise = _(
        "Nothing was changed, and this can’t be done any more. Read the note as it is now."
    )

    def __init__(self, *, is_own: bool = False, is_over: bool = False, **values):
        super().__init__(is_own=is_own, is_over=is_over, **values)
        if is_own:
            self.message = self.own_message
        if is_over:
            self.remedy = self.remedy_if_over


class NoteContestedMeanwhile(StaleNote):
    message = _("%(name)s contested this note in the meantime (%(at)s).")
    own_message = _("You contested this note in the meantime (%(at)s).")


class NoteFoundRightMeanwhile(StaleNote):
    message = _("%(name)s found this note right in the meantime (%(at)s).")
    own_message = _("You found this note right in the meantime (%(at)s).")
    remedy_if_over = _(
        "Nothing was changed. Where the note isn’t right, an officer of the Region contests it first."
    )


class NoteAnsweredMeanwhile(StaleNote):
    message = _("%(name)s answered the contest of this note in the meantime (%(at)s).")
    own_message = _("You answered the contest of this note in the meantime (%(at)s).")


class ContestWithoutReason(Refusal):
    message = _("Say what isn’t right.")


class NoteNotContested(Refusal):
    message = _("This note isn’t contested: there is nothing to answer.")


class AnswerWithoutWords(Refusal):
    message = _("Say what becomes of the note, or why it stays as it is.")


class NothingToCorrect(Refusal):
    message = _(
        "A corrected note would say the same: nothing that stands on it has changed. It changes once a "
        "sheet that was left open is closed, “no trainer came” is recorded, or a name is corrected. Numbers "
        "of people are told once, by the first note of a month."
    )
    remedy = _(
        "On a closed sheet the minutes of each person are corrected, not the hours of the date nor who "
        "led it. Where these are wrong, or the note stays as it is, training planners answer the Region."
    )
