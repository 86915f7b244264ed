"""Letters per second and core, memory over many letters, several processes; and the same letters through LibreOffice.

    python bench/letters.py [--letters 500] [--sample 20] [--memory 5000] [--no-office]

Letters are those the sample cases give rise to (公文, 信函, 公示), over again under other 文号 until there are enough.
Everything is measured in one run, one after the other: processor time of this process and its children, and the clock.
LibreOffice (`apt-get install libreoffice-writer`) converts the very .docx files that were written, all of them in one
process and a sample of them one process each. Nothing is asserted: the numbers go to bench/README.md by hand.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LAYOUTS = ("公文", "信函", "公示")
DAY = date(2026, 11, 23)


def plans() -> list[Any]:
    """Every text the sample cases give rise to, planned."""
    from engine.base.problem import Refused
    from engine.decision.decide import decide_all
    from engine.documents.writing import drafts_of
    from engine.office.workspace import Workspace

    workspace = Workspace(ROOT / "policies", DAY)
    found: list[Any] = []
    for folder in sorted((ROOT / "fixtures").iterdir()):
        if not (folder / "case.yaml").is_file():
            continue
        try:
            program, case, _ = workspace.case(folder)
        except Refused:
            continue
        drafts, _ = drafts_of(program, case, decide_all(program, case), None, case.as_of)
        found += [draft.plan for draft in drafts]
    return found


def letters(every: list[Any], count: int) -> list[Any]:
    chosen = cycle([plan for plan in every if plan.layout in LAYOUTS])
    return [
        replace(plan, number=f"榕人社〔2026〕{n}号" if plan.layout != "公示" else "")
        for n, plan in enumerate(islice(chosen, count), 1)
    ]


def processor() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measured(name: str, count: int, work: Callable[[], None]) -> float:
    """Milliseconds a letter by the clock, printed with the processor's."""
    busy, start = processor(), time.perf_counter()
    work()
    wall, cpu = time.perf_counter() - start, processor() - busy
    print(
        f"{name:<34} {wall / count * 1000:8.1f} ms/件  处理器 {cpu / count * 1000:8.1f} ms/件  {count / wall:7.1f} 件/秒"
    )
    return wall / count * 1000


def kinds(every: list[Any]) -> None:
    """Milliseconds of one letter by kind and format."""
    from engine.documents.issue import RENDERERS
    from engine.documents.layouts import TEMPLATES

    print("各版式一件（处理器时间）")
    for layout in (*LAYOUTS, "表格", "报告"):
        chosen = [plan for plan in every if plan.layout == layout][:8]
        taken = {}
        for form, render in RENDERERS.items():
            start = time.process_time()
            for plan in chosen:
                render(plan, TEMPLATES)
            taken[form] = (time.process_time() - start) / len(chosen) * 1000
        print(f"  {layout}  " + "  ".join(f".{form} {ms:6.1f} ms" for form, ms in taken.items()))


def write(chosen: list[Any], out: Path, formats: tuple[str, ...]) -> None:
    from engine.documents.issue import render

    out.mkdir(exist_ok=True)
    for number, plan in enumerate(chosen):
        for form in formats:
            (out / f"{number}.{form}").write_bytes(render(plan, form))


def office(files: list[Path], work: Path) -> None:
    """One LibreOffice process for all the files."""
    profile = f"-env:UserInstallation=file://{work}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(work / "office")]
    subprocess.run([*command, *map(str, files)], capture_output=True, check=True)


def resident() -> float:
    """Megabytes this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def set_one(plan: Any) -> float:
    """The letter in both formats, neither kept; then the megabytes of the process that set it."""
    from engine.documents.issue import render

    for form in ("docx", "pdf"):
        render(plan, form)
    return resident()


def memory(every: list[Any], count: int) -> None:
    """Letters one after the other as a batch sets them, none kept: what stays in memory, of the process that sets letters
    (replaced when worn) and of the one that started it."""
    from engine.documents.production import CHUNK
    from engine.office.processes import processes

    chosen, step, most = letters(every, count), max(count // 8, CHUNK), 0.0
    print(f"内存，{count} 件 .docx 和 .pdf，常驻 MB（出具的进程／主进程）：", end="", flush=True)
    with processes(1, count) as run:
        for start in range(0, count, CHUNK):
            chunk = chosen[start : start + CHUNK]
            found = list(run(set_one, chunk))
            most, done = max(most, *found), start + len(chunk)
            if done == CHUNK or start // step != done // step:
                print(f" {done}:{found[-1]:.0f}／{resident():.0f}", end="", flush=True)
    print(f"  最高 {most:.0f}")


def several(work: Path) -> None:
    """The whole command over the sample cases, by one process and by two."""
    taken = {}
    for jobs in (1, 2):
        out = work / f"jobs{jobs}"
        command = [sys.executable, "cli.py", "issue", "--all", "fixtures", "--out", str(out), "--jobs", str(jobs)]
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        taken[jobs] = time.perf_counter() - start
    print(
        f"guiju issue --all fixtures：--jobs 1 {taken[1]:.1f} s，--jobs 2 {taken[2]:.1f} s，{taken[1] / taken[2]:.2f} 倍"
    )


def speed(chosen: list[Any], work: Path, sample_size: int, *, with_office: bool) -> None:
    """Word alone, Word and PDF, and LibreOffice on the same letters."""
    write(chosen[:2], work / "first", ("docx", "pdf"))
    print(f"{len(chosen)} 件（{'、'.join(LAYOUTS)}）")
    measured(".docx", len(chosen), lambda: write(chosen, work / "word", ("docx",)))
    ours = measured(".docx 和 .pdf", len(chosen), lambda: write(chosen, work / "both", ("docx", "pdf")))
    if with_office and shutil.which("soffice"):
        files = [work / "word" / f"{n}.docx" for n in range(len(chosen))]
        office(files[:1], work)
        batch = measured("LibreOffice，一个进程转全部", len(files), lambda: office(files, work))
        sample = files[:sample_size]
        single = measured(
            "LibreOffice，每件一个进程", len(sample), lambda: [office([f], work) for f in sample] and None
        )
        print(f".docx 和 .pdf 相当于：逐件转换的 {single / ours:.1f} 倍，一次转全部的 {batch / ours:.2f} 倍")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--letters", type=int, default=500)
    parser.add_argument("--sample", type=int, default=20, help="letters converted one LibreOffice process each")
    parser.add_argument("--memory", type=int, default=5000)
    parser.add_argument("--no-office", action="store_true")
    parser.add_argument("--part", choices=("speed", "kinds", "jobs", "memory"), help="one of the four only")
    given = parser.parse_args()
    every = plans()
    chosen = letters(every, given.letters)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        parts: dict[str, Callable[[], None]] = {
            "speed": lambda: speed(chosen, work, given.sample, with_office=not given.no_office),
            "kinds": lambda: kinds(every),
            "jobs": lambda: several(work),
            "memory": lambda: memory(every, given.memory),
        }
        for name, part in parts.items():
            if given.part in (None, name):
                part()


if __name__ == "__main__":
    main()
