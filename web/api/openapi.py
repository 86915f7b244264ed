"""The OpenAPI 3.1 document, made of what checks the requests."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from engine.base.version import VERSION
from web.api import bodies
from web.api.operations import FILES, JSON, OPERATIONS, SCOPES, Operation

_STATUS = {
    "400": "不是读得懂的 JSON",
    "401": "没有令牌，或令牌不能用",
    "403": "令牌的范围，或令牌是谁的，不够",
    "404": "没有",
    "409": "与已有的冲突",
    "413": "太大",
    "415": "内容的类型不收",
    "422": "内容有不对的地方",
    "500": "没有完成",
}
_PLACES = {
    "number": "案号",
    "determination": "决定的名称",
    "code": "文书上印的凭据码",
}
"""What stands in braces in addresses."""


def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(f"/api/v1/{one.path}", {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "规矩", "version": VERSION, "description": "本单位别的系统怎样送件、取结果、核验。"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "令牌由管理员发给，只显示一次"}
            },
            "responses": {status: _fault(said) for status, said in _STATUS.items()},
        },
        "security": [{"token": []}],
    }


def _schemas() -> dict[str, Any]:
    models: set[type[BaseModel]] = {bodies.Faults}
    for one in OPERATIONS:
        models |= {model for model in (one.body, one.gives) if model is not None}
    modes: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in sorted(models, key=str)]
    _, found = models_json_schema(modes, by_alias=True, ref_template="#/components/schemas/{model}")
    return dict(found["$defs"])


def _fault(said: str) -> dict[str, Any]:
    return {"description": said, "content": {JSON: {"schema": _ref(bodies.Faults)}}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _operation(one: Operation) -> dict[str, Any]:
    refused = {"401", "403", "404", "500", *map(str, one.refuses)} | (
        {"400", "413", "415", "422"} if one.body else {"422"}
    )
    given: dict[str, Any] = {"description": "成"}
    given["content"] = {JSON: {"schema": _ref(one.gives)}} if one.gives else {kind: {"schema": {}} for kind in FILES}
    made = {"201": {**given, "description": "新收下的"}} if 409 in one.refuses else {}
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.said,
        "description": f"令牌要有范围 `{one.scope}`（{SCOPES[one.scope]}）。",
        "parameters": [*_in_path(one.path), *_in_query(one.query)],
        "responses": {"200": given, **made, **{s: {"$ref": f"#/components/responses/{s}"} for s in sorted(refused)}},
    }
    if one.body is not None:
        content = {JSON: {"schema": _ref(one.body)}} | {kind: {"schema": {}} for kind in one.files}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _in_path(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": _PLACES[name], "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _in_query(query: type[BaseModel] | None) -> list[dict[str, Any]]:
    schema = query.model_json_schema(by_alias=True) if query is not None else {"properties": {}}
    return [
        {"name": name, "in": "query", "required": False, "description": one.get("description", ""), "schema": one}
        for name, one in schema["properties"].items()
    ]
