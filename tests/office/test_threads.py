"""Two callers cannot disturb each other: what one thread asks of one set of rules is never answered by another's."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random
from threading import Barrier
from time import sleep

import pytest

from engine.decision.program import Program
from engine.documents import issue
from engine.documents.plan import DocumentPlan
from engine.office import api
from engine.office.batch import Request, Rules, issue_all
from engine.procedure.chaining import Chainer, durable
from tests.office import crowd
from tests.procedure.chaining.programs import office
from tests.sizes import sized

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
SAMPLE = ROOT / "fixtures" / "03-maker-incubator"


def changed_policies(to: Path) -> Path:
    """The packages with lower floors, under which the sample that was refused is fit."""
    shutil.copytree(ROOT / "policies", to)
    file = to / "fuzhou-talent-station" / "parameters.yaml"
    text = file.read_text(encoding="utf-8")
    for now, then in (("值: 12场", "值: 11场"), ("值: 300人次", "值: 290人次")):
        assert now in text
        text = text.replace(now, then, 1)
    file.write_text(text, encoding="utf-8")
    return to


def test_two_batches_at_once_keep_to_their_own_rules(tmp_path: Path) -> None:
    folders = [ROOT / "policies", changed_policies(tmp_path / "policies")]
    together = Barrier(len(folders))

    def run(number: int) -> list[tuple[str, str]]:
        together.wait()
        request = Request(tmp_path / f"out{number}", formats=(), determination="认定审查")
        results = issue_all(Rules(folders[number], DAY, as_of=DAY), [SAMPLE], request)
        return [decision for result in results for decision in result.read.decisions]

    with ThreadPoolExecutor(len(folders)) as pool:
        found = list(pool.map(run, range(len(folders))))
    assert found == [[("认定审查", "不予认定")], [("认定审查", "符合认定条件")]]


def test_several_processes_read_what_one_does(tmp_path: Path) -> None:
    rules = Rules(ROOT / "policies", DAY, as_of=DAY)
    paths = [ROOT / "fixtures" / name for name in ("01-optics-park", "03-maker-incubator", "08-health-platform")]
    request = Request(tmp_path / "out", formats=(), determination="认定审查")
    one, two = ([r.read for r in issue_all(rules, paths, request, jobs)] for jobs in (1, 2))
    assert one == two
    assert [read.path for read in one] == paths


def test_letters_are_set_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    most: list[int] = []

    def renderer(plan: DocumentPlan, templates: Path) -> bytes:
        inside.append(1)
        most.append(len(inside))
        for _ in range(20_000):
            pass
        inside.pop()
        return b""

    monkeypatch.setattr(issue, "RENDERERS", {"pdf": renderer})
    plan = type("Plan", (), {"layout": "公文"})()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: issue.render(plan, "pdf"), range(64)))
    assert max(most) == 1


def test_a_network_dropped_during_a_run_is_freed_only_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library frees a rule set wherever it is told to, in the middle of another's run too."""
    small, large = office(20, Random(1), events=5), office(60, Random(2), events=10)
    held, dropped = durable.DurableChainer(large.program), [Chainer(small.program)]
    expected = held.run(large.facts)
    dropped[0].run(small.facts)
    waiting: list[int] = []
    act: Callable[[durable._Run, str], None] = durable._Run._act

    def dropping(run: durable._Run, message: str) -> None:
        if dropped:
            dropped.clear()
            gc.collect()
        waiting.append(durable._DISCARDED.qsize())
        act(run, message)

    with monkeypatch.context() as patched:
        patched.setattr(durable._Run, "_act", dropping)
        assert held.run(large.facts) == expected
    assert set(waiting) == {1}
    assert held.run(large.facts) == expected
    assert durable._DISCARDED.qsize() == 0


def test_many_threads_get_what_one_gets() -> None:
    """16 threads, four sets of rules, decisions and replays in any order; 2,000 of them in the long run."""
    asked = crowd.questions(sized(24, 2_000))
    assert len({question.package for question in asked}) == 4
    assert crowd.by_many(asked, 16, seed=1) == crowd.by_one(asked)


def test_rules_kept_where_every_thread_finds_them_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that remembers the packages it was last called with mixes them up."""
    last: list[api.Packages] = []
    rules = api.Packages.rules

    def remembering(packages: api.Packages, day: date, regulation: str = "") -> Program:
        last[:] = [packages]
        sleep(0.002)
        return rules(last[0], day, regulation)

    asked = [question for question in crowd.questions(60) if question.path == crowd.CASES[2]] * 6
    expected = crowd.by_one(asked)
    monkeypatch.setattr(api.Packages, "rules", remembering)
    assert crowd.by_many(asked, 16, seed=1) != expected
