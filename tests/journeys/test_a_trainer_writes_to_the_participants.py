"""A trainer writes to those who come, through us: how many they are, never who."""

import uuid

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories.attendance import seated
from tests.factories.people import TrainerFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session():
    return SessionFactory(led_by=TrainerFactory(language="en"))


def form(**more) -> dict:
    return {"subject": "Un casque", "body": "Prenez un casque.", "key": uuid.uuid4()} | more


def test_the_trainer_sees_how_many_get_it_and_signs_it(client, session):
    enrolments = [seated(session), seated(session)]
    trainer = session.trainers.get()
    client.force_login(trainer)
    page = reverse("training:message_people", args=[session.public_id])
    said = form()

    preview = client.post(page, {**said, "step": "preview"}).content.decode()
    assert "Send to 2 people" in preview
    assert not any(one.teacher.family_name in preview for one in enrolments)
    for _twice in range(2):
        answer = client.post(page, {**said, "step": "send"})
    run_worker()

    assert answer.url == reverse("training:my_session", args=[session.public_id])
    assert len(mail.outbox) == 2
    assert trainer.display_name in mail.outbox[0].body
    assert trainer.email not in mail.outbox[0].body
    assert mail.outbox[0].reply_to != [trainer.email]


def test_another_providers_trainer_does_not_find_it(client, session):
    client.force_login(TrainerFactory())

    page = reverse("training:message_people", args=[session.public_id])

    assert client.get(page).status_code == 404
    assert client.post(page, form(step="send")).status_code == 404
