"""Packages and cases by chance, over every kind of value and every way a definition comes together, and what terms and the
evaluator each say of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import z3

from engine.decision.case import Case
from engine.decision.program import Program, compile_package
from engine.lowered.calls import Values
from engine.proofs.asking import Asker
from engine.proofs.bases import Bases
from engine.proofs.naming import world_of
from engine.proofs.terms import SolverTerm, TruthTerm, same
from engine.proofs.translate import Translation
from engine.proofs.world import Ground
from tests.worlds.build import AS_OF, Build, case

FACTS: dict[str, tuple[Any, ...]] = {
    "甲": (True, False),
    "乙": (True, False),
    "数一": tuple(range(5)),
    "数二": tuple(range(5)),
    "额": tuple(Decimal(n) / 4 for n in range(-2, 14)),
    "类": ("红", "黄", "蓝"),
    "日一": tuple(AS_OF + timedelta(n) for n in (-400, -31, -1, 0, 1, 38, 39)),
    "日二": tuple(AS_OF + timedelta(n) for n in (-366, -30, 0, 7, 100)),
    "名": ("福州甲", "福州", "甲福州", "乙"),
}
_TRUTHS = (
    *("甲", "乙", "类为红", "类属于［红、黄］", "类不为蓝", "类不属于［蓝］", "甲为乙", "甲不为乙"),
    *("数一不少于2", "数一超过2", "数一少于1", "数二不超过1", "数二为2", "额不少于1.5", "额超过0"),
    *("数一不少于数二", "已填（数一）", "未填（类）", "名开头为“福州”", "名结尾为“甲”", "名包含“福”", "名为“乙”"),
    *(
        "日一不晚于日二",
        "日一早于日二",
        "属于年度（日一，2026年）",
        "属于同月（日一，日二）",
        "天数（日一，日二）不少于30日",
    ),
    *("日后（日一，30日）不早于日二", "月初（日一）不晚于日二", "月末（日一）早于日二", "年度（日一）为年度（日二）"),
    *("月份（日一）不晚于11月份", "季度（日一）为季度（日二）", "季初（日一）不晚于日二", "季末（日二）不早于日一"),
    *(
        "月后（日一，1个月）不晚于日二",
        "年数（日一，日二）不少于1年",
        "工作日后（日一，5个工作日）早于日二",
        "顺延（日二）为日二",
    ),
    *("年末（年度（日一））不早于日二", "月数（日一，日二）不少于1个月"),
)
_NUMBERS = (
    *("数一", "数二", "额", "数一+数二", "数一−额", "额×2", "额×数一", "数一÷数二", "额÷3", "2", "0−额"),
    *(
        "向上取整（额）",
        "向下取整（额）",
        "四舍五入（额，0）",
        "四舍五入（额÷3，1）",
        "较大（额，数一）",
        "较小（额，2）",
    ),
    *("向上取整到（额，0.5）", "向下取整到（额，0.5）", "四舍五入到（额，0.5）"),
)
_STRENGTHS = ("应当", "应当", "一般应当", "鼓励")
_HITS = ("首个", "唯一", "累计", "最大", "最小")
CRITERIA = ("规模", "场地", "人员")
OUTCOMES = ("不予", "准予", "再议")


class Chance:
    """Packages and cases by a seed."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)

    def number(self, depth: int = 1) -> str:
        if depth and self.r.random() < 0.3:
            return f"若{self.truth(0)}则{self.number(0)}否则{self.number(0)}"
        return self.r.choice(_NUMBERS)

    def truth(self, depth: int = 2) -> str:
        chance = self.r.random()
        if not depth or chance < 0.3:
            return self.r.choice(_TRUTHS)
        if chance < 0.45:
            return f"（{self.number()}）{self.r.choice(('不少于', '超过', '为', '少于', '不超过'))}（{self.number()}）"
        if chance < 0.6:
            return f"非（{self.truth(depth - 1)}）"
        return f"（{self.truth(depth - 1)}）{self.r.choice('且或')}（{self.truth(depth - 1)}）"

    def row(self) -> tuple[str, str, str]:
        r = self.r
        return r.choice(("红", "黄", "任意")), r.choice(("不少于2", "少于3", "任意")), r.choice(("1", "2", "0"))

    def program(self) -> Program:
        r, build = self.r, Build().enum("颜色", "红", "黄", "蓝")
        for name in ("甲", "乙"):
            build.fact(name)
        for name in ("数一", "数二"):
            build.fact(name, "整数", low=0, high=4)
        build.fact("额", "小数", low=-1, high=4).fact("类", "颜色").fact("名", "文本")
        build.fact("日一", "日期").fact("日二", "日期")
        build.derived("量", self.number())
        rows, default = [self.row() for _ in range(3)], r.choice((None, "5", "0"))
        build.decision_table("表", ("类", "数一"), rows, hit=r.choice(_HITS), default=default)
        for name in CRITERIA:
            applies = self.truth(1) if r.random() < 0.4 else None
            build.criterion(name, self.truth(), applies=applies, strength=r.choice(_STRENGTHS))
        verdicts = (
            "全部满足（条件组）",
            "任一未满足（条件组）",
            "满足（规模）",
            "适用（场地）",
            "未满足项数（条件组）不少于2",
        )
        conditions = (*verdicts, "表不少于2", "量超过1", self.truth(), self.truth())
        several = [(r.choice(OUTCOMES), r.choice(conditions)) for _ in range(r.randint(1, 3))]
        build.determination("审查", several, r.choice((None, *OUTCOMES)))
        return compile_package(build.package())

    def case(self, blank: float) -> Case:
        r = self.r
        facts = {name: None if r.random() < blank else r.choice(values) for name, values in FACTS.items()}
        excuses = {name: r.random() < 0.5 for name in CRITERIA if r.random() >= blank}
        return case(facts, excuses)


