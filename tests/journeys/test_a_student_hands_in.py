"""A student hands in photos, a file or a text, with one form and no script; has a receipt; replaces
it; says who reads it.
"""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from continuity.enums import HandInState, Returns, Verdict
from continuity.handins.services import handins as services
from continuity.homework.services import homework as homeworks
from continuity.models import HandIn, HandInPart, Homework
from courses.agenda.values import PARIS
from courses.people.models import StandIn
from tests.factories import handins
from tests.factories.answers import draft, returned
from tests.factories.continuity import StudentFactory, assignment, homework_item, part_of, teaching
from tests.factories.hostile_pdfs import pdf
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def give(of, **more):
    return homework_item(part_of(of), **more).assignment


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


def files(*contents: bytes, name="photo.jpg") -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content) for content in contents]


def address(given, name="hand_in", *more) -> str:
    return reverse(f"continuity:{name}", args=[given.public_id, *more])


def send(client, given, *contents, **said):
    key = said.pop("receipt_key", None) or uuid.uuid4()
    return client.post(
        address(given), {"receipt_key": key, "photos": files(*contents), "text": "", **said}
    )


def test_one_form_sends_all_photos_and_answers_with_a_receipt(given, student, client):
    key = client.get(address(given)).context["form"]["receipt_key"].value()

    response = send(
        client, given, handins.a_photo(1), handins.a_photo(2), text="Voilà.", receipt_key=key
    )

    handin = HandIn.objects.get()
    assert (response.status_code, response.url) == (
        302,
        reverse("continuity:receipt", args=[handin.public_id]),
    )
    assert (handin.state, handin.pages, handin.text, handin.is_late) == (
        HandInState.HANDED_IN,
        2,
        "Voilà.",
        False,
    )
    receipt = client.get(response.url).content.decode()
    assert handin.receipt_number == "2026-27/000001"
    assert [
        said in receipt
        for said in ("2026-27/000001", "Handed in, on time", handin.checksum[:4], "Voilà.")
    ] == [True] * 4


def test_the_same_form_again_is_the_same_hand_in(given, student, client):
    key = uuid.uuid4()

    first, second = (
        send(client, given, handins.a_photo(1), receipt_key=key, text="Voilà.") for _n in range(2)
    )

    assert first.url == second.url
    assert (HandIn.objects.count(), HandInPart.objects.count()) == (1, 1)


def test_what_is_written_on_after_a_lost_answer_is_kept_and_said(given, student, client):
    """The press had arrived, its answer hadn't, and the page went on to be written on."""
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un.")
    first = HandIn.objects.get()

    sent = [send(client, given, receipt_key=key, text="Un. Deux.") for _n in range(2)]
    page = client.get(address(given))

    assert [answer.url for answer in sent] == [address(given)] * 2
    assert f"You are replacing what you handed in (receipt no. {first.receipt_number})" in page.text
    assert "What is below isn’t handed in yet" in page.text
    assert page.context["form"]["text"].value() == "Un. Deux."
    assert versions() == [("handed_in", "Un.", 1), ("collecting", "Un. Deux.", 1)]
    new = page.context["form"]["receipt_key"].value()
    send(client, given, receipt_key=new, text="Un. Deux.")
    assert versions() == [("replaced", "Un.", 1), ("handed_in", "Un. Deux.", 1)]


def test_the_script_is_led_to_what_was_written_on(given, student, client):
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un.")
    number = HandIn.objects.get().receipt_number

    said = [as_script(client, given, receipt_key=key, text=text) for text in ("Un.", "Un. Deux.")]

    receipt = reverse("continuity:receipt", args=[HandIn.objects.get(version=1).public_id])
    assert [(answer.status_code, answer.json()["then"]) for answer in said] == [
        (201, receipt),
        (201, address(given)),
    ]
    told = {(answer.json()["receipt"], answer.json()["number"]) for answer in said}
    assert told == {(receipt, number)}


