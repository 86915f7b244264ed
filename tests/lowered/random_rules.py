"""Random packages and cases by seed: every type of fact, ledgers with blank cells, all hit policies, scores, strengths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.worlds.build import Build, number, records

TRUTHS, NUMBERS, CRITERIA = "甲乙丙丁", ("数一", "数二", "数三"), ("规模", "场地", "人员", "第四")
DOMAINS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(TRUTHS, (True, False)),
    **{name: tuple(map(Decimal, range(5))) for name in NUMBERS},
    "比": tuple(map(Decimal, ("0", "0.3", "0.5", "1", "2.5"))),
    "类": tuple("红黄蓝"),
    "级别": tuple("高中低"),
    "日一": tuple(date(2026, 1, 1) + timedelta(n) for n in range(0, 300, 37)),
    "日二": tuple(date(2026, 1, 1) + timedelta(n) for n in range(0, 300, 41)),
    "年数": tuple(map(Decimal, (1, 2, 5, 9000))),
}
CELLS: dict[str, tuple[Any, ...]] = {
    "日": tuple(date(2026, month, 5) for month in range(1, 5)),
    "额": tuple(map(Decimal, range(5))),
    "差": tuple(map(Decimal, range(-2, 4))),
    "色": tuple("红黄蓝"),
    "真": (True, False),
    "止": tuple(date(2026, month, 15) for month in range(1, 5)),
}
ORDERS = ("不少于", "超过", "少于", "不超过", "为", "不为")


class Rules:
    """One random package; `build` and the names of its determinations."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)
        self.build = Build().enum("颜色", "红", "黄", "蓝").enum("级", "高", "中", "低")
        self.numbers = [*NUMBERS, "比", "限", "未定限"]
        self.truths: list[str] = []
        self.criteria: list[str] = []
        self.determinations: list[str] = []
        self._vocabulary()
        for name in ("和", "差数"):
            if self.made(lambda name=name: self.build.derived(name, self.number(2))):
                self.numbers.append(name)
        if self.made(lambda: self.build.derived("真量", self.truth(2))):
            self.truths.append("真量")
        self._tables()
        self._score()
        self._criteria()
        self._determinations()

    def made(self, define: Callable[[], Any]) -> bool:
        """Whether a random definition that the language accepts was found."""
        for _ in range(8):
            try:
                define()
            except AssertionError:
                continue
            return True
        return False

    def _vocabulary(self) -> None:
        build = self.build
        for name in TRUTHS:
            build.fact(name)
        for name in NUMBERS:
            build.fact(name, "整数", low=0, high=4)
        build.fact("比", "小数").fact("类", "颜色").fact("级别", "级").fact("日一", "日期").fact("日二", "日期")
        build.fact("年数", "整数", "年")
        columns = (
            ("日", "日期", {}),
            ("额", "整数", {"low": 0, "high": 4}),
            ("差", "整数", {"low": -2, "high": 3}),
            ("色", "颜色", {}),
            ("真", "是否", {}),
            ("止", "日期", {}),
        )
        build.table("台账", *(build.field(name, word, **more) for name, word, more in columns))
        worked = self.one(
            "额×2+差", "若色为红则额否则数一", "计数（台账，色为本行.色）", "查找（台账.额，差为本行.额）"
        )
        build.computed("台账", "算", worked).computed(
            "台账", "倍", self.one("算×2", "合计（台账 别条，别条.算，别条.额不少于本行.算）")
        )
        build.parameter("限", self.r.choice([1, 2, 3])).parameter("未定限", None if self.r.random() < 0.7 else 2)

    def one(self, *options: str) -> str:
        return self.r.choice(options)

    def cell(self) -> str:
        simple = (
            "色为红",
            "色属于［红、黄］",
            "额不少于2",
            "真",
            "属于年度（日，2026年）",
            "色为类",
            "额不少于数一",
            "差少于1",
            self.one("算不少于2", "倍超过3", "算为倍", "额不少于2"),
        )
        first = self.one(*simple, "已填（额）")
        return f"{first}{self.one('且', '或')}{self.one(*simple)}" if self.r.random() < 0.5 else first

    def nested(self) -> str:
        """A condition on a record called 子 that looks at the other records."""
        more = f"且{self.cell()}" if self.r.random() < 0.4 else ""
        inner = self.one(
            f"存在（台账，色为子.色且额超过子.额{more}）",
            f"不存在（台账，日晚于子的日{more}）",
            "全部（台账，差不少于子.差或色为子.色）",
            f"计数（台账，色为子.色{more}）{self.one(*ORDERS)}{self.r.randint(0, 3)}",
            f"合计（台账.额，真且子.色为色{more}）{self.one(*ORDERS)}子.额",
            f"最大（台账.额，额不超过子.额{more}）为额",
            "存在（台账 孙，孙.色为子.色且计数（台账，额不少于孙.额且差为子.差）不少于2）",
        )
        return f"{inner}{self.one('且', '或')}{self.cell()}" if self.r.random() < 0.4 else inner

    def _picking(self, rest: str) -> list[str]:
        """What is worked out of each record, and which record it is."""
        worked, order = self.one("额×2", "额−差", "额×额+数一", "若真则额否则差", "额÷差"), self.one("日", "额", "差")
        return [
            *(f"{name}（台账，{worked}{rest}）" for name in ("合计", "最大", "最小", "平均", "合计")),
            f"合计（台账 子，计数（台账，色为子.色）×子.额{rest}）",
            *(f"{self.one('合计', '最大')}（台账，{t}（色，额）{rest}）" for t in self.build.parts["decision_tables"]),
            f"查找（台账.额，{self.cell()}）",
            f"{self.one('合计', '最大', '平均')}（台账.{self.one('算', '倍')}{rest}）",
            f"合计（台账 子，子.倍−计数（台账，算不少于子.算且倍为子.倍）{rest}）",
            *(f"{name}（台账.额，台账.{order}{rest}）" for name in ("首次", "末次")),
            f"末次（台账，{worked}，台账.日{rest}）",
            f"第几次（台账.差，台账.{order}，{self.r.randint(1, 3)}{rest}）",
            f"最长连续（台账.{order}，{self.cell()}{rest}）",
            f"{self.one('最大几项合计', '最小几项合计')}（台账.{self.one('额', '差')}，{self.r.randint(0, 3)}{rest}）",
            f"覆盖天数（台账.日，台账.止，2026年1月20日，2026年3月31日{rest}）÷10日",
            f"最多同时（台账.日，台账.止{rest}）",
            f"分摊（台账.{self.one('额', '额', '差')}，{self.cell()}，{self.r.randint(0, 9)}，{self.one('1', '0.5')}{rest}）",
        ]

    def aggregate(self) -> str:
        rest = f"，{self.cell()}" if self.r.random() < 0.8 else ""
        if self.r.random() < 0.3:
            return self.one(*self._picking(rest))
        if self.r.random() < 0.25:
            return self.one(f"计数（台账 子，{self.nested()}）", f"合计（台账.额 子，{self.nested()}）")
        plain = [f"{name}（台账.{column}{rest}）" for name, column in (("合计", "额"), ("合计", "差"), ("最大", "额"))]
        plain += [f"计数（台账{rest}）", f"最小（台账.差{rest}）", f"平均（台账.额{rest}）"]
        plain.append(f"逐月最少（台账.日，2026年1月1日，2026年3月31日{rest}）")
        return self.one(*plain, f"逐月最少（台账.日，2026年1月1日，2026年2月28日，台账.额{rest}）")

    def number(self, depth: int) -> str:
        chance = self.r.random()
        if depth == 0 or chance < 0.4:
            return self.one(*self.numbers, str(self.r.randint(0, 4)))
        if chance < 0.55:
            return self.aggregate()
        if chance < 0.8:
            return f"（{self.number(depth - 1)}{self.one('+', '−', '×', '÷')}{self.number(depth - 1)}）"
        if chance < 0.9:
            return f"{self.one('较大', '较小')}（{self.number(depth - 1)}，{self.number(depth - 1)}）"
        if chance < 0.93 and (tables := tuple(self.build.parts["decision_tables"])):
            return f"{self.one(*tables)}（{self.one('类', '红')}，{self.number(depth - 1)}）"
        if chance < 0.95:
            name = self.one("向上取整到", "向下取整到", "四舍五入到")
            rounded = f"{name}（{self.number(depth - 1)}，{self.one('2', '0.5', self.number(0))}）"
            return self.one(f"{self.one('向上取整', '向下取整')}（{self.number(depth - 1)}）", rounded)
        return f"（若{self.truth(depth - 1)}则{self.number(depth - 1)}否则{self.number(depth - 1)}）"

    def atom(self) -> str:
        graded = ("等次（得分）为高", "得分不少于3分", "分项得分（得分，一）超过1分")
        limit = self.r.randint(0, 4)
        return self.one(
            *TRUTHS,
            *self.truths,
            *(graded if "得分" in self.build.parts["scores"] else ()),
            *("类为红", "类属于［红、黄］", "类不为蓝", "级别为高", "级别不属于［中］", "已填（甲）", "未填（数二）"),
            *(f"{name}{self.one(*ORDERS)}{limit}" for name in ("数一", "数二", "数一", "数二")),
            *("数一不少于数二", "数一少于数二", "日一早于日二", "日一不早于2026年6月1日"),
            "年后（日一，年数）早于2030年1月1日",
            *(f"{name}（台账，{self.cell()}）" for name in ("存在", "不存在", "全部")),
            f"{self.one('存在', '不存在', '全部')}（台账 子，{self.nested()}）",
            *(f"{self.aggregate()}{self.one(*ORDERS)}{self.number(1)}" for _ in range(2)),
            f"{self.number(1)}{self.one(*ORDERS)}{self.number(1)}",
        )

    def truth(self, depth: int, atom: Callable[[], str] | None = None) -> str:
        chance, leaf = self.r.random(), atom or self.atom
        if depth == 0 or chance < 0.35:
            return leaf()
        if chance < 0.5:
            return f"非（{self.truth(depth - 1, atom)}）"
        if chance < 0.58:
            parts = (self.truth(depth - 1, atom) for _ in range(3))
            return "（若{}则（{}）否则（{}））".format(*parts)
        return f"（{self.truth(depth - 1, atom)}）{self.one('且', '或')}（{self.truth(depth - 1, atom)}）"

    def _tables(self) -> None:
        for hit in self.r.sample(["唯一", "首个", "累计", "最大", "最小"], 2):

            def define(hit: str = hit) -> None:
                cells = ("红", "黄", "属于［红、黄］", "任意"), ("不少于2", "不足2", "任意", "1"), ("1", "2", "0", "限")
                rows = [tuple(self.one(*cell) for cell in cells) for _ in range(self.r.randint(1, 3))]
                default = self.r.choice([None, "1", "0"])
                self.build.decision_table(f"{hit}表", ["类", self.one("数一", "数二")], rows, hit, default)

            if self.made(define):
                self.numbers.append(f"{hit}表")

    def _score(self) -> None:
        weights = self.r.choice([{"红": "2", "其他": "1"}, {"红": "1", "黄": "1.5", "蓝": "1"}, {}])
        bonuses = {"奖": (self.one(*TRUTHS), "2分")} if self.r.random() < 0.5 else None
        items = {"一": (f"{self.one(*NUMBERS)}×1分", weights), "二": f"若{self.one(*TRUTHS)}则3分否则数二×1分"}
        bands, cap, places = (
            {"高": "3分以上", "低": "不满3分"},
            self.r.choice([None, "5分"]),
            self.r.choice([None, 0, 1]),
        )
        if self.r.random() < 0.6:
            self.build.score("得分", items, bands, weighted_by="类", bonuses=bonuses, cap=cap, places=places)

    def _criteria(self) -> None:
        for name in CRITERIA:

            def define(name: str = name) -> None:
                limit = self.truth(1) if self.r.random() < 0.5 else None
                strength = self.one("应当", "应当", "一般应当", "鼓励")
                self.build.criterion(name, self.truth(2), strength=strength, applies=limit)

            if self.made(define):
                self.criteria.append(name)

    def conclusion(self) -> str:
        if self.determinations and self.r.random() < 0.3:
            return f"结论（{self.determinations[-1]}）{self.one('为', '不为')}{self.one('准予', '不予')}"
        if self.r.random() < 0.3 or not self.criteria:
            return self.atom()
        one = self.one(*self.criteria)
        return self.one(
            *(f"满足（{one}）", f"适用（{one}）", "全部满足（条件组）", "任一未满足（条件组）", f"非满足（{one}）"),
            *("满足项数（条件组）不少于2", f"满足项数（条件组，{one}）为1"),
            *("未满足项数（条件组）不少于2", f"未满足项数（条件组，{one}）为1"),
        )

    def _determinations(self) -> None:
        for name in ("审查", "复查"):

            def define(name: str = name) -> None:
                listed = [
                    (self.one("不予", "准予", "再议"), self.truth(2, self.conclusion))
                    for _ in range(self.r.randint(1, 3))
                ]
                limit = self.truth(1) if self.r.random() < 0.3 else None
                self.build.determination(name, listed, self.r.choice([None, "再议", "准予"]), applies=limit)

            if self.made(define):
                self.determinations.append(name)
        if self.determinations and self.r.random() < 0.05:
            self.build.taint(self.determinations[0])


def random_facts(r: Random) -> tuple[dict[str, Any], dict[str, bool]]:
    """Facts, each perhaps left out, and recorded reasons."""
    gone, blank = r.choice([0.1, 0.3, 0.5, 0.8]), r.choice([0, 0.2, 0.5])
    facts: dict[str, Any] = {name: r.choice(domain) for name, domain in DOMAINS.items()}

    def perhaps(value: Any) -> Any:
        return None if r.random() < blank else number(value)

    rows = [tuple(perhaps(r.choice(cells)) for cells in CELLS.values()) for _ in range(r.randint(0, 4))]
    facts["台账"] = records(tuple(CELLS), *rows)
    known = {name: value for name, value in facts.items() if r.random() >= gone}
    return known, {name: r.random() < 0.5 for name in CRITERIA if r.random() < 0.3}
