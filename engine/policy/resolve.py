"""A stack of packages -> one immutable, type-checked `Package` for a day, or all the problems that forbid it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from graphlib import CycleError, TopologicalSorter

from engine.base.basis import fingerprint
from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.problem import Problem, Span, errors
from engine.base.text import did_you_mean
from engine.base.units import MONTHS, PERIOD, Unit
from engine.language.check import check
from engine.language.functions import FUNCTIONS
from engine.language.make import THIS_ROW
from engine.language.tree import Call, Node, Scope, Symbol, Type
from engine.language.types import defined
from engine.language.walk import nodes
from engine.policy.build import Builder
from engine.policy.build_round import ordered, ranked_facts
from engine.policy.names import Names, collect, unit_for, unit_of
from engine.policy.nodes import Scalar
from engine.policy.package import Package
from engine.policy.parameters import typed_parameters
from engine.policy.shape import ReadFile, read_file, read_package
from engine.policy.spec import PackageSpec
from engine.policy.spec.rules import DecisionTableFiller, ParameterFiller, ScoreFiller
from engine.policy.spec.vocabulary import OverlaySpec, PatchSpec
from engine.policy.stack import Sourced, Stack, build_stack, texts
from engine.policy.untyped import Parser, UntypedDefinition, untyped_definitions

PackageSources = Mapping[str, Mapping[str, str]]
"""Package id -> file path -> text: rules (examples are read apart), and by their digest layouts and marks of its own."""


@dataclass(frozen=True, slots=True)
class Library:
    """All packages as read, before a target and a day are chosen."""

    sources: PackageSources
    specs: Mapping[str, PackageSpec]
    digest: str


def read_library(sources: PackageSources, read: ReadFile = read_file) -> tuple[Library, list[Problem]]:
    """Read every package; one that cannot be read is left out and its problems say why. `read` as of `read_package`."""
    specs: dict[str, PackageSpec] = {}
    problems: list[Problem] = []
    for key, files in sources.items():
        spec, found = read_package(files, read)
        problems += found
        if spec is None:
            continue
        if spec.header is None:
            place = Span(next(iter(files)), 1, 1, 1, 1) if files else None
            problems.append(Problem("E310", f"包 `{key}` 没有 `规范`", place, f"在 {key}/policy.yaml 写 `规范:`"))
        elif spec.header.id.text != key:
            message = f"`标识` 是 `{spec.header.id.text}`，文件夹是 `{key}`"
            problems.append(Problem("E310", message, spec.header.id.span, help="两者写成一样"))
        else:
            specs[key] = spec
    return Library(sources, specs, digest_of(sources)), problems


def digest_of(sources: PackageSources, overlays: Sequence[Sourced[OverlaySpec]] = ()) -> str:
    """SHA-256 over package ids, file paths within the package and texts, in sorted order, then overlays as applied."""
    total = hashlib.sha256()
    for key, path, digest in files_of(sources):
        total.update(f"{key}\0{path}\0{digest}\n".encode())
    for overlay in overlays:
        if overlay.spec != OverlaySpec():
            total.update(f"{overlay.spec!r}\n".encode())
    return "sha256:" + total.hexdigest()


def files_of(sources: PackageSources) -> Iterator[tuple[str, str, str]]:
    """(package, path within it, SHA-256 in hex) of every file, in sorted order."""
    for key in sorted(sources):
        for path in sorted(sources[key]):
            inside = f"/{path}".rsplit(f"/{key}/", 1)[-1]
            yield key, inside, hashlib.sha256(sources[key][path].encode()).hexdigest()


def resolve(
    library: Library, target: str, as_of: date, calendar: Calendar, overlays: Sequence[Sourced[OverlaySpec]] = ()
) -> tuple[Package | None, list[Problem]]:
    """The package `target` as it stands on `as_of`. With errors the package is None; warnings come along with it."""
    if target not in library.specs:
        known = [k for k, s in library.specs.items() if s.header and s.header.kind == "规范性文件"]
        return None, [Problem("E314", f"没有规范 `{target}`", help=did_you_mean(target, known) or "、".join(known))]
    specs, problems = _adopting(library.specs, overlays)
    stack, found = build_stack(specs, target, as_of, overlays)
    problems += found
    names = collect(stack)
    parser = Parser(names.scope, names.problems)
    parameters = typed_parameters(stack, names, parser)
    definitions = untyped_definitions(stack, names, parser)
    problems += _unknown_targets(stack, names) + _unknown_patches(stack, names, overlays)
    order, cyclic = _order(definitions, names)
    _check_all(definitions, order, cyclic, names)
    sources = {key: library.sources[key] for key in stack.members}
    digest = digest_of(sources, overlays)
    files = {f"{key}/{path}": fingerprint(found) for key, path, found in files_of(sources)}
    groups = group_members(definitions)
    builder = Builder(stack, names, definitions, parser, parameters, groups)
    order = tuple(name for name in order if definitions[name].kind != "column")
    package, circular = ordered(
        replace(builder.package(digest, calendar, order), files=files), ranked_facts(stack, names)
    )
    problems += [*names.problems, *circular]
    return (None if errors(problems) else package), problems


def _adopting(
    specs: Mapping[str, PackageSpec], overlays: Sequence[Sourced[OverlaySpec]]
) -> tuple[Mapping[str, PackageSpec], list[Problem]]:
    """The packages with the options that overlays adopt instead."""
    chosen = {number: name for overlay in overlays for number, name in overlay.spec.adopt.items()}
    if not chosen:
        return specs, []
    known = [question.number.text for spec in specs.values() for question in spec.interpretations]
    problems = [
        Problem("E316", f"没有解释口径 `{number}`", name.span, did_you_mean(number, known) or "写它的编号，如 `Q02`")
        for number, name in chosen.items()
        if number not in known
    ]
    return {key: _with_options(spec, chosen) for key, spec in specs.items()}, problems


def _with_options(spec: PackageSpec, chosen: Mapping[str, Scalar]) -> PackageSpec:
    questions = tuple(
        question.but(adopted=chosen.get(question.number.text, question.adopted)) for question in spec.interpretations
    )
    return spec.but(interpretations=questions)


_FILLED: dict[type[object], str] = {
    ParameterFiller: "parameter",
    ScoreFiller: "score",
    DecisionTableFiller: "decision-table",
}


def _unknown_targets(stack: Stack, names: Names) -> list[Problem]:
    """Every 实施 names something of its kind that the stack leaves open."""
    opened = {
        item.spec.name.text: item.spec.open
        for section in ("parameters", "scores", "decision_tables")
        for item in stack.every(section)
    }
    problems = []
    for item in stack.every("fillers"):
        target, kind = item.spec.target, _FILLED[item.spec.__class__]
        known = names.symbols.get(target.text)
        if known is None or known.kind != kind:
            alike = [n for n, symbol in names.symbols.items() if symbol.kind == kind]
            message = f"`实施` 的 `{target.text}` 不存在，或不是这一种"
            problems.append(Problem("E319", message, target.span, did_you_mean(target.text, alike)))
        elif not opened.get(target.text, True):
            message = f"`{target.text}` 条文已有规定，不能由 `{item.origin}` 实施"
            problems.append(Problem("E315", message, target.span, "只有标明 `未定: 是` 的才可实施"))
    return problems


def _unknown_patches(stack: Stack, names: Names, overlays: Sequence[Sourced[OverlaySpec]]) -> list[Problem]:
    """A patch of something that does not exist, or is of another kind, is a mistake, not a no-op."""
    problems = []
    periodic = [item.spec.name.text for item in stack.every("periodic")]
    for item in stack.every("interpretations"):
        question = item.spec
        for option in question.options:
            problems += _patch_targets(option.patch, names, periodic, f"选项 `{option.name.text}`", option.name.span)
        adopted = question.adopted.text
        options = [o.name.text for o in question.options]
        if adopted not in (*options, "未定"):
            message = f"`采用` 的 `{adopted}` 不是 {question.number.text} 的选项"
            help_ = did_you_mean(adopted, options) or f"可写 {'、'.join(f'`{o}`' for o in (*options, '未定'))}"
            problems.append(Problem("E317", message, question.adopted.span, help_))
    for overlay in overlays:
        problems += _patch_targets(overlay.spec, names, periodic, f"改动 `{overlay.origin}`", None)
    return problems


def _patch_targets(patch: PatchSpec, names: Names, periodic: Sequence[str], who: str, at: Span | None) -> list[Problem]:
    switched = (*patch.disable, *patch.enable)
    targets = (
        (patch.parameters, ("parameter",), "参数"),
        (patch.strengths, ("criterion",), "准则"),
        (texts(switched), ("criterion",), "准则"),
        (patch.expressions, ("derived", "criterion"), "派生量或准则"),
    )
    problems = []
    for named, kinds, word in targets:
        for name in named:
            known = names.symbols.get(name)
            if known is None or known.kind not in kinds:
                value = named.get(name) if isinstance(named, Mapping) else None
                own = value.span if isinstance(value, Scalar) else at
                place = next((s.span for s in switched if s.text == name), at or own)
                help_ = did_you_mean(name, [n for n, symbol in names.symbols.items() if symbol.kind in kinds])
                problems.append(Problem("E316", f"{who} 改动的 `{name}` 不存在，或不是{word}", place, help_))
    for name, required in patch.expressions.items():
        if not isinstance(required, Scalar) and name in names.symbols and names.symbols[name].kind == "derived":
            message = f"{who} 把派生量 `{name}` 的式写成了几项"
            problems.append(Problem("E316", message, required[0].condition.span, "只有准则的要求可以分项列出"))
    for name in patch.spans:
        if name not in periodic:
            message = f"{who} 改动的 `{name}` 不存在，或不是周期事项"
            problems.append(Problem("E316", message, at, did_you_mean(name, periodic)))
    return problems


def depends_on(
    untyped: UntypedDefinition,
    definitions: Mapping[str, UntypedDefinition],
    groups: Mapping[str, tuple[str, ...]],
    scope: Scope,
) -> list[str]:
    """The definitions that `untyped`'s expressions name, groups expanded; a score's bands may name the score itself."""
    found: dict[str, None] = {}
    table = untyped.body if untyped.kind == "column" else ""
    for node, _expected in untyped.nodes.values():
        for part in defined(node, scope, table, {THIS_ROW: table}):
            for name in groups.get(part, (part,)):
                if name in definitions and not (name == untyped.name and untyped.kind == "score"):
                    found[name] = None
    return list(found)


def group_members(definitions: Mapping[str, UntypedDefinition]) -> dict[str, tuple[str, ...]]:
    """Group -> its criteria in order, 鼓励 ones left out: they never decide."""
    groups: dict[str, list[str]] = {}
    for untyped in definitions.values():
        if untyped.kind == "criterion":
            for group in untyped.spec.groups:
                members = groups.setdefault(group.text, [])
                if untyped.strength != "鼓励":
                    members.append(untyped.name)
    return {group: tuple(members) for group, members in groups.items()}


def _order(definitions: dict[str, UntypedDefinition], names: Names) -> tuple[tuple[str, ...], frozenset[str]]:
    """Every untyped after all it depends on; reading order otherwise. A cycle is an error that names its path. Also the
    definitions that rest on a cycle: what could be said of their types would only follow from it."""
    groups = group_members(definitions)
    graph = {name: depends_on(untyped, definitions, groups, names.scope) for name, untyped in definitions.items()}
    tainted: set[str] = set()
    while True:
        try:
            order = tuple(TopologicalSorter(graph).static_order())
            break
        except CycleError as error:
            cycle: list[str] = error.args[1]
            message = f"定义循环：{' → '.join(f'`{n}`' for n in reversed(cycle))}"
            names.fail("E318", message, definitions[cycle[0]].spec.name.span, "一个名称不能直接或间接用到自己")
            tainted |= set(cycle)
            graph[cycle[1]] = [n for n in graph[cycle[1]] if n != cycle[0]]
    for name in order:
        if tainted.intersection(graph[name]):
            tainted.add(name)
    return order, frozenset(tainted)


def _check_all(
    definitions: dict[str, UntypedDefinition], order: Sequence[str], cyclic: Collection[str], names: Names
) -> None:
    """Type-check in dependency order, so that the type of a derived quantity is known to what uses it."""
    for name in order:
        untyped = definitions[name]
        for role, (node, expected) in untyped.nodes.items():
            if untyped.kind == "decision-table" and role.startswith(("出", "默认")) and not expected:
                expected = names.symbols[name].type  # the first row's, once it is known
            table = untyped.body if untyped.kind == "column" else ""
            typed, problems = check(node, names.scope, expected, table, THIS_ROW)
            names.problems += [
                p for p in problems if name not in cyclic and p not in names.problems
            ]  # once for a group
            untyped.nodes[role] = (typed, expected)
            if role == "出0":
                _settle(untyped, typed, names)
        if untyped.kind in ("derived", "column") and (whole := untyped.node("式")) is not None:
            _settle(untyped, whole, names)


def _settle(untyped: UntypedDefinition, typed: Node, names: Names) -> None:
    output = untyped.spec.output if untyped.kind == "decision-table" else None
    unit = unit_for(output.type, output.unit, names) if output else unit_of(untyped.spec.unit, names)
    unit = unit or _natural_unit(typed.type, names)
    symbol = Symbol(untyped.name, untyped.kind, typed.type or Type("any"), unit, _inputs(untyped))
    if untyped.kind == "column":
        column = untyped.spec.name.text
        names.columns[untyped.body][column] = replace(symbol, name=column, kind="computed")
    else:
        names.symbols[untyped.name] = symbol


def _inputs(untyped: UntypedDefinition) -> tuple[Type, ...]:
    """The types of what a decision table asks for, where other values may take their place: nothing of it stands in a
    condition on records."""
    heads = [node for role, (node, _) in untyped.nodes.items() if role.startswith("输入")]
    parts = (part for node, _ in untyped.nodes.values() for part in nodes(node))
    scanned = [
        call for call in parts if isinstance(call, Call) and FUNCTIONS[call.function].scans and call not in heads
    ]
    inside = any(part in heads for call in scanned for part in nodes(call))
    if inside or untyped.kind != "decision-table":
        return ()
    read = (untyped.node(f"输入{index}") for index in range(len(untyped.spec.inputs)))  # None: told of already
    return tuple((head.type if head is not None else None) or Type("any") for head in read)


def _natural_unit(type_: Type | None, names: Names) -> Unit | None:
    """The base unit a number is shown in where none is declared."""
    if type_ is None or len(type_.dimension) != 1 or type_.dimension[0][1] != 1:
        return None
    if type_.dimension == MONTHS:
        return PERIOD
    return names.units.get(type_.dimension[0][0])
