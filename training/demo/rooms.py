"""One session of the demo takes place in its provider's own tool, with a plan B ready."""

from courses.mail.models import Letter
from training.enums import Letters
from training.models import Session
from training.services import rooms
from training.values import RoomFields

IN_ITS_OWN_TOOL = "langues"
ROOM = RoomFields(
    address="https://visio.educarte.example/salle/langues",
    tool="Visio Educ’Arte",
    learns="Le nom que vous tapez, votre adresse sur le réseau, vos heures d’arrivée et de départ.",
    plan_b_words="Par téléphone, au 02 00 00 00 00, code 2020.",
)


def set_up(world, trainings) -> None:
    training = trainings[IN_ITS_OWN_TOOL]
    for session in Session.objects.filter(training=training).to_come(world.now):
        trainer = session.trainers.get()
        rooms.set_room(session=session, meeting=None, fields=ROOM, by=trainer, now=world.now)
    # as if it had been so when people enrolled
    Letter.objects.filter(kind=Letters.ROOM_CHANGED).delete()
