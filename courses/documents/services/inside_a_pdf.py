"""Looks into a PDF in a process of its own, which may be stopped: `python inside_a_pdf.py < file`. Imports nothing of ours.

A PDF can be made to fill the memory or to keep a processor busy for hours; here that ends with this process, not with the server.
Writes one line of JSON: {"pages": 3} or {"why": "locked"}.
"""

import io
import json
import resource
import sys
import zlib

import pikepdf

MEMORY = 512 * 1024 * 1024
SECONDS = 4
UNPACKED = 100 * 1024 * 1024
OBJECTS = 100_000
DEPTH = 40
PIXELS = 50_000_000
SIDES = (18, 14_400)  # points: a page's shortest and longest side
# Keys and kinds of actions that run something, open something else, send, or carry files (ISO 32000-1 §12.6.4, §7.11.4, §12.7.8).
RUNS = {"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/EmbeddedFile", "/RichMediaContent", "/RichMediaSettings", "/AF"}
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


class Why(Exception):
    pass


def look(content: bytes) -> int:
    if b"%%EOF" not in content[-1_024:]:
        raise Why("broken")  # cut off: what could be read of it would lack pages
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        raise Why("locked") from None
    if pdf.is_encrypted:
        raise Why("locked")
    if len(pdf.objects) > OBJECTS:
        raise Why("dense")
    unpacked = 0
    for thing in pdf.objects:
        active(thing, 0)
        if isinstance(thing, pikepdf.Stream):
            unpacked += size_of(thing)
            if unpacked > UNPACKED:
                raise Why("dense")
    pages = len(pdf.pages)
    if not pages:
        raise Why("broken")
    for page in pdf.pages:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        sides = sorted((abs(right - left), abs(top - bottom)))
        if sides[0] < SIDES[0] or sides[1] > SIDES[1]:
            raise Why("broken")
    return pages


def active(thing, depth: int) -> None:
    """Raises where a dictionary, or one inside it, does more than draw. What it points to is looked at in its own turn."""
    if depth > DEPTH:
        raise Why("dense")
    if isinstance(thing, pikepdf.Array):
        for one in thing:
            if isinstance(one, pikepdf.Object) and not one.is_indirect:
                active(one, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        keys = set(thing.keys())
        said = {str(thing.get(key)) for key in ("/S", "/Type", "/Subtype", "/FT") if isinstance(thing.get(key), pikepdf.Name)}
        if keys & RUNS or str(thing.get("/S")) in ACTIONS or said & TYPES:
            raise Why("active")
        for key in keys:
            inside = thing.get(key)
            if isinstance(inside, pikepdf.Dictionary | pikepdf.Array) and not inside.is_indirect:
                active(inside, depth + 1)


def size_of(stream) -> int:
    """What a stream holds once unpacked, as far as it is worth knowing. Pictures are read one by one: their pixels count."""
    if stream.get("/Subtype") == "/Image":
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > PIXELS:
            raise Why("dense")
        return 0
    said = stream.get("/Filter")
    filters = [str(one) for one in said] if isinstance(said, pikepdf.Array) else [str(said)]
    content = stream.read_raw_bytes()
    for name in filters:
        if name in ("/FlateDecode", "/Fl"):
            content = inflated(content)
        elif name in ("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"):
            return len(stream.read_bytes())
    return len(content)


def inflated(content: bytes) -> bytes:
    """What can be unpacked, up to a limit: readers make do with that, too."""
    try:
        unpacked = zlib.decompressobj().decompress(content, UNPACKED + 1)
    except zlib.error:
        return content
    if len(unpacked) > UNPACKED:
        raise Why("dense")
    return unpacked


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        said: dict[str, int | str] = {"pages": look(sys.stdin.buffer.read())}
    except Why as why:
        said = {"why": str(why)}
    except (MemoryError, RecursionError):
        said = {"why": "dense"}
    except Exception:
        said = {"why": "broken"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
