"""Who is affected by a change of the rules: a small regulation on the disk, two cases, one history, two examples."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.decision.witnesses import Witness
from engine.office import impact as rules_compared
from engine.office.guarding import ChangeReach, _run
from engine.office.impact import Impact, impact, load_overlay
from engine.office.impact_summary import LetterCount, letters, money
from engine.office.workspace import Workspace
from engine.procedure.replay import replay
from engine.views import impact as told
from engine.views.impact import MANY, text, to_plain
from tests.cli.run import ROOT, guiju
from tests.sizes import LONG
from tests.worlds.texts import header

DAY = date(2026, 6, 1)
RULES = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 规则}]
单位: [{名称: 场}]
事实:
  - {名称: 单位名称, 类型: 文本, 条款: 第一条}
  - {名称: 场次, 类型: 整数, 单位: 场, 条款: 第一条}
  - {名称: 有场地, 类型: 是否, 条款: 第一条}
参数: [{名称: 下限, 单位: 场, 条款: 第一条, 取值: [{值: 12场}]}]
准则:
  - {名称: 规模, 组: 条件, 条款: 第一条, 要求: 场次不少于下限}
  - {名称: 场地, 组: 条件, 条款: 第一条, 要求: 有场地}
决定:
  - 名称: 审查
    条款: 第一条
    结果:
      - {结果: 不予, 条件: 任一未满足（条件）, 性质: 不利决定, 机关: 某局}
      - {结果: 准予, 条件: 全部满足（条件）, 性质: 有利决定, 机关: 某局, 文书: 函}
择优:
  - {名称: 排名, 条款: 第一条, 入围: 场次多于1场, 名额: 1, 次序: [{依据: 场次}]}
解释口径:
  - 编号: Q1
    名称: 场地口径
    问题: 是否必须
    条款: 第一条
    选项: [{名称: 必须, 效果: 不变}, {名称: 不必, 效果: 不看场地, 改: {停用: 场地}}]
    采用: 必须
    影响: [场地]
文书: [{名称: 函, 条款: 第一条, 标题: 函, 正文: [{段: '准予{单位名称}。'}]}]
状态: [未办, 已办]
事件: [{名称: 申请, 条款: 第一条}, {名称: 答复, 条款: 第一条}]
程序:
  - 名称: 受理
    条款: 第一条
    当: 申请
    则: {状态: 已办, 事项: [{名称: 答复申请, 主体: 某局, 期限: 日后（事件日期，10日）, 履行: {事件: 答复}}]}
"""
EXAMPLES = """\
用例:
  - {名称: 够了, 事实: {单位名称: 甲, 场次: 12场, 有场地: 是}, 断言: [{决定: 审查, 结果: 准予}]}
  - {名称: 少一场, 事实: {单位名称: 甲, 场次: 11场, 有场地: 是}, 断言: [{决定: 审查, 结果: 不予}]}
"""


