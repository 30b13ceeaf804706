"""Files that are broken, locked, mislabelled or made to do harm: each with the sentence that says so."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from docx import Document
from pptx import Presentation
from pypdfium2 import PdfDocument

Make = Callable[[], bytes]
WORDS = "The harbour office of Lundy opens at nine in the morning."
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DTD = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    "<!DOCTYPE l [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {c} '{f'&{b};' * 10}'>" for b, c in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def docx() -> bytes:
    """A sound Word document."""
    document = Document()
    document.add_heading("Harbour", 1)
    document.add_paragraph(WORDS)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx() -> bytes:
    """A sound presentation."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Harbour", WORDS
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def pdf(
    pages: int = 1, content: bytes = b"BT /F 12 Tf 72 720 Td (%s) Tj ET" % WORDS.encode(), extra: bytes = b"", page: bytes = b""
) -> bytes:
    """A sound PDF, written by hand; `extra` goes into its trailer, `page` into each page."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = b" ".join(b"%d 0 R" % (n + 5) for n in range(pages))
    objects.append(b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages))
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>%s>>" % page] * pages
    return assembled(objects, extra)


def assembled(objects: list[bytes], extra: bytes = b"") -> bytes:
    """A PDF of objects, the first its catalogue, with a table of where they are."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, extra, start)
    return bytes(out)


