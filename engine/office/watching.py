"""Edge: what of the rules is getting old (规则体检): validity that runs out, working days nobody has announced yet, values that
end, a wording that is not the one the rules were written from, norms cited that are no longer law; and what each touches.

A rule that was right when it was written goes wrong by the passing of time alone, and `check` of a day cannot see it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from engine.base.calendar import UNPUBLISHED, add_months, add_years
from engine.base.classes import dataclass
from engine.base.problem import Refused, errors
from engine.decision.decide import decide_all
from engine.decision.model import NOT_OPENED, Decision
from engine.intake.history import is_history
from engine.office.official_texts import check_official
from engine.office.workspace import Workspace
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Node, Scalar, read_yaml
from engine.policy.package import Package
from engine.policy.stack import days_of_change
from engine.policy.uses import reached, users
from engine.procedure.replay import replay

AgeingKind = Literal["有效期", "日历", "参数", "正文", "废止规范"]
AHEAD = 365
"""Days before the end of validity from which it is told."""
NOTICE_MONTH = 12
"""The month from which next year's notice of holidays should be there."""
_TERM = re.compile(r"([0-9]+)(年|个月)")
_NUMBER = re.compile(r"[（(]([^（）()]*〔[0-9]{4}〕[^（）()]*号)[）)]")
_ENDS = {"年": add_years, "个月": add_months}


