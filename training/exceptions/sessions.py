"""Planning, changing and cancelling a session and its dates."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class SessionNotCancelled(Refusal):
    message = _("This session isn’t cancelled.")


class TooLateToRestore(Refusal):
    message = _(
        "The first of the cancelled dates has begun: the session can’t be restored any more."
    )
    remedy = _("Plan a new session: “Copy” fills in the form.")


class CertificatesWereIssued(Refusal):
    message = _("Certificates for what was held have been issued since the session was cancelled.")
    remedy = _("Plan a new session with the dates that are left: “Copy” fills in the form.")


class PeopleLeftOut(Refusal):
    message = _(
        "The session can’t be open to fewer people: some who have a seat or wait would be left out"
        " (%(count)s)."
    )
    remedy = _("Leave it open to them, or cancel these enrolments first, with a reason.")


class NoSeatToNotify(Refusal):
    message = _("You have no seat in this session: there is nothing to give notice of.")


class NothingHeldYet(Refusal):
    message = _("No meeting of this session has been held yet: enrol the person in the usual way.")


class NoDates(Refusal):
    message = _("Add at least one date to the session.")
    remedy = _("Give a day and an hour.")


class MeetingInThePast(Refusal):
    message = _("%(day)s is already past.")
    remedy = _("Choose a moment to come.")


class MeetingsOverlap(Refusal):
    message = _("Two meetings would take place at the same time: %(day)s.")
    remedy = _("Give one of them another hour.")


class MeetingHasBegun(Refusal):
    message = _("The meeting of %(day)s has already begun or is over.")


class DateIsCancelled(Refusal):
    message = _("The meeting of %(day)s is cancelled.")


class OnlyMeeting(Refusal):
    message = _("This is the session’s only date left.")
    remedy = _("Cancel the whole session instead.")


class NoRhythm(Refusal):
    message = _("The dates of this session don’t follow a rhythm: there is none to go on with.")
    remedy = _("Add a date instead.")


class NothingFollows(Refusal):
    message = _("No date to come follows that of %(day)s.")


class DraftHasItsTrainers(Refusal):
    message = _("This session is still a draft: choose its trainers instead.")


class FewerSeatsThanPeople(Refusal):
    message = _(
        "%(taken)s people are enrolled, more than the number of seats asked for (%(capacity)s)."
        " Nobody was removed."
    )
    remedy = _("Keep at least %(taken)s seats, or cancel enrolments first.")


class SeatsAreOffered(Refusal):
    message = _(
        "%(taken)s seats are taken and %(offered)s more are offered or held: more than the"
        " number of seats asked for (%(capacity)s). Nothing was changed."
    )
    remedy = _("Wait until those who have them to answer have done so.")


class ThresholdFrozen(Refusal):
    message = _(
        "People are enrolled: the attendance needed for the certificate stays at %(percent)s %%."
    )
    remedy = _(
        "They have read it as a condition. It can be changed only while nobody is enrolled or"
        " waiting."
    )


class SessionIsOver(Refusal):
    message = _("This session is over.")


class SessionIsDraft(Refusal):
    message = _("This session was never opened: nobody has seen it.")
    remedy = _("Delete the draft instead.")


class SessionIsNoDraft(Refusal):
    message = _("This session was opened: it can be cancelled, not deleted.")


class TrainingNotPublished(Refusal):
    message = _("The training isn’t shown in the catalogue yet.")
    remedy = _("Publish the training, then open its session.")
