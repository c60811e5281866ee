"""The poster as a PDF: one A4 sheet, its words for whoever can't see it, its codes to be tapped."""

import io
import re
import zlib

from PIL import Image, PdfParser

from jobs import pdf

PNG = io.BytesIO()
Image.new("RGB", (124, 175), "#ffffff").save(PNG, "PNG")


def made(title: str = "Les indés", *links: pdf.Link) -> bytes:
    return pdf.page(PNG.getvalue(), title, "fr", "Où : Nantes ☕", links)


def test_every_object_is_where_the_table_says() -> None:
    body = made("Les indés", pdf.Link((10, 100, 60, 150), "https://t.me/x?start=a_1"))
    start = int(body.rsplit(b"startxref\n", 1)[1].split()[0])
    assert body[start : start + 4] == b"xref"
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", body[start:])]
    for number, place in enumerate(places, 1):
        assert body[place:].startswith(b"%d 0 obj" % number)
    assert b"/Size %d " % (len(places) + 1) in body and b"/Annots [8 0 R]" in body


def test_another_reader_finds_the_page_and_its_links() -> None:
    body = made("Les indés", pdf.Link((10, 100, 60, 150), "https://t.me/x?start=a_1"))
    with PdfParser.PdfParser(buf=body) as parsed:
        sheet = parsed.read_indirect(parsed.pages[0])
        [link] = [parsed.read_indirect(note) for note in sheet.Annots]
        assert link.A[PdfParser.PdfName(b"URI")] == b"https://t.me/x?start=a_1" and len(parsed.pages) == 1
        left, low, right, high = link.Rect
        assert 0 < left < right < 595 and 0 < low < high < 842


def test_it_is_the_picture_without_loss_on_an_a4_sheet() -> None:
    body = made()
    assert b"/MediaBox [0 0 595.276 841.89]" in body
    image = body.split(b"/FlateDecode", 1)[1].split(b"stream\n", 1)[1].split(b"\nendstream", 1)[0]
    assert zlib.decompress(image) == b"\xff" * (124 * 175 * 3)


def test_title_words_and_language_are_there_for_readers() -> None:
    body = made("Où ? (été) \\")
    for words in ("Où ? (été) \\", "Où : Nantes ☕", "fr"):
        assert words.encode("utf-16-be").hex().encode() in body
    assert b"/Alt <feff" in body and b"/Lang <feff" in body


def test_s28_an_address_never_ends_its_string() -> None:
    """S28."""
    body = made("x", pdf.Link((0, 0, 9, 9), "https://x/(a)\\\n) /S /Launch"))
    assert b"(https://x/\\050a\\051\\134\\012\\051 /S /Launch)" in body
