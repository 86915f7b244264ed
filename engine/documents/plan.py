"""From a decision to a document plan: everything a letter says, in order, with the reasons behind each paragraph.

Pure: the date and the 发文字号 are inputs, values come through a `Reading`. A value that is unknown or unset refuses the
letter (and says who must supply it); it is never printed as None or 未知.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from pathlib import PurePath

from engine.base.basis import together
from engine.base.classes import dataclass
from engine.base.problem import Problem, errors
from engine.base.text import nearest
from engine.decision.case import Case
from engine.decision.model import UNDECIDED, Decision
from engine.documents import titles, typography
from engine.documents.blocks import body_of
from engine.documents.days import behind_parts
from engine.documents.estimates import said_of_unmet
from engine.documents.filling import Pictures, Work, checked, fill, holds
from engine.documents.gate import SAMPLES, Candidate, passed, serves
from engine.documents.introduced import introduced
from engine.documents.layouts import LAYOUTS
from engine.documents.lists import SAMPLE, is_sample
from engine.documents.model import Annex as Annex
from engine.documents.model import AttachedFile, LetterHead
from engine.documents.model import DocumentPlan as DocumentPlan
from engine.documents.model import LetterCell as LetterCell
from engine.documents.model import LetterParagraph as LetterParagraph
from engine.documents.model import LetterPicture as LetterPicture
from engine.documents.model import LetterRow as LetterRow
from engine.documents.model import LetterTable as LetterTable
from engine.documents.model import Part as Part
from engine.documents.model import Receipt as Receipt
from engine.documents.parties import BETWEEN, SERVED, SERVED_NUMBER, Party, joined, said_of
from engine.documents.reading import Reading, basis, names_in
from engine.documents.trace import evidence_of
from engine.language.printer import print_node
from engine.language.tree import Node
from engine.policy.general_law import CONTACT
from engine.policy.package import AnnexPage, Document, Package
from engine.policy.uses import template_nodes


@dataclass(frozen=True, slots=True)
class Record:
    """The record a document is about: its number, from 1, and its columns as people read them."""

    number: int
    local: Mapping[str, str]


def plan_document(
    package: Package,
    decision: Decision,
    case: Case,
    name: str,
    reading: Reading,
    *,
    date: date,
    number: str = "",
    pictures: Pictures | None = None,
    record: Record | None = None,
    serving: tuple[str, ...] = (),
) -> tuple[DocumentPlan | None, list[Problem]]:
    """The letter `name` for a decided case, dated `date` (成文日期), or None and the problems that forbid it.

    Problems: E601 no such document, E602 the outcome does not give rise to it, E603/E604 unknown or unset values, E615 no
    organ, E606 number, E616 characters, E608 provisional dates, E613 conditions, E609 lists, E617 a picture `pictures` does
    not draw, and what the gate keeps back.
    """
    parties = (Party(case, decision, reading),)
    return plan_for(package, parties, name, date=date, number=number, pictures=pictures, record=record, serving=serving)


def plan_for(
    package: Package,
    parties: tuple[Party, ...],
    name: str,
    *,
    date: date,
    number: str = "",
    pictures: Pictures | None = None,
    record: Record | None = None,
    serving: tuple[str, ...] = (),
) -> tuple[DocumentPlan | None, list[Problem]]:
    """The letter `name` about one case, or about several of which it says the same outside its list of them."""
    problems = _may_issue(package, joined(parties), name, date) or list(_in_no_state(package, parties, name))
    if problems:
        return None, problems
    work = Work(package, parties, package.documents[name], pictures, problems=problems)
    if record is not None:
        work.record, work.local = record.number, dict(record.local)
    if serves(package, work.decision, name):
        work.local |= {SERVED_NUMBER: number} | ({SERVED: "".join(f"《{one}》" for one in serving)} if serving else {})
    plan = introduced(_plan(work, date, number), package.header)
    plan = replace(plan, evidence=evidence_of(package, parties, work.document, plan.parts))
    plan = replace(plan, receipt=_receipt(work))  # last: by now the wording has read what it reads of the calendar
    if not errors(work.problems):
        days = (*behind_parts(package, parties, plan.parts), *work.days)
        work.problems += passed(Candidate(package, work.decision, work.document, date, plan, work.said, days))
    return (None if errors(work.problems) else plan), list(dict.fromkeys(work.problems))


def _may_issue(package: Package, decision: Decision, name: str, day: date) -> list[Problem]:
    document = package.documents.get(name)
    if document is None:
        near = nearest(name, package.documents)
        return [Problem("E601", f"没有文书 `{name}`", help=f"是否指 `{near}`？" if near else _known(package.documents))]
    if document.layout not in LAYOUTS:
        message = f"版式 `{document.layout}`（{name}）：尚未制作，暂不出具"
        return [Problem("W605", message, document.span, help=f"已制作的版式：{'、'.join(LAYOUTS)}")]
    if kept := passed(Candidate(package, decision, document, day)):
        return kept
    asks = any(block.each == "待补事实" for block in document.body)
    if name in decision.documents or (decision.outcome == UNDECIDED and asks):
        return []
    message = f"`{decision.determination}` 的结果是 `{decision.outcome}`，不出具 `{name}`"
    return [Problem("E602", message, document.span, help=_known(decision.documents))]


def _in_no_state(package: Package, parties: tuple[Party, ...], name: str) -> Iterator[Problem]:
    """E603 of a letter issued in certain states only, where nobody knows in which the case is."""
    document, fact = package.documents[name], package.procedure.state_fact if package.procedure is not None else ""
    if document.states and any(fact not in party.case.facts for party in parties):
        message = f"`{fact}` 未知，`{name}` 只在{'、'.join(document.states)}时出具"
        yield Problem("E603", message, document.span, help=f"先补填 `{fact}`")


def _known(names: Iterable[str]) -> str:
    return f"可以出具：{'、'.join(names) or '无'}"


def _plan(work: Work, day: date, number: str) -> DocumentPlan:
    document, decision = work.document, work.decision
    work.local = {**_document_locals(work), **work.local}
    title = fill(work, document.title, document.span)
    names = tuple(work.filled)
    organ = fill(work, document.signature, document.span) if document.signature else decision.authority
    if not organ:
        help = "在文书的 `落款` 或结果的 `机关` 中写明"
        work.problems.append(Problem("E615", f"`{document.name}` 没有写明发文机关", document.span, help=help))
    if any(not typography.is_document_number(one) for one in number.split(BETWEEN) if number):
        message = f"发文字号 `{number}` 不合规范"
        help = "写作 `榕人社〔2026〕1号`：六角括号、四位年份、不加“第”、不编虚位"
        work.problems.append(Problem("E606", message, help=help))
    annexes = tuple(_annexes(work))
    pages = tuple(_pages(work, len(annexes)))
    labels = [_label(number, len(annexes) + len(pages)) for number in range(1, len(annexes) + 1)]
    body = body_of(work, document.body, whole=True)
    return DocumentPlan(
        name=document.name,
        layout=document.layout,
        organ=organ,
        number=number if LAYOUTS[document.layout].mark is not None or SERVED_NUMBER in work.local else "",
        title=title,
        title_lines=titles.broken(title, names),
        addressee=fill(work, document.addressee, document.span).rstrip("：:"),
        body=body,
        annexes=(*(title for title, _, _ in annexes), *(page.title for page in pages)),
        date=day,
        sample=work.package.header.status in SAMPLES,
        notes=tuple(_notes(work, body)),
        receipt=_receipt(work),
        pages=pages,
        copies=tuple(filter(None, (fill(work, copy, document.span) for copy in document.copies))),
        file=beside(document, document.file),
        record=work.record,
        mark=beside(document, document.mark),
        cosigners=tuple(fill(work, one, document.span) for one in document.cosigners),
        head=_head(work),
        attached=tuple(AttachedFile(n, at, f) for n, (_, f, at) in zip(labels, annexes, strict=True) if f),
    )


def _head(work: Work) -> LetterHead:
    head = work.document.head
    written = zip_longest(head.templates, head.spans)
    copy, secrecy, urgency, *signers = (fill(work, said, place or work.document.span) for said, place in written)
    return LetterHead(copy, secrecy, urgency, tuple(signers))


def beside(document: Document, file: str) -> str:
    """The path of a file the package has for this document alone, as its files are named; "" for none."""
    return str(PurePath(document.span.file).parent / file) if file and document.span is not None else ""


def own_layout(document: Document) -> str:
    """The path of the Word layout the package has for this document alone; "" for none."""
    return beside(document, document.file)


def _annexes(work: Work) -> Iterator[tuple[str, str, str]]:
    """What goes with the letter without being printed with it: its title, its file ("" for paper) and where that lies."""
    place = work.document.span
    for annex in work.document.annexes:
        if holds(work, annex.when, place):
            title = fill(work, annex.title, place).rstrip("。；，、.;,")
            yield title, *(_file(work, annex.file) if annex.file is not None else ("", ""))


def _file(work: Work, node: Node) -> tuple[str, str]:
    """The name of a file, letter by letter as the case has it, and the folder it lies in: beside what says so."""
    name = work.reading(None).text(node, work.local)
    if name is None:
        work.problems += work.lacking(None, node, print_node(node), work.document.span)
        return "", ""
    known = (work.parties[0].case.facts.get(said.name) for said in names_in(node))
    place = next((fact.place for fact in known if fact is not None and fact.place is not None), None)
    return name, str(PurePath(place.file).parent) if place is not None else ""


def _label(number: int, total: int) -> str:
    return "附件" if total == 1 else f"附件{number}"


def _pages(work: Work, named: int) -> Iterator[Annex]:
    """The annexes printed with the letter that have something to say, numbered after the `named` ones."""
    said = [(_page_title(work, page), body_of(work, page.body, whole=False)) for page in work.document.pages]
    said = [(title, body) for title, body in said if body]
    for number, (title, body) in enumerate(said, named + 1):
        yield Annex(_label(number, named + len(said)), title, titles.broken(title), body)


def _page_title(work: Work, page: AnnexPage) -> str:
    return fill(work, page.title, work.document.span).rstrip("。；，、.;,")


def _receipt(work: Work) -> Receipt:
    d, cases = work.decision, BETWEEN.join(party.case.id for party in work.parties)
    basis = together([party.basis(work.package) for party in work.parties])
    return Receipt(basis, cases, d.determination, d.outcome, work.document.name)


def _document_locals(work: Work) -> dict[str, str]:
    first = work.parties[0]
    known = said_of(work.package, first)
    local = {name: checked(work, name, text, work.document.span) for name, text in known.items()}
    contact = _contact(work)
    if contact is not None and (said := first.reading.text(contact, local)) is not None:
        local[CONTACT] = checked(work, CONTACT, said, work.document.span)
    due = work.document.due
    shown = first.reading.text(due, local) if due is not None else None
    if shown is not None:
        local["期限"] = shown
    elif due is not None:
        work.problems += work.lacking(None, due, "期限", work.document.span)
    return local


def _contact(work: Work) -> Node | None:
    """How the organ that decides is reached, as its entry says it."""
    organ = work.package.organs.get(work.decision.authority)
    return organ.contact if organ is not None else None


# ---- around the body ----


def _notes(work: Work, body: Iterable[Part]) -> Iterator[str]:
    """Sample values the letter rests on or prints, by name, unless the body says of them that they are: nobody may take them
    for the text of the regulation. A paper that is not the decision told to its party rests on what it shows of it."""
    parts = tuple(body)
    told = {trace.criterion for part in parts if SAMPLE in part.text for trace in part.traces}
    named = dict.fromkeys(
        [relied.name for relied in work.decision.relied if SAMPLE in relied.source and relied.stated.value]
        if work.document.to_party
        else (name for name in _shown(work, parts) if is_sample(work.package, name))
    )
    named |= dict.fromkeys(name for name in _printed(work) if is_sample(work.package, name))
    named = {name: None for name in named if name not in told}
    if named:
        said = "、".join(_laid_down(work.package, name) for name in named)
        yield f"本件采用的{said}取自实施口径（示例），以有权机关正式制定的为准"


def _laid_down(package: Package, name: str) -> str:
    """Of a score not what it came to is laid down by somebody, but how it is marked."""
    return f"{name}的分值和计分办法" if name in package.scores else name


def _shown(work: Work, parts: Iterable[Part]) -> Iterator[str]:
    """Every name that the criteria and the marks shown in `parts` rest on."""
    package = work.package
    names = dict.fromkeys(trace.criterion for part in parts for trace in part.traces)
    for criterion in (package.criteria[name] for name in names if name in package.criteria):
        yield from basis(package, criterion.requirement)
        if criterion.applies is not None:
            yield from basis(package, criterion.applies)
    for sheet in work.decision.scores:
        if not names.keys().isdisjoint({sheet.name, *(line.name for line in sheet.lines)}):
            yield sheet.name


def _printed(work: Work) -> Iterator[str]:
    """Every name that the wording of the letter rests on: its own, that of unmet criteria, that of general law."""
    package, decision = work.package, work.decision
    failed = [c for c in decision.criteria if c.verdict == "未满足"]
    unmet = [text for c in failed for text in said_of_unmet(package.criteria.get(c.name), c)]
    attached = {item.name for item in decision.attached if item.speaks_in(work.document.stage)}
    organ = package.organs.get(decision.authority)
    law = [item.about(organ).text for item in package.attachments if item.name in attached]
    for node in template_nodes(*work.document.templates, *unmet, *law):
        asks = any(name.name == CONTACT for name in names_in(node))
        contact = _contact(work) if asks else None
        yield from basis(package, node if contact is None else contact)
