"""From a decision to a document plan: everything a letter says, in order, with the reasons behind each paragraph.

Pure: the date and the 发文字号 are inputs, values come through a `Reading`. A value that is unknown or unset refuses the
letter (and says who must supply it); it is never printed as None or 未知.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from engine.base.problem import Problem, Span, errors
from engine.base.text import find_hidden, nearest
from engine.decision.model import UNDECIDED, Case, Decision
from engine.documents import titles, typography
from engine.documents.layouts import LAYOUTS
from engine.documents.lists import ATTACHED, Item, Trace, attached_in_order, clauses_text, items_of
from engine.documents.reading import Locals, Reading, names_in, unknown
from engine.language.tree import Name, Node
from engine.policy.package import Block, Document, Package, Template

DRAFT_STATUSES = ("征求意见稿", "示例")
SAMPLE = "示例"
FORBIDDEN_TITLES = ("行政处罚", "行政许可")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`level` 1–4 is a heading (一、 （一） 1. （1）), 0 a body paragraph."""

    level: int
    text: str
    traces: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the letter can be recomputed from. `digest` is the package's SHA-256."""

    package: str
    digest: str
    case: str
    as_of: date
    determination: str
    outcome: str
    document: str


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """One letter. `organ` issues it (发文机关标志 and 署名); `number` "" leaves the 发文字号 line out; `draft` prints 样稿
    over every page; `notes` are printed below the date in brackets (附注)."""

    name: str
    layout: str
    organ: str
    number: str
    title: str
    title_lines: tuple[str, ...]
    addressee: str
    body: tuple[Paragraph, ...]
    annexes: tuple[str, ...]
    date: date
    draft: bool
    notes: tuple[str, ...]
    receipt: Receipt


class _HasClauses(Protocol):
    @property
    def clauses(self) -> tuple[str, ...]: ...


@dataclass
class _Work:
    """One run of the planner: its inputs and what it finds wrong."""

    package: Package
    decision: Decision
    case: Case
    reading: Reading
    document: Document
    local: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)


def plan_document(
    package: Package,
    decision: Decision,
    case: Case,
    name: str,
    reading: Reading,
    *,
    date: date,
    number: str = "",
) -> tuple[DocumentPlan | None, list[Problem]]:
    """The letter `name` for a decided case, dated `date` (成文日期), or None and the problems that forbid it.

    Problems: E601 no such document, E602 the outcome does not give rise to it, E603/E604 unknown or unset values, E615 no
    organ, E606 number, E616 characters, E608 provisional dates, E610 title, E611 leftovers, E613 conditions, E609 lists.
    """
    problems = _may_issue(package, decision, name)
    if problems:
        return None, problems
    work = _Work(package, decision, case, reading, package.documents[name], problems=problems)
    plan = _plan(work, date, number)
    work.problems += _finished(plan)
    return (None if errors(work.problems) else plan), list(dict.fromkeys(work.problems))


def _may_issue(package: Package, decision: Decision, name: str) -> list[Problem]:
    document = package.documents.get(name)
    if document is None:
        near = nearest(name, package.documents)
        return [Problem("E601", f"没有文书 `{name}`", help=f"是否指 `{near}`？" if near else _known(package.documents))]
    if document.layout not in LAYOUTS:
        message = f"版式 `{document.layout}`（{name}）：尚未制作，暂不出具"
        return [Problem("W605", message, document.span, help=f"已制作的版式：{'、'.join(LAYOUTS)}")]
    asks = any(block.each == "待补事实" for block in document.body)
    if name in decision.documents or (decision.outcome == UNDECIDED and asks):
        return []
    message = f"`{decision.determination}` 的结果是 `{decision.outcome}`，不出具 `{name}`"
    return [Problem("E602", message, document.span, help=_known(decision.documents))]


def _known(names: Iterable[str]) -> str:
    return f"可以出具：{'、'.join(names) or '无'}"


