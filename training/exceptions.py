"""Why not: the refusals of training, named after what is wrong."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class SessionStarted(Refusal):
    message = _("This session has begun: enrolment is closed.")
    remedy = _("The catalogue shows the sessions to come of the same training.")


class SessionIsCancelled(Refusal):
    message = _("This session is cancelled. %(reason)s")
    remedy = _("The catalogue shows the other sessions of the same training.")


class SessionNotOpen(Refusal):
    message = _("This session isn’t open for enrolment yet.")
    remedy = _("Come back to this page: it will say so when it opens.")


class NoSchool(Refusal):
    message = _("We don’t know of a school where you teach on the day of this session.")
    remedy = _("Ask your school’s leader to have your account attached to the school.")


class NoLicence(Refusal):
    message = _("%(school)s has no subscription to %(resource)s.")
    remedy = _("Ask %(contact)s whether the school means to subscribe, or write to the provider: %(provider)s.")


class NoLicenceInAnySchool(NoLicence):
    message = _("None of your schools (%(school)s) has a subscription to %(resource)s.")


class LicenceForNamedTeachers(Refusal):
    message = _("%(school)s has %(resource)s for named teachers only, and you aren’t one of them.")
    remedy = _("Whom to ask in your school: %(contact)s.")


class LicenceForSomeSubjects(Refusal):
    message = _("%(school)s has %(resource)s for some subjects only (%(subjects)s), and yours isn’t one of them.")
    remedy = _("Whom to ask in your school: %(contact)s.")


class LicenceBeginsAfter(Refusal):
    message = _("%(school)s has %(resource)s from %(day)s, which is after the first meeting of this session.")
    remedy = _("A later session will be open to you.")


class LicenceEndsBefore(Refusal):
    message = _("%(school)s has %(resource)s until %(day)s, which is before the last meeting of this session.")
    remedy = _("To know whether the subscription will be renewed, ask in your school: %(contact)s.")


class TooLateToCancel(Refusal):
    message = _("This session has begun: your seat can’t be given back any more.")
    remedy = _("If you can’t come, there is nothing more to do: you will not be counted as present.")


class ReasonMissing(Refusal):
    message = _("Say why: the reason is kept in the history.")


class NothingHeldYet(Refusal):
    message = _("No meeting of this session has been held yet: enrol the person in the usual way.")
