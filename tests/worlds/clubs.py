"""The clubs' office: the vocabulary of a toy regulation on clubs (社团管理办法) and the ledgers kept under it.

One vocabulary for two kinds of tests. The language parses and runs sentences over it (`sentences.py`), and intake reads
cases and ledgers for `package()`, which is made here by hand so that neither needs the reader of packages. It has no rules,
letters or procedure: the permits' office (`permits.py`) has those."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.base.calendar import Calendar
from engine.base.units import BUILT_IN, MONTHS, PERIOD, Unit, base
from engine.language.tree import BOOL, DATE, NUMBER, TEXT, TIME, Literal, Scope, Type
from engine.policy.package import Criterion, Field, Header, Limb, Package, RecordTable

UNITS = {unit.name: unit for unit in (*BUILT_IN, base("场"), base("人次"), base("人"))} | {
    "千人次": Unit("千人次", (("人次", 1),), Decimal(1000))
}
ENUMS = {
    "机构类型项": ("行业型", "创业型", "综合型", "其他"),
    "级别项": ("国家级", "省级", "市级", "综合型"),
    "活动类型项": ("文艺型", "体育型", "公益,环保型"),
}


def number(unit: str = "") -> Type:
    return Type("number", ((unit, 1),) if unit else ())


def enum(name: str) -> Type:
    return Type("enum", name=name)


FACTS = (
    Field("基准日", DATE, "日期"),
    Field("独立场地", BOOL, "是否", label="有自己的场地", question="有没有自己的场地？", evidence="租赁合同"),
    Field("已签租约", BOOL, "是否"),
    Field("机构类型", enum("机构类型项"), "枚举"),
    Field("项目级别", enum("级别项"), "枚举"),
    Field("人数", number("人"), "整数", UNITS["人"], high=Decimal(100000)),
    Field("活动场次", number("场"), "整数", UNITS["场"]),
    Field("线上人次", number("人次"), "整数", UNITS["人次"]),
    Field("线下人次", number("人次"), "整数", UNITS["人次"]),
    Field("经费", number("元"), "金额", UNITS["万元"], low=Decimal(0), high=Decimal(5000000)),
    Field("每人标准", Type("number", (("人", -1), ("元", 1))), "小数"),
    Field("满意率", NUMBER, "比例"),
    Field("统计年度", number("年"), "整数", UNITS["年"]),
    Field("成立日期", DATE, "日期"),
    Field("送达日", DATE, "日期"),
    Field("开门时刻", TIME, "时刻"),
    Field("单位名称", TEXT, "文本"),
    Field("负责人证件", TEXT, "身份证号"),
    Field("信用代码", TEXT, "统一社会信用代码"),
    Field("收款账号", TEXT, "账号"),
    Field("温差", NUMBER, "小数", low=Decimal(-50), high=Decimal(50)),
    Field("试用期", Type("number", MONTHS), "期间", PERIOD, high=Decimal(36)),
    Field("工龄", Type("number", MONTHS), "整数", UNITS["个月"]),
    Field("交通便利", BOOL, "判断", finding=True, question="交通是否便利？", clauses=("第二条",)),
    Field("服务评级", enum("级别项"), "判断", finding=True),
)
ACTIVITIES = RecordTable(
    "活动台账",
    (
        Field("活动日期", DATE, "日期", required=True),
        Field("活动名称", TEXT, "文本", required=True, aliases=("活动主题",)),
        Field("服务人次", number("人次"), "整数", UNITS["人次"], aliases=("参加人数",), high=Decimal(100000)),
        Field("经费", number("元"), "金额", UNITS["元"]),
        Field("公益", BOOL, "是否"),
        Field("类型", enum("活动类型项"), "枚举"),
        Field("级别", enum("级别项"), "枚举"),
        Field("已核实", BOOL, "是否"),
        Field("增减", number("人"), "整数", UNITS["人"], low=Decimal(-1000)),
    ),
    label="近一年的活动",
)
MEMBERS = RecordTable("会员名册", (Field("姓名", TEXT, "文本", required=True), Field("入会日期", DATE, "日期")))


def criterion(name: str, strength: str) -> Criterion:
    always = Literal(True, "是")
    return Criterion(name, ("条件",), ("第一条",), strength, always, "是", (Limb(always, "是"),))


def package(**changes: Any) -> Package:
    """The package; keyword arguments replace its parts."""
    none: Mapping[str, Any] = {}
    parts: dict[str, Any] = {
        "id": "club-rules",
        "as_of": date(2026, 11, 23),
        "digest": "0" * 64,
        "headers": {
            "club-rules": Header("club-rules", "社团管理办法", "规范性文件", "有效", 3, since=date(2020, 1, 1))
        },
        "clauses": none,
        "scope": Scope(enums=ENUMS, units=UNITS),
        "facts": {fact.name: fact for fact in FACTS},
        "tables": {table.name: table for table in (ACTIVITIES, MEMBERS)},
        "derived": none,
        "parameters": none,
        "criteria": {c.name: c for c in (criterion("年度活动规模", "一般应当"), criterion("有章程", "应当"))},
        "groups": none,
        "decision_tables": none,
        "scores": none,
        "determinations": none,
        "rankings": none,
        "interpretations": none,
        "inexpressible": (),
        "attachments": (),
        "documents": none,
        "calendar": Calendar("中国", ()),
    }
    return Package(**(parts | changes))