def case(id: str, facts: str) -> str:
    return f"案件: {id}\n规范: t\n基准日: 2026-06-01\n事实: {{单位名称: 单位{id}, {facts}}}\n"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    files = {
        "policies/t/policy.yaml": header("t", 案件称呼="单位名称"),
        "policies/t/rules.yaml": RULES,
        "policies/t/tests/one.yaml": EXAMPLES,
        "cases/a/case.yaml": case("A", "场次: 11场, 有场地: 是"),
        "cases/b/case.yaml": case("B", "场次: 20场, 有场地: 否"),
        "cases/c/case.yaml": case("C", "场次: 30场, 有场地: 是"),
        "cases/history/events.yaml": "案件: L\n规范: t\n事件:\n  - {编号: 1, 事件: 申请, 日期: 2026-05-01}\n",
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    return tmp_path


def under(world: Path, overlay: str) -> Impact:
    """What an overlay does."""
    (world / "改动.yaml").write_text(overlay, encoding="utf-8")
    before = Workspace(world / "policies", DAY)
    after = Workspace(world / "policies", DAY, overlays=[load_overlay(world / "改动.yaml")])
    return impact(before, after, sorted((world / "cases").iterdir()), DAY)


def edited(world: Path, old: str, new: str) -> Impact:
    """What an edit of the rules did."""
    shutil.copytree(world / "policies", world / "before")
    path = world / "policies/t/rules.yaml"
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return compared_folders(world)


def compared_folders(world: Path) -> Impact:
    """Of the rules in `before` and those in `policies`."""
    before, after = Workspace(world / "before", DAY), Workspace(world / "policies", DAY)
    return impact(before, after, sorted((world / "cases").iterdir()), DAY)


def outcomes(found: Impact) -> dict[str, str]:
    return {c.id: "；".join(f"{s.before}→{s.after}" for s in c.shifts if s.turned) for c in found.cases}


def details(found: Impact, id: str) -> list[tuple[str, str, str]]:
    return [(d.what, d.before, d.after) for c in found.cases if c.id == id for s in c.shifts for d in s.details]


def rules(found: Impact) -> list[tuple[str, str, str, str]]:
    return [(d.kind, d.name, d.before, d.after) for d in found.rules]


def test_another_reason_for_the_same_outcome_is_told(world: Path) -> None:
    rules_ = world / "policies/t/rules.yaml"
    said_so = RULES.replace("要求: 场次不少于下限", "要求: 场次不少于下限, 未满足: '{场次}，不到{下限}'")
    rules_.write_text(said_so, encoding="utf-8")
    found = under(world, "参数: {下限: 15场}")
    assert outcomes(found) == {"A": "", "B": "", "C": ""}
    assert details(found, "A") == [("规模的理由", "11场，不到12场", "11场，不到15场")]
    told = "\n".join(text(found, "改动"))
    assert "结果不变，理由、补救或文书等改变（1）" in told
    assert "没有改变的案件 2 个，共 3 个" in told


def test_cases_of_before_the_change_are_looked_at_as_of_its_day(world: Path) -> None:
    (world / "改动.yaml").write_text("参数: {下限: 10场}", encoding="utf-8")
    before = Workspace(world / "policies", DAY)
    after = before.varied([load_overlay(world / "改动.yaml")])
    found = impact(before, after, [world / "cases/a"], DAY, date(2027, 1, 1))
    assert found.early == ("A",)
    assert outcomes(found) == {"A": "不予→准予"}
    assert not impact(before, after, [world / "cases/a"], DAY, DAY).early


def test_a_lower_limit_turns_the_case_it_concerns_and_names_the_example_that_guards_it(world: Path) -> None:
    found = under(world, "参数: {下限: 11场}")
    assert outcomes(found) == {"A": "不予→准予", "B": "", "C": ""}
    assert details(found, "A") == [("规模", "未满足", "满足"), ("文书", "", "函")]
    assert rules(found) == [("参数", "下限", "12场", "11场")]
    assert found.examples.count == 2
    assert ["少一场" in p.message for p in found.examples.failing] == [True]
    assert found.rankings == ()
    assert [history.changes for history in found.histories] == [()]


def test_where_no_case_lies_a_witness_says_whom_it_would_turn(world: Path) -> None:
    shutil.rmtree(world / "cases/a")
    found = under(world, "参数: {下限: 11场}")
    assert outcomes(found) == {"B": "", "C": ""}
    assert found.witnesses == (Witness("审查", "C", "场次", "30场", "11场", "不予", "准予"),)
    assert "  审查：场次若为11场，不予 → 准予（以 C 为例，现为30场）" in list(text(found, "改动"))
    (world / "cases/c/case.yaml").write_text(case("C", "场次: 11场, 有场地: 是"), encoding="utf-8")
    told = under(world, "参数: {下限: 11场}")
    assert (outcomes(told)["C"], told.witnesses) == ("不予→准予", ())


def test_a_change_that_turns_nothing_has_no_witness(world: Path) -> None:
    assert under(world, "口径: {Q1: 必须}").witnesses == ()
    assert edited(world, "要求: 场次不少于下限", "要求: 非（场次少于下限）").witnesses == ()


def test_another_option_and_a_criterion_switched_off(world: Path) -> None:
    found = under(world, "口径: {Q1: 不必}")
    assert outcomes(found) == {"A": "", "B": "不予→准予", "C": ""}
    assert rules(found) == [("解释口径", "Q1", "必须", "不必"), ("准则", "场地", "有", "")]
    assert details(found, "B") == [("文书", "", "函")]


def test_no_change_affects_nobody(world: Path) -> None:
    found = under(world, "参数: {下限: 12场}")
    assert (outcomes(found), found.examples.failing) == ({"A": "", "B": "", "C": ""}, ())
    assert [case.shifts for case in found.cases] == [(), (), ()]
    assert found.rules == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("'准予{单位名称}。'", "'同意{单位名称}。'", ("文书", "函", "准予{单位名称}。", "同意{单位名称}。")),
        ("日后（事件日期，10日）", "日后（事件日期，5日）", ("程序", "受理", "日后（事件日期，10日）", "日后（事件日期，5日）")),
        ("要求: 有场地}", "要求: 有场地, 强度: 鼓励}", ("准则", "场地", "应当", "鼓励")),
        ("性质: 有利决定, 机关: 某局", "性质: 有利决定, 机关: 某厅", ("决定", "审查", "某局", "某厅")),
        ("名额: 1", "名额: 2", ("择优", "排名", "1", "2")),
        ("      - {结果: 准予", "      - {结果: 缓办, 条件: 场次为0场}\n      - {结果: 准予", ("决定", "审查", "", "缓办")),
        ("  - {名称: 有场地, 类型: 是否, 条款: 第一条}", "  - {名称: 有场地, 类型: 是否, 条款: 第一条, 问题: 有吗？}", ("事实", "有场地", "", "有吗？")),
    ],
)  # fmt: skip
def test_what_was_edited_is_told(world: Path, old: str, new: str, expected: tuple[str, ...]) -> None:
    assert expected in rules(edited(world, old, new))


