"""Named styles of the Word layouts: fonts, sizes and spacing by GB/T 9704-2012.

Lengths: 1 mm = 56.69 twips; a line is 579 twips (22 lines in 225 mm), a character 15.79 pt (28 in 156 mm).
"""

from __future__ import annotations

LINE = 579
CHARACTER = 315.9
CLOSER = -5
"""Twentieths of a point between characters of 3号. A grid of characters with a negative charSpace says the same, but
LibreOffice sets 14 characters a line in it."""
HINTED = '<w:rFonts w:hint="eastAsia"/>'
"""All a run says of itself: styles say the rest, but programs take this from the run alone."""
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
    """Fonts for all four scripts, hinted East-Asian so that quotes and dashes are set full width. 3号 is set a quarter of a
    point closer, 28 characters in 156 mm; every other size says that it is not."""
    east = FONTS[font]
    parts = [f'<w:rFonts w:hint="eastAsia" w:ascii="{LATIN}" w:eastAsia="{east}" w:hAnsi="{LATIN}" w:cs="{LATIN}"/>']
    parts += [f'<w:color w:val="{color}"/>'] if color else []
    parts += [f'<w:spacing w:val="{CLOSER if points == 16 else 0}"/>']
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


def borders(**sides: tuple[str, int, str]) -> str:
    """Paragraph borders: side -> (kind, eighths of a point, colour)."""
    drawn = "".join(
        f'<w:{side} w:val="{kind}" w:sz="{size}" w:space="0" w:color="{colour}"/>'
        for side in ("top", "bottom")
        if side in sides
        for kind, size, colour in (sides[side],)
    )
    return f"<w:pBdr>{drawn}</w:pBdr>"


RULE = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="{RED}"/></w:pBdr>'
# 版记 stands on the bottom edge of 版心, on the last page: a frame anchored after the text.
BOTTOM = (
    f'<w:framePr w:w="{twips(156)}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" '
    'w:xAlign="center" w:yAlign="bottom"/>'
)
# 0.35 mm and 0.25 mm, in eighths of a point.
THICK, THIN = ("single", 8, "000000"), ("single", 6, "000000")
MARK_BEFORE = f'<w:spacing w:before="{twips(35)}" w:line="880" w:lineRule="exact"/>'
# 信函格式: the mark's characters begin 30 mm below the top of the page, a little below the top of their line.
LETTER_MARK = (
    f'<w:framePr w:w="{twips(156)}" w:hSpace="0" w:wrap="notBeside" w:vAnchor="page" w:hAnchor="margin" '
    f'w:xAlign="center" w:y="{twips(29.3)}"/>'
)
# 份号, 密级 and 紧急程度 stand above the mark, in a frame that moves nothing.
MARKING = (
    f'<w:framePr w:w="{twips(60)}" w:hSpace="0" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" '
    'w:xAlign="left" w:y="1"/>'
)
LETTER_FIRST = f'<w:spacing w:before="{twips(17.0)}" w:line="320" w:lineRule="exact"/>'
OFF_GRID = '<w:snapToGrid w:val="0"/>'
CENTRE, RIGHT, BOTH = '<w:jc w:val="center"/>', '<w:jc w:val="right"/>', '<w:jc w:val="both"/>'
TWO = indent(first=2)
KEEP = "<w:keepNext/>"
WHOLE = f"{KEEP}<w:keepLines/>"
CELL = f'{OFF_GRID}<w:spacing w:before="30" w:after="30" w:line="300" w:lineRule="exact"/>'
ENTRY = f'{OFF_GRID}<w:spacing w:before="70" w:after="70" w:line="340" w:lineRule="exact"/>'
IMPRINT = '<w:ind w:firstLineChars="100" w:firstLine="280"/>'
COPIES = (
    '<w:ind w:leftChars="400" w:left="1120" w:rightChars="100" w:right="280" w:hangingChars="300" w:hanging="840"/>'
)
SIGN = "<w:tabs>" + "".join(f'<w:tab w:val="right" w:pos="{at}"/>' for at in (5400, 6300, 7200)) + "</w:tabs>"
EDGE = f'<w:tabs><w:tab w:val="right" w:pos="{twips(156)}"/></w:tabs>'
SIDES = f'<w:tabs><w:tab w:val="right" w:pos="{twips(156) - 280}"/></w:tabs>'


