"""The demo's trainings and sessions: made by the real services, at the times when they would have
been called.

Invented, the same each time: the seed is the world's. Letters about what lies in the past aren't
sent.
"""

import datetime
from collections import Counter

from django.utils import translation

from courses.agenda.enums import WeeksBetween
from courses.agenda.models import Meeting
from courses.agenda.queries import class_hours, school_days
from courses.agenda.values import PARIS, Hours
from courses.mail.models import Letter
from courses.people.models import Person, Teaching
from courses.required import required
from training.demo import certificates as demo_certificates
from training.demo import deliveries as demo_deliveries
from training.demo import evaluations as demo_evaluations
from training.demo import late_entry, leading, presence, proposals, rooms
from training.demo.calendar import by_day, hours_of
from training.demo.catalogue import make_trainings
from training.demo.stories import IN_CLASS, STORIES, SessionFate, Story
from training.enums import Attested
from training.models import Session, Sheet, Training
from training.services import attendance, missed_dates, session_dates, sessions, substitutes
from training.services import enrolment as enrolments
from training.values import Decision

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
LONG_ENOUGH = 70 * DAY  # longer than the summer holidays
OVER = (SessionFate.CLOSED, SessionFate.HELD)


def load(world, say) -> None:
    with translation.override("fr"):
        trainings = make_trainings(world)
        say(f"{len(trainings)} trainings")
        stage = StoryStage(world, trainings)
        for story in STORIES:
            stage.play(story)
        demo_certificates.correct(world)
        demo_evaluations.answer(world, trainings)
        rooms.set_up(world, trainings)
        leading.set_up(world)
        proposals.set_up(world, trainings, by=stage.adviser)
        say(f"{demo_deliveries.deliver(world)} delivery notes")
        say(f"{stage.sessions} sessions, {stage.seats} seats taken, {stage.turns} in waiting lists")


