"""The YAML reader: text only, exact places, nothing dangerous, errors in plain words."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.problem import Span
from engine.policy.nodes import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_PROBLEMS,
    MAX_SCALAR,
    MAX_SHOWN,
    Mapping,
    Node,
    Scalar,
    Sequence,
    decode,
    read_yaml,
)
from engine.policy.places import SourceText
from engine.policy.syntax import explain
from tests.sizes import examples


def plain(node: Node | None) -> Any:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node]
        case Mapping():
            return {key.text: plain(value) for key, value in node}
        case None:
            return None


def read(text: str) -> Any:
    node, problems = read_yaml(text, "f.yaml")
    assert problems == []
    return plain(node)


def cut(text: str, span: Span) -> str:
    """What a span covers."""
    lines = text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    return "\n".join(
        [lines[span.line - 1][span.column - 1 :], *middle, lines[span.end_line - 1][: span.end_column - 1]]
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# 只有注释\n", None),
        ("a: NO", {"a": "NO"}),
        ("a: 010", {"a": "010"}),
        ("a: 12:30:45", {"a": "12:30:45"}),
        ("a: 1e3", {"a": "1e3"}),
        ("a: ~", {"a": "~"}),
        ("a: 2026-01-05", {"a": "2026-01-05"}),
        ("a:\nb: ''", {"a": "", "b": ""}),
        ("- 1\n- [x, {y: z}]", ["1", ["x", {"y": "z"}]]),
        ("\ufeffa: 1", {"a": "1"}),
        ("---\na: 1\n", {"a": "1"}),
        ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": "1", "b": "x\ny\n"}),
        ("要求: 年度活动场次不少于12场，且 x 为 y", {"要求": "年度活动场次不少于12场，且 x 为 y"}),
    ],
)
def test_everything_is_text(text: str, value: Any) -> None:
    assert read(text) == value


def test_nothing_written_differs_from_an_empty_text() -> None:
    node, _ = read_yaml("a:\nb: ''\nc: ~", "f")
    assert isinstance(node, Mapping)
    assert [value.empty for _, value in node if isinstance(value, Scalar)] == [True, False, False]


def test_mapping_access() -> None:
    node, _ = read_yaml("甲: 1\n乙: [2]", "f")
    assert isinstance(node, Mapping)
    assert node.keys() == ("甲", "乙")
    assert node.get("丙") is None
    assert node.key("丙") is None
    key = node.key("乙")
    assert key is not None
    assert key.span == Span("f", 2, 1, 2, 2)
    assert len(node) == 2
    assert str(node.get("甲")) == "1"
    inner = node.get("乙")
    assert isinstance(inner, Sequence)
    assert len(inner) == 1


REFUSED = [
    ("E104", "#" * (MAX_BYTES + 1), 1, 1),
    ("E106", "a: \u202eb", 1, 4),
    ("E106", "a: b\u200bc", 1, 5),
    ("E106", "a: \x00", 1, 4),
    ("E106", "a: \ud800", 1, 4),
    ("E106", "# \x1b[2J\na: 1", 1, 3),
    ("E106", 'a: "x\\u202ey"', 1, 6),
    ("E106", 'a: "\\0"', 1, 5),
    ("E111", "\ta: 1", 1, 1),
    ("E111", "a:\n\tb: 1", 2, 1),
    ("E112", "a: [1", 1, 4),
    ("E112", "a: {b: 1", 1, 4),
    ("E112", "a: [1, ", 1, 4),
    ("E112", 'a: "x', 1, 4),
    ("E112", "a: 'x", 1, 4),
    ("E112", "}", 1, 1),
    ("E113", "a:\n  - 1\n b: 2", 3, 2),
    ("E113", "- a\nb: 1", 2, 1),
    ("E113", "a: 1\n  b: 2", 2, 1),
    ("E113", "a: - 1", 1, 4),
    ("E114", "a: b: c", 1, 5),
    ("E115", "a: @x", 1, 4),
    ("E115", "a: `x", 1, 4),
    ("E116", "a：1\nb: 2", 1, 1),
    ("E116", "a:1\nb: 2", 1, 1),
    ("E116", "a\nb: 2", 1, 1),
    ("E116", "a:\n  - b: 1\n    c：场\n    d: [x]\n", 3, 5),
    ("E116", "a:\n  - b: 1\n    c:场\n    d: [x]\n", 3, 5),
    ("E116", "a:\n  - b: 1\n    c 场\n    d: [x]\n", 3, 5),
    ("E116", "a: 1\nb：2\n", 2, 1),
    ("E116", "a: [{b：1}]", 1, 7),
    ("E116", "a: [{b：1, c: 2}]", 1, 7),
    ("E116", "a: {b:甲, c: 2}", 1, 6),
    ("E116", "a：{b: 1}", 1, 2),
    ("E113", "a:\n  -b: 1\n    c: 2\n", 2, 3),
    ("E113", "a:\n  -b: 1\n  -b: 2\n", 2, 3),
    ("E113", "a:\n  – b: 1\n    c: 2\n", 2, 3),
    ("E111", "a:\n  - b: 1\n　　c: 2\n", 3, 1),
    ("E111", "a:\n　　- b: 1\n    c: 2\n", 2, 1),
    ("E112", "a: ［{b: 1}]", 1, 4),
    ("E112", "a: ｛b: 1}", 1, 4),
    ("E112", "a: [{b: 1，c: 2}]", 1, 10),
    ("E112", "a: {b: '，'，c: 2}", 1, 11),
    ("E112", "a: [1, 2］\nb: 3", 1, 9),
    ("E115", "a: {b}是\nc: 1", 1, 4),
    ("E115", "a:\n  - b: {c}是\n", 2, 8),
    ("E117", 'a: "\\q"', 1, 5),
    ("E118", "a: |x\n", 1, 5),
    ("E120", "a: &x 1", 1, 4),
    ("E120", "a: *x", 1, 4),
    ("E121", "a: !!int 1", 1, 4),
    ("E121", "a: !python/object x", 1, 4),
    ("E122", "<<: {a: 1}", 1, 1),
    ("E123", "a: 1\nb: 2\n'a': 3", 3, 1),
    ("E124", "a: 1\n---\nb: 2", 2, 1),
    ("E125", "[" * (MAX_DEPTH + 1), 1, MAX_DEPTH + 1),
    ("E126", "[1]: 2", 1, 1),
    ("E126", "{a: 1}: 2", 1, 1),
    ("E128", "%YAML 1.1\n---\na: 1", 1, 1),
    ("E129", "a: " + "x" * (MAX_SCALAR + 1), 1, 4),
]


@pytest.mark.parametrize(("code", "text", "line", "column"), REFUSED, ids=[f"{c}-{t[:12]!r}" for c, t, _, _ in REFUSED])
def test_what_is_refused_says_where_and_what_to_do(code: str, text: str, line: int, column: int) -> None:
    _, problems = read_yaml(text, "f.yaml")
    problem = problems[0]
    assert problem.code == code
    assert isinstance(problem.place, Span)
    assert (problem.place.file, problem.place.line, problem.place.column) == ("f.yaml", line, column)
    assert problem.help
    assert any("一" <= c <= "鿿" for c in problem.message)
    assert not re.search("expected|found|while", problem.message + problem.help)


@pytest.mark.parametrize("text", ["a:\n  -b: 1\n    c: 2\n", "a:\n　　- b: 1\n    c: 2\n", "a：{b: 1}\n  c: 2\n"])
def test_what_follows_from_a_mistyped_line_is_not_told_again(text: str) -> None:
    assert len(read_yaml(text, "f.yaml")[1]) == 1


def test_an_error_nobody_foresaw_still_has_a_place() -> None:
    error = yaml.YAMLError("something new")
    problem = explain(error, SourceText("f", "a: 1"))
    assert (problem.code, str(problem.place)) == ("E110", "f:1:1")


def test_several_refusals_are_shown_at_once() -> None:
    node, problems = read_yaml("a: &x 1\na: 2\nb: *x\nc: !t 3", "f")
    assert [p.code for p in problems] == ["E120", "E123", "E120", "E121"]
    assert plain(node) == {"a": "1", "b": "", "c": "3"}


FORGOTTEN = """\
准则:
  - 名称: 甲
    组: 全组
    要求: 有场地
    名称: 乙
    组: 全组
    要求: 有场地
    名称: 丙
    组: 全组
    要求: 有场地
