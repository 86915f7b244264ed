"""Edge: one case with all it rests on in one file that anyone can recompute: rules, calendar, files as sent, facts, decisions,
explanation, letters, and the ledger's proof where there is one.

The file is a zip whose parts are JSON and YAML (letters and ledgers as they are); `index.json` lists them with their digests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from engine.base.basis import LABEL as BASIS
from engine.base.calendar import Calendar
from engine.base.canonical import Plain, canonical
from engine.base.classes import dataclass
from engine.base.codec import DIALECT, Json
from engine.base.problem import Problem, Refused
from engine.base.version import VERSION
from engine.decision.case import Case
from engine.decision.decide import decide_all
from engine.decision.facts import facts_plain
from engine.decision.facts_told import facts_told
from engine.decision.model import NOT_OPENED, Decision
from engine.decision.program import Program
from engine.decision.serial import from_plain, to_plain
from engine.documents.replayed import Check
from engine.files.faults import unreadable
from engine.files.reading import read
from engine.files.temporary import laid_out
from engine.files.used import noting
from engine.office.again import FACTUAL, against, made_again
from engine.office.ledger import Ledger
from engine.office.recording import root_of, rule_files, sent
from engine.office.workspace import Workspace
from engine.policy.calendar_data import load_calendar
from engine.record.act import Act, By
from engine.record.lines import digest_of
from engine.record.proof import check_proof, proof
from engine.record.store import Store
from engine.visible.archive import pack, unzipped

FORMAT = 1
INDEX, FACTS, DECISIONS, EXPLANATION, PROOF = (
    "index.json",
    "facts.json",
    "decisions.json",
    "explanation.md",
    "ledger.json",
)
RULES, CALENDAR, CASE, LETTERS = "rules", "calendar", "case", "letters"
MAX_PART = 50_000_000
EXPORTED = ".zip"
PROVED = "账本"
ROUND = "同批"
"""The cases decided together with the one exported, by their place among its files; without a round the key is not there."""
_TEXT: Json = {"type": "string"}
_DAY: Json = {"type": "string", "format": "date"}
_INDEX: Json = {
    "格式": {"const": FORMAT},
    "案件": _TEXT,
    "案件文件": _TEXT,
    "规范": _TEXT,
    "基准日": _DAY,
    "规则按": {"type": ["string", "null"], "format": "date"},
    ROUND: {"type": "array", "items": _TEXT},
    BASIS: _TEXT,
    "程序": _TEXT,
    "文件": {"type": "object", "additionalProperties": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}},
}


def schema() -> Json:
    """The JSON Schema of `index.json`; `decisions.json` is a list of what `schema decision` describes."""
    head: Json = {"$schema": DIALECT, "title": "案件导出的目录", "type": "object", "properties": _INDEX}
    return head | {"required": [key for key in _INDEX if key != ROUND], "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Exported:
    """The file's bytes, and what is in it."""

    data: bytes
    case: Case
    decisions: tuple[Decision, ...]
    parts: tuple[str, ...]


Explained = Callable[[Program, Case, Sequence[Decision]], str]


def export(
    workspace: Workspace,
    path: Path,
    calendars: Path,
    letters: Sequence[Path],
    explained: Explained,
    store: Store | None = None,
    round_: Sequence[Path] = (),
) -> Exported:
    """The case at `path` as one file, with the calendar's files of the folder `calendars` and finished letters; with all the
    cases of its round, of which it is one, where `round_` names them.
    `explained`: the explanation as text. The same case gives the same bytes. Refused: as reading and deciding it."""
    with noting() as used:
        workspace = workspace.in_round(round_) if round_ else workspace
        program, case, _ = workspace.case(path)
        decisions = tuple(one for one in decide_all(program, case) if one.outcome != NOT_OPENED)
        file, files = sent(used, path)
        around = [f"{CASE}/{os.path.relpath(os.path.realpath(one), root_of(used, path))}" for one in round_]
        parts = {f"{CASE}/{name}": data for name, data in files.items()}
    parts |= {f"{RULES}/{name}": data for name, data in rule_files(workspace, program.package).items()}
    parts |= {f"{CALENDAR}/{one.name}": _bytes(one) for one in sorted(calendars.glob("*.yaml"))}
    parts |= {f"{LETTERS}/{one.name}": _bytes(one) for one in letters}
    parts[FACTS] = canonical(facts_plain(case)) + b"\n"
    parts[DECISIONS] = _json([to_plain(decision) for decision in decisions])
    parts[EXPLANATION] = explained(program, case, decisions).encode()
    if store is not None and (wanted := [seq for (seq,) in store.select("seq", "acts", "case_id = ?", [case.id])]):
        parts[PROOF] = _json(proof(store.entries(min(wanted) - 1), wanted))
    index: dict[str, Plain] = {
        "格式": FORMAT,
        "案件": case.id,
        "案件文件": f"{CASE}/{file}" if file else CASE,
        "规范": program.package.id,
        "基准日": case.as_of.isoformat(),
        "规则按": workspace.as_of.isoformat() if workspace.as_of else None,
        **({ROUND: [*around]} if around else {}),
        BASIS: decisions[0].basis.name if decisions else "",
        "程序": VERSION,
        "文件": {name: digest_of(parts[name]) for name in sorted(parts)},
    }
    data = pack({**parts, INDEX: _json(index)})
    return Exported(data, case, decisions, tuple(sorted(parts)))


