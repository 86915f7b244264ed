"""Files of one package -> one `PackageSpec`: sections are merged over files, pydantic checks the shape, and each of its
errors becomes a `Problem` at the place in the file, in words a policy officer uses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.base.problem import Problem, Span
from engine.base.text import did_you_mean
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Node, Scalar, Sequence, read_yaml
from engine.policy.spec import ExampleFile, PackageSpec
from engine.policy.spec.scalars import Spec

S = TypeVar("S", bound=Spec)

Tree = dict[str, Any]
"""Section name -> list of nodes (or the one node of 规范), merged over files."""


def plain(node: Node) -> Any:
    """The node as dicts, lists and `Scalar`s; an empty value (`键:`) counts as not written and is left out."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        return [plain(item) for item in node]
    return {key.text: plain(value) for key, value in node if not (isinstance(value, Scalar) and value.empty)}


def read_package(files: Mapping[str, str]) -> tuple[PackageSpec | None, list[Problem]]:
    """The spec of the package whose YAML texts are `files` (path -> text), or None with the errors that forbid it."""
    problems: list[Problem] = []
    merged: dict[str, list[Node]] = {}
    for file, text in files.items():
        root, found = read_yaml(text, file)
        problems += found
        if root is None:
            continue
        if not isinstance(root, MappingNode):
            problems.append(Problem("E301", "文件应是 `键: 值` 的形式", root.span, help="例如以 `准则:` 开头"))
            continue
        problems += _merge(root, merged)
    spec, found = _validate(PackageSpec, _as_sections(merged), merged)
    return spec, problems + found


def read_examples(file: str, text: str) -> tuple[ExampleFile | None, list[Problem]]:
    """The examples of one file under tests/."""
    root, problems = read_yaml(text, file)
    if root is None:
        return None, problems
    if not isinstance(root, MappingNode):
        return None, [*problems, Problem("E301", "用例文件应以 `用例:` 开头", root.span)]
    nodes: dict[str, list[Node]] = {}
    for key, value in root:
        nodes[key.text] = list(value) if isinstance(value, Sequence) else [value]
    spec, found = _validate(ExampleFile, plain(root), nodes)
    return spec, problems + found


def _merge(root: MappingNode, merged: dict[str, list[Node]]) -> list[Problem]:
    problems = []
    for key, value in root:
        if isinstance(value, Scalar) and value.empty:
            continue
        if key.text == "规范":
            if merged.get("规范"):
                problems.append(Problem("E302", "`规范` 写了两次", key.span, help="一个包只有一份 `规范`"))
            merged["规范"] = [value]
        elif isinstance(value, Sequence):
            merged.setdefault(key.text, []).extend(value)
        elif key.text in _sections():
            problems.append(
                Problem("E303", f"`{key.text}` 下应是列表", value.span, help="每一项前写 `- `，例如 `- 名称: …`")
            )
        else:
            merged[key.text] = [key]
    return problems


def _sections() -> list[str]:
    return [str(f.alias) for f in PackageSpec.model_fields.values()]


def _as_sections(merged: dict[str, list[Node]]) -> Tree:
    return {name: plain(nodes[0]) if name == "规范" else [plain(n) for n in nodes] for name, nodes in merged.items()}


def _validate(model: type[S], data: Tree, nodes: Mapping[str, list[Node]]) -> tuple[S | None, list[Problem]]:
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, _unique(_problem(model, detail, nodes) for detail in error.errors(include_url=False))


def _unique(problems: Iterable[Problem]) -> list[Problem]:
    return list({(p.code, p.message, str(p.place)): p for p in problems}.values())


def _problem(model: type[Spec], error: ErrorDetails, nodes: Mapping[str, list[Node]]) -> Problem:
    """One pydantic error in Chinese, at the deepest node its path reaches."""
    path = error["loc"]
    last = str(path[-1]) if path else ""
    place = _locate(path, nodes)
    match error["type"]:
        case "missing":
            return Problem("E304", f"缺少 `{last}`", place, help=f"补上 `{last}: …`")
        case "extra_forbidden":
            return Problem("E305", f"不认识的键 `{last}`", place, did_you_mean(last, keys_at(model, path[:-1])))
        case "literal_error":
            allowed = (
                str(error.get("ctx", {}).get("expected", ""))
                .replace("'", "`")
                .replace(" or ", "、")
                .replace(", ", "、")
            )
            return Problem("E306", f"`{last}` 写作 `{_shown(error)}`，不在允许的词内", place, help=f"可写 {allowed}")
        case "value_error":
            return Problem("E307", f"`{last}`：{error.get('ctx', {}).get('error', '')}", place)
        case "union_tag_not_found" | "union_tag_invalid":
            return Problem(
                "E304", "`实施` 的一项要写明实施什么", place, help="写 `参数: 名称`、`评分: 名称` 或 `决定表: 名称`"
            )
        case "too_short":
            return Problem("E308", f"`{last}` 的项数不够", place)
        case _:
            return Problem("E309", f"`{last}` 的写法不对：应是{_expected(error['type'])}", place)


def _expected(kind: str) -> str:
    return {"list_type": "列表", "dict_type": "`键: 值`", "model_type": "`键: 值`"}.get(kind, "另一种形式")


def _shown(error: ErrorDetails) -> str:
    value = error["input"]
    return value.text if isinstance(value, Scalar) else str(value) if isinstance(value, str) else "…"


def _locate(path: tuple[int | str, ...], nodes: Mapping[str, list[Node]]) -> Span | None:
    """The place of `path`: the value it names, or the key itself where the value is not a scalar."""
    items = nodes.get(str(path[0])) if path else None
    if not items:
        return None
    index = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    node: Node = items[index or 0]
    place = node.span
    for step in path[1:] if index is None else path[2:]:
        if isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
            node = node.items[step]
            place = node.span
        elif isinstance(node, MappingNode):
            key, value = node.key(str(step)), node.get(str(step))
            if key is None or value is None:
                continue  # a missing key, or a model's tag in the path
            node, place = value, value.span if isinstance(value, Scalar) and not value.empty else key.span
    return _head(node) if isinstance(node, MappingNode) else place


def _head(node: MappingNode) -> Span:
    """The first key of a mapping, or of the whole where it is empty: a caret under one line, not a page."""
    return node.entries[0][0].span if node.entries else node.span


def keys_at(model: type[Spec], path: tuple[int | str, ...]) -> list[str]:
    """The keys allowed at `path` below `model`; empty where the path leaves the models."""
    current: type[Spec] = model
    for step in path:
        if isinstance(step, int):
            continue
        field = next((f for f in current.model_fields.values() if f.alias == step), None)
        if field is None:
            continue
        inner = _models(field.annotation)
        if not inner:
            return []
        current = inner[0]
    return [str(f.alias) for f in current.model_fields.values()]


def _models(annotation: Any) -> list[type[Spec]]:
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _models(part)]
