"""What a correct package resolves to: dates, fillers, interpretations, overlays, exceptions, groups, scores, tables."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.problem import Span
from engine.decision.program import compile_package
from engine.language.printer import print_node, show_value
from engine.policy.dated import value_on
from engine.policy.nodes import Scalar, read_yaml
from engine.policy.resolve import digest_of, read_library, resolve
from engine.policy.shape import read_package
from engine.policy.spec.vocabulary import DatedSpec
from engine.policy.stack import days_of_change
from tests.worlds.build import case
from tests.worlds.texts import CALENDAR, DAY, header, load, package, sources

# Dated parameters ------------------------------------------------------------------------------------------------

DATED = """\
参数:
  - 名称: 下限
    单位: 场
    取值:
      - {值: 12场, 至: 2025-12-31}
      - {值: 10场, 自: 2026-01-01, 至: 2026-06-30}
      - {值: 8场, 自: 2026-03-01, 至: 2026-03-31}
"""


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("1949-10-01", 12),
        ("2025-12-31", 12),
        ("2026-01-01", 10),
        ("2026-02-28", 10),
        ("2026-03-01", 8),
        ("2026-03-31", 8),
        ("2026-04-01", 10),
        ("2026-06-30", 10),
        ("2026-07-01", None),
    ],
)
def test_dated_parameter(day: str, value: int | None) -> None:
    assert package(DATED, date.fromisoformat(day)).parameters["下限"].value == value


def test_outside_its_dates_a_parameter_keeps_its_type() -> None:
    late = package(DATED.replace("    单位: 场\n", ""), date(2027, 1, 1)).parameters["下限"]
    assert (late.value, late.type) == (None, package(DATED).parameters["下限"].type)


days = st.dates(date(2020, 1, 1), date(2020, 3, 1))
spans = st.lists(st.tuples(st.none() | days, st.none() | days), max_size=6, unique_by=lambda pair: pair[0])


def dated(index: int, since: date | None, until: date | None) -> DatedSpec:
    node, _ = read_yaml(str(index), "x")
    assert isinstance(node, Scalar)
    return DatedSpec(value=node, since=since, until=until)


@given(spans, days)
def test_value_on_picks_the_latest_that_covers(periods: list[tuple[date | None, date | None]], day: date) -> None:
    values = [dated(i, a, b) for i, (a, b) in enumerate(periods)]
    found = value_on(values, day)
    covering = [v for v in values if (v.since is None or v.since <= day) and (v.until is None or day <= v.until)]
    if found is None:
        assert covering == []
    else:
        assert found in covering
        assert all(
            found.since is not None and (v.since is None or v.since < found.since) for v in covering if v != found
        )


@given(spans, days)
def test_value_on_ignores_the_order_written(periods: list[tuple[date | None, date | None]], day: date) -> None:
    values = [dated(i, a, b) for i, (a, b) in enumerate(periods)]
    assert value_on(values, day) == value_on(values[::-1], day)


# Fillers ---------------------------------------------------------------------------------------------------------

OPEN = "参数: [{名称: 时限, 单位: 工作日, 未定: 是, 由: 市局}]\n"


def scheme(name: str, value: int, rank: int = 4, since: str = "2026-01-01", more: str = "") -> dict[str, str]:
    top = header(name, 性质="实施方案", 位阶=str(rank), 施行=since, 实施="[t]") + more
    return {f"{name}/policy.yaml": top, f"{name}/a.yaml": f"实施: [{{参数: 时限, 取值: [{{值: {value}工作日}}]}}]\n"}


FILLERS: list[tuple[str, dict[str, str], str, int | None]] = [
    ("nobody", {}, "", None),
    ("one", scheme("s", 30), "s", 30),
    ("higher norm wins", scheme("a", 30, rank=4) | scheme("b", 20, rank=3, since="2020-01-01"), "b", 20),
    ("higher norm wins, other order", scheme("a", 20, rank=3) | scheme("b", 30, rank=4), "a", 20),
    ("later law wins", scheme("a", 30) | scheme("b", 20, since="2026-02-01"), "b", 20),
    ("later law not yet in force", scheme("a", 30) | scheme("b", 20, since="2026-06-02"), "a", 30),
    ("in force from the very day", scheme("a", 30) | scheme("b", 20, since="2026-06-01"), "b", 20),
    ("repealed on the day", scheme("a", 30) | scheme("b", 20, rank=1, more="  废止: 2026-06-01\n"), "a", 30),
    ("repealed the day after", scheme("a", 30) | scheme("b", 20, rank=1, more="  废止: 2026-06-02\n"), "b", 20),
    ("a tie between losers", scheme("a", 30) | scheme("b", 20) | scheme("c", 10, rank=1), "c", 10),
    ("undated is oldest", scheme("a", 30, since="未定") | scheme("b", 20), "b", 20),
]


@pytest.mark.parametrize(("files", "source", "value"), [f[1:] for f in FILLERS], ids=[f[0] for f in FILLERS])
def test_filler(files: dict[str, str], source: str, value: int | None) -> None:
    found = package({"rules.yaml": OPEN, **files}).parameters["时限"]
    assert (found.value, found.source, found.origin, found.setter) == (value, source, "t", "市局")


def test_filler_whose_value_does_not_cover_the_day_yields() -> None:
    files = {"rules.yaml": OPEN, **scheme("a", 30), **scheme("b", 20, rank=1)}
    files["b/a.yaml"] = files["b/a.yaml"].replace("工作日}", "工作日, 自: 2026-07-01}")
    assert package(files).parameters["时限"].source == "a"
    assert package(files, date(2026, 7, 1)).parameters["时限"].source == "b"


def test_scheme_of_a_scheme_and_general_law_belong_to_the_stack() -> None:
    files = {
        "g/policy.yaml": header("g", 性质="通则", 位阶="1"),
        "g/a.yaml": "附随: [{名称: 复议, 性质: 不利决定, 类型: 救济, 内容: 可以申请复议}]\n",
        **scheme("s", 30),
        "u/policy.yaml": header("u", 性质="实施方案", 位阶="5", 实施="[s]"),
        "x/policy.yaml": header("x"),
        "x/a.yaml": "准则: [{名称: 别处, 要求: 没有的名称}]\n",
    }
    found = package({"rules.yaml": OPEN, **files})
    assert list(found.headers) == ["t", "s", "u", "g"]
    assert [a.origin for a in found.attachments] == ["g"]


# Interpretations and overlays ------------------------------------------------------------------------------------

READING = """\
参数: [{名称: 下限, 取值: [{值: 12场}]}]
派生量: [{名称: 总量, 式: 场次, 单位: 场}]
准则:
  - {名称: 规模, 组: 全组, 强度: 一般应当, 要求: 总量不少于下限}
  - {名称: 场地, 组: 全组, 要求: 有场地}
  - {名称: 备用, 组: 全组, 要求: 有场地, 停用: 是}
