"""What programs read: decisions, timelines and document plans as JSON, as their schemas say, and read back equal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.base.codec import Codec
from engine.base.problem import Refused
from engine.decision import serial as decisions
from engine.decision.decide import decide_all
from engine.decision.model import Decision, Seen
from engine.documents import serial as plans
from engine.documents.model import AttachedFile, DocumentPlan
from engine.documents.writing import drafts_of
from engine.office.workspace import Workspace
from engine.policy.calendar_data import load_calendar
from engine.procedure import serial as timelines
from engine.procedure.replay import replay
from engine.procedure.sweep import sweep
from tests.cli.run import guiju
from tests.sizes import sized

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
CASES = sorted(path.parent for path in ROOT.glob("fixtures/[0-8]*/case.yaml"))
HISTORIES = sorted(ROOT.glob("fixtures/histories/*/events.yaml"))

DUE = {"$ref": "#/$defs/到期", "$defs": timelines.schema()["$defs"]}


@cache
def workspace() -> Workspace:
    return Workspace(ROOT / "policies", DAY, calendar=load_calendar())


@cache
def decided(path: Path) -> tuple[Decision, ...]:
    program, case, _ = workspace().case(path)
    return decide_all(program, case)


def wrong(schema: dict[str, Any], data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in Draft202012Validator(schema).iter_errors(data)]


def as_json(data: Any) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_decisions(path: Path) -> None:
    program, case, _ = workspace().case(path)
    data = as_json(decisions.case_plain(program.package, case, decided(path)))
    assert wrong(decisions.schema(), data) == []
    assert tuple(map(decisions.from_plain, data["决定"])) == decided(path)


def planned(path: Path) -> Iterator[DocumentPlan]:
    program, case, _ = workspace().case(path)
    yield from (draft.plan for draft in drafts_of(program, case, decided(path), None, case.as_of)[0])


@pytest.mark.parametrize("path", CASES[:: sized(3, 1)], ids=lambda path: path.name)
def test_plans(path: Path) -> None:
    schema = plans.schema()
    for plan in planned(path):
        data = as_json(plans.to_plain(plan))
        assert wrong(schema, data) == []
        assert plans.from_plain(data) == plan


def test_a_file_that_goes_with_a_letter_is_told() -> None:
    plan = replace(next(planned(CASES[0])), attached=(AttachedFile("附件1", "案件", "场地.pdf"),))
    data = as_json(plans.to_plain(plan))
    assert data["随附文件"] == [{"标": "附件1", "文件夹": "案件", "文件": "场地.pdf"}]
    assert wrong(plans.schema(), data) == []
    assert plans.from_plain(data) == plan


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.parent.name)
def test_timelines(path: Path) -> None:
    compiled, history = workspace().history(path, DAY)
    found = replay(compiled, history, DAY)
    assert wrong(timelines.schema(), as_json(timelines.to_plain(found, compiled.package))) == []
    for item in sweep([found], date(2027, 12, 31)):
        assert wrong(DUE, as_json(timelines.due_plain(item, DAY, compiled.package.calendar))) == []


def test_days_that_are_left_are_working_days() -> None:
    seen = set()
    for path in HISTORIES:
        compiled, history = workspace().history(path, DAY)
        calendar = compiled.package.calendar
        for duty in replay(compiled, history, DAY).duties:
            data = timelines.duty_plain(duty, DAY, calendar)
            left = data["剩余工作日"]
            assert (left is None) == (duty.due is None or not duty.live)
            if left is not None and duty.due is not None:
                assert left == calendar.working_days_between(DAY, duty.due).value
                assert (left < 0) <= (duty.status == "逾期")
                assert (data["剩余暂估"] is not None) == (duty.due.year > 2026)
                seen.add(left > 0)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("kind", "schema"),
    [("decision", decisions.schema), ("timeline", timelines.schema), ("plan", plans.schema)],
)
def test_the_command_publishes_them(kind: str, schema: Callable[[], dict[str, Any]]) -> None:
    result = guiju("schema", kind)
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == schema()
    Draft202012Validator.check_schema(schema())


def test_what_the_commands_print_is_as_the_schemas_say() -> None:
    sample, life = "fixtures/03-maker-incubator", str(HISTORIES[0].parent.relative_to(ROOT))
    day = DAY.isoformat()
    assert wrong(decisions.schema(), json.loads(guiju("decide", sample, "--json").out)) == []
    assert wrong(timelines.schema(), json.loads(guiju("timeline", life, "--json", "--as-of", day).out)) == []
    for item in json.loads(guiju("due", "fixtures/histories", "--json", "--as-of", day).out)["事项"]:
        assert wrong(DUE, item) == []


@pytest.mark.parametrize("codec", [decisions.CODEC, plans.CODEC], ids=["decision", "plan"])
def test_every_attribute_has_a_key_of_its_own_and_every_class_a_name(codec: Codec) -> None:
    assert {*codec.keys, *codec.forms} == set(codec.names)
    assert len(set(codec.names.values())) == len(codec.names)
    for class_, keys in codec.keys.items():
        assert {field.name for field in fields(class_)} == set(keys)
        assert len(set(codec.written(class_))) == len(codec.written(class_))


def changes(data: Any, at: str = "") -> Iterator[tuple[str, Callable[[Any], None]]]:
    """Every way to spoil a piece of JSON by one key that is gone, one too many, or one value of another type."""
    if isinstance(data, dict):
        yield at, lambda whole: spot(whole, at).update(多余=1)
        for key, value in data.items():
            yield f"{at}/{key}", lambda whole, key=key: spot(whole, at).pop(key)
            other = 1 if isinstance(value, str) or value is None else "一"
            yield f"{at}/{key}", lambda whole, key=key, other=other: spot(whole, at).update({key: other})
            yield from changes(value, f"{at}/{key}")
    elif isinstance(data, list) and data:
        yield from changes(data[0], f"{at}/0")


def spot(data: Any, at: str) -> Any:
    for step in at.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


BASIS = "/所据"
"""Agrees with its own code or does not: read as one, and refused as one."""


def test_whatever_is_not_as_written_is_refused_with_its_place() -> None:
    """The reader and the schema refuse the same, wherever it stands."""
    found = next(d for d in decided(ROOT / "fixtures/03-maker-incubator") if d.determination == "认定审查")
    data = as_json(decisions.to_plain(found))
    validator = Draft202012Validator(decisions.CODEC.schema(Decision))
    spoiled = 0
    for at, change in changes(data):
        bad = deepcopy(data)
        change(bad)
        inside = at.startswith(f"{BASIS}/")
        free = ("/值", "/类型", f"{BASIS}/程序代码")  # may hold either, as the value of what was seen; may be left out
        if (not inside or at in free) and validator.is_valid(bad):
            assert at.endswith(free), at
            continue
        with pytest.raises(Refused) as refused:
            decisions.from_plain(bad)
        (problem,) = refused.value.problems
        assert problem.code == "E706"
        # 项 tells a place in data from one in a file: without it the other kind is read, and something of that is lacking.
        told = at.removesuffix("/项")
        assert problem.message.startswith(f"`{BASIS if inside else told}")
        spoiled += 1
    assert spoiled > 100


@pytest.mark.parametrize(
    "value", [None, True, Decimal("-12.50"), Fraction(1, 3), date(2026, 1, 5), "12", Decimal(10) ** 29, "是", "不适用"]
)
def test_a_value_keeps_its_sort(value: Any) -> None:
    """`12` the text and 12 the number are different things."""
    seen = Seen("名", "fact", value, "", "")
    again = decisions.CODEC.read(Seen, as_json(decisions.CODEC.to_plain(seen)))
    assert (again, type(again.value)) == (seen, type(value))


def test_what_is_no_value_is_never_written() -> None:
    with pytest.raises(TypeError):
        decisions.CODEC.to_plain(Seen("名", "fact", 1.5, "", ""))
