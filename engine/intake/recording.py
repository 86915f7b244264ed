"""Edge: adding to a history's file. What is there stays, comments included: an entry is one line at the end."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.files.faults import reason, unreadable
from engine.files.writing import Held, holding
from engine.intake.history import history_file, history_in, read_history
from engine.policy.nodes import MAX_BYTES, Mapping, Scalar, read_yaml
from engine.policy.nodes import Sequence as SequenceNode
from engine.policy.spec.base import pydantic_input
from engine.procedure.compiled import Compiled
from engine.procedure.history import Entry, History, Withdrawal
from engine.procedure.replay import replay

_PLAIN = re.compile(r"[A-Za-z0-9_一-鿿（）·〔〕.\-]+")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end, as YAML counts them."""


def add_event(
    compiled: Compiled,
    path: Path,
    name: str,
    payload: Sequence[tuple[str, str]],
    day: date,
    today: date,
    id: str = "",
    note: str = "",
    by: str = "",
) -> tuple[History, History]:
    """Write the event into the history's file; the history before and after. Raises Refused, and writes nothing, where it
    cannot be read or cannot have happened; an event of an earlier day than `today` is marked as entered then; `by`
    whom."""
    with _held(compiled, path) as (held, history):
        pairs = [("编号", id or _next_id(history)), ("事件", name), ("日期", day.isoformat()), *payload]
        if day < today:
            pairs.append(("录入日期", today.isoformat()))
        pairs += _signed(by)
        if note:
            pairs.append(("备注", note))
        after = _with(compiled, path, history, pairs)
        added = after.items[-1].id
        # An event that makes later ones impossible is let in, and they are told of: it may be they that are wrong.
        for refusal in replay(compiled, after, max(day, today)).refused:
            if refusal.entry.id == added:
                raise Refused(replace(refusal.problem, place=None))
        _append(compiled, path, held, pairs, after)
    return history, after


def withdraw_event(
    compiled: Compiled, path: Path, target: str, reason: str, today: date, by: str = ""
) -> tuple[History, History]:
    """Write that the entry `target` is taken back, `by` whom; the history before and after. Raises Refused where there is
    no such entry, or no reason is said."""
    if not reason.strip():
        raise Refused(Problem("E840", "没有写为什么撤回", help="写 `--reason 文字`"), 2)
    with _held(compiled, path) as (held, history):
        pairs = [
            ("编号", _next_id(history)),
            ("撤回", target),
            ("日期", today.isoformat()),
            ("理由", reason),
            *_signed(by),
        ]
        after = _with(compiled, path, history, pairs)
        _append(compiled, path, held, pairs, after)
    return history, after


@contextmanager
def _held(compiled: Compiled, path: Path) -> Iterator[tuple[Held, History]]:
    """The history as it stands, with its file held: what others entered meanwhile is in it, and nobody enters anything
    until the block ends."""
    file, problems = history_file(path)
    if file is None:
        raise Refused(problems)
    try:
        with holding(file, MAX_BYTES) as held:
            history, problems = history_in(held.data or b"", file, path, compiled.package)
            if history is None:
                raise Refused(problems)
            yield held, history
    except OSError as error:
        raise Refused(unreadable(error, str(file))) from None


def _signed(by: str) -> list[tuple[str, str]]:
    return [("录入人", by)] if by else []


def _next_id(history: History) -> str:
    numbers = [int(item.id) for item in history.items if item.id.isascii() and item.id.isdigit()]
    return str(max(numbers, default=len(history.items)) + 1)


def _with(compiled: Compiled, path: Path, history: History, pairs: Sequence[tuple[str, str]]) -> History:
    """The history with one more entry, read as it will be written."""
    node, problems = read_yaml(_line(pairs), "（新事件）")
    if problems or not isinstance(node, SequenceNode):
        raise Refused(problems or [Problem("E840", "事件写不成一行", help="检查载荷里的字符")])
    read, problems = read_history(pydantic_input(node), compiled.package, history.case)
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
    return "- {" + ", ".join(f"{_scalar(key)}: {_scalar(value)}" for key, value in pairs) + "}"


def _scalar(text: str) -> str:
    """The text as a YAML scalar: plain where nothing in it could mean something else."""
    return text if _PLAIN.fullmatch(text) and not text.startswith("-") else json.dumps(text, ensure_ascii=False)


def _append(compiled: Compiled, path: Path, held: Held, pairs: Sequence[tuple[str, str]], after: History) -> None:
    """Add the entry to the list under `事件:`, indented like its items. What is written reads as `after`, or is not
    written. Byte order mark and line ends stay as they are."""
    data, name = held.data or b"", str(held.path)
    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    new = mark + _inserted(data.removeprefix(mark).decode(), name, _line(pairs)).encode()
    read, problems = history_in(new, held.path, path, compiled.package)
    if read is None or [item.id for item in read.items] != [item.id for item in after.items]:
        message = f"事件写进 `{name}` 以后读不回来，没有录入"
        raise Refused(problems or [Problem("E840", message, help="把 `事件:` 放在文件末尾，每个事件一行，前面写 `- `")])
    try:
        held.rewrite(new)
    except OSError as error:
        raise Refused(Problem("E902", f"写不了文件 `{name}`：{reason(error)}，事件没有录入"), 2) from None


def _inserted(text: str, name: str, line: str) -> str:
    node, _ = read_yaml(text, name)
    items = node.get("事件") if isinstance(node, Mapping) else None
    lines = _LINES.findall(text)
    end = next((end for line in lines if (end := line[len(line.rstrip("\r\n")) :])), "\n")
    if isinstance(items, SequenceNode) and items.items and _block(items, lines):
        last = items.span
        indent = lines[last.line - 1][: len(lines[last.line - 1]) - len(lines[last.line - 1].lstrip())]
        above = "".join(lines[: last.end_line])
        gap = "" if above.endswith(("\n", "\r")) else end
        return f"{above}{gap}{indent}{line}{end}{''.join(lines[last.end_line :])}"
    if items is None or (isinstance(items, Scalar) and items.empty):
        head = "" if "事件:" in [line.rstrip("\r\n") for line in lines] else f"{end}事件:"
        return text.rstrip("\r\n") + f"{head}{end}  {line}{end}"
    raise Refused(Problem("E840", "`事件` 写成了一行，没法在后面添加", items.span, "改为每个事件一行，前面写 `- `"))


def _block(items: SequenceNode, lines: Sequence[str]) -> bool:
    """Whether every item has a line of its own."""
    return lines[items.span.line - 1].lstrip().startswith("- ")
