"""What differs between two decisions of one determination for one case. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.base.classes import dataclass
from engine.decision.model import NOT_OPENED, Decision

ABSENT = "（没有这个决定）"


@dataclass(frozen=True, slots=True)
class Shift:
    """Something the two say differently, each in a line; "" where one says nothing."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DecisionShift:
    """`before` and `after` are outcomes, the same where only `details` differ; `deciding`: the criteria that decide `after`."""

    determination: str
    before: str
    after: str
    details: tuple[Shift, ...]
    deciding: tuple[str, ...] = ()

    @property
    def turned(self) -> bool:
        """The outcome is another."""
        return self.before != self.after


def compared(before: Sequence[Decision], after: Sequence[Decision]) -> list[DecisionShift]:
    """The determinations that came to something else, or to the same for other reasons or with other consequences."""
    old, new = ({decision.determination: decision for decision in found} for found in (before, after))
    shifts = []
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        was, is_ = (decision.outcome if decision else ABSENT for decision in (one, other))
        details = tuple(_details(one, other)) if one and other and not was == is_ == NOT_OPENED else ()
        if was != is_ or details:
            deciding = _turning(one, other) if one and other and was != is_ else ()
            shifts.append(DecisionShift(name, was, is_, details, deciding))
    return shifts


def _turning(before: Decision, after: Decision) -> tuple[str, ...]:
    """The criteria on which a turned outcome turns: of those that decide either, the ones with another verdict; where there
    is none, all that decide the later one."""
    old, new = _verdicts(before), _verdicts(after)
    named = dict.fromkeys((*before.reasons, *after.reasons))
    return tuple(name for name in named if old.get(name) != new.get(name)) or after.reasons


def _details(before: Decision, after: Decision) -> Iterator[Shift]:
    organs = (before.authority, after.authority) if before.authority and after.authority else ("", "")
    for what, one, other in (
        ("金额", before.amount, after.amount),
        ("机关", *organs),
        ("须先", _first(before), _first(after)),
        *_verdicts_of(before, after),
        *_both(_scores(before), _scores(after)),
        ("还缺", _missing(before), _missing(after)),
        ("文书", "、".join(before.documents), "、".join(after.documents)),
        *_both(_duties(before), _duties(after)),
        *_stated(before, after),
        ("补救", *_remedies(before, after)),
    ):
        if one != other:
            yield Shift(what, one, other)


def _both(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(name, before.get(name, ""), after.get(name, "")) for name in dict.fromkeys((*before, *after))]


def _verdicts_of(before: Decision, after: Decision) -> list[tuple[str, str, str]]:
    """A criterion that is gone decides nothing any more; a new one is told where it is not simply met."""
    old, new = _verdicts(before), _verdicts(after)
    return [
        (name, old.get(name, ""), verdict)
        for name, verdict in new.items()
        if name in old or verdict not in ("满足", "不适用")
    ]


def _verdicts(decision: Decision) -> dict[str, str]:
    return {c.name: f"{c.verdict}，准予例外" if c.excused else c.verdict for c in decision.criteria}


def _stated(before: Decision, after: Decision) -> list[tuple[str, str, str]]:
    """What the party is told of a criterion that counts against it under both."""
    old, new = ({c.name: c.message for c in decision.against} for decision in (before, after))
    return [(f"{name}的理由", old[name], message) for name, message in new.items() if name in old]


def _remedies(before: Decision, after: Decision) -> tuple[str, str]:
    """What would reach the favourable outcome; where the outcome is another, that is told by it."""
    if before.outcome != after.outcome:
        return "", ""
    one, other = (decision.remedy.sentence if decision.remedy else "" for decision in (before, after))
    return one, other


def _scores(decision: Decision) -> dict[str, str]:
    return {sheet.name: f"{sheet.total}{f'（{sheet.band}）' if sheet.band else ''}" for sheet in decision.scores}


def _duties(decision: Decision) -> dict[str, str]:
    return {f"{duty.name}的期限": duty.due.isoformat() if duty.due else "没有期限" for duty in decision.duties}


def _missing(decision: Decision) -> str:
    return "、".join(missing.name for missing in decision.missing if missing.matters)


def _first(decision: Decision) -> str:
    return "；".join(premise.first for premise in decision.premises if premise.lacking)
