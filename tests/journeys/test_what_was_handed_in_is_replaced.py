"""What was handed in is replaced until its date, or done again after an answer."""

import datetime
import uuid

import pytest
from django.urls import reverse

from continuity.enums import HandInState, Verdict
from continuity.models import HandIn
from courses.agenda.values import PARIS
from tests.factories import handins
from tests.factories.answers import draft, returned
from tests.factories.continuity import StudentFactory, assignment, teaching
from tests.factories.hand_in_forms import HOUR, address, as_script, give, send, versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(time_machine):
    given = give(teaching())
    time_machine.move_to(given.due_at - 9 * HOUR)
    return given


@pytest.fixture
def student(given, client):
    student = StudentFactory(in_class=given.teaching.school_class)
    client.force_login(student)
    return student


@pytest.mark.parametrize(
    ("photos", "text", "kept"),
    [(0, "Brouillon.", 2), (1, "Brouillon.", 1), (1, "", 1), (0, "", None), (0, "Fini.", None)],
)
def test_a_form_replaces_only_what_it_knew(given, student, client, photos, text, kept):
    """It waited on a telephone, and meanwhile the work was handed in from another device."""
    shown = client.get(address(given)).context["form"]
    waited = {name: shown[name].value() for name in ("receipt_key", "replaces")}
    standing = handins.handed_in(given, student, photos=2, text="Fini.")
    if photos:
        form_key = uuid.UUID(str(waited["receipt_key"]))
        handins.put_together(given, student, photos=photos, receipt_key=form_key)

    answers = [as_script(client, given, **waited, text=text, expected=3) for _n in range(2)]

    receipt = reverse("continuity:receipt", args=[standing.public_id])
    told = [(said["receipt"], said["then"]) for said in (one.json() for one in answers)]
    assert told == [(receipt, receipt if kept is None else address(given))] * 2
    draft = [] if kept is None else [("collecting", text, kept)]
    assert versions() == [("handed_in", "Fini.", 2), *draft]
    if draft:
        new = client.get(address(given)).context["form"]
        fields = {name: new[name].value() for name in (*waited, "text")}
        send(client, given, **fields)
        assert versions() == [("replaced", "Fini.", 2), ("handed_in", text, kept)]


@pytest.mark.parametrize("text", ["", "Un."])
def test_the_form_of_a_version_that_was_replaced_changes_nothing(given, student, client, text):
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un.")
    send(client, given, handins.a_photo(2), receipt_key=uuid.uuid4(), text="Deux.")

    send(client, given, receipt_key=key, text=text)

    assert [one[:2] for one in versions()] == [("replaced", "Un."), ("handed_in", "Deux.")]


def test_what_is_written_on_until_it_is_too_late_is_shown(given, student, client, time_machine):
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un.")
    time_machine.move_to(given.due_at + HOUR)

    page = send(client, given, receipt_key=key, text="Un. <Deux>.")

    assert page.status_code == 422
    assert "This was handed in on time." in page.text
    assert "Un. &lt;Deux&gt;." in page.text
    assert "It isn’t handed in: copy it if you still need it." in page.text
    assert versions() == [("handed_in", "Un.", 1)]


def test_what_was_handed_in_is_replaced_until_it_is_due_and_versions_are_kept(
    given, student, client, time_machine
):
    first = handins.handed_in(given, student, photos=2)

    client.post(address(given, "hand_in_again"))
    assert list(HandIn.objects.order_by("version").values_list("version", "state")) == [
        (1, "handed_in"),
        (2, "collecting"),
    ]
    assert HandIn.objects.get(version=2).parts.count() == 2
    send(client, given, handins.a_photo(3))

    first.refresh_from_db()
    second = HandIn.objects.get(state=HandInState.HANDED_IN)
    assert (first.state, second.version, second.pages, first.pages) == (
        HandInState.REPLACED,
        2,
        3,
        2,
    )
    time_machine.move_to(given.due_at + HOUR)
    refused = client.post(address(given, "hand_in_again"), follow=True).content.decode()
    assert "could be replaced until" in refused
    assert HandIn.objects.count() == 2


def test_what_was_begun_anew_can_be_left(given, student, client):
    handins.handed_in(given, student)
    client.post(address(given, "hand_in_again"))

    client.post(address(given, "drop_handin"))

    handin = HandIn.objects.get()
    assert handin.state == HandInState.HANDED_IN
    assert handin.parts.get().file.storage.exists(handin.parts.get().file.name)


def test_late_is_said_not_refused(given, student, client, time_machine):
    time_machine.move_to(given.due_at + 3 * HOUR)

    assert "You can still hand in" in client.get(address(given)).content.decode()
    response = send(client, given, handins.a_photo())

    assert HandIn.objects.get().is_late is True
    assert "Handed in, late" in client.get(response.url).content.decode()


