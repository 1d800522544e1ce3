"""Dates that the demo's trainer proposes: one proposal waits, one was declined."""

import datetime
from uuid import NAMESPACE_URL, uuid5

from courses.agenda.values import PARIS, Hours
from courses.people.models import Person
from training.demo.stories import TEXTS
from training.models import Training
from training.services import proposals

TRAINER = "formatrice.demo"
AN_HOUR, WEEK, IN_FOUR_WEEKS = (
    datetime.timedelta(hours=1),
    datetime.timedelta(weeks=1),
    datetime.timedelta(weeks=4),
)


def set_up(world, trainings: dict[str, Training], *, by: Person) -> None:
    trainer, said = world.people[TRAINER], TEXTS["proposals"]
    provider = trainer.memberships.get().organisation
    training = next(one for one in trainings.values() if one.resource.provider == provider)
    first = next_wednesday(world.now + IN_FOUR_WEEKS)
    given = {"by": trainer, "resource": training.resource, "now": world.now - AN_HOUR}
    proposals.propose(
        **given,
        training=training,
        title="",
        words=said["words"],
        hours=[Hours(first + n * WEEK, first + n * WEEK + AN_HOUR) for n in range(2)],
        key=uuid5(NAMESPACE_URL, said["words"]),
    )
    declined = proposals.propose(
        **given,
        training=None,
        title=said["declined"],
        words="",
        hours=[Hours(first, first + 3 * AN_HOUR)],
        key=uuid5(NAMESPACE_URL, said["declined"]),
    )
    proposals.decline(proposal=declined, answer=said["answer"], by=by, now=world.now)


def next_wednesday(now: datetime.datetime) -> datetime.datetime:
    """Return this or the next Wednesday, 16:00 in Paris."""
    local = now.astimezone(PARIS)
    day = local.date() + datetime.timedelta(days=(2 - local.weekday()) % 7)
    return datetime.datetime.combine(day, datetime.time(16), tzinfo=PARIS)
