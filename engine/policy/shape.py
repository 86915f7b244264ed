"""Files of one package -> one `PackageSpec`: pydantic checks the shape of each section of a file, each of its errors
becomes a `Problem` at its place, in words a policy officer uses, and the sections of all files are joined. Pure.

A file is read by itself, so that what it says can be kept until it changes. pydantic is loaded when something is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from engine.base.classes import dataclass
from engine.base.problem import Problem, Span, errors
from engine.base.text import did_you_mean, unified
from engine.policy.each_value import each_value
from engine.policy.example_tables import rows_as_examples
from engine.policy.nodes import RULES, Node, Scalar, read_yaml
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Sequence as NodeList
from engine.policy.several_outputs import apart, asking, check_outputs, declared
from engine.policy.sheet_rows import with_sheets
from engine.policy.spec import ExampleFile, PackageSpec
from engine.policy.spec.base import Spec, form_of, keys_of, models_in, pydantic_input
from engine.policy.spec.notes import NotesFile
from engine.policy.spec.office import OfficeSpec
from engine.policy.spec.rules import FILLS, DecisionTableBody
from engine.policy.spec.vocabulary import OverlaySpec

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

S = TypeVar("S", bound=Spec)
MAX_LOOK_ALIKES = 20  # told of one file

SINGLE = ("规范",)
"""Sections that are one mapping; the others are lists and may be spread over files."""

TAGS = ("scalar", "mapping", "list")
"""What unions put into the path of an error: which form was written."""

Nodes = dict[str, list[Node]]
"""Section -> its items over all files (or the one mapping), for finding the place of an error again."""


@dataclass(frozen=True, slots=True)
class FileSpec:
    """What one file of a package says: its sections as a spec, None with errors; `header`: where it begins its 规范."""

    spec: PackageSpec | None
    problems: tuple[Problem, ...]
    header: Span | None = None


ReadFile = Callable[[str, str], FileSpec]
"""Path as shown to people, text -> what it says."""


def read_file(file: str, text: str) -> FileSpec:
    """What one file says, with what is wrong with it."""
    root, problems = read_yaml(text, file)
    problems += look_alikes(root, text)
    if not isinstance(root, MappingNode):
        if root is not None and not blank(root):
            problems.append(Problem("E301", "文件应是 `键: 值` 的形式", root.span, "例如以 `准则:` 开头"))
        return FileSpec(None if errors(problems) else PackageSpec(), tuple(problems))
    if (case := root.key("案件") or root.key("基准日")) is not None:
        message = f"`{file}` 是案件或事件记录，不是政策包的文件"
        problems.append(Problem("E359", message, case.span, "移到政策包以外的文件夹，或放进包的 tests/ 里"))
        return FileSpec(None, tuple(problems))
    nodes = _sections(root, problems)
    spec = _validate_sections(nodes, problems)
    header = root.key(SINGLE[0])
    return FileSpec(None if errors(problems) else spec, tuple(problems), header.span if header else None)


def read_package(files: Mapping[str, str], read: ReadFile = read_file) -> tuple[PackageSpec | None, list[Problem]]:
    """The spec of the package whose YAML texts and sheets are `files` (path -> text), or None with the errors that forbid it.
    `read` may know what a file says from an earlier time."""
    found = [_with_sheets(read(file, text), files) for file, text in files.items() if file.endswith(RULES)]
    problems = [problem for one in found for problem in one.problems]
    problems += [
        Problem("E302", f"`{SINGLE[0]}` 写了两次", again, f"一个包只有一份 `{SINGLE[0]}`")
        for again in [one.header for one in found if one.header is not None][1:]
    ]
    problems += [p for one in found if one.spec for p in check_outputs(one.spec.decision_tables)]
    if errors(problems):
        return None, problems
    spec, wrong = each_value(_joined([one.spec for one in found if one.spec]))
    return (None if errors(wrong) else spec), [*problems, *wrong]


def _with_sheets(found: FileSpec, files: Mapping[str, str]) -> FileSpec:
    tables = () if found.spec is None else (*found.spec.decision_tables, *found.spec.fillers)
    if found.spec is None or not any(isinstance(table, DecisionTableBody) and table.sheet for table in tables):
        return found
    spec, problems = with_sheets(found.spec, files)
    return replace(found, spec=None if errors(problems) else spec, problems=(*found.problems, *problems))


def _joined(specs: Sequence[PackageSpec]) -> PackageSpec:
    """The sections of all files, one after the other."""
    whole: dict[str, Any] = {"header": next((spec.header for spec in specs if spec.header), None)}
    for spec in specs:
        for name, section in vars(spec).items():
            if isinstance(section, tuple):
                whole[name] = whole.get(name, ()) + section
    tables = whole.get("decision_tables", ())
    whole["facts"] = (*whole.get("facts", ()), *declared(tables))
    whole["decision_tables"] = tuple(apart(map(asking, tables)))
    return PackageSpec(**whole)


def look_alikes(node: Node | None, written: str) -> list[Problem]:
    """A problem (E109) for every text of a file, `written`, with a radical or a compatibility form: ⼈ (U+2F08) is not 人,
    and what is called by it is never found. In facts they are read as what they look like."""
    found: list[Problem] = []
    if "\\" not in written and unified(written) == written:  # neither there nor escaped, as in almost all files
        return found
    for text in islice((one for one in _texts(node) if unified(one.text) != one.text), MAX_LOOK_ALIKES):
        char = next(char for char in text.text if unified(char) != char)
        message = f"`{text.text[:40]}` 里有部首或兼容字 `{char}`（U+{ord(char):04X}）"
        found.append(Problem("E109", message, text.span, f"改成 `{unified(char)}`"))
    return found


def _texts(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, MappingNode):
        for key, value in node:
            yield key
            yield from _texts(value)
    elif isinstance(node, NodeList):
        for item in node:
            yield from _texts(item)


def blank(node: Node) -> bool:
    """An empty value (`键:`) counts as not written."""
    return isinstance(node, Scalar) and node.empty


def _sections(root: MappingNode, problems: list[Problem]) -> Nodes:
    """The sections of one file as nodes, without what is none."""
    nodes: Nodes = {}
    for at, node in root:
        if at.text not in PackageSpec.key_names():
            problems.append(_unknown(at.text, at.span, PackageSpec))
        elif blank(node):
            continue
        elif at.text in SINGLE:
            nodes[at.text] = [node]
        elif isinstance(node, NodeList):
            nodes[at.text] = list(node)
        else:
            help_ = "每一项前写 `- `，例如 `- 名称: …`"
            problems.append(Problem("E303", f"`{at.text}` 下应是列表", at.span, help_))
    return nodes


def _validate_sections(nodes: Nodes, problems: list[Problem]) -> PackageSpec:
    """Each section by the form of its key alone: what a file does not say need not be known to pydantic."""
    from pydantic import ValidationError

    sections: dict[str, Any] = {}
    details: list[ErrorDetails] = []
    for name, items in nodes.items():
        data = pydantic_input(items[0]) if name in SINGLE else [pydantic_input(item) for item in items]
        field, adapter = _section(name)
        try:
            sections[field] = adapter.validate_python(data)
        except ValidationError as error:
            details += [detail | {"loc": (name, *detail["loc"])} for detail in error.errors(include_url=False)]
    problems += _told(PackageSpec, details, nodes)
    return PackageSpec(**sections)


@cache
def _section(name: str) -> tuple[str, TypeAdapter[Any]]:
    """The field of a section of a package, and what checks it."""
    from pydantic import TypeAdapter

    key = next(key for key in keys_of(PackageSpec) if key.alias == name)
    return key.name, TypeAdapter(key.form)


def _adapter_of(model: Any) -> TypeAdapter[Any]:
    return _adapter(model)


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(model)


def read_examples(file: str, text: str) -> tuple[ExampleFile | None, list[Problem]]:
    """The examples of one file under tests/."""
    spec, problems = _read_file(ExampleFile, file, text, "用例文件应以 `用例:` 开头")
    if spec is None:
        return None, problems
    spec, found = rows_as_examples(spec)
    return spec, [*problems, *found]


def read_overlay(file: str, text: str) -> tuple[OverlaySpec | None, list[Problem]]:
    """The changes of one overlay file."""
    return _read_file(OverlaySpec, file, text, "改动文件写 `参数:`、`强度:`、`停用:`、`启用:`、`式:` 或 `口径:`")


def read_notes(file: str, text: str) -> tuple[NotesFile | None, list[Problem]]:
    """A file of notes on a regulation."""
    return _read_file(NotesFile, file, text, "批注文件写 `批注:`")


def read_office(file: str, text: str) -> tuple[OfficeSpec | None, list[Problem]]:
    """An office file."""
    return _read_file(OfficeSpec, file, text, f"单位设置写 {'、'.join(f'`{k}:`' for k in OfficeSpec.key_names())}")


def overlay_of(root: MappingNode) -> tuple[OverlaySpec | None, list[Problem]]:
    """The changes written as `root`."""
    return _read_mapping(OverlaySpec, root, [])


def _read_mapping(model: type[S], root: MappingNode, problems: list[Problem]) -> tuple[S | None, list[Problem]]:
    nodes: Nodes = {at.text: list(n) if isinstance(n, NodeList) else [n] for at, n in root}
    known = model.key_names()
    problems += [_unknown(at.text, at.span, model) for at, _ in root if at.text not in known]
    data = {name: value for name, value in pydantic_input(root).items() if name in known}
    spec = _validate(model, data, nodes, problems)
    return (None if errors(problems) else spec), problems


def _read_file(model: type[S], file: str, text: str, expected: str) -> tuple[S | None, list[Problem]]:
    root, problems = read_yaml(text, file)
    problems += look_alikes(root, text)
    if isinstance(root, MappingNode):
        return _read_mapping(model, root, problems)
    if root is not None and not blank(root):
        problems.append(Problem("E301", expected, root.span))
    return None, problems


def _validate(model: type[S], data: Any, nodes: Nodes, problems: list[Problem]) -> S | None:
    from pydantic import ValidationError

    try:
        found: S = _adapter_of(model).validate_python(data)
        return found
    except ValidationError as error:
        problems += _told(model, error.errors(include_url=False), nodes)
        return None


def _told(model: type[Spec], details: Sequence[ErrorDetails], nodes: Nodes) -> list[Problem]:
    """What pydantic found, each once, in reading order."""
    found = [_problem(model, detail, nodes) for detail in _telling(details)]
    return sorted({(p.code, p.message, p.place): p for p in found}.values(), key=_order)


def _telling(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those that only echo others: a list with a wrong item is also called too short."""
    paths = [detail["loc"] for detail in details]

    def echoes(detail: ErrorDetails) -> bool:
        path = detail["loc"]
        return detail["type"] == "too_short" and any(p[: len(path)] == path and p != path for p in paths)

    return [detail for detail in details if not echoes(detail)]


