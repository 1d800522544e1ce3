"""The notice of enrolment, and the sheet to sign."""

from itertools import batched

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext

from courses.agenda.models import Meeting
from courses.documents.models import Paper
from courses.documents.registry import PaperKind, PaperPage
from courses.documents.services import pdf
from courses.people.models import Person
from courses.people.permissions import is_planner
from training.enums import SessionState
from training.models import Enrolment, Session
from training.models.enrolment import EnrolmentQuerySet
from training.models.session import SessionQuerySet
from training.queries.certificates import organiser
from training.queries.late_entry import before_entry_in
from training.queries.leading import led_for
from training.queries.participants import dates_given_back

DATES_ON_A_SHEET, DATES_UPRIGHT = 5, 2  # columns of a sheet to sign


def _draw_notice(paper: Paper) -> bytes | None:
    enrolment = _enrolments().filter(pk=paper.about).first()
    return notice_pdf(enrolment, paper) if enrolment else None


def _notice_page(paper: Paper, reader: Person) -> PaperPage | None:
    """The teacher's own, who hands it on."""
    enrolment = _enrolments().visible_to(reader).filter(pk=paper.about).first()
    if enrolment is None:
        return None
    session = enrolment.session
    return PaperPage(
        heading=gettext("Notice of enrolment"),
        lead=session.title,
        content=gettext(
            "A4: your dates and hours, for your school’s leader. It is a notice, no mission order."
        ),
        instead=gettext("The same is on the page of the session: print it from the browser."),
        back_url=session.get_absolute_url(),
        back_label=session.title,
        file_name=f"{slugify(gettext('Notice of enrolment'))}-{session.first_day}.pdf",
    )


def notice_says(enrolment: Enrolment) -> tuple:
    """All that the notice says: without a change it is drawn once."""
    return (
        enrolment.teacher.display_name,
        str(enrolment.school),
        enrolment.session.title,
        led_for(enrolment.session),
        [(one.starts_at, one.ends_at) for one in _dates_of(enrolment)],
    )


def notice_pdf(enrolment: Enrolment, paper: Paper) -> bytes:
    """One A4 sheet in the teacher's language. Raises `PdfUnavailable`."""
    with translation.override(paper.language):
        context = {
            "language": paper.language,
            "enrolment": enrolment,
            "session": enrolment.session,
            "led_for": led_for(enrolment.session),
            "dates": _dates_of(enrolment),
            "organiser": organiser(),
            "asked_at": paper.asked_at,
            "is_demo": settings.ONE_CLICK_LOGINS,
        }
        return pdf("training/documents/notice.html", context, stylesheet="documents.css")


def _enrolments() -> EnrolmentQuerySet:
    return (
        Enrolment.objects.holding_a_seat()
        .exclude(session__state=SessionState.CANCELLED)
        .select_related("teacher", "school", "session__training__resource__provider")
    )


def _dates_of(enrolment: Enrolment) -> list[Meeting]:
    """Those in which the teacher is expected, in their order."""
    expected = enrolment.participations.expected().select_related("meeting__occurrence")
    return [one.meeting for one in expected.order_by("meeting__occurrence__start", "pk")]


NOTICE = PaperKind("training.notice", _draw_notice, _notice_page)


def _draw_sign_in(paper: Paper) -> bytes | None:
    session = _sessions().filter(pk=paper.about).first()
    return sign_in_pdf(session, paper) if session else None


def _sign_in_page(paper: Paper, reader: Person) -> PaperPage | None:
    """Names are for training planners."""
    session = _sessions().filter(pk=paper.about).first()
    if session is None or not is_planner(reader):
        return None
    return PaperPage(
        heading=gettext("Sheet to sign"),
        lead=session.title,
        content=gettext("A4: a line for each person enrolled, a column for each date."),
        instead=gettext("Print the list of participants from the browser instead."),
        back_url=reverse("training:session_people", args=[session.public_id]),
        back_label=session.title,
        file_name=f"{slugify(gettext('Sheet to sign'))}-{session.first_day}.pdf",
    )


def people_to_sign(session: Session) -> list[tuple[str, str, list[int], list[int]]]:
    """Names and schools of those who have a seat, by family name, with the meetings that they gave
    back alone, and those from before a late entry.
    """
    away, before = dates_given_back(session), before_entry_in(session)
    seats = session.enrolments.holding_a_seat().select_related("teacher", "school")
    ordered = seats.order_by("teacher__family_name", "teacher__given_name", "pk")
    return [
        (
            one.teacher.display_name,
            str(one.school),
            [meeting.pk for meeting in away.get(one.pk, [])],
            before.get(one.pk, []),
        )
        for one in ordered
    ]


def meetings_to_sign(session: Session) -> list[Meeting]:
    return [meeting for meeting in session.meetings if not meeting.is_cancelled]


def sign_in_pdf(session: Session, paper: Paper) -> bytes:
    """A4; upright for one or two dates, lying for more, five on a page. Raises `PdfUnavailable`."""
    with translation.override(paper.language):
        dates = meetings_to_sign(session)
        context = {
            "language": paper.language,
            "session": session,
            "led_for": led_for(session),
            "people": people_to_sign(session),
            "parts": list(batched(dates, DATES_ON_A_SHEET, strict=False)),
            "lies": len(dates) > DATES_UPRIGHT,
            "asked_at": paper.asked_at,
            "is_demo": settings.ONE_CLICK_LOGINS,
        }
        return pdf("training/documents/sign_in.html", context, stylesheet="documents.css")


def _sessions() -> SessionQuerySet:
    return Session.objects.exclude(state=SessionState.CANCELLED).select_related(
        "training__resource__provider"
    )


SIGN_IN = PaperKind("training.sign_in", _draw_sign_in, _sign_in_page)
