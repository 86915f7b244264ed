"""Laws of deciding, over arbitrary small packages, each against brute force."""

from __future__ import annotations

import json
from itertools import chain, combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.base.canonical import canonical
from engine.decision.core import CriterionView, Evaluation, evaluate_case, verdict, verdict_reasons
from engine.decision.decide import decide, decide_all
from engine.decision.forcing import blank
from engine.decision.missing import possible_with
from engine.decision.model import UNDECIDED, Decision
from engine.decision.program import Program, compile_package
from engine.decision.reasons import Atoms
from engine.decision.serial import CODEC, from_plain, to_plain
from engine.lowered.calls import Values
from tests.decision.arbitrary import (
    CHANGES,
    DOMAINS,
    Sketch,
    case_of,
    completions,
    excuses,
    known,
    sketches,
    with_favourable,
)
from tests.sizes import examples
from tests.worlds.build import Build, number

VALIDATOR = Draft202012Validator(CODEC.schema(Decision))
modest = settings(max_examples=examples(100), deadline=None)


def outcome_of(program: Program, facts: dict[str, Any], excused: dict[str, bool]) -> str:
    return evaluate_case(program, case_of(facts, excused), "审查").outcome


@modest
@given(sketches, known(), excuses)
def test_what_is_decided_stays_decided_whatever_else_is_learned(
    sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]
) -> None:
    program = sketch.program()
    outcome = outcome_of(program, facts, excused)
    if outcome == UNDECIDED:
        return
    for index, fuller in enumerate(completions(facts)):
        if index % 7 == 0:
            assert outcome_of(program, fuller, excused) == outcome
    everything = dict.fromkeys(("规模", "场地", "人员"), True) | excused
    assert outcome_of(program, facts, everything) == outcome


def without(values: Values, atoms: Atoms, kept: set[str]) -> Values:
    trial = list(values)
    for name, slots in atoms.slots.items():
        if name not in kept:
            blank(trial, slots)
    return trial


def stays(
    program: Program, facts: dict[str, Any], excused: dict[str, bool], outcome: str, kept: tuple[str, ...]
) -> bool:
    """Whether the outcome stays with only the facts `kept` known."""
    left = {name: value if name in kept else None for name, value in facts.items()}
    return outcome_of(program, left, {name: value for name, value in excused.items() if name in kept}) == outcome


def proper_subsets(names: tuple[str, ...]) -> Any:
    return chain.from_iterable(combinations(names, size) for size in range(len(names)))


@modest
@given(sketches, known(), excuses)
def test_deciding_names_suffice_and_none_can_be_missed(
    sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]
) -> None:
    program = sketch.program()
    found = evaluate_case(program, case_of(facts, excused), "审查")
    if found.outcome == UNDECIDED:
        assert found.deciding == ()
        return
    if found.by_cases:
        assert stays(program, facts, excused, found.outcome, found.deciding)
        fewer = proper_subsets(found.deciding)
        assert not any(stays(program, facts, excused, found.outcome, subset) for subset in fewer)
        return
    reasons = found.view.reasons

    def forced(kept: set[str]) -> bool:
        return reasons.judge.possible(without(found.values, reasons.atoms, kept)) == (found.outcome,)

    assert set(found.deciding) <= set(reasons.atoms.slots)
    assert forced(set(found.deciding))
    assert not any(forced(set(subset)) for subset in proper_subsets(found.deciding))


def keeps(program: Program, found: Evaluation, shown: CriterionView, kept: set[str]) -> bool:
    """Whether the verdict stays with only `kept` known."""
    trial = without(found.values, verdict_reasons(program, shown.name).atoms, kept)
    for step in program.steps.values():
        if step.kind == "shared" or step.name == shown.name:
            step.rule(trial)
    return verdict(trial, shown.slots) == verdict(found.values, shown.slots)


@modest
@given(sketches, known(), excuses)
def test_facts_under_a_verdict_suffice_and_none_can_be_missed(
    sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]
) -> None:
    program = sketch.program()
    found = evaluate_case(program, case_of(facts, excused), "审查")
    for shown in found.view.criteria:
        decided = verdict(found.values, shown.slots)
        reasons = verdict_reasons(program, shown.name)
        names = reasons.find(found.values, decided)
        if decided == "待查明":
            assert names == ()
            continue

        assert keeps(program, found, shown, set(names))
        assert not any(keeps(program, found, shown, set(subset)) for subset in proper_subsets(names))


@modest
@given(sketches, known(), excuses)
def test_a_fact_no_longer_needed_changes_nothing_and_one_that_narrows_is_listed(
    sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]
) -> None:
    program = sketch.program()
    case = case_of(facts, excused)
    decision = decide(program, case, "审查")
    view = evaluate_case(program, case, "审查").view
    needed = [item.name for item in decision.missing if item.matters]
    for item in decision.missing:
        if item.kind == "fact" and not item.matters:
            for index, fuller in enumerate(completions({**facts, item.name: DOMAINS[item.name][0]})):
                if index % 5:
                    continue
                results = {
                    evaluate_case(program, case_of({**fuller, item.name: value}, excused), "审查").possible
                    for value in DOMAINS[item.name]
                }
                assert len(results) == 1
    for name, domain in DOMAINS.items():
        if facts[name] is None:
            outcomes = [possible_with(view, case, {name: number(value)}) for value in domain]
            if any(possible != decision.possible for possible in outcomes):
                assert name in needed


