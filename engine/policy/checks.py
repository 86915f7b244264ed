"""Checks of a resolved package that need no case and no evaluation: clauses, exceptions, documents, unused names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from itertools import chain
from typing import Protocol

from engine.base.problem import Problem, Span
from engine.base.text import did_you_mean
from engine.language.functions import FUNCTIONS
from engine.language.lexer import collisions, names_of
from engine.language.tree import Call, Name
from engine.language.walk import nodes
from engine.policy.check_amounts import check_amounts
from engine.policy.check_applied import check_applied
from engine.policy.check_deadlines import check_deadlines
from engine.policy.check_limbs import check_limbs
from engine.policy.check_order import check_order
from engine.policy.check_periods import check_periods
from engine.policy.check_procedure import check_procedure, cited_in_procedure
from engine.policy.citations import covered, in_ranges, lacking
from engine.policy.document import PARTIES, Document
from engine.policy.package import Package
from engine.policy.spec.vocabulary import StructureSpec
from engine.policy.uses import expressions, names_in, outcomes

LISTS = (
    *("未满足准则", "全部准则", "不予例外准则", "准予例外准则", "不利判断"),
    *("待补事实", "依据口径", "相关口径", "附随", "义务", "分项得分", "等次标准", "计算"),
)
"""What 逐项 may repeat over, besides a group of criteria."""


def check_package(package: Package, structure: StructureSpec | None) -> list[Problem]:
    """All findings, in the order of the checks below, after what the list of clauses lacks."""
    missing = _missing(package, structure) if structure else {}
    return [
        *_unlisted(missing),
        *_clauses(package, missing),
        *(p for check in (*CHECKS, check_procedure, check_order) for p in check(package)),
        *check_deadlines(package),
        *check_amounts(package),
        *check_periods(package),
    ]


class Provision(Protocol):
    """What definitions have in common here."""

    @property
    def name(self) -> str: ...
    @property
    def clauses(self) -> tuple[str, ...]: ...
    @property
    def origin(self) -> str: ...
    @property
    def span(self) -> Span | None: ...


def definitions(package: Package) -> dict[str, Provision]:
    """Every definition of the package by name, columns of tables under `table.column`. Interpretations and documents
    are no names of the language: where one is called like a rule, the rule is found."""
    columns = {f"{t.name}.{c.name}": c for t in package.tables.values() for c in t.columns}
    return {rule.name: rule for rule in reversed(list(_rules(package)))} | columns


def _rules(package: Package) -> Iterator[Provision]:
    sections: tuple[Iterable[Provision], ...] = (
        package.facts.values(),
        package.tables.values(),
        package.relations.values(),
        package.derived.values(),
        package.parameters.values(),
        package.criteria.values(),
        package.decision_tables.values(),
        package.scores.values(),
        package.determinations.values(),
        package.rankings.values(),
        package.attachments,
        package.inexpressible,
        package.interpretations.values(),
        package.documents.values(),
        package.pictures.values(),
    )
    yield from chain.from_iterable((*sections, *(table.columns for table in package.tables.values())))


def cited(package: Package) -> Iterator[tuple[Provision, str]]:
    """(definition, citation) for every citation a definition makes, its parts' included."""
    for rule in _rules(package):
        yield from ((rule, citation) for citation in rule.clauses)
    for score in package.scores.values():
        parts = (*(c for i in score.items for c in i.clauses), *(c for b in score.bonuses for c in b.clauses))
        yield from ((score, citation) for citation in parts)
    for decision in package.determinations.values():
        yield from ((decision, citation) for premise in decision.premises for citation in premise.clauses)
        for outcome in outcomes(decision):
            parts = (*outcome.clauses, *(c for duty in outcome.duties for c in duty.clauses))
            yield from ((decision, citation) for citation in parts)


def clause_key(package: Package, citation: str, origin: str) -> str:
    """Where a citation made in package `origin` is listed: bare for the target's own clauses, `package#citation` for
    others. An implementing package cites its own clauses first, then the target's."""
    if "#" in citation:
        owner, bare = citation.split("#", 1)
        return bare if owner == package.id else citation
    own = f"{origin}#{citation}"
    return own if origin != package.id and own in package.clauses else citation


