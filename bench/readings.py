"""How many readings the letters of the sample cases name, how many sample values they say they rest on, and the processor
time that deciding and planning a letter takes: `.venv/bin/python bench/readings.py`."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


DAY = date(2026, 11, 23)
READING, SAMPLES = "条文可以有不同理解", "取自实施口径（示例）"


def main() -> None:
    from engine.base.problem import Refused
    from engine.decision.decide import decide_all
    from engine.documents.pieces import pieces_of
    from engine.documents.writing import drafts_of
    from engine.office.workspace import Workspace

    workspace = Workspace(ROOT / "policies", DAY)
    letters = readings = samples = 0
    spent = 0.0
    for path in sorted((ROOT / "fixtures").iterdir()):
        if not (path / "case.yaml").exists():
            continue
        try:
            program, case, _ = workspace.case(path)
        except Refused:
            continue
        started = time.process_time()
        drafts, _ = drafts_of(program, case, decide_all(program, case), None, case.as_of)
        spent += time.process_time() - started
        texts = [piece.text for draft in drafts for piece in pieces_of(draft.plan)]
        letters += len(drafts)
        readings += sum(text.count(READING) for text in texts)
        samples += sum(text.count(SAMPLES) for text in texts)
    print(f"letters {letters}, readings named {readings}, sentences on sample values {samples}, {spent:.1f} s")


if __name__ == "__main__":
    main()
