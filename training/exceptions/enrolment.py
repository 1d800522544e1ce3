"""Enrolling: times, rights, schools, late entry."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class SessionStarted(Refusal):
    message = _("This session has begun: enrolment is closed.")
    remedy = _("The catalogue shows the sessions to come of the same training.")


class SeriesStarted(SessionStarted):
    """Shown to whoever presses while other dates are to come."""

    message = _("This session has begun: you can’t enrol by yourself any more.")
    remedy = _(
        "A training planner can enrol you for the dates to come, if a seat is free: write to"
        " %(contact)s."
    )


class NoDateToEnter(Refusal):
    message = _("This session has no date to come: nobody can be enrolled any more.")
    remedy = _("Whoever was there is enrolled after the fact, on the sheet of the date.")


class NoSeatForLateEntry(Refusal):
    message = _("No seat is free, and after the start nobody is put in the waiting list.")
    remedy = _("Tick “One seat more”, or enrol this person in another session of the training.")


class SessionIsCancelled(Refusal):
    message = _("This session is cancelled. %(reason)s")
    remedy = _("The catalogue shows the other sessions of the same training.")


class SessionNotOpen(Refusal):
    message = _("This session isn’t open for enrolment yet.")
    remedy = _("Come back to this page: it will say so when it opens.")


class EnrolmentNotOpenYet(Refusal):
    message = _("Enrolment opens on %(at)s.")
    remedy = _("Come back then: nobody can enrol before.")


class TooLateToInvite(Refusal):
    message = _("The session has begun: nobody is invited any more.")


class EnrolmentIsClosed(Refusal):
    message = _("Enrolment closed on %(at)s.")
    remedy = _("The catalogue shows the sessions to come of the same training.")


class EnrolmentClosesTooSoon(Refusal):
    message = _("Enrolment would close before it opens.")
    remedy = _("Give a later time for its end, or none.")


class EnrolmentOpensTooLate(Refusal):
    message = _("Enrolment would open when the session has begun.")
    remedy = _("Give an earlier time, or none.")


class EnrolmentClosesTooLate(Refusal):
    message = _("Enrolment ends at the latest when the session begins.")
    remedy = _("Give an earlier time, or none.")


class BeginsBeforeEnrolment(Refusal):
    message = _("Enrolment opens only on %(at)s: nobody could enrol before the session begins.")
    remedy = _("First give an earlier time to the opening of enrolment, or none.")


class AccountClosed(Refusal):
    message = _("This account is closed.")


class NoSchool(Refusal):
    message = _("We don’t know of a school where you teach on the day of this session.")
    remedy = _("Ask your school’s leader to have your account attached to the school.")


class ForOtherSchools(Refusal):
    message = _("This session is for the teachers of some schools, and yours isn’t among them.")
    remedy = _("The catalogue shows the sessions to come of the same training.")


class NoLicence(Refusal):
    message = _("%(school)s has no subscription to %(resource)s.")
    remedy = _(
        "Ask %(contact)s whether the school means to subscribe, or write to the provider:"
        " %(provider)s."
    )


class NoLicenceInAnySchool(NoLicence):
    message = _("None of your schools (%(school)s) has a subscription to %(resource)s.")


class NothingToWishFor(Refusal):
    message = _("A subscription of your school would change nothing here.")


class LicenceForNamedTeachers(Refusal):
    message = _("%(school)s has %(resource)s for named teachers only, and you aren’t one of them.")
    remedy = _("Contact in your school: %(contact)s.")


class LicenceForSomeSubjects(Refusal):
    message = _(
        "%(school)s has %(resource)s for some subjects only (%(subjects)s), and yours isn’t one of"
        " them."
    )
    remedy = _("Contact in your school: %(contact)s.")


class LicenceBeginsAfter(Refusal):
    message = _(
        "%(school)s has %(resource)s from %(day)s, which is after the first meeting of this"
        " session."
    )
    remedy = _("A later session will be open to you.")


class LicenceEndsBefore(Refusal):
    message = _(
        "%(school)s has %(resource)s until %(day)s, which is before the last meeting of this"
        " session."
    )
    remedy = _("To know whether the subscription will be renewed, ask in your school: %(contact)s.")


class TooLateToCancel(Refusal):
    message = _("This session has begun: your seat can’t be given back any more.")
    remedy = _(
        "If you can’t come, there is nothing more to do: you will not be counted as present."
    )


class ReasonMissing(Refusal):
    message = _("Say why: the reason is kept in the history.")


class OnlyDateLeft(Refusal):
    message = _("This is your only date left in the session.")
    remedy = _("Give your seat back instead: somebody else can have it.")


class OnlyDateLeftOfSomebody(Refusal):
    message = _("No date would be left to this person.")
    remedy = _("Cancel the enrolment instead: somebody else can have the seat.")


class DateNotBegun(Refusal):
    message = _("This date hasn’t begun: until then it is given back.")


class DateIsGivenBack(Refusal):
    message = _("You gave this date back: nobody expected you.")


class DateIsTakenAway(Refusal):
    message = _("A training planner took you off this date.")
    remedy = _("If you can come after all, tell the training planners.")


class ApologyTooLate(Refusal):
    message = _("It is too late to say that you couldn’t come on this date.")


class NoSeatLeft(Refusal):
    message = _("You have no seat in this session any more.")
