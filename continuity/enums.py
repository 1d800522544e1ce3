"""The words of continuity."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.mail.enums import LetterKeys


class PartState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class ItemKind(models.TextChoices):
    LESSON = "lesson", _("Lesson")
    HOMEWORK = "homework", _("Homework")
    VIDEO = "video", _("Video class")
    RESOURCE = "resource", _("Resource")
    NOTE = "note", _("Note")


class Returns(models.TextChoices):
    """Form in which a student hands in homework."""

    NOTHING = "nothing", _("Nothing to hand in")
    PHOTOS = "photos", _("Photos")
    FILE = "file", _("A file")
    SOUND = "sound", _("A recording")
    TEXT = "text", _("Text")


class HandInState(models.TextChoices):
    COLLECTING = "collecting", _("Being put together")
    HANDED_IN = "handed_in", _("Handed in")
    REPLACED = "replaced", _("Replaced by a newer one")


class PartKind(models.TextChoices):
    PHOTO = "photo", _("Photo")
    PDF = "pdf", _("PDF")
    SOUND = "sound", _("Recording")


class Verdict(models.TextChoices):
    """No marks: a word."""

    NONE = "", _("A comment only")
    WELL_DONE = "well_done", _("Well done")
    AGAIN = "again", _("Do again")


class QueueState(models.TextChoices):
    """State of an entry of a teacher's queue."""

    TO_ANSWER = "", _("To answer")
    UNREAD = "unread", _("Returned, unread")
    READ = "read", _("Returned, read")


class Status(models.TextChoices):
    """A student's status in a roll. How they were there is another fact, see `Mode`."""

    PRESENT = "present", pgettext_lazy("roll call", "Present")
    LATE = "late", pgettext_lazy("roll call", "Late")
    LEFT_EARLY = "left_early", pgettext_lazy("roll call", "Left early")
    ABSENT = "absent", pgettext_lazy("roll call", "Absent")
    EXCUSED = "excused", pgettext_lazy("roll call", "Excused")
    EXEMPT = "exempt", pgettext_lazy("roll call", "Exempt")


class Mode(models.TextChoices):
    UNKNOWN = "", _("Not known")
    ROOM = "room", _("In the room")
    VIDEO = "video", _("By video")
    WORK = "work", _("By work done")


class ExemptionKind(models.TextChoices):
    LEAVE = "leave", _("Leave")
    EXEMPTION = "exemption", _("Exemption")


class Motive(models.TextChoices):
    """Why a leave or an exemption was entered: never an illness, never a family's affairs.

    A text would hold both.
    """

    AGREED = "agreed", _("Agreed with the school")
    ACTIVITY = "activity", _("School outing or activity")
    PLACEMENT = "placement", _("Work placement")
    OFFICIAL = "official", _("Exam, competition or appointment with an authority")
    ARRANGED = "arranged", _("Arranged timetable")


class Expectation(models.TextChoices):
    """A student's expected presence in a subject on a day, by their leaves and exemptions."""

    AS_USUAL = "", _("Expected as usual")
    ATTENDS = "attends", _("Attends without doing the exercises")
    EXEMPT = "exempt", _("Exempt on that day")
    EXCUSED = "excused", _("On leave")


class Channel(models.TextChoices):
    """Channel by which a student was last heard of. Opening a page is a sign, and no work."""

    WEEK = "week", pgettext_lazy("sign of life", "Week opened")
    WORK = "work", pgettext_lazy("sign of life", "Work handed in")
    TICK = "tick", pgettext_lazy("sign of life", "Work ticked off")
    HELP = "help", pgettext_lazy("sign of life", "Help asked for")
    ANSWER = "answer", pgettext_lazy("sign of life", "Answer read or replied to")
    PRESENT = "present", pgettext_lazy("sign of life", "Present in class")
    PAPER = "paper", pgettext_lazy("sign of life", "Week handed over on paper")
    CALL = "call", pgettext_lazy("sign of life", "Reached by phone")


class CallResult(models.TextChoices):
    """Result of a phone call: nothing else is noted."""

    STUDENT = "student", pgettext_lazy("call", "Reached the student")
    FAMILY = "family", pgettext_lazy("call", "Reached the family")
    MESSAGE = "message", pgettext_lazy("call", "Message left")
    NOBODY = "nobody", pgettext_lazy("call", "Nobody answered")
    WRONG = "wrong", pgettext_lazy("call", "Wrong number")


class CoverState(models.TextChoices):
    OPEN = "open", _("Wanted")
    KEPT = "kept", _("No longer needed, kept because somebody wrote in it")
    GONE = "gone", _("No longer needed")


# Where each status needs how the student was there.
WITH_A_MODE = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY)
# Calls that close the line of a silent student, until there is new silence.
REACHED = (CallResult.STUDENT, CallResult.FAMILY)
SILENT_AFTER = 5  # school days without a sign; a school sets another number within these:
LEAST_SILENCE, MOST_SILENCE = 3, 10
LONGEST_COMMENT, LONGEST_PIN, LONGEST_REPLY = 5_000, 500, 2_000  # characters of an answer
DEFAULT_CEILING = 120  # minutes of work due on one day, per student


