"""A thousand random steps of loans, needs, returns and inspections: nothing is lost, doubled, or free
while it is broken. The seed is fixed: what fails once fails again.
"""

import datetime
import itertools
import random
from collections import Counter

import pytest
from django.utils import timezone

from continuity.enums import RETURNS, ItemState
from continuity.equipment import rules
from continuity.equipment.queries.things import by_school
from continuity.equipment.services import needs, pool
from continuity.models import EquipmentItem, EquipmentNeed, ItemEvent, Loan, LoanLine, NeedDecision
from courses.exceptions import Refusal
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-09-01T09:00")]

SEED, STEPS, THINGS, STUDENTS = 20200416, 1_000, 14, 8
LOOKED_AFTER_EVERY = 25  # steps
BROKEN = {ItemState.TO_INSPECT, ItemState.IN_REPAIR, ItemState.LOST, ItemState.RETIRED}


class World:
    """One school, and a clock that goes on by some hours with each step."""

    def __init__(self, dice: random.Random):
        self.dice = dice
        school_class = SchoolClassFactory()
        self.school, self.by = school_class.school, equipment.OfficeFactory()
        self.students = StudentFactory.create_batch(STUDENTS, in_class=school_class)
        for _pair in range(THINGS // 2):
            equipment.with_charger(self.school, by=self.by)
        self.now = timezone.now()
        self.refused = Counter()

    def step(self) -> str:
        self.now += datetime.timedelta(hours=self.dice.randint(1, 9))
        name = self.dice.choice(
            ["lend", "lend", "take_back", "take_back", "move", "move", "need", "decide"]
        )
        before = dict(EquipmentItem.objects.values_list("pk", "state"))
        try:
            getattr(self, name)()
        except Refusal as refusal:
            self.refused[type(refusal).__name__] += 1
            assert dict(EquipmentItem.objects.values_list("pk", "state")) == before, name
        return name

    def things(self, most: int) -> list[EquipmentItem]:
        return self.dice.sample(
            list(EquipmentItem.objects.order_by("pk")), self.dice.randint(1, most)
        )

    def free_or_not(self) -> EquipmentItem:
        free = list(EquipmentItem.objects.filter(state=ItemState.AVAILABLE).order_by("pk"))
        return self.dice.choice(free or self.things(1))

    def lend(self):
        things = [self.free_or_not()] if self.dice.random() < 0.7 else self.things(3)
        equipment.lent(
            self.dice.choice(self.students),
            *things,
            by=self.by,
            now=self.now,
            due_on=timezone.localdate(self.now),
            words=self.dice.choice(["", "", "Examen."]),
        )

    def take_back(self):
        lines = list(LoanLine.objects.filter(back_at__isnull=True).order_by("pk"))
        if lines:
            line = self.dice.choice(lines)
            outcome, erased = self.dice.choice(RETURNS), self.dice.random() < 0.7
            equipment.back(line.loan, line.thing, outcome, by=self.by, erased=erased, now=self.now)

    def move(self):
        """By hand, now and then with a purchase for what was retired."""
        (item,) = self.things(1)
        state = self.dice.choice(rules.MOVES[item.state] or ItemState.values)
        pool.move(item=item, state=state, by=self.by, is_erased=self.dice.random() < 0.8)

    def need(self):
        equipment.need_of(
            self.dice.choice(self.students), device=self.dice.choice(["none", "phone", "shared"])
        )

    def decide(self):
        rows = list(EquipmentNeed.objects.open().order_by("pk"))
        if rows:
            need = self.dice.choice(rows)
            verdict = self.dice.choice(["yes", "yes", "later", "no"])
            reason = self.dice.choice(rules.REASONS[verdict])
            words = self.dice.choice(["", "Examen."])
            number = self.dice.choice(["", self.free_or_not().number]) if verdict == "yes" else ""
            equipment.decided(
                need, verdict, reason, words=words, number=number, by=self.by, now=self.now
            )
            if self.dice.random() < 0.1:
                needs.withdraw(need=need, now=self.now)


def what_is_wrong() -> list[str]:
    """Nothing, if states, loans, needs and history say the same."""
    wrong = []
    out = Counter(LoanLine.objects.filter(back_at__isnull=True).values_list("thing", flat=True))
    latest = {event.item_id: event.state for event in ItemEvent.objects.order_by("pk")}
    for item in EquipmentItem.objects.select_related("open_loan", "reserved_for"):
        if out[item.pk] != (item.state == ItemState.LENT):
            wrong.append(f"{item} is {item.state} and in {out[item.pk]} open lines")
        if (item.reserved_for is not None) != (item.state == ItemState.RESERVED):
            wrong.append(f"{item} is {item.state}, reserved for {item.reserved_for}")
        if item.reserved_for and item.reserved_for.closed_at:
            wrong.append(f"{item} is reserved for a closed need")
        if latest[item.pk] != item.state:
            wrong.append(f"{item} is {item.state}, its history says {latest[item.pk]}")
    for loan in Loan.objects.prefetch_related("lines"):
        is_out = any(line.back_at is None for line in loan.lines.all())
        if is_out != (loan.ended_at is None):
            wrong.append(f"{loan} is open: {is_out}, ended: {loan.ended_at}")
    for need in EquipmentNeed.objects.filter(loan__isnull=False).prefetch_related("decisions"):
        latest_decision = next(iter(need.decisions.all()), None)
        if latest_decision is None or latest_decision.verdict != "yes":
            wrong.append(f"{need} was served without a yes")
        elif latest_decision.place > 1 and not latest_decision.words:
            wrong.append(f"{need} was served before others without words")
    return wrong


def freed_while_broken() -> list[str]:
    """Events that made a thing lent or reserved, or lent it, straight from a broken state."""
    found = []
    for item in EquipmentItem.objects.prefetch_related("events"):
        states = [event.state for event in item.events.order_by("pk")]
        for was, now in itertools.pairwise(states):
            if was in BROKEN and now in (ItemState.LENT, ItemState.RESERVED):
                found.append(f"{item}: {was} → {now}")
            if was in BROKEN - {ItemState.TO_INSPECT} and now == ItemState.AVAILABLE:
                found.append(f"{item}: {was} → {now}")
    return found


def test_a_thousand_steps_lose_double_and_free_nothing():
    world = World(random.Random(SEED))
    number = EquipmentItem.objects.count()
    done = Counter()

    for step in range(STEPS):
        done[world.step()] += 1
        if step % LOOKED_AFTER_EVERY == 0:
            assert what_is_wrong() == [], step

    assert what_is_wrong() == freed_while_broken() == []
    assert EquipmentItem.objects.count() == number
    assert set(ItemEvent.objects.values_list("state", flat=True)) == set(ItemState.values)
    assert Loan.objects.count() > 20
    assert world.refused["ItemNotFree"] > 20
    assert world.refused["WordsNeeded"] > 20
    assert NeedDecision.objects.filter(reason="out_of_turn", need__loan__isnull=False).exists()
    assert min(done.values()) > 50
    today = timezone.localdate(world.now)
    counted = by_school([world.school], today)[world.school.pk]
    assert counted == Counter(EquipmentItem.objects.values_list("state", flat=True))
