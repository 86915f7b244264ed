"""All names of a stack in one scope: units, enumerations, facts, tables, parameters, criteria … One name, one meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field, replace
from decimal import Decimal

from engine.base.classes import dataclass
from engine.base.identifiers import IDENTIFIERS
from engine.base.numbers import Number, read_number
from engine.base.problem import Problem, Span
from engine.base.text import did_you_mean
from engine.base.units import BUILT_IN, MONTHS, NONE, PERIOD, SHARE, Unit, period_written, quantity_written, rate
from engine.base.units import base as base_unit
from engine.language.tree import BOOL, DATE, TEXT, TIME, Scope, Symbol, Type
from engine.policy.general_law import CONTACT
from engine.policy.nodes import Scalar
from engine.policy.package import AS_OF, FINDING_PARTS, NOT_YET, RANKED, Field, RecordTable
from engine.policy.procedure import OUTCOMES, STATES, of
from engine.policy.spec import PackageSpec
from engine.policy.spec.rules import DeterminationSpec, ParameterFiller, ScoreFiller, ScoreSpec
from engine.policy.spec.vocabulary import ColumnSpec, FactSpec, FieldSpec, TableSpec
from engine.policy.stack import Stack, said, texts

_LOCAL_NAMES = (
    *("序", "汉字序", "名称", "条款", "说明", "补救", "证据", "问题", "提供", "来源"),
    *("机关", "结论", "决定", "金额", "案件", "规范题名", "义务", "期限", "主体"),
    *("要求", "所见", "判定", "满分", "得分", "权重", "加权得分", "加权满分", "金额大写", "送达文书", "送达文号"),
    *("算式", "代入", "得数"),
    *("理由", "日期", "判断人", "名次", "择优结果", "首项相同"),
    *("含义", "各项", "据于", CONTACT),
)
LOCALS: dict[str, Type] = {**dict.fromkeys(_LOCAL_NAMES, TEXT), "本月": DATE}
"""Names a document's wording may use besides the vocabulary: about the decision, and about the item of an 逐项."""

_WORDS = {"是否": BOOL, "日期": DATE, "时刻": TIME, "文本": TEXT, **dict.fromkeys(IDENTIFIERS, TEXT)}
_NUMBERS = {"整数", "小数", "金额", "比例", "期间"}
_UNITS = {"金额": "元", "比例": "%", "期间": PERIOD.name}
"""The unit of a type of which none is given."""


@dataclass
class Names:
    """The scope while it is being filled: `scope`'s mappings are these very dicts, so that types found later (of
    derived quantities) are seen by what is checked after them."""

    symbols: dict[str, Symbol] = field(default_factory=dict)
    columns: dict[str, dict[str, Symbol]] = field(default_factory=dict)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=lambda: {u.name: u for u in BUILT_IN})
    facts: dict[str, Field] = field(default_factory=dict)
    tables: dict[str, RecordTable] = field(default_factory=dict)
    where: dict[str, Span] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    asked: list[Scalar] = field(default_factory=list)
    """Determinations whose outcome some fact holds."""

    @property
    def scope(self) -> Scope:
        return Scope(self.symbols, self.columns, self.enums, self.members, self.units)

    def define(self, name: Scalar, symbol: Symbol) -> bool:
        """Enter a name; a second definition is an error at its place naming the first."""
        if name.text in LOCALS or name.text in (AS_OF, RANKED):
            self.fail("E327", f"`{name.text}` 是保留名称", name.span, "换一个名称，例如加上限定词")
            return False
        first = self.where.get(name.text)
        if first is not None:
            message = f"`{name.text}` 重复定义，已在 {first} 定义"
            self.problems.append(Problem("E320", message, name.span, help="换一个名称，或删去一处"))
            return False
        self.where[name.text] = name.span
        self.symbols[name.text] = symbol
        return True

    def fail(self, code: str, message: str, place: Span, help: str | None = None) -> None:
        self.problems.append(Problem(code, message, place, help))


def collect(stack: Stack) -> Names:
    """Every name of the stack. Derived quantities and decision tables get the type `any` until they are checked."""
    names = Names()
    names.symbols[AS_OF] = Symbol(AS_OF, "fact", DATE)
    names.facts[AS_OF] = Field(AS_OF, DATE, "日期", label="作出决定所依据的日期", origin=stack.target)
    for spec in stack.members.values():
        _units(names, spec)
    for origin, spec in stack.members.items():
        _rates(names, spec)
        _enums(names, spec)
        _facts(names, spec, origin)
    for spec in stack.members.values():
        _definitions(names, spec, stack)
    for scalar in names.asked:
        if OUTCOMES + scalar.text not in names.enums:
            decisions = [n for n, s in names.symbols.items() if s.kind == "determination"]
            names.fail("E831", f"没有决定 `{scalar.text}`", scalar.span, did_you_mean(scalar.text, decisions))
    names.symbols.update((name, part) for name, part in finding_parts(names).items() if part.type == DATE)
    names.enums[STATES] = tuple(dict.fromkeys(texts([item.spec for item in stack.every("states")])))
    _index_members(names)
    return names


