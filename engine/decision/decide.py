"""A decision for people: one evaluation, dressed with words, sources, reasons, what is missing and what would help."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from engine.base.later import Later
from engine.decision.against import counted, findings_against, found_in
from engine.decision.attaching import attached_to
from engine.decision.basis import basis_of, with_years
from engine.decision.case import Case
from engine.decision.core import CriterionView, Evaluation, conclude, value_key, verdict, verdict_reasons, view_of
from engine.decision.facts import facts_digest
from engine.decision.leaves import failed
from engine.decision.limbs import limb_results, limits_of, message_of, remedy_of
from engine.decision.missing import Opened, find_missing
from engine.decision.model import (
    ADVERSE,
    BURDEN,
    HOLDS,
    LACKING,
    NOT_OPENED,
    UNCLEAR,
    UNDECIDED,
    CriterionResult,
    Decision,
    NamedFinding,
    ObligationDue,
    PremiseResult,
    Relied,
    Seen,
)
from engine.decision.notes import estimate_of, estimates_of, notes_of
from engine.decision.obstacles import find_obstacles
from engine.decision.places import placed
from engine.decision.program import Program, apart, compile_package, consulted
from engine.decision.relied import relied_name, relied_on, score_sheets
from engine.decision.remedies import favourable_of, find_remedy
from engine.decision.resting import rests_on
from engine.decision.tallies import deciding
from engine.decision.turning import OtherReadings, turning
from engine.decision.wording import fill, on_days, over_time, seen, show
from engine.decision.workings import workings
from engine.language import keys
from engine.language.keys import named_by
from engine.language.tree import Call, Name, Node, Value
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.policy.package import Criterion, Determination, Outcome, Package
from engine.policy.uses import outcomes

_BOUNDS = "日历：界限"
"""Where a program keeps itself by the bounds of its calendar."""
UNGROUNDED = "各种情形下结果相同，但究竟哪一项不符合尚未查明；查明以前不出具不利文书"


def decide(program: Program, case: Case, determination: str) -> Decision:
    """The determination for the case. Pure: the same program and case give the same Decision. KeyError for a
    determination the package does not have."""
    return dress(evaluate_whole(program, case, determination), case, facts_digest(case))


def evaluate_whole(program: Program, case: Case, determination: str) -> Evaluation:
    """One evaluation with every rule run, not only those the outcome's conditions rest on: what follows from an outcome
    (amount, duties, wording) may rest on more."""
    return conclude(view_of(program, determination), program.evaluated(case))


def evaluations(program: Program, case: Case, reasoned: bool = True) -> Callable[[str], Evaluation]:
    """Determination -> its evaluation: all over one evaluation of all rules, made when the first is asked for."""
    values: list[Values] = []

    def evaluation(determination: str) -> Evaluation:
        if not values:
            values.append(program.evaluated(case))
        return conclude(view_of(program, determination), apart(program, values[0]), reasoned)

    return evaluation


class Decided(Mapping[str, Decision]):
    """Every determination of a case by name, in the order of the package, over one evaluation of all rules; each is
    decided when it is first looked at."""

    def __init__(self, program: Program, case: Case) -> None:
        self.program, self.case = program, case
        self._facts, self._values = facts_digest(case), program.evaluated(case)
        self._opened = Opened(program, self._values)
        self._found: dict[str, Decision] = {}

    def __getitem__(self, name: str) -> Decision:
        if name not in self._found:
            evaluation = conclude(view_of(self.program, name), apart(self.program, self._values))
            self._found[name] = dress(evaluation, self.case, self._facts, self._opened)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.program.package.determinations)

    def __len__(self) -> int:
        return len(self.program.package.determinations)


def decide_all(program: Program, case: Case, determinations: Iterable[str] = ()) -> tuple[Decision, ...]:
    """Some determinations, else every one of the package in its order, over one evaluation of all rules."""
    decided = Decided(program, case)
    return tuple(decided[name] for name in tuple(determinations) or decided)


def dress(evaluation: Evaluation, case: Case, facts: str, opened: Opened | None = None) -> Decision:
    """The Decision of one evaluation. `facts`: the digest of the case's facts; `opened`: what its determinations share."""
    view, values = evaluation.view, evaluation.values
    program = view.program
    package = program.package
    definition = package.determinations[view.determination]
    outcome = outcome_of(evaluation, definition)
    bearing = counted(evaluation, outcome)
    readings = OtherReadings(evaluation, case)
    relied = relied_of(readings, outcome)
    duties = _duties(evaluation, outcome)
    authority = _authority(evaluation, outcome)
    attached, attached_notes = attached_to(evaluation, outcome, authority)
    note = fill(outcome.note, program, values).text if outcome is not None else ""
    grounded = not (evaluation.by_cases and outcome is not None and outcome.nature == BURDEN)
    estimated = estimates_of(program, view.determination, evaluation.deciding, values)
    estimated = estimated if estimated and _hinges(evaluation, case) else ()
    notes = (
        *notes_of(view, values, case, relied),
        *estimated,
        *attached_notes,
        *(() if grounded else (UNGROUNDED,)),
        *(d.provisional for d in duties if d.provisional),
    )
    found = Decision(
        determination=view.determination,
        case=case.id,
        as_of=case.as_of,
        outcome=evaluation.outcome,
        possible=evaluation.possible,
        nature=outcome.nature if outcome is not None else "",
        authority=authority,
        favourable=outcome is not None and (outcome.favourable or outcome.name in favourable_of(definition)),
        amount=_amount(evaluation, outcome),
        note=note,
        clauses=tuple(dict.fromkeys((*definition.clauses, *(outcome.clauses if outcome is not None else ())))),
        criteria=tuple(criterion_result(readings, shown, bearing[shown.name]) for shown in view.criteria),
        reasons=evaluation.deciding,
        opened=opened_by(evaluation),
        grounds=grounds_of(evaluation),
        missing=placed(evaluation, case, find_missing(evaluation, outcome, opened)),
        remedy=find_remedy(evaluation, case),
        relied=relied,
        documents=_documents(package, case, outcome) if outcome is not None and grounded else (),
        duties=duties,
        attached=attached,
        scores=score_sheets(evaluation),
        estimated=estimated,
        notes=tuple(dict.fromkeys(notes)),
        basis=basis_of(package, case.as_of, (), ((case.id, facts),)),
        facts=direct_facts(evaluation, case),
        obstacles=find_obstacles(evaluation),
        premises=premise_results(evaluation, case),
        found=findings_against(evaluation, case, outcome),
        workings=workings(evaluation, case, outcome),
    )
    # Last of all: by now everything that is told of the calendar has been read.
    return replace(found, basis=with_years(found.basis, package.calendar, consulted(program.slots, values).years))


