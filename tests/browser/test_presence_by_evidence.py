"""Presence by evidence in a real browser: minutes are contested and answered; a provider's list in
Windows encoding leads to certificates. In French on a phone, in English on a laptop.
"""

import datetime

import pytest
from django.utils import timezone

from courses.agenda.values import Hours
from tests.browser.reader import Reader
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.worker import run_worker
from training.models import Certificate, PresenceContest, ProviderRow
from training.services import attendance

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOTH = pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
LIST = "Nom;Durée;Courriel\r\nDELAUNAY Zoé;01:25:30;z@example.org\r\niPad de Chloé;80 min;\r\n"
CORRECTED = "Nom;Durée\r\nDELAUNAY Zoé;01:20:00\r\niPad de Chloé;85 min\r\nInconnu;5\r\n"


@pytest.fixture
def open_as(live_server, browser, settings, width):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return lambda person: Reader(browser, live_server.url, person, width=width).log_in_by_cookie()


def yesterday_afternoon() -> list[Hours]:
    start = (timezone.localtime() - datetime.timedelta(days=1)).replace(hour=14, minute=30)
    return [Hours(start, start + datetime.timedelta(minutes=90))]


@BOTH
def test_minutes_are_contested_and_answered(open_as, language):
    teacher = TeacherFactory(language=language)
    planner = PlannerFactory(language=language)
    trainer = TrainerFactory(language=language)
    session = held_session(hours=yesterday_afternoon(), led_by=trainer, language=language)
    meeting = session.meetings[0]
    seated(session, teacher)
    was_there(meeting, trainer, (7, 90))
    was_there(meeting, teacher, (21, 45), (55, 90))
    sheet = attendance.prefill(meeting.pk)
    sheet = attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)

    # The teacher reads the presence and contests it.
    one = open_as(teacher).visit("training:mine")
    one.press("a[href$='/presence/']")
    one.reads("Your presence")
    one.page.locator("main details summary").click()
    one.look()
    one.page.fill("input[name$='-minutes']", "69")
    one.page.fill("textarea[name$='-words']", "Coupure de 15 h 15 à 15 h 25.")
    one.press("main details form button")
    contest = PresenceContest.objects.get()
    assert (contest.counted_minutes, contest.minutes) == (59, 69)

    # A planner is led there from the first page, and changes the minutes in words.
    office = open_as(planner).visit("today:home")
    office.press("a[href*='#contests']")
    office.shows("Coupure de 15 h 15 à 15 h 25.")
    office.page.check("input[value=changed]")
    office.page.fill("#contests input[name$='-minutes']", "69")
    office.page.fill("textarea[name$='-words']", "Le journal du serveur le montre.")
    office.press("#contests form button")
    run_worker()

    # The teacher reads both versions, and holds the certificate.
    one.visit("training:presence", session.public_id)
    one.shows("Le journal du serveur le montre.")
    assert "59" in one.page.inner_text("main")
    assert "69" in one.page.inner_text("main")
    assert Certificate.objects.get().person == teacher
    office.visit("training:sheet", sheet.public_id)


@BOTH
def test_a_list_in_windows_encoding_leads_to_certificates(open_as, tmp_path, language):
    zoe = TeacherFactory(given_name="Zoé", family_name="Delaunay", language=language)
    chloe = TeacherFactory(given_name="Chloé", family_name="Bertin", language=language)
    absent = TeacherFactory(given_name="Farid", family_name="Absent", language=language)
    planner = PlannerFactory(language=language)
    trainer = TrainerFactory(language=language)
    session = held_session(hours=yesterday_afternoon(), led_by=trainer, language=language)
    for teacher in (zoe, chloe, absent):
        seated(session, teacher)
    sheet = attendance.prefill(session.meetings[0].pk)
    first, second = tmp_path / "liste.csv", tmp_path / "liste-2.csv"
    first.write_bytes(LIST.encode("cp1252"))
    second.write_bytes(CORRECTED.encode("cp1252"))

    # The planner uploads the list, reads the preview, saves it, and says whose its lines are.
    office = open_as(planner).visit("training:sheet", sheet.public_id)
    office.press("a[href$='/list/']")
    office.page.set_input_files("input[type=file]", first)
    office.press("form[enctype] button")
    office.shows("DELAUNAY Zoé")
    office.press("main form.line button")
    office.page.get_by_label("iPad de Chloé").select_option(label=chloe.display_name)
    office.press("form[action$='/match/'] button.button--main")

    # A corrected list shows the difference, and who was matched stays matched.
    office.visit("training:provider_list", sheet.public_id)
    office.page.set_input_files("input[type=file]", second)
    office.press("form[enctype] button")
    office.shows("85 min")
    office.press("main form.line button")
    office.press("form[action$='/match/'] button.button--main")

    # The trainer sees it beside what the room saw, says who wasn't there, and closes.
    lead = open_as(trainer).visit("training:sheet", sheet.public_id)
    assert "DELAUNAY" not in lead.page.inner_text("main")
    line = sheet.lines.get(participation__enrolment__teacher=absent)
    lead.page.select_option(f"select[name='choice-{line.public_id}']", "none")
    lead.press("form[action$='/close/'] button.button--main")
    run_worker()

    assert set(Certificate.objects.values_list("person", flat=True)) == {zoe.pk, chloe.pk}
    assert not ProviderRow.objects.exists()
    one = open_as(zoe).visit("training:presence", session.public_id)
    assert "80" in one.page.inner_text("#sum")
