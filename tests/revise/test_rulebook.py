"""Pages of rules that come back: what was not touched is no change, what was is one edit, and nothing is taken by guess."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.revise.edits import planned
from engine.revise.found import roots
from engine.revise.pages import pages
from engine.revise.returned import Differing, Line, differing
from engine.revise.sheets import BookPage
from engine.revise.splices import applied
from tests.sizes import examples

ROOT = Path(__file__).parents[2]
REAL = {
    str(path.relative_to(ROOT)): path.read_bytes()
    for key in ("study-rooms", "study-rooms-scheme")
    for folder in ("", "rules")
    for path in sorted((ROOT / "policies" / key / folder).glob("*.yaml"))
}

RULES = """\
枚举:
  - 名称: 类型项
    取值: [甲型, 乙型]   # 两种
事实:
  - 名称: 场次   # 全年的
    类型: 整数
    单位: 场
  - {名称: 类型, 类型: 枚举, 枚举: 类型项}
参数:
  - 名称: 下限
    单位: 场
    取值: [{值: 12场}]
  - 名称: 分段
    取值:
      - {值: 1场, 至: 2026-06-30}
      - {值: 2场, 自: 2026-07-01}
  - {名称: 未定的, 未定: 是}
决定表:
  - 名称: 标准
    命中: 首个
    输入: [类型]
    输出: {类型: 小数}
    行:
      - [甲型, 0.9]   # 甲
      - [乙型, 1]
      - [任意, 2]
  - {名称: 折算, 各输入: [{名称: 种类, 类型: 枚举, 枚举: 类型项}], 输出: {类型: 小数}, 行: [[甲型, 0.5], [乙型, 1.5]]}
评分:
  - 名称: 得分
    分项:
      - {名称: 甲, 满分: 10分, 权重: {甲型: 0.8, 其他: 1}, 计分: {式: 场次×1分}}
      - 名称: 乙
        计分: {分档: {依据: 场次, 档: [{条件: 不少于5场, 得分: 5分}, {条件: 其他, 得分: 0分}]}}
    等次:
      - {名称: 好, 区间: 5分以上}
      - {名称: 差, 区间: 不满5分}
决定:
  - {名称: 审查, 结果: [{结果: 准予, 条件: 真}, {结果: 不予, 条件: 假}]}
"""
EXAMPLES = """\
用例:
  - 名称: 够了
    基准日: 2026-03-02
    事实: {场次: 12, 类型: 甲型}
    断言:
      - {决定: 审查, 结果: 准予, 决定性: [规模, 场地]}
  - 名称: 不够   # 差一场
    断言: [{决定: 审查, 结果: 不予}]
用例表:
  - {名称: 界限, 决定: 审查, 输入: [场次], 输出: [结果], 行: [[11场, 不予], [13场, 准予]]}
