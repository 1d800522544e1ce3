"""A school keeps its pool and lends from it: entered by hand or by a table, labelled, handed over at
the desk, taken back thing by thing.
"""

import csv
import datetime
import io
import itertools
import re
import subprocess
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pyzbar.pyzbar import decode

from cms.register.services import erasing
from continuity.enums import EquipmentKind, ItemState
from continuity.equipment.services import loans, pool
from continuity.models import EquipmentItem, ItemEvent, Loan, LoanLine
from courses.documents.models import Paper
from courses.exceptions import Refusal
from courses.people.models import ComingOfAge
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

MOST_STATEMENTS = 12


@pytest.fixture
def school_class():
    return SchoolClassFactory(name="2de 4")


@pytest.fixture
def school(school_class):
    return school_class.school


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


def address(name, *args) -> str:
    return reverse(f"continuity:{name}", args=args)


def page(client, named, *args, **query) -> str:
    answer = client.get(address(named, *args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def state_of(item) -> str:
    return EquipmentItem.objects.get(pk=item.pk).state


def hand_over(client, school, student, *items, along=None, **more):
    """The last step of the desk."""
    data = {
        "key": uuid.uuid4(),
        "thing": [one.public_id for one in items],
        "student": student.public_id,
        "items": [one.public_id for one in (along or items)],
        "due_on": "2027-07-02",
        "signed_as": "guardian",
    }
    return client.post(address("lend", school.public_id), data | more)


def take_back(client, loan, **outcomes):
    """`outcomes`: by the item's number, with an underscore for its hyphen."""
    data = {}
    for number, said in outcomes.items():
        line = loan.lines.get(thing__number=number.removeprefix("n").replace("_", "-"))
        outcome, _sep, erased = said.partition(" ")
        data[f"line-{line.public_id}"] = outcome
        if erased:
            data[f"erased-{line.public_id}"] = "on"
    return client.post(address("take_back", loan.public_id), data)


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


# The desk


def test_ten_loans_follow_each_other_on_one_page(client, school, school_class, office):
    students = StudentFactory.create_batch(10, in_class=school_class)
    desk = address("desk", school.public_id)
    for number, student in enumerate(students):
        laptop, charger = equipment.with_charger(school, number=f"L{number}")
        typed = client.get(desk, {"code": laptop.number.lower()}, follow=True)
        found = client.get(
            desk, {"thing": laptop.public_id, "name": student.family_name}, follow=True
        )
        chosen = client.get(desk, {"thing": laptop.public_id, "student": student.public_id})

        answer = hand_over(client, school, student, laptop, along=[laptop, charger])

        assert laptop.number in typed.text
        assert student.display_name in found.text
        assert charger.number in chosen.text
        assert answer.url == desk  # free for the next one
    assert Loan.objects.count() == 10
    assert LoanLine.objects.count() == 20
    assert set(EquipmentItem.objects.values_list("state", flat=True)) == {"lent"}
    assert "10 loans made today." in page(client, "desk", school.public_id)


def test_a_label_s_address_is_read_as_its_number(client, school, office):
    laptop = equipment.thing(school)

    answer = client.get(
        address("desk", school.public_id),
        {"code": f"https://passerelle.example/fr/x/items/{laptop.public_id}/"},
    )

    assert answer.url.endswith(f"?thing={laptop.public_id}")


def test_a_thing_that_is_out_leads_to_its_loan(client, school, school_class, office):
    laptop = equipment.thing(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)

    answer = client.get(address("desk", school.public_id), {"code": laptop.number})

    assert answer.url == address("loan", loan.public_id)


def test_only_a_student_of_age_signs_alone(client, school, school_class, office):
    laptop, student = equipment.thing(school), StudentFactory(in_class=school_class)

    minor = hand_over(client, school, student, laptop, signed_as="student")
    nobody = hand_over(client, school, student, laptop, signed_as="")
    with pytest.raises(Refusal, match="isn’t entered as being of age"):
        equipment.lent(student, laptop, signed_as="student")
    ComingOfAge.objects.create(student=student)
    for_an_adult = hand_over(client, school, student, laptop, signed_as="guardian")
    with pytest.raises(Refusal, match="is of age: nobody else signs"):
        equipment.lent(student, laptop)
    chosen = {"thing": laptop.public_id, "student": student.public_id}
    offered = page(client, "desk", school.public_id, **chosen)
    of_age = hand_over(client, school, student, laptop, signed_as="student")

    assert "the student, of age" in offered
    assert 'value="guardian"' not in offered
    assert for_an_adult.status_code == 422
    assert minor.status_code == nobody.status_code == 422
    assert of_age.status_code == 302
    assert Loan.objects.get().signed_as == "student"


def test_the_form_sent_twice_is_one_loan(client, school, school_class, office):
    laptop, student, key = (
        equipment.thing(school),
        StudentFactory(in_class=school_class),
        uuid.uuid4(),
    )

    for _press in range(2):
        answer = hand_over(client, school, student, laptop, key=key)
        assert answer.status_code == 302

    assert Loan.objects.count() == 1


def test_what_another_desk_lent_meanwhile_is_said(client, school, school_class, office):
    laptop = equipment.thing(school, number="0412")
    equipment.lent(StudentFactory(in_class=school_class), laptop)

    answer = hand_over(client, school, StudentFactory(in_class=school_class), laptop)

    assert answer.status_code == 422
    assert "0412" in answer.text
    assert Loan.objects.count() == 1


def test_a_thing_of_another_school_is_never_lent(client, school, school_class, office):
    foreign = equipment.thing(SchoolClassFactory().school)

    answer = hand_over(client, school, StudentFactory(in_class=school_class), foreign)

    assert answer.status_code == 302
    assert not Loan.objects.exists()
    with pytest.raises(Refusal):
        loans.lend(
            school=school,
            student=StudentFactory(in_class=school_class),
            items=[foreign],
            due_on=timezone.localdate(),
            signed_as="guardian",
            by=office,
            key=uuid.uuid4(),
        )


# The return


def test_a_missing_charger_keeps_the_loan_open_for_the_charger_only(
    client, school, school_class, office
):
    laptop, charger = equipment.with_charger(school, number="0412")
    student = StudentFactory(in_class=school_class)
    loan = equipment.lent(student, laptop, charger)

    take_back(client, loan, n0412="back erased")

    loan.refresh_from_db()
    assert loan.ended_at is None
    assert (state_of(laptop), state_of(charger)) == ("available", "lent")
    assert "for the rest only" in page(client, "loan", loan.public_id)
    equipment.lent(StudentFactory(in_class=school_class), laptop)  # free for the next one
    take_back(client, loan, n0412_C="back")
    loan.refresh_from_db()
    assert loan.ended_at is not None
    assert state_of(charger) == "available"


def test_what_comes_back_damaged_is_never_free_before_somebody_looked(
    client, school, school_class, office
):
    laptop = equipment.thing(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)

    take_back(client, loan, n0412="damaged")

    assert state_of(laptop) == "to_inspect"
    with pytest.raises(Refusal, match="to inspect"):
        equipment.lent(StudentFactory(in_class=school_class), laptop)
    unsure = client.post(address("set_thing_state", laptop.public_id), {"state": "available"})
    assert unsure.status_code == 302
    assert state_of(laptop) == "to_inspect"  # its data weren't spoken of
    client.post(address("set_thing_state", laptop.public_id), {"state": "in_repair"})
    client.post(
        address("set_thing_state", laptop.public_id), {"state": "available", "is_erased": "on"}
    )
    assert state_of(laptop) == "in_repair"  # from repair it is inspected first
    client.post(address("set_thing_state", laptop.public_id), {"state": "to_inspect"})
    client.post(
        address("set_thing_state", laptop.public_id), {"state": "available", "is_erased": "on"}
    )
    assert state_of(laptop) == "available"
    history = page(client, "thing", laptop.public_id)
    assert history.count("in repair") >= 1
    assert loan.student.display_name in history


def test_what_isn_t_erased_is_to_inspect(client, school, school_class, office):
    laptop, charger = equipment.with_charger(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop, charger)

    take_back(client, loan, n0412="back", n0412_C="back")

    assert (state_of(laptop), state_of(charger)) == ("to_inspect", "available")


def test_a_lost_thing_ends_the_loan_and_counts_as_lost(client, school, school_class, office):
    laptop = equipment.thing(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)

    take_back(client, loan, n0412="lost")

    loan.refresh_from_db()
    assert loan.ended_at is not None
    assert state_of(laptop) == "lost"


def test_a_return_is_possible_late_and_after_the_student_has_left(
    client, school, school_class, office
):
    laptop = equipment.thing(school, number="0412")
    student = StudentFactory(in_class=school_class)
    loan = equipment.lent(student, laptop)
    Loan.objects.update(due_on="2020-01-01")
    student.memberships.update(until="2020-09-02")

    assert "was due on" in page(client, "school_loans", school.public_id)
    answer = take_back(client, loan, n0412="back erased")

    assert answer.status_code == 302
    assert state_of(laptop) == "available"


def test_nothing_marked_takes_nothing_back(client, school, school_class, office):
    loan = equipment.lent(StudentFactory(in_class=school_class), equipment.thing(school))

    answer = client.post(address("take_back", loan.public_id), {})

    assert answer.status_code == 422
    assert "Say of at least one thing" in answer.text


def test_a_refused_return_keeps_what_was_marked(client, school, school_class, office):
    laptop, charger = equipment.with_charger(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop, charger)
    lines = [equipment.line_of(loan, one).public_id for one in (laptop, charger)]
    nothing = {f"erased-{lines[0]}": "on"}
    page = client.post(address("take_back", loan.public_id), nothing)
    assert page.status_code == 422
    assert f'name="erased-{lines[0]}" checked' in page.text

    equipment.back(loan, charger, "lost")  # a colleague was faster
    marked = {f"line-{lines[0]}": "damaged", f"line-{lines[1]}": "back"}
    page = client.post(address("take_back", loan.public_id), marked | nothing)

    assert page.status_code == 422
    assert f'name="line-{lines[0]}" value="damaged" checked' in page.text
    assert f'name="line-{lines[0]}" value="" checked' not in page.text
    assert f'name="erased-{lines[0]}" checked' in page.text
    assert f'name="line-{lines[1]}"' not in page.text


def test_a_return_sent_twice_is_once_and_another_outcome_is_refused(school, school_class):
    laptop = equipment.thing(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)
    equipment.back(loan, laptop)
    events = ItemEvent.objects.count()

    equipment.back(loan, laptop)
    with pytest.raises(Refusal, match="isn’t out any more: back"):
        equipment.back(loan, laptop, "lost")

    assert ItemEvent.objects.count() == events


def test_a_second_press_on_a_loan_that_has_ended_says_so(client, school, school_class, office):
    laptop = equipment.thing(school, number="0412")
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)
    equipment.back(loan, laptop, "lost")

    answer = client.post(
        address("take_back", loan.public_id),
        {f"line-{equipment.line_of(loan, laptop).public_id}": "back"},
    )

    assert answer.status_code == 422
    assert "Number 0412 isn’t out any more: lost or stolen." in answer.text


# Who sees it


def test_the_student_sees_what_is_lent_and_nobody_else_s(client, school, school_class):
    laptop = equipment.thing(school, number="0412")
    student, other = StudentFactory.create_batch(2, in_class=school_class)
    equipment.lent(student, laptop)

    client.force_login(student)
    own = page(client, "my_loans")
    client.force_login(other)
    others = page(client, "my_loans")

    assert "0412" in own
    assert "0412" not in others
    assert "Nothing is lent to you" in others


def test_a_leader_of_two_schools_reads_each_pool_apart(client, school):
    leader = LeaderFactory(leads=school)
    second = SchoolClassFactory().school
    equipment.works_in(leader, second)
    equipment.thing(school, number="HERE")
    equipment.thing(second, number="THERE")
    client.force_login(leader)

    text = page(client, "pool", school.public_id)

    assert "HERE" in text
    assert "THERE" not in text
    assert second.name in text


# The database keeps the rules, too


def test_a_thing_can_t_be_in_two_open_loans(school, school_class):
    laptop = equipment.thing(school)
    loan = equipment.lent(StudentFactory(in_class=school_class), laptop)
    other = equipment.lent(StudentFactory(in_class=school_class), equipment.thing(school))

    with pytest.raises(IntegrityError), transaction.atomic():
        LoanLine.objects.create(loan=other, thing=laptop)
    for state, kept in (("available", loan), ("lent", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            EquipmentItem.objects.filter(pk=laptop.pk).update(state=state, open_loan=kept)


def test_a_loan_is_erased_one_year_after_its_end_and_the_thing_keeps_its_history(
    school, school_class
):
    laptop = equipment.thing(school)
    ended = equipment.lent(StudentFactory(in_class=school_class), laptop)
    equipment.back(ended, laptop)
    still_open = equipment.lent(StudentFactory(in_class=school_class), equipment.thing(school))
    now = timezone.now()

    erasing.erase_what_is_over(now + datetime.timedelta(days=364))
    assert Loan.objects.count() == 2
    erasing.erase_what_is_over(now + datetime.timedelta(days=367))

    assert list(Loan.objects.all()) == [still_open]
    assert laptop.events.count() == 3
    assert not laptop.events.filter(loan__isnull=False).exists()


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


@pytest.mark.parametrize("number", [5, 30, 200])
def test_lists_cost_the_same_whatever_the_size(client, school, school_class, office, number):
    students = StudentFactory.create_batch(5, in_class=school_class)
    things = EquipmentItem.objects.bulk_create(
        EquipmentItem(school=school, kind=EquipmentKind.LAPTOP, number=f"{n:04}")
        for n in range(number)
    )
    for n, one in enumerate(things):
        ItemEvent.objects.create(item=one, state="available", by=office)
        if n % 2:
            equipment.lent(students[n % 5], one)
    loan = Loan.objects.first()

    for named, of, query in (
        ("pool", school, {}),
        ("school_loans", school, {}),
        ("desk", school, {"thing": things[0].public_id, "name": "a"}),
        ("desk", school, {"thing": things[0].public_id, "student": students[0].public_id}),
        ("loan", loan, {}),
        ("thing", things[1], {}),
    ):
        with CaptureQueriesContext(connection) as asked:
            page(client, named, of.public_id, **query)
        assert len(asked) <= MOST_STATEMENTS, (named, len(asked))
