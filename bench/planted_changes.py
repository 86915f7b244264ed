"""Are changes of meaning found? Every planted change of a comparison of the first package against the rules themselves.

python -m bench.planted_changes [STEP [SAID]]     every STEPth of them (default 1), those with a word in them; processor time, by hand
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from engine.decision.apart import compared_rules
from engine.decision.program import compile_package
from engine.decision.witnesses import Version
from engine.office.batch import cases_in
from engine.office.compared_rules import STEPS, example_cases
from engine.office.impact import reopened, side
from engine.office.workspace import Workspace
from engine.policy.mutants import mutants

KINDS = ("比较",)
SOLVER = find_spec("z3") is not None


def main(step: int, word: str) -> None:
    rules = Workspace(Path("policies"), date(2026, 11, 23), "fuzhou-talent-station")
    before = rules.program()
    cases = [side(rules, path) for path in [*example_cases(rules), *cases_in([Path("fixtures")])]]
    sides = [found for found in cases if isinstance(found, Version) and found.program.package.id == before.package.id]
    planted = [
        mutant
        for mutant in mutants(before.package)
        if mutant.kind in KINDS and mutant.path[0] != "procedure" and word in mutant.said
    ]
    counted: Counter[str] = Counter()
    times, left = [], 0
    for mutant in planted[::step]:
        package = mutant.of(before.package)
        assert package is not None
        start = time.process_time()
        after = compile_package(package)
        pairs = [reopened(one, Version(after, one.case)) for one in sides]
        found = compared_rules(before, after, pairs, search=not SOLVER)
        if SOLVER:
            from engine.proofs.versions import Prover

            prover = Prover.of((before, after), pairs, STEPS)
            found = tuple(prover.settled(one) for one in found)
        left += sum(len(one.left) for one in found)
        times.append(time.process_time() - start)
        verdicts = {one.verdict for one in found} - {"相同"}
        telling = any(change.tellings for one in found for change in one.changes)
        result = "found" if telling else "、".join(sorted(verdicts)) or "nothing differs"
        counted[result] += 1
        if not telling:
            print(result, mutant.owner, mutant.said, flush=True)
    print(
        dict(counted),
        f"{len(times)} pairs",
        f"median {sorted(times)[len(times) // 2]:.2f} s",
        f"most {max(times):.2f} s",
        f"{left} questions left",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1, sys.argv[2] if len(sys.argv) > 2 else "")
