"""A resource has another provider than when a session of it was planned: pages, papers and letters
name the one for which those work who lead the session.
"""

import datetime
import email
import email.policy
import subprocess

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.catalogue.models import Resource
from courses.documents.models import Paper
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import Organisation
from tests.factories.catalogue import LicenceFactory
from tests.factories.certificates import certificate_of
from tests.factories.people import (
    ProviderFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import Letters, SessionState
from training.exceptions import NotATrainerHere
from training.queries.leading import providers_leading
from training.services import enrolment as enrolments
from training.services import missed_dates, rooms, sessions, substitutes
from training.services.reminders import remind
from training.values import RoomFields
from training.views.due import due_for_teacher

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)
ZOOM = RoomFields("https://zoom.example/j/1", "Zoom", "The name that you type.")
WHO_LEADS = pytest.mark.parametrize(
    ("leading", "named"),
    [
        pytest.param(["old"], "Old Vendor", id="who led it"),
        pytest.param(["new"], "New Vendor", id="a trainer of the new provider"),
        pytest.param(["old", "new"], "New Vendor and Old Vendor", id="both"),
        pytest.param([], "Old Vendor", id="nobody"),
    ],
)


@pytest.fixture
def licence():
    return LicenceFactory(resource__provider__name="Old Vendor")


@pytest.fixture
def trainers(licence):
    """`new` works for the provider that has the resource once `taken_over` is called."""
    new = ProviderFactory(name="New Vendor")
    return {
        "old": TrainerFactory(works_for=licence.resource.provider, language="en"),
        "new": TrainerFactory(works_for=new, language="en"),
    }


@pytest.fixture
def session(licence, planner, trainers):
    made = SessionFactory(
        resource=licence.resource,
        starts_at=in_a_week(),
        led_by=trainers["old"],
        state=SessionState.DRAFT,
    )
    return sessions.open_for_enrolment(session=made, by=planner)


@pytest.fixture
def enrolment(session, licence):
    teacher = TeacherFactory(works_at=licence.school, language="en")
    return enrolments.enrol(session=session, teacher=teacher)


@pytest.fixture
def taken_over(session, trainers, enrolment):
    """Give the resource to the new provider, and the session to these trainers."""

    def to(leading):
        new = Organisation.objects.get(name="New Vendor")
        Resource.objects.filter(pk=session.resource.pk).update(provider=new)
        session.trainers.set([trainers[name] for name in leading])

    return to


def read(client, person, name, *args) -> str:
    client.force_login(person)
    answer = client.get(reverse(f"training:{name}", args=args), follow=True)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def paper(client, person, name, public_id) -> str:
    client.force_login(person)
    client.post(reverse(f"training:{name}", args=[public_id]))
    run_worker()
    asked = Paper.objects.latest("pk")
    answer = client.get(reverse("people:paper_file", args=[asked.public_id]))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    drawn = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return " ".join(drawn.stdout.decode().split())


def letter_to(person, kind) -> tuple[str, str]:
    """The text part and the page."""
    one = Letter.objects.filter(to=person, kind=kind).exclude(sent_at=None).get()
    sent = email.message_from_bytes(bytes(one.source), policy=email.policy.default)
    parts = (sent.get_body([kind]).get_content() for kind in ("plain", "html"))
    return tuple(" ".join(part.split()) for part in parts)


@WHO_LEADS
def test_the_session_s_page_names_for_whom_it_is_led(
    client, session, enrolment, licence, planner, taken_over, leading, named
):
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    taken_over(leading)
    other = TeacherFactory(works_at=licence.school, language="en")

    shown = read(client, other, "session_short", session.public_id)

    names = named.split(" and ")
    for name in ("Old Vendor", "New Vendor"):
        assert (f">for {name}</a>" in shown) == (name in names)
    tool = f"In Zoom, the own tool of {named}."
    assert shown.count(tool) == 2  # the facts, and beside the button


@WHO_LEADS
def test_both_papers_name_for_whom_it_is_led(
    client, session, enrolment, planner, taken_over, leading, named
):
    taken_over(leading)

    notice = paper(client, enrolment.teacher, "ask_for_notice", enrolment.public_id)
    to_sign = paper(client, planner, "ask_for_sign_in", session.public_id)

    assert f"given by {named}, live online" in notice
    assert f"{session.title}, {named}" in to_sign


def test_a_notice_from_before_is_drawn_anew(client, session, enrolment, taken_over):
    before = paper(client, enrolment.teacher, "ask_for_notice", enrolment.public_id)
    taken_over(["new"])

    after = paper(client, enrolment.teacher, "ask_for_notice", enrolment.public_id)

    assert "given by Old Vendor" in before
    assert "given by New Vendor" in after


@WHO_LEADS
def test_letters_and_the_first_page_name_for_whom_it_is_led(
    session, enrolment, planner, taken_over, leading, named
):
    taken_over(leading)
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    run_worker_after_the_pause()
    begins = session.starts_at
    with time_machine.travel(begins - HOUR, tick=True):
        remind(begins - HOUR)
        run_worker()

    [item] = due_for_teacher(enrolment.teacher, begins - 10 * MINUTE)

    for kind in (Letters.ROOM_CHANGED, Letters.REMINDER):
        for part in letter_to(enrolment.teacher, kind):
            assert f"In Zoom, the own tool of {named}." in part
    assert item.text == f"The room is open, with {named}."


