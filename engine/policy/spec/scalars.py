"""The scalars and closed word lists the models are made of; a `Scalar` keeps its position in the file."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from engine.base.text import date_written
from engine.policy import words
from engine.policy.nodes import Scalar
from engine.policy.spec.base import ByText, Reads, Word

_A_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _filled(scalar: Scalar) -> Scalar:
    if not scalar.text.strip():
        raise ValueError("不能为空")
    return scalar


def _flag(scalar: Scalar) -> bool:
    if scalar.text not in ("是", "否", "true", "false"):
        raise ValueError(f"写作 `{scalar.text}`，只能写 `是` 或 `否`")
    return scalar.text in ("是", "true")


def _day(scalar: Scalar) -> date:
    try:
        day = date.fromisoformat(scalar.text)
    except ValueError:
        if _A_DAY.fullmatch(scalar.text):
            raise ValueError(f"没有 `{scalar.text}` 这一天") from None
        how = date_written(scalar.text) or "2026-01-15"
        raise ValueError(f"`{scalar.text}` 不是日期，应写作 `{how}`") from None
    if day.isoformat() != scalar.text:  # 20260115 and week dates
        raise ValueError(f"`{scalar.text}` 应写作 `{day.isoformat()}`")
    return day


def _open_day(scalar: Scalar) -> date | None:
    return None if scalar.text == "未定" else _day(scalar)


def _whole(scalar: Scalar) -> int:
    if not (scalar.text.isascii() and scalar.text.isdigit() and len(scalar.text) <= 6):
        raise ValueError(f"`{scalar.text}` 不是整数")
    return int(scalar.text)


def _kept(scalar: Scalar) -> Scalar:
    return scalar


TEXT_SCHEMA = {"type": "string"}
_FILLED = {"type": "string", "minLength": 1}
DAY_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

Name = Annotated[Scalar, Reads(_filled, _FILLED), Word("名称")]
Text = Annotated[Scalar, Reads(_kept, TEXT_SCHEMA), Word("文字")]
Expression = Annotated[Scalar, Reads(_filled, {"type": ["string", "number", "boolean"]}), Word("表达式")]
Number = Annotated[Scalar, Reads(_filled, {"type": ["string", "integer"]}), Word("编号")]
Template = Annotated[Scalar, Reads(_filled, _FILLED), Word("文句")]
Flag = Annotated[bool, Reads(_flag, {"enum": ["是", "否", True, False]}), Word("是/否")]
Day = Annotated[date, Reads(_day, DAY_SCHEMA), Word("日期")]
OpenDay = Annotated[date | None, Reads(_open_day, {"anyOf": [DAY_SCHEMA, {"const": "未定"}]}), Word("日期或 未定")]
Whole = Annotated[int, Reads(_whole, {"type": "integer", "minimum": 0}), Word("整数")]

_word = ByText()
Strength = Annotated[words.Strength, _word]
Nature = Annotated[words.Nature, _word]
OrganKind = Annotated[words.OrganKind, _word]
Ties = Annotated[words.Ties, _word]
Hit = Annotated[words.Hit, _word]
Status = Annotated[words.Status, _word]
PackageKind = Annotated[words.PackageKind, _word]
ClauseKind = Annotated[words.ClauseKind, _word]
FactType = Annotated[words.FactType, _word]
ValueType = Annotated[words.ValueType, _word]
PayloadType = Annotated[words.PayloadType, _word]
Changeable = Annotated[words.Changeable, _word]
Direction = Annotated[words.Direction, _word]
AttachmentKind = Annotated[words.AttachmentKind, _word]
AttachmentStage = Annotated[words.AttachmentStage, _word]
Stage = Annotated[words.Stage, _word]
LayoutName = Annotated[words.LayoutName, _word]
PeriodSpan = Annotated[words.PeriodSpan, _word]
DutyStatus = Annotated[words.DutyStatus, _word]
DutyNature = Annotated[words.DutyNature, _word]
