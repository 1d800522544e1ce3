"""Journeys 1 and 2, lived in a real browser: once in French on a phone, once in English on a
laptop.
"""

import datetime
import email
import email.policy

import icalendar
import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import PARIS, Hours
from tests.browser.reader import Reader, qr_code_of, text_of
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import TrainingFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.services import sessions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def calendars_sent_to(person) -> list[icalendar.Calendar]:
    """What the person's mails told their calendar, oldest first: header and body say the same
    method.
    """
    told = []
    for message in mail.outbox:
        if person.email in message.to[0]:
            parsed = email.message_from_bytes(
                message.message().as_bytes(), policy=email.policy.default
            )
            for part in parsed.walk():
                if part.get_content_type() == "text/calendar" and not part.get_filename():
                    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
                    assert part.get_param("method") == calendar["METHOD"]
                    told.append(calendar)
    return told


def summary_of(calendar) -> tuple[str, int, datetime.datetime]:
    event = calendar.walk("VEVENT")[0]
    return (
        str(calendar["METHOD"]),
        int(event.get("SEQUENCE", 0)),
        event.decoded("DTSTART").astimezone(PARIS),
    )


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_training_from_enrolment_to_certificate(
    live_server, browser, settings, tmp_path, language, width
):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    licence = LicenceFactory()
    first, second = TeacherFactory.create_batch(2, works_at=licence.school, language=language)
    trainer = TrainerFactory(works_for=licence.resource.provider, language=language)
    adviser = PlannerFactory(language=language)
    day = timezone.localtime().replace(
        hour=17, minute=0, second=0, microsecond=0
    ) + datetime.timedelta(days=3)
    hour = datetime.timedelta(hours=1)
    session = sessions.plan(
        training=TrainingFactory(resource=licence.resource),
        language=language,
        capacity=1,
        hours=[Hours(day, day + hour)],
        trainers=[trainer],
        threshold_percent=75,
        note="",
        by=adviser,
    )
    sessions.open_for_enrolment(session=session, by=adviser)
    seats = (session.public_id, "session")
    open_as = lambda person: Reader(  # noqa: E731
        browser, live_server.url, person, width=width
    ).log_in_by_cookie()

    # The first teacher logs in, finds the session in the catalogue, and enrols: the invitation is
    # readable.
    one = Reader(browser, live_server.url, first, width=width).log_in()
    one.visit("training:catalogue").press(f"a[href*='{session.public_id}']")
    one.press("form[action$='/enrol/'] button")
    one.reads("A seat is yours")
    run_worker()
    [invitation] = calendars_sent_to(first)
    assert summary_of(invitation) == ("REQUEST", 0, day)

    # The second waits, and knows their turn.
    two = open_as(second)
    two.visit("training:session", *seats).press("form[action$='/enrol/'] button")
    assert session.enrolments.waiting().get().teacher == second

    # The adviser moves the meeting by a day: same entry, later, one letter.
    office = open_as(adviser)
    moved = day + datetime.timedelta(days=1)
    office.visit("training:planning").visit("training:session_people", session.public_id).visit(
        "training:move_session", session.public_id
    )
    office.page.fill("input[type=date]", moved.date().isoformat())
    office.press("button[value=preview]").press("button[value=move]")
    run_worker_after_the_pause()
    update = calendars_sent_to(first)[-1]
    assert summary_of(update) == ("REQUEST", 1, moved)
    assert update.walk("VEVENT")[0]["UID"] == invitation.walk("VEVENT")[0]["UID"]

    # The first can't come: the seat is offered to who waits and takes it, and both calendars know.
    one.visit("training:session", *seats)
    one.page.locator("details summary").filter(visible=True).last.click()
    one.press("form[action$='/cancel/'] button")
    two.visit("today:home").press("a[href*='/offers/']").press("form[action$='/take/'] button")
    run_worker()
    assert summary_of(calendars_sent_to(first)[-1])[:2] == ("CANCEL", 2)
    assert summary_of(calendars_sent_to(second)[-1]) == ("REQUEST", 0, moved)
    two.visit("people:letters").visit("training:mine").visit("today:home")

    # The session runs in the practice room; the teacher's line drops for ten minutes and comes
    # back.
    join = reverse("live:join", args=[session.meetings[0].public_id])
    with time_machine.travel(moved - datetime.timedelta(minutes=1)):
        lead = open_as(trainer)
        lead.visit("training:my_sessions").open(live_server.url + join).press(
            "form[action$='/enter/'] button"
        )
        two.log_in_by_cookie().open(live_server.url + join).press("form[action$='/enter/'] button")
    with time_machine.travel(moved + datetime.timedelta(minutes=20)):
        two.press("form[action*='/drop/'] button")
        run_worker()
        lead.visit("training:sheets").press("a[href*='/sheets/']:not([href$='/sheets/'])")
    with time_machine.travel(moved + datetime.timedelta(minutes=30)):
        two.open(live_server.url + join).press("form[action*='/come-back/'] button")
    with time_machine.travel(moved + hour):
        two.open(live_server.url + join).press("form[action*='/leave/'] button")
        lead.open(live_server.url + join).press("form[action$='/end/'] button")
        run_worker()

    # The trainer closes the sheet; the certificate is drawn, mailed, downloaded, read, and
    # verified.
    with time_machine.travel(moved + 2 * hour):
        lead.visit("training:sheet", session.meetings[0].sheet.public_id)
        lead.press("form[action$='/close/'] button.button--main")
        run_worker()
        certificate = second.certificates.get()
        assert second.email in mail.outbox[-1].to[0]
        two.log_in_by_cookie().visit("training:certificates")
        with two.page.expect_download() as download:
            two.page.click("a[href$='/file/']")
        pdf = tmp_path / "certificate.pdf"
        download.value.save_as(pdf)
        text = text_of(pdf)
        for words in (
            certificate.number,
            second.last_name.upper(),
            session.training.title_fr,
            session.training.title_en,
        ):
            assert words in text
        address = qr_code_of(pdf)
        assert certificate.code in address
        two.open(address)
        two.reads("This certificate is valid")
        two.visit("today:home")