@WHO_LEADS
def test_a_date_owed_names_for_whom_it_was_to_be_led(
    client, session, planner, taken_over, leading, named
):
    taken_over(leading)
    [meeting] = session.meetings
    with time_machine.travel(session.starts_at + 20 * MINUTE, tick=True):
        missed_dates.record(session=session, meeting=meeting, by=planner, words="")

        owed = read(client, planner, "owed_dates")

    assert f", {named}. <span" in owed


def test_planners_find_the_session_under_either_provider(client, session, planner, taken_over):
    taken_over(["old"])
    other = ProviderFactory()
    found = {}
    for provider in Organisation.objects.providers():
        client.force_login(planner)
        page = client.get(reverse("training:planning"), {"provider": provider.public_id})
        found[provider.name] = session.title in page.text

    assert found == {"Old Vendor": True, "New Vendor": True, other.name: False}


def test_certificates_are_found_by_the_provider_that_they_name(client, planner):
    certificate = certificate_of()
    old, new = certificate.enrolment.session.provider, ProviderFactory(name="New Vendor")
    Resource.objects.filter(provider=old).update(provider=new)
    client.force_login(planner)

    found = {
        provider: certificate.number
        in client.get(
            reverse("training:issued_certificates"), {"provider": provider.public_id}
        ).text
        for provider in (old, new)
    }

    assert found == {old: True, new: False}


def test_trainers_of_either_provider_stand_in_and_others_are_told_of_both(
    client, session, trainers, planner, taken_over
):
    taken_over(["old"])
    [meeting] = session.meetings
    foreign = TrainerFactory(language="en")
    who = {"session": session, "meeting": meeting, "replaces": trainers["old"], "by": planner}

    with pytest.raises(NotATrainerHere) as refused:
        substitutes.name_substitute(substitute=foreign, **who)
    trainers["new"].memberships.all().delete()
    nobody = read(client, planner, "name_substitute", session.public_id, meeting.public_id)

    assert refused.value.reason.endswith("is no trainer of New Vendor or Old Vendor.")
    assert "No other trainer of New Vendor or Old Vendor has an account." in nobody


@WHO_LEADS
def test_a_trainer_names_only_who_works_for_the_same_provider(
    client, session, trainers, planner, taken_over, leading, named
):
    taken_over(leading)
    [meeting] = session.meetings
    for vendor, trainer in trainers.items():
        provider = trainer.places_as(Role.TRAINER)[0]
        TrainerFactory(works_for=provider, language="en", family_name=f"Colleague-{vendor}")
    offered = {}
    for reader in [trainers[name] for name in leading] + [planner]:
        page = read(client, reader, "name_substitute", session.public_id, meeting.public_id)
        offered[reader] = [name for name in ("old", "new") if f"Colleague-{name}" in page]

    assert offered == {trainers[name]: [name] for name in leading} | {planner: ["old", "new"]}


def test_a_trainer_s_choice_of_another_provider_s_trainer_is_refused(
    client, session, trainers, taken_over
):
    taken_over(["old"])
    [meeting] = session.meetings
    page = reverse("training:name_substitute", args=[session.public_id, meeting.public_id])
    client.force_login(trainers["old"])
    posted = {"replaces": trainers["old"].public_id, "substitute": trainers["new"].public_id}

    answer = client.post(page, posted)
    with pytest.raises(NotATrainerHere) as refused:
        substitutes.name_substitute(
            session=session,
            meeting=meeting,
            replaces=trainers["old"],
            substitute=trainers["new"],
            by=trainers["old"],
        )

    assert answer.status_code == 422
    assert trainers["new"].family_name not in answer.text
    assert "No other trainer of Old Vendor has an account." in answer.text
    assert refused.value.reason.endswith("is no trainer of Old Vendor.")
    assert not session.substitutions.exists()


def test_trainers_of_either_provider_lead_the_whole_session_too(
    client, session, trainers, planner, taken_over
):
    taken_over(["old"])
    vendors = session.provider, Organisation.objects.get(name="New Vendor")
    colleagues = [TrainerFactory(works_for=one, language="en") for one in vendors]
    foreign = TrainerFactory(language="en")
    client.force_login(planner)
    page = reverse("training:edit_session", args=[session.public_id])
    offered = set(client.get(page).context["form"].fields["trainers"].queryset)
    facts = {"capacity": 20, "language": "fr", "threshold_percent": 75, "note": ""}

    with pytest.raises(NotATrainerHere) as refused:
        sessions.edit(
            session=session, revision=session.revision, by=planner, trainers=[foreign], **facts
        )
    sessions.edit(
        session=session, revision=session.revision, by=planner, trainers=colleagues, **facts
    )

    assert offered == {*trainers.values(), *colleagues}
    assert refused.value.reason.endswith("is no trainer of New Vendor or Old Vendor.")
    assert refused.value.advice == "Choose a trainer of New Vendor or Old Vendor."
    assert set(session.trainers.all()) == set(colleagues)


def test_the_new_provider_s_copy_takes_no_room_of_the_old_one_along(
    client, session, planner, taken_over
):
    rooms.set_room(session=session, meeting=None, fields=ZOOM, by=planner)
    address = reverse("training:new_session")
    copy = {"training": session.training.public_id, "copy": session.public_id}
    client.force_login(planner)
    kept = client.get(address, copy).text
    taken_over(["old"])

    after = client.get(address, copy).text

    assert "Its room is taken along" in kept
    assert "Its rooms aren’t taken along" in after


def test_without_another_provider_the_name_costs_no_query(session):
    read_with_row = type(session).objects.with_page_rows().get(pk=session.pk)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        [provider] = providers_leading(read_with_row)

    assert (provider.name, len(queries)) == ("Old Vendor", 0)
