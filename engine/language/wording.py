"""Wordings: text for people with sentences of the language in braces."""

from __future__ import annotations

import re

from engine.base.problem import Problem
from engine.base.text import find_hidden
from engine.language.lexer import Lexicon, Sentence
from engine.language.parser import parse_expression
from engine.language.tree import Node

_BRACE = re.compile("[{}]")
_WIDE_BRACES = re.compile(r"｛[^｛｝{}]*[｝}]?|\{[^｛｝{}]*｝|｝")


def parse_template(source: Sentence, lexicon: Lexicon) -> tuple[tuple[str | Node, ...], list[Problem]]:
    """Text with {表达式} in it, in reading order; {{ and }} are braces. Broken placeholders are left out (E213)."""
    text, parts, problems = source.text, list[str | Node](), list[Problem]()
    hidden = find_hidden(text)
    if hidden:
        at, name = hidden
        return (), [Problem("E206", f"有不可见字符：`{name}`", source.place(at, at + 1), "删去这个字符，重新键入此处")]
    wide = [(found.start(), found.end()) for found in _WIDE_BRACES.finditer(text)]
    if wide:
        help_ = "占位用半角花括号，写作 {名称或表达式}"
        return (), [Problem("E213", f"花括号是全角的：`{text[a:b]}`", source.place(a, b), help_) for a, b in wide]
    plain, at = "", 0
    while at < len(text):
        brace = _BRACE.search(text, at)
        if brace is None:
            plain += text[at:]
            break
        plain, at, char = plain + text[at : brace.start()], brace.start(), brace[0]
        if text[at : at + 2] in ("{{", "}}"):
            plain, at = plain + char, at + 2
        else:
            end = text.find("}", at) if char == "{" else -1
            if end < 0 or "{" in text[at + 1 : end] or not text[at + 1 : end].strip():
                stop = end + 1 or at + 1
                help_ = "占位写作 {名称或表达式}；文字中的花括号写作 {{ 和 }}"
                message = f"花括号没有配对或是空的：`{text[at:stop]}`"
                problems.append(Problem("E213", message, source.place(at, stop), help_))
                at = stop
                continue
            node, wrong = parse_expression(source.part(at + 1, end), lexicon)
            problems += wrong
            parts += [part for part in (plain, node) if part is not None and part != ""]
            plain, at = "", end + 1
    return (*parts, plain) if plain else tuple(parts), problems