class AnswerOrigin(models.TextChoices):
    """How an answer to the survey came in."""

    STUDENT = "student", pgettext_lazy("survey", "student")
    GUARDIAN = "guardian", pgettext_lazy("survey", "guardian")
    CALL = "call", pgettext_lazy("survey", "call")


class Speaker(models.TextChoices):
    """Who said it."""

    STUDENT = "student", pgettext_lazy("survey", "the student")
    GUARDIAN = "guardian", pgettext_lazy("survey", "a guardian")


class Device(models.TextChoices):
    OWN = "own", pgettext_lazy("survey", "one’s own computer or tablet")
    SHARED = "shared", pgettext_lazy("survey", "a shared computer or tablet")
    PHONE = "phone", pgettext_lazy("survey", "only a phone")
    NONE = "none", pgettext_lazy("survey", "no device")


class Connection(models.TextChoices):
    HOME = "home", pgettext_lazy("survey", "internet at home, without a limit")
    PHONE = "phone", pgettext_lazy("survey", "a phone’s data")
    ELSEWHERE = "elsewhere", pgettext_lazy("survey", "only elsewhere, not at home")
    NONE = "none", pgettext_lazy("survey", "no connection")


class RunsOut(models.TextChoices):
    NEVER = "never", pgettext_lazy("survey", "no, it lasts")
    LATE = "late", pgettext_lazy("survey", "yes, at the end of the month")
    EARLY = "early", pgettext_lazy("survey", "yes, long before the end of the month")


class Printer(models.TextChoices):
    YES = "yes", pgettext_lazy("survey, printer", "yes, at home")
    ELSEWHERE = "elsewhere", pgettext_lazy("survey, printer", "yes, elsewhere")
    NO = "no", pgettext_lazy("survey, printer", "no")


class QuietPlace(models.TextChoices):
    YES = "yes", pgettext_lazy("survey, quiet place", "yes")
    SOMETIMES = "sometimes", pgettext_lazy("survey, quiet place", "sometimes")
    NO = "no", pgettext_lazy("survey, quiet place", "no")


# What would help: a column each, so that the database counts them.
HELP_FIELDS = {
    "help_computer": pgettext_lazy("survey", "a computer or a tablet"),
    "help_connection": pgettext_lazy("survey", "a connection"),
    "help_printing": pgettext_lazy("survey", "work printed by the school"),
    "help_place": pgettext_lazy("survey", "a place to work at school"),
}


class Letters(LetterKeys):
    """The key of each letter, kept in rows: its function says it with `@writes` and may move, the
    key stays.
    """

    COVER_WANTED = "continuity.cover_wanted"
    VIDEO_MOVED = "continuity.video_moved"
    VIDEO_CANCELLED = "continuity.video_cancelled"
    FAMILY_WEEK = "continuity.family_week"
    AGREEMENT_TO_SIGN = "continuity.agreement_to_sign"
    AGREEMENT_KEPT = "continuity.agreement_kept"
    LOAN_DUE = "continuity.loan_due"
    LOAN_PROLONGED = "continuity.loan_prolonged"
    LOAN_BACK = "continuity.loan_back"
    LOAN_FOLLOWS = "continuity.loan_follows"
    NEED_DECIDED = "continuity.need_decided"


class EquipmentKind(models.TextChoices):
    """One list for all schools, so that the region can add things up."""

    LAPTOP = "laptop", pgettext_lazy("equipment", "laptop")
    TABLET = "tablet", pgettext_lazy("equipment", "tablet")
    ROUTER = "router", pgettext_lazy("equipment", "4G router")
    SIM = "sim", pgettext_lazy("equipment", "SIM card or data")
    CHARGER = "charger", pgettext_lazy("equipment", "charger")
    BAG = "bag", pgettext_lazy("equipment", "bag")
    HEADSET = "headset", pgettext_lazy("equipment", "headset")
    OTHER = "other", pgettext_lazy("equipment", "other accessory")


class ItemState(models.TextChoices):
    """Nothing else: an item is in exactly one of them."""

    AVAILABLE = "available", pgettext_lazy("an item", "available")
    RESERVED = "reserved", pgettext_lazy("an item", "reserved")
    LENT = "lent", pgettext_lazy("an item", "lent")
    TO_INSPECT = "to_inspect", pgettext_lazy("an item", "to inspect")
    IN_REPAIR = "in_repair", pgettext_lazy("an item", "in repair")
    LOST = "lost", pgettext_lazy("an item", "lost")
    RETIRED = "retired", pgettext_lazy("an item", "retired")


class LineOutcome(models.TextChoices):
    """How an item of a loan came back; empty while it is out."""

    BACK = "back", pgettext_lazy("an item of a loan", "back")
    DAMAGED = "damaged", pgettext_lazy("an item of a loan", "back, damaged")
    LOST = "lost", pgettext_lazy("an item of a loan", "lost or stolen")
    SWAPPED = "swapped", pgettext_lazy("an item of a loan", "exchanged")


