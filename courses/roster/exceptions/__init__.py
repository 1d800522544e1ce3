"""Refusals of a directory's archive, and of what is asked of an import."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from courses.roster.enums import TeacherTrouble

AGAIN = _("Ask for the set once more, and choose it whole.")
ANOTHER = _("Choose another set, and tell whoever makes it.")
AS_IT_WAS_MADE = _("Choose the archive as the directory or the school’s software made it.")


class NotAnArchive(Refusal):
    message = _("This isn’t a zip archive.")
    remedy = AS_IT_WAS_MADE


class NeitherKind(Refusal):
    message = _(
        "This archive is neither an AAF set nor a OneRoster bundle: it holds no file such as"
        " “ENT_Complet_20261120_Eleve_0000.xml”, and none called “manifest.csv”."
    )
    remedy = AS_IT_WAS_MADE


class ArchiveTooLarge(Refusal):
    message = _("This archive is larger than %(most)s MB.")
    remedy = _("Choose the set of your school alone.")


class ArchiveHoldsTooMuch(Refusal):
    message = _("This archive holds more than %(files)s files, or more than %(most)s MB unpacked.")
    remedy = _("Choose the set of your school alone.")


class TooManyStudents(Refusal):
    message = _("This set holds more than %(most)s students of your school.")
    remedy = ANOTHER


class TooManyTeachers(Refusal):
    message = _("This set holds more than %(most)s teachers of your school.")
    remedy = ANOTHER


class TooManyBad(Refusal):
    message = _("More than %(most)s records of this set can’t be read.")
    remedy = AGAIN


class TooManyClasses(Refusal):
    message = _("This set holds more than %(most)s classes and groups.")
    remedy = ANOTHER


class ArchiveHasFolders(Refusal):
    message = _("The archive holds a folder: “%(name)s”.")
    remedy = _("Pack the files themselves, without a folder.")


class ArchiveIsLocked(Refusal):
    message = _("The archive is locked by a password.")
    remedy = _("Pack the files without one.")


class FileTwice(Refusal):
    message = _("The archive holds two files called “%(name)s”.")
    remedy = AGAIN


class ArchiveIsBroken(Refusal):
    message = _("The file “%(name)s” can’t be unpacked: the archive is broken.")
    remedy = AGAIN


class FileMissing(Refusal):
    message = _("The set isn’t whole: a file “%(name)s” is missing.")
    remedy = AGAIN


class DeltaNotRead(Refusal):
    message = _(
        "This is a delta bundle: it says only what changed. In OneRoster complete ones are read."
    )
    remedy = _("Ask for the complete set.")


class DeltaWithoutBase(Refusal):
    message = _(
        "This is a delta set: it says only what changed since another set, and there is none from"
        " which it could go on. Since the school year began, no complete AAF set of your school was"
        " applied, or an import was undone since."
    )
    remedy = _("Ask for a complete set; delta sets go on from it.")


class DeltaOfAnotherSet(Refusal):
    message = _(
        "The names of these files begin with “%(now)s”, those of the last complete set with"
        " “%(was)s”: this delta set doesn’t go on from it."
    )
    remedy = _("Choose a delta set of the directory that made the complete one.")


class DeltaSaidAlready(Refusal):
    message = _(
        "This delta set is of %(day)s; the complete set of %(last)s, which was read, says all of it."
    )
    remedy = _("Choose a later set.")


class DeltaTooLate(Refusal):
    message = _("This delta set is of %(day)s; the one of %(last)s was read already.")
    remedy = _("Choose delta sets in the order of their days, or the latest complete set.")


class DeltaRow(Refusal):
    message = _(
        "Line %(line)s of “%(name)s” has a status, as rows of a delta set have: it says only what"
        " changed. Complete sets are read."
    )
    remedy = _("Ask for the complete set (bulk), in which the column “status” is empty.")


class VersionNotRead(Refusal):
    message = _("“manifest.csv” doesn’t name version 1.1 or 1.2 of OneRoster; these are read.")
    remedy = _("Ask for a set in one of these versions.")


class ManifestDisagrees(Refusal):
    message = _("“manifest.csv” doesn’t say of “%(name)s” what is in the archive.")
    remedy = AGAIN


class NotUtf8(Refusal):
    message = _("The file “%(name)s” isn’t in UTF-8 (line %(line)s).")
    remedy = _("Ask for a set in UTF-8; don’t open and save its files in a spreadsheet.")


class NotCsv(Refusal):
    message = _("The file “%(name)s” breaks off or isn’t CSV with commas, on line %(line)s.")
    remedy = AGAIN


class ColumnMissing(Refusal):
    message = _("The file “%(name)s” has no column “%(column)s”, or more than one.")
    remedy = _("Ask for a set with the columns that OneRoster prescribes.")


class TooManyRows(Refusal):
    message = _("The file “%(name)s” has more than %(most)s rows that would have to be read.")
    remedy = _("Choose the set of your school alone.")


class NotInOrgs(Refusal):
    message = _("No row of “orgs.csv” has the UAI of %(school)s, %(uai)s, as its identifier.")
    remedy = _(
        "Choose the set of your own school, or have its UAI entered in the software that makes it."
    )


class NoStudents(Refusal):
    message = _("The set names no student of %(school)s, so it can’t be whole.")
    remedy = _(
        "Ask for a set in which students have the role “student” at your school: in “users.csv” of"
        " OneRoster 1.1, in “roles.csv” of 1.2."
    )


class NoReadableStudents(Refusal):
    message = _(
        "No student of %(school)s can be read in this set. “%(file)s”, line %(line)s: %(fault)s"
    )
    remedy = ANOTHER


class TwoSets(Refusal):
    message = _("The files of this archive are of several sets or days.")
    remedy = AGAIN


class NoSuchDay(Refusal):
    message = _("The names of the files don’t say a day that is in the calendar.")
    remedy = AGAIN


class OfTheFuture(Refusal):
    message = _("This set says that it is of %(day)s, which is to come.")
    remedy = _("Choose the latest set that has come, and tell whoever makes your sets.")


class NotXml(Refusal):
    message = _("The file “%(name)s” breaks off or isn’t XML, on line %(line)s.")
    remedy = AGAIN


class NotADirectoryFile(Refusal):
    message = _("The file “%(name)s” isn’t as a directory’s set is (line %(line)s).")
    remedy = AS_IT_WAS_MADE


class FileHasEntities(Refusal):
    message = _("The file “%(name)s” declares entities of its own, or another DTD.")
    remedy = _("A directory’s set has none: don’t use this file, and tell your académie.")


class SchoolNotInside(Refusal):
    message = _("The set says nothing of %(school)s (UAI %(uai)s).")
    remedy = _("Choose the set of your own school.")


class AcademyMissing(Refusal):
    message = _("The set doesn’t say of which académie it is (ENTServAcAcademie).")
    remedy = AGAIN


class SchoolWithoutUai(Refusal):
    message = _("Your school has no UAI here, by which a set names it.")
    remedy = _("Ask the registrars of the académie to enter it.")


class SameArchive(Refusal):
    message = _("This is the very archive that came on %(day)s: nothing changes.")
    remedy = _("Choose a later set.")


class OlderSet(Refusal):
    message = _("This set is of %(day)s; one of %(last)s was applied already.")
    remedy = _("Choose the latest set.")


class NewerWaits(Refusal):
    message = _("This set is of %(day)s; a newer one of %(last)s waits already.")
    remedy = _("Choose the latest set.")


class CantBeTaken(Refusal):
    message = _("This site can’t read the file, or can’t remove it.")
    remedy = _("Tell whoever runs the site: the file is still in the folder.")


class AnotherDirectory(Refusal):
    message = _("This set comes from another directory (%(now)s) than the last one (%(was)s).")
    remedy = _(
        "Keys of two directories aren’t the same people. If your school goes on with the other one, a"
        " leader says so on the page where sets are chosen; if not, ask whoever makes your sets."
    )


class OneAccountTwice(Refusal):
    message = _("You chose the account %(login)s for two students: one account is one person’s.")


class ImportWaits(Refusal):
    message = _("A set waits for your yes already, or is being applied or undone.")
    remedy = _("Wait, apply it, or set it aside; then choose the next.")


class NotWaiting(Refusal):
    message = _("This set doesn’t wait any more: nothing more is saved.")


class WaitedTooLong(Refusal):
    message = _("This set has waited for more than two weeks: what it said is deleted.")
    remedy = _("Set it aside and choose the latest one.")


class OfLastYear(Refusal):
    message = _("This set is of the last school year: its classes are over.")
    remedy = _("Choose the latest set.")


class SayWhoTheyAre(Refusal):
    message = _("Say first whether the students of the same name and class are the same people.")
    remedy = _("Choose yes or no above the button.")


class CantBeUndone(Refusal):
    message = _(
        "Only the last set that was applied can be undone, for 30 days and within the school year."
    )
    remedy = _("Change the students’ accounts by hand.")


class SayWhoTeachersAre(Refusal):
    message = _("Say first whether this teacher owns the account.")
    remedy = _("Choose an answer for each teacher above the button.")


class LeaderUndoes(Refusal):
    message = _(
        "This set changed teachers, guardians or who is of age: a leader of your school undoes it."
    )


class KnownElsewhere(Refusal):
    message = _("The key of this student belongs to an account of another school.")
    remedy = _("It comes free when that school has closed the account; then choose a set again.")


class KeyOfAnotherName(Refusal):
    message = _(
        "The account %(login)s of your school has the key of this student, and another name."
    )
    remedy = _(
        "If it is the same person, correct the name of the account; if not, take the key off it"
        " (“Login by an ENT”). Then choose a set again."
    )


class ClassIsAGroup(Refusal):
    message = _("“%(name)s” is a class in one place and a group in the other.")
    remedy = _("Give the class or the group another name here, then choose a set again.")


class NotFoundHere(Refusal):
    message = _("The account isn’t one of your school’s students any more.")
    remedy = _("Open it again on the page of students’ accounts, if it should be.")


class NoMoreTheSame(Refusal):
    message = _("The account that has this name isn’t in this class any more.")
    remedy = _("Choose a set again: the question is asked anew.")


class NotATeachersKey(Refusal):
    message = _("The key of this teacher belongs to an account that is closed or isn’t an adult’s.")
    remedy = _("Ask the registrars of the académie, or whoever makes your sets.")


class NotYourTeacher(Refusal):
    message = TeacherTrouble.NOT_YOURS.label


class MailMissing(Refusal):
    message = TeacherTrouble.NO_MAIL.label


class MailTaken(Refusal):
    message = _("Another account has this teacher’s email address, which opens one account alone.")
    remedy = _(
        "Choose a set again and read what it says of this teacher, or have the address corrected in"
        " the directory."
    )


class NoMoreTheSameTeacher(Refusal):
    message = _("The account isn’t that of a teacher of your school alone any more.")
    remedy = _("Choose a set again: the question is asked anew.")


class NotBroughtIn(Refusal):
    message = _("This teacher couldn’t be brought in: the reason stands with the new teachers.")


class NoTeacherHere(Refusal):
    message = _("The account isn’t one of your school’s teachers any more.")
    remedy = _("Ask the registrars of the académie to give the role, if it should be.")


class StudentNotEntered(Refusal):
    message = _("This student couldn’t be entered: the reason stands with the new students.")


class TakenMeanwhile(Refusal):
    message = _("Somebody took this login or this key at the same moment.")
    remedy = _("Choose a set again.")


class OpenedForNobody(Refusal):
    """A class was opened for students who couldn't come into it. Not shown: one by one, each is
    told their own reason.
    """

    message = ""
