"""Decisions and letters recorded in a ledger and made again from nothing but the ledger: are they the same?

python -m bench.replay [--decisions 1000] [--ledger FILE]

Records all sample cases, decided, and all histories and cases with their letters (.docx and PDF); then the cases again under
other numbers until there are enough decisions. FILE is kept and used again where it is named. Times are the processor's.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from time import process_time

from engine.base.problem import Refused
from engine.commands.shell import BEIJING
from engine.decision.decide import decide_all
from engine.files.used import command, noting
from engine.office.batch import Request, Rules, cases_in, issue_all
from engine.office.ledger import Ledger, make
from engine.office.recording import Recorder, record_cases
from engine.office.registers import InLedger
from engine.office.replaying import Replayer
from engine.office.standing import files
from engine.office.verifying import verify_kept
from engine.office.workspace import Workspace
from engine.record.act import By
from engine.record.store import Store

ROOT = Path(__file__).resolve().parents[1]
BY, DAY = By("陈若川", ("签发",)), date(2026, 11, 23)


def ledger_at(place: Path) -> Ledger:
    return Ledger(place, None, lambda: datetime(2026, 11, 30, 12, tzinfo=BEIJING), lambda _: None)


def fill(ledger: Ledger, wanted: int, folder: Path) -> None:
    """Record letters of every case and history, then decisions of the cases until there are `wanted`."""
    make(ledger, BY)
    paths = cases_in([ROOT / "fixtures", ROOT / "fixtures/histories"])
    request = Request(folder / "out", register=InLedger(ledger, BY, None, False), recorded=True)
    issue_all(Rules(ROOT / "policies", DAY, as_of=DAY), paths, request)
    rules = Workspace(ROOT / "policies", DAY)
    for number in range(1, 100):
        with ledger.opened(reading=True) as store:
            ((count,),) = store.sql.run("SELECT COUNT(*) FROM decisions")
        print(f"  {count:,} decisions recorded, {process_time():.0f} s", flush=True)
        if count >= wanted:
            return
        for path in paths:
            if (path / "case.yaml").is_file():
                again(ledger, rules, path, number, folder)


def again(ledger: Ledger, rules: Workspace, path: Path, number: int, folder: Path) -> None:
    """The case under another number, decided and recorded."""
    copy = Path(shutil.copytree(path, folder / f"cases/{number}/{path.name}"))
    for file in copy.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("FZ-202", f"第{number}次-FZ-202"), encoding="utf-8")
    try:
        with command(), noting() as files:
            program, case, _ = rules.case(copy)
        found = Recorder().case(rules, program.package, case, decide_all(program, case), files, copy)
        record_cases(ledger, [found], BY)
    except Refused as refused:
        print(f"  {path.name}: {refused}")


def replay(store: Store) -> int:
    told, wrong = Counter[str](), list[str]()
    with Replayer(store) as replayer:
        seqs = [int(seq) for (seq,) in store.select("seq", "acts", "kind = '决定'")]
        begun = process_time()
        for place, seq in enumerate(seqs, 1):
            one, checks = replayer.decision(seq)
            told.update(
                f"decisions {check.what}: {check.holds} {check.said}"
                for check in checks
                if check.what in ("事实", "逐字")
            )
            wrong += [f"{seq} {one.determination}: {check}" for check in checks if check.holds is False]
            if place % 100 == 0:
                print(f"  {place:,} of {len(seqs):,} decisions, {process_time() - begun:.0f} s", flush=True)
        print(f"{len(seqs):,} decisions in {process_time() - begun:.0f} s", flush=True)
        begun, letters = process_time(), 0
        for (seq,) in store.select("seq", "documents"):
            for kept in files(store, int(seq)):
                verdict = verify_kept(replayer, kept, None)
                letters += 1
                told.update(
                    f"letters {check.what}: {check.holds} {check.said}"
                    for check in verdict.checks
                    if check.what == "字节"
                )
                wrong += [f"{verdict.subject}: {check}" for check in verdict.checks if check.holds is False]
                wrong += [f"{verdict.subject}: {said}" for said in verdict.altered]
                if letters % 50 == 0:
                    print(f"  {letters:,} files of letters, {process_time() - begun:.0f} s", flush=True)
        print(f"{letters:,} files of letters in {process_time() - begun:.0f} s")
    print("".join(f"  {count:,} {what}\n" for what, count in sorted(told.items())), end="")
    print("\n".join(wrong) or "nothing differs")
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=1000)
    parser.add_argument("--ledger", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = asked.ledger or Path(name) / "账本.db"
        ledger = ledger_at(place)
        if not place.exists():
            fill(ledger, asked.decisions, Path(name))
        with ledger.opened(reading=True) as store:
            return min(1, replay(store))


if __name__ == "__main__":
    raise SystemExit(main())