def _units(names: Names, spec: PackageSpec) -> None:
    for item in spec.units:
        name = item.name.text
        if name in names.units:
            names.fail("E320", f"单位 `{name}` 重复定义", item.name.span)
        elif item.equals is None:
            names.units[name] = base_unit(name)
        elif (quantity := quantity_written(item.equals.text, names.units)) is not None:
            factor, dimension = quantity
            names.units[name] = Unit(name, dimension, factor)
        else:
            names.fail("E321", f"`{item.equals.text}` 不是已知单位的数量", item.equals.span, "例如 `1000人次`")


_COUNTED = re.compile(r"[-0-9. ]*(\D+/\D+)")
"""A quantity counted in a rate: 300元/月."""


def _rates(names: Names, spec: PackageSpec) -> None:
    """Units of one thing for each of another, which need no definition of their own: 元/月, 元/人/月."""
    columns = (column for table in spec.tables for column in table.columns)
    computed = (column for table in spec.tables for column in table.computed)
    written = [item.unit.text for item in (*spec.facts, *columns) if item.unit is not None]
    derived = (*(c.unit for c in computed), *(d.unit for d in spec.derived), *(p.unit for p in spec.parameters))
    written += [unit.text for unit in derived if unit is not None]
    written += [table.output.unit.text for table in spec.decision_tables if table.output.unit is not None]
    filled = [filler.values for filler in spec.fillers if isinstance(filler, ParameterFiller)]
    for values in (*(parameter.values for parameter in spec.parameters), *filled):
        written += [found[1] for value in values if (found := _COUNTED.fullmatch(value.value.text.strip())) is not None]
    for text in written:
        if text not in names.units and (unit := rate(text, names.units)) is not None:
            names.units[text] = unit


def _enums(names: Names, spec: PackageSpec) -> None:
    for item in spec.enums:
        if item.name.text in names.enums:
            names.fail("E320", f"枚举 `{item.name.text}` 重复定义", item.name.span)
        repeated = [m for i, m in enumerate(item.members) if m in item.members[:i]]
        for member in repeated:
            names.fail("E320", f"取值 `{member.text}` 在 `{item.name.text}` 中写了两次", member.span)
        names.enums[item.name.text] = tuple(part for member in item.members for part in _member(member, names))


def _member(member: Scalar, names: Names) -> list[str]:
    """The member; several run together by a full-width comma are told of, and taken apart so that no more is said."""
    found = re.search("[，、]", member.text)
    if found is None:
        return [member.text]
    message = f"枚举的取值 `{member.text}` 里有 `{found[0]}`，像是几个取值连在了一起"
    place = member.place(found.start(), found.end())
    names.fail("E347", message, place, "各取值用半角逗号 `, ` 隔开，或各占一行")
    return [part for part in re.split("[，、]", member.text) if part]


def _facts(names: Names, spec: PackageSpec, origin: str) -> None:
    formal = {one.name.text for table in spec.decision_tables for one in table.formals}
    for fact in spec.facts:
        field_ = replace(make_field(fact, names, origin), formal=fact.name.text in formal)
        if names.define(fact.name, Symbol(field_.name, "fact", field_.type, field_.unit)):
            names.facts[field_.name] = field_
    for table in spec.tables:
        _table(names, table, origin)


def _table(names: Names, spec: TableSpec, origin: str) -> None:
    name = spec.name.text
    if not names.define(spec.name, Symbol(name, "table", Type("table", name=name))):
        return
    fields: dict[str, Field] = {}
    for column in spec.columns:
        if column.name.text in fields:
            names.fail("E320", f"列 `{column.name.text}` 在 `{name}` 中重复", column.name.span)
        fields[column.name.text] = make_field(column, names, origin)
    names.columns[name] = {f.name: Symbol(f.name, "column", f.type, f.unit) for f in fields.values()}
    for computed in spec.computed:
        if computed.name.text in names.columns[name]:
            names.fail("E320", f"列 `{computed.name.text}` 在 `{name}` 中重复", computed.name.span)
        unit = unit_of(computed.unit, names)
        names.columns[name][computed.name.text] = Symbol(computed.name.text, "computed", Type("any"), unit)
    label, supplier = said(spec.label), said(spec.supplier)
    for scalar in spec.unique:
        if scalar.text not in fields:
            names.fail(
                "E211", f"记录表“{name}”没有这一列：`{scalar.text}`", scalar.span, did_you_mean(scalar.text, fields)
            )
    unique = tuple(column for column in texts(spec.unique) if column in fields)
    names.tables[name] = RecordTable(
        name, tuple(fields.values()), label, supplier, texts(spec.clauses), origin, spec.name.span, unique
    )


