"""Memory of a whole batch, `guiju issue --all` over thousands of letters: of the command itself and of its processes, by how
many letters are in place.

    nice -n 5 python -m bench.batch_memory [--letters 5000] [--jobs 2] [--format docx] [--short]

The cases are the samples, over again under other case numbers; with `--short` those of a toy regulation, each with a letter of a page
and its service record. Every second the letters in place are counted and what
each process holds is read (resident size: pages that a forked process shares with the command count in both).
Nothing is asserted: the figures go to bench/README.md by hand.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKS = (250, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000)
YEAR = "FZ-2026-"


def copies(to: Path, times: int) -> int:
    """The sample cases `times` over, as folders directly in `to`; how many."""
    made = 0
    for sample in sorted((ROOT / "fixtures").iterdir()):
        if not (sample / "case.yaml").is_file():
            continue
        for number in range(times):
            folder = Path(shutil.copytree(sample, to / f"{number:03}-{sample.name}"))
            for file in folder.rglob("*.yaml"):
                text = file.read_text(encoding="utf-8")
                file.write_text(text.replace(YEAR, f"{YEAR}{number:03}-"), encoding="utf-8")
            made += 1
    return made


def shops(to: Path, count: int) -> int:
    """Cases of a toy regulation directly in `to`, its rules beside it; how many."""
    from tests.worlds.permits import letters as rules
    from tests.worlds.texts import sources

    for files in sources(rules()).values():
        for name, text in files.items():
            path = to.parent / "policies" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for number in range(count):
        (folder := to / f"{number:05}").mkdir()
        facts = f"店名: 第{number}号书店\n  机构类型: 乙型\n  有场地: {'是' if number % 2 else '否'}\n  整洁: 是\n"
        case = f"案件: 店-{number:05}\n基准日: 2026-11-09\n事实:\n  {facts}"
        (folder / "case.yaml").write_text(case, encoding="utf-8")
    return count


@dataclass
class Held:
    """Megabytes at most: of the command, and of the largest of its processes."""

    parent: float = 0
    child: float = 0
    replaced: set[int] = field(default_factory=set)


def resident(pid: int) -> float:
    """Megabytes of memory of a process, 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0


def children(pid: int) -> list[int]:
    """Processes that this one started and that are there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            of = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(of[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def letters(out: Path) -> int:
    """How many letters are in place, in whichever format."""
    return len({file.with_suffix("") for file in out.glob("*/*.*") if file.suffix in (".docx", ".pdf", ".svg")})


def watch(run: subprocess.Popen[bytes], out: Path) -> None:
    """A line for every mark passed until the command has ended."""
    start, marks, all_, now = time.monotonic(), list(MARKS), Held(), Held()
    print("    件      秒   主进程   出具的进程（自上一行以来最高，MB）  用过的进程", flush=True)
    while run.poll() is None:
        time.sleep(1)
        there = children(run.pid)
        now.parent = max(now.parent, resident(run.pid))
        now.child = max([now.child, *map(resident, there)])
        all_.replaced.update(there)
        if not marks or (done := letters(out)) < marks[0]:
            continue
        while marks and done >= marks[0]:
            marks.pop(0)
        print(
            f"{done:6} {time.monotonic() - start:7.0f} {now.parent:8.0f} {now.child:8.0f} {len(all_.replaced):8}",
            flush=True,
        )
        all_.parent, all_.child = max(all_.parent, now.parent), max(all_.child, now.child)
        now = Held()
    last = (max(all_.parent, now.parent), max(all_.child, now.child))
    print(
        f"全部 {letters(out)} 件，{time.monotonic() - start:.0f} 秒；最高：主进程 {last[0]:.0f} MB，出具的进程 {last[1]:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--letters", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--each", type=float, default=120, help="letters that the samples give rise to once")
    parser.add_argument(
        "--format", action="append", default=[], choices=("docx", "pdf"), help="both where none is named"
    )
    parser.add_argument("--short", action="store_true", help="letters of a toy regulation, two a case")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases, out = Path(folder) / "cases", Path(folder) / "out"
        cases.mkdir()
        made = shops(cases, given.letters // 2) if given.short else copies(cases, -(-given.letters // int(given.each)))
        print(f"{made} 个案件，--jobs {given.jobs}")
        command = [sys.executable, "cli.py", "issue", "--all", str(cases), "--out", str(out), "--jobs", str(given.jobs)]
        command += ["--policies", str(cases.parent / "policies"), "--regulation", "t"] if given.short else []
        command += [part for form in given.format for part in ("--format", form)]
        none = subprocess.DEVNULL
        run = subprocess.Popen(command, cwd=ROOT, stdout=none, stderr=none)
        try:
            watch(run, out)
        finally:
            run.kill()


if __name__ == "__main__":
    main()
