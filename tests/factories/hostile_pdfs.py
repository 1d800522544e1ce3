"""PDFs that run, carry, lock, loop or swell; and some that only look so.

Made here, each from a few lines.
"""

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.factories.hostile_pictures import HTML

A4 = (595, 842)


def pdf(
    change: Callable[[pikepdf.Pdf], object] | None = None, *, pages: int = 1, **saving
) -> bytes:
    """Pages with a line of writing each, changed as said."""
    made = pikepdf.new()
    for number in range(pages):
        page = made.add_blank_page(page_size=A4)
        page.obj.Resources = Dictionary(
            Font=Dictionary(
                F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            )
        )
        page.obj.Contents = made.make_stream(
            f"BT /F 24 Tf 60 700 Td (Page {number + 1} of my work) Tj ET".encode()
        )
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **({"static_id": True} | saving))
    return out.getvalue()


def javascript() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def opens_with(action) -> Callable:
    return lambda made: setattr(made.Root, "OpenAction", action)


def links_to(action) -> Callable:
    """A link over the whole page."""
    return annotated(Subtype=Name.Link, A=action)


def annotated(**said) -> Callable:
    def change(made):
        made.pages[0].obj.Annots = Array(
            [made.make_indirect(Dictionary(Type=Name.Annot, Rect=[0, 0, 595, 842], **said))]
        )

    return change


def attached(made) -> None:
    made.attachments["virus.exe"] = b"MZ\x90\x00"


def with_form(made) -> None:
    """A field that somebody has filled, whose page shows nothing of it by itself."""
    field = made.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("name"),
            V=String("Filled by Zoe"),
            Rect=[60, 500, 400, 540],
            DA=String("/F 18 Tf 0 g"),
            F=4,
            P=made.pages[0].obj,
        )
    )
    font = made.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    made.Root.AcroForm = Dictionary(
        Fields=[field],
        DR=Dictionary(Font=Dictionary(F=font)),
        DA=String("/F 18 Tf 0 g"),
        NeedAppearances=True,
    )
    made.pages[0].obj.Annots = Array([field])


def with_xfa(made) -> None:
    made.Root.AcroForm = Dictionary(
        Fields=[], XFA=made.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    )


def named_script(made) -> None:
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=[String("x"), javascript()]))


def chained(made) -> None:
    """A harmless action whose next one isn't."""
    harmless = Dictionary(S=Name.GoTo, D=[made.pages[0].obj, Name.Fit], Next=Array([javascript()]))
    made.pages[0].obj.AA = Dictionary(O=harmless)


