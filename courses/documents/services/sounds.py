"""Recordings that people send: looked into, never decoded here."""

import magic

from courses.documents.exceptions import FilmForSound, SoundBroken, SoundKindNotTaken, SoundTooLong
from courses.documents.services import fence
from courses.documents.values import Sound
from courses.exceptions import Refusal

LOOKED_AT = 64 * 1024
MINUTE = 60  # seconds
TYPES = {"m4a": "audio/mp4", "mp3": "audio/mpeg", "ogg": "audio/ogg"}
WHY: dict[str, type[Refusal]] = {
    "broken": SoundBroken,
    "film": FilmForSound,
    "unknown": SoundKindNotTaken,
}
# What libmagic calls recordings: M4A is often a film to it, and Ogg any Ogg.
CALLED = ("audio/", "video/mp4", "video/3gpp", "video/quicktime", "video/ogg", "application/ogg")


def sounds_like_a_recording(content: bytes) -> bool:
    """Whether it begins like a recording. Whether it is one is seen by `sound`."""
    begins_like_mp3 = content[:3] == b"ID3" or (
        content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE6 == 0xE2
    )
    return begins_like_mp3 or (
        bool(content) and magic.from_buffer(content[:LOOKED_AT], mime=True).startswith(CALLED)
    )


def sound(content: bytes, *, most_minutes: int, person_id: int | None = None) -> Sound:
    """The recording without title, place and picture. Opened in a fenced process, of which there
    are two at once, one per person.

    Raises a `Refusal` for what is broken, a film, of another kind or too long; and
    `TooManyFilesAtOnce`.
    """
    try:
        with fence.place(person_id):
            told, kept = fence.run("sound", content=content)
    except fence.FenceBroken as error:
        raise SoundBroken from error
    if why := told.get("why"):
        raise WHY[why]
    if told["seconds"] > most_minutes * MINUTE + 1:
        raise SoundTooLong(minutes=-(-told["seconds"] // MINUTE), most=most_minutes)
    return Sound(kept, told["ending"], TYPES[told["ending"]], told["seconds"])
