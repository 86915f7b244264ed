"""What letters say, looked at as a reader would: the regulation by its name, no rule source, brackets in pairs and not in each
other, sums as people write them, what is served by title and number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from docs.make_images import ROOT
from engine.base.units import money_written
from engine.decision.case import Case
from engine.decision.decide import decide_all
from engine.decision.program import Program
from engine.documents.introduced import introduced
from engine.documents.model import DocumentPlan, LetterCell, LetterParagraph, LetterRow, LetterTable
from engine.documents.pieces import pieces_of
from engine.documents.production import Made, produce
from engine.documents.register_file import opened
from engine.documents.writing import drafts_of
from engine.office.workspace import Workspace
from tests.documents.conftest import AS_OF, World
from tests.documents.samples import drafts


def saying(world: World, *texts: str) -> DocumentPlan:
    return replace(world.plan(), body=tuple(LetterParagraph(0, text) for text in texts))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("依《办法》办理。",), ("依《示范门店管理办法》办理。",)),
        (
            ("依《办法》办理。", "见《办法》第二条。"),
            ("依《示范门店管理办法》（以下简称《办法》）办理。", "见《办法》第二条。"),
        ),
        (("《办法》与《办法》。",), ("《示范门店管理办法》（以下简称《办法》）与《办法》。",)),
        (("没有提到。",), ("没有提到。",)),
    ],
)
def test_the_title_comes_first_and_in_full(world: World, texts: tuple[str, ...], expected: tuple[str, ...]) -> None:
    header = replace(world.package().header, short="办法")
    assert tuple(part.text for part in introduced(saying(world, *texts), header).body) == expected
    assert introduced(saying(world, *texts), replace(header, short="")).body == saying(world, *texts).body


def test_the_title_in_a_cell_of_a_form_too(world: World) -> None:
    header = replace(world.package().header, short="办法")
    table = LetterTable((), (LetterRow((LetterCell("依据", 4), LetterCell("《办法》", 24))),))
    (said,) = introduced(replace(world.plan(), body=(table,)), header).body
    assert said.text == "依据　《示范门店管理办法》"


@pytest.mark.parametrize(
    ("yuan", "written"),
    [
        ("0", "0元"),
        ("5000", "5000元"),
        ("12345", "12345元"),
        ("80000", "8万元"),
        ("500000", "50万元"),
        ("-460000", "-46万元"),
        ("100000000", "1亿元"),
        ("30000.5", "30000.50元"),
        ("0.07", "0.07元"),
        ("1E+20", "100000000000000000000元"),
    ],
)
def test_sums_as_people_write_them(yuan: str, written: str) -> None:
    assert money_written(Decimal(yuan)) == written


RULES = re.compile(
    r"属于［|不晚于|不早于|日后（|工作日后（|较大（|较小（|未知|未填|待查明|尚未查明|结论为|依第[十五八]+条奖励|责令\w+：是"
    r"|专款专用|依法处理|所附建设标准"
)
"""Words of the rule language, names of outcomes, and what some letters once said that no regulation says."""
NESTED = re.compile(r"（[^（）]*（[^（）]*）[^（）]*）")


@pytest.mark.parametrize("name", sorted(drafts()))
def test_letters_of_the_samples_read_as_letters(name: str) -> None:
    plan = drafts()[name].plan
    text = "\n".join(piece.text for piece in pieces_of(plan))
    assert RULES.findall(text) == []
    sentences = [part.text for part in plan.parts if isinstance(part, LetterParagraph)]
    assert [text for text in sentences if NESTED.search(text)] == []
    assert "。。" not in text
    first = text.find("《办法》")
    assert first < 0 or "（以下简称《办法》" in text[: first + 4]
    amounts = re.findall(r"核定[^，。]*[0-9万]元", text) if "核定通知" in name else []
    assert all("大写" in text for _ in amounts)


@cache
def failed() -> tuple[Program, Case]:
    """A station that failed its yearly assessment, with the rules of its day."""
    return Workspace(ROOT / "policies", AS_OF).case(ROOT / "fixtures" / "17-digital-garden")[:2]


def garden(register: Path, only: str | None = None, day: date = AS_OF, **said: Any) -> dict[str, Made]:
    """The letters of a yearly assessment that was failed, or those called `only`, issued into the register on a 基准日; some
    facts `said` to be otherwise."""
    program, case = failed()
    facts = {**case.facts, **{name: replace(case.facts[name], value=value) for name, value in said.items()}}
    facts.pop("整改通知送达日期", None)  # not served yet: it is only being issued
    case = replace(case, as_of=day, facts=facts)
    decisions = [one for one in decide_all(program, case) if one.determination == "年度考核"]
    found, _ = drafts_of(program, case, decisions, only, day)
    out = register.parent / "out"
    return {one.draft.plan.name: one for one in produce(found, out, ("docx",), opened(register))}


@pytest.fixture
def register(tmp_path: Path) -> Path:
    place = tmp_path / "发文登记.jsonl"
    place.write_text('{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n', encoding="utf-8")
    return place


RECORD, LETTERS = "送达回证", ("年度考核结果通知", "责令限期整改通知书")


def served(record: Made, register: Path) -> tuple[str, str]:
    """Title and number of what a service record, as it was written, says it is about."""
    (file,) = record.files
    (entries, *_) = Document(str(register.parent / "out" / file.path)).tables
    title, number, *_ = [row.cells[1].text for row in entries.rows]
    return title, number


def test_a_service_record_names_title_and_number_of_what_it_serves(register: Path) -> None:
    made = garden(register)
    letters = [made[name] for name in LETTERS]
    assert [one.number for one in letters] == ["榕人社〔2026〕1号", "榕人社〔2026〕2号"]
    assert made[RECORD].number == ""
    title = "".join(f"《{one.draft.plan.title}》" for one in letters)
    assert served(made[RECORD], register) == (title, "榕人社〔2026〕1号、榕人社〔2026〕2号")


def test_a_service_record_that_follows_its_letters_has_their_numbers_from_the_register(register: Path) -> None:
    assert served(garden(register, RECORD)[RECORD], register)[1] == ""
    for name in reversed(LETTERS):
        garden(register, name)
    both = "榕人社〔2026〕2号、榕人社〔2026〕1号"
    assert served(garden(register, RECORD)[RECORD], register)[1] == both
    # On a later day what was served is still those letters; what they would say now, or of another year, was not issued.
    assert served(garden(register, RECORD, AS_OF + timedelta(2))[RECORD], register)[1] == both
    assert served(garden(register, RECORD, 年度目标完成率=Decimal("0.61"))[RECORD], register)[1] == both
    assert served(garden(register, RECORD, AS_OF + timedelta(2), 统计年度=2024)[RECORD], register)[1] == ""


HELD = tuple(
    folder.relative_to(ROOT / "fixtures")
    for pattern in ("*", "histories/*/*")
    for folder in sorted((ROOT / "fixtures").glob(pattern))
    if (folder / "case.yaml").is_file() and "已落实: {判断: 否" in (folder / "case.yaml").read_text("utf-8")
)
"""The samples in which somebody found that something ordered was not done."""


@pytest.mark.parametrize("folder", HELD, ids=str)
def test_a_ground_for_cancelling_was_among_the_items_ordered(folder: Path) -> None:
    """What is held against a station by the review was an item of the order to rectify, whose letter lists the unmet ones."""
    program, case, _ = Workspace(ROOT / "policies", date(2026, 11, 23)).case(ROOT / "fixtures" / folder)
    known = {one.determination: one for one in decide_all(program, case)}
    held = {c.sentence for c in known["整改复核"].criteria if "复核事项" in c.groups and c.verdict == "未满足"}
    ordered = {c.message.split("的得分")[0] for c in known["年度考核"].criteria if "整改事项" in c.groups and c.fails}
    written = case.facts.get("责令整改事项")
    if written is not None:
        ordered = {row[0] for row in written.value.rows}
    assert held
    assert all(any(f"“{item}”" in sentence for item in ordered) for sentence in held)
