"""`guiju conform`: finished letters looked at. Reads arguments and prints."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.chinese import ChineseCommand
from engine.commands.shell import PATH, json_option, paint, print_json, print_lines


@click.command(cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="文书…")
@json_option
def conform(files: tuple[Path, ...], as_json: bool) -> None:
    """逐点核对 .docx、.pdf 的格式是否合 GB/T 9704-2012，不论文书从哪里来。内容改没改过，用 verify。"""
    from engine.conformance.conform import conform
    from engine.views import conformance

    reports = [conform(path) for path in files]
    if as_json:
        print_json([conformance.to_plain(report) for report in reports])
    else:
        print_lines(conformance.text(reports, paint))
    raise SystemExit(0 if all(report.conforms for report in reports) else 1)