def _plan(work: _Work, day: date, number: str) -> DocumentPlan:
    document, decision = work.document, work.decision
    work.local |= _document_locals(work)
    title = _fill(work, document.title, document.span)
    names = tuple(work.filled)
    organ = _fill(work, document.signature, document.span) if document.signature else decision.authority
    if not organ:
        help = "在文书的 `落款` 或结果的 `机关` 中写明"
        work.problems.append(Problem("E615", f"`{document.name}` 没有写明发文机关", document.span, help=help))
    if number and not typography.is_document_number(number):
        message = f"发文字号 `{number}` 不合规范"
        help = "写作 `榕人社〔2026〕1号`：六角括号、四位年份、不加“第”、不编虚位"
        work.problems.append(Problem("E606", message, help=help))
    return DocumentPlan(
        name=document.name,
        layout=document.layout,
        organ=organ,
        number=number if LAYOUTS[document.layout].mark is not None else "",
        title=title,
        title_lines=titles.broken(title, names),
        addressee=_fill(work, document.addressee, document.span).rstrip("：:"),
        body=tuple(_body(work)),
        annexes=tuple(_fill(work, annex, document.span).rstrip("。；，、.;,") for annex in document.annexes),
        date=day,
        draft=work.package.header.status in DRAFT_STATUSES,
        notes=tuple(_notes(decision)),
        receipt=_receipt(work),
    )


def _receipt(work: _Work) -> Receipt:
    d = work.decision
    return Receipt(
        work.package.id, work.package.digest, work.case.id, d.as_of, d.determination, d.outcome, work.document.name
    )


def _document_locals(work: _Work) -> dict[str, str]:
    decision = work.decision
    known = {
        "机关": decision.authority,
        "结论": decision.outcome,
        "决定": decision.determination,
        "条款": clauses_text(decision.clauses),
        "金额": decision.amount,
        "案件": work.case.id,
        "规范题名": work.package.header.title,
        "说明": decision.note,
        "补救": decision.remedy.sentence if decision.remedy else "",
    }
    local = {name: _checked(work, name, text, work.document.span) for name, text in known.items() if text}
    due = work.document.due
    shown = work.reading.text(due, local) if due is not None else None
    if shown is not None:
        local["期限"] = shown
    elif due is not None:
        work.problems += unknown(work.package, work.case, due, "期限", work.document.span)
    return local


# ---- wording ----


def _fill(work: _Work, template: Template, place: Span | None, item: Item | None = None) -> str:
    """The text of a template, with a problem for each value that cannot be printed."""
    local = {**work.local, **item.local} if item else work.local
    work.filled = []
    parts = [
        _whole(work, part, place) if isinstance(part, str) else _value(work, part, local, place, item)
        for part in template
    ]
    return "".join(parts).strip()


def _whole(work: _Work, text: str, place: Span | None, *, wording: bool = True) -> str:
    left = typography.leftover(text, wording=wording)
    if left:
        message = f"文中留有未填的痕迹 `{left}`：`{text[:40]}`"
        work.problems.append(Problem("E611", message, place, help="补全该处，或删去这一段"))
    return text


def _value(work: _Work, node: Node, local: Locals, place: Span | None, item: Item | None) -> str:
    shown = node.name if isinstance(node, Name) else " ".join(name.name for name in names_in(node))
    if isinstance(node, Name) and node.kind == "local" and node.name not in local:
        work.problems.append(_unsaid(work, node.name, place, item))
        return ""
    is_local = isinstance(node, Name) and node.kind in ("local", "") and node.name in local
    text = local[shown] if is_local else work.reading.text(node, local)
    if text is None:
        work.problems += unknown(work.package, work.case, node, shown, node.span or place)
        return ""
    text = _checked(work, shown, text, node.span or place)
    work.filled.append(text)
    return text


def _unsaid(work: _Work, name: str, place: Span | None, item: Item | None) -> Problem:
    if item is None:
        return Problem("E603", f"`{work.document.name}` 用到 `{name}`，本决定没有", place, help="删去，或加条件 `当`")
    message = f"`{item.local['名称']}` 没有 `{name}` 可写" if "名称" in item.local else f"本项没有 `{name}` 可写"
    return Problem("E603", message, place, help=f"在规则中补写该项的 `{name}`，或从文书的段落中删去")


def _checked(work: _Work, name: str, text: str, place: Span | None) -> str:
    """A value on one line; hidden, control and private characters refuse the letter by name."""
    text = typography.one_line(text)
    hidden = find_hidden(text)
    bad = hidden[1] if hidden else typography.unprintable(text)
    if bad:
        clean = "".join(c if c.isprintable() else "□" for c in text)
        message = f"`{name}` 的值 `{clean[:40]}` 含有不能写入文书的字符 {bad}"
        work.problems.append(Problem("E616", message, place, help="删去该字符后重新录入"))
        return ""
    return _whole(work, text, place, wording=False)


# ---- body ----


