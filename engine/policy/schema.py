"""JSON Schema (untyped 2020-12) of the files people write, so that editors complete and check keys.

Package, example, overlay and office files come from the models alone; a case file from the vocabulary of a resolved package,
so that facts, their members and record tables are completed by name. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.base.identifiers import IDENTIFIERS
from engine.base.text import did_you_mean
from engine.policy.package import AS_OF, Field, Package
from engine.policy.spec import ExampleFile, PackageSpec
from engine.policy.spec.base import Json, Spec, keys_of, models_in
from engine.policy.spec.office import OfficeSpec
from engine.policy.spec.scalars import DAY_SCHEMA, TEXT_SCHEMA
from engine.policy.spec.vocabulary import OverlaySpec

DIALECT = "https://json-schema.org/untyped/2020-12/schema"

FILES: dict[str, type[Spec]] = {
    "package": PackageSpec,
    "examples": ExampleFile,
    "overlay": OverlaySpec,
    "office": OfficeSpec,
}
"""Kind of file -> its model; `case` is `case_schema`."""

_BOOL = {"enum": ["是", "否"]}
_NUMBER = {"type": ["number", "string"]}
_VALUES: dict[str, Json] = {
    "是否": _BOOL,
    "日期": DAY_SCHEMA,
    "时刻": TEXT_SCHEMA,
    "文本": TEXT_SCHEMA,
    **dict.fromkeys(IDENTIFIERS, TEXT_SCHEMA),
    "整数": _NUMBER,
    "小数": _NUMBER,
    "金额": _NUMBER,
    "比例": _NUMBER,
    "期间": TEXT_SCHEMA,
}
"""Numbers may also be written with their unit: 12场, 85%."""


def schema(kind: str) -> Json:
    """The schema of one kind of file in `FILES`. Raises ValueError with a Chinese reason for another kind."""
    model = FILES.get(kind)
    if model is None:
        raise ValueError(did_you_mean(kind, FILES) or f"可写 {'、'.join(FILES)}")
    from pydantic import TypeAdapter
    from pydantic.json_schema import GenerateJsonSchema

    class Generator(GenerateJsonSchema):
        def encode_default(self, dft: Any) -> Any:
            """A default that is a form itself is shown with the keys people write."""
            own = isinstance(dft, Spec)
            return (
                TypeAdapter(type(dft)).dump_python(dft, by_alias=True, mode="json")
                if own
                else super().encode_default(dft)
            )

    found = TypeAdapter(model).json_schema(by_alias=True, schema_generator=Generator)
    return {"$schema": DIALECT, "$defs": {}, **found}


def models(root: type[Spec]) -> list[type[Spec]]:
    """`root` and every model its keys lead to, each once, parents first."""
    found: dict[type[Spec], None] = {root: None}
    queue = [root]
    for model in queue:  # grows while it is walked
        for inner in (m for key in keys_of(model) for m in models_in(key.form)):
            if inner not in found:
                found[inner] = None
                queue.append(inner)
    return list(found)


def case_schema(package: Package) -> Json:
    """The schema of a case file under `package`."""
    facts = {name: _fact(package, field) for name, field in package.facts.items() if name != AS_OF}
    tables = {t.name: _table(package, t.columns, t.label) for t in package.tables.values()}
    excused = [c.name for c in package.criteria.values() if c.strength == "一般应当"]
    properties: Json = {
        "案件": {"type": "string", "minLength": 1, "description": "案件编号"},
        "规范": {"const": package.id, "description": package.header.title},
        "基准日": DAY_SCHEMA | {"description": "按哪一天的规定和情况办理"},
        "事件记录": TEXT_SCHEMA
        | {"description": "它的事件记录在哪个文件夹，从案件的文件夹算起；取自事件的事实由它得出"},
        "事实": _closed("已知的事实；不知道的不写，不要猜", facts),
        "记录": _closed("台账和名册：文件名，或直接写记录；空列表 [] 表示确实没有", tables),
        "例外理由": _closed("对“一般应当”准则的例外，须由人说明理由", dict.fromkeys(excused, _finding(_BOOL))),
        "说明": TEXT_SCHEMA | {"description": "给人看的说明"},
    }
    head: Json = {"$schema": DIALECT, "title": "案件", "description": f"按《{package.header.title}》办理的一个案件"}
    required = ["案件", "规范", "基准日"]
    return head | {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _closed(about: str, properties: Json) -> Json:
    return {"description": about, "type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _value(package: Package, field: Field) -> Json:
    if field.type.kind == "enum":
        return {"enum": list(package.scope.enums.get(field.type.name, ()))}
    return dict(_VALUES[field.word])


def _about(field: Field) -> str:
    unit = f"单位：{field.unit.name}" if field.unit else ""
    return "；".join(part for part in (field.label or field.question, unit) if part)


def _fact(package: Package, field: Field) -> Json:
    value = _value(package, field)
    if field.finding:
        return {"description": _about(field), "anyOf": [_finding(value), {"type": "null"}]}
    documented = {"type": "object", "properties": {"值": value, "证据": TEXT_SCHEMA}, "additionalProperties": False}
    return {"description": _about(field), "anyOf": [value, documented, {"type": "null"}]}


def _finding(value: Json) -> Json:
    parts = {"判断": value, "人": TEXT_SCHEMA, "日期": DAY_SCHEMA, "理由": TEXT_SCHEMA}
    return {
        "description": "由人作出的判断：结论、谁、何时、为什么",
        "type": "object",
        "properties": parts | {"证据": TEXT_SCHEMA},
        "required": list(parts),
        "additionalProperties": False,
    }


def _table(package: Package, columns: Iterable[Field], label: str) -> Json:
    properties = dict(_columns(package, columns))
    record: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"description": label, "anyOf": [TEXT_SCHEMA, {"type": "array", "items": record}, {"type": "null"}]}


def _columns(package: Package, columns: Iterable[Field]) -> Iterator[tuple[str, Json]]:
    for column in columns:
        schema = _value(package, column) | {"description": _about(column)}
        yield from ((name, schema) for name in (column.name, *column.aliases))
