"""Who waits for a row reads what hangs on it as it is after the wait: a meeting's hours, a roll's
meeting, a page's owner.
"""

import datetime

import pytest
from django.utils import timezone

from cms.guidance.enums import Fault
from cms.guidance.enums import Letters as PageLetters
from cms.guidance.gateways.pretend import PretendLinks
from cms.guidance.models import Pair
from cms.guidance.services import care, links
from continuity.answers.services import feedback
from continuity.answers.values import Answer
from continuity.attendance.queries.roll_call import RollHour
from continuity.attendance.services import roll_call as rolls
from continuity.enums import Mode
from continuity.video import services as videos
from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.exceptions import MeetingCancelled
from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.mail.models import Letter
from courses.people.services import teachings
from tests.concurrency.threads import meanwhile
from tests.factories.attendance import absent, held_session, seated, was_there
from tests.factories.continuity import StudentFactory, at, handed_in, teaching
from tests.factories.guidance import guidance_page, pair_of, paragraph
from tests.factories.live import meeting_in
from tests.factories.people import AdviserFactory, PlannerFactory, TeacherFactory
from tests.factories.rolls import begun, led, nine, soon, video_class
from tests.factories.work_stories import FRIDAY, WorkStory, given_too, in_a_group_too, leave_to
from training.enums import Letters, SessionState
from training.models import Certificate
from training.services import attendance, certificates, session_dates

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def later(meeting: Meeting) -> Hours:
    return Hours(meeting.starts_at + HOUR, meeting.ends_at + HOUR)


# Dates


def test_a_date_that_is_just_cancelled_is_not_brought_back_by_who_moves_it():
    meeting = meeting_in(60)

    moved = meanwhile(
        lambda: agenda.cancel(meeting=Meeting.objects.get(), reason="No room."),
        lambda: agenda.move(meeting=meeting, hours=later(meeting)),
    )

    assert isinstance(moved, MeetingCancelled)
    assert Meeting.objects.get().is_cancelled


def test_a_calendar_is_told_the_hours_to_which_a_date_is_just_moved():
    meeting, teacher = meeting_in(60), TeacherFactory()
    hours = later(meeting)

    entry = meanwhile(
        lambda: agenda.move(meeting=Meeting.objects.get(), hours=hours),
        lambda: agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.REQUEST),
    )

    assert (entry.starts_at, entry.ends_at) == (hours.starts_at, hours.ends_at)


def test_a_video_class_whose_subject_is_just_handed_over_is_renamed():
    given = teaching()
    newcomer = TeacherFactory(works_at=given.school_class.school)
    video = video_class(given, soon(60)).series.video_class

    renamed = meanwhile(
        lambda: teachings.hand_over(teaching=given, to=newcomer),
        lambda: videos.rename(video=video, title="Le passé composé", by=given.teacher),
    )

    assert renamed.title == "Le passé composé"


# Sheets, rolls and certificates


def test_a_roll_that_just_got_its_video_class_is_measured_by_it():
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    begun(given)
    meeting = video_class(given)
    led(meeting)
    was_there(meeting, student, (0, 55))
    hour = RollHour(given, nine(), meeting.ends_at, meeting=meeting)

    roll = meanwhile(lambda: rolls.begin(hour=hour), lambda: rolls.begin(hour=hour))

    assert roll.lines.get().proposed_mode == Mode.VIDEO


def test_no_certificate_is_issued_of_a_session_that_just_got_another_date():
    first = timezone.now().replace(microsecond=0) - DAY
    hours = [Hours(first + n * 2 * DAY, first + n * 2 * DAY + HOUR) for n in range(2)]
    session = held_session(starts_at=first, hours=hours)
    trainer, (one, called_off) = session.trainers.get(), session.meetings
    for person in (trainer, seated(session).teacher):
        was_there(one, person, (0, 60))
    sheet = attendance.prefill(one.pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    called_off.occurrence.cancel()
    session.refresh_from_db()

    meanwhile(
        lambda: session_dates.add_meeting(
            session=session, hours=later(called_off), by=PlannerFactory(), revision=session.revision
        ),
        lambda: certificates.issue_what_is_complete(timezone.now()),
    )

    session.refresh_from_db()
    assert (Certificate.objects.count(), session.state) == (0, SessionState.OPEN)


def test_no_trainer_is_asked_to_close_a_sheet_that_is_just_closed():
    session = held_session()
    seated(session)
    sheet, trainer = attendance.prefill(session.meetings[0].pk), session.trainers.get()

    meanwhile(
        lambda: attendance.close(
            sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet)
        ),
        lambda: attendance.remind(timezone.now() + DAY),
    )

    assert not Letter.objects.filter(kind=Letters.SHEET_TO_CLOSE).exists()


# Work that was handed in


def test_work_whose_class_is_just_taken_from_the_homework_is_answered(time_machine):
    story = WorkStory(time_machine)
    whole = story.give(at(FRIDAY, 18))
    of_group = given_too(story, in_a_group_too(story), at(FRIDAY, 20))
    handin = handed_in(of_group, story.student)

    answered = meanwhile(
        lambda: leave_to(story, whole),
        lambda: feedback.write(
            handin=handin, answer=Answer("Well read."), revision=0, by=story.teacher
        ),
    )

    assert (answered.comment, answered.handin.assignment) == ("Well read.", whole)


# Pages


@pytest.fixture
def pair():
    """With a link that leads nowhere, to be checked today, kept by somebody who gives it away."""
    page = guidance_page(body=[paragraph('<a href="https://gone.example/">loin</a>')])
    found = Pair.objects.filter(pk=pair_of(page).pk)
    found.update(owner=AdviserFactory(), check_on=timezone.localdate())
    return found.get()


@pytest.mark.parametrize(
    ("kind", "tell"),
    [
        (PageLetters.TO_CHECK, lambda pair: care.remind(timezone.now())),
        (
            PageLetters.DEAD_LINKS,
            lambda pair: links.look(
                pair, through=PretendLinks({"dead": {"gone.example": Fault.NOT_FOUND}})
            ),
        ),
    ],
)
def test_who_just_got_a_page_is_told_what_is_wrong_with_it(pair, kind, tell):
    owner = AdviserFactory()

    meanwhile(
        lambda: care.set_keepers(pair=pair, owner=owner, deputy=None, by=owner), lambda: tell(pair)
    )

    assert Letter.objects.get(kind=kind).to == owner
