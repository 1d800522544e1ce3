"""The provider's own list beside what the room saw: read, matched, corrected, attested, erased."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from courses.exceptions import Refusal
from tests.factories.attendance import absent, held_session, seated, was_there
from tests.factories.people import PlannerFactory
from training.enums import AttendanceVerdict, Attested
from training.exceptions import LinesToCheck, NobodyToMark, NotInTheList, SheetClosed
from training.models import Certificate, ProviderRow
from training.queries.attendance import sheet_page
from training.services import attendance, provider_lists
from training.values import Decision

pytestmark = pytest.mark.django_db

LIST = (
    "Nom;Durée;Adresse de courriel\r\n"
    "DELAUNAY Anne;01:05:30;anne@example.org\r\n"
    "Chloé Bertin;40 min;\r\n"
    "Chloé Bertin;25 min;\r\n"
    "iPad de Farid;70;\r\n"
)


@pytest.fixture
def sheet():
    """Of a meeting of an hour and a half that took place in the provider's tool."""
    session = held_session()
    for given, family in (("Anne", "Delaunay"), ("Chloé", "Bertin"), ("Zoé", "Absente")):
        seated(session, given_name=given, family_name=family)
    return attendance.prefill(session.meetings[0].pk)


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


def page(sheet, name="provider_list"):
    return reverse(f"training:{name}", args=[sheet.public_id])


def chosen_file(content, name="liste.csv"):
    content = content.encode("cp1252") if isinstance(content, str) else content
    return {"file": SimpleUploadedFile(name, content)}


def uploaded(client, sheet, content, name="liste.csv"):
    """The preview, saved; gives the preview's words."""
    preview = client.post(page(sheet), chosen_file(content, name))
    assert preview.status_code == 200, preview.content.decode()
    client.post(page(sheet), {"kept": preview.context["kept"]})
    return preview


def line(sheet, name):
    return sheet.lines.get(shown_name__startswith=name)


def matched(client, sheet, **people):
    """`Anne="DELAUNAY Anne"`: the line of Anne has the list's lines of that name."""
    fields = {f"of-{row.pk}": "" for row in sheet.provider_rows.all()}
    for given, name in people.items():
        for row in sheet.provider_rows.filter(name=name):
            fields[f"of-{row.pk}"] = line(sheet, given).public_id
    client.post(page(sheet, "match_provider_list"), fields)


def minutes(sheet):
    return {
        one.shown_name.partition(",")[0]: one.provider_minutes for one in sheet.lines.participants()
    }


def test_a_list_in_windows_encoding_is_read_and_kept_with_lines_of_nobody(client, sheet, planner):
    preview = uploaded(client, sheet, LIST).content.decode()

    for words in ("DELAUNAY Anne", "66 min", "40 min", "iPad de Farid", "70 min"):
        assert words in preview
    assert list(ProviderRow.objects.values_list("name", "minutes", "line")) == [
        ("DELAUNAY Anne", 66, None),
        ("Chloé Bertin", 40, None),
        ("Chloé Bertin", 25, None),
        ("iPad de Farid", 70, None),
    ]
    matching = client.get(page(sheet)).content.decode()
    assert matching.count("Proposed, because the names are the same.") == 2
    assert matching.count("Matched to nobody yet.") == 1
    assert minutes(sheet) == {"Anne": None, "Chloé": None, "Zoé": None}  # no name is enough


def test_matched_minutes_are_added_attested_and_the_list_goes_with_closing(client, sheet, planner):
    uploaded(client, sheet, LIST)
    matched(client, sheet, Anne="DELAUNAY Anne", Chloé="Chloé Bertin")
    assert minutes(sheet) == {"Anne": 66, "Chloé": 65, "Zoé": None}
    trainer = sheet.session.trainers.get()
    trainer.language = "en"
    trainer.save()
    client.force_login(trainer)
    shown = client.get(reverse("training:sheet", args=[sheet.public_id])).content.decode()
    assert "Provider’s list: 66 min" in shown
    assert "66 min, as in the provider’s list" in shown
    assert "DELAUNAY" not in shown  # the provider's trainer sees no name of ours

    sheet.refresh_from_db()
    decisions = {
        line(sheet, "Anne").public_id: Decision(Attested.PROVIDER),
        line(sheet, "Chloé").public_id: Decision(Attested.NUMBER, 90, "Heard until the end."),
        line(sheet, "Zoé").public_id: Decision(Attested.NONE),
    }
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=decisions)

    assert not ProviderRow.objects.exists()
    kept = {
        one.shown_name.partition(",")[0]: (one.provider_minutes, one.attested_minutes)
        for one in sheet.lines.all()
    }
    assert kept == {"Anne": (66, 66), "Chloé": (65, 90), "Zoé": (None, 0)}
    assert Certificate.objects.count() == 1  # 68 of 90 min are needed


