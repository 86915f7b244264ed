"""States change by the passing of a day: a term ends on the day after its last, if the dossier is where it can end."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from engine.base.calendar import add_months, add_years
from engine.decision.case import Case
from engine.intake.history_form import history_form
from engine.procedure.chaining import chain, reference
from engine.procedure.compiled import compile_procedure
from engine.procedure.dossier import join, standing, standing_at
from engine.procedure.timeline import Timeline
from tests.worlds.permits import files, package, read, timeline
from tests.worlds.texts import load

WORLD = """\
事实:
  - {名称: 届满日, 类型: 日期, 取自: {事件: 届满, 项: 期限}}
  - {名称: 过期日, 类型: 日期, 取自: {事件: 届满, 项: 日期}}
  - {名称: 曾过期, 类型: 是否, 取自: {事件: 届满}}
参数: [{名称: 宽限, 单位: 日, 条款: [第一条], 未定: 是, 由: 某局}]
状态: [未办, 有效, 暂停, 过期, 注销]
事件:
  - {名称: 发证, 载荷: [{名称: 有效年数, 类型: 整数, 单位: 年}, {名称: 长期, 类型: 是否}]}
  - {名称: 延续, 前提: [{状态: [有效, 暂停], 条款: [第一条]}]}
  - {名称: 暂停}
  - {名称: 恢复}
  - {名称: 注销}
  - 名称: 届满
    条款: [第一条]
    届满:
      - {自: 发证, 条件: 非长期, 期限: 日后（年后（事件日期，有效年数），-1日）}
      - {自: 延续, 期限: 年后（原期限，1年）}
      - {自: 发证, 条件: 长期}
    前提: [{状态: [有效], 条款: [第一条]}]
  - 名称: 过期满月
    条款: [第一条]
    届满: [{自: 届满, 期限: 月后（事件日期，1个月）}]
    前提: [{状态: [过期], 条款: [第一条]}]
程序:
  - {名称: 发证, 条款: [第一条], 当: 发证, 则: {状态: 有效}}
  - {名称: 暂停, 条款: [第一条], 当: 暂停, 则: {状态: 暂停}}
  - {名称: 恢复, 条款: [第一条], 当: 恢复, 则: {状态: 有效}}
  - {名称: 注销, 条款: [第一条], 当: 注销, 则: {状态: 注销}}
  - {名称: 过期, 条款: [第一条], 当: 届满, 则: {状态: 过期, 出具: [催办函], 事项: [
      {名称: 交回, 主体: 申请人, 期限: 日后（事件日期，10日）, 履行: {事件: 注销}}]}}
  - {名称: 过期注销, 条款: [第一条], 当: 过期满月, 则: {状态: 注销}}
