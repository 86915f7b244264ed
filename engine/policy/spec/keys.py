"""How the package format is declared: a model is a class of keys, a key has a Chinese name, a kind and a description.

One declaration serves reading (nodes -> instances, problems at their place), JSON Schema and the key tables of the
docs. Hand-made rather than pydantic: at start-up a validation library costs more than reading the packages does, and
here errors are born where the node, its key and its place are at hand. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

from engine.base.problem import Problem, Span
from engine.base.text import did_you_mean
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Node, Scalar, Sequence

T = TypeVar("T")
M = TypeVar("M", bound="Spec")
Json = dict[str, Any]


class Kind(Generic[T]):
    """What the value of a key may be. `word` names it in the docs."""

    word = ""

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> T:
        """The value written in `node` under the key `at`. Where it is wrong a problem is noted, and the value returned
        stands for nothing: with problems no instance is used."""
        raise NotImplementedError

    def schema(self) -> Json:
        """JSON Schema; models are referred to by `#/$defs/`."""
        raise NotImplementedError

    def models(self) -> Iterator[type[Spec]]:
        """The models it leads to directly."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a model. `about` is for people, in Chinese."""

    alias: str
    kind: Kind[Any]
    about: str
    required: bool
    default: Any = None


def key(alias: str, kind: Kind[T], about: str) -> T:
    """A key that must be written."""
    return cast(T, Key(alias, kind, about, required=True))


def optional(alias: str, kind: Kind[T], about: str) -> T | None:
    """A key that may be left out: None."""
    return cast(T, Key(alias, kind, about, required=False))


def defaulting(alias: str, kind: Kind[T], about: str, default: T) -> T:
    """A key that may be left out: `default`."""
    return cast(T, Key(alias, kind, about, required=False, default=default))


def several(alias: str, kind: Kind[T], about: str, *, at_least: int = 0) -> tuple[T, ...]:
    """A list; it may be left out (empty) unless `at_least` one item is asked for."""
    many = Many(kind, at_least)
    return cast(tuple[T, ...], Key(alias, many, about, required=at_least > 0, default=()))


def by_name(alias: str, kind: Kind[T], about: str) -> Mapping[str, T]:
    """A mapping from free names to values; it may be left out."""
    return cast(Mapping[str, T], Key(alias, Named(kind), about, required=False, default={}))


class Spec:
    """Base of the models. Declared keys become attributes of the instances; unknown keys are errors, instances never
    change. `word` and `about` are what people read."""

    word: ClassVar[str]
    about: ClassVar[str]
    KEYS: ClassVar[Mapping[str, Key]] = {}
    ATTRIBUTES: ClassVar[Mapping[str, str]] = {}
    """Attribute -> key."""

    def __init_subclass__(cls, word: str = "", about: str = "") -> None:
        cls.word, cls.about = word, about
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Key)}
        for name in own:
            delattr(cls, name)
        cls.KEYS = {**cls.KEYS, **{k.alias: k for k in own.values()}}
        cls.ATTRIBUTES = {**cls.ATTRIBUTES, **{name: k.alias for name, k in own.items()}}

    def __init__(self, values: Mapping[str, Any]) -> None:
        """`values` by key; what is missing takes its default."""
        for name, alias in self.ATTRIBUTES.items():
            self.__dict__[name] = values.get(alias, self.KEYS[alias].default)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items() if v)})"

    @classmethod
    def read(cls: type[M], node: MappingNode, problems: list[Problem]) -> M:
        """The instance written in `node`; see `Kind.read` about problems."""
        values: dict[str, Any] = {}
        for at, value in node:
            if blank(value):
                continue
            declared = cls.KEYS.get(at.text)
            if declared is None:
                help_ = did_you_mean(at.text, cls.KEYS) or f"可写 {'、'.join(f'`{k}`' for k in cls.KEYS)}"
                problems.append(Problem("E305", f"不认识的键 `{at.text}`", at.span, help_))
            else:
                values[at.text] = declared.kind.read(value, at, problems)
        for alias, declared in cls.KEYS.items():
            if declared.required and alias not in values:
                place = node.key(alias) or (node.entries[0][0] if node.entries else None)
                problems.append(Problem("E304", f"缺少 `{alias}`", (place or node).span, f"补上 `{alias}: …`"))
        return cls(values)

    @classmethod
    def schema(cls) -> Json:
        """The JSON Schema of one instance."""
        properties = {alias: k.kind.schema() | {"description": k.about} for alias, k in cls.KEYS.items()}
        required = [alias for alias, k in cls.KEYS.items() if k.required]
        head = {"title": cls.word, "description": cls.about, "type": "object"}
        return head | {"properties": properties, "required": required, "additionalProperties": False}


def blank(node: Node) -> bool:
    """An empty value (`键:`) counts as not written."""
    return isinstance(node, Scalar) and node.empty


def place_of(node: Node, at: Scalar) -> Span:
    """Where a wrong value is shown: a scalar itself, of a mapping its first key, of anything else the key above."""
    if isinstance(node, Scalar):
        return at.span if node.empty else node.span
    if isinstance(node, MappingNode) and node.entries:
        return node.entries[0][0].span
    return at.span


def _wrong_form(node: Node, at: Scalar, expected: str) -> Problem:
    found = {Scalar: "一个值", Sequence: "列表", MappingNode: "`键: 值`"}[type(node)]
    return Problem("E309", f"`{at.text}` 应是{expected}，这里是{found}", place_of(node, at))


