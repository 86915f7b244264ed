"""YAML's own error messages in plain Chinese: what was found, what was expected, what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.base.problem import Problem
from engine.policy.places import SourceText

if TYPE_CHECKING:
    from yaml.error import YAMLError

_MISSING_SPACE = re.compile(r"[^\s\"'#:]:[^\s/]")

# (words in libyaml's or PyYAML's context or problem, code, message, suggestion); `{c}` is the character found.
_TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("unknown escape character", "E117", "双引号里的反斜杠后面不是可用的转义", "改用单引号，或把 `\\` 写成 `\\\\`"),
    ("escape", "E117", "双引号里的转义写得不完整", "改用单引号，或把 `\\` 写成 `\\\\`"),
    ("while scanning a quoted scalar", "E112", "引号没有成对，到文件末尾也没有找到另一半", "在值的末尾补上引号"),
    ("while parsing a flow sequence", "E112", "方括号 `[` 里缺少 `,` 或 `]`", "各项用半角逗号隔开，末尾补上 `]`"),
    ("while parsing a flow mapping", "E112", "花括号 `{` 里缺少 `,` 或 `}`", "各项用半角逗号隔开，末尾补上 `}`"),
    ("while parsing a flow node", "E112", "括号没有成对", "补上缺少的 `]` 或 `}`"),
    ("while scanning a directive", "E128", "不支持 `%` 开头的 YAML 指令", "值以 `%` 开头时加引号；指令行请删去"),
    ("while scanning a block scalar", "E118", "`|` 或 `>` 后面不能再写内容", "内容从下一行开始，比键多缩进两格"),
    ("found character that cannot start any token", "E115", "值不能以 `{c}` 开头", "给整个值加上引号"),
    ("while scanning an anchor", "E120", "`&` 开头会被当作锚点，这里不支持", "给整个值加上引号"),
    ("while scanning an alias", "E120", "`*` 开头会被当作引用，这里不支持", "给整个值加上引号"),
    ("tag", "E121", "`!` 开头会被当作类型标签，这里不支持", "给整个值加上引号"),
    (
        "did not find expected '-' indicator",
        "E113",
        "列表还没有结束，这里应当是 `- ` 开头的一项，缺 `- `？",
        "是下一项的，在前面写 `- `，与上面各项的 `-` 对齐；是上一项里的，与它的键对齐",
    ),
    ("expected <block end>", "E113", "缩进与上文不一致", "与同级的键对齐，只用空格"),
    ("did not find expected key", "E113", "缩进与同级的键不一致，这里应当是一个键", "与上面同级的键对齐，只用空格"),
    ("block sequence entries are not allowed", "E113", "`- ` 不能写在这里", "列表从键的下一行开始写"),
    ("could not find expected ':'", "E116", "这一行的键后面缺少冒号", "写成 `键: 值`，半角冒号后空一格"),
    (
        "did not find expected node content",
        "E112",
        "多了一个 `{c}`，或前面缺少另一半括号",
        "删去它，或给整个值加上引号",
    ),
    (
        "did not find expected <document start>",
        "E124",
        "文档已经结束，后面还有内容",
        "检查这一行的缩进，或删去前面的 `---`、`...`",
    ),
)


def explain(error: YAMLError, source: SourceText) -> Problem:
    """The problem that tells a policy officer what libyaml (or the pure parser) could not read."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    index = min(mark.index, len(source.text)) if mark is not None else 0
    words = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    char = source.text[index : index + 1]
    opened = getattr(error, "context_mark", None)
    if (wide := _wide(source, index, opened.index if opened is not None else index, words)) is not None:
        return wide
    if "mapping values are not allowed" in words:
        return _stray_colon(source, index)
    if "could not find expected ':'" in words and opened is not None:
        return _no_colon(source, opened.index)  # the key that waited for its colon, not the line after it
    if "did not find expected key" in words and (braces := _braces(source, index)) is not None:
        return braces
    if ("did not find expected" in words or "expected <block end>" in words) and (quoted := _quoted(source, index)):
        return quoted
    line = source.text[source.text.rfind("\n", 0, index) + 1 : index + 1]
    if "\t" in line and not line.strip():
        return Problem("E111", "缩进用了制表符（Tab）", source.span(index, index + 1), help="改用空格，每级缩进两格")
    for key, code, message, help in _TABLE:
        if key in words:
            if code == "E112" and opened is not None and opened.index < index:
                index = opened.index  # the bracket or quote that stayed open, not the end of the file
            elif code == "E112" and not char:
                index = max(source.text.rfind("["), source.text.rfind("{"), 0)
            message = message.replace("{c}", char.strip() or "行末")
            return Problem(code, message, source.span(index, index + 1), help=help)
    return Problem(
        "E110", "这里不符合 YAML 的写法", source.span(index, index + 1), help="检查这一行和上一行的缩进、引号和冒号"
    )


