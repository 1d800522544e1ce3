"""Looks into one recording, on standard input: M4A, MP3 or Ogg (Vorbis or Opus), by its content;
nothing is decoded.

Answers {"ending": "m4a", "seconds": 61} and the recording without what a telephone wrote into it
beside the sound (title, place, picture); or {"why": "broken"}, {"why": "film"}, {"why": "unknown"}.
`seconds` is 0 where the recording doesn't say.
"""

import math
import struct
import sys
from collections.abc import Iterator

from courses.documents.fenced.answer import Why, answer, limit, refuse

MEGABYTES, SECONDS = 256, 6
DEEPEST = 8
HOLDERS = {
    b"moov",
    b"trak",
    b"mdia",
}  # boxes that hold boxes, on the way to what is asked (ISO/IEC 14496-12)
BESIDE = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"}
# Kilobits a second by the header's index: MPEG 1 and MPEG 2 or 2.5, layer III (ISO/IEC 11172-3,
# 13818-3).
RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
FEWEST_FRAMES = 10
OPUS_HERTZ = 48_000


def look(content: bytes) -> tuple[str, float, bytes]:
    """Its ending, its seconds, and what is kept of it."""
    if content[4:8] == b"ftyp":
        return ("m4a", *m4a(content))
    if content[:4] == b"OggS":
        return "ogg", ogg(content), content
    if content[:3] == b"ID3" or (
        content[:1] == b"\xff" and content[1:2] and content[1] & 0xE6 == 0xE2
    ):
        return ("mp3", *mp3(content))
    raise Why("unknown")


def boxes(content: bytes | bytearray, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning of the body, end. A box that is longer than what holds it was cut off."""
    while begin < end:
        if end - begin < 8:
            raise Why("broken")
        size, kind, head = (
            int.from_bytes(content[begin : begin + 4]),
            bytes(content[begin + 4 : begin + 8]),
            8,
        )
        if size == 1:
            size, head = int.from_bytes(content[begin + 8 : begin + 16]), 16
        elif size == 0:
            size = end - begin
        if size < head or begin + size > end:
            raise Why("broken")
        yield kind, begin + head, begin + size
        begin += size


def m4a(content: bytes) -> tuple[float, bytes]:
    kept = bytearray(content)
    tracks: list[bytes] = []
    seconds = 0.0

    def read(begin: int, end: int, depth: int) -> None:
        nonlocal seconds
        if depth > DEEPEST:
            raise Why("broken")
        for kind, body, stop in boxes(content, begin, end):
            if kind in HOLDERS:
                read(body, stop, depth + 1)
            elif kind in BESIDE:
                # Emptied where it lies: places in the file are told by their distance from its
                # beginning.
                kept[body:stop] = bytes(stop - body)
                if content[body - 4 : body] == kind:  # a box of less than 4 GB
                    kept[body - 4 : body] = b"free"
            elif kind == b"hdlr":
                tracks.append(content[body + 8 : body + 12])
            elif kind == b"mvhd":
                seconds = duration_of(content[body:stop])

    read(0, len(content), 0)
    if b"vide" in tracks:
        raise Why("film")
    if set(tracks) != {b"soun"}:
        raise Why("broken")
    return seconds, bytes(kept)


def duration_of(mvhd: bytes) -> float:
    """Version 0 counts in 32 bits, version 1 in 64."""
    try:
        scale, duration = (
            struct.unpack_from(">IQ", mvhd, 20)
            if mvhd[:1] == b"\x01"
            else struct.unpack_from(">II", mvhd, 12)
        )
    except struct.error:
        raise Why("broken") from None
    return duration / scale if scale else 0


def mp3(content: bytes) -> tuple[float, bytes]:
    """The frames alone: tags before and behind them go."""
    at = 0
    while content[at : at + 3] == b"ID3":
        size = 0
        for byte in content[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size
    at += len(content[at:]) - len(content[at:].lstrip(b"\x00"))
    begin, seconds, frames = at, 0.0, 0
    while frame := frame_at(content, at):
        length, duration = frame
        if at + length > len(content):
            break
        at, seconds, frames = at + length, seconds + duration, frames + 1
    if frames < FEWEST_FRAMES:
        raise Why("broken")
    return seconds, content[begin:at]


def frame_at(content: bytes, at: int) -> tuple[int, float] | None:
    """Bytes and seconds of the frame that begins there."""
    if at + 4 > len(content):
        return None
    sync, second, third = content[at], content[at + 1], content[at + 2]
    version, layer = second >> 3 & 3, second >> 1 & 3
    if sync != 0xFF or second & 0xE0 != 0xE0 or version == 1 or layer != 1:
        return None
    index, frequency = third >> 4, third >> 2 & 3
    if index in (0, 15) or frequency == 3:
        return None
    is_first = version == 3
    hertz, samples = HERTZ[version][frequency], 1_152 if is_first else 576
    return (
        samples // 8 * RATES[is_first][index] * 1_000 // hertz + (third >> 1 & 1),
        samples / hertz,
    )


def ogg(content: bytes) -> float:
    """Page by page (RFC 3533). Sound alone."""
    at, last, hertz = 0, 0, 0
    while at < len(content):
        if content[at : at + 4] != b"OggS" or at + 27 > len(content):
            raise Why("broken")
        flags, granule, segments = (
            content[at + 5],
            int.from_bytes(content[at + 6 : at + 14], "little", signed=True),
            content[at + 26],
        )
        body = at + 27 + segments
        end = body + sum(content[at + 27 : body])
        if body > len(content) or end > len(content):
            raise Why("broken")
        if flags & 2:  # the beginning of a stream: its head
            hertz = hertz_of(content[body:end])
        last = max(last, granule)
        at = end
    return last / hertz if hertz else 0


def hertz_of(head: bytes) -> int:
    if head[:8] == b"OpusHead":
        return OPUS_HERTZ
    if head[:7] == b"\x01vorbis":
        return int.from_bytes(head[12:16], "little")
    raise Why("film" if b"theora" in head[:8] else "unknown")


def main() -> None:
    limit(megabytes=MEGABYTES, seconds=SECONDS)
    try:
        ending, seconds, kept = look(sys.stdin.buffer.read())
        answer({"ending": ending, "seconds": math.ceil(seconds)}, kept)
    except Why as why:
        refuse(why)
    except (MemoryError, RecursionError):
        refuse(Why("broken"))
