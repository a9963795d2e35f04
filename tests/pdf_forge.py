"""A forger's bench: every family of attack on signed PDFs, made from a sealed extract of ours.

Families after "Shadow Attacks" (NDSS 2021), "1 Trillion Dollar Refund" (CCS 2019) and
certificate.md §3.7. Each yields (name, bytes); none of them may ever be called genuine. A forger
may use any time-stamp authority, so each appended revision comes plain and under a true time-stamp.
"""

import io
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from certificate_service.document.pdf_longterm import add_time_stamp
from certificate_service.document.pdf_signature import RemoteStamper

Forged = Iterator[tuple[str, bytes]]
Stamp = Callable[[bytes], bytes] | None
name, text = generic.pdf_name, generic.pdf_string
_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")


def ranges(pdf: bytes) -> list[tuple[int, ...]]:
    return [tuple(map(int, found.groups())) for found in _RANGE.finditer(pdf)]


def appended(pdf: bytes, alter: Callable[[Any], None]) -> bytes:
    """The file with one more incremental revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    alter(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: Any, index: int = 0) -> Any:
    return writer.root["/Pages"]["/Kids"][index].get_object()


def paint_over(writer: Any) -> None:
    page = _page(writer)
    stream = generic.StreamObject(stream_data=b"0 0 0 rg 100 500 300 40 re f")
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(stream)])
    writer.update_container(page)


def replace_content(writer: Any) -> None:
    page = _page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 g 0 0 9 9 re f"))
    writer.update_container(page)


def replace_appearance(writer: Any) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    empty = generic.StreamObject({name("/Subtype"): name("/Form")}, stream_data=b"")
    field["/AP"] = generic.DictionaryObject({name("/N"): writer.add_object(empty)})
    writer.update_container(field)


def rewrite_appearance_stream(writer: Any) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    stream = field["/AP"]["/N"]
    stream._data = b"0 0 1 rg 0 0 200 200 re f"
    stream._encoded_data = None
    writer.update_container(stream)


def swap_pages(writer: Any) -> None:
    kids = writer.root["/Pages"]["/Kids"]
    kids[0], kids[1] = kids.raw_get(1), kids.raw_get(0)
    writer.update_container(kids)


def drop_page(writer: Any) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject([pages["/Kids"].raw_get(0)])
    pages["/Count"] = generic.NumberObject(1)
    writer.update_container(pages)


def insert_page(writer: Any) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].append(pages["/Kids"].raw_get(0))
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def new_catalog(writer: Any) -> None:
    other = generic.DictionaryObject({name("/Type"): name("/Pages")})
    other["/Kids"] = generic.ArrayObject([writer.root["/Pages"]["/Kids"].raw_get(1)])
    other["/Count"] = generic.NumberObject(1)
    writer.root["/Pages"] = writer.add_object(other)
    writer.update_root()


def add_field(writer: Any) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    field = generic.DictionaryObject({name("/FT"): name("/Tx"), name("/T"): text("x")})
    fields.append(writer.add_object(field))
    writer.update_container(fields)


def add_annotation(writer: Any) -> None:
    page = _page(writer)
    note = generic.DictionaryObject(
        {name("/Type"): name("/Annot"), name("/Subtype"): name("/FreeText"), name("/F"): _four()}
    )
    note["/Rect"] = generic.ArrayObject([generic.NumberObject(n) for n in (90, 500, 400, 540)])
    note["/Contents"] = text("1984年5月20日")
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(note)])
    writer.update_container(page)


def _four() -> Any:
    return generic.NumberObject(4)


def move_field(writer: Any) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 1, 1)])
    writer.update_container(field)


def loosen_certification(writer: Any) -> None:
    signature = writer.root["/AcroForm"]["/Fields"][0]["/V"]
    signature["/Reference"][0]["/TransformParams"]["/P"] = generic.NumberObject(3)
    writer.update_container(signature)


def drop_certification(writer: Any) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def replace_attachment(writer: Any) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = names[names.index("extract.json") + 1]
    stream = generic.StreamObject(stream_data=b'{"schema":"lantai/extract/1"}')
    file["/EF"]["/F"] = writer.add_object(stream)
    writer.update_container(file["/EF"])


def open_action(writer: Any) -> None:
    action = generic.DictionaryObject({name("/S"): name("/JavaScript"), name("/JS"): text("1")})
    writer.root["/OpenAction"] = writer.add_object(action)
    writer.update_root()


def swap_font(writer: Any) -> None:
    """Shadow replace: another font under the same name shows other words."""
    page = _page(writer)
    fonts = page["/Resources"]["/Font"]
    first, *_rest = list(fonts)
    fonts[first] = writer.add_object(
        generic.DictionaryObject(
            {
                name("/Type"): name("/Font"),
                name("/Subtype"): name("/Type1"),
                name("/BaseFont"): name("/Helvetica"),
            }
        )
    )
    writer.update_container(fonts)


def hide_layer(writer: Any) -> None:
    """Shadow hide: optional content that is switched off."""
    group = generic.DictionaryObject({name("/Type"): name("/OCG"), name("/Name"): text("x")})
    reference = writer.add_object(group)
    off = generic.DictionaryObject({name("/OFF"): generic.ArrayObject([reference])})
    writer.root["/OCProperties"] = generic.DictionaryObject(
        {name("/OCGs"): generic.ArrayObject([reference]), name("/D"): off}
    )
    writer.update_root()


def free_object(writer: Any) -> None:
    """Shadow hide: the page's content is no more."""
    page = _page(writer)
    page["/Contents"] = generic.NullObject()
    writer.update_container(page)


