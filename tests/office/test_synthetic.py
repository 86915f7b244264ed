"""A population that is made up is read as it is, comes to every kind of outcome, and is the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from engine.base.problem import Refused
from engine.office.population import PopulationRequest, assess
from engine.office.synthetic import SyntheticRequest, synthesize
from engine.office.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)


def test_a_population_is_made_and_decided(tmp_path: Path) -> None:
    rules = Workspace(ROOT / "policies", DAY)
    made = {}
    for name, seed in (("甲", 7), ("乙", 7), ("丙", 8)):
        told, _ = synthesize(rules, SyntheticRequest(120, seed, 0.02, tmp_path / name))
        made[name] = {path.name: path.read_bytes() for path, _ in told}
        assert dict(told)[tmp_path / name / "案件.parquet"] == 120
    assert made["甲"] == made["乙"]
    assert made["甲"]["案件.parquet"] != made["丙"]["案件.parquet"]
    with pytest.raises(Refused) as caught:
        synthesize(rules, SyntheticRequest(1, 7, 0.02, tmp_path / "甲"))
    assert [problem.code for problem in caught.value.problems] == ["E556"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "甲").iterdir()} == made["甲"]
    frame = pl.read_parquet(tmp_path / "甲/案件.parquet")
    assert sum(frame[name].null_count() for name in frame.columns) > 0
    records = {path.stem: path for path in (tmp_path / "甲").glob("*.parquet") if path.stem != "案件"}
    asked = ("年度考核", "认定审查", "申报路径")
    request = PopulationRequest(tmp_path / "甲/案件.parquet", records, asked, DAY, 1000, tmp_path / "各批")
    found = assess(rules, request, lambda done, whole: None)
    assert found.out < 12
    outcomes: Counter[str] = sum(found.outcomes.values(), Counter())
    assert len(outcomes) > 8
    assert outcomes["符合认定条件"]
    assert outcomes["考核优秀"]


def test_what_no_case_has_is_not_made_up(tmp_path: Path) -> None:
    """An input of a decision table that is only applied is no fact of a case: a batch would refuse its column."""
    rules = Workspace(ROOT / "policies", DAY, "study-rooms")
    formal = {name for name, fact in rules.program().package.facts.items() if fact.formal}
    assert formal
    synthesize(rules, SyntheticRequest(20, 7, 0.02, tmp_path / "甲"))
    path = tmp_path / "甲/案件.parquet"
    assert not formal & set(pl.read_parquet_schema(path))
    asked = PopulationRequest(path, {}, ("停止扶持",), DAY, 1000, tmp_path / "各批")
    assert assess(rules, asked, lambda done, whole: None).read == 20
    pl.read_parquet(path).with_columns(pl.lit("普通座").alias(min(formal))).write_parquet(path)
    with pytest.raises(Refused) as caught:
        assess(rules, asked, lambda done, whole: None)
    assert min(formal) not in str(caught.value.problems[0].help)