解释口径:
  - 编号: Q1
    名称: 口径
    问题: 怎么算
    选项:
      - {名称: 原样, 效果: 不变}
      - 名称: 改样
        效果: 改几处
        改: {参数: {下限: 9场}, 强度: {规模: 应当}, 停用: 场地, 启用: [备用], 式: {总量: 场次×2, 场地: 非有场地}}
    采用: 未定
    影响: [规模]
"""


def adopted(option: str) -> str:
    return READING.replace("采用: 未定", f"采用: {option}")


@pytest.mark.parametrize("option", ["未定", "原样"])
def test_an_empty_option_changes_nothing(option: str) -> None:
    found = package(adopted(option))
    assert list(found.criteria) == ["规模", "场地"]
    assert found.parameters["下限"].value == 12
    assert found.interpretations["Q1"].adopted == ("" if option == "未定" else option)
    assert set(found.interpretations["Q1"].touches) == {"下限", "规模", "总量", "场地", "备用"}


def test_an_adopted_option_is_applied() -> None:
    found = package(adopted("改样"))
    assert list(found.criteria) == ["规模", "备用"]
    assert found.criteria["规模"].strength == "应当"
    assert (found.parameters["下限"].value, found.parameters["下限"].source) == (9, "解释口径 Q1")
    assert print_node(found.derived["总量"].expression) == "场次×2"
    assert found.groups == {"全组": ("规模", "备用")}


OVERLAYS: list[tuple[str, str, Any]] = [
    ("参数: {下限: 5场}", "下限", lambda p: p.parameters["下限"].value == 5),
    ("强度: {场地: 鼓励}", "场地", lambda p: p.groups["全组"] == ("规模",)),
    ("停用: 场地", "场地", lambda p: "场地" not in p.criteria),
    ("启用: 备用", "备用", lambda p: "备用" in p.criteria),
    ("式: {场地: 非有场地}", "场地", lambda p: p.criteria["场地"].sentence == "非有场地"),
]


@pytest.mark.parametrize(("text", "name", "changed"), OVERLAYS, ids=[o[0] for o in OVERLAYS])
def test_overlay(text: str, name: str, changed: Any) -> None:
    plain, patched = package(READING), package(READING, overlay=text)
    assert not changed(plain)
    assert changed(patched)
    assert plain.digest != patched.digest


def test_overlay_goes_over_an_adopted_option() -> None:
    found = package(adopted("改样"), overlay="参数: {下限: 3场}").parameters["下限"]
    assert (found.value, found.source) == (3, "overlay.yaml")


def test_an_overlay_may_adopt_another_option() -> None:
    assert package(READING, overlay="口径: {Q1: 改样}").criteria == package(adopted("改样")).criteria
    back = package(adopted("改样"), overlay="口径: {Q1: 原样}")
    assert (back.interpretations["Q1"].adopted, list(back.criteria)) == ("原样", ["规模", "场地"])
    assert back.digest != package(adopted("改样")).digest


@pytest.mark.parametrize(("text", "code"), [("口径: {Q9: 改样}", "E316"), ("口径: {Q1: 别样}", "E317")])
def test_an_overlay_that_adopts_nothing_is_an_error_with_its_place(text: str, code: str) -> None:
    _, problems = load(READING, overlay=text)
    assert [(p.code, p.place.file if isinstance(p.place, Span) else "") for p in problems] == [(code, "overlay.yaml")]


def test_an_overlay_without_changes_changes_nothing() -> None:
    assert package(adopted("改样"), overlay=("", "参数: {}", "停用: []")) == package(adopted("改样"))


@pytest.mark.parametrize("text", ["参数: {下线: 1场}", "强度: {下限: 应当}", "停用: 厂地", "式: {下限: 1场}"])
def test_an_overlay_of_nothing_is_an_error(text: str) -> None:
    found, problems = load(READING, overlay=text)
    assert found is None
    assert {p.code for p in problems} == {"E316"}
    assert "强度" in text or all(isinstance(p.place, Span) and p.place.file == "overlay.yaml" for p in problems)


def test_overlay_with_unknown_key() -> None:
    assert [p.code for p in load(READING, overlay="参树: {下限: 1场}")[1]] == ["E305"]


# Exceptions and groups -------------------------------------------------------------------------------------------

EXCEPTIONS = """\
准则:
  - {名称: 一般, 组: [全组, 他组], 适用: 场次超过0场, 要求: 有场地}
  - {名称: 特甲, 组: 全组, 例外: 一般, 优先于: 特乙, 适用: 场次超过1场, 要求: 有场地}
  - {名称: 特乙, 组: 全组, 例外: 一般, 适用: 场次超过2场, 要求: 有场地}
  - {名称: 特甲一, 组: 全组, 例外: 特甲, 适用: 场次超过3场, 要求: 有场地}
  - {名称: 劝导, 组: 全组, 强度: 鼓励, 要求: 有场地}