def rogue_store(writer: Any) -> None:
    """Something that is not validation data where validation data may stand."""
    store = generic.DictionaryObject({name("/Certs"): generic.ArrayObject()})
    store["/X"] = text("x")
    store["/CRLs"] = generic.ArrayObject([_page(writer).raw_get("/Contents")])
    writer.root["/DSS"] = writer.add_object(store)
    writer.update_root()


REVISIONS = (
    paint_over, replace_content, replace_appearance, rewrite_appearance_stream, swap_pages,
    drop_page, insert_page, new_catalog, add_field, add_annotation, move_field,
    loosen_certification, drop_certification, replace_attachment, open_action, swap_font,
    hide_layer, free_object, rogue_store,
)  # fmt: skip


def append_updates(pdf: bytes, stamp: Stamp) -> Forged:
    """Append update, shadow hide and replace, form edit: as they are, and time-stamped."""
    for alter in REVISIONS:
        try:
            changed = appended(pdf, alter)
        except (KeyError, IndexError, TypeError):
            continue
        yield alter.__name__, changed
        if stamp is None:
            continue
        count = len(PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures)
        yield (
            f"{alter.__name__}, time-stamped",
            add_time_stamp(changed, count, RemoteStamper(stamp)),
        )


def tails(pdf: bytes, _stamp: Stamp) -> Forged:
    for tail in (b"\n", b" ", b"%x\n", b"\0" * 64, b"%%EOF\n", b"startxref\n0\n%%EOF\n", pdf):
        yield f"tail {tail[:8]!r}", pdf + tail
    yield "head", b"%PDF-1.7\n" + pdf
    xref = pdf.rindex(b"startxref")
    yield "earlier xref", pdf + pdf[pdf.rindex(b"startxref", 0, xref) :][:32] + b"\n%%EOF\n"


def moved_ranges(pdf: bytes, _stamp: Stamp) -> Forged:
    for which, span in enumerate(ranges(pdf)):
        old = b"/ByteRange [%d %d %d %d]" % span
        for index in range(4):
            for shift in (-1, 1, 10):
                moved = list(span)
                moved[index] += shift
                new = b"/ByteRange [%d %d %d %d]" % tuple(moved)
                if moved[index] >= 0 and len(new) == len(old):
                    yield f"range {which}.{index}{shift:+d}", pdf.replace(old, new)
        wide = b"/ByteRange [0 %d %d 0]" % (span[1], span[2])
        yield f"range {which} cut", pdf.replace(old, wide.ljust(len(old)))
        yield f"range {which} gone", pdf.replace(old, b" " * len(old))


