"""The schemas against the files of this repository, with the few keywords of JSON Schema that they use."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.policy.load import load_package
from engine.policy.nodes import Node, Scalar, Sequence, read_yaml
from engine.policy.schema import DIALECT, FILES, case_schema, models, schema
from engine.policy.spec import PackageSpec
from tests.worlds.texts import package

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(p for p in ROOT.glob("policies/*/*.yaml")) + sorted(ROOT.glob("policies/*/rules/*.yaml"))
EXAMPLES = sorted(ROOT.glob("policies/*/tests/*.yaml"))
CASES = sorted(ROOT.glob("fixtures/*/case.yaml"))
KEYWORDS = {"$schema", "$defs", "$ref", "title", "description", "type", "enum", "const", "properties", "required"} | {
    *("additionalProperties", "items", "minItems", "minLength", "minimum", "pattern", "anyOf", "oneOf", "default")
}
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def data(node: Node | None) -> Any:
    """What an editor's YAML 1.2 parser makes of a node."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        if node.style != "plain":
            return node.text
        if re.fullmatch(r"-?\d+", node.text):
            return int(node.text)
        if re.fullmatch(r"-?\d+\.\d+", node.text):
            return float(node.text)
        return {"": None, "true": True, "false": False}.get(node.text, node.text)
    if isinstance(node, Sequence):
        return [data(item) for item in node]
    return {key.text: data(value) for key, value in node}


def faults(value: Any, rule: Any, root: Any, at: str = "$") -> list[str]:
    """Where `value` breaks `rule`."""
    if isinstance(rule, bool):
        return [] if rule else [f"{at}: nothing is allowed here"]
    assert set(rule) <= KEYWORDS, set(rule) - KEYWORDS
    found = []
    if "$ref" in rule:
        found += faults(value, root["$defs"][rule["$ref"].removeprefix("#/$defs/")], root, at)
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, TYPES[k]) and (k == "boolean" or value is not True) for k in kinds):
        return [*found, f"{at}: {value!r} is not {kinds}"]
    if "enum" in rule and value not in rule["enum"]:
        found.append(f"{at}: {value!r} not in {rule['enum']}")
    if "const" in rule and value != rule["const"]:
        found.append(f"{at}: {value!r} is not {rule['const']!r}")
    return found + options(value, rule, root, at) + parts(value, rule, root, at)


def options(value: Any, rule: Any, root: Any, at: str) -> list[str]:
    """anyOf and oneOf: what every option says where too few or too many fit."""
    found = []
    for word in ("anyOf", "oneOf"):
        tries = [faults(value, option, root, at) for option in rule.get(word, ())]
        fitting = sum(not t for t in tries)
        if tries and (not fitting or (word == "oneOf" and fitting > 1)):
            found += [f"{at}: fits {fitting} options", *(fault for t in tries for fault in t)]
    return found


def parts(value: Any, rule: Any, root: Any, at: str) -> list[str]:
    """The keywords about the inside of texts, lists and mappings."""
    if isinstance(value, str):
        short = len(value) < rule.get("minLength", 0)
        wrong = re.search(rule.get("pattern", ""), value) is None
        return [f"{at}: too short"] * short + [f"{at}: {value!r} does not match"] * wrong
    if isinstance(value, list):
        short = len(value) < rule.get("minItems", 0)
        inner = [f for i, item in enumerate(value) for f in faults(item, rule.get("items", True), root, f"{at}[{i}]")]
        return [f"{at}: too short"] * short + inner
    if isinstance(value, dict):
        known, rest = rule.get("properties", {}), rule.get("additionalProperties", True)
        lacking = [f"{at}: lacks {k}" for k in rule.get("required", ()) if k not in value]
        return lacking + [f for k, v in value.items() for f in faults(v, known.get(k, rest), root, f"{at}.{k}")]
    return []


def read(path: Path) -> Any:
    node, problems = read_yaml(path.read_text(encoding="utf-8"), str(path))
    assert problems == []
    return data(node)


@pytest.mark.parametrize("path", [*PACKAGES, *EXAMPLES], ids=lambda p: str(p.relative_to(ROOT / "policies")))
def test_files_of_the_repository_fit(path: Path) -> None:
    rules = schema("examples" if path in EXAMPLES else "package")
    assert faults(read(path) or {}, rules, rules) == []


@pytest.fixture(scope="module")
def fuzhou() -> Any:
    found, problems, _ = load_package(ROOT / "policies", "fuzhou-talent-station", date(2026, 11, 23))
    assert found is not None, problems
    return case_schema(found)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.parent.name)
