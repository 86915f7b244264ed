"""A population decided from tables is what the same cases decide one by one; nothing is dropped and everything counted."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from engine.base.problem import Refused, Span
from engine.columns.plan import plan_of
from engine.decision.case import Case
from engine.decision.core import verdict
from engine.decision.decide import decide, evaluate_whole
from engine.decision.program import Program
from engine.intake.scanning import scan
from engine.language.printer import show_value
from engine.language.tree import Table
from engine.office.population import Assessed, PopulationRequest, assess
from engine.office.workspace import Workspace
from engine.policy.package import Field
from engine.views.explanation import explain
from engine.views.markdown import document
from tests.cli.run import guiju
from tests.columns.chance import Chance

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)
ASKED = ("活动月度核查", "申报路径", "活动经费", "重大活动同意")


@pytest.fixture(scope="module")
def rules() -> Workspace:
    return Workspace(ROOT / "policies", DAY)


def written(value: object, declared: Field) -> str | None:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else show_value(value, declared.type, declared.unit)


def tables(program: Program, cases: Sequence[Case], folder: Path, suffix: str) -> tuple[Path, dict[str, Path]]:
    """The cases as people would keep them in tables."""
    package, rows = program.package, []
    records: dict[str, list[dict[str, str | None]]] = {}
    for case in cases:
        row: dict[str, str | None] = {"案件": case.id}
        for name, fact in case.facts.items():
            if isinstance(fact.value, Table):
                columns = package.tables[name].columns
                for line in fact.value.rows:
                    cells = zip(columns, line, strict=True)
                    records.setdefault(name, []).append({"案件": case.id, **{c.name: written(v, c) for c, v in cells}})
                continue
            row[name] = written(fact.value, package.facts[name])
            if fact.finding is not None:
                found = fact.finding
                row |= {f"{name}·人": found.person, f"{name}·日期": found.on.isoformat(), f"{name}·理由": found.reasons}
        rows.append(row)
    return _kept(rows, folder / f"案件{suffix}"), {n: _kept(r, folder / f"{n}{suffix}") for n, r in records.items()}


def _kept(rows: Sequence[dict[str, str | None]], path: Path) -> Path:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)
    return path


def came_to(found: Assessed) -> dict[str, dict[str, str]]:
    return {row["案件"]: row for row in found.frame.iter_rows(named=True)}


@pytest.mark.parametrize(("suffix", "engine"), [(".csv", "polars"), (".parquet", "duckdb")])
def test_tables_come_to_what_cases_come_to(rules: Workspace, tmp_path: Path, suffix: str, engine: str) -> None:
    program = rules.program(day=DAY)
    plan = plan_of(program, ASKED)
    chance = Chance(program, plan, 5)
    cases = [chance.case(number) for number in range(60)]
    # Of a table without excuses there are none, and in tables that are given nothing is unknown.
    given = [c for c in cases if all(name in c.facts for name in plan.tables) and not c.excuses]
    valid = [c for c in given if not list(_inconsistent(program, c))]
    assert len(valid) > 10
    file, records = tables(program, valid, tmp_path, suffix)
    found = assess(
        rules, PopulationRequest(file, records, ASKED, DAY, 20, tmp_path / "各批", 3, engine), lambda done, whole: None
    )
    assert (found.read, found.out, found.rejected) == (len(valid), 0, [])
    results = came_to(found)
    for case in valid:
        for name in ASKED:
            evaluation = evaluate_whole(program, case, name)
            assert results[case.id][name] == evaluation.outcome
            for view in evaluation.view.criteria:
                assert results[case.id][view.name] == verdict(evaluation.values, view.slots)
    assert len(found.explained) == 3
    same = {case.id: case for case in valid}
    for compiled, case, decisions in found.explained:
        own = [decide(program, same[case.id], name) for name in ASKED]
        explained = [line for one in decisions for line in explain(one)]
        assert explained == [line for one in own for line in explain(one)]
        assert list(document(case, compiled.package, decisions)) == list(document(same[case.id], program.package, own))


def _inconsistent(program: Program, case: Case) -> object:
    from engine.decision.relations import inconsistencies

    return inconsistencies(program.package, case)


def test_what_cannot_be_read_is_rejected_and_counted(tmp_path: Path) -> None:
    (tmp_path / "案件.csv").write_text(
        "案件,基准日,已提交申报表,本次申领金额\n甲,2026-11-23,是,5000元\n乙,,也许,1元\n甲,,是,2元\n,,是,\n丙,十一月,是,3元\n丁,,,-1元\n"
    )
    (tmp_path / "台账.csv").write_text(
        "案件,活动日期,活动名称,功能类别,服务人次\n甲,2026-11-02,沙龙,交流纽带,30人次\n戊,2026-11-02,沙龙,交流纽带,30人次\n"
    )
    out = tmp_path / "结果.csv"
    args = ("batch", "--cases", f"{tmp_path}/案件.csv", "--table", f"活动台账={tmp_path}/台账.csv", "--out", str(out))
    done = guiju(*args, "-d", "活动月度核查", "--as-of", "2026-11-23")
    assert done.code == 0, done.err
    assert "退回 6 = 读入 6" in done.out
    told = pl.read_csv(tmp_path / "结果-退回.csv")
    found = {(row["文件"], row["行"], row["案件"], row["列"]) for row in told.iter_rows(named=True)}
    assert found == {
        ("案件.csv", 2, "甲", "案件"),
        ("案件.csv", 3, "乙", "已提交申报表"),
        ("案件.csv", 4, "甲", "案件"),
        ("案件.csv", 5, "", "案件"),
        ("案件.csv", 6, "丙", "基准日"),
        ("案件.csv", 7, "丁", "本次申领金额"),
        ("台账.csv", 3, "戊", "案件"),
    }
    assert pl.read_csv(out)["案件"].to_list() == []

    (tmp_path / "案件.csv").write_text("案件,已提交申报表\n甲,是\n\n,\n")
    (tmp_path / "台账.csv").write_text("案件,活动日期,活动名称,功能类别,服务人次\n,,,,\n")
    (tmp_path / "结果-说明.md").write_text("一件不利的\n")
    done = guiju(*args, "-d", "活动月度核查", "--as-of", "2026-11-23", "--explain", "1")
    assert "退回 0 = 读入 1" in done.out, "rows without anything in them are none"
    assert not (tmp_path / "结果-退回.csv").exists(), "what was rejected before is not beside the new results"
    assert not (tmp_path / "结果-说明.md").exists()


def test_a_case_file_is_rejected_cell_by_cell_for_its_errors(tmp_path: Path) -> None:
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲/case.yaml").write_text(
        "案件: 编号-1\n规范: fuzhou-talent-station\n基准日: 2026-11-23\n事实:\n  已提交申报表: 也许\n记录:\n  活动台账: 台账.csv\n"
    )
    (tmp_path / "甲/台账.csv").write_text(
        "活动日期,活动名称,功能类别,服务人次,电话\n2026-11-02,沙龙,交流纽带,30人次,1\n2026-02-30,沙龙,交流纽带,30人次,1\n"
    )
    (tmp_path / "乙").mkdir()
    (tmp_path / "乙/case.yaml").write_text("案件: [\n")
    done = guiju("batch", "--cases", str(tmp_path), "--out", f"{tmp_path}/o.csv", "-d", "申报路径")
    assert "退回 2 = 读入 2" in done.out, done.err
    told = pl.read_csv(tmp_path / "o-退回.csv").rows(named=True)
    found = [(one["文件"].removeprefix(f"{tmp_path}/"), one["行"], one["案件"], one["列"]) for one in told]
    assert ("甲/case.yaml", 5, "编号-1", "") in found
    assert ("甲/台账.csv", 3, "编号-1", "A") in found
    assert {case for file, _, case, _ in found if file.startswith("乙")} == {"乙"}
    assert all(one["原因"].startswith("E") for one in told), "a warning is no reason"


def test_a_summary_counts_what_the_outcome_rests_on_and_asks_for_exceptions(tmp_path: Path) -> None:
    """Of a case that is put off for its papers nothing else counts; of one whose requirement is not met what is asked is
    whether there is an exception."""
    for name in ("04-culture-guild", "13-talent-service-hall"):
        shutil.copytree(ROOT / "fixtures" / name, tmp_path / "案/" / name)
    path = tmp_path / "o.csv"
    args = ("batch", "--cases", f"{tmp_path}/案", "--out", str(path), "--page", f"{tmp_path}/o.html")
    done = guiju(*args, "-d", "认定审查", "-d", "年度考核")
    assert done.code == 0, done.err
    results = {row["案件"]: row for row in pl.read_csv(path, infer_schema=False).rows(named=True)}
    put_off, undecided = results["FZ-2026-004"], results["FZ-2026-013"]
    assert (put_off["认定审查"], put_off["材料审核通过"]) == ("暂缓审查", "未满足")
    assert undecided["认定审查·先补"] == "例外：专家资源"
    page = (tmp_path / "o.html").read_text("utf-8")
    assert "<td>例外：专家资源</td>" in page
    assert '<td>材料审核通过</td><td>第九条第（二）项</td><td class="n">1</td>' in page
    assert "基准日 2026-11-23　规则版本 " in page
    assert undecided["双招双引优先"] == "未满足"
    assert "<td>双招双引优先</td>" not in page


def test_a_table_without_cases_and_nothing_to_explain_say_so(tmp_path: Path) -> None:
    (tmp_path / "案件.csv").write_text("案件,晚间开放\n")
    args = ("--cases", f"{tmp_path}/案件.csv", "--regulation", "study-rooms", "-d", "停止审查", "--explain", "3")
    done = guiju("batch", *args, "--out", f"{tmp_path}/o.csv", "--page", f"{tmp_path}/o.html")
    assert "已决定 0 + 待查 0 + 退回 0 = 读入 0" in done.out, done.err
    assert "不写逐条说明" in done.err
    assert not (tmp_path / "o-说明.md").exists()


def test_a_csv_of_results_holds_no_formulas(tmp_path: Path) -> None:
    """Not in the number of a case, nor in a fact, nor in what was rejected; a .parquet holds what was written."""
    (tmp_path / "案件.csv").write_text("案件,空间名称,晚间开放\n=2+5,@甲,是\n+1,-乙,也许\n")
    args = (
        "batch",
        "--cases",
        f"{tmp_path}/案件.csv",
        "--regulation",
        "study-rooms",
        "-d",
        "停止审查",
        "--by",
        "空间名称",
    )
    done = guiju(*args, "--out", f"{tmp_path}/o.csv")
    assert done.code == 0, done.err
    (row,) = pl.read_csv(tmp_path / "o.csv").rows(named=True)
    assert (row["案件"], row["空间名称"]) == ("'=2+5", "'@甲")
    assert pl.read_csv(tmp_path / "o-退回.csv", infer_schema=False)["案件"].to_list() == ["'+1"]
    guiju(*args, "--out", f"{tmp_path}/o.parquet")
    assert pl.read_parquet(tmp_path / "o.parquet")["案件"].to_list() == ["=2+5"]


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
def test_truths_are_read_from_cells_that_hold_them_and_identifiers_not_from_numbers(
    tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"案件{suffix}"
    if suffix == ".parquet":
        frame = pl.DataFrame({"案件": ["甲", "乙"], "收款账号": [6222020000001, None], "晚间开放": [True, None]})
        frame.write_parquet(file)
    else:
        book = Workbook()
        for line in (("案件", "收款账号", "晚间开放"), ("甲", 6222020000001, True), ("乙", "6222020000001", None)):
            book.active.append(line)
        book.save(file)
    done = guiju(
        "batch", "--cases", str(file), "--out", f"{tmp_path}/o.csv", "--regulation", "study-rooms", "-d", "停止审查"
    )
    assert "退回 1 = 读入 2" in done.out, done.err
    told = pl.read_csv(tmp_path / "o-退回.csv").rows(named=True)
    assert [(one["案件"], one["列"]) for one in told] == [("甲", "收款账号")]
    assert "账号不能取自数字" in told[0]["原因"]


@pytest.mark.parametrize(
    ("head", "code", "said"),
    [
        ("案件,没有的事实\n甲,是\n", "E501", "没有的事实"),
        ("编号\n甲\n", "E541", "没有 `案件`"),
        ("案件,已提交申报表,已提交申报表\n甲,是,否\n", "E541", "2 列 `已提交申报表`（第 2、3 列）"),
        ("案件,已提交申报表,\n甲,是,\n", "E541", "第 3 列没有列名"),
        ("案件\n甲\n乙,丙,丁\n", "E164", "第 3 行有 3 格，表头只有 1 列"),
        ('案件\n甲\n"乙\n', "E164", "引号"),
        ("", "E164", "是空的"),
        ("案件\n甲\n".encode("gbk"), "E105", "GBK"),
        ("案件\n甲\n".encode("utf-16"), "E105", "UTF-16"),
        ("案件\n".encode() + b"\xff\xff\n", "E105", "既不是"),
    ],
)
def test_a_table_that_is_not_understood_stops_the_batch(
    rules: Workspace, tmp_path: Path, head: str | bytes, code: str, said: str
) -> None:
    (tmp_path / "案件.csv").write_bytes(head if isinstance(head, bytes) else head.encode())
    request = PopulationRequest(tmp_path / "案件.csv", {}, ("申报路径",), DAY, 10, tmp_path / "各批")
    with pytest.raises(Refused) as caught:
        assess(rules, request, lambda done, whole: None)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert said in caught.value.problems[0].message


def test_records_that_no_case_is_left_to_ask_for_are_read_through_too(rules: Workspace, tmp_path: Path) -> None:
    (tmp_path / "案件.csv").write_text("案件,基准日\n甲,2026-11-23\n甲,2026-11-23\n")
    (tmp_path / "台账.csv").write_text("案件,活动名称\n甲,沙龙,又一格\n")
    request = PopulationRequest(
        tmp_path / "案件.csv", {"活动台账": tmp_path / "台账.csv"}, (), DAY, 10, tmp_path / "各批"
    )
    with pytest.raises(Refused) as caught:
        assess(rules, request, lambda done, whole: None)
    assert [problem.code for problem in caught.value.problems] == ["E164"]


def test_a_parquet_with_lists_is_told_by_its_column(tmp_path: Path) -> None:
    pl.DataFrame({"案件": ["甲"], "人数": [[1, 2]]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(Refused) as caught:
        scan(tmp_path / "a.parquet")
    assert "列 `人数` 每格不是一个值" in caught.value.problems[0].message


def test_a_column_of_a_workbook_without_a_name_is_not_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    for line in (("案件", None), ("甲", "是")):
        book.active.append(line)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(Refused) as caught:
        scan(tmp_path / "a.xlsx")
    assert "B 列没有列名，第 2 行却有内容" in caught.value.problems[0].message


def test_a_number_without_a_highest_is_told_without_one(tmp_path: Path) -> None:
    done = guiju("batch", "--cases", str(tmp_path), "--out", f"{tmp_path}/a.csv", "--rows", "0")
    assert "应是不小于 1 的整数" in done.err


def test_what_columns_cannot_do_is_told_where_it_is_written() -> None:
    program = Workspace(ROOT / "policies", DAY).program("study-rooms", day=DAY)
    with pytest.raises(Refused) as caught:
        plan_of(program, ["扶持核定"])
    (problem,) = caught.value.problems
    place = problem.place
    assert isinstance(place, Span)
    written = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert (problem.code, place.line) == ("E940", place.end_line)
    assert written[place.column - 1 : place.end_column - 1].startswith("覆盖天数（开放记录.起日")


def test_an_interrupted_run_goes_on(rules: Workspace, tmp_path: Path) -> None:
    """What was decided before the interruption is not decided again, unless the tables are others since, or the disk has spoilt
    it."""
    program = rules.program(day=DAY)
    chance = Chance(program, plan_of(program, ASKED), 5)
    file, records = tables(program, [chance.case(number) for number in range(50)], tmp_path, ".parquet")
    asked = PopulationRequest(file, records, ASKED, DAY, 20, tmp_path / "各批", 3)
    found = assess(rules, asked, lambda done, whole: None)
    kept = came_to(found)
    (tmp_path / "各批/000001.json").unlink()
    again = assess(rules, asked, lambda done, whole: None)
    assert (found.again, again.again, again.read) == (0, 30, 50)
    assert came_to(again) == kept
    assert (again.outcomes, again.rejected) == (found.outcomes, found.rejected)
    assert [case.id for _, case, _ in again.explained] == [case.id for _, case, _ in found.explained]
    damaged = tmp_path / "各批/000000.parquet"
    damaged.write_bytes(damaged.read_bytes()[:50])
    mended = assess(rules, asked, lambda done, whole: None)
    assert (mended.again, came_to(mended)) == (30, kept)
    file.touch()
    assert assess(rules, asked, lambda done, whole: None).again == 0


def test_a_process_that_has_used_an_engine_is_not_forked(
    rules: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its children would wait for threads that they do not have."""
    program = rules.program(day=DAY)
    chance = Chance(program, plan_of(program, ASKED), 5)
    file, records = tables(program, [chance.case(number) for number in range(20)], tmp_path, ".parquet")
    monkeypatch.delattr("engine.office.population.forked")
    for jobs in (1, 2):
        asked = PopulationRequest(file, records, ASKED, DAY, 10, tmp_path / f"{jobs}", jobs=jobs)
        assert assess(rules, asked, lambda done, whole: None).read == 20


