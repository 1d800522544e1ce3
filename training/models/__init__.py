"""Models: trainings, sessions, enrolments, sheets, certificates."""

from training.models.attendance import ProviderRow, Sheet, SheetCorrection, SheetLine
from training.models.certificate import Certificate, CertificateRequest
from training.models.date_alert import DateAlert
from training.models.delivery import DeliveryNote, MonthNoShows, MonthPresence
from training.models.enrolment import Enrolment, EnrolmentStep, SeatOffer
from training.models.evaluation import Evaluation
from training.models.feed import CalendarFeed
from training.models.invitation import Invitation, NoInvitations
from training.models.leading import Substitution
from training.models.material import Material
from training.models.missed_date import MissedDate
from training.models.participation import Participation
from training.models.presence import PresenceContest
from training.models.proposal import DateProposal, ProposedDate
from training.models.question import AdvanceQuestion
from training.models.room import PlanBAnnouncement, RoomPlan
from training.models.session import Session, SessionChange, SessionMessage
from training.models.training import Training
from training.models.wish import ResourceWish

__all__ = [
    "AdvanceQuestion",
    "CalendarFeed",
    "Certificate",
    "CertificateRequest",
    "DateAlert",
    "DateProposal",
    "DeliveryNote",
    "Enrolment",
    "EnrolmentStep",
    "Evaluation",
    "Invitation",
    "Material",
    "MissedDate",
    "MonthNoShows",
    "MonthPresence",
    "NoInvitations",
    "Participation",
    "PlanBAnnouncement",
    "PresenceContest",
    "ProposedDate",
    "ProviderRow",
    "ResourceWish",
    "RoomPlan",
    "SeatOffer",
    "Session",
    "SessionChange",
    "SessionMessage",
    "Sheet",
    "SheetCorrection",
    "SheetLine",
    "Substitution",
    "Training",
]
