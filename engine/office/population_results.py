"""Edge: the results of a part of a population: what columns say, written over by what the interpreter says of rows they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.columns.plan import AskedColumns, Plan
from engine.decision.case import Case
from engine.decision.core import Evaluation, evaluate_case, plain_value, verdict
from engine.decision.decide import amount_of, evaluations
from engine.decision.missing import first_missing
from engine.decision.model import AMOUNT, BURDEN, UNDECIDED
from engine.intake.split import CASE
from engine.language import keys
from engine.language.values import quotient
from engine.policy.package import AS_OF, Outcome

if TYPE_CHECKING:
    import polars as pl

MISSING, GRADE = "先补", "等次"
"""What columns of the results are called behind the name of what they belong to."""

_FIRST = 3
"""How many missing facts are named."""


@dataclass(frozen=True, slots=True)
class PopulationPart:
    """Cases that are decided together under one plan: their frames, their numbers, and those at some places, ascending, as the
    interpreter takes them."""

    plan: Plan
    frames: Mapping[str, pl.DataFrame]
    ids: Sequence[str]
    cases: Callable[[Sequence[int]], Iterable[Case]]


class PopulationResults:
    """The columns of the results, as lists; those of rows that are open are written over by the interpreter."""

    def __init__(self, part: PopulationPart, out: pl.DataFrame) -> None:
        self.part, self.out = part, out
        self.columns: dict[str, list[Any]] = {}
        self.by: dict[str, list[Any]] = {}
        for asked in part.plan.asked:
            self.columns[asked.determination] = [one or UNDECIDED for one in out[asked.outcome].to_list()]
            self.columns[f"{asked.determination}·{MISSING}"] = [None] * out.height
            for name, (over, under) in asked.numbers.items():
                self.columns[_number_title(asked, name)] = _numbers(out, over, under)
            for score, column in asked.words.items():
                self.columns[f"{score}·{GRADE}"] = out[column].to_list()
            for criterion, column in asked.verdicts.items():
                self.columns[criterion] = out[column].to_list()

    def fact(self, name: str) -> list[Any]:
        """A fact of the cases as it is written. Raises Refused: E501 where it is none that cases can be counted by."""
        declared = self.part.plan.program.package.facts.get(name)
        if declared is None or declared.type.kind not in ("enum", "text", "bool"):
            help_ = did_you_mean(name, self.part.plan.program.package.facts) or "写枚举、文本或是否的事实"
            raise Refused(Problem("E501", f"不能按 `{name}` 分列", help=help_), 2)
        held = self.out[name].to_list() if name in self.out.columns else [None] * self.out.height
        return ["是" if one is True else "否" if one is False else one for one in held]

    def settle(self) -> int:
        """How many rows the interpreter decided."""
        wanted: dict[int, list[AskedColumns]] = {}
        for asked in self.part.plan.asked:
            for place in (self.out[asked.open] | self.out[asked.outcome].is_null()).arg_true().to_list():
                wanted.setdefault(place, []).append(asked)
        program = self.part.plan.program
        places = sorted(wanted)
        for place, case in zip(places, self.part.cases(places), strict=True):
            whole = evaluations(program, case, reasoned=False)
            for asked in wanted[place]:
                self.told(asked, place, self.evaluated(asked, place, case, whole))
        return len(wanted)

    def evaluated(self, asked: AskedColumns, place: int, case: Case, whole: Callable[[str], Evaluation]) -> Evaluation:
        """A row by the interpreter: what is missing, or the amount, may rest on more than the outcome."""
        name = asked.determination
        known = self.out[asked.open][place] or self.out[asked.outcome][place] is not None
        if AMOUNT not in asked.numbers and known:
            found = evaluate_case(self.part.plan.program, case, name, reasoned=False)
            if found.outcome != UNDECIDED:
                return found
        return whole(name)

    def told(self, asked: AskedColumns, place: int, found: Evaluation) -> None:
        """What the interpreter says of a row, in the place of what columns say."""
        program, columns, name = self.part.plan.program, self.columns, asked.determination
        columns[name][place] = found.outcome
        for criterion in asked.verdicts:
            columns[criterion][place] = verdict(found.values, program.layout.criterion(criterion))
        for score in asked.words:
            columns[f"{score}·{GRADE}"][place] = found.values[program.slots[keys.band(score)]]
        for number in asked.numbers:
            value = amount_of(found)[0] if number == AMOUNT else found.values[program.slots[number]]
            columns[_number_title(asked, number)][place] = plain_value(value)
        if found.outcome == UNDECIDED:
            columns[f"{name}·{MISSING}"][place] = "、".join(first_missing(found, _FIRST))

    def adverse(self) -> Iterator[int]:
        """The rows of which some outcome is adverse, or open."""
        package = self.part.plan.program.package
        bad = {
            name: {UNDECIDED, *(o.name for o in package.determinations[name].outcomes if is_adverse(o))}
            for name in (asked.determination for asked in self.part.plan.asked)
        }
        for place in range(len(self.part.ids)):
            if any(self.columns[name][place] in open_ for name, open_ in bad.items()):
                yield place

    def frame(self) -> pl.DataFrame:
        """A row a case: number, day, then of each determination everything it says."""
        import polars as pl

        day = self.part.plan.program.package.as_of.isoformat()
        columns = {CASE: list(self.part.ids), AS_OF: [day] * len(self.part.ids), **self.by, **self.columns}
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _number_title(asked: AskedColumns, name: str) -> str:
    return f"{asked.determination}·{AMOUNT}" if name == AMOUNT else name


def _numbers(out: pl.DataFrame, over: str, under: str) -> list[Any]:
    """Numbers as they are written, exactly: each different one once."""
    pairs = list(zip(out[over].to_list(), out[under].to_list(), strict=True))
    written = {
        pair: None if None in pair else plain_value(quotient(Decimal(pair[0]), Decimal(pair[1]))) for pair in set(pairs)
    }
    return [written[pair] for pair in pairs]


def is_adverse(outcome: Outcome) -> bool:
    """Whether it is a burden; where nothing is said of its legal character, whether it is not the favourable one."""
    return outcome.nature == BURDEN if outcome.nature else not outcome.favourable
