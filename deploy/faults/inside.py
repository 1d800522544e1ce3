"""What the harness asks of the site's own database and storages: run with the site's environment.

python inside.py WORD < JSON > JSON
"""

import datetime
import json
import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
django.setup()

from django.tasks import TaskResultStatus  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402
from wagtail import hooks  # noqa: E402

from cms.today.models import Heartbeat  # noqa: E402
from continuity.enums import Returns  # noqa: E402
from continuity.models import Assignment, HandIn, Homework, PlanItem  # noqa: E402
from courses.digest.enums import Hook  # noqa: E402
from courses.documents.values import public_id  # noqa: E402
from courses.jobs.models import PeriodicRun  # noqa: E402
from courses.jobs.values import EVERY_MINUTE, name_of  # noqa: E402
from courses.mail.enums import LetterState  # noqa: E402
from courses.mail.models import Letter  # noqa: E402
from courses.people.models import ClassMembership, Person  # noqa: E402

PATIENCE = 150  # seconds until PDFs are bound and letters sent
BACKEND = "courses.people.backends.LoginOrMailBackend"


def places(asked: dict) -> dict:
    """Give new homework to a class, and log its students in: `count` pairs of student and homework,
    none handed in. And people with an address, for letters.
    """
    now = timezone.now()
    items = PlanItem.objects.shown().filter(assignment__homework__returns=Returns.PHOTOS)
    item = items.order_by("-day", "pk").first()
    if item is None:
        sys.exit("The site has no homework that asks for photos: is the demo loaded?")
    members = ClassMembership.objects.filter(
        school_class=item.part.teaching.school_class, until__isnull=True, since__lte=item.day
    )
    students = list(Person.objects.filter(pk__in=members.values("student"), is_active=True))
    sessions = {student.pk: session_of(student) for student in students}
    found = []
    while len(found) < asked["count"]:
        slug = given_anew(item, due_at=now + datetime.timedelta(days=5))
        found += [{"session": sessions[one.pk], "homework": slug} for one in students]
    chosen = Person.objects.filter(is_active=True).exclude(email=None).exclude(email="")
    # Asked for twice within five minutes it is one letter.
    chosen = chosen.exclude(letters__posted_at__gte=now - datetime.timedelta(minutes=6))
    addresses = list(chosen.order_by("pk").values_list("email", flat=True)[: asked["letters"]])
    return {"places": found[: asked["count"]], "addresses": addresses}


def session_of(person: Person) -> str:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client.cookies["sessionid"].value


def given_anew(item: PlanItem, *, due_at: datetime.datetime) -> str:
    """Give a copy of the homework to the same class on the same day; return the public id of its
    assignment.
    """
    homework = Homework.objects.get(pk=item.assignment.homework_id)
    homework.pk, homework.public_id, homework.title = None, public_id(), "Pendant la panne"
    homework.save()
    teaching = item.assignment.teaching
    given = Assignment.objects.create(homework=homework, teaching=teaching, due_at=due_at)
    PlanItem.objects.create(
        part=item.part, kind=item.kind, day=item.day, title=homework.title, assignment=given,
        position=PlanItem.objects.filter(part=item.part, day=item.day).count(),
    )  # fmt: skip
    return given.public_id


def lost(told: dict) -> dict:
    """What people were told is done and isn't, and what is there twice; waits for PDFs and letters."""
    found = {"lost": [], "twice": [], "late": []}
    for handin in told["handins"]:
        look_for(handin, found)
    end = time.monotonic() + told.get("patience", PATIENCE)
    numbers = [one["number"] for one in told["handins"]]
    posted = datetime.datetime.fromisoformat(told["since"])
    letters = Letter.objects.filter(
        to__email__in=[one["to"] for one in told["letters"]], posted_at__gte=posted
    )
    named = set(letters.values_list("to__email", flat=True))
    found["lost"] += [f"letter to {one['to']}" for one in told["letters"] if one["to"] not in named]
    while True:
        unbound = HandIn.objects.filter(receipt_number__in=numbers).without_pdf().count()
        unsent = letters.exclude(state=LetterState.SENT).count()
        if not unbound and not unsent:
            break
        if time.monotonic() > end:
            found["late"] = [f"{unbound} PDFs, {unsent} letters"]
            break
        time.sleep(1)
    for handin in HandIn.objects.filter(receipt_number__in=numbers).exclude(pdf=""):
        with handin.pdf.open("rb") as file:
            if file.read(5) != b"%PDF-":
                found["lost"].append(f"PDF of {handin.receipt_number}")
    found["sent"] = list(letters.filter(state=LetterState.SENT).values_list("public_id", flat=True))
    return found


