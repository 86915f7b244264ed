"""Problems shown to people and to tools: text with the source line and a caret, plain data for JSON, GitHub annotations.

Pure: the caller passes the texts of the files that problems point into (`sources`: file name -> text).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from engine.base.problem import SEVERITIES, Cell, Pointer, Problem, Span
from engine.base.text import visible, width, wrap

MAX_SOURCE_COLUMNS = 160
ALIKE = 3
SHOWN = 50
_COLOURS = {"E": "\x1b[31m", "W": "\x1b[33m", "R": "\x1b[36m"}
_RESET = "\x1b[0m"
_SEVERITY_KEYS = {"E": "error", "W": "warning", "R": "review"}
_LEVELS = {"E": "error", "W": "warning", "R": "notice"}


def render_text(problems: Sequence[Problem], sources: Mapping[str, str] | None = None, *, color: bool = False) -> str:
    """All problems in the order given, one blank line between them, and a closing count; "" where there are none.

    Problems of one kind about `ALIKE` cells or more are told once, with the first fifty of the others."""
    if not problems:
        return ""
    lines = {file: text.split("\n") for file, text in (sources or {}).items()}
    blocks = [
        "\n".join([render_one(first, lines, color=color), *_alike(first, others)])
        for first, *others in _together(problems)
    ]
    return "\n\n".join([*blocks, count_line(problems)]) + "\n"


def _together(problems: Sequence[Problem]) -> list[list[Problem]]:
    kinds = [_kind(problem) for problem in problems]
    times = Counter(kinds)
    found: dict[object, list[Problem]] = {}
    for number, (kind, problem) in enumerate(zip(kinds, problems, strict=True)):
        found.setdefault(kind if kind is not None and times[kind] >= ALIKE else number, []).append(problem)
    return list(found.values())


def _kind(problem: Problem) -> tuple[str, str | None] | None:
    """What problems about cells have in common, None for others."""
    return (problem.code, problem.help) if isinstance(problem.place, Cell) else None


def _alike(first: Problem, others: Sequence[Problem]) -> list[str]:
    """The cells of the others, with the file where it is another than that of the one before."""
    before = first.place.file if isinstance(first.place, Cell) else ""
    cells = []
    for problem in others[:SHOWN]:
        if isinstance(problem.place, Cell):
            cells.append(problem.place.ref if problem.place.file == before else visible(str(problem.place)))
            before = problem.place.file
    more = "……" if len(others) > SHOWN else ""
    named = f"   另有 {len(others)} 处：{'、'.join(cells)}{more}"
    return wrap(named, 80, hanging=" " * 6) if cells else []


def render_one(problem: Problem, lines: Mapping[str, Sequence[str]], *, color: bool = False) -> str:
    """One problem: headline, place with clause, source line with caret, suggestion."""
    head = f"{problem.severity}[{problem.code}]"
    if color:
        head = _COLOURS[problem.code[0]] + head + _RESET
    out = [f"{head} {visible(problem.message)}"]
    clause = visible(problem.clause) if problem.clause else ""
    if problem.place is not None:
        out.append(f"  --> {visible(str(problem.place))}" + (f"   {clause}" if clause else ""))
    elif clause:
        out.append(f"   = 条款：{clause}")
    if isinstance(problem.place, Span):
        out += _quote(problem.place, lines)
    if problem.help:
        out.append(f"   = 建议：{visible(problem.help)}")
    return "\n".join(out)


def _quote(span: Span, files: Mapping[str, Sequence[str]]) -> list[str]:
    """The first line of the span between gutters, and the carets under it."""
    lines = files.get(span.file, ())
    if not 1 <= span.line <= len(lines):
        return []
    source = lines[span.line - 1].rstrip("\r")
    start = min(span.column - 1, len(source))
    end = span.end_column - 1 if span.end_line == span.line else len(source.rstrip())
    end = max(start, min(end, len(source)))
    before, marked, after = (_shown(part) for part in (source[:start], source[start:end], source[end:]))
    before, marked, after = _window(before, marked, after)
    number = f"{span.line:>5}"
    return [
        f"{number} | {(before + marked + after).rstrip()}".rstrip(),
        f"{' ' * len(number)} | {' ' * width(before)}{'^' * max(1, width(marked))}",
    ]


def _shown(text: str) -> str:
    return visible(text.replace("\t", "    "))


def _window(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """The three parts cut so that together they fit `MAX_SOURCE_COLUMNS`, with the start of the mark in view."""
    if width(before) + width(marked) + width(after) <= MAX_SOURCE_COLUMNS:
        return before, marked, after
    room = MAX_SOURCE_COLUMNS - 2  # for the two …
    if width(before) > room // 3:
        before = "…" + _last(before, room // 3)
    marked, cut = _first(marked, room - width(before))
    after, cut_after = ("", True) if cut else _first(after, room - width(before) - width(marked))
    return before, marked, after + ("…" if cut or cut_after else "")


def _first(text: str, columns: int) -> tuple[str, bool]:
    """As much of the start of `text` as fits, and whether something was left out."""
    used = 0
    for index, char in enumerate(text):
        used += width(char)
        if used > columns:
            return text[:index], True
    return text, False


def _last(text: str, columns: int) -> str:
    kept, _ = _first(text[::-1], columns)
    return kept[::-1]


def count_line(problems: Iterable[Problem]) -> str:
    """`共 2 个错误、1 个警告。`"""
    letters = [problem.code[0] for problem in problems]
    parts = [f"{letters.count(letter)} 个{name}" for letter, name in SEVERITIES.items() if letter in letters]
    return f"共 {'、'.join(parts)}。" if parts else "没有发现问题。"


def render_json(problems: Iterable[Problem]) -> list[dict[str, str | int | None]]:
    """Plain dicts, ready for `json.dumps`: code, severity, message, file, line … or cell, clause, help."""
    return [_plain(problem) for problem in problems]


def _plain(problem: Problem) -> dict[str, str | int | None]:
    data: dict[str, str | int | None] = {
        "code": problem.code,
        "severity": _SEVERITY_KEYS[problem.code[0]],
        "message": problem.message,
    }
    match problem.place:
        case Span(file, cell=ref) if ref:
            data |= {"file": file, "cell": ref}
        case Span(file, line, column, end_line, end_column):
            data |= {"file": file, "line": line, "column": column, "end_line": end_line, "end_column": end_column}
        case Cell(file, ref):
            data |= {"file": file, "cell": ref}
        case Pointer(file, path):
            data |= {"file": file or None, "item": path}
        case None:
            data |= {"file": None}
    return data | {"clause": problem.clause, "help": problem.help}


def render_github(problems: Iterable[Problem]) -> str:
    """GitHub workflow commands, one a line; "" where there are none."""
    return "".join(_annotation(problem) + "\n" for problem in problems)


def _annotation(problem: Problem) -> str:
    fields: dict[str, str | int] = {}
    text = f"{problem.code} {problem.message}"
    match problem.place:
        case Span(file, cell=ref) if ref:
            fields = {"file": file}
            text = f"{problem.code} {ref} {problem.message}"
        case Span(file, line, column, end_line, end_column):
            fields = {"file": file, "line": line, "endLine": end_line, "col": column, "endColumn": end_column}
        case Cell(file, ref):
            fields = {"file": file}
            text = f"{problem.code} {ref} {problem.message}"
        case Pointer(file, path):
            fields = {"file": file} if file else {}
            text = f"{problem.code} {path} {problem.message}"
    if problem.clause:
        text += f"（{problem.clause}）"
    if problem.help:
        text += f"\n建议：{problem.help}"
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in fields.items())
    return f"::{_LEVELS[problem.code[0]]}{' ' if listed else ''}{listed}::{_data(text)}"


def _data(text: str) -> str:
    text = "\n".join(visible(line) for line in text.split("\n"))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
