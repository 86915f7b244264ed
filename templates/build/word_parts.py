"""Pieces of WordprocessingML: paragraphs, tables, headers, footers, and the .docx they go into."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

from word_styles import DECLARATION, HINTED, LINE, NAMESPACES, OFFICE, RED, THICK, THIN, styles, twips

WATERMARK = "360pt", "180pt"
WIDTH = twips(156)


def paragraph(style: str, text: str, direct: str = "", lead: str = "") -> str:
    """`direct`: paragraph properties said here because not every program reads them from a style; `lead`: runs before
    the text."""
    runs = [lead]
    for place, piece in enumerate(text.split("\t")):
        runs += [f"<w:r><w:rPr>{HINTED}</w:rPr><w:tab/></w:r>"] if place else []
        runs += [f'<w:r><w:rPr>{HINTED}</w:rPr><w:t xml:space="preserve">{piece}</w:t></w:r>'] if piece else []
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{direct}</w:pPr>{"".join(runs)}</w:p>'


def run(text: str, of: str) -> str:
    """Text in a style `of` characters."""
    return f'<w:r><w:rPr><w:rStyle w:val="{of}"/>{HINTED}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def named(style: str, text: str, of: str, names: str, direct: str = "") -> str:
    """A paragraph that ends in `names` in a style `of` characters."""
    return paragraph(style, text, direct).removesuffix("</w:p>") + run(names, of) + "</w:p>"


def control(text: str, lead: str = "") -> str:
    """A paragraph that holds only a template tag; it disappears when the letter is written."""
    return paragraph("BodyText3", "{%p " + text + " %}", lead=lead)


def choice(*branches: tuple[str, str]) -> str:
    """`if`, `elif` … `else`: (condition, what to print); the last condition may be empty."""
    words = ["if", *["elif"] * (len(branches) - 1)]
    parts = [
        control(f"{word} {condition}" if condition else "else") + printed
        for word, (condition, printed) in zip(words, branches, strict=True)
    ]
    return "".join(parts) + control("endif")


def loop(name: str, items: str, printed: str) -> str:
    return control(f"for {name} in {items}") + printed + control("endfor")


# ---- tables: 28 columns of one character; a cell spans as many as it is wide ----


def _cell(content: str) -> str:
    return f'<w:tc><w:tcPr><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


def _cells() -> str:
    span = "<w:r><w:t>{% colspan 格.宽 %}</w:t></w:r>"
    kinds = choice(
        ('格.类 == "栏目"', paragraph("CellHead", "{{ 格.文 }}")),
        ('格.类 == "项"', paragraph("FormLabel", "{{ 格.文 }}")),
        ('格.类 == "填"', paragraph("FormEntry", "{{ 格.文 }}")),
        ('格.类 == "中"', paragraph("CellCentre", "{{ 格.文 }}")),
        ('格.类 == "节"', paragraph("CellSection", "{{ 格.文 }}")),
        ('格.类 == "签章"', paragraph("CellSign", "{{ 格.签 }}：\t年\t月\t日")),
        ("", paragraph("CellText", "{{ 格.文 }}")),
    )
    # The width goes into the cell's first paragraph, where docxtpl looks for it.
    first = kinds.index("<w:r>")
    begin = _cell(paragraph("CellText", "{%tc for 格 in 行.格 %}"))
    return begin + _cell(kinds[:first] + span + kinds[first:]) + _cell(paragraph("CellText", "{%tc endfor %}"))


def _rows(items: str, *, head: bool) -> str:
    properties = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"

    def tag(text: str) -> str:
        return f"<w:tr>{_cell(paragraph('CellText', '{%tr ' + text + ' %}'))}</w:tr>"

    return tag(f"for 行 in {items}") + f"<w:tr>{properties}{_cells()}</w:tr>" + tag("endfor")


def table(part: str) -> str:
    """The rows of `part`, its head repeated on every page."""
    edges = [round(place * WIDTH / 28) for place in range(29)]
    grid = "".join(f'<w:gridCol w:w="{b - a}"/>' for a, b in pairwise(edges))
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    properties = (
        f'<w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
    )
    rows = _rows(f"{part}.头", head=True) + _rows(f"{part}.体", head=False)
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>" + paragraph("TableGap", "")


def imprint_table(*rows: str) -> str:
    """版记 of several rows on the bottom edge of 版心: rules 0.35 mm, between the rows 0.25 mm. The cells say the width;
    the table's own is smaller because LibreOffice lets no table float that is as wide as the text."""
    place = (
        '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin" '
        'w:tblpXSpec="center" w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/>'
    )
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", THICK[1]), ("bottom", THICK[1]), ("insideH", THIN[1]))
    )
    margins = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    properties = (
        f'<w:tblPr>{place}<w:tblW w:w="{WIDTH - 344}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{margins}</w:tblPr><w:tblGrid><w:gridCol w:w="{WIDTH}"/></w:tblGrid>'
    )
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{WIDTH}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
    return f"<w:tbl>{properties}{''.join(f'<w:tr>{cell}{row}</w:tc></w:tr>' for row in rows)}</w:tbl>"