class Word(Kind[T]):
    """A scalar read by `reader`, which raises ValueError with a Chinese reason."""

    def __init__(self, word: str, reader: Callable[[Scalar], T], schema: Json) -> None:
        self.word, self.reader, self._schema = word, reader, schema

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> T:
        if not isinstance(node, Scalar):
            problems.append(_wrong_form(node, at, "一个值"))
            return cast(T, None)
        try:
            return self.reader(node)
        except ValueError as error:
            problems.append(Problem("E307", f"`{at.text}`：{error}", place_of(node, at)))
            return cast(T, None)

    def schema(self) -> Json:
        return dict(self._schema)


class Choice(Kind[str]):
    """One of a closed list of words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.word = " ".join(words)

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> str:
        if not isinstance(node, Scalar):
            problems.append(_wrong_form(node, at, "一个值"))
            return ""
        if node.text not in self.words:
            message = f"`{at.text}` 写作 `{node.text}`，不在允许的词内"
            allowed = f"可写 {'、'.join(f'`{w}`' for w in self.words)}"
            problems.append(Problem("E306", message, place_of(node, at), allowed))
        return node.text

    def schema(self) -> Json:
        return {"enum": list(self.words)}


class Many(Kind[tuple[T, ...]]):
    """A list of one kind; of scalars, a single one may stand alone."""

    def __init__(self, item: Kind[T], at_least: int = 0) -> None:
        self.item, self.at_least = item, at_least
        self.alone = isinstance(item, Word | Choice)
        self.word = f"{item.word}的列表"

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> tuple[T, ...]:
        if self.alone and isinstance(node, Scalar):
            return (self.item.read(node, at, problems),)
        if not isinstance(node, Sequence):
            problems.append(_wrong_form(node, at, "列表（每项前写 `- `）"))
            return ()
        if len(node) < self.at_least:
            problems.append(Problem("E308", f"`{at.text}` 至少要有 {self.at_least} 项", at.span))
        return tuple([self.item.read(item, at, problems) for item in node])

    def schema(self) -> Json:
        array: Json = {"type": "array", "items": self.item.schema()}
        if self.at_least:
            array["minItems"] = self.at_least
        return {"anyOf": [array, self.item.schema()]} if self.alone else array

    def models(self) -> Iterator[type[Spec]]:
        return self.item.models()


class Named(Kind[Mapping[str, T]]):
    """A mapping from names to values of one kind."""

    def __init__(self, item: Kind[T]) -> None:
        self.item = item
        self.word = f"`名称: {item.word}`"

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> Mapping[str, T]:
        if not isinstance(node, MappingNode):
            problems.append(_wrong_form(node, at, "`名称: 值`"))
            return {}
        return {name.text: self.item.read(value, name, problems) for name, value in node if not blank(value)}

    def schema(self) -> Json:
        return {"type": "object", "additionalProperties": self.item.schema()}

    def models(self) -> Iterator[type[Spec]]:
        return self.item.models()


class Record(Kind[M]):
    """A mapping with the keys of a model."""

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.word = model.word

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> M:
        if isinstance(node, MappingNode):
            return self.model.read(node, problems)
        problems.append(_wrong_form(node, at, "`键: 值`"))
        return cast(M, None)

    def schema(self) -> Json:
        return {"$ref": f"#/$defs/{self.model.word}"}

    def models(self) -> Iterator[type[Spec]]:
        yield self.model


class WordOr(Kind[T | M]):
    """A scalar, or a mapping with the keys of a model."""

    def __init__(self, scalar: Word[T], model: type[M]) -> None:
        self.scalar, self.record = scalar, Record(model)
        self.word = f"{scalar.word}或{model.word}"

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> T | M:
        if isinstance(node, MappingNode):
            return self.record.read(node, at, problems)
        return self.scalar.read(node, at, problems)

    def schema(self) -> Json:
        return {"anyOf": [self.scalar.schema(), self.record.schema()]}

    def models(self) -> Iterator[type[Spec]]:
        return self.record.models()


class Tagged(Kind[T]):
    """One of several models, told apart by the one key that only it has."""

    def __init__(self, options: Mapping[str, type[Spec]]) -> None:
        self.options = options
        self.word = "、".join(m.word for m in options.values())

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> T:
        if not isinstance(node, MappingNode):
            problems.append(_wrong_form(node, at, "`键: 值`"))
            return cast(T, None)
        tag = next((t for t in self.options if node.key(t)), None)
        if tag is None:
            asked = "、".join(f"`{t}: 名称`" for t in self.options)
            problems.append(Problem("E304", f"`{at.text}` 的一项没有写明对象", place_of(node, at), f"写 {asked} 之一"))
            return cast(T, None)
        return cast(T, self.options[tag].read(node, problems))

    def schema(self) -> Json:
        return {"oneOf": [{"$ref": f"#/$defs/{m.word}"} for m in self.options.values()]}

    def models(self) -> Iterator[type[Spec]]:
        return iter(self.options.values())


class Free(Kind[Node]):
    """Anything, as the node itself: read later by who knows its names."""

    word = "按词汇表填写"

    def read(self, node: Node, at: Scalar, problems: list[Problem]) -> Node:
        return node

    def schema(self) -> Json:
        return {}