"""


@pytest.mark.parametrize(
    ("text", "code", "line", "marked", "help"),
    [
        # a dash forgotten: told once, where the item begins; "only keep one" would lose a whole rule
        (FORGOTTEN, "E123", 5, "名称", "写作 `- 名称: …`"),
        (
            FORGOTTEN.replace("  - 名称: 甲\n    ", "  名称: 甲\n  ").replace("    ", "  "),
            "E123",
            5,
            "名称",
            "写作 `- 名称",
        ),
        ("甲:\n  - 项: 一\n    值: 1\n    项: 二\n    值: 2\n", "E123", 4, "项", "写作 `- 项: …`"),
        ("甲:\n  - 名称: 一\n    值: 1\n  名称: 二\n", "E113", 4, "名", "在前面写 `- `"),
        # a key that is no beginning of an item is just there twice
        ("甲:\n  - 名称: 一\n    值: 1\n    值: 2\n", "E123", 4, "值", "只留一处"),
        ("事实:\n  场次: 1\n  场次: 2\n", "E123", 3, "场次", "只留一处"),
        ("甲:\n  - {名称: 一, 名称: 二}\n", "E123", 2, "名称", "只留一处"),
        # quotation marks at the beginning of a sentence
        ('段: "下一步"将由某局办理\n', "E119", 1, '"下一步"将由某局办理', "“下一步”"),
        ('- 段: "下一步"将由某局办理\n', "E119", 1, '"下一步"将由某局办理', "`'\"下一步\"将由某局办理'`"),
        ('- "下一步"将由某局办理\n- 乙\n', "E119", 1, '"下一步"将由某局办理', "“下一步”"),
        ('甲: {段: "下一步"将由某局, 乙: 丙}\n', "E119", 1, '"下一步"将由某局', "“下一步”"),
        ("甲: ['下一步'将由某局, 丙]\n", "E119", 1, "'下一步'将由某局", "“下一步”"),
        # and what only looks like it
        ('甲: ["一" "二"]\n', "E112", 1, "[", "逗号"),
        # a remark that may be text
        ("甲: 请某局配合 #附件一。\n", "W101", 1, "#附件一。", "加引号"),
        ("甲: 第3号楼 #5 室\n", "W101", 1, "#5 室", "`#` 后面空一格"),
        ("甲:  #5 室\n乙: 1\n", "W101", 1, "#5 室", "加引号"),
        ("- 甲 #乙\n", "W101", 1, "#乙", "加引号"),
        ("甲: [一, 二 #三\n  ]\n", "W101", 1, "#三", "加引号"),
    ],
)
def test_what_people_really_type_is_told_once_at_its_place(
    text: str, code: str, line: int, marked: str, help: str
) -> None:
    (problem,) = read_yaml(text, "f")[1]
    assert isinstance(problem.place, Span)
    place = problem.place
    shown = text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]
    assert (problem.code, place.line, shown) == (code, line, marked)
    assert help in (problem.help or "")


@pytest.mark.parametrize(
    "text",
    [
        "甲: 12场  # 说明\n",
        "甲: 12场 ## 说明\n",
        "甲: 12场 #\n",
        "甲: '一 #二'\n",
        '甲: "一 #二"\n',
        "甲: 一#二\n",
        "#注\n甲: 1\n",
    ],
)
def test_remarks_and_quoted_texts_need_no_word(text: str) -> None:
    assert read_yaml(text, "f")[1] == []


def test_problems_are_many_but_not_endless() -> None:
    node, problems = read_yaml("a: 1\n" * 5_000, "f")
    assert node is None
    assert len(problems) == MAX_PROBLEMS
    assert len(read_yaml("\u200b" * 5_000, "f")[1]) == MAX_SHOWN


def test_deepest_accepted_nesting() -> None:
    node, problems = read_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f")
    assert problems == []
    assert node is not None


SCALARS = [
    ("a: 年度活动场次不少于12场", "不少于"),
    ("a: '年度''活动''场次不少于12场'", "场次不"),
    ('a: "年度\\t活动\\u573a次不少于12场"', "不少于"),
    ("a: |\n  第一行\n    缩进 不少于12\n\n  末行", "不少于"),
    ("a: |2\n   甲不少于\n  乙", "甲不少于"),
    ("a: |-  # 注\n  第一行\n  不少于", "不少于"),
    ("- b: |\n    甲\n    乙不少于\n", "乙不少于"),
    ("a: >\n  第一行\n  不少于12\n\n  末行", "不少于"),
    ("a: 第一行\n  不少于\n  末行", "不少于"),
    ("a: '第一行\n\n  不少于'", "不少于"),
    ('a: "第一行 \\\n   不少于"', "不少于"),
    ("😀: 😀不少于", "不少于"),
]


@pytest.mark.parametrize(("text", "piece"), SCALARS)
def test_offsets_map_back_to_the_file(text: str, piece: str) -> None:
    node, problems = read_yaml(text, "f")
    assert problems == []
    while not isinstance(node, Scalar):
        assert node is not None
        node = node.items[0] if isinstance(node, Sequence) else node.entries[0][1]
    start = node.text.index(piece)
    assert cut(text, node.place(start, start + len(piece))) == piece
    assert cut(text, node.place(len(node.text) + 9, len(node.text) + 9)) == ""


def test_an_escape_is_one_place() -> None:
    text = 'a: "甲\\u4e59丙"'
    node, _ = read_yaml(text, "f")
    assert isinstance(node, Mapping)
    value = node.get("a")
    assert isinstance(value, Scalar)
    assert cut(text, value.place(1, 2)) == "\\u4e59"
    assert cut(text, value.place(2, 3)) == "丙"


def test_spans_end_where_the_content_ends() -> None:
    text = "a:\n  - x: 1\n    y: |\n      多行\n  # 注\n\nb: [1,\n  2] # 注\n"
    node, _ = read_yaml(text, "f")
    assert isinstance(node, Mapping)
    first, second = node.get("a"), node.get("b")
    assert first is not None
    assert second is not None
    assert cut(text, first.span) == "- x: 1\n    y: |\n      多行"
    assert cut(text, second.span) == "[1,\n  2]"
    assert cut(text, node.span) == text[: text.index(" # 注\n", 40)]


TEXTS = st.text(st.characters(blacklist_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"]), max_size=12)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans())
@settings(max_examples=examples(200))
def test_what_pyyaml_writes_is_read_back(value: Any, flow: bool) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"', default_flow_style=flow, sort_keys=False)
    node, problems = read_yaml(text, "f")
    assert problems == [] or {p.code for p in problems} == {"E106"}
    if not problems:
        assert plain(node) == value


@given(st.text(st.sampled_from("ab:- \n'\"[]{},#|>&*!%@`\t?"), max_size=40))
@settings(max_examples=examples(200))
def test_any_text_is_read_or_refused_inside_the_file(text: str) -> None:
    node, problems = read_yaml(text, "f")
    lines = text.split("\n")
    for problem in problems:
        assert isinstance(problem.place, Span)
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
    assert problems or node is not None or not yaml.safe_load(text)


@given(st.text(st.sampled_from("甲乙 \n'"), min_size=1, max_size=20), st.sampled_from(["'", '"', "|", ">"]))
@settings(max_examples=examples(200))
def test_every_visible_character_maps_to_itself(value: str, style: str) -> None:
    text = yaml.safe_dump({"a": value}, allow_unicode=True, default_style=style)
    node, problems = read_yaml(text, "f")
    assert problems == []
    assert isinstance(node, Mapping)
    scalar = node.get("a")
    assert isinstance(scalar, Scalar)
    for index, char in enumerate(scalar.text):
        if char in "甲乙":
            assert cut(text, scalar.place(index, index + 1)) == char


@pytest.mark.parametrize(
    ("data", "text", "code", "says"),
    [
        ("甲: 1\r\n乙: 2".encode(), "甲: 1\n乙: 2", None, ""),
        ("\ufeff甲: 1".encode(), "甲: 1", None, ""),
        ("甲: 1".encode("gb18030"), None, "E105", "GB18030"),
        ("甲: 1".encode("utf-16"), None, "E105", "UTF-16"),
        (b"a: \xff\xff\xff", None, "E105", "既不是"),
        (b"x" * (MAX_BYTES + 1), None, "E104", "超过上限"),
    ],
)
def test_decode(data: bytes, text: str | None, code: str | None, says: str) -> None:
    found, problems = decode(data, "f")
    assert found == text
    assert [p.code for p in problems] == ([code] if code else [])
    assert all(says in p.message for p in problems)
