"""附随 and 机关名录 of a stack: wordings that may ask for the deciding organ's entry, organs by name, known kinds of dispute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.base.text import did_you_mean
from engine.language.tree import DATE, TEXT, Symbol
from engine.policy.general_law import ORGAN_ITEMS, Attachment, Organ
from engine.policy.spec.rules import AttachmentSpec, DeterminationSpec
from engine.policy.spec.vocabulary import OrganSpec
from engine.policy.stack import Stack, texts
from engine.policy.wordings import Wordings

_OF_ORGANS = {name: Symbol(name, "local", TEXT) for name in ORGAN_ITEMS}


def build_attachment(builder: Wordings, spec: AttachmentSpec, origin: str) -> Attachment:
    """A typed 附随."""
    with builder.also(_OF_ORGANS):
        text = builder.wording(spec.text)
    return Attachment(
        name=spec.name.text,
        natures=tuple(spec.natures),
        clauses=builder.cited(spec.clauses),
        kind=spec.kind,
        text=text,
        due=builder.expression(spec.due, DATE),
        origin=origin,
        span=spec.name.span,
        stages=tuple(spec.stages),
        organs=tuple(spec.organs),
        disputes=texts(spec.disputes),
        other_disputes=texts(spec.other_disputes),
    )


def build_organs(builder: Wordings, stack: Stack) -> dict[str, Organ]:
    """By name. E387: an organ that is listed twice, of which nobody could say which entry counts."""
    found: dict[str, Organ] = {}
    for item in stack.every("organs"):
        spec: OrganSpec = item.spec
        asked = (spec.review, spec.court, spec.objection, spec.contact)
        review, court, objection, contact = (builder.expression(one, TEXT) for one in asked)
        for name in spec.names:
            if name.text in found:
                message = f"机关 `{name.text}` 列了两次，已在 {found[name.text].span} 列出"
                builder.names.fail("E387", message, name.span, "删去一处；各有不同的机关分开列")
                continue
            found[name.text] = Organ(name.text, spec.kind, review, court, objection, contact, item.origin, name.span)
    return found


def check_disputes(builder: Wordings, stack: Stack) -> None:
    """E388: a determination names a kind of dispute that no 附随 knows: what should depend on it would never do."""
    known = dict.fromkeys(_known(item.spec for item in stack.every("attachments")))
    for item in stack.every("determinations"):
        spec: DeterminationSpec = item.spec
        if spec.dispute is not None and spec.dispute.text not in known:
            help_ = did_you_mean(spec.dispute.text, known) or "写附随的 `争议`、`除外争议` 列出的一种，或删去"
            message = f"决定 `{spec.name.text}` 的 `争议` 写 `{spec.dispute.text}`，没有附随列出这种争议"
            builder.names.fail("E388", message, spec.dispute.span, help_)


def _known(specs: Iterable[AttachmentSpec]) -> Iterator[str]:
    for spec in specs:
        yield from texts((*spec.disputes, *spec.other_disputes))
