"""What policy staff change of the rules, as pages of cells for a workbook: parameters, tables, scores, vocabulary, examples.

Every cell that may be changed says which part of a definition it is, so that what comes back is held against the same pages
made anew, and only what differs becomes an edit. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from engine.policy import words
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Sequence
from engine.revise.found import Defined, definitions
from engine.revise.sheets import BookColumn, BookPage, Row, at, listed_in, numbers_of, row_of, rows_of, shown


def pages(read: Mapping[str, MappingNode]) -> list[BookPage]:
    """The pages of the rules and examples whose files are `read`; a page without rows is left out."""
    every = [(file, found) for file, root in read.items() for found in definitions({file: root})]
    made = [
        _parameters(every),
        *_tables(every),
        *_scores(every),
        *_vocabulary(every),
        _examples(every),
        *_example_tables(every),
    ]
    return [page for page in made if page.rows]


Every = list[tuple[str, Defined]]


def _of(every: Every, *kinds: str) -> Iterator[tuple[str, Defined]]:
    return ((file, found) for file, found in every if found.kind in kinds)


def _settled(every: Every, kind: str) -> list[tuple[str, Defined]]:
    """The tables or scores that say something: of one left open what fills it."""
    return [
        (file, found)
        for file, found in _of(every, kind, "实施")
        if (shown(found.item.get("未定")) != "是" if found.kind == kind else found.item.get(kind) is not None)
    ]


# ---- the pages ----

_VALUE = BookColumn("值", ("值",), "text", 22, about="带单位，如 12场、50万元")
_SINCE = BookColumn("自", ("自",), "day", 13, about="从这一天起；不写为一向如此")
_UNTIL = BookColumn("至", ("至",), "day", 13, about="到这一天为止；不写为没有终止")


def _parameters(every: Every) -> BookPage:
    columns = (
        BookColumn("名称", width=22),
        _VALUE,
        BookColumn("单位", width=10),
        _SINCE,
        _UNTIL,
        BookColumn("条款", width=22),
        BookColumn("由谁定", width=22),
        BookColumn("说明", width=40),
    )
    declared = {found.name: found for _, found in _of(every, "参数")}
    rows = []
    for file, found in _of(every, "参数", "实施"):
        if found.kind == "实施" and found.item.get("参数") is None:
            continue
        own = declared.get(found.name, found)
        filler = "本方案确定" if found.kind == "实施" else ""
        told = {
            "名称": found.name,
            "单位": shown(own.item.get("单位")),
            "条款": shown(own.item.get("条款")),
            "由谁定": filler or shown(own.item.get("由")),
            "说明": shown(found.item.get("说明")),
        }
        rows += [
            row_of(file, found, ("取值", number), columns, told, _members(own, every))
            for number in numbers_of(found.item.get("取值"))
        ]
    about = "改值就改“值”一格。从某一天起改的，原来那一行不动，在下面空行写名称、新的值和“自”，旧值的截止日由程序补上。"
    return BookPage("参数", about, columns, tuple(rows), "period")


def _members(found: Defined, every: Every) -> Mapping[int, tuple[str, ...]] | None:
    """The choices of a parameter's value, which is in the second column."""
    if shown(found.item.get("类型")) == "是否":
        return {1: ("是", "否")}
    name = shown(found.item.get("枚举"))
    enum = next((one for _, one in _of(every, "枚举") if one.name == name), None)
    members = enum.item.get("取值") if enum is not None else None
    return {1: tuple(map(shown, members))} if isinstance(members, Sequence) else None


HIT = {
    "唯一": "至多有一行符合",
    "首个": "从上往下取第一行符合的，次序有意义",
    "累计": "符合的各行相加",
    "最大": "符合的各行中取最大的",
    "最小": "符合的各行中取最小的",
}


def _tables(every: Every) -> Iterator[BookPage]:
    declared = {found.name: found for _, found in _of(every, "决定表")}
    tables = _settled(every, "决定表")
    columns = (
        BookColumn("名称", width=22),
        BookColumn("命中", ("命中",), "text", 10, get_args(words.Hit), "；".join(f"{k}：{v}" for k, v in HIT.items())),
        BookColumn("默认", ("默认",), "text", 16, about="没有一行符合时的值；不写为待查"),
        BookColumn("说明", ("说明",), "text", 40),
        BookColumn("各行", width=30),
    )
    yield BookPage(
        "决定表",
        "各表怎样取行。各表的行在后面，一表一页。",
        columns,
        tuple(row_of(file, found, (), columns, {"名称": found.name, "各行": _where(found)}) for file, found in tables),
    )
    for file, found in tables:
        own, listed = declared.get(found.name, found), found.item.get("行")
        heads = [*_inputs(own), *_outputs(own)]
        wide = max((len(row) for row in listed_in(listed) if isinstance(row, Sequence)), default=0)
        heads += [f"第{number}列" for number in range(len(heads) + 1, wide + 1)]
        rows = tuple(BookColumn(head, (number,), "text", 18) for number, head in enumerate(heads, 1))
        hit = shown(found.item.get("命中")) or "唯一"
        about = f"决定表“{found.name}”。命中：{hit}——{HIT.get(hit, '')}。不限的格写“任意”。新的一行，插在要放的位置。"
        made = tuple(row_of(file, found, ("行", number), rows, {}) for number in numbers_of(listed))
        yield BookPage(f"表·{found.name}", about, rows, made, "item", True)