def _order(problem: Problem) -> tuple[str, int, int]:
    """Reading order; the files themselves in name order."""
    place = problem.place
    return (place.file, place.line, place.column) if isinstance(place, Span) else ("", 0, 0)


def _unknown(name: str, place: Span | None, model: type[Spec] | None) -> Problem:
    known = model.key_names() if model else []
    help_ = did_you_mean(name, known) or f"可写 {'、'.join(f'`{k}`' for k in known)}"
    return Problem("E305", f"不认识的键 `{name}`", place, help_)


def _written(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The path without the tags that unions put into it; that of a filler equals a key of its own."""
    path = tuple(step for step in path if step not in TAGS)
    return path[:2] + path[3:] if path[:1] == ("实施",) else path


def _problem(model: type[Spec], error: ErrorDetails, nodes: Nodes) -> Problem:
    """One pydantic error in Chinese, at the deepest node its path reaches."""
    path, context = _written(error["loc"]), error.get("ctx", {})
    last = next((step for step in reversed(path) if isinstance(step, str)), "")
    value, at, key_at = _locate(path, nodes)
    match error["type"]:
        case "missing":
            return Problem("E304", f"缺少 `{last}`", at, f"补上 `{last}: …`")
        case "unexpected_keyword_argument":
            return _unknown(last, key_at, _model_at(model, error["loc"][:-1]))
        case "literal_error":
            allowed = str(context.get("expected", "")).replace("'", "`").replace(" or ", "、").replace(", ", "、")
            written = value.text if isinstance(value, Scalar) else "…"
            return Problem("E306", f"`{last}` 写作 `{written}`，不在允许的词内", at, f"可写 {allowed}")
        case "value_error":
            return Problem("E307", f"`{last}`：{context.get('error', '')}", at)
        case "too_short":
            return Problem("E308", f"`{last}` 至少要有 {context.get('min_length')} 项", at)
        case "union_tag_not_found" | "union_tag_invalid":
            asked = "、".join(f"`{tag}: 名称`" for tag in FILLS)
            return Problem("E304", f"`{last}` 的一项没有写明对象", at, f"写 {asked} 之一")
        case kind:
            expected = str(context.get("expected") or _EXPECTED.get(kind, "另一种形式"))
            return Problem("E309", f"`{last}` 应是{expected}，这里是{form_of(error['input'])}", at)


_EXPECTED = {"tuple_type": "列表（每项前写 `- `）", "dict_type": "`名称: 值`", "dataclass_type": "`键: 值`"}


def _locate(path: tuple[int | str, ...], nodes: Nodes) -> tuple[Node | None, Span | None, Span | None]:
    """The value `path` leads to, where to show it (a scalar itself, of a mapping its first key, of anything else the key
    above), and the place of the last key."""
    items = nodes.get(str(path[0])) if path else None
    if not items:
        return None, None, None
    index = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    node: Node = items[index or 0]
    place = key_at = node.span
    for step in path[1:] if index is None else path[2:]:
        if isinstance(node, NodeList) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            place = node.span
        elif isinstance(node, MappingNode):
            written, value = node.key(str(step)), node.get(str(step))
            if written is None or value is None:
                break  # a key that is missing
            node, place, key_at = value, written.span, written.span
    if isinstance(node, Scalar):
        return node, place if node.empty else node.span, key_at
    if isinstance(node, MappingNode) and node.entries:
        return node, node.entries[0][0].span, key_at
    return node, place, key_at


def _model_at(model: type[Spec], path: tuple[int | str, ...]) -> type[Spec] | None:
    """The model that `path` (tags included) leads to below `model`; None where it leaves the models."""
    inside: list[type[Spec]] = [model]
    for step in path:
        if isinstance(step, int) or step in TAGS:
            continue
        if len(inside) > 1:  # a union: the tag is a key that only one of its models has
            inside = [m for m in inside if step in m.key_names()]
        else:
            found = next((k for m in inside for k in keys_of(m) if k.alias == step), None)
            inside = models_in(found.form) if found else []
    return inside[0] if inside else None
