"""What a decision rests on, as one value: the rules with the layouts of their own, the readings chosen, the calendar's
years, the facts with who found them, the program and the day. Two are compared by name, not merely found to differ.

Everything is a digest or a short word, so that the value goes wherever the decision goes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine.base.calendar import UNPUBLISHED
from engine.base.canonical import Plain, digest, short_code
from engine.base.classes import dataclass
from engine.base.later import Later

LABEL = "所据码"
FINGERPRINT = 12
"""Hexadecimal digits by which a single file is told: all of them together are told by their full digest."""

Json = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """`rules`: digest of all packages that took part, with the layouts of their own; `files`: each of their files with
    its fingerprint; `choices`: number of an interpretation -> the option adopted; `calendar`: for every year whose
    working days were counted, its notice's digest (`UNPUBLISHED` and the statute's where none is known), and the notices of other
    years that name a day of it; `facts`: case -> digest of its facts; `release` of the program; `code`: digest of the
    program's code, "" where it was not asked for. `rules_on`: the day whose rules these are, as a rule `as_of` itself."""

    regulation: str
    as_of: date
    rules_on: date
    rules: str
    files: Pairs
    choices: Pairs
    calendar: tuple[tuple[int, str], ...]
    facts: Pairs
    release: str
    code: str | Later[str] = ""

    @property
    def name(self) -> str:
        """`7C31-90AA-52E1`: the code of everything but the program's code, so that the same release names the same."""
        return short_code(_named(self))

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(year for year, _ in self.calendar)


def fingerprint(digest: str) -> str:
    """The first digits of a digest, enough to recognise."""
    return digest.removeprefix("sha256:")[:FINGERPRINT]


def together(bases: Sequence[Basis]) -> Basis:
    """What several cases or determinations rest on under the same rules on one day: all their facts and years."""
    calendar = dict(pair for basis in bases for pair in basis.calendar)
    facts = dict(pair for basis in bases for pair in basis.facts)
    return replace(bases[0], calendar=tuple(sorted(calendar.items())), facts=tuple(facts.items()))


# ---- as data ----


def _named(basis: Basis) -> dict[str, Plain]:
    found: dict[str, Plain] = {
        "规范": basis.regulation,
        "基准日": basis.as_of.isoformat(),
        "规则": basis.rules,
        "规则文件": dict(basis.files),
        "口径": dict(basis.choices),
        "日历": {str(year): notice for year, notice in basis.calendar},
        "事实": dict(basis.facts),
        "程序": basis.release,
    }
    return found if basis.rules_on == basis.as_of else {**found, "规则按": basis.rules_on.isoformat()}


def to_plain(basis: Basis) -> dict[str, Plain]:
    """JSON-ready, its code first; 程序代码 only where it was asked for."""
    code = str(basis.code)
    return {LABEL: basis.name, **_named(basis), **({"程序代码": code} if code else {})}


def carried(basis: Basis) -> Basis:
    """What a letter carries: of the program its release only, so that the same release gives the same bytes."""
    return replace(basis, code="")


def _texts(values: Json) -> Json:
    return {"type": "object", "additionalProperties": values}


_TEXT: Json = {"type": "string"}
_DAY: Json = {"type": "string", "format": "date"}
_SHA: Json = {"type": "string", "pattern": "^sha256:[0-9a-f]+$"}
_ALWAYS: Json = {
    LABEL: {"type": "string", "pattern": "^[0-9A-F]{4}(-[0-9A-F]{4}){2}$"},
    "规范": _TEXT,
    "基准日": _DAY,
    "规则": _SHA,
    "规则文件": _texts(_TEXT),
    "口径": _texts(_TEXT),
    "日历": _texts(_TEXT),
    "事实": _texts(_TEXT),
    "程序": _TEXT,
}
SCHEMA: Json = {
    "type": "object",
    "properties": _ALWAYS | {"规则按": _DAY, "程序代码": _SHA},
    "required": list(_ALWAYS),
    "additionalProperties": False,
}
"""The JSON Schema of what `to_plain` writes."""


def from_plain(data: Any) -> Basis:
    """The basis that `to_plain` wrote. ValueError for anything else, a code that is not its own included."""
    try:
        found = Basis(
            regulation=str(data["规范"]),
            as_of=date.fromisoformat(data["基准日"]),
            rules_on=date.fromisoformat(data.get("规则按", data["基准日"])),
            rules=str(data["规则"]),
            files=_pairs(data["规则文件"]),
            choices=_pairs(data["口径"]),
            calendar=tuple(sorted((int(year), str(notice)) for year, notice in data["日历"].items())),
            facts=_pairs(data["事实"]),
            release=str(data["程序"]),
            code=str(data.get("程序代码", "")),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"no basis: {error}") from None
    if to_plain(found) != data:
        raise ValueError("no basis: it does not agree with its code")
    return found


