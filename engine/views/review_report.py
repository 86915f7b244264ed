"""The review list as an official document: each question with its options and what they would do to the cases at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from engine.base.basis import Basis
from engine.base.text import chinese
from engine.base.version import VERSION
from engine.documents.model import (
    LINE,
    DocumentPlan,
    LetterCell,
    LetterParagraph,
    LetterRow,
    LetterTable,
    Part,
)
from engine.documents.official import Fault
from engine.documents.provisions import doubled, lacking_consequence, without_exit, without_return
from engine.office.options_tried import OptionEffect, OptionEffects
from engine.policy.citations import in_ranges
from engine.policy.package import Interpretation, Package
from engine.views.report import report
from engine.views.review import open_terms

NAME, SIGNER = "意见清单", "整理人"
TOLD = 4
"""Cases of one option that are named; the others are counted."""


def plan(
    package: Package, effects: OptionEffects, cases: int, day: date, text: Sequence[Fault] | None = None
) -> DocumentPlan:
    """The list as it stands on `day`; `effects` on so many `cases`; `text`: faults of the official text."""
    status = f"（{package.header.status}）" if package.header.status != "有效" else ""
    title = f"关于《{package.header.title}》{status}的意见清单"
    basis = Basis(package.id, day, package.as_of, package.digest, tuple(package.files.items()), (), (), (), VERSION)
    body = _numbered(_sections(package, effects, cases, text))
    return report(NAME, SIGNER, title, body, day, basis, title)


ReviewSection = tuple[str, list[Part]]


def _numbered(sections: Iterator[ReviewSection]) -> Iterator[Part]:
    """Each section that has anything, numbered."""
    for number, (heading, parts) in enumerate(((h, p) for h, p in sections if p), 1):
        yield LetterParagraph(1, f"{chinese(number)}、{heading}")
        yield from parts


def _sections(
    package: Package, effects: OptionEffects, cases: int, text: Sequence[Fault] | None
) -> Iterator[ReviewSection]:
    questions = list(package.interpretations.values())
    yield f"条文的不同理解（{len(questions)}项）", [*_questions(questions, effects, cases)]
    rows: list[tuple[str, ...]]
    terms = list(open_terms(package))
    rows = [(name, clauses or "—", setter or "有权机关", filled) for name, clauses, setter, filled in terms]
    yield (
        f"条文未定、须由有权机关确定的事项（{len(rows)}项）",
        _table(("事项", "条款", "由谁定", "现状"), (7, 7, 7, 7), rows),
    )
    findings = [f for f in package.facts.values() if f.finding]
    rows = [(f.name, "、".join(f.clauses) or "—", f.label or f.question) for f in findings]
    yield f"留给人判断的事项（{len(rows)}项）", _table(("事项", "条款", "判断什么"), (8, 7, 13), rows)
    rows = [(one.name, "、".join(one.clauses), f"{one.reason}出路：{one.way_out}") for one in package.inexpressible]
    yield f"暂不能编码的条文（{len(rows)}项）", _table(("事项", "条款", "原因和出路"), (8, 7, 13), rows)
    duties = lacking_consequence(package)
    yield "没有单独后果的义务", [LetterParagraph(0, "、".join(in_ranges(duties)) + "。")] if duties else []
    sums = [LetterParagraph(0, f"{name}：{outcome}。") for name, outcome in without_return(package)]
    yield "发放以后没有规定怎样收回的款项", [*sums]
    rows = [(state, f"{name}：{outcome}") for state, name, outcome in without_exit(package)]
    yield "取得以后没有规定怎样退出的资格", _table(("资格", "由哪项决定取得"), (10, 18), rows)
    rows = [(f"{one.one}与{one.other}", "、".join(one.shared)) for one in doubled(package)]
    yield "写在两处的同样规定", _table(("条款", "同样的内容"), (12, 16), rows)
    rows = [(f"第{fault.line}行", fault.what, fault.said) for fault in text or ()]
    yield f"条文文字（{len(rows)}处）", _table(("位置", "问题", "文字"), (5, 10, 13), rows)


def _questions(questions: Sequence[Interpretation], effects: OptionEffects, cases: int) -> Iterator[Part]:
    if questions and cases:
        yield LetterParagraph(0, f"“影响”一栏是把采用的读法换成这一种，{cases}个样本案件中哪些决定的结果会变。")
    for number, one in enumerate(questions, 1):
        yield LetterParagraph(2, f"（{chinese(number)}）{one.name}（{one.number}）")
        yield LetterParagraph(0, f"涉及{'、'.join(one.clauses)}。{one.question}")
        rows = [
            (
                ("● " if option.name == one.adopted else "") + option.name,
                option.effect,
                _effect(one, option.name, effects, cases),
            )
            for option in one.options
        ]
        yield from _table(("读法", "采用它会怎样", "影响"), (7, 11, 10), rows)
        yield LetterParagraph(
            0, f"现在采用：{one.adopted}。" if one.adopted else "现在没有采用任何一种，有关的决定都会注明。"
        )
        if one.advice:
            yield LetterParagraph(0, f"建议：{one.advice}")


def _effect(question: Interpretation, option: str, effects: OptionEffects, cases: int) -> str:
    if option == question.adopted:
        return "现在采用"
    if not cases:
        return "没有列出案件"
    found = effects.get((question.number, option))
    if found is None:
        return "单独换成这一种不成立"
    if not found:
        return "没有案件因此改变"
    more = f"；另有{len(found) - TOLD}项" if len(found) > TOLD else ""
    return "；".join(map(_told, found[:TOLD])) + more


def _told(one: OptionEffect) -> str:
    return f"{one.case}{one.determination}由“{one.before}”变为“{one.after}”"


def _table(heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> list[Part]:
    """A table of so many of the 28 characters a column; none without rows."""
    assert sum(widths) == LINE
    head = LetterRow(tuple(map(LetterCell, heads, widths, ["栏目"] * len(heads))))
    body = tuple(LetterRow(tuple(map(LetterCell, row, widths))) for row in rows)
    return [LetterTable((head,), body)] if rows else []
