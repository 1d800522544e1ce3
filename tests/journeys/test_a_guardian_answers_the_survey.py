"""A guardian says what a child works with at home, by account or by personal link; the school reads
the guardian's answers beside the student's.
"""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.enums import AnswerOrigin, Device, Speaker
from continuity.equipment.queries import results
from continuity.models import SurveyAnswer, SurveyPause
from courses.people.enums import GuardianQuality
from courses.people.models import Person
from courses.people.services import guardians
from tests.factories import equipment
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.survey import answered, campaign_of

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-01T12:00")]
PRESSES = {
    "device": "own",
    "connection": "home",
    "data": "never",
    "printer": "no",
    "place": "yes",
    "help": "help_printing",
}


@pytest.fixture
def campaign(school_class):
    return campaign_of(school_class.school)


@pytest.fixture
def kept(school_class):
    student = StudentFactory(in_class=school_class, given_name="Lilas")
    return follows(GuardianFactory(language="en"), student)


@pytest.fixture(params=["child", "link"])
def door(request, client, kept):
    """The guardian's address of a page, by account or by link."""
    if request.param == "child":
        client.force_login(kept.guardian)
        key = kept.public_id
    else:
        key = linked(kept)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return lambda page, *more: reverse(f"continuity:{request.param}_{page}", args=[key, *more])


def test_seven_presses_from_the_childs_week_and_the_reminder_stops(client, campaign, kept, door):
    invited = client.get(door("week")).text
    address = client.get(door("survey"))
    assert f'href="{door("survey")}"' in invited
    assert "The school asks what your child works with at home" in invited
    assert "For Lilas." in address.text
    assert reverse("continuity:put_survey_off") not in address.text

    page = door("survey_question", "device")
    assert "the student in the copy of their own data" in client.get(page).text
    while not page.endswith("/end/"):
        question = page.strip("/").rpartition("/")[2]
        page = client.post(page, {"answer": PRESSES[question]}).headers["Location"]
        page = page.removeprefix("http://testserver")

    end = client.get(page).text
    answer = SurveyAnswer.objects.get()
    assert (answer.student, answer.answered_by) == (kept.student, kept.guardian)
    assert (answer.origin, answer.speaker) == (AnswerOrigin.GUARDIAN, Speaker.GUARDIAN)
    assert answer.finished_at
    assert f'href="{door("week")}"' in end
    after = client.get(door("week")).text
    assert "The school asks what your child works with" not in after
    assert "Your answers to the school’s survey" in after
    assert client.get(door("survey")).url == door("survey_end")


def test_a_press_more_changes_the_one_answer_and_it_is_deleted_alone(client, campaign, kept, door):
    own = answered(campaign, kept.student)
    for device in (Device.OWN, Device.PHONE):
        client.post(door("survey_question", "device"), {"answer": device})

    by_guardian = SurveyAnswer.objects.get(origin=AnswerOrigin.GUARDIAN)
    client.post(door("survey_withdraw"))

    assert by_guardian.device == Device.PHONE
    assert list(SurveyAnswer.objects.all()) == [own]
    assert not SurveyPause.objects.exists()


def test_two_voices_that_differ_are_both_shown_to_the_school(client, campaign, kept, door):
    answered(campaign, kept.student, device=Device.NONE)
    client.post(door("survey_question", "device"), {"answer": Device.OWN})

    client.force_login(tutor_of(kept.student.class_memberships.get().school_class))
    address = reverse(
        "continuity:class_survey",
        args=[kept.student.class_memberships.get().school_class.public_id],
    )
    text = client.get(address).text

    assert "The student: no device" in text
    assert "A guardian: one’s own computer or tablet" in text


def test_two_guardians_who_differ_are_not_taken_for_the_student(client, campaign, kept):
    other = follows(GuardianFactory(), kept.student)
    for guardian, device in ((kept.guardian, Device.OWN), (other.guardian, Device.NONE)):
        said_by_guardian(campaign, kept.student, guardian, device=device)
    school_class = kept.student.class_memberships.get().school_class
    tutor = tutor_of(school_class)
    tutor.language = "en"
    tutor.save()
    client.force_login(tutor)

    text = client.get(reverse("continuity:class_survey", args=[school_class.public_id])).text

    assert "Answers that differ" in text
    assert "The counts take the student’s; of guardians alone, the latest." in text
    assert "The student:" not in text
    assert text.count("A guardian: ") >= 2
    (row,) = results.surveyed_students(school_class, campaign, timezone.localdate())
    assert row.answers.counted.device == Device.NONE


