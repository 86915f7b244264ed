"""The pictures a package defines, drawn for one decided case, each followed by its table (edge only for the PNG's font)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.base.numbers import divide
from engine.base.problem import Problem
from engine.decision.model import Decision, ScoreSheet
from engine.decision.program import Program
from engine.decision.wording import show, unit_of
from engine.documents.charts import MAX_POINTS, UNKNOWN, Chart, ChartMark, ChartSeries, described, rows, size, svg
from engine.documents.lists import Trace
from engine.documents.model import LINE, LetterCell, LetterPicture, LetterRow, LetterTable, Part
from engine.documents.reading import names_in
from engine.language.tree import DATE, TEXT, Literal, Name, Node, Value, rebuilt
from engine.lowered.calls import Values
from engine.policy import package as p

DPI = 200
"""Of the PNG that Word files show."""


def drawer(program: Program, values: Values, decision: Decision) -> Callable[[str], tuple[Part, ...] | Problem]:
    """Draws a picture by name: the drawing and its data table, or E617 where there is none or nothing to draw."""

    def draw(name: str) -> tuple[Part, ...] | Problem:
        picture = program.package.pictures.get(name)
        if picture is None:
            return Problem("E617", f"没有图 `{name}`", help="在 `图` 一节写它画什么")
        chart = chart_of(_Numbers(program, values), decision, picture)
        if chart is None:
            return Problem("E617", f"图 `{name}` 没有数据可画", picture.span, help="补充图所用的事实，或加条件 `当`")
        return drawn(chart, _traces(decision, picture))

    return draw


def drawn(chart: Chart, traces: tuple[Trace, ...] = ()) -> tuple[Part, ...]:
    """A chart as parts of a letter: the drawing with its caption, and the table of its numbers."""
    source = svg(chart)
    width, height = size(chart)
    picture = LetterPicture(chart.title, chart.title, described(chart), source, png(source), width, height, traces)
    return (picture, _table(chart))


def _table(chart: Chart) -> LetterTable:
    head, *body = rows(chart)
    first = min(10, max(4, *(len(row[0]) + 1 for row in body)))
    share, rest = divmod(LINE - first, len(head) - 1)
    widths = [first + rest, *[share] * (len(head) - 1)]
    cells = [tuple(LetterCell(text, width, "中") for text, width in zip(row, widths, strict=True)) for row in body]
    top = tuple(LetterCell(text, width, "栏目") for text, width in zip(head, widths, strict=True))
    return LetterTable((LetterRow(top),), tuple(LetterRow(row) for row in cells))


def png(source: str) -> bytes:
    """The drawing as PNG with our own font alone, so that it is the same on every machine that has it; empty where the
    library or the font is not there: the letter then has the table alone."""
    from engine.documents import fonts

    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        return b""
    face = fonts.face(fonts.HEI)
    if face is None:
        return b""
    data = svg_to_bytes(
        svg_string=source, dpi=DPI, background="#ffffff", skip_system_fonts=True, font_files=[face.file]
    )
    return bytes(data)


# ---- numbers ----


class _Numbers:
    """Expressions of a decided case, also with local names in them."""

    def __init__(self, program: Program, values: Values) -> None:
        self.program, self.values = program, values

    def value(self, node: Node, local: Mapping[str, Value] | None = None) -> Value:
        known = _with(node, local or {})
        found: Value = self.program.value_once(known, self.values)
        return found

    def mark(self, node: Node | None, local: Mapping[str, Value] | None = None, unit_name: str = "") -> ChartMark:
        """A number with its unit, or with `unit_name` where it has none of its own."""
        value = self.value(node, local) if node is not None else None
        if node is None or not isinstance(value, Decimal | Fraction):
            return UNKNOWN
        unit = unit_of(self.program.package, node)
        scaled = divide(value, unit.factor) if unit is not None else value
        text = show(self.program.package, node, value)
        return ChartMark(float(value if scaled is None else scaled), text + unit_name if text[-1:].isdigit() else text)

    def unit(self, node: Node | None) -> str:
        """The name of the unit numbers of `node` are shown in."""
        unit = unit_of(self.program.package, node) if node is not None else None
        return unit.name if unit is not None else ""


def _with(node: Node, local: Mapping[str, Value]) -> Node:
    """`node` with local names replaced by what they stand for."""
    match node:
        case Name(name, kind="local") if name in local:
            value = local[name]
            kind = DATE if isinstance(value, date) else TEXT
            return Literal(value if isinstance(value, date) else str(value), str(value), node.span, kind)
    return rebuilt(node, lambda part: _with(part, local))


# ---- charts ----


def chart_of(numbers: _Numbers, decision: Decision, picture: p.Picture) -> Chart | None:
    """What a picture shows of this case; None where all of it is unknown."""
    made = _months(numbers, picture) if picture.style == "逐月" else _items(numbers, decision, picture)
    if made is None or all(mark.value is None for series in made.series for mark in series.marks):
        return None
    return made


def _items(numbers: _Numbers, decision: Decision, picture: p.Picture) -> Chart | None:
    own, full, other = picture.names
    if picture.score:
        sheet = next((s for s in decision.scores if s.name == picture.score), None)
        found = list(_lines(numbers, sheet, picture.other)) if sheet is not None else []
    else:
        found = [_point(numbers, point, picture.unit) for point in picture.points]
    if not found or len(found) > MAX_POINTS:
        return None
    labels, values, most, compared = zip(*found, strict=True)
    return Chart(
        picture.style,
        picture.name,
        labels,
        (ChartSeries(own, values),),
        ChartSeries(full, most) if _known(most) else None,
        ChartSeries(other, compared) if _known(compared) else None,
    )


def _point(numbers: _Numbers, point: p.PicturePoint, unit: str) -> tuple[str, ChartMark, ChartMark, ChartMark]:
    value, full, other = (numbers.mark(node, None, unit) for node in (point.value, point.full, point.other))
    return point.label, value, full, other


def _known(marks: tuple[ChartMark, ...]) -> bool:
    return any(mark.value is not None for mark in marks)


def _lines(
    numbers: _Numbers, sheet: ScoreSheet, other: Node | None
) -> Iterator[tuple[str, ChartMark, ChartMark, ChartMark]]:
    """The lines of a score as shown: earned, the most after weighting, what it is compared with."""
    for line in sheet.lines:
        earned, full, weight = _shown(line.weighted), _shown(line.full), _shown(line.weight)
        most = UNKNOWN
        if full.value is not None and weight.value is not None:
            value = round(full.value * weight.value, 6)
            most = ChartMark(value, f"{value:g}{line.full.lstrip(_DIGITS)}")
        yield line.name, earned, most, numbers.mark(other, {"名称": line.name})


_DIGITS = "≈-0123456789."


def _shown(text: str) -> ChartMark:
    """`9.6分` back as a number with its text."""
    digits = text.removeprefix("≈")
    digits = digits[: len(digits) - len(digits.lstrip(_DIGITS))]
    try:
        return ChartMark(float(digits), text)
    except ValueError:
        return UNKNOWN


def _months(numbers: _Numbers, picture: p.Picture) -> Chart | None:
    first = numbers.value(picture.start) if picture.start is not None else None
    last = numbers.value(picture.end) if picture.end is not None else None
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    months = list(_between(first, last))
    if not 0 < len(months) <= MAX_POINTS:
        return None
    series = tuple(
        ChartSeries(
            curve.label,
            tuple(
                numbers.mark(curve.value, {"本月": month}, numbers.unit(curve.limit) or picture.unit)
                for month in months
            ),
            numbers.mark(curve.limit) if curve.limit is not None else None,
        )
        for curve in picture.curves
    )
    years = len({month.year for month in months}) > 1
    labels = tuple(f"{m.year % 100:02}年{m.month}月" if years else f"{m.month}月" for m in months)
    return Chart(picture.style, picture.name, labels, series)


def _between(first: date, last: date) -> Iterator[date]:
    """The first days of the months from `first`'s to `last`'s."""
    month = first.replace(day=1)
    while month <= last and (last.year - first.year) <= MAX_POINTS:
        yield month
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _traces(decision: Decision, picture: p.Picture) -> tuple[Trace, ...]:
    """What the picture rests on: its clauses, those of the score's lines, the names its expressions read."""
    sheet = next((s for s in decision.scores if s.name == picture.score), None)
    lines = [clause for line in sheet.lines for clause in line.clauses] if sheet is not None else []
    names = [n.name for node in picture.nodes for n in names_in(node) if n.kind != "local"]
    names += [n.table for node in picture.nodes for n in names_in(node) if n.table]
    facts = tuple(dict.fromkeys([*([picture.score] if picture.score else []), *names]))
    return (Trace("", tuple(dict.fromkeys((*picture.clauses, *lines))), facts),)
