"""Random words of three people on one thing that is lent, of the desk and of its return: an open word
goes only by its own author, by the desk that has read it, or with the return.
"""

import datetime
import random

import pytest
from django.utils import timezone

from continuity.enums import ReportKind
from continuity.equipment.services import while_out
from continuity.models import LoanReport
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

STEPS = 60


def still_open(line) -> dict[int, str]:
    return {one.reported_by_id: one.kind for one in line.reports.open()}


@pytest.mark.parametrize("seed", range(8))
def test_no_open_word_goes_but_by_its_author_the_desk_or_the_return(seed):
    dice, now = random.Random(seed), timezone.now()
    school_class = SchoolClassFactory()
    student = StudentFactory(in_class=school_class)
    guardians = [follows(GuardianFactory(), student).guardian for _each in range(2)]
    thing = equipment.thing(school_class.school)
    line = equipment.lent(student, thing).lines.get()
    people = [student, *guardians]
    words = {one.pk: [] for one in people}  # of each: what was said, the last one holds

    for _step in range(STEPS):
        now += datetime.timedelta(minutes=1)
        by = dice.choice(people)
        match dice.choice(["report", "report", "report", "take back", "deal with"]):
            case "report":
                kind = dice.choice(ReportKind.values)
                while_out.report(line=line, kind=kind, by=by, now=now)
                if words[by.pk][-1:] != [kind]:
                    words[by.pk].append(kind)
            case "take back":
                is_taken = while_out.withdraw_report(line=line, by=by)
                assert is_taken == bool(words[by.pk])
                words[by.pk] = words[by.pk][:-1]
            case "deal with":
                read = [one for one in line.reports.open() if dice.random() < 0.5]
                while_out.settle(line=line, reports=read, now=now)
                for one in read:
                    words[one.reported_by_id] = []

        assert still_open(line) == {who: said[-1] for who, said in words.items() if said}
        gravity = [ReportKind.values.index(one.kind) for one in line.reports.open()]
        assert gravity == sorted(gravity, reverse=True)

    equipment.back(line.loan, thing, "lost")
    assert not LoanReport.objects.open().exists()