def test_cases_of_the_repository_fit(path: Path, fuzhou: Any) -> None:
    whole = read(path)
    if whole["规范"] == "fuzhou-talent-station" and "broken" not in path.parent.name:
        assert faults(whole, fuzhou, fuzhou) == []


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        ("package", {"准则": [{"名称": "甲"}]}, "lacks 要求"),
        ("package", {"准则": [{"名称": "甲", "要求": "乙", "强度": "必须"}]}, "'必须' not in"),
        ("package", {"准则": [{"名称": "甲", "要求": "乙", "要球": "丙"}]}, "nothing is allowed"),
        ("package", {"准则": {"名称": "甲"}}, "is not ['array']"),
        ("package", {"实施": [{"参数": "甲"}]}, "lacks 取值"),
        ("package", {"参数": [{"名称": "甲", "取值": [{"值": 1, "自": "2026年"}]}]}, "does not match"),
        ("package", {"决定": [{"名称": "甲", "结果": []}]}, "too short"),
        ("examples", {"用例": [{"名称": "甲", "断言": [{"决定": "乙"}]}]}, "lacks 结果"),
        ("overlay", {"强度": {"甲": "必须"}}, "'必须' not in"),
    ],
)
def test_mistakes_are_found(kind: str, value: Any, fault: str) -> None:
    rules = schema(kind)
    found = faults(value, rules, rules)
    assert any(fault in f for f in found), found


@pytest.mark.parametrize("kind", FILES)
def test_schemas_are_json_with_chinese_descriptions(kind: str) -> None:
    rules = schema(kind)
    assert json.loads(json.dumps(rules)) == rules
    assert rules["$schema"] == DIALECT
    for part in (rules, *rules["$defs"].values()):
        assert part["title"]
        assert all(re.search("[\u4e00-\u9fff]", rule["description"]) for rule in part["properties"].values())


def test_every_model_has_its_own_word() -> None:
    words = [m.word for kind in FILES.values() for m in models(kind)]
    assert all(words)
    assert len({m.word for m in models(PackageSpec)}) == len(models(PackageSpec))


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="package"):
        schema("packages")


VOCABULARY = """\
记录表:
  - 名称: 台账
    列: [{名称: 日, 类型: 日期}, {名称: 次数, 类型: 整数, 单位: 场, 别名: [场数]}]
事实: [{名称: 认可, 类型: 判断}, {名称: 选定, 类型: 判断, 枚举: 类型项}]
准则: [{名称: 规模, 强度: 一般应当, 要求: 场次超过1场}, {名称: 场地, 要求: 有场地}]
"""
CASE = {"案件": "1", "规范": "t", "基准日": "2026-06-01"}
SIGNED = {"判断": "是", "人": "甲", "日期": "2026-01-01", "理由": "好"}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, ""),
        ({"事实": {"场次": 3, "机构类型": "甲型", "有场地": None, "人数": "3人"}}, ""),
        ({"事实": {"场次": {"值": 3, "证据": "台账"}}}, ""),
        ({"事实": {"场地": "是"}}, "nothing is allowed"),
        ({"事实": {"机构类型": "丙型"}}, "'丙型' not in"),
        ({"事实": {"有场地": "有"}}, "'有' not in"),
        ({"事实": {"基准日": "2026-01-01"}}, "nothing is allowed"),
        ({"事实": {"认可": SIGNED, "选定": SIGNED | {"判断": "乙型"}}}, ""),
        ({"事实": {"认可": {"判断": "是"}}}, "lacks 人"),
        ({"事实": {"选定": SIGNED}}, "'是' not in"),
        ({"记录": {"台账": "台账.xlsx"}}, ""),
        ({"记录": {"台账": [{"日": "2026-01-01", "场数": 3}]}}, ""),
        ({"记录": {"台账": [{"日子": "2026-01-01"}]}}, "nothing is allowed"),
        ({"记录": {"名册": []}}, "nothing is allowed"),
        ({"例外理由": {"规模": SIGNED}}, ""),
        ({"例外理由": {"场地": SIGNED}}, "nothing is allowed"),
        ({"规范": "u"}, "is not 't'"),
    ],
)
def test_case_schema_knows_the_vocabulary(more: dict[str, Any], fault: str) -> None:
    rules = case_schema(package(VOCABULARY))
    found = faults(CASE | more, rules, rules)
    assert any(fault in f for f in found) if fault else found == []