def emptied_contents(pdf: bytes, _stamp: Stamp) -> Forged:
    for which, (_start, before, after, _rest) in enumerate(ranges(pdf)):
        size = after - before
        for what, filling in (
            ("zeros", b"<" + b"0" * (size - 2) + b">"),
            ("null", b"null".ljust(size)),
            ("empty", b"<>".ljust(size)),
            ("literal", b"(" + b"x" * (size - 2) + b")"),
            ("lower case", pdf[before:after].lower()),
            ("spaced", b"< " + pdf[before + 1 : after - 2] + b">"),
        ):
            yield f"contents {which} {what}", pdf[:before] + filling + pdf[after:]


def wrapped(pdf: bytes, _stamp: Stamp) -> Forged:
    """Signature wrapping: the signed bytes are carried along, what is shown is another thing."""
    _start, before, after, rest = ranges(pdf)[0]
    signed_end = after + rest
    moved = pdf[:signed_end] + b"\n%" + b"x" * 20 + b"\n" + pdf[signed_end:]
    yield "gap behind the signed bytes", moved
    # USF/SWA: the second part is moved away, and what the hole leaves open holds a new object.
    padding = b"<" + pdf[before + 1 : after - 1] + b">" + b"\n/X (" + b"y" * 200 + b") "
    shifted = pdf[:before] + padding + pdf[after:]
    old = b"/ByteRange [0 %d %d %d]" % (before, after, rest)
    new = b"/ByteRange [0 %d %d %d]" % (before, before + len(padding), rest)
    yield "wider hole", shifted.replace(old, new)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.pages[0].Contents = document.make_stream(b"0 g 9 9 99 99 re f")
        out = io.BytesIO()
        document.save(out)
    rewritten = out.getvalue()
    yield "saved anew", rewritten
    yield "saved anew, original behind", rewritten + pdf
    yield "original, saved anew behind", pdf + rewritten
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.Root.AcroForm
        out = io.BytesIO()
        document.save(out)
    yield "signature removed", out.getvalue()
    second = pdf.replace(b"/DocTimeStamp", b"/Sig         ")
    if second != pdf:
        yield "time-stamp as signature", second


def cut(pdf: bytes, _stamp: Stamp) -> Forged:
    """A later revision cut off is an older, whole file; anything else is a torso."""
    ends = {found.end() + 1 for found in re.finditer(rb"%%EOF", pdf)}
    for size in (0, 7, 9, 1000, len(pdf) // 2, len(pdf) - 1, len(pdf) - 6):
        if size not in ends:
            yield f"cut at {size}", pdf[:size]


def swapped_parts(pdf: bytes, _stamp: Stamp) -> Forged:
    """One signature or time-stamp in the place of another, or twice."""
    spans = ranges(pdf)
    holes = [pdf[span[1] : span[2]] for span in spans]
    for one in range(len(spans)):
        for other in range(len(spans)):
            _start, before, after, _rest = spans[one]
            if one != other:
                filling = holes[other][: after - before - 1].ljust(after - before - 1, b"0") + b">"
                yield f"contents {other} in {one}", pdf[:before] + filling + pdf[after:]


def flips(pdf: bytes, count: int, seed: int) -> Forged:
    """One bit anywhere, and denser in every signature object."""
    chosen = random.Random(seed)
    places = [chosen.randrange(len(pdf)) for _ in range(count)]
    for _start, before, after, _rest in ranges(pdf):
        used = len(pdf[before:after].rstrip(b">").rstrip(b"0"))
        places += [before + chosen.randrange(used) for _ in range(count // 2)]
        places += [chosen.randrange(before + used, after) for _ in range(count // 8)]
    for place in places:
        bit = chosen.randrange(8)
        changed = bytearray(pdf)
        changed[place] ^= 1 << bit
        yield f"bit {bit} of byte {place}", bytes(changed)


FAMILIES: dict[str, Callable[[bytes, Stamp], Forged]] = {
    "append update / shadow / form edit": append_updates,
    "bytes before and behind": tails,
    "moved ByteRange": moved_ranges,
    "empty Contents": emptied_contents,
    "signature wrapping": wrapped,
    "cut": cut,
    "swapped signatures": swapped_parts,
}
