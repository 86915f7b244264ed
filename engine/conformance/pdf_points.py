"""The table of points a PDF is held to."""

from __future__ import annotations

from collections.abc import Iterable

from engine.conformance import pdf as v
from engine.conformance import pdf_file as file
from engine.conformance import pdf_parts as p
from engine.conformance.filing import DRAWN, METADATA, TAGS
from engine.conformance.pages import Pages
from engine.conformance.roles import FOLIO
from engine.documents import text_points as t
from engine.documents.points import ALL, FORM, HEADED, LETTER, OFFICIAL, PROSE, Point, PointResult, run


def _points() -> Iterable[Point[Pages]]:
    only, letter = frozenset({OFFICIAL}), frozenset({LETTER})
    mark, title = (t.MARK,), (t.TITLE,)
    yield Point("P01", "用纸 A4（210 mm × 297 mm）", "5.1", ALL, v.every_page(v.paper))
    yield Point("P02", "纵向", "5.1", ALL, v.every_page(v.upright))
    yield Point("P03", "天头 37 ±1 mm", "5.2.1", ALL - {LETTER, FORM}, v.top_edge)
    yield Point("P04", "订口 28 ±1 mm，回行顶格", "5.2.1、7.3.3", PROSE, v.left_edge)
    yield Point("P05", "文字不出版心右边缘", "5.2.1", ALL, v.every_page(v.right_edge))
    yield Point("P06", "文字不出版心下边缘", "5.2.1", ALL, v.every_page(v.bottom_edge))
    yield Point("P07", "每面不超过 22 行（能省一面时 24 行）", "5.2.3、7.3.5.5", PROSE, v.lines_on)
    yield Point("P08", "行距 225 mm ÷ 22（能省一面时至 24），全件一致", "5.2.3、7.3.5.5", PROSE, v.pitch)
    yield Point("P09", "每行不超过 28 字", "5.2.3", PROSE, v.each((t.BODY,), v.characters))
    yield Point("P10", "行首没有标点", "GB/T 15834", PROSE, v.each((t.BODY,), v.begins_well))
    yield Point("P11", "行末没有前引号、前括号", "GB/T 15834", PROSE, v.each((t.BODY,), v.ends_well))
    yield Point("P12", "正文两端对齐", "7.3.3", PROSE, v.full_lines)
    yield Point("P13", "正文等用 3 号字", "5.2.2", PROSE, v.each(t.THREE, v.sized(15.85, 0.25)))
    yield Point("P14", "正文等用仿宋", "5.2.2", PROSE, v.mostly((t.BODY, t.ORGAN, t.ADDRESSEE), v.FANG))
    yield Point("P15", "一级标题黑体", "7.3.3", PROSE, v.each(t.LEVELS[:1], v.set_in(v.HEI)))
    yield Point("P16", "二级标题和第二层段落的首句楷体", "7.3.3", PROSE, v.second_level)
    yield Point("P17", "除标志和红线外文字为黑色", "5.2.4", ALL, v.black)
    yield Point("P18", "字体全部嵌入", "—", ALL, file.embedded)
    yield Point("P64", "字体的 CID 就是字形号，各种阅读器显示相同", "ISO 32000-1 9.7.4.2", ALL, file.numbered)
    yield Point("P19", "没有缺字的方框，文字可以复制", "—", ALL, file.no_boxes)
    yield Point("P20", "用简体中文字形的字体", "5.2.2", ALL, file.chinese_shapes)
    yield Point("P21", "标志红色", "7.2.4", HEADED, v.each(mark, p.red))
    yield Point("P22", "标志用宋体类（小标宋）", "7.2.4", HEADED, v.each(mark, v.set_in(v.SONG)))
    yield Point("P23", "标志居中", "7.2.4", HEADED, v.each(mark, p.centred))
    yield Point("P24", "标志上边缘距版心上边缘 35 mm", "7.2.4", only, v.each(mark, p.mark_place))
    yield Point("P25", "信函标志上边缘距上页边 30 mm", "10.1", letter, v.each(mark, p.letter_mark_place))
    yield Point("P26", "标志一行排完，不宽于版心", "7.2.4", HEADED, p.mark_fits)
    yield Point("P27", "发文字号 3 号", "7.2.5", HEADED, v.each((t.NUMBER,), v.sized(15.85, 0.25)))
    yield Point("P28", "发文字号居中（上行文除外）", "7.2.5", only, p.number_middle)
    yield Point("P29", "发文字号在标志下空二行", "7.2.5", only, p.number_below)
    yield Point("P71", "份号、密级、紧急程度在左上角顶格，自上而下", "7.2.1–7.2.3、10.1", HEADED, p.markings)
    yield Point("P72", "密级、紧急程度 3 号黑体", "7.2.2、7.2.3", HEADED, v.each((t.MARKING,), v.bold_face))
    yield Point(
        "P73", "上行文：发文字号居左空一字，与末行签发人同行，签发人居右", "7.2.5、7.2.6", only, p.signers_place
    )
    yield Point("P74", "签发人姓名 3 号楷体", "7.2.6", only, p.signers_font)
    yield Point("P30", "首页有一条红色分隔线", "7.2.7", only, p.red_rule)
    yield Point("P31", "红线与版心等宽", "7.2.7", only, p.rule_width)
    yield Point("P32", "红线在发文字号之下 4 mm", "7.2.7", only, p.rule_gap)
    yield Point("P33", "标题 2 号", "7.3.1", ALL, v.each(title, v.sized(22)))
    yield Point("P34", "标题用宋体类（小标宋）", "7.3.1", ALL, v.each(title, v.set_in(v.SONG)))
    yield Point("P35", "标题居中", "7.3.1", ALL, v.each(title, p.centred))
    yield Point("P36", "标题在红线下空二行", "7.3.1", only, p.title_below)
    yield Point("P37", "主送机关顶格", "7.3.2", HEADED, v.each((t.ADDRESSEE,), p.flush_left))
    yield Point("P38", "主送机关在标题下空一行", "7.3.2", HEADED, p.addressee_below)
    yield Point("P39", "首页显示正文", "7.3.3", ALL, p.body_first)
    yield Point("P40", "每段首行缩进二字", "7.3.3", PROSE, v.each((t.BODY, *t.LEVELS), p.indented))
    yield Point("P41", "附件说明左空二字", "7.3.4", HEADED, p.annex_place)
    yield Point("P42", "附件说明在正文下空一行", "7.3.4", HEADED, p.annex_below)
    yield Point("P43", "成文日期右空四字", "7.3.5.1", PROSE, v.each((t.DAY,), p.date_place))
    yield Point("P44", "署名以成文日期为准居中", "7.3.5.1", PROSE, p.organ_over_date)
    yield Point("P45", "署名所在的一面有正文", "7.3.5.5", PROSE, p.together)
    yield Point("P70", "印章处居中压署名和成文日期，上距正文一行之内", "7.3.5.1", PROSE, p.seal_place)
    yield Point("P75", "联合行文：署名排列整齐，印章一一居中压署名，互不相交", "7.3.5.1", PROSE, p.cosigned)
    yield Point("P65", "署名以前不只一行正文", "7.3.5.5", PROSE, p.not_alone)
    yield Point("P46", "版记分隔线 0.35、0.25、0.35 mm", "7.4.1", only, p.imprint_rules)
    yield Point("P47", "版记末条线与版心下边缘重合", "7.4.1", only, p.imprint_bottom)
    yield Point("P48", "版记与版心等宽", "7.4.1", only, p.imprint_width)
    yield Point("P49", "版记在最后一面", "7.4", only, p.imprint_last)
    yield Point("P66", "正文、附注不排到版记上", "7.4", only, p.imprint_clear)
    yield Point("P50", "版记 4 号", "7.4.2、7.4.3", only, v.each((t.IMPRINT,), v.sized(14)))
    yield Point("P51", "版记左右各空一字", "7.4.2、7.4.3", only, p.imprint_indent)
    yield Point("P52", "页码连续，信函首页不显示", "7.5、10.1", ALL, p.folios)
    yield Point("P53", "单页居右、双页居左，各空一字", "7.5", ALL, v.each((FOLIO,), p.folio_side))
    yield Point("P54", "页码的一字线距版心下边缘 7 mm", "7.5", ALL, v.each((FOLIO,), p.folio_height))
    yield Point("P55", "页码 4 号宋体", "7.5", ALL, v.each((FOLIO,), lambda o: v.sized(14)(o) or v.set_in(v.SONG)(o)))
    yield Point("P61", "信函首页两条红色双线，宽 170 mm", "10.1", letter, p.letter_rules)
    yield Point("P62", "信函标志与双线相距 4 mm", "10.1", letter, p.letter_rule_gap)
    yield Point("P63", "信函发文字号居版心右边缘", "10.1", letter, v.each((t.NUMBER,), p.number_right))
    yield Point("P56", "属性中的标题与文中一致", "—", ALL, file.titled)
    yield Point("P57", "属性中的作者是发文机关", "—", PROSE, file.authored)
    yield Point("P58", "属性中的日期是成文日期", "—", ALL, file.dated)
    yield Point("P59", "语言为中文", "—", ALL, file.language)
    yield Point("P60", "没有脚本、附带的文件和签名以外的表单", "—", ALL, file.passive)
    yield Point("P67", "PDF/A-2a 的元数据和输出条件", "ISO 19005-2 6.2、6.6", ALL, file.filed(METADATA))
    yield Point("P68", "PDF/A-2a 的标签：标题、段落、表头、图的替代文字", "ISO 19005-2 6.7", ALL, file.filed(TAGS))
    yield Point("P69", "没有透明，批注有外观", "ISO 19005-2 6.2、6.3", ALL, file.filed(DRAWN))


POINTS: tuple[Point[Pages], ...] = tuple(_points())


def findings(pages: Pages) -> list[PointResult]:
    """Every point that concerns a PDF of this kind."""
    return [*run(t.POINTS, pages, pages.kind), *run(POINTS, pages, pages.kind)]
