"""A school's pool: things are added one by one or from a table, and get labels."""

import csv
import io
import itertools
import re
import subprocess

import pytest
from PIL import Image
from pyzbar.pyzbar import decode

from continuity.enums import ItemState
from continuity.equipment.services import pool
from continuity.models import EquipmentItem, ItemEvent
from courses.documents.models import Paper
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address, page
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


@pytest.fixture
def office(school, client):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


@pytest.fixture
def read_labels(tmp_path):
    """Public ids in the codes, facts and text of a drawn sheet, by zbar and poppler."""

    def read(paper):
        path = tmp_path / "labels.pdf"
        path.write_bytes(paper.file.read())
        told = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True)
        lines = [line.split(":", 1) for line in told.stdout.splitlines() if ":" in line]
        subprocess.run(["pdftoppm", "-r", "220", "-png", path, tmp_path / "page"], check=True)
        codes = {
            code.data.decode().rstrip("/").rpartition("/")[2]
            for page in sorted(tmp_path.glob("page*.png"))
            for label in each_label(Image.open(page))
            for code in decode(label)
        }
        said = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
        return codes, {name: value.strip() for name, value in lines}, said.stdout

    return read


def each_label(sheet):
    """The 3 × 8 labels of a drawn A4 sheet, one picture each, as a phone is held before them."""
    width, height = sheet.size[0] / 210, sheet.size[1] / 297  # of a millimetre
    for row, column in itertools.product(range(8), range(3)):
        left, top = 7.2 + 66 * column, 13.1 + 33.8 * row
        yield sheet.crop(
            (
                round(left * width),
                round(top * height),
                round((left + 63.5) * width),
                round((top + 33.8) * height),
            )
        )


# The pool


def test_a_thing_is_added_with_its_charger_and_shows_its_history(client, school, office):
    client.post(
        address("new_thing", school.public_id),
        {"number": "0412", "kind": "laptop", "model": "Pro 14", "serial": "S1", "value_euros": 420},
    )
    client.post(
        address("new_thing", school.public_id),
        {"number": "0412-c", "kind": "charger", "goes_with": "0412"},
    )

    laptop, charger = EquipmentItem.objects.order_by("number")
    assert (laptop.model, laptop.serial, laptop.value_euros) == ("Pro 14", "S1", 420)
    assert (charger.number, charger.goes_with, charger.state) == ("0412-C", laptop, "available")
    text = page(client, "thing", laptop.public_id)
    assert "0412-C" in text
    assert "420" in text
    assert office.display_name in text


def test_a_number_and_a_serial_number_are_given_once_in_a_school(client, school, office):
    equipment.thing(school, number="0412", serial="S1")

    again = client.post(
        address("new_thing", school.public_id), {"number": "0412", "kind": "laptop"}
    )
    twin = client.post(
        address("new_thing", school.public_id), {"number": "0413", "kind": "laptop", "serial": "S1"}
    )
    elsewhere = equipment.thing(SchoolClassFactory().school, number="0412", serial="S1")

    assert again.status_code == twin.status_code == 422
    assert "There is a thing with the number 0412 already." in again.text
    assert "Number 0412 has this serial number already." in twin.text
    assert elsewhere.pk


def table(client, school, text):
    return client.post(address("import_things", school.public_id), {"pasted": text})


def test_many_things_come_from_a_table_after_a_dry_run(client, school, office):
    equipment.thing(school, number="0001", model="Old")
    text = (
        "numéro;type;modèle;série;valeur;avec\n"
        "0001;ordinateur;New;;300;\n"
        "0002-C;chargeur;;;;0002\n"
        "0002;ordinateur portable;Pro 14;S2;420 €;\n"
    )

    trial = table(client, school, text)
    before = EquipmentItem.objects.count()
    written = client.post(
        address("import_things", school.public_id), {"kept": trial.context["kept"]}
    )

    assert before == 1  # the dry run wrote nothing
    assert "Save these 3 lines" in trial.text
    assert [
        int(cell) for cell in re.findall(r'data-label="Line"><span>(\w+)</span>', trial.text)
    ] == [2, 3, 4]
    assert written.status_code == 302
    first, second, charger = EquipmentItem.objects.order_by("number")
    assert (first.model, first.value_euros) == ("New", 300)
    assert (second.kind, second.serial, second.value_euros) == ("laptop", "S2", 420)
    assert charger.goes_with == second
    assert ItemEvent.objects.filter(item=charger, state=ItemState.AVAILABLE, by=office).exists()


def test_the_download_read_back_changes_nothing(client, school, office):
    laptop, _charger = equipment.with_charger(school)
    equipment.lent(StudentFactory(in_class=SchoolClassFactory(school=school)), laptop)

    file = client.get(address("export_things", school.public_id)).content.decode("utf-8-sig")
    again = table(client, school, file)

    assert len(list(csv.reader(io.StringIO(file)))) == 3
    assert "Everything in this table is saved already." in again.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0002;fridge;;;", "is no kind of thing here"),
        ("0002;laptop;S1;;", "Number 0001 has this serial number already."),
        ("0002;laptop;;4.50;", "is no whole number of euros"),
        ("0002;laptop;;" + "9" * 5000 + ";", "is no whole number of euros"),
        ("0002;charger;;;0009", "There is no other thing with the number 0009."),
        ("0002;charger;;;0002", "There is no other thing with the number 0002."),
        ("00 02;laptop;;;", "is no number here"),
        ("00.02;laptop;;;", "is no number here"),
        ("-;laptop;;;", "is no number here"),
        ("0002;laptop;;;\n0002;laptop;;;", "This number stands twice."),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_saved(client, school, office, line, said):
    equipment.thing(school, number="0001", serial="S1")

    trial = table(client, school, f"number;kind;serial;value;goes with\n{line}\n")

    assert said in trial.text
    assert "Save this line" not in trial.text
    assert EquipmentItem.objects.count() == 1


# Labels


def test_labels_are_read_back_by_a_phone(client, school, office, read_labels):
    things = [equipment.thing(school, number=f"{n:04}") for n in range(1, 27)]
    equipment.thing(school, number="GONE")
    pool.move(item=EquipmentItem.objects.get(number="GONE"), state="retired", by=office)

    client.post(address("labels", school.public_id), {})
    run_worker()
    codes, info, text = read_labels(Paper.objects.get())

    assert codes == {one.public_id for one in things}
    assert info["Pages"] == "2"
    assert info["Tagged"] == "yes"
    assert "GONE" not in text
    assert all(one.number in text for one in things)


def test_its_label_is_the_label_of_one_thing(client, school, office):
    one, _other = equipment.thing(school), equipment.thing(school)
    text = page(client, "thing", one.public_id)
    (form,) = re.findall(
        rf'<form method="post" action="{address("labels", school.public_id)}">(.+?)</form>',
        text,
        re.DOTALL,
    )
    (field,) = re.findall(rf'name="(\w+)" value="{one.public_id}"', form)

    client.post(address("labels", school.public_id), {field: one.public_id})

    assert Paper.objects.get().selection == {"items": [one.pk]}