def _clauses(package: Package, missing: Collection[str]) -> list[Problem]:
    """Every citation is listed; every clause is carried by a rule or says why not. `missing`: clauses of the text that
    are not listed, so that whoever cites one is right."""
    problems = []
    carried: set[str] = set()
    within = {one: key for key in package.clauses for one in covered(key) if one != key}
    citations = [(rule.name, citation, rule.origin, rule.span) for rule, citation in cited(package)]
    for name, citation, origin, place in (*citations, *procedural(package)):
        key = clause_key(package, citation, origin)
        if key in package.clauses:
            carried.add(key)
        else:
            help_ = did_you_mean(citation, package.clauses) or "在 clauses.yaml 列出这一条，或改为条文里有的一条"
            if key in missing:
                help_ = "条文里有这一条，清单里没有：在 clauses.yaml 补上"
            if (whole := within.get(key)) is not None:
                help_ = f"清单把它归在 `{whole}` 里；有规则引用的条款要单列出来"
            problems.append(Problem("E403", f"`{name}` 引用的 `{citation}` 不在条款清单中", place, help_))
    interpreted = {c for i in package.interpretations.values() for c in i.clauses}
    for key, clause in package.clauses.items():
        if key not in carried and not clause.not_encoded:
            message = f"`{clause.citation}`（{clause.gist}）没有任何规则承载，也没有写 `不编码`"
            problems.append(Problem("E402", message, clause.span, "写一条规则引用它，或写明 `不编码: 原因`"))
        elif key in carried - interpreted and clause.not_encoded:
            message = f"`{clause.citation}` 写了 `不编码`，却有规则引用它"
            problems.append(Problem("W402", message, clause.span, "删去 `不编码`"))
    return problems


def procedural(package: Package) -> Iterable[tuple[str, str, str, Span | None]]:
    """What the procedure cites: kind, name, clause, place."""
    return () if package.procedure is None else cited_in_procedure(package.procedure)


def _uncited(package: Package) -> list[Problem]:
    """Every rule names its clause."""
    items: tuple[Provision, ...] = (
        *package.criteria.values(),
        *package.determinations.values(),
        *package.parameters.values(),
        *package.decision_tables.values(),
        *package.scores.values(),
    )
    found = [(f"`{item.name}`", item.span) for item in items if not item.clauses]
    for decision in package.determinations.values():
        found += [(f"`{decision.name}` 的一项前提", p.span) for p in decision.premises if not p.clauses]
    help_ = "写明依据，例如 `条款: [第七条第（六）项]`"
    return [Problem("E405", f"{what} 没有写 `条款`", place, help_) for what, place in found]


def _missing(package: Package, structure: StructureSpec) -> dict[str, Span | None]:
    """The articles, paragraphs, items and annex points of the official text that clauses.yaml does not list, and where
    the structure names them, if it does by name."""
    listed = [c.citation for c in package.clauses.values() if c.origin == package.id]
    annexes = {a.text: a.span for a in structure.annexes if a.text not in listed}
    return dict.fromkeys(lacking(structure, listed)) | annexes


def _unlisted(missing: Mapping[str, Span | None]) -> Iterator[Problem]:
    """One problem for all that is counted, one for each that is named."""
    counted = [citation for citation, place in missing.items() if place is None]
    if counted:
        shown = "、".join(f"`{citation}`" for citation in in_ranges(counted))
        help_ = "在 clauses.yaml 补上引用和要旨；还没有编码的可以成段写，如 `引用: 第三条至第九条`，并写明 `不编码`"
        many = f"，共 {len(counted)} 处" if len(counted) > 1 else ""
        yield Problem("E404", f"条款清单缺少 {shown}{many}", None, help_)
    for citation, place in missing.items():
        if place is not None:
            yield Problem("E404", f"条款清单缺少 `{citation}`", place, "在 clauses.yaml 补上它的引用和要旨")


def _exceptions(package: Package) -> list[Problem]:
    """Two exceptions to one rule need an order (优先于)."""
    problems = []
    by_rule: dict[str, list[str]] = {}
    for criterion in package.criteria.values():
        if criterion.overrides:
            by_rule.setdefault(criterion.overrides, []).append(criterion.name)
    for rule, exceptions in by_rule.items():
        for i, first in enumerate(exceptions):
            for second in exceptions[i + 1 :]:
                ordered = {first, second} & {
                    n for c in (package.criteria[first], package.criteria[second]) for n in c.precedes
                }
                if not ordered:
                    message = f"`{first}` 与 `{second}` 都是 `{rule}` 的例外，没有先后"
                    place = package.criteria[second].span
                    problems.append(Problem("E336", message, place, "在其中一个写 `优先于: [另一个]`"))
    return problems


