"""Why not: the refusals of training, named after what is wrong."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class SessionStarted(Refusal):
    message = _("This session has begun: enrolment is closed.")
    remedy = _("The catalogue shows the sessions to come of the same training.")


class SeriesStarted(SessionStarted):
    """For whoever presses: other dates are to come."""

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


class OfferExpired(Refusal):
    message = _("This offer ended on %(at)s.")
    remedy = _("You stay in the waiting list, behind those who waited then.")


class OfferTaken(Refusal):
    message = _("You have taken this seat already.")


class SeatGivenBack(Refusal):
    message = _("You had taken this seat, and it has been given back since.")


class OfferDeclined(Refusal):
    message = _("You have declined this offer.")


class OfferWithdrawn(Refusal):
    message = _("This offer is withdrawn.")
    remedy = _("The session’s page says how it stands now.")


class HeldSeatIsOver(Refusal):
    message = _("The seat was held for you until %(at)s, it is free again.")
    remedy = _("The other dates are below, with the seats that they have left.")


class NoSeatHeld(Refusal):
    message = _("No seat is held for you any more.")
    remedy = _("The other dates are below, with the seats that they have left.")


class AnotherTraining(Refusal):
    message = _("This is another training: you change to another date of the same one.")


class ReplacedByAnotherDate(Refusal):
    message = _("Your seat is now on %(day)s.")


class NotHeldAnyMore(Refusal):
    message = _("The seat wasn’t taken while it was held.")


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


class ReasonMissing(Refusal):
    message = _("Say why: the reason is kept in the history.")


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


class MeetingIsCancelled(Refusal):
    message = _("The meeting of %(day)s is cancelled.")


class OnlyMeeting(Refusal):
    message = _("This is the session’s only date left.")
    remedy = _("Cancel the whole session instead.")


class OnlyDateLeft(Refusal):
    message = _("This is your only date left in the session.")
    remedy = _("Give your seat back instead: somebody else can have it.")


class NoSeatLeft(Refusal):
    message = _("You have no seat in this session any more.")


class NoRhythm(Refusal):
    message = _("The dates of this session don’t follow a rhythm: there is none to go on with.")
    remedy = _("Add a date instead.")


class NothingFollows(Refusal):
    message = _("No date to come follows that of %(day)s.")


class NoTrainer(Refusal):
    message = _("Choose at least one person to lead the session.")


class NotATrainerHere(Refusal):
    message = _("%(name)s is no trainer of %(provider)s.")
    remedy = _("Only trainers of the resource’s provider can lead its sessions.")


class DraftHasItsTrainers(Refusal):
    message = _("This session is still a draft: choose its trainers instead.")


class DateIsOver(Refusal):
    message = _("The date of %(day)s is over.")


class SubstituteIsNamed(Refusal):
    message = _("%(name)s leads this date already, in place of %(replaced)s.")
    remedy = _("Take that back first.")


class LeadsItAlready(Refusal):
    message = _("%(name)s leads this date already.")


class LeadsItNot(Refusal):
    message = _("%(name)s doesn’t lead this date: nobody needs to take their place.")


class HasASeatThere(Refusal):
    message = _("%(name)s has a seat or a turn in this session, and can’t lead it as well.")


class NotMissedYet(Refusal):
    message = _("Wait for the trainer until %(at)s.")


class TrainerWasSeen(Refusal):
    message = _("The room saw a trainer on this date.")


class HoursAreStated(Refusal):
    message = _("The sheet states the hours of this date: somebody led it.")


class TooLateToUndo(Refusal):
    message = _("It was recorded more than an hour ago.")
    remedy = _("Add a date instead.")


class NoLongerOwed(Refusal):
    message = _("Another date was added instead, or it was settled with a word.")


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


# Sheets and certificates


class SheetClosed(Refusal):
    message = _("This sheet was closed in the meantime. Your changes are below, nothing is lost.")
    remedy = _(
        "A closed sheet doesn’t change any more: a correction adds an entry to it, with its reason."
    )


class SheetNotClosed(Refusal):
    message = _("This sheet isn’t closed yet: change the line itself.")


class MeetingNotOver(Refusal):
    message = _("This meeting ends at %(ends_at)s: the sheet can be closed from then on.")


class NothingToAttest(Refusal):
    message = _("This meeting is cancelled: its sheet has nothing to attest.")


class TrainerStillThere(Refusal):
    message = _(
        "A trainer is still in the room, so the meeting still goes on. Leave the room first, or"
        " close the sheet from %(until)s on."
    )


class TrainersCloseFirst(Refusal):
    message = _(
        "The trainers may close this sheet until %(until)s. From then on a training planner can."
    )


class MeasuredTooShort(Refusal):
    message = _(
        "A trainer was in the room for only %(measured)s min of the %(planned)s min planned: "
        "say first from when to when the meeting took place."
    )
    remedy = _(
        "It may have gone on by telephone or in another tool. The same hours as measured can be"
        " stated, too."
    )


class HoursBeyondReason(Refusal):
    message = _(
        "Give hours of %(day)s that are over, and at most %(most)s min: twice what was planned."
    )


class HoursStatedTooLate(Refusal):
    message = _(
        "The records of the room are erased after thirty days: the hours can’t be stated any more."
    )
    remedy = _("Attest the minutes of each person, with a reason.")


class MinutesBeyondTheMeeting(Refusal):
    message = _(
        "%(name)s: give a number of minutes between 0 and %(real_minutes)s, the real length of the"
        " meeting."
    )


class ReasonMissingFor(Refusal):
    message = _("%(name)s: give the reason of this change.")


class NotInTheList(Refusal):
    message = _("%(name)s: no line of the provider’s list is matched to this person.")


class LinesToCheck(Refusal):
    message = _("To check before closing: %(names)s. Nobody is absent because nothing was seen.")
    remedy = _("Say of each whether they were there.")


class NobodyToMark(Refusal):
    message = _("Nobody is left to mark: every line has its minutes.")


class NotAGuest(Refusal):
    message = _("This line already belongs to somebody who is enrolled.")


# Presence that is contested


class PresenceNotClosed(Refusal):
    message = _(
        "The sheet of this meeting isn’t closed yet: nothing is attested that could be wrong."
    )
    remedy = _("If the room lost you, tell the trainer: they can still change your line.")


class ContestTooLate(Refusal):
    message = _("The sheet was closed more than %(days)s days ago.")
    remedy = _("Ask for a correction of your personal data instead.")


class ContestWaits(Refusal):
    message = _("You have contested these minutes already: the answer isn’t there yet.")


class ContestAnswered(Refusal):
    message = _("Your contest of these minutes has its answer.")
    remedy = _("If they are still wrong, ask for a correction of your personal data.")


class SameMinutes(Refusal):
    message = _("%(minutes)s min is what counts already.")


class MinutesBeyondItsLength(Refusal):
    message = _(
        "Give a number of minutes between 0 and %(real_minutes)s, the real length of the meeting."
    )


class WordsMissing(Refusal):
    message = _("Say in a few words what happened.")


class AnsweredAlready(Refusal):
    message = _("%(name)s has answered this contest already. Nothing was changed.")


class OwnContest(Refusal):
    message = _("Nobody answers a contest of their own: another training planner does.")


class OwnMinutes(Refusal):
    message = _("You can’t correct your own minutes.")
    remedy = _("Contest them on the page of your presence: another training planner answers.")


class OwnStays(Refusal):
    message = _("You can’t say yourself that this guest was you: another training planner does.")


class AlreadyRevoked(Refusal):
    message = _("This certificate is revoked already.")


class NoCertificateToTake(Refusal):
    message = _("None of these certificates is valid: there is nothing to download.")
    remedy = _("Take a filter away, then ask again.")


class TooManyCertificates(Refusal):
    message = _("These are %(number)s certificates; a file takes %(most)s at most.")
    remedy = _(
        "Choose a school year, a provider or a school, and download one file after the other."
    )


# Corrections of certificates


class CertificateIsRevoked(Refusal):
    message = _("This certificate is revoked: it can’t be corrected any more.")


class CertificateIsReplaced(Refusal):
    message = _("This certificate was replaced by no. %(number)s.")
    remedy = _("Go on with that one.")


class CorrectionAlreadyAsked(Refusal):
    message = _("You asked for a correction on %(day)s: it waits for an answer.")
    remedy = _("One correction at a time can be asked for on a certificate.")


class CorrectionAlreadyAnswered(Refusal):
    message = _("This request was answered on %(day)s already.")


class CorrectionWithdrawn(Refusal):
    message = _("Its holder has withdrawn the request: there is nothing to answer.")


class CertificateSaysSo(Refusal):
    message = _("The certificate says so already: %(words)s.")


class MinutesBeyondTheSession(Refusal):
    message = _("Give a number of minutes between 1 and %(most)s, the real length of the session.")


class BelowTheThreshold(Refusal):
    message = _("A certificate of this session needs %(needed)s min.")
    remedy = _("If the person attended less, revoke the certificate.")


class OtherThanTheSheets(Refusal):
    message = _("The attendance sheets state %(stated)s min: say why the certificate differs.")


class AnswerMissing(Refusal):
    message = _("Say why the certificate stays as it is: its holder reads it.")


# Evaluation


class EvaluationNotOpen(Refusal):
    message = _("The questions on this session open on %(opens_at)s, shortly before its end.")


class NotSeenPresent(Refusal):
    message = _("The questions are for those who were there, and no sheet says so of you so far.")
    remedy = _("They open here as soon as the sheet of the session says that you were there.")


class EvaluationClosed(Refusal):
    message = _("The questions on this session are closed since the end of %(day)s.")


class EvaluatedAlready(Refusal):
    message = _("Your answers are in, and can’t be changed any more.")


class TooFewAnswers(Refusal):
    message = _("Not enough answers: they are shown from %(fewest)s on, so that nobody is known.")


class NoCommentToHide(Refusal):
    message = _("This comment isn’t there any more: it was changed, or is hidden already.")


class CommentNotHidden(Refusal):
    message = _("This comment isn’t hidden, or its text is erased already.")


# Rooms


class AddressIsNoRoom(Refusal):
    message = _("This is no address of a room: it begins with https:// and names a server.")
    remedy = _("Copy it from the provider’s tool, without a name or password before the server.")


class AddressIsOurs(Refusal):
    message = _("This address leads back here: give that of the provider’s tool.")


class ToolNotSaid(Refusal):
    message = _("Say which tool it is and what it learns: teachers read it before they enrol.")


class NoPlanB(Refusal):
    message = _("This date has no plan B: give an address or some words first.")


class PlanBNotYet(Refusal):
    message = _("Plan B can be announced while the room is open: %(opens_at)s.")


class PlanBTooLate(Refusal):
    message = _("This date is over: there is nothing to announce any more.")


# Material


class AddressIsNoLink(Refusal):
    message = _("This is no address that can be opened: it has to begin with https://.")
    remedy = _("Copy it from the browser’s address bar.")


class FileOrLink(Refusal):
    message = _("Choose a file, or give a link: one of the two.")


class MaterialTooHeavy(Refusal):
    message = _("It is too heavy: %(megabytes)s MB. At most %(most)s MB are taken.")
    remedy = _("Make it smaller, or put it on a site for films and sounds and give the link.")


class MaterialNotStored(Refusal):
    message = _("It couldn’t be stored just now.")
    remedy = _("Nothing was kept: try again in a moment.")


class MaterialTooLate(Refusal):
    message = _("Material is added until %(days)s days after the session.")


class TooMuchMaterial(Refusal):
    message = _("There are %(most)s files and links already, which is the most.")
    remedy = _("Remove one first, or put several into one PDF.")


class RemovedTooLongAgo(Refusal):
    message = _("It was removed more than an hour ago: add it again.")


# Questions asked in advance


class QuestionTooLate(Refusal):
    message = _("The session has begun: ask your question in the room.")


class QuestionsEnough(Refusal):
    message = _("You have asked %(most)s questions, which is the most.")
    remedy = _("Change one of them, or withdraw one.")
