"""Why a paragraph says what it says: the reasons of a whole letter as data that fits into its file, and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from engine.base.basis import LABEL as CODE
from engine.base.basis import Basis, carried, from_plain, to_plain
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import find_hidden
from engine.decision.model import Decision
from engine.decision.wording import fact_source
from engine.documents.lists import EXCUSE, Trace
from engine.documents.model import DocumentPlan, Evidence, LetterParagraph, LetterPicture, Part
from engine.documents.parties import Party, owners
from engine.documents.reading import names_in
from engine.documents.receipt import agrees, receipt_of
from engine.language.tree import Name
from engine.policy.package import Document, Package
from engine.visible import model as visible
from engine.visible.differences import Difference
from engine.visible.model import Visible

FORMAT = 1
MAX_TRACE = 1_000_000
"""Characters of the stored reasons; a letter whose reasons are longer stores them without values and sources."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sentence stands in a letter: the criterion, its clauses, and the facts it saw."""

    criterion: str
    clauses: tuple[str, ...]
    facts: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph, a row of a table or a picture: `kind` 标题 段 行 图, its text, why it says so."""

    kind: str
    text: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished letter as its file tells it: the receipt and what is said, numbered from 1. `faults`: what does not
    agree (a receipt that does not match its code). `values`: whether the facts come with theirs. `basis`: None where the
    file tells none. `since`: how what its cases rest on now differs from that, where the letter would be the same all the
    same. `shown`: what the file showed when it was issued, None where it does not tell; `now`: what it shows now;
    `altered`: in what these differ, `unsaid` what could not be looked at."""

    file: str
    receipt: Mapping[str, str]
    told: tuple[Told, ...]
    faults: tuple[str, ...] = ()
    values: bool = True
    basis: Basis | None = None
    since: str = ""
    shown: Visible | None = None
    now: Visible | None = None
    altered: tuple[Difference, ...] = ()
    unsaid: str = ""


# ---- what a plan's reasons rest on ----


def evidence_of(
    package: Package, parties: Sequence[Party], document: Document, parts: Iterable[Part]
) -> tuple[Evidence, ...]:
    """Every fact the parts' reasons name, with its value in words and where it came from, once each."""
    nodes: dict[str, Name] = {}
    for template in document.templates:
        for part in template:
            if not isinstance(part, str):
                nodes |= {n.name: n for n in names_in(part) if n.kind != "local"}
    wanted = dict.fromkeys(name for part in parts for trace in part.traces for name in trace.facts)
    seen = {party.case.id: _seen(party.decision) for party in parties}
    found = []
    for told, party, name in owners(parties, wanted):
        evidence = seen[party.case.id].get(name) or _now(package, party, name, nodes)
        found.append(replace(evidence, name=told))
    return tuple(found)


def _seen(decision: Decision) -> dict[str, Evidence]:
    """What the decision saw, by name; what its conditions read directly counts most."""
    seen = (*(s for criterion in decision.criteria for s in criterion.seen), *decision.facts)
    return {s.name: Evidence(s.name, s.text, s.source) for s in seen}


def _now(package: Package, party: Party, name: str, nodes: Mapping[str, Name]) -> Evidence:
    """A value as it is in the case. `nodes`: names the wording uses."""
    excuse = party.case.excuses.get(name.removeprefix(EXCUSE)) if name.startswith(EXCUSE) else None
    if excuse is not None:
        said = excuse.finding.said if excuse.finding is not None else ""
        return Evidence(name, f"{'准予例外' if excuse.value else '不予例外'}，{said}", fact_source(excuse))
    facts, node = party.case.facts, nodes.get(name)
    if node is None and name in package.facts:
        node = Name(name, kind="fact", type=package.facts[name].type)
    text = party.reading.text(node, {}) if node is not None and not node.table else None
    return Evidence(name, text or "", fact_source(facts[name]) if name in facts else _standing(package, name))


def _standing(package: Package, name: str) -> str:
    """Where what is no fact comes from: the clauses of its definition."""
    for known in (package.parameters, package.derived, package.scores):
        if name in known:
            return "、".join(known[name].clauses)
    return ""


# ---- as data ----


