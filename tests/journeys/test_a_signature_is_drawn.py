"""At the counter a signature can be drawn beside the typed name: it stands on the sheet, as it was."""

import base64
import hashlib
import io
import subprocess

import pikepdf
import pytest
from django.urls import reverse
from PIL import Image, ImageDraw

from continuity.models import LoanAgreement
from courses.people.models import ComingOfAge
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


@pytest.fixture
def student():
    return StudentFactory(in_class=SchoolClassFactory(name="2de 4"))


@pytest.fixture
def agreement(student):
    school = student.class_memberships.get().school_class.school
    return equipment.agreed(student, equipment.thing(school))


@pytest.fixture(autouse=True)
def office(agreement, client):
    person = equipment.office_of(agreement.school)
    client.force_login(person)
    return person


def drawing(*, blank=False, end=620, kind="PNG") -> str:
    """As a canvas gives it."""
    paper = Image.new("RGBA", (900, 300), "white")
    if not blank:
        ImageDraw.Draw(paper).line([(200, 200), (330, 60), (400, 240), (end, 90)], "black", 6)
    out = io.BytesIO()
    paper.convert("RGB").save(out, kind)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def sign(client, agreement, drawn="", name="Claude Martin"):
    here = reverse("continuity:sign_agreement", args=[agreement.public_id])
    data = {"do": "sign", "name": name, "has_read": "on", "drawn": drawn}
    return client.post(here, data)


def now(agreement) -> LoanAgreement:
    return LoanAgreement.objects.get(pk=agreement.pk)


def test_a_drawn_signature_stands_on_the_sheet(client, agreement, tmp_path):
    assert sign(client, agreement, drawing()).status_code == 302
    run_worker()

    signed = now(agreement)
    kept = signed.signature.open("rb").read()
    assert signed.signature_checksum == hashlib.sha256(kept).hexdigest()
    with Image.open(io.BytesIO(kept)) as ink:
        assert (ink.format, ink.mode) == ("PNG", "L")
        assert ink.size[0] < 460  # the ink alone
    path = tmp_path / "sheet.pdf"
    path.write_bytes(signed.file.open("rb").read())
    said = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
    assert signed.signature_checksum in said.stdout.replace("\n", "")
    assert "Claude Martin" in said.stdout
    with pikepdf.open(path) as pdf:
        told = [str(one.get("/Alt", "")) for one in elements(pdf.Root.StructTreeRoot)]
        assert pdf.Root.MarkInfo.Marked
    assert "Signature tracée par Claude Martin" in told


def test_with_a_drawing_the_sheet_is_one_page(client, student, office, tmp_path):
    """Of three things in place of a broken one, before and after the hand-over."""
    school = student.class_memberships.get().school_class.school
    first = equipment.thing(school, number="0400")
    loan = equipment.lent(student, first)
    things = [
        equipment.thing(school, number=f"041{n}", model="ProBook 440 G10", serial=f"5CD941{n}XYZ")
        for n in range(3)
    ]
    agreement = equipment.agreed(
        student, *things, replaces=equipment.line_of(loan, first), came_back="damaged"
    )
    sign(client, agreement, drawing())
    run_worker()
    assert pages(agreement, tmp_path) == "1"

    client.post(reverse("continuity:hand_over_agreed", args=[agreement.public_id]))
    run_worker()

    assert now(agreement).is_final
    assert pages(agreement, tmp_path) == "1"


def pages(agreement, tmp_path) -> str:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(now(agreement).file.open("rb").read())
    told = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    return next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:"))


def elements(node):
    found = node.get("/K", [])
    for one in found if isinstance(found, pikepdf.Array) else [found]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            yield from elements(one)


def test_after_the_hand_over_drawing_and_sheet_are_frozen(client, agreement):
    sign(client, agreement, drawing())
    client.post(reverse("continuity:hand_over_agreed", args=[agreement.public_id]))
    run_worker()
    lent = now(agreement)
    assert lent.is_final
    before = (lent.checksum, lent.signature.name, lent.signature_checksum)

    again = sign(client, agreement, drawing(end=700))

    assert again.status_code == 422
    run_worker()
    after = now(agreement)
    assert (after.checksum, after.signature.name, after.signature_checksum) == before


def test_the_name_alone_counts_the_same(client, agreement):
    assert sign(client, agreement).status_code == 302
    signed = now(agreement)
    assert (signed.signed_name, bool(signed.signature)) == ("Claude Martin", False)


def test_sent_twice_is_signed_once(client, agreement):
    drawn = drawing()
    sign(client, agreement, drawn)
    first = now(agreement)
    assert sign(client, agreement, drawn).status_code == 302
    second = now(agreement)
    assert (second.signature.name, second.signed_at) == (first.signature.name, first.signed_at)


def test_what_is_no_drawing_is_refused_and_nothing_typed_is_lost(client, agreement):
    for drawn in (
        drawing(blank=True),
        drawing(kind="GIF"),
        "data:image/png;base64,@@",
        "data:image/png;base64,AAAA",
    ):
        answer = sign(client, agreement, drawn)
        assert answer.status_code == 422
        assert "The drawn signature is empty or can’t be read." in answer.text
        assert 'value="Claude Martin"' in answer.text
        assert now(agreement).signed_at is None


def test_a_drawing_is_taken_at_the_counter_alone(client, agreement, student):
    ComingOfAge.objects.create(student=student)
    client.force_login(student)
    here = reverse("continuity:my_agreement", args=[agreement.public_id])
    assert "sign.js" not in client.get(here).text
    client.post(here, {"do": "sign", "name": "Alix", "has_read": "on", "drawn": drawing()})
    assert (now(agreement).way, bool(now(agreement).signature)) == ("account", False)
