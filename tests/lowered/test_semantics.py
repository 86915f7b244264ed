"""docs/semantics.md, line by line: every table is what it says, and every line of it is evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.base.numbers import number_text
from engine.decision.core import evaluate_case, verdict
from engine.decision.program import compile_package
from engine.decision.round import round_of
from engine.language import keys
from engine.policy.build_round import ordered
from tests.procedure import test_periods, test_terms
from tests.worlds.build import Build, case, records

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "semantics.md"
Line = dict[str, str]
WORDS = {"是": True, "否": False, "未知": None, "": None}


def tables() -> dict[str, list[Line]]:
    """Name of a table -> its lines, by column."""
    found: dict[str, list[Line]] = {}
    for name, rest in re.findall(r"<!-- 表：(\S+) -->(.*?)(?=<!-- 表：|\n## |\Z)", DOCUMENT.read_text("utf-8"), re.S):
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in rest.splitlines() if line.startswith("|")
        ]
        found[name] = [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]
    return found


TABLES = tables()


def known(text: str) -> Any:
    """A cell: a truth, a number, a name."""
    if text in WORDS:
        return WORDS[text]
    return Decimal(text) if re.fullmatch(r"-?[0-9.]+", text) else text


def shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "是", False: "否", None: "未知"}[value]
    return value if isinstance(value, str) else number_text(value)


def vocabulary() -> Build:
    build = Build().enum("颜色", "红", "黄", "蓝").fact("甲").fact("乙").fact("丙")
    return build.fact("类", "颜色").fact("数一", "小数").fact("数二", "小数")


def value_of(build: Build, key: str, facts: Mapping[str, Any], excuses: Mapping[str, bool] | None = None) -> str:
    program = compile_package(build.package())
    return shown(program.evaluated(case(facts, excuses))[program.slots[key]])


def logic(line: Line) -> Line:
    facts = {"甲": known(line["甲"]), "乙": known(line["乙"]), "丙": True}
    texts = {name: name.partition("（")[0] for name in line if len(name) > 1}
    return {name: value_of(vocabulary().derived("值", text), "值", facts) for name, text in texts.items()}


def sentence(line: Line) -> Line:
    facts = dict(pair.split("=") for pair in line["已知"].split("，") if pair)
    build = vocabulary().derived("值", line["式"])
    return {"值": value_of(build, "值", {name: known(value) for name, value in facts.items()})}


def criterion(line: Line) -> Line:
    build = Build().fact("甲").fact("乙").criterion("准则", "乙", applies="甲", strength=line["强度"])
    build.determination("审查", [("准予", "全部满足（准则）")], "不予")
    excuses = {"准则": WORDS[line["例外"]]} if line["例外"] else {}
    program = compile_package(build.package())
    given = case({"甲": known(line["适用"]), "乙": known(line["要求"])}, excuses)
    values, slots = program.evaluated(given), program.slots
    parts = {"通过": values[slots[keys.passed("准则")]], "满足": values[slots[keys.met("准则")]]}
    return {"显示为": verdict(values, program.layout.criterion("准则")), **{k: shown(v) for k, v in parts.items()}}


def group(line: Line) -> Line:
    build = Build()
    for name, strength in (("第一项", "应当"), ("第二项", "应当"), ("鼓励项", "鼓励")):
        build.fact(f"{name}事实").criterion(name, f"{name}事实", strength=strength)
    asked = ("全部满足", "任一未满足", "未满足项数", "满足项数")
    for name in asked:
        build.derived(name, f"{name}（条件组）")
    facts = {f"{name}事实": known(line[name]) for name in ("第一项", "第二项", "鼓励项")}
    return {name: value_of(build, name, facts) for name in asked}


def decision_table(line: Line) -> Line:
    build = Build()
    heads = ["第一行", "第二行", "第三行"]
    for name in heads:
        build.fact(name)
    rows = [("是", "任意", "任意", "1"), ("任意", "是", "任意", "2"), ("任意", "任意", "是", "1")]
    hits = ("首个", "唯一", "累计", "最大", "最小")
    for hit in hits:
        build.decision_table(f"{hit}表", heads, rows, hit, line["默认"] or None)
    facts = {name: known(line[name]) for name in heads}
    return {hit: value_of(build, f"{hit}表", facts) for hit in hits}


def outcome(line: Line) -> Line:
    build = Build().fact("适用").fact("条件一").fact("条件二").fact("条件三")
    listed = [("一", "条件一"), ("二", "条件二"), ("一", "条件三")]
    build.determination("审查", listed, line["默认"] or None, applies="适用")
    facts = {name: known(line[name]) for name in ("适用", "条件一", "条件二", "条件三")}
    found = evaluate_case(compile_package(build.package()), case(facts), "审查")
    return {"结果": found.outcome, "可能": "、".join(found.possible)}


def score(line: Line) -> Line:
    build = Build().enum("类型项", "甲类", "乙类").fact("类型", "类型项").fact("计分", "小数", "分").fact("加分")
    build.score(
        "总分",
        {"项": ("计分", {"甲类": "2", "其他": "1"})},
        {"优": "90分以上", "良": "60分以上且不满90分", "差": "不满60分"},
        weighted_by="类型",
        bonuses={"奖": ("加分", "5分")},
        cap="100分",
        places=0,
    )
    facts = {name: known(line[name]) for name in ("类型", "计分", "加分")}
    return {"总分": value_of(build, "总分", facts), "等次": value_of(build, keys.band("总分"), facts)}


def aggregate(line: Line) -> Line:
    build = Build()
    build.table("台账", build.field("人次", "整数", low=0), build.field("已核实", "是否"))
    rows = records(("人次", "已核实"), (30, True), (50, None), (None, False))
    return {"值": value_of(build.derived("值", line["式"]), "值", {"台账": rows})}


def batch(line: Line) -> Line:
    build = Build().fact("分值", "整数", low=0, high=100)
    said = {"各分": build.expression("分值")}
    build.table("同批", build.field("各分", "整数", low=0, high=100), of_cases=said)
    build.derived("位次", "计数（同批，各分超过分值）+1")
    asked = [head for head in line if head not in ("甲", "乙", "丙", "位次")]
    for number, text in enumerate(asked):
        build.derived(f"问{number}", text)
    program = compile_package(ordered(build.package())[0])
    cases = [case({"分值": known(line[name])}, name=name) for name in ("甲", "乙", "丙")]
    values = program.evaluated(round_of([(program, one) for one in cases]).joined(cases[0]))
    found = {text: shown(values[program.slots[f"问{number}"]]) for number, text in enumerate(asked)}
    return {"位次": shown(values[program.slots["位次"]]), **found}


def bounded(line: Line) -> Line:
    build = Build().fact("人数", "整数", low=0, high=10).derived("倍数", "人数×2")
    build.table("名册", build.field("在岗", "是否"))
    build.table("打分", build.field("分", "整数", low=0, high=10), build.field("已核实", "是否"))
    rows = [("不少于5", "2"), ("不足7", "3")]
    build.decision_table("唯一表", ["倍数"], rows, "唯一", "4").decision_table("累计表", ["倍数"], rows, "累计", "4")
    build.score(
        "得分", {"一": "人数×1分", "二": "50分"}, {"优": "90分以上", "良": "50分以上且不满90分", "差": "不满50分"}
    )
    facts = {
        "名册": records(("在岗",), *[(True,)] * 20, *[(False,)] * 10, *[(None,)] * 10),
        "打分": records(("分", "已核实"), (6, True), (None, True), (9, None)),
    }
    return {"值": value_of(build.derived("值", line["式"]), "值", facts)}


def happened(text: str) -> str:
    """2026-03-01 年报 年度=2025、… as events are written."""
    found = []
    for number, words in enumerate(part.split() for part in text.split("、") if part):
        day, event, *payload = words
        more = "".join(f", {name}: {value}" for name, _, value in (one.partition("=") for one in payload))
        found.append(f"- {{编号: e{number}, 事件: {event}, 日期: {day}{more}}}\n")
    return "".join(found)


def ended(line: Line) -> Line:
    return {"状态": test_terms.at(test_terms.GRANTED + happened(line["此后"]), line["看的一天"]).state}


def cycle(line: Line) -> Line:
    how, events = f"履行: {{{line['履行']}}}", happened(line["发生"])
    found = test_periods.standings(how, events, "2027-06-30", test_periods.YEARLY)
    return {year: found[year] for year in line if year in found}


READ: dict[str, Callable[[Line], Line]] = {
    "逻辑": logic,
    "式": sentence,
    "准则": criterion,
    "组合": group,
    "决定表": decision_table,
    "结果": outcome,
    "评分": score,
    "记录表": aggregate,
    "同批": batch,
    "界限": bounded,
    "期间": sentence,
    "届满": ended,
    "周期": cycle,
    "分情形": sentence,
}
LINES = [(name, line) for name, lines in TABLES.items() for line in lines]


@pytest.mark.parametrize(("name", "line"), LINES, ids=[f"{n} {' '.join(line.values())}" for n, line in LINES])
def test_line(name: str, line: Line) -> None:
    found = READ[name](line)
    assert found == {column: line[column] for column in found}


def test_every_table_is_read_and_has_lines() -> None:
    assert set(TABLES) == set(READ)
    assert min(map(len, TABLES.values())) > 5
    assert sum(len(list(line)) for _, line in LINES) > 400
