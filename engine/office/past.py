"""What the ledger records of the history of a case: its events with the duties they brought to an end, and the duties that a
decision brings to an end before anybody has entered it as an event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.base.canonical import Plain
from engine.decision.case import Case
from engine.decision.model import Decision
from engine.language.tree import Value
from engine.policy.package import Package
from engine.policy.procedure import Event
from engine.procedure.compiled import Compiled
from engine.procedure.entries import item_plain
from engine.procedure.history import Entry, History, Withdrawal
from engine.procedure.replay import replay
from engine.procedure.timeline import Duty, Timeline
from engine.record.act import Act
from engine.record.decided import Past

_DECIDED = "决定"
"""The number of the event that would tell of a decision; entered ones have digits or names of their own."""


def past_of(
    compiled: Compiled,
    history: History,
    timeline: Timeline,
    case: Case | None = None,
    decisions: Iterable[Decision] = (),
) -> Past:
    """What is recorded of a history, as `timeline` replays it: every event entered; each duty with a last day goes with the
    event that met it, or settled it when that day had passed, or with the decision of `case` that is about to."""
    closed: dict[str, list[Plain]] = {}
    for duty in timeline.duties:
        if duty.due is not None and (entry := duty.closed_by) is not None:
            closed.setdefault(entry.id, []).append(_term(duty, entry))
    acts = (
        (act, tuple(closed.get(item, ())) if act.kind == "事件" else ())
        for item, act in _events(compiled.package, history)
    )
    terms = {one.determination: tuple(_decided(compiled, history, case, one)) for one in decisions} if case else {}
    return Past(tuple(acts), {name: found for name, found in terms.items() if found})


def _term(duty: Duty, entry: Entry) -> list[Plain]:
    due = duty.due.isoformat() if duty.due is not None else ""
    return [duty.name, duty.who, due, entry.day.isoformat(), "、".join(duty.clauses)]


def _decided(compiled: Compiled, history: History, case: Case, decision: Decision) -> Iterator[list[Plain]]:
    """The terms that the event would bring to an end in which the decision will be entered: what the procedure asks of it
    follows from the case, as far as that says the same (取自)."""
    for event in compiled.procedure.events.values():
        for item, determination in event.concluded.items():
            if determination == decision.determination:
                entry = Entry(_DECIDED, event.name, decision.as_of, _payload(compiled, event, item, case, decision))
                found = replay(compiled, replace(history, items=(*history.items, entry)), decision.as_of)
                for duty in found.duties:
                    if duty.due is not None and (by := duty.closed_by) is not None and by.id == _DECIDED:
                        yield _term(duty, by)


def _payload(compiled: Compiled, event: Event, item: str, case: Case, decision: Decision) -> Mapping[str, Value]:
    known = {fact: one.value for fact, one in case.facts.items() if one.value is not None}
    facts: dict[str, str] = {}
    for taken in compiled.procedure.taken:
        if taken.event == event.name:
            facts |= dict(taken.keys) | ({taken.item: taken.fact} if taken.item else {})
    names = {field.name for field in event.payload} & {name for name, fact in facts.items() if fact in known}
    payload: dict[str, Value] = {name: known[facts[name]] for name in sorted(names)}
    return {**payload, item: decision.outcome}


def _events(package: Package, history: History) -> Iterator[tuple[str, Act]]:
    """Of each item 事件, 撤回, and 送达 of the documents whose day of service an event tells."""
    taken = package.procedure.taken if package.procedure is not None else ()
    serving = {one.event: [d.name for d in package.documents.values() if d.served == one.fact] for one in taken}
    for item in history.items:
        said = {**item_plain(item), "案件": history.case, "录入人": item.by}
        if isinstance(item, Withdrawal):
            yield item.id, Act("撤回", {"规范": package.id}, said)
            continue
        yield item.id, Act("事件", {"规范": package.id, "事件": item.event}, said)
        for document in serving.get(item.event, ()):
            sealed = {"案件": history.case, "日期": item.day.isoformat(), "编号": item.id}
            yield item.id, Act("送达", {"规范": package.id, "送达": document}, sealed)
