"""What `check` adds to the findings: a wrong citation is shown where it is written."""

from __future__ import annotations

import pytest

from engine.base.problem import Problem, Span
from engine.office.check import at_citation
from engine.policy.resolve import Library

TEXT = "准则:\n  - 名称: 第九条甲\n    要求: 有场地\n    条款: [第一条, 第九条]\n"
LIBRARY = Library({"t": {"t/a.yaml": TEXT}}, {}, "")
NAME = Span("t/a.yaml", 2, 9, 2, 13)


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem("E403", "`第九条甲` 引用的 `第九条` 不在条款清单中", NAME), Span("t/a.yaml", 4, 15, 4, 18)),
        (Problem("E403", "`第九条甲` 引用的 `第八条` 不在条款清单中", NAME), NAME),
        (Problem("E405", "`第九条甲` 没有写 `第九条`", NAME), NAME),
        (Problem("E403", "`第九条甲` 引用的 `第九条` 不在条款清单中", None), None),
    ],
)
def test_a_wrong_citation_is_shown_where_it_is_written(problem: Problem, place: Span | None) -> None:
    assert at_citation(problem, LIBRARY).place == place