def _where(found: Defined) -> str:
    sheet = shown(found.item.get("行自"))
    return f"在旁边的 {sheet} 里，用 Excel 直接改它" if sheet else f"见“表·{found.name}”"


def _inputs(found: Defined) -> list[str]:
    """What the columns of a table look at; a table that is only applied to other values says so itself."""
    asked = [shown(at(one, ("名称",))) for one in listed_in(found.item.get("各输入"))]
    return asked or [*map(shown, listed_in(found.item.get("输入")))]


def _outputs(found: Defined) -> list[str]:
    several = found.item.get("各输出")
    every = list(several) if isinstance(several, Sequence) else [found.item.get("输出")]
    return [shown(one.get("名称")) or found.name if isinstance(one, MappingNode) else found.name for one in every]


def _scores(every: Every) -> Iterator[BookPage]:
    scores = _settled(every, "评分")

    def page(
        title: str, about: str, columns: tuple[BookColumn, ...], lists: Iterable[tuple[Row, ...]], ordered: bool
    ) -> BookPage:
        return BookPage(title, about, columns, tuple(row for rows in lists for row in rows), "item", ordered)

    head = (
        BookColumn("评分", width=22),
        BookColumn("权重按", ("权重按",), "text", 14),
        BookColumn("封顶", ("封顶",), "text", 10),
        BookColumn("加分封顶", ("加分封顶",), "text", 10),
        BookColumn("取整", ("取整",), "text", 8, about="总分保留几位小数"),
    )
    yield BookPage(
        "评分", "总分怎样合成。", head, tuple(row_of(file, one, (), head, {"评分": one.name}) for file, one in scores)
    )
    items = (
        BookColumn("评分", width=22),
        BookColumn("分项", ("名称",), "shown", 24),
        BookColumn("满分", ("满分",), "text", 10),
        BookColumn("权重", ("权重",), "pairs", 20, about="一行一个取值，如 甲型: 1.5；其他 表示其余取值"),
        BookColumn("式", ("计分", "式"), "text", 44),
        BookColumn("依据", ("计分", "线性", "依据"), "text", 20),
        BookColumn("零分", ("计分", "线性", "零分"), "text", 12),
        BookColumn("满分处", ("计分", "线性", "满分"), "text", 12),
    )
    about = "各分项的满分、权重和计分。“式”直接算出得分；“依据、零分、满分处”按比例计分；分档的在后面一页。"
    listed = (rows_of(file, one, ("分项",), items, {"评分": one.name}) for file, one in scores)
    yield BookPage("评分·分项", about, items, tuple(row for rows in listed for row in rows))
    steps = (
        BookColumn("评分", width=22),
        BookColumn("分项", width=24),
        BookColumn("条件", ("条件",), "text", 22),
        BookColumn("得分", ("得分",), "text", 10),
    )
    listed = (
        rows_of(
            file,
            one,
            ("分项", number, "计分", "分档", "档"),
            steps,
            {"评分": one.name, "分项": shown(at(one.item, ("分项", number, "名称")))},
        )
        for file, one in scores
        for number in numbers_of(one.item.get("分项"))
    )
    yield page("评分·分档", "从上往下，第一个成立的档为准；最后一档写“其他”。", steps, listed, True)
    bonuses = (
        BookColumn("评分", width=22),
        BookColumn("名称", ("名称",), "text", 22),
        BookColumn("条件", ("条件",), "text", 40),
        BookColumn("得分", ("得分",), "text", 10),
    )
    listed = (rows_of(file, one, ("加分",), bonuses, {"评分": one.name}) for file, one in scores)
    yield page("评分·加分", "条件成立时加上的分；负数为扣分。", bonuses, listed, False)
    bands = (
        BookColumn("评分", width=22),
        BookColumn("等次", ("名称",), "text", 16),
        BookColumn("区间", ("区间",), "text", 26),
    )
    listed = (rows_of(file, one, ("等次",), bands, {"评分": one.name}) for file, one in scores)
    yield page("评分·等次", "如“80分以上且不满90分”；各区间不能有空隙或重叠。", bands, listed, True)


