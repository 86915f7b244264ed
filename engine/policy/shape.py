"""Files of one package -> one `PackageSpec`: sections merged over files, their shape checked on the way. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from engine.base.problem import Problem, errors
from engine.base.text import did_you_mean
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Sequence, read_yaml
from engine.policy.spec import ExampleFile, PackageSpec
from engine.policy.spec.keys import Record, Spec, blank
from engine.policy.spec.vocabulary import PatchSpec

S = TypeVar("S", bound=Spec)


def read_package(files: Mapping[str, str]) -> tuple[PackageSpec | None, list[Problem]]:
    """The spec of the package whose YAML texts are `files` (path -> text), or None with the errors that forbid it."""
    problems: list[Problem] = []
    sections: dict[str, Any] = {}
    for file, text in files.items():
        root, found = read_yaml(text, file)
        problems += found
        if isinstance(root, MappingNode):
            _merge(root, sections, problems)
        elif root is not None and not blank(root):
            problems.append(Problem("E301", "文件应是 `键: 值` 的形式", root.span, "例如以 `准则:` 开头"))
    return (None if errors(problems) else PackageSpec(sections)), problems


def _merge(root: MappingNode, sections: dict[str, Any], problems: list[Problem]) -> None:
    """Read the sections of one file and append them to those read before."""
    for at, node in root:
        declared = PackageSpec.KEYS.get(at.text)
        if declared is None:
            help_ = did_you_mean(at.text, PackageSpec.KEYS) or f"可写 {'、'.join(f'`{k}`' for k in PackageSpec.KEYS)}"
            problems.append(Problem("E305", f"不认识的键 `{at.text}`", at.span, help_))
        elif blank(node):
            continue
        elif isinstance(declared.kind, Record):
            if at.text in sections:
                problems.append(Problem("E302", f"`{at.text}` 写了两次", at.span, f"一个包只有一份 `{at.text}`"))
            sections[at.text] = declared.kind.read(node, at, problems)
        elif not isinstance(node, Sequence):
            help_ = "每一项前写 `- `，例如 `- 名称: …`"
            problems.append(Problem("E303", f"`{at.text}` 下应是列表", at.span, help_))
        else:
            sections[at.text] = (*sections.get(at.text, ()), *declared.kind.read(node, at, problems))


def read_examples(file: str, text: str) -> tuple[ExampleFile | None, list[Problem]]:
    """The examples of one file under tests/."""
    return _read_file(ExampleFile, file, text, "用例文件应以 `用例:` 开头")


def read_overlay(file: str, text: str) -> tuple[PatchSpec | None, list[Problem]]:
    """The changes of one overlay file."""
    return _read_file(PatchSpec, file, text, "改动文件写 `参数:`、`强度:`、`停用:`、`启用:` 或 `式:`")


def _read_file(model: type[S], file: str, text: str, expected: str) -> tuple[S | None, list[Problem]]:
    root, problems = read_yaml(text, file)
    if isinstance(root, MappingNode):
        spec = model.read(root, problems)
        return (None if errors(problems) else spec), problems
    if root is not None and not blank(root):
        problems.append(Problem("E301", expected, root.span))
    return None, problems
