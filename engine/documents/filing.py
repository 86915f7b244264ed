"""A PDF made fit to be filed (PDF/A-2a): what WeasyPrint's tags leave out. Works on the objects of a PDF before it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SEAL = "印章"
"""The class of the place a layout keeps for a seal, and the name of the field to sign in there; of several organs the second is
印章2."""
PRINTED = 4
"""Flag of an annotation: it is there in print as well."""
POINT = 0.75
"""Points of a CSS pixel."""


def referenced(pdf: Any, reference: bytes | str) -> Any:
    """The object a reference (`12 0 R`) names."""
    return pdf.objects[int(reference.split()[0])]


def tagged(pdf: Any) -> None:
    """Heads of tables say whether they head a column or a row, in place of identifiers that nothing lists; page numbers are no
    part of the text."""
    for cell in pdf.objects:
        if isinstance(cell, dict) and cell.get("S") in ("/TH", "/TD") and "A" in cell:
            cell.pop("ID", None)
            cell["A"].pop("Headers", None)
            if cell["S"] == "/TH":
                row = referenced(pdf, cell["P"])
                cell["A"]["Scope"] = "/Column" if referenced(pdf, row["P"])["S"] == "/THead" else "/Row"
    tree = referenced(pdf, referenced(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])
    for page in _pages(pdf):
        held = tree["Nums"][2 * page["StructParents"] + 1]
        apart = [at for at, element in enumerate(held) if not _is_linked(pdf, element)]
        _set_apart(referenced(pdf, page["Contents"]).stream, frozenset(apart))
        for at in apart:
            held[at] = "null"


def _pages(pdf: Any) -> Iterator[Any]:
    for kid in pdf.pages["Kids"][::3]:
        yield pdf.objects[kid]


def _is_linked(pdf: Any, reference: bytes) -> bool:
    """Whether an element is reached from the root of the tags."""
    root = pdf.catalog["StructTreeRoot"]
    while reference != root:
        above = referenced(pdf, reference)["P"]
        if reference not in referenced(pdf, above)["K"]:
            return False
        reference = above
    return True


def _set_apart(drawn: list[Any], apart: frozenset[int]) -> None:
    """Marks what is drawn under these numbers as an artifact."""
    for at, part in enumerate(drawn):
        if isinstance(part, dict) and part.get("MCID") in apart and drawn[at + 1] == b"BDC":
            drawn[at - 1], drawn[at], drawn[at + 1] = "/Artifact", "", b"BMC"


# ---- a place for the seal ----


def add_seals(document: Any, pdf: Any) -> None:
    """A signature field nobody has signed where the layout has a place for the seal: it shows nothing."""
    for number, page in enumerate(document.pages):
        for box in _boxes(page._page_box):
            if box.element is not None and box.element.get("class") == SEAL:
                left, top = box.content_box_x() * POINT, (page.height - box.content_box_y()) * POINT
                _add_seal(pdf, number, [left, top - box.height * POINT, left + box.width * POINT, top])


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(getattr(child, "_box", child))


def _add_seal(pdf: Any, number: int, rectangle: list[float]) -> None:
    """The field, its empty appearance, and its place among the tags (ISO 32000-1, 12.7.4.5 and 14.7.4.3)."""
    import pydyf

    page = list(_pages(pdf))[number]
    form = pdf.catalog.setdefault("AcroForm", pydyf.Dictionary({"Fields": pydyf.Array([])}))
    name = SEAL + (str(len(form["Fields"]) + 1) if form["Fields"] else "")
    left, bottom, right, top = (round(value, 2) for value in rectangle)
    shape = pydyf.Array([0, 0, round(right - left, 2), round(top - bottom, 2)])
    blank = pydyf.Stream([], {"Type": "/XObject", "Subtype": "/Form", "BBox": shape, "Resources": pydyf.Dictionary()})
    pdf.add_object(blank)
    root = referenced(pdf, pdf.catalog["StructTreeRoot"])
    tree, whole = referenced(pdf, root["ParentTree"]), root["K"][0]
    key = len(tree["Nums"]) // 2
    field = pydyf.Dictionary({"Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig"})
    field |= {"T": pydyf.String(name), "TU": pydyf.String(name), "F": PRINTED, "P": page.reference}
    field |= {"Rect": pydyf.Array([left, bottom, right, top]), "AP": pydyf.Dictionary({"N": blank.reference})}
    field["StructParent"] = key
    pdf.add_object(field)
    holder = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page.reference})
    element = pydyf.Dictionary({"Type": "/StructElem", "S": "/Form", "P": whole, "K": pydyf.Array([holder])})
    pdf.add_object(element)
    referenced(pdf, whole)["K"].append(element.reference)
    tree["Nums"].extend([key, element.reference])
    page["Annots"] = pydyf.Array([*page.get("Annots", []), field.reference])
    form["Fields"].append(field.reference)
