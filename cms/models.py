"""Imports the models of the roof's rooms for Django. Everybody else imports from the room."""

from cms.guidance.models import *  # noqa: F403
from cms.guidance.models import __all__ as __all__
from cms.indicators.models import ClosedDay as ClosedDay
from cms.indicators.models import ClosedWeek as ClosedWeek
from cms.indicators.models import CountingKey as CountingKey
from cms.indicators.models import DayCount as DayCount
from cms.indicators.models import Definition as Definition
from cms.indicators.models import HourCount as HourCount
from cms.indicators.models import HourFigure as HourFigure
from cms.indicators.models import HourPeople as HourPeople
from cms.indicators.models import PageTally as PageTally
from cms.indicators.models import SeenThisWeek as SeenThisWeek
from cms.indicators.models import SeenToday as SeenToday
from cms.indicators.models import WeekFigure as WeekFigure
from cms.indicators.models import YearFigure as YearFigure
from cms.register.models import ErasedAccount as ErasedAccount
from cms.register.models import ErasedCount as ErasedCount
from cms.today.models import Heartbeat as Heartbeat