def test_an_edit_reaches_rankings_and_histories(world: Path) -> None:
    found = edited(world, "名额: 1", "名额: 2")
    assert [(r.ranking, [(s.what, s.before, s.after) for s in r.shifts]) for r in found.rankings] == [
        ("排名", [("B 单位B", "第2名，未入选", "第2名，入选")])
    ]
    shutil.rmtree(world / "before")
    found = edited(world, "日后（事件日期，10日）", "日后（事件日期，5日）")
    assert [[change.text for change in history.changes] for history in found.histories] == [
        ["答复申请 逾期，期限 2026-05-11 → 逾期，期限 2026-05-06"]
    ]


def test_a_case_that_can_no_longer_be_read_is_told(world: Path) -> None:
    found = edited(world, "名称: 场次, 类型: 整数", "名称: 场次, 类型: 整数, 范围: 0 至 20")
    (lost,) = [c for c in found.cases if any(c.unread)]
    assert (lost.path.name, lost.unread[0], [p.code for p in lost.unread[1]]) == ("c", (), ["E520"])
    assert "c：改后读不进去" in "\n".join(text(found, "改"))
    told = {Path(one["来源"]).name: one["读不进去"] for one in to_plain(found)["案件"]}
    assert (told["a"], told["b"]) == (None, None)
    assert (told["c"]["原"], len(told["c"]["改"])) == ([], 1)


def test_a_case_read_only_since_the_change_or_never_is_told_as_that(world: Path) -> None:
    """Whoever changed the rules has to know which of the unread are of their making, and why they are not read."""
    (world / "cases/b/case.yaml").write_text(case("B", "场次: 多场, 有场地: 否"), encoding="utf-8")
    range_ = ("名称: 场次, 类型: 整数, 范围: 0 至 20", "名称: 场次, 类型: 整数")
    rules_file = world / "policies/t/rules.yaml"
    rules_file.write_text(RULES.replace(range_[1], range_[0]), encoding="utf-8")
    found = edited(world, *range_)
    shown = list(text(found, "改"))
    assert "b：读不进去，与改动无关" in shown
    before = shown.index("c：原来读不进去")
    assert "E520" in shown[before + 1]


