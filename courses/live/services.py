"""What happens in the rooms: they are made, people get the right to enter."""

from django.db import transaction

from courses.agenda.models import Meeting
from courses.documents.values import random_code
from courses.live.enums import RoomRole
from courses.live.models import Room, RoomPass
from courses.people.models import Person

CODE_LENGTH = 4


def room_for(meeting: Meeting) -> Room:
    """The meeting's room, made at the first call. Two callers at once get the same one."""
    return Room.objects.get_or_create(meeting=meeting, defaults={"name": _unguessable_name()})[0]


def _unguessable_name() -> str:
    """100 random bits in [a-z0-9-], in groups that can be read aloud: nothing that a server would write otherwise."""
    code = random_code(20).lower()
    return "-".join(code[i : i + 4] for i in range(0, 20, 4))


def give_pass(*, meeting: Meeting, person: Person, role: RoomRole) -> RoomPass:
    """The right to enter the meeting's room. Giving it twice gives the same one; a withdrawn one is valid again.

    Holds the room's row until commit, so that a code goes to one person only.
    """
    with transaction.atomic():
        room = Room.objects.select_for_update().get(pk=room_for(meeting).pk)
        known = room.passes.filter(person=person).first()
        if known is None:
            taken = set(room.passes.values_list("code", flat=True))
            return RoomPass.objects.create(
                room=room, person=person, role=role, code=_free_code(taken), subject=random_code(20).lower()
            )
        if known.is_withdrawn or known.role != role:
            known.is_withdrawn, known.role = False, role
            known.save(update_fields=["is_withdrawn", "role"])
    return known


def _free_code(taken: set[str]) -> str:
    while (code := random_code(CODE_LENGTH)) in taken:
        pass
    return code


def take_back_pass(*, meeting: Meeting, person: Person) -> None:
    """No entry any more. The code stays known, so that stays of before keep their name."""
    RoomPass.objects.filter(room__meeting=meeting, person=person).update(is_withdrawn=True)
