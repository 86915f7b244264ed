"""`guiju batch`: a whole population decided at once. Reads arguments, writes the results, prints the counts."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.shell import PATH, RulesAsked, paint, print_lines, print_remark, rules_options, today

if TYPE_CHECKING:
    from engine.office.population import Assessed, PopulationRequest
    from engine.office.workspace import Workspace

_RESULTS = (".csv", ".parquet")
ROWS = 10_000
"""Cases of a part, where nothing is said."""
_NEEDS = {"polars": ("polars",), "duckdb": ("polars", "duckdb", "pyarrow", "sqlglot")}
"""Engine → the libraries it uses."""


@click.command(cls=ChineseCommand)
@click.option(
    "--cases",
    type=PATH,
    required=True,
    metavar="文件|文件夹",
    help="案件表（.csv .parquet .xlsx），或放案件（或这些表）的文件夹。",
)
@click.option("--table", "tables", multiple=True, metavar="记录表=文件", help="记录表的各条记录，可以写几个。")
@click.option("--out", type=PATH, required=True, metavar="文件", help="结果写到哪里（.csv 或 .parquet）。")
@click.option(
    "-d", "--determination", "determinations", multiple=True, metavar="决定", help="作哪几项决定（默认全部）。"
)
@click.option("--engine", type=click.Choice(list(_NEEDS)), default="polars", help="用哪个引擎按列计算（结果相同）。")
@click.option("--rows", type=click.IntRange(1), default=ROWS, metavar="件数", help="一次读入多少件（默认 10000）。")
@click.option("--jobs", type=click.IntRange(1), default=1, metavar="个数", help="用几个进程（默认 1）。")
@click.option(
    "--explain", "explained", type=click.IntRange(0), default=0, metavar="件数", help="逐条说明头几件不利的。"
)
@click.option("--page", type=PATH, metavar="文件", help="概要网页写到哪里（.html）：各结果的件数、金额，附图。")
@click.option("--by", multiple=True, metavar="事实", help="结果里带上这些事实，概要按它们分列。")
@rules_options
def batch(
    cases: Path,
    tables: tuple[str, ...],
    out: Path,
    determinations: tuple[str, ...],
    engine: str,
    rows: int,
    jobs: int,
    explained: int,
    page: Path | None,
    by: tuple[str, ...],
    asked: RulesAsked,
) -> None:
    """批量：就一张案件表里的全部案件作出决定，写成一张结果表。"""
    from engine.office.population import PopulationRequest, assess
    from engine.views import population as view
    from engine.views import setting as source

    if not cases.exists():
        raise Refused(Problem("E101", f"找不到 `{cases}`", help="检查路径和文件名"))
    if page is not None and page.suffix.lower() != ".html":
        raise Refused(Problem("E557", f"概要网页不能写成 `{page.name}`", help="写 .html"), 2)
    if out.suffix.lower() not in _RESULTS:
        raise Refused(Problem("E557", f"结果不能写成 `{out.name}`", help="写 .csv 或 .parquet"), 2)
    require(_NEEDS[engine])
    setting = asked.setting([cases])
    rules = setting.workspace(asked.regulation, asked.as_of)
    parts, day = out.with_name(f"{out.stem}-各批"), asked.as_of or today()
    table, records = population(cases, tables)
    request = PopulationRequest(table, records, determinations, day, rows, parts, explained, engine, jobs, by)
    with working("正在决定") as progress:
        found = assess(rules, request, progress)
    written = [_summary(found, rules, request, page, source.line(setting))] if page is not None else []
    written = _write(found, out, explained > 0) + written
    print_lines(view.text(found, cases.name, source.line(setting), paint))
    print_lines(f"写出 {path}" for path in written)
    if explained and not found.explained:
        print_remark("没有不利的，也没有待查的，不写逐条说明")


def require(libraries: Sequence[str]) -> None:
    """Raises Refused: E941 where one of the libraries for columns is not installed."""
    if lacking := [name for name in libraries if find_spec(name) is None]:
        help_ = ".venv/bin/python -m pip install --require-hashes -r requirements/columns.txt"
        raise Refused(Problem("E941", f"这台机器没有安装按列计算用的 {'、'.join(lacking)}", help=help_), 2)


def population(cases: Path, tables: Sequence[str]) -> tuple[Path, dict[str, Path]]:
    """The table of cases and those of records: of a folder with tables, as `synth` writes it, all that are in it."""
    from engine.office.population import TABLES

    found: dict[str, Path] = {}
    whole = [cases / f"案件{suffix}" for suffix in TABLES if (cases / f"案件{suffix}").is_file()]
    if whole:
        beside = sorted(cases.glob(f"*{whole[0].suffix}"))
        found, cases = {path.stem: path for path in beside if path != whole[0]}, whole[0]
    for said in tables:
        name, equals, file = said.partition("=")
        path = Path(file)
        if not equals or not name or not file or name in found:
            raise Refused(
                Problem("E557", f"看不懂 `--table {said}`", help="写作 --table 活动台账=台账.csv，一个表写一次"), 2
            )
        if not path.exists():
            raise Refused(Problem("E101", f"找不到 `{path}`", help="检查路径和文件名"))
        found[name] = path
    return cases, found


def _write(found: Assessed, out: Path, explain: bool) -> list[Path]:
    """The results; beside them what was rejected, and explanations, where there are any. What an earlier batch rejected,
    or explained where that is asked again, does not stay beside results that it is not of."""
    from engine.files.writing import replacing, write
    from engine.office.kept_parts import harmless
    from engine.office.population import rejections
    from engine.views.markdown import document

    with replacing(out, _RESULTS) as stream:
        found.kept.write_to(stream, out.suffix.lower())
    found.kept.drop()
    written = [out]
    rejected = out.with_name(f"{out.stem}-退回.csv")
    if found.rejected:
        with replacing(rejected, (".csv",)) as stream:
            harmless(rejections(found)).write_csv(stream, include_bom=True)
        written.append(rejected)
    else:
        _clear(rejected)
    told = out.with_name(f"{out.stem}-说明.md")
    if found.explained:
        lines = [
            line for program, case, decisions in found.explained for line in document(case, program.package, decisions)
        ]
        write(told, ("\n".join(lines) + "\n").encode(), (".md",))
        written.append(told)
    elif explain:
        _clear(told)
    return written


def _summary(found: Assessed, rules: Workspace, request: PopulationRequest, page: Path, source: Sequence[str]) -> Path:
    from engine.files.writing import write
    from engine.office.population_summary import rules_line, summarized
    from engine.views import population_page

    told = summarized(found, rules.program(day=request.day), request.by)
    lines = [*source, rules_line(found, rules)]
    write(page, population_page.page(found, told, request.cases.name, lines).encode(), (".html",))
    return page


def _clear(path: Path) -> None:
    from engine.files.writing import check_target, remove

    check_target(path, (path.suffix,))
    remove(path)
