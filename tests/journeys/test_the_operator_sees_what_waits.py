"""What waits and what is late: the operator reads it on one page, and readers where they wait for it,
only while it is late.
"""

import datetime
import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult
from wagtail import hooks

from cms.operations.values import BACKUP_WITHIN, SavedLine
from cms.register.models import ErasedCount
from cms.today import services as today
from courses.dates import waited
from courses.digest.enums import Hook
from courses.documents import services as documents
from courses.documents.models import Paper
from courses.documents.registry import PaperKind, PaperPage
from courses.jobs.models import PeriodicRun
from courses.launches import storage
from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.mail.queries import letters_backlog, mail_delay
from courses.people import services as people
from courses.people.enums import Role
from courses.people.models import Person
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.handins import handed_in
from tests.factories.mail import NOTE
from tests.factories.people import RegistrarFactory, TeacherFactory
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db

LATE = "Emails are late by 12\N{NO-BREAK SPACE}minutes"


def letter_posted(minutes: float, *, to=None, attempts=0, sent=None) -> Letter:
    """A letter that was posted so long ago, tried so often, and sent so many minutes ago if at all."""
    now = timezone.now()
    letter = outbox.post(NOTE, to=to or TeacherFactory(), key=f"reason {Letter.objects.count()}")
    of_its_state = (
        {"state": LetterState.SENT, "sent_at": now - timedelta(minutes=sent), "source": b""}
        if sent is not None
        else {}
    )
    Letter.objects.filter(pk=letter.pk).update(
        posted_at=now - timedelta(minutes=minutes), attempts=attempts, **of_its_state
    )
    return letter


def words_of(client, address: str) -> str:
    return re.sub(r"\s+", " ", client.get(address).text.replace("\N{NO-BREAK SPACE}", "~")).replace(
        "~", "\N{NO-BREAK SPACE}"
    )


# Emails


@pytest.mark.parametrize(
    ("letters", "minutes"),
    [
        ([], None),
        ([{"minutes": 4}], None),
        ([{"minutes": 12}], 12),
        ([{"minutes": 12, "sent": 1}], None),
        ([{"minutes": 60, "attempts": 3}] * 2, None),
        ([{"minutes": 12, "attempts": 3}] * 3, 12),
        ([{"minutes": 60, "attempts": 3}] * 3 + [{"minutes": 13, "sent": 12}], 12),
        ([{"minutes": 60, "attempts": 3}] * 3 + [{"minutes": 3, "sent": 2}], None),
    ],
    ids=[
        "nothing waits",
        "just posted",
        "no worker took it",
        "sent",
        "two readers' servers are away",
        "nobody's server takes one",
        "none taken since",
        "others are taken",
    ],
)
def test_emails_are_late_when_no_worker_or_no_server_takes_them(letters, minutes):
    for letter in letters:
        letter_posted(**letter)

    delay = mail_delay(timezone.now())

    assert (delay and round(delay / timedelta(minutes=1))) == minutes


def test_three_letters_to_one_reader_say_nothing_of_our_mail_server():
    reader = TeacherFactory()
    for _ in range(3):
        letter_posted(60, to=reader, attempts=3)

    assert mail_delay(timezone.now()) is None


def test_a_letter_whose_time_has_not_come_makes_nothing_late():
    letter = letter_posted(60 * 24)
    Letter.objects.filter(pk=letter.pk).update(not_before=timezone.now() + timedelta(hours=1))

    assert mail_delay(timezone.now()) is None
    assert letters_backlog(timezone.now()).number == 0


def test_my_emails_say_that_emails_are_late_and_only_then(client):
    me = TeacherFactory()
    client.force_login(me)
    letter_posted(4)

    assert "are late by" not in words_of(client, "/en/letters/")

    letter_posted(12)

    page = words_of(client, "/en/letters/")
    assert LATE in page
    assert "nothing needs to be sent again" in page


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (0, "None is lost, and nothing needs to be sent again"),
        (1, "1 email couldn’t be sent: those who run this site send it again."),
        (2, "2 emails couldn’t be sent: those who run this site send them again."),
    ],
    ids=["none given up", "one given up", "two given up"],
)
def test_late_emails_are_all_said_to_come_only_while_none_was_given_up(client, lost, said):
    now = timezone.now()
    for _ in range(lost):
        letter = letter_posted(60 * 24, attempts=32)
        Letter.objects.filter(pk=letter.pk).update(
            state=LetterState.FAILED, not_before=now, last_error="down"
        )
    letter_posted(12)
    client.force_login(TeacherFactory())

    beside_a_promise = client.post(
        reverse("people:new_link", args=[TeacherFactory().public_id]), follow=True
    ).text
    page = words_of(client, "/en/letters/")
    client.force_login(RegistrarFactory())
    of_the_operator = words_of(client, "/en/operations/")

    for text in (page, beside_a_promise, of_the_operator):
        assert LATE in text
        assert said in text
        assert ("nothing needs to be sent again" in text) == (not lost)
    assert f"given up in the last 24 hours: {lost}" in of_the_operator