# Those that a desk says of a thing that it sees, or will never see again.
RETURNS = (LineOutcome.BACK, LineOutcome.DAMAGED, LineOutcome.LOST)
# Those after which another thing is lent in its place, and about which there may be an estimate.
LOSSES = (LineOutcome.DAMAGED, LineOutcome.LOST)


class LossReason(models.TextChoices):
    """What an estimate is of. A closed list: nothing is written about who broke it."""

    SCREEN = "screen", pgettext_lazy("an estimate", "the screen")
    CASE = "case", pgettext_lazy("an estimate", "the case or a hinge")
    KEYBOARD = "keyboard", pgettext_lazy("an estimate", "the keyboard")
    SOCKET = "socket", pgettext_lazy("an estimate", "a socket or a cable")
    BATTERY = "battery", pgettext_lazy("an estimate", "the battery")
    LIQUID = "liquid", pgettext_lazy("an estimate", "a liquid")
    WHOLE = "whole", pgettext_lazy("an estimate", "the whole thing")


class Signatory(models.TextChoices):
    """Who signed an agreement, and as what: no family situation, no reason."""

    GUARDIAN = "guardian", pgettext_lazy("signed by", "who holds parental authority")
    STUDENT = "student", pgettext_lazy("signed by", "the student, of age")


class ReportKind(models.TextChoices):
    """What a family says of a thing that is out, the gravest last."""

    BROKEN = "broken", pgettext_lazy("a thing lent", "broken")
    LOST = "lost", pgettext_lazy("a thing lent", "lost")
    STOLEN = "stolen", pgettext_lazy("a thing lent", "stolen")


class DueMoment(models.TextChoices):
    """When the last day of a loan is recalled."""

    BEFORE = "before"
    ON_IT = "on_it"
    AFTER = "after"


class AgreementWay(models.TextChoices):
    """How an agreement was signed."""

    LINK = "link", pgettext_lazy("signed", "by personal link")
    ACCOUNT = "account", pgettext_lazy("signed", "with an account")
    COUNTER = "counter", pgettext_lazy("signed", "at the counter")
    PAPER = "paper", pgettext_lazy("signed", "on paper")


class PhotoOf(models.TextChoices):
    """What a photo beside a loan shows."""

    HANDED = "handed", pgettext_lazy("a photo shows", "the state at the hand-over")
    BACK = "back", pgettext_lazy("a photo shows", "the state at the return")
    SHEET = "sheet", pgettext_lazy("a photo shows", "the sheet that was signed")


# What may hold data of its borrower.
HOLDS_DATA = (EquipmentKind.LAPTOP, EquipmentKind.TABLET)


class NeedKind(models.TextChoices):
    DEVICE = "device", pgettext_lazy("need", "a computer or tablet")
    CONNECTION = "connection", pgettext_lazy("need", "a connection")


class NeedOrigin(models.TextChoices):
    """Who asked."""

    STUDENT = "student", pgettext_lazy("need", "the student")
    GUARDIAN = "guardian", pgettext_lazy("need", "a guardian")
    STAFF = "staff", pgettext_lazy("need", "somebody of the school, on their behalf")


class Criterion(models.TextChoices):
    """What a school may put into an order: which need comes first. Nothing on a family or income."""

    NO_DEVICE = "no_device", pgettext_lazy("criterion", "no device at all at home")
    PHONE_ONLY = "phone_only", pgettext_lazy("criterion", "only a phone")
    SHARED_MANY = (
        "shared_many",
        pgettext_lazy("criterion", "a computer shared with three others or more"),
    )
    SHARED = "shared", pgettext_lazy("criterion", "a computer shared with one or two others")
    NO_CONNECTION = "no_connection", pgettext_lazy("criterion", "no connection at home")
    PHONE_DATA = "phone_data", pgettext_lazy("criterion", "only the data of a phone")


class NeedVerdict(models.TextChoices):
    YES = "yes", pgettext_lazy("decision on a need", "yes")
    LATER = "later", pgettext_lazy("decision on a need", "later")
    NO = "no", pgettext_lazy("decision on a need", "no")


class NeedReason(models.TextChoices):
    """Why it was decided so; which of them fit a verdict, the rules say."""

    IN_TURN = "in_turn", pgettext_lazy("decision on a need", "first by the published criteria")
    OUT_OF_TURN = (
        "out_of_turn",
        pgettext_lazy("decision on a need", "before others, for the reason written beside"),
    )
    NONE_FREE = "none_free", pgettext_lazy("decision on a need", "nothing is free at the moment")
    TO_CHECK = (
        "to_check",
        pgettext_lazy("decision on a need", "something has to be checked with you first"),
    )
    HAS_ONE = (
        "has_one",
        pgettext_lazy("decision on a need", "there is a device or a connection already"),
    )
    NOT_LENT = "not_lent", pgettext_lazy("decision on a need", "the school doesn’t lend this")


# Which need a thing serves, lent for itself.
NEED_OF = {
    EquipmentKind.LAPTOP: NeedKind.DEVICE,
    EquipmentKind.TABLET: NeedKind.DEVICE,
    EquipmentKind.ROUTER: NeedKind.CONNECTION,
    EquipmentKind.SIM: NeedKind.CONNECTION,
}
