"""Edits of rule files: what is not edited keeps its bytes, what is edited reads as meant, and everything can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.base.problem import Refused
from engine.policy.nodes import Mapping, Node, Scalar, Sequence, read_yaml
from engine.revise.edits import Add, Edit, Remove, SetPart, SetValue, planned
from engine.revise.found import Steps, definitions, roots
from engine.revise.splices import Texts, applied
from tests.sizes import examples

ROOT = Path(__file__).parents[2]
REAL = {str(p.relative_to(ROOT)): p.read_bytes() for p in sorted((ROOT / "policies").glob("*/*.yaml"))} | {
    str(p.relative_to(ROOT)): p.read_bytes() for p in sorted((ROOT / "policies").glob("*/rules/*.yaml"))
}

RULES = """\
# 头上的注释
参数:
  - 名称: 下限   # 行尾的注释
    单位: 场
    取值: [{值: 12场}]

  - 名称: 分段
    取值:
      - 值: 1场   # 旧的
        至: 2026-06-30
      # 中间的注释
      - 值: 2场
        自: 2026-07-01
  - 名称: 空档
    取值: [{值: 1场, 至: 2026-01-31}, {值: 3场, 自: 2026-06-01}]
  - 名称: 未定的
    未定: 是
准则:
  # 第一项
  - 名称: 规模
    要求: 场次不少于下限
    条款: [第一条]

  - {名称: 场地, 要求: 有场地}
文书:
  - 名称: 函
    正文:
      - 段: '准予{单位名称}。'
      - 段: |-
          第一行
          第二行
  # 末尾的注释
