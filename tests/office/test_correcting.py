"""A corrected cell: the case goes by it, the rest stays, and what was wrong with the cell is no longer told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.base.canonical import canonical
from engine.decision.facts import facts_plain
from engine.decision.facts_told import facts_told
from engine.decision.recalled import recalled
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
    assert [str(one) for one in after.case.facts["活动台账"].corrections] == ["E10 更正：签到表"]
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


def test_only_what_rests_on_the_cell_names_its_correction(sent: api.CaseFile) -> None:
    """The count of activities goes by their dates: what somebody said of the attendance is no source of it."""
    after = corrected(corrected(sent, BLANK, "34", "签到表"), BLANK, "35", "签到表，复核")
    told = {seen.name: seen.source for c in api.explain(after, "认定审查").criteria for seen in c.seen}
    assert "E10 更正：签到表，复核" in told["年度服务人次"]
    assert "更正" not in told["年度活动场次"]
    origins = {
        name: "".join(one.evidence for one in api.sources(after, name)) for name in ("年度服务人次", "年度活动场次")
    }
    assert "更正" in origins["年度服务人次"]
    assert "更正" not in origins["年度活动场次"]


def test_a_corrected_case_comes_back_from_what_is_known_of_it(sent: api.CaseFile) -> None:
    after = corrected(sent, BLANK, "35", "签到表").case
    back = recalled(json.loads(canonical(facts_plain(after))), after.as_of, after.regulation)
    assert facts_plain(back) == facts_plain(after)
    (told,) = facts_told(
        facts_plain(after), facts_plain(corrected(sent, BLANK, "35", "复核").case) | {"案件": after.id}
    )
    assert told.startswith("活动台账的更正（E10 签到表")


def test_who_acts_is_the_package_s(sent: api.CaseFile) -> None:
    assert api.authorities(sent, "认定审查") == (sent.package.header.issuers[0],)