def _body(work: _Work) -> list[Paragraph]:
    blocks = work.document.body
    paragraphs = [p for block in blocks for p in _block(work, block)]
    if work.decision.nature == "不利决定" and not any(block.each == ATTACHED for block in blocks):
        paragraphs += _attachments(work)
    return list(_renumbered(_inhabited(paragraphs)))


def _block(work: _Work, block: Block) -> Iterator[Paragraph]:
    if not block.each:
        if _holds(work, block, None):
            yield _paragraph(work, block, None)
        return
    items = items_of(work.package, work.decision, block.each)
    if items is None:
        work.problems.append(Problem("E609", f"没有可逐项列出的 `{block.each}`", block.span))
        return
    for item in items:
        if _holds(work, block, item):
            if item.problem:
                work.problems.append(replace(item.problem, place=block.span))
            yield _paragraph(work, block, item)


def _holds(work: _Work, block: Block, item: Item | None) -> bool:
    if block.when is None:
        return True
    local = {**work.local, **item.local} if item else work.local
    truth = work.reading.truth(block.when, local)
    if truth is None:
        work.problems += [
            replace(p, code="E613", message=f"段落的条件待查：{p.message}") if p.code == "E603" else p
            for p in unknown(work.package, work.case, block.when, "当", block.span)
        ]
    return bool(truth)


def _paragraph(work: _Work, block: Block, item: Item | None) -> Paragraph:
    text = typography.closed_up(_fill(work, block.text, block.span, item))
    heading = (typography.level(text) or 1) if block.kind == "标题" else 0
    own = [item.trace] if item else []
    return Paragraph(heading, text, (*own, *_template_trace(work, block.text)))


def _template_trace(work: _Work, template: Template) -> Iterator[Trace]:
    """What a paragraph's placeholders rest on; nothing for fixed text and for names about the decision itself."""
    nodes = [node for node in template if not isinstance(node, str)]
    names = [n.name for node in nodes for n in names_in(node) if n.kind != "local" and n.name not in work.local]
    package = work.package
    maps: tuple[Mapping[str, _HasClauses], ...] = (package.facts, package.derived, package.parameters, package.scores)
    clauses = [c for name in names for known in maps if name in known for c in known[name].clauses]
    if any(n.name in ("结论", "决定") for node in nodes for n in names_in(node)):
        clauses += work.decision.clauses
    if names or clauses:
        yield Trace("", tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(names)))


def _attachments(work: _Work) -> Iterator[Paragraph]:
    for attached in attached_in_order(work.decision):
        text = _checked(work, attached.name, attached.text, work.document.span)
        yield Paragraph(0, text, (Trace(attached.name, attached.clauses, ()),))
    if not any(a.kind == "救济" for a in work.decision.attached):
        message = f"`{work.document.name}` 对当事人不利，但没有救济途径可写"
        help = "在通则的 `附随` 中写明复议、诉讼的期限和受理机关"
        work.problems.append(Problem("W606", message, work.document.span, help=help))


def _inhabited(paragraphs: list[Paragraph]) -> Iterator[Paragraph]:
    """Without headings that have nothing under them (their paragraphs' conditions did not hold)."""
    for place, paragraph in enumerate(paragraphs):
        below = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
        if paragraph.level and (below is None or 0 < below.level <= paragraph.level):
            continue
        yield paragraph


def _renumbered(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Numbered headings counted anew, so that a section left out leaves no hole."""
    counts = [0] * 5
    for paragraph in paragraphs:
        level = typography.level(paragraph.text) if paragraph.level else 0
        if level:
            counts[level] += 1
            counts[level + 1 :] = [0] * (4 - level)
            text = typography.marker(level, counts[level]) + typography.unnumbered(paragraph.text)
            paragraph = replace(paragraph, text=text)
        yield paragraph


# ---- around the body ----


def _notes(decision: Decision) -> Iterator[str]:
    samples = [relied for relied in decision.relied if SAMPLE in relied.source]
    if samples:
        named = "、".join(dict.fromkeys(relied.name for relied in samples))
        yield f"本件所依据的{named}取自实施口径（示例），正式口径由有权机关另行制定"


def _finished(plan: DocumentPlan) -> Iterator[Problem]:
    """Faults of the finished text, whoever wrote it."""
    for word in FORBIDDEN_TITLES:
        if word in plan.title:
            message = f"标题 `{plan.title}` 不得称 `{word}`"
            yield Problem("E610", message, help="规范性文件不能设定行政处罚、行政许可，改用通知、告知书或决定")
