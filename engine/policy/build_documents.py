"""Documents of a package: their wordings parsed and checked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext

from engine.base.problem import Problem
from engine.base.text import did_you_mean
from engine.language.tree import DATE, TEXT, Name
from engine.policy import package as p
from engine.policy.nodes import Scalar
from engine.policy.spec.documents import AnnexFileSpec, BlockSpec, DocumentSpec, HeadSpec, SlotSpec
from engine.policy.stack import said, texts
from engine.policy.wordings import Wordings

LINE = 28
"""The width of an entry that takes a row of its own, in characters."""


def build_document(builder: Wordings, spec: DocumentSpec, origin: str) -> p.Document:
    """A kind of document with its wordings parsed and typed; E609 where 每条 names no record table."""
    if spec.per is None:
        return _document(builder, spec, origin)
    if spec.per.text not in builder.names.columns:
        message = f"`{spec.name.text}` 的 `每条: {spec.per.text}` 不是记录表"
        help_ = did_you_mean(spec.per.text, builder.names.columns) or "写记录表的名称"
        builder.names.problems.append(Problem("E609", message, spec.per.span, help_))
    with builder.records_of(spec.per.text):
        return _document(builder, spec, origin)


def _document(builder: Wordings, spec: DocumentSpec, origin: str) -> p.Document:
    wording = builder.wording
    return p.Document(
        name=spec.name.text,
        clauses=builder.cited(spec.clauses),
        layout=spec.layout,
        title=wording(spec.title),
        addressee=wording(spec.addressee),
        body=_blocks(builder, spec.body),
        annexes=tuple(_annex(builder, a) for a in spec.annexes),
        signature=wording(spec.signature),
        due=builder.expression(spec.due, DATE),
        day=builder.expression(spec.day, DATE),
        earliest=builder.expression(spec.earliest, DATE),
        latest=builder.expression(spec.latest, DATE),
        label=said(spec.label),
        origin=origin,
        span=spec.name.span,
        pages=tuple(p.AnnexPage(wording(a.title), _blocks(builder, a.body)) for a in spec.pages),
        copies=tuple(wording(c) for c in spec.copies),
        file=said(spec.file),
        states=texts(spec.states),
        per=said(spec.per),
        mark=said(spec.mark),
        stage=spec.stage or "",
        notice=_day(builder, spec.notice),
        served=_day(builder, spec.served),
        joint=spec.joint,
        ranking=said(spec.ranking),
        others=spec.others,
        cosigners=tuple(wording(c) for c in spec.cosigners),
        head=_head(builder, spec.head) if spec.head is not None else p.HeadWording(),
    )


def _annex(builder: Wordings, spec: AnnexFileSpec | Scalar) -> p.NamedAnnex:
    if not isinstance(spec, AnnexFileSpec):
        return p.NamedAnnex(builder.wording(spec))
    return p.NamedAnnex(builder.wording(spec.title), builder.expression(spec.file, TEXT), builder.condition(spec.when))


def _head(builder: Wordings, spec: HeadSpec) -> p.HeadWording:
    wording = builder.wording
    signers = tuple(wording(name) for name in spec.signers)
    spans = tuple(said.span if said else None for said in (spec.copy, spec.secrecy, spec.urgency, *spec.signers))
    return p.HeadWording(wording(spec.copy), wording(spec.secrecy), wording(spec.urgency), signers, spans)


def _day(builder: Wordings, name: Scalar | None) -> str:
    """The name of a fact that is a date."""
    if name is None:
        return ""
    dates = [fact for fact, field in builder.names.facts.items() if field.type == DATE]
    if name.text not in dates:
        help_ = did_you_mean(name.text, dates) or "写一个类型为日期的事实"
        builder.names.problems.append(Problem("E619", f"`{name.text}` 不是日期事实", name.span, help_))
    return name.text


def _blocks(builder: Wordings, specs: Iterable[BlockSpec]) -> tuple[p.Block, ...]:
    return tuple(b for spec in specs if (b := _block(builder, spec)) is not None)


def _block(builder: Wordings, spec: BlockSpec) -> p.Block | None:
    written = {
        "标题": spec.heading,
        "段": spec.paragraph,
        "表": spec.table,
        "栏": spec.form,
        "签章": spec.opinion,
        "图": spec.picture,
    }
    kinds = [kind for kind, value in written.items() if value]
    heads = [e.head for e in spec.form] + [_column(c)[0] for c in spec.table]
    text = spec.heading or spec.paragraph or spec.opinion or spec.picture or spec.section
    at = text or spec.each or spec.when or next(iter(heads), None)
    if len(kinds) != 1:
        message = f"正文的一项要写 {'、'.join(f'`{kind}`' for kind in written)} 之一，只写一个"
        builder.names.problems.append(Problem("E605", message, at.span if at else None))
        return None
    last = _last(builder, spec, [head.text for head in heads])
    with builder.records_of(spec.each.text) if spec.each and spec.each.text in builder.names.columns else nullcontext():
        return _filled(builder, spec, kinds[0], at, last)


def _last(builder: Wordings, spec: BlockSpec, heads: list[str]) -> tuple[p.Template, ...]:
    """末行 of a 表, a cell for each column; () without one."""
    for head, text in spec.last.items():
        if not spec.table or head not in heads:
            message = f"`末行` 的 `{head}` 不是表的栏目"
            builder.names.problems.append(Problem("E605", message, text.span, did_you_mean(head, heads)))
    return tuple(builder.wording(spec.last.get(head)) for head in heads) if spec.last else ()


def _filled(builder: Wordings, spec: BlockSpec, kind: str, at: Scalar | None, last: tuple[p.Template, ...]) -> p.Block:
    """A block of one kind; what is repeated for each record of a register may use its columns."""
    text = spec.heading or spec.paragraph or spec.opinion or spec.picture or spec.section
    slots = _columns(builder, spec) if spec.table else _entries(builder, spec)
    return p.Block(
        kind=kind,
        text=builder.wording(text),
        each=said(spec.each),
        when=builder.condition(spec.when),
        span=at.span if at else None,
        slots=slots,
        signer=builder.wording(spec.signer),
        last=last,
        piece=builder.wording(spec.piece),
    )


def _columns(builder: Wordings, spec: BlockSpec) -> tuple[p.Slot, ...]:
    """The columns of a 表; one that is only named says the item's text of that name, one without 值 is left blank."""
    slots = []
    for column in spec.table:
        head, text, width, when = _column(column)
        named = (builder.local(Name(head.text, span=head.span)),) if isinstance(column, Scalar) else ()
        value = builder.wording(text) if text else named
        slots.append(p.Slot(builder.wording(head), value, width, builder.condition(when)))
    return tuple(slots)


def _entries(builder: Wordings, spec: BlockSpec) -> tuple[p.Slot, ...]:
    return tuple(
        p.Slot(builder.wording(e.head), builder.wording(e.text), LINE if e.whole else 0, builder.condition(e.when))
        for e in spec.form
    )


def _column(column: SlotSpec | Scalar) -> tuple[Scalar, Scalar | None, int, Scalar | None]:
    """Head, text, width and condition of a column."""
    if isinstance(column, Scalar):
        return column, None, 0, None
    return column.head, column.text, column.width or 0, column.when