@dataclass(frozen=True, slots=True)
class Touched:
    """An open case or history that something bears on, with its letters."""

    id: str
    what: tuple[str, ...]
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ageing:
    """One thing that is getting old: from which `day` it tells (None: now), what to do, the rules that rest on it, the open
    cases and letters it touches."""

    kind: AgeingKind
    said: str
    day: date | None
    help: str
    rules: tuple[str, ...]
    cases: tuple[Touched, ...]
    place: str = ""

    @property
    def letters(self) -> tuple[str, ...]:
        """The documents it touches, each once."""
        return tuple(dict.fromkeys(letter for one in self.cases for letter in one.letters))


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case decided, or a history replayed, as far as it can be: `years` of working days that nobody has announced -> what
    needs them; `regulation` it is under."""

    id: str
    regulation: str
    decisions: tuple[Decision, ...]
    years: Mapping[int, tuple[str, ...]]

    def touched(self, determinations: Collection[str] | None = None) -> Touched | None:
        """What of it rests on these determinations (None: all of it)."""
        found = [d for d in self.decisions if determinations is None or d.determination in determinations]
        if not found and determinations is not None:
            return None
        letters = dict.fromkeys(letter for one in found for letter in one.documents)
        return Touched(self.id, tuple(one.determination for one in found), tuple(letters))


@dataclass(frozen=True, slots=True)
class Watched:
    """What was found on a day; `unread`: cases that cannot be read under these rules."""

    day: date
    found: tuple[Ageing, ...]
    cases: int
    unread: tuple[str, ...]


def watch(rules: Workspace, paths: Sequence[Path], day: date) -> Watched:
    """Everything that is getting old of the regulation that is meant, looked at from `day`. Raises `Refused` where the rules
    cannot be read."""
    package = rules.program(day=day).package
    opened, unread = list[OpenCase](), list[str]()
    for path in paths:
        try:
            opened.append(_history(rules, path, day) if is_history(path) else _case(rules, path))
        except Refused as refused:
            worst = next(iter(errors(refused.problems)), refused.problems[0])
            unread.append(f"{path}：{worst.message}")
    mine = [one for one in opened if one.regulation == package.id]
    found = [
        *_validity(package, mine, day),
        *_calendar(rules, opened, day),
        *_values(rules, mine, day),
        *_wording(rules, package, mine),
        *_repealed(rules, package, mine, day),
    ]
    return Watched(day, tuple(found), len(opened), tuple(unread))


def _case(rules: Workspace, path: Path) -> OpenCase:
    program, case, _ = rules.case(path)
    decisions = tuple(one for one in decide_all(program, case) if one.outcome != NOT_OPENED)
    years: dict[int, list[str]] = {}
    for one in decisions:
        for year, notice in one.basis.calendar:
            if notice.startswith(UNPUBLISHED):
                years.setdefault(year, []).append(one.determination)
    return OpenCase(case.id, program.package.id, decisions, {year: tuple(what) for year, what in years.items()})


def _history(rules: Workspace, path: Path, day: date) -> OpenCase:
    compiled, history = rules.history(path, day)
    timeline = replay(compiled, history, day)
    years: dict[int, list[str]] = {}
    for duty in timeline.duties:
        if duty.provisional and duty.due is not None and duty.closed_by is None:
            years.setdefault(duty.due.year, []).append(duty.name)
    found = {year: tuple(dict.fromkeys(what)) for year, what in years.items()}
    return OpenCase(history.case, compiled.package.id, (), found)


def _all(cases: Iterable[OpenCase], determinations: Collection[str] | None = None) -> tuple[Touched, ...]:
    return tuple(found for one in cases if (found := one.touched(determinations)) is not None)


# ---- each kind ----


def _validity(package: Package, cases: Sequence[OpenCase], day: date) -> Iterator[Ageing]:
    for header in package.headers.values():
        term = _TERM.fullmatch(header.valid_for.strip())
        ends = header.until
        if ends is None and header.since is not None and term is not None:
            ends = _ENDS[term[2]](header.since, int(term[1]))
        if ends is not None and ends - day <= timedelta(AHEAD):
            over = f"{'已于' if ends <= day else '将于'} {ends} 失效"
            help = "过期的不再据以作出决定；评估以后重新公布，或写明新的有效期"
            rules = tuple(package.determinations) if header.id == package.id else ()
            yield Ageing("有效期", f"《{header.title}》{over}", ends, help, rules, _all(cases), str(header.span or ""))
        if header.status == "已废止":
            yield Ageing("有效期", f"《{header.title}》已废止", None, "不再使用这个政策包", (), _all(cases))


def _calendar(rules: Workspace, cases: Sequence[OpenCase], day: date) -> Iterator[Ageing]:
    """Years without a notice: those that open cases need, this one, and from December on the next."""
    needed: dict[int, list[Touched]] = {}
    for one in cases:
        for year, what in one.years.items():
            letters = tuple(n for d in one.decisions if d.determination in what for n in d.documents)
            needed.setdefault(year, []).append(Touched(one.id, what, tuple(dict.fromkeys(letters))))
    for year in (day.year, *((day.year + 1,) if day.month >= NOTICE_MONTH else ())):
        needed.setdefault(year, [])
    for year, touched in sorted(needed.items()):
        ((_, notice),) = rules.calendar.editions([year]) or ((year, ""),)
        if notice.startswith(UNPUBLISHED):
            said = f"没有 {year} 年的放假安排，工作日按周末和法定节日暂估"
            help = f"国务院办公厅通知公布以后，照样写一份 calendars/china-{year}.yaml"
            yield Ageing("日历", said, date(year, 1, 1), help, (), tuple(touched))


def _values(rules: Workspace, cases: Sequence[OpenCase], day: date) -> Iterator[Ageing]:
    """Parameters that have a value at one time and none at another, between today and the end of next year."""
    end = date(day.year + 1, 12, 31)
    changes = days_of_change(rules.library.specs.values())
    days = sorted({day, end, *(one for one in changes if day < one <= end)})
    lacking: dict[str, date] = {}
    known: Package | None = None
    for one in days:
        known = rules.program(day=one).package
        for name, parameter in known.parameters.items():
            if parameter.value is None:
                lacking.setdefault(name, one)
    if known is None:
        return
    using = users(known)
    for name, since in lacking.items():
        resting = reached(using, [name])
        ends = tuple(one for one in known.determinations if one in resting)
        said = f"参数 `{name}` {'现在' if since == day else f'自 {since} 起'}没有值"
        setter = known.parameters[name].setter
        help = f"由{setter or '有权机关'}确定以后，用 `guiju set {name} 值 --since {since}` 写上"
        yield Ageing("参数", said, since, help, ends, _all(cases, ends), str(known.parameters[name].span or ""))


def _wording(rules: Workspace, package: Package, cases: Sequence[OpenCase]) -> Iterator[Ageing]:
    for problem in check_official(rules.folder, rules.library.specs, package):
        help = problem.help or "用 `guiju text diff` 看改了哪些条款"
        yield Ageing("正文", problem.message, None, help, (), _all(cases), str(problem.place or ""))


def _repealed(rules: Workspace, package: Package, cases: Sequence[OpenCase], day: date) -> Iterator[Ageing]:
    """Texts of the package that cite a norm it declares repealed, by its number, or by its title where that is not the
    regulation's own; packages that rest on one that is no longer law."""
    own = {header.title for header in package.headers.values()}
    norms = {
        norm: (number[1] if (number := _NUMBER.search(norm)) else norm.split("（")[0])
        for header in package.headers.values()
        for norm in header.repeals
    }
    using = users(package)
    for norm, word in norms.items():
        if word in own:
            continue
        for where, item, scalar in _citing(rules, package, word, day):
            resting = reached(using, [item])
            ends = tuple(one for one in package.determinations if one in resting)
            touched = tuple(
                Touched(one.id, ended, letters)
                for one in cases
                if (ended := tuple(d.determination for d in one.decisions if {*d.documents, d.determination} & resting))
                for letters in [tuple(dict.fromkeys(n for d in one.decisions for n in d.documents if n in resting))]
            )
            said = f"{where} `{item}` 引用了已废止的 {norm}" if item else f"引用了已废止的 {norm}"
            yield Ageing("废止规范", said, None, "改引现行的规范，或写明只用于过渡", ends, touched, str(scalar.span))


def _citing(rules: Workspace, package: Package, word: str, day: date) -> Iterator[tuple[str, str, Scalar]]:
    """Texts that have a word, with the section and the name of what they belong to; what a package repeals aside."""
    for key in package.headers:
        for file, text in rules.sources_on(day).get(key, {}).items():
            root, _ = read_yaml(text, file) if file.endswith(".yaml") and word in text else (None, [])
            for section, item, scalar in _texts(root):
                if word in scalar.text:
                    yield section, item, scalar


def _texts(root: Node | None) -> Iterator[tuple[str, str, Scalar]]:
    if not isinstance(root, MappingNode):
        return
    for section, node in root:
        items = [node] if isinstance(node, MappingNode) else [] if isinstance(node, Scalar) else list(node)
        for item in items:
            named = item.get("名称") or item.get("编号") if isinstance(item, MappingNode) else None
            name = named.text if isinstance(named, Scalar) else ""
            for scalar in _below(item):
                yield section.text, name, scalar


def _below(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, MappingNode):
        for key, value in node:
            if key.text != "废止规范":
                yield from _below(value)
    else:
        for item in node:
            yield from _below(item)