def test_the_end_of_an_answer_that_goes_on_leads_to_the_next_question(client, campaign, door):
    client.post(door("survey_question", "device"), {"answer": "own"})

    end = client.get(door("survey_end"))

    assert end.status_code == 302
    assert end.url == door("survey_question", "connection")
    shown = client.get(end.url).text
    assert "Thank you, that is all" not in shown


def said_by_guardian(campaign, student, guardian, **fields) -> SurveyAnswer:
    return answered(
        campaign,
        student,
        by=guardian,
        origin=AnswerOrigin.GUARDIAN,
        speaker=Speaker.GUARDIAN,
        **fields,
    )


@pytest.mark.parametrize("newer", ["before", "after", "only before"])
def test_a_guardian_with_another_account_stays_one_voice(client, campaign, kept, newer):
    """The account without an address gives way to the one that has it."""
    nameless, student = kept.guardian, kept.student
    Person.objects.filter(pk=nameless.pk).update(email=None)
    known = GuardianFactory(
        given_name=nameless.given_name, family_name=nameless.family_name, email="s@example.org"
    )
    sibling = StudentFactory(in_class=student.class_memberships.get().school_class)
    follows(known, sibling, kept.school)
    now = timezone.now()
    ages = {"before": (1, 2), "after": (2, 1), "only before": (1, None)}[newer]
    for guardian, age in zip((nameless, known), ages, strict=True):
        if age:
            said_by_guardian(
                campaign,
                student,
                guardian,
                device=Device.NONE if guardian == nameless else Device.OWN,
                answered_at=now - datetime.timedelta(hours=age),
            )
    asked = equipment.need_of(student, school=kept.school, by=nameless, asked_as="guardian")

    guardians.give_address(
        guardianship=kept,
        address="s@example.org",
        by=LeaderFactory(leads=kept.school),
        invited=False,
    )

    answer = SurveyAnswer.objects.get(student=student)
    assert answer.answered_by == known
    assert answer.device == (Device.OWN if newer == "after" else Device.NONE)
    client.force_login(known)
    children = client.get(reverse("continuity:children")).text
    assert reverse("continuity:child_survey", args=[kept.public_id]) not in children
    mine = client.get(reverse("continuity:child_equipment", args=[kept.public_id])).text
    assert asked.public_id in mine


def test_who_may_only_be_told_and_without_a_survey_there_is_no_such_page(client, kept, door):
    assert client.get(door("survey")).status_code == 404
    campaign_of(kept.school)
    kept.quality = GuardianQuality.INFORMED
    kept.save()

    assert client.get(door("survey")).status_code == 404
    assert client.post(door("survey_question", "device"), {"answer": "own"}).status_code == 404
    assert "The school asks" not in client.get(door("week")).text
    assert not SurveyAnswer.objects.exists()


def test_a_survey_that_is_over_takes_no_answer_and_invites_nobody(client, kept, door):
    campaign_of(kept.school, last=-1)

    refused = client.post(door("survey_question", "device"), {"answer": "own"})

    assert refused.status_code == 422
    assert "The survey is closed" in refused.text
    assert "The school asks" not in client.get(door("week")).text
    assert not SurveyAnswer.objects.exists()


def test_only_the_school_that_shows_the_week_asks(client, kept):
    """The student's other school asks its own students, not this guardian."""
    other = SchoolClassFactory()
    campaign_of(other.school)
    client.force_login(kept.guardian)

    assert client.get(reverse("continuity:child_survey", args=[kept.public_id])).status_code == 404


def test_the_page_of_all_children_asks_for_each_until_it_is_answered(client, campaign, kept):
    sibling = follows(
        kept.guardian, StudentFactory(in_class=kept.student.class_memberships.get().school_class)
    )
    answered(
        campaign,
        kept.student,
        by=kept.guardian,
        origin=AnswerOrigin.GUARDIAN,
        speaker=Speaker.GUARDIAN,
    )
    client.force_login(kept.guardian)

    text = client.get(reverse("continuity:children")).text

    addresses = [
        reverse("continuity:child_survey", args=[one.public_id]) for one in (kept, sibling)
    ]
    assert [address in text for address in addresses] == [False, True]