"""
FILLED = "实施:\n  - 参数: 未定的\n    取值: [{值: 5日}]\n"
FILES = {"a.yaml": RULES.encode(), "b.yaml": FILLED.encode()}

CASES: list[tuple[Edit, str, str]] = [
    (SetValue("下限", "10场"), "取值: [{值: 12场}]", "取值: [{值: 10场}]"),
    (
        SetValue("下限", "10场", date(2027, 1, 1)),
        "取值: [{值: 12场}]",
        "取值: [{值: 12场, 至: 2026-12-31}, {值: 10场, 自: 2027-01-01}]",
    ),
    (SetValue("分段", "9场", date(2026, 7, 1)), "值: 2场", "值: 9场"),
    (
        SetValue("分段", "9场", date(2027, 1, 1)),
        "        自: 2026-07-01\n",
        "        自: 2026-07-01\n        至: 2026-12-31\n      - 值: 9场\n        自: 2027-01-01\n",
    ),
    (
        SetValue("分段", "9场", date(2026, 3, 1)),
        "        至: 2026-06-30\n",
        "        至: 2026-02-28\n      - 值: 9场\n        自: 2026-03-01\n        至: 2026-06-30\n",
    ),
    (
        SetValue("空档", "2场", date(2026, 3, 1)),
        "{值: 1场, 至: 2026-01-31}, ",
        "{值: 1场, 至: 2026-01-31}, {值: 2场, 自: 2026-03-01, 至: 2026-05-31}, ",
    ),
    (SetValue("未定的", "7日"), "取值: [{值: 5日}]", "取值: [{值: 7日}]"),
    (SetPart("准则", "规模", ("要求",), "场次超过下限"), "要求: 场次不少于下限", "要求: 场次超过下限"),
    (SetPart("准则", "场地", ("要求",), "有场地，且真"), "要求: 有场地}", "要求: 有场地，且真}"),
    (SetPart("准则", "场地", ("要求",), "类属于[甲, 乙]"), "要求: 有场地}", "要求: '类属于[甲, 乙]'}"),
    (SetPart("准则", "场地", ("强度",), "鼓励"), "要求: 有场地}", "要求: 有场地, 强度: 鼓励}"),
    (SetPart("准则", "规模", ("强度",), "鼓励"), "    条款: [第一条]\n", "    条款: [第一条]\n    强度: 鼓励\n"),
    (SetPart("文书", "函", ("正文", 1, "段"), "准予'甲'。"), "'准予{单位名称}。'", "'准予''甲''。'"),
    (
        SetPart("文书", "函", ("正文", 2, "段"), "只一行"),
        "          第一行\n          第二行\n",
        "          只一行\n",
    ),
    (Remove("准则", "规模", ("要求",)), "    要求: 场次不少于下限\n", ""),
    (Remove("准则", "场地", ("要求",)), "{名称: 场地, 要求: 有场地}", "{名称: 场地}"),
    (Remove("准则", "场地"), "  - {名称: 场地, 要求: 有场地}\n", ""),
    (Remove("文书", "函", ("正文", 1)), "      - 段: '准予{单位名称}。'\n", ""),
    (
        Add("准则", {"名称": "新的", "条款": ["第二条"], "要求": "真: 假"}, after="规模"),
        "    条款: [第一条]\n",
        "    条款: [第一条]\n  - 名称: 新的\n    条款: [第二条]\n    要求: '真: 假'\n",
    ),
    (
        Add("准则", {"名称": "新的", "要求": [{"条件": "甲", "未满足": "乙"}]}),
        "  - {名称: 场地, 要求: 有场地}\n",
        "  - {名称: 场地, 要求: 有场地}\n  - 名称: 新的\n    要求:\n      - 条件: 甲\n        未满足: 乙\n",
    ),
]


@pytest.mark.parametrize(("edit", "old", "new"), CASES, ids=[str(edit)[:60] for edit, _, _ in CASES])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_an_edit_touches_its_place_and_can_be_taken_back(edit: Edit, old: str, new: str, end: str, mark: str) -> None:
    def as_written(text: str) -> bytes:
        return (mark + text.replace("\n", end)).encode()

    files = {file: as_written(data.decode()) for file, data in FILES.items()}
    after, back = applied(planned(edit, files), files)
    ((file, data),) = after.items()
    text = FILES[file].decode()
    assert text.count(old) == 1
    assert data == as_written(text.replace(old, new))
    assert applied(back, {**files, **after})[0] == {file: files[file]}


@pytest.mark.parametrize(
    ("edit", "code", "said"),
    [
        (SetValue("下线", "1场"), "E933", "下限"),
        (SetValue("分段", "1场"), "E935", "--since"),
        (SetPart("准则", "规摸", ("要求",), "真"), "E933", "规模"),
        (SetPart("准则", "规模", ("要求", 1), "真"), "E933", "下一级"),
        (SetPart("准则", "规模", ("条款",), "第一条"), "E934", "一项"),
        (SetPart("准绳", "规模", ("要求",), "真"), "E933", "准则"),
        (Remove("文书", "函", ("正文", 1, "段")), "E934", "上一级"),
        (Remove("准则", "规模", ("强度",)), "E933", ""),
        (Add("事实", {"名称": "甲"}), "E933", "事实:"),
    ],
)
def test_what_cannot_be_done_says_why(edit: Edit, code: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(edit, FILES)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert said in (problem.help or "")


def test_a_change_is_refused_where_somebody_else_has_written_meanwhile() -> None:
    change = planned(SetValue("下限", "10场"), FILES)
    other = {**FILES, "a.yaml": FILES["a.yaml"] + b"# x\n"}
    with pytest.raises(Refused) as refused:
        applied(change, other)
    assert [problem.code for problem in refused.value.problems] == ["E932"]


# ---- any text, anywhere in the real rules ----


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node]
    return {key.text: plain(value) for key, value in node}


def places(node: Node, way: Steps = ()) -> Iterator[tuple[Steps, Scalar]]:
    if isinstance(node, Scalar):
        yield way, node
    elif isinstance(node, Mapping):
        for key, value in node:
            yield from places(value, (*way, key.text))
    else:
        for at, item in enumerate(node, 1):
            yield from places(item, (*way, at))


EVERY = list(definitions(roots(REAL)))
TIMES = Counter((found.section.source.file, found.kind, found.name) for found in EVERY)
SPOTS = [
    (found.kind, found.name, place, scalar)
    for found in EVERY
    if TIMES[found.section.source.file, found.kind, found.name] == 1
    for place, scalar in places(found.item)
    if place and place[0] not in ("名称", "编号", "引用", "参数", "评分", "决定表")
]
TEXTS = st.text(st.sampled_from("甲乙 ，：:#{}[]'\"-|>&*!%@`?,\\\n\t0n~"), min_size=1, max_size=12)


def read(files: Texts, file: str) -> Any:
    node, problems = read_yaml(files[file].decode(), file)
    assert [p for p in problems if p.is_error] == []
    assert node is not None
    return node


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=examples(20))
@given(st.sampled_from(SPOTS), TEXTS)
def test_any_text_anywhere_reads_back_and_moves_nothing_else(spot: tuple[str, str, Steps, Scalar], text: str) -> None:
    kind, name, place, scalar = spot
    file, block = scalar.source.file, scalar.style in ("literal", "folded")
    text = " ".join(text.split()) or "甲" if block else text
    files = {file: REAL[file]}
    change = planned(SetPart(kind, name, place, text), files)
    after, back = applied(change, files)
    assert applied(back, after)[0] == files
    found = next(f for f in definitions({file: read(after, file)}) if (f.kind, f.name) == (kind, name))
    was, is_ = dict(places(found.item))[place].text, text + "\n" * scalar.text.endswith("\n")
    assert was == is_
    before = dict(
        places(next(f for f in definitions({file: read(files, file)}) if f.name == name and f.kind == kind).item)
    )
    changed = {p for p, s in places(found.item) if before[p].text != s.text}
    assert changed <= {place}
    old, new = files[file].decode().split("\n"), after[file].decode().split("\n")
    first, last = scalar.span.line - 1, scalar.span.end_line
    assert old[:first] == new[:first]
    assert old[last:] == new[len(new) - (len(old) - last) :]