def told(plan: DocumentPlan) -> Iterator[tuple[str, str, tuple[Trace, ...]]]:
    """What the letter says, in order: paragraphs, rows of tables, pictures."""
    for part in plan.parts:
        if isinstance(part, LetterParagraph):
            yield "标题" if part.level else "段", part.text, part.traces
        elif isinstance(part, LetterPicture):
            yield "图", part.text, part.traces
        else:
            for row in part.rows:
                yield "行", "　".join(cell.text for cell in row.cells if cell.text), row.traces


def packed(plan: DocumentPlan, shown: Visible | None = None) -> str:
    """Receipt, reasons and what the file shows as compact JSON. Facts go in by name: what a party gets must not tell it values that the letter
    does not say, unless that was asked for (`with_facts`)."""
    if plan.with_facts and len(text := _json(plan, shown, plan.evidence, values=True)) <= MAX_TRACE:
        return text
    text = _json(plan, shown, tuple(Evidence(e.name, "", "") for e in plan.evidence))
    return text if len(text) <= MAX_TRACE else _json(plan, shown, (), reasons=False)


def _json(
    plan: DocumentPlan,
    shown: Visible | None,
    evidence: tuple[Evidence, ...],
    *,
    values: bool = False,
    reasons: bool = True,
) -> str:
    places = {e.name: at for at, e in enumerate(evidence)}
    body = [
        [
            kind,
            text,
            [[t.criterion, list(t.clauses), [places[f] for f in t.facts if f in places]] for t in traces]
            if reasons
            else [],
        ]
        for kind, text, traces in told(plan)
    ]
    data = {
        "格式": FORMAT,
        "凭据": dict(receipt_of(plan)),
        "所据": to_plain(carried(plan.receipt.basis)),
        "文": body,
        "附值": values,
        "事实": [[e.name, e.text, e.source] for e in evidence],
        **({"所示": visible.to_plain(shown), "所示摘要": shown.digest} if shown is not None else {}),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str, file: str) -> Letter:
    """The letter told by `text`. Refused (E651) where it is not what `packed` writes."""
    try:
        data = json.loads(text)
        shown = visible.from_plain(data.pop("所示"), PurePath(file).suffix[1:].lower()) if "所示" in data else None
        if data["格式"] != FORMAT or any(find_hidden(found) for found in _strings(data)):
            raise ValueError(data["格式"])
        facts = [Evidence(*_texts(entry, 3)) for entry in data["事实"]]
        body = tuple(
            Told(str(kind), str(said), tuple(_reason(entry, facts) for entry in reasons))
            for kind, said, reasons in data["文"]
        )
        receipt = {str(name): str(value) for name, value in data["凭据"].items()}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise nothing(file) from None
    basis = _basis(data.get("所据"), receipt)
    faults = [] if agrees(receipt) else ["凭据与凭据码对不上，文件里的凭据被改动过"]
    faults += ["所据与所据码对不上，文件里的所据被改动过"] if basis is None and "所据" in data else []
    faults += ["文件里存的全文与它的摘要对不上，被改动过"] if shown and shown.digest != data.get("所示摘要") else []
    return Letter(file, receipt, body, tuple(faults), data.get("附值") is not False, basis, shown=shown)


def _basis(data: Any, receipt: Mapping[str, str]) -> Basis | None:
    """The basis a file tells, where it agrees with its own code and with the receipt."""
    try:
        found = from_plain(data)
    except ValueError:
        return None
    return found if found.name == receipt.get(CODE) else None


def _strings(data: Any) -> Iterator[str]:
    """Every text in it: escapes of JSON may hide what no letter holds, from lone surrogates to terminal controls."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list | dict):
        for part in data if isinstance(data, list) else (*data, *data.values()):
            yield from _strings(part)


def _texts(entry: Any, count: int) -> list[str]:
    if len(entry) != count or not all(isinstance(text, str) for text in entry):
        raise ValueError(entry)
    return list(entry)


def _reason(entry: Any, facts: list[Evidence]) -> Reason:
    criterion, clauses, places = entry
    return Reason(str(criterion), tuple(map(str, clauses)), tuple(facts[at] for at in places))


def nothing(file: str) -> Refused:
    """A file without receipt and reasons."""
    help = "只有本程序出具、没有去除属性的文件才有；改用 `guiju explain 案件`"
    return Refused(Problem("E651", f"`{file}` 里没有凭据和理由", help=help), 2)