def test_an_excuse_that_is_of_no_use_any_more_does_not_hide_the_outcome(world: Path) -> None:
    rules_file = world / "policies/t/rules.yaml"
    usually = RULES.replace("要求: 场次不少于下限}", "要求: 场次不少于下限, 强度: 一般应当}")
    rules_file.write_text(usually, encoding="utf-8")
    excuse = "例外理由:\n  规模: {判断: 否, 人: 某人, 日期: 2026-05-01, 理由: 没有特殊原因}\n"
    (world / "cases/a/case.yaml").write_text(case("A", "场次: 11场, 有场地: 是") + excuse, encoding="utf-8")
    found = under(world, "强度: {规模: 鼓励}")
    assert outcomes(found)["A"] == "不予→准予"
    assert [c.dropped for c in found.cases] == [("规模",), (), ()]
    assert "    案件里这些例外理由不再有用，要删去：规模" in list(text(found, "改动"))


def test_a_case_with_more_wrong_than_an_excuse_is_not_decided_as_if_it_had_been_read(world: Path) -> None:
    """The changed rules refuse a value of it: what they would decide with the value of before is nobody's outcome."""
    rules_file = world / "policies/t/rules.yaml"
    rules_file.write_text(RULES.replace("不少于下限}", "不少于下限, 强度: 一般应当}"), encoding="utf-8")
    excuse = "例外理由:\n  规模: {判断: 否, 人: 某人, 日期: 2026-05-01, 理由: 没有特殊原因}\n"
    (world / "cases/a/case.yaml").write_text(case("A", "场次: 11场, 有场地: 是") + excuse, encoding="utf-8")
    shutil.copytree(world / "policies", world / "before")
    changed = rules_file.read_text(encoding="utf-8").replace("强度: 一般应当", "强度: 鼓励")
    rules_file.write_text(changed.replace("类型: 整数,", "类型: 整数, 范围: 20 至 30,"), encoding="utf-8")
    found = compared_folders(world)
    (lost,) = [c for c in found.cases if c.path.name == "a"]
    assert ([p.code for p in lost.unread[1]], lost.shifts, lost.dropped) == (["E520", "E553"], (), ())


def test_only_the_excuses_without_a_place_are_left_out(world: Path) -> None:
    """Another excuse of the same case still counts, or the change would seem to have turned the outcome."""
    rules_file = world / "policies/t/rules.yaml"
    usually = RULES.replace("不少于下限}", "不少于下限, 强度: 一般应当}")
    rules_file.write_text(usually.replace("要求: 有场地}", "要求: 有场地, 强度: 一般应当}"), encoding="utf-8")
    excuses = "".join(
        f"  {name}: {{判断: 是, 人: 某人, 日期: 2026-05-01, 理由: 情况特殊}}\n" for name in ("规模", "场地")
    )
    facts = case("A", "场次: 11场, 有场地: 否")
    (world / "cases/a/case.yaml").write_text(f"{facts}例外理由:\n{excuses}", encoding="utf-8")
    found = under(world, "强度: {规模: 应当}")
    assert (outcomes(found)["A"], found.cases[0].dropped) == ("准予→不予", ("规模",))
    assert ("场地", "例外", "未满足") not in details(found, "A")
    assert outcomes(under(world, "强度: {规模: 鼓励}"))["A"] == ""


RANKING = next(line for line in RULES.splitlines() if "名称: 排名" in line)
OTHER = RANKING.replace("排名", "新排名")


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (f"{RANKING}\n{OTHER}", [("新排名", "", "有")]),
        (OTHER, [("排名", "有", ""), ("新排名", "", "有")]),
    ],
)
def test_a_ranking_only_one_of_the_rules_has_is_told_as_a_rule_and_compared_with_nothing(
    world: Path, now: str, told: list[tuple[str, str, str]]
) -> None:
    """There is no place of before to compare with; the command must say so, and not fail."""
    found = edited(world, RANKING, now)
    assert found.rankings == ()
    assert sorted(d[1:] for d in rules(found) if d[0] == "择优") == sorted(told)