def test_a_corrected_upload_shows_the_difference_and_keeps_who_was_matched(client, sheet, planner):
    uploaded(client, sheet, LIST)
    matched(client, sheet, Anne="DELAUNAY Anne", Chloé="Chloé Bertin")
    corrected = "name,duration\nDELAUNAY Anne,80 min\nChloé Bertin,40 min\nNew One,1 h 05\n"

    preview = uploaded(client, sheet, corrected.encode()).content.decode()

    assert "66 min</s>" in preview
    assert "80 min" in preview
    assert "2 lines of the earlier list aren’t in this one and go:" in preview
    assert minutes(sheet) == {"Anne": 80, "Chloé": 40, "Zoé": None}
    assert list(ProviderRow.objects.values_list("number", "name")) == [
        (2, "DELAUNAY Anne"),
        (3, "Chloé Bertin"),
        (4, "New One"),
    ]


def test_a_workbook_is_read_like_a_csv(client, sheet, planner):
    book = Workbook()
    book.active.append(["Participant", "Duration (Minutes)", "Guest"])
    book.active.append(["Anne Delaunay", datetime.timedelta(minutes=65, seconds=30), "no"])
    book.active.append(["Chloé Bertin", 40, "no"])
    file = io.BytesIO()
    book.save(file)

    uploaded(client, sheet, file.getvalue(), "list.xlsx")

    assert list(ProviderRow.objects.values_list("name", "minutes")) == [
        ("Anne Delaunay", 66),
        ("Chloé Bertin", 40),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 nothing", "This workbook (XLSX) can’t be opened"),
        (b"name;minutes\n", "This table has no line under its headings."),
        (b"who;what\nAnne;65\n", "None of the first 15 lines has the headings of these columns"),
        (b"%PDF-1.4 nothing", "write these headings above their columns"),
    ],
    ids=["a broken workbook", "headings alone", "other columns", "no table"],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(client, sheet, planner, content, words):
    answer = client.post(page(sheet), chosen_file(content))

    assert answer.status_code == 422
    assert words in answer.content.decode()


TEAMS = (
    "1. Résumé\r\nTitre de la réunion\tGéométrie\r\nParticipants\t2\r\n\r\n2. Participants\r\n"
    "Nom\tPremière connexion\tDurée de la réunion\tDurée dans la réunion\r\n"
    "Anne Delaunay\t25/11/2026 14:30\t90\t1 h 5 min 3 s\r\n"
    "Chloé Bertin\t25/11/2026 14:30\t90\t40 min\r\n"
    "\r\n3. Activités dans la réunion\r\n"
    "Nom\tHeure de connexion\tHeure de départ\tDurée\r\n"
    "Anne Delaunay\t25/11/2026 14:30\t25/11/2026 15:35\t1 h 5 min 3 s\r\n"
).encode("utf-16")
ZOOM = (
    "Meeting ID,Topic,Duration (Minutes),Participants\n123,Geometry,90,2\n\n"
    "Name (Original Name),User Email,Duration (Minutes)\n"
    "Anne Delaunay,,65\nChloé Bertin,,40\n"
).encode("utf-8-sig")


@pytest.mark.parametrize(
    "content", [TEAMS, ZOOM], ids=["UTF-16, with tabs", "a line of the meeting"]
)
def test_a_report_with_lines_above_its_headings_is_read(client, sheet, planner, content):
    uploaded(client, sheet, content)

    assert list(ProviderRow.objects.values_list("name", "minutes")) == [
        ("Anne Delaunay", 65),
        ("Chloé Bertin", 40),
    ]


def test_lines_after_an_empty_line_still_are_of_the_list(client, sheet, planner):
    uploaded(client, sheet, "Nom;Durée\nAnne;65\n\nChloé;\n")

    assert list(ProviderRow.objects.values_list("number", "name")) == [(2, "Anne"), (4, "Chloé")]


def test_a_duration_that_cannot_be_read_is_shown_with_its_line_and_nothing_is_saved(
    client, sheet, planner
):
    answer = client.post(page(sheet), chosen_file("nom;durée\nAnne;longtemps\n"))

    assert "“longtemps” is no duration." in answer.content.decode()
    client.post(page(sheet), {"kept": answer.context["kept"]})
    assert not ProviderRow.objects.exists()


def test_an_erased_list_takes_its_minutes_along_and_what_was_chosen_falls_back(
    client, sheet, planner
):
    uploaded(client, sheet, LIST)
    matched(client, sheet, Anne="DELAUNAY Anne")
    sheet.refresh_from_db()
    trainer = sheet.session.trainers.get()
    anne = line(sheet, "Anne").public_id
    attendance.save(
        sheet=sheet,
        decisions={anne: Decision(Attested.PROVIDER)},
        revision=sheet.revision,
        by=trainer,
    )

    client.post(page(sheet, "erase_provider_list"))

    assert not ProviderRow.objects.exists()
    assert line(sheet, "Anne").is_to_check
    sheet.refresh_from_db()
    with pytest.raises(NotInTheList):
        attendance.save(
            sheet=sheet,
            decisions={anne: Decision(Attested.PROVIDER)},
            revision=sheet.revision,
            by=trainer,
        )


