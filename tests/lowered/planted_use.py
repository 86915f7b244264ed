"""What must work with the rows of `planted_rows.py` in the table."""

from __future__ import annotations

from typing import Any

from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.language.check import check
from engine.language.lexer import Lexicon, Sentence
from engine.language.parser import parse_expression
from engine.language.printer import print_node
from engine.language.reference import reference
from tests.worlds.build import Build, case, records


def build() -> Build:
    found = Build().fact("甲").fact("数一", "整数", low=0, high=50, change="可增").fact("数二", "整数")
    found.table("台账", found.field("人次", "整数", low=0), found.field("已核实", "是否"))
    found.criterion("相近", "绝对值（数一−数二）不超过2").criterion("次数", "其余计数（台账，已核实）不少于1")
    return found.determination("审查", [("准予", "全部满足（条件组）")], "不予", favourable="准予")


def decided(**facts: Any) -> Any:
    return decide(compile_package(build().package()), case(facts), "审查")


ROWS = records(("人次", "已核实"), (3, True), (4, True), (5, None))
FEW = records(("人次", "已核实"), (3, True), (4, None))

# check: types by the signature, the row's own example as advice
node, problems = parse_expression(Sentence("绝对值（甲）不超过2", lambda a, b: None), Lexicon(build().scope()))
assert node is not None
assert [problem.code for problem in check(node, build().scope())[1]] == ["E202"]
node, problems = parse_expression(
    Sentence("其余计数（甲，甲，甲）不超过2", lambda a, b: None), Lexicon(build().scope())
)
assert node is not None
assert "其余计数（活动台账）" in (check(node, build().scope())[1][0].help or "")
print("check")

# decide
assert decided(数一=3, 数二=5, 台账=ROWS).outcome == "准予"
assert decided(数一=3, 数二=9, 台账=ROWS).outcome == "不予"
print("decide")

# bounds: two records are certain, a third may count; of one certain and one open nothing follows
assert decided(数一=3, 数二=5, 台账=FEW).outcome == "待查"
print("bounds")

# explain
found = decided(数一=3, 数二=9, 台账=ROWS)
assert found.reasons == ("相近",)
assert found.criteria[0].reasons == ("数一", "数二")
assert [seen.name for seen in found.criteria[1].seen] == ["台账"]
print("explain")

# missing: what lacks, and a table with blank cells
assert [m.name for m in decided(数一=3, 台账=ROWS).missing if m.matters] == ["数二"]
assert [m.name for m in decided(数一=3, 数二=5, 台账=FEW).missing if m.matters] == ["台账"]
print("missing")

# remedies: the nearest whole number behind the new function
assert found.remedy is not None
assert found.remedy.sentence == "将数一由3增至7。"
print("remedies")

# printing, and parsing what is printed
node = build().expression("绝对值（数一−数二）不超过2 且 其余计数（台账，已核实）不少于1")
assert print_node(node).startswith("绝对值（数一−数二）")
assert build().expression(print_node(node)) == node
print("print")

# docs
assert "| `绝对值` | 去掉负号 | `绝对值（线上人次−线下人次）` |" in reference()
assert "| `其余计数` |" in reference()
print("docs")
