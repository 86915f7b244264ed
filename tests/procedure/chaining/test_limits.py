"""Every limit of durable-rules: right up to our bound, refused or divided beyond it, and shown to matter where the
library fails rather than hangs or crashes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.base.problem import Refused
from engine.procedure.chaining import (
    Atom,
    Chainer,
    HornProgram,
    HornRule,
    Pattern,
    Var,
    durable,
    growth,
    model,
    network,
    reference,
)
from engine.procedure.chaining.durable import DURABLE, DurableChainer
from engine.procedure.chaining.growth import Gauge, Growth
from engine.procedure.chaining.reference import REFERENCE

X, Y = Var("X"), Var("Y")


def names(count: int) -> tuple[Var, ...]:
    return tuple(Var(f"V{number}") for number in range(count))


def same_pattern(size: int) -> HornProgram:
    return HornProgram(
        tuple(HornRule(str(n), (Pattern(f"果{n}", (X,)),), (Pattern("众", (X, Y)),)) for n in range(size))
    )


def constants(size: int) -> HornProgram:
    return HornProgram(
        tuple(HornRule(str(n), (Pattern("果", (X,)),), (Pattern("众", (X, f"值{n}")),)) for n in range(size))
    )


def joined(size: int) -> HornProgram:
    """Each fact 众 has one pending test for every rule."""
    body = (Pattern("引", (X,)), Pattern("众", (X, Y)))
    return HornProgram(tuple(HornRule(str(n), (Pattern(f"果{n}", (Y,)),), body) for n in range(size)))


def predicates(size: int) -> HornProgram:
    return HornProgram(
        tuple(HornRule(str(n), (Pattern("果", (X,)),), (Pattern(f"众{n}", (X, Y)),)) for n in range(size))
    )


def wide(size: int) -> HornProgram:
    line = names(size + 1)
    body = tuple(Pattern("边", (line[n], line[n + 1])) for n in range(size))
    return HornProgram((HornRule("宽", (Pattern("果", (line[0], line[-1])),), body),))


def long(size: int) -> HornProgram:
    """Two facts that agree in `size` arguments."""
    line = names(size)
    return HornProgram((HornRule("长", (Pattern("果", line[:1]),), (Pattern("甲", line), Pattern("乙", line))),))


def compared(size: int) -> HornProgram:
    """One premise with `size` tests: its alias and its constants."""
    return HornProgram((HornRule("检", (Pattern("果"),), (Pattern("甲", ("值",) * (size - 1)),)),))


FACTS = (
    *(
        Atom("引", ("1",)),
        Atom("众", ("1", "值0")),
        Atom("众", ("1", "值49")),
        Atom("众", ("2", "值510")),
        Atom("众499", ("1", "2")),
    ),
    *(Atom("边", ("a", "b")), Atom("边", ("b", "a"))),
)


def facts_of(program: HornProgram) -> tuple[Atom, ...]:
    """The facts above that fit, and one of equal arguments for each predicate they do not have."""
    known = [fact for fact in FACTS if fact.predicate in program.arities]
    others = {pattern.predicate for rule in program.rules for pattern in rule.body} - {fact.predicate for fact in known}
    return (*known, *(Atom(name, ("值",) * program.arities[name]) for name in sorted(others)))


@pytest.fixture
def no_program_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the adapter's own limits are reached."""
    for name in ("MAX_RULES", "MAX_BODY", "MAX_ARITY"):
        monkeypatch.setattr(model, name, 10_000)


DIVIDED: list[tuple[Callable[[int], HornProgram], tuple[int, ...]]] = [
    (same_pattern, (49, 50, 51, 64, 65, 100, 101, 254, 255, 256, 257, 300, 511, 512)),
    (constants, (50, 51, 64, 65, 255, 256, 500, 501, 510, 511, 512, 513, 600)),
    (joined, (50, 51, 63, 64, 65, 66, 100, 101, 128, 255, 256, 257)),
]


