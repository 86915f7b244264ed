"""What differs between two versions of a package, definition by definition; where they are written does not count. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, fields, is_dataclass
from itertools import zip_longest
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.language.printer import print_node, show_value
from engine.language.tree import Call, Items, Literal, Name, Type, Value
from engine.policy.dated import Dated
from engine.policy.package import Header, Package, Parameter
from engine.policy.procedure import STATES
from engine.policy.spec.base import keys_of
from engine.policy.spec.vocabulary import HeaderSpec

_NODES = (Call, Items, Literal, Name)
_PLACES = {"span", "spans", "source_span", "origin"}
_SECTIONS = {
    "参数": "parameters",
    "解释口径": "interpretations",
    "准则": "criteria",
    "派生量": "derived",
    "决定表": "decision_tables",
    "评分": "scores",
    "决定": "determinations",
    "择优": "rankings",
    "文书": "documents",
    "图": "pictures",
    "事实": "facts",
    "记录表": "tables",
    "校验": "relations",
    "条款": "clauses",
    "机关名录": "organs",
}
_HEADER = {key.name: key.alias for key in keys_of(HeaderSpec)}
"""Part of a header -> its key."""
_BELOW = frozenset({"参数", "准则", "派生量", "决定表", "评分", "决定"})
"""Kinds that reach a decision only through names it rests on."""
_BESIDE = frozenset({"解释口径", "文书", "图"})
"""Kinds that reach no decision: options have been chosen, and what is chosen is a definition."""
NOTHING, THERE = "", "有"
"""What stands for a definition, or a part of one, that is not there; for one of which a line cannot say more."""


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A definition, or the `part` of one, as both versions say it; `NOTHING` where one has none. `kind` 参数 准则 …"""

    kind: str
    name: str
    part: str
    before: str
    after: str
    whole: bool = False
    """The definition itself is new or gone."""


def between(before: Package, after: Package) -> list[str]:
    """The names of what the rules of one day say otherwise than those of another; nothing where they are the same."""
    days = before.as_of, after.as_of
    names = dict.fromkeys((*before.parameters, *after.parameters))
    values = [
        [p.parameters[n].on(day) if n in p.parameters else None for n in names]
        for p, day in zip((before, after), days, strict=True)
    ]
    found = [name for name, one, other in zip(names, *values, strict=True) if one != other]
    return found + [one.name for one in differences(before, after) if one.kind != "参数"]


def differences(before: Package, after: Package) -> list[RuleDifference]:
    """Every definition that is new, gone or says something else, in the package's order."""
    found = []
    for kind, old, new in _sections(before, after):
        for name in dict.fromkeys((*old, *new)):
            one, other = old.get(name), new.get(name)
            if one is None or other is None:
                was, is_ = (THERE if item else NOTHING for item in (one, other))
                found.append(RuleDifference(kind, name, "", was, is_, whole=True))
            elif one is not other and one != other:  # the same in the same place says the same: most of them, and quick
                leaves = dict.fromkeys(leaf for leaf in _leaves(one, other, "") if leaf[1] != leaf[2])
                found += [RuleDifference(kind, name, *leaf) for leaf in leaves]  # said once, in however many parts
    return found


def changed_names(before: Package, after: Package) -> frozenset[str] | None:
    """What a decision has to rest on to come out otherwise under the other version; None: any decision may."""
    found = differences(before, after)
    if any(one.kind not in _BELOW | _BESIDE for one in found):
        return None
    return frozenset(one.name for one in found if one.kind in _BELOW)


def _sections(before: Package, after: Package) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    yield "规范", before.headers, after.headers
    yield "枚举", _written(before), _written(after)
    for kind, attribute in _SECTIONS.items():
        yield kind, getattr(before, attribute), getattr(after, attribute)
    for kind, attribute in (("附随", "attachments"), ("不可编码", "inexpressible")):
        one, other = ({item.name: item for item in getattr(package, attribute)} for package in (before, after))
        yield kind, one, other
    states = [{"状态": p.procedure.states} if p.procedure else {} for p in (before, after)]
    yield "状态", states[0], states[1]
    for kind, attribute in (("事件", "events"), ("程序", "rules"), ("周期事项", "periodic")):
        one, other = (getattr(p.procedure, attribute) if p.procedure else {} for p in (before, after))
        yield kind, one, other


