"""What the calls of the library cost, over the sample cases: medians of one call, in microseconds.

python -m bench.library
"""

from __future__ import annotations

import gc
import json
import resource
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from engine.decision.door import objections
from engine.office import api

ROOT = Path(__file__).parents[1]
CASES = sorted(path.parent for path in ROOT.glob("fixtures/[0-8]*/case.yaml"))
LIVES = sorted(path.parent for path in ROOT.glob("fixtures/histories/*/events.yaml"))
DAY = date(2026, 11, 23)
ROUNDS = 5
LOWER = {"参数": {"活动场次下限": "11场"}}
DATA = {"案件": "甲", "基准日": "2026-11-23", "事实": {"驿站类型": "行业型", "专家资源人数": 14, "统计年度": "2025"}}


def timed(call: Callable[[], object]) -> float:
    """Microseconds of one call."""
    start = perf_counter()
    call()
    return (perf_counter() - start) * 1e6


def over(files: list[Any], call: Callable[[Any], object]) -> str:
    """Median and largest over the files, each the best of some rounds."""
    found = [min(timed(lambda file=file: call(file)) for _ in range(ROUNDS)) for file in files]
    return f"{median(found):>10,.0f} {max(found):>10,.0f}"


def main() -> None:
    print(f"{'':28}{'median µs':>10} {'most µs':>10}")
    print(f"{'load':28}{over([ROOT / 'policies'], api.load)}")
    packages = api.load(ROOT / "policies")
    print(f"{'rules of a day, first':28}{timed(lambda: packages.rules(DAY)):>10,.0f}")
    print(f"{'rules of a supposed change':28}{timed(lambda: api.vary(packages, LOWER).rules(DAY)):>10,.0f}")
    print(f"{'open a case from files':28}{over(CASES, lambda path: api.open_case(packages, path))}")
    print(f"{'open a case from data':28}{over([DATA], lambda data: api.open_case(packages, data))}")
    files = [api.open_case(packages, path) for path in CASES]
    print(f"{'the door':28}{over(files, lambda file: objections(file.package, file.case))}")
    pairs = [(file, name) for file in files for name in file.package.determinations]
    for call in (api.evaluate, api.explain, api.missing, api.remedy, api.decide):
        print(f"{call.__name__ + ', one determination':28}{over(pairs, lambda pair, call=call: call(*pair))}")
    print(f"{'decide, every one':28}{over(files, api.decide)}")
    print(f"{'amend a fact':28}{over(files, lambda file: api.amend(file, facts={'专家资源人数': '9人'}))}")
    print(f"{'sources of a criterion':28}{over(files, lambda file: api.sources(file, '年度活动规模'))}")
    print(f"{'records of a sum':28}{over(files, lambda file: api.records(file, '年度服务人次'))}")
    decisions = [decision for file in files for decision in api.decide(file)]
    plain = [json.loads(json.dumps(api.plain(decision))) for decision in decisions]
    print(f"{'rows of a decision':28}{over(decisions, lambda decision: api.rows([decision]))}")
    print(f"{'a decision as JSON':28}{over(decisions, lambda decision: json.dumps(api.plain(decision)))}")
    print(f"{'a decision read back':28}{over(plain, api.restore)}")
    print(f"{'clauses':28}{over([packages], lambda of: api.clauses(of, DAY))}")
    print(f"{'replay from files':28}{over(LIVES, lambda path: api.replay(packages, path, DAY))}")
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = [timed(lambda day=day: packages.rules(date(2026, 1, 1) + timedelta(day))) for day in range(60)]
    kept = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 60
    print(f"{'rules of another day':28}{median(spent):>10,.0f} {max(spent):>10,.0f}   {kept:,.0f} kB each")
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(20):
        for file in files:
            api.decide(file)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"memory over {20 * len(decisions):,} further decisions: {grown:,} kB more")


if __name__ == "__main__":
    main()