@pytest.mark.parametrize("page", ["people:forgotten", "people:ask_for_login_link"])
def test_a_visitor_who_asks_for_a_link_reads_that_emails_are_late(client, page):
    address = reverse(page)
    assert LATE not in words_of(client, address)
    assert "are late" not in client.post(address, {"email": "no@example.org"}, follow=True).text

    letter_posted(12)

    assert LATE in words_of(client, address)
    after = client.post(address, {"email": "no@example.org"}, follow=True)
    assert after.redirect_chain
    assert f"{LATE}. None is lost" in after.text


def test_whoever_asks_for_a_fresh_link_for_an_old_one_reads_it_too(client):
    address = reverse("people:new_link", args=[TeacherFactory().public_id])
    letter_posted(12)

    assert f"{LATE}. None is lost" in client.post(address, follow=True).text


def test_a_teacher_who_enrols_reads_that_the_invitation_is_late(client):
    licence = LicenceFactory()
    first = SessionFactory(resource=licence.resource)
    second = SessionFactory(
        resource=licence.resource, starts_at=first.starts_at + timedelta(days=7)
    )
    client.force_login(TeacherFactory(works_at=licence.school))
    in_time = client.post(reverse("training:enrol", args=[first.public_id]), follow=True).text
    letter_posted(12)
    late = client.post(reverse("training:enrol", args=[second.public_id]), follow=True).text

    assert "an invitation is on its way" in in_time
    assert "are late" not in in_time
    assert f"{LATE}. None is lost" in late


def test_a_registrar_who_is_asked_where_an_email_is_reads_it_too(client):
    person = TeacherFactory()
    client.force_login(RegistrarFactory())
    letter_posted(12, to=person)

    assert LATE in words_of(client, f"/en/persons/{person.public_id}/letters/")


# Papers


def a_page(paper, person) -> PaperPage:
    return PaperPage("A list", "", "", "", "/en/", "Back", "list.pdf")


def papers_of_the_test():
    return [PaperKind("tests.list", draw=lambda paper: b"%PDF-1.7", page=a_page)]


@pytest.fixture
def ask():
    """Asks for a paper, so many minutes ago."""

    def asked(number: int, minutes: float) -> Paper:
        at = timezone.now() - timedelta(minutes=minutes)
        paper = documents.ask_for_paper(
            kind="tests.list", about=f"list {number}", says=(number,), language="en", now=at
        )
        task = DBTaskResult.objects.order_by("enqueued_at").last()
        DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=at)
        return paper

    with hooks.register_temporarily(Hook.PAPERS, papers_of_the_test):
        yield asked


def test_whoever_waits_for_a_pdf_reads_how_many_come_first_while_the_queue_is_late(client, ask):
    client.force_login(TeacherFactory())
    for number in range(40):
        ask(number, 12 - number / 10)
    mine = ask(40, 1)
    ask(41, 0.5)

    page = words_of(client, f"/en/papers/{mine.public_id}/")

    assert "The PDF waits for its turn" in page
    assert "It waits behind 40 others." in page
    assert "late by 12\N{NO-BREAK SPACE}minutes" in page


def test_whoever_waits_for_a_pdf_in_time_reads_nothing_of_others(client, ask):
    client.force_login(TeacherFactory())
    for number in range(3):
        ask(number, 4)
    mine = ask(3, 0)

    page = words_of(client, f"/en/papers/{mine.public_id}/")

    assert "It takes some seconds" in page
    assert "waits behind" not in page
    assert "late by" not in page


def test_a_student_reads_on_the_receipt_that_the_pdf_is_late_and_the_work_is_not(client):
    given = homework_item(part_of(teaching())).assignment
    student = StudentFactory(in_class=given.teaching.school_class)
    handin = handed_in(given, student)
    client.force_login(student)
    address = reverse("continuity:receipt", args=[handin.public_id]).replace("/fr/", "/en/")
    in_time = words_of(client, address)
    DBTaskResult.objects.filter(queue_name="papers").update(
        enqueued_at=timezone.now() - timedelta(minutes=12)
    )

    late = words_of(client, address)

    assert "It appears here in a minute." in in_time
    assert "PDFs are late by 12\N{NO-BREAK SPACE}minutes: your work is handed in" in late


