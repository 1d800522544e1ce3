"""One's own data: a page in one's own words, a whole copy, what goes soon; a leader does it for a
student.
"""

import datetime
import io
import json
import re
import secrets
import zipfile
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import ModelLogEntry

from cms.register.enums import LABELS
from cms.register.queries import (
    MONTH,
    acts_of,
    erasures,
    going,
    model_of,
    next_end_of_school_year,
    register,
    rows_of,
    students_see,
)
from cms.register.services.erasing import erase_what_is_over
from continuity.enums import AnswerOrigin, NeedOrigin, Speaker
from continuity.families import services as families
from continuity.models import Attachment, Feedback, WeekOpening
from courses.digest.register import Whose
from courses.live.models import Stay
from courses.people.enums import Role
from courses.people.models import Membership
from courses.people.services import logins
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory, teaching
from tests.factories.equipment import need_of
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.lives import a_life
from tests.factories.markup import shows
from tests.factories.people import TeacherFactory
from tests.factories.rolls import begun, closed
from tests.factories.survey import answered, campaign_of

pytestmark = pytest.mark.django_db

WHEN = datetime.datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/Paris"))


def opened(response) -> zipfile.ZipFile:
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_a_copy_is_whole_against_the_register(client):
    life = a_life(when=WHEN, given_name="Ondine", family_name="Vauquelin", language="en")
    client.force_login(life.person)

    before = {
        holding.model: {row.pk for row in rows_of(holding, life.person)}
        for holding in register().holdings
    }
    archive = opened(client.post(reverse("register:download")))
    data = json.loads(archive.read("data.json"))["data"]

    missing = []
    for holding in register().holdings:
        if not holding.about:
            continue
        rows = list(
            rows_of(holding, life.person).filter(pk__in=before[holding.model])
        )  # not this export's own line in the log
        assert rows, f"{holding.model}: the life has no row of it"
        assert len(data[holding.model]) == len(rows), holding.model
        assert all(set(row) == set(holding.fields) for row in data[holding.model]), holding.model
        for row, told in zip(rows, data[holding.model], strict=True):
            for name in holding.fields:
                column = model_of(holding)._meta.get_field(name)
                if (
                    column.get_internal_type() in ("CharField", "TextField", "JSONField")
                    and not column.choices
                ):
                    kept = json.loads(json.dumps(getattr(row, name), cls=DjangoJSONEncoder))
                    missing += [f"{holding.model}.{name}"] if told[name] != kept else []
                if column.get_internal_type() == "FileField" and getattr(row, name):
                    missing += (
                        [f"{holding.model}.{name}"]
                        if archive.read(told[name]) != getattr(row, name).read()
                        else []
                    )
    assert missing == []
    page = archive.read("index.html").decode()
    assert "Ondine" in page
    assert "HelpRequest text" in page
    assert "“files”" in page


def test_a_copy_holds_no_secret_and_nothing_of_others(client):
    life = a_life(when=WHEN, given_name="Ondine")
    other = a_life(when=WHEN, given_name="Leopoldine", family_name="Autrui")
    client.force_login(life.person)

    archive = opened(client.post(reverse("register:download")))
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode(
        errors="replace"
    )

    assert "FeedKey secret" not in everything
    assert life.person.password not in everything
    assert "Leopoldine" not in everything
    assert other.person.login not in everything


def test_a_copy_holds_no_stay_of_others_in_the_same_room(client):
    life = a_life(when=WHEN)
    own = life.rows["courses.Stay"]
    Stay.objects.create(
        room=own.room,
        occupant_jid="b",
        subject="other",
        shown_name="Leopoldine, PFMT",
        joined_at=WHEN,
    )
    client.force_login(life.person)

    data = json.loads(opened(client.post(reverse("register:download"))).read("data.json"))["data"]

    assert [row["shown_name"] for row in data["courses.Stay"]] == [own.shown_name]


def test_a_leaders_own_copy_names_no_student_of_whom_a_copy_was_taken(client):
    school_class = SchoolClassFactory()
    leader, student = (
        LeaderFactory(leads=school_class.school),
        StudentFactory(in_class=school_class, given_name="Ondine"),
    )
    client.force_login(leader)
    assert client.post(reverse("register:download_of", args=[student.public_id])).status_code == 200

    copy = opened(client.post(reverse("register:download")))

    assert b"Ondine" not in b"".join(copy.read(name) for name in copy.namelist())