def test_a_single_case_of_a_day_has_no_place_to_lose(world: Path) -> None:
    """Ranked alone it would seem to move whenever the quota does."""
    for name in ("b", "c"):
        shutil.rmtree(world / "cases" / name)
    assert edited(world, "名额: 1", "名额: 0").rankings == ()


def test_cases_of_different_days_are_not_ranked_against_each_other(world: Path) -> None:
    """A competition is held on one day: A and B then, C another time."""
    later = case("C", "场次: 30场, 有场地: 是").replace("2026-06-01", "2026-05-01")
    (world / "cases/c/case.yaml").write_text(later, encoding="utf-8")
    found = edited(world, "名额: 1", "名额: 2")
    assert [[(s.what, s.before, s.after) for s in r.shifts] for r in found.rankings] == [
        [("A 单位A", "第2名，未入选", "第2名，入选")]
    ]


def test_an_example_that_failed_already_is_not_laid_at_the_changes_door(world: Path) -> None:
    examples = world / "policies/t/tests/one.yaml"
    examples.write_text(EXAMPLES.replace("结果: 不予", "结果: 准予"), encoding="utf-8")
    found = under(world, "参数: {下限: 13场}")
    assert (found.examples.count, ["够了" in p.message for p in found.examples.failing]) == (2, [True])


def test_the_examples_of_the_changed_rules_are_run_too(world: Path) -> None:
    """Those kept in both folders are counted, and told of, once."""
    shutil.copytree(world / "policies", world / "before")
    more = world / "policies/t/tests/two.yaml"
    more.write_text(EXAMPLES.replace("结果: 不予", "结果: 准予").replace("少一场", "新写的"), encoding="utf-8")
    found = compared_folders(world)
    assert (found.examples.count, [("新写的" in p.message) for p in found.examples.failing]) == (4, [True])


def test_the_examples_run_are_those_of_the_regulation_that_the_cases_are_under(world: Path) -> None:
    """With several regulations at hand nobody has to name the one that the cases name already."""
    other = world / "policies/u"
    shutil.copytree(world / "policies/t", other)
    (other / "policy.yaml").write_text(header("u", 案件称呼="单位名称"), encoding="utf-8")
    (other / "rules.yaml").write_text(RULES.replace("下限", "最少"), encoding="utf-8")
    found = under(world, "参数: {下限: 11场}")
    assert (found.examples.count, ["少一场" in p.message for p in found.examples.failing]) == (2, [True])
    told = guiju("diff", "policies", "改动.yaml", "cases/a", cwd=world)
    assert (told.code, "参数 下限：12场 → 11场" in told.out) == (0, True)


