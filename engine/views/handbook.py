"""The rules of a regulation as an annotated regulation for people: one HTML page that works from a file, and what its PDF is
made of. Clause by clause: the official words or the gist, the rules, values, readings, letters and examples that rest on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from engine.base.basis import fingerprint
from engine.language.printer import print_node
from engine.office.handbook import HandbookOf
from engine.policy.carried import ClauseCoverage, coverage
from engine.policy.notes import AnchoredNote
from engine.policy.package import Determination, Package
from engine.policy.uses import expressions, names_in, outcomes
from engine.views.handbook_page import SCRIPT, STYLE
from engine.views.handbook_pictures import NameBox, Rung, order, reads
from engine.views.handbook_rules import (
    anchor,
    facts,
    in_order,
    labelled,
    link,
    links,
    question,
    said,
    shown,
    table,
    tag,
)

STATUSES = {"已编码": "good", "歧义已定": "good", "歧义未定": "open", "部分": "open", "未编码": "must"}
MOST = 60
"""Names a picture of what is read shows; beyond them it would not be one."""
GIVEN = ("事实", "记录表", "参数")
"""Kinds of names with which a picture of what is read begins."""


def html(found: HandbookOf, source: str) -> str:
    """The page; `source` says which rules these are."""
    package = found.package
    title = f"《{package.header.title}》规则手册"
    clauses, direct = coverage(package), _direct(package)
    body = [
        tag("h1", escape(title)),
        tag(
            "p",
            escape(f"{package.header.status}　按 {package.as_of} 的规则　版本 {fingerprint(package.digest)}　{source}"),
            cls="faint",
        ),
        tag("p", escape(_counted(clauses)), cls="faint"),
        tag("nav", *_contents(package, clauses), cls="toc", id="toc"),
        tag("h2", "条款", id="clauses"),
        *_clauses(found, clauses),
        tag("h2", "决定", id="decisions"),
        *(_determination(found, one, direct) for one in package.determinations.values()),
        *_loose_notes(found),
        tag("h2", "用例与覆盖", id="examples"),
        _examples(found),
        tag("p", "没有符合的内容", id="none", cls="hidden"),
    ]
    head = '<meta charset="utf-8">' + tag("title", escape(title)) + tag("style", STYLE)
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    top = tag("header", tag("b", escape(title)), _nav(), _search(), cls="top")
    whole = tag("body", top, tag("main", *body), tag("script", SCRIPT))
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}{view}</head>{whole}</html>\n'


def _nav() -> str:
    parts = (("目录", "toc"), ("条款", "clauses"), ("决定", "decisions"), ("用例", "examples"))
    return tag("nav", *(tag("a", name, href=f"#{to}") for name, to in parts))


def _search() -> str:
    return '<input id="find" type="search" placeholder="查找（按 /）" aria-label="查找">'


def _counted(clauses: Sequence[ClauseCoverage]) -> str:
    counts = Counter(one.status for one in clauses)
    return f"条款 {len(clauses)} 处：" + "，".join(f"{status} {count}" for status, count in counts.items())


def _contents(package: Package, clauses: Sequence[ClauseCoverage]) -> Iterator[str]:
    own = [one for one in clauses if one.package == package.id]
    yield from (link(one.citation, f"{one.citation}　{one.gist}") for one in own)


# ---- clauses ----


def _clauses(found: HandbookOf, clauses: Sequence[ClauseCoverage]) -> Iterator[str]:
    """Every clause; a definition stands whole at the first clause that carries it, and is linked from the others."""
    told: set[str] = set()
    owner = found.package.id
    for one in clauses:
        if one.package != owner:
            owner = one.package
            header = found.package.headers.get(owner)
            yield tag("h2", escape(f"《{header.title}》" if header else owner))
        yield _clause(found, one, told)
    yield from _uncited(found, told)


def _clause(found: HandbookOf, one: ClauseCoverage, told: set[str]) -> str:
    package = found.package
    key = one.citation if one.package == package.id else f"{one.package}#{one.citation}"
    head = tag(
        "h3",
        escape(one.citation),
        tag("span", escape(one.kind), cls="tag"),
        tag("span", one.status, cls=f"tag {STATUSES.get(one.status, '')}"),
    )
    parts = [head]
    words = found.words.get(one.citation, "") if one.package == package.id else ""
    if words:
        parts += [tag("p", said(words), cls="words"), tag("p", escape(f"要旨：{one.gist}"), cls="faint")]
    else:
        parts.append(tag("p", escape(one.gist)))
    parts += [_note(note) for note in found.notes if one.citation in note.clauses and one.package == package.id]
    for number in (*one.settled, *one.unsettled):
        asked = next(q for q in package.interpretations.values() if q.number == number)
        parts.append(question(asked, number not in told))
        told.add(number)
    parts += _carriers(found, one.carriers, told)
    if one.excluded:
        parts.append(tag("p", escape(f"没有编成规则：{one.excluded}"), cls="faint"))
    if one.inexpressible:
        parts.append(tag("p", escape(f"还表达不了的：{'、'.join(one.inexpressible)}"), cls="faint"))
    return tag("article", *parts, id=anchor(key))


def _carriers(found: HandbookOf, names: Sequence[str], told: set[str]) -> Iterator[str]:
    """What rests on a clause: what was not told yet as a whole, links to the rest."""
    package = found.package
    asked = [name for name in names if name in package.facts and name not in told]
    others: list[str] = []
    for name in in_order(package, (name for name in names if name not in asked)):
        made = [] if name in told else [*shown(package, name, found.deciding)]
        told |= {name} if made else set()
        others += [] if made else [name]
        yield from made
    if asked:
        told |= {*asked}
        yield facts([package.facts[name] for name in asked])
    if others:
        known = {*told, *package.determinations}
        named = "、".join(link(name) if name in known else escape(name) for name in others)
        yield labelled("另见", named)


def _uncited(found: HandbookOf, told: set[str]) -> Iterator[str]:
    """Definitions that no clause carries: what links lead to is there."""
    package = found.package
    every = (package.criteria, package.parameters, package.derived, package.decision_tables, package.scores)
    names = [
        name for kind in (*every, package.tables, package.facts, package.documents) for name in kind if name not in told
    ]
    if names:
        yield tag("h2", "没有写依据的")
        yield tag("article", *_carriers(found, names, told))


def _note(found: AnchoredNote) -> str:
    note = found.note
    day = f" {note.day}" if note.day is not None else ""
    mark = (
        ""
        if found.anchor == "在原处"
        else tag("span", escape(f"{found.anchor}，原在{note.clause.text}"), cls="tag open")
    )
    head = tag("p", tag("b", escape(note.kind)), escape(f"　“{note.quote.text}”"), mark)
    return tag(
        "div",
        head,
        tag("p", said(note.text.text)),
        tag("p", escape(f"{note.author.text}{day}"), cls="faint small"),
        cls="note",
    )


def _loose_notes(found: HandbookOf) -> Iterator[str]:
    """Notes whose words are gone."""
    loose = [one for one in found.notes if not one.clauses]
    if loose:
        yield tag("h2", "找不到原文的批注")
        yield tag("article", *map(_note, loose))


# ---- determinations ----


def _determination(found: HandbookOf, one: Determination, direct: Mapping[str, Sequence[str]]) -> str:
    package = found.package
    parts = [tag("h3", escape(one.name)), tag("p", escape(one.label)) if one.label else ""]
    parts.append(labelled("依据", links(one.clauses)))
    if one.applies is not None:
        parts.append(labelled("适用", escape(print_node(one.applies))))
    every = [*outcomes(one)]
    rungs = [Rung(o.name, print_node(o.when) if o.when is not None else "", o.nature) for o in every]
    parts.append(
        tag("figure", order(one.name, rungs), tag("figcaption", "各结果从上往下看：前面的还没有查清，不往下看。"))
    )
    rows = (
        (
            escape(o.name),
            escape(o.nature),
            escape(print_node(o.when)) if o.when is not None else "其他结果都不成立时",
            links(o.documents) or "—",
        )
        for o in every
    )
    parts.append(table(("结果", "性质", "条件", "文书"), rows))
    parts.append(_reads(package, one, direct))
    if names := found.examples.get(one.name):
        parts.append(labelled(f"用例 {len(names)} 个", escape("、".join(names)), cls="small"))
    return tag("article", *parts, id=anchor(one.name))


def _reads(package: Package, one: Determination, direct: Mapping[str, Sequence[str]]) -> str:
    """What the determination reads, through what. `direct`: what every definition reads itself."""
    middle: dict[str, NameBox] = {}
    leaves: dict[str, NameBox] = {}
    edges: dict[str, list[str]] = {}
    own: list[str] = []
    for name in direct.get(one.name, ()):
        if _kind(package, name) in GIVEN:
            leaves[name] = _box(package, name)
            own.append(name)
        else:
            middle[name] = _box(package, name)
            edges[name] = [*_below(package, direct, name)]
            leaves |= {leaf: _box(package, leaf) for leaf in edges[name]}
    if not leaves and not middle:
        return ""
    if len(leaves) > MOST or len(middle) > MOST:
        listed = escape(f"经 {len(middle)} 项准则和派生量，看 {len(leaves)} 项事实、记录和参数：")
        return tag("p", listed, links(leaves), cls="small")
    drawn = reads(one.name, [*middle.values()], [*leaves.values()], edges, own)
    return tag("figure", drawn, tag("figcaption", "左：事实、记录、参数；中：准则和派生量；右：这项决定。"))


def _direct(package: Package) -> dict[str, list[str]]:
    """Definition -> the names it reads itself, groups as their criteria."""
    found: dict[str, dict[str, None]] = {}
    for owner, node in expressions(package):
        for name in names_in([node]):
            members = package.groups.get(name, (name,))
            found.setdefault(owner, {}).update(dict.fromkeys(members))
    return {owner: [name for name in names if name != owner] for owner, names in found.items()}


def _below(package: Package, direct: Mapping[str, Sequence[str]], name: str) -> Iterator[str]:
    seen, waiting = {name}, [name]
    for one in waiting:  # grows while it is walked
        for read in direct.get(one, ()):
            if read in seen or read in package.determinations:
                continue
            seen.add(read)
            if _kind(package, read) in GIVEN:
                yield read
            else:
                waiting.append(read)


def _box(package: Package, name: str) -> NameBox:
    return NameBox(name, _kind(package, name), f"#{anchor(name)}")


def _kind(package: Package, name: str) -> str:
    given = (("事实", package.facts), ("记录表", package.tables), ("参数", package.parameters))
    kinds = (*given, ("准则", package.criteria), ("决定", package.determinations))
    return next((kind for kind, section in kinds if name in section), "派生量")


# ---- examples ----


def _examples(found: HandbookOf) -> str:
    rows = (
        (escape(kind), f"{reached} / {total}", escape("、".join(found.lacking.get(kind, ()))) or "—")
        for kind, (reached, total) in found.reached.items()
    )
    total = len({name for names in found.examples.values() for name in names})
    told = tag("p", escape(f"用例 {total} 个。下表：各种规则有多少被用例用到，没有用到的是哪些。"))
    return tag("article", told, table(("种类", "用到", "没有用例的"), rows))
