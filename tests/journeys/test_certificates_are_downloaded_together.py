"""A training planner finds certificates and downloads their files in one ZIP."""

import csv
import datetime
import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.documents.models import Paper
from courses.documents.services import sweep_papers
from courses.documents.tasks import draw_paper
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training import rules, values
from training.exceptions import NoCertificateToTake, TooManyCertificates
from training.models import Certificate, Session
from training.services import certificate_corrections as corrections
from training.services import certificates
from training.values import CertificateChange

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

LIST = "training:issued_certificates"


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


def drawn(**given) -> Certificate:
    """With a file in the storage that no printer drew."""
    certificate = certificate_of(**given)
    certificate.file.save("drawn.pdf", ContentFile(b"%PDF-1.7 " + certificate.code.encode()))
    Certificate.objects.filter(pk=certificate.pk).update(drawn_at=timezone.now())
    return certificate


def asked_for(client, **filters) -> Paper:
    client.post(reverse("training:certificates_as_zip", query=filters))
    run_worker()
    return Paper.objects.latest("asked_at", "pk")


def opened(paper: Paper) -> tuple[zipfile.ZipFile, list[dict]]:
    """The archive, and the lines of its index."""
    archive = zipfile.ZipFile(io.BytesIO(paper.file.read()))
    text = archive.read("index.csv").decode("utf-8-sig")
    return archive, list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_all_of_a_list_are_in_one_file_under_names_that_people_read(client, planner):
    first = drawn(given_name="Élodie", family_name="Ł'Abbé")
    second = drawn(given_name="Élodie", family_name="Ł'Abbé")

    paper = asked_for(client)

    archive, index = opened(paper)
    names = [f"Élodie-Ł'ABBÉ_{one.number}.pdf" for one in (first, second)]
    assert sorted(archive.namelist()) == sorted([*names, "index.csv"])
    first.refresh_from_db()
    assert archive.read(names[0]) == first.file.read()
    assert [(line["File"], line["Number"], line["Left out"]) for line in index] == [
        (names[0], first.number, ""),
        (names[1], second.number, ""),
    ]


def test_revoked_replaced_and_erased_ones_are_left_out_and_the_index_says_why(client, planner):
    revoked, wrong, gone, late = [drawn() for _each in range(4)]
    certificates.revoke(certificate=revoked, reason="Wrong person", by=planner)
    asked = corrections.ask(
        certificate=wrong, change=CertificateChange(name="Ada KING"), reason="Another name"
    )
    right = corrections.replace(request=asked, by=planner)
    right.file.save("drawn.pdf", ContentFile(b"%PDF-1.7"))
    Certificate.objects.filter(pk=right.pk).update(drawn_at=timezone.now())
    gone.person.erased_at = timezone.now()
    gone.person.save()
    Certificate.objects.filter(pk=late.pk).update(file="")

    archive, index = opened(asked_for(client))

    assert archive.namelist() == [f"Ada-KING_{right.number}.pdf", "index.csv"]
    assert {line["Number"]: line["Left out"] for line in index} == {
        right.number: "",
        wrong.number: f"replaced by no. {right.number}",
        revoked.number: "revoked on 25 November 2026",
        gone.number: "the account was erased",
        late.number: "its file is still being made: ask again later",
    }
    assert [line["Name"] for line in index if line["Number"] == gone.number] == [""]


def test_a_file_that_the_storage_lost_is_named_and_the_others_are_there(client, planner):
    lost, there = drawn(), drawn()
    lost.refresh_from_db()
    lost.file.storage.delete(lost.file.name)

    archive, index = opened(asked_for(client))

    assert len(archive.namelist()) == 2
    assert ["storage" in line["Left out"] for line in index if line["Number"] == lost.number] == [
        True
    ]
    assert there.number in archive.namelist()[0]


def test_filters_choose_what_is_in_the_list_and_in_the_file(client, planner):
    here = drawn(given_name="Camille", family_name="Moreau")
    session = here.enrolment.session
    elsewhere = drawn()
    ended = datetime.datetime(2025, 6, 1, 18, tzinfo=datetime.UTC)
    Session.objects.filter(pk=elsewhere.enrolment.session_id).update(
        starts_at=ended - datetime.timedelta(hours=1), ends_at=ended
    )

    for filters in (
        {"session": session.public_id},
        {"provider": session.resource.provider.public_id},
        {"training": session.training.public_id},
        {"year": "2026"},
        {"school": here.enrolment.school.uai or here.enrolment.school.name},
        {"q": "moreau camille"},
        {"q": here.number},
    ):
        page = client.get(reverse(LIST, query=filters)).content.decode()
        _archive, index = opened(asked_for(client, **filters))
        assert (here.number in page, elsewhere.number in page) == (True, False), filters
        assert [line["Number"] for line in index] == [here.number], filters


def test_asked_twice_it_is_made_once_and_a_change_makes_another(client, planner):
    certificate = drawn()

    first, again = asked_for(client), asked_for(client)
    certificates.revoke(certificate=certificate, reason="Wrong person", by=planner)
    drawn()

    assert first == again
    assert asked_for(client) != first


def test_nothing_valid_makes_no_file_and_says_so(client, planner):
    certificates.revoke(certificate=drawn(), reason="Wrong person", by=planner)

    answer = client.post(reverse("training:certificates_as_zip"), follow=True)

    assert "None of these certificates is valid" in answer.content.decode()
    assert not Paper.objects.filter(kind="training.certificates").exists()
    assert "Download all" not in client.get(reverse(LIST)).content.decode()


