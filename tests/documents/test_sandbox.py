from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Environment
from jinja2.exceptions import TemplateError, UndefinedError

from engine.documents.fields import fields
from engine.documents.sandbox import Forbidden, LayoutEnvironment

DATA = {"甲": "文", "列": [{"乙": "<b>"}, {"乙": "{{ 甲 }}"}]}

ATTACKS = {
    "globals of a function": "{{ cycler.__init__.__globals__ }}",
    "class of a text": "{{ 甲.__class__ }}",
    "mro by subscript": "{{ 甲['__class__'] }}",
    "call": "{{ 甲.upper() }}",
    "format call": "{{ '{0.__class__}'.format(甲) }}",
    "range": "{% for i in range(9) %}{% endfor %}",
    "huge format": "{{ '%1000000000d' % 1 }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "repeat": "{{ 甲 * 1000000000 }}",
    "concat": "{{ 甲 ~ 甲 }}",
    "negative": "{{ -1 }}",
    "assignment": "{% set 乙 = 1 %}",
    "block assignment": "{% set 乙 %}x{% endset %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}",
    "call block": "{% call 甲() %}{% endcall %}",
    "include": "{% include 'x' %}",
    "import": "{% import 'x' as y %}",
    "extends": "{% extends 'x' %}",
    "filter map": "{{ 列|map(attribute='__class__') }}",
    "filter attr": "{{ 甲|attr('__class__') }}",
    "filter safe": "{{ 甲|safe }}",
    "filter format": "{{ '%s'|format(甲) }}",
    "filter block": "{% filter upper %}x{% endfilter %}",
    "test": "{{ 甲 is defined }}",
    "less than": "{{ 1 < 2 }}",
    "recursive loop": "{% for x in 列 recursive %}{% endfor %}",
    "unpacking loop": "{% for a, b in 列 %}{% endfor %}",
    "list": "{% for x in [1, 2] %}{% endfor %}",
    "autoescape off": "{% autoescape false %}{{ 甲 }}{% endautoescape %}",
    "inline condition": "{{ 甲 if 甲 else 甲 }}",
    "underscore name": "{{ __import__ }}",
    "float": "{{ 1e308 }}",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_do_not_parse(name: str) -> None:
    with pytest.raises(TemplateError) as refused:
        LayoutEnvironment().from_string(ATTACKS[name]).render(DATA)
    assert isinstance(refused.value, Forbidden) or "unknown tag" in str(refused.value)


def test_the_attacks_hurt_an_ordinary_environment() -> None:
    leaked = Environment().from_string("{{ cycler.__init__.__globals__.os.name }}").render()
    assert leaked
    assert "class" in Environment().from_string(ATTACKS["class of a text"]).render(DATA)


@pytest.mark.parametrize(
    "source", ["{{ 丙 }}", "{{ 甲.丙 }}", "{{ 列.append }}", "{{ 甲.upper }}", "{{ lipsum }}", "{{ loop }}"]
)
def test_unknown_fields_and_methods_are_errors(source: str) -> None:
    with pytest.raises((UndefinedError, TemplateError)):
        LayoutEnvironment().from_string(source).render(DATA)


def test_what_layouts_may_do() -> None:
    source = "{% for 项 in 列 %}{% if 项.乙 == '<b>' and not 空 %}[{{ 项.乙|trim }}]{% else %}{{ 项.乙 }}{% endif %}{% endfor %}"
    text = LayoutEnvironment().from_string(source).render({**DATA, "空": False})
    assert text == "[&lt;b&gt;]{{ 甲 }}"


def is_plain(value: object) -> bool:
    """Data a layout may see: str, int, bool, and lists and string-keyed dicts of them."""
    if isinstance(value, list):
        return all(is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    return type(value) in (str, int, bool)


def test_only_plain_data_reaches_a_layout(letter: Any) -> None:
    assert is_plain(fields(letter))
    assert not is_plain({"甲": object()})
    assert not is_plain([1.5])
    assert not is_plain({1: "甲"})