# ---- headers, footers, sections ----


def section(*, first: bool = False) -> str:
    """Page size and margins; `first`: the first page has a header and footer of its own."""
    margins = f'w:top="{twips(37)}" w:right="{twips(26)}" w:bottom="{twips(35)}" w:left="{twips(28)}"'
    kinds = ("even", "default", "first") if first else ("even", "default")
    references = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="{part}{kind}"/>' for part in ("header", "footer") for kind in kinds
    )
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins} w:header="{twips(15)}" '
        f'w:footer="{twips(24.5)}" w:gutter="0"/><w:cols w:space="425"/>{"<w:titlePg/>" if first else ""}'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr>'
    )


def footer(style: str) -> str:
    """— n —: dashes and number in 4号宋, the number a PAGE field."""
    run = f"<w:rPr>{HINTED}</w:rPr>"
    field = "".join(
        f"<w:r>{run}{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return f"{DECLARATION}<w:ftr {NAMESPACES}><w:p>{properties}{field}</w:p></w:ftr>"


def empty_footer() -> str:
    return f"{DECLARATION}<w:ftr {NAMESPACES}><w:p/></w:ftr>"


def header(number: int, drawn: str = "") -> str:
    """The 样稿 watermark of a draft, as Word's own watermarks are made; `drawn` is on the page in any case."""
    width, height = WATERMARK
    shape = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
        'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="Watermark{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        f'style="position:absolute;margin-left:0;margin-top:0;width:{width};height:{height};rotation:315;'
        "z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>'
        '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="样稿"/></v:shape>'
    )
    mark = f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"
    body = drawn + control("if 样稿") + mark + control("else") + "<w:p/>" + control("endif")
    return f"{DECLARATION}<w:hdr {NAMESPACES}>{body}</w:hdr>"


def bars(*placed: tuple[float, float]) -> str:
    """Red bars 170 mm wide in the middle of the page: (mm from its top, points thick). Bars, not a double line: programs
    differ in which of the two lines they draw thick."""
    drawn = "".join(
        f'<w:r><w:pict><v:rect id="Bar{number}" o:spid="_x0000_s{3000 + number}" style="position:absolute;'
        f"margin-left:{20 * 72 / 25.4:.2f}pt;margin-top:{top * 72 / 25.4:.2f}pt;width:{170 * 72 / 25.4:.2f}pt;"
        f"height:{thick:.2f}pt;z-index:-251650{number:03};mso-position-horizontal-relative:page;"
        f'mso-position-vertical-relative:page" fillcolor="#{RED.lower()}" stroked="f"/></w:pict></w:r>'
        for number, (top, thick) in enumerate(placed, 1)
    )
    return f"<w:p>{drawn}</w:p>"


def settings() -> str:
    compat = "".join(f"<w:{name}/>" for name in ("balanceSingleByteDoubleByteWidth", "useFELayout"))
    mode = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    return (
        f"{DECLARATION}<w:settings {NAMESPACES}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        f'<w:compat>{compat}{mode}</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def parts(body: str, *, first: tuple[str, str] | None = None) -> dict[str, str]:
    """The parts of a .docx with this body; `first`: header and footer of the first page."""
    document = (
        f"{DECLARATION}<w:document {NAMESPACES}><w:body>{body}{section(first=first is not None)}</w:body></w:document>"
    )
    contents = {
        "document": document,
        "styles": styles(),
        "settings": settings(),
        "headereven": header(1),
        "headerdefault": header(2),
        "footereven": footer("PageEven"),
        "footerdefault": footer("PageOdd"),
    }
    if first is not None:
        contents["headerfirst"], contents["footerfirst"] = first
    return {f"word/{name}.xml": text for name, text in contents.items()} | _around(list(contents))


def _around(names: list[str]) -> dict[str, str]:
    """Content types, relationships and properties."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    kinds = {name: next((k for k in ("header", "footer") if name.startswith(k)), name) for name in names}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}{kind if kind != "document" else "document.main"}+xml"/>'
        for name, kind in kinds.items()
    )
    related = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{name}.xml"/>'
        for name, kind in kinds.items()
        if name != "document"
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    core = f"{package}/metadata/core-properties"
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{overrides}<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{package}/relationships"><Relationship Id="document" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/><Relationship Id="core" '
        f'Type="{package}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": f'{DECLARATION}<cp:coreProperties xmlns:cp="{core}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ 标题 }}</dc:title>'
        "<dc:creator>{{ 发文机关 }}</dc:creator></cp:coreProperties>",
        "word/_rels/document.xml.rels": f'{DECLARATION}<Relationships xmlns="{package}/relationships">{related}'
        "</Relationships>",
    }


def packed(contents: dict[str, str]) -> bytes:
    """The .docx, the same bytes on every run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return buffer.getvalue()