def test_a_copy_holds_nothing_of_an_answer_that_is_not_returned(client):
    life = a_life(when=WHEN)
    Feedback.objects.update(returned_at=None)
    client.force_login(life.person)

    data = json.loads(opened(client.post(reverse("register:download"))).read("data.json"))["data"]

    assert not {"continuity.Feedback", "continuity.Pin", "continuity.Reply"} & data.keys()
    assert data["continuity.HandIn"]


def test_every_column_of_a_copy_has_a_name_for_people():
    without = sorted(
        {name for holding in register().holdings if holding.about for name in holding.fields}
        - set(LABELS)
    )

    assert without == []


def test_a_student_reads_the_page_in_a_childs_words(client):
    life = a_life(when=WHEN, language="fr")  # so that something of each kind goes soon
    Membership.objects.filter(person=life.person).update(role=Role.STUDENT)
    client.force_login(life.person)

    page = client.get("/fr/personal-data/").content.decode()

    assert "<h1>Tes données</h1>" in page
    assert len(students_see()) > 10
    assert page.count('<dd class="lasts">') == len(students_see())
    words = strip_tags(page.split("<main")[1].split("</main>")[0]).lower()
    assert re.findall(r"\b(vous|votre|vos)\b", words) == []


def test_a_file_of_the_copy_opens_by_its_ending(client):
    """An attachment lies under a random name without an ending; its column has the name it came by."""
    teacher = TeacherFactory(language="en")
    for name, content in (("Sujet d’examen.PDF", b"%PDF-1.7"), ("sans-fin", b"x")):
        Attachment.objects.create(
            owner=teacher,
            name=name,
            file=ContentFile(content, name=secrets.token_hex(13)),
            media_type="application/pdf",
            size_bytes=len(content),
        )
    client.force_login(teacher)

    archive = opened(client.post(reverse("register:download")))

    rows = json.loads(archive.read("data.json"))["data"]["continuity.Attachment"]
    first, second = Attachment.objects.order_by("pk").values_list("pk", flat=True)
    assert [row["file"] for row in rows] == [
        f"files/attachment-{first}-file.pdf",
        f"files/attachment-{second}-file",
    ]
    assert [archive.read(row["file"]) for row in rows] == [b"%PDF-1.7", b"x"]


@pytest.mark.parametrize(
    "maker", [None, TeacherFactory, LeaderFactory], ids=["a visitor", "a teacher", "a leader"]
)
def test_whoever_else_reads_the_page_for_adults(client, maker):
    if maker:
        client.force_login(maker(language="en"))

    page = client.get("/en/personal-data/").content.decode()

    assert shows(page, "shows its provider a first name and a code, neither a family name, nor")
    assert shows(page, "whether it learns your role, your school or your level, too")
    assert shows(
        page, "except the resources that the student opened and the devices on which they are"
    )
    for category in register().categories.values():
        assert str(category.title).replace("'", "&#x27;") in page


@pytest.mark.at("2026-11-25T12:00")
def test_what_guardians_say_and_do_stands_on_their_part_of_the_page():
    """A category of which they have rows, or wrote some, is about them, too."""
    student, tomorrow = StudentFactory(in_class=SchoolClassFactory()), datetime.date(2026, 11, 26)
    kept = follows(GuardianFactory(), student)
    guardian = kept.guardian
    families.announce(guardianship=kept, first_day=tomorrow, last_day=tomorrow)
    need_of(student, by=guardian, asked_as=NeedOrigin.GUARDIAN)
    said = {"origin": AnswerOrigin.GUARDIAN, "speaker": Speaker.GUARDIAN}
    answered(campaign_of(kept.school), student, by=guardian, **said)

    has = {one.category for one in register().holdings if rows_of(one, guardian).exists()}
    wrote = {holding.category for (holding, _name), _count in acts_of(guardian)}

    assert {"announced", "logs", "needs", "survey"} <= has | wrote
    about = {one.key for one in register().of(Whose.GUARDIANS)}
    assert (has | wrote) - about == set()


def test_a_copy_of_more_than_a_year_ago_is_not_denied(client):
    """The log of it is erased after a year."""
    person = TeacherFactory(language="en")
    client.force_login(person)
    client.post(reverse("register:download"))
    log = ModelLogEntry.objects.for_instance(person)
    log.update(timestamp=timezone.now() - datetime.timedelta(days=400))
    told = strip_tags(client.get("/en/personal-data/").text)

    erase_what_is_over(timezone.now())

    assert "Nobody has downloaded this data in the past year." not in told
    page = strip_tags(client.get("/en/personal-data/").text)
    assert "Nobody has downloaded this data in the past year." in page


