"""docs/package-format.md: its key tables come from the models, its examples make a package that passes every check."""

from __future__ import annotations

import re
from dataclasses import MISSING
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest

from engine.intake.case import load_case
from engine.office.check import check_library
from engine.policy.calendar_data import load_calendar
from engine.policy.load import load_package
from engine.policy.schema import models
from engine.policy.shape import read_examples, read_overlay
from engine.policy.spec import ExampleFile, PackageSpec
from engine.policy.spec.base import Key, OneOrMany, Spec, Word, keys_of
from engine.policy.spec.vocabulary import OverlaySpec

DOC = Path(__file__).parents[2] / "docs/package-format.md"
TEXT = DOC.read_text(encoding="utf-8")
TABLE = re.compile(r"<!-- 键表 (\S+) -->\n(.*?)<!-- 键表 完 -->", re.S)
BLOCK = re.compile(r"```yaml ?(\S*)\n(.*?)```", re.S)
WHOLE_FILES = (PackageSpec, ExampleFile)
MODELS = {m.word: m for root in (PackageSpec, ExampleFile, OverlaySpec) for m in models(root) if m not in WHOLE_FILES}
DAY = date(2026, 6, 1)


def key_table(model: type[Spec]) -> str:
    """The keys of a model as a Markdown table."""
    fields = sorted(keys_of(model), key=lambda f: f.alias not in ("名称", "参数", "评分", "决定表"))
    rows = [f"| `{f.alias}` | {kind(f.form)} | {needed(f)} | {f.about} |" for f in fields]
    return "\n".join(
        [f"**{model.word}** {model.about}。", "", "| 键 | 写什么 | 必写 | 说明 |", "|---|---|---|---|", *rows, ""]
    )


def kind(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        said = [m.text for m in args[1:] if isinstance(m, Word)]
        inner = kind(args[0])
        return said[0] if said else inner if not any(isinstance(m, OneOrMany) for m in args) else one_or_many(args[0])
    if origin is Literal:
        return " ".join(f"`{word}`" for word in args)
    if origin is tuple:
        return f"{kind(args[0])}的列表"
    if origin is dict:
        return f"`名称: {kind(args[1]).replace('`', '')}`"
    if origin in (Union, UnionType):
        parts = [kind(part) for part in args if part is not NoneType]
        return ("或" if len(parts) == 2 else "、").join(parts)
    return str(annotation.word) if isinstance(annotation, type) and issubclass(annotation, Spec) else str(annotation)


def one_or_many(annotation: Any) -> str:
    return f"一项或几项{kind(get_args(annotation)[0])}"


def needed(field: Key) -> str:
    if field.default is MISSING:
        return "必写"
    return f"不写为 `{field.default}`" if isinstance(field.default, str) else ""


def generated(match: re.Match[str]) -> str:
    return f"<!-- 键表 {match[1]} -->\n{key_table(MODELS[match[1]])}<!-- 键表 完 -->"


def test_key_tables_are_in_step(update_golden: bool) -> None:
    expected = TABLE.sub(generated, TEXT)
    if update_golden:
        DOC.write_text(expected, encoding="utf-8")
    assert expected == DOC.read_text(encoding="utf-8"), "run pytest tests/policy/test_format_docs.py --update-golden"


def test_every_model_has_its_table() -> None:
    assert sorted(match[1] for match in TABLE.finditer(TEXT)) == sorted(MODELS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The examples of the document as files."""
    names = {"": "reading-room", "实施方案": "reading-room-scheme", "通则": "general-law"}
    for number, (label, text) in enumerate(BLOCK.findall(TEXT)):
        if label in names:
            (tmp_path / names[label]).mkdir(exist_ok=True)
            (tmp_path / names[label] / f"{number:02}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def block(label: str) -> str:
    return next(text for found, text in BLOCK.findall(TEXT) if found == label)


def test_the_examples_make_a_sound_package(folder: Path) -> None:
    problems, _ = check_library(folder, None, DAY, load_calendar(), whole=True)
    assert [(p.code, p.message, str(p.place)) for p in problems] == []


def test_the_examples_show_every_section(folder: Path) -> None:
    sections = {m for _, text in BLOCK.findall(TEXT) for m in re.findall(r"^(\S+?):", text, re.M)}
    assert set(PackageSpec.key_names()) | set(ExampleFile.key_names()) <= sections


def test_example_overlay_and_case_files_are_right(folder: Path, tmp_path: Path) -> None:
    assert read_examples("x", block("用例"))[1] == []
    assert read_examples("x", block("程序用例"))[1] == []
    assert read_overlay("x", block("改动"))[1] == []
    package, problems, _ = load_package(folder, "reading-room", DAY)
    assert package is not None, problems
    case = tmp_path / "case.yaml"
    case.write_text(re.sub(r"\n记录:\n.*?\n例外", "\n例外", block("案件"), flags=re.S), encoding="utf-8")
    found, problems = load_case(case, package)
    assert problems == []
    assert found is not None
    assert len(found.facts) == 5


def test_the_example_of_the_document_holds(folder: Path) -> None:
    from engine.decision.program import compile_package
    from engine.intake.examples import ExampleReport, run_examples

    package, _, _ = load_package(folder, "reading-room", DAY)
    assert package is not None
    tests = folder / "reading-room" / "tests"
    tests.mkdir()
    (tests / "a.yaml").write_text(block("用例"), encoding="utf-8")
    (tests / "b.yaml").write_text(block("用例表"), encoding="utf-8")
    report = ExampleReport()
    run_examples(tests, lambda day: compile_package(package), report)
    assert [p.message for p in report.problems] == []
    assert (report.passed, report.failed) == (4, 0)