"""


def applies(found: Any, name: str) -> str:
    return print_node(found.criteria[name].applies)


def test_exceptions_narrow_what_they_override() -> None:
    found = package(EXCEPTIONS)
    first = "场次超过1场，且非场次超过3场"
    assert applies(found, "特甲一") == "场次超过3场"
    assert applies(found, "特甲") == first
    assert applies(found, "特乙") == f"场次超过2场，且非（{first}）"
    assert applies(found, "一般") == f"（场次超过0场，且非（{first}）），且非（场次超过2场，且非（{first}））"


def test_the_order_of_criteria_does_not_matter_to_exceptions() -> None:
    lines = EXCEPTIONS.splitlines(keepends=True)
    turned = package(lines[0] + "".join(lines[:0:-1]))
    straight = package(EXCEPTIONS)
    for name in ("特甲一", "特甲", "特乙"):
        assert applies(turned, name) == applies(straight, name)


def test_an_exception_to_a_criterion_switched_off_is_no_error() -> None:
    assert "一般" not in package(EXCEPTIONS, overlay="停用: 一般").criteria


def test_an_exception_switched_off_narrows_nothing() -> None:
    assert applies(package(EXCEPTIONS, overlay="停用: [特甲, 特乙]"), "一般") == "场次超过0场"


def test_groups_leave_out_encouragements() -> None:
    found = package(EXCEPTIONS)
    assert found.groups == {"全组": ("一般", "特甲", "特乙", "特甲一"), "他组": ("一般",)}
    assert found.criteria["劝导"].groups == ("全组",)


def test_a_group_of_encouragements_only_exists() -> None:
    assert package("准则: [{名称: 劝导, 组: 全组, 强度: 鼓励, 要求: 有场地}]\n").groups == {"全组": ()}


# Scores and tables -----------------------------------------------------------------------------------------------

SCORE = """\
评分:
  - 名称: 总分
    单位: 分
    权重按: 机构类型
    分项:
      - {名称: 甲项, 满分: 10分, 权重: {甲型: 2, 其他: 1}, 计分: {线性: {依据: 场次, 零分: 4场, 满分: 24场}}}
      - 名称: 乙项
        计分:
          分档:
            依据: 人数
            档: [{条件: 不少于9人, 得分: 5分}, {条件: 不少于3人, 得分: 2分}, {条件: 其他, 得分: 0分}]
      - {名称: 丙项, 计分: {式: 3分}}
    加分: [{名称: 奖, 条件: 有场地, 得分: 1分}]
    封顶: 20分
    取整: 1
    等次: [{名称: 好, 区间: 10分以上}, {名称: 差, 区间: 不满10分}]