def test_two_presses_of_one_form_at_the_same_instant_lose_nothing(given, student):
    """Both texts are kept before the first of them is handed in."""
    work = {"assignment": given, "student": student, "receipt_key": uuid.uuid4()}
    for text in ("Un.", "Un. Deux."):
        services.keep_text(**work, text=text)

    services.hand_in(**work, text="Un.")
    with pytest.raises(services.WrittenSince):
        services.hand_in(**work, text="Un. Deux.")

    assert versions() == [("handed_in", "Un.", 0), ("collecting", "Un. Deux.", 0)]


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


@pytest.mark.parametrize("has_arrived", [True, False])
def test_a_page_chosen_after_the_press_comes_to_those_of_that_form(
    given, student, client, has_arrived
):
    key = uuid.uuid4()
    handins.put_together(given, student, photos=1)
    if has_arrived:
        as_script(client, given, receipt_key=key, expected=1, text="Un mot.")

    added = client.post(
        reverse("continuity_open:add_photo", args=[given.public_id]),
        {"key": uuid.uuid4(), "receipt_key": key, "photo": files(handins.a_photo(2))[0]},
    ).json()
    said = as_script(client, given, receipt_key=key, expected=2, text="Un mot.").json()

    assert added["arrived"] == 2
    assert (said["then"] == address(given)) is has_arrived
    before = [("handed_in", "Un mot.", 1)] if has_arrived else []
    assert versions() == [*before, ("collecting" if has_arrived else "handed_in", "Un mot.", 2)]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("has_arrived", [True, False])
def test_a_page_taken_again_after_the_press_stands_in_its_place(
    given, student, client, has_arrived, times
):
    """The page still shows those that were handed in; the photo may come twice, too."""
    key = uuid.uuid4()
    first, second = handins.put_together(given, student, photos=2).parts.all()
    if has_arrived:
        as_script(client, given, receipt_key=key, expected=2, text="Un mot.")

    photo = {"key": uuid.uuid4(), "receipt_key": key, "instead_of": first.public_id}
    sent = [
        client.post(
            reverse("continuity_open:add_photo", args=[given.public_id]),
            photo | {"photo": files(handins.a_photo(3))[0]},
        )
        for _n in range(times)
    ]

    assert [(one.status_code, one.json()["arrived"]) for one in sent] == [(200, 2)] * times
    again, other = HandIn.objects.get(state=HandInState.COLLECTING).parts.all()
    assert (again.key, other.checksum) == (photo["key"], second.checksum)
    if has_arrived:
        assert list(HandIn.objects.get(version=1).parts.all()) == [first, second]
        assert first.file.storage.exists(first.file.name)


def test_without_a_script_one_more_photo_comes_to_those_handed_in(given, student, client):
    """Back, the same word, one more photo, and the same form again."""
    key = uuid.uuid4()
    send(client, given, handins.a_photo(1), receipt_key=key, text="Un mot.")

    answer = send(client, given, handins.a_photo(2), receipt_key=key, text="Un mot.")

    assert answer.url == address(given)
    assert versions() == [("handed_in", "Un mot.", 1), ("collecting", "Un mot.", 2)]


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


def test_a_text_that_is_no_longer_asked_for_is_shown(given, student, client):
    Homework.objects.update(returns=Returns.NOTHING)

    page = send(client, given, text="Une heure de travail.")

    assert page.status_code == 422
    assert "Nothing is to be handed in for this homework." in page.text
    assert "Une heure de travail." in page.text


def versions() -> list[tuple]:
    found = HandIn.objects.order_by("version")
    return [(one.state, one.text, one.parts.count()) for one in found]


@pytest.mark.parametrize("name", ["turn_page", "move_page", "remove_page", "retake_page"])
def test_a_classmate_turns_moves_and_removes_no_page_of_mine(given, student, client, name):
    """The classmate has the same homework: for them the page is gone."""
    handin = handins.put_together(given, student, photos=2)
    pages = [(part.pk, part.position, part.turned, part.checksum) for part in handin.parts.all()]
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    answer = client.post(
        address(given, name, handin.parts.last().public_id), {"photo": files(handins.a_photo(9))}
    )

    assert [
        (part.pk, part.position, part.turned, part.checksum) for part in handin.parts.all()
    ] == pages
    assert answer.status_code == 302


