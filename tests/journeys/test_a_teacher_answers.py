"""A teacher answers what was handed in: with pins and a word, seen by the student when it is
returned, talked about after.
"""

import datetime
import uuid

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from continuity.enums import HandInState, Verdict
from continuity.handins.services import handins
from continuity.models import BankComment, Feedback, HandIn, Pin, Reply
from tests.factories.answering import at, colleague_of, signed_in
from tests.factories.answers import asks_for_help, draft, form, returned, waiting
from tests.factories.continuity import StudentFactory, assignment, teaching

pytestmark = pytest.mark.django_db


@pytest.fixture
def maths():
    return teaching()


@pytest.fixture
def student(maths):
    return StudentFactory(in_class=maths.school_class)


def said_to(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_nothing_is_seen_before_it_is_returned_then_all_at_once(maths, student):
    handin = waiting(maths, student)
    teacher, pupil = signed_in(maths.teacher), signed_in(student)

    teacher.post(
        at("write_answer", handin),
        form(0, "Le signe est faux.", Verdict.AGAIN, [("", 1, "25.5", "40", "Ici.")]),
    )
    before = (
        pupil.get(at("answer", handin)).status_code,
        pupil.get(reverse("continuity:answers")).content.decode(),
    )
    teacher.post(
        at("return_answer", handin),
        form(1, "Le signe est faux.", Verdict.AGAIN, [("", 1, "25.5", "40", "Ici.")]),
    )
    page = pupil.get(at("answer", handin)).content.decode()

    assert before[0] == 404
    assert "Un travail" not in before[1]
    assert "Le signe est faux." in page
    assert "Do again" in page
    assert "Ici." in page
    assert 'cx="25.5%" cy="40.0%"' in page
    assert Pin.objects.values_list("page", "x", "y").get() == (1, 255, 400)


def test_the_teacher_sees_who_has_read(maths, student):
    handin = waiting(maths, student)
    returned(handin)
    teacher, pupil = signed_in(maths.teacher), signed_in(student)
    unread = teacher.get(reverse("continuity:queue") + "?state=unread").content.decode()

    pupil.head(at("answer", handin))
    asked_only = Feedback.objects.get().read_at
    pupil.get(at("answer", handin))
    first = Feedback.objects.get().read_at
    pupil.get(at("answer", handin))

    assert student.register_name in unread
    assert asked_only is None
    assert first is not None
    assert Feedback.objects.get().read_at == first
    assert (
        student.register_name
        in teacher.get(reverse("continuity:queue") + "?state=read").content.decode()
    )
    assert "First opened on" in teacher.get(at("write_answer", handin)).content.decode()


def test_do_again_lets_the_student_hand_in_once_more_and_the_first_answer_stays(maths, student):
    given = assignment(maths, timezone.now() - datetime.timedelta(days=1))
    first = waiting(maths, student, hours_ago=30, given=given)
    returned(first, comment="À refaire.", verdict=Verdict.AGAIN)

    handins.begin_again(assignment=given, student=student)
    handins.hand_in(assignment=given, student=student, receipt_key=uuid.uuid4(), text="")
    second = HandIn.objects.get(state=HandInState.HANDED_IN)
    queue = signed_in(maths.teacher).get(reverse("continuity:queue")).content.decode()
    page = signed_in(maths.teacher).get(at("write_answer", second)).content.decode()

    assert (second.version, second.is_late) == (2, False)
    assert at("write_answer", second) in queue
    assert at("write_answer", first) not in queue
    assert "À refaire." in page
    assert signed_in(student).get(at("answer", first)).status_code == 200


def test_a_do_again_that_was_handed_in_again_is_not_called_to_do_any_more(maths, student):
    given = assignment(maths, timezone.now() - datetime.timedelta(days=1))
    first = waiting(maths, student, hours_ago=30, given=given)
    returned(first, comment="Reprenez la fin.", verdict=Verdict.AGAIN)
    before = signed_in(student).get(reverse("continuity:answers")).text

    handins.begin_again(assignment=given, student=student)
    handins.hand_in(assignment=given, student=student, receipt_key=uuid.uuid4(), text="")
    after = signed_in(student).get(reverse("continuity:answers")).text

    assert ["Do again" in before, "Handed in again" in before] == [True, False]
    assert ["Do again" in after, "Handed in again" in after] == [False, True]


def test_what_was_begun_about_a_version_goes_along_to_the_next(maths, student):
    given = assignment(maths, timezone.now() + datetime.timedelta(days=1))
    first = waiting(maths, student, given=given)
    draft(first, comment="Commencé hier.")
    HandIn.objects.filter(pk=first.pk).update(state=HandInState.REPLACED)
    second = HandIn.objects.create(
        assignment=given,
        student=student,
        version=2,
        state=HandInState.HANDED_IN,
        handed_in_at=timezone.now(),
        receipt_number="T2",
    )
    teacher = signed_in(maths.teacher)

    refused = teacher.post(at("return_answer", first), form(1, "Commencé hier."))
    page = teacher.get(at("write_answer", second)).content.decode()

    assert refused.status_code == 409
    assert Feedback.objects.get().returned_at is None
    assert "Commencé hier.</textarea>" in page


def test_several_are_returned_at_once_and_one_that_changed_meanwhile_stays(maths):
    pupils = [StudentFactory(in_class=maths.school_class) for _ in range(3)]
    drafts = [draft(waiting(maths, pupil)) for pupil in pupils]
    Feedback.objects.filter(pk=drafts[2].pk).update(revision=2)
    teacher = signed_in(maths.teacher)

    answer = teacher.post(
        reverse("continuity:return_answers"),
        {"answer": [f"{one.handin.public_id}:1" for one in drafts]},
    )

    assert [bool(one.returned_at) for one in Feedback.objects.order_by("pk")] == [True, True, False]
    said = said_to(answer)
    assert said[0] == "2 answers are returned."
    assert pupils[2].display_name in said[1]


def test_a_student_answers_back_and_the_teacher_hears_it_first(maths, student):
    other = StudentFactory(in_class=maths.school_class)
    waiting(maths, other, hours_ago=50)
    handin = waiting(maths, student)
    returned(handin)
    teacher, pupil = signed_in(maths.teacher), signed_in(student)
    key = uuid.uuid4()

    for _tap in range(2):
        pupil.post(at("reply", handin), {"key": key, "text": "Merci, j’ai compris."})
    rows = teacher.get(reverse("continuity:queue")).context["queue"].entries
    teacher.get(at("write_answer", handin))
    teacher.post(at("reply_to_student", handin), {"key": uuid.uuid4(), "text": "Parfait."})
    page = pupil.get(at("answer", handin)).content.decode()

    assert [row.student for row in rows] == [student, other]
    assert rows[0].last_word.text == "Merci, j’ai compris."
    assert [(word.text, word.author, bool(word.read_at)) for word in Reply.objects.all()] == [
        ("Merci, j’ai compris.", student, True),
        ("Parfait.", maths.teacher, True),
    ]
    assert "Parfait." in page
    assert [
        row.student for row in teacher.get(reverse("continuity:queue")).context["queue"].entries
    ] == [other]


def test_a_word_too_long_or_empty_stays_on_the_page(maths, student):
    handin = waiting(maths, student)
    returned(handin)

    long = signed_in(student).post(at("reply", handin), {"key": uuid.uuid4(), "text": "a" * 2001})
    empty = signed_in(maths.teacher).post(
        at("reply_to_student", handin), {"key": uuid.uuid4(), "text": " "}
    )

    assert (long.status_code, empty.status_code) == (422, 422)
    assert "a" * 2001 in long.content.decode()
    assert not Reply.objects.exists()


def test_the_second_teacher_sees_the_first_and_nothing_of_either_is_lost(maths, student):
    handin = waiting(maths, student)
    other = colleague_of(maths)
    signed_in(other).post(
        at("write_answer", handin),
        form(0, "De la remplaçante.", pins=[("", 1, 10, 10, "Son repère.")]),
    )

    refused = signed_in(maths.teacher).post(
        at("write_answer", handin), form(0, "Du titulaire.", pins=[("", 1, 80, 80, "Mon repère.")])
    )
    page = refused.content.decode()
    theirs = Pin.objects.get()
    merged = form(
        1,
        "Du titulaire.",
        pins=[("", 1, 80, 80, "Mon repère."), (theirs.public_id, 1, 10, 10, "Son repère.")],
    )
    saved = signed_in(maths.teacher).post(at("write_answer", handin), merged)

    assert refused.status_code == 409
    for text in (
        "De la remplaçante.",
        "Du titulaire.",
        "Son repère.",
        "Mon repère.",
        other.display_name,
    ):
        assert text in page
    assert 'name="revision" value="1"' in page
    assert saved.status_code == 302
    assert Feedback.objects.values_list("comment", "revision").get() == ("Du titulaire.", 2)
    assert set(Pin.objects.values_list("text", "author")) == {
        ("Son repère.", other.pk),
        ("Mon repère.", maths.teacher.pk),
    }


def test_both_texts_are_put_together_on_request_and_nothing_is_saved_by_it(maths, student):
    handin = waiting(maths, student)
    other = colleague_of(maths)
    draft(handin, by=other, comment="D’elle.")

    page = signed_in(maths.teacher).post(
        at("write_answer", handin), form(0, "De lui.", together="1")
    )

    assert page.status_code == 200
    assert "D’elle.\n\nDe lui.</textarea>" in page.content.decode()
    assert Feedback.objects.get().comment == "D’elle."


def test_what_was_typed_while_another_returned_can_still_be_said(maths, student):
    handin = waiting(maths, student)
    other = colleague_of(maths)
    returned(handin, by=other, comment="Rendu.")

    refused = signed_in(maths.teacher).post(
        at("return_answer", handin), form(0, "Trop tard.", pins=[("", 1, 5, 5, "Et ceci.")])
    )

    assert refused.status_code == 409
    assert "Trop tard.\nEt ceci.</textarea>" in refused.content.decode()
    assert Feedback.objects.values_list("comment", "returned_by").get() == ("Rendu.", other.pk)


def test_an_unread_answer_is_taken_back_and_a_read_one_is_not(maths, student):
    handin = waiting(maths, student)
    returned(handin)
    teacher = signed_in(maths.teacher)

    teacher.post(at("take_back_answer", handin))
    hidden = signed_in(student).get(at("answer", handin)).status_code
    teacher.post(at("return_answer", handin), form(2))
    signed_in(student).get(at("answer", handin))
    teacher.post(at("take_back_answer", handin))

    assert hidden == 404
    assert Feedback.objects.get().returned_at is not None


def test_nothing_is_not_returned(maths, student):
    handin = waiting(maths, student)

    refused = signed_in(maths.teacher).post(at("return_answer", handin), form(0, " "))

    assert refused.status_code == 409
    assert not Feedback.objects.exists()


def test_a_kept_sentence_goes_into_the_comment_and_rises_with_use(maths, student):
    handin = waiting(maths, student)
    teacher = signed_in(maths.teacher)
    BankComment.objects.create(teacher=maths.teacher, text="À relire.")
    often = BankComment.objects.create(teacher=maths.teacher, text="Bonne méthode.")

    teacher.post(at("write_answer", handin), form(0, "Bien.", insert=often.public_id))
    teacher.post(at("write_answer", handin), form(1, "Bien.\nBonne méthode.", keep="1"))

    assert Feedback.objects.get().comment == "Bien.\nBonne méthode."
    assert list(BankComment.objects.values_list("text", "used")) == [
        ("Bonne méthode.", 1),
        ("À relire.", 0),
        ("Bien.\nBonne méthode.", 0),
    ]


def test_a_sentence_is_reworded_and_two_that_say_the_same_become_one(maths):
    teacher = signed_in(maths.teacher)
    teacher.post(reverse("continuity:comment_bank"), {"text": "Bien vu."})
    teacher.post(reverse("continuity:comment_bank"), {"text": "Bien vu."})
    twin = BankComment.objects.create(teacher=maths.teacher, text="Bien vu !", used=2)

    teacher.post(reverse("continuity:reword_comment", args=[twin.public_id]), {"text": "Bien vu."})
    (only,) = BankComment.objects.all()
    teacher.post(reverse("continuity:forget_comment", args=[only.public_id]))

    assert (only.text, only.used) == ("Bien vu.", 2)
    assert not BankComment.objects.exists()


def test_a_question_is_answered_from_the_queue_and_the_first_answer_counts(maths, student):
    asked = asks_for_help(maths, student)
    other = colleague_of(maths)
    address = reverse("continuity:answer_help", args=[asked.public_id])

    signed_in(other).post(address, {"answer": "Regardez l’exemple 2."})
    refused = signed_in(maths.teacher).post(address, {"answer": "Voyez la page 14."})
    page = signed_in(student).get(reverse("continuity:answers")).content.decode()

    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by, asked.read_at is not None) == (
        "Regardez l’exemple 2.",
        other,
        True,
    )
    assert refused.status_code == 409
    assert "Voyez la page 14." in refused.content.decode()
    assert "Regardez l’exemple 2." in page