def reachable(now: Any, name: str) -> tuple[Any, ...]:
    allowed = {"可增": lambda v: v > now, "可减": lambda v: v < now, "可改": lambda v: v != now}
    return tuple(v for v in DOMAINS[name] if allowed[CHANGES[name]](v))


def brute_force(program: Program, facts: dict[str, Any], excused: dict[str, bool]) -> tuple[int, Any] | None:
    """The fewest changes that reach the favourable outcome."""
    for size in range(1, len(CHANGES) + 1):
        for names in combinations(CHANGES, size):
            for values in product(*(reachable(facts[name], name) for name in names)):
                changed = dict(zip(names, values, strict=True))
                if outcome_of(program, {**facts, **changed}, excused) == "准予":
                    return size, changed
    return None


@modest
@given(with_favourable, known(optional=False), excuses)
def test_a_remedy_reaches_the_outcome_with_the_fewest_changes(
    sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]
) -> None:
    program = sketch.program()
    decision = decide(program, case_of(facts, excused), "审查")
    if decision.outcome == "准予":
        assert decision.remedy is None
        return
    best = brute_force(program, facts, excused)
    remedy = decision.remedy
    assert remedy is not None
    assert remedy.reachable == (best is not None), best
    if best is not None:
        changed = {change.name: change.value for change in remedy.changes}
        assert outcome_of(program, {**facts, **changed}, excused) == "准予"
        assert len(changed) == best[0], best
        assert remedy.remains == ()
        for name, value in changed.items():
            nearer = [v for v in reachable(facts[name], name) if isinstance(v, int) and not isinstance(v, bool)]
            for v in nearer:
                if abs(v - facts[name]) < abs(value - facts[name]):
                    assert outcome_of(program, {**facts, **changed, name: v}, excused) != "准予"


@modest
@given(sketches, known(), excuses)
def test_the_same_case_gives_the_same_bytes(sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]) -> None:
    case = case_of(facts, excused)
    first = canonical(to_plain(decide(sketch.program(), case, "审查")))
    assert canonical(to_plain(decide(sketch.program(), case, "审查"))) == first
    assert [canonical(to_plain(d)) for d in decide_all(sketch.program(), case)] == [first]


@modest
@given(sketches, known(), excuses)
def test_what_is_written_as_json_is_read_back_equal(
    sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]
) -> None:
    found = decide(sketch.program(), case_of(facts, excused), "审查")
    data = json.loads(json.dumps(to_plain(found), ensure_ascii=False))
    assert from_plain(data) == found
    assert list(VALIDATOR.iter_errors(data)) == []


def all_values(program: Program, facts: dict[str, Any]) -> dict[str, Any]:
    """Every value but the presence of things and the parts of a verdict, which are not knowledge by themselves."""
    values = program.evaluated(case_of(facts))
    hidden = ("已填：", "界：", "可能：", "日历：", "情形：")
    return {key: values[slot] for key, slot in program.slots.items() if not key.startswith(hidden)}


def everything() -> Program:
    build = Build().enum("颜色", "红", "黄", "蓝").fact("甲").fact("乙").fact("丙").fact("类", "颜色")
    build.fact("数一", "整数", low=0, high=4).fact("数二", "整数", low=0, high=4).derived("和", "数一+数二")
    rows = [("红", "不少于2", "3分"), ("任意", "不足1", "1分"), ("属于［红、黄］", "任意", "3分")]
    for hit in ("唯一", "首个", "累计"):
        build.decision_table(f"{hit}表", ["类", "数一"], rows, hit, "1分")
        build.decision_table(f"{hit}表无默认", ["类", "数二"], rows, hit)
    build.score(
        "得分",
        {"一": ("首个表", {"红": "2", "其他": "1"}), "二": "若甲则5分否则数二×1分"},
        {"高": "6分以上", "低": "不满6分"},
        weighted_by="类",
        bonuses={"奖": ("乙", "2分")},
        cap="8分",
    )
    build.criterion("规模", "等次（得分）为高", applies="和不少于数二").criterion("场地", "唯一表不少于2分或丙")
    build.determination("审查", [("不予", "任一未满足（条件组）"), ("准予", "累计表超过3分")], "再议")
    return compile_package(build.package())


EVERYTHING = everything()


@modest
@given(known(), st.data())
def test_knowledge_only_grows(facts: dict[str, Any], data: st.DataObject) -> None:
    before = all_values(EVERYTHING, facts)
    unknown = [name for name, value in facts.items() if value is None]
    learned = {name: data.draw(st.sampled_from(DOMAINS[name])) for name in unknown}
    after = all_values(EVERYTHING, {**facts, **learned})
    assert {k: v for k, v in before.items() if v is not None} == {
        k: after[k] for k, v in before.items() if v is not None
    }