def test_photos_are_added_first_and_handed_in_later(given, student, client):
    send(client, given, handins.a_photo(1), handins.a_photo(2), add="1", text="Pas fini.")

    page = client.get(address(given)).content.decode()
    assert (HandIn.objects.get().state, "2 pages have arrived" in page, "Pas fini." in page) == (
        HandInState.COLLECTING,
        True,
        True,
    )


def test_pages_are_turned_moved_taken_again_and_removed_without_a_script(given, student, client):
    one, two, three = (handins.add(given, student, handins.a_photo(n)) for n in (1, 2, 3))

    client.post(address(given, "turn_page", one.public_id))
    client.post(address(given, "move_page", three.public_id))
    client.post(address(given, "remove_page", two.public_id))
    client.post(
        address(given, "retake_page", three.public_id), {"photo": files(handins.a_photo(4))[0]}
    )

    parts = list(HandIn.objects.get().parts.all())
    assert [part.turned for part in parts] == [90, 0]
    assert parts[0] == one
    assert parts[1] not in (two, three)
    gone = client.post(address(given, "remove_page", two.public_id), follow=True)
    assert "no longer there" in gone.content.decode()


def test_files_that_were_removed_are_gone_from_the_disk(
    given, student, client, django_capture_on_commit_callbacks
):
    part = handins.add(given, student)
    file = part.file

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(given, "remove_page", part.public_id))

    assert not file.storage.exists(file.name)


def test_a_text_is_handed_in_and_missing_it_is_said(time_machine, client):
    given = give(teaching(), returns=Returns.TEXT)
    time_machine.move_to(given.due_at - HOUR)
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    empty = send(client, given)
    full = send(client, given, text="Mon texte.")

    assert (empty.status_code, "asks for a text" in empty.content.decode()) == (422, True)
    assert (full.status_code, HandIn.objects.get().text, HandIn.objects.get().pages) == (
        302,
        "Mon texte.",
        0,
    )


def test_a_pdf_is_handed_in_where_a_file_is_asked(time_machine, client):
    given = give(teaching(), returns=Returns.FILE)
    time_machine.move_to(given.due_at - HOUR)
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    send(client, given, pdf(pages=3))

    assert HandIn.objects.get().pages == 3


def test_nothing_is_handed_in_where_nothing_is_asked(time_machine, client):
    given = give(teaching(), returns=Returns.NOTHING)
    time_machine.move_to(given.due_at - HOUR)
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    assert "Nothing is to be handed in" in client.get(address(given)).content.decode()
    assert send(client, given, text="x").status_code == 422


def test_limits_are_told_before_and_what_passes_them_is_refused_with_another_way(
    given, student, client
):
    """C11: a 40-page PDF, a film."""
    before = client.get(address(given)).content.decode()
    long = send(client, given, pdf(pages=40), text="Tout est là.")
    film = send(
        client, given, b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(64)
    )

    assert [
        "25 MB" in before,
        "20 pages at most" in before,
        "take a photo of the pages" in before,
    ] == [True] * 3
    said = long.content.decode()
    assert (
        long.status_code,
        "40 pages" in said,
        "Send only the pages" in said,
        "Tout est là." in said,
    ) == (422, True, True, True)
    assert "Take a photo of each page" in film.content.decode()
    assert HandIn.objects.exclude(state=HandInState.COLLECTING).count() == 0


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41", "a film"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "too heavy: 26 MB"),
    ],
)
def test_what_is_far_too_heavy_is_refused_by_its_beginning(given, student, client, beginning, said):
    refused = send(client, given, beginning + bytes(25_500_000))

    assert (refused.status_code, said in refused.content.decode()) == (422, True)


def test_no_more_than_twenty_pages_are_put_together(given, student, client):
    handins.add(given, student, pdf(pages=19))

    refused = send(client, given, pdf(pages=2))

    assert "more than 20 pages" in refused.content.decode()


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


