"""Register of personal data in training (GDPR, article 30): enrolments, presence, certificates."""

from courses.digest.register import Period, Register
from training.register.categories import CATEGORIES
from training.register.holdings import HOLDINGS

REGISTER = Register(
    CATEGORIES,
    HOLDINGS,
    unrelated=(
        "training.Training",
        "training.MonthNoShows",  # hidden numbers are set to 0 a month later (services.no_shows)
        "training.MonthPresence",  # of five people at least, or of nobody
    ),
)


def period_of(model: str) -> Period:
    """How long rows of a model of training are kept: "training.SheetLine"."""
    holding = next(one for one in HOLDINGS if one.model == model)
    return holding.period or next(one.period for one in CATEGORIES if one.key == holding.category)
