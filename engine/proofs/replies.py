"""What a question came to, and what is wrong with the rules then. Knows no solver."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.proofs.questions import DeepQuestion

PROVED, WITNESSED, BOUNDED, UNKNOWN = "已证", "有例", "有界", "未知"
"""No case at all; a case; none among ledgers of the patterns looked at; not known, and why."""


@dataclass(frozen=True, slots=True)
class SupposedValue:
    """`name` is `now` in the real case and `instead` in the witness, as people write it."""

    name: str
    now: str
    instead: str


@dataclass(frozen=True, slots=True)
class Reply:
    """`status`: one of the words above. A case is the real case `case` with `moves` (none where it is so as it is), or one
    made of them alone (`case` is "")."""

    question: DeepQuestion
    status: str
    case: str = ""
    moves: tuple[SupposedValue, ...] = ()
    why: str = ""

    @property
    def problems(self) -> Iterator[Problem]:
        """What is wrong with the rules, with the case that shows it."""
        if self.question.wanted and self.status == PROVED:
            yield self.question.problem
        elif not self.question.wanted and self.status == WITNESSED:
            one = self.question.problem
            yield Problem(one.code, f"{one.message}：{self.said}", one.place, one.help)

    @property
    def said(self) -> str:
        """The case in words."""
        if not self.moves:
            return f"{self.case} 就是这样"
        if not self.case:
            return "例如" + "、".join(f"{move.name}为{move.instead}" for move in self.moves)
        return f"以 {self.case} 为例，若" + "、".join(f"{m.name}为{m.instead}（现为{m.now}）" for m in self.moves)