class StoryStage:
    """Plays one story after the other, and counts."""

    def __init__(self, world, trainings: dict[str, Training]):
        self.world, self.trainings = world, trainings
        self.adviser: Person = world.advisers[0]
        self.sessions = self.seats = self.turns = 0

    def play(self, story: Story) -> None:
        hours = self.in_class(story) if story.hour == IN_CLASS else hours_of(story, self.world.now)
        training = self.trainings[story.training]
        slug = training.resource.slug
        planned_at = min(hours[0].starts_at - 35 * DAY, self.world.now - 20 * DAY)
        session = sessions.plan(
            training=training,
            language=story.language,
            capacity=story.capacity,
            hours=self.first_plan(story, hours),
            trainers=[self.world.trainers[slug][story.led_by]],
            by=self.adviser,
            note=story.note,
            every=WeeksBetween.WEEK
            if story.dates > 1 and story.fate != SessionFate.MOVED
            else None,
            now=planned_at,
        )
        self.sessions += 1
        if story.fate != SessionFate.DRAFT:
            sessions.open_for_enrolment(session=session, by=self.adviser, now=planned_at + DAY)
            self.fill(session, story, first=planned_at + 2 * DAY)
            self.end(session, story, hours)
        if hours[-1].ends_at < self.world.now:
            self.forget_letters(session)

    def in_class(self, story: Story) -> list[Hours]:
        """The teacher's first class hour from that day on, whatever holidays lie between."""
        first = self.world.now.astimezone(PARIS).date() + story.day * DAY
        teachings = Teaching.objects.filter(
            teacher=self.world.people[story.in_class_of]
        ).select_related("school_class__school")
        by_school = {teaching.school_class.school: teaching for teaching in teachings}
        found = [
            dated
            for school in by_school
            for dated in class_hours(
                teachings.filter(school_class__school=school),
                first,
                first + LONG_ENOUGH,
                school_days(school),
            )
        ]
        return [min(found, key=lambda dated: dated.starts_at).hours]

    def first_plan(self, story: Story, hours: list[Hours]) -> list[Hours]:
        """A session that moved was planned for other days."""
        if story.fate == SessionFate.MOVED:
            earlier = 2 * DAY
            return [Hours(hours[0].starts_at - earlier, hours[0].ends_at - earlier), *hours[1:]]
        return hours

    def fill(self, session: Session, story: Story, *, first: datetime.datetime) -> None:
        """Who may enrols, one after the other, from `first` until shortly before the session or
        now.
        """
        last = min(session.starts_at, self.world.now)
        wanted = story.seats + story.waiting
        people = self.who_may(session, story)[:wanted]
        step = (last - first) / (len(people) + 2)
        for place, teacher in enumerate(people, start=1):
            enrolment = enrolments.enrol(
                session=session, teacher=teacher, now=by_day(first + place * step, last)
            )
            self.seats += enrolment.is_confirmed
            self.turns += enrolment.is_waiting

    def who_may(self, session: Session, story: Story) -> list[Person]:
        """The story's own people first; those who are to wait right behind the last seat; the
        others in a shuffled order.
        """
        slug = session.training.resource.slug
        entitled = self.world.entitled(slug, session.first_day, session.last_day)
        own = [person for login in story.front if (person := self.world.people[login]) in entitled]
        heads = [
            person for login in story.heads if (person := self.world.people[login]) in entitled
        ]
        front = [person for login, person in self.world.people.items() if login.startswith("prof.")]
        others = [person for person in entitled if person not in front]
        self.world.rng.shuffle(others)
        if story.absent:  # colleagues together: absences of few people are hidden for each school
            colleagues = Counter(person.schools[0].pk for person in others)
            others.sort(key=lambda one: (-colleagues[one.schools[0].pk], one.schools[0].pk))
        before = max(story.seats - len(own), 0)
        return [*own, *others[:before], *heads, *others[before:]]

    def end(self, session: Session, story: Story, hours: list[Hours]) -> None:
        now = self.world.now
        session.refresh_from_db()
        match story.fate:
            case SessionFate.CANCELLED:
                eve = min(session.starts_at - DAY, now - DAY / 2)
                sessions.cancel(session=session, by=self.adviser, reason=story.reason, now=eve)
            case SessionFate.MOVED:
                first = session.meetings.first()
                moves = {first.pk: hours[0]}
                session_dates.move(
                    session=session,
                    moves=moves,
                    revision=session.revision,
                    by=self.adviser,
                    reason=story.reason,
                    now=now - DAY,
                )
            case SessionFate.OFFERED:
                self.give_back(session, story)
            case SessionFate.DATE_CANCELLED:
                self.change_dates(session, story)
            case SessionFate.RUNNING:
                presence.hold(
                    session.meetings.first(),
                    self.world.rng,
                    until=now,
                    absent=self.not_there_yet(story),
                )
            case SessionFate.REPLACED:
                self.replace(session, story)
            case SessionFate.MISSED:
                first = session.meetings[0]
                missed_dates.record(
                    session=session,
                    meeting=first,
                    words=story.reason,
                    by=self.adviser,
                    now=first.starts_at + HOUR / 3,
                )
            case SessionFate.ENTERED_LATE:
                self.hold_what_is_past(session)
                late_entry.enter(self.world, session, by=self.adviser, reason=story.reason)
                late_entry.return_mail(session)
                self.seats += 1
            case SessionFate.HELD | SessionFate.CLOSED:
                self.hold(session, story)

    def replace(self, session: Session, story: Story) -> None:
        trainers = self.world.trainers[session.training.resource.slug]
        substitutes.name_substitute(
            session=session,
            meeting=session.meetings[0],
            substitute=trainers[1 - story.led_by],
            replaces=trainers[story.led_by],
            by=self.adviser,
            now=self.world.now - DAY,
        )

    def change_dates(self, session: Session, story: Story) -> None:
        """The second date is a day later, the last one is called off."""
        meetings = list(session.meetings)
        second, last = meetings[1], meetings[-1]
        moves = {second.pk: Hours(second.starts_at + DAY, second.ends_at + DAY)}
        now = self.world.now - DAY
        session_dates.move(
            session=session,
            moves=moves,
            revision=session.revision,
            by=self.adviser,
            reason=story.reason,
            now=now,
        )
        session_dates.cancel_meeting(
            session=session, meeting=last, by=self.adviser, reason=story.reason, now=now
        )

    def give_back(self, session: Session, story: Story) -> None:
        """Two hours ago somebody who tries no demo login gave the seat back."""
        seated = session.enrolments.holding_a_seat().exclude(teacher__login__startswith="prof.")
        enrolment = required(seated.order_by("pk").last())
        given_back_at = self.world.now - 2 * HOUR
        enrolments.cancel(enrolment=enrolment, by=enrolment.teacher, now=given_back_at)
        self.seats -= 1

    def not_there_yet(self, story: Story) -> set[int]:
        """So that whoever tries the demo can still enter."""
        return {self.world.people[login].pk for login in story.front}

    def absent(self, session: Session, story: Story) -> set[int] | None:
        """Primary keys, of the schools with most seats first; None where the story doesn't say how many."""
        if story.absent is None:
            return None
        seated = [
            (one.school_id, one.teacher_id)
            for one in session.enrolments.holding_a_seat().exclude(
                teacher__login__startswith="prof."
            )
        ]
        seats = Counter(school for school, _teacher in seated)
        seated.sort(key=lambda one: (-seats[one[0]], *one))
        return {teacher for _school, teacher in seated[: min(story.absent, len(seated) // 2)]}

    def hold(self, session: Session, story: Story) -> None:
        meetings = list(session.meetings)
        for number, meeting in enumerate(meetings):
            presence.hold(
                meeting,
                self.world.rng,
                until=self.world.now,
                absent=self.absent(session, story),
                guest=story.fate == SessionFate.HELD and number == len(meetings) - 1,
            )
            attendance.prefill(meeting.pk)
            if story.fate == SessionFate.CLOSED or number < len(meetings) - 1:
                self.close(session, meeting)

    def hold_what_is_past(self, session: Session) -> None:
        for meeting in session.meetings:
            if meeting.ends_at < self.world.now:
                presence.hold(meeting, self.world.rng, until=self.world.now)
                attendance.prefill(meeting.pk)
                self.close(session, meeting)

    def close(self, session: Session, meeting: Meeting) -> None:
        """Two hours later the trainer says that whoever the room didn't see wasn't there."""
        sheet = Sheet.objects.get(meeting=meeting)
        to_check = [line for line in sheet.lines.participants() if line.is_to_check]
        attendance.close(
            sheet=sheet,
            by=required(session.trainers.first()),
            revision=sheet.revision,
            decisions={line.public_id: Decision(Attested.NONE) for line in to_check},
            now=min(meeting.ends_at + DAY / 12, self.world.now),
        )

    def forget_letters(self, session: Session) -> None:
        """Delete the letters about a session that is over and about its seats. Those about its
        certificates stay: they are new to whoever looks.
        """
        enrolled = [str(pk) for pk in session.enrolments.values_list("pk", flat=True)]
        Letter.objects.filter(about_model="training.Session", about_pk=str(session.pk)).delete()
        Letter.objects.filter(about_model="training.Enrolment", about_pk__in=enrolled).delete()