# The operator's page


@pytest.fixture
def operator(client):
    registrar = RegistrarFactory()
    people.derive_groups(registrar)
    client.force_login(registrar)
    return client


@pytest.mark.parametrize("language", ["en", "fr"])
def test_on_an_idle_new_site_nothing_is_known_and_the_page_says_so(operator, language):
    page = words_of(operator, f"/{language}/operations/")

    assert page.count("Not known" if language == "en" else "Inconnue") >= 2
    assert ("Never yet" if language == "en" else "Encore jamais") in page


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "Tuesday 24 November at 02:30",
                "Wednesday 25 November at 02:30",
                "failed",
                "2 files are lost",
                "1 file isn’t what its row says",
                '<p lang="en">PostgreSQL archives nothing</p>',
                "Monday 23 November at 02:30",
                "something is wrong",
                '<p lang="en">pgBackRest found damaged pages</p>',
            ],
        ),
        (
            "fr",
            [
                "Dernière sauvegarde réussie",
                "Dernière tentative de sauvegarde",
                "échouée",
                "2 fichiers sont perdus",
                "1 fichier ne correspond pas à son enregistrement",
                "Dernière sauvegarde de la base de données",
                "anomalie",
            ],
        ),
    ],
)
def test_the_operator_reads_that_the_last_backup_failed_and_why(
    operator, settings, tmp_path, language, words
):
    settings.BACKUPS_FILE = tmp_path / "backups.json"
    failed = {
        "at": "2026-11-25T01:30:00+00:00",
        "is_fine": False,
        "lost": 2,
        "damaged": 1,
        "archive_problem": "PostgreSQL archives nothing",
    }
    settings.BACKUPS_FILE.write_text(
        json.dumps(
            {
                "last_backup": failed,
                "last_good_backup": {"at": "2026-11-24T01:30:00+00:00"},
                "last_database_backup": {
                    "at": "2026-11-23T01:30:00+00:00",
                    "is_fine": False,
                    "error": "pgBackRest found damaged pages",
                },
            }
        )
    )

    page = words_of(operator, f"/{language}/operations/")

    assert [one for one in words if one not in page.replace("\xa0", " ")] == []


def saved_words(page: str) -> dict[str, str]:
    """What stands under each heading of the part on backups, without tags."""
    part = page.partition('id="backups"')[2].partition("</dl>")[0]
    return {
        title: " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", "", words).replace("\xa0", " ").split())
        for title, words in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", part, re.S)
    }


@pytest.mark.parametrize(
    ("age", "words"),
    [
        ({"hours": 26}, "26 hours"),
        ({"hours": 26, "minutes": 30}, "more than 26 hours"),
        ({"hours": 27}, "27 hours"),
    ],
)
def test_an_age_that_is_too_old_does_not_read_as_what_is_allowed(age, words):
    now = timezone.now()
    line = SavedLine(now - datetime.timedelta(**age), BACKUP_WITHIN, now, "Backup")

    assert line.age_words.replace("\xa0", " ") == words


@pytest.mark.at("2026-12-01T12:00")
@pytest.mark.parametrize(
    ("language", "saved"),
    [
        (
            "en",
            {
                "Last backup of files that ended well": (
                    "Monday 1 December 2025 at 02:30, 1 year ago (at most 26 hours) too old"
                    " Runbook: BackupOld"
                ),
                "Last backup of the database": (
                    "Tuesday 1 December at 01:00, 11 hours ago (at most 50 hours)"
                ),
                "Last rehearsal of a restore": (
                    "Tuesday 18 August at 11:00, 105 days ago (at most 100 days) too old"
                    " Runbook: RehearsalOld something was missing Runbook: RehearsalFailed"
                ),
            },
        ),
        (
            "fr",
            {
                "Dernière sauvegarde réussie des fichiers": (
                    "Lundi 1er décembre 2025 à 2 h 30, il y a 1 an (26 heures au plus) délai dépassé"
                    " Guide d’intervention : BackupOld"
                ),
                "Dernière sauvegarde de la base de données": (
                    "Mardi 1er décembre à 1 h 00, il y a 11 heures (50 heures au plus)"
                ),
                "Dernier exercice de restauration": (
                    "Mardi 18 août à 11 h 00, il y a 105 jours (100 jours au plus) délai dépassé"
                    " Guide d’intervention : RehearsalOld il manquait quelque chose"
                    " Guide d’intervention : RehearsalFailed"
                ),
            },
        ),
    ],
)
def test_the_operator_reads_how_old_each_backup_is_and_which_one_is_too_old(
    operator, settings, tmp_path, language, saved
):
    settings.BACKUPS_FILE = tmp_path / "backups.json"
    told = {
        "last_good_backup": {"at": "2025-12-01T01:30:00+00:00"},
        "last_database_backup": {"at": "2026-12-01T00:00:00+00:00"},
        "last_rehearsal": {"at": "2026-08-18T09:00:00+00:00", "is_fine": False},
    }
    settings.BACKUPS_FILE.write_text(json.dumps(told))

    page = operator.get(f"/{language}/operations/").text

    assert saved_words(page) == saved