def test_what_was_late_is_replaced_until_the_teacher_answers(given, student, client, time_machine):
    time_machine.move_to(given.due_at + 3 * HOUR)
    handins.handed_in(given, student)
    client.post(address(given, "hand_in_again"))
    send(client, given)
    assert HandIn.objects.handed_in().get().version == 2

    returned(HandIn.objects.handed_in().get())

    assert (
        "has answered this work"
        in client.post(address(given, "hand_in_again"), follow=True).content.decode()
    )


def test_what_is_to_be_done_again_is_never_late(given, student, client, time_machine):
    first = handins.handed_in(given, student)
    time_machine.move_to(given.due_at + 30 * HOUR)
    returned(first, verdict=Verdict.AGAIN)

    client.post(address(given, "hand_in_again"))
    send(client, given)

    assert HandIn.objects.handed_in().values_list("version", "is_late").get() == (2, False)


def test_a_classmates_do_again_opens_nobody_elses_work(given, student, client, time_machine):
    handins.handed_in(given, student)
    others = handins.handed_in(given, StudentFactory(in_class=given.teaching.school_class))
    time_machine.move_to(given.due_at + HOUR)
    returned(others, verdict=Verdict.AGAIN)

    refused = client.post(address(given, "hand_in_again"), follow=True).text

    assert "could be replaced until" in refused
    assert HandIn.objects.filter(student=student).count() == 1


def test_what_was_done_again_is_replaced_until_it_is_answered(given, student, client, time_machine):
    first = handins.handed_in(given, student)
    time_machine.move_to(given.due_at + 30 * HOUR)
    returned(first, verdict=Verdict.AGAIN)
    client.post(address(given, "hand_in_again"))
    receipt = send(client, given)
    assert "Replace it" in client.get(receipt.url).text

    client.post(address(given, "hand_in_again"))
    assert "To do again, with no end date" in client.get(address(given)).text
    send(client, given)
    third = HandIn.objects.handed_in().get()
    assert (third.version, third.is_late) == (3, False)
    returned(third, verdict=Verdict.WELL_DONE)

    assert (
        "Replace it" not in client.get(reverse("continuity:receipt", args=[third.public_id])).text
    )


def test_the_hand_in_page_of_a_do_again_says_that_it_has_no_end_date(
    given, student, client, time_machine
):
    first = handins.handed_in(given, student)
    time_machine.move_to(given.due_at + 30 * HOUR)
    returned(first, verdict=Verdict.AGAIN)

    page = client.get(address(given)).text

    assert "To do again, with no end date" in page
    assert "To hand in by" not in page
    assert "will be marked late" not in page


def test_late_work_whose_answer_is_only_begun_is_not_called_to_do_again(
    given, student, client, time_machine
):
    time_machine.move_to(given.due_at + HOUR)
    late = handins.handed_in(given, student)
    draft(late, verdict=Verdict.AGAIN)
    client.post(address(given, "hand_in_again"))

    page = client.get(address(given)).text

    assert "To do again" not in page
    assert "To hand in by" in page


@pytest.mark.parametrize(("minute", "is_late"), [(58, False), (59, False)])
def test_a_deadline_on_the_night_the_clocks_change_is_paris_time(minute, is_late, time_machine):
    """C60: 28 March 2027, 23:59; the clocks went forward that morning. An hour later it is late."""
    of = teaching()
    due = datetime.datetime(2027, 3, 28, 23, 59, tzinfo=PARIS)
    given = assignment(of, due)
    student = StudentFactory(in_class=of.school_class)

    on_time = handins.handed_in(given, student, now=due.replace(minute=minute))
    other = StudentFactory(in_class=of.school_class)
    late = handins.handed_in(given, other, now=due + datetime.timedelta(minutes=1))

    assert (on_time.is_late, late.is_late) == (is_late, True)


def test_do_again_leads_straight_to_the_hand_in_and_the_old_pages_stay_aside(
    given, student, client
):
    handins.put_together(given, student, photos=2)
    old = handins.hand_in(given, student)
    returned(old, verdict=Verdict.AGAIN)

    page = client.get(address(given))

    assert page.status_code == 200
    assert "Nothing has arrived yet" in page.text
    assert "Begin with the pages of the earlier work" in page.text
    assert reverse("continuity:receipt", args=[old.public_id]) in page.text
    send(client, given, handins.a_photo(2))
    assert list(HandIn.objects.order_by("version").values_list("state", "pages")) == [
        ("replaced", old.pages),
        ("handed_in", 1),
    ]


def test_replacing_is_one_press_on_the_homeworks_page(given, student, client):
    handins.put_together(given, student, photos=1)
    handins.hand_in(given, student)

    page = client.get(reverse("continuity:homework", args=[given.public_id])).text

    assert f'action="{address(given, "hand_in_again")}"' in page


def test_a_late_receipt_says_which_date_was_missed(given, student, client, time_machine):
    time_machine.move_to(given.due_at + 2 * HOUR)
    send(client, given, handins.a_photo(1))
    page = client.get(reverse("continuity:receipt", args=[HandIn.objects.get().public_id])).text

    assert "Due on" in page
