"""Turns reportlab's output into PDF/A-3u with attachments; the last step before signing.

ISO 19005-3: output intent, XMP that agrees with the document information, every font embedded,
no dictionary that contradicts its font, associated files. Also repairs reportlab's ToUnicode
maps, which spell characters beyond U+FFFF wrongly: no PDF/A checker notices, but a rare name
copied out of the page would come out as another one.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import ImageCms

_BFCHAR = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,6})>")
_MOST_PER_BLOCK = 100
"""A CMap block holds at most 100 entries (Adobe TN 5014)."""
_PRODUCER = "Lantai Link"
_DETERMINISTIC_DATE = slice(24, 36)
"""Bytes of an ICC header that carry the moment of its making (ICC.1:2010 7.2.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An associated file (ISO 32000-2 14.13)."""

    name: str
    data: bytes
    media_type: str
    relationship: str
    """Data or Supplement."""
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What XMP and document information say."""

    title: str
    author: str
    subject: str
    document_id: str
    """UUID text."""
    made_at: datetime


def to_archival(pdf: bytes, about: About, attachments: Sequence[Attachment]) -> bytes:
    """The same pages as PDF/A-3u; the same input gives the same bytes."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _repair_fonts(document)
        _add_output_intent(document)
        _attach(document, attachments, about.made_at)
        _describe(document, about)
        out = io.BytesIO()
        document.save(
            out,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=True,
            deterministic_id=True,
        )
    return out.getvalue()


def drawing_of(pdf: bytes) -> tuple[bytes, float]:
    """Content stream and side in points of a square one-page drawing without text.

    reportlab declares a font on every page, used or not; the stream is handed on without it.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        content = re.sub(rb"BT /F1 [^\n]*? ET\s*\n", b"", page.Contents.read_bytes())
        return content, float(page.MediaBox[2])


def _repair_fonts(document: pikepdf.Pdf) -> None:
    for item in document.objects:
        if not isinstance(item, Dictionary):
            continue
        if item.get("/Type") == Name.Font and item.get("/Subtype") == Name.TrueType:
            # 6.2.11.6: a symbolic TrueType font carries no Encoding.
            if "/Encoding" in item:
                del item["/Encoding"]
            if "/ToUnicode" in item:
                repaired = repair_to_unicode(item.ToUnicode.read_bytes())
                item.ToUnicode = document.make_indirect(Stream(document, repaired))
        for fonts in _font_resources(item):
            _drop_standard_fonts(fonts)


def repair_to_unicode(cmap: bytes) -> bytes:
    """The CMap with code points beyond U+FFFF as UTF-16 pairs, in blocks of at most 100."""
    entries = [
        (code, chr(int(point, 16)).encode("utf-16-be").hex().upper().encode())
        for code, point in _BFCHAR.findall(cmap)
    ]
    start = cmap.index(b"begincodespacerange")
    head = cmap[: cmap.rindex(b"\n", 0, start) + 1]
    blocks = [b"1 begincodespacerange", b"<00> <FF>", b"endcodespacerange"]
    for first in range(0, len(entries), _MOST_PER_BLOCK):
        block = entries[first : first + _MOST_PER_BLOCK]
        blocks.append(b"%d beginbfchar" % len(block))
        blocks.extend(b"<%s> <%s>" % entry for entry in block)
        blocks.append(b"endbfchar")
    tail = (b"endcmap", b"CMapName currentdict /CMap defineresource pop", b"end", b"end")
    return head + b"\n".join((*blocks, *tail)) + b"\n"


def _font_resources(item: Dictionary) -> Iterator[Any]:
    """Font dictionaries: in the resources of pages and forms, or shared ones of their own."""
    resources = item.get("/Resources")
    if isinstance(resources, Dictionary) and "/Font" in resources:
        yield resources.Font
    elif len(item) and all(re.fullmatch(r"/F\d+(\+\d+)?", key) for key in item.keys()):
        yield item


def _drop_standard_fonts(fonts: Any) -> None:  # noqa: ANN401
    for key in list(fonts.keys()):
        font = fonts[key]
        standard = isinstance(font, Dictionary) and font.get("/Subtype") == Name.Type1
        if standard and "/FontDescriptor" not in font:
            del fonts[key]


def _add_output_intent(document: pikepdf.Pdf) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_DETERMINISTIC_DATE] = bytes.fromhex("07ea00010001000000000000")
    stream = Stream(document, bytes(profile))
    stream["/N"] = 3
    document.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB"),
                Info=String("sRGB"),
                DestOutputProfile=document.make_indirect(stream),
            )
        ]
    )


def _attach(document: pikepdf.Pdf, attachments: Sequence[Attachment], made_at: datetime) -> None:
    names, files = Array(), Array()
    for attachment in sorted(attachments, key=lambda one: one.name):
        stream = Stream(document, attachment.data)
        stream["/Type"] = Name.EmbeddedFile
        stream["/Subtype"] = Name("/" + attachment.media_type)
        stream["/Params"] = Dictionary(
            Size=len(attachment.data), ModDate=String(_pdf_date(made_at))
        )
        embedded = document.make_indirect(stream)
        file = document.make_indirect(
            Dictionary(
                Type=Name.Filespec,
                F=String(attachment.name),
                UF=String(attachment.name),
                AFRelationship=Name("/" + attachment.relationship),
                Desc=String(attachment.description),
                EF=Dictionary(F=embedded, UF=embedded),
            )
        )
        names.append(String(attachment.name))
        names.append(file)
        files.append(file)
    if files:
        document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
        document.Root.AF = files


def _describe(document: pikepdf.Pdf, about: About) -> None:
    root = document.Root
    root.Lang = String("zh-CN")
    root.MarkInfo = Dictionary(Marked=False)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    information = document.docinfo
    for key in list(information.keys()):
        del information[key]
    information.Title = String(about.title)
    information.Author = String(about.author)
    information.Subject = String(about.subject)
    information.Creator = String(_PRODUCER)
    information.Producer = String(_PRODUCER)
    information.CreationDate = String(_pdf_date(about.made_at))
    information.ModDate = String(_pdf_date(about.made_at))
    stream = Stream(document, _xmp(about).encode())
    stream["/Type"] = Name.Metadata
    stream["/Subtype"] = Name.XML
    root.Metadata = document.make_indirect(stream)


def _pdf_date(moment: datetime) -> str:
    return moment.strftime("D:%Y%m%d%H%M%S+00'00'")


def _xmp(about: About) -> str:
    made = about.made_at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    title, author, subject = (escape(text) for text in (about.title, about.author, about.subject))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>{_PRODUCER}</xmp:CreatorTool><xmp:CreateDate>{made}</xmp:CreateDate>
<xmp:ModifyDate>{made}</xmp:ModifyDate><xmp:MetadataDate>{made}</xmp:MetadataDate>
<pdf:Producer>{_PRODUCER}</pdf:Producer>
<xmpMM:DocumentID>urn:uuid:{about.document_id}</xmpMM:DocumentID>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