def _documents(package: Package) -> list[Problem]:
    """Documents that outcomes give rise to exist; lists they repeat over are known."""
    problems = []
    arising: set[str] = set()
    for decision in package.determinations.values():
        for outcome in outcomes(decision):
            for name in outcome.documents:
                arising.add(name)
                if name not in package.documents:
                    help_ = did_you_mean(name, package.documents) or "在 documents.yaml 写它的文本"
                    message = f"`{decision.name}` 的结果 `{outcome.name}` 引出的文书 `{name}` 没有文本"
                    problems.append(Problem("E607", message, outcome.span, help_))
            if outcome.nature == "不利决定" and not outcome.authority:
                message = f"不利决定 `{outcome.name}`（{decision.name}）没有写由哪个 `机关` 作出"
                problems.append(Problem("W353", message, outcome.span, "写 `机关: …`"))
    for document in package.documents.values():
        problems += _joint(package, document)
        known = (PARTIES,) if document.joint else (*LISTS, *package.groups, *package.tables)
        known = (*known, *package.scores)
        only = f"并案的文书只能用 `逐项: {PARTIES}`，或一项评分的名称" if document.joint else None
        for block in document.blocks:
            if block.each and block.each not in known:
                message = f"`{document.name}` 的 `逐项: {block.each}` 不是可逐项列出的内容"
                problems.append(Problem("E609", message, block.span, did_you_mean(block.each, known) or only))
            drawn = "".join(part for part in block.text if isinstance(part, str))
            if block.kind == "图" and block.text == (drawn,) and drawn not in package.pictures:
                help_ = did_you_mean(drawn, package.pictures) or "在 `图` 一节写它画什么"
                problems.append(Problem("E617", f"`{document.name}` 用的图 `{drawn}` 没有定义", block.span, help_))
    return problems


def _joint(package: Package, document: Document) -> Iterator[Problem]:
    """A joint document tells of each case, takes nothing from only one of them and burdens nobody."""
    if document.ranking and document.ranking not in package.rankings:
        help_ = did_you_mean(document.ranking, package.rankings) or "写一个择优的名称"
        yield Problem("E612", f"没有择优 `{document.ranking}`（{document.name}）", document.span, help_)
    if not document.joint:
        if document.ranking:
            yield Problem("E612", f"`{document.name}` 的 `次序` 要与 `并案` 连用", document.span, "加上 `并案: 是`")
        return
    if not any(block.each == PARTIES for block in document.blocks):
        message = f"`{document.name}` 写了 `并案`，却没有逐个写各案件"
        yield Problem("E612", message, document.span, "用 `逐项: 各案件` 写每个案件，或删去 `并案`")
    if document.per or any(block.kind == "图" for block in document.blocks):
        message = f"`{document.name}` 写了 `并案`，不能再写 `每条` 或 `图`"
        yield Problem("E612", message, document.span, "每条记录的文书和图只能出自一个案件")
    for decision in package.determinations.values():
        for outcome in outcomes(decision):
            if document.name in outcome.documents and outcome.nature == "不利决定":
                message = f"不利决定 `{outcome.name}`（{decision.name}）引出的 `{document.name}` 不能并案"
                yield Problem("E612", message, document.span, "对当事人不利的，一案一件")


def _names(package: Package) -> list[Problem]:
    """Names that read as something else, and names nothing uses."""
    found = [
        Problem("E328", f"名称 `{name}` 有歧义：{why}", _place(package, name), "换一个名称")
        for name, why in collisions(names_of(package.scope))
    ]
    used = names_in(node for _owner, node in expressions(package))
    used |= {fact: None for document in package.documents.values() for fact in (document.notice, document.served)}
    if package.procedure is not None:
        used |= {fact: None for taken in package.procedure.taken for fact in taken.keys.values()}
        used |= {f: None for r in package.procedure.rows for f in (*r.own.values(), *r.at_hand.values())}
    for mapping, word in ((package.facts, "事实"), (package.derived, "派生量"), (package.parameters, "参数")):
        found += [
            Problem("W351", f"{word} `{name}` 没有任何规则用到", item.span, "删去它，或在规则中使用")
            for name, item in mapping.items()
            if name not in used and item.span is not None
        ]
    return found + _groups(package, used.keys())


