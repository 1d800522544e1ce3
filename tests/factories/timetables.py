"""Files of timetable software, and a school whose timetable they are."""

import datetime
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.agenda.models import ClassHour
from courses.agenda.values import PARIS
from courses.people.models import Person, SchoolClass, Teaching
from courses.timetables.models import TimetableImport
from tests.factories.continuity import SchoolClassFactory, teaching
from tests.factories.people import OrganisationFactory, SubjectFactory, TeacherFactory

SAMPLES = Path(__file__).parents[1] / "data" / "timetables"
CLASS_FILE = "classe-2de3-octobre-novembre.ics"
WEEK_FILE = "enseignant-une-semaine.ics"
TWO_TEACHERS_FILE = "deux-enseignants-memo.ics"
TABLE = "heures.csv"
MONDAY = datetime.date(2026, 9, 14)  # of a week A; five weeks of term begin


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def event(
    day: datetime.date,
    begins: str = "08:00",
    ends: str = "08:55",
    *,
    subject="Français",
    teacher="Mme MODELE Anne",
    where="Classe : 2de 3",
    room="",
    more=(),
) -> str:
    """One date of a lesson, as timetable software writes it: in UTC."""
    times = [
        datetime.datetime.combine(day, datetime.time.fromisoformat(hour), tzinfo=PARIS)
        for hour in (begins, ends)
    ]
    starts, over = (f"{when.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}" for when in times)
    room = room or ("B12" if subject == "Français" else "C3")
    said = f"Matière : {subject}\\nEnseignant : {teacher}\\n{where}\\nSalle : {room}\\n"
    lines = [
        "BEGIN:VEVENT",
        f"DTSTART:{starts}",
        f"DTEND:{over}",
        f"SUMMARY;LANGUAGE=fr:{subject} - {teacher}",
        f"DESCRIPTION;LANGUAGE=fr:{said}",
        *more,
        "END:VEVENT",
    ]
    return "\r\n".join(lines) + "\r\n"


def calendar(*events: str) -> bytes:
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(events) + "END:VCALENDAR\r\n").encode()


def each_week(weeks: int = 5, first: datetime.date = MONDAY, *, step: int = 1, **said) -> str:
    """The same hour in each of so many weeks; `step=2`: in every second one."""
    days = [first + datetime.timedelta(weeks=n) for n in range(0, weeks, step)]
    return "".join(event(day, **said) for day in days)


class TimetableSchool:
    """The school of the samples: their classes, teachers and subjects, spelled the same; no hour."""

    def __init__(self):
        self.school = OrganisationFactory()
        self.classes = {name: self.school_class(name) for name in ("2de 3", "1re 1", "Tle 2")}
        self.groups = {
            name: self.school_class(name, kind="group")
            for name in ("2DE LV1 GR2", "2de 3 GA", "2de 3 GB")
        }
        self.teachers = {
            family: TeacherFactory(
                works_at=self.school,
                given_name=given,
                family_name=family,
                login=f"{given}.{family}".lower(),
            )
            for given, family in (
                ("Anne", "MODELE"), ("Paul", "EXEMPLE"), ("Claire", "TYPE"), ("Luc", "SPECIMEN"),
            )
        }  # fmt: skip
        self.subjects = {
            title: SubjectFactory(code=code, title_fr=title, title_en=title)
            for code, title in (
                ("francais", "Français"), ("mathematiques", "Mathématiques"),
                ("anglais", "Anglais LV1"), ("svt", "SVT"), ("emc", "EMC"),
            )
        }  # fmt: skip

    def school_class(self, name: str, **fields) -> SchoolClass:
        return SchoolClassFactory(school=self.school, name=name, **fields)


def choose(client, leader: Person, school, *files: tuple[str, bytes], follow=True):
    """The answer to choosing these files."""
    client.force_login(leader)
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    page = reverse("continuity:timetable_files", args=[school.public_id])
    return client.post(page, {"timetables": sent}, follow=follow)


def press(client, name: str, **data):
    """A button of the last import's page."""
    one = TimetableImport.objects.first()
    return client.post(reverse(f"continuity:{name}", args=[one.public_id]), data, follow=True)


def say_yes(client, page):
    """Apply what the page shows."""
    return press(client, "apply_timetable", shown=page.context["diff"].fingerprint)


def fields_of(page, **changed) -> dict:
    """The fields of the choices as the page shows them, some of them changed: by label."""
    form = page.context["form"]
    sent = {field.html_name: field.value() for field in form}
    sent["since"] = str(sent["since"])
    for field, _row in form.word_fields:  # what a browser sends back of the page
        sent[field.html_initial_name] = field.initial
    by_label = {str(field.label): field.html_name for field in form}
    return sent | {by_label.get(label, label): value for label, value in changed.items()}


def hours() -> list[str]:
    """What the timetable holds, hour by hour, with the first day and the end."""
    rows = ClassHour.objects.select_related("teaching__school_class", "teaching__subject")
    return sorted(
        f"{hour.teaching.school_class} {hour.teaching.subject.code} {hour.weekday}"
        f" {hour.begins:%H:%M}-{hour.ends:%H:%M}{hour.rhythm and ' ' + hour.rhythm}"
        f" {hour.since:%d/%m}-{f'{hour.until:%d/%m}' if hour.until else ''}"
        for hour in rows
    )


def given(school: TimetableSchool, subject="francais", teacher="MODELE", where="2de 3") -> Teaching:
    """What the files of these tests name."""
    by_code = {one.code: one for one in school.subjects.values()}
    places = school.classes | school.groups
    return teaching(places[where], subject=by_code[subject], teacher=school.teachers[teacher])


def counts(page) -> dict[str, int]:
    found = page.context["diff"].counts
    return {name: number for name, number in found.items() if number}
