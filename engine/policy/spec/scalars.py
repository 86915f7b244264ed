"""The scalars and closed word lists the models are made of; a scalar keeps its position in the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetPydanticSchema, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from engine.policy.nodes import Scalar


def text_of(value: Any) -> Any:
    return value.text if isinstance(value, Scalar) else value


def _scalar(value: Any) -> Scalar:
    if not isinstance(value, Scalar):
        raise ValueError("应为一个值，不是列表或映射")
    return value


def _filled(value: Any) -> Scalar:
    scalar = _scalar(value)
    if not scalar.text.strip():
        raise ValueError("不能为空")
    return scalar


def _flag(value: Any) -> bool:
    text = text_of(value)
    if text not in ("是", "否", "true", "false"):
        raise ValueError("只能写 `是` 或 `否`")
    return text in ("是", "true")


def _day(value: Any) -> date:
    text = str(text_of(value))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` 不是日期，应写作 `2026-01-15`") from None


def _whole(value: Any) -> int:
    text = str(text_of(value))
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise ValueError(f"`{text}` 不是整数")
    return int(text)


def listed(value: Any) -> Any:
    return [value] if isinstance(value, Scalar) else value


def _unset_day(value: Any) -> date | None:
    return None if text_of(value) == "未定" else _day(value)


def _read_by(reader: Callable[[Any], Scalar]) -> GetPydanticSchema:
    """Validation by `reader` alone: pydantic need not know the reader's classes."""

    def schema(_source: Any, _handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(reader)

    return GetPydanticSchema(schema)


_STRING = WithJsonSchema({"type": "string"})
_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean"]})
Name = Annotated[Scalar, _read_by(_filled), _STRING]
Text = Annotated[Scalar, _read_by(_scalar), _STRING]
Expression = Annotated[Scalar, _read_by(_filled), _SCALAR]
Template = Annotated[Scalar, _read_by(_filled), _STRING]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"enum": ["是", "否"]})]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
OpenDay = Annotated[date | None, PlainValidator(_unset_day), WithJsonSchema({"type": "string"})]
Whole = Annotated[int, PlainValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
Names = Annotated[list[Name], BeforeValidator(listed)]


Strength = Annotated[Literal["应当", "一般应当", "鼓励"], BeforeValidator(text_of)]
Nature = Annotated[Literal["有利决定", "不利决定", "程序性", "内部"], BeforeValidator(text_of)]
Hit = Annotated[Literal["唯一", "首个", "累计"], BeforeValidator(text_of)]
Status = Annotated[Literal["征求意见稿", "有效", "示例", "已废止"], BeforeValidator(text_of)]
PackageKind = Annotated[Literal["规范性文件", "实施方案", "通则"], BeforeValidator(text_of)]
ClauseKind = Annotated[
    Literal["规则", "定义", "原则", "程序", "义务", "奖励", "职权", "鼓励", "元规则", "标准"], BeforeValidator(text_of)
]
FactType = Annotated[
    Literal["是否", "整数", "小数", "金额", "比例", "日期", "时刻", "文本", "枚举", "判断"], BeforeValidator(text_of)
]
Change = Annotated[Literal["可增", "可减", "可改"], BeforeValidator(text_of)]
Direction = Annotated[Literal["降", "升"], BeforeValidator(text_of)]
AttachmentKind = Annotated[Literal["救济", "送达", "陈述申辩", "期限"], BeforeValidator(text_of)]
Layout = Annotated[Literal["公文", "信函", "公示", "表格", "报告", "牌匾", "人员牌"], BeforeValidator(text_of)]


class Spec(BaseModel):
    """Common to all: unknown keys are errors, instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, validate_by_name=False)
