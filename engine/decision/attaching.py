"""What general law attaches to an outcome: by its nature, its documents' stages, the deciding organ, the kind of dispute."""

from __future__ import annotations

from engine.decision.core import Evaluation
from engine.decision.model import BURDEN, Attached
from engine.decision.notes import estimate_of
from engine.decision.program import Program
from engine.decision.wording import fill
from engine.lowered.calls import Values
from engine.policy.package import DECIDED, Attachment, Outcome


def attached_to(
    evaluation: Evaluation, outcome: Outcome | None, organ: str
) -> tuple[tuple[Attached, ...], tuple[str, ...]]:
    """What attaches to an outcome by which the organ of that name decides, and cautions: about dates that are estimates, and
    that general law speaks by kinds of organs where nobody told of what kind this one is."""
    program, values = evaluation.view.program, evaluation.values
    package = program.package
    if outcome is None:
        return (), ()
    dispute, listed = package.determinations[evaluation.view.determination].dispute, package.organs.get(organ)
    found, notes = [], []
    for item in package.attachments:
        if not item.concerns(outcome.nature, dispute) or not _stage(item, outcome, program, values):
            continue
        if not item.binds(listed):
            if listed is None:
                notes.append(unlisted(organ))
            continue
        due, why = (None, "")
        if item.due is not None:
            due, why = program.value(item.due, values), estimate_of(program, item.due, values)
        header = package.headers.get(item.origin)
        text = fill(item.about(listed).text, program, values).text
        title = header.title if header is not None else item.origin
        found.append(Attached(item.name, item.kind, text, item.clauses, due, title, item.stages))
        if why:
            notes.append(f"{item.name}的期限{why}")
    return tuple(found), tuple(dict.fromkeys(notes))


def unlisted(organ: str) -> str:
    """That nobody told of what kind the organ is."""
    who = f"作决定的机关“{organ}”没有列入机关名录" if organ else "作决定的机关没有写明"
    return f"{who}，属于哪一类不明，按机关类别附随的救济、送达等没有附上"


def _stage(item: Attachment, outcome: Outcome, program: Program, values: Values) -> bool:
    """Whether `item` attaches by the stage of the documents that the outcome gives rise to.

    A burdening outcome without such a document is a decision all the same. What the office must do before it decides
    (办理) is not asked for again where the decision names the prior notice and that has been served."""
    documents = [program.package.documents[name] for name in outcome.documents if name in program.package.documents]
    stages = {document.stage for document in documents if document.stage}
    if outcome.nature == BURDEN and not stages:
        stages = {DECIDED}
    if not item.stages:
        return True
    noticed = any(document.notice and values[program.slots[document.notice]] is not None for document in documents)
    to_do = "办理" in item.stages and DECIDED in stages and not (noticed and item.kind == "陈述申辩")
    return to_do or not stages.isdisjoint(item.stages)
