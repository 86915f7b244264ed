"""Pictures of a package: specs -> the frozen objects of `package.py`, their expressions checked."""

from __future__ import annotations

from engine.base.problem import Problem
from engine.language.tree import DATE, Node
from engine.policy import package as p
from engine.policy.nodes import Scalar
from engine.policy.spec.pictures import PictureSpec
from engine.policy.wordings import Wordings

NEEDS = {"条形": "`评分` 或 `各项`", "雷达": "`评分` 或 `各项`", "逐月": "`自`、`至` 和 `数列`", "覆盖": "`各项`"}


def build_picture(builder: Wordings, spec: PictureSpec, origin: str) -> p.Picture:
    """One picture; problems (E618 keys that do not go with its style, E202 no number) go to the builder."""
    _fits(builder, spec)
    return p.Picture(
        name=spec.name.text,
        style=spec.style,
        clauses=builder.cited(spec.clauses),
        score=spec.score.text if spec.score else "",
        other=_number(builder, spec.other),
        names=tuple(name.text if name else usual for name, usual in zip(_named(spec), p.PICTURE_NAMES, strict=True)),
        unit=spec.unit.text if spec.unit else "",
        points=tuple(
            p.PicturePoint(q.label.text, value, _number(builder, q.full), _number(builder, q.other))
            for q in spec.points
            if (value := _number(builder, q.value)) is not None
        ),
        start=_day(builder, spec.start),
        end=_day(builder, spec.end),
        curves=tuple(
            p.Curve(c.label.text, value, _number(builder, c.limit))
            for c in spec.curves
            if (value := _number(builder, c.value)) is not None
        ),
        origin=origin,
        span=spec.name.span,
    )


def _named(spec: PictureSpec) -> tuple[Scalar | None, ...]:
    return (spec.value_name, spec.full_name, spec.other_name)


def _fits(builder: Wordings, spec: PictureSpec) -> None:
    monthly = bool(spec.start and spec.end and spec.curves)
    given = {"逐月": monthly, "覆盖": bool(spec.points)}.get(spec.style, bool(spec.score) != bool(spec.points))
    full = spec.style != "雷达" or all(point.full for point in spec.points)
    if not given or not full:
        wanted = NEEDS[spec.style] if full else "每一项的 `满值`"
        message = f"图 `{spec.name.text}`（{spec.style}）要写{wanted}"
        builder.names.problems.append(Problem("E618", message, spec.name.span, "按式样补写，删去用不上的项"))
    if spec.score and spec.score.text not in {s for s, x in builder.names.symbols.items() if x.kind == "score"}:
        message = f"图 `{spec.name.text}` 引用的评分 `{spec.score.text}` 不存在"
        builder.names.problems.append(Problem("E618", message, spec.score.span, "写评分的名称"))


def _number(builder: Wordings, scalar: Scalar | None) -> Node | None:
    node = _local(builder, scalar)
    if node is not None and node.type is not None and node.type.kind not in ("number", "any"):
        message = f"图的数值应是数，`{scalar.text if scalar else ''}` 不是"
        builder.names.problems.append(Problem("E202", message, node.span, "写一句能算出数的话"))
        return None
    return node


def _day(builder: Wordings, scalar: Scalar | None) -> Node | None:
    return builder.expression(scalar, DATE)


def _local(builder: Wordings, scalar: Scalar | None) -> Node | None:
    node = builder.wording_parser.expression(scalar) if scalar is not None else None
    return builder.local(node) if node is not None else None
