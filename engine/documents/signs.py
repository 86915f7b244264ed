"""The layout of plaques and badges as data: `templates/signs.yaml` read and checked (edge: reads that file)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, Span
from engine.base.text import did_you_mean
from engine.documents.fitting import Frame, Sizing
from engine.documents.layouts import read_text
from engine.documents.outlines import FAMILIES

FILE = "signs.yaml"
SLOTS = ("标识", "照片", "二维码")
TEXTS = ("标题", "署名", "日期", "编号")
_BODY = re.compile(r"正文[1-9]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SHEET = ("宽", "高", "出血", "裁切线", "底色", "边框", "位")
_PLACE = ("放", "框", "字", "色", "最大", "宜", "最小", "行", "疏", "齐", "不拆", "并")
ALIGNED = ("左", "中", "右")
LARGEST = 3000.0
"""Millimetres a sheet may be wide or high."""


@dataclass(frozen=True, slots=True)
class SignField:
    """What stands where: `holds` a slot or a text, `rule` how a text is fitted, `align` 左 中 右; where `takes` holds
    nothing, its frame is added."""

    holds: str
    frame: Frame
    face: str
    colour: str
    rule: Sizing
    align: str
    takes: str = ""


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A frame line: its distance from the edge and its thickness."""

    inset: float
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Sign:
    """The trimmed sheet, what is printed beyond its edge (`bleed`), the length of the crop marks."""

    width: float
    height: float
    bleed: float
    marks: float
    ground: str
    lines: tuple[FrameLine, ...]
    places: tuple[SignField, ...]

    @property
    def margin(self) -> float:
        """From the trimmed edge to the edge of the sheet that is written: bleed and crop marks."""
        return self.bleed + self.marks


def sign(layout: str, templates: Path) -> Sign:
    """The layout of `layout` (牌匾, 人员牌). Refused: E620 no such file, E627 a mistake in it."""
    signs, problems = read_signs(read_text(templates, FILE))
    if layout not in signs:
        problems = problems or [Problem("E627", f"`{FILE}` 里没有 `{layout}`", help=f"有：{'、'.join(signs) or '无'}")]
        raise Refused(problems)
    return signs[layout]


def read_signs(source: str) -> tuple[dict[str, Sign], list[Problem]]:
    """Every sign in the file and what is wrong with it (E627)."""
    import yaml

    try:
        data = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        return {}, [Problem("E627", f"`{FILE}` 读不懂", Span(FILE, line, 1, line, 1), "核对缩进、冒号后的空格和引号")]
    if not isinstance(data, dict):
        return {}, [_wrong("顶层", "写 `牌匾:`、`人员牌:`")]
    found: dict[str, Sign] = {}
    problems: list[Problem] = []
    for name, raw in data.items():
        try:
            found[str(name)] = _sign(str(name), raw)
        except _Mistake as mistake:
            problems.append(_wrong(*mistake.args))
    return found, problems


class _Mistake(ValueError):
    """Where, and what belongs there."""


def _wrong(where: str, help: str) -> Problem:
    return Problem("E627", f"`{FILE}` 的 {where} 写得不对", Span(FILE, 1, 1, 1, 1), help)


def _sign(name: str, raw: Any) -> Sign:
    _keys(name, raw, _SHEET, ("宽", "高", "位"))
    width, height = (_number(name, raw, key, 10, LARGEST) for key in ("宽", "高"))
    places = tuple(_places(name, raw["位"]))
    for place in places:
        frame = place.frame
        if frame.x < 0 or frame.y < 0 or frame.x + frame.width > width or frame.y + frame.height > height:
            raise _Mistake(f"{name} 的 {place.holds}", "框要在成品以内")
    return Sign(
        width,
        height,
        _number(name, raw, "出血", 0, 50, 3),
        _number(name, raw, "裁切线", 0, 50, 6),
        _colour(name, raw, "底色", "#ffffff"),
        tuple(_line(name, line) for line in _list(name, raw.get("边框", []))),
        places,
    )


def _places(name: str, raw: Any) -> Iterator[SignField]:
    for one in _list(name, raw):
        _keys(f"{name} 的位", one, _PLACE, ("放", "框"))
        holds = str(one["放"])
        where = f"{name} 的 {holds}"
        if holds not in (*SLOTS, *TEXTS) and not _BODY.fullmatch(holds):
            near = did_you_mean(holds, (*SLOTS, *TEXTS, "正文1"))
            raise _Mistake(where, near or f"`放` 写 {'、'.join((*SLOTS, *TEXTS))} 或 正文1")
        largest = _number(where, one, "最大", 0.5, 500, 10)
        rule = Sizing(
            largest,
            _number(where, one, "最小", 0.5, largest, min(2.0, largest)),
            _number(where, one, "宜", 0.5, largest, largest / 2),
            int(_number(where, one, "行", 1, 3, 1)),
            _number(where, one, "疏", 0, 2, 0.2),
            words=tuple(str(word) for word in _list(where, one.get("不拆", [])))[:10],
        )
        face, align = str(one.get("字", "宋体")), str(one.get("齐", "中"))
        if face not in FAMILIES or align not in ALIGNED:
            raise _Mistake(where, f"`字` 写 {'、'.join(FAMILIES)}；`齐` 写 {'、'.join(ALIGNED)}")
        frame, colour = _frame(where, one["框"]), _colour(where, one, "色", "#000000")
        yield SignField(holds, frame, face, colour, rule, align, str(one.get("并", "")))


def _frame(where: str, raw: Any) -> Frame:
    if not isinstance(raw, list) or len(raw) != 4 or not all(_is_number(n) for n in raw) or min(raw[2:]) <= 0:
        raise _Mistake(where, "`框` 写四个数：左、上、宽、高")
    return Frame(*(float(n) for n in raw))


def _line(where: str, raw: Any) -> FrameLine:
    _keys(f"{where} 的边框", raw, ("距", "粗", "色"), ("距", "粗"))
    return FrameLine(
        _number(where, raw, "距", 0, 200), _number(where, raw, "粗", 0.05, 50), _colour(where, raw, "色", "#000000")
    )


def _keys(where: str, raw: Any, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    if not isinstance(raw, dict):
        raise _Mistake(where, f"写 {'、'.join(known)}")
    for key in raw:
        if key not in known:
            raise _Mistake(f"{where} 的 {key}", did_you_mean(str(key), known) or f"可以写 {'、'.join(known)}")
    for key in needed:
        if key not in raw:
            raise _Mistake(where, f"要写 `{key}`")


def _list(where: str, raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise _Mistake(where, "写成列表")
    return raw


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(where: str, raw: Mapping[str, Any], key: str, low: float, high: float, usual: float | None = None) -> float:
    value = raw.get(key, usual)
    if not _is_number(value) or not low <= value <= high:
        raise _Mistake(f"{where} 的 {key}", f"写 {low:g} 至 {high:g} 之间的数")
    return float(value)


def _colour(where: str, raw: Mapping[str, Any], key: str, usual: str) -> str:
    value = raw.get(key, usual)
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise _Mistake(f"{where} 的 {key}", "颜色写作 `'#8c1515'`")
    return value