def _written(package: Package) -> Mapping[str, tuple[str, ...]]:
    """The enumerations somebody wrote, and not those of outcomes, grades and states."""
    enums = package.scope.enums
    return {name: members for name, members in enums.items() if "：" not in name and name != STATES}


def _leaves(before: Any, after: Any, part: str) -> Iterator[tuple[str, str, str]]:
    """(part, before, after) wherever two definitions of one kind differ, as deep as a text can tell."""
    if bare(before) == bare(after):
        return
    if isinstance(before, Parameter) and isinstance(after, Parameter):
        yield part, _value(before), _value(after)
    elif type(before) is type(after) and is_dataclass(before) and not isinstance(before, (*_NODES, Type)):
        names = [field.name for field in fields(before) if _counts(field)]
        for name in names:
            called = _HEADER[name] if isinstance(before, Header) else part
            yield from _leaves(getattr(before, name), getattr(after, name), called)
    elif _is_list(before) and _is_list(after):
        for one, other in _paired(before, after):
            yield from _leaves(one, other, _within(part, one if one is not None else other))
    else:
        yield part, text_of(before), text_of(after)


def _counts(part: Field[Any]) -> bool:
    """Where a definition is written, and what is worked out from others and kept with it, is none of what it says."""
    return part.compare and part.name not in _PLACES


def _is_list(value: Any) -> bool:
    """A list of parts, and not a wording or a list of names."""
    return isinstance(value, tuple) and any(is_dataclass(item) and not isinstance(item, _NODES) for item in value)


def _paired(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Parts by name where they have one each, else by place."""
    old, new = ({getattr(item, "name", None): item for item in items} for items in (before, after))
    if None in (*old, *new) or (len(old), len(new)) != (len(before), len(after)):
        yield from zip_longest(before, after)
        return
    yield from ((old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new)))


def _within(part: str, item: Any) -> str:
    name = getattr(item, "name", "")
    return f"{part} › {name}" if part and isinstance(name, str) and name else name if isinstance(name, str) else part


def _value(parameter: Parameter) -> str:
    if parameter.dated and len(parameter.dated) > 1:
        return "；".join(f"{_days(one)} {_shown(parameter, one.value)}".strip() for one in parameter.dated)
    if parameter.value is not None:
        return _shown(parameter, parameter.value)
    return "未定" if parameter.open else "没有取值"


def _days(one: Dated) -> str:
    since, until = (day.isoformat() if day else "" for day in (one.since, one.until))
    return f"{since} 至 {until}" if since and until else f"{since} 起" if since else f"至 {until}" if until else ""


def _shown(parameter: Parameter, value: Value) -> str:
    return show_value(value, parameter.type, parameter.unit) if value is not None else "未定"


def text_of(value: Any) -> str:
    """A part of a definition in a line."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, _NODES):
        return print_node(value)
    if isinstance(value, tuple):
        wording = any(isinstance(item, _NODES) for item in value) and any(isinstance(item, str) for item in value)
        texts = [f"{{{text_of(item)}}}" if wording and not isinstance(item, str) else text_of(item) for item in value]
        return "".join(texts) if wording else "、".join(texts)
    if is_dataclass(value):
        return str(getattr(value, "name", "")) or THERE
    return str(value)


def bare(value: Any) -> Any:
    """The value without places, as something that can be compared."""
    if isinstance(value, Span):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(bare(getattr(value, f.name)) for f in fields(value) if _counts(f))
    if isinstance(value, tuple | list):
        return tuple(map(bare, value))
    if isinstance(value, Mapping):
        return tuple((key, bare(item)) for key, item in value.items())
    return value
