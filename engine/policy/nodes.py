"""YAML as nodes that know their place, built from parser events: text only, no anchors, no tags, no surprises.

Nothing is interpreted: `NO`, `010` and `12:30:45` stay the text that was written. Aliases, tags, merge keys, duplicate
keys and further documents are refused; nesting stops at 40 before any recursive code sees it. Pure: bytes or text in,
nodes and problems out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import islice
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Span
from engine.base.text import HIDDEN, find_hidden, hidden_name
from engine.policy.places import SourceText, positions

RULES = (".yaml", ".yml")
BOOKS = (".xlsx",)
SHEETS = (".csv", *BOOKS)
"""Rows of decision tables beside the rules: as text, or in a workbook."""
UNREAD = "\0"
"""Stands for the text of a sheet that could not be read, which is told already; no file that is read has it."""
MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_SCALAR = 100_000
MAX_SHOWN = 20  # hidden characters told of one file
MAX_PROBLEMS = 100  # of one file; reading stops there
ITEM_KEYS = ("名称", "编号", "引用")  # what the items of most lists begin with


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text, from `start` to `end` in its file. `style`: plain, single, double, literal or folded. Equal when
    text and style are."""

    text: str
    style: str
    source: SourceText = field(compare=False, repr=False)
    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)

    @property
    def span(self) -> Span:
        """Where it stands, quotes included; a block scalar from its `|` to the end of its last line of content."""
        return self.source.span(self.start, self.stop)

    @property
    def stop(self) -> int:
        """The index in the file after its last character."""
        block = self.style in ("literal", "folded")
        return self.source.trimmed(self.start, self.end) if block else self.end

    @property
    def empty(self) -> bool:
        """Nothing was written (`键:`); `""` and `''` are texts of no length, not empty."""
        return not self.text and self.style == "plain"

    def place(self, start: int, end: int) -> Span:
        """The span in the file of the characters [start, end) of `text`."""
        if self.style == "plain" and self.end - self.start == len(self.text):  # on one line, as almost all
            start = min(max(start, 0), len(self.text))
            first, last = self.start + start, self.start + min(max(end, start), len(self.text))
            return self.source.span(first, last)
        starts, ends = positions(self.source, self.start, self.end, self.style, self.text)
        start = min(max(start, 0), len(starts) - 1)
        last = min(max(end, start), len(starts) - 1)
        return self.source.span(starts[start], ends[last - 1] if last > start else starts[start])

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. `span` runs from its first item to its last (brackets included in flow style)."""

    items: tuple[Node, ...]
    source: SourceText = field(compare=False, repr=False)
    start: int = field(compare=False, repr=False)
    stop: int = field(compare=False, repr=False)

    @property
    def span(self) -> Span:
        return self.source.span(self.start, self.stop)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order written; keys are unique texts."""

    entries: tuple[tuple[Scalar, Node], ...]
    source: SourceText = field(compare=False, repr=False)
    start: int = field(compare=False, repr=False)
    stop: int = field(compare=False, repr=False)

    @property
    def span(self) -> Span:
        return self.source.span(self.start, self.stop)

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself as written, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)

    def keys(self) -> tuple[str, ...]:
        return tuple(name.text for name, _ in self.entries)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


Node = Scalar | Sequence | Mapping


def line_of(text: str, source: SourceText, line: int) -> Scalar:
    """A text that stands for the whole line `line`, counted from 0, of a source that has nothing but line ends."""
    return Scalar(text, "plain", source, line, line)


_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}


