"""Looks into one PDF, and takes out who made it and where: `<megabytes> bare|whole`, the PDF on
standard input.

`megabytes` is what its streams, pictures apart, may unpack to. `bare`: without author, programs,
dates, XMP, and without a lock against printing or copying; `whole`: these stay. The traces of
cameras in its JPEGs go either way. Answers {"pages": 3} and the PDF, or {"why": "locked"}.
"""

import contextlib
import io
import sys
import zlib

import pikepdf

from courses.documents.fenced.answer import MEGABYTE, Why, answer, limit, refuse
from courses.documents.fenced.jpeg import TRACES, bare_jpeg

MEGABYTES, SECONDS = 640, 6
OBJECTS = 100_000
DEPTH = 40
PIXELS = 120_000_000  # of one picture: readers draw a JPEG small
SIDES = (18, 14_400)  # points: a page's shortest and longest side
# Keys and kinds of actions that run something, open something else, send, or carry files (ISO
# 32000-1 §12.6.4, §7.11.4, §12.7.8).
RUNS = {
    "/JS",
    "/JavaScript",
    "/XFA",
    "/EmbeddedFiles",
    "/EmbeddedFile",
    "/RichMediaContent",
    "/RichMediaSettings",
    "/AF",
}
ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
    "/GoTo3DView",
}
TYPES = {"/EmbeddedFile", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/FileAttachment"}
PACKED_JPEG = 40 * MEGABYTE
MADE_WITH = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")
DCT = ("/DCTDecode", "/DCT")


def look(content: bytes, unpacked_bytes: int, *, is_bare: bool) -> tuple[int, bytes]:
    """How many pages it has, and the PDF as it is kept."""
    if b"%%EOF" not in content[-1_024:]:
        raise Why("broken")  # cut off: what could be read of it would lack pages
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        raise Why("locked") from None
    if len(pdf.objects) > OBJECTS:
        raise Why("dense")
    left, changes = unpacked_bytes, False
    for thing in pdf.objects:
        active(thing, 0)
        if isinstance(thing, pikepdf.Stream):
            left -= size_of(thing, left)
            changes |= without_traces(thing)
    pages = len(pdf.pages)
    if not pages:
        raise Why("broken")
    for page in pdf.pages:
        west, south, east, north = (float(side) for side in page.mediabox)
        sides = sorted((abs(east - west), abs(north - south)))
        if sides[0] < SIDES[0] or sides[1] > SIDES[1]:
            raise Why("broken")
    if is_bare:
        undress(pdf)
    elif not changes:
        return pages, content
    return pages, saved(pdf, is_bare=is_bare)


def undress(pdf: pikepdf.Pdf) -> None:
    """Who made it, with what and when; also of its single pages and pictures."""
    with contextlib.suppress(KeyError):
        del pdf.trailer["/Info"]
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            for key in MADE_WITH:
                if key in thing:
                    del thing[key]


def without_traces(stream: pikepdf.Stream) -> bool:
    """Whether a JPEG in it lost what a camera wrote.

    One that can't be read marker by marker and holds traces is broken.
    """
    said = stream.get("/Filter")
    filters = [str(one) for one in said] if isinstance(said, pikepdf.Array) else [str(said)]
    if filters[-1] not in DCT:
        return False
    content = stream.read_raw_bytes()
    for name in filters[:-1]:
        if name not in ("/FlateDecode", "/Fl"):
            return False
        content = inflated(content, PACKED_JPEG)
    if not any(trace in content for trace in TRACES):
        return False
    try:
        bare, _turned = bare_jpeg(content)
    except ValueError:
        raise Why("broken") from None
    meant = stream.get("/DecodeParms")
    own = meant[-1] if isinstance(meant, pikepdf.Array) and len(meant) else meant
    is_own = len(filters) == 1 or isinstance(meant, pikepdf.Array)
    stream.write(
        bare,
        filter=pikepdf.Name.DCTDecode,
        decode_parms=own if is_own and isinstance(own, pikepdf.Dictionary) else None,
    )
    return True


def saved(pdf: pikepdf.Pdf, *, is_bare: bool) -> bytes:
    out = io.BytesIO()
    # Objects stay packed as they came: qpdf writes a file that it can't open where a repaired one
    # gets object streams.
    pdf.save(out, encryption=False if is_bare else None)
    return out.getvalue()


def active(thing, depth: int) -> None:
    """Raises where a dictionary, or one inside it, does more than draw.

    What it points to is looked at in its own turn.
    """
    if depth > DEPTH:
        raise Why("dense")
    if isinstance(thing, pikepdf.Array):
        for one in thing:
            if isinstance(one, pikepdf.Object) and not one.is_indirect:
                active(one, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        keys = set(thing.keys())
        said = {
            str(thing.get(key))
            for key in ("/S", "/Type", "/Subtype", "/FT")
            if isinstance(thing.get(key), pikepdf.Name)
        }
        if keys & RUNS or str(thing.get("/S")) in ACTIONS or said & TYPES:
            raise Why("active")
        for key in keys:
            inside = thing.get(key)
            if isinstance(inside, pikepdf.Dictionary | pikepdf.Array) and not inside.is_indirect:
                active(inside, depth + 1)


def size_of(stream: pikepdf.Stream, most: int) -> int:
    """Return the size of a stream once unpacked, as far as it is worth knowing.

    Pictures are read one by one: their pixels count.
    """
    if stream.get("/Subtype") == "/Image":
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > PIXELS:
            raise Why("dense")
        return 0
    said = stream.get("/Filter")
    filters = [str(one) for one in said] if isinstance(said, pikepdf.Array) else [str(said)]
    content = stream.read_raw_bytes()
    for name in filters:
        if name in ("/FlateDecode", "/Fl"):
            content = inflated(content, most)
        elif name in ("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"):
            content = stream.read_bytes()
            break
    if len(content) > most:
        raise Why("dense")
    return len(content)


def inflated(content: bytes, most: int) -> bytes:
    """Return the part that can be unpacked, up to a limit: readers make do with that, too."""
    try:
        unpacked = zlib.decompressobj().decompress(content, most + 1)
    except zlib.error:
        return content
    if len(unpacked) > most:
        raise Why("dense")
    return unpacked


def main(megabytes: str, dress: str) -> None:
    limit(megabytes=MEGABYTES, seconds=SECONDS)
    try:
        pages, content = look(
            sys.stdin.buffer.read(), int(megabytes) * MEGABYTE, is_bare=dress == "bare"
        )
        answer({"pages": pages}, content)
    except Why as why:
        refuse(why)
    except (MemoryError, RecursionError):
        refuse(Why("dense"))
    except Exception:
        refuse(Why("broken"))
