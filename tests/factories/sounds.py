"""Recordings as telephones make them, each from a few lines; nobody speaks."""

import struct
import zlib

from continuity.demo.recordings import silence


def box(kind: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I", 8 + len(content)) + kind + content


def m4a(seconds: int = 61, *, tracks: tuple[bytes, ...] = (b"soun",), told: bytes = b"") -> bytes:
    head = box(b"mvhd", bytes(12), struct.pack(">II", 1_000, seconds * 1_000), bytes(80))
    media = [box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), kind, bytes(12)))) for kind in tracks]
    beside = [box(b"udta", told)] if told else []
    return (
        box(b"ftyp", b"M4A \x00\x00\x00\x00M4A mp42isom")
        + box(b"moov", head, *media, *beside)
        + box(b"mdat", bytes(4_000))
    )


def mp3(seconds: int = 61, *, told: bytes = b"") -> bytes:
    """`told` stands in a tag before the sound, as a title or a place does."""
    size = len(told)
    tag = (
        b"ID3\x04\x00\x00"
        + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
        + told
        if told
        else b""
    )
    return tag + silence(seconds)


def page(body: bytes, *, granule: int, flags: int = 0, number: int = 0) -> bytes:
    lengths = [*[255] * (len(body) // 255), len(body) % 255]
    head = (
        b"OggS\x00"
        + struct.pack("<BqIII", flags, granule, 7, number, 0)
        + bytes([len(lengths), *lengths])
    )
    return head[:22] + struct.pack("<I", zlib.crc32(head + body)) + head[26:] + body


def ogg(
    seconds: int = 61, *, head: bytes = b"OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"
) -> bytes:
    return page(head, granule=0, flags=2) + page(
        bytes(900), granule=seconds * 48_000, flags=4, number=1
    )