def _documents(package: Package, case: Case, outcome: Outcome) -> tuple[str, ...]:
    """The documents an outcome gives rise to in the state the case is in."""
    held = case.facts.get(package.procedure.state_fact) if package.procedure is not None else None
    state = held.value if held is not None else None
    known = package.documents
    return tuple(name for name in outcome.documents if name not in known or known[name].issued_in(state))


def relied_of(readings: OtherReadings, outcome: Outcome | None) -> tuple[Relied, ...]:
    """What it relies on; of a reading that touches what is stated, whether that turns on it is found when somebody asks."""
    program, relied = readings.evaluation.view.program, relied_on(readings.evaluation, outcome)
    touching = {one.name for one in relied if one.kind == "interpretation" and one.stated.value}

    def turning_on() -> frozenset[str]:
        asked = [q for q in program.package.interpretations.values() if relied_name(q) in touching]
        return frozenset(map(relied_name, turning(readings, asked, _told)))

    found = Later(turning_on)
    return tuple(replace(r, stated=_among(found, r.name)) if r.name in touching else r for r in relied)


def _among(found: Later[frozenset[str]], name: str) -> Later[bool]:
    return Later(lambda: name in found.value)


def _told(evaluation: Evaluation) -> Hashable:
    """What a party is told of an evaluation: the outcome, who decides, what follows from it, and all that counts against it."""
    view, values = evaluation.view, evaluation.values
    program = view.program
    outcome = outcome_of(evaluation, program.package.determinations[view.determination])
    against = [name for name, bearing in counted(evaluation, outcome).items() if bearing == ADVERSE]
    criteria = [program.package.criteria[name] for name in against]
    reasons = tuple((c.name, message_of(c, limb_results(program, values, c))) for c in criteria)
    note = fill(outcome.note, program, values).text if outcome is not None else ""
    follows = _amount(evaluation, outcome), note, _duties(evaluation, outcome)
    return evaluation.outcome, evaluation.possible, _authority(evaluation, outcome), follows, reasons


def opened_by(evaluation: Evaluation) -> tuple[str, ...]:
    """The names that open the determination; () where it always is, is not, or its outcome is still open."""
    if evaluation.outcome in (UNDECIDED, NOT_OPENED) or evaluation.by_cases:
        return ()
    return evaluation.view.reasons.opened(evaluation.values, True)


