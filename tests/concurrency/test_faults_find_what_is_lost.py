"""`deploy/faults` breaks parts of several machines and looks for what people were told is done. Here its
people use a site of one process, and nothing is broken but what each story breaks.
"""

import http.client
import importlib
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from continuity.models import HandIn
from courses.mail.models import Letter
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harness(monkeypatch):
    """Modules of deploy/faults."""
    monkeypatch.syspath_prepend(str(Path(settings.BASE_DIR) / "deploy" / "faults"))
    yield importlib.import_module("people"), importlib.import_module("inside")
    for name in ("people", "inside", "faults"):
        sys.modules.pop(name, None)


@pytest.fixture
def told(harness, live_server):
    """Of a class of three: what two phones and one who asks for a letter were told is done."""
    people, inside = harness
    item = homework_item(part_of(teaching()))
    StudentFactory.create_batch(3, in_class=item.part.teaching.school_class)
    TeacherFactory(email="claire.morel@lycee.example")
    who = inside.places({"count": 3, "letters": 1})
    port = int(live_server.url.rpartition(":")[2])
    since = timezone.now()
    crowd = people.Crowd(port, who["places"], ["claire.morel@lycee.example"])
    people.Browser.connect = staticmethod(
        lambda port: http.client.HTTPConnection("localhost", port)
    )
    for place in who["places"]:
        crowd.hand_in(place)
    crowd.ask_for_a_letter("claire.morel@lycee.example")
    assert (len(crowd.seen.handins), crowd.seen.given_up) == (3, [])
    run_worker()
    return {
        "handins": crowd.seen.handins,
        "letters": crowd.seen.letters,
        "since": since.isoformat(),
        "patience": 0,
    }


def found(harness, told) -> list:
    _people, inside = harness
    seen = inside.lost(told)
    return [len(seen[what]) for what in ("lost", "twice", "late", "sent")]


def test_what_people_were_told_is_done_is_there(harness, told):
    assert found(harness, told) == [0, 0, 0, 1]


def test_a_hand_in_that_is_gone_is_named(harness, told):
    handin = HandIn.objects.get(receipt_number=told["handins"][0]["number"])
    handin.parts.all().delete()
    handin.delete()

    assert found(harness, told) == [1, 0, 0, 1]


def test_another_photo_in_its_place_is_named(harness, told):
    part = HandIn.objects.get(receipt_number=told["handins"][0]["number"]).parts.get()
    part.checksum = "0" * 64
    part.save()

    assert found(harness, told) == [1, 0, 0, 1]


def test_a_letter_that_was_promised_and_is_not_there_is_named(harness, told):
    Letter.objects.all().delete()

    assert found(harness, told) == [1, 0, 0, 0]


def test_a_pdf_that_nobody_bound_is_late(harness, told):
    HandIn.objects.filter(receipt_number=told["handins"][0]["number"]).update(pdf="")

    assert found(harness, told) == [0, 0, 1, 1]