def record(ledger: Ledger, found: Exported, by: By) -> None:
    """That the case was exported, in the ledger. Refused (exit code 2): E920–E922, E931."""
    with ledger.opened() as store, ledger.recording(store) as writer:
        act = Act("导出", {"导出": "案件", "摘要": digest_of(found.data)}, {"案件": found.case.id})
        writer.record(act, ledger.now(), by)


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _bytes(path: Path) -> bytes:
    try:
        return read(path, MAX_PART)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None


# ---- read back and recomputed ----


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What an export came to: in what its parts are not what its index says, what was recomputed, and its letters with the
    case behind them, as it stands on the day of each; None where it cannot be read."""

    title: str
    altered: tuple[str, ...]
    checks: tuple[Check, ...]
    letters: Mapping[str, bytes]
    cases: Callable[[date], Sequence[tuple[Program, Case]]] | None = None


def opened(data: bytes, file: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Index and parts. Refused (exit code 2): E650 it is no export."""
    try:
        parts = unzipped(data, file)
    except Refused as refused:
        raise Refused([Problem("E650", p.message, p.place, "换回原文件") for p in refused.problems], 2) from None
    try:
        index = json.loads(parts.pop(INDEX))
        if index["格式"] != FORMAT or not all(
            isinstance(index[key], str) for key in ("案件", "案件文件", "规范", "基准日")
        ):
            raise ValueError(index["格式"])
        dict(index["文件"])
    except (KeyError, TypeError, ValueError, RecursionError):
        help = "指定 `guiju export` 写出的文件"
        raise Refused(Problem("E650", f"`{file}` 不是案件的导出", help=help), 2) from None
    return index, parts


def told_in(data: bytes, file: str) -> tuple[list[Decision], dict[str, Any], Calendar | None, dict[str, bytes]]:
    """The decisions an export holds, its facts, its calendar, None where that cannot be read, and the files of its rules.
    Refused: E650, E706."""
    _, parts = opened(data, file)
    calendar: Calendar | None = None
    with (
        suppress(Refused, ValueError),
        laid_out({n: c for n, c in parts.items() if n.startswith(f"{CALENDAR}/")}) as home,
    ):
        calendar = load_calendar(folder=home / CALENDAR)
    found = [from_plain(one) for one in json.loads(parts.get(DECISIONS, b"[]"))]
    rules = {name.removeprefix(f"{RULES}/"): part for name, part in parts.items() if name.startswith(f"{RULES}/")}
    return found, json.loads(parts.get(FACTS, b"{}")), calendar, rules


