"""The reference chainer and the canonical order, against a hand-written history and against brute force."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.problem import Refused
from engine.procedure.chaining import Atom, Derivation, HornProgram, HornRule, Pattern, Result, Var, reference
from engine.procedure.chaining.explain import explain
from tests.procedure.chaining.programs import graph, small
from tests.sizes import examples

X, Y, Z = Var("X"), Var("Y"), Var("Z")

RULES = (
    HornRule("取消", (Pattern("状态", (X, "取消")),), (Pattern("整改", (X, Y)), Pattern("复核", (X, Y, "不符合")))),
    HornRule("整改", (Pattern("整改", (X, Y)), Pattern("出具", (X, "整改通知"))), (Pattern("考核", (X, Y, "不合格")),)),
    HornRule("回收", (Pattern("事项", (X, "回收牌匾")),), (Pattern("状态", (X, "取消")),)),
)
FACTS = (
    Atom("复核", ("甲", "2026", "不符合")),
    Atom("考核", ("甲", "2026", "不合格")),
    Atom("考核", ("乙", "2026", "不合格")),
    Atom("复核", ("乙", "2025", "不符合")),
)


def chain(facts: tuple[Atom, ...] = FACTS) -> Result:
    return reference.chain(HornProgram(RULES), facts)


def test_a_history() -> None:
    """乙 was found lacking in another year than its re-check, so only 甲 is struck off."""
    result = chain()
    assert result.given == FACTS
    assert result.derived == (
        Atom("整改", ("甲", "2026")),
        Atom("出具", ("甲", "整改通知")),
        Atom("整改", ("乙", "2026")),
        Atom("出具", ("乙", "整改通知")),
        Atom("状态", ("甲", "取消")),
        Atom("事项", ("甲", "回收牌匾")),
    )
    assert result.first[Atom("状态", ("甲", "取消"))] == Derivation(
        Atom("状态", ("甲", "取消")),
        "取消",
        (("X", "甲"), ("Y", "2026")),
        (Atom("整改", ("甲", "2026")), Atom("复核", ("甲", "2026", "不符合"))),
    )
    assert [step.rule for step in result.why(Atom("事项", ("甲", "回收牌匾")))] == ["整改", "取消", "回收"]
    assert result.why(FACTS[0]) == ()
    assert result.why(Atom("状态", ("丙", "取消"))) == ()


def test_a_given_fact_that_also_follows_stays_given() -> None:
    extra = Atom("状态", ("甲", "取消"))
    result = chain((extra, *FACTS))
    assert extra in result.given
    assert extra not in result.derived
    assert extra not in result.first
    assert extra in [derivation.fact for derivation in result.derivations]
    assert [step.rule for step in result.why(Atom("事项", ("甲", "回收牌匾")))] == ["回收"]


def test_the_first_derivation_never_rests_on_itself() -> None:
    """a and b follow from each other; only the way in from c is a reason."""
    a, b, c = (Pattern(name, (X,)) for name in "abc")
    rules = (HornRule("ab", (a,), (b,)), HornRule("ba", (b,), (a,)), HornRule("cb", (b,), (c,)))
    result = reference.chain(HornProgram(rules), [Atom("c", ("1",))])
    assert [(d.fact.predicate, d.rule) for d in result.derivations] == [("b", "cb"), ("a", "ab"), ("b", "ba")]
    assert {fact.predicate: d.rule for fact, d in result.first.items()} == {"b": "cb", "a": "ab"}


def test_an_earlier_round_beats_an_earlier_rule() -> None:
    """The shortest way is the explanation; among equally short ones the earlier rule, then the earlier fact."""
    long, short = Pattern("中", (X,)), Pattern("始", (X,))
    rules = (
        HornRule("远", (Pattern("果"),), (long,)),
        HornRule("近", (Pattern("果"),), (short,)),
        HornRule("近也", (Pattern("果"),), (short,)),
        HornRule("中", (long,), (short,)),
    )
    result = reference.chain(HornProgram(rules), [Atom("始", ("后",)), Atom("始", ("先",))])
    assert [(d.rule, d.premises[0].args[0]) for d in result.derivations if d.fact == Atom("果")] == [
        *(("近", "后"), ("近", "先"), ("近也", "后"), ("近也", "先")),
        *(("远", "后"), ("远", "先")),
    ]
    assert result.first[Atom("果")].rule == "近"


def brute(program: HornProgram, facts: tuple[Atom, ...]) -> set[Atom]:
    """The fixpoint by trying every fact in every place, again and again."""
    known = set(facts)
    while True:
        new = set()
        for rule in program.rules:
            for chosen in product(known, repeat=len(rule.body)):
                values: dict[str, str] = {}
                pairs = [
                    pair
                    for pattern, atom in zip(rule.body, chosen, strict=True)
                    for pair in (
                        *zip(pattern.terms, atom.args, strict=False),
                        (pattern.predicate, atom.predicate),
                        (str(len(pattern.terms)), str(len(atom.args))),
                    )
                ]
                if all((values.setdefault(t.name, v) if isinstance(t, Var) else t) == v for t, v in pairs):
                    new |= {
                        Atom(h.predicate, tuple(values[t.name] if isinstance(t, Var) else t for t in h.terms))
                        for h in rule.heads
                    }
        if new <= known:
            return known
        known |= new


@given(seed=st.integers(0, 2**32))
@settings(max_examples=examples(150), deadline=None)
def test_brute_force_agrees(seed: int) -> None:
    case = small(Random(seed))
    program = HornProgram(tuple(rule for rule in case.program.rules if len(rule.body) <= 2))
    assert set(reference.chain(program, case.facts).facts) == brute(program, case.facts)


@given(seed=st.integers(0, 2**32), order=st.randoms(use_true_random=False))
@settings(max_examples=examples(100), deadline=None)
def test_the_result_does_not_depend_on_the_order_of_firings(seed: int, order: Random) -> None:
    program, facts = graph(Random(seed))
    given_facts = program.check_facts(facts)
    firings = list(reference.instances(program, given_facts))
    expected = explain(program, given_facts, firings, "")
    order.shuffle(firings)
    assert explain(program, given_facts, firings + firings[:3], "") == expected


@given(seed=st.integers(0, 2**32), order=st.randoms(use_true_random=False))
@settings(max_examples=examples(100), deadline=None)
def test_what_follows_does_not_depend_on_the_order_of_facts(seed: int, order: Random) -> None:
    program, facts = small(Random(seed))
    expected = reference.chain(program, facts)
    other = reference.chain(program, order.sample(facts, len(facts)))
    assert set(other.derived) == set(expected.derived)
    assert set(other.derivations) == set(expected.derivations)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=examples(100), deadline=None)
def test_explanations_stand_on_earlier_facts(seed: int) -> None:
    result = reference.chain(*small(Random(seed)))
    place = {fact: number for number, fact in enumerate(result.facts)}
    assert set(result.first) == set(result.derived)
    for fact, derivation in result.first.items():
        assert all(place[premise] < place[fact] for premise in derivation.premises)
        steps = result.why(fact)
        known = set(result.given)
        for step in steps:
            assert set(step.premises) <= known
            known.add(step.fact)
        assert steps[-1].fact == fact


A, B = Atom("a", ("1",)), Atom("b", ("1",))
LIES = [
    ("premise does not fit", [(0, (B,))], (B,)),
    ("nobody gave the premise", [(0, (A,))], ()),
    ("a circle without a way in", [(0, (A,)), (1, (B,))], ()),
]


@pytest.mark.parametrize(("firings", "facts"), [lie[1:] for lie in LIES], ids=[lie[0] for lie in LIES])
def test_firings_are_checked(firings: list[tuple[int, tuple[Atom, ...]]], facts: tuple[Atom, ...]) -> None:
    a, b = Pattern("a", (X,)), Pattern("b", (X,))
    program = HornProgram((HornRule("ab", (b,), (a,)), HornRule("ba", (a,), (b,))))
    with pytest.raises(Refused) as refused:
        explain(program, facts, firings, "")
    assert [problem.code for problem in refused.value.problems] == ["E807"]


LIMITS = [("MAX_STEPS", "匹配次数"), ("MAX_MATCHES", "规则触发次数"), ("MAX_FACTS", "事实")]


@pytest.mark.parametrize(("limit", "said"), LIMITS)
def test_a_run_that_grows_too_far_is_stopped(monkeypatch: pytest.MonkeyPatch, limit: str, said: str) -> None:
    """Pairs of anything with anything: 40 facts, 1,600 pairs."""
    program = HornProgram((HornRule("成对", (Pattern("对", (X, Y)),), (Pattern("件", (X,)), Pattern("件", (Y,)))),))
    facts = [Atom("件", (str(number),)) for number in range(40)]
    assert len(reference.chain(program, facts).derived) == 1_600
    monkeypatch.setattr(reference, limit, 1_000)
    with pytest.raises(Refused) as refused:
        reference.chain(program, facts)
    (problem,) = refused.value.problems
    assert problem.code == "E806"
    assert problem.message.startswith(f"推理规模太大：{said}超过 `1000`")
