"""What can be in the way of a survey."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class SurveyNotOpen(Refusal):
    message = _("The survey is closed: it was open from %(first)s to %(last)s.")
    remedy = _("What was answered until then is kept.")


class SurveyEndsBeforeItBegins(Refusal):
    message = _("The last day lies before the first one.")


class SurveyInThePast(Refusal):
    message = _("%(day)s is over: choose today or a day to come.")


class SurveyTooLong(Refusal):
    message = _("A survey is open for %(days)s days at most.")


class AnotherSurvey(Refusal):
    message = _("There is a survey from %(first)s to %(last)s already.")
    remedy = _("Change its last day, or choose days after it.")


class ProposalGone(Refusal):
    message = _("This proposal was withdrawn, or its days are over.")


class NumberTaken(Refusal):
    message = _("There is a thing with the number %(number)s already.")
    remedy = _("Choose another number, or open that thing’s page.")


class SerialTaken(Refusal):
    message = _("Number %(number)s has this serial number already.")
    remedy = _("Look at the label under the device once more.")


class NotThisState(Refusal):
    message = _("Number %(number)s is %(state)s now: this isn’t possible from there.")


class NotErased(Refusal):
    message = _("Say first that no data of its borrower are left on number %(number)s.")


class NothingToLend(Refusal):
    message = _("Choose at least one thing to lend.")


class ItemNotFree(Refusal):
    message = _("Number %(number)s is %(state)s: it can’t be lent now.")
    remedy = _("Take another one. Nothing was lent.")


class LoanEndsInThePast(Refusal):
    message = _("%(day)s is over: choose today or a day to come.")


class SignedByAMinor(Refusal):
    message = _("%(name)s isn’t entered as being of age: whoever holds parental authority signs.")
    remedy = _("The school’s management enters who is of age, under the student’s guardians.")


class SignedForAnAdult(Refusal):
    message = _("%(name)s is of age: nobody else signs.")


class NotOut(Refusal):
    message = _("Number %(number)s isn’t out any more: %(outcome)s.")


class StillOut(Refusal):
    message = _("Number %(number)s is still out: take it back first.")


class WentOn(Refusal):
    message = _("Number %(number)s has gone on since (%(state)s): it isn’t out in this loan.")
    remedy = _("How it came back can be corrected, that it came back can’t.")


class NothingToEstimate(Refusal):
    message = _("Number %(number)s is neither damaged nor lost: there is nothing to estimate.")


class EstimateAboveValue(Refusal):
    message = _("The whole thing is worth %(value)s €: the estimate can’t be higher.")


class NothingToReplace(Refusal):
    message = _("Number %(number)s is neither broken nor lost: nothing is lent in its place.")
    remedy = _("Correct first how it came back.")


class AlreadyReplaced(Refusal):
    message = _("In place of number %(number)s something was lent already.")
    remedy = _("Its page, and that of its loan, say what.")


class NotExchanged(Refusal):
    message = _("Number %(number)s and number %(other)s can’t be exchanged for each other.")
    remedy = _(
        "Only two things of one kind, both out, lent to students who have a guardian in common."
    )


class StillHere(Refusal):
    message = _("%(student)s is still a student of this school: the loan stays here.")


class AlreadyAsked(Refusal):
    message = _("This was asked for on %(day)s already, and it is still open.")


class NeedIsClosed(Refusal):
    message = _("This request is closed: it was served, refused or withdrawn.")


class ReasonDoesNotFit(Refusal):
    message = _("This reason doesn’t fit the decision.")
    remedy = _("Choose another reason.")


class WordsNeeded(Refusal):
    message = _("Others stand before this one: write the reason in a few words.")
    remedy = _("The family reads it.")


class NothingToReserve(Refusal):
    message = _("There is nothing with the number %(number)s that is available.")


class ServesAnotherNeed(Refusal):
    message = _("Number %(number)s (%(kind)s) isn’t what was asked for.")
    remedy = _("Reserve another thing, or none yet.")


class ReservedForAnother(Refusal):
    message = _("Number %(number)s is reserved for another student.")
    remedy = _("Take another one. Nothing was lent.")


class PromisedToAnother(Refusal):
    message = _("Another student has a signed agreement on number %(number)s.")
    remedy = _("Take another one, or take that agreement off the list. Nothing was lent.")


class ReservedWithAYesOnly(Refusal):
    message = _("A thing is reserved with a yes only.")
    remedy = _("Take the number out, or decide yes.")


class CriteriaIncomplete(Refusal):
    message = _("Each criterion stands once in the order.")


class LoanHasEnded(Refusal):
    message = _("Everything is back: this loan has ended.")


class NotNamedByDesk(Refusal):
    message = _(
        "The desk didn’t say who signed: an account or a personal link did, or the student."
    )


class LoanTooLong(Refusal):
    message = _("A loan lasts until %(day)s at most: after it, a new agreement is signed.")


class NoCodeInPhoto(Refusal):
    message = _("No code can be read in this photo.")
    remedy = _("Take it again, closer and in good light, or type the number on the label.")


class NotALabelOfOurs(Refusal):
    message = _("This code isn’t on a label of this school’s things.")
    remedy = _("Scan the label with the school’s name, or type its number.")


class SeveralLabels(Refusal):
    message = _("Several labels are in this photo: %(numbers)s.")
    remedy = _("Take one alone, or type its number.")


class NoSuchNumber(Refusal):
    message = _("There is no thing with the number %(number)s in this school.")


class NobodyNamed(Refusal):
    message = _("Say first who signs.")


class NothingRead(Refusal):
    message = _("Type the number on the label, or take a photo of its code.")


class ThingsAreEnough(Refusal):
    message = _("There are %(most)s things at most in one loan here.")
    remedy = _("Hand these over first, then the others.")


class PhotosAreEnough(Refusal):
    message = _("There are %(most)s photos at most here. Nothing was added.")
    remedy = _("Remove one first.")


class FewerPhotosFit(Refusal):
    message = _("Photos that can still be added here: %(room)s of %(most)s. Nothing was added.")
    remedy = _("Choose fewer of them.")


class NothingBackYet(Refusal):
    message = _("Nothing of this loan is back yet: it has no state at the return.")


class ThingsCameBack(Refusal):
    message = _("Something of this loan is back: a photo shows its state at the return now.")


class AgreementSettled(Refusal):
    message = _("This agreement is signed, refused or taken off the list already.")


class AgreementSigned(Refusal):
    message = _("This agreement is signed already, since %(day)s: what you press now isn’t kept.")
    remedy = _("If you don’t agree with it, call the school.")


class AgreementStands(Refusal):
    message = _("%(name)s has a signed agreement on this, until %(day)s.")
    remedy = _("Hand over what it says, or take it off the list first. Nothing was lent.")


class ThingsGone(Refusal):
    message = _("Not free any more: %(numbers)s. This agreement can’t be signed.")
    remedy = _("The school can draw up another one.")


class SignatoryGone(Refusal):
    message = _("Who signed this no longer holds parental authority here.")
    remedy = _("Take it off the list and draw up another one. Nothing was lent.")


class NotWhatWasSigned(Refusal):
    message = _(
        "Corrected since this was drawn up: %(numbers)s. It isn’t what was signed any more."
    )
    remedy = _("Take it off the list and draw up another one. Nothing was lent.")


class SentOtherwise(Refusal):
    message = _("This form was sent before: what is saved is %(numbers)s, until %(day)s.")
    remedy = _("What you changed since isn’t saved. Press again to save it.")


class NotSignedYet(Refusal):
    message = _("This agreement isn’t signed yet: nothing is handed over.")


class LeftThere(Refusal):
    message = _("%(student)s isn’t a student of %(school)s any more.")


class LastDayHasPassed(Refusal):
    message = _("The last day has passed.")
    remedy = _("Change it first; then the loan can follow.")
