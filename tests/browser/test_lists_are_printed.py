"""A sheet and a list of participants on A4: nothing cut, a field to sign beside each name."""

import re
import subprocess

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.attendance import held_session, seated, was_there
from tests.factories.people import PlannerFactory
from training.services import attendance

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def printed(live_server, context, tmp_path):
    """What comes out of the printer when this person prints a page: its number of pages and its
    words.
    """

    def print_page(person, address: str) -> tuple[int, str]:
        client = Client()
        client.force_login(person)
        context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": live_server.url,
                }
            ]
        )
        page = context.new_page()
        page.goto(f"{live_server.url}{address}")
        path = tmp_path / "printed.pdf"
        page.pdf(path=str(path), format="A4")
        facts = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
        words = subprocess.run(
            ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
        ).stdout
        return int(re.search(r"Pages:\s+(\d+)", facts)[1]), words

    return print_page


def test_the_sheet_of_ten_people_is_one_page_with_all_columns_and_a_field_to_sign(printed):
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 90))
    for n in range(10):
        was_there(meeting, seated(session, given_name=f"Prénom{n}").teacher, (n, 90))
    sheet = attendance.prefill(meeting.pk)

    pages, words = printed(trainer, reverse("training:sheet", args=[sheet.public_id]))

    assert pages == 1
    assert re.search(r"Person\s+Presence\s+Proposal\s+You attest\s+Signature", words)
    assert all(f"Prénom{n}" in words for n in range(10))


def test_the_list_of_fifteen_people_is_one_page_without_the_cards_beside_it(printed):
    session = held_session()
    for n in range(15):
        seated(session, given_name=f"Prénom{n}", family_name=f"Nom{n}")

    pages, words = printed(
        PlannerFactory(), reverse("training:session_people", args=[session.public_id])
    )

    assert pages == 1
    assert re.search(r"Name\s+School\s+Signature", words)
    assert all(f"Prénom{n} NOM{n}" in words for n in range(15))
    assert "Led by" not in words
