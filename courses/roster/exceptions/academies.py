"""Refusals of a set of a whole académie, and of a school's part of it."""

from django.utils.translation import gettext_lazy as _

from courses.exceptions import Refusal
from courses.roster.exceptions import AGAIN


class AcademyTooLarge(Refusal):
    message = _("The archive of the whole académie is larger than %(most)s MB.")
    remedy = _("Leave out the files that aren’t read, or split its schools over several archives.")


class AcademyHoldsTooMuch(Refusal):
    message = _(
        "The archive of the whole académie holds more than %(files)s files, more than %(most)s MB"
        " unpacked, or more of its schools than this site can read at once."
    )
    remedy = _("Leave out the files that aren’t read, or split its schools over several archives.")


class AcademyBundle(Refusal):
    message = _("This is a OneRoster bundle: of a whole académie complete AAF sets are read.")
    remedy = _("Put the bundle of a school into the school’s own folder, or choose it on its page.")


class AcademyDelta(Refusal):
    message = _(
        "This is a delta set: it says only what changed. Of a whole académie complete sets are read."
    )
    remedy = _("Ask for the complete set.")


class SchoolTwice(Refusal):
    message = _(
        "The UAI of this school, or its key in the directory, stands twice in the set (“%(name)s”,"
        " line %(line)s): nobody can tell whose students these are."
    )
    remedy = AGAIN


class NoSchoolOfOurs(Refusal):
    message = _(
        "This set names no school that is here, so it is another académie’s or isn’t whole."
    )
    remedy = _("Choose the set of your own académie.")


class SameAcademySet(Refusal):
    message = _(
        "This is the very archive that was read on %(day)s: nothing changes for any school."
    )
    remedy = _("Choose a later set.")


class OlderAcademySet(Refusal):
    message = _("This set is of %(day)s; one of %(last)s was read already.")
    remedy = _("Choose the latest set.")


class PartMissing(Refusal):
    """Read by the registrars alone."""

    message = _("The set says nothing of this school.")
    remedy = _("Compare the school’s UAI here with that in the set.")


class PartWaits(Refusal):
    """Read by the registrars alone."""

    message = _(
        "Another set of the school waits for a yes, or is being applied or undone: once that is over,"
        " the school gets its part of a set that comes then."
    )