def _groups(package: Package, used: Set[str]) -> list[Problem]:
    """Criteria that decide nothing, though not meant as 鼓励. A group that nothing uses is a slip of the pen: the
    criterion would silently never be examined. A group only listed in a document is none."""
    listed = {block.each for document in package.documents.values() for block in document.blocks}
    live = [g for g in package.groups if g in used]
    deciding = {*used, *(c for g in live for c in package.groups[g])}
    problems = []
    for criterion in package.criteria.values():
        if criterion.name in deciding:
            continue
        if criterion.strength == "鼓励":
            if not used.isdisjoint(criterion.groups):
                continue
            message = f"鼓励准则 `{criterion.name}` 不在任何用到的组里，没有一个决定会列出它"
            help_ = f"写 `组: {live[0]}`" if len(live) == 1 else "把它放进一个决定用到的 `组`"
            problems.append(Problem("W352", message, criterion.span, help_))
            continue
        dead = next((g for g in criterion.groups if g not in listed), None)
        if dead is not None:
            help_ = did_you_mean(dead, live) or f"改为用到的组（{'、'.join(live) or '尚无'}），或在决定里用上它"
            message = f"准则 `{criterion.name}` 的组 `{dead}` 没有任何决定用到"
            problems.append(Problem("E357", message, criterion.span, help_))
        else:
            help_ = "把它放进一个用到的 `组`，或标为 `强度: 鼓励`"
            problems.append(Problem("W352", f"准则 `{criterion.name}` 不影响任何决定", criterion.span, help_))
    return problems


def _place(package: Package, name: str) -> Span | None:
    mappings = (package.facts, package.derived, package.parameters, package.criteria, package.tables)
    return next((m[name].span for m in mappings if name in m), None)


def _setters(package: Package) -> list[Problem]:
    """An open term says who must set it."""
    items: Iterable[tuple[str, str, bool, Span | None]] = (
        *((x.name, x.setter, x.open and x.value is None, x.span) for x in package.parameters.values()),
        *((x.name, x.setter, x.open, x.span) for x in package.scores.values()),
        *((x.name, x.setter, x.open, x.span) for x in package.decision_tables.values()),
    )
    return [
        Problem("W354", f"`{name}` 未定，也没有写由谁来定", place, "写 `由: …`")
        for name, setter, is_open, place in items
        if is_open and not setter
    ]


def _values(package: Package) -> list[Problem]:
    """A value of an enumeration that no condition is about, where nearly all others have one: a type added later."""
    about: dict[str, set[str]] = {}
    for _, tree in expressions(package):
        compared = (n for n in nodes(tree) if isinstance(n, Call) and FUNCTIONS[n.function].equates)
        for part in (part for call in compared for part in nodes(call)):
            if isinstance(part, Name) and part.kind == "member" and part.type is not None:
                about.setdefault(part.type.name, set()).add(part.name)
    problems = []
    for fact in package.facts.values():
        members, known = package.scope.enums.get(fact.type.name, ()), about.get(fact.type.name, set())
        left = [m for m in members if m not in known and not m.startswith(("其他", "其它"))]
        if len(known) > 1 and 3 * len(left) <= len(known):
            help_ = "补上关于它的规则和依据的条款；本来就没有的，从 `取值` 中删去"
            problems += [
                Problem("W357", f"`{member}`（{fact.name}）没有任何规则提到，其他取值都有", fact.span, help_)
                for member in left
            ]
    return problems


def _inexpressible(package: Package) -> list[Problem]:
    """不可编码 that nobody accepted taints outcomes: said here once."""
    return [
        Problem("W355", f"`{x.name}` 不可编码（{x.construct}），影响 {'、'.join(x.affects)}", x.span, x.way_out)
        for x in package.inexpressible
        if not x.accepted
    ]


CHECKS: tuple[Callable[[Package], list[Problem]], ...] = (
    _uncited,
    _exceptions,
    _documents,
    _names,
    _setters,
    _values,
    _inexpressible,
    check_applied,
    check_limbs,
)
