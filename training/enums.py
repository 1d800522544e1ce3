"""The words of training."""

from enum import Enum, StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.mail.enums import LetterKeys


class SessionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("session", "Draft")
    OPEN = "open", pgettext_lazy("session", "Open")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")
    CLOSED = "closed", pgettext_lazy("session", "Closed")  # every sheet is closed


class TrainingLevel(models.TextChoices):
    """How much of the resource a participant knows before."""

    ANY = "any", pgettext_lazy("level of a training", "All levels")
    FIRST_STEPS = "first_steps", pgettext_lazy("level of a training", "First steps")
    FURTHER = "further", pgettext_lazy("level of a training", "Going further")


class Length(models.TextChoices):
    """Length of a session, all its meetings together."""

    HOUR = "hour", _("An hour at most")
    TWO_HOURS = "two-hours", _("Two hours at most")
    MORE = "more", _("More than two hours")


class Soon(models.TextChoices):
    """Days that an address names without a date: it says the same next week."""

    THIS_WEEK = "this-week", _("This week")
    NEXT_WEEK = "next-week", _("Next week")
    THIS_MONTH = "this-month", _("This month")


class OpenTo(models.TextChoices):
    """Whom a session is for."""

    SUBSCRIBERS = "subscribers", _("Teachers whose school subscribes to the resource")
    SCHOOLS = "schools", _("Teachers of some schools, with or without a subscription")
    EVERYONE = "everyone", _("All teachers, with or without a subscription")