def look_for(told: dict, found: dict[str, list]) -> None:
    handin = HandIn.objects.filter(receipt_number=told["number"]).first()
    if handin is None:
        found["lost"].append(f"hand-in {told['number']}")
        return
    parts = list(handin.parts.all())
    if handin.text != told["text"]:
        found["lost"].append(f"text of {handin.receipt_number}")
    if told["checksum"] not in {part.checksum for part in parts}:
        found["lost"].append(f"photo of {handin.receipt_number}")
    versions = HandIn.objects.filter(assignment=handin.assignment_id, student=handin.student_id)
    if len(parts) > 1 or versions.count() > 1:
        found["twice"].append(f"{handin.receipt_number}: {len(parts)} photos")
    for part in parts:
        with part.file.open("rb") as file:
            content = file.read()
        if len(content) != part.size_bytes or content[:2] != b"\xff\xd8":
            found["lost"].append(f"file of a photo of {handin.receipt_number}")


def hurry(asked: dict) -> dict:
    """Move the clock of what waits: jobs of a killed worker began sixteen minutes ago, jobs that failed
    ended a day ago, letters that were tried in vain are due now.
    """
    now = timezone.now()
    long_ago, a_day_ago = now - datetime.timedelta(minutes=16), now - datetime.timedelta(days=1)
    running = DBTaskResult.objects.running()
    held = running.filter(started_at__lt=now - datetime.timedelta(seconds=30))
    held = held.update(started_at=long_ago)
    failed = DBTaskResult.objects.failed().filter(finished_at__gt=a_day_ago)
    pdfs = failed.filter(task_path__endswith=".bind_photos").count()
    failed.update(finished_at=a_day_ago)
    HandIn.objects.without_pdf().update(handed_in_at=long_ago)
    Letter.objects.filter(state=LetterState.WAITING, not_before__gt=now, attempts__gt=0).update(
        not_before=now
    )
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    waiting = ready.filter(run_after__gt=now, run_after__year__lt=9000)
    return {"held": held, "due": pdfs + waiting.update(run_after=now)}


def three_hours(asked: dict) -> dict:
    """As if the tick had been dead for three hours, and PDFs' jobs with it."""
    then = timezone.now() - datetime.timedelta(hours=3)
    PeriodicRun.objects.update(started_at=then, ended_at=then, succeeded_at=then)
    Heartbeat.objects.filter(name="tick").update(at=then)
    removed, _each = DBTaskResult.objects.ready().filter(task_path__endswith="bind_photos").delete()
    HandIn.objects.without_pdf().update(handed_in_at=then)
    return {"removed": removed, "then": then.isoformat()}


def ticked(asked: dict) -> dict:
    """Periodic jobs that fell due within the three hours, those of them that haven't ended well since,
    and PDFs that were missing and still are.
    """
    then = datetime.datetime.fromisoformat(asked["then"])
    until = then + datetime.timedelta(hours=3)
    schedules = {
        name_of(hook): getattr(hook, "period", EVERY_MINUTE) for hook in hooks.get_hooks(Hook.TICK)
    }
    due = [name for name, schedule in schedules.items() if schedule.due_at(until) > then]
    done = PeriodicRun.objects.filter(name__in=due, succeeded_at__gt=then)
    return {
        "due": len(due),
        "late": sorted(set(due) - set(done.values_list("name", flat=True))),
        "unbound": HandIn.objects.without_pdf().filter(handed_in_at__lte=then).count(),
    }


WORDS = {word.__name__: word for word in (places, lost, hurry, three_hours, ticked)}

if __name__ == "__main__":
    os.umask(0o022)
    json.dump(WORDS[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
