"""What a letter that burdens its party must carry, found wanting by `guiju check` before any case runs. Pure.

Party, facts, basis, statement or remedies, demands with their dates, organ, service: what can be told from the package.
How the party is re-checked and what follows otherwise are sentences, which only a reader can judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.base.problem import Problem
from engine.documents.lists import LISTS
from engine.documents.parties import SERVED
from engine.documents.reading import basis, names_in
from engine.language.tree import Name, Node
from engine.policy.package import DECIDED, NOTICE, Attachment, Block, Determination, Document, Outcome, Package
from engine.policy.uses import outcomes, template_nodes

_FACTS = frozenset({"fact", "table", "derived", "score", "decision-table", "finding"})
_SPEAKS: Mapping[str, str] = {NOTICE: "陈述申辩", DECIDED: "救济"}
"""What general law must have to say in a document of each stage."""


def check_duties(package: Package) -> list[Problem]:
    """W607: a burdening outcome, or a letter it gives rise to, that lacks something it must carry."""
    found = [
        problem
        for determination in package.determinations.values()
        for outcome in outcomes(determination)
        for problem in _outcome(package, determination, outcome)
    ]
    return list(dict.fromkeys(found))


def _outcome(package: Package, determination: Determination, outcome: Outcome) -> Iterator[Problem]:
    documents = [package.documents[name] for name in outcome.documents if name in package.documents]
    burdens = outcome.nature == "不利决定"
    letters = [d for d in documents if d.stage == NOTICE or (burdens and (d.to_party or d.stage))]
    who = f"`{determination.name}` 的结果 `{outcome.name}`"
    if burdens and documents and not letters:
        help = "为它写一件有 `主送` 的文书"
        yield Problem("W607", f"{who}对当事人不利，没有送达当事人的文书", outcome.span, help)
    for document in letters:
        lacking = list(_lacking(package, determination, outcome, document))
        if lacking:
            message = f"`{document.name}`（{outcome.name}）对当事人不利，缺少：{'；'.join(lacking)}"
            yield Problem("W607", message, document.span, "补写，或在 docs/documents.md 查看不利文书应当写明的内容")
    if letters and not any(SERVED in _locals(d) for d in documents):
        help = f"为它出具一件写有 `{{{SERVED}}}` 的文书，例如送达回证"
        yield Problem("W607", f"{who}的文书要送达，没有送达回证", outcome.span, help)
    for duty in outcome.duties if letters else ():
        if duty.due is not None and not any(_dates(package, d, duty.due) for d in letters):
            message = f"{who}要当事人“{duty.name}”，文书没有写明期限"
            yield Problem("W607", message, outcome.span, "在正文写出期限或者算出期限的参数")


def _lacking(package: Package, determination: Determination, outcome: Outcome, document: Document) -> Iterator[str]:
    if not document.addressee:
        yield "当事人（`主送`）"
    if not document.stage:
        yield "阶段（`阶段: 事先告知` 或 `决定`）"
    if not any(_states_facts(package, block) for block in document.blocks):
        yield "事实（正文没有写到任何事实、准则或得分）"
    if not document.clauses or not ({"条款", "规范题名"} & _locals(document) or _named(package, document)):
        yield "依据（`条款`，正文的 `{条款}`、`{规范题名}` 或规范的简称）"
    wanted = _SPEAKS.get(document.stage)
    if wanted and not any(
        a.kind == wanted
        and (not a.stages or document.stage in a.stages)
        and _speaks(package, a, determination, outcome)
        for a in package.attachments
    ):
        yield f"{wanted}（通则的 `附随` 没有写）"
    if not document.signature and not outcome.authority:
        yield "机关（`落款`）"


def _speaks(package: Package, law: Attachment, determination: Determination, outcome: Outcome) -> bool:
    """Whether general law may attach to the outcome, whoever turns out to decide where that follows from the case."""
    organ = package.organs.get(outcome.authority) if isinstance(outcome.authority, str) else None
    follows = not isinstance(outcome.authority, str) and any(law.binds(one) for one in package.organs.values())
    return law.concerns(outcome.nature, determination.dispute) and (law.binds(organ) or follows)


def _named(package: Package, document: Document) -> bool:
    """Whether the body names the regulation by its short name."""
    short = package.header.short
    texts = (text for block in document.blocks for part in block.templates for text in part)
    return bool(short) and any(isinstance(text, str) and f"《{short}》" in text for text in texts)


def _states_facts(package: Package, block: Block) -> bool:
    if block.each in package.groups or (block.each in LISTS and block.each not in ("依据口径", "相关口径")):
        return True
    return any(name.kind in _FACTS for node in template_nodes(*block.templates) for name in names_in(node))


def _locals(document: Document) -> set[str]:
    """The document's and its items' own names that the body prints."""
    nodes = template_nodes(*(t for block in document.blocks for t in block.templates))
    return {name.name for node in nodes for name in names_in(node) if name.kind == "local"}


def _dates(package: Package, document: Document, due: Node) -> bool:
    """Whether the body prints the duty's date, or something it is reckoned from."""
    if any(block.each == "义务" for block in document.blocks) or "期限" in _locals(document):
        return True
    rests = set(basis(package, due))
    nodes = template_nodes(*(t for block in document.blocks for t in block.templates))
    return any(isinstance(n, Name) and n.name in rests for node in nodes for n in names_in(node))
