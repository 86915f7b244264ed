"""Small packages for tests, written as sentences: each definition is parsed and typed in the scope of those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine.base.calendar import Calendar, Notice
from engine.base.problem import Problem
from engine.base.units import BUILT_IN, Unit, base
from engine.decision.case import Case, Fact, Finding
from engine.language.check import check
from engine.language.lexer import Lexicon, Sentence
from engine.language.make import THIS_ROW
from engine.language.parser import parse_cell, parse_expression
from engine.language.printer import print_node
from engine.language.tree import BOOL, DATE, NUMBER, TEXT, Node, Scope, Symbol, Table, Type
from engine.language.wording import parse_template
from engine.policy.package import (
    Attachment,
    Band,
    Bonus,
    Clause,
    ComputedColumn,
    Criterion,
    DecisionTable,
    Derived,
    Determination,
    Field,
    Header,
    Inexpressible,
    Interpretation,
    InterpretationOption,
    Limb,
    Obligation,
    Outcome,
    Package,
    Parameter,
    Ranking,
    RankingKey,
    RecordTable,
    Score,
    ScoreItem,
    TableRow,
    Template,
)

AS_OF = date(2026, 11, 23)
FINDING = Finding("林某某", date(2026, 11, 1), "现场查看")
CALENDAR = Calendar("测试", (Notice(2026, "通知", "国办发明电〔2025〕1号", date(2025, 11, 4), "测试", (), ()),))
_WORDS = {"是否": BOOL, "整数": NUMBER, "小数": NUMBER, "金额": NUMBER, "比例": NUMBER, "日期": DATE, "文本": TEXT}


class Build:
    """Collects definitions; `package()` gives the whole. Units other than the built-in ones appear when first used."""

    def __init__(self, **header: Any) -> None:
        given = (
            {"id": "test", "title": "测试办法", "kind": "规范性文件", "status": "有效", "rank": 3}
            | {"since": date(2020, 1, 1)}
            | header
        )
        self.header = Header(**given)
        self.headers = {"test": self.header}
        self.parts: dict[str, dict[str, Any]] = {
            key: {}
            for key in (
                *("facts", "tables", "derived", "parameters", "criteria", "decision_tables", "scores"),
                *("determinations", "rankings", "interpretations", "clauses"),
            )
        }
        self.groups: dict[str, list[str]] = {}
        self.symbols: dict[str, Symbol] = {}
        self.columns: dict[str, dict[str, Symbol]] = {}
        self.enums: dict[str, tuple[str, ...]] = {}
        self.units: dict[str, Unit] = {unit.name: unit for unit in BUILT_IN}
        self.order: list[str] = []
        self.inexpressible: list[Inexpressible] = []
        self.attachments: list[Attachment] = []

    def scope(self) -> Scope:
        members: dict[str, tuple[str, ...]] = {}
        for enum, names in self.enums.items():
            for name in names:
                members[name] = (*members.get(name, ()), enum)
        return Scope(self.symbols, self.columns, self.enums, members, self.units)

    def expression(self, sentence: str, expected: Type | None = None) -> Node:
        node, problems = parse_expression(Sentence(sentence, lambda a, b: None), Lexicon(self.scope()))
        return self._typed(sentence, node, problems, expected)

    def cell(self, sentence: str, subject: Node) -> Node:
        node, problems = parse_cell(Sentence(sentence, lambda a, b: None), Lexicon(self.scope()), subject)
        return self._typed(sentence, node, problems, BOOL)

    def template(self, text: str) -> Template:
        parts, problems = parse_template(Sentence(text, lambda a, b: None), Lexicon(self.scope()))
        assert not problems, problems
        return tuple(part if isinstance(part, str) else self._typed(text, part, [], None) for part in parts)

    def _typed(self, sentence: str, node: Node | None, problems: list[Problem], expected: Type | None) -> Node:
        assert node is not None, (sentence, problems)
        typed, problems = check(node, self.scope(), expected)
        assert not problems, (sentence, problems)
        return typed

    def unit(self, name: str | None) -> Unit | None:
        return self.units.setdefault(name, base(name)) if name else None

    def type_of(self, word: str, unit: Unit | None) -> Type:
        if word in self.enums:
            return Type("enum", name=word)
        return Type("number", unit.dimension) if unit is not None else _WORDS[word]

    def enum(self, name: str, *members: str) -> Build:
        self.enums[name] = members
        return self

    def field(self, name: str, word: str, unit: str | None = None, **more: Any) -> Field:
        """`word`: a type word or the name of an enumeration."""
        shown = self.unit(unit)
        for bound in ("low", "high"):
            if more.get(bound) is not None:
                more[bound] = Decimal(more[bound])
        return Field(
            name, self.type_of(word, shown), "枚举" if word in self.enums else word, shown, origin="test", **more
        )

    def fact(self, name: str, word: str = "是否", unit: str | None = None, **more: Any) -> Build:
        field = self.parts["facts"][name] = self.field(name, word, unit, **more)
        self.symbols[name] = Symbol(name, "fact", field.type, field.unit)
        return self

    def table(self, name: str, *columns: Field, **more: Any) -> Build:
        self.parts["tables"][name] = RecordTable(name, columns, origin="test", **more)
        self.symbols[name] = Symbol(name, "table", Type("table", name=name))
        self.columns[name] = {c.name: Symbol(c.name, "column", c.type, c.unit) for c in columns}
        return self

    def computed(self, table: str, name: str, sentence: str) -> Build:
        """A 派生列; the record is called 本行 in its sentence."""
        source = Sentence(sentence, lambda a, b: None, rows=(THIS_ROW,))
        node, problems = parse_expression(source, Lexicon(self.scope()))
        assert node is not None, (sentence, problems)
        typed, problems = check(node, self.scope(), None, table, THIS_ROW)
        assert not problems, (sentence, problems)
        column = ComputedColumn(name, typed, typed.type or BOOL)
        known = self.parts["tables"][table]
        self.parts["tables"][table] = replace(known, computed={**known.computed, name: column})
        self.columns[table][name] = Symbol(name, "computed", column.type)
        return self

    def parameter(self, name: str, value: Any, unit: str | None = None, **more: Any) -> Build:
        shown = self.unit(unit)
        number = isinstance(value, int) and not isinstance(value, bool)
        kind = self.type_of("整数", shown) if number or shown else DATE if isinstance(value, date) else BOOL
        given = {"origin": "test", "source": "test" if value is not None else ""} | more
        self.parts["parameters"][name] = Parameter(name, kind, Decimal(value) if number else value, shown, **given)
        self.symbols[name] = Symbol(name, "parameter", kind, shown)
        return self

    def derived(self, name: str, sentence: str, unit: str | None = None, **more: Any) -> Build:
        node = self.expression(sentence)
        shown = self.unit(unit)
        kind = Type("number", shown.dimension) if shown else node.type or BOOL
        self.parts["derived"][name] = Derived(name, node, kind, shown, origin="test", **more)
        self.symbols[name] = Symbol(name, "derived", kind, shown)
        self.order.append(name)
        return self

    def criterion(
        self,
        name: str,
        sentence: str,
        group: str = "条件组",
        strength: str = "应当",
        applies: str | None = None,
        unmet: str = "",
        **more: Any,
    ) -> Build:
        node = self.expression(sentence, BOOL)
        limits = self.expression(applies, BOOL) if applies else None
        given = {"clauses": ("第一条",), "origin": "test"} | more
        self.parts["criteria"][name] = Criterion(
            name=name,
            groups=(group,),
            strength=strength,
            requirement=node,
            sentence=print_node(node),
            limbs=(Limb(node, print_node(node), self.template(unmet)),),
            applies=limits,
            **given,
        )
        self.symbols[name] = Symbol(name, "criterion", Type("criterion"))
        self.symbols[group] = Symbol(group, "group", Type("group"))
        members = self.groups.setdefault(group, [])
        if strength != "鼓励":
            members.append(name)
        self.order.append(name)
        return self

    def decision_table(
        self,
        name: str,
        inputs: Sequence[str],
        rows: Sequence[Sequence[str]],
        hit: str = "唯一",
        default: str | None = None,
        unit: str | None = None,
        **more: Any,
    ) -> Build:
        heads = [self.expression(sentence) for sentence in inputs]
        compiled = tuple(
            TableRow(
                tuple(self.cell(cell, head) for cell, head in zip(row[:-1], heads, strict=True)),
                self.expression(row[-1]),
            )
            for row in rows
        )
        shown = self.unit(unit)
        kind = compiled[0].output.type if compiled else Type("number", shown.dimension if shown else ())
        fallback = self.expression(default) if default else None
        given = {"origin": "test", "source": "test"} | more
        self.parts["decision_tables"][name] = DecisionTable(
            name, kind or NUMBER, shown, hit, tuple(heads), compiled, fallback, **given
        )
        types = tuple(head.type or NUMBER for head in heads)
        self.symbols[name] = Symbol(name, "decision-table", kind or NUMBER, shown, types)
        self.order.append(name)
        return self

    def score(
        self,
        name: str,
        items: Mapping[str, tuple[str, Mapping[str, str]] | str],
        bands: Mapping[str, str],
        weighted_by: str | None = None,
        bonuses: Mapping[str, tuple[str, str]] | None = None,
        cap: str | None = None,
        places: int | None = None,
        **more: Any,
    ) -> Build:
        """`items`: name -> mark, or (mark, weights by member); `bands`: name -> interval."""
        self.symbols[name] = Symbol(name, "score", Type("number", (("分", 1),)), self.units["分"])
        self.enums[f"等次：{name}"] = tuple(bands)
        self.enums[f"分项：{name}"] = tuple(items)
        made = []
        for item, spec in items.items():
            mark, weights = (spec, {}) if isinstance(spec, str) else spec
            runs = {member: self.expression(weight) for member, weight in weights.items()}
            made.append(ScoreItem(item, ("第二条",), self.expression("100分"), self.expression(mark), runs))
        extra = tuple(
            Bonus(bonus, (), self.expression(when), self.expression(mark))
            for bonus, (when, mark) in (bonuses or {}).items()
        )
        own = self.expression(name)
        made_bands = tuple(Band(band, self.cell(interval, own)) for band, interval in bands.items())
        by = self.expression(weighted_by) if weighted_by else None
        limit = self.expression(cap) if cap else None
        given = {"origin": "test", "source": "test"} | more
        self.parts["scores"][name] = Score(
            name, self.units["分"], by, tuple(made), extra, limit, places, made_bands, **given
        )
        self.order.append(name)
        return self

    def outcome(self, name: str, when: str | None, **more: Any) -> Outcome:
        if isinstance(more.get("amount"), str):
            more["amount"] = self.expression(more["amount"])
        if isinstance(more.get("note"), str):
            more["note"] = self.template(more["note"])
        more["duties"] = tuple(
            Obligation(duty, self.expression(due) if due else None, who, ("第三条",))
            for duty, due, who in more.get("duties", ())
        )
        return Outcome(name, self.expression(when, BOOL) if when else None, **more)

    def determination(
        self,
        name: str,
        outcomes: Sequence[tuple[str, str] | Outcome],
        default: str | Outcome | None = None,
        applies: str | None = None,
        favourable: str = "",
        **more: Any,
    ) -> Build:
        made = tuple(o if isinstance(o, Outcome) else self.outcome(*o) for o in outcomes)
        named = (outcome for outcome in made if outcome.name == default)
        last = next(named, Outcome(default, None)) if isinstance(default, str) else default
        limits = self.expression(applies, BOOL) if applies else None
        names = [outcome.name for outcome in (*made, *((last,) if last else ()))]
        self.parts["determinations"][name] = Determination(
            name, ("第四条",), limits, made, last, favourable, origin="test", **more
        )
        self.enums[f"结论：{name}"] = tuple(dict.fromkeys(names))
        self.symbols[name] = Symbol(name, "determination", Type("determination"))
        self.order.append(name)
        return self

    def ranking(
        self, name: str, admitted: str, quota: str, order: Sequence[tuple[str, bool]], preferences: Sequence[str] = ()
    ) -> Build:
        keys = tuple(RankingKey(self.expression(key), descending) for key, descending in order)
        chosen = tuple(self.expression(sentence, BOOL) for sentence in preferences)
        self.parts["rankings"][name] = Ranking(
            name, ("第五条",), self.expression(admitted, BOOL), self.expression(quota), keys, chosen
        )
        return self

    def interpretation(self, number: str, touches: Sequence[str], adopted: str = "甲解") -> Build:
        options = (InterpretationOption("甲解", "", ()), InterpretationOption("乙解", "", ()))
        self.parts["interpretations"][number] = Interpretation(
            number, "口径", "怎么理解", ("第六条",), options, adopted, tuple(touches), origin="test"
        )
        return self

    def clause(self, citation: str) -> Build:
        self.parts["clauses"][citation] = Clause(citation, "要旨", "规则", "", "test")
        return self

    def taint(self, *affects: str, accepted: bool = False) -> Build:
        self.inexpressible.append(Inexpressible("难以表达", ("第七条",), "构造", "原因", "出路", affects, accepted))
        return self

    def attach(self, name: str, nature: str, text: str, due: str | None = None) -> Build:
        node = self.expression(due, DATE) if due else None
        self.attachments.append(
            Attachment(name, (nature,), ("复议法第二十条",), "救济", self.template(text), node, origin="general")
        )
        return self

    def package(self) -> Package:
        return Package(
            id="test",
            as_of=AS_OF,
            digest="sha256:0",
            headers=self.headers,
            scope=self.scope(),
            groups={group: tuple(names) for group, names in self.groups.items()},
            inexpressible=tuple(self.inexpressible),
            attachments=tuple(self.attachments),
            documents={},
            calendar=CALENDAR,
            order=tuple(self.order),
            **self.parts,
        )


def number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def case(facts: Mapping[str, Any], excuses: Mapping[str, bool] | None = None, name: str = "案一") -> Case:
    """A case from plain values; None is left out. Every value carries a finding, so it does for 判断 too."""
    known = {
        k: v if isinstance(v, Fact) else Fact(number(v), "证据", None, FINDING)
        for k, v in facts.items()
        if v is not None
    }
    return Case(name, AS_OF, known, {k: Fact(v, "", None, FINDING) for k, v in (excuses or {}).items()}, "test")


def records(columns: Sequence[str], *rows: Sequence[Any]) -> Table:
    return Table(tuple(columns), tuple(tuple(number(cell) for cell in row) for row in rows))


def without(case_: Case, name: str) -> Case:
    return replace(case_, facts={k: v for k, v in case_.facts.items() if k != name})
