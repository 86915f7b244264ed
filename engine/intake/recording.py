"""Edge: adding to a history's file. What is there stays, comments included: an entry is one line at the end."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.intake.files import os_problem
from engine.intake.history import history_file, read_history
from engine.policy.nodes import Mapping, Scalar, read_yaml
from engine.policy.nodes import Sequence as SequenceNode
from engine.policy.spec.base import plain
from engine.procedure.compiled import Compiled
from engine.procedure.history import Entry, History, Withdrawal
from engine.procedure.replay import replay

_PLAIN = re.compile(r"[A-Za-z0-9_一-鿿（）·〔〕.\-]+")


def add_event(
    compiled: Compiled,
    path: Path,
    history: History,
    name: str,
    payload: Sequence[tuple[str, str]],
    day: date,
    today: date,
    id: str = "",
    note: str = "",
) -> History:
    """Write the event into the history's file and return the history with it. Raises Refused, and writes nothing, where
    it cannot be read or cannot have happened; an event of an earlier day than `today` is marked as entered then."""
    pairs = [("编号", id or _next_id(history)), ("事件", name), ("日期", day.isoformat()), *payload]
    if day < today:
        pairs.append(("录入日期", today.isoformat()))
    if note:
        pairs.append(("备注", note))
    after = _with(compiled, path, history, pairs)
    added = after.items[-1].id
    # An event that makes later ones impossible is let in, and they are told of: it may be they that are wrong.
    for refusal in replay(compiled, after, max(day, today)).refused:
        if refusal.entry.id == added:
            raise Refused(replace(refusal.problem, place=None))
    _append(path, pairs)
    return after


def withdraw_event(compiled: Compiled, path: Path, history: History, target: str, reason: str, today: date) -> History:
    """Write that the entry `target` is taken back. Raises Refused where there is no such entry."""
    pairs = [("编号", _next_id(history)), ("撤回", target), ("日期", today.isoformat()), ("理由", reason)]
    after = _with(compiled, path, history, pairs)
    _append(path, pairs)
    return after


def _next_id(history: History) -> str:
    numbers = [int(item.id) for item in history.items if item.id.isascii() and item.id.isdigit()]
    return str(max(numbers, default=len(history.items)) + 1)


def _with(compiled: Compiled, path: Path, history: History, pairs: Sequence[tuple[str, str]]) -> History:
    """The history with one more entry, read as it will be written."""
    node, problems = read_yaml(_line(pairs), "（新事件）")
    if problems or not isinstance(node, SequenceNode):
        raise Refused(problems or [Problem("E840", "事件写不成一行", help="检查载荷里的字符")])
    read, problems = read_history(plain(node), compiled.package, history.case)
    problems = [p for p in problems if p.code != "E845"]  # what it takes back stands in the file
    if problems:
        raise Refused([replace(p, place=None) for p in problems])
    item = read.items[0]
    standing = {i.id for i in history.items if isinstance(i, Entry)}
    taken = {i.target for i in history.items if isinstance(i, Withdrawal)}
    if isinstance(item, Withdrawal) and item.target not in standing - taken:
        why = "已经撤回" if item.target in taken else "不存在"
        raise Refused(Problem("E845", f"撤回的事件 `{item.target}` {why}", help="用 `guiju timeline … --json` 看编号"))
    if item.id in {i.id for i in history.items}:
        raise Refused(Problem("E844", f"编号 `{item.id}` 已经用过", help="换一个编号，或不写编号"))
    return replace(history, items=(*history.items, item))


def _line(pairs: Sequence[tuple[str, str]]) -> str:
    return "- {" + ", ".join(f"{key}: {_scalar(value)}" for key, value in pairs) + "}"


def _scalar(text: str) -> str:
    """The text as a YAML scalar: plain where nothing in it could mean something else."""
    return text if _PLAIN.fullmatch(text) and not text.startswith("-") else json.dumps(text, ensure_ascii=False)


def _append(path: Path, pairs: Sequence[tuple[str, str]]) -> None:
    """Add the entry to the list under `事件:`, indented like its items; written beside the file, then moved over it."""
    file, problems = history_file(path)
    if file is None:
        raise Refused(problems)
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        beside = file.with_name(f".{file.name}.new")
        beside.write_text(_inserted(text, str(file), _line(pairs)), encoding="utf-8", newline="")
        os.replace(beside, file)
    except OSError as error:
        raise Refused(os_problem(error, str(file))) from None


def _inserted(text: str, name: str, line: str) -> str:
    node, _ = read_yaml(text, name)
    items = node.get("事件") if isinstance(node, Mapping) else None
    lines = text.split("\n")
    if isinstance(items, SequenceNode) and items.items and _block(items, lines):
        last = items.span
        indent = lines[last.line - 1][: len(lines[last.line - 1]) - len(lines[last.line - 1].lstrip())]
        at = last.end_line
        return "\n".join([*lines[:at], indent + line, *lines[at:]])
    if items is None or (isinstance(items, Scalar) and items.empty):
        kept = text.rstrip("\n")
        head = "" if "事件:" in text.split("\n") else "\n事件:"
        return f"{kept}{head}\n  {line}\n"
    raise Refused(Problem("E840", "`事件` 写成了一行，没法在后面添加", items.span, "改为每个事件一行，前面写 `- `"))


def _block(items: SequenceNode, lines: Sequence[str]) -> bool:
    """Whether every item has a line of its own."""
    return lines[items.span.line - 1].lstrip().startswith("- ")
