"""用例表 -> examples: one for every row, so that whoever runs, counts or compares examples need not know of tables. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.base.problem import Problem
from engine.policy.nodes import Mapping, Scalar
from engine.policy.package import AS_OF
from engine.policy.spec import AssertionSpec, ExampleFile, ExampleSpec, ExampleTableSpec

_ASSERTED = {"结果": "outcome", "金额": "amount", "机关": "authority"}
"""Columns that are not the names of quantities, and the key of an assertion that each is."""


BLANK = "未填"
"""A cell of a fact that is not filled in: between brackets nothing may be left out."""


def rows_as_examples(spec: ExampleFile) -> tuple[ExampleFile, list[Problem]]:
    """The same file with the rows of its tables behind its other examples. Told: rows of another length than their table
    (E330), a 基准日 that is none (E307), a table without 结果 (E304)."""
    examples, problems = list(spec.examples), list[Problem]()
    for table in spec.tables:
        if "结果" not in (name.text for name in table.outputs):
            problems.append(Problem("E304", f"用例表 `{table.name}` 的输出没有 `结果`", table.name.span, "加上 `结果`"))
            continue
        for number, row in enumerate(table.rows, 1):
            wanted = len(table.inputs) + len(table.outputs)
            if len(row) != wanted:
                message = f"`{table.name}` 第 {number} 行有 {len(row)} 格，应为 {wanted} 格"
                problems.append(Problem("E330", message, (row[0] if row else table.name).span))
                continue
            try:
                examples.append(_example(table, row))
            except ValueError:
                day = next(cell for name, cell in zip(table.inputs, row, strict=False) if name.text == AS_OF)
                help_ = "写作 `2026-01-15`"
                problems.append(Problem("E307", f"`{table.name}` 第 {number} 行的 `{day}` 不是日期", day.span, help_))
    return spec.but(examples=tuple(examples), tables=()), problems


def _example(table: ExampleTableSpec, row: Sequence[Scalar]) -> ExampleSpec:
    given, wanted = row[: len(table.inputs)], row[len(table.inputs) :]
    pairs = list(zip(table.inputs, given, strict=True))
    day = next((date.fromisoformat(c.text) for name, c in pairs if name.text == AS_OF and c.text != BLANK), table.as_of)
    said = "、".join(f"{name} {cell}" for name, cell in pairs)
    asserted = {_ASSERTED[n.text]: cell for n, cell in zip(table.outputs, wanted, strict=True) if n.text in _ASSERTED}
    values = {n.text: cell for n, cell in zip(table.outputs, wanted, strict=True) if n.text not in _ASSERTED}
    return ExampleSpec(
        name=_named(table.name, f"{table.name}：{said}"),
        as_of=day,
        case=table.case,
        facts=_facts(table, [(name, _filled(cell)) for name, cell in pairs if name.text != AS_OF]),
        records=table.records,
        excuses=table.excuses,
        assertions=(AssertionSpec(determination=table.determination, values=values, **asserted),),
        note=table.note,
    )


def _facts(table: ExampleTableSpec, own: Sequence[tuple[Scalar, Scalar]]) -> Mapping:
    """The facts of a row over those of its table."""
    names = {name.text for name, _ in own}
    common = table.facts.entries if isinstance(table.facts, Mapping) else ()
    at = table.name
    return Mapping((*((n, v) for n, v in common if n.text not in names), *own), at.source, at.start, at.end)


def _filled(cell: Scalar) -> Scalar:
    return cell if cell.text != BLANK else Scalar("", "plain", cell.source, cell.start, cell.end)


def _named(at: Scalar, text: str) -> Scalar:
    return Scalar(text, at.style, at.source, at.start, at.end)