def decode(data: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The text of a UTF-8 file without BOM and with LF line ends; other encodings are refused by name."""
    if len(data) > MAX_BYTES:
        return None, [_too_large(len(data), file)]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [wrong_encoding(file, 1, "`UTF-16`")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        try:
            data.decode("gb18030")
        except UnicodeDecodeError:
            return None, [wrong_encoding(file, line, "既不是 UTF-8，也不是 GB18030")]
        return None, [wrong_encoding(file, line, "`GB18030`（GBK）")]
    return _lines(text), []


def wrong_encoding(file: str, line: int, what: str) -> Problem:
    """E105: the encoding that the first bytes which are not UTF-8, in `line`, speak for."""
    message = f"文件编码不是 UTF-8：{what}" if what[0] == "既" else f"文件编码是 {what}，不是 UTF-8"
    return Problem("E105", message, Span(file, line, 1, line, 1), help="在编辑器里用“另存为”，编码选 UTF-8")


def _too_large(size: int, file: str) -> Problem:
    message = f"文件有 `{size}` 字节，超过上限 {MAX_BYTES} 字节"
    return Problem("E104", message, Span(file, 1, 1, 1, 1), help="把内容拆成几个文件")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def source_of(file: str, text: str) -> SourceText:
    """The text of a file as its nodes count its characters: without a mark at its beginning, lines ended by a line feed."""
    return SourceText(file, _lines(text.removeprefix("\ufeff")))


def read_yaml(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The one document in `text`, or None where it is empty or cannot be read. Never raises.

    With problems the node holds what could be read; a caller that finds errors does not act on it.
    """
    source = source_of(file, text)
    text = source.text
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [_too_large(len(text.encode("utf-8", "surrogatepass")), file)]
    if hidden := [match.start() for match in islice(HIDDEN.finditer(text), MAX_SHOWN)]:
        return None, [_hidden(source, index) for index in hidden]
    return _Builder(source).build()


def _hidden(source: SourceText, index: int) -> Problem:
    name = hidden_name(source.text[index])
    return Problem("E106", f"有不允许的字符 `{name}`", source.span(index, index + 1), help="删去该字符后重新输入")


_CUT_OFF = re.compile(r"[ \t]+(#[^\s#][^\n]*)")
"""What YAML takes for a remark although it may well be meant as text: a remark has a space after its `#`."""


@dataclass(slots=True)
class _Open:
    """A collection under construction: items, or keys and values by turns. `run_on`: another item seems to begin in it."""

    start: int
    mapping: bool
    flow: bool
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    seen: dict[str, Scalar] = field(default_factory=dict)
    key: Scalar | None = None
    run_on: bool = False


class _Stop(Exception):
    """Reading cannot go on; the problem has been noted."""


class _Builder:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.mistyped = False

    def build(self) -> tuple[Node | None, list[Problem]]:
        import yaml

        from engine.policy.syntax import explain

        parser = _parser(self.source.text)
        try:
            while (event := parser.get_event()) is not None:
                self.take(event)
                if len(self.problems) >= MAX_PROBLEMS:
                    raise _Stop
        except _Stop:
            return None, self.problems
        except yaml.YAMLError as error:
            # What YAML makes of the lines after a mistyped one is that same mistake once more.
            return None, self.problems if self.mistyped else [*self.problems, explain(error, self.source)]
        return self.root, self.problems

    def take(self, event: Any) -> None:
        """One parser event. `Any`: the two parsers share event classes only by name."""
        kind = event.__class__.__name__
        if kind == "ScalarEvent":
            if event.anchor is not None or event.tag is not None:
                self.decorations(event)
            self.scalar(event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self.decorations(event)
            self.begin(event, kind[0] == "M")
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.close(event)
        elif kind == "AliasEvent":
            self.refuse("E120", event, f"不支持引用 `*{event.anchor}`", "把被引用的内容照写一遍")
            self.add(Scalar("", "plain", self.source, event.start_mark.index, event.end_mark.index))
        elif kind == "DocumentStartEvent":
            self.document(event)

    def decorations(self, event: Any) -> None:
        if event.anchor is not None:
            self.refuse("E120", event, f"不支持锚点 `&{event.anchor}`", "删去锚点，在用到的地方照写内容")
        if event.tag is not None:
            shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.refuse("E121", event, f"不支持类型标签 `{shown}`", "删去标签；类型由词汇表规定")

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.refuse("E124", event, "一个文件里只能有一份文档，又遇到 `---`", "删去 `---`，或拆成两个文件")
            raise _Stop
        if event.version or event.tags:
            self.refuse("E128", event, "不支持 `%` 开头的 YAML 指令", "删去这一行")

    def scalar(self, event: Any) -> None:
        node = Scalar(event.value, _STYLES[event.style], self.source, event.start_mark.index, event.end_mark.index)
        if len(node.text) > MAX_SCALAR:
            self.refuse(
                "E129", event, f"一个值有 `{len(node.text)}` 个字，超过上限 {MAX_SCALAR}", "检查引号是否漏了一半"
            )
            raise _Stop
        if node.style == "double" and (hidden := find_hidden(node.text)):
            place = node.place(hidden[0], hidden[0] + 1)
            self.problems.append(Problem("E106", f"转义写出了不允许的字符 `{hidden[1]}`", place, help="删去该转义"))
        if node.style == "plain" and (cut := _CUT_OFF.match(self.source.text, node.end)):
            message = f"`{cut[1].rstrip()}` 被当作注释，不算内容"
            help = "是内容的，给整个值加引号；是注释的，`#` 后面空一格"
            self.problems.append(Problem("W101", message, self.source.span(cut.start(1), cut.end(1)), help=help))
        self.add(node)

    def begin(self, event: Any, mapping: bool) -> None:
        if self.stack and self.stack[-1].mapping and self.stack[-1].key is None:
            self.refuse("E126", event, "键只能是文字，不能是列表或映射", "把键写成一个词；含 `{` `[` 的键加引号")
            raise _Stop
        if len(self.stack) >= MAX_DEPTH:
            self.refuse("E125", event, f"嵌套超过 {MAX_DEPTH} 层", "把内层内容提出来")
            raise _Stop
        self.stack.append(_Open(event.start_mark.index, mapping, bool(event.flow_style)))

    def close(self, event: Any) -> None:
        done = self.stack.pop()
        start = done.start
        # A block ends with its last content; its end mark is the next token, after blank lines and comments.
        last = done.entries[-1][1] if done.entries else done.items[-1] if done.items else None
        stop = event.end_mark.index if done.flow else max(start, last.stop if last is not None else start)
        if done.mapping:
            self.add(Mapping(tuple(done.entries), self.source, start, stop))
        else:
            self.add(Sequence(tuple(done.items), self.source, start, stop))

    def add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.mapping:
            top.items.append(node)
        elif top.key is None:
            assert isinstance(node, Scalar)
            top.key = node
            self.check_key(node, top)
        else:
            if top.seen.setdefault(top.key.text, top.key) is top.key:
                top.entries.append((top.key, node))
            top.key = None

    def check_key(self, key: Scalar, top: _Open) -> None:
        if key.text == "<<" and key.style == "plain":
            self.problems.append(Problem("E122", "不支持合并键 `<<`", key.span, help="把要合并的内容照写一遍"))
        elif key.text.startswith("\u3000"):
            wide = len(key.text) - len(key.text.lstrip("\u3000"))
            self.problems.append(Problem("E111", "缩进用了全角空格", key.place(0, wide), help="改用半角空格，每级两格"))
            self.mistyped = True
        elif key.style == "plain" and (typed := mistyped_key(key)) is not None:
            self.problems.append(typed)
            self.mistyped = True
        elif key.empty:
            self.problems.append(Problem("E126", "冒号前面没有键", key.span, help="在冒号前写上键名"))
        first = top.seen.get(key.text)
        if first is None or top.run_on:
            return
        message, help = f"键 `{key.text}` 重复，第 {first.span.line} 行已经写过", "只留一处，或改成不同的键"
        item = key.text in ITEM_KEYS or (len(self.stack) > 1 and not self.stack[-2].mapping)
        if item and not top.flow and first is next(iter(top.seen.values())):
            # What begins every item comes again: its other keys will too, and leaving out one would lose a whole item.
            top.run_on = True
            message = (
                f"键 `{key.text}` 在一项里出现两次（第 {first.span.line} 行已经写过），这里像是下一项的开头，缺 `- `？"
            )
            help = f"是下一项的，写作 `- {key.text}: …`，与上一项的 `- ` 对齐；不是的，改成不同的键"
        self.problems.append(Problem("E123", message, key.span, help=help))

    def refuse(self, code: str, event: Any, message: str, help: str) -> None:
        start = event.start_mark.index
        end = max(self.source.trimmed(start, event.end_mark.index), start + 1)
        self.problems.append(Problem(code, message, self.source.span(start, end), help=help))


_COLON = re.compile(r"：|:(?=\S)")
_DASH = re.compile(r"[-–—－•]\s*(?=\S)")


def mistyped_key(key: Scalar) -> Problem | None:
    """A plain key that holds what YAML did not know for a colon or for the dash of an item: E116, E113."""
    if dash := _DASH.match(key.text):
        help = "一项的开头写半角的 `-`，后面空一格，例如 `- 名称: …`"
        return Problem("E113", f"`{dash[0].strip()}` 没有被当作一项的开头", key.place(0, 1), help=help)
    if (colon := _COLON.search(key.text)) is None:
        return None
    message = "键后面用了全角冒号 `：`" if colon[0] == "：" else "键后面的冒号缺一个空格"
    return Problem("E116", message, key.place(colon.start(), colon.end()), help="写成 `键: 值`，半角冒号后空一格")


def _parser(text: str) -> Any:
    """libyaml's event parser; the pure one where PyYAML was built without it."""
    import yaml

    return yaml.CSafeLoader(text) if yaml.__with_libyaml__ else yaml.SafeLoader(text)
