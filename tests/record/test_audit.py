"""Traces and ready lists over a small ledger, in every store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.base.canonical import Plain
from engine.record.act import Act, By
from engine.record.audit import KINDS, Filters, Subject, heat, traced
from engine.record.audit_lists import LISTS
from engine.record.store import Store
from engine.record.subjects import field_names, subjects
from tests.record.kinds import Kind

AT = "2026-01-05T09:00:00+08:00"
BY = By("陈若川", ("签发",))


def letter(serial: int, day: str) -> Act:
    place: dict[str, Plain] = {
        "文号": f"某〔2026〕{serial}号",
        "代字": "某",
        "年份": 2026,
        "流水号": serial,
        "新号": True,
    }
    return Act("文书", {**place, "文书": "通知", "成文日期": day}, {"案件": "甲", "据": [2]})


@pytest.fixture
def store(kind: Kind) -> Iterator[Store]:
    """A number left out, days that run backwards, a reading changed after a decision, an exception, a late act."""
    links: list[Plain] = [
        ["口径", "Q01 起算", "决定理由", "次日（解释口径）"],
        ["参数", "下限", "决定理由", "3场（实施口径（示例））"],
        ["条款", "第七条第（六）项", "决定理由", "不利"],
        ["条款", "第八条", "提及", ""],
    ]
    decided: dict[str, Plain] = {"规范": "某", "决定": "审查", "结果": "准", "关联": links}
    persons: list[Plain] = [["人员", "陈若川", "决定理由", "准予例外 规模：成立未满一年"]]
    terms: list[Plain] = [["审查", "某局", "2026-01-01", "2026-01-03", "第一条"]]
    found = kind.empty("账本")
    found.begin(AT)
    with found.writing() as writer:
        for act in (
            Act("决定", decided, {"案件": "甲", "当事人": "某公司", "关联": persons, "栏目": {"地区": "鼓楼"}}),
            Act("口径", {"规范": "某", "口径": "Q01", "值": "当日", "原": "次日"}),
            Act("决定", {**decided, "结果": "不准"}, {"案件": "甲", "前次": 2}),
            *(letter(serial, day) for serial, day in ((1, "2026-01-04"), (2, "2026-01-02"), (4, "2026-01-05"))),
            Act("事件", {"事件": "办结"}, {"案件": "甲", "期限": terms}),
            Act("规则", {"规范": "某", "规则": "sha256:0123456789", "须送达": ["通知"]}),
            Act("送达", {"规范": "某", "送达": "通知"}, {"案件": "甲", "日期": "2026-01-04"}),
        ):
            writer.record(act, AT, BY)
    yield found
    found.close()


def test_the_lists(store: Store) -> None:
    assert store.check().whole
    rows = {name: list(one.rows(store, Filters())) for name, one in LISTS.items()}
    assert [row[:4] for row in rows["例外"]] == [("准予例外", "规模", "陈若川", "成立未满一年")]
    assert [row[0] for row in rows["同一人"]] == ["陈若川"]
    assert [row[:2] for row in rows["号序"]] == [("缺号", "某〔2026〕3号"), ("倒置", "某〔2026〕1号")]
    assert [(row[1], row[2], row[-1]) for row in rows["口径已变"]] == [("Q01 起算", "次日 → 当日（第 3 条）", "2")]
    assert [(row[1], row[-1]) for row in rows["示例口径"]] == [("下限", "2"), ("下限", "4")]
    assert [(row[0], row[1]) for row in rows["重作"]] == [("重作", "准（第 2 条）")]
    assert rows["逾期"] == [("甲", "审查", "某局", "2026-01-01", "2026-01-03", "第一条", "事件", "8")]
    assert [row[1] for row in rows["未送达"]] == ["某〔2026〕4号"]
    some = Filters("2026-01-01", "2026-01-31", "审查", "准", "", (("地区", "鼓楼"),))
    assert [row[-1] for row in LISTS["示例口径"].rows(store, some)] == ["2"]


@pytest.mark.parametrize(
    "written", ["第7条", "第八条", "Q01", "起算", "下限", "陈若川", "甲", "某公司", "某[2026]2号", "2", "5"]
)
def test_every_question_is_answered(store: Store, written: str) -> None:
    (asked,) = subjects(store, written)
    found = traced(store, asked, Filters(), ("地区",))
    assert found.total == len(found.found)
    assert found.found[0].seq in (2, 4)
    assert found.letters == 3
    assert traced(store, asked, Filters(until="2025-12-31"), ("地区",)).total == 0


def test_what_is_not_there_has_no_decisions(store: Store) -> None:
    for kind in KINDS:
        assert traced(store, Subject(kind, ("99",)), Filters()).total == 0
    assert subjects(store, "别的") == []
    assert field_names(store) == ["地区"]


def test_heat(store: Store) -> None:
    assert [(one.name, one.deciding, one.mentioned, one.adverse) for one in heat(store, Filters())] == [
        ("第七条第（六）项", 2, 0, 2),
        ("第八条", 0, 2, 0),
    ]
    assert [one.deciding for one in heat(store, Filters(outcome="准"))] == [1, 0]
