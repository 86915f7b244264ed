"""Many threads at one set of packages: the same questions asked by one thread and by many, in any order."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from engine.office import api

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"参数": {"活动场次下限": "11场", "服务人次下限": "290人次"}},
    {"参数": {"专家资源下限": "5人"}},
    {"参数": {"月度活动场次下限": "2场"}},
)
"""What makes four packages of one."""
CASES = sorted(path.parent for path in ROOT.glob("fixtures/[0-8]*/case.yaml"))
HISTORIES = sorted(path.parent for path in ROOT.glob("fixtures/histories/*/events.yaml"))


@dataclass(frozen=True)
class Question:
    """A case to decide, or a history to replay, under one of the packages."""

    package: int
    path: Path
    life: bool


def questions(count: int) -> list[Question]:
    """`count` of them, over all packages, two cases to one history."""
    cases = cycle(Question(number, path, False) for path in CASES for number in range(len(CHANGES)))
    lives = cycle(Question(number, path, True) for path in HISTORIES for number in range(len(CHANGES)))
    return list(islice(chain.from_iterable(zip(cases, cases, lives, strict=False)), count))


def packages() -> list[api.Packages]:
    """Four, nothing of which has been resolved or compiled yet."""
    base = api.load(ROOT / "policies")
    return [api.vary(base, change) for change in CHANGES]


def answer(of: Sequence[api.Packages], question: Question) -> object:
    """What the library says: decisions with the case, or the timeline."""
    rules = of[question.package]
    if question.life:
        return api.replay(rules, question.path, DAY).timeline
    file = api.open_case(rules, question.path)
    return file.case, api.decide(file)


def by_one(asked: Sequence[Question]) -> list[object]:
    """The answers one thread gets, each question answered once."""
    of, known = packages(), dict[Question, object]()
    for question in asked:
        if question not in known:
            known[question] = answer(of, question)
    return [known[question] for question in asked]


def by_many(asked: Sequence[Question], threads: int, seed: int) -> list[object]:
    """The answers `threads` threads get that share the packages, asking in an order of their own and all at once."""
    of, order = packages(), list(range(len(asked)))
    Random(seed).shuffle(order)
    found: list[object] = [None] * len(asked)

    def ask(number: int) -> None:
        found[number] = answer(of, asked[number])

    with _often(), ThreadPoolExecutor(threads) as pool:
        list(pool.map(ask, order))
    return found


@contextmanager
def _often() -> Iterator[None]:
    """Threads change a hundred times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 100)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
