"""A corrected cell: the case goes by it, the rest stays, and what was wrong with the cell is no longer told."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.office import api
from engine.office.correcting import cells, corrected

ROOT = Path(__file__).resolve().parents[2]
BLANK = "校友会活动登记.xlsx!E10"


@pytest.fixture(scope="module")
def sent() -> api.CaseFile:
    return api.open_case(api.load(ROOT / "policies"), ROOT / "fixtures/14-alumni-post", tolerant=True)


def served(file: api.CaseFile) -> list[object]:
    (tally,) = api.records(file, "年度服务人次")
    return [record.amount for record in tally.records]


def test_every_cell_that_was_read_can_be_corrected(sent: api.CaseFile) -> None:
    found = [str(cell) for cell, *_ in cells(sent)]
    assert BLANK in found
    assert len(found) == len(set(found))


def test_only_that_cell_changes(sent: api.CaseFile) -> None:
    after = corrected(sent, BLANK, "35人次", "签到表")
    before, now = served(sent), served(after)
    assert [place for place, pair in enumerate(zip(before, now, strict=True)) if pair[0] != pair[1]] == [5]
    assert "E10 更正：签到表" in after.case.facts["活动台账"].evidence
    assert served(corrected(after, BLANK, "", "")) == before


@pytest.mark.parametrize(
    ("place", "text", "code"),
    [("没有.xlsx!E10", "1", "E501"), (BLANK, "三十五", "E511"), (BLANK, "-1", "E520")],
)
def test_what_cannot_be_is_refused(sent: api.CaseFile, place: str, text: str, code: str) -> None:
    with pytest.raises(api.Refused) as refused:
        corrected(sent, place, text, "签到表")
    assert [problem.code for problem in refused.value.problems] == [code]


def test_what_was_wrong_with_the_cell_is_no_longer_told(sent: api.CaseFile) -> None:
    wrong = next(problem for problem in sent.problems if str(problem.place).endswith("!E5"))
    assert wrong not in corrected(sent, "校友会活动登记.xlsx!E5", "30", "签到表").problems
