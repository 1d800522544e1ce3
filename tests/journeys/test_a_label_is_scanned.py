"""At the desk a thing's number is typed, or read from its label in a photo, which isn't kept."""

import html
import io
import re

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from continuity.equipment.documents.labels import label_address
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


@pytest.fixture(autouse=True)
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


def photo_of(*codes: str, turned: int = 12, kind: str = "JPEG") -> bytes:
    """A table with labels on it, not held straight."""
    table = Image.new("RGB", (2000, 1500), (150, 140, 120))
    for at, code in enumerate(codes):
        drawn = io.BytesIO()
        segno.make(code).save(drawn, kind="png", scale=8)
        label = Image.open(drawn).convert("RGB")
        table.paste(label.rotate(turned, expand=True, fillcolor="white"), (150 + 600 * at, 400))
    out = io.BytesIO()
    table.save(out, kind)
    return out.getvalue()


def sent(client, school, photo=b"", **more):
    if photo:
        more["photo"] = SimpleUploadedFile("photo.jpg", photo)
    return client.post(reverse("continuity:desk_code", args=[school.public_id]), more)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_label_in_a_photo_is_taken(client, school, kind):
    thing = equipment.thing(school, number="0412")

    answer = sent(client, school, photo_of(label_address(thing), kind=kind))

    desk = client.get(answer.url, follow=True)
    assert desk.status_code == 200
    assert desk.context["things"] == [thing.public_id]
    assert "0412" in desk.text


def test_one_more_thing_is_added_to_what_is_chosen(client, school, school_class):
    laptop, charger = equipment.with_charger(school)
    student = StudentFactory(in_class=school_class)
    chosen = {"thing": [laptop.public_id], "student": student.public_id}

    answer = sent(client, school, photo_of(label_address(charger)), **chosen)

    desk = client.get(answer.url, follow=True)
    assert desk.context["things"] == [laptop.public_id, charger.public_id]
    assert desk.context["person"].person == student


def test_a_sticker_with_the_bare_number_is_read_the_same_everywhere(client, school):
    thing = equipment.thing(school, number="C-412")

    for answer in (sent(client, school, photo_of("c-412")), sent(client, school, code="c-412")):
        assert client.get(answer.url, follow=True).context["things"] == [thing.public_id]


@pytest.mark.parametrize("by", ["number", "photo"])
def test_one_more_thing_keeps_ticks_day_and_words(client, school, school_class, by):
    equipment.need_of(StudentFactory(in_class=school_class))  # waits before
    laptop, bag = equipment.with_charger(school)
    other, charger = equipment.with_charger(school)
    form = {
        "thing": [laptop.public_id],
        "items": [laptop.public_id],  # the bag was unticked
        "student": StudentFactory(in_class=school_class).public_id,
        "due_on": "2026-12-04",
        "signed_as": "guardian",
        "words": "Broken at home",
    }
    more = {"code": other.number} if by == "number" else {"photo": photo_of(label_address(other))}

    page = sent(client, school, **form | more)

    assert page.status_code == 200
    assert page.context["things"] == [laptop.public_id, other.public_id]
    ticked = {item.public_id for item, *_more, is_ticked in page.context["rows"] if is_ticked}
    assert ticked == {laptop.public_id, other.public_id, charger.public_id}
    assert 'value="2026-12-04"' in page.text
    assert 'value="Broken at home"' in page.text or ">Broken at home<" in page.text
    assert "This field is required" not in page.text
    assert bag.number in page.text


@pytest.mark.parametrize("by", ["language", "address"])
def test_the_page_of_one_more_thing_is_fetched_anew(client, school, school_class, by):
    laptop, bag = equipment.with_charger(school)
    other, student = equipment.thing(school), StudentFactory(in_class=school_class)
    kept = follows(GuardianFactory(), student).guardian
    form = {
        "thing": [laptop.public_id],
        "items": [laptop.public_id],  # the bag was unticked
        "student": student.public_id,
        "due_on": "2026-12-04",
        "signed_as": "guardian",
        "signed_by": kept.public_id,
        "words": "Broken at home",
    }
    desk = client.get(
        reverse("continuity:desk", args=[school.public_id]),
        {"thing": [laptop.public_id], "student": student.public_id},
    )
    asked = html.unescape(re.search(r'formaction="([^"]+desk/code[^"]*)"', desk.text)[1])

    page = client.post(asked, form | {"code": other.number})
    if by == "language":
        address = page.context["other_language"].url
        again = client.get(address)
    else:
        again = client.get(asked, follow=True)

    assert again.status_code == 200
    assert again.context["person"].person == student
    ticked = {item.public_id for item, *_more, is_ticked in again.context["rows"] if is_ticked}
    if by == "address":  # as the page stood before
        assert again.context["things"] == [laptop.public_id]
        return
    assert again.context["things"] == [laptop.public_id, other.public_id]
    assert ticked == {laptop.public_id, other.public_id}
    assert 'value="2026-12-04"' in again.text
    assert re.search(rf'value="{kept.public_id}"[^>]* checked', again.text)
    assert address.startswith("/fr/")
    assert "Broken" not in address
    assert bag.number in again.text