@pytest.mark.parametrize(("make", "size"), [(make, size) for make, sizes in DIVIDED for size in sizes])
def test_what_is_divided_among_aliases(make: Callable[[int], HornProgram], size: int) -> None:
    program = make(size)
    chainer = DurableChainer(program)
    result = chainer.run(facts_of(program))
    assert result == reference.chain(program, facts_of(program))
    assert result.derived
    assert len(chainer.network.aliases["众"]) == -(-size // 50)


REFUSED: list[tuple[Callable[[int], HornProgram], int, str, str | None]] = [
    # program, largest size, our limit, what the library does one above: E807 an error, "" wrong; None not tried (hangs)
    (predicates, 500, "network.MAX_ALIASES", None),
    (wide, 16, "network.MAX_WIDTH", "E807"),
    (long, 29, "network.MAX_JOINS", "E807"),
    (compared, 200, "network.MAX_TESTS", None),
    (predicates, 4_000, "network.MAX_ACTIONS", None),
]


@pytest.mark.parametrize(("make", "largest", "limit", "beyond"), REFUSED)
@pytest.mark.usefixtures("no_program_limits")
def test_what_is_refused(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[int], HornProgram], largest: int, limit: str, beyond: str | None
) -> None:
    if limit == "network.MAX_ACTIONS":
        with pytest.raises(Refused) as early:
            network.build(make(largest))
        assert "4000 条规则" not in early.value.problems[0].message, "refused for its aliases, not its rules"
    else:
        program = make(largest)
        result = Chainer(program).run(facts_of(program))
        assert (result.backend, result.note) == (DURABLE, "")
        assert result == reference.chain(program, facts_of(program))
        assert result.derived
    program = make(largest + 1)
    with pytest.raises(Refused) as refused:
        network.build(program)
    assert [problem.code for problem in refused.value.problems] == ["E808"]
    assert f"`{largest}`" in refused.value.problems[0].message
    fallback = Chainer(program).run(facts_of(program))
    assert (fallback.backend, fallback.note) == (REFERENCE, refused.value.problems[0].message)
    if beyond is not None:
        monkeypatch.setattr(f"engine.procedure.chaining.{limit}", largest + 1)
        with pytest.raises(Refused) as failed:
            DurableChainer(program).run(facts_of(program))
        assert [problem.code for problem in failed.value.problems] == [beyond]


def test_without_aliases_the_65th_pending_test_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "PREMISES_PER_ALIAS", 10_000)
    assert DurableChainer(joined(64)).run(FACTS) == reference.chain(joined(64), FACTS)
    with pytest.raises(Refused) as refused:
        DurableChainer(joined(65)).run(FACTS)
    assert [(problem.code, refused.value.exit_code) for problem in refused.value.problems] == [("E807", 2)]


def hashed(text: str) -> int:
    """32-bit FNV-1a, by which the library compares ids and names."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def test_ids_and_names_do_not_collide() -> None:
    assert hashed("costarring") == hashed("liquid"), "the function is the library's"
    ids = [str(number) for number in range(network.MAX_MESSAGES + 1)]
    states = [f"sid-{number}" for number in range(durable.SESSIONS)]
    assert len({hashed(text) for text in ids + states}) == len(ids) + len(states)
    places = range(model.MAX_ARITY)
    properties = ["id", "sid", "p", "$s", "$i", "$forward", *(f"a{n}" for n in places)]
    properties += [network.equality((one, other)) for other in places for one in range(other)]
    assert len({hashed(text) for text in properties}) == len(properties)
    assert len({hashed(f"m_{n}") for n in range(model.MAX_BODY)}) == model.MAX_BODY
    assert len({hashed(text) for text in ids[: durable.SESSIONS]}) == durable.SESSIONS


def test_an_id_that_collides_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library drops the second of two facts whose ids have one hash."""
    program = HornProgram((HornRule("一", (Pattern("果", (X,)),), (Pattern("件", (X,)),)),))
    message = durable._Run._message

    def colliding(run: durable._Run, number: int, alias: network.Alias, args: tuple[str, ...]) -> str:
        word = {1: "costarring", 2: "liquid"}[number]
        return message(run, number, alias, args).replace(f'"id":"{number}"', f'"id":"{word}"')

    monkeypatch.setattr(durable._Run, "_message", colliding)
    with pytest.raises(Refused) as refused:
        DurableChainer(program).run([Atom("件", ("甲",)), Atom("件", ("乙",))])
    assert [(problem.code, refused.value.exit_code) for problem in refused.value.problems] == [("E807", 2)]


