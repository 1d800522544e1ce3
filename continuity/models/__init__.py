from continuity.models.agreement import LoanAgreement, SignatoryCorrection
from continuity.models.contact import Call, PaperHandover, WeekOpening
from continuity.models.cover import Cover
from continuity.models.equipment import EquipmentItem, ItemEvent
from continuity.models.families import AbsenceNotice, AbsenceNoticeQuerySet, NoFamilyMails
from continuity.models.handin import BankComment, Feedback, HandIn, HandInPart, Pin, Reply
from continuity.models.handin_page import HandInPage
from continuity.models.homework import Assignment, Extension, Homework, HomeworkEdit
from continuity.models.lesson import Attachment, Lesson
from continuity.models.loan import Loan, LoanLine, LossEstimate, ReturnCorrection
from continuity.models.loan_photo import LoanPhoto
from continuity.models.loan_report import LoanReport
from continuity.models.need import EquipmentNeed, LendingCriteria, NeedDecision
from continuity.models.plan import (
    ContinuityPlan,
    HelpRequest,
    ItemChange,
    PlanItem,
    PlanPart,
    Tick,
    plan_of,
)
from continuity.models.removed import RemovedItem
from continuity.models.roll_call import RollCall, RollCorrection, RollLine, Stranger
from continuity.models.school import Exemption, SchoolSettings
from continuity.models.survey import (
    DeclinedProposal,
    SurveyAnswer,
    SurveyCampaign,
    SurveyPause,
    SurveyProposal,
)
from continuity.models.video_class import VideoClass
from continuity.models.week import FeedKey

__all__ = [
    "AbsenceNotice",
    "AbsenceNoticeQuerySet",
    "Assignment",
    "Attachment",
    "BankComment",
    "Call",
    "ContinuityPlan",
    "Cover",
    "DeclinedProposal",
    "EquipmentItem",
    "EquipmentNeed",
    "Exemption",
    "Extension",
    "FeedKey",
    "Feedback",
    "HandIn",
    "HandInPage",
    "HandInPart",
    "HelpRequest",
    "Homework",
    "HomeworkEdit",
    "ItemChange",
    "ItemEvent",
    "LendingCriteria",
    "Lesson",
    "Loan",
    "LoanAgreement",
    "LoanLine",
    "LoanPhoto",
    "LoanReport",
    "LossEstimate",
    "NeedDecision",
    "NoFamilyMails",
    "PaperHandover",
    "Pin",
    "PlanItem",
    "PlanPart",
    "RemovedItem",
    "Reply",
    "ReturnCorrection",
    "RollCall",
    "RollCorrection",
    "RollLine",
    "SchoolSettings",
    "SignatoryCorrection",
    "Stranger",
    "SurveyAnswer",
    "SurveyCampaign",
    "SurveyPause",
    "SurveyProposal",
    "Tick",
    "VideoClass",
    "WeekOpening",
    "plan_of",
]
