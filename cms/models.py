"""Imports the models of the roof's rooms for Django. Everybody else imports from the room."""

from cms.guidance.models import *  # noqa: F403
from cms.guidance.models import __all__ as __all__
from cms.register.models import ErasedAccount as ErasedAccount
from cms.register.models import ErasedCount as ErasedCount
from cms.today.models import Heartbeat as Heartbeat