@pytest.mark.at("2026-12-01T12:00")
@pytest.mark.parametrize(
    ("hours", "is_too_old"), [(25, False), (27, True)], ids=["25 hours", "27 hours"]
)
def test_a_backup_is_too_old_when_the_alert_rings(operator, settings, tmp_path, hours, is_too_old):
    settings.BACKUPS_FILE = tmp_path / "backups.json"
    at = (timezone.now() - timedelta(hours=hours)).isoformat()
    settings.BACKUPS_FILE.write_text(json.dumps({"last_good_backup": {"at": at}}))

    words = saved_words(operator.get("/en/operations/").text)

    assert ("too old" in words["Last backup of files that ended well"]) == is_too_old
    assert words["Last rehearsal of a restore"] == "Not known to look at Runbook: RehearsalUnknown"
    assert ("Last backup of the database" in words) == (connection.vendor == "postgresql")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.5, "less than a minute"),
        (59, "59 minutes"),
        (119, "1 hour and 59 minutes"),
        (6 * 60 + 59, "6 hours"),
        (27 * 60, "27 hours"),
        (51 * 60, "51 hours"),
        (3 * 24 * 60 + 60, "3 days"),
        (105 * 24 * 60, "105 days"),
        (400 * 24 * 60, "1 year"),
    ],
)
def test_a_wait_is_told_to_the_minute_for_some_hours(minutes, words):
    with translation.override("en"):
        assert waited(timedelta(minutes=minutes)).replace("\xa0", " ") == words


def test_a_job_just_put_in_waits_for_less_than_a_minute_and_late_emails_are_to_look_at(
    operator, ask
):
    ask(0, 0.2)
    letter_posted(119)

    checks = {one.name: one for one in operator.get("/en/operations/").context["checks"]}

    state = checks["letters"].state.replace("\xa0", " ")
    assert state.startswith("late by 1 hour and 59 minutes; none tried in vain; given up")
    assert not checks["letters"].is_fine
    assert "0\xa0minutes" not in checks["queue"].state


def test_emails_tried_in_vain_have_one_number_and_the_age_of_the_oldest(operator):
    for minutes in (12, 4, 2):
        letter_posted(minutes, attempts=2)
    letter_posted(1)

    page = words_of(operator, "/en/operations/").replace("\xa0", " ")

    assert "tried in vain, to be tried again: 3, the oldest posted 12 minutes ago; given up" in page
    assert page.lower().count("in vain") == 1
    french = words_of(operator, "/fr/operations/")
    assert "12\N{NO-BREAK SPACE}minutes ; abandonnés" in french


def test_each_mark_names_a_part_of_the_runbook(operator, settings, tmp_path):
    settings.BACKUPS_FILE = tmp_path / "backups.json"
    failed = {"at": "2020-11-25T01:30:00+00:00", "is_fine": False}
    told = {f"last_{name}": failed for name in ("backup", "database_backup", "rehearsal")}
    told["last_good_backup"] = failed
    runbook = (settings.BASE_DIR / "docs/runbook.md").read_text()

    pages = [operator.get("/en/operations/").text]  # nothing is known
    for process in ("worker", "tick"):
        today.beat(process, timezone.now() - timedelta(days=1))
    settings.BACKUPS_FILE.write_text(json.dumps(told))
    pages.append(operator.get("/en/operations/").text)
    letter_posted(60 * 24)
    pages.append(operator.get("/en/operations/").text)

    named = {part for page in pages for part in re.findall(r"Runbook: <code>(\w+)</code>", page)}
    assert ("NeverSeen" in pages[0], "Stopped" in pages[0]) == (True, False)
    assert {
        "WorkerStopped",
        "TickStopped",
        "JobOverdue",
        "MailLate",
        "BackupFailed",
        "DatabaseBackupOld",
    } <= named
    assert {part for part in named if f"### {part}\n" not in runbook} == set()


