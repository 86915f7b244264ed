"""Faults planted in a package: of every kind, each where it says, each another package, and none that says nothing."""

from __future__ import annotations

from functools import cache

import pytest

from engine.language.make import all_of
from engine.policy.mutants import Mutant, mutants
from engine.policy.package import Package
from tests.worlds import permits
from tests.worlds.texts import package as tiny_package

RULES = """\
条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]
枚举: [{名称: 店型, 取值: [书店, 茶馆, 画廊]}]
参数:
  - {名称: 下限, 单位: 平方米, 条款: [第一条], 取值: [{值: 80平方米}]}
  - {名称: 起日, 类型: 日期, 条款: [第一条], 取值: [{值: 2026-01-01}]}
单位: [{名称: 平方米}]
事实:
  - {名称: 面积, 类型: 小数, 单位: 平方米}
  - {名称: 店铺类型, 类型: 枚举, 枚举: 店型}
  - {名称: 吸烟, 类型: 是否}
  - {名称: 开业日, 类型: 日期}
派生量: [{名称: 折算, 式: 面积+20平方米, 条款: [第一条]}]
准则:
  - {名称: 够大, 组: 条件, 条款: [第一条], 要求: 面积不少于下限, 未满足: 太小, 适用: 店铺类型不为画廊}
  - {名称: 无烟, 组: 条件, 条款: [第一条], 要求: 非吸烟且店铺类型属于［书店、茶馆］, 未满足: 有烟}
  - {名称: 新店, 条款: [第一条], 强度: 鼓励, 要求: 开业日不早于起日, 未满足: 老店}
决定表:
  - 名称: 面积分
    条款: [第一条]
    命中: 首个
    输入: [折算, 店铺类型]
    行: [[≥120平方米, 书店, 3], [任意, 书店, 2]]
    默认: 1
决定:
  - 名称: 评定
    条款: [第一条]
    结果:
      - {结果: 暂缓, 条件: 面积分小于2, 性质: 程序性}
      - {结果: 不合格, 条件: 任一未满足（条件）, 性质: 程序性}
    默认: {结果: 合格, 性质: 程序性}
"""


@cache
def _package() -> Package:
    return tiny_package(RULES)


@cache
def _found() -> tuple[Mutant, ...]:
    return tuple(mutants(_package()))


@pytest.mark.parametrize(
    ("owner", "kind", "said"),
    [
        ("够大", "比较", "`面积不少于下限` 的“不少于”变“超过”"),
        ("够大", "适用", "删去适用条件"),
        ("够大", "强度", "`应当` 变 `鼓励`"),
        ("够大", "比较", "`店铺类型不为画廊` 的“不为”变“为”"),
        ("无烟", "连接", "`非吸烟` 去掉“非”"),
        ("无烟", "取值", "`［书店、茶馆］` 少了 `茶馆`"),
        ("新店", "强度", "`鼓励` 变 `应当`"),
        ("折算", "运算", "`面积+20平方米` 的“+”变“−”"),
        ("折算", "界限", "20平方米 变 21平方米"),
        ("下限", "参数", "80平方米 变 79平方米"),
        ("起日", "参数", "2026年1月1日 变 2026年1月2日"),
        ("面积分", "决定表", "删去第 2 行"),
        ("评定", "结果次序", "`不合格` 提到 `暂缓` 之前"),
        ("评定", "比较", "`面积分少于2` 的“少于”变“不超过”"),
    ],
)
def test_faults_of_every_kind_are_planted(owner: str, kind: str, said: str) -> None:
    assert (kind, said) in [(one.kind, one.said) for one in _found() if one.owner == owner]


def test_each_fault_makes_another_package_and_only_there() -> None:
    for one in _found():
        changed = one.of(_package())
        assert changed is not None
        assert changed != _package(), one
        sections = ["criteria", "derived", "parameters", "decision_tables", "determinations"]
        touched = [name for name in sections if getattr(changed, name) != getattr(_package(), name)]
        assert touched == [one.path[0]], one


def test_what_a_criterion_requires_follows_from_its_limbs() -> None:
    for one in (m for m in _found() if m.path[0] == "criteria"):
        changed = one.of(_package())
        assert changed is not None
        criterion = changed.criteria[one.owner]
        assert criterion.requirement == all_of(limb.condition for limb in criterion.limbs)


def test_no_fault_is_planted_twice() -> None:
    assert len({(one.path, one.kind, one.said) for one in _found()}) == len(_found())


def test_a_fault_is_planted_only_where_the_same_stands() -> None:
    other = tiny_package(RULES.replace("面积不少于下限", "面积超过下限"))
    found = [one for one in _found() if one.owner == "够大" and "面积不少于下限" in one.said]
    assert found
    assert all(one.of(other) is None for one in found)


@pytest.mark.parametrize("word", ["删去 `在`", "删去 `条件`", "删去前提"])
def test_conditions_of_a_procedure_are_left_out(word: str) -> None:
    package = permits.package()
    found = [one for one in mutants(package) if word in one.said]
    assert found
    assert all(one.of(package) not in (None, package) for one in found)


def test_what_was_only_encouraged_counts_in_its_groups() -> None:
    package = tiny_package(RULES.replace("{名称: 新店, 条款", "{名称: 新店, 组: 条件, 条款"))
    (one,) = [m for m in mutants(package) if m.owner == "新店" and m.kind == "强度"]
    changed = one.of(package)
    assert changed is not None
    assert (package.groups["条件"], changed.groups["条件"]) == (("够大", "无烟"), ("够大", "无烟", "新店"))
