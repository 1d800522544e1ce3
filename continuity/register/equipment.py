"""What a school lends, and to whom."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.models import ItemEvent, LendingCriteria
from courses.digest.register import (
    ONE_YEAR,
    SCHOOL_YEAR,
    TEN_YEARS,
    Category,
    Controller,
    Holding,
    Whose,
    before,
)

CATEGORIES = (
    Category(
        key="loans",
        title=_("Equipment lent to a student"),
        purpose=_(
            "To know who has which device of the school, under a signed agreement, and what came"
            " back. The agreement bears the name typed by who signed and, at the school, the signature"
            " as they drew it; the school may take photos of the things at the hand-over and at the"
            " return, and of a sheet signed on paper. An open loan stays until everything is back or"
            " written off, and with it the accounts of the student and of who signed; an agreement"
            " that came to no loan, one year."
        ),
        readers=_(
            "The student and whoever follows their week; the class tutor, the school’s leaders and"
            " its office; leaders and office of the student’s next school, if the loan follows there."
            " The photos: the student, the school’s leaders and its office, and guardians those of the"
            " things. A sheet with a name or a signature: the student, who signed, the school’s leaders and its office."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF),
        period=ONE_YEAR,
        child_title=pgettext_lazy("to a child", "What the school lends you"),
        child_text=pgettext_lazy(
            "to a child",
            "Which things, from when until when, who signed the agreement, with the signature, how"
            " they came back, and photos of the things or of the signed sheet, if the school took"
            " some. The year counts from the day on which everything is back. Until then your account stays,"
            " too.",
        ),
        order=33,
    ),
    Category(
        key="needs",
        title=_("Requests for equipment, and what was decided"),
        purpose=_(
            "To lend first to who has nothing to work with, by an order that is published, and to"
            " say to each family what was decided and why. An open request stays until it is"
            " answered."
        ),
        readers=_(
            "The student and whoever follows their week; the class tutor, the school’s leaders and"
            " its office."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "What you asked for"),
        child_text=pgettext_lazy(
            "to a child",
            "What there is at home to work with, as you said it, and what the school decided and"
            " why.",
        ),
        order=32,
    ),
    Category(
        key="pool",
        title=_("Who did what with a device of the school"),
        purpose=_(
            "To follow each device from its purchase to the end, without its borrowers. The order"
            " of lending that holds and a device’s latest state stay until others replace them."
        ),
        readers=_("The school’s leaders and its office."),
        controller=Controller.SCHOOL,
        whose=(Whose.STAFF,),
        period=TEN_YEARS,
        order=34,
    ),
)


def closed_needs(cutoff) -> Q:
    return Q(need__closed_at__lt=cutoff)


def agreements_of_ended_loans(cutoff) -> Q:
    """Or of none: not signed, or never handed over."""
    return Q(loan__ended_at__lt=cutoff) | Q(loan__isnull=True, drawn_up_at__lt=cutoff)


def signatories_of_ended_loans(cutoff) -> Q:
    return Q(agreement__loan__ended_at__lt=cutoff)


def reports_of_ended_loans(cutoff) -> Q:
    return Q(line__loan__ended_at__lt=cutoff)


def photos_of_ended_loans(cutoff) -> Q:
    return Q(loan__ended_at__lt=cutoff)


def returned_of_ended_loans(cutoff) -> Q:
    return Q(loan__ended_at__lt=cutoff)


def replaced_criteria(cutoff) -> Q:
    """The order that holds stays, however old it is."""
    newer = LendingCriteria.objects.filter(school=OuterRef("school"), pk__gt=OuterRef("pk"))
    return Q(published_at__lt=cutoff) & Q(Exists(newer))


def events_before_the_last(cutoff) -> Q:
    """The state in which a thing was at the cutoff is known as long as the thing is."""
    later = ItemEvent.objects.filter(item=OuterRef("item"), pk__gt=OuterRef("pk"), at__lt=cutoff)
    return Q(at__lt=cutoff) & Q(Exists(later))


HOLDINGS = (
    Holding(
        "continuity.NeedDecision",
        "needs",
        about=("need__student",),
        fields=("verdict", "reason", "words", "place", "met", "decided_at"),
        by=("decided_by",),
        other=("need",),
        past=closed_needs,
        leaving=Q(need__closed_at__isnull=False),
    ),
    Holding(
        "continuity.EquipmentNeed",
        "needs",
        about=("student",),
        fields=(
            "wants", "device", "shared_with", "connection", "asked_as", "asked_at", "verdict",
            "withdrawn_at", "closed_at",
        ),
        by=("asked_by",),
        other=("student", "school", "loan"),
        past=before("closed_at"),
        leaving=Q(closed_at__isnull=False),
    ),
    Holding(
        "continuity.LendingCriteria",
        "pool",
        by=("published_by",),
        other=("school", "codes", "published_at"),
        past=replaced_criteria,
    ),
    Holding(
        "continuity.SignatoryCorrection",
        "loans",
        about=("agreement__student", "was", "signed_by"),
        fields=("corrected_at",),
        by=("corrected_by",),
        other=("agreement", "was", "signed_by"),
        past=signatories_of_ended_loans,
        leaving=Q(agreement__loan__ended_at__isnull=False),
    ),
    Holding(
        "continuity.LoanAgreement",
        "loans",
        about=("student", "signed_by"),
        fields=(
            "terms", "drawn_up_at", "way", "signed_as", "signed_name", "signature", "signed_at",
            "refused_at", "file",
        ),
        by=("drawn_up_by",),
        other=(
            "student", "school", "loan", "replaces", "signed_by", "taken_off_at", "checksum",
            "drawn_as", "signature_checksum",
        ),
        only_to={"signature": "signed_by"},
        keeps_account=Q(loan__isnull=False, loan__ended_at__isnull=True),
        keeps={"courses.Guardianship": {"guardian": "signed_by", "student": "student"}},
        past=agreements_of_ended_loans,
        leaving=Q(loan__ended_at__isnull=False) | Q(loan__isnull=True),
    ),
    Holding(
        "continuity.LoanPhoto",
        "loans",
        about=("loan__student",),
        fields=("shows", "file", "taken_at", "removed_at"),
        by=("taken_by", "removed_by"),
        other=("loan", "checksum"),
        past=photos_of_ended_loans,
        leaving=Q(loan__ended_at__isnull=False),
    ),
    Holding(
        "continuity.LoanReport",
        "loans",
        about=("line__loan__student",),
        fields=("kind", "reported_at", "settled_at"),
        by=("reported_by",),
        other=("line",),
        past=reports_of_ended_loans,
        leaving=Q(line__loan__ended_at__isnull=False),
    ),
    Holding(
        "continuity.ReturnCorrection",
        "loans",
        about=("line__loan__student",),
        fields=("was", "was_erased", "was_back_at", "outcome", "is_erased", "corrected_at"),
        by=("was_returned_to", "corrected_by"),
        other=("line",),
        past=reports_of_ended_loans,
        leaving=Q(line__loan__ended_at__isnull=False),
    ),
    Holding(
        "continuity.LossEstimate",
        "loans",
        about=("line__loan__student",),
        fields=("euros", "reason", "estimated_at"),
        by=("estimated_by",),
        other=("line",),
        past=reports_of_ended_loans,
        leaving=Q(line__loan__ended_at__isnull=False),
    ),
    Holding(
        "continuity.LoanLine",
        "loans",
        about=("loan__student",),
        fields=("thing", "outcome", "back_at", "is_erased"),
        by=("returned_to",),
        other=("loan",),
        past=returned_of_ended_loans,
        leaving=Q(loan__ended_at__isnull=False),
    ),
    Holding(
        "continuity.Loan",
        "loans",
        about=("student",),
        fields=("lent_at", "due_on", "signed_as", "ended_at", "goes_to", "goes_since"),
        by=("lent_by", "let_go_by"),
        other=("student", "school", "is_reminded"),
        keeps_account=Q(ended_at__isnull=True),
        past=before("ended_at"),
        leaving=Q(ended_at__isnull=False),
    ),
    Holding(
        "continuity.ItemEvent",
        "pool",
        by=("by",),
        other=("item", "state", "at", "loan", "is_erased"),
        past=events_before_the_last,
    ),
)  # fmt: skip
