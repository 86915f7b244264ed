"""Values in words: templates filled in, values as people read them, and where each came from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, TypeGuard

from engine.base.classes import dataclass
from engine.base.numbers import Number, approximated
from engine.base.problem import Place, Pointer, Span
from engine.base.text import long_date
from engine.base.units import NONE, Unit
from engine.decision.case import Case, Fact
from engine.decision.core import shown_as
from engine.decision.model import NOT_APPLICABLE, RecordCount, Seen
from engine.decision.program import Program, columns_of
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.intervals import OPEN
from engine.language.keys import named_by
from engine.language.make import ON_DAY, OVER, RATE, ROUNDED, TIMES
from engine.language.printer import print_node, show_value
from engine.language.tree import Call, Items, Name, Node, Table
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.policy.package import AS_OF, Package, Parameter, Template


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values. `unknown`: expressions that had none; the text says of each that it is not known
    yet, and must not go into a letter."""

    text: str
    unknown: tuple[str, ...] = ()


_UNKNOWN = "尚未查明"
NOT_FILLED = "未填"
"""What is shown of something blank where some rule asks whether it is filled in."""


def unknown_in(text: str) -> list[str]:
    """The expressions that a filled text says are not known yet; such a text must not go into a letter."""
    return re.findall(rf"〔([^〕]+){_UNKNOWN}〕", text)


def fill(
    template: Template, program: Program, values: Values, beside: Iterable[Number] = (), ranged: Collection[str] = ()
) -> Filled:
    """Every expression shown with its unit, numbers with enough digits to be told from the others of the text and from those
    they stand `beside`. Of the names `ranged` it is enough how far they reach: 至多11场."""
    found = [(part, None if isinstance(part, str) else program.value(part, values)) for part in template]
    parts: list[str] = []
    unknown: list[str] = []
    for index, (part, value) in enumerate(found):
        if isinstance(part, str):
            parts.append(part)
        elif (
            value is None and isinstance(part, Name) and part.name in ranged and range_shown(program, values, part.name)
        ):
            parts.append(range_shown(program, values, part.name))
        elif value is None:
            unknown.append(print_node(part))
            parts.append(f"〔{print_node(part)}{_UNKNOWN}〕")
        else:
            others = [v for at, (_, v) in enumerate(found) if at != index and isinstance(v, Number)]
            parts.append(show_beside(program, values, part, (*beside, *others)))
    return Filled("".join(parts), tuple(dict.fromkeys(unknown)))


def range_shown(program: Program, values: Values, name: str) -> str:
    """至少9场、至多11场: how far a count or a sum that blank cells leave open reaches; "" where nobody knows."""
    derived, place = program.package.derived.get(name), program.slots.get(keys.interval(name))
    if derived is None or place is None:
        return ""
    low, high = values[place] or OPEN
    ends = (("至少", low or None), ("至多", high))
    return "、".join(w + show_value(end, derived.type, derived.unit) for w, end in ends if end is not None)


def is_number(value: Any) -> TypeGuard[Number]:
    """Whether a value is a number; a truth is none."""
    return isinstance(value, Number) and not isinstance(value, bool)


def show_beside(program: Program, values: Values, node: Node, beside: Collection[Number]) -> str:
    """The known value of `node` as people read it, with enough digits to be told from the numbers it stands `beside`. What
    the text itself rounds gets more places where it takes them: 7.96 rounded to a whole is not 8 where it is fewer than 8."""
    value = program.value(node, values)
    if isinstance(node, Call) and node.function == ROUNDED:
        whole, places = (program.value(arg, values) for arg in node.args)
        value = approximated(whole, int(places), beside)
    return show_value(value, node.type, unit_of(program.package, node), beside if is_number(value) else ())


def show(package: Package, node: Node, value: Any) -> str:
    """The value of `node` as people read it."""
    return show_value(value, node.type, unit_of(package, node))