def test_a_closed_sheet_takes_no_list(client, sheet, planner):
    trainer = sheet.session.trainers.get()
    preview = client.post(page(sheet), chosen_file(LIST))
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))

    client.post(page(sheet), {"kept": preview.context["kept"]})
    with pytest.raises(SheetClosed):
        provider_lists.match(sheet=sheet, chosen={}, by=planner)

    assert not ProviderRow.objects.exists()
    assert client.get(page(sheet)).status_code == 302


# To check, and all in one press


def test_nothing_unmarked_closes_as_absent(sheet):
    trainer = sheet.session.trainers.get()

    with pytest.raises(LinesToCheck) as refused:
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    assert "Zoé" in refused.value.reason

    closed = attendance.close(
        sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet)
    )
    assert closed.is_closed


def test_all_present_in_one_press_keeps_what_was_marked_otherwise(client, sheet):
    trainer = sheet.session.trainers.get()
    attendance.save(
        sheet=sheet,
        decisions={line(sheet, "Zoé").public_id: Decision(Attested.NONE)},
        revision=sheet.revision,
        by=trainer,
    )
    sheet.refresh_from_db()
    client.force_login(trainer)

    form = {"what": "all", "reason": "Held in their own tool.", "revision": sheet.revision}
    for _tap in range(2):
        answer = client.post(page(sheet, "mark_all"), form)
        assert answer.status_code == 302

    marked = {
        one.shown_name.partition(",")[0]: (one.choice, one.reason) for one in sheet.lines.all()
    }
    assert marked == {
        "Anne": ("whole", "Held in their own tool."),
        "Chloé": ("whole", "Held in their own tool."),
        "Zoé": ("none", ""),
    }
    sheet.refresh_from_db()
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    assert Certificate.objects.count() == 2


def test_those_to_check_are_marked_absent_in_one_press_and_those_seen_stay(sheet):
    trainer, meeting = sheet.session.trainers.get(), sheet.meeting
    anne = line(sheet, "Anne").participation.enrolment.teacher
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, anne, (0, 80))
    sheet = attendance.prefill(meeting.pk)

    marked = attendance.mark_all(
        sheet=sheet, choice=Attested.NONE, reason="", revision=sheet.revision, by=trainer
    )

    assert marked == 2
    assert line(sheet, "Anne").choice == Attested.MEASURED
    sheet.refresh_from_db()
    with pytest.raises(NobodyToMark):
        attendance.mark_all(
            sheet=sheet, choice=Attested.NONE, reason="", revision=sheet.revision, by=trainer
        )


def test_whoever_is_in_the_list_is_not_among_those_who_were_not_there(client, sheet, planner):
    uploaded(client, sheet, LIST)
    matched(client, sheet, Anne="DELAUNAY Anne")
    trainer = sheet.session.trainers.get()
    trainer.language = "en"
    trainer.save()
    client.force_login(trainer)

    def pressed(what):
        sheet.refresh_from_db()
        form = {"what": what, "reason": "", "revision": sheet.revision}
        return client.post(page(sheet, "mark_all"), form, follow=True).content.decode()

    assert "1 person as in the provider’s list" in client.get(page(sheet, "sheet")).content.decode()
    assert "2 lines are marked." in pressed("absent")
    assert line(sheet, "Anne").is_to_check
    assert "1 line is marked." in pressed("list")
    assert "Nobody is left to mark" in pressed("list")

    choices = {one.shown_name.partition(",")[0]: one.choice for one in sheet.lines.all()}
    assert choices == {"Anne": "provider", "Chloé": "none", "Zoé": "none"}
    sheet.refresh_from_db()
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    assert line(sheet, "Anne").attested_minutes == 66


def test_all_present_needs_a_reason(sheet):
    with pytest.raises(Refusal):
        attendance.mark_all(
            sheet=sheet,
            choice=Attested.WHOLE,
            reason=" ",
            revision=sheet.revision,
            by=sheet.session.trainers.get(),
        )
    assert not sheet.lines.filter(choice=Attested.WHOLE).exists()


def test_the_proposal_is_what_the_list_says_where_the_room_saw_nothing(client, sheet, planner):
    content = "nom;durée\nAnne D.;66"
    uploaded(client, sheet, content)
    matched(client, sheet, Anne="Anne D.")
    trainer = sheet.session.trainers.get()
    for choice in (Attested.PROVIDER, Attested.NONE):
        sheet.refresh_from_db()
        attendance.mark_all(
            sheet=sheet, choice=choice, reason="", revision=sheet.revision, by=trainer
        )
    sheet.refresh_from_db()
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)

    rows = sheet_page(sheet, sees_names=True, is_over=True).rows

    proposed = {row.line.shown_name.partition(",")[0]: row.proposal for row in rows}
    assert proposed["Anne"] == rows[0].verdict == AttendanceVerdict.PARTIAL


def test_a_list_saved_by_two_presses_is_saved_and_says_so_twice(client, sheet, planner):
    kept = uploaded(client, sheet, LIST).context["kept"]
    again = client.post(page(sheet), {"kept": kept}, follow=True).content.decode()

    assert "The list is saved. Now say whose its lines are." in again
    assert "Nothing was saved" not in again
    assert ProviderRow.objects.count() == 4
