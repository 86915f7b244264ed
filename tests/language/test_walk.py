"""What trees say of themselves: the names they use, how they bound them."""

from __future__ import annotations

import pytest

from engine.language.printer import print_node
from engine.language.walk import thresholds
from tests.worlds.sentences import typed


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("活动场次不少于12场", {"活动场次": ["≥ 12场"]}),
        ("活动场次下限少于活动场次", {"活动场次下限": ["< 活动场次"], "活动场次": ["> 活动场次下限"]}),
        ("非（活动场次不少于12场且独立场地）", {"活动场次": ["< 12场"], "独立场地": ["= 否"]}),
        ("若独立场地，则人数超过3人，否则人数超过5人", {"独立场地": ["= 是"], "人数": ["> 3人", "> 5人"]}),
        ("机构类型不属于［行业型、创业型］", {"机构类型": ["不属于 ［行业型、创业型］"]}),
        ("人数+1人超过3人", {}),
        ("存在（活动台账，服务人次超过3人次）", {}),
    ],
)
def test_thresholds(text: str, bounds: dict[str, list[str]]) -> None:
    found = {n: [f"{op} {print_node(other)}" for op, other in pairs] for n, pairs in thresholds(typed(text)).items()}
    assert found == bounds