def unit_of(package: Package, node: Node) -> Unit | None:
    """The unit a name is declared with; of a calculation, that of the first name of the same dimension. 20% of a number
    is no share."""
    if isinstance(node, Name):
        columns = package.scope.columns.get(node.table, {})
        symbol = columns.get(node.name) if node.table else package.scope.symbols.get(node.name)
        return symbol.unit if symbol is not None else None
    if not isinstance(node, Call) or node.type is None or node.type.kind != "number":
        return None
    if shown := FUNCTIONS[node.function].unit:
        return package.scope.units.get(shown)
    units = [unit_of(package, arg) for arg in node.args]
    if node.type.dimension == NONE and node.function in (TIMES, OVER) and None in units:
        return None
    return next((unit for unit in units if unit is not None and unit.dimension == node.type.dimension), None)


def called(package: Package, case: Case) -> str:
    """What people call the case, "" where its package or its facts do not say."""
    fact = case.facts.get(package.header.called)
    return fact.value if fact is not None and isinstance(fact.value, str) else ""


def near(place: Place | None) -> str:
    """A place as a reader of the case needs it: the file's name without its folders, the line or the cells."""
    if isinstance(place, Span):
        name = place.file.rsplit("/", 1)[-1]
        return f"{name}!{place.cell}" if place.cell else f"{name}:{place.line}"
    return str(place) if place is not None else ""


_KINDS = {
    "facts": "fact",
    "tables": "table",
    "derived": "derived",
    "parameters": "parameter",
    "decision_tables": "decision-table",
    "scores": "score",
    "criteria": "criterion",
    "determinations": "determination",
}


def kind_of(package: Package, name: str) -> str:
    """fact table derived parameter decision-table score criterion determination, or ""."""
    return next((kind for section, kind in _KINDS.items() if name in getattr(package, section)), "")


def seen(program: Program, values: Values, case: Case, key: str, beside: Collection[Number] = ()) -> Seen:
    """The value at a slot key, in words and with its source; under the name of a criterion, whether it passes."""
    package, name = program.package, named_by(key)
    value = values[program.slots[keys.passed(key) if key in package.criteria else key]]
    symbol = package.scope.symbols.get(name)
    kind = kind_of(package, name)
    part = keys.is_band(key) or kind == "criterion"
    own = symbol if not part and not keys.is_rate(key) else None
    share = package.scope.units.get(FUNCTIONS[RATE].unit) if keys.is_rate(key) else None
    text = show_value(value, own.type if own is not None else None, own.unit if own is not None else share, beside)
    if kind == "criterion" and shown_as(program.package.criteria, key) == name:
        applies = values[program.layout.criterion(name).applies]
        value, text = (NOT_APPLICABLE, str(NOT_APPLICABLE)) if applies is False else (value, text)
    elif value is None and kind in ("fact", "table") and name in program.form.asked:
        text = NOT_FILLED
    shown = f"{name}（等次）" if keys.is_band(key) else name if part or key == name else key
    unknown = value is None and kind == "derived"
    source = known_so_far(program, values, name) if unknown else source_of(program, case, name, kind)
    return Seen(shown, kind, RecordCount(len(value.rows)) if isinstance(value, Table) else value, text, source)


def known_so_far(program: Program, values: Values, name: str) -> str:
    """Of a count or a sum that is unknown: what it comes to at least, and where cells are blank; else ""."""
    derived = program.package.derived[name]
    node, place = program.inlined(derived.expression), program.slots.get(keys.interval(name))
    if place is None:
        return ""
    least = (values[place] or OPEN)[0]
    parts = [f"已知至少{show_value(least, node.type, derived.unit)}"] if least else []
    read = {(n.table, n.name): None for n in nodes(node) if isinstance(n, Name) and n.kind == "column"}
    for table, column in read:
        records = values[program.slots[table]]
        if isinstance(records, Table) and column in records.columns:
            index = records.columns.index(column)
            blank = sum(row[index] is None for row in records.rows)
            parts += [f"{table}的“{column}”有{blank}格未填"] if blank else []
    return "，".join(parts)


def over_time(parameter: Parameter) -> str:
    """Every value with its days, of a parameter that is asked for on a stated day; "" where it has one only."""
    parts = []
    for held in parameter.dated:
        since = f"{held.since.isoformat()}起" if held.since else ""
        until = f"{held.until.isoformat()}止" if held.until else ""
        parts.append(f"{show_value(held.value, parameter.type, parameter.unit)}（{since}{until}）")
    return "、".join(parts)