@pytest.mark.at("2026-11-25T12:00")
def test_a_key_of_today_is_since_today(operator, settings, tmp_path):
    settings.LTI_KEYS = str(tmp_path / "keys")
    storage.make_key(settings.LTI_KEYS, datetime.date(2026, 11, 25))

    page = words_of(operator, "/en/operations/")

    assert "since today" in page
    assert "for 0 days" not in page


@pytest.mark.at("2026-11-25T12:00")
def test_the_operator_reads_what_waits_what_ran_and_what_was_saved(operator, settings, tmp_path):
    settings.BACKUPS_FILE = tmp_path / "backups.json"
    settings.BACKUPS_FILE.write_text(
        json.dumps(
            {
                "last_backup": {"at": "2026-11-25T01:30:00+00:00"},
                "last_rehearsal": {"at": "2026-11-02T09:00:00+00:00", "is_fine": False},
            }
        )
    )
    settings.LTI_KEYS = str(tmp_path / "keys")
    for day in (datetime.date(2026, 10, 26), datetime.date(2026, 11, 27)):
        storage.make_key(settings.LTI_KEYS, day)
    ErasedCount.objects.create(day=datetime.date(2026, 11, 24), model="courses.Letter", rows=7)
    letter_posted(12)
    today.beat("tick", timezone.now())

    page = words_of(operator, "/en/operations/")

    assert LATE in page
    assert "Wednesday 25 November at 02:30" in page
    assert "something was missing" in page
    assert "since Monday 26 October 2026, for 30 days" in page
    assert "the next one from Friday 27 November 2026 on" in page
    assert "Tuesday 24 November 2026: 7 rows" in page
    assert "Thursday 26 November 2026, from" in page
    for name in ("Django", "Wagtail", "Passerelle", "Database"):
        assert f"<dt>{name}</dt><dd>" in page


def test_a_job_that_fails_stands_first_and_one_that_ran_is_in_order(operator):
    def breaks(now):
        raise ZeroDivisionError

    with hooks.register_temporarily(Hook.TICK, breaks):
        call_command("tick", stdout=StringIO(), stderr=StringIO())
        answer = operator.get("/en/operations/")

    assert [line.name for line in answer.context["jobs_to_look_at"]] == ["tests.breaks"]
    assert "courses.heal_the_outbox" in [line.name for line in answer.context["jobs_in_order"]]
    assert "failed the last time" in answer.text


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(
    ("language", "overdue"),
    [
        ("en", "should have run by now"),
        ("fr", "auraient déjà dû être exécutées"),
    ],
)
def test_jobs_of_a_tick_that_stopped_are_to_look_at_above_and_below(operator, language, overdue):
    call_command("tick", stdout=StringIO(), stderr=StringIO())
    aged = timezone.now() - timedelta(minutes=190)
    PeriodicRun.objects.update(started_at=aged, ended_at=aged, succeeded_at=aged)

    answer = operator.get(f"/{language}/operations/")
    health = operator.get("/health/jobs/")

    number = len(answer.context["jobs_to_look_at"])
    checks = {one.name: one for one in answer.context["checks"]}
    assert number > 20
    assert not checks["periodic"].is_fine
    assert checks["periodic"].state.startswith(f"{number} ")
    assert overdue in checks["periodic"].state
    assert health.status_code == 503
    assert f"periodic: FAILING ({number} jobs should have run by now)" in health.text


def test_the_admin_leads_a_registrar_there_and_nobody_is_named_on_it(operator):
    teacher = TeacherFactory(login="known.by.name")
    letter_posted(12, to=teacher)

    for language in ("en", "fr", "en"):
        Person.objects.filter(memberships__role=Role.REGISTRAR).update(language=language)
        assert f"/{language}/operations/" in operator.get("/admin/").text
    page = operator.get("/en/operations/").text
    assert "known.by.name" not in page
    assert teacher.email not in page


def test_the_page_costs_the_same_with_many_things_that_wait(
    operator, django_assert_max_num_queries
):
    for _ in range(30):
        letter_posted(12)

    with django_assert_max_num_queries(45):
        operator.get("/en/operations/")
