"""What the examples of a procedure exercise: states, rules, events, requirements met and violated, how duties end."""

from __future__ import annotations

from engine.decision.coverage import GoalsReached
from engine.policy.check_procedure import duties_of
from engine.policy.procedure import Procedure
from engine.procedure.timeline import Timeline


def goals(procedure: Procedure) -> dict[str, list[str]]:
    """Everything an example could exercise, by kind, in the package's order."""
    moves = [rule.name for rule in procedure.rules.values() if rule.target]
    return {
        "状态": list(procedure.states),
        "程序生效": list(procedure.rules),
        "状态转变": moves,
        "事件": [event.name for event in procedure.events.values() if not event.derived],
        "前提挡住": [event.name for event in procedure.events.values() if event.requirements and event.by_hand],
        "事项产生": list(dict.fromkeys(duty.name for _, duty in duties_of(procedure))),
        "事项履行": list(dict.fromkeys(duty.name for _, duty in duties_of(procedure) if duty.fulfilment)),
        "逾期处理": list(dict.fromkeys(duty.name for _, duty in duties_of(procedure) if duty.settlement)),
    }


class ProcedureCoverage(GoalsReached):
    """What histories have reached of the goals of a procedure."""

    def record(self, timeline: Timeline, initial: str) -> None:
        """Add what one replay exercised."""
        found = {
            "状态": {initial, *(move.after for move in timeline.moves)},
            "程序生效": {effect.rule for effect in timeline.effects},
            "状态转变": {move.effect.rule for move in timeline.moves},
            "事件": {entry.event for entry in timeline.events},
            "前提挡住": {refusal.entry.event for refusal in timeline.refused},
            "事项产生": {duty.name for duty in timeline.duties},
            "事项履行": {duty.name for duty in timeline.duties if duty.met_by},
            "逾期处理": {duty.name for duty in timeline.duties if duty.settled_by},
        }
        for kind, names in found.items():
            self.reached.setdefault(kind, set()).update(names)
