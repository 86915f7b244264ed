"""A duty of 属地受理机关 falls to an organ that has a name, by whichever reading of 属地 is adopted."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.office.organs import timeline_of
from engine.office.workspace import Workspace
from engine.policy.shape import read_overlay
from engine.policy.stack import Sourced
from tests.cli.run import ROOT, guiju

LIFE = ROOT / "fixtures/histories/s09-qifeng"
DAY, NOVEMBER = date(2025, 3, 5), date(2026, 11, 16)
SEAT, SITE = "  申报单位所在地类别: 县市区", "  驿站所在地类别: 县市区"


@pytest.fixture
def life(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIFE, tmp_path / "life"))


def organ(life: Path, **adopt: str) -> str:
    rules = Workspace(ROOT / "policies", DAY)
    if adopt:
        overlay, problems = read_overlay("o.yaml", "口径:\n" + "".join(f"  {q}: {said}\n" for q, said in adopt.items()))
        assert overlay is not None, problems
        rules = rules.varied([Sourced(overlay, "用例")])
    (duty,) = [d for d in timeline_of(rules, life, DAY)[2].duties if d.name == "属地审核推荐"]
    return duty.who


def written(life: Path, old: str, new: str) -> None:
    path = life / "first-check/case.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_county(life: Path) -> None:
    assert organ(life) == "闽侯县人力资源和社会保障局"


@pytest.mark.parametrize(
    ("seat", "site", "adopt", "expected"),
    [
        ("高新区", "县市区", {}, "福州高新区党群工作部"),
        ("高新区", "县市区", {"Q07": "一律由人社局"}, "福州高新区人力资源和社会保障局"),
        ("高新区", "县市区", {"Q38": "驿站场所所在地"}, "闽侯县人力资源和社会保障局"),
        ("县市区", "高新区", {"Q38": "驿站场所所在地"}, "福州高新区党群工作部"),
    ],
)
def test_by_seat_or_by_site(life: Path, seat: str, site: str, adopt: dict[str, str], expected: str) -> None:
    written(life, SEAT, SEAT.replace("县市区", seat))
    written(life, SITE, SITE.replace("县市区", site))
    assert organ(life, **adopt) == expected


def test_where_no_file_tells_it_is_said(life: Path) -> None:
    written(life, SEAT, "  申报单位所在地类别:")
    shutil.rmtree(life / "recognition")
    assert organ(life) == "属地受理机关（案卷没有写明是哪一个）"


def test_the_case_whose_history_it_is_tells() -> None:
    rules = Workspace(ROOT / "policies", DAY)
    found = timeline_of(rules, ROOT / "fixtures/07-hr-union/history", date(2026, 9, 1))[2]
    assert [d.who for d in found.duties if d.name == "属地审核推荐"] == ["台江区人力资源和社会保障局"]


def test_everywhere_it_is_shown(life: Path, tmp_path: Path) -> None:
    calendar = tmp_path / "due.ics"
    shown = [
        guiju("timeline", str(life), "--as-of", DAY.isoformat()).out,
        guiju("timeline", str(life), "--as-of", DAY.isoformat(), "--json").out,
        guiju("due", str(tmp_path), "--as-of", DAY.isoformat(), "--ics", str(calendar)).out,
    ]
    shown.append(calendar.read_text(encoding="utf-8").replace("\n ", "") if calendar.exists() else "")
    assert all("属地受理机关" not in one for one in shown)
    assert all("闽侯县人力资源和社会保障局" in one for one in shown[:3]), shown[2]


@pytest.mark.parametrize("name", ["", "case.yaml", "history", "history/events.yaml"])
def test_a_case_leads_to_the_history_it_names(name: str) -> None:
    found = timeline_of(Workspace(ROOT / "policies", NOVEMBER), ROOT / "fixtures/24-harbour-union" / name, NOVEMBER)[2]
    assert (found.case, found.state, len(found.events)) == ("FZ-2026-024", "在册", 8)


def test_a_case_that_names_no_history_has_none() -> None:
    with pytest.raises(Refused) as told:
        timeline_of(Workspace(ROOT / "policies", NOVEMBER), ROOT / "fixtures/03-maker-incubator", NOVEMBER)
    assert [p.code for p in told.value.problems] == ["E863"]
