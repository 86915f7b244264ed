"""A decision as Markdown, for a file or a mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.basis import together, words
from engine.decision.case import Case
from engine.decision.model import NOT_OPENED, UNCLEAR, UNDECIDED, Decision, ScoreSheet
from engine.decision.wording import called
from engine.policy.package import Package
from engine.views.decision import findings_lines, marks, messages, not_opened, premise_line, stated_line
from engine.views.workings import amounts


def cell(text: str) -> str:
    """A text as it may stand in a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def document(case: Case, package: Package, decisions: Sequence[Decision], source: Sequence[str] = ()) -> Iterator[str]:
    """The whole case: a heading, then each opened determination with its table of criteria; `source`: the line that names the rules."""
    name = called(package, case)
    yield f"# 案件 {case.id}" + (f"：{name}" if name else "")
    yield ""
    yield f"依据《{package.header.title}》（{package.header.status}），基准日 {case.as_of.isoformat()}。"
    if decisions:
        found = together([decision.basis for decision in decisions])
        yield f"所据 `{found.name}`：{'，'.join(f'{part} {word}' for part, word in words(found))}。"
    yield from (cell(line) for line in source)
    if closed := [not_opened(decision) for decision in decisions if decision.outcome == NOT_OPENED]:
        yield ""
        yield f"未启动：{'、'.join(closed)}。"
    for decision in decisions:
        if decision.outcome != NOT_OPENED:
            yield ""
            yield from _decision(decision)


def _decision(decision: Decision) -> Iterator[str]:
    yield f"## {decision.determination}：{decision.outcome}"
    yield ""
    if decision.amount:
        yield f"金额：{decision.amount}。"
    if decision.note:
        yield f"说明：{cell(decision.note)}"
    if decision.outcome == UNDECIDED:
        yield f"可能：{'、'.join(decision.possible)}。"
    if decision.reasons:
        yield f"决定性：{'、'.join(decision.reasons)}。"
    if decision.criteria:
        yield ""
        yield "| | 准则 | 条款 | 作用 | 看到的 |"
        yield "|---|---|---|---|---|"
    for result in decision.criteria:
        seen = "；".join(f"{s.name} {s.text}" + (f"（{s.source}）" if s.source else "") for s in result.seen)
        seen += "".join(f"。{text}" for text in messages(result))
        yield f"| {result.mark} | {cell(result.name)} | {'、'.join(result.clauses)} | {' · '.join(marks(result))} | {cell(seen)} |"
    for sheet in decision.scores:
        yield ""
        yield from _score(sheet)
    for title, lines in _lists(decision):
        yield ""
        yield f"**{title}**"
        yield ""
        yield from (f"- {cell(line)}" for line in lines)


def _score(sheet: ScoreSheet) -> Iterator[str]:
    band = f"，{sheet.band}" if sheet.band else ""
    yield f"**评分** {cell(sheet.name)} {sheet.total}{band}（{cell(sheet.source)}）"
    yield ""
    yield "| 分项 | 满分 | 得分 | 权重 | 加权得分 |"
    yield "|---|---|---|---|---|"
    for line in sheet.lines:
        yield f"| {cell(line.name)} | {line.full} | {line.mark} | {line.weight} | {line.weighted} |"


def _lists(decision: Decision) -> Iterator[tuple[str, list[str]]]:
    needed = [f"{m.name}：{m.question or m.label}" for m in decision.missing if m.matters]
    relied = [f"{r.name} {r.text}（{r.source}）" for r in decision.relied]
    reopening = [m.name for m in decision.missing if m.reopens]
    first = [premise_line(premise) for premise in decision.premises if premise.lacking]
    unclear = [premise_line(premise) for premise in decision.premises if premise.verdict == UNCLEAR]
    for title, lines in (
        ("直接判断", findings_lines(decision)),
        ("计算", amounts(decision)),
        ("须先", first),
        ("待查明的前提", unclear),
        ("前提所凭", [stated_line(decision)] if decision.stated else []),
        ("待补", needed),
        ("未填、填报后可能改变结果", reopening),
        ("补救", [decision.remedy.sentence] if decision.remedy and decision.remedy.sentence else []),
        ("或者", list(decision.remedy.alternatives) if decision.remedy else []),
        ("文书", list(decision.documents)),
        ("附随", [f"{a.name}：{a.text}" for a in decision.attached]),
        ("所依据的参数和口径", relied),
        ("注意", list(decision.notes)),
    ):
        if lines:
            yield title, lines
