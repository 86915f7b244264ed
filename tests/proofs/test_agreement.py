"""Terms say of a case what the evaluator says: on packages by chance, and every planted fault of a form is found so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.language.functions import FUNCTIONS
from engine.language.row import InSolver
from engine.proofs import forms
from engine.proofs.terms import ValueTerm, minus, plus
from tests.proofs.chance import disagreeing
from tests.sizes import sized

ELSEWHERE = ("属于", "当日值", "未知", "选", "添格", "计数", "合计", "存在", "种数", "逐月最少")
"""Rows whose form is made where lists, records and parameters are read."""
SEEDS = range(sized(8, 400))


@pytest.mark.parametrize("seed", SEEDS)
def test_terms_and_evaluator_agree(seed: int) -> None:
    assert list(disagreeing(seed)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_terms_say_while_something_is_unknown_is_right(seed: int) -> None:
    assert list(disagreeing(seed, blank=0.3)) == []


def test_every_row_has_a_form_or_says_why_not() -> None:
    made = {*forms.STRICT, *forms.PARTIAL, *ELSEWHERE}
    stated = {name for name, row in FUNCTIONS.items() if isinstance(row.solver, InSolver) and row.rewrite is None}
    assert stated - made == set()
    assert {name for name in made if not isinstance(FUNCTIONS[name].solver, InSolver)} == set()
    assert made - set(FUNCTIONS) == set()


def _last(tools: Any, parts: Any) -> Any:
    return forms._first(tools, [*(p for pair in reversed(forms._pairs(parts)) for p in pair), parts[-1]])


def _any_hit(tools: Any, parts: Any) -> Any:
    return forms._first(tools, parts)


def _with_default(tools: Any, parts: Any) -> Any:
    found = forms._cumulated(tools, parts)
    return ValueTerm(plus(found.value, parts[-1].value), found.known)


def _inverse(tools: Any, parts: Any) -> Any:
    return forms._count_unmet(tools, [forms.opposite(part) for part in parts])


PLANTED: dict[str, tuple[dict[str, Any], str, Callable[..., Any]]] = {
    "大于当作不小于": (forms.STRICT, ">", forms.STRICT["≥"]),
    "不大于当作小于": (forms.STRICT, "≤", forms.STRICT["<"]),
    "先中的当作后中的": (forms.PARTIAL, "首中", _last),
    "各行的值不必相同": (forms.PARTIAL, "同值", _any_hit),
    "累计连默认也加": (forms.PARTIAL, "累计", _with_default),
    "数的是成立的几项": (forms.PARTIAL, "界数", _inverse),
    "最大当作最小": (forms.PARTIAL, "取大", forms.PARTIAL["取小"]),
    "四舍五入当作舍去": (forms.STRICT, "四舍五入", lambda tools, value, places: forms.floor(value)),
    "差反了": (forms.STRICT, "−", lambda tools, one, other: minus(other, one)),
    "月初当作月末": (forms.STRICT, "月末", forms.STRICT["月初"]),
    "日后多一日": (forms.STRICT, "日后", lambda tools, day, count: plus(plus(day, count), 1)),
    "除数为零也有商": (forms.DEFINED, "÷", lambda one, other: True),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_of_a_form_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    where, row, wrong = PLANTED[name]
    monkeypatch.setitem(where, row, wrong)
    assert any(True for seed in range(80) for _ in disagreeing(seed, cases=2))
