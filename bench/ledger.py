"""A ledger of a million rows: time and memory from the file to a typed record table.

    python bench/ledger.py [--rows 1000000]

Writes the workbook to a temporary folder first (not counted), then reads it in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

HEADS = ("活动日期", "活动名称", "功能类别", "服务人次", "主办单位", "备注")


def write(path: Path, rows: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("活动台账")
    sheet.append(HEADS)
    for number in range(rows):
        day = f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}"
        sheet.append((day, f"活动{number % 5000}", "交流纽带", number % 90 + 1, "福州", ""))
    book.save(path)


def read(path: Path) -> None:
    from datetime import date

    from engine.intake.ledger import LedgerSource, read_ledger
    from engine.language.tree import Table
    from engine.policy.load import load_package

    package, problems, _library = load_package(ROOT / "policies", "fuzhou-talent-station", date(2026, 11, 23))
    if package is None:
        raise SystemExit("\n".join(p.message for p in problems))
    start = time.perf_counter()
    fact, found = read_ledger([LedgerSource(path, path.name)], package.tables["活动台账"], package.scope)
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if fact is None or not isinstance(fact.value, Table):
        raise SystemExit("\n".join(p.message for p in found))
    print(f"{len(fact.value.rows)} 行  {taken:.1f} 秒  内存峰值 {peak:.0f} MB  文件 {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--read", type=Path)
    given = parser.parse_args()
    if given.read:
        read(given.read)
    else:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "台账.xlsx"
            write(target, given.rows)
            subprocess.run([sys.executable, __file__, "--read", str(target)], check=True)
