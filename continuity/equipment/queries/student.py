"""One student's equipment, as the class tutor and a leader read it on the student's page."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from continuity.equipment.queries.loans import loans_of
from continuity.equipment.queries.needs import needs_of
from continuity.equipment.queries.results import campaigns_of, in_words
from continuity.equipment.values.questions import Question
from continuity.equipment.values.voices import voices
from continuity.models import EquipmentNeed, Loan, SurveyAnswer
from courses.people.models import Organisation, Person


def at_home(answer: SurveyAnswer) -> str:
    """What there is to work with, and by what connection; empty where both were skipped."""
    said = [in_words(answer, one) for one in (Question.DEVICE, Question.CONNECTION)]
    return ", ".join(filter(None, said))


@dataclass(frozen=True)
class EquipmentOf:
    """In the schools through which somebody keeps the student; nothing of another one, apart from a
    loan that follows to one of these.
    """

    schools: list[Organisation]
    is_surveyed: bool  # this school year
    heard: list[tuple[SurveyAnswer, str]]  # in the newest survey, each voice's latest, in words
    loans: list[Loan]  # of which something is out
    needs: list[EquipmentNeed]  # with what was decided, the newest first


def equipment_in(
    schools: Iterable[Organisation], student: Person, day: datetime.date
) -> EquipmentOf:
    """Seven queries, beside that of the schools."""
    among = list(schools)
    campaigns = campaigns_of(among, day)
    given = SurveyAnswer.objects.filter(campaign__in=campaigns.values(), student=student)
    here = Q(school__in=among) | Q(is_there=True, goes_to__in=among)
    return EquipmentOf(
        among,
        bool(campaigns),
        [(one, at_home(one)) for one in voices(given)],
        list(loans_of(student).filter(here, ended_at__isnull=True)),
        list(needs_of(student).filter(school__in=among)),
    )
