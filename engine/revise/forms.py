"""What the texts of a file of rules are, by the form of the package format: names, expressions, wordings, keys. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from engine.base.classes import dataclass
from engine.policy.nodes import Mapping, Node, Scalar, Sequence
from engine.policy.spec.base import Spec, Word, keys_of
from engine.revise.pieces import is_flow

NAME, EXPRESSION, WORDING, KEY, FREE = "名称", "表达式", "文句", "键", "按词汇表填写"
"""What a text may be; FREE: what an example or a case says in the words of the vocabulary."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text with what it is; `form` and `key` say where it stands, `flow` that this is in brackets."""

    scalar: Scalar
    what: str
    form: str
    key: str
    flow: bool


def texts(node: Node, form: Any, within: tuple[str, str] = ("", ""), flow: bool = False) -> Iterator[Said]:
    """Every text below `node`, which is written in `form` (an annotation of the package format)."""
    flow, origin = flow or is_flow(node), get_origin(form)
    if origin is Annotated:
        yield from _annotated(node, form, within, flow)
    elif origin in (Union, UnionType):
        member = next((one for one in get_args(form) if _fits(node, one)), None)
        yield from texts(node, member, within, flow)
    elif origin is tuple:
        for item in node if isinstance(node, Sequence) else (node,):
            yield from texts(item, get_args(form)[0], within, flow)
    elif isinstance(node, Mapping):
        yield from _mapping(node, form, within, flow)


def _annotated(node: Node, form: Any, within: tuple[str, str], flow: bool) -> Iterator[Said]:
    base, word = get_args(form)[0], _word(form)
    if word == FREE:
        yield from free(node, within[1], flow)
    elif word is None:
        yield from texts(node, base, within, flow)
    elif isinstance(node, Scalar):
        yield Said(node, word, *within, flow)


def _mapping(node: Mapping, form: Any, within: tuple[str, str], flow: bool) -> Iterator[Said]:
    if get_origin(form) is dict:
        for key, value in node:
            yield Said(key, KEY, *within, flow)
            yield from texts(value, get_args(form)[1], within, flow)
    elif isinstance(form, type) and issubclass(form, Spec):
        forms = {key.alias: key.form for key in keys_of(form)}
        for key, value in node:
            if key.text in forms:
                yield from texts(value, forms[key.text], (form.word, key.text), flow)


def _word(form: Any) -> str | None:
    """What a person writes where an annotation says so."""
    return next((mark.text for mark in get_args(form)[1:] if isinstance(mark, Word)), None)


def _fits(node: Node, form: Any) -> bool:
    """Whether what is written may be of a member of a union."""
    origin = get_origin(form)
    if origin is Annotated:
        word = _word(form)
        return _fits(node, get_args(form)[0]) if word is None else word == FREE or isinstance(node, Scalar)
    if origin in (Union, UnionType):
        return any(_fits(node, one) for one in get_args(form))
    if origin is tuple:
        return isinstance(node, Sequence) or _fits(node, get_args(form)[0])
    if isinstance(form, type) and issubclass(form, Spec):
        return isinstance(node, Mapping) and {*node.keys()} <= {*form.key_names()}
    return origin is dict and isinstance(node, Mapping)


def free(node: Node, key: str = "", flow: bool = False) -> Iterator[Said]:
    """Every key and text of what is said in the words of the vocabulary."""
    flow = flow or is_flow(node)
    if isinstance(node, Mapping):
        for name, value in node:
            yield Said(name, KEY, FREE, key, flow)
            yield from free(value, name.text, flow)
    elif isinstance(node, Sequence):
        for item in node:
            yield from free(item, key, flow)
    else:
        yield Said(node, FREE, FREE, key, flow)