def _pairs(data: Mapping[str, Any]) -> Pairs:
    return tuple((str(name), str(value)) for name, value in data.items())


def facts_of(basis: Basis) -> str:
    """The digest of all that is known of the case, or of all the cases; "" where there is none."""
    digests = [found for _, found in basis.facts]
    return digests[0] if len(digests) == 1 else digest(dict(basis.facts)) if digests else ""


def words(basis: Basis) -> tuple[tuple[str, str], ...]:
    """What people read of it, in a word each: 规则 日历 事实 程序. Digests by as much as fits into a line."""
    facts = fingerprint(facts_of(basis))[:8]
    return (
        ("规则", fingerprint(basis.rules)[:8]),
        ("日历", calendar_text(basis)),
        ("事实", facts or "没有"),
        ("程序", basis.release),
    )


def calendar_text(basis: Basis) -> str:
    """`2026`, `2026、2027（未收录）`, or 未用."""
    years = (f"{year}（{UNPUBLISHED}）" if _unknown(notice) else f"{year}" for year, notice in basis.calendar)
    return "、".join(years) or "未用"


# ---- compared ----


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that differs (规则 口径 日历 事实 程序 …) and, as far as it can be told, in what: one line each."""

    part: str
    what: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.part}不同" + (f"：{'、'.join(self.what)}" if self.what else "")


PARTS = ("规则", "口径", "日历", "事实", "程序")
"""What is said to be the same where it is; the other parts are named only where they differ."""


def differences(before: Basis, after: Basis) -> tuple[Difference, ...]:
    """Every part in which the two differ; none exactly where they are equal (the program's code counts only where both
    tell it)."""
    return tuple(_differences(before, after))


def sentence(found: Sequence[Difference]) -> str:
    """`规则、口径、事实、程序相同；日历不同：2026年通知`."""
    differing = {one.part for one in found}
    same = [part for part in PARTS if part not in differing]
    return "；".join([*([f"{'、'.join(same)}相同"] if same else []), *map(str, found)])


def _differences(before: Basis, after: Basis) -> Iterator[Difference]:
    if before.regulation != after.regulation:
        yield Difference("规范", (f"{before.regulation} → {after.regulation}",))
    if (before.rules, dict(before.files)) != (after.rules, dict(after.files)):
        yield Difference("规则", tuple(_files(before.files, after.files)))
    if before.rules_on != after.rules_on and (before.rules_on, after.rules_on) != (before.as_of, after.as_of):
        yield Difference("规则之日", (f"{before.rules_on.isoformat()} → {after.rules_on.isoformat()}",))
    if dict(before.choices) != dict(after.choices):
        yield Difference("口径", tuple(_changed(before.choices, after.choices, "未列")))
    if before.calendar != after.calendar:
        yield Difference("日历", tuple(_years(dict(before.calendar), dict(after.calendar))))
    if dict(before.facts) != dict(after.facts):
        yield Difference("事实", tuple(_cases(dict(before.facts), dict(after.facts))))
    if before.release != after.release:
        yield Difference("程序", (f"{before.release} → {after.release}",))
    codes = (str(before.code), str(after.code))
    if all(codes) and codes[0] != codes[1]:
        yield Difference("程序代码", (" → ".join(map(fingerprint, codes)),))
    if before.as_of != after.as_of:
        yield Difference("基准日", (f"{before.as_of.isoformat()} → {after.as_of.isoformat()}",))


def _files(before: Pairs, after: Pairs) -> Iterator[str]:
    old, new = dict(before), dict(after)
    for file in dict.fromkeys((*old, *new)):
        if old.get(file) != new.get(file):
            yield file + ("（新增）" if file not in old else "（已删）" if file not in new else "")


def _changed(before: Pairs, after: Pairs, absent: str) -> Iterator[str]:
    old, new = dict(before), dict(after)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield f"{name}（{old.get(name, absent)} → {new.get(name, absent)}）"


def _years(before: Mapping[int, str], after: Mapping[int, str]) -> Iterator[str]:
    for year in sorted({*before, *after}):
        if year not in before or year not in after:
            yield f"{year}年（{'原' if year not in before else '现'}未用）"
        elif before[year] != after[year]:
            unknown = [_unknown(notices[year]) for notices in (before, after)]
            then = f"（{'原' if unknown[0] else '现'}{UNPUBLISHED}）" if any(unknown) else ""
            yield f"{year}年法定节日" if all(unknown) else f"{year}年通知{then}"


def _unknown(notice: str) -> bool:
    return notice.startswith(UNPUBLISHED)


def _cases(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Which cases, where there are several or they are not the same."""
    if len(before) == len(after) == 1 and before.keys() == after.keys():
        return
    for case in dict.fromkeys((*before, *after)):
        if before.get(case) != after.get(case):
            yield f"案件 {case}" + ("（新增）" if case not in before else "（不再有）" if case not in after else "")