def recompute(data: bytes, file: str) -> Recomputed:
    """The export read with nothing but itself. Refused (exit code 2): E650 it is none."""
    index, parts = opened(data, file)
    altered = tuple(_altered(index["文件"], parts))
    letters = {name: content for name, content in parts.items() if name.startswith(f"{LETTERS}/")}
    title = f"案件 {index['案件']}，{index['规范']}，基准日 {index['基准日']}"
    checks: list[Check] = []
    read: _CaseOf | None = None
    try:
        with laid_out({name: content for name, content in parts.items() if not name.startswith(f"{LETTERS}/")}) as home:
            day = date.fromisoformat(index["基准日"])
            as_of = date.fromisoformat(index["规则按"]) if index.get("规则按") else None
            calendar = load_calendar(folder=home / CALENDAR)
            rules = Workspace(home / RULES, day, index["规范"], as_of, calendar=calendar, kept=False)
            sent = {name: content for name, content in parts.items() if name.startswith(f"{CASE}/")}
            read = _CaseOf(rules, sent, index["案件文件"], _round_of(index), {}, day)
            program, case = read.known[day] = read.read(rules, home)
            checks += _facts(parts, case)
            stored = _stored(parts)
            checks += against(stored, made_again(program, case, [one["决定"] for one in stored]))
    except (Refused, ValueError, OSError) as error:
        said = error.problems[0].message if isinstance(error, Refused) else str(error)
        checks.append(Check("重算", False, said))
    checks += _proved(parts)
    return Recomputed(title, altered, tuple(checks), letters, read)


@dataclass(frozen=True, slots=True)
class _CaseOf:
    """The case of an export as it stands on a day; on its own day where the files cannot be read for that one."""

    rules: Workspace
    sent: Mapping[str, bytes]
    file: str
    round: tuple[str, ...]
    known: dict[date, tuple[Program, Case]]
    own: date

    def read(self, rules: Workspace, home: Path) -> tuple[Program, Case]:
        """The case whose files lie under `home`, with those of its round. Raises `Refused`."""
        rules = rules.in_round([home / one for one in self.round]) if self.round else rules
        return rules.case(home / self.file)[:2]

    def __call__(self, day: date) -> Sequence[tuple[Program, Case]]:
        if day not in self.known:
            with suppress(Refused), laid_out(self.sent) as home:
                self.known[day] = self.read(self.rules.on(day), home)
        return [self.known.get(day, self.known[self.own])]


def _round_of(index: Mapping[str, Any]) -> tuple[str, ...]:
    """The cases of the round. ValueError for anything that is no list of parts."""
    listed = index.get(ROUND, [])
    if not isinstance(listed, list) or not all(isinstance(one, str) and one.startswith(f"{CASE}/") for one in listed):
        raise ValueError(f"{INDEX} 的 `{ROUND}` 读不懂")
    return tuple(listed)


def _altered(listed: Mapping[str, str], parts: Mapping[str, bytes]) -> Iterator[str]:
    for name in dict.fromkeys((*listed, *sorted(parts))):
        if name not in parts:
            yield f"少了 {name}"
        elif name not in listed:
            yield f"多出 {name}"
        elif digest_of(parts[name]) != listed[name]:
            yield f"{name} 改过：与目录里的摘要不同"


def _facts(parts: Mapping[str, bytes], case: Case) -> Iterator[Check]:
    """The facts as read again from the files, against those exported."""
    before, now = json.loads(parts.get(FACTS, b"{}")), json.loads(canonical(facts_plain(case)))
    yield Check(FACTUAL, before == now, "、".join(facts_told(before, now)))


def _stored(parts: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The decisions as they are written. ValueError for anything else."""
    found = json.loads(parts.get(DECISIONS, b"[]"))
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and {"决定", "结果", "所据"} <= set(one) for one in found
    ):
        raise ValueError(f"{DECISIONS} 读不懂")
    return found


def _proved(parts: Mapping[str, bytes]) -> Iterator[Check]:
    """The ledger's entries stand in its chain, and the decisions recorded are those exported."""
    if PROOF not in parts:
        yield Check(PROVED, None, "没有附账本证明")
        return
    try:
        head, bodies = check_proof(json.loads(parts[PROOF]))
        said = [json.loads(body)["内容"] for body in bodies.values() if json.loads(body)["类别"] == "决定"]
        recorded = {(one["决定"], one["所据码"], one["结果"]) for one in said}
        decided = [(one["决定"], one["所据"][BASIS], one["结果"]) for one in _stored(parts)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        yield Check(PROVED, False, str(error))
        return
    lacking = [one[0] for one in decided if one not in recorded]
    if lacking:
        yield Check(PROVED, None, f"账本里没有这样记的决定：{'、'.join(lacking)}")
    else:
        yield Check(
            PROVED, True, f"{len(bodies)} 条接到账本头 {head.short}；账本头是不是真的，与公布的、印在别处的对照"
        )
