"""Writes templates/official.docx anew: the 公文 layout of GB/T 9704-2012, number by number.

    python templates/build.py            # overwrites templates/official.docx

The .docx beside this file is what is used. The document office opens it in Word, changes styles and fixed words and
saves it; `guiju check` reports mistakes in it. This script only says where the first version came from and restores it.
Lengths: 1 mm = 56.69 twips; a line is 579 twips (22 lines in 225 mm), a character 15.79 pt (28 in 156 mm).
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

LINE = 579
CHARACTER = 315.9
RED = "FF0000"
FONTS = {"宋": "宋体", "仿宋": "仿宋_GB2312", "楷": "楷体_GB2312", "黑": "黑体", "标宋": "方正小标宋简体"}
LATIN = "Times New Roman"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
        ("v", "urn:schemas-microsoft-com:vml"),
        ("o", "urn:schemas-microsoft-com:office:office"),
    )
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)


def run_properties(font: str, points: float, *, color: str = "", scale: int = 0) -> str:
    """Fonts for all four scripts, hinted East-Asian so that quotes and dashes are set full width. Only text of 3号 keeps
    to the grid of characters."""
    east = FONTS[font]
    parts = [f'<w:rFonts w:hint="eastAsia" w:ascii="{LATIN}" w:eastAsia="{east}" w:hAnsi="{LATIN}" w:cs="{LATIN}"/>']
    parts += ['<w:snapToGrid w:val="0"/>'] if points != 16 else []
    parts += [f'<w:color w:val="{color}"/>'] if color else []
    parts += [f'<w:w w:val="{scale}"/>'] if scale else []
    parts += [f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>']
    return "".join(parts) + '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'


def spacing(before: float = 0, line: int = LINE, after: float = 0) -> str:
    """`before` and `after` in lines, `line` exact in twips."""
    lines = f' w:beforeLines="{round(before * 100)}"' if before else ""
    twip = f' w:before="{round(before * LINE)}"' if before else ""
    if after:
        lines += f' w:afterLines="{round(after * 100)}" w:after="{round(after * LINE)}"'
    return f'<w:spacing{lines}{twip} w:line="{line}" w:lineRule="exact"/>'


def indent(left: float = 0, right: float = 0, first: float = 0, hanging: float = 0) -> str:
    """Indents in characters, with their twips for programs that ignore characters."""
    given = {"left": left, "right": right, "firstLine": first, "hanging": hanging}
    used = {key: value for key, value in given.items() if value}
    return (
        "<w:ind "
        + " ".join(
            f'w:{key}Chars="{round(value * 100)}" w:{key}="{round(value * CHARACTER)}"' for key, value in used.items()
        )
        + "/>"
    )


RULE = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="{RED}"/></w:pBdr>'
# 版记 stands on the bottom edge of 版心, on the page where organ and date are: a frame anchored after them; rules 0.35 mm.
BOTTOM = (
    f'<w:framePr w:w="{twips(156)}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" '
    'w:xAlign="center" w:yAlign="bottom"/>'
)
_BLACK = 'w:val="single" w:sz="8" w:space="0" w:color="000000"'
IMPRINT_RULES = f"<w:pBdr><w:top {_BLACK}/><w:bottom {_BLACK}/></w:pBdr>"
MARK_BEFORE = f'<w:spacing w:before="{twips(35)}" w:line="880" w:lineRule="exact"/>'
OFF_GRID = '<w:snapToGrid w:val="0"/>'
CENTRE = '<w:jc w:val="center"/>'
TWO = indent(first=2)
# id, name, paragraph properties, (font, points, colour, scale). 3号 = 16 pt, 2号 = 22 pt, 4号 = 14 pt.
STYLES = (
    ("Mark", "发文机关标志", f'<w:snapToGrid w:val="0"/>{MARK_BEFORE}<w:jc w:val="center"/>', ("标宋", 44, RED, 90)),
    ("Number", "发文字号", f'{RULE}<w:snapToGrid w:val="0"/>{spacing(2, 320)}<w:jc w:val="center"/>', ("仿宋", 16)),
    ("DocTitle", "公文标题", f"<w:keepNext/><w:keepLines/>{OFF_GRID}{spacing(2, after=1)}{CENTRE}", ("标宋", 22)),
    ("RedRule", "红色分隔线", f"{RULE}{OFF_GRID}{spacing(1, 20)}", ("仿宋", 16)),
    ("Addressee", "主送机关", f"<w:keepNext/>{spacing()}", ("仿宋", 16)),
    ("BodyText3", "公文正文", f'{spacing()}{TWO}<w:jc w:val="both"/>', ("仿宋", 16)),
    (
        "Level1",
        "公文一级标题",
        f'<w:keepNext/>{spacing()}{TWO}<w:jc w:val="both"/><w:outlineLvl w:val="0"/>',
        ("黑", 16),
    ),
    (
        "Level2",
        "公文二级标题",
        f'<w:keepNext/>{spacing()}{TWO}<w:jc w:val="both"/><w:outlineLvl w:val="1"/>',
        ("楷", 16),
    ),
    (
        "Level3",
        "公文三级标题",
        f'<w:keepNext/>{spacing()}{TWO}<w:jc w:val="both"/><w:outlineLvl w:val="2"/>',
        ("仿宋", 16),
    ),
    (
        "Level4",
        "公文四级标题",
        f'<w:keepNext/>{spacing()}{TWO}<w:jc w:val="both"/><w:outlineLvl w:val="3"/>',
        ("仿宋", 16),
    ),
    ("AnnexOnly", "附件说明单件", f"<w:keepNext/><w:keepLines/>{spacing(1)}{indent(left=5, hanging=3)}", ("仿宋", 16)),
    (
        "AnnexFirst",
        "附件说明首件",
        f"<w:keepNext/><w:keepLines/>{spacing(1)}{indent(left=5.75, hanging=3.75)}",
        ("仿宋", 16),
    ),
    (
        "AnnexNext",
        "附件说明后件",
        f"<w:keepNext/><w:keepLines/>{spacing()}{indent(left=5.75, hanging=0.75)}",
        ("仿宋", 16),
    ),
    ("Signature3", "署名", f'<w:keepNext/>{spacing(2)}{indent(right=4)}<w:jc w:val="right"/>', ("仿宋", 16)),
    ("Date3", "成文日期", f'<w:keepNext/>{spacing()}{indent(right=4)}<w:jc w:val="right"/>', ("仿宋", 16)),
    ("Note3", "附注", f'<w:keepNext/>{spacing()}{indent(first=2)}<w:jc w:val="both"/>', ("仿宋", 16)),
    ("Anchor", "版记锚点", f"{OFF_GRID}{spacing(0, 20)}", ("仿宋", 1)),
    (
        "Imprint",
        "版记",
        f'<w:keepNext/>{IMPRINT_RULES}<w:tabs><w:tab w:val="right" w:pos="{twips(156) - 280}"/></w:tabs>'
        f'<w:snapToGrid w:val="0"/>{spacing()}<w:ind w:firstLineChars="100" w:firstLine="280"/>',
        ("仿宋", 14),
    ),
    ("PageOdd", "单页码", f'{spacing(0, 400)}{indent(right=1)}<w:jc w:val="right"/>', ("宋", 14)),
    ("PageEven", "双页码", f'{spacing(0, 400)}{indent(left=1)}<w:jc w:val="left"/>', ("宋", 14)),
)
LOOK = {style: look for style, _, _, look in STYLES}
SETTLED = '<w:widowControl/><w:kinsoku/><w:overflowPunct/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'


def paragraph(style: str, text: str, direct: str = "") -> str:
    """`direct`: paragraph properties said here because not every program reads them from a style."""
    look = LOOK[style]
    properties = run_properties(
        look[0], look[1], color=look[2] if len(look) > 2 else "", scale=look[3] if len(look) > 3 else 0
    )
    runs = []
    for place, piece in enumerate(text.split("\t")):
        runs += [f"<w:r><w:rPr>{properties}</w:rPr><w:tab/></w:r>"] if place else []
        runs += [f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{piece}</w:t></w:r>'] if piece else []
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{direct}</w:pPr>{"".join(runs)}</w:p>'


def control(text: str) -> str:
    """A paragraph that holds only a template tag; it disappears when the letter is written."""
    return paragraph("BodyText3", "{%p " + text + " %}")


def section() -> str:
    margins = f'w:top="{twips(37)}" w:right="{twips(26)}" w:bottom="{twips(35)}" w:left="{twips(28)}"'
    footers = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="{part}{kind}"/>'
        for part in ("header", "footer")
        for kind in ("even", "default")
    )
    return (
        f'<w:sectPr>{footers}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins} w:header="{twips(15)}" '
        f'w:footer="{twips(24.5)}" w:gutter="0"/><w:cols w:space="425"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="-849"/></w:sectPr>'
    )


def document() -> str:
    levels = [("if", 1), ("elif", 2), ("elif", 3), ("elif", 4)]
    headings = "".join(
        control(f"{word} 段.级 == {level}") + paragraph(f"Level{level}", "{{ 段.文 }}") for word, level in levels
    )
    body = [
        control("if 红头"),
        paragraph("Mark", "{{ 标志 }}"),
        control("if 发文字号"),
        paragraph("Number", "{{ 发文字号 }}"),
        control("else"),
        paragraph("RedRule", ""),
        control("endif"),
        control("endif"),
        paragraph("DocTitle", "{{ 标题 }}"),
        control("if 主送"),
        paragraph("Addressee", "{{ 主送 }}："),
        control("endif"),
        control("for 段 in 正文"),
        headings,
        control("else"),
        paragraph("BodyText3", "{{ 段.文 }}"),
        control("endif"),
        control("endfor"),
        control("for 件 in 附件"),
        control('if 件.序 == ""'),
        paragraph("AnnexOnly", "附件：{{ 件.名 }}"),
        control("elif 件.首"),
        paragraph("AnnexFirst", "附件：{{ 件.序 }}{{ 件.名 }}"),
        control("else"),
        paragraph("AnnexNext", "{{ 件.序 }}{{ 件.名 }}"),
        control("endif"),
        control("endfor"),
        paragraph("Signature3", "{{ 发文机关 }}"),
        paragraph("Date3", "{{ 成文日期 }}"),
        control("for 注 in 附注"),
        paragraph("Note3", "（{{ 注.文 }}）"),
        control("endfor"),
        control("if 版记"),
        paragraph("Imprint", "{{ 发文机关 }}\t{{ 印发日期 }}印发", BOTTOM),
        # A frame needs a paragraph after it to stand on the page of; between organ and date it would part them.
        paragraph("Anchor", ""),
        control("endif"),
    ]
    return f"{DECLARATION}<w:document {NAMESPACES}><w:body>{''.join(body)}{section()}</w:body></w:document>"


def styles() -> str:
    default = run_properties("仿宋", 16)
    out = [
        f"{DECLARATION}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{default}</w:rPr></w:rPrDefault>",
        f"<w:pPrDefault><w:pPr>{SETTLED}</w:pPr></w:pPrDefault></w:docDefaults>",
        # The grid of characters is measured from the size of Normal, so it is said here and not only in the defaults.
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:rPr>{default}</w:rPr></w:style>",
    ]
    for style, name, properties, look in STYLES:
        run = run_properties(
            look[0], look[1], color=look[2] if len(look) > 2 else "", scale=look[3] if len(look) > 3 else 0
        )
        out.append(
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{properties}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
        )
    return "".join(out) + "</w:styles>"


def footer(style: str) -> str:
    """— n —: dashes and number in 4号宋, the number a PAGE field."""
    run = f"<w:rPr>{run_properties('宋', 14)}</w:rPr>"
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


def header(number: int) -> str:
    """The 样稿 watermark of a draft, as Word's own watermarks are made; an empty header otherwise."""
    shape = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
        'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="Watermark{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        'style="position:absolute;margin-left:0;margin-top:0;width:360pt;height:180pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>'
        '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="样稿"/></v:shape>'
    )
    mark = f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"
    body = control("if 样稿") + mark + control("else") + "<w:p/>" + control("endif")
    return f"{DECLARATION}<w:hdr {NAMESPACES}>{body}</w:hdr>"


def settings() -> str:
    compat = "".join(f"<w:{name}/>" for name in ("balanceSingleByteDoubleByteWidth", "useFELayout"))
    mode = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    return (
        f"{DECLARATION}<w:settings {NAMESPACES}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        f'<w:compat>{compat}{mode}</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def parts() -> dict[str, str]:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    kinds = {
        "document": "document.main",
        "styles": "styles",
        "settings": "settings",
        "headereven": "header",
        "headerdefault": "header",
        "footereven": "footer",
        "footerdefault": "footer",
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}{kind}+xml"/>' for name, kind in kinds.items()
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
        "word/document.xml": document(),
        "word/styles.xml": styles(),
        "word/settings.xml": settings(),
        "word/headereven.xml": header(1),
        "word/headerdefault.xml": header(2),
        "word/footereven.xml": footer("PageEven"),
        "word/footerdefault.xml": footer("PageOdd"),
    }


def build() -> bytes:
    """The template's bytes, the same on every run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts().items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return buffer.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("official.docx").write_bytes(build())
