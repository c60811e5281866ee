"""A picture as a page to print: a PDF of one A4 sheet, without loss, its addresses to be tapped (ISO 32000-1)."""

import io
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image

A4 = (595.276, 841.89)  # points
Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels of the picture


@dataclass(frozen=True)
class Link:
    """An address, and where on the picture one taps to open it."""

    box: Box
    address: str


def page(png: bytes, title: str, language: str, about: str, links: Sequence[Link] = ()) -> bytes:
    """Return the PDF. png: of A4's shape; about: its words, for whoever cannot see it; language: of both ("fr")."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    scale = A4[0] / picture.width
    first = 8
    notes = [_note(link, scale) for link in links]
    named = " ".join(f"{first + n} 0 R" for n in range(len(notes)))
    drawn = b"/Figure << /MCID 0 >> BDC q %.3f 0 0 %.3f 0 0 cm /Im Do Q EMC" % A4
    marked = b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R "
    leaf = f"/MediaBox [0 0 {A4[0]} {A4[1]}] /Resources << /XObject << /Im 4 0 R >> >> /Contents 5 0 R"
    parts = [
        marked + b"/Lang %s /ViewerPreferences << /DisplayDocTitle true >> >>" % _text(language),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {leaf} /StructParents 0 /Annots [{named}] >>".encode(),
        _image(picture),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /StructTreeRoot /K 7 0 R /ParentTree << /Nums [0 [7 0 R]] >> /ParentTreeNextKey 1 >>",
        b"<< /Type /StructElem /S /Figure /P 6 0 R /Pg 3 0 R /K 0 /Alt %s >>" % _text(about),
        *notes,
    ]
    return _file([*parts, b"<< /Title %s /Creator (Noyau) >>" % _text(title)])


def _image(picture: Image.Image) -> bytes:
    """Each pixel as the PNG has it: a QR code stays sharp."""
    body = zlib.compress(picture.tobytes(), 9)
    shape = f"/Width {picture.width} /Height {picture.height} /ColorSpace /DeviceRGB /BitsPerComponent 8"
    head = f"<< /Type /XObject /Subtype /Image {shape} /Filter /FlateDecode /Length {len(body)} >>"
    return head.encode() + b"\nstream\n" + body + b"\nendstream"


def _note(link: Link, scale: float) -> bytes:
    left, top, right, bottom = link.box
    box = (left * scale, A4[1] - bottom * scale, right * scale, A4[1] - top * scale)
    place = " ".join(f"{number:.2f}" for number in box)
    address = _plain(link.address.encode("ascii", "ignore"))
    head = f"<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [{place}] /A << /S /URI /URI ("
    return head.encode() + address + b") >> >>"


def _text(words: str) -> bytes:
    """Words in any script (S28: none of them ends the string)."""
    return b"<" + b"\xfe\xff".hex().encode() + words.encode("utf-16-be", "ignore").hex().encode() + b">"


def _plain(words: bytes) -> bytes:
    return b"".join(b"\\%03o" % sign if sign in b"()\\" or sign < 32 else bytes([sign]) for sign in words)


def _file(parts: Iterable[bytes]) -> bytes:
    """Objects one after the other, the last one says what the file is; then where each begins."""
    body, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    size = len(places) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, size - 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end