def on_days(node: Node) -> frozenset[str]:
    """The parameters that `node` reads on stated days only, not on the 基准日."""
    told: set[str] = set()
    bare: set[str] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Call) and part.function == ON_DAY and isinstance(part.args[0], Name):
            day = part.args[1]
            (bare if isinstance(day, Name) and day.name == AS_OF else told).add(part.args[0].name)
            waiting.append(day)
        elif isinstance(part, Call):
            waiting += part.args
        elif isinstance(part, Items):
            waiting += part.items
        elif isinstance(part, Name):
            bare.add(part.name)
    return frozenset(told - bare)


def source_of(program: Program, case: Case, name: str, kind: str) -> str:
    """Where a value came from: a cell, evidence, a finder, a clause, an implementing package."""
    package = program.package
    if kind in ("fact", "table"):
        fact = case.facts.get(name)
        return fact_source(fact) if fact is not None else "案件的基准日" if name == AS_OF else ""
    if kind == "parameter":
        parameter = package.parameters[name]
        if parameter.value is None:
            return f"参数未定，由{parameter.setter or '有权机关'}确定"
        return cited(package, parameter.origin, parameter.source, parameter.clauses)
    if kind == "derived":
        below = program.under(name)
        read = columns_read(program, name)
        found = [fact_source(case.facts[n], read.get(n, ())) for n in below if n in case.facts]
        return "、".join(dict.fromkeys(source for source in found if source)) or "计算得出"
    definition = (
        package.decision_tables.get(name)
        or package.scores.get(name)
        or package.criteria.get(name)
        or package.determinations.get(name)
    )
    if definition is None:
        return ""
    return cited(package, definition.origin, getattr(definition, "source", definition.origin), definition.clauses)


def columns_read(program: Program, name: str) -> dict[str, frozenset[str]]:
    """The columns of each table that a definition rests on, those included that a column that is worked out reads."""
    package, found = program.package, dict[str, set[str]]()
    steps = [program.steps[one] for one in (name, *program.under(name)) if one in program.steps]
    todo = list(columns_of(program.written(node) for step in steps for node in step.nodes))
    while todo:
        table, column = todo.pop()
        known = found.setdefault(table, set())
        if column not in known:
            known.add(column)
            declared = package.tables.get(table)
            worked = declared.computed.get(column) if declared is not None else None
            todo += columns_of([worked.expression]) if worked is not None else ()
    return {table: frozenset(columns) for table, columns in found.items()}


def fact_source(fact: Fact, columns: Collection[str] | None = None) -> str:
    """`台账.xlsx!D7`, the evidence, which cells were corrected (of these `columns`, None: of all), and who found it when.
    Data that a program handed over has no place people could open."""
    handed = isinstance(fact.place, Pointer) and not fact.place.file
    parts = ["" if handed else near(fact.place), fact.evidence]
    parts += [str(one) for one in fact.corrections if columns is None or one.column in columns]
    if fact.finding is not None:
        parts.append(f"{fact.finding.person} {long_date(fact.finding.on)}认定")
    return "，".join(part for part in parts if part)


def cited(package: Package, origin: str, source: str, clauses: tuple[str, ...]) -> str:
    """条文 第七条第（六）项, or which package says so."""
    lead = standing(package, origin, source)
    named = package.headers.get(source or origin)
    title = f"《{named.title}》" if named is not None and (source or origin) != package.id else ""
    return f"{lead}{title}{' ' if clauses else ''}{'、'.join(clauses)}"


def standing(package: Package, origin: str, source: str) -> str:
    """条文, 实施口径, 实施口径（示例）, 通则, or the interpretation that set it."""
    header = package.headers.get(source or origin)
    if header is None:
        return source or "条文"
    if header.kind == "通则":
        return "通则"
    if header.kind == "实施方案" or (source and source != origin):
        return "实施口径（示例）" if header.status == "示例" else "实施口径"
    return "条文"
