"""The function table as Markdown, for docs/language.md."""

from __future__ import annotations

from engine.language.functions import ROWS, TOPICS, Function


def reference() -> str:
    """One table a topic: 写法, 含义, 例子."""
    return "\n\n".join(_table(topic) for topic in TOPICS)


def _table(topic: str) -> str:
    rows = [f"| {_words(row)} | {row.help} | `{row.example}` |" for row in ROWS if row.topic == topic]
    return "\n".join([f"### {topic}", "", "| 写法 | 含义 | 例子 |", "|---|---|---|", *rows])


def _words(row: Function) -> str:
    """Each word once: full-width forms of ASCII symbols are accepted but not listed; 12场以上 words come after a dash."""
    shown = [w for w in row.surface if w not in row.postfix and not any("\uff01" <= c <= "\uff5e" for c in w)]
    after = [f"…{w}" for w in row.postfix]
    return " ".join(f"`{w}`" for w in (*shown, *after))
