"""Papers of training that somebody asks for: the notice of enrolment, the sheet to sign."""

from courses.documents.models import Paper
from courses.documents.services import ask_for_paper
from courses.people.models import Person
from training import documents, rules
from training.models import Enrolment, Session


def ask_for_notice(*, enrolment: Enrolment) -> Paper:
    """As the enrolment stands, in the teacher's language. Raises a `Refusal`."""
    if refusal := rules.why_no_notice(enrolment):
        raise refusal
    return ask_for_paper(
        kind=documents.NOTICE.key,
        about=str(enrolment.pk),
        says=documents.notice_says(enrolment),
        language=enrolment.teacher.language,
        owner=enrolment.teacher,
    )


def ask_for_sign_in(*, session: Session, by: Person) -> Paper:
    """As the list of participants stands, in the reader's language. Raises a `Refusal`."""
    if refusal := rules.why_no_sign_in(session):
        raise refusal
    dates = [(one.starts_at, one.ends_at) for one in documents.meetings_to_sign(session)]
    return ask_for_paper(
        kind=documents.SIGN_IN.key,
        about=str(session.pk),
        says=(session.title, documents.people_to_sign(session), dates),
        language=by.language,
        owner=by,
    )
