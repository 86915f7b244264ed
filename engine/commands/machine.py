"""`guiju doctor` and `demo`: what this machine lacks, and what the program does. Read arguments and print."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.chinese import ChineseCommand
from engine.commands.shell import PATH, json_option, office_option, own, paint, print_json, print_lines, today


@click.command(cls=ChineseCommand)
@office_option
@json_option
def doctor(office: Path | None, as_json: bool) -> None:
    """看这台机器缺什么（Pango、字体、编译器……），怎样补上；单位设置写的各处能不能用。"""
    from dataclasses import asdict

    from engine.office.doctor import examine, healthy
    from engine.office.doctor_office import examine_office
    from engine.office.office_file import load_office

    found = load_office(office) if office is not None else None
    findings = examine(found.calendars if found else None) + (examine_office(found) if found else [])
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        from engine.views.doctor import text

        print_lines(text(findings, paint))
    raise SystemExit(0 if healthy(findings) else 2)


@click.command(cls=ChineseCommand)
@click.option("--out", type=PATH, default=Path("out"), metavar="文件夹", help="文书写到哪里（默认 out）。")
def demo(out: Path) -> None:
    """演示：就 fixtures/ 里的各个案件作出决定，写出文书。"""
    from engine.commands.demonstration import demonstrate

    print_lines(demonstrate(own("policies"), own("fixtures"), out, today(), paint))
