"""Refusals of a name, a membership, an address, a page of somebody else."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal


class AnotherIsLoggedIn(PermissionDenied):
    """Two people in one browser: the page belongs to one, the session to the other."""


class NameHasMarkup(Refusal):
    message = _("A name is written without < and >.")


class NameHasControls(Refusal):
    message = _("This name holds invisible characters, perhaps from copying: type it by hand.")


class NameBeginsLikeAFormula(Refusal):
    message = _("A name does not begin with %(sign)s: a spreadsheet would take it for a formula.")


class NameHasNoLetter(Refusal):
    message = _("A name has at least one letter.")


class PasswordHoldsName(Refusal):
    message = _("This password holds your name or your login.")
    remedy = _("Choose one that nobody who knows you would guess.")


class PasswordOfTheSlip(Refusal):
    message = _("This is the password on your slip.")
    remedy = _("Choose another one, that is on no paper.")


class RoleHeldElsewhere(Refusal):
    message = _(
        "The role “%(role)s” is not held in %(organisation)s: it belongs to another kind of"
        " organisation."
    )


class OwnRole(Refusal):
    message = _("You can’t give, change or end a role of your own.")
    remedy = _("Ask another registrar.")


class RoleNotYoursToGive(Refusal):
    message = _("The role “%(role)s” isn’t yours to give or to end.")


class OwnAccount(Refusal):
    message = _("Your own email address, login and account aren’t changed here.")
    remedy = _("Change the address in your profile; for the rest ask another registrar.")


class NameIsTheSchools(Refusal):
    message = _("Your name is the one your school has registered.")
    remedy = _("If it is wrong, tell your school: its management or its office corrects it.")


class AddressIsTheSchools(Refusal):
    message = _("A student’s account has no email address.")
    remedy = _("If you lose your password, your school gives you a new one.")


class TooManyRequests(Refusal):
    message = _("%(number)s of your requests are waiting for an answer already.")
    remedy = _("Wait for an answer, or write to the data protection officer.")


class AlreadyAnswered(Refusal):
    message = _("%(name)s has answered this request meanwhile.")


class PeriodEndsBeforeItBegins(Refusal):
    message = _("The last day, %(until)s, is before the first, %(since)s.")


class BegunWithWork(Refusal):
    message = _(
        "The first day of %(subject)s is %(since)s, and something is planned or written there"
        " already: it can end from %(day)s on."
    )
    remedy = _("Or hand it over.")


class HasEnded(Refusal):
    message = _("%(teacher)s no longer gives %(subject)s in %(school_class)s.")
    remedy = _(
        "If nobody else gives it, give the subject to somebody: what waits there is then read by"
        " whoever has it."
    )


class AlreadyMember(Refusal):
    message = _("%(person)s is already “%(role)s” in %(organisation)s since %(since)s.")
    remedy = _("End that period first, or change its days.")


class AddressTaken(Refusal):
    message = _("The address %(address)s belongs to another account.")
    remedy = _("Log in with that account, or write to us (address at the foot of each page).")


class LoginTaken(Refusal):
    message = _("The login %(login)s belongs to somebody else.")


class LinkExpired(Refusal):
    message = _("This link has been used already, or is more than three days old.")


# Classes


class ClassNameTaken(Refusal):
    message = _("There is already a class or group called “%(name)s” in this school this year.")


class NotInTheYearOfTheClass(Refusal):
    message = _("%(day)s isn’t in the school year of %(school_class)s.")
    remedy = _("Choose a day of that school year, from 1 August to 31 August a year later.")


class NotAStudentThere(Refusal):
    message = _("%(student)s isn’t a student of %(school)s on %(day)s.")
    remedy = _("Add the account as a student of the school first.")


class AlreadyInClass(Refusal):
    message = _("%(student)s is already in %(school_class)s since %(since)s.")


class InAnotherClass(Refusal):
    message = _(
        "%(student)s is in %(school_class)s since %(since)s: a student is in one class at a time."
    )
    remedy = _("Change the class instead: what was done in the old one is kept.")


class InAClassElsewhere(Refusal):
    message = _("%(student)s is in a class of another school: a student is in one class at a time.")
    remedy = _("That school first has to enter that the student leaves it.")


class InClassFrom(Refusal):
    message = _("%(student)s is in %(school_class)s from %(day)s on.")
    remedy = _("Give that day or a later one.")


class WasInClassFrom(InClassFrom):
    message = _("%(student)s was in %(school_class)s from %(day)s on.")


class BeganBefore(Refusal):
    message = _(
        "%(student)s has been in %(school_class)s since %(since)s: a class that has begun doesn’t"
        " begin later."
    )
    remedy = _(
        "Nothing is changed. To undo a change of class, choose the class before it on the student’s"
        " page."
    )


class NotATeacherThere(Refusal):
    message = _("%(teacher)s isn’t a teacher of %(school)s on %(day)s.")
    remedy = _("Ask a registrar of the académie to add this teacher to your school.")


class AlreadyTeaches(Refusal):
    message = _("%(teacher)s already teaches %(subject)s in %(school_class)s in that time.")


class GivesItAlready(Refusal):
    message = _("%(teacher)s gives %(subject)s in %(school_class)s already.")
    remedy = _(
        "End the subject for %(left)s instead: from tomorrow on %(teacher)s reads and answers what "
        "waits there. The hours of %(left)s end, too."
    )


class AnswersAlready(GivesItAlready):
    message = _(
        "%(left)s is no longer at the school, and %(teacher)s gives %(subject)s in"
        " %(school_class)s: %(teacher)s reads and answers what waits there already."
    )
    remedy = _("Nothing needs to be handed over: end the subject for %(left)s.")


class GivesItUntil(Refusal):
    message = _("%(teacher)s gives %(subject)s in %(school_class)s already, until %(day)s.")
    remedy = _("Give %(teacher)s the subject from %(next)s on as well, then end it for %(left)s.")


class BothEnd(GivesItUntil):
    remedy = _("Give %(teacher)s the subject from %(next)s on as well.")


class GivesItLater(Refusal):
    message = _("%(teacher)s will give %(subject)s in %(school_class)s from %(day)s on.")
    remedy = _("To hand it over today, end that teaching first: it is taken back.")


class StandsInForOneself(Refusal):
    message = _("%(teacher)s gives this subject: the stand-in is somebody else.")


class StandInLeaves(Refusal):
    message = _("%(teacher)s is a teacher of %(school)s until %(day)s only.")
    remedy = _(
        "Choose that day or an earlier one as the last, and name somebody else for the days after."
    )


class AlreadyStoodInFor(Refusal):
    message = _("%(teacher)s stands in from %(first)s to %(last)s already.")
    remedy = _("Choose other days, or take that period back first.")


class OutsideTheTeaching(Refusal):
    message = _("%(subject)s isn’t taught in %(school_class)s on all of these days.")


class TooManyAttempts(Refusal):
    message = _("Too many wrong passwords. The next try counts in %(seconds)s s.")


class TooManyLetters(Refusal):
    message = _(
        "Many emails were asked for from this network. The next request counts in %(seconds)s s."
    )


class NobodyElseAnswers(Refusal):
    message = _("Nobody here but you answers such a request: it isn’t sent.")
    remedy = _("Write to the data protection officer: %(address)s.")


class GuardiansOff(Refusal):
    message = _("Guardians aren’t switched on in %(school)s.")
    remedy = _("Switch them on first, on this page.")


class NotAStudentHere(Refusal):
    message = _("%(student)s isn’t a student of %(school)s today.")


class GuardianIsTheStudent(Refusal):
    message = _("A student can’t be their own guardian.")


class GuardianIsAStudent(Refusal):
    message = _("This account belongs to a student: it can’t follow another one.")


class AlreadyGuardian(Refusal):
    message = _("%(guardian)s already follows %(student)s.")


class AddressOfSomebodyElse(Refusal):
    message = _("%(address)s belongs to an account with another name.")
    remedy = _("Check the address and the name with the guardian.")


class AnotherAddressStands(Refusal):
    message = _("%(guardian)s has another address, and it isn’t changed here.")
    remedy = _(
        "The guardian changes it in their profile; if nobody reads it any more, ask a registrar of"
        " the académie."
    )


class LanguageIsTheGuardians(Refusal):
    message = _("The language of %(guardian)s isn’t changed here.")
    remedy = _(
        "The guardian changes it in their profile; who doesn’t log in asks a registrar of the"
        " académie."
    )


class AddressIsNotTheSchools(Refusal):
    message = _("%(guardian)s has an account outside your school, too: you give it no address.")
    remedy = _("Ask a registrar of the académie.")


class NotOfAge(Refusal):
    message = _("Only a student of age decides this.")


class SlipsMadeSince(Refusal):
    message = _(
        "These passwords were made twice at the same moment, as by a double click: the slips that were"
        " shown last are valid."
    )


# The second step of a login


class WrongCode(Refusal):
    message = _("This code isn’t right, or has been used already.")
    remedy = _("Wait until your app shows the next one.")


class TooManyCodes(Refusal):
    message = _("Five codes were wrong: the next one can be tried in %(minutes)s min.")


class NoSecondFactor(Refusal):
    message = _("The second step of this login isn’t switched on.")


class SecondFactorIsOn(Refusal):
    message = _("The second step of your login is switched on already.")


class OwnSecondFactor(Refusal):
    message = _("You don’t take off your own second step here.")
    remedy = _("Switch it off in your profile, or ask another registrar.")


class SuperusersAlone(Refusal):
    message = _("The second step of a registrar is taken off by whoever runs the site.")


# A school that goes on as another


class NoSchoolToMerge(Refusal):
    message = _("A school goes on as another school.")
    remedy = _("Give the UAI of the school as which it goes on.")


class MergedAlready(Refusal):
    message = _("%(school)s goes on as another school already.")
    remedy = _("Choose that one.")


class SwitchGuardiansOnFirst(Refusal):
    message = _("Guardians follow the week at %(old)s, and not at %(school)s: they would lose it.")
    remedy = _("Ask a leader of %(school)s to switch guardians on; then come back.")


class SchoolGoesOn(Refusal):
    message = _("%(organisation)s goes on as another school since %(day)s.")
    remedy = _("Choose that one.")


class FileWaits(Refusal):
    message = _(
        "At %(school)s a set or a timetable waits for a yes, or is being applied or undone."
    )
    remedy = _("A leader or the office applies it or sets it aside; then come back.")


class ReadItFirst(Refusal):
    message = _("It can’t be taken back: read what follows, tick that you have, then send it.")
