"""A certificate that was issued, without the session behind it being closed by hand."""

from tests.factories.attendance import held_session, seated, was_there
from tests.factories.people import TeacherFactory
from training.models import Certificate
from training.services import attendance


def certificate_of(*, teacher=None, session=None, **person) -> Certificate:
    """Issued, not drawn yet: run the worker for that."""
    session = session or held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    teacher = teacher or TeacherFactory(**person)
    was_there(meeting, trainer, (0, 90))
    seated(session, teacher)
    was_there(meeting, teacher, (0, 80))
    sheet = attendance.prefill(meeting.pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    return Certificate.objects.get(person=teacher, enrolment__session=session)
