"""How the models of the package format are declared: pydantic models whose keys are Chinese and whose scalars keep their
position.

A field is `title: Name = key("名称", "正式题名")`: its type says what may be written, its alias is the key, its description
is for people. One declaration serves validation, JSON Schema and the key tables of the docs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    GetPydanticSchema,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from engine.base.classes import dataclass
from engine.policy.nodes import Mapping, Node, Scalar, Sequence

T = TypeVar("T")
Json = dict[str, Any]

WRONG_FORM = "wrong_form"
"""The error of a list or mapping where a scalar belongs; `expected` and `found` say so in Chinese."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person writes here, in a word; for the docs."""

    text: str


class Spec(BaseModel):
    """Base of the models: unknown keys are errors, instances never change. `word` and `about` are what people read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        defer_build=True,
        field_title_generator=lambda _name, info: info.alias or "",
    )
    word: ClassVar[str] = ""
    about: ClassVar[str] = ""

    def __init_subclass__(cls, word: str = "", about: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.word, cls.about = word, about
        cls.model_config["title"] = word
        cls.model_config["json_schema_extra"] = {"description": about}

    @classmethod
    def key_names(cls) -> list[str]:
        """The keys a person may write, in order."""
        return [str(field.alias) for field in cls.model_fields.values()]


def key(alias: str, about: str) -> Any:
    """A key that must be written."""
    return Field(alias=alias, description=about)


def optional(alias: str, about: str) -> Any:
    """A key that may be left out: None."""
    return Field(default=None, alias=alias, description=about)


def defaulting(alias: str, about: str, default: object) -> Any:
    """A key that may be left out: `default`."""
    return Field(default=default, alias=alias, description=about)


def several(alias: str, about: str, *, at_least: int = 0) -> Any:
    """A list; it may be left out (empty) unless `at_least` one item is asked for."""
    if at_least:
        return Field(alias=alias, description=about, min_length=at_least)
    return Field(default=(), alias=alias, description=about)


def by_name(alias: str, about: str) -> Any:
    """A mapping from free names to values; it may be left out."""
    return Field(default_factory=dict, alias=alias, description=about)


def form_of(value: Any) -> str:
    """What was written, in a word."""
    return "一个值" if isinstance(value, Scalar) else "列表" if isinstance(value, list) else "`键: 值`"


def text_of(value: Any) -> Any:
    """The text of a scalar; anything else is a wrong form."""
    if isinstance(value, Scalar):
        return value.text
    raise PydanticCustomError(
        WRONG_FORM, "应是{expected}，这里是{found}", {"expected": "一个值", "found": form_of(value)}
    )


def reader(read: Callable[[Scalar], Any]) -> GetPydanticSchema:
    """Validation of a scalar by `read` alone, which raises ValueError with a Chinese reason; pydantic need not know the
    reader's classes."""

    def validate(value: Any) -> Any:
        text_of(value)
        return read(value)

    def schema(_source: Any, _handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(validate)

    return GetPydanticSchema(schema)


class OneOrMany:
    """A list of scalars, where a single one may stand alone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: (value,) if isinstance(value, Scalar) else value, handler(source)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        many = handler(schema)
        return {"anyOf": [many, many["items"]]}


Listed = Annotated[tuple[T, ...], OneOrMany()]
"""A list of scalars; a single one may stand alone."""


class Keys(dict[str, Any]):
    """A mapping as pydantic reads it, with the node it comes from."""

    def __init__(self, node: Mapping) -> None:
        super().__init__((at.text, pydantic_input(value)) for at, value in node if not _blank(value))
        self.node = node


class SpecItems(list[Any]):
    """A list as pydantic reads it, with the node it comes from."""

    def __init__(self, node: Sequence) -> None:
        super().__init__(pydantic_input(item) for item in node)
        self.node = node


def _blank(node: Node) -> bool:
    return isinstance(node, Scalar) and node.empty


def pydantic_input(node: Node) -> Any:
    """The node as pydantic reads it; an empty value (`键:`) counts as not written and is left out."""
    if isinstance(node, Scalar):
        return node
    return SpecItems(node) if isinstance(node, Sequence) else Keys(node)


def _node_of(value: Any) -> Any:
    return value.node if isinstance(value, Keys | SpecItems) else value


def models_in(annotation: Any) -> list[type[Spec]]:
    """The models an annotation leads to directly."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def _anything(_source: Any, _handler: Any) -> CoreSchema:
    return core_schema.no_info_plain_validator_function(_node_of)


Free = Annotated[Node, GetPydanticSchema(_anything), WithJsonSchema({}), Word("按词汇表填写")]
"""Anything: read later by who knows its names."""