def _vocabulary(every: Every) -> Iterator[BookPage]:
    members = (BookColumn("枚举", width=22), BookColumn("取值", (), "text", 26))
    listed = (rows_of(file, one, ("取值",), members, {"枚举": one.name}) for file, one in _of(every, "枚举"))
    about = "一行一个取值。增加一种，就在它的枚举里插一行；已有的取值改名，用 guiju rename。"
    yield BookPage("词汇·枚举", about, members, tuple(row for rows in listed for row in rows), "item", True)
    facts = (
        BookColumn("名称", ("名称",), "shown", 22),
        BookColumn("类型", ("类型",), "text", 12, get_args(words.FactType)),
        BookColumn("单位", ("单位",), "text", 10),
        BookColumn("枚举", ("枚举",), "text", 16),
        BookColumn("范围", ("范围",), "text", 16, about="两端都包含，如 0 至 1000"),
        BookColumn("说明", ("说明",), "text", 36),
        BookColumn("问题", ("问题",), "text", 36, about="向人提问时的问句"),
        BookColumn("证据", ("证据",), "text", 24),
        BookColumn("可变", ("可变",), "text", 8, get_args(words.Changeable), "整改时能否改变、向哪边改"),
        BookColumn("提供", ("提供",), "text", 16),
        BookColumn("条款", ("条款",), "shown", 24),
    )
    about = "案件要填的各项事实。改名用 guiju rename；新增的，在下面空行写名称和类型。"
    rows = tuple(row_of(file, one, (), facts, {}) for file, one in _of(every, "事实"))
    yield BookPage("词汇·事实", about, facts, rows, "definition")
    tables = (
        BookColumn("记录表", width=18),
        BookColumn("列", ("名称",), "shown", 20),
        BookColumn("类型", ("类型",), "text", 12, get_args(words.FactType)),
        BookColumn("单位", ("单位",), "text", 10),
        BookColumn("枚举", ("枚举",), "text", 16),
        BookColumn("必填", ("必填",), "text", 8, ("是", "否")),
        BookColumn("别名", ("别名",), "list", 20, about="台账中可能出现的其他列名，用顿号隔开"),
        BookColumn("说明", ("说明",), "text", 36),
    )
    listed = (rows_of(file, one, ("列",), tables, {"记录表": one.name}) for file, one in _of(every, "记录表"))
    yield BookPage("词汇·台账各列", "台账和名册有哪些列。", tables, tuple(row for rows in listed for row in rows))


def _examples(every: Every) -> BookPage:
    outcomes = {
        found.name: tuple(shown(at(one, ("结果",))) for one in listed_in(found.item.get("结果")))
        for _, found in _of(every, "决定")
    }
    columns = (
        BookColumn("用例", ("名称",), "shown", 30, whole=True),
        BookColumn("底稿", ("案件",), "shown", 24, whole=True),
        BookColumn("基准日", ("基准日",), "day", 13, whole=True),
        BookColumn("事实", ("事实",), "pairs", 34, about="盖过底稿的事实，一行一项，如 类型: 甲型", whole=True),
        BookColumn("决定", ("决定",), "shown", 18),
        BookColumn("应得的结果", ("结果",), "text", 20),
        BookColumn("决定性", ("决定性",), "list", 44, about="决定这个结果的准则，用顿号隔开；不写则不核对"),
    )
    rows = []
    for file, found in _of(every, "用例"):
        for number in numbers_of(found.item.get("断言")):
            named = shown(at(found.item, ("断言", number, "决定")))
            allowed = outcomes.get(named)
            choices = {5: (*allowed, "待查")} if allowed and all(allowed) else None
            rows.append(row_of(file, found, ("断言", number), columns, {}, choices))
    about = "例子应得的结果。规则改了，结果应当跟着变的，改在这里；不应当变的，改回规则。新的例子写在下面空行。"
    return BookPage("用例", about, columns, tuple(rows), "example")


def _example_tables(every: Every) -> Iterator[BookPage]:
    for at_, (file, found) in enumerate(_of(every, "用例表"), 1):
        heads = map(shown, (*listed_in(found.item.get("输入")), *listed_in(found.item.get("输出"))))
        columns = tuple(BookColumn(head, (number,), "text", 18) for number, head in enumerate(heads, 1))
        about = (
            f"用例表“{found.name}”：决定“{shown(found.item.get('决定'))}”，一行一个例子，前几列是事实，后几列是应得的。"
        )
        yield BookPage(
            f"例{at_}·{found.name}", about, columns, rows_of(file, found, ("行",), columns, {}), "item", True
        )
