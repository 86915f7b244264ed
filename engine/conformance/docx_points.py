"""The table of points a .docx is held to."""

from __future__ import annotations

from collections.abc import Iterable

from engine.conformance import docx as v
from engine.conformance import docx_marked as m
from engine.conformance import docx_parts as d
from engine.conformance.word import WordFile
from engine.conformance.word_checks import each, runs, sections
from engine.documents import text_points as t
from engine.documents.points import ALL, FORM, HEADED, LETTER, OFFICIAL, PROSE, Point, PointResult, run


def _points() -> Iterable[Point[WordFile]]:
    only = frozenset({OFFICIAL})
    mark, num, title = (t.MARK,), (t.NUMBER,), (t.TITLE,)
    yield Point("W01", "用纸 A4（210 mm × 297 mm）", "5.1", ALL, sections(v.paper))
    yield Point("W02", "纵向，不另留装订线", "5.1", ALL, sections(v.upright))
    yield Point("W03", "天头 37 ±1 mm", "5.2.1", ALL - {FORM}, sections(v.margin("top", 37)))
    yield Point("W04", "订口 28 ±1 mm", "5.2.1", ALL, sections(v.margin("left", 28)))
    yield Point("W05", "版心宽 156 mm", "5.2.1", ALL, sections(v.text_width))
    yield Point("W06", "版心高 225 mm", "5.2.1", ALL - {FORM}, sections(v.text_height))
    yield Point("W07", "设行的网格", "5.2.3", PROSE, sections(v.grid))
    yield Point(
        "W08", "每面 22 行（能省一面时 24 行，另留余地至 26 行）", "5.2.3、7.3.5.5", PROSE, sections(v.grid_lines)
    )
    yield Point("W09", "每行 28 字", "5.2.3", PROSE, v.characters_a_line)
    yield Point("W10", "不分栏", "5.2", ALL, sections(v.columns_of))
    yield Point("W11", "单页、双页各有页码", "7.5", ALL, v.even_and_odd)
    yield Point("W12", "页码写作 — n —，用页码域", "7.5", ALL, v.number_form)
    yield Point("W13", "单页居右、双页居左，各空一字", "7.5", ALL, v.number_place)
    yield Point("W14", "页码 4 号宋体", "7.5", ALL, v.number_look)
    yield Point("W15", "页码的一字线距版心下边缘 7 mm", "7.5", ALL, v.number_height)
    yield Point("W16", "首页页码：信函不显示，其他显示", "7.5、10.1", ALL, v.first_page_number)
    yield Point("W17", "文档默认写明中文字体", "5.2.2", ALL, v.default_fonts)
    yield Point("W18", "不用主题字体", "5.2.2", ALL, v.theme_fonts)
    yield Point("W19", "每处中文用公文字体", "5.2.2", ALL, runs((), v.east_asian))
    yield Point("W20", "数字、字母用 Times New Roman", "5.2.2", ALL, runs((), v.latin))
    yield Point("W21", "语言为简体中文", "5.2.2", ALL, runs((), v.language))
    yield Point("W22", "引号、破折号按中文排", "5.2.2", ALL, runs((), v.hinted))
    yield Point("W23", "正文等用 3 号字", "5.2.2", PROSE, runs(t.THREE, v.sized(16)))
    yield Point("W24", "正文等用仿宋", "5.2.2", PROSE, v.fangsong)
    yield Point("W25", "文字不加粗、不倾斜、不划线", "5.2.2", ALL, runs((), v.undecorated))
    yield Point(
        "W26", "除标志和红线外文字为黑色", "5.2.4", ALL, runs((*t.THREE, t.NUMBER, t.TITLE, t.IMPRINT), v.black)
    )
    yield Point("W27", "正文不缩放，除排满 28 字外不改字距", "5.2.2", PROSE, runs(t.THREE, v.unsqueezed))
    yield Point("W28", "行距固定，与网格一致", "5.2.3", PROSE, d.spaced_by_the_grid)
    yield Point("W29", "正文段前、段后不留空", "7.3.3", PROSE, each((t.BODY, *t.LEVELS), d.no_space_around))
    yield Point("W30", "每段首行缩进二字", "7.3.3", PROSE, each((t.BODY, *t.LEVELS), d.indented))
    yield Point("W31", "正文两端对齐，回行顶格", "7.3.3", PROSE, each((t.BODY, *t.LEVELS), d.justified))
    yield Point("W32", "汉字与数字之间不自动加空", "5.2.3", PROSE, each((t.BODY, *t.LEVELS), d.ungapped))
    yield Point("W33", "不用空段排版", "5.2.3", ALL, d.empty_paragraphs)
    yield Point("W34", "不用空格排版", "5.2.3", ALL, d.layout_spaces)
    yield Point("W35", "正文不用换行符、制表符排版", "5.2.3", PROSE, d.layout_breaks)
    yield Point("W36", "标志红色", "7.2.4", HEADED, runs(mark, d.red))
    yield Point("W37", "标志用小标宋", "7.2.4", HEADED, runs(mark, v.set_in("小标宋")))
    yield Point("W38", "标志居中", "7.2.4", HEADED, each(mark, d.centred))
    yield Point("W39", "标志上边缘距版心上边缘 35 mm", "7.2.4", only, each(mark, d.mark_place))
    yield Point("W40", "标志一行排完，不宽于版心", "7.2.4", HEADED, each(mark, d.mark_fits))
    yield Point("W41", "发文字号 3 号仿宋", "7.2.5", HEADED, runs(num, lambda r: v.sized(16)(r) or v.set_in("仿宋")(r)))
    yield Point("W42", "发文字号居中", "7.2.5", only, each(num, d.centred))
    yield Point("W43", "发文字号在标志下空二行", "7.2.5", only, each(num, d.two_lines_above))
    yield Point(
        "W79",
        "份号、密级、紧急程度固定在左上角，各占一行",
        "7.2.1–7.2.3、10.1",
        HEADED,
        each((t.MARKING,), m.marking_place),
    )
    yield Point("W80", "份号、密级、紧急程度 3 号黑体", "7.2.1–7.2.3", HEADED, m.marking_look)
    yield Point("W81", "上行文：发文字号居左空一字，签发人在右，姓名对齐", "7.2.5、7.2.6", only, m.signers_place)
    yield Point("W82", "签发人姓名 3 号楷体，其余 3 号仿宋", "7.2.6", only, m.signers_look)
    yield Point("W44", "有红色分隔线", "7.2.7", only, d.red_rule)
    yield Point("W45", "红线与版心等宽", "7.2.7", only, d.rule_width)
    yield Point("W46", "红线在发文字号之下 4 mm", "7.2.7", only, d.rule_gap)
    yield Point("W47", "标题 2 号", "7.3.1", ALL, runs(title, v.sized(22)))
    yield Point("W48", "标题小标宋", "7.3.1", ALL, runs(title, v.set_in("小标宋")))
    yield Point("W49", "标题居中", "7.3.1", ALL, each(title, d.centred))
    yield Point("W50", "标题在红线下空二行", "7.3.1", only, each(title, d.two_lines_above))
    yield Point("W51", "主送机关顶格", "7.3.2", HEADED, each((t.ADDRESSEE,), d.flush_left))
    yield Point("W52", "主送机关在标题下空一行", "7.3.2", HEADED, d.below_title)
    yield Point("W53", "一级标题黑体", "7.3.3", ALL - {FORM}, runs(t.LEVELS[:1], v.set_in("黑体")))
    yield Point("W54", "二级标题和第二层段落的首句楷体", "7.3.3", PROSE, v.second_level)
    yield Point("W55", "三、四级标题仿宋", "7.3.3", PROSE, runs(t.LEVELS[2:], v.set_in("仿宋")))
    yield Point(
        "W56",
        "标题与下文同面",
        "7.3.3",
        PROSE,
        each(t.LEVELS, lambda p: "" if "keepNext" in p.shape.flags else "会落在面末"),
    )
    yield Point("W57", "附件说明在正文下空一行", "7.3.4", HEADED, d.annex_above)
    yield Point("W58", "附件说明左空二字", "7.3.4", HEADED, d.annex_indent)
    yield Point("W59", "署名、成文日期居右", "7.3.5", PROSE, each((t.ORGAN, t.DAY), d.right))
    yield Point("W60", "成文日期右空四字", "7.3.5.1", PROSE, each((t.DAY,), d.date_indent))
    yield Point("W61", "署名以成文日期为准居中", "7.3.5.1", PROSE, d.organ_over_date)
    yield Point("W83", "联合行文：署名排列整齐，末一个以成文日期为准居中，印章不相交", "7.3.5.1", PROSE, m.cosigned)
    yield Point("W62", "署名所在的一面有正文", "7.3.5.5", PROSE, d.kept_together)
    yield Point("W78", "署名以前不只一行正文：末段孤行控制", "7.3.5.5", PROSE, d.no_lone_line)
    yield Point("W63", "版记分隔线 0.35、0.25、0.35 mm", "7.4.1", only, d.imprint_rules)
    yield Point(
        "W64",
        "版记 4 号仿宋",
        "7.4.2、7.4.3",
        only,
        runs((t.IMPRINT,), lambda r: v.sized(14)(r) or v.set_in("仿宋")(r)),
    )
    yield Point("W65", "版记左空一字", "7.4.2、7.4.3", only, each((t.IMPRINT,), d.imprint_indent))
    yield Point("W66", "版记末条线与版心下边缘重合", "7.4.1", only, d.imprint_place)
    yield Point("W67", "版记与版心等宽", "7.4.1", only, d.imprint_width)
    yield Point("W68", "长表跨面重复表头", "8", ALL, d.table_heads)
    yield Point("W69", "表的一行不跨面断开", "8", ALL, d.whole_rows)
    yield Point("W70", "表不宽于版心", "8", ALL, d.table_width)
    letter = frozenset({LETTER})
    yield Point("W75", "信函标志上边缘距上页边 30 mm", "10.1", letter, each(mark, d.letter_mark_place))
    yield Point("W76", "信函首页两条红色双线，宽 170 mm", "10.1", letter, d.letter_rules)
    yield Point("W77", "信函发文字号居右", "10.1", letter, each(num, d.right))
    yield Point("W71", "没有修订痕迹和批注", "—", ALL, d.no_revisions)
    yield Point("W72", "属性中的标题与文中一致", "—", ALL, d.titled)
    yield Point("W73", "属性中的作者是发文机关，不是个人", "—", ALL, d.authored)
    yield Point("W74", "属性中的日期是成文日期", "—", ALL, d.dated)


POINTS: tuple[Point[WordFile], ...] = tuple(_points())


def findings(word: WordFile) -> list[PointResult]:
    """Every point that concerns a .docx of this kind."""
    return [*run(t.POINTS, word, word.kind), *run(POINTS, word, word.kind)]