派生量: [{名称: 级, 式: 等次（总分）}, {名称: 首项, 式: 分项得分（总分，甲项）, 单位: 分}]
"""


def test_scales_become_expressions() -> None:
    score = package(SCORE).scores["总分"]
    marks = {i.name: print_node(i.mark) for i in score.items if i.mark is not None}
    assert marks == {
        "甲项": "10分×较大（0，较小（1，（场次−4场）÷（24场−4场）））",
        "乙项": "若人数不少于9人，则5分，否则若人数不少于3人，则2分，否则0分",
        "丙项": "3分",
    }
    assert {m: print_node(w) for m, w in score.items[0].weights.items()} == {"甲型": "2", "其他": "1"}
    assert [(b.name, print_node(b.condition)) for b in score.bands if b.condition is not None] == [
        ("好", "总分不少于10分"),
        ("差", "总分少于10分"),
    ]
    assert (score.places, score.open) == (1, False)


def test_bands_and_items_are_enumerations() -> None:
    found = package(SCORE)
    assert found.scope.enums["等次：总分"] == ("好", "差")
    assert found.derived["级"].type.name == "等次：总分"
    assert found.order.index("总分") < found.order.index("级")


def test_open_score_is_filled_with_the_bands_and_clauses_of_both() -> None:
    opened = "评分: [{名称: 总分, 单位: 分, 未定: 是, 由: 市局, 分项: [{名称: 甲项, 条款: 第一条}], 等次: [{名称: 好}, {名称: 差}]}]\n"
    filler = (
        "实施: [{评分: 总分, 分项: [{名称: 甲项, 计分: {式: 3分}}], "
        "等次: [{名称: 好, 区间: 2分以上}, {名称: 差, 区间: 不满2分}]}]\n"
    )
    alone = package(opened).scores["总分"]
    assert (alone.open, alone.items[0].mark) == (True, None)
    score = package(
        {"rules.yaml": opened, "s/policy.yaml": scheme("s", 1)["s/policy.yaml"], "s/a.yaml": filler}
    ).scores["总分"]
    assert (score.open, score.source, score.origin) == (False, "s", "t")
    assert score.items[0].clauses == ("第一条",)


TABLE = """\
决定表:
  - 名称: 标准
    输入: [机构类型, 场次]
    输出: {单位: 元}
    行:
      - [甲型, 不少于5场, 5万元]
      - ['［甲型、乙型］', 2场以上且不满5场, 人数×100元÷1人]
      - [任意, 任意, 1元]
    默认: 0元
