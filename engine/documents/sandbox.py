"""The template language of layouts: values, 如果 and 逐项 loops over plain data, and nothing else.

A layout is a file an office edits, and Jinja's own sandbox still lets it compute (`'%1000000000d' % 1`), call and
assign. Here only the node kinds listed below pass the parser, values are text, numbers of heading levels, truth and
lists of them, and everything printed is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS = frozenset({"length", "trim"})
MAX_COMPILED = 200
"""Templates kept compiled; a layout has about ten, one for each part of its file."""
_ALLOWED = frozenset(
    {
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.Const,
        nodes.Getattr,
        nodes.For,
        nodes.If,
        nodes.Compare,
        nodes.Operand,
        nodes.And,
        nodes.Or,
        nodes.Not,
        nodes.Filter,
    }
)
_COMPARISONS = frozenset({"eq", "ne"})
_KINDS = {
    nodes.Call: "调用",
    nodes.Assign: "赋值",
    nodes.AssignBlock: "赋值",
    nodes.Macro: "宏",
    nodes.CallBlock: "宏",
    nodes.Import: "引入其他模板",
    nodes.FromImport: "引入其他模板",
    nodes.Include: "引入其他模板",
    nodes.Extends: "引入其他模板",
    nodes.FilterBlock: "过滤块",
    nodes.Getitem: "下标",
    nodes.CondExpr: "行内条件",
    nodes.Concat: "拼接",
    nodes.Test: "检验",
    nodes.List: "列表",
    nodes.Tuple: "列表",
    nodes.Dict: "列表",
    nodes.Slice: "下标",
    nodes.Scope: "改变转义的块",
    nodes.ScopedEvalContextModifier: "改变转义的块",
}


class Forbidden(TemplateSyntaxError):
    """A construct layouts may not use; `message` names it in Chinese, `lineno` is its line."""


def forbidden(tree: nodes.Node) -> Iterator[tuple[int, str]]:
    """Line and Chinese name of every construct that is not allowed."""
    for node, line in _walk(tree, 1):
        reason = _reason(node)
        if reason:
            yield line, reason


def _walk(node: nodes.Node, above: int) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with its line; some nodes have none and stand on the line of what holds them."""
    line = node.lineno or above
    yield node, line
    for child in node.iter_child_nodes():
        yield from _walk(child, line)


def _reason(node: nodes.Node) -> str:
    match node:
        case nodes.Getattr() if node.attr.startswith("_"):
            return f"以下划线开头的名称 `{node.attr}`"
        case nodes.Name() if node.name.startswith("_"):
            return f"以下划线开头的名称 `{node.name}`"
        case nodes.Filter() if node.name not in FILTERS or node.args or node.kwargs:
            return f"过滤器 `{node.name}`"
        case nodes.Operand() if node.op not in _COMPARISONS:
            return "大小比较"
        case nodes.For() if node.recursive or not isinstance(node.target, nodes.Name):
            return "递归或拆分的循环"
        case nodes.Const() if not isinstance(node.value, str | int | bool):
            return "此种常量"
    if type(node) in _ALLOWED:
        return ""
    arithmetic = isinstance(node, nodes.BinExpr | nodes.UnaryExpr)
    return _KINDS.get(type(node)) or ("运算" if arithmetic else f"`{type(node).__name__}`")


class LayoutEnvironment(ImmutableSandboxedEnvironment):
    """Jinja with the listed constructs only, strict about unknown fields, escaping always, without any global."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=64, keep_trailing_newline=True)
        self._compiled: dict[str, Template] = {}
        self.globals.clear()
        self.tests.clear()
        for name in set(self.filters) - FILTERS:
            del self.filters[name]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = self.unchecked(source, name, filename)
        for line, reason in forbidden(tree):
            raise Forbidden(f"模板不允许使用{reason}", line, name, filename)
        return tree

    def from_string(
        self,
        source: str | nodes.Template,
        globals: MutableMapping[str, Any] | None = None,
        template_class: type[Template] | None = None,
    ) -> Template:
        """The template of a layout's text, compiled once."""
        if not isinstance(source, str) or globals or template_class:
            return super().from_string(source, globals, template_class)
        if source not in self._compiled:
            if len(self._compiled) >= MAX_COMPILED:
                self._compiled.clear()
            self._compiled[source] = super().from_string(source)
        return self._compiled[source]

    def unchecked(self, source: str, name: str | None = None, filename: str | None = None) -> nodes.Template:
        """The syntax tree whatever it holds, for `forbidden` to report on; never rendered."""
        return super()._parse(source, name, filename)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Attributes of objects are never reached: fields are keys of plain mappings."""
        return False


@cache
def shared() -> LayoutEnvironment:
    """One environment for all letters, so that a batch compiles each layout once."""
    return LayoutEnvironment()