def scanned(pages: int = 1) -> bytes:
    """Pages that are one picture each."""
    image = zlib.compress(b"\x80" * 100)
    picture = (
        b"<</Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(image), image)
    )
    content = b"q 595 0 0 842 0 0 cm /I Do Q"
    kids = b" ".join(b"%d 0 R" % (n + 5) for n in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        picture,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 3 0 R>>>>>>"] * pages
    return assembled(objects)


def repacked(package: bytes, change: Callable[[str, bytes], bytes | None] = lambda name, data: data, **added: bytes) -> bytes:
    """A package with parts changed (None leaves one out) or added (`__` stands for a slash, `_` for a dot)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in added.items():
            new.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def only(part: str, data: bytes | None) -> Callable[[str, bytes], bytes | None]:
    """A change of one part."""
    return lambda name, old: data if name == part else old


def declaring(part: str, declaration: str, encoding: str = "utf-8") -> Callable[[str, bytes], bytes]:
    """A change that puts a declaration at the head of one part."""

    def change(name: str, old: bytes) -> bytes:
        if name != part:
            return old
        text = old.decode().split("?>", 1)[-1]
        return f'<?xml version="1.0" encoding="{encoding}"?>{declaration}{text}'.encode(encoding)

    return change


def lying(package: bytes, part: str) -> bytes:
    """A package in which a part says that it has one byte."""
    data = bytearray(package)
    place = data.rindex(part.encode()) - 46
    data[place + 24 : place + 28] = struct.pack("<I", 1)
    return bytes(data)


def locked(package: bytes) -> bytes:
    """A package whose parts say that they are encrypted."""
    data = bytearray(package)
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def bomb(main: str) -> bytes:
    """A package of a kind that unpacks to 60 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package, package.open(main, "w", force_zip64=True) as part:
        for _ in range(60):
            part.write(b" " * 1_000_000)
    return out.getvalue()


def crowded() -> bytes:
    """A package of 30,000 parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", b"<x/>")
        for number in range(30_000):
            package.writestr(f"word/{number}", b"")
    return out.getvalue()


def nested(depth: int) -> Callable[[str, bytes], bytes]:
    """A document of tables within tables."""
    inner = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"
    text = "<w:tbl><w:tr><w:tc>" * depth + inner + "</w:tc></w:tr></w:tbl>" * depth
    data = f'<w:document xmlns:w="{W}"><w:body>{text}</w:body></w:document>'.encode()
    return lambda name, old: data if name == "word/document.xml" else old


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100
ENCRYPTED = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(1234567890123456)(1234567890123456)]" % (b"a" * 32, b"b" * 32)
DEEP = b"[" * 60_000 + b"]" * 60_000
NOT = "is not a .* document, whatever its name says"
DAMAGED = "is damaged|is cut short|cannot be read|damaged or cut short"
FILES: dict[str, tuple[Make, str]] = {}


def _packages() -> Iterator[tuple[str, Make, str]]:
    for suffix, make, main in (
        (".docx", docx, "word/document.xml"),
        (".pptx", pptx, "ppt/presentation.xml"),
    ):
        other = pptx if make is docx else docx
        yield f"empty{suffix}", lambda: b"", NOT
        yield f"text{suffix}", WORDS.encode, NOT
        yield f"a-pdf{suffix}", pdf, NOT
        yield f"the-other{suffix}", other, NOT
        yield f"a-zip{suffix}", lambda: repacked(docx(), lambda name, data: None, readme_txt=b"x"), NOT
        yield f"old{suffix}", lambda: OLE, "is in an older Office format"
        yield f"password{suffix}", lambda: LOCKED, "is encrypted"
        yield f"locked-parts{suffix}", lambda make=make: locked(make()), "is encrypted"
        yield (
            f"macros{suffix}",
            lambda make=make, main=main: repacked(make(), **{f"{main.split('/')[0]}__vbaProject_bin": b"x"}),
            "carries macros",
        )
        yield f"half{suffix}", lambda make=make: make()[: len(make()) // 2], DAMAGED
        yield f"no-end{suffix}", lambda make=make: make()[:-30], DAMAGED
        yield f"noise-within{suffix}", lambda make=make: make()[:2000] + b"\xff" * 3000 + make()[5000:], DAMAGED
        yield f"not-xml{suffix}", lambda make=make, main=main: repacked(make(), only(main, b"<broken")), DAMAGED
        yield (
            f"other-xml{suffix}",
            lambda make=make, main=main: repacked(make(), only(main, b"<html><body/></html>")),
            DAMAGED + "|holds no text",
        )
        yield f"no-relations{suffix}", lambda make=make: repacked(make(), only("_rels/.rels", None)), DAMAGED
        yield f"no-types{suffix}", lambda make=make: repacked(make(), only("[Content_Types].xml", None)), DAMAGED
        yield f"entity{suffix}", lambda make=make, main=main: repacked(make(), declaring(main, DTD)), "declares entities"
        yield f"entity-utf16{suffix}", lambda make=make, main=main: repacked(make(), declaring(main, DTD, "utf-16")), "declares entities"
        yield f"laughs{suffix}", lambda make=make, main=main: repacked(make(), declaring(main, LAUGHS)), "declares entities"
        yield f"bomb{suffix}", lambda main=main: bomb(main), "unpacks to more than"
        yield f"lying{suffix}", lambda make=make, main=main: lying(make(), main), DAMAGED
    yield "crowded.docx", crowded, "30,001 parts"
    yield "nested.docx", lambda: repacked(docx(), nested(3_000)), DAMAGED + "|ends the process"
    yield (
        "blank.docx",
        lambda: repacked(docx(), only("word/document.xml", f'<w:document xmlns:w="{W}"><w:body/></w:document>'.encode())),
        "no text",
    )


def _pdfs() -> Iterator[tuple[str, Make, str]]:
    yield "empty.pdf", lambda: b"", NOT
    yield "text.pdf", WORDS.encode, NOT
    yield "word.pdf", docx, NOT
    yield "html.pdf", lambda: b"<html><p>words</p></html>", NOT
    yield "header-only.pdf", lambda: b"%PDF-1.7\n%%EOF\n", DAMAGED
    yield "half.pdf", lambda: pdf(20)[:1500], "is cut short"
    yield "no-end.pdf", lambda: pdf()[:-7], "is cut short"
    yield "password.pdf", lambda: pdf(extra=ENCRYPTED), "is encrypted"
    yield "unknown-lock.pdf", lambda: pdf(extra=b"/Encrypt<</Filter/Custom/V 9>>/ID[(a)(b)]"), "is encrypted|" + DAMAGED
    yield "ten-thousand-pages.pdf", lambda: pdf(10_000), "has 10,000 pages, more than the 2,000"
    yield "scan.pdf", scanned, "needs OCR: page 1 holds a picture and no text"
    yield "scans.pdf", lambda: scanned(12), "needs OCR: pages 1–12 hold pictures and no text"
    yield "blank.pdf", lambda: pdf(content=b""), "holds no text"
    yield "no-pages.pdf", lambda: assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]), DAMAGED
    yield "no-catalogue.pdf", lambda: assembled([b"<</Type/Pages/Kids[]/Count 0>>"]), DAMAGED
    yield "loop.pdf", lambda: assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]), DAMAGED
    yield (
        "deep.pdf",
        lambda: assembled([b"<</Type/Catalog/Pages 2 0 R/X %s>>" % DEEP, b"<</Type/Pages/Kids[]/Count 0>>"]),
        DAMAGED + "|ends the process",
    )
    yield "deep-page.pdf", lambda: pdf(content=DEEP), "no text|ends the process|" + DAMAGED
    yield "noise.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF", DAMAGED
    yield "stream-bomb.pdf", _stream_bomb, "needs more than|takes longer|ends the process|no text|" + DAMAGED
    yield "huge-page.pdf", lambda: pdf(content=b"", page=b"/MediaBox[0 0 1e30 1e30]"), "no text|" + DAMAGED


def _stream_bomb() -> bytes:
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(bytes(1_000_000)) for _ in range(1_500)) + packer.flush()
    stream = zlib.compress(once, 9)
    content = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(stream), stream)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>"
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content])


def _texts() -> Iterator[tuple[str, Make, str]]:
    for suffix in (".html", ".md", ".txt"):
        yield f"a-pdf{suffix}", pdf, "is not text"
        yield f"a-zip{suffix}", docx, "is not text"
        yield f"an-old-word{suffix}", lambda: OLE, "is not text"
        yield f"latin{suffix}", lambda: "<p>café</p>".encode("latin-1"), "is not UTF-8 text"
        yield f"binary{suffix}", lambda: b"<p>a\0b</p>", "binary data"
        yield f"empty{suffix}", lambda: b"", "holds no text|not HTML"
    yield "markup-only.html", lambda: b"<html><body><div></div></body></html>", "holds no text"
    yield "menu-only.html", lambda: b"<html><body><nav><a href='/'>Home</a></nav><script>x()</script></body></html>", "holds no text"
    yield "deep.html", lambda: b"<div>" * 50_000 + WORDS.encode(), "no text|not HTML|" + DAMAGED
    yield "yaml.md", lambda: b"---\na: [\n---\nwords", "cannot be read"
    yield "bomb.md", lambda: b"---\na: &a [x,x]\nb: &b [*a,*a]\ndocument: 1\n---\nno heading", "without a heading"


for _name, _make, _reason in (*_packages(), *_pdfs(), *_texts()):
    assert _name not in FILES
    FILES[_name] = (_make, _reason)


def sound(folder: Path) -> None:
    """Files of every format that are as they should be, however odd: locked for printing only, linked to elsewhere."""
    for name, data in (("word.docx", docx()), ("deck.pptx", pptx()), ("page.pdf", pdf()), ("plain.txt", WORDS.encode())):
        (folder / name).write_bytes(data)
    (folder / "web.html").write_text(f"<html><body><main><h1>Harbour</h1><p>{WORDS}</p></main></body></html>")


def opens(path: Path) -> int:
    """How many pages pdfium sees."""
    with PdfDocument(path) as found:
        return len(found)
