"""How the forms of the package format are declared: classes whose keys are Chinese and whose scalars keep their position.

A field is `title: Name = key("名称", "正式题名")`: its type says what may be written, its alias is the key, its description
is for people. One declaration serves validation, JSON Schema and the key tables of the docs. The classes are plain
dataclasses that pydantic understands (`shape.py`), so that it is loaded only where something is read: what was read
before comes back without it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar, get_args, get_type_hints

from engine.base.classes import dataclass
from engine.policy.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from typing import Self

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

T = TypeVar("T")
Json = dict[str, Any]

WRONG_FORM = "wrong_form"
"""The error of a list or mapping where a scalar belongs; `expected` and `found` say so in Chinese."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person writes here, in a word; for the docs."""

    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key as declared. `name` of its field; `form`: the annotation that says what may be written; `default`: MISSING
    where it must be."""

    name: str
    alias: str
    about: str
    form: Any
    default: Any


EACH = "枚举名：每个取值各写一项，文字里的 {取值} 换成那个取值，{取值序} 换成它的序号（一、二……）"


class Spec:
    """Base of the forms: unknown keys are errors, instances never change. `word` and `about` are what people read."""

    word: ClassVar[str] = ""
    about: ClassVar[str] = ""
    __pydantic_config__: ClassVar[Json] = {}

    def __init_subclass__(cls, word: str = "", about: str = "") -> None:
        cls.word, cls.about = word, about
        cls.__pydantic_config__ = {
            "extra": "forbid",
            "title": word,
            "json_schema_extra": {"description": about},
            "field_title_generator": lambda _name, info: info.alias or "",
        }
        type.__setattr__(cls, "__init__", Spec.__init__)  # its own, so that `dataclass` writes none
        dataclass(frozen=True)(cls)

    def __init__(self, **given: Any) -> None:
        """The fields that are given; the others have their defaults. Raises TypeError for what must be given and is not."""
        values = vars(self)
        for field in _fields(type(self)):
            if field.name in given:
                values[field.name] = given.pop(field.name)
            elif field.default is not MISSING:
                values[field.name] = field.default
            elif field.default_factory is not MISSING:
                values[field.name] = field.default_factory()
            else:
                raise TypeError(f"{type(self).__qualname__}: no {field.name}")
        if given:
            raise TypeError(f"{type(self).__qualname__}: {', '.join(given)}")

    def but(self, **changes: Any) -> Self:
        """The same with some fields changed."""
        return type(self)(**vars(self) | changes)

    @classmethod
    def key_names(cls) -> list[str]:
        """The keys a person may write, in order."""
        return [field.metadata["alias"] for field in _fields(cls)]


def _fields(cls: type[Any]) -> tuple[dataclasses.Field[Any], ...]:
    return fields(cls)


def keys_of(cls: Any) -> tuple[Key, ...]:
    """The keys of a form, in order."""
    return _keys_of(cls)


@cache
def _keys_of(cls: Any) -> tuple[Key, ...]:
    forms = get_type_hints(cls, include_extras=True)
    return tuple(
        Key(
            name=field.name,
            alias=field.metadata["alias"],
            about=field.metadata["description"],
            form=forms[field.name],
            default=field.default if field.default_factory is MISSING else field.default_factory(),
        )
        for field in _fields(cls)
    )


def key(alias: str, about: str) -> Any:
    """A key that must be written."""
    return dataclasses.field(metadata={"alias": alias, "description": about})


def optional(alias: str, about: str) -> Any:
    """A key that may be left out: None."""
    return defaulting(alias, about, None)


def defaulting(alias: str, about: str, default: object) -> Any:
    """A key that may be left out: `default`."""
    return dataclasses.field(default=default, metadata={"alias": alias, "description": about})


def several(alias: str, about: str, *, at_least: int = 0) -> Any:
    """A list; it may be left out (empty) unless `at_least` one item is asked for."""
    if at_least:
        return dataclasses.field(metadata={"alias": alias, "description": about, "min_length": at_least})
    return defaulting(alias, about, ())


def by_name(alias: str, about: str) -> Any:
    """A mapping from free names to values; it may be left out."""
    return dataclasses.field(default_factory=dict, metadata={"alias": alias, "description": about})


def form_of(value: Any) -> str:
    """What was written, in a word."""
    return "一个值" if isinstance(value, Scalar) else "列表" if isinstance(value, list) else "`键: 值`"


def text_of(value: Any) -> Any:
    """The text of a scalar; anything else is a wrong form."""
    if isinstance(value, Scalar):
        return value.text
    from pydantic_core import PydanticCustomError

    raise PydanticCustomError(
        WRONG_FORM, "应是{expected}，这里是{found}", {"expected": "一个值", "found": form_of(value)}
    )


class Reads:
    """Validation of a scalar by `read` alone, which raises ValueError with a Chinese reason; pydantic need not know the
    reader's classes. `schema` is its JSON Schema."""

    def __init__(self, read: Callable[[Scalar], Any], schema: Json) -> None:
        self.read, self.schema = read, schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        read = self.read

        def validate(value: Any) -> Any:
            text_of(value)
            return read(value)

        return core_schema.no_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        return dict(self.schema)


class ByText:
    """A scalar of which the text counts: one of a closed list of words."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(text_of, handler(source))


class OneOrMany:
    """A list of scalars, where a single one may stand alone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(
            lambda value: (value,) if isinstance(value, Scalar) else value, handler(source)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        many = handler(schema)
        return {"anyOf": [many, many["items"]]}


class AtLeastOne:
    """A list that is not empty."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return {**handler(source), "min_length": 1}


class Either:
    """A union of which the form that was written tells the member: `tag_of` names it, `tags` are the members' names."""

    def __init__(self, tag_of: Callable[[Any], str | None], *tags: str) -> None:
        self.tag_of, self.tags = tag_of, tags

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        members = map(handler.generate_schema, get_args(source))
        return core_schema.tagged_union_schema(dict(zip(self.tags, members, strict=True)), self.tag_of)


def written_form(value: Any) -> str:
    """The tag of a value that may be one scalar or keys: `scalar` or `mapping`."""
    return "mapping" if isinstance(value, dict) else "scalar"


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


class Anything:
    """Whatever is written, as its node."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(_node_of)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        return {}


Free = Annotated[Node, Anything(), Word("按词汇表填写")]
"""Anything: read later by who knows its names."""