def grounds_of(evaluation: Evaluation) -> tuple[str, ...]:
    """The facts that force the outcome by themselves; () while it is open."""
    if evaluation.outcome == UNDECIDED or evaluation.by_cases:
        return evaluation.deciding
    names = (*opened_by(evaluation), *evaluation.deciding)
    return evaluation.view.reasons.grounds(evaluation.values, evaluation.outcome, names)


def _hinges(evaluation: Evaluation, case: Case) -> bool:
    """Whether a notice not yet published might make another outcome of it: a day within a month of its limit is one of
    those, a claim made half a year before its last day is not."""
    early, late = (evaluate_whole(p, case, evaluation.view.determination) for p in _bounds(evaluation.view.program))
    return not early.outcome == late.outcome == evaluation.outcome


def _bounds(program: Program) -> tuple[Program, Program]:
    """The same rules by the bounds of the calendar; compiled once for a program."""
    if _BOUNDS not in program.views:
        calendars = program.package.calendar.bounds()
        program.views[_BOUNDS] = tuple(compile_package(replace(program.package, calendar=c)) for c in calendars)
    found: tuple[Program, Program] = program.views[_BOUNDS]
    return found


def premise_results(evaluation: Evaluation, case: Case) -> tuple[PremiseResult, ...]:
    """How it stands with what has to hold before; () for a determination that is not opened."""
    program, values = evaluation.view.program, evaluation.values
    if evaluation.outcome == NOT_OPENED:
        return ()
    words = {True: HOLDS, False: LACKING, None: UNCLEAR}
    return tuple(
        PremiseResult(
            p.sentence,
            words[program.value(p.condition, values)],
            p.first,
            _organ(evaluation, p.who),
            p.clauses,
            tuple(seen(program, values, case, name) for name in _stated(program.package, case, p.condition)),
        )
        for p in program.package.determinations[evaluation.view.determination].premises
    )


def _stated(package: Package, case: Case, condition: Node) -> list[str]:
    """The facts a condition reads, itself or through derived quantities, that events would tell but only the case says."""
    procedure = package.procedure
    told = {taken.fact for taken in procedure.taken} if procedure is not None else set[str]()
    read = dict.fromkeys(_read(package, condition))
    return [name for name in read if name in told and name in case.facts and not case.facts[name].recorded]


def _read(package: Package, node: Node) -> Iterator[str]:
    """The names a condition reads; of a derived quantity those that it reads."""
    for name in (n.name for n in nodes(node) if isinstance(n, Name)):
        if name in package.derived:
            yield from _read(package, package.derived[name].expression)
        else:
            yield name


def outcome_of(evaluation: Evaluation, definition: Determination) -> Outcome | None:
    """The definition of the settled outcome: of several with its name, the one whose condition holds, else the first
    whose condition may."""
    if evaluation.outcome in (UNDECIDED, NOT_OPENED):
        return None
    program, values = evaluation.view.program, evaluation.values
    named = [outcome for outcome in outcomes(definition) if outcome.name == evaluation.outcome]
    truths = [None if outcome.when is None else program.value(outcome.when, values) for outcome in named]
    ordered = [o for wanted in (True, None, False) for o, truth in zip(named, truths, strict=True) if truth is wanted]
    return next(iter(ordered), None)


def criterion_result(readings: OtherReadings, shown: CriterionView, bearing: str) -> CriterionResult:
    """A criterion's verdict in words, with what it saw and why."""
    evaluation, case = readings.evaluation, readings.case
    program, values = evaluation.view.program, evaluation.values
    criterion = program.package.criteria[shown.name]
    found = verdict(values, shown.slots)
    unmet = found == "未满足"
    excuse = case.excuses.get(shown.name) if unmet and criterion.strength == "一般应当" else None
    excused = values[shown.slots.passed] is True
    reasons = verdict_reasons(program, shown.name).find(values, found)
    limbs = limb_results(program, values, criterion)
    inexact = any(isinstance(values[slot], Fraction) for _, slot in shown.seen)
    limits = limits_of(program, values, criterion.requirement) if inexact else ()
    return CriterionResult(
        name=shown.name,
        verdict=found,
        strength=criterion.strength,
        clauses=criterion.clauses,
        sentence=criterion.sentence,
        seen=tuple(
            _of_records(evaluation, case, criterion, [seen(program, values, case, k, limits) for k, _ in shown.seen])
        ),
        message=message_of(criterion, limbs) if unmet else "",
        remedy=remedy_of(program, values, criterion, limbs) if unmet else "",
        excused=excuse.finding if excuse is not None and excused else None,
        origin=criterion.origin,
        groups=criterion.groups,
        refused=excuse.finding if excuse is not None and not excused else None,
        reasons=reasons,
        found=_findings(evaluation, case, shown.name) if unmet else (),
        limbs=limbs if len(limbs) > 1 else (),
        counted=bearing,
        rests=Later(lambda: rests_on(readings, shown.name)) if bearing == ADVERSE else Later.of(()),
    )