def heading(level: int) -> str:
    return f'{KEEP}{spacing()}{TWO}{BOTH}<w:outlineLvl w:val="{level - 1}"/>'


# id, name, paragraph properties, (font, points, colour, scale). 3号 = 16 pt, 2号 = 22 pt, 4号 = 14 pt, 小4号 = 12 pt, 5号 = 10.5 pt.
STYLES = (
    ("Mark", "发文机关标志", f"{OFF_GRID}{MARK_BEFORE}{CENTRE}", ("标宋", 44, RED, 90)),
    (
        "LetterMark",
        "信函发文机关标志",
        f'{LETTER_MARK}{OFF_GRID}<w:spacing w:line="880" w:lineRule="exact"/>{CENTRE}',
        ("标宋", 44, RED, 90),
    ),
    ("Number", "发文字号", f"{RULE}{OFF_GRID}{spacing(2, 320)}{CENTRE}", ("仿宋", 16)),
    # 7/8 of a character below the double rule: 54.2 mm below the top of the page.
    (
        "LetterNumber",
        "信函发文字号",
        f"{OFF_GRID}{LETTER_FIRST}{RIGHT}",
        ("仿宋", 16),
    ),
    ("DocTitle", "公文标题", f"{WHOLE}{OFF_GRID}{spacing(2, after=1)}{CENTRE}", ("标宋", 22)),
    ("FormTitle", "表格标题", f"{WHOLE}{OFF_GRID}{spacing(0, after=0.5)}{CENTRE}", ("标宋", 22)),
    ("Marking", "版头标注", f"{KEEP}{MARKING}{spacing()}", ("黑", 16)),
    ("LetterMarking", "信函版头标注", f"{KEEP}{EDGE}{OFF_GRID}{spacing(0.45, 320)}", ("黑", 16)),
    # Who signed a letter to a superior, two on a line; the last line has the number too. Where the names stand is said on the spot.
    ("Signers", "签发人", f"{KEEP}{OFF_GRID}{spacing(0.45, 320)}{indent(first=1)}", ("仿宋", 16)),
    ("UpwardNumber", "上行发文字号", f"{RULE}{OFF_GRID}{spacing(0.45, 320)}{indent(first=1)}", ("仿宋", 16)),
    ("RedRule", "红色分隔线", f"{RULE}{OFF_GRID}{spacing(0.4, 20)}", ("仿宋", 16)),
    ("Addressee", "主送机关", f"{KEEP}{spacing()}", ("仿宋", 16)),
    ("BodyText3", "公文正文", f"{spacing()}{TWO}{BOTH}", ("仿宋", 16)),
    ("Level1", "公文一级标题", heading(1), ("黑", 16)),
    ("Level2", "公文二级标题", heading(2), ("楷", 16)),
    ("Level3", "公文三级标题", heading(3), ("仿宋", 16)),
    ("Level4", "公文四级标题", heading(4), ("仿宋", 16)),
    ("AnnexOnly", "附件说明单件", f"{WHOLE}{spacing(1)}{indent(left=5, hanging=3)}", ("仿宋", 16)),
    ("AnnexFirst", "附件说明首件", f"{WHOLE}{spacing(1)}{indent(left=5.75, hanging=3.75)}", ("仿宋", 16)),
    ("AnnexNext", "附件说明后件", f"{WHOLE}{spacing()}{indent(left=5.75, hanging=0.75)}", ("仿宋", 16)),
    ("Signature3", "署名", f"{KEEP}{spacing(2)}{indent(right=4)}{RIGHT}", ("仿宋", 16)),
    ("Joint", "联合署名", f"{KEEP}{spacing(2)}", ("仿宋", 16)),
    ("Date3", "成文日期", f"{KEEP}{spacing()}{indent(right=4)}{RIGHT}", ("仿宋", 16)),
    ("Note3", "附注", f"{KEEP}{spacing()}{TWO}{BOTH}", ("仿宋", 16)),
    ("AnnexLabel", "附件标记", f"{KEEP}<w:pageBreakBefore/>{spacing()}", ("黑", 16)),
    ("AnnexTitle", "附件标题", f"{WHOLE}{OFF_GRID}{spacing(1, after=1)}{CENTRE}", ("标宋", 22)),
    ("FormHead", "表首", f"{KEEP}{SIDES}{OFF_GRID}{spacing(0, 400)}", ("仿宋", 12)),
    ("FormLabel", "表单栏目", f"{ENTRY}{CENTRE}", ("黑", 12)),
    ("FormEntry", "表单填写", ENTRY, ("仿宋", 12)),
    ("CellHead", "表格栏目", f"{CELL}{CENTRE}", ("黑", 10.5)),
    ("CellText", "表格文字", CELL, ("仿宋", 10.5)),
    ("CellCentre", "表格居中", f"{CELL}{CENTRE}", ("仿宋", 10.5)),
    ("CellSection", "表格分节", f"{KEEP}{CELL}", ("黑", 10.5)),
    # The room to write an opinion in stands above the line to sign on.
    (
        "CellSign",
        "表格签章",
        f'{SIGN}{OFF_GRID}<w:spacing w:before="960" w:after="60" w:line="360" w:lineRule="exact"/>',
        ("仿宋", 12),
    ),
    ("TableGap", "表间", f'{OFF_GRID}<w:spacing w:line="20" w:lineRule="exact"/>', ("仿宋", 1)),
    ("FormNote", "表下附注", f'{OFF_GRID}<w:spacing w:before="60" w:line="320" w:lineRule="exact"/>', ("仿宋", 12)),
    ("Picture", "图", f"{KEEP}{OFF_GRID}{CENTRE}", ("仿宋", 12)),
    ("Caption", "图题", f"{OFF_GRID}{spacing(0, 400, after=0.5)}{CENTRE}", ("黑", 12)),
    ("Anchor", "版记锚点", f"{OFF_GRID}{spacing(0, 20)}", ("仿宋", 1)),
    ("Copies", "版记抄送", f"{KEEP}{OFF_GRID}{spacing()}{COPIES}", ("仿宋", 14)),
    (
        "ImprintBelow",
        "版记印发",
        f"{KEEP}{SIDES}{OFF_GRID}{spacing()}{IMPRINT}",
        ("仿宋", 14),
    ),
    ("Imprint", "版记", f"{KEEP}{borders(top=THICK, bottom=THICK)}{SIDES}{OFF_GRID}{spacing()}{IMPRINT}", ("仿宋", 14)),
    ("LetterCopies", "信函抄送", f"{KEEP}{OFF_GRID}{spacing()}{COPIES}", ("仿宋", 14)),
    ("PageOdd", "单页码", f"{spacing(0, 400)}{indent(right=1)}{RIGHT}", ("宋", 14)),
    ("PageEven", "双页码", f'{spacing(0, 400)}{indent(left=1)}<w:jc w:val="left"/>', ("宋", 14)),
)
NAME, LETTER_NUMBER, LEADING = "SignerName", "LetterNumberText", "Leading"
CHARACTERS = ((NAME, "签发人姓名", "楷"), (LEADING, "公文二级首句", "楷"), (LETTER_NUMBER, "信函发文字号文字", "仿宋"))
"""Styles of characters for what has a font of its own in its paragraph."""
LOOK = {style: look for style, _, _, look in STYLES}
SETTLED = (
    '<w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
)


def look_of(style: str) -> str:
    """The run properties of a style."""
    look = LOOK[style]
    return run_properties(
        look[0], look[1], color=look[2] if len(look) > 2 else "", scale=look[3] if len(look) > 3 else 0
    )


def styles() -> str:
    """word/styles.xml."""
    default = run_properties("仿宋", 16)
    out = [
        f"{DECLARATION}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{default}</w:rPr></w:rPrDefault>",
        f"<w:pPrDefault><w:pPr>{SETTLED}</w:pPr></w:pPrDefault></w:docDefaults>",
        # Said again: indents in characters are measured from the size of Normal, and LibreOffice passes over some defaults.
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{SETTLED}</w:pPr><w:rPr>{default}</w:rPr></w:style>",
    ]
    for style, name, properties, _ in STYLES:
        out.append(
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{properties}</w:pPr><w:rPr>{look_of(style)}</w:rPr></w:style>'
        )
    for style, name, font in CHARACTERS:
        out.append(
            f'<w:style w:type="character" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/><w:qFormat/>'
            f"<w:rPr>{run_properties(font, 16)}</w:rPr></w:style>"
        )
    return "".join(out) + "</w:styles>"
