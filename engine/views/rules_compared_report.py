"""In what two versions of the rules differ as a report to print: for whoever approves the change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.base.basis import Basis
from engine.base.text import chinese
from engine.base.version import VERSION
from engine.decision.apart import SAME, OfDetermination
from engine.documents.model import DocumentPlan, LetterParagraph, Part
from engine.office.compared_rules import RulesCompared
from engine.views.audit_report import table
from engine.views.report import report
from engine.views.rules_compared import called, followed, rests, rule_said, said_of, told

NAME = "规则比较"
SIGNER = "审阅人"


def plan(found: RulesCompared, said: str, day: date) -> DocumentPlan:
    """The report made on `day`; `said`: what is compared with what."""
    title = f"{NAME}：{said}"
    basis = Basis("", day, day, "", (), (), (), (), VERSION)
    return report(NAME, SIGNER, title, _body(found), day, basis, said)


def _body(found: RulesCompared) -> Iterator[Part]:
    differing = [one for one in found.determinations if one.verdict != SAME]
    yield LetterParagraph(
        1, f"一、决定（{len(differing)}项有改动，{len(found.determinations) - len(differing)}项相同）"
    )
    for number, one in enumerate(differing, start=1):
        yield LetterParagraph(2, f"（{chinese(number)}）{one.name}：{one.verdict}")
        yield from (LetterParagraph(0, f"{line}。") for line in _lines(one))
    if not differing:
        yield LetterParagraph(0, "没有一项有改动。")
    for words, names in (("新增的决定", found.new), ("不再有的决定", found.gone)):
        if names:
            yield LetterParagraph(0, f"{words}：{'、'.join(names)}。")
    yield LetterParagraph(1, f"二、写法不同之处（{len(found.rules)}处）")
    if found.rules:
        yield table(("改动",), [(rule_said(difference),) for difference in found.rules])
    else:
        yield LetterParagraph(0, "没有。")
    yield LetterParagraph(1, "三、说明")
    yield LetterParagraph(0, rests(found))
    yield from (LetterParagraph(0, f"读不进去：{line}") for line in found.unread)


def _lines(one: OfDetermination) -> Iterator[str]:
    for change in one.changes:
        yield "；".join((f"{called(change)}：{said_of(change)}", *map(told, change.tellings)))
    yield from map(followed, one.follows)
    yield from (f"未定 {why}" for why in one.left)
