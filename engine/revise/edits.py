"""Changes of rules as data, and the pieces of text they come to.

An edit says what is to be otherwise, not where: it is planned for the files as they are now, and what was planned holds
for these alone. Nothing here writes a file or asks whether the changed rules are right. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Scalar, Sequence
from engine.revise.found import Defined, Steps, definition, definitions, part, roots
from engine.revise.pieces import is_flow, moved_item, rewritten, with_item, with_key, without_item, without_key
from engine.revise.splices import Change, Splice, Texts, change_of
from engine.revise.writing import YamlValue, scalar

_FIRST, _LAST = date.min, date.max


@dataclass(frozen=True, slots=True)
class SetValue:
    """A parameter has `value`, written with its unit; from the day `since` on where one is given, else at all times. One
    that the text leaves open is set in the package that fills it."""

    name: str
    value: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class SetPart:
    """The part `place` of a definition says `value`: a text, or a list or mapping where nothing stands yet. `kind` is the
    section: 准则, 文书, 解释口径."""

    kind: str
    name: str
    place: Steps
    value: YamlValue


@dataclass(frozen=True, slots=True)
class Remove:
    """The definition is gone, or the part `place` of it."""

    kind: str
    name: str
    place: Steps = ()


@dataclass(frozen=True, slots=True)
class Add:
    """A new definition in the section `kind`, behind the one called `after`, else behind the last."""

    kind: str
    says: Mapping[str, YamlValue]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Insert:
    """A new item in the list `place` of a definition, behind the one numbered `after` from 1; 0: before the first."""

    kind: str
    name: str
    place: Steps
    after: int
    value: YamlValue


@dataclass(frozen=True, slots=True)
class Reorder:
    """The item `place` of a list stands behind the one numbered `after` from 1, as the others count without it; 0: before
    the first. It keeps its very text and the remark behind it."""

    kind: str
    name: str
    place: Steps
    after: int


Edit = SetValue | SetPart | Remove | Add | Insert | Reorder


def planned(edit: Edit, files: Texts) -> Change:
    """The change of `files`, the rule files of all packages, that an edit comes to. Refused: E932 to E935."""
    read = roots(files)
    match edit:
        case SetValue():
            splices = _set(edit, read)
        case SetPart():
            splices = [_write(edit, read)]
        case Remove():
            splices = [_remove(edit, read)]
        case Add():
            splices = [_add(edit, read)]
        case Insert():
            splices = [_insert(edit, read)]
        case Reorder():
            splices = _move(edit, read)
    return change_of(splices, files)


def _write(edit: SetPart, read: Mapping[str, MappingNode]) -> Splice:
    at = part(definition(read, edit.kind, edit.name), edit.place)
    if at.node is None:
        assert isinstance(at.holder, MappingNode)
        return with_key(at.holder, str(at.last), edit.value)
    if isinstance(at.node, Scalar) and isinstance(edit.value, str):
        return rewritten(at.node, edit.value, flow=at.flow)
    said = " › ".join(map(str, edit.place))
    raise Refused(Problem("E934", f"`{said}` 不是一句话，不能整个改写", at.node.span, "指到其中的一项，或先删去再写"))


def _remove(edit: Remove, read: Mapping[str, MappingNode]) -> Splice:
    found = definition(read, edit.kind, edit.name)
    if not edit.place:
        return without_item(found.section, found.at)
    at = part(found, edit.place)
    if at.node is None:
        raise Refused(Problem("E933", f"{edit.kind} `{edit.name}` 没有写 `{at.last}`", found.item.span))
    if len(at.holder) == 1:
        raise Refused(Problem("E934", "这里只有这一项，删了就空了", at.node.span, "连同上一级一起删去"))
    if isinstance(at.holder, MappingNode):
        return without_key(at.holder, str(at.last))
    return without_item(at.holder, int(at.last) - 1)


def _add(edit: Add, read: Mapping[str, MappingNode]) -> Splice:
    if edit.after is not None:
        found = definition(read, edit.kind, edit.after)
        return with_item(found.section, edit.says, found.at)
    last = [found for found in definitions(read) if found.kind == edit.kind]
    if not last:
        raise Refused(Problem("E933", f"没有 `{edit.kind}` 这一节", help=f"先在文件里写 `{edit.kind}:` 和第一项"))
    return with_item(last[-1].section, edit.says, last[-1].at)


def _insert(edit: Insert, read: Mapping[str, MappingNode]) -> Splice:
    found = definition(read, edit.kind, edit.name)
    at = part(found, edit.place).node
    if not isinstance(at, Sequence) or not 0 <= edit.after <= len(at) or not len(at):
        said = " › ".join(map(str, edit.place))
        raise Refused(Problem("E934", f"`{edit.name}` 的 `{said}` 里没有第 {edit.after} 项", found.item.span))
    return with_item(at, edit.value, edit.after - 1)


def _move(edit: Reorder, read: Mapping[str, MappingNode]) -> list[Splice]:
    found = definition(read, edit.kind, edit.name)
    at = part(found, edit.place)
    taken = int(at.last)
    if not isinstance(at.holder, Sequence) or at.node is None or not 0 <= edit.after < len(at.holder):
        said = " › ".join(map(str, edit.place))
        raise Refused(Problem("E934", f"`{edit.name}` 的 `{said}` 不能移到第 {edit.after} 项之后", found.item.span))
    behind = edit.after if edit.after < taken else edit.after + 1
    return moved_item(at.holder, taken - 1, behind - 1) if behind != taken - 1 else []


# ---- values with dates ----


@dataclass(frozen=True, slots=True)
class _Period:
    """One of the values of a parameter, and the days it holds for."""

    node: MappingNode
    since: date
    until: date


def _set(edit: SetValue, read: Mapping[str, MappingNode]) -> list[Splice]:
    found = _filled(edit.name, read)
    values = found.item.get("取值")
    if not isinstance(values, Sequence) or not values.items:
        help = f"在实施它的政策包里写 `- 参数: {edit.name}` 和 `取值`"
        raise Refused(Problem("E935", f"参数 `{edit.name}` 还没有值", found.item.span, help))
    periods = [
        _Period(item, _day(item, "自") or _FIRST, _day(item, "至") or _LAST)
        for item in values
        if isinstance(item, MappingNode) and isinstance(item.get("值"), Scalar)
    ]
    if edit.since is None:
        if len(periods) != 1:
            help = "用 `--since 日期` 说明从哪一天起改"
            raise Refused(Problem("E935", f"参数 `{edit.name}` 有 {len(periods)} 段取值", values.span, help))
        return [_valued(periods[0], edit.value, values)]
    return _from(edit.since, edit.value, sorted(periods, key=lambda p: p.since), values)


def _filled(name: str, read: Mapping[str, MappingNode]) -> Defined:
    """Where the values of a parameter are: its own definition, or what fills it."""
    named = [f for f in definitions(read) if f.name == name and (f.kind == "参数" or f.item.get("参数") is not None)]
    if not named:
        known = [found.name for found in definitions(read) if found.kind == "参数"]
        raise Refused(Problem("E933", f"没有参数 `{name}`", help=did_you_mean(name, known)))
    fillers = [found for found in named if found.kind == "实施"]
    if len(fillers) > 1:
        where = "、".join(str(found.item.span) for found in fillers)
        raise Refused(Problem("E935", f"参数 `{name}` 由几处实施：{where}", help="在文件里改要改的那一处"))
    return (fillers or named)[0]


def _day(item: MappingNode, key: str) -> date | None:
    found = item.get(key)
    try:
        return date.fromisoformat(found.text) if isinstance(found, Scalar) else None
    except ValueError:
        raise Refused(Problem("E935", f"`{key}` 不是日期", item.span, "先把它改对")) from None


def _valued(period: _Period, value: str, values: Sequence) -> Splice:
    found = period.node.get("值")
    assert isinstance(found, Scalar)
    return rewritten(found, value, flow=_in_brackets(period.node, values))


def _in_brackets(node: MappingNode, values: Sequence) -> bool:
    return is_flow(node) or is_flow(values)


def _from(since: date, value: str, periods: list[_Period], values: Sequence) -> list[Splice]:
    """From a day on: the value that held then ends the day before, and the new one goes on for as long as it would have."""
    holding = next((p for p in periods if p.since <= since <= p.until), None)
    if holding is not None and holding.since == since:
        return [_valued(holding, value, values)]
    later = min((p.since for p in periods if p.since > since), default=None)
    until = holding.until if holding is not None else later - timedelta(1) if later is not None else _LAST
    new = {"值": value, "自": since.isoformat()} | ({"至": until.isoformat()} if until != _LAST else {})
    before = holding or max((p for p in periods if p.until < since), key=lambda p: p.until, default=periods[0])
    at = next(index for index, item in enumerate(values) if item is before.node)
    added = with_item(values, new, at)
    if holding is None:
        return [added]
    end = (since - timedelta(1)).isoformat()
    written = holding.node.get("至")
    if isinstance(written, Scalar):
        flow = _in_brackets(holding.node, values)
        return [Splice(written.source.file, written.start, written.stop, scalar(end, written, flow=flow)), added]
    return [with_key(holding.node, "至", end), added]
