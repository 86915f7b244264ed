"""Edge: examples that no longer hold, rewritten to what the rules come to now; each then waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.base.problem import Refused
from engine.decision.core import Evaluation
from engine.decision.decide import amount_of, dress, evaluate_whole
from engine.decision.facts import facts_digest
from engine.files import writing
from engine.intake.examples import ExampleReport, ReadyExample
from engine.policy.nodes import MAX_BYTES
from engine.policy.spec import AssertionSpec
from engine.policy.stack import texts
from engine.revise.edits import Edit, Remove, SetPart, planned
from engine.revise.splices import applied
from engine.revise.writing import YamlValue

KIND, CLAIMS, WAITING = "用例", "断言", "待确认"


def renew(report: ExampleReport) -> tuple[dict[str, int], list[str]]:
    """Writes what the rules now come to into the examples that no longer hold, marked 待确认 with what was expected before;
    how many by file, and the names of those it leaves: histories, rows of a table of examples, and what is expected of
    values. Refused where a file cannot be written."""
    by_file: dict[str, list[tuple[str, list[Edit]]]] = {}
    for one in report.ready:
        file, name = one.spec.name.span.file, one.spec.name.text
        if (file, name) in report.unsound and (edits := _edits(one)):
            by_file.setdefault(file, []).append((name, edits))
    left = {name for _, name in report.unsound}
    written: dict[str, int] = {}
    for file, examples in by_file.items():
        with writing.holding(Path(file), MAX_BYTES) as held:
            data = held.data or b""
            for name, edits in examples:
                try:
                    data = _edited(file, data, edits)
                except Refused:  # a row of a table has no place of its own
                    continue
                left.discard(name)
                written[file] = written.get(file, 0) + 1
            held.rewrite(data)
    return written, sorted(left)


def _edited(file: str, data: bytes, edits: Sequence[Edit]) -> bytes:
    files = {file: data}
    for edit in edits:
        files = applied(planned(edit, files), files)[0]
    return files[file]


def _edits(one: ReadyExample) -> list[Edit]:
    """What rewrites an example; nothing where something it expects of values does not hold."""
    name, edits, was = one.spec.name.text, list[Edit](), list[str]()
    for at, assertion in enumerate(one.spec.assertions, 1):
        found = evaluate_whole(one.program, one.case, assertion.determination.text)
        if assertion.values or assertion.missing is not None or assertion.first is not None:
            if one.differing(one.program, about=(assertion.determination.text,)):
                return []
            continue
        changed = list(_changed(name, at, assertion, found, one))
        if changed:
            was.append(_stood(assertion, changed))
        edits.extend(changed)
    return [*edits, SetPart(KIND, name, (WAITING,), f"规则改了；原来写的是 {'；'.join(was)}")] if edits else []


def _stood(assertion: AssertionSpec, changed: Sequence[Edit]) -> str:
    """What was expected before: the outcome, and every other part that says something else now, or nothing."""
    lists = {"决定性": assertion.deciding, "可能": assertion.possible}
    before = {key: "、".join(texts(said)) for key, said in lists.items() if said is not None}
    single = {"金额": assertion.amount, "机关": assertion.authority}
    before |= {key: said.text for key, said in single.items() if said is not None}
    keys = dict.fromkeys(str(one.place[-1]) for one in changed if isinstance(one, SetPart | Remove))
    told = [f"{key} {before[key] or '没有'}" for key in keys if key in before]
    return "，".join([f"{assertion.determination.text} 为 {assertion.outcome.text}", *told])


def _changed(name: str, at: int, assertion: AssertionSpec, found: Evaluation, one: ReadyExample) -> Iterator[Edit]:
    """The parts of an assertion that say something else now."""
    if found.outcome != assertion.outcome.text:
        yield SetPart(KIND, name, (CLAIMS, at, "结果"), found.outcome)
    for key, said, now in (
        ("决定性", assertion.deciding, found.deciding),
        ("可能", assertion.possible, found.possible if len(found.possible) > 1 else ()),
    ):
        if said is not None and set(texts(said)) != set(now):
            yield from _list(name, at, key, list(now))
    if assertion.amount is not None and (amount := amount_of(found)[1]) != assertion.amount.text:
        yield from _said(name, at, "金额", amount)
    if assertion.authority is not None:
        organ = dress(found, one.case, facts_digest(one.case)).authority
        if organ != assertion.authority.text:
            yield from _said(name, at, "机关", organ)


def _list(name: str, at: int, key: str, now: YamlValue) -> Iterator[Edit]:
    yield Remove(KIND, name, (CLAIMS, at, key))
    if now:
        yield SetPart(KIND, name, (CLAIMS, at, key), now)


def _said(name: str, at: int, key: str, now: str) -> Iterator[Edit]:
    yield SetPart(KIND, name, (CLAIMS, at, key), now) if now else Remove(KIND, name, (CLAIMS, at, key))