def finding_parts(names: Names) -> dict[str, Symbol]:
    """`某判断的理由` and the like for every 判断: who found it, when and why. Rules know the day alone, wording all of it.
    A fact that is called so already is a double."""
    found: dict[str, Symbol] = {}
    for fact in names.facts.values():
        for part, type_ in FINDING_PARTS.items() if fact.finding else ():
            name = of(fact.name, part)
            if name in names.symbols and (place := names.where.get(name)) is not None:
                message = f"`{name}` 是判断 `{fact.name}` 自带的名称，不能另作定义"
                names.fail("E320", message, place, "换一个名称，或删去一处")
            found[name] = Symbol(name, "finding", type_)
    return found


def make_field(spec: FieldSpec, names: Names, origin: str) -> Field:
    """A fact or column as later layers see it; problems with its type, unit or range are noted."""
    word = spec.type
    finding = word == "判断"
    if finding:
        word = spec.value_type or ("枚举" if spec.enum else "是否")
    unit = unit_for(word, spec.unit, names)
    type_ = _outcome_type(spec, names) or type_of_word(word, unit, spec.enum, names, spec.name)
    low, high = range_of(spec.range, unit, names)
    extra = spec if isinstance(spec, FactSpec) else None
    column = spec if isinstance(spec, ColumnSpec) else None
    return Field(
        name=spec.name.text,
        type=type_,
        word=word,
        unit=unit,
        finding=finding,
        low=low,
        high=high,
        label=said(spec.label),
        question=said(extra.question) if extra else "",
        evidence=said(spec.evidence),
        change=(extra.change or "") if extra else "",
        supplier=said(extra.supplier) if extra else "",
        cost=extra.cost if extra and extra.cost is not None else (3 if finding else 1),
        required=column.required if column else False,
        aliases=texts(column.aliases) if column else (),
        clauses=texts(spec.clauses),
        origin=origin,
        span=spec.name.span,
        planned=spec.planned,
    )


def _outcome_type(spec: FieldSpec, names: Names) -> Type | None:
    """The type of a fact that holds an outcome of a determination, or the state of the dossier."""
    if not isinstance(spec, FactSpec) or spec.type != "枚举" or spec.enum is not None:
        return None
    if spec.determination is not None:
        names.asked.append(spec.determination)
        return Type("enum", name=OUTCOMES + spec.determination.text)
    return Type("enum", name=STATES) if isinstance(spec.taken, Scalar) else None


def unit_of(name: Scalar | None, names: Names) -> Unit | None:
    """The unit called `name`; an unknown one is an error."""
    if name is None:
        return None
    unit = names.units.get(name.text)
    if unit is None:
        names.fail("E321", f"单位 `{name.text}` 没有定义", name.span, did_you_mean(name.text, names.units))
    return unit


def unit_for(word: str | None, given: Scalar | None, names: Names) -> Unit | None:
    """The unit given, or the one that goes with the type: 元 of an amount, % of a share, 年月 of a period, which takes no
    other."""
    usual = names.units[_UNITS[word]] if word in _UNITS else None
    if usual == PERIOD and given is not None:
        names.fail(
            "E321", f"期间不写单位：`{given.text}`", given.span, "删去 `单位`；值写作 `1年6个月`、`18个月`、`2年`"
        )
        return usual
    return unit_of(given, names) or usual


_SHARE = re.compile("[0-9]+[÷/][0-9]+")


def written_unit(text: str, type_: Type | None, names: Names) -> Unit | None:
    """The unit a quantity is written in, so that it is shown as it was written: 80%, 15个工作日, 1年6个月."""
    if type_ is None or type_.kind != "number":
        return None
    unit = names.units.get(text.strip().lstrip("-0123456789. "))
    if unit is None and period_written(text) is not None:
        unit = PERIOD
    if unit is None and _SHARE.fullmatch("".join(text.split())):
        unit = SHARE
    return unit if unit is not None and unit.dimension == type_.dimension else None


