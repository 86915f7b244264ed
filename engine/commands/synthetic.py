"""`guiju synth`: a population that is made up. Reads arguments, writes the tables, prints what they are."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.population import require
from engine.commands.shell import PATH, RulesAsked, print_lines, print_remark, rules_options


@click.command(cls=ChineseCommand)
@click.option("--n", "count", type=click.IntRange(1), default=1000, metavar="件数", help="造多少件（默认 1000）。")
@click.option("--seed", type=int, default=1, metavar="整数", help="同一个数造出同样的文件（默认 1）。")
@click.option(
    "--blank", type=click.FloatRange(0, 1), default=0.01, metavar="比例", help="空着的格占多少（默认 0.01）。"
)
@click.option("--out", type=PATH, required=True, metavar="文件夹", help="写到哪里，一个表一个 .parquet。")
@rules_options
def synth(count: int, seed: int, blank: float, out: Path, asked: RulesAsked) -> None:
    """拟造：以政策包的用例为样，造出一批案件和它们的记录，供试算，不是真的。"""
    from engine.office.synthetic import SyntheticRequest, synthesize

    require(("polars",))
    rules = asked.setting([]).workspace(asked.regulation, asked.as_of)
    with working("正在拟造"):
        written, lacking = synthesize(rules, SyntheticRequest(count, seed, blank, out))
    print_lines(f"写出 {path}（{rows} 行）" for path, rows in written)
    if lacking:
        print_remark(f"用例里没有 {'、'.join(lacking)} 的记录，没有造，批量决定时待查")
