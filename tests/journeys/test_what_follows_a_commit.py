"""What a service hangs on `transaction.on_commit`: it happens once the transaction has committed, and
not at all after a rollback. These tests commit; captured callbacks would run in either case.
"""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from cms.guidance.models import GuidancePage, PagePdf
from cms.guidance.services import papers
from continuity.models import RollCall
from continuity.writing import services as attachments
from courses.agenda import services as agenda
from courses.agenda.signals import absence_changed
from courses.agenda.values import Hours
from courses.digest import services as digest
from courses.digest.signals import told
from courses.live import services as rooms
from courses.live.signals import presence_settled
from courses.people.models import today
from courses.people.services import derive_groups
from courses.people.signals import roles_changed
from tests.factories.continuity import class_hour, lesson_item, part_of, teaching
from tests.factories.guidance import editor, guidance_page, home, topic
from tests.factories.rolls import nine, soon, video_class

pytestmark = pytest.mark.django_db(transaction=True)

JANUARY = datetime.date(2027, 1, 12)  # a Tuesday

# What is done in the transaction, and whether what follows from it has happened.
type Story = tuple[Callable[[], object], Callable[[], bool]]


def absence_cancels_the_video_class() -> Story:
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    part_of(given, JANUARY - datetime.timedelta(days=1))
    starts_at = nine(JANUARY)
    meeting = video_class(given, starts_at)

    def record() -> None:
        agenda.record_absence(
            teacher=given.teacher,
            key="absence",
            hours=Hours(starts_at, starts_at + datetime.timedelta(minutes=55)),
            reason="Formation",
        )

    def is_cancelled() -> bool:
        meeting.refresh_from_db()
        return meeting.is_cancelled

    return record, is_cancelled


def news_makes_the_kept_pages_old() -> Story:
    before = digest.version()
    return lambda: digest.tell("page:one"), lambda: digest.version() != before


def presence_begins_the_roll() -> Story:
    given = teaching()
    starts_at = soon(-2)
    day = timezone.localdate(starts_at)
    part_of(given, day - datetime.timedelta(days=day.weekday()))
    meeting = video_class(given, starts_at)
    room = rooms.room_for(meeting)
    return (
        lambda: rooms.settle(room),
        lambda: RollCall.objects.filter(meeting=meeting).exists(),
    )


def a_role_that_ended_takes_the_editor_s_group() -> Story:
    for language in ("fr", "en"):
        home(language)
    adviser = editor("author", topic())
    groups = adviser.groups.filter(name__startswith="guidance:")
    assert groups.exists()

    def end() -> None:
        adviser.memberships.update(until=today() - datetime.timedelta(days=1))
        derive_groups(adviser)

    return end, lambda: not groups.exists()


def a_removed_attachment_takes_its_file() -> Story:
    lesson = lesson_item(part_of(teaching())).lesson
    kept = attachments.add(
        to=lesson, sent=SimpleUploadedFile("a.txt", b"Lire la page 12."), by=lesson.author
    )
    path = Path(kept.file.path)
    assert path.exists()
    return lambda: attachments.remove(kept), lambda: not path.exists()


def page_on_paper() -> tuple[GuidancePage, Path]:
    page = guidance_page()
    papers.keep_pdf(page, "1" * 64, b"%PDF-1.7 first")
    path = Path(PagePdf.objects.get(page=page.pk).file.path)
    assert path.exists()
    return page, path


def a_new_page_pdf_replaces_the_old_file() -> Story:
    page, path = page_on_paper()
    return (
        lambda: papers.keep_pdf(page, "2" * 64, b"%PDF-1.7 second"),
        lambda: not path.exists(),
    )


def a_page_taken_down_takes_its_pdf() -> Story:
    page, path = page_on_paper()
    return lambda: papers.take_pdf_away(page), lambda: not path.exists()


STORIES = [
    absence_cancels_the_video_class,
    news_makes_the_kept_pages_old,
    presence_begins_the_roll,
    a_role_that_ended_takes_the_editor_s_group,
    a_removed_attachment_takes_its_file,
    a_new_page_pdf_replaces_the_old_file,
    a_page_taken_down_takes_its_pdf,
]


@pytest.fixture(autouse=True)
def _pages_are_kept(settings):
    settings.CACHES = settings.KEEP_PAGES  # with the dummy cache each version is a new one


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_it_follows_the_commit(story):
    happen, has_followed = story()

    with transaction.atomic():
        happen()
        before_the_commit = has_followed()

    assert (before_the_commit, has_followed()) == (False, True)


@pytest.fixture
def news():
    """The signals that were sent."""
    sent: list[Signal] = []

    def hear(signal, **kwargs) -> None:
        sent.append(signal)

    signals = (absence_changed, presence_settled, roles_changed, told)
    for signal in signals:
        signal.connect(hear)
    yield sent
    for signal in signals:
        signal.disconnect(hear)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_nothing_follows_a_rollback(story, news):
    happen, has_followed = story()
    news.clear()

    with transaction.atomic():
        happen()
        transaction.set_rollback(True)

    assert (has_followed(), news) == (False, [])