周期事项: [{名称: 年检, 条款: [第一条], 每: 年, 在: [有效], 期限: 年末（年度）, 履行: {事件: 暂停, 同: [年度]}}]
"""
GRANTED = "- {编号: g, 事件: 发证, 日期: 2023-03-16, 有效年数: 3, 长期: 否}\n"


def at(events: str, day: str, world: str = WORLD) -> Timeline:
    one, other = (timeline(events, day, package(world), chainer) for chainer in (reference.chain, chain))
    assert one == other
    return one


def moves(found: Timeline) -> list[str]:
    return [f"{m.effect.event.day} {m.after}" for m in found.moves]


@pytest.mark.parametrize(
    ("events", "day", "expected"),
    [
        ("", "2026-03-15", ["2023-03-16 有效"]),  # the last day belongs to the term
        ("", "2026-03-16", ["2023-03-16 有效", "2026-03-16 过期"]),
        ("", "2026-04-16", ["2023-03-16 有效", "2026-03-16 过期"]),
        ("", "2026-04-17", ["2023-03-16 有效", "2026-03-16 过期", "2026-04-17 注销"]),
        # Renewed in time: from the last day of the old term on; renewed twice.
        ("- {事件: 延续, 日期: 2026-03-15}", "2027-03-15", ["2023-03-16 有效"]),
        ("- {事件: 延续, 日期: 2026-03-15}", "2027-03-16", ["2023-03-16 有效", "2027-03-16 过期"]),
        (
            "- {事件: 延续, 日期: 2025-12-01}\n- {编号: z, 事件: 延续, 日期: 2026-02-01}",
            "2028-03-16",
            ["2023-03-16 有效", "2028-03-16 过期"],
        ),
        # Too late: it was over that morning, and what is entered after it cannot have happened.
        ("- {事件: 延续, 日期: 2026-03-16}", "2027-03-16", ["2023-03-16 有效", "2026-03-16 过期", "2026-04-17 注销"]),
        # Granted anew after it had ended.
        (
            "- {编号: h, 事件: 发证, 日期: 2026-04-01, 有效年数: 1, 长期: 否}",
            "2027-04-01",
            ["2023-03-16 有效", "2026-03-16 过期", "2026-04-01 有效", "2027-04-01 过期"],
        ),
        # Suspended over its last day: it ends when it is in force again, not never.
        (
            "- {事件: 暂停, 日期: 2026-01-01}\n- {编号: r, 事件: 恢复, 日期: 2026-06-01}",
            "2026-06-01",
            ["2023-03-16 有效", "2026-01-01 暂停", "2026-06-01 有效", "2026-06-01 过期"],
        ),
        ("- {事件: 暂停, 日期: 2026-01-01}", "2030-01-01", ["2023-03-16 有效", "2026-01-01 暂停"]),
        # Suspended and resumed within the term, suspended and renewed beyond it.
        (
            "- {事件: 暂停, 日期: 2024-01-01}\n- {编号: r, 事件: 恢复, 日期: 2024-06-01}",
            "2026-03-16",
            ["2023-03-16 有效", "2024-01-01 暂停", "2024-06-01 有效", "2026-03-16 过期"],
        ),
        (
            "- {事件: 暂停, 日期: 2026-01-01}\n- {编号: q, 事件: 延续, 日期: 2026-05-01}\n"
            "- {编号: r, 事件: 恢复, 日期: 2026-06-01}",
            "2027-03-16",
            ["2023-03-16 有效", "2026-01-01 暂停", "2026-06-01 有效", "2027-03-16 过期"],
        ),
        # Without a term from now on: the old one does not go on running.
        (
            "- {编号: h, 事件: 发证, 日期: 2025-01-01, 长期: 是}",
            "2030-01-01",
            ["2023-03-16 有效"],
        ),
        ("- {事件: 注销, 日期: 2025-01-01}", "2030-01-01", ["2023-03-16 有效", "2025-01-01 注销"]),
    ],
)
def test_a_term_ends_on_the_day_after_its_last(events: str, day: str, expected: list[str]) -> None:
    assert moves(at(GRANTED + events, day)) == expected


def test_what_ends_a_term_is_an_event_like_others() -> None:
    """It asks for letters, bears duties, stops periodic ones, and tells from which event the term ran."""
    found = at(GRANTED, "2026-03-30")
    assert [(o.document, o.day.isoformat()) for o in found.documents] == [("催办函", "2026-03-16")]
    duties = {(d.name, d.period): (d.status, str(d.due)) for d in found.duties}
    assert duties["交回", ""] == ("逾期", "2026-03-26")
    assert [period for name, period in duties if name == "年检"] == ["2023年", "2024年", "2025年"]
    assert [(e.event, e.since) for e in found.events] == [("发证", ""), ("届满", "g")]
    assert [(event, str(last)) for event, _, last in found.running] == [("过期满月", "2026-04-16")]
    assert (found.refused, found.cautions) == ((), ())


def test_a_term_without_a_last_day_is_told_and_does_not_end() -> None:
    for more in ("长期: 否", "有效年数: 3"):  # how long? at all?
        found = at(f"- {{编号: g, 事件: 发证, 日期: 2023-03-16, {more}}}", "2030-01-01")
        assert (found.state, [p.code for p in found.cautions]) == ("有效", ["W852"])
    assert at("- {编号: g, 事件: 发证, 日期: 2023-03-16, 长期: 是}", "2030-01-01").cautions == ()
    # A renewal that nobody can tell the end of: the old term is not the one that counts.
    unknown = WORLD.replace("年后（原期限，1年）", "日后（原期限，宽限）")
    found = at(GRANTED + "- {编号: z, 事件: 延续, 日期: 2026-02-01}", "2027-01-01", unknown)
    assert found.state == "有效"
    assert "`宽限` 未定" in found.cautions[0].message
    # Before the event it runs from.
    found = at(GRANTED.replace("有效年数: 3", "有效年数: 0"), "2027-01-01")
    assert found.state == "有效"
    assert "早于" in found.cautions[0].message


def test_facts_know_the_last_day_of_the_term_that_counts() -> None:
    found = package(WORLD)
    compiled = compile_procedure(found)

    def facts(events: str, day: str, event: str = "") -> dict[str, str]:
        life = timeline(GRANTED + events, day, found)
        now = standing_at(life, event, "未办") if event else standing(life)
        case, problems = join(compiled, Case("T", life.as_of, {}), now)
        assert problems == ()
        return {name: str(fact.value) for name, fact in case.facts.items()}

    assert facts("", "2024-01-01") == {"届满日": "2026-03-15", "曾过期": "False"}
    renewed = "- {编号: z, 事件: 延续, 日期: 2026-02-01}\n"
    assert facts(renewed, "2026-02-01")["届满日"] == "2027-03-15"
    # What is decided at the renewal goes by the term it finds; the grant finds none.
    assert facts(renewed, "2026-02-01", "z")["届满日"] == "2026-03-15"
    assert "届满日" not in facts("", "2024-01-01", "g")
    over = facts(renewed, "2027-03-20")
    assert over == {"届满日": "2027-03-15", "过期日": "2027-03-16", "曾过期": "True"}
    # Nobody can tell when the new term ends: not the old one's day either.
    unknown = "- {编号: h, 事件: 发证, 日期: 2024-01-01, 长期: 否}"
    assert facts(unknown, "2024-02-01") == {"曾过期": "False"}


def test_nobody_enters_what_happens_by_itself() -> None:
    found = package(WORLD)
    _, problems = read(GRANTED + "- {事件: 届满, 日期: 2026-03-16}", found)
    assert [(p.code, "不用录入" in p.message) for p in problems] == [("E841", True)]
    _, problems = read("- {编号: a·届满·届满, 事件: 注销, 日期: 2026-03-16}", found)
    assert [p.code for p in problems] == ["E844"]
    assert "届满" not in history_form(compile_procedure(found), "甲")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("前提: [{状态: [有效], 条款: [第一条]}]\n  - 名称: 过期满月", "说明: 无\n  - 名称: 过期满月", "E830"),
        ("[{状态: [过期], 条款: [第一条]}]", "[{状态: [过期], 条款: [第一条]}, {至多: 1, 条款: [第一条]}]", "E830"),
        ("{自: 届满, 期限", "{自: 过期满月, 期限", "E830"),
        ("{自: 届满, 期限", "{自: 没有, 期限", "E832"),
        ("年后（原期限，1年）", "原期限+1年", "E202"),
        ("年后（原期限，1年）", "1年", "E202"),
        ("条件: 非长期", "条件: 有效年数", "E202"),
        ("届满: [{自: 届满", "派生: 是\n    届满: [{自: 届满", "E830"),
        ("事件日期，1个月", "原日期，1个月", "E201"),
        ("事件日期，1个月", "届满日，1个月", "E212"),  # a fact of the rules: events know their payloads and parameters
    ],
)
def test_what_cannot_be_a_term_is_refused(old: str, new: str, code: str) -> None:
    assert old in WORLD
    assert code in {p.code for p in load(files(WORLD.replace(old, new)))[1]}


ENDS = {"届满": ("有效", "过期"), "过期满月": ("过期", "注销")}
MOVES = {"发证": "有效", "暂停": "暂停", "恢复": "有效", "注销": "注销"}


class ByDays:
    """The moves of WORLD, found by going through the days. `last`: the last day of a term; `over`: the terms that ended."""

    def __init__(self, events: list[tuple[date, str, int]], until: date) -> None:
        self.state, self.moves = "未办", list[str]()
        self.last, self.over = dict[str, date](), {"届满", "过期满月"}
        day = events[0][0]
        while day <= until:
            self.ends(day)
            for _, event, years in (one for one in events if one[0] == day):
                self.happens(day, event, years)
                self.ends(day)
            day += timedelta(1)

    def move(self, day: date, to: str) -> None:
        if to != self.state:
            self.moves.append(f"{day} {to}")
        self.state = to

    def ends(self, day: date) -> None:
        for name, (of, to) in ENDS.items():
            if name not in self.over and self.last[name] < day and self.state == of:
                self.over.add(name)
                self.move(day, to)
                if name == "届满":
                    self.begin("过期满月", add_months(day, 1), day)
                self.ends(day)

    def begin(self, name: str, last: date, day: date) -> None:
        self.over.discard(name)
        if last >= day:
            self.last[name] = last
        else:
            self.last.pop(name, None)
            self.over.add(name)

    def happens(self, day: date, event: str, years: int) -> None:
        if event == "延续":
            if self.state in ("有效", "暂停") and "届满" in self.last:
                self.begin("届满", add_years(self.last["届满"], 1), day)
            return
        if event == "发证":
            self.begin("届满", add_years(day, years) - timedelta(1), day)
        self.move(day, MOVES[event])


@pytest.mark.parametrize("seed", range(40))
def test_terms_end_as_somebody_would_find_who_went_through_the_days(seed: int) -> None:
    rng, found = Random(seed), package(WORLD)
    start = date(2023, 1, 31)
    days = sorted(
        start + timedelta(rng.choice((rng.randrange(1500), 365, 366, 396))) for _ in range(rng.randrange(2, 8))
    )
    kinds = ("发证", "延续", "暂停", "恢复", "恢复", "注销")
    events = [(start, "发证", 1), *((day, rng.choice(kinds), rng.randrange(1, 3)) for day in days)]
    lines = [
        f"- {{编号: e{n}, 事件: {event}, 日期: {day}{f', 有效年数: {years}, 长期: 否' if event == '发证' else ''}}}"
        for n, (day, event, years) in enumerate(events)
    ]
    until = start + timedelta(2000)
    assert moves(timeline("\n".join(lines), until.isoformat(), found)) == ByDays(events, until).moves
