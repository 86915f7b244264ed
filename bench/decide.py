"""Deciding one case with 30 criteria, with its explanation, against zen-engine with trace on the same rules.

    python bench/decide.py            needs zen-engine==2.1.3 in the environment (it is no dependency of the project)

Criterion i: a_i ≥ 12 and b_i ≥ 300. Ours gives the outcome, the verdicts, the values each criterion saw and the
deciding set as plain data; zen gives the results and its trace. Both run in this process, in turns; the ratio is the
median over the turns of zen's time by ours, so a busy machine slows both alike.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.base.calendar import Calendar
from engine.decision.case import Case, Fact
from engine.decision.core import evaluate_case
from engine.decision.decide import decide
from engine.decision.program import Program, compile_package
from engine.policy.resolve import read_library, resolve

COUNT, TURNS, REPEATS = 30, 25, 60
DAY = date(2026, 11, 23)
TARGET = 1.5

CASES = {
    "all met": dict.fromkeys(range(COUNT), 20),
    "one unmet": {i: 5 if i == 7 else 20 for i in range(COUNT)},
    "eleven unmet": {i: i + 1 for i in range(COUNT)},
}


def ours(more: str = "") -> Program:
    """The rules as a package, resolved from text like any other; `more`: what every fact declares besides."""
    facts = [f"  - {{名称: {x}{i}, 类型: 整数{more}}}" for i in range(COUNT) for x in "甲乙"]
    criteria = [
        f"  - {{名称: 准则{i}, 组: 条件组, 条款: [第一条], 要求: 甲{i}不少于12，且乙{i}不少于300}}"
        for i in range(COUNT)
    ]
    policy = "规范: {标识: bench, 名称: 测速, 性质: 规范性文件, 状态: 有效, 位阶: 3, 施行: 2020-01-01}"
    text = "\n".join([
        policy,
        "条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]",
        "事实:", *facts,
        "准则:", *criteria,
        "决定:",
        "  - 名称: 审查",
        "    条款: [第一条]",
        "    结果:",
        "      - {结果: 不予, 条件: 任一未满足（条件组）, 性质: 不利决定}",
        "      - {结果: 准予, 条件: 全部满足（条件组）, 性质: 有利决定, 有利: 是}",
        "",
    ])  # fmt: skip
    library, problems = read_library({"bench": {"bench/policy.yaml": text}})
    package, found = resolve(library, "bench", DAY, Calendar("none", ()))
    if package is None:
        raise SystemExit("\n".join(problem.message for problem in (*problems, *found)))
    return compile_package(package)


def zen(nodes: int) -> Any:
    """The rules as zen expression nodes: all in one, or one each."""
    from zen import ZenEngine

    rules = [{"id": f"e{i}", "key": f"c{i}", "value": f"a{i} >= 12 and b{i} >= 300"} for i in range(COUNT)]
    place = {"position": {"x": 0, "y": 0}}
    ends = [
        {"id": "in", "type": "inputNode", "name": "in", **place},
        {"id": "out", "type": "outputNode", "name": "out", **place},
    ]
    size = COUNT // nodes
    middle = [
        {
            "id": f"n{n}",
            "type": "expressionNode",
            "name": f"n{n}",
            "content": {"expressions": rules[n * size : (n + 1) * size]},
            **place,
        }
        for n in range(nodes)
    ]
    edges = [
        {"id": f"{n}{way}", "sourceId": a, "targetId": b, "type": "edge"}
        for n in range(nodes)
        for way, a, b in (("i", "in", f"n{n}"), ("o", f"n{n}", "out"))
    ]
    graph = {"contentType": "application/vnd.gorules.decision", "nodes": [*ends, *middle], "edges": edges}
    return ZenEngine().create_decision(json.dumps(graph))


def timed(run: Callable[[], Any]) -> float:
    start = perf_counter()
    for _ in range(REPEATS):
        run()
    return (perf_counter() - start) / REPEATS * 1e6


def compared(runs: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Microseconds a call, turn by turn, every contestant once a turn."""
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(TURNS):
        for name, run in runs.items():
            times[name].append(timed(run))
    return times


def main() -> int:
    program, one, many = ours(), zen(1), zen(COUNT)
    worst = float("inf")
    for label, counts in CASES.items():
        people = {i: 290 + i if label == "eleven unmet" else 400 for i in range(COUNT)}
        numbers = {**{f"甲{i}": counts[i] for i in counts}, **{f"乙{i}": people[i] for i in people}}
        case = Case("案", DAY, {name: Fact(Decimal(value)) for name, value in numbers.items()})
        context = {name.replace("甲", "a").replace("乙", "b"): value for name, value in numbers.items()}
        found = evaluate_case(program, case, "审查").to_plain()
        met = [c["结论"] == "满足" for c in found["准则"]]
        for decision in (one, many):
            result = decision.evaluate(context, {"trace": True})["result"]
            assert [result[f"c{i}"] for i in range(COUNT)] == met, "the engines disagree"
        times = compared({
            "ours": lambda case=case: evaluate_case(program, case, "审查").to_plain(),
            "zen, one node": lambda context=context: one.evaluate(context, {"trace": True}),
            "zen, a node each": lambda context=context: many.evaluate(context, {"trace": True}),
            "ours, dressed for people": lambda case=case: decide(program, case, "审查"),
        })  # fmt: skip
        print(f"{label} (outcome {found['结果']}, deciding {len(found['决定性'])})")
        for name, each in times.items():
            ratio = median(other / mine for other, mine in zip(each, times["ours"], strict=True))
            print(f"  {name:<26}{median(each):9.1f} µs   {ratio:6.2f} × ours")
            if name.startswith("zen"):
                worst = min(worst, ratio)
    print(f"lowest ratio {worst:.2f}, wanted {TARGET}")
    return 0 if worst >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