def _stray_colon(source: SourceText, index: int) -> Problem:
    """`a: b: c`, a key after an unfinished line, or a deeper indent under `a: 1`."""
    start = source.text.rfind("\n", 0, index) + 1
    before = source.text[start:index]
    if re.search(r":\s", before):
        message, help = "值里又出现了 `: `，看不出哪一段是值", '给整个值加上引号，例如 `说明: "甲: 乙"`'
        return Problem("E114", message, source.span(index, index + 1), help=help)
    above_end = len(source.text[:start].rstrip())
    above_start = source.text.rfind("\n", 0, above_end) + 1
    above = source.text[above_start:above_end]
    if re.search(r":\s", above):
        end = start + len(before)
        return Problem(
            "E113", "这一行比上一行缩进更深，但上一行已经有值", source.span(start, end), help="与上一行的键对齐"
        )
    return _no_colon(source, above_start + len(above) - len(above.lstrip()))


def _no_colon(source: SourceText, start: int) -> Problem:
    """The line from `start` on is a key without the colon YAML knows."""
    line = source.text[start:].split("\n", 1)[0].rstrip()
    place = source.span(start, start + len(line))
    if "：" in line and ": " not in line:
        return Problem("E116", "键后面用了全角冒号 `：`", place, help="改成半角冒号加一个空格 `: `")
    if _MISSING_SPACE.search(line):
        return Problem("E116", "键后面的冒号缺一个空格", place, help="写成 `键: 值`，半角冒号后空一格")
    return Problem("E116", "这一行的键后面缺少冒号", place, help="写成 `键: 值`，半角冒号后空一格")


_HALF = dict(zip("，、：［］【】｛｝", ",,:[][]{}", strict=True))


def _wide(source: SourceText, index: int, opened: int, words: str) -> Problem | None:
    """Full-width punctuation where a list or a mapping in brackets needs the half-width one."""
    text = source.text
    if "mapping values are not allowed" in words:
        start = text.rfind("\n", 0, index) + 1
        found = re.search(r":\s+([［【｛])", text[start:index])
        at = start + found.start(1) if found else -1
    elif "while parsing a flow" in words:
        bare = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", lambda quoted: " " * len(quoted[0]), text[opened : index + 1])
        found = re.search("[，、：［］【】｛｝]", bare)
        at = opened + found.start() if found else -1
    else:
        at = -1
    if at < 0:
        return None
    message = f"括号里用了全角的 `{text[at]}`" if text[at] in "，、：" else f"用了全角括号 `{text[at]}`"
    return Problem("E112", message, source.span(at, at + 1), help=f"改成半角的 `{_HALF[text[at]]}`；文字里的加引号")


def _quoted(source: SourceText, index: int) -> Problem | None:
    """A value that begins with a word in quotation marks: YAML takes the marks for its own and expects no more after
    them."""
    text = source.text
    before = text[text.rfind("\n", 0, index) + 1 : index].rstrip()
    mark = before[-1:]
    opened = before.rfind(mark, 0, -1) if mark and mark in "\"'" else -1
    if opened < 0 or before[opened - 1 : opened].strip(" [{,") or text[index : index + 1] in "\"'":
        return None
    start = text.rfind("\n", 0, index) + 1 + opened
    flow = "[" in before[:opened] or "{" in before[:opened]
    rest = re.match(r"[^,\]}\n]*" if flow else r"[^\n]*", text[index:])
    end = index + len(rest[0].rstrip() if rest else "")
    word, whole = before[opened + 1 : -1], text[start:end]
    single = f"'{whole}'" if "'" not in whole else "“…”"
    message = f"引号后面还有文字：`{before[opened:]}` 被当作整个值"
    help = f"文字里的引号用中文的 `“{word}”`，或整个值用单引号：`{single}`"
    return Problem("E119", message, source.span(start, end), help=help)


def _braces(source: SourceText, index: int) -> Problem | None:
    """A value that begins with a placeholder: YAML takes `{…}` for a mapping and does not expect more."""
    start = source.text.rfind("\n", 0, index) + 1
    found = re.fullmatch(r"[^\"'\n]*?(?::|-)\s+(\{[^\n]*\})\s*", source.text[start:index])
    if found is None:
        return None
    place = source.span(start + found.start(1), index)
    return Problem("E115", "值以 `{` 开头，没有加引号", place, help="给整个值加上引号，例如 `'{名称}……'`")
