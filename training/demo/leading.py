"""Demo material and advance questions, in sessions to come of the demo's trainer."""

import datetime
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.people.models import Membership, Person, Subject
from training.demo.stories import TEXTS
from training.models import Enrolment, Session
from training.services import material, questions, taught
from training.values import FEWEST_ANSWERS

HOUR = datetime.timedelta(hours=1)
TRAINER = "formatrice.demo"


def set_up(world) -> None:
    trainer, said = world.people[TRAINER], TEXTS["material"]
    coming = Session.objects.led_by(trainer).to_come(world.now).held().order_by("starts_at")
    asked = False
    for session in coming.select_related("training__resource"):
        given = {"session": session, "meeting": None, "by": trainer, "now": world.now - HOUR}
        text = SimpleUploadedFile("fiche.txt", said["file_text"].encode())
        material.deposit(**given, key=a_key(world), title=said["file"], sent=text)
        if address := session.training.resource.url:
            material.deposit(**given, key=a_key(world), title=said["link"], address=address)
        if session.starts_at > world.now and not asked:
            asked = ask(world, session)
    teach_alike(trainer, world.now)
    taught.count_at_start(world.now)


def teach_alike(trainer: Person, now: datetime.datetime) -> None:
    """Enough participants of the trainer's best attended session teach the same subject for it to be
    shown as a number.
    """
    begun = Session.objects.led_by(trainer).held().filter(starts_at__lte=now).with_counts()
    session = begun.order_by("-seats_taken", "-starts_at").first()
    if session is None:
        return
    seats = Enrolment.objects.filter(session=session).holding_a_seat().values("teacher")
    teaching = Membership.objects.teaching().on(session.first_day).filter(person__in=seats)
    subject = Subject.objects.filter(pk__in=teaching.values("subjects")).order_by("code").first()
    for membership in teaching.order_by("person", "pk")[: FEWEST_ANSWERS + 1] if subject else ():
        membership.subjects.add(subject)


def ask(world, session: Session) -> bool:
    """Whether somebody had a seat to ask from."""
    seats = session.enrolments.holding_a_seat().order_by("pk")
    pairs = list(zip(seats, TEXTS["questions"]["of_participants"], strict=False))
    for seat, text in pairs:
        questions.ask(enrolment=seat, text=text, key=a_key(world), now=world.now - HOUR)
    return bool(pairs)


def a_key(world) -> UUID:
    return UUID(int=world.rng.getrandbits(128), version=4)
