"""Edge: work spread over processes that are replaced after a while and never outlive the one that started them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from engine.base.problem import Problem, Refused

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

_In = TypeVar("_In")
_Out = TypeVar("_Out")

FEW = 40
"""Items for which one process is not replaced, so that it may be this one."""
WORN = 200
"""Items after which a process is replaced: the libraries under WeasyPrint keep some 20 kB of every letter."""
_COLLECT = 100_000
"""Objects between two searches for garbage. What was there when the process began is not searched."""
_SWEPT = 16
"""Items of a child after which its garbage is searched for in any case."""


class Crew:
    """`jobs` processes, made anew when each has had about `WORN` items to do. They are forked from a process in which
    nothing but this program is loaded: WeasyPrint and Pango start in each of them afresh."""

    def __init__(self, jobs: int) -> None:
        self.jobs, self.done = jobs, 0
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[_In], _Out], items: Iterable[_In]) -> Iterable[_Out]:
        """The function of every item, in order; none is left when the last is told."""
        todo = list(items)
        if self.done + len(todo) > WORN * self.jobs:
            self.close()
        self.done += len(todo)
        return list(self._workers().map(function, todo))

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(self.jobs, get_context("fork"), initializer=_begin)
        return self._pool

    def close(self) -> None:
        """All processes end; what they have not begun is not done."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool, self.done = None, 0


@contextmanager
def processes(jobs: int, items: int) -> Iterator[Callable[[Callable[[_In], _Out], Iterable[_In]], Iterable[_Out]]]:
    """A `map` over `jobs` processes for about `items` things to do, in order; over this one where one is enough for few.
    Refused (E644, exit code 2) where a process was ended from outside."""
    if jobs <= 1 and items <= FEW:
        yield map
        return
    from concurrent.futures.process import BrokenProcessPool

    crew = Crew(jobs)
    try:
        yield crew.map
    except BrokenProcessPool:
        message = "出具文书的子进程意外中断，多半是内存不足"
        raise Refused(Problem("E644", message, help="减少 `--jobs`，或分几次出具"), 2) from None
    finally:
        crew.close()


def cpus() -> int:
    """The processors this process may use."""
    return max(1, len(os.sched_getaffinity(0)))


def forkable() -> bool:
    """Whether this process may be forked: the children of one in which an engine has run threads may wait for ever."""
    return not {"polars", "duckdb"} & sys.modules.keys()


def forked(
    work: Callable[[_In], _Out], items: Sequence[_In], jobs: int, heard: Callable[[int, int], None]
) -> list[_Out]:
    """`work` of every item, in order, spread over `jobs` children that are this process as it is, so that what `work` holds
    need not be sent; `heard` is told how many are done. Refused (E644, exit code 2) where a child was ended from outside."""
    context, found = get_context("fork"), dict[int, _Out]()
    open_: dict[Connection, BaseProcess] = {}
    for first in range(jobs):
        receiving, sending = context.Pipe(duplex=False)
        child = context.Process(target=_part, args=(work, items, range(first, len(items), jobs), sending), daemon=True)
        child.start()
        sending.close()  # so that the next child does not hold it open, and the end of this one is seen
        open_[receiving] = child
    while open_:
        for one in wait(list(open_)):
            assert isinstance(one, Connection)
            try:
                at, made = one.recv()
            except EOFError:
                open_.pop(one).join()
                continue
            found[at] = made
            heard(len(found), len(items))
    if len(found) < len(items):
        message = "子进程意外中断，多半是内存不足"
        raise Refused(Problem("E644", message, help="减少 `--jobs`"), 2)
    return [found[at] for at in range(len(items))]


def _part(work: Callable[[_In], _Out], items: Sequence[_In], places: Iterable[int], sending: Connection) -> None:
    _begin()
    for count, at in enumerate(places):
        sending.send((at, work(items[at])))
        if count % _SWEPT == _SWEPT - 1:
            gc.collect()  # what one item leaves is large and hangs together


def _begin() -> None:
    """Once in every process."""
    gc.freeze()
    gc.set_threshold(_COLLECT)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed gets no word of it: its jobs just cease. The other end of this pipe closes."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