def disagreeing(seed: int, cases: int = 4, blank: float = 0.0) -> Iterator[str]:
    """Slots of a package by chance of which terms and evaluator say something else. Of a case with blanks terms need say
    nothing; what they say must be right."""
    chance = Chance(seed)
    program = chance.program()
    translation = Translation(program, world_of([program]))
    keys = [key for key, d in program.form.definitions.items() if d.node.type is None or d.node.type.kind != "table"]
    terms = {key: translation.slot(key, program.form.definitions[key].node.type) for key in keys}
    for number in range(cases):
        found = chance.case(blank)
        values = program.evaluated(found)
        model = _model(translation, found, values)
        for key, term in terms.items():
            truly = values[program.slots[key]]
            said = _said(translation.world, model, term, truly)
            if said != (truly if said is not None or not blank else None):
                yield f"种子 {seed}，第 {number} 件，{key}：项 {said}，求值 {truly}"


def _model(translation: Translation, found: Case, values: Values) -> Any:
    """The model in which everything is as a case says; rows without a form come to what the evaluator says."""
    ground = translation.world
    bases = Bases.of(ground, [found], [translation], [[values]])
    solver, asker = z3.Solver(), Asker(ground, bases)
    solver.set("timeout", 20_000)
    solver.add(bases.at_most(0), *ground.assumed, *ground.based, *_filled(bases))
    ground.based.clear()
    assert solver.check() == z3.sat
    while asker.refined(solver.model()):
        solver.add(*asker.lemmas)
        assert solver.check() == z3.sat
    return solver.model()


def _filled(bases: Bases) -> Iterator[Any]:
    """Some value for what is not known, so that the solver need not look for one."""
    for key, (what, of) in bases.given.items():
        if bases.value(0, what, of) is None:
            value = True if what == "excuse" else FACTS[of][0]
            number = isinstance(value, int) and not isinstance(value, bool)
            yield bases.equals(bases.world.symbols[key], Decimal(value) if number else value)


def _said(ground: Ground, model: Any, term: SolverTerm, truly: Any) -> Any:
    """What a term comes to in a model; None where it is not known."""

    def sure(condition: Any) -> bool:
        return condition is True or (condition is not False and z3.is_true(model.eval(condition, True)))

    if isinstance(term, TruthTerm):
        return True if sure(term.yes) else False if sure(term.no) else None
    if not sure(term.known):
        return None
    if isinstance(truly, str):
        return truly if sure(same(ground.words, term.value, truly)) else "另一个词"
    return ground.value(model, term.value, "date" if isinstance(truly, date) else "number")