def _of_records(evaluation: Evaluation, case: Case, criterion: Criterion, found: Iterable[Seen]) -> Iterator[Seen]:
    """What it saw: of a table also the records that decide, of a parameter read on days of their own every value."""
    program, values, requirement = evaluation.view.program, evaluation.values, criterion.requirement
    for one in found:
        text = ""
        if one.kind == "table":
            calls = (part for part in nodes(requirement) if isinstance(part, Call) and _table_of(part) == one.name)
            text = "，".join(filter(None, [one.text, *(deciding(program, values, case, call) for call in calls)]))
        elif one.name in program.on_days and one.name in on_days(requirement):
            text = over_time(program.package.parameters[one.name])
        yield replace(one, text=text) if text else one


def _table_of(call: Call) -> str:
    first = call.args[0] if call.args else None
    return (first.table or first.name) if isinstance(first, Name) else ""


def _findings(evaluation: Evaluation, case: Case, criterion: str) -> tuple[NamedFinding, ...]:
    """Every 判断 that a failed part of the requirement rests on."""
    program = evaluation.view.program
    node = program.form.definitions[keys.required(criterion)].node
    return found_in(program, case, failed(program, evaluation.values, node))


def direct_facts(evaluation: Evaluation, case: Case) -> tuple[Seen, ...]:
    """Values the outcomes' conditions read themselves."""
    view = evaluation.view
    keys = dict.fromkeys(map(value_key, view.program.steps[view.determination].reads))
    return tuple(
        seen(view.program, evaluation.values, case, key)
        for key in keys
        if named_by(key) not in view.program.package.criteria
    )


def _authority(evaluation: Evaluation, outcome: Outcome | None) -> str:
    return _organ(evaluation, outcome.authority) if outcome is not None else ""


def authorities(evaluation: Evaluation) -> tuple[str, ...]:
    """Who acts in the outcomes that are still possible, each once; none where that is not known."""
    definition = evaluation.view.program.package.determinations[evaluation.view.determination]
    organs = (_organ(evaluation, one.authority) for one in outcomes(definition) if one.name in evaluation.possible)
    return tuple(dict.fromkeys(filter(None, organs)))


def _organ(evaluation: Evaluation, said: str | Node) -> str:
    """Who acts, by name; "" where that is not known."""
    if isinstance(said, str):
        return said
    value = evaluation.view.program.value(said, evaluation.values)
    return "" if value is None else show(evaluation.view.program.package, said, value)


def _amount(evaluation: Evaluation, outcome: Outcome | None) -> str:
    if outcome is None or outcome.amount is None:
        return ""
    return show(evaluation.view.program.package, outcome.amount, _amount_value(evaluation, outcome))


def _amount_value(evaluation: Evaluation, outcome: Outcome) -> Value:
    program, determination = evaluation.view.program, evaluation.view.determination
    index = outcomes(program.package.determinations[determination]).index(outcome)
    value: Value = evaluation.values[program.slots[keys.amount(determination, index)]]
    return value


def amount_of(evaluation: Evaluation) -> tuple[Value, str]:
    """The amount of what an evaluation comes to, in base units and as it is written; (None, "") where it has none, or it is
    not known."""
    outcome = outcome_of(evaluation, evaluation.view.program.package.determinations[evaluation.view.determination])
    if outcome is None or outcome.amount is None:
        return None, ""
    return _amount_value(evaluation, outcome), _amount(evaluation, outcome)


def _duties(evaluation: Evaluation, outcome: Outcome | None) -> tuple[ObligationDue, ...]:
    found, program = [], evaluation.view.program
    for duty in outcome.duties if outcome is not None else ():
        due, why = (None, "") if duty.due is None else _due(program, duty.due, evaluation.values)
        who, estimated = _organ(evaluation, duty.who), f"{duty.name}的期限{why}" if why else ""
        found.append(ObligationDue(duty.name, who, due, duty.clauses, estimated))
    return tuple(found)


def _due(program: Program, node: Node, values: Values) -> tuple[Any, str]:
    """A last day, and why it is only an estimate, by whatever quantity."""
    return program.value(node, values), estimate_of(program, node, values)