def test_the_language_of_a_refused_hand_over_leads_to_the_desk(client, school, school_class):
    laptop, student = equipment.thing(school), StudentFactory(in_class=school_class)
    sent = {"thing": laptop.public_id, "student": student.public_id, "due_on": "2026-12-04"}

    page = client.post(reverse("continuity:lend", args=[school.public_id]), sent)
    again = client.get(page.context["other_language"].url)

    assert (page.status_code, again.status_code) == (422, 200)
    assert again.context["things"] == [laptop.public_id]
    assert not [row for row in again.context["rows"] if row[-1]], "nothing was ticked"
    assert 'value="2026-12-04"' in again.text


def test_what_isn_t_taken_keeps_them_too(client, school, school_class):
    laptop, bag = equipment.with_charger(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), equipment.thing(school))
    form = {
        "thing": [laptop.public_id],
        "items": [laptop.public_id],
        "student": StudentFactory(in_class=school_class).public_id,
        "due_on": "2026-12-04",
        "signed_as": "guardian",
    }

    page = sent(client, school, code="9999", **form)

    assert page.status_code == 422
    assert "There is no thing with the number 9999" in page.text
    ticked = {item.public_id for item, *_more, is_ticked in page.context["rows"] if is_ticked}
    assert ticked == {laptop.public_id}
    assert bag.number in page.text
    assert 'value="2026-12-04"' in page.text
    out = sent(client, school, code=loan.lines.get().thing.number, **form)
    assert out.url == reverse("continuity:loan", args=[loan.public_id])


def test_after_twelve_things_the_thirteenth_is_refused_aloud(client, school, school_class):
    things = [equipment.thing(school).public_id for _number in range(12)]
    more = equipment.thing(school)
    said = client.get(sent(client, school, thing=things, code=more.number).url, follow=True).text
    assert "There are 12 things at most in one loan here." in said


def test_the_label_of_what_is_out_leads_to_its_loan(client, school, school_class):
    thing = equipment.thing(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), thing)

    answer = sent(client, school, photo_of(label_address(thing)))

    shown = client.get(answer.url)
    assert shown.url == reverse("continuity:loan", args=[loan.public_id])


def test_what_isnt_read_says_what_to_do_next(client, school):
    theirs = equipment.thing(SchoolClassFactory().school)
    mine = [equipment.thing(school, number=number) for number in ("0412", "0413")]
    both = [label_address(thing) for thing in mine]
    cases = {
        "No code can be read in this photo.": photo_of(),
        "This code isn’t on a label of this school’s things.": photo_of("https://shop.example/a"),
        "Several labels are in this photo: 0412, 0413.": photo_of(*both),
        "This file isn’t a photo.": b"%PDF-1.7 no photo",
        "This photo is cut off or broken.": photo_of(both[0])[:4000],
    }
    for said, photo in cases.items():
        answer = sent(client, school, photo, code="041")
        assert answer.status_code == 422
        assert said in answer.text, said
        assert answer.context["typed"] == "041"  # nothing typed is lost
        assert 'value="041"' in answer.text
    answer = sent(client, school, photo_of(label_address(theirs)))
    assert "This code isn’t on a label of this school’s things." in answer.text
    assert theirs.number not in answer.text


def test_a_photo_without_a_code_keeps_what_is_chosen(client, school, school_class):
    thing, student = equipment.thing(school), StudentFactory(in_class=school_class)

    answer = sent(client, school, photo_of(), thing=[thing.public_id], student=student.public_id)

    assert answer.status_code == 422
    assert answer.context["things"] == [thing.public_id]
    assert "or type the number on the label" in answer.text
    assert student.display_name in answer.text


def test_a_number_is_typed_as_ever(client, school):
    thing = equipment.thing(school, number="0412")

    taken = client.get(sent(client, school, code=" 0412 ").url, follow=True)
    assert taken.context["things"] == [thing.public_id]
    for code, said in {
        "9999": "There is no thing with the number 9999 in this school.",
        "https://shop.example/a": "This code isn’t on a label of this school’s things.",
        "https://[shop/a": "This code isn’t on a label of this school’s things.",
    }.items():
        answer = client.get(sent(client, school, code=code).url, follow=True)
        assert said in answer.text
    assert "or take a photo of its code" in sent(client, school).text


def test_a_photo_leaves_nothing_behind(client, school, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    thing = equipment.thing(school)

    sent(client, school, photo_of(label_address(thing), kind="PNG"))

    assert list(tmp_path.iterdir()) == []