def test_the_student_is_told_who_can_read_it(given, student, client):
    deputy = TeacherFactory(
        given_name="Odile", family_name="Remplace", works_at=given.teaching.school_class.school
    )
    today = datetime.date(2026, 12, 4)
    StandIn.objects.create(teaching=given.teaching, teacher=deputy, first_day=today, last_day=today)

    page = client.get(address(given)).content.decode()

    assert f"{given.teaching.teacher.display_name} and Odile Remplace can read it" in page


@pytest.mark.parametrize("photos", [1, 15])
def test_the_page_asks_as_often_for_one_photo_as_for_fifteen(
    given, student, client, photos, django_assert_num_queries
):
    handins.put_together(given, student, photos=photos)
    client.get(address(given))

    with django_assert_num_queries(10):
        client.get(address(given))


def as_script(client, given, **said):
    """As the page's script asks: for JSON, whose answers repeat the form's key."""
    return client.post(address(given), said, headers={"Accept": "application/json"})


def test_the_script_is_answered_with_the_key_and_the_receipt(given, student, client):
    handins.put_together(given, student, photos=1)
    key = str(uuid.uuid4())

    answer = as_script(client, given, receipt_key=key, expected=1)

    handin = HandIn.objects.get()
    receipt = reverse("continuity:receipt", args=[handin.public_id])
    assert (answer.status_code, answer.json()) == (
        201,
        {"key": key, "receipt": receipt, "then": receipt, "number": handin.receipt_number},
    )


def test_the_script_is_told_what_is_missing_with_the_key(given, student, client):
    key = str(uuid.uuid4())

    answer = as_script(client, given, receipt_key=key)

    assert (answer.status_code, answer.json()["key"], answer.json()["refused"]) == (
        422,
        key,
        "There is nothing to hand in yet.",
    )


def test_of_a_withdrawn_homework_the_script_learns_that_it_is_gone(given, student, client):
    homeworks.delete(homework=given.homework, by=given.teaching.teacher)
    key = str(uuid.uuid4())

    page = client.get(address(given))
    pressed = as_script(client, given, receipt_key=key)
    photo = client.post(
        reverse("continuity_open:add_photo", args=[given.public_id]),
        {"key": key, "photo": files(handins.a_photo(1))[0]},
    )

    assert [(answer.status_code, answer.json()["key"]) for answer in (pressed, photo)] == [
        (410, key),
        (410, key),
    ]
    assert (page.status_code, "Your teacher has withdrawn this homework" in page.text) == (
        410,
        True,
    )


def test_a_homework_of_another_class_is_not_there_rather_than_withdrawn(student, client):
    other = homework_item(part_of(teaching())).assignment

    assert client.get(address(other)).status_code == 404
    assert client.post(address(other), {"text": "Voilà."}).status_code == 404


def test_the_form_of_a_second_tab_leads_to_the_receipt_that_is_there(given, student, client):
    send(client, given, handins.a_photo(1), text="Voilà.")
    first = HandIn.objects.get()

    for text in ("", "Voilà."):
        again = send(client, given, text=text)

        assert (again.status_code, again.url) == (
            302,
            reverse("continuity:receipt", args=[first.public_id]),
        )
    assert (
        f"This is handed in already: receipt no. {first.receipt_number}."
        in client.get(again.url).text
    )
    assert HandIn.objects.count() == 1


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


def test_whoever_deletes_a_homework_reads_that_somebody_has_begun(given, student, client):
    handins.put_together(given, student, photos=1)
    client.force_login(given.teaching.teacher)

    page = client.get(reverse("continuity:delete_homework", args=[given.homework.public_id])).text

    assert "1 student has begun to hand in and can’t go on after that." in page


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "1 page est arrivée"), ("en", "One page has arrived")]
)
def test_a_photo_is_answered_in_the_language_of_its_page(given, student, client, language, words):
    sent = {"key": str(uuid.uuid4()), "photo": files(handins.a_photo(1))[0], "language": language}

    answer = client.post(
        reverse("continuity_open:add_photo", args=[given.public_id]),
        sent,
        headers={"Accept-Language": "en"},
    )

    assert words in answer.json()["pages"]
