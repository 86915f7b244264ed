"""Random programs for comparing chainers: many small ones, and the sizes at which durable-rules was seen to fail.

`random_case(rng)` draws a shape and fills it. Everything comes from the generator `rng`, so a seed names a case.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from engine.procedure.chaining import Atom, HornProgram, HornRule, Pattern, Var


class Case(NamedTuple):
    """A program and the facts it is run on."""

    program: HornProgram
    facts: tuple[Atom, ...]


WORDS = (
    *("甲", "乙", "丙", "丁", "不合格", "2026", "2026年", ""),
    *("1", "1.0", "01", "1e0", "true", "null", "NaN", "9223372036854775808", "1e22", "-0"),
    *("costarring", "liquid", "declinate", "macallums", "altarage", "zinke"),  # pairs with the same 32-bit FNV-1a
    *("é", "e\u0301", "Å", "\u212b", "ß", "ss", "ﬁ", "fi", "１", "²"),  # equal only after normalisation
    *('"', "\\", "\\u0041", '{"p":"0"}', "$s", "$m", "sid", "id", "p", "a0", "m_0", "%s", "'", "a.b", "$forward"),
    *("\x00", "a\x00b", "\n", "\u202e", "\u200b", "\ud800", "\udfff", "𠮷", "👨‍👩‍👧", " ", "　", "x" * 300),
)
"""Arguments that look alike, escape badly, or have been taken for something else."""

NAMES = (
    "事件",
    "状态",
    "事项",
    "出具",
    "A",
    "a",
    "p",
    "m_0",
    "$s",
    "boot",
    "r0",
    "liquid",
    "costarring",
    "",
    "\x00",
    "\ud801",
)


def small(rng: Random) -> Case:
    """A few rules over a few predicates, joins, constants, repeated variables, circles, several conclusions."""
    arities = {name: rng.choice((0, 1, 1, 2, 2, 3)) for name in rng.sample(NAMES, rng.randint(2, 5))}
    told = list(arities)[: rng.randint(1, 2)]
    words = rng.sample(WORDS, rng.randint(2, 4))
    variables = [Var(name) for name in ("X", "Y", "Z", "W")[: rng.randint(1, 4)]]

    def pattern(predicate: str, names: list[Var]) -> Pattern:
        terms = [
            rng.choice(names) if names and rng.random() < 0.88 else rng.choice(words) for _ in range(arities[predicate])
        ]
        return Pattern(predicate, tuple(terms))

    rules = []
    for number in range(rng.choice((0, 1, 2, 3, 4, 5, 6))):
        sources = told if rng.random() < 0.6 else list(arities)
        body = tuple(pattern(rng.choice(sources), variables) for _ in range(rng.choice((1, 1, 2, 2, 2, 3, 4))))
        bound = [term for premise in body for term in premise.terms if isinstance(term, Var)]
        heads = tuple(pattern(rng.choice(list(arities)), bound) for _ in range(rng.choice((1, 1, 2))))
        rules.append(HornRule(f"规则{number}", heads, body))
    facts = []
    for _ in range(rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8))):
        predicate = rng.choice(told)
        facts.append(Atom(predicate, tuple(rng.choice(words) for _ in range(arities[predicate]))))
    return Case(HornProgram(tuple(rules)), tuple(facts))


def chain_of_rules(rng: Random) -> Case:
    """Each rule's conclusion is the next one's premise; at times the last leads back to the first."""
    length = rng.choice((1, 2, 30, 63, 64, 65, 120))
    x = Var("X")
    steps = [HornRule(f"第{n}步", (Pattern(f"第{n + 1}", (x,)),), (Pattern(f"第{n}", (x,)),)) for n in range(length)]
    if rng.random() < 0.5:
        steps.append(HornRule("回到起点", (Pattern("第0", (x,)),), (Pattern(f"第{length}", (x,)),)))
    rng.shuffle(steps)
    return Case(HornProgram(tuple(steps)), tuple(Atom("第0", (word,)) for word in rng.sample(WORDS, rng.randint(0, 3))))


def graph(rng: Random) -> Case:
    """Paths along random edges: recursion, circles, a fact that stands for several premises."""
    x, y, z = Var("X"), Var("Y"), Var("Z")
    second = rng.choice(("边", "路"))
    rules = (
        HornRule("一步", (Pattern("路", (x, y)),), (Pattern("边", (x, y)),)),
        HornRule("多步", (Pattern("路", (x, z)),), (Pattern("路", (x, y)), Pattern(second, (y, z)))),
        HornRule("回路", (Pattern("环", (x,)),), (Pattern("路", (x, x)),)),
        HornRule(
            "互通", (Pattern("通", (x, y)), Pattern("通", (y, x))), (Pattern("路", (x, y)), Pattern("路", (y, x)))
        ),
    )
    nodes = rng.sample(WORDS, rng.randint(1, 6))
    edges = tuple(Atom("边", (rng.choice(nodes), rng.choice(nodes))) for _ in range(rng.randint(0, 9)))
    return Case(HornProgram(tuple(rng.sample(rules, rng.randint(1, 4)))), edges)


def crowd(rng: Random) -> Case:
    """Many premises on one predicate: the same pattern, other constants, other joins; around 50, 64, 255 and 512."""
    size = rng.choice((49, 50, 51, 63, 64, 65, 100, 101, 128, 255, 256, 257, 300, 511, 512, 513))
    x, y = Var("X"), Var("Y")
    kinds = ("same", "constants", "joins", "joined")
    kind = rng.choice((*kinds, "mixed"))
    rules = []
    for number in range(size):
        how = rng.choice(kinds) if kind == "mixed" else kind
        body = {
            "same": (Pattern("众", (x, y)),),
            "constants": (Pattern("众", (x, str(number))),),
            "joins": (Pattern("众", (x, y)), Pattern("众", (y, rng.choice((x, y))))),
            "joined": (Pattern("引", (x,)), Pattern("众", (rng.choice((x, y)), x))),
        }[how]
        rules.append(HornRule(f"规则{number}", (Pattern(f"果{number % 7}", (x,)),), body))
    values = ["甲", *(str(rng.randrange(size)) for _ in range(3)), str(size - 1)]
    facts = tuple(Atom("众", (rng.choice(values), rng.choice(values))) for _ in range(rng.randint(1, 3)))
    return Case(HornProgram(tuple(rules)), (Atom("引", ("甲",)), *facts))


def wide(rng: Random) -> Case:
    """Joins of up to 16 facts, each connected with one before; one fact may stand for all of them."""
    width = rng.choice((2, 8, 15, 16))
    names = [Var(f"V{n}") for n in range(width + 1)]
    body = tuple(
        Pattern(rng.choice("左右"), (names[n] if rng.random() < 0.9 else rng.choice(names[: n + 1]), names[n + 1]))
        for n in range(width)
    )
    used = [term for premise in body for term in premise.terms if isinstance(term, Var)]
    rules = (HornRule("宽", (Pattern("果", tuple(rng.sample(used, 2))),), body),)
    values = rng.sample(WORDS, 2)
    if rng.random() < 0.5:  # one way round, so that the matches stay few
        facts = tuple(Atom(side, (values[0], values[0])) for side in "左右")
    else:
        facts = tuple(Atom(side, pair) for side in "左右" for pair in ((values[0], values[1]), (values[1], values[0])))
    return Case(HornProgram(rules), facts)


def long_facts(rng: Random) -> Case:
    """Predicates with up to 24 arguments, joined on many of them."""
    arity = rng.choice((10, 23, 24))
    names = tuple(Var(f"V{n}") for n in range(arity))
    second = tuple(name if rng.random() < 0.9 else rng.choice(names) for name in names)
    rules = (
        HornRule("全等", (Pattern("同", (names[0], names[-1])),), (Pattern("长", names), Pattern("另", second))),
        HornRule("搬移", (Pattern("另", names[::-1]),), (Pattern("长", names),)),
    )
    values = rng.sample(WORDS, 2)
    rows = [tuple(rng.choice(values) if rng.random() < 0.2 else values[0] for _ in range(arity)) for _ in range(3)]
    facts = tuple(Atom(predicate, row) for predicate in ("长", "另") for row in rows)
    return Case(HornProgram(rules), facts)


def big(rng: Random) -> Case:
    """A program of the size of a regulation: states, events with dates and results, duties, 20 to 200 rules."""
    return office(rng.choice((20, 60, 200)), rng, events=rng.randint(0, 25))


def office(size: int, rng: Random, events: int) -> Case:
    """`size` procedural rules and `events` events of one party, as in `bench/chaining.py`."""
    x, year = Var("X"), Var("年")
    rules = []
    for number in range(size):
        kind, result, state = f"事件{number % 12}", f"结果{number % 3}", f"状态{number % 9}"
        body: tuple[Pattern, ...] = (Pattern("事件", (x, year, kind, result)),)
        if number % 2:
            body += (Pattern("状态", (x, year, state)),)
        if number % 5 == 4:
            body += (Pattern("事项", (x, year, f"事项{number % 6}")),)
        heads = (Pattern("状态", (x, year, f"状态{(number + 1) % 9}")), Pattern("事项", (x, year, f"事项{number % 7}")))
        rules.append(HornRule(f"规则{number}", heads[: 1 + number % 2], body))
    years = [str(2020 + n) for n in range(5)]
    facts = tuple(
        Atom("事件", ("甲", rng.choice(years), f"事件{rng.randrange(12)}", f"结果{rng.randrange(3)}"))
        for _ in range(events)
    )
    return Case(HornProgram(tuple(rules)), facts)


SHAPES: tuple[tuple[Callable[[Random], Case], int], ...] = (
    (small, 900),
    (graph, 50),
    (chain_of_rules, 15),
    (wide, 15),
    (long_facts, 10),
    (crowd, 5),
    (big, 5),
)
"""Shape -> how often in a thousand; the large ones cost a hundred times as much."""


def random_case(rng: Random) -> Case:
    """A case of a random shape."""
    shapes, weights = zip(*SHAPES, strict=True)
    shape: Callable[[Random], Case] = rng.choices(shapes, weights)[0]
    return shape(rng)