def test_only_what_a_change_can_touch_is_decided_and_replayed(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that no history rests on replays none, one that a term rests on does; a history that cannot be read is told
    either way."""
    replayed: list[str] = []
    monkeypatch.setattr(rules_compared, "replay", lambda *given: replayed.append(given[1].case) or replay(*given))
    limit = {"下限: 15场": [], "期: 20日": ["L", "L"]}
    rules_ = world / "policies/t/rules.yaml"
    with_term = RULES.replace("参数: [", "参数: [{名称: 期, 类型: 整数, 单位: 日, 条款: 第一条, 取值: [{值: 10日}]}, ")
    rules_.write_text(with_term.replace("日后（事件日期，10日）", "日后（事件日期，期）"), encoding="utf-8")
    for change, expected in limit.items():
        replayed.clear()
        found = under(world, f"参数: {{{change}}}")
        assert (replayed, bool(found.histories[0].changes)) == (expected, bool(expected))
    (world / "cases/history/events.yaml").write_text(
        "案件: L\n规范: t\n事件:\n  - {编号: 1, 事件: 没有}\n", encoding="utf-8"
    )
    assert any(under(world, "参数: {下限: 15场}").histories[0].unread)


EDITS = [
    ("parameters.yaml", "取值: [{值: 30座}]", "取值: [{值: 31座}]"),
    ("parameters.yaml", "取值: [{值: 1÷3}]", "取值: [{值: 1÷4}]"),
    ("parameters.yaml", "取值: [{值: 20%}]", "取值: [{值: 30%}]"),
    ("rules/01-conditions.yaml", "折算座位不少于座位下限", "折算座位超过座位下限"),
    ("rules/02-money.yaml", "[静音座, 1.2]", "[静音座, 2]"),
    ("rules/02-money.yaml", "[社区型, 优秀, 60元/座/月", "[社区型, 优秀, 61元/座/月"),
    ("rules/02-money.yaml", "零分: 200日", "零分: 210日"),
    ("rules/02-money.yaml", "得分: 5分}", "得分: 6分}"),
    ("rules/02-money.yaml", "较大（运营补贴+设备补助−其他财政资金，0元）", "运营补贴+设备补助"),
    ("rules/03-decisions.yaml", "条件: 同批位次不超过示范名额", "条件: 同批位次少于示范名额"),
    ("rules/03-decisions.yaml", "条件: 任一未满足（扶持条件）", "条件: 任一未满足（扶持条件）或晚间开放"),
]


def test_no_example_that_a_change_touches_is_left_out(tmp_path: Path) -> None:
    """What the examples run are told to fail is what running every one of them would tell."""
    before, failing = Workspace(ROOT / "policies", DAY, "study-rooms"), 0
    for number, (file, old, new) in enumerate(EDITS if LONG else EDITS[::2]):
        folder = Path(shutil.copytree(ROOT / "policies", tmp_path / f"{number}"))
        path = folder / "study-rooms" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        after = Workspace(folder, DAY, "study-rooms")
        some, every = _run(before, after, ChangeReach(before, after).example), _run(before, after)
        assert [p.message for p in some.problems] == [p.message for p in every.problems]
        assert len(some.ready) < len(every.ready)
        failing += some.failed
    assert failing > 20


def test_rules_that_are_wrong_are_refused(world: Path) -> None:
    with pytest.raises(Refused) as refused:
        under(world, "参数: {下线: 11场}")
    assert [p.code for p in refused.value.problems] == ["E316"]
    with pytest.raises(Refused):
        load_overlay(world / "没有.yaml")
    (world / "空.yaml").write_text("", encoding="utf-8")
    with pytest.raises(Refused) as empty:
        load_overlay(world / "空.yaml")
    assert [p.code for p in empty.value.problems] == ["E301"]


def test_as_text_in_eighty_columns_and_as_data(world: Path) -> None:
    found = under(world, "参数: {下限: 11场}")
    lines = list(text(found, "改动.yaml"))
    assert lines[1:4] == ["改了什么", "  参数 下限：12场 → 11场", ""]
    assert lines[4:7] == ["审查（3 个案件，改前 → 改后）", "      1  不予 → 准予", "      1  不予 → 不变"]
    assert lines[9:13] == ["结果改变（1）", "  A 单位A", "    审查  不予 → 准予", "      决定性：规模"]
    assert lines[lines.index("文书") + 1] == "  函：1 件多出"
    assert "没有改变的案件 2 个，共 3 个" in lines
    assert "用例：2 个，改后有 1 处不再成立" in lines
    data = json.loads(json.dumps(to_plain(found), ensure_ascii=False))
    assert data["案件"][0]["决定"][0] == {
        "决定": "审查",
        "原": "不予",
        "改": "准予",
        "另外": [{"项": "规模", "原": "未满足", "改": "满足"}, {"项": "文书", "原": "", "改": "函"}],
    }
    assert data["改动"] == [{"种类": "参数", "名称": "下限", "部分": None, "原": "12场", "改": "11场"}]
    long = list(text(edited(world, "准予{单位名称}。", f"{'很' * (told.LONG + 50)}。"), "改"))
    assert any("…" in line for line in long)
    assert MANY < told.LONG


def test_letters_are_told_sentence_by_sentence(world: Path) -> None:
    """The wording of a letter, and a limit that a letter quotes: only of letters that the case comes to under both."""
    found = edited(world, "准予{单位名称}。", "准予{单位名称}。收到后开业；不少于{下限}。")
    assert {c.id: [(x.document, x.gone, x.new) for x in c.letters] for c in found.cases if c.letters} == {
        "C": [("函", (), ("收到后开业；", "不少于12场。"))]
    }
    assert letters(found) == [LetterCount("函", 0, 0, 1)]
    quoted = [(x.gone, x.new) for c in under(world, "参数: {下限: 13场}").cases for x in c.letters]
    assert quoted == [(("不少于12场。",), ("不少于13场。",))]


def test_money_is_told_whole_and_by_what_the_cases_say(world: Path) -> None:
    rules_ = world / "policies/t/rules.yaml"
    paid = RULES.replace("文书: 函}", "文书: 函, 金额: 场次×每场}").replace(
        "参数: [", "参数: [{名称: 每场, 类型: 金额, 单位: 元/场, 条款: 第一条, 取值: [{值: 100元/场}]}, "
    )
    rules_.write_text(paid.replace("单位: [{名称: 场}]", "单位: [{名称: 场}, {名称: 元/场}]"), encoding="utf-8")
    before = Workspace(world / "policies", DAY)
    (world / "改动.yaml").write_text("参数: {下限: 11场}", encoding="utf-8")
    after = before.varied([load_overlay(world / "改动.yaml")])
    found = impact(before, after, sorted((world / "cases").iterdir()), DAY, by=["有场地"])
    assert [(m.group, m.value, m.cases, m.total) for m in money(found)] == [
        ("全部", "全部", (1, 2), (3000, 4100)),
        ("有场地", "是", (1, 2), (3000, 4100)),
    ]
    assert "  审查：1 件 3000元 → 2 件 4100元" in list(text(found, "改动"))
    with pytest.raises(Refused) as refused:
        impact(before, after, [], DAY, by=["场子"])
    assert [p.code for p in refused.value.problems] == ["E201"]


def test_who_breaks_off_is_told_what_was_compared_so_far(world: Path) -> None:
    before = Workspace(world / "policies", DAY)

    def heard(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    found = impact(before, before, sorted((world / "cases").iterdir()), DAY, heard=heard)
    assert (len(found.cases), found.left, found.examples.count) == (2, 2, 0)
    assert "中断：还有 2 个没有比较，用例没有运行" in list(text(found, "改动"))


def test_every_option_at_once_and_a_page(world: Path) -> None:
    result = guiju(
        "impact", "cases", "--options", "场地口径", "--page", "影响.html", "--policies", "policies", cwd=world
    )
    assert (result.code, "影响 Q1 必须 → 不必" in result.out) == (0, True)
    page = (world / "影响.html").read_text(encoding="utf-8")
    for said in ("<h3>审查</h3>", "<svg", "B 单位B", "准予", "<h3>文书</h3>"):
        assert said in page
    wrong = guiju("impact", "cases", "--options", "Q9", "--policies", "policies", cwd=world)
    assert (wrong.code, "E317" in wrong.err) == (2, True)
    assert guiju("impact", "cases", "--options", "Q1", "--page", "a.txt", cwd=world).code == 2


@pytest.mark.parametrize("more", [(), ("--with", "改动.yaml", "--before", "before")])
def test_one_comparison_has_to_be_asked_for(world: Path, more: tuple[str, ...]) -> None:
    result = guiju("impact", "cases", *more, cwd=world)
    assert (result.code, "E908" in result.err) == (2, True)


def test_the_command(world: Path) -> None:
    (world / "改动.yaml").write_text("参数: {下限: 11场}", encoding="utf-8")
    result = guiju("impact", "cases", "--with", "改动.yaml", "--policies", "policies", cwd=world)
    assert (result.code, "不予 → 准予" in result.out) == (0, True)
    data = guiju("impact", "cases", "--with", "改动.yaml", "--policies", "policies", "--json", cwd=world)
    assert json.loads(data.out)["用例"] == {"个数": 2, "不再成立": json.loads(data.out)["用例"]["不再成立"]}
    shutil.copytree(world / "policies", world / "before")
    same = guiju("impact", "cases", "--before", "before", "--policies", "policies", cwd=world)
    assert "没有改动" in same.out
