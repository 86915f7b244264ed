"""A case from its files: `case.yaml` (or any YAML file) and the ledgers it names, typed against a package.

Every value is understood exactly or refused with its place; what is not written is unknown.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Span
from engine.base.text import find_hidden, nearest
from engine.decision.case import Case
from engine.decision.relations import inconsistencies, without
from engine.files.faults import unreadable
from engine.files.names import safe_name
from engine.files.reading import folder_at
from engine.intake.builder import LEDGERS, CaseBuilder, day_field, span_of
from engine.intake.files import read_yaml_file
from engine.intake.remarks import MAX_PROBLEMS
from engine.intake.values import make_reader
from engine.language.tree import Value
from engine.policy.nodes import Mapping, Scalar
from engine.policy.package import Package
from engine.spreadsheets.grid import Fault

CASE_FILE = "case.yaml"
MAX_ID = 64
_KEYS = ("案件", "规范", "基准日", "事件记录", "事实", "记录", "例外理由", "说明")


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What must be known before the package can be resolved."""

    id: str
    regulation: str
    as_of: date | None
    history: str = ""
    """The file or folder of its history (事件记录), from the folder of the case; "" where it names none."""


def case_file(path: Path) -> tuple[Path | None, list[Problem]]:
    """The YAML file of a case: `path` itself, or `case.yaml` in it where it is a folder."""
    try:
        if not path.is_dir():
            if path.suffix.lower() in LEDGERS and path.exists():
                return None, [
                    Problem("E102", f"`{path}` 是台账，不是案件", help=f"写案件的文件夹，例如 `{path.parent}`")
                ]
            return path, []
        inside = path / CASE_FILE
        if inside.exists():
            return inside, []
    except OSError as error:
        return None, [unreadable(error, str(path))]
    except ValueError:
        return None, [Problem("E101", f"路径 `{path}` 里有不允许的字符", help="检查路径")]
    return None, [Problem("E554", f"文件夹 `{path}` 里没有 `{CASE_FILE}`", help="用 `guiju init case` 生成一份空表")]


def peek_case(path: Path) -> tuple[CaseHead | None, list[Problem]]:
    """Number, regulation and as-of day of a case, without a package."""
    root, problems = _root(path)
    if root is None:
        return None, problems
    head, found = head_of(root, path)
    return head, problems + found


def load_case(path: Path, package: Package, tolerant: bool = False) -> tuple[Case | None, list[Problem]]:
    """The case at `path` (a YAML file, or a folder with `case.yaml`), or None with the errors that forbid it.

    Ledgers are read from the folder the YAML file is in. The as-of day is the one the package was resolved for; a case
    that names another is told so. `tolerant`: a fact, table or cell that cannot be read is a problem and unknown, and
    the rest of the case stands; only a file that is no case at all gives None.
    """
    root, problems = _root(path)
    if root is None:
        return None, problems
    case, found = case_of(root, path, folder_at(path), package, root.span.file, tolerant)
    return case, problems + found


def case_of(
    root: Mapping, path: Path, folder: Path | None, package: Package, file: str, tolerant: bool = False
) -> tuple[Case | None, list[Problem]]:
    """The case written as `root`, or None with the errors that forbid it; a case without a number is called after `path`.
    `folder`: where its ledgers are; `file`: what its own file is called, "" for none; `tolerant` as in `load_case`."""
    head, problems = head_of(root, path)
    builder = CaseBuilder(package, folder, tolerant=tolerant)
    builder.take(root.get("事实"), root.get("记录"), root.get("例外理由"))
    problems += builder.problems
    if head is None or (not tolerant and any(p.is_error for p in problems)):
        return None, problems
    if head.as_of is not None and head.as_of != package.as_of:
        message = f"案件的基准日是 {head.as_of}，现按 {package.as_of} 的规定和日期决定"
        problems.append(Problem("W551", message, span_of(root.get("基准日")), help="不需要另按一天决定时，去掉该选项"))
    regulation, dated = head.regulation or package.id, head.as_of is not None
    case = Case(head.id, package.as_of, builder.facts, builder.excuses, regulation, dated, file, builder.blanks)
    found = list(inconsistencies(package, case))
    problems += [one.problem for one in found]
    return (None if found and not tolerant else without(case, found)), problems


def _root(path: Path) -> tuple[Mapping | None, list[Problem]]:
    file, problems = case_file(path)
    if file is None:
        return None, problems
    node, _, problems = read_yaml_file(file, str(file))
    if any(p.is_error for p in problems):
        return None, problems
    if not isinstance(node, Mapping):
        place = node.span if node is not None else Span(str(file), 1, 1, 1, 1)
        return None, [Problem("E505", "案件文件应是 `键: 值` 的形式", place, help="例如以 `案件: FZ-2026-001` 开头")]
    return node, problems


def head_of(root: Mapping, path: Path) -> tuple[CaseHead | None, list[Problem]]:
    """Number, regulation and as-of day; without a number the case is called after `path`."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    unknown = 0
    for key, value in root:
        if key.text not in _KEYS:
            unknown += 1
            if unknown > MAX_PROBLEMS:
                continue  # told below, once
            close = nearest(key.text, _KEYS)
            help = f"是否想写 `{close}`？" if close else f"可写 {'、'.join(_KEYS)}；事实写在 `事实:` 下"
            problems.append(Problem("E503", f"不认识的键 `{key.text}`", key.span, help=help))
        elif key.text in ("案件", "规范", "基准日", "事件记录"):
            if isinstance(value, Scalar):
                texts[key.text] = value.text.strip()
            else:
                problems.append(Problem("E505", f"`{key.text}` 应是一个值", key.span, help=f"写作 `{key.text}: …`"))
    if unknown > MAX_PROBLEMS:
        message = f"不认识的键共 {unknown} 个，其余没有列出"
        problems.append(Problem("W549", message, root.span, help="先改正列出的，再运行一次"))
    id = safe_name(texts.get("案件") or (path.name if path.is_dir() else path.stem))
    if hidden := find_hidden(id):
        message = f"案件编号里有不允许的字符 `{hidden[1]}`"
        place = span_of(root.get("案件")) if texts.get("案件") else None
        problems.append(Problem("E550", message, place, help="编号取自文件夹名时，在案件文件里另写 `案件: …`"))
    elif len(id) > MAX_ID or "\n" in id:
        message = f"案件编号超过 {MAX_ID} 个字或有换行"
        problems.append(Problem("E550", message, span_of(root.get("案件")), help="写短一些，例如 `FZ-2026-001`"))
    as_of: Value = None
    if texts.get("基准日"):
        written = root.get("基准日")
        result = make_reader(day_field("基准日"), {}, {}, lenient=False).read(texts["基准日"])
        if isinstance(result, Fault):
            problems.append(Problem(result.code, f"`基准日`：{result.message}", span_of(written), help=result.help))
        else:
            as_of = result.value
    if any(p.is_error for p in problems):
        return None, problems
    day = as_of if isinstance(as_of, date) else None
    return CaseHead(id, texts.get("规范", ""), day, texts.get("事件记录", "")), problems
