"""Clauses by their citations: 第三条至第十二条 stands for each of them, and what an official text has that is not listed. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from engine.base.text import chinese
from engine.policy.spec.vocabulary import StructureSpec

_RANGE = re.compile(r"(.*)第(（?)([零一二三四五六七八九十百]+)(）?)([条款项])至第（?([零一二三四五六七八九十百]+)）?\5")


NUMBERS = {chinese(number): number for number in range(1, 1000)}
"""Numerals of clauses."""


def article_of(citation: str) -> str:
    """第七条 of 第七条第（六）项, 附件第二 of 附件第二（三）3."""
    article = re.match(r"[^条（(]*条?", citation)
    return article.group() if article is not None else citation


def covered(citation: str) -> tuple[str, ...]:
    """The citations that one stands for: those of a range, each; else itself."""
    found = _RANGE.fullmatch(citation)
    first, last = (NUMBERS.get(found[3]), NUMBERS.get(found[6])) if found else (None, None)
    if found is None or first is None or last is None or first >= last:
        return (citation,)
    return tuple(f"{found[1]}第{found[2]}{chinese(n)}{found[4]}{found[5]}" for n in range(first, last + 1))


def lacking(structure: StructureSpec, listed: Iterable[str]) -> list[str]:
    """The articles, paragraphs and items of the official text that are not among `listed`; one with parts is there as a
    whole or by all its parts."""
    there = {one for citation in listed for one in covered(citation)}
    missing: list[str] = []
    for number in range(1, structure.articles + 1):
        article = f"第{chinese(number)}条"
        parts: list[str] = []
        for counts, pattern in ((structure.paragraphs, "{}第{}款"), (structure.items, "{}第（{}）项")):
            parts += [pattern.format(article, chinese(i)) for i in range(1, counts.get(chinese(number), 0) + 1)]
        if article not in there:
            missing += [part for part in parts if part not in there] or ([] if parts else [article])
    return missing


def in_ranges(citations: Collection[str]) -> list[str]:
    """Citations as people write many of them: neighbours as a range."""
    found: list[str] = []
    waiting = list(citations)
    while waiting:
        count = 1
        while count < len(waiting) and covered(_range(waiting[0], waiting[count])) == tuple(waiting[: count + 1]):
            count += 1
        found.append(_range(waiting[0], waiting[count - 1]) if count > 2 else waiting[0])
        waiting = waiting[count if count > 2 else 1 :]
    return found


def _range(first: str, last: str) -> str:
    """第三条 and 第十二条 as 第三条至第十二条; of parts of one article the second is written without it."""
    return f"{first}至{last[last.rindex('第') :]}"