def test_after_returning_the_next_one_is_there_and_at_the_end_the_queue(maths):
    first, second = (
        waiting(maths, StudentFactory(in_class=maths.school_class), hours_ago=hours)
        for hours in (9, 3)
    )
    asked = asks_for_help(maths, StudentFactory(in_class=maths.school_class), hours_ago=6)
    teacher = signed_in(maths.teacher)

    to_help = teacher.post(at("return_answer", first, "?q="), form(0)).url
    back = teacher.get(at("write_answer", second)).context["before"]
    to_second = teacher.post(to_help, {"answer": "Ainsi."}).url
    to_queue = teacher.post(to_second.replace("/write/", "/return/"), form(0)).url

    assert to_help == back == reverse("continuity:answer_help", args=[asked.public_id])
    assert to_second == at("write_answer", second)
    assert to_queue == reverse("continuity:queue")


def test_a_login_that_expires_while_writing_loses_nothing(maths, student):
    handin = waiting(maths, student)
    client = Client(headers={"Accept-Language": "en"})

    kept = client.post(
        at("write_answer", handin),
        form(0, "Une heure de travail.", pins=[("", 1, 10, 10, "Un repère.")]),
    )
    page = kept.content.decode()
    client.force_login(maths.teacher)
    client.post(
        at("write_answer", handin),
        form(0, "Une heure de travail.", pins=[("", 1, 10, 10, "Un repère.")]),
    )

    assert kept.status_code == 403
    assert "Une heure de travail." in page
    assert "Un repère." in page
    assert Feedback.objects.get().comment == "Une heure de travail."


def test_what_is_typed_is_shown_as_typed_with_its_formulas(maths, student):
    handin = waiting(maths, student)
    returned(handin, comment="<script>alert(1)</script> \\(x^2\\)\nsuite")

    page = signed_in(student).get(at("answer", handin)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in page.replace("\n", "")
