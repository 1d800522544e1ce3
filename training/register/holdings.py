"""Which fields of which models belong to which category."""

from django.db.models import Exists, OuterRef, Q

from courses.digest.register import THREE_YEARS, Holding, before
from courses.people.enums import Role
from courses.people.models import Membership
from training.models import Certificate


def of_nobody_here(cutoff) -> Q:
    """People who are neither a teacher nor a trainer any more."""
    roles = (Role.TEACHER, Role.TRAINER)
    here = Membership.objects.current().filter(person=OuterRef("person"), role__in=roles)
    return Q(~Exists(here))


def without_certificate(enrolment: str, past):
    """`past`, and no certificate refers to the enrolment: a certificate keeps it for ten years."""

    def over(cutoff) -> Q:
        return past(cutoff) & ~Exists(Certificate.objects.filter(enrolment=OuterRef(enrolment)))

    return over


SESSION_ENDS = "enrolment__session__ends_at"
HOLDINGS = (
    Holding(
        "training.CalendarFeed",
        "training_calendar",
        about=("person",),
        fields=("made_at",),
        secret=("secret",),
        other=("person",),
        past=of_nobody_here,
        leaving=Q(),
    ),
    Holding(
        "training.CertificateRequest",
        "certificates",
        about=("certificate__person",),
        fields=(
            "change", "wanted_name", "wanted_minutes", "reason", "asked_at", "state", "answer",
            "answered_at",
        ),
        by=("answered_by",),
        other=("certificate",),
        period=THREE_YEARS,
        past=before("asked_at"),
        leaving=Q(),
    ),
    Holding(
        "training.Certificate",
        "certificates",
        about=("person",),
        fields=(
            "number", "version", "content", "minutes", "issued_at", "file", "shows_name",
            "revoked_at", "revoke_reason",
        ),
        other=("code", "enrolment", "person", "sha256", "drawn_at", "replaces"),
        past=before("issued_at"),
    ),
    Holding(
        "training.DeliveryNote",
        "deliveries",
        about=("leaders",),
        fields=("number", "provider", "month", "issued_at"),
        by=("checked_by", "answered_by"),
        other=(
            "version", "content", "leaders", "replaces", "state", "reason", "checked_at", "answer",
            "answered_at", "file", "sha256", "drawn_at",
        ),
        past=before("issued_at"),
    ),
    Holding(
        "training.Evaluation",
        "evaluations",
        about=("enrolment__teacher",),
        fields=(
            "session", "useful", "clear", "pace", "online", "comment", "closes_on", "hidden_reason",
        ),
        by=("hidden_by",),
        other=("enrolment", "hidden_at"),
        past=before("session__ends_at"),
        leaving_blank={"enrolment": None},
    ),
    Holding(
        "training.AdvanceQuestion",
        "advance_questions",
        about=("enrolment__teacher",),
        fields=("text", "asked_at", "answer", "answered_at"),
        by=("answered_by",),
        other=("enrolment", "key"),
        past=before("enrolment__session__ends_at"),
        leaving=Q(),
    ),
    Holding(
        "training.DateProposal",
        "proposals",
        about=("by",),
        fields=("resource", "title", "words", "proposed_at", "ends_at", "state", "answered_at", "answer"),
        by=("answered_by",),
        other=("by", "provider", "training", "session", "key"),
        past=before("ends_at"),
        leaving_blank={"words": "", "answer": "-"},
    ),
    Holding(
        "training.ProposedDate",
        "proposals",
        about=("proposal__by",),
        fields=("proposal", "starts_at", "ends_at"),
        past=before("proposal__ends_at"),
    ),
    Holding(
        "training.PresenceContest",
        "attendance",
        about=("line__participation__enrolment__teacher",),
        fields=(
            "why", "counted_minutes", "minutes", "words", "asked_at", "answer", "answer_words",
            "answered_at",
        ),
        by=("answered_by",),
        other=("line", "correction"),
        past=before("line__sheet__session__ends_at"),
        leaving=Q(answered_at__isnull=True),  # nobody is left to be answered
        leaving_blank={"words": "", "answer_words": "-"},
    ),
    Holding(
        "training.SheetCorrection",
        "attendance",
        about=("line__participation__enrolment__teacher",),
        fields=("minutes", "reason", "at"),
        by=("by",),
        other=("line",),
        past=before("line__sheet__session__ends_at"),
        leaving_blank={"reason": ""},
    ),
    Holding(
        "training.ProviderRow",
        "attendance",
        about=("line__participation__enrolment__teacher",),
        fields=("name", "minutes", "uploaded_at"),
        by=("uploaded_by",),
        other=("sheet", "number", "line"),
        past=before("sheet__session__ends_at"),
        leaving_blank={"name": ""},
    ),
    Holding(
        "training.SheetLine",
        "attendance",
        about=("participation__enrolment__teacher",),
        fields=(
            "sheet", "shown_name", "stays", "measured_minutes", "provider_minutes",
            "attested_minutes", "choice", "chosen_minutes", "reason", "has_estimate",
        ),
        secret=("subject",),
        other=("participation", "joined_to"),
        past=before("sheet__session__ends_at"),
        leaving_blank={"shown_name": "", "stays": []},
    ),
    Holding(
        "training.Sheet",
        "attendance",
        about=("leaders",),
        fields=("session", "meeting", "real_minutes", "closed_at"),
        by=("closed_by", "hours_by"),
        other=(
            "state", "measure", "held", "real_starts_at", "real_ends_at", "reminded_at",
            "hours_reason", "leaders",
        ),
    ),
    Holding(
        "training.Participation",
        "enrolments",
        about=("enrolment__teacher",),
        fields=("meeting", "is_withdrawn", "reason", "excused_at"),
        by=("decided_by",),
        other=("enrolment", "left_with_seat"),
        past=without_certificate("enrolment", before(SESSION_ENDS)),
        leaving_blank={"reason": ""},
    ),
    Holding(
        "training.EnrolmentStep",
        "enrolments",
        about=("enrolment__teacher",),
        fields=("state", "at", "reason", "refusal"),
        by=("by",),
        other=("enrolment", "refusal"),
        past=before(SESSION_ENDS),
        leaving_blank={"reason": ""},
    ),
    Holding(
        "training.SeatOffer",
        "enrolments",
        about=("enrolment__teacher",),
        fields=("state", "offered_at", "expires_at", "answered_at"),
        other=("enrolment",),
        past=before(SESSION_ENDS),
    ),
    Holding(
        "training.ResourceWish",
        "enrolments",
        about=("person",),
        fields=("resource", "school", "asked_at", "wanted_on", "told_at"),
        other=("person",),
        past=before("asked_at"),
        leaving=Q(),
    ),
    Holding(
        "training.NoInvitations",
        "account",
        about=("person",),
        fields=("since",),
        other=("person",),
        leaving=Q(),
    ),
    Holding(
        "training.Invitation",
        "messages",
        by=("by",),
        other=("session", "at", "written", "done_at"),
        past=before("session__ends_at"),
    ),
    Holding(
        "training.DateAlert",
        "enrolments",
        about=("person",),
        fields=("training", "asked_at"),
        other=("person",),
        past=before("asked_at"),
        leaving=Q(),
    ),
    Holding(
        "training.Enrolment",
        "enrolments",
        about=("teacher",),
        fields=(
            "session", "school", "state", "origin", "over_capacity", "is_admitted", "asked_at",
            "offer_ends_at", "set_back_at", "right_ended_at", "held_until", "has_evaluated",
        ),
        other=("teacher", "instead_of", "held_for", "not_yet_told"),
        past=without_certificate("pk", before("session__ends_at")),
    ),
    Holding(
        "training.SessionMessage",
        "messages",
        about=("by",),
        fields=("session", "subject", "body", "at"),
        other=("by",),
        past=before("session__ends_at"),
    ),
    Holding(
        "training.RoomPlan",
        "messages",
        by=("by",),
        other=(
            "session", "meeting", "address", "tool", "learns", "plan_b_address", "plan_b_words",
            "at", "revision",
        ),
        past=before("session__ends_at"),
    ),
    Holding(
        "training.Material",
        "messages",
        about=("by",),
        fields=("session", "title", "address", "file", "name", "at"),
        by=("removed_by",),
        other=("by", "meeting", "media_type", "size_bytes", "key", "removed_at"),
        past=before("session__ends_at"),
    ),
    Holding(
        "training.PlanBAnnouncement",
        "messages",
        by=("by",),
        other=("meeting", "at"),
        past=before("meeting__occurrence__end"),
    ),
    Holding(
        "training.MissedDate",
        "messages",
        by=("by", "settled_by"),
        other=("session", "meeting", "words", "at", "settled_at", "settled_words", "made_up_by"),
        # Its date may be later than the session's end, which is that of the dates that are left.
        past=before("meeting__occurrence__end"),
    ),
    Holding(
        "training.Substitution",
        "messages",
        about=("substitute",),
        fields=("session", "meeting", "at"),
        by=("replaces", "by"),
        other=("substitute",),
        past=before("session__ends_at"),
    ),
    Holding(
        "training.SessionChange",
        "messages",
        by=("by",),
        other=(
            "session", "meeting", "was_starts_at", "was_ends_at", "starts_at", "ends_at", "reason",
            "at",
        ),
        past=before("session__ends_at"),
    ),
    Holding(
        "training.Session",
        "messages",
        about=("trainers",),
        fields=("training", "starts_at", "ends_at", "state"),
        other=(
            "provider", "language", "capacity", "series", "threshold_percent", "note", "cancel_reason",
            "cancelled_at", "made_at", "trainers", "meeting_days", "planned_minutes", "open_to",
            "schools", "school_quota", "enrolment_opens_at", "enrolment_closes_at",
            "date_owed_from", "subjects_at_start", "opened_at",
        ),
    ),
)  # fmt: skip