def type_of_word(word: str, unit: Unit | None, enum: Scalar | None, names: Names, at: Scalar) -> Type:
    """The type a type word stands for. 金额 is money (元) whatever multiple it is written in."""
    if word in _WORDS:
        return _WORDS[word]
    if word in _NUMBERS:
        return Type("number", unit.dimension if unit else NONE)
    if enum is None:
        names.fail("E322", f"`{at.text}` 是枚举，但没有写 `枚举: …`", at.span, "写明用哪个枚举")
        return Type("enum")
    if enum.text not in names.enums:
        names.fail("E323", f"枚举 `{enum.text}` 没有定义", enum.span, did_you_mean(enum.text, names.enums))
    return Type("enum", name=enum.text)


def range_of(spec: Scalar | None, unit: Unit | None, names: Names) -> tuple[Number | None, Number | None]:
    """Both ends in base units; an end may name its unit (`0% 至 100%`), otherwise it is in the declared one."""
    if spec is None:
        return None, None
    ends = [_end(part.strip(), unit, names) for part in spec.text.split("至")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        example = "0个月 至 3年" if unit == PERIOD else "0 至 1000"
        names.fail("E324", f"范围 `{spec.text}` 读不懂", spec.span, f"写作 `{example}`，小的在前")
        return None, None
    return ends[0], ends[1]


def _end(text: str, unit: Unit | None, names: Names) -> Decimal | None:
    number = read_number(text)
    if number is not None and unit != PERIOD:
        return number * (unit.factor if unit else Decimal(1))
    if unit is not None and unit.dimension == MONTHS:
        return period_written(text)
    quantity = quantity_written(text, names.units)
    return quantity[0] if quantity is not None and quantity[1] == (unit.dimension if unit else NONE) else None


def _definitions(names: Names, spec: PackageSpec, stack: Stack) -> None:
    any_ = Type("any")
    for parameter in spec.parameters:
        names.define(parameter.name, Symbol(parameter.name.text, "parameter", any_))
    for item in spec.derived:
        names.define(item.name, Symbol(item.name.text, "derived", any_, unit_of(item.unit, names)))
    for table in spec.decision_tables:
        names.define(table.name, Symbol(table.name.text, "decision-table", any_))
    for score in spec.scores:
        _score(names, score, stack)
    for criterion in spec.criteria:
        names.define(criterion.name, Symbol(criterion.name.text, "criterion", BOOL))
    for determination in spec.determinations:
        name = determination.name.text
        if names.define(determination.name, Symbol(name, "determination", Type("determination", name=name))):
            unmade = (NOT_YET,) if determination.premises else ()
            names.enums[OUTCOMES + name] = (*outcome_names(determination), *unmade)
    for ranking in spec.rankings:
        names.define(ranking.name, Symbol(ranking.name.text, "ranking", any_))
    for group, at in _groups(spec):
        _group(names, group, at)


def _score(names: Names, spec: ScoreSpec, stack: Stack) -> None:
    unit = unit_of(spec.unit, names)
    symbol = Symbol(spec.name.text, "score", Type("number", unit.dimension if unit else NONE), unit)
    if names.define(spec.name, symbol):
        filler = stack.fillers.get(spec.name.text)
        body = filler.spec if spec.open and filler and isinstance(filler.spec, ScoreFiller) else spec
        bands = [*(b.name.text for b in body.bands), *(b.name.text for b in spec.bands)]
        names.enums[f"等次：{spec.name.text}"] = tuple(dict.fromkeys(bands))
        names.enums[f"分项：{spec.name.text}"] = tuple(i.name.text for i in spec.items)


def _group(names: Names, group: str, at: Span) -> None:
    known = names.symbols.get(group)
    if known is None:
        names.symbols[group] = Symbol(group, "group", Type("group", name=group))
        names.where.setdefault(group, at)
    elif known.kind != "group":
        names.fail("E320", f"组名 `{group}` 已用作别的名称（{names.where.get(group)}）", at, "换一个组名")


def _groups(spec: PackageSpec) -> Iterator[tuple[str, Span]]:
    for declared in spec.groups:
        yield declared.name.text, declared.name.span
    for criterion in spec.criteria:
        for group in criterion.groups:
            yield group.text, group.span


def outcome_names(spec: DeterminationSpec) -> tuple[str, ...]:
    """The outcomes in order, the default's own name last where it is not one of them."""
    listed = [o.name.text for o in spec.outcomes]
    if spec.default is not None:
        name = spec.default.text if isinstance(spec.default, Scalar) else spec.default.name.text
        if name not in listed:
            listed.append(name)
    return tuple(dict.fromkeys(listed))


def _index_members(names: Names) -> None:
    index: dict[str, list[str]] = {}
    for enum, members in names.enums.items():
        for member in members:
            index.setdefault(member, []).append(enum)
    names.members.update({member: tuple(enums) for member, enums in index.items()})
