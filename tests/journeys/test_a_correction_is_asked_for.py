"""Somebody asks that something about them be corrected; who answers for it answers in words (GDPR,
article 16).
"""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from cms.register.services import accounts, erasing
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import CorrectionRequest, Membership
from courses.people.services import corrections
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.people import (
    MembershipFactory,
    RegistrarFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db

WORDS = "My family name has two r: Verrier."


def ask(client, person, text=WORDS):
    client.force_login(person)
    return client.post("/en/personal-data/corrections/ask/", {"text": text})


def listed(client, person) -> list[CorrectionRequest]:
    client.force_login(person)
    return list(client.get(reverse("register:corrections")).context["waiting"])


def due(client, person) -> str:
    client.force_login(person)
    return client.get("/en/today/").content.decode()


def test_a_student_asks_the_school_answers_and_the_student_reads_it(client):
    student = StudentFactory(language="en")
    school = Membership.objects.get(person=student).organisation
    leader = LeaderFactory(leads=school, language="en", family_name="Lediguerre")

    assert ask(client, student).status_code == 302
    asked = CorrectionRequest.objects.get()
    assert "1 request for a correction" in due(client, leader)
    address = reverse("register:correction", args=[asked.public_id])
    assert WORDS in client.get(address).content.decode()
    client.post(address, {"is_done": "yes", "words": "It is Verrier now."})

    assert "request for a correction" not in due(client, leader)
    client.force_login(student)
    page = client.get("/en/personal-data/").content.decode()
    assert re.search(r"Corrected.*It is Verrier now\..*Maxime Lediguerre", page, re.S)
    assert not Letter.objects.exists()  # no address


def test_an_answer_goes_by_email_to_who_has_an_address(client, mailoutbox):
    teacher = TeacherFactory(language="fr")
    leader = LeaderFactory(leads=teacher.schools[0])
    ask(client, teacher)
    client.force_login(leader)
    client.post(
        reverse("register:correction", args=[CorrectionRequest.objects.get().public_id]),
        {"is_done": "no", "words": "Le nom est juste."},
    )

    run_worker()

    assert [mail.to for mail in mailoutbox] == [[f"{teacher.display_name} <{teacher.email}>"]]
    assert "Le nom est juste." in mailoutbox[0].body
    assert "/personal-data/#corrections" in mailoutbox[0].body


def test_each_request_goes_to_who_answers_for_it_and_to_nobody_else(client):
    student = StudentFactory()
    school = Membership.objects.get(person=student).organisation
    leader, teacher = LeaderFactory(leads=school), TeacherFactory(works_at=school)
    office = MembershipFactory(organisation=school, role=Role.OFFICE).person
    trainer, registrar, other_registrar = TrainerFactory(), RegistrarFactory(), RegistrarFactory()
    without_leader, elsewhere = TeacherFactory(), LeaderFactory()
    asked = {
        who: corrections.ask(person=who, text="wrong")
        for who in (student, teacher, leader, office, trainer, without_leader, registrar)
    }

    def sees(person):
        return {who for who in asked if asked[who] in listed(client, person)}

    assert sees(leader) == {student, teacher, office}
    assert sees(office) == {student}
    assert sees(registrar) == {leader, trainer, without_leader}
    assert sees(other_registrar) == {leader, trainer, without_leader, registrar}
    assert sees(elsewhere) == set()
    client.force_login(elsewhere)
    assert (
        client.get(reverse("register:correction", args=[asked[student].public_id])).status_code
        == 404
    )
    client.force_login(teacher)
    assert client.get(reverse("register:corrections")).status_code == 403


def test_a_student_who_has_left_is_still_the_schools_to_answer(client):
    student = StudentFactory()
    school = Membership.objects.get(person=student).organisation
    Membership.objects.filter(person=student).update(until=datetime.date(2026, 11, 1))

    assert corrections.ask(person=student, text="wrong").school == school
    assert listed(client, RegistrarFactory()) == []


def test_asked_twice_is_once_and_five_may_wait(client):
    teacher = TeacherFactory(language="en")
    ask(client, teacher)
    ask(client, teacher)
    assert CorrectionRequest.objects.count() == 1

    for number in range(4):
        ask(client, teacher, f"wrong {number}")
    refused = ask(client, teacher, "one more")

    assert refused.status_code == 422
    assert "5 of your requests are waiting" in refused.content.decode()
    assert "one more" in refused.content.decode()


def test_an_answer_is_given_once_and_in_words(client):
    teacher = TeacherFactory()
    leader = LeaderFactory(leads=teacher.schools[0], language="en")
    asked = corrections.ask(person=teacher, text="wrong")
    address = reverse("register:correction", args=[asked.public_id])
    client.force_login(leader)

    assert client.post(address, {"is_done": "yes", "words": ""}).status_code == 422
    client.post(address, {"is_done": "yes", "words": "first"})
    with translation.override("en"):
        again = client.post(address, {"is_done": "no", "words": "second"}, follow=True)

    assert "has answered this request meanwhile" in again.content.decode()
    assert CorrectionRequest.objects.get().answer == "first"


def test_a_request_goes_a_year_after_its_answer_and_with_the_account():
    teacher, other = TeacherFactory.create_batch(2)
    asked = corrections.ask(person=teacher, text="wrong")
    corrections.ask(person=other, text="waits")
    corrections.answer(request=asked, is_done=True, words="right", by=LeaderFactory())

    erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=364))
    assert CorrectionRequest.objects.count() == 2
    erasing.erase_what_is_over(timezone.now() + datetime.timedelta(days=367))
    assert [one.person for one in CorrectionRequest.objects.all()] == [other]
    accounts.erase_account(person=other)
    assert not CorrectionRequest.objects.exists()


@pytest.mark.parametrize("maker", [StudentFactory, TeacherFactory])
def test_the_form_says_nothing_on_health_or_family(client, maker):
    person = maker(language="en")
    client.force_login(person)

    assert re.search(
        r"Nothing on (your )?health or (your )?family\.",
        client.get("/en/personal-data/").content.decode(),
    )


def test_the_only_registrar_is_told_whom_to_write_to(client, settings):
    registrar = RegistrarFactory(language="en")
    client.force_login(registrar)

    page = client.post(reverse("register:ask_for_correction"), {"text": "My name has two r."})

    assert page.status_code == 422
    assert f"Write to the data protection officer: {settings.DPO_ADDRESS}." in page.text
    assert "My name has two r." in page.text
    assert not CorrectionRequest.objects.exists()