def test_the_rule_counts():
    assert isinstance(rules.why_no_archive(0), NoCertificateToTake)
    assert rules.why_no_archive(1) is None
    assert rules.why_no_archive(values.MOST_IN_AN_ARCHIVE) is None
    assert isinstance(rules.why_no_archive(values.MOST_IN_AN_ARCHIVE + 1), TooManyCertificates)


def test_its_page_says_how_far_it_is_and_looks_by_itself(client, planner):
    drawn()
    client.post(reverse("training:certificates_as_zip"))
    paper = Paper.objects.get(kind="training.certificates")
    Paper.objects.filter(pk=paper.pk).update(parts=300, parts_done=120)

    waiting = client.get(reverse("people:paper", args=[paper.public_id]))
    run_worker()
    paper.refresh_from_db()
    there = client.get(reverse("people:paper", args=[paper.public_id]))
    file = client.get(reverse("people:paper_file", args=[paper.public_id]))

    assert waiting.headers["Refresh"] == "2"
    assert "120 of 300 done" in waiting.content.decode()
    assert (paper.parts, paper.parts_done) == (1, 1)
    assert "It is deleted" not in waiting.content.decode()
    assert "deleted on 27 November 2026" in there.content.decode()
    assert file.headers["Content-Type"] == "application/zip"
    assert (
        'filename="certificates-all-certificates-2026-11-25.zip"'
        in file.headers["Content-Disposition"]
    )


def test_its_file_is_its_planners_alone_and_no_more_theirs_without_the_role(client, planner):
    drawn()
    paper = asked_for(client)
    address = reverse("people:paper_file", args=[paper.public_id])

    mine = client.get(address).status_code
    client.force_login(PlannerFactory())
    colleagues = client.get(address).status_code
    planner.memberships.all().delete()
    client.force_login(planner)

    assert (mine, colleagues, client.get(address).status_code) == (200, 404, 404)


def test_it_goes_after_two_days_with_its_file(client, planner, django_capture_on_commit_callbacks):
    drawn()
    paper = asked_for(client)
    storage, name = paper.file.storage, paper.file.name
    two_days = timezone.now() + datetime.timedelta(days=2)

    sweep_papers(two_days - datetime.timedelta(minutes=1))
    stayed = storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):  # files go after the commit
        sweep_papers(two_days + datetime.timedelta(minutes=1))

    assert stayed
    assert not storage.exists(name)
    assert not Paper.objects.filter(pk=paper.pk).exists()


def test_a_storage_that_does_not_answer_fails_it_and_asking_again_heals_it(
    client, planner, monkeypatch
):
    drawn()

    def unreachable(*_args, **_kwargs):
        raise OSError("unreachable")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.files.storage.FileSystemStorage.open", unreachable)
        failed = asked_for(client)
    page = client.get(reverse("people:paper", args=[failed.public_id])).content.decode()
    healed = asked_for(client)

    assert (failed.failed, failed.file.name) == ("OSError", "")
    assert "ask once more" in page
    assert (healed.pk, bool(healed.file)) == (failed.pk, True)


def test_it_is_written_from_disk_to_disk(client, planner, monkeypatch):
    """Memory holds one piece of one file: no archive is built in it."""
    drawn()
    client.post(reverse("training:certificates_as_zip"))
    written = []
    real = zipfile.ZipFile.__init__

    def watched(self, file, *args, **kwargs):
        written.append(file)
        real(self, file, *args, **kwargs)

    monkeypatch.setattr(zipfile.ZipFile, "__init__", watched)
    draw_paper.func(Paper.objects.get(kind="training.certificates").pk)

    assert [isinstance(file, io.BytesIO) for file in written] == [False]
    assert written[0].fileno() if not written[0].closed else True


def test_the_list_costs_the_same_for_two_and_for_nine(client, planner, django_assert_num_queries):
    for _each in range(2):
        drawn()
    with CaptureQueriesContext(connection) as once:
        client.get(reverse(LIST))
    for _more in range(7):
        drawn()

    with django_assert_num_queries(len(once)):
        client.get(reverse(LIST))


def test_an_archive_costs_the_same_for_two_and_for_nine(client, planner):
    def cost() -> int:
        client.post(reverse("training:certificates_as_zip"))
        paper = Paper.objects.latest("pk")
        with CaptureQueriesContext(connection) as queries:
            draw_paper.func(paper.pk)
        return len(queries)

    for _each in range(2):
        drawn()
    two = cost()
    for _more in range(7):
        drawn()

    assert cost() == two


def test_somebody_erased_is_not_found_by_name(client, planner):
    gone = drawn(given_name="Camille", family_name="Moreau")
    gone.person.erased_at = timezone.now()
    gone.person.save()

    everything = client.get(reverse(LIST)).content.decode()
    by_name = client.get(reverse(LIST, query={"q": "moreau"})).content.decode()

    assert (gone.number in everything, "Moreau" in everything.title()) == (True, False)
    assert gone.number not in by_name


def test_who_downloaded_what_is_logged(client, planner):
    from wagtail.models import ModelLogEntry

    drawn()
    asked_for(client)

    entry = ModelLogEntry.objects.get(action="training.download_certificates")
    assert (entry.user_id, entry.data) == (planner.pk, {"number": 1})


def test_a_teacher_downloads_no_list(client):
    client.force_login(TeacherFactory())

    assert client.get(reverse(LIST)).status_code == 403
