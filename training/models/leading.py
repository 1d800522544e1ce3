"""Who leads a meeting: the trainers of its session, but for a date on which another trainer takes
the place of one of them; both only while they work for its provider (`works_for`): the one for whom the
session was planned, or the one that has its resource today. Who
led one that is over, whoever its trainers are since, is kept on its sheet: `Sheet.leaders`.
"""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.agenda.values import PARIS
from courses.people.enums import Role
from courses.people.models import Membership, today
from courses.people.models.persons import MembershipQuerySet
from training.enums import SessionState, SheetState
from training.values import (
    RETURN_TOLD_WITHIN,
    SUBSTITUTE_CLOSES_WITHIN,
    SUBSTITUTE_READS_AFTER,
)


class SubstitutionQuerySet(models.QuerySet):
    def with_access(self, now: datetime):
        """Those whose substitute may still read names and write the sheet: the same as
        `rules.substitute_has_access`.
        """
        just_closed = Q(meeting__sheet__closed_at__gt=now - SUBSTITUTE_READS_AFTER)
        not_closed = Q(meeting__sheet__isnull=True) | Q(meeting__sheet__state=SheetState.OPEN)
        in_time = Q(meeting__occurrence__end__gt=now - SUBSTITUTE_CLOSES_WITHIN)
        return self.filter(just_closed | not_closed, in_time)

    def with_working(self):
        """`is_working`: the substitute is a trainer of the provider today."""
        return self.annotate(is_working=working("substitute", "session__"))


class Substitution(models.Model):
    """A date on which `substitute` leads in place of `replaces`, who leads the session's other
    dates.

    The row is deleted when it is taken back; the log keeps who did it.
    """

    session = models.ForeignKey("training.Session", models.CASCADE, related_name="substitutions")
    meeting = models.OneToOneField("courses.Meeting", models.CASCADE, related_name="substitution")
    replaces = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    is_working: bool  # put by `with_working`

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(substitute=F("replaces")), name="substitution_is_by_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} in place of {self.replaces}, {self.meeting}"


def led_by(person, meeting: str = "pk") -> Combinable | Q:
    """The condition that this person leads the meeting; `meeting` is the path to it from the row
    that is filtered. The same as `rules.leads_date`.
    """
    of_session = Meeting.objects.filter(
        works_for(person, "series__training_session__"),
        pk=OuterRef(meeting),
        series__training_session__trainers=person,
    )
    one_date = Substitution.objects.filter(meeting=OuterRef(meeting))
    instead = one_date.filter(works_for(person, "session__"), substitute=person)
    return (Q(Exists(of_session)) & ~Q(Exists(one_date.filter(replaces=person)))) | Q(
        Exists(instead)
    )


def works_for(person, session: str = "") -> Q:
    """The condition that this person is a trainer of the session's provider today; `session` is the
    path to the session from the row that is filtered. Whose membership or account has ended leads
    nothing any more, and reads nothing of it. A resource that another provider takes over takes no
    session away from whoever leads it. The same as `working`.
    """
    held = Membership.objects.current().filter(
        person=person, person__is_active=True, role=Role.TRAINER
    )
    providers = held.values("organisation")
    return Q(**{f"{session}provider__in": providers}) | Q(
        **{f"{session}training__resource__provider__in": providers}
    )


def stays(person: str, session: str, now: datetime) -> Q:
    """Condition on a session's trainers in rows: they work for its provider, or come back to it.
    Who doesn't is taken out of the session.
    """
    return Q(working(person, session)) | comes_back(person, session, now)


def comes_back(person: str, session: str, now: datetime) -> Q:
    """Condition on people in rows, as `working`: a membership with the provider, entered already,
    holds on each date to come that the person is to lead; where somebody leads each in their place,
    on one of these. A gap before it changes nothing, nor does it for a session that is cancelled in
    it, which may be restored.
    """
    instead = Substitution.objects.filter(
        meeting=OuterRef("pk"), replaces=OuterRef(OuterRef(person))
    )
    with_the_session = Q(series__training_session__state=SessionState.CANCELLED)
    to_come = Meeting.objects.filter(
        Q(occurrence__cancelled=False) | with_the_session,
        series=OuterRef(f"{session}series"),
        occurrence__end__gt=now,
    )
    by_day = to_come.annotate(day=TruncDate("occurrence__start", tzinfo=PARIS))
    held = _held_on_its_day(person, session)
    not_held = by_day.filter(~Exists(instead), ~Exists(held))
    return Q(Exists(by_day.filter(Exists(held)))) & ~Q(Exists(not_held))


def substitute_stays() -> Q:
    """Condition on substitutions: who stands in works for the provider, or will on the day of that
    date.
    """
    meeting = Meeting.objects.filter(pk=OuterRef("meeting"))
    by_day = meeting.annotate(day=TruncDate("occurrence__start", tzinfo=PARIS))
    held = _held_on_its_day("substitute", "session__")
    return Q(working("substitute", "session__")) | Q(Exists(by_day.filter(Exists(held))))


def _held_on_its_day(person: str, session: str) -> QuerySet[Membership]:
    """The memberships of a trainer on the `day` of a meeting; both are in rows around that one."""
    outer = {"person": OuterRef(OuterRef(person)), "person__is_active": True}
    provider = Q(organisation=OuterRef(OuterRef(f"{session}provider"))) | Q(
        organisation=OuterRef(OuterRef(f"{session}training__resource__provider"))
    )
    return Membership.objects.on(OuterRef("day")).filter(provider, role=Role.TRAINER, **outer)


def has_come_back(person: str, session: str) -> Q:
    """Condition on people in rows, as `working`: their membership began in the last days
    (`RETURN_TOLD_WITHIN`), and an earlier one has ended. Whether there was a day between the two is
    asked in Python (`queries.returning`).
    """
    lately = today() - RETURN_TOLD_WITHIN
    ended = _as_trainer(person, session).filter(until__lt=today())
    again = _as_trainer(person, session).current().filter(since__gte=lately)
    return Q(Exists(again)) & Q(Exists(ended))


def working(person: str, session: str) -> Exists:
    """The same as `works_for`, of people in rows: the paths to the person and to the session."""
    return Exists(_as_trainer(person, session).current())


def working_by(day: date, person: str, session: str) -> Q:
    """Condition on people in rows, as `working`: they work for the provider, or will on that day."""
    return Q(working(person, session)) | Q(Exists(_as_trainer(person, session).on(day)))


def _as_trainer(person: str, session: str) -> MembershipQuerySet:
    return Membership.objects.filter(
        Q(organisation=OuterRef(f"{session}provider"))
        | Q(organisation=OuterRef(f"{session}training__resource__provider")),
        person=OuterRef(person),
        person__is_active=True,
        role=Role.TRAINER,
    )
