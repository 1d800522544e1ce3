"""Who leads a session leaves files and links for those who have a seat."""

import datetime
import email
import email.policy
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import MaterialFactory, SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import Letters, SessionState
from training.exceptions import (
    MaterialTooHeavy,
    MaterialTooLate,
    SessionIsCancelled,
    TooMuchMaterial,
)
from training.models import Material
from training.services import enrolment as enrolments
from training.services import material as materials
from training.services import sessions, substitutes
from training.services.reminders import remind

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def session(licence):
    """Two dates of an hour, in a week and three days later."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    made = SessionFactory(resource=licence.resource, hours=hours, state=SessionState.DRAFT)
    return sessions.open_for_enrolment(session=made, by=PlannerFactory())


@pytest.fixture
def trainer(session):
    return session.trainers.get()


@pytest.fixture
def seat(session, licence):
    teacher = TeacherFactory(works_at=licence.school, language="en")
    return enrolments.enrol(session=session, teacher=teacher)


def a_file(content=b"Lire avant la formation.\n", name="Fiche pratique.txt"):
    return SimpleUploadedFile(name, content)


def text_of(letter: Letter) -> str:
    sent = email.message_from_bytes(bytes(letter.source), policy=email.policy.default)
    return sent.get_body(["plain"]).get_content().replace("\r\n", "\n")


def address_of(session):
    return reverse("training:session_material", args=[session.public_id])


def file_of(material):
    return reverse("training:material_file", args=[material.public_id])


def test_a_trainer_leaves_a_file_and_a_link_and_those_with_a_seat_find_them(
    client, session, trainer, seat
):
    second = session.meetings[1]
    client.force_login(trainer)
    page = client.get(address_of(session))
    key = page.context["form"]["key"].initial
    client.post(address_of(session), {"key": key, "upload": a_file(), "title": "Fiche"})
    client.post(address_of(session), {"key": key, "upload": a_file(), "title": "Fiche"})
    link = {"address": "https://example.org/clip", "title": "Le clip", "date": second.public_id}
    answer = client.post(address_of(session), {"key": uuid4(), **link}, follow=True)

    assert "It is there for those who have a seat." in answer.text
    fiche, clip = Material.objects.all()
    assert (fiche.title, fiche.name, fiche.meeting) == ("Fiche", "Fiche pratique.txt", None)
    assert (clip.title, clip.host, clip.meeting) == ("Le clip", "example.org", second)

    client.force_login(seat.teacher)
    read = client.get(session.get_absolute_url())
    assert [one.title for one in read.context["materials"]] == ["Fiche", "Le clip"]
    assert 'href="https://example.org/clip" rel="noreferrer"' in read.text
    file = client.get(file_of(fiche))
    assert b"".join(file.streaming_content) == b"Lire avant la formation.\n"


def test_without_a_seat_the_file_is_not_there(client, session, trainer, seat, licence):
    file = file_of(MaterialFactory(session=session, by=trainer))
    colleague = TeacherFactory(works_at=licence.school)
    other_trainer = TrainerFactory(works_for=licence.resource.provider)

    def answers(*people):
        found = []
        for person in people:
            client.force_login(person)
            found.append(client.get(file).status_code)
        return found

    who = [seat.teacher, trainer, PlannerFactory(), colleague, other_trainer]
    assert answers(*who) == [200, 200, 200, 404, 404]
    enrolments.cancel(enrolment=seat, by=seat.teacher)
    assert answers(seat.teacher) == [404]
    assert client.get(session.get_absolute_url()).context["materials"] == []


def test_a_turn_in_the_waiting_list_is_no_seat(client, licence):
    session = SessionFactory(resource=licence.resource, capacity=1)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    waiting = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=waiting)
    handout = MaterialFactory(session=session, by=session.trainers.get())
    client.force_login(waiting)

    assert client.get(file_of(handout)).status_code == 404
    assert client.get(session.get_absolute_url()).context["materials"] == []


def test_what_is_sent_is_told_by_its_content_and_refused_in_words(client, session, trainer):
    client.force_login(trainer)
    program = {"key": uuid4(), "upload": a_file(b"MZ\x90\x00\x03" + bytes(300), "clip.pdf")}
    refused = client.post(address_of(session), program)
    both = {"key": uuid4(), "upload": a_file(), "address": "https://example.org/", "title": "Both"}
    plain = {"key": uuid4(), "address": "http://example.org/", "title": "Plain"}
    silent = {"key": uuid4(), "address": "https://example.org/"}

    assert (refused.status_code, Material.objects.count()) == (422, 0)
    assert "This kind of file isn’t taken." in refused.text
    assert "one of the two" in client.post(address_of(session), both).text
    assert "it has to begin with https://" in client.post(address_of(session), plain).text
    assert "Say in some words" in client.post(address_of(session), silent).text
    assert not Material.objects.exists()


def test_files_are_limited_in_number_and_weight(session, trainer, monkeypatch):
    monkeypatch.setattr("training.rules.material.MOST_MATERIAL", 1)
    one = {"session": session, "meeting": None, "by": trainer, "title": "Une fiche"}
    materials.deposit(**one, key=uuid4(), sent=a_file())
    with pytest.raises(TooMuchMaterial):
        materials.deposit(**one, key=uuid4(), sent=a_file())
    monkeypatch.setattr("training.services.material.MATERIAL_MEGABYTES", 0)
    with pytest.raises(MaterialTooHeavy):
        materials.deposit(**one, key=uuid4(), sent=a_file())

    stored = Material.objects.get().file.storage.listdir("material")[1]
    assert Material.objects.get().file.name.rpartition("/")[2] in stored


def test_a_substitute_leaves_material_for_that_date_while_access_lasts(
    client, session, trainer, licence, seat
):
    first, second = session.meetings
    colleague = TrainerFactory(works_for=licence.resource.provider)
    substitutes.name_substitute(
        session=session, meeting=second, substitute=colleague, replaces=trainer, by=PlannerFactory()
    )
    of_session = MaterialFactory(session=session, by=trainer)
    of_first = MaterialFactory(session=session, meeting=first, by=trainer)
    client.force_login(colleague)
    form = client.get(address_of(session)).context["form"]
    given = {"address": "https://example.org/", "title": "Suite"}
    for_whole = client.post(address_of(session), {"key": uuid4(), **given})
    for_date = client.post(address_of(session), {"key": uuid4(), **given, "date": second.public_id})

    assert [value for value, _label in form.fields["date"].choices] == [second.public_id]
    assert (for_whole.status_code, for_date.status_code) == (422, 302)
    assert client.get(file_of(of_session)).status_code == 200
    assert client.get(file_of(of_first)).status_code == 404
    removal = reverse("training:remove_material", args=[of_session.public_id])
    assert client.post(removal).status_code == 404
    with time_machine.travel(second.ends_at + 8 * DAY, tick=False):
        client.force_login(colleague)
        assert client.get(address_of(session)).status_code == 404
        assert client.get(file_of(of_session)).status_code == 404


def test_the_planner_sees_and_removes_and_undoes_within_the_hour(client, session, trainer, seat):
    handout = MaterialFactory(session=session, by=trainer)
    client.force_login(PlannerFactory())
    page = client.get(address_of(session))
    assert handout.title in page.text
    assert page.context["form"] is None  # who leads adds, who plans removes

    client.post(reverse("training:remove_material", args=[handout.public_id]))
    assert client.get(file_of(handout)).status_code == 404
    client.post(reverse("training:put_material_back", args=[handout.public_id]))
    assert client.get(file_of(handout)).status_code == 200
    client.post(reverse("training:remove_material", args=[handout.public_id]))
    with time_machine.travel(timezone.now() + HOUR, tick=False):
        answer = client.post(
            reverse("training:put_material_back", args=[handout.public_id]), follow=True
        )
        assert "It was removed more than an hour ago" in answer.text


@pytest.mark.parametrize("after", [HOUR / 2, HOUR])
def test_the_form_of_what_was_removed_leaves_what_it_sends_again(client, session, trainer, after):
    client.force_login(trainer)
    form = {"title": "Fiche", "key": uuid4()}

    def send(content):
        page = client.post(address_of(session), form | {"upload": a_file(content)}, follow=True)
        assert "It is there for those who have a seat." in page.text

    def read():
        return [one.file.read() for one in session.materials.there()]

    send(b"Salle 12\n")
    materials.remove(material=session.materials.get(), by=trainer)
    with time_machine.travel(timezone.now() + after, tick=False):
        for _twice in range(2):
            send(b"Salle 21\n")
        assert read() == [b"Salle 21\n"]

        materials.remove(material=session.materials.there().get(), by=trainer)
        send(b"Salle 12\n")
        assert read() == [b"Salle 12\n"]


@pytest.mark.django_db(transaction=True)
def test_what_was_removed_an_hour_ago_goes_with_its_file(session, trainer):
    handout = MaterialFactory(session=session, by=trainer)
    kept = MaterialFactory(session=session, by=trainer)
    materials.remove(material=handout, by=trainer)
    now = timezone.now()

    assert materials.forget_removed(now + HOUR / 2) == 0
    assert materials.forget_removed(now + HOUR) == 1
    assert list(Material.objects.all()) == [kept]
    assert not handout.file.storage.exists(handout.file.name)
    assert kept.file.storage.exists(kept.file.name)


def test_letters_that_go_anyway_name_it_and_none_goes_for_it(session, trainer, licence):
    first, second = session.meetings
    MaterialFactory(session=session, by=trainer, title="Pour tous")
    MaterialFactory(session=session, meeting=second, by=trainer, title="Pour le deuxième jour")
    gone = MaterialFactory(session=session, by=trainer, title="Retirée")
    materials.remove(material=gone, by=trainer)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    given = {"session": session, "by": trainer, "address": "https://example.org/"}
    materials.deposit(**given, meeting=None, title="Lien", key=uuid4())
    run_worker_after_the_pause()
    assert [one.kind for one in Letter.objects.filter(to=teacher)] == [Letters.SEAT_CONFIRMED]
    invitation = text_of(Letter.objects.get(to=teacher))

    with time_machine.travel(first.starts_at - 23 * HOUR, tick=False):
        remind(timezone.now())
        run_worker()
    reminder = text_of(Letter.objects.get(to=teacher, kind=Letters.REMINDER))
    to_trainer = text_of(Letter.objects.get(to=trainer, kind=Letters.REMINDER))

    there = "There is material on the session’s page:\n- Pour tous\n"
    assert f"{there}- Pour le deuxième jour\n" in invitation
    assert f"{there}- Lien\n" in reminder
    assert "Pour le deuxième jour" not in reminder
    assert "Retirée" not in invitation + reminder
    assert "Pour tous" not in to_trainer


def test_what_is_added_after_the_session_is_told_once_ten_minutes_later(session, trainer, seat):
    with time_machine.travel(session.ends_at + HOUR, tick=False):
        given = {"session": session, "meeting": None, "by": trainer}
        for title in ("Le diaporama", "Les réponses", "Une erreur"):
            made = materials.deposit(
                **given, title=title, address="https://example.org/", key=uuid4()
            )
        materials.remove(material=made, by=trainer)
        run_worker()
        assert not Letter.objects.filter(kind=Letters.MATERIAL_ADDED).exclude(sent_at=None).exists()
        run_worker_after_the_pause()

    notice = Letter.objects.get(kind=Letters.MATERIAL_ADDED)
    assert notice.to == seat.teacher
    assert "- Le diaporama\n- Les réponses\n" in text_of(notice)
    assert "Une erreur" not in text_of(notice)


def test_until_thirty_days_after_the_session_and_not_for_one_that_is_cancelled(session, trainer):
    given = {"session": session, "meeting": None, "by": trainer, "title": "Fiche"}
    link = {"address": "https://example.org/"}
    with pytest.raises(MaterialTooLate):
        materials.deposit(**given, **link, key=uuid4(), now=session.ends_at + 30 * DAY)
    sessions.cancel(session=session, by=PlannerFactory(), reason="Grève")
    with pytest.raises(SessionIsCancelled):
        materials.deposit(**given, **link, key=uuid4())
