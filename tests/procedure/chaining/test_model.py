"""What a program may be, and what is said where it may not."""

from __future__ import annotations

import pytest

from engine.base.problem import Problem, Refused
from engine.procedure.chaining import Atom, HornProgram, HornRule, Pattern, Var, model
from engine.procedure.chaining.model import MAX_ARITY, MAX_BODY, MAX_HEADS, MAX_RULES, check

X, Y = Var("某甲"), Var("某乙")


def rule(name: str = "整改", heads: tuple[Pattern, ...] = (), body: tuple[Pattern, ...] = ()) -> HornRule:
    return HornRule(name, heads or (Pattern("整改中", (X,)),), body or (Pattern("考核", (X, "不合格")),))


def nth(number: int) -> HornRule:
    return rule(f"第{number}条")


WIDEST = tuple(Var(f"V{n}") for n in range(MAX_ARITY))

WRONG = [
    ("name twice", (rule(), rule()), [("E801", "规则名称重复：`整改`")]),
    ("no premise", (HornRule("整改", (Pattern("整改中"),), ()),), [("E802", "规则没有前提：`整改`")]),
    ("no conclusion", (HornRule("整改", (), (Pattern("考核"),)),), [("E802", "规则没有结论：`整改`")]),
    (
        "a conclusion's variable from nowhere, named once",
        (rule(heads=(Pattern("整改中", (Y, X, Y)),)),),
        [("E803", "结论中的变量没有来源：`某乙`（规则 `整改`）")],
    ),
    (
        "other number of arguments in one rule",
        (rule(body=(Pattern("考核", (X, "不合格")), Pattern("考核", (X,)))),),
        [("E804", "参数个数不一致：`整改：考核` 有 1 个参数，别处是 2 个")],
    ),
    (
        "other number of arguments in another rule",
        (rule(), rule("恢复", body=(Pattern("整改中", (X, "完成")),))),
        [("E804", "参数个数不一致：`恢复：整改中` 有 2 个参数，别处是 1 个")],
    ),
    (
        "premises",
        (rule(body=(Pattern("考核", (X,)),) * (MAX_BODY + 1)),),
        [("E805", "规则太大：`整改` 有 17 个前提，最多 16 个")],
    ),
    (
        "conclusions",
        (rule(heads=(Pattern("整改中", (X,)),) * (MAX_HEADS + 1)),),
        [("E805", "规则太大：`整改` 有 17 个结论，最多 16 个")],
    ),
    (
        "arguments",
        (rule(body=(Pattern("长", (*WIDEST, X)),)),),
        [("E805", "规则太大：`整改` 有 25 个参数，最多 24 个")],
    ),
    (
        "rules",
        tuple(nth(number) for number in range(MAX_RULES + 1)),
        [("E805", "规则太大：`程序` 有 2001 个规则，最多 2000 个")],
    ),
]


@pytest.mark.parametrize(("rules", "expected"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_wrong_rules_are_named(rules: tuple[HornRule, ...], expected: list[tuple[str, str]]) -> None:
    assert [(problem.code, problem.message) for problem in check(rules)] == expected
    with pytest.raises(Refused) as refused:
        HornProgram(rules)
    assert [problem.code for problem in refused.value.problems] == [code for code, _ in expected]


RIGHT = [
    (),
    (rule(body=(Pattern("考核", (X,)),) * MAX_BODY),),
    (rule(heads=(Pattern("整改中", (X,)),) * MAX_HEADS),),
    (rule(body=(Pattern("长", (*WIDEST[1:], X)),)),),
    tuple(nth(number) for number in range(MAX_RULES)),
    (rule(heads=(Pattern("", ()), Pattern("\ud800", ("",)))),),
]


@pytest.mark.parametrize("rules", RIGHT, ids=["none", "premises", "conclusions", "arguments", "rules", "odd names"])
def test_right_up_to_the_limit(rules: tuple[HornRule, ...]) -> None:
    assert check(rules) == []
    assert HornProgram(rules).rules == rules


def test_all_problems_are_reported() -> None:
    rules = (HornRule("甲", (Pattern("果", (Y,)),), ()), HornRule("甲", (), (Pattern("果", ()),)))
    assert [problem.code for problem in check(rules)] == ["E802", "E803", "E801", "E802", "E804"]


def test_facts_are_checked_against_the_program() -> None:
    program = HornProgram((rule(),))
    fact = Atom("考核", ("甲", "合格"))
    assert program.check_facts([fact, Atom("无关", ("1", "2", "3")), fact]) == (fact, Atom("无关", ("1", "2", "3")))
    with pytest.raises(Refused) as refused:
        program.check_facts([fact, Atom("考核", ("甲",)), Atom("整改中", ())])
    assert refused.value.problems == (
        Problem("E804", "参数个数不一致：`考核（甲）` 有 1 个参数，别处是 2 个"),
        Problem("E804", "参数个数不一致：`整改中（）` 有 0 个参数，别处是 1 个"),
    )


def test_the_number_of_facts_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MAX_FACTS", 3)
    facts = [Atom("f", (str(number),)) for number in range(4)]
    assert len(HornProgram(()).check_facts(facts[:3] * 2)) == 3
    with pytest.raises(Refused) as refused:
        HornProgram(()).check_facts(facts)
    assert refused.value.problems == (
        Problem("E806", "推理规模太大：事实超过 `3`（已有 4）", None, refused.value.problems[0].help),
    )


def test_programs_are_compared_by_identity() -> None:
    """So that a network is found again without reading the rules."""
    one, other = HornProgram((rule(),)), HornProgram((rule(),))
    assert one != other
    assert len({one, other, one}) == 2
