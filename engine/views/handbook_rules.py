"""The rules as people read them, as HTML: each kind of definition in its own words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import zip_longest

from engine.language.printer import print_node, show_value
from engine.language.tree import Node
from engine.policy.document import Template
from engine.policy.package import (
    Criterion,
    DecisionTable,
    Derived,
    Document,
    Field,
    Interpretation,
    Package,
    Parameter,
    RecordTable,
    Score,
)
from engine.policy.uses import outcomes


def tag(name: str, *inside: str, **attributes: str | None) -> str:
    """An element; `cls` is its class. What stands inside is HTML already."""
    given = "".join(
        f' {"class" if key == "cls" else key}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{''.join(inside)}</{name}>"


def said(text: str) -> str:
    """Text as HTML, its lines kept."""
    return "<br>".join(escape(line) for line in text.split("\n"))


def anchor(name: str) -> str:
    """The id under which a definition, a clause or a determination stands."""
    return f"n-{''.join(char if char.isalnum() else '-' for char in name)}"


def link(name: str, shown: str = "") -> str:
    """A link to where a name stands."""
    return tag("a", escape(shown or name), href=f"#{anchor(name)}")


def links(names: Iterable[str]) -> str:
    """Links with 、 between them."""
    return "、".join(map(link, names))


def wording(template: Template) -> str:
    """A wording with what is filled in in braces."""
    return "".join(part if isinstance(part, str) else f"{{{print_node(part)}}}" for part in template)


def labelled(label: str, inside: str, cls: str | None = None) -> str:
    """A paragraph that says first what it tells of; `inside` is HTML already."""
    return tag("p", tag("span", f"{escape(label)}：", cls="faint"), inside, cls=cls)


def _line(label: str, text: str) -> str:
    return labelled(label, said(text)) if text else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], ids: Iterable[str] = ()) -> str:
    """A table of cells that are HTML already; `ids` of its rows, where links lead to them."""
    top = tag("tr", *(tag("th", escape(head), scope="col") for head in heads))
    body = (tag("tr", *(tag("td", cell) for cell in row), id=id) for row, id in zip_longest(rows, ids))
    return tag("table", tag("thead", top), tag("tbody", *body))


def criterion(found: Criterion, examples: Sequence[str]) -> str:
    """A criterion: what it asks, when, how strictly, what is said where it is not met, which examples it decides."""
    strict = {"应当": "must", "一般应当": "open"}.get(found.strength, "good")
    head = tag("h4", escape(found.name), tag("span", escape(found.strength), cls=f"tag {strict}"))
    parts = [head, _line("要求", found.sentence)]
    if found.applies is not None:
        parts.append(_line("适用", print_node(found.applies)))
    if found.overrides:
        parts.append(tag("p", "是", link(found.overrides), "的例外"))
    unmet = [text for limb in found.limbs if (text := wording(limb.unmet))]
    parts += [_line("未满足时", "\n".join(unmet)), _line("怎样补救", wording(found.remedy))]
    if examples:
        parts.append(labelled(f"由它决定的用例 {len(examples)} 个", escape("、".join(examples)), "small"))
    return tag("div", *parts, cls="rule", id=anchor(found.name))


def parameter(found: Parameter, package: Package) -> str:
    """A parameter: its value on the day, who sets it, and its values at all times."""
    open_ = found.source != found.origin or found.open
    mark = tag("span", "条文未定" if open_ else "条文写明", cls=f"tag {'open' if open_ else ''}")
    lacking = "未定" if found.open else f"{package.as_of} 没有取值"
    value = lacking if found.value is None else show_value(found.value, found.type, found.unit)
    parts = [tag("h4", escape(found.name), " ", tag("b", escape(value)), mark), _line("说明", found.label)]
    if open_:
        parts.append(_line("由谁定", found.setter))
        header = package.headers.get(found.source)
        source = (
            f"《{header.title}》{'' if header.status == '有效' else f'（{header.status}）'}" if header else found.source
        )
        parts.append(_line("现在的值来自", source if found.value is not None else ""))
        parts.append(_line("备注", found.note))
    if len(found.dated) > 1:
        rows = (
            (
                escape(show_value(one.value, found.type, found.unit)),
                str(one.since or "一向"),
                str(one.until or "没有终止"),
            )
            for one in found.dated
        )
        parts.append(table(("值", "自", "至"), rows))
    return tag("div", *parts, cls="rule", id=anchor(found.name))


def derived(found: Derived) -> str:
    """A derived quantity as the expression it is."""
    parts = [tag("h4", escape(found.name)), _line("说明", found.label), _line("怎样算", print_node(found.expression))]
    return tag("div", *parts, cls="rule", id=anchor(found.name))


HITS = {"唯一": "至多一行符合", "首个": "从上往下取第一行", "累计": "各行相加", "最大": "取最大的", "最小": "取最小的"}


def decision_table(found: DecisionTable) -> str:
    """A decision table as a table."""
    heads = [*(print_node(one) for one in found.inputs), "得出"]
    rows = (
        [*(escape(print_node(one)) for one in row.conditions), escape(print_node(row.output))] for row in found.rows
    )
    parts = [tag("h4", escape(found.name), tag("span", f"{found.hit}：{HITS[found.hit]}", cls="tag"))]
    parts.append(table(heads, rows) if found.rows else tag("p", f"未定，由{escape(found.setter or '有权机关')}确定"))
    parts.append(_line("都不符合时", print_node(found.default) if found.default is not None else ""))
    return tag("div", *parts, cls="rule", id=anchor(found.name))


def score(found: Score) -> str:
    """A score: its items with weights and marks, its bonuses and its bands."""
    parts = [tag("h4", escape(found.name))]
    if found.open:
        parts.append(tag("p", f"分值和计分办法未定，由{escape(found.setter or '有权机关')}确定"))
    rows = (
        (
            escape(item.name),
            _shown(item.full),
            "<br>".join(f"{escape(member)}：{_shown(weight)}" for member, weight in item.weights.items()),
            _shown(item.mark),
        )
        for item in found.items
    )
    parts.append(table(("分项", "满分", "权重", "得分"), rows))
    if found.bonuses:
        parts.append(
            table(("加分", "条件", "得分"), ((escape(b.name), _shown(b.when), _shown(b.mark)) for b in found.bonuses))
        )
    if found.bands:
        parts.append(table(("等次", "条件"), ((escape(band.name), _shown(band.condition)) for band in found.bands)))
    return tag("div", *parts, cls="rule", id=anchor(found.name))


def _shown(node: Node | None) -> str:
    return escape(print_node(node)) if node is not None else "未定"


def facts(found: Sequence[Field]) -> str:
    """Facts as a table: how each is asked for and proved."""
    rows = (
        (
            escape(one.name),
            escape(one.word + (f"（{one.unit.name}）" if one.unit else "")),
            escape(one.label or one.question),
            escape(one.evidence),
        )
        for one in found
    )
    return table(("事实", "类型", "说明", "证据"), rows, (anchor(one.name) for one in found))


def records(found: RecordTable) -> str:
    """A ledger with its columns."""
    rows = ((escape(one.name), escape(one.word), escape(one.label)) for one in found.columns)
    parts = [tag("h4", escape(found.name), tag("span", "台账", cls="tag")), table(("列", "类型", "说明"), rows)]
    return tag("div", *parts, cls="rule", id=anchor(found.name))


def document(found: Document, package: Package) -> str:
    """A document: from which outcomes it comes, and what it says."""
    arising = [
        f"{link(one.name)}：{escape(outcome.name)}"
        for one in package.determinations.values()
        for outcome in outcomes(one)
        if found.name in outcome.documents
    ]
    parts = [tag("h4", escape(found.name), tag("span", "文书", cls="tag")), _line("标题", wording(found.title))]
    parts.append(labelled("因何出具", "；".join(arising)) if arising else "")
    body = [text for block in found.body for text in [wording(block.text)] if text]
    parts.append(tag("details", tag("summary", "正文"), *(tag("p", said(text)) for text in body)) if body else "")
    return tag("div", *parts, cls="rule", id=anchor(found.name))


def question(found: Interpretation, named: bool) -> str:
    """A question of interpretation with its options, the adopted one marked; `named`: links lead here."""
    options = (
        tag(
            "li",
            tag("b", "●采用　" if one.name == found.adopted else "○　"),
            f"{escape(one.name)}：{escape(one.effect)}",
        )
        for one in found.options
    )
    state = tag(
        "span",
        f"采用 {escape(found.adopted)}" if found.adopted else "未定",
        cls=f"tag {'good' if found.adopted else 'open'}",
    )
    parts = [
        tag("h4", escape(f"{found.number} {found.name}"), state),
        _line("问题", found.question),
        tag("ul", *options),
    ]
    parts.append(_line("建议", found.advice))
    return tag("div", *parts, cls="question", id=anchor(found.number) if named else None)


def in_order(package: Package, names: Iterable[str]) -> list[str]:
    """Names in the order in which people look for them: what is required first, what it is reckoned from after it."""
    kinds = (
        package.criteria,
        package.parameters,
        package.derived,
        package.decision_tables,
        package.scores,
        package.tables,
    )
    return sorted(names, key=lambda name: next((at for at, kind in enumerate(kinds) if name in kind), len(kinds)))


def shown(package: Package, name: str, deciding: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The definition called `name`, where it is one that a handbook shows at its clause."""
    if (found := package.criteria.get(name)) is not None:
        yield criterion(found, deciding.get(name, ()))
    elif (value := package.parameters.get(name)) is not None:
        yield parameter(value, package)
    elif (quantity := package.derived.get(name)) is not None:
        yield derived(quantity)
    elif (lookup := package.decision_tables.get(name)) is not None:
        yield decision_table(lookup)
    elif (sheet := package.scores.get(name)) is not None:
        yield score(sheet)
    elif (ledger := package.tables.get(name)) is not None:
        yield records(ledger)
    elif (letter := package.documents.get(name)) is not None:
        yield document(letter, package)