"""


def test_decision_table_cells_are_conditions_on_the_heads() -> None:
    table = package(TABLE).decision_tables["标准"]
    assert [[print_node(c) for c in row.conditions] for row in table.rows] == [
        ["机构类型为甲型", "场次不少于5场"],
        ["机构类型属于［甲型、乙型］", "场次不少于2场，且场次少于5场"],
        ["任意", "任意"],
    ]
    assert table.unit is not None
    assert table.unit.name == "元"
    assert table.default is not None


def test_without_a_declared_output_the_first_row_tells_the_type() -> None:
    text = "决定表: [{名称: 表, 输入: [有场地], 行: [[是, 3场], [否, 5人]]}]\n"
    assert [p.code for p in load(text)[1]] == ["E203"]
    assert package(text.replace("5人", "5场")).decision_tables["表"].type.kind == "number"


# Wordings --------------------------------------------------------------------------------------------------------


def test_wordings_may_use_local_names_and_rules_may_not() -> None:
    text = "文书: [{名称: 函, 标题: '关于{名称}的函', 落款: '{机关}', 正文: [{逐项: 附随, 段: '{序}．{说明}'}]}]\n"
    found = package(text).documents["函"]
    assert [x if isinstance(x, str) else print_node(x) for x in found.title] == ["关于", "名称", "的函"]
    assert [p.code for p in load("准则: [{名称: 甲, 要求: 机关为甲型}]\n")[1]] == ["E201"]


# Digest, immutability, determinism -------------------------------------------------------------------------------


def test_digest_ignores_the_order_of_files_and_packages() -> None:
    files = sources({"a.yaml": "准则: []\n", "s/policy.yaml": header("s", 实施="[t]")})
    turned = {k: dict(reversed(list(v.items()))) for k, v in reversed(list(files.items()))}
    assert digest_of(turned) == digest_of(files)


def test_digest_is_the_same_wherever_the_packages_lie() -> None:
    files = sources({"a.yaml": "准则: []\n"})
    moved = {k: {f"/srv/x/{path}": text for path, text in v.items()} for k, v in files.items()}
    assert digest_of(moved) == digest_of(files)


@pytest.mark.parametrize("change", [("12场", "10场"), ("rules.yaml", "other.yaml")])
def test_digest_tells_changes(change: tuple[str, str]) -> None:
    files = {"t/rules.yaml": "参数: [{名称: 下限, 取值: [{值: 12场}]}]\n"}
    changed = {path.replace(*change): text.replace(*change) for path, text in files.items()}
    assert digest_of(sources(files)) != digest_of(sources(changed))


def test_line_ends_of_files_do_not_change_the_digest(tmp_path: Any) -> None:
    from engine.policy.sources import read_folder

    digests = set()
    for name, end in (("unix", b"\n"), ("dos", b"\r\n")):
        folder = tmp_path / name / "t"
        folder.mkdir(parents=True)
        (folder / "policy.yaml").write_bytes(header("t").encode().replace(b"\n", end))
        digests.add(digest_of(read_folder(tmp_path / name)[0]))
    assert len(digests) == 1


@pytest.mark.parametrize("name", ["考察表.docx", "考察表.html", "标识.svg", "rules/考察表.docx"])
def test_a_layout_or_mark_of_its_own_is_in_the_digest(tmp_path: Any, name: str) -> None:
    """With its bytes: a letter set on another layout has another receipt."""
    from engine.policy.sources import read_folder

    folder = tmp_path / "t"
    (folder / "rules").mkdir(parents=True)
    (folder / "policy.yaml").write_text(header("t"), encoding="utf-8")
    digests = [digest_of(read_folder(tmp_path)[0])]
    for data in (b"PK\x03\x04\xff", b"PK\x03\x04\xfe", b"PK\x03\x04\xff"):
        (folder / name).write_bytes(data)
        texts, problems = read_folder(tmp_path)
        library, found = read_library(texts)
        assert [p.code for p in (*problems, *found)] == []
        assert list(library.specs) == ["t"]
        digests.append(library.digest)
    assert digests[1] == digests[3]
    assert len(set(digests)) == 3


@pytest.mark.parametrize("name", ["~$考察表.docx", ".考察表.docx", "说明.md", "tests/考察表.docx"])
def test_other_files_beside_the_rules_are_not(tmp_path: Any, name: str) -> None:
    from engine.policy.sources import read_folder

    folder = tmp_path / "t"
    (folder / "tests").mkdir(parents=True)
    (folder / "policy.yaml").write_text(header("t"), encoding="utf-8")
    before = read_folder(tmp_path)
    (folder / name).write_bytes(b"\xff")
    assert read_folder(tmp_path) == before


def test_packages_and_specs_are_immutable() -> None:
    found = package(READING)
    with pytest.raises(FrozenInstanceError):
        found.id = "x"
    spec, _ = read_package({"t/policy.yaml": header("t")})
    assert spec is not None
    with pytest.raises(FrozenInstanceError):
        spec.header = None


def test_resolving_twice_gives_equal_packages() -> None:
    library, _ = read_library(sources({"rules.yaml": READING, "score.yaml": SCORE}))
    first, second = (resolve(library, "t", DAY, CALENDAR)[0] for _ in range(2))
    assert first is not None
    assert first == second


def test_what_depends_on_what_is_ordered() -> None:
    found = package("准则: [{名称: 甲, 要求: 乙}]\n派生量: [{名称: 乙, 式: 丙}, {名称: 丙, 式: 有场地}]\n")
    assert found.order == ("丙", "乙", "甲")


@given(st.integers(0, 400))
def test_the_day_alone_decides_the_value(offset: int) -> None:
    day = date(2025, 12, 1) + timedelta(offset)
    expected = next(
        (
            v
            for since, until, v in (
                (date(2026, 3, 1), date(2026, 3, 31), 8),
                (date(2026, 1, 1), date(2026, 6, 30), 10),
                (date.min, date(2025, 12, 31), 12),
            )
            if since <= day <= until
        ),
        None,
    )
    assert package(DATED, day).parameters["下限"].value == (None if expected is None else Decimal(expected))


def test_what_rests_on_a_cycle_is_told_of_once() -> None:
    text = "派生量: [{名称: 甲, 式: 场次除以乙}, {名称: 乙, 式: 甲减去1场}, {名称: 丙, 式: 乙加上1人, 单位: 人}]\n"
    _found, problems = load(text)
    assert [p.code for p in problems] == ["E318"]


LEDGER = "记录表: [{名称: 台账, 列: [{名称: 合格, 类型: 是否}, {名称: 级别, 类型: 枚举, 枚举: 类型项}]}]\n"


@pytest.mark.parametrize(
    "rules",
    [
        "准则: [{名称: 合格, 要求: 存在（台账，合格）}]\n",
        "准则: [{名称: 合格, 要求: 不存在（台账，合格且级别为甲型）且有场地}]\n",
        "准则: [{名称: 甲型, 要求: 机构类型为甲型}]\n",
        "准则: [{名称: 甲型, 要求: 机构类型属于［甲型、乙型］}]\n",
        "准则: [{名称: 甲型, 要求: 存在（台账，级别为甲型）}]\n",
    ],
)
def test_a_definition_called_like_a_column_or_a_member_does_not_rest_on_itself(rules: str) -> None:
    found, problems = load(LEDGER + rules)
    assert found is not None, [(p.code, p.message) for p in problems]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("值: 6个月", "6个月"),
        ("值: 15个工作日", "15个工作日"),
        ("值: 80%", "80%"),
        ("值: 5‰", "5‰"),
        ("值: 50万元", "50万元"),
        ("值: 1年6个月", "1年6个月"),
        ("值: 18个月", "18个月"),
        ("值: 12场", "12场"),
        ("值: 3", "3"),
        ("值: 30天", "30天"),
    ],
)
def test_a_parameter_is_shown_as_it_is_written(written: str, shown: str) -> None:
    found = package(f"参数: [{{名称: 限度, 取值: [{{{written}}}]}}]\n").parameters["限度"]
    assert show_value(found.value, found.type, found.unit) == shown


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ("类型: 金额, 取值: [{值: 50万元}]", "50万元"),
        ("类型: 比例, 取值: [{值: 5‰}]", "5‰"),
        ("类型: 期间, 取值: [{值: 2年}]", "2年"),
        ("类型: 期间, 取值: [{值: 18个月}]", "18个月"),
        ("单位: 元, 取值: [{值: 50万元}]", "50万元"),
    ],
)
def test_a_declared_unit_or_type_keeps_what_is_written_where_it_can(more: str, shown: str) -> None:
    found = package(f"参数: [{{名称: 数, {more}}}]\n").parameters["数"]
    assert show_value(found.value, found.type, found.unit) == shown


# Days of change ---------------------------------------------------------------------------------------------------

CHANGING = {
    "t": {
        "t/policy.yaml": header("t"),
        "t/words.yaml": "单位: [{名称: 场}]\n",
        "t/rules.yaml": "参数:\n"
        "  - {名称: 下限, 单位: 场, 取值: [{值: 1场, 自: 2026-01-06, 至: 2026-01-10}, {值: 2场, 自: 2026-01-12}]}\n"
        "  - {名称: 上限, 单位: 场, 取值: [{值: 1场, 至: 2026-01-20}, {值: 2场, 自: 2026-01-21, 至: 2026-01-25}]}\n"
        "  - {名称: 时限, 单位: 工作日, 未定: 是}\n",
    },
    "s": {
        "s/policy.yaml": header("s", 性质="实施方案", 位阶="4", 施行="2026-01-14", 废止="2026-01-28", 实施="[t]"),
        "s/rules.yaml": "实施: [{参数: 时限, 取值: [{值: 3工作日, 至: 2026-01-16}, {值: 4工作日, 自: 2026-01-17}]}]\n",
    },
}


def test_between_two_days_of_change_the_rules_are_the_same() -> None:
    library, problems = read_library(CHANGING)
    assert not problems
    changes = days_of_change(library.specs.values())
    days = [date(2026, 1, 1) + timedelta(shift) for shift in range(40)]
    found = [package for day in days if (package := resolve(library, "t", day, CALENDAR)[0]) is not None]
    assert len(found) == len(days)
    turns = [other.as_of for one, other in pairwise(found) if replace(one, as_of=other.as_of) != other]
    assert turns == [day for day in changes if day > days[0]]
    assert [day.day for day in turns] == [6, 11, 12, 14, 17, 21, 26, 28]


def test_a_period_keeps_its_words_and_is_compared_in_months() -> None:
    found = package(
        "事实: [{名称: 工龄, 类型: 期间, 范围: 0个月 至 50年}, {名称: 成立, 类型: 日期}]\n"
        "参数: [{名称: 工龄下限, 类型: 期间, 取值: [{值: 1年6个月}]}, {名称: 有效期, 取值: [{值: 6个月}]}]\n"
        "派生量: [{名称: 已满, 式: 月数（成立，基准日）}]\n"
        "准则: [{名称: 资历, 要求: 工龄不少于工龄下限且年数（成立，基准日）满6个月, 强度: 应当, 条款: 第一条}]\n"
    )
    field, limit = found.facts["工龄"], found.parameters["工龄下限"]
    assert (field.high, limit.value) == (600, 18)
    assert show_value(limit.value, limit.type, limit.unit) == "1年6个月"
    assert show_value(found.parameters["有效期"].value, found.parameters["有效期"].type, None) == "6个月"
    assert print_node(found.criteria["资历"].requirement) == "工龄不少于工龄下限，且年数（成立，基准日）不少于6个月"


def test_a_column_that_two_nested_conditions_know_is_no_silent_choice() -> None:
    tables = "记录表: [{名称: 外, 列: [{名称: 数, 类型: 整数}]}, {名称: 内, 列: [{名称: 数, 类型: 整数}, {名称: 级, 类型: 整数}]}]\n"
    _, problems = load(tables + "派生量: [{名称: 有, 式: 存在（外，数为1且存在（内，数为2））}]\n")
    assert [(p.code, p.message) for p in problems] == [
        ("E214", "`数` 既是 `内` 的列，也是外层 `外` 的列，分不清是哪一个")
    ]
    assert load(tables + "派生量: [{名称: 有, 式: 存在（外，数为1且存在（内，级为2））}]\n")[1] == []


@pytest.mark.parametrize(("hit", "found"), [("累计", ["E202"]), ("最大", ["E202"]), ("首个", [])])
def test_only_numbers_are_added_up_or_compared_by_a_hit_policy(hit: str, found: list[str]) -> None:
    table = f"决定表: [{{名称: 档, 命中: {hit}, 输入: [人数], 输出: {{名称: 档, 类型: 文本}}, 行: [[5人以上, “大”]], 默认: “小”}}]\n"
    assert [p.code for p in load(table)[1] if p.is_error] == found


def test_the_type_of_an_output_says_in_what_it_is_counted() -> None:
    tables = """\