@pytest.mark.at("2026-11-25T12:00")
def test_what_goes_soon_is_told_before(client):
    life = a_life(when=WHEN, language="en")
    client.force_login(life.person)

    page = client.get("/en/personal-data/").content.decode()

    soon = page.split('id="soon"')[1].split("</section>")[0]
    assert "When you came into a video room and left it" in soon.split("Until 31 August 2027")[0]
    assert shows(
        soon.split("Until 31 August 2027")[1].replace("\u00a0", " "),
        "Work handed in, with its photos and receipts: 1",
    )


@pytest.mark.at("2026-12-01T12:00")
def test_a_student_reads_that_rolls_classes_and_days_go_soon():
    """A student closes no roll and stands in for nobody; nobody called: the models counted first."""
    given = teaching(SchoolClassFactory())
    student = StudentFactory(in_class=given.school_class)
    WeekOpening.objects.create(student=student, day=datetime.date(2026, 11, 30))
    closed(begun(given))
    end = next_end_of_school_year(timezone.now())

    told = {one.category.key: one.count for one in going(end, person=student)}
    nights = erasures(end - datetime.timedelta(days=1), controllers=["school"])

    assert {"rolls": 1, "classes": 1, "contact": 1}.items() <= told.items()
    assert {"rolls", "classes", "contact"} <= {one.category.key for one in nights}


@pytest.mark.at("2026-12-01T12:00")
def test_sessions_go_within_the_month_in_which_they_end(client):
    """A session ends thirty days after it began, and is deleted then (`logins.sweep`)."""
    client.force_login(student := StudentFactory(language="en"))

    soon = client.get("/en/personal-data/").text.split("Erased soon")[1]
    logins.sweep(timezone.now() + MONTH)

    month, year = soon.split("Until 31 August 2027")
    assert "Your logins" in month
    assert "Your logins" not in year
    assert not student.login_sessions.exists()


def test_a_leader_takes_a_copy_for_a_student_and_the_student_reads_so(client):
    student = StudentFactory(language="en")
    school = Membership.objects.get(person=student).organisation
    leader, elsewhere = (
        LeaderFactory(leads=school, given_name="Maxime", family_name="Lediguerre"),
        LeaderFactory(),
    )
    address = reverse("register:download_of", args=[student.public_id])

    client.force_login(elsewhere)
    assert client.post(address).status_code == 404
    client.force_login(TeacherFactory(works_at=school))
    assert client.post(address).status_code == 403
    client.force_login(leader)
    assert (
        "login"
        in json.loads(opened(client.post(address)).read("data.json"))["data"]["courses.Person"][0]
    )

    client.force_login(student)
    assert "Maxime Lediguerre" in client.get("/en/personal-data/").content.decode()


@pytest.mark.parametrize("by_leader", [True, False], ids=["by a leader", "by the student"])
def test_where_a_student_is_logged_in_stands_in_no_copy_but_their_own(client, by_leader):
    student = StudentFactory()
    client.force_login(student)
    download = reverse("register:download")
    if by_leader:
        client = Client()
        client.force_login(LeaderFactory(leads=Membership.objects.get(person=student).organisation))
        download = reverse("register:download_of", args=[student.public_id])

    data = json.loads(opened(client.post(download)).read("data.json"))["data"]

    assert ("courses.LoginSession" in data) != by_leader


def test_who_has_left_still_takes_a_copy(client):
    student = StudentFactory()
    Membership.objects.filter(person=student).update(until=datetime.date(2026, 11, 1))
    client.force_login(student)

    assert client.get("/en/personal-data/").status_code == 200
    archive = opened(client.post(reverse("register:download")))
    assert archive.namelist() == ["data.json", "index.html"]
    assert "“files”" not in archive.read("index.html").decode()


def test_a_copy_is_written_for_people(client):
    life = a_life(when=datetime.datetime(2026, 9, 1, 14, 30, tzinfo=WHEN.tzinfo), language="fr")
    membership = Membership.objects.get(person=life.person)
    membership.subjects.clear()
    Membership.objects.filter(pk=membership.pk).update(since=datetime.date(2026, 9, 1))
    client.force_login(life.person)

    archive = opened(client.post(reverse("register:download")))

    words = strip_tags(archive.read("index.html").decode().partition("<body>")[2])
    assert "1er septembre 2026, 14\u00a0h\u00a030" in words
    assert (
        re.findall(
            r"\b1 septembre|\bTrue\b|\bFalse\b|\[\]|\d{4}-\d\d-\d\d|\bcourses\.|\bcontinuity\.|\w: ",
            words,
        )
        == []
    )
    rows = json.loads(archive.read("data.json"))["data"]
    assert rows["courses.Membership"][0] == {
        **rows["courses.Membership"][0],
        "since": "2026-09-01",
        "subjects": [],
    }