PAIRS = HornProgram((HornRule("成对", (Pattern("对", (X, Y)),), (Pattern("件", (X,)), Pattern("件", (Y,)))),))
PIECES = tuple(Atom("件", (str(number),)) for number in range(9))
"""9 facts under one alias, 81 pairs: 90 facts, 81 firings, at most 9 + 81 partial matches."""


@pytest.mark.parametrize(
    ("limit", "least", "code"),
    [
        ("durable.MAX_MESSAGES", 9, "E808"),
        ("growth.MAX_PARTIAL", 90, "E808"),
        ("durable.MAX_FACTS", 90, "E806"),
        ("durable.MAX_MATCHES", 81, "E806"),
    ],
)
def test_runs_that_grow(monkeypatch: pytest.MonkeyPatch, limit: str, least: int, code: str) -> None:
    expected = reference.chain(PAIRS, PIECES)
    chainer = DurableChainer(PAIRS)
    monkeypatch.setattr(f"engine.procedure.chaining.{limit}", least)
    assert chainer.run(PIECES) == expected
    monkeypatch.setattr(f"engine.procedure.chaining.{limit}", least - 1)
    with pytest.raises(Refused) as refused:
        chainer.run(PIECES)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert f"`{least - 1}`" in refused.value.problems[0].message
    assert chainer.run(PIECES[:2]) == reference.chain(PAIRS, PIECES[:2]), "usable after a refusal"
    if code == "E808":
        result = Chainer(PAIRS).run(PIECES)
        assert (result.backend, result.note) == (REFERENCE, refused.value.problems[0].message)
        assert result == expected
    else:
        with pytest.raises(Refused):
            Chainer(PAIRS).run(PIECES)


def test_a_join_of_everything_with_everything_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten facts in sixteen places: 10^16 matches, which no backend may try."""
    program = HornProgram((HornRule("全", (Pattern("果"),), tuple(Pattern("件", (name,)) for name in names(16))),))
    monkeypatch.setattr(reference, "MAX_STEPS", 10_000)
    with pytest.raises(Refused) as unfit:
        DurableChainer(program).run(PIECES)
    with pytest.raises(Refused) as refused:
        Chainer(program).run(PIECES)
    assert [p.code for p in (*unfit.value.problems, *refused.value.problems)] == ["E808", "E806"]


def test_what_cannot_be_a_premise_does_not_count_against_the_bound() -> None:
    """A premise with a constant and an equality: of many facts, those that fit one of the two alone match nothing, and a
    history with many of them must not be refused."""
    body = (Pattern("件", ("甲", Var("X"), Var("X"))), Pattern("件", ("甲", Var("Y"), Var("Y"))))
    program = HornProgram((HornRule("一", (Pattern("果"),), body),))
    facts = [Atom("件", ("甲", f"{n}", f"{n + 1}")) for n in range(50)] + [Atom("件", ("乙", "1", "1"))]
    grown = Growth(Gauge(network.plan(rule) for rule in program.rules))
    for fact in [*facts, Atom("件", ("甲", "1", "1"))]:
        grown.add(fact)
    assert grown.total == partial_matches(program, (*facts, Atom("件", ("甲", "1", "1"))))


def partial_matches(program: HornProgram, facts: tuple[Atom, ...]) -> int:
    """How many partial matches there really are: every rule's first k premises as a rule of its own."""
    prefixes = HornProgram(
        tuple(
            HornRule(f"{number}:{size}", (Pattern(f"·{number}:{size}"),), rule.body[:size])
            for number, rule in enumerate(program.rules)
            for size in range(1, len(rule.body) + 1)
        )
    )
    return len(reference.instances(prefixes, facts))


def test_the_bound_holds() -> None:
    from random import Random

    from tests.procedure.chaining.programs import graph, small

    exact = 0
    for seed in range(300):
        for shape in (small, graph):
            program, facts = shape(Random(seed))
            everything = reference.chain(program, facts).facts
            grown = Growth(Gauge(network.plan(rule) for rule in program.rules))
            for fact in everything:
                grown.add(fact)
            actual = partial_matches(program, everything)
            assert grown.total >= actual
            exact += grown.total == actual
    assert exact > 100, "and is often exact"
    assert growth.MAX_PARTIAL >= model.MAX_MATCHES