def test_processes_side_by_side(rules: Workspace, tmp_path: Path) -> None:
    """A folder of tables, decided by one process and by two: the same files."""
    program = rules.program(day=DAY)
    chance = Chance(program, plan_of(program, ASKED), 6)
    tables(program, [chance.case(number) for number in range(30)], tmp_path, ".parquet")
    asked = [*(f"-d{name}" for name in ASKED), "--by", "驿站类型"]
    for jobs in ("1", "2"):
        out = tmp_path / f"out/{jobs}.csv"
        told = ["--rows", "10", "--jobs", jobs, "--explain", "2", "--as-of", str(DAY), "--out", str(out), *asked]
        told += ["--page", str(out.with_suffix(".html"))]
        command = [sys.executable, str(ROOT / "cli.py"), "batch", "--cases", str(tmp_path), *told]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    page = (tmp_path / "out/1.html").read_text("utf-8")
    assert "读入 30 件，退回 0 件。" in page
    assert page.count("<h3>按驿站类型</h3>") == len(ASKED)
    results = pl.read_csv(tmp_path / "out/1.csv", infer_schema=False)
    paid = [name for name in results.columns if name.endswith("·金额") and results[name].count()]
    assert page.count("<h3>金额（元）</h3>") == len(paid)
    for outcome, count in results.group_by("申报路径").len().iter_rows():
        assert f">{count}（{100 * count / 30:.1f}%）<" in page, outcome
    for ending in (".csv", "-说明.md", ".html"):
        assert (tmp_path / f"out/1{ending}").read_bytes() == (tmp_path / f"out/2{ending}").read_bytes()
    assert not list((tmp_path / "out").glob("*-各批"))