决定表:
  - {名称: 有效期, 输入: [机构类型], 输出: {类型: 期间}, 行: [[甲型, 3年], [乙型, 1年6个月]]}
  - {名称: 补助, 输入: [机构类型], 输出: {类型: 金额}, 行: [[甲型, 3万元], [乙型, 500元]]}
  - {名称: 折扣, 输入: [机构类型], 输出: {类型: 比例}, 行: [[甲型, 80%], [乙型, 50%]]}
"""
    found = package(tables)
    program = compile_package(found)
    values = program.evaluated(case({"机构类型": "乙型"}))
    shown = [show_value(values[program.slots[n]], t.type, t.unit) for n, t in found.decision_tables.items()]
    assert shown == ["1年6个月", "500元", "50%"]


FRACTIONS = """\
参数: [{名称: 折算率, 取值: [{值: 2÷3}]}, {名称: 占比, 类型: 比例, 取值: [{值: 1÷4}]}]
派生量: [{名称: 折算数, 式: 人数×折算率×3}, {名称: 四分, 式: 人数×占比}]
"""


def test_a_fraction_is_a_parameter_as_exact_as_it_is_written() -> None:
    program = compile_package(package(FRACTIONS))
    values = program.evaluated(case({"人数": 1}))
    assert [values[program.slots[name]] for name in ("折算数", "四分")] == [2, Decimal("0.25")]


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("2÷0", ["E204"]),
        ("2÷人数", ["E204"]),
        ("1÷2÷3", ["E204"]),
    ],
)
def test_what_is_no_fraction_of_two_numbers_is_refused(written: str, codes: list[str]) -> None:
    found = [p.code for p in load(FRACTIONS.replace("2÷3", written))[1] if p.code != "E325"]
    assert found[:1] == codes
