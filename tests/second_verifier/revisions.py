"""certificate.md 4: what later revisions of the file may have changed."""

import io
from typing import Any

import pikepdf

from second_verifier.saying import need


def check_revisions(issued: bytes, pdf: bytes) -> None:
    old, new = pikepdf.open(io.BytesIO(issued)), pikepdf.open(io.BytesIO(pdf))
    forms = {old.Root.AcroForm.objgen, old.Root.AcroForm.Fields.objgen}
    pages = {page.objgen for page in old.pages}
    notes = {page.obj.Annots.objgen for page in old.pages if "/Annots" in page}
    for one in old.objects:
        other = new.get_object(one.objgen)
        if one.objgen == old.Root.objgen:
            free = {"/DSS", "/Version", "/Extensions", "/AcroForm", "/Metadata"}
            need(same(one, other, free), "V06", "catalogue")
        elif one.objgen in pages:
            need(same(one, other, {"/Annots"}), "V06", "page")
        elif one.objgen not in forms | notes and one.objgen != (0, 0):
            need(unparse(one) == unparse(other), "V06", f"object {one.objgen}")
    fields = list(new.Root.AcroForm.Fields)
    for field in fields[len(old.Root.AcroForm.Fields) :]:
        need(field.V.Type == "/DocTimeStamp" and list(field.Rect) == [0] * 4, "V06", "field")
    mine = {field.objgen for field in fields}
    for before, page in zip(old.pages, new.pages, strict=True):
        had = [one.objgen for one in before.get("/Annots", [])]
        need({one.objgen for one in page.get("/Annots", [])} - set(had) <= mine, "V06", "note")
    store = new.Root.get("/DSS", {})
    need(set(store.keys()) <= {"/Certs", "/CRLs", "/OCSPs", "/VRI", "/Type"}, "V06", "DSS")


def unparse(one: Any) -> bytes:
    if isinstance(one, pikepdf.Stream):
        head = sorted((key, text_of(value)) for key, value in one.items())
        return repr(head).encode() + one.read_raw_bytes()
    return one.unparse(resolved=True)


def text_of(value: Any) -> str:
    """As it is written: a reference stays a reference."""
    return repr(value.unparse() if isinstance(value, pikepdf.Object) else value)


def same(one: Any, other: Any, free: set[str]) -> bool:
    names = (set(one.keys()) | set(other.keys())) - free
    return all(k in one and k in other and text_of(one[k]) == text_of(other[k]) for k in names)
