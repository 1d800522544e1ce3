"""Why not: say who signed, after the fact."""

from continuity.equipment.exceptions import LoanHasEnded, NotNamedByDesk
from continuity.models import Loan, LoanAgreement
from courses.exceptions import Refusal


def why_not_correct_signatory(loan: Loan, agreement: LoanAgreement) -> Refusal | None:
    """Until everything is back; who signed by account or link isn't the desk's to say."""
    if loan.ended_at:
        return LoanHasEnded()
    return None if agreement.is_named_by_desk else NotNamedByDesk()
