"""Packages stack the way law does: which packages speak on a day, who fills an open term, which patches apply. Pure.

上位优先: the filler of the higher norm wins (smaller 位阶). 后法优先: among equals the later 施行 wins. Two fillers of
equal rank and date are an error, never a coin toss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.base.text import did_you_mean
from engine.policy.dated import value_on
from engine.policy.nodes import Scalar
from engine.policy.package import NO_LAW, Header
from engine.policy.spec import PackageSpec
from engine.policy.spec.requirements import LimbSpec
from engine.policy.spec.rules import AnyFiller, ParameterFiller
from engine.policy.spec.vocabulary import HeaderSpec, InterpretationSpec, OverlaySpec, PatchSpec
from engine.policy.words import PeriodSpan, Strength

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A piece of spec and the id of the package it stands in."""

    spec: T
    origin: str


@dataclass(frozen=True, slots=True)
class Patches:
    """All adopted patches, flattened: name -> (value, who says so)."""

    parameters: dict[str, tuple[Scalar, str]] = field(default_factory=dict)
    strengths: dict[str, tuple[Strength, str]] = field(default_factory=dict)
    disabled: dict[str, tuple[bool, str]] = field(default_factory=dict)
    expressions: dict[str, tuple[Required, str]] = field(default_factory=dict)
    spans: dict[str, tuple[PeriodSpan, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stack:
    """The regulation `target` on `as_of` with what fills it and what attaches to it; `members` in reading order."""

    target: str
    as_of: date
    members: Mapping[str, PackageSpec]
    headers: Mapping[str, Header]
    fillers: Mapping[str, Sourced[AnyFiller]]
    patches: Patches
    overlays: Sequence[Sourced[OverlaySpec]] = ()

    def every(self, section: str) -> Iterator[Sourced[Any]]:
        """All items of one section over all members, in order."""
        for origin, spec in self.members.items():
            for item in getattr(spec, section):
                yield Sourced(item, origin)


Required = Scalar | tuple[LimbSpec, ...]
"""What a criterion requires, as written."""


def said_of(required: Required) -> str:
    """What it requires, in a line."""
    return required.text if isinstance(required, Scalar) else "；".join(limb.condition.text for limb in required)


def header_of(spec: HeaderSpec) -> Header:
    """The header as later layers see it."""
    return Header(
        id=spec.id.text,
        title=spec.title.text,
        kind=spec.kind,
        status=spec.status,
        rank=spec.rank,
        issuers=texts(spec.issuers),
        since=spec.since,
        valid_for=spec.valid_for.text if spec.valid_for else "",
        until=spec.until,
        rests_on=texts(spec.rests_on),
        implements=texts(spec.implements),
        repeals=texts(spec.repeals),
        called=spec.called.text if spec.called else "",
        legal_order=said(spec.legal_order),
        short=said(spec.short),
        general=texts(spec.general),
        span=spec.title.span,
    )


def days_of_change(specs: Iterable[PackageSpec]) -> list[date]:
    """Every day on which a package or a dated value begins, or is over; between two of them the rules are the same."""
    found: set[date | None] = set()
    for spec in specs:
        if spec.header:
            found |= {spec.header.since, spec.header.until}
        dated = [value for item in (*spec.parameters, *spec.fillers) for value in getattr(item, "values", ())]
        found |= {value.since for value in dated}
        found |= {value.until + timedelta(1) for value in dated if value.until and value.until < date.max}
    return sorted(day for day in found if day)


def said(scalar: Scalar | None) -> str:
    """The text of a key that may be left out; "" where it is."""
    return scalar.text if scalar else ""


def texts(scalars: Sequence[Scalar]) -> tuple[str, ...]:
    """The texts of scalars."""
    return tuple(s.text for s in scalars)


def build_stack(
    specs: Mapping[str, PackageSpec], target: str, as_of: date, overlays: Sequence[Sourced[OverlaySpec]] = ()
) -> tuple[Stack, list[Problem]]:
    """Choose the members for `target`, its fillers and patches; `overlays` are applied after the adopted options."""
    headers = {key: header_of(spec.header) for key, spec in specs.items() if spec.header}
    members = {key: specs[key] for key in _members(headers, target)}
    problems = [*_known_targets(members, headers), *_known_law(target, members, headers)]
    fillers, found = _choose_fillers(members, headers, as_of)
    patches, clashes = _patches(members, overlays)
    kept = {key: headers[key] for key in members}
    return Stack(target, as_of, members, kept, fillers, patches, overlays), problems + found + clashes


def _members(headers: Mapping[str, Header], target: str) -> list[str]:
    chosen = [target]
    for key in chosen:  # grows while it is walked: implementing packages of implementing packages
        chosen += [k for k, h in headers.items() if key in h.implements and k not in chosen]
    own = headers.get(target)
    general = (k for k, h in headers.items() if own is not None and h.kind == "通则" and _stands_under(own, h))
    return chosen + [k for k in general if k not in chosen]


def _stands_under(own: Header, law: Header) -> bool:
    """Whether general law attaches: of the same legal order, and named where the regulation names any."""
    return own.legal_order == law.legal_order and (law.id in own.general or not own.general)


def _known_law(target: str, members: Mapping[str, PackageSpec], headers: Mapping[str, Header]) -> Iterator[Problem]:
    """E311: what is named as general law and is none, or is of another legal order."""
    spec = members[target].header if target in members else None
    for name in spec.general if spec is not None and headers[target].general != NO_LAW else ():
        law = headers.get(name.text)
        if law is None or law.kind != "通则":
            known = [key for key, header in headers.items() if header.kind == "通则"]
            help_ = did_you_mean(name.text, known) or "写通则的包标识，或写 无"
            yield Problem("E311", f"`通则` 的包 `{name.text}` 不存在，或者不是通则", name.span, help_)
        elif law.legal_order != headers[target].legal_order:
            message = f"通则 `{name.text}` 的法域是 `{law.legal_order or '未写明'}`，与本规范的不同，不能附随"
            yield Problem("E311", message, name.span, "改正 `法域`，或写 `通则: 无`")


def _known_targets(members: Mapping[str, PackageSpec], headers: Mapping[str, Header]) -> list[Problem]:
    named = [n for spec in members.values() if spec.header for n in spec.header.implements]
    return [
        Problem("E311", f"`实施` 的包 `{n.text}` 不存在", n.span, did_you_mean(n.text, headers))
        for n in named
        if n.text not in headers
    ]


def _choose_fillers(
    members: Mapping[str, PackageSpec], headers: Mapping[str, Header], as_of: date
) -> tuple[dict[str, Sourced[AnyFiller]], list[Problem]]:
    """By target name the filler that prevails; a tie between the best is an error, a tie between losers is none."""
    candidates: dict[str, list[Sourced[AnyFiller]]] = {}
    for origin, spec in members.items():
        for filler in spec.fillers if _in_force(headers[origin], as_of) else ():
            if not isinstance(filler, ParameterFiller) or value_on(filler.values, as_of) is not None:
                candidates.setdefault(filler.target.text, []).append(Sourced(filler, origin))
    chosen: dict[str, Sourced[AnyFiller]] = {}
    problems = []
    for name, found in candidates.items():
        best = min(_precedence(headers[c.origin]) for c in found)
        winners = [c for c in found if _precedence(headers[c.origin]) == best]
        chosen[name] = winners[0]
        for rival in winners[1:]:
            message = f"`{name}` 由 `{winners[0].origin}` 和 `{rival.origin}` 同时实施，位阶与施行日期相同"
            problems.append(Problem("E312", message, rival.spec.target.span, "调整 `位阶`、`施行`，或删去一处"))
    return chosen, problems


def _in_force(header: Header, day: date) -> bool:
    return (header.since or date.min) <= day and (header.until is None or day < header.until)


def _precedence(header: Header) -> tuple[int, int]:
    """Smaller prevails: 上位优先, then 后法优先."""
    return header.rank, -(header.since or date.min).toordinal()


def _patches(
    members: Mapping[str, PackageSpec], overlays: Sequence[Sourced[OverlaySpec]]
) -> tuple[Patches, list[Problem]]:
    patches, problems = Patches(), []
    for spec in members.values():
        for question in spec.interpretations:
            option = next((o for o in question.options if o.name.text == question.adopted.text), None)
            if option is not None:
                by = f"解释口径 {question.number.text}"
                problems += _apply(patches, option.patch, by, question.adopted)
    for overlay in overlays:
        _apply(patches, overlay.spec, overlay.origin, None)
    return patches, problems


def taking(stack: Stack, question: InterpretationSpec, option: Scalar) -> tuple[Stack, list[Problem]]:
    """The same stack with another option of one of its questions adopted. Problems (E313) where it cannot be by itself."""

    def adopting(spec: PackageSpec) -> PackageSpec:
        asked = (q.but(adopted=option) if q is question else q for q in spec.interpretations)
        return spec.but(interpretations=tuple(asked))

    members = {key: adopting(spec) for key, spec in stack.members.items()}
    patches, problems = _patches(members, stack.overlays)
    return replace(stack, members=members, patches=patches), problems


def _apply(patches: Patches, patch: PatchSpec, by: str, adopted: Scalar | None) -> list[Problem]:
    """Add one patch; two adopted options that change one thing differently are an error at `adopted`. An overlay (None)
    changes whatever it likes."""
    problems = []

    def put(into: dict[str, tuple[T, str]], name: str, value: T, shown: str) -> None:
        old = into.get(name)
        if adopted is not None and old is not None and old[0] != value:
            message = f"`{name}` 被 {old[1]} 与 {by} 改成不同的内容（`{shown}`）"
            problems.append(Problem("E313", message, adopted.span, "只采用其中一个选项，或改为 `未定`"))
        into[name] = (value, by)

    for name, scalar in patch.parameters.items():
        put(patches.parameters, name, scalar, scalar.text)
    for name, required in patch.expressions.items():
        put(patches.expressions, name, required, said_of(required))
    for name, strength in patch.strengths.items():
        put(patches.strengths, name, strength, strength)
    for name, span in patch.spans.items():
        put(patches.spans, name, span, span)
    for off, names in ((True, patch.disable), (False, patch.enable)):
        for scalar in names:
            put(patches.disabled, scalar.text, off, "停用" if off else "启用")
    return problems