def bomb(size: int) -> Callable:
    """A page that unpacks to that many bytes."""

    def change(made):
        packer = zlib.compressobj(9)
        packed = (
            b"".join(packer.compress(b" " * 1_000_000) for _n in range(size // 1_000_000))
            + packer.flush()
        )
        stream = pikepdf.Stream(made, b"")
        stream.write(packed, filter=Name.FlateDecode)
        made.pages[0].obj.Contents = made.make_indirect(stream)

    return change


def giant_picture(made) -> None:
    picture = pikepdf.Stream(made, b"\x00")
    picture.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=60_000,
        Height=60_000,
        BitsPerComponent=1,
        ColorSpace=Name.DeviceGray,
    )
    made.pages[0].obj.Resources.XObject = Dictionary(Im=made.make_indirect(picture))


def nested(depth: int) -> Callable:
    def change(made):
        inner = Array([])
        for _n in range(depth):
            inner = Array([inner])
        made.Root.Deep = inner

    return change


def many_objects(count: int) -> Callable:
    return lambda made: setattr(
        made.Root, "Many", Array([made.make_indirect(Dictionary(A=n)) for n in range(count)])
    )


def boxed(*box) -> Callable:
    return lambda made: setattr(made.pages[0].obj, "MediaBox", Array(box))


def locked(user: str, owner: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(user=user, owner=owner), static_id=False)


def object_stream_bomb() -> bytes:
    """Where its objects lie unpacks to five hundred megabytes; read only when they are looked for."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"4 0 <</Type/Catalog/Pages 5 0 R>>" + b" " * 1_000_000)
    packed += b"".join(packer.compress(b" " * 1_000_000) for _n in range(500)) + packer.flush()
    content = b"%PDF-1.5\n"
    stream = len(content)
    content += b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(
        packed
    )
    content += packed + b"\nendstream\nendobj\n"
    xref = len(content)
    rows = (
        bytes([0, 0, 0, 0, 0, 0])
        + b"\x01"
        + stream.to_bytes(4)
        + b"\x00"
        + b"\x01"
        + xref.to_bytes(4)
        + b"\x00"
    )
    rows += bytes([0, 0, 0, 0, 0, 0]) + b"\x02" + (1).to_bytes(4) + b"\x00"
    content += (
        b"2 0 obj\n<</Type/XRef/Size 5/W[1 4 1]/Root 4 0 R/Length %d>>stream\n" % len(rows) + rows
    )
    return content + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % xref


def with_loop() -> bytes:
    """A tree of pages whose branch is its own trunk."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0"
        b" R]/Count 1>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )


# What it is called → how it is made, and what is said of it.
REFUSED = {
    "a header and nothing else": (lambda: b"%PDF-1.7\n", "PdfBroken"),
    "noise behind a header": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "PdfBroken"),
    "a PDF cut after a third": (lambda: pdf(pages=3)[:500], "PdfBroken"),
    "a PDF without pages": (lambda: pdf(pages=0), "PdfBroken"),
    "a tree of pages that loops": (with_loop, "PdfBroken"),
    "a page of no size": (lambda: pdf(boxed(0, 0, 0, 0)), "PdfBroken"),
    "a page as large as a town": (lambda: pdf(boxed(0, 0, 9_000_000, 9_000_000)), "PdfBroken"),
    "locked by a password": (lambda: locked("secret", "secret"), "PdfLocked"),
    "a script when it opens": (lambda: pdf(opens_with(javascript())), "PdfActive"),
    "a script when a page opens": (
        lambda: pdf(lambda made: setattr(made.pages[0].obj, "AA", Dictionary(O=javascript()))),
        "PdfActive",
    ),
    "a script by name": (lambda: pdf(named_script), "PdfActive"),
    "a script behind a harmless action": (lambda: pdf(chained), "PdfActive"),
    "a script packed away": (
        lambda: pdf(opens_with(javascript()), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "PdfActive",
    ),
    "a script under another spelling": (
        lambda: pdf(opens_with(javascript())).replace(b"/JavaScript", b"/#4aavaScript"),
        "PdfActive",
    ),
    "a link that starts a program": (
        lambda: pdf(links_to(Dictionary(S=Name.Launch, F=String("cmd.exe")))),
        "PdfActive",
    ),
    "a link into another file": (
        lambda: pdf(links_to(Dictionary(S=Name.GoToR, F=String("//host/share"), D=[0, Name.Fit]))),
        "PdfActive",
    ),
    "a form that sends": (
        lambda: pdf(links_to(Dictionary(S=Name.SubmitForm, F=String("http://example.org")))),
        "PdfActive",
    ),
    "a form that fetches": (
        lambda: pdf(links_to(Dictionary(S=Name.ImportData, F=String("x.fdf")))),
        "PdfActive",
    ),
    "a film inside": (lambda: pdf(annotated(Subtype=Name.Screen)), "PdfActive"),
    "Flash inside": (lambda: pdf(annotated(Subtype=Name.RichMedia)), "PdfActive"),
    "a sound inside": (lambda: pdf(annotated(Subtype=Name.Sound)), "PdfActive"),
    "a file inside": (lambda: pdf(attached), "PdfActive"),
    "a file pinned to a page": (lambda: pdf(annotated(Subtype=Name.FileAttachment)), "PdfActive"),
    "an XFA form": (lambda: pdf(with_xfa), "PdfActive"),
    "one page too many": (lambda: pdf(pages=21), "PdfTooLong"),
    "forty pages (case C11)": (lambda: pdf(pages=40), "PdfTooLong"),
    "a page that unpacks to 150 MB": (
        lambda: pdf(bomb(150_000_000), compress_streams=False),
        "PdfTooDense",
    ),
    "a page that unpacks to 25 MB": (
        lambda: pdf(bomb(25_000_000), compress_streams=False),
        "PdfTooDense",
    ),
    "objects that unpack to 500 MB": (object_stream_bomb, "PdfBroken"),
    "a picture of thousands of millions of pixels": (lambda: pdf(giant_picture), "PdfTooDense"),
    "arrays in arrays in arrays": (lambda: pdf(nested(400)), "PdfTooDense"),
    "a hundred thousand objects": (lambda: pdf(many_objects(110_000)), "PdfTooDense"),
}
TAKEN = {
    "a plain page": pdf,
    "locked against printing and changes, but not against reading": lambda: locked("", "secret"),
    "a page that unpacks to 15 MB": lambda: pdf(bomb(15_000_000), compress_streams=False),
    "twenty pages": lambda: pdf(pages=20),
    "a page that opens at a place": lambda: pdf(
        lambda made: setattr(made.Root, "OpenAction", Array([made.pages[0].obj, Name.Fit]))
    ),
    "a link to a site": lambda: pdf(
        links_to(Dictionary(S=Name.URI, URI=String("https://example.org/")))
    ),
    "a note from a tablet": lambda: pdf(annotated(Subtype=Name.Text, Contents=String("Voilà"))),
    "a form that was filled": lambda: pdf(with_form),
    "a page that is turned": lambda: pdf(lambda made: setattr(made.pages[0].obj, "Rotate", 90)),
    "a scanner's line before the header": lambda: b"@PJL SET RESOLUTION=600\n" + pdf(),
    "a web page behind the end": lambda: pdf() + HTML,
    "a PDF whose table of objects was lost": lambda: (
        pdf().partition(b"\nxref")[0] + b"\ntrailer<</Root 1 0 R>>\n%%EOF"
    ),
}
