"""The scalars and closed word lists the models are made of; a `Scalar` keeps its position in the file."""

from __future__ import annotations

from datetime import date

from engine.policy.nodes import Scalar
from engine.policy.spec.keys import Choice, Word


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
        raise ValueError(f"`{scalar.text}` 不是日期，应写作 `2026-01-15`") from None
    if day.isoformat() != scalar.text:  # 20260115 and week dates
        raise ValueError(f"`{scalar.text}` 应写作 `{day.isoformat()}`")
    return day


def _open_day(scalar: Scalar) -> date | None:
    return None if scalar.text == "未定" else _day(scalar)


def _whole(scalar: Scalar) -> int:
    if not (scalar.text.isascii() and scalar.text.isdigit() and len(scalar.text) <= 6):
        raise ValueError(f"`{scalar.text}` 不是整数")
    return int(scalar.text)


_STRING = {"type": "string"}
_FILLED = {"type": "string", "minLength": 1}
_DAY = r"^\d{4}-\d{2}-\d{2}$"

NAME = Word("名称", _filled, _FILLED)
TEXT = Word("文字", lambda scalar: scalar, _STRING)
EXPRESSION = Word("表达式", _filled, {"type": ["string", "number", "boolean"]})
TEMPLATE = Word("文句", _filled, _FILLED)
FLAG = Word("是/否", _flag, {"enum": ["是", "否", True, False]})
DAY = Word("日期", _day, {"type": "string", "pattern": _DAY})
OPEN_DAY = Word("日期或 未定", _open_day, {"anyOf": [{"type": "string", "pattern": _DAY}, {"const": "未定"}]})
WHOLE = Word("整数", _whole, {"type": "integer", "minimum": 0})

STRENGTH = Choice("应当", "一般应当", "鼓励")
NATURE = Choice("有利决定", "不利决定", "程序性", "内部")
HIT = Choice("唯一", "首个", "累计")
STATUS = Choice("征求意见稿", "有效", "示例", "已废止")
PACKAGE_KIND = Choice("规范性文件", "实施方案", "通则")
CLAUSE_KIND = Choice("规则", "定义", "原则", "程序", "义务", "奖励", "职权", "鼓励", "元规则", "标准")
FACT_TYPE = Choice("是否", "整数", "小数", "金额", "比例", "日期", "时刻", "文本", "枚举", "判断")
VALUE_TYPE = Choice("是否", "整数", "小数", "金额", "比例", "日期", "时刻", "文本", "枚举")
CHANGE = Choice("可增", "可减", "可改")
DIRECTION = Choice("降", "升")
ATTACHMENT_KIND = Choice("救济", "送达", "陈述申辩", "期限")
LAYOUT = Choice("公文", "信函", "公示", "表格", "报告", "牌匾", "人员牌")
PERIOD = Choice("年", "月")
PERIOD_SPAN = Choice("期末", "全期", "期内")
TASK_STATUS = Choice("未到期", "逾期", "已履行", "逾期履行", "已终止", "已过期", "期限未定")
TASK_NATURE = Choice("义务", "权利")
