"""Two decisions that differ in any input differ in what they rest on, and it says in which; nothing else makes a difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.base.basis import Basis, Difference, calendar_text, differences, from_plain, sentence, to_plain, together
from engine.base.calendar import Calendar, Notice
from engine.base.problem import Cell, Span
from engine.decision import basis as decided_on
from engine.decision.case import Case, Fact, Finding
from engine.decision.decide import decide, decide_all
from engine.decision.facts import facts_differing, facts_digest, facts_plain
from engine.decision.model import Decision
from engine.decision.program import compile_package
from engine.decision.round import rank
from engine.language.tree import Table
from engine.office.workspace import Workspace
from engine.policy.calendar_data import load_calendar
from engine.policy.package import Package
from engine.policy.resolve import read_library, resolve
from engine.policy.sources import read_folder
from tests.sizes import examples

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
CHINA = load_calendar()
REGULATION = "fuzhou-talent-station"
CHANGE, RECOGNITION = "变更备案", "认定审查"

Sources = dict[str, dict[str, str]]


@cache
def written() -> Sources:
    sources, problems = read_folder(ROOT / "policies")
    assert not problems
    return sources


@cache
def base_package() -> Package:
    return package(written())


def package(sources: Sources, calendar: Calendar = CHINA, day: date = DAY) -> Package:
    library, problems = read_library(sources)
    found, more = resolve(library, REGULATION, day, calendar)
    assert found is not None, [*problems, *more]
    return replace(found, code="sha256:" + "0" * 64)


@cache
def case(name: str) -> Case:
    """The sample with what its own history tells of it."""
    folder = next((ROOT / "fixtures").glob(f"{name}-*"))
    return Workspace(ROOT / "policies", DAY).case(folder)[1]


@cache
def decided(name: str) -> tuple[Decision, ...]:
    """Every determination of the sample by the rules as they are."""
    return decide_all(compile_package(base_package()), case(name))


@dataclass(frozen=True)
class Side:
    """One of two decisions that are compared: its basis with what it was made of."""

    basis: Basis
    package: Package
    case: Case


def side(used: Package, about: Case, determination: str) -> Side:
    return Side(decide(compile_package(used), about, determination).basis, used, about)


def told(before: Side, after: Side) -> tuple[Difference, ...]:
    """In what the bases differ, facts by name."""
    names = tuple(facts_differing(facts_plain(before.case), facts_plain(after.case)))
    found = differences(before.basis, after.basis)
    return tuple(replace(one, what=names) if names and one.part == "事实" else one for one in found)


# ---- one input at a time ----


def text(file: str, old: str, new: str) -> Callable[[Package], Package]:
    """The rules with one place in a file written otherwise."""

    def edit(_: Package) -> Package:
        sources = {name: dict(files) for name, files in written().items()}
        path = next(path for path in sources[REGULATION] if path.endswith(file))
        assert sources[REGULATION][path].count(old) >= 1
        sources[REGULATION][path] = sources[REGULATION][path].replace(old, new, 1)
        return package(sources)

    return edit


def layout(_: Package) -> Package:
    """The rules with a layout of their own beside them."""
    own = {**written()[REGULATION], f"policies/{REGULATION}/own.docx": "sha256:" + "1" * 64}
    return package({**written(), REGULATION: own})


def calendar(day: str, *, off: bool) -> Callable[[Package], Package]:
    """A day off more, or a day worked more, in the notice of its year."""

    def edit(used: Package) -> Package:
        other = date.fromisoformat(day)
        notices = [
            replace(n, off=(*n.off, ("临时放假", other, other))) if n.year == other.year and off else n
            for n in used.calendar.notices
        ]
        notices = [replace(n, worked=(*n.worked, other)) if n.year == other.year and not off else n for n in notices]
        return replace(used, calendar=replace(used.calendar, notices=tuple(notices)))

    return edit


def another_year(used: Package) -> Package:
    notice = Notice(2031, "通知", "号", date(2030, 11, 4), "", (), ())
    return replace(used, calendar=replace(used.calendar, notices=(*used.calendar.notices, notice)))


def fact(name: str, change: Callable[[Fact], Fact]) -> Callable[[Case], Case]:
    return lambda about: replace(about, facts={**about.facts, name: change(about.facts[name])})


def excuse(name: str, change: Callable[[Fact], Fact]) -> Callable[[Case], Case]:
    return lambda about: replace(about, excuses={**about.excuses, name: change(about.excuses[name])})


def finding(**changes: Any) -> Callable[[Fact], Fact]:
    def change(known: Fact) -> Fact:
        assert known.finding is not None
        return replace(known, finding=replace(known.finding, **changes))

    return change


def row(known: Fact) -> Fact:
    table = known.value
    assert isinstance(table, Table)
    first = table.rows[0]
    changed = tuple(cell + timedelta(1) if isinstance(cell, date) else cell for cell in first)
    return replace(known, value=replace(table, rows=(changed, *table.rows[1:])))


def without_last(known: Fact) -> Fact:
    assert isinstance(known.value, Table)
    return replace(known, value=replace(known.value, rows=known.value.rows[:-1]))


def unchanged_rules(used: Package) -> Package:
    return used


def unchanged_facts(about: Case) -> Case:
    return about


@dataclass(frozen=True)
class Varied:
    """`part` that differs, "" for none, and what is said of it."""

    part: str
    said: str
    rules: Callable[[Package], Package] = unchanged_rules
    facts: Callable[[Case], Case] = unchanged_facts
    about: str = "17"
    determination: str = CHANGE


ROW = "变更记录"
INPUTS = {
    "参数": Varied(
        "规则", "fuzhou-talent-station/parameters.yaml", text("parameters.yaml", "15个工作日", "20个工作日")
    ),
    "要旨": Varied(
        "规则", "fuzhou-talent-station/clauses.yaml", text("clauses.yaml", "建设管理的四项原则", "建设管理的原则")
    ),
    "说明文字": Varied(
        "规则", "fuzhou-talent-station/clauses.yaml", text("clauses.yaml", "# 条款清单", "# 条款的清单")
    ),
    "措辞": Varied(
        "规则",
        "fuzhou-talent-station/documents.yaml",
        text("documents.yaml", "现将申报材料随函报送", "现将申报材料附后报送"),
    ),
    "自备版面": Varied("规则", "fuzhou-talent-station/own.docx（新增）", layout),
    "口径": Varied(
        "口径",
        "Q16（凡有变化都报备 → 人员限于关键岗位）",
        text("interpretations.yaml", "采用: 凡有变化都报备", "采用: 人员限于关键岗位"),
    ),
    "所用年份多放一日": Varied("日历", "2026年通知", calendar("2026-09-21", off=True)),
    "所用年份多上一日": Varied("日历", "2026年通知", calendar("2026-10-11", off=False)),
    "未用年份": Varied("", "", calendar("2024-03-04", off=True)),
    "未用年份新公布": Varied("", "", another_year),
    "事实": Varied("事实", "驿站类型", facts=fact("驿站类型", lambda f: replace(f, value="服务型"))),
    "佐证": Varied("事实", "年度满意度", facts=fact("年度满意度", lambda f: replace(f, evidence="另一张表"))),
    "出处": Varied("事实", "活动台账", facts=fact("活动台账", lambda f: replace(f, place=Cell("另一本.xlsx", "A1")))),
    "少一项事实": Varied(
        "事实",
        "驿站类型",
        facts=lambda about: replace(about, facts={n: f for n, f in about.facts.items() if n != "驿站类型"}),
    ),
    "判断人": Varied(
        "事实",
        "服务成效评价",
        facts=fact("服务成效评价", finding(person="另一人")),
    ),
    "判断日期": Varied(
        "事实",
        "服务成效评价",
        facts=fact("服务成效评价", finding(on=date(2026, 8, 22))),
    ),
    "判断理由": Varied("事实", "服务成效评价", facts=fact("服务成效评价", finding(reasons="另一个理由"))),
    "例外理由": Varied(
        "事实",
        "年度活动规模",
        facts=excuse("年度活动规模", finding(reasons="另一个理由")),
        about="03",
        determination=RECOGNITION,
    ),
    "台账一格": Varied("事实", "变更记录", facts=fact(ROW, row)),
    "台账少一行": Varied("事实", "活动台账", facts=fact("活动台账", without_last)),
    "案件编号": Varied(
        "事实", "案件 FZ-2026-017（不再有）、案件 另一件（新增）", facts=lambda about: replace(about, id="另一件")
    ),
}


@pytest.mark.parametrize("name", INPUTS)
def test_one_input_is_varied_and_named(name: str) -> None:
    varied = INPUTS[name]
    before = side(base_package(), case(varied.about), varied.determination)
    after = side(varied.rules(before.package), varied.facts(before.case), varied.determination)
    found = told(before, after)
    assert (before.basis == after.basis) == (not varied.part)
    assert (before.basis.name == after.basis.name) == (not varied.part)
    assert bool(found) == bool(differences(before.basis, after.basis)) == bool(varied.part)
    # A reading is adopted in a file: the rules say so too.
    assert {one.part for one in found} == {varied.part, *(("规则",) if name == "口径" else ())} - {""}
    assert varied.said in sentence(found)
    assert told(before, before) == ()


def test_the_day_is_varied() -> None:
    before, later = side(base_package(), case("17"), CHANGE), DAY + timedelta(1)
    after = side(package(written(), day=later), replace(case("17"), as_of=later), CHANGE)
    assert [str(one) for one in told(before, after)] == ["基准日不同：2026-11-23 → 2026-11-24"]
    # Rules of another day than the case's own are another difference.
    mixed = side(base_package(), replace(case("17"), as_of=later), CHANGE)
    assert [one.part for one in told(after, mixed)] == ["规则之日"]
    assert [one.part for one in told(before, mixed)] == ["基准日"]


def test_the_release_and_the_code_are_varied(monkeypatch: pytest.MonkeyPatch) -> None:
    before = side(base_package(), case("17"), CHANGE)
    other = replace(base_package(), code="sha256:" + "1" * 64)
    code = side(other, case("17"), CHANGE)
    assert [str(one) for one in told(before, code)] == ["程序代码不同：000000000000 → 111111111111"]
    # A commit does not make another letter: of the program its release alone is named.
    assert before.basis.name == code.basis.name
    monkeypatch.setattr(decided_on, "VERSION", "9.9.9")
    release = side(base_package(), case("17"), CHANGE)
    assert [one.part for one in told(before, release)] == ["程序"]
    assert release.basis.name != before.basis.name


def test_a_day_off_turns_a_report_and_the_basis_says_so() -> None:
    """变更备案 of sample 17, reported on the sixteenth working day: late, until one of them becomes a day off."""
    used = calendar("2026-09-21", off=True)(base_package())
    listed = {"认定日期": Fact(date(2025, 3, 1)), "驿站状态": Fact("在册")}
    about = replace(case("17"), facts={**case("17").facts, **listed})
    decisions = [decide(compile_package(one), about, CHANGE) for one in (base_package(), used)]
    assert [decision.outcome for decision in decisions] == ["逾期报备", "按期报备"]
    assert sentence(differences(*(d.basis for d in decisions))) == "规则、口径、事实、程序相同；日历不同：2026年通知"


def test_years_that_are_used_are_known_each_for_itself() -> None:
    program = compile_package(base_package())
    years = {d.determination: d.basis.years for d in decide_all(program, case("17"))}
    assert years[CHANGE] == (2026,)
    one_by_one = {name: decide(program, case("17"), name).basis for name in program.package.determinations}
    assert one_by_one == {d.determination: d.basis for d in decide_all(program, case("17"))}
    assert decide(program, replace(case("17"), facts={}), CHANGE).basis.calendar == ()


def test_a_year_without_a_notice_is_among_them_and_its_notice_makes_a_difference() -> None:
    earlier = Calendar(CHINA.name, tuple(notice for notice in CHINA.notices if notice.year < 2026))
    before = side(replace(base_package(), calendar=earlier), case("17"), CHANGE)
    assert before.basis.calendar == ((2026, "未收录"),)
    found = told(before, side(base_package(), case("17"), CHANGE))
    assert str(found[0]) == "日历不同：2026年通知（原未收录）"


def test_a_notice_that_names_a_day_of_the_year_before_counts_for_that_year() -> None:
    notice = Notice(2027, "通知", "号", date(2026, 11, 4), "", (("元旦", date(2026, 12, 31), date(2027, 1, 1)),), ())
    known = replace(CHINA, notices=(*CHINA.notices, notice))
    assert [year for year, _ in known.editions([2026])] == [2026, 2027]
    assert [year for year, _ in known.editions([2025])] == [2025]
    assert replace(known, statute=None).editions([2028]) == ((2028, "未收录"),)


# ---- facts ----

CASES = ("01", "03", "07", "17")
CHANGES: Mapping[str, Callable[[Fact], Fact]] = {
    "值": lambda f: replace(f, value="另一个值"),
    "不明": lambda f: replace(f, value=None),
    "佐证": lambda f: replace(f, evidence=f.evidence + "。"),
    "出处": lambda f: replace(f, place=Cell("某台账.csv", "Z9")),
    "认定": lambda f: replace(f, finding=Finding("甲", date(2026, 1, 2), "乙") if f.finding is None else None),
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CASES), st.sampled_from(sorted(CHANGES)), st.data())
def test_every_change_of_every_fact_is_told_by_its_name(name: str, change: str, data: st.DataObject) -> None:
    about = case(name)
    key = data.draw(st.sampled_from(sorted(about.facts)))
    changed = CHANGES[change](about.facts[key])
    other = replace(about, facts={**about.facts, key: changed})
    found = facts_differing(facts_plain(about), facts_plain(other))
    assert (facts_digest(about) == facts_digest(other)) == (changed == about.facts[key]) == (not found)
    assert found in ([], [key])


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(CASES), st.randoms())
def test_neither_order_nor_folder_nor_line_makes_a_difference(name: str, random: Random) -> None:
    about = case(name)
    names = list(about.facts)
    random.shuffle(names)
    moved = {key: replace(about.facts[key], place=_elsewhere(about.facts[key])) for key in names}
    other = replace(about, facts=moved)
    assert facts_digest(other) == facts_digest(about)
    assert facts_differing(facts_plain(about), facts_plain(other)) == []


def _elsewhere(known: Fact) -> Cell | Span | None:
    place = known.place
    if isinstance(place, Cell):
        return replace(place, file=f"/另处/{Path(place.file).name}")
    return Span("另处/case.yaml", 999, 1, 999, 2) if place is not None else None


# ---- as data ----


def test_it_comes_back_from_its_data() -> None:
    for decision in decide_all(compile_package(base_package()), case("01")):
        assert from_plain(to_plain(decision.basis)) == decision.basis


@pytest.mark.parametrize("key", ["规范", "规则", "规则文件", "口径", "日历", "事实", "程序", "基准日", "所据码"])
def test_what_was_altered_or_left_out_does_not_come_back(key: str) -> None:
    data = to_plain(side(base_package(), case("17"), CHANGE).basis)
    for broken in ({k: v for k, v in data.items() if k != key}, {**data, key: "改"}, {**data, key: {"改": "改"}}):
        with pytest.raises(ValueError, match="no basis"):
            from_plain(broken)
    for nothing in (None, 7, "", {"规范": ""}):
        with pytest.raises(ValueError, match="no basis"):
            from_plain(nothing)


def test_several_cases_rest_on_all_their_facts_and_years() -> None:
    program = compile_package(base_package())
    bases = [decide(program, case(name), RECOGNITION).basis for name in ("01", "03")]
    whole = together(bases)
    assert dict(whole.facts) == {case(n).id: facts_digest(case(n)) for n in ("01", "03")}
    assert set(whole.calendar) == {pair for basis in bases for pair in basis.calendar}
    assert differences(bases[0], whole)[0].part == "事实"
    name = next(iter(program.package.rankings))
    result = rank(program, [case("01"), case("03")], name)
    assert result.basis.facts == whole.facts
    changed = rank(program, [case("01"), replace(case("03"), facts={})], name)
    assert [str(one) for one in differences(result.basis, changed.basis) if one.part == "事实"] == [
        "事实不同：案件 FZ-2026-003"
    ]


def test_parts_that_are_the_same_are_named_too() -> None:
    one = Basis("甲", DAY, DAY, "sha256:a", (("a.yaml", "1"),), (), ((2026, "x"),), (("案", "f"),), "1")
    other = replace(one, files=(("b.yaml", "1"),), rules="sha256:b", calendar=((2025, "x"),))
    assert sentence(differences(one, other)) == (
        "口径、事实、程序相同；规则不同：a.yaml（已删）、b.yaml（新增）；日历不同：2025年（原未用）、2026年（现未用）"
    )
    assert sentence(differences(one, one)) == "规则、口径、日历、事实、程序相同"


@pytest.mark.untraced
@settings(max_examples=examples(6), deadline=None)
@given(st.sampled_from(CASES), st.dates(date(2025, 1, 1), date(2026, 12, 31)))
@example("17", date(2026, 9, 21))
def test_decisions_of_the_same_basis_are_the_same(name: str, day: date) -> None:
    """A day that is off, or worked, where it was not: where a decision is another one, what it rests on is."""
    turned = calendar(day.isoformat(), off=CHINA.is_working_day(day).value)(base_package())
    pairs = zip(decided(name), decide_all(compile_package(turned), case(name)), strict=True)
    assert all(before.basis != after.basis or before == after for before, after in pairs)


def test_the_statute_counts_for_years_without_a_notice() -> None:
    assert CHINA.statute is not None
    other = Calendar(CHINA.name, CHINA.notices, replace(CHINA.statute, title="另一办法"))
    assert CHINA.editions([2026]) == other.editions([2026])
    assert dict(CHINA.editions([2028]))[2028].startswith("未收录；法定节日 sha256:")
    one = side(base_package(), case("17"), CHANGE).basis
    pair = [replace(one, calendar=known.editions([2028])) for known in (CHINA, other)]
    assert sentence(differences(*pair)).endswith("日历不同：2028年法定节日")
    assert calendar_text(pair[0]) == "2028（未收录）"