"""
FILES = {"t/rules.yaml": RULES.encode(), "t/tests/a.yaml": EXAMPLES.encode()}
REAL_PAGES = pages(roots(REAL))
Book = dict[str, list[list[str]]]
"""BookPage -> its rows, with the number of each, as a person leaves them."""


def book(made: list[BookPage]) -> Book:
    return {page.title: [[str(n), *row.cells] for n, row in enumerate(page.rows, 1)] for page in made}


def compared(made: list[BookPage], returned: Book) -> Differing:
    lines = {
        title: [Line(n, int(row[0]) if row[0] else None, tuple(row[1:])) for n, row in enumerate(rows, 3)]
        for title, rows in returned.items()
    }
    return differing(made, lines)


def after(found: Differing, files: dict[str, bytes]) -> dict[str, bytes]:
    files = dict(files)
    for one in found.asked:
        for edit in one.edits:
            now = {one.file: files[one.file]}
            files |= applied(planned(edit, now), now)[0]
    return files


def row(returned: Book, page: str, *begins: str) -> list[str]:
    return next(one for one in returned[page] if all(text in one for text in begins))


Touch = Callable[[Book], object]


def put(page: str, begins: tuple[str, ...], column: int, text: str) -> Touch:
    return lambda returned: row(returned, page, *begins).__setitem__(column, text)


def add(page: str, at: int, *cells: str) -> Touch:
    def touch(returned: Book) -> None:
        wide = len(returned[page][0]) - 1
        returned[page].insert(at, ["", *cells, *[""] * (wide - len(cells))])

    return touch


CASES: list[tuple[Touch, str, str]] = [
    (put("参数", ("下限",), 2, "10场"), "取值: [{值: 12场}]", "取值: [{值: 10场}]"),
    (
        add("参数", 3, "下限", "10场", "", "2027-01-01"),
        "取值: [{值: 12场}]",
        "取值: [{值: 12场, 至: 2026-12-31}, {值: 10场, 自: 2027-01-01}]",
    ),
    (put("表·标准", ("甲型",), 2, "0.95"), "- [甲型, 0.9]   # 甲", "- [甲型, 0.95]   # 甲"),
    (add("表·标准", 1, "丙型", "3"), "   # 甲\n", "   # 甲\n      - [丙型, 3]\n"),
    (add("表·标准", 0, "丙型", "3"), "      - [甲型, 0.9]", "      - [丙型, 3]\n      - [甲型, 0.9]"),
    (lambda b: b["表·标准"].pop(1), "      - [乙型, 1]\n", ""),
    (lambda b: row(b, "表·标准", "乙型").__setitem__(slice(1, None), ["", ""]), "      - [乙型, 1]\n", ""),
    (
        lambda b: b["表·标准"].append(b["表·标准"].pop(1)),
        "      - [乙型, 1]\n      - [任意, 2]\n",
        "      - [任意, 2]\n      - [乙型, 1]\n",
    ),
    (
        lambda b: b["表·标准"].reverse(),
        "      - [甲型, 0.9]   # 甲\n      - [乙型, 1]\n      - [任意, 2]\n",
        "      - [任意, 2]\n      - [乙型, 1]\n      - [甲型, 0.9]   # 甲\n",
    ),
    (lambda b: b["词汇·枚举"].reverse(), "[甲型, 乙型]", "[乙型, 甲型]"),
    (put("表·折算", ("甲型",), 2, "0.6"), "[甲型, 0.5]", "[甲型, 0.6]"),
    (put("决定表", ("标准",), 2, "唯一"), "命中: 首个", "命中: 唯一"),
    (put("决定表", ("标准",), 3, "0"), "      - [任意, 2]\n", "      - [任意, 2]\n    默认: 0\n"),
    (
        put("评分·分项", ("得分", "甲"), 4, "甲型: 0.7\n乙型: 1.1\n其他: 1"),
        "{甲型: 0.8, 其他: 1}",
        "{甲型: 0.7, 其他: 1, 乙型: 1.1}",
    ),
    (put("评分·分项", ("得分", "甲"), 4, ""), ", 权重: {甲型: 0.8, 其他: 1}", ""),
    (put("评分·分档", ("不少于5场",), 4, "6分"), "得分: 5分", "得分: 6分"),
    (put("评分·等次", ("差",), 3, "不满6分"), "区间: 不满5分", "区间: 不满6分"),
    (add("词汇·枚举", 2, "类型项", "丙型"), "[甲型, 乙型]", "[甲型, 乙型, 丙型]"),
    (
        put("词汇·事实", ("场次",), 6, "一年的场次"),
        "    单位: 场\n  - {名称: 类型",
        "    单位: 场\n    说明: 一年的场次\n  - {名称: 类型",
    ),
    (add("词汇·事实", 2, "人数", "整数"), "枚举: 类型项}\n", "枚举: 类型项}\n  - {名称: 人数, 类型: 整数}\n"),
    (put("用例", ("够了",), 6, "不予"), "结果: 准予, 决定性", "结果: 不予, 决定性"),
    (put("用例", ("够了",), 7, "规模、人员、场地"), "[规模, 场地]", "[规模, 人员, 场地]"),
    (put("用例", ("够了",), 7, "场地"), "[规模, 场地]", "[场地]"),
    (put("用例", ("够了",), 4, "场次: 11\n类型: 甲型"), "{场次: 12,", "{场次: 11,"),
    (put("例1·界限", ("11场",), 2, "准予"), "[11场, 不予]", "[11场, 准予]"),
    (lambda b: b["用例"].pop(1), "  - 名称: 不够   # 差一场\n    断言: [{决定: 审查, 结果: 不予}]\n", ""),
]


@pytest.mark.parametrize(("touch", "old", "new"), CASES)
def test_what_a_person_changes_is_changed_and_nothing_else(touch: Touch, old: str, new: str) -> None:
    made = pages(roots(FILES))
    returned = book(made)
    touch(returned)
    found = compared(made, returned)
    assert not found.faults
    said = b"".join(FILES.values()).decode()
    assert said.count(old) == 1
    assert b"".join(after(found, FILES).values()).decode() == said.replace(old, new)


def test_a_new_example_is_one() -> None:
    made = pages(roots(FILES))
    returned = book(made)
    add("用例", 2, "正好", "", "2026-03-02", "场次: 12", "审查", "准予", "规模、场地")(returned)
    said = after(compared(made, returned), FILES)["t/tests/a.yaml"].decode()
    new = (
        "  - 名称: 正好\n    基准日: 2026-03-02\n    事实:\n      场次: 12\n"
        "    断言:\n      - 决定: 审查\n        结果: 准予\n        决定性: [规模, 场地]\n"
    )
    assert said == EXAMPLES.replace("用例表:", f"{new}用例表:")


FAULTS: list[tuple[Touch, str]] = [
    (put("参数", ("下限",), 3, "人"), "只供看"),
    (put("参数", ("下限",), 1, "上限"), "只供看"),
    (put("参数", ("下限",), 0, "99"), "没有编号 99 的行"),
    (lambda b: b["参数"].append([*b["参数"][0]]), "重复"),
    (add("参数", 3, "下限", "10场"), "新的一段要写"),
    (add("参数", 3, "没有的", "10场", "", "2027-01-01"), "没有参数 `没有的`"),
    (put("决定表", ("标准",), 2, "随便"), "不在可选的之内"),
    (add("决定表", 1, "新表"), "不能加行"),
    (lambda b: b["评分"].clear(), "少了一行"),
    (add("表·标准", 1, "丙型"), "有空着的格"),
    (add("词汇·枚举", 0, "没有的枚举", "丙"), "不知道加到哪里"),
    (put("评分·分项", ("得分", "甲"), 4, "甲型 0.7"), "不是 `名称: 值`"),
    (put("用例", ("够了",), 6, "准许"), "不在可选的之内"),
    (add("词汇·事实", 2, "场次", "整数"), "已经有了"),
]


@pytest.mark.parametrize(("touch", "said"), FAULTS)
def test_what_cannot_be_taken_is_a_fault_of_its_cell(touch: Touch, said: str) -> None:
    made = pages(roots(FILES))
    returned = book(made)
    touch(returned)
    assert any(said in fault.message for fault in compared(made, returned).faults)


def test_sorting_a_sheet_of_definitions_changes_nothing() -> None:
    made = pages(roots(FILES))
    returned = book(made)
    for title in ("参数", "词汇·事实", "用例", "评分·分项"):
        returned[title].reverse()
    found = compared(made, returned)
    assert (found.asked, found.faults) == ([], [])


def test_a_row_that_stands_elsewhere_is_told_as_a_move() -> None:
    made = pages(roots(FILES))
    returned = book(made)
    returned["表·标准"].insert(0, returned["表·标准"].pop(2))
    assert [one.said for one in compared(made, returned).asked] == ["表 标准 移到最前：任意、2"]


ORDERED = [page for page in REAL_PAGES if page.ordered and len(page.rows) > 2]


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_order_written_is_that_of_the_sheet(data: st.DataObject) -> None:
    """Rows sorted, taken out, put in and changed, all at once: every list says what the sheet says, in its order."""
    page = data.draw(st.sampled_from(ORDERED))
    lists = [[*same] for _, same in groupby([*enumerate(page.rows, 1)], key=lambda one: one[1].within)]
    rows: list[list[str]] = []
    told = sum(column.steps is None for column in page.columns)
    for same in lists:
        left = data.draw(st.permutations([[str(id), *row.cells] for id, row in same]))
        left = left[: data.draw(st.integers(1, len(left)))]
        changed = data.draw(st.sampled_from(left))
        if len(same[0][1].nodes) - 1 not in same[int(changed[0]) - same[0][0]][1].closed:
            changed[-1] = "改了的"
        for number in range(data.draw(st.integers(0, 2))):
            new = ["", *left[0][1 : told + 1], *[f"新{number}" for _ in left[0][told + 1 :]]]
            left.insert(data.draw(st.integers(0, len(left))), new)
        rows += left
    returned = book(REAL_PAGES)
    returned[page.title] = rows
    found = compared(REAL_PAGES, returned)
    assert not found.faults
    now = next(one for one in pages(roots(after(found, REAL))) if one.title == page.title)
    assert [[*row.cells] for row in now.rows] == [row[1:] for row in rows]


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_real_pages_come_back_as_they_were_left(data: st.DataObject) -> None:
    """Any cells of the shipped rules changed: the pages of the changed files say just that, and all other lines stay."""
    made, returned = REAL_PAGES, book(REAL_PAGES)
    for _ in range(data.draw(st.integers(0, 3))):
        page = data.draw(st.sampled_from(made))
        at = data.draw(st.integers(0, len(page.rows) - 1))
        cells = [
            number
            for number, column in enumerate(page.columns)
            if column.form == "text"
            and not column.choices
            and number not in page.rows[at].closed
            and not (page.rows[at].choices or {}).get(number)
            and page.rows[at].nodes[number] is not None
        ]
        if cells:
            number = data.draw(st.sampled_from(cells))
            returned[page.title][at][number + 1] = data.draw(
                st.text("甲乙1%:#{}[],'\" -", min_size=1).map(str.strip).filter(bool)
            )
    found = compared(made, returned)
    assert not found.faults
    files = after(found, REAL)
    assert book(pages(roots(files))) == returned
    changed = sum(a != b for f in REAL for a, b in zip(REAL[f].split(b"\n"), files[f].split(b"\n"), strict=True))
    assert changed <= len(found.asked)
