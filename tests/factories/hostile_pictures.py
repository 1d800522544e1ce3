"""Pictures, and what calls itself one, that do harm, are broken, or only look so.

Made here, each from a few lines.
"""

import gzip
import io
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

from tests.factories.pictures import ORIENTATION, as_file, page, photo

SCRIPT = b"<script>alert(document.domain)</script>"
HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">'
    + SCRIPT
    + b"</svg>"
)


def small() -> Image.Image:
    return page(240, 320)


def saved(picture: Image.Image, kind: str, **more) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def zipped(*names: str, content: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def with_segment(marker: int, content: bytes, of: bytes | None = None) -> bytes:
    """The segment stands first, before what the picture has of its own."""
    of = of or saved(small(), "JPEG")
    return of[:2] + segment(marker, content) + of[2:]


def jpeg_of_size(width: int, height: int) -> bytes:
    """A small picture whose header says that it is that large."""
    content = bytearray(saved(small(), "JPEG"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def webp_of_size(width: int, height: int) -> bytes:
    """28 bytes that are so many transparent pixels (VP8L: each of the five codes has one symbol, so
    that no pixel costs a bit).
    """
    bits, at = 0, 0
    for value, length in [
        (0x2F, 8),
        (width - 1, 14),
        (height - 1, 14),
        (1, 1),
        (0, 3),
        (0, 3),
        *[(1, 4)] * 5,
    ]:
        bits |= value << at
        at += length
    chunk = bits.to_bytes(-(-at // 8), "little")
    return (
        b"RIFF"
        + struct.pack("<I", 12 + len(chunk))
        + b"WEBPVP8L"
        + struct.pack("<I", len(chunk))
        + chunk
    )


def jpeg_of_scans(count: int) -> bytes:
    """A progressive picture whose last scan comes again and again."""
    content = saved(small(), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * count + content[-2:]


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def header(width: int, height: int, depth: int = 8, colour: int = 0) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def png_bomb(width: int, height: int) -> bytes:
    """White, and a thousand times as large as it looks."""
    return png(
        header(width, height, 1),
        (b"IDAT", zlib.compress(bytes(width // 8 + 1) * 1_000, 9) * 4),
        (b"IEND", b""),
    )


def png_with_text_bomb() -> bytes:
    rows = zlib.compress(bytes(101) * 100)
    return png(
        header(100, 100),
        (b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(200_000_000), 9)),
        (b"IDAT", rows),
        (b"IEND", b""),
    )


def png_that_goes_on() -> bytes:
    """Its pixels unpack to a hundred megabytes, of which the header asks for ten thousand bytes."""
    return png(header(100, 100), (b"IDAT", zlib.compress(bytes(100_000_000), 9)), (b"IEND", b""))


def heic(picture: Image.Image | None = None) -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(picture or page(600, 800)).save(
        out, quality=60, enc_params={"preset": "ultrafast"}
    )
    return out.getvalue()


def broken_exif() -> bytes:
    """Offsets that lead out of the block, and an orientation that there isn't."""
    entries = struct.pack("<HHII", ORIENTATION, 3, 1, 99) + struct.pack(
        "<HHII", 0x8769, 4, 1, 0xFFFFFFF0
    )
    return with_segment(
        0xE1, b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + struct.pack("<H", 2) + entries + b"\xff" * 8
    )


def cmyk() -> bytes:
    return saved(small().convert("CMYK"), "JPEG")


def sixteen_bits() -> bytes:
    return saved(Image.new("I;16", (240, 320), 40_000), "PNG")


def transparent() -> bytes:
    seen = small().convert("RGBA")
    seen.putalpha(Image.new("L", seen.size, 0))
    return saved(seen, "PNG")


def with_png_text() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SCRIPT.decode())
    return saved(small(), "PNG", pnginfo=told)


# What it is called → how it is made, and what is said of it.
REFUSED = {
    "nothing at all": (lambda: b"", "FileEmpty"),
    "one letter": (lambda: b"x", "KindNotTaken"),
    "a page of the web": (lambda: HTML, "KindNotTaken"),
    "a drawing that runs a script": (lambda: SVG, "KindNotTaken"),
    "a packed drawing": (lambda: gzip.compress(SVG), "KindNotTaken"),
    "a moving GIF": (
        lambda: saved(small(), "GIF", save_all=True, append_images=[small()]),
        "KindNotTaken",
    ),
    "a GIF that is a script, too": (lambda: b"GIF89a=1;" + SCRIPT, "KindNotTaken"),
    "a TIFF": (lambda: saved(small(), "TIFF"), "KindNotTaken"),
    "a BMP": (lambda: saved(small(), "BMP"), "KindNotTaken"),
    "an icon": (lambda: saved(small().resize((64, 64)), "ICO"), "KindNotTaken"),
    "a Windows program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00" + bytes(400), "KindNotTaken"),
    "a Linux program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(400), "KindNotTaken"),
    "a shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", "KindNotTaken"),
    "a Word document": (lambda: zipped("[Content_Types].xml", "word/document.xml"), "KindNotTaken"),
    "a LibreOffice document": (lambda: zipped("mimetype", "content.xml"), "KindNotTaken"),
    "a packed bomb": (lambda: zipped("a", content=bytes(50_000_000)), "KindNotTaken"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n", "KindNotTaken"),
    "a film": (
        lambda: b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(200),
        "FilmNotTaken",
    ),
    "a film of an iPhone": (
        lambda: b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + bytes(200),
        "FilmNotTaken",
    ),
    "a film of the web": (
        lambda: (
            bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d") + bytes(200)
        ),
        "FilmNotTaken",
    ),
    "a recording": (lambda: b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(200), "FilmNotTaken"),
    "a JPEG's first bytes before a script": (lambda: b"\xff\xd8\xff\xe0" + HTML, "PictureBroken"),
    "a JPEG cut in half": (lambda: photo()[:40_000], "PictureBroken"),
    "a JPEG cut in its header": (lambda: photo()[:300], "PictureBroken"),
    "a JPEG whose end was lost": (lambda: photo()[:-2], "PictureBroken"),
    "a JPEG with a segment longer than itself": (
        lambda: b"\xff\xd8\xff\xe1\xff\xff" + bytes(100),
        "PictureBroken",
    ),
    "a JPEG of four thousand million pixels": (
        lambda: jpeg_of_size(65_500, 65_500),
        "PictureTooLarge",
    ),
    "a JPEG of five hundred scans": (lambda: jpeg_of_scans(500), "PictureBroken"),
    "a JPEG of one pixel": (lambda: saved(Image.new("RGB", (1, 1)), "JPEG"), "PictureTooSmall"),
    "a strip": (lambda: saved(Image.new("RGB", (3_000, 10)), "JPEG"), "PictureTooSmall"),
    "a PNG of nine hundred million pixels": (lambda: png_bomb(30_000, 30_000), "PictureTooLarge"),
    "a WebP of 28 bytes and 49 million pixels": (
        lambda: webp_of_size(7_000, 7_000),
        "PictureTooLarge",
    ),
    "a PNG whose comment unpacks to 200 MB": (png_with_text_bomb, "PictureBroken"),
    "a PNG cut in half": (lambda: saved(small(), "PNG")[:20_000], "PictureBroken"),
    "a PNG without pixels": (lambda: png(header(100, 100), (b"IEND", b"")), "PictureBroken"),
    "a WebP cut in half": (lambda: saved(page(600, 800), "WEBP")[:3_000], "PictureBroken"),
    "a HEIC cut in half": (lambda: heic()[:4_000], "PictureBroken"),
    "a HEIC that is none": (
        lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + SCRIPT * 20,
        "PictureBroken",
    ),
}
TAKEN = {
    "a JPEG larger than its pixels": lambda: jpeg_of_size(1_000, 1_500),
    "a JPEG with another file behind it": lambda: (
        saved(small(), "JPEG") + zipped("setup.exe") + HTML
    ),
    "a JPEG with a script for a comment": lambda: with_segment(0xFE, SCRIPT),
    "a JPEG that says it is a PDF": lambda: with_segment(
        0xFE, b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(x)>>"
    ),
    "a JPEG with a script for a profile": lambda: with_segment(
        0xE2, b"ICC_PROFILE\x00\x01\x01" + SCRIPT * 900
    ),
    "a JPEG with a script for XMP": lambda: with_segment(
        0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SCRIPT
    ),
    "a JPEG whose EXIF leads out of itself": broken_exif,
    "a JPEG of two pictures": lambda: saved(small(), "MPO", save_all=True, append_images=[small()]),
    "a JPEG for printers": cmyk,
    "a JPEG in grey": lambda: saved(small().convert("L"), "JPEG"),
    "a progressive JPEG": lambda: saved(small(), "JPEG", progressive=True),
    "a PNG with a script for a text": with_png_text,
    "a PNG whose pixels go on for 100 MB": png_that_goes_on,
    "a PNG of sixteen bits": sixteen_bits,
    "a PNG that is all transparent": transparent,
    "a PNG of few colours": lambda: saved(small().convert("P"), "PNG"),
    "a moving PNG": lambda: saved(small(), "PNG", save_all=True, append_images=[small()]),
    "a moving WebP": lambda: saved(small(), "WEBP", save_all=True, append_images=[small()]),
    "a WebP": lambda: as_file(page(600, 800), "WEBP"),
    "a HEIC": heic,
}