class EnrolmentState(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("enrolment", "Enrolled")
    WAITING = "waiting", pgettext_lazy("enrolment", "Waiting")
    OFFERED = "offered", pgettext_lazy("enrolment", "Seat offered")
    HELD = "held", pgettext_lazy("enrolment", "Seat held")
    TO_CONFIRM = "to_confirm", pgettext_lazy("enrolment", "To confirm")
    CANCELLED = "cancelled", pgettext_lazy("enrolment", "Cancelled")


# Nobody else can take an offered or a held seat, but whoever has it to answer doesn't come yet
COUNT_AS_TAKEN = [
    EnrolmentState.CONFIRMED,
    EnrolmentState.OFFERED,
    EnrolmentState.HELD,
    EnrolmentState.TO_CONFIRM,
]
TO_ANSWER = [EnrolmentState.OFFERED, EnrolmentState.HELD]
HOLD_A_SEAT = [state for state in COUNT_AS_TAKEN if state not in TO_ANSWER]
STILL_OPEN = [*COUNT_AS_TAKEN, EnrolmentState.WAITING]


class OfferState(models.TextChoices):
    OPEN = "open", pgettext_lazy("offer", "Open")
    TOLD = "told", pgettext_lazy("offer", "Told in the last hour")
    TAKEN = "taken", pgettext_lazy("offer", "Taken")
    DECLINED = "declined", pgettext_lazy("offer", "Declined")
    EXPIRED = "expired", pgettext_lazy("offer", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "Withdrawn")


NOT_ANSWERED = [OfferState.OPEN, OfferState.TOLD]


class Phase(Enum):
    """How a free seat is given while people wait, by the time left until the start."""

    AT_ONCE = "at once"
    OFFERS = "offers"
    LAST_HOUR = "last hour"
    STARTED = "started"


class EnrolmentOrigin(models.TextChoices):
    SELF = "self", _("by the teacher")
    ADVISER = "adviser", _("by a training planner")
    OTHER_DATE = "other_date", _("from another date of the training")
    AFTERWARDS = "afterwards", _("after the fact, by a training planner")
    LATE = "late", _("after the start, by a training planner")


CAME_AFTER_START = [EnrolmentOrigin.AFTERWARDS, EnrolmentOrigin.LATE]


class SheetState(models.TextChoices):
    OPEN = "open", pgettext_lazy("sheet", "Open")
    CLOSED = "closed", pgettext_lazy("sheet", "Closed")


class HoursSource(models.TextChoices):
    """Where a sheet's real time comes from."""

    TRAINERS = "trainers", _("the time during which a trainer was in the room")
    PLANNED = "planned", _("the planned time: no trainer was seen in the room")
    STATED = "stated", _("the hours stated by a trainer or a training planner, with a reason")


# A session in one of these isn't held: no list counts it among those to come.
NOT_HELD = (SessionState.DRAFT, SessionState.CANCELLED)


class Attested(models.TextChoices):
    """Which minutes the trainer attests: what isn't evidence needs a reason."""

    MEASURED = "measured", _("as measured")
    PROVIDER = "provider", _("as in the provider’s list")
    WHOLE = "whole", _("the whole")
    NONE = "none", _("none")
    NUMBER = "number", _("another duration")


# In the database. The rule asks a reason of "none", too, where somebody was seen.
WITHOUT_A_REASON = (Attested.MEASURED, Attested.PROVIDER, Attested.NONE)


class AttendanceVerdict(models.TextChoices):
    """Words for attested minutes beside the threshold; nothing else."""

    PRESENT = "present", _("Present")
    PARTIAL = "partial", _("Partial")
    ABSENT = "absent", _("Absent")


class CertificateState(models.TextChoices):
    """Whether a certificate proves something now."""

    VALID = "valid", pgettext_lazy("certificates", "Valid")
    REVOKED = "revoked", pgettext_lazy("certificates", "Revoked")
    REPLACED = "replaced", pgettext_lazy("certificates", "Replaced")


class RequestedChange(models.TextChoices):
    """Field of a certificate that its holder wants corrected."""

    NAME = "name", pgettext_lazy("certificate", "My name")
    HOURS = "hours", pgettext_lazy("certificate", "The time attended")


class RequestState(models.TextChoices):
    OPEN = "open", pgettext_lazy("request", "Open")
    REPLACED = "replaced", pgettext_lazy("request", "Corrected")
    REFUSED = "refused", pgettext_lazy("request", "Not corrected")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")


class ContestReason(models.TextChoices):
    """Reason that a participant gives for wrong minutes."""

    LINE_CUT = "line_cut", _("I was in the room, the connection was cut")
    TELEPHONE = "telephone", _("I took part by telephone")
    OTHER_DEVICE = "other_device", _("I was on somebody else’s device")
    OTHER = "other", _("Something else")


class ContestAnswer(models.TextChoices):
    KEPT = "kept", _("The minutes stay as they are")
    CHANGED = "changed", _("The minutes are changed")


class Agreement(models.IntegerChoices):
    """How far a participant agrees with a sentence of the evaluation."""

    FULLY = 4, pgettext_lazy("evaluation", "Fully")
    RATHER = 3, pgettext_lazy("evaluation", "Rather yes")
    RATHER_NOT = 2, pgettext_lazy("evaluation", "Rather not")
    NOT_AT_ALL = 1, pgettext_lazy("evaluation", "Not at all")


class EvaluationQuestion(models.TextChoices):
    """The four sentences, in the words that both the writer and the readers see. Each is a column
    of `Evaluation`.
    """

    USEFUL = "useful", _("What I learnt is useful for my classes.")
    CLEAR = "clear", _("The explanations were clear.")
    PACE = "pace", _("The pace and the length suited me.")
    ONLINE = "online", _("Online, I could see, hear and take part without trouble.")


class ProposalState(models.TextChoices):
    """State of dates that a provider proposed."""

    OPEN = "open", pgettext_lazy("proposed dates", "Waits for an answer")
    PLANNED = "planned", pgettext_lazy("proposed dates", "Taken up")
    DECLINED = "declined", pgettext_lazy("proposed dates", "Not taken up")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposed dates", "Withdrawn")


class FiguresBy(models.TextChoices):
    """Of what a line of the Region's figures is."""

    RESOURCE = "resource", pgettext_lazy("a line for each", "Resource")
    DEPARTMENT = "department", pgettext_lazy("a line for each", "Department")
    SCHOOL = "school", pgettext_lazy("a line for each", "School")
    MONTH = "month", pgettext_lazy("a line for each", "Month")


class DeliveryState(models.TextChoices):
    """What the Region says of a delivery note."""

    TO_CHECK = "to_check", pgettext_lazy("delivery note", "To check")
    RIGHT = "right", pgettext_lazy("delivery note", "Right")
    CONTESTED = "contested", pgettext_lazy("delivery note", "Contested")


class Letters(LetterKeys):
    """The key of each letter, kept in rows: its function says it with `@writes` and may move, the
    key stays.
    """

    SEAT_CONFIRMED = "training.seat_confirmed"
    ON_THE_WAITING_LIST = "training.on_the_waiting_list"
    SEAT_FROM_WAITING_LIST = "training.seat_from_waiting_list"
    SEAT_OFFERED = "training.seat_offered"
    OFFER_EXPIRED = "training.offer_expired"
    OFFER_WITHDRAWN = "training.offer_withdrawn"
    ADMITTED = "training.admitted"
    NEW_DATE = "training.new_date"
    INVITED = "training.invited"
    WISHES = "training.wishes"
    RIGHT_ENDS = "training.right_ends"
    RIGHT_RENEWED = "training.right_renewed"
    RIGHT_ENDS_AT_SCHOOL = "training.right_ends_at_school"
    SEATS_AT_RISK = "training.seats_at_risk"
    SEATS_GIVEN_BACK = "training.seats_given_back"
    LAST_HOUR = "training.last_hour"
    ENROLMENT_CANCELLED = "training.enrolment_cancelled"
    MEETING_INVITATION = "training.meeting_invitation"
    MEETING_WITHDRAWN = "training.meeting_withdrawn"
    MEETING_UPDATE = "training.meeting_update"
    SESSION_MOVED = "training.session_moved"
    SESSION_CANCELLED = "training.session_cancelled"
    SESSION_RESTORED = "training.session_restored"
    HELD_SEAT_OVER = "training.held_seat_over"
    SESSION_LANGUAGE = "training.session_language"
    TRAINER_INVITATION = "training.trainer_invitation"
    TRAINER_IS_BACK = "training.trainer_is_back"
    SUBSTITUTION = "training.substitution"
    NO_TRAINER_CAME = "training.no_trainer_came"
    NO_OTHER_DATE = "training.no_other_date"
    DATE_COUNTS_AFTER_ALL = "training.date_counts_after_all"
    PLAN_B = "training.plan_b"
    ROOM_CHANGED = "training.room_changed"
    MATERIAL_ADDED = "training.material_added"
    QUESTION_ASKED = "training.question_asked"
    QUESTION_ANSWERED = "training.question_answered"
    PROPOSAL_ANSWERED = "training.proposal_answered"
    PROPOSAL_DRAFT_DELETED = "training.proposal_draft_deleted"
    PROPOSAL_PASSED = "training.proposal_passed"
    REMINDER = "training.reminder"
    MESSAGE = "training.message_to_participants"
    SHEET_TO_CLOSE = "training.sheet_to_close"
    PRESENCE_CONTESTED = "training.presence_contested"
    PRESENCE_ANSWERED = "training.presence_answered"
    EVALUATION_OPEN = "training.evaluation_open"
    CERTIFICATE_ISSUED = "training.certificate_issued"
    CERTIFICATE_REVOKED = "training.certificate_revoked"
    CERTIFICATE_CORRECTED = "training.certificate_corrected"
    CERTIFICATE_NOT_CORRECTED = "training.certificate_not_corrected"


class PlannedSort(StrEnum):
    """How the planner's list is sorted; by date unless told otherwise."""

    EMPTIEST = "emptiest"
    TITLE = "title"
