"""Why, why not, what would change it, what no longer matters; and what a name or a clause of the package is about."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.text import wrap
from engine.decision.model import NOT_OPENED, UNDECIDED, CriterionResult, Decision
from engine.language.printer import print_node, show_value
from engine.policy.checks import cited, clause_key, definitions
from engine.policy.package import Package, Parameter
from engine.policy.uses import expressions, names_in
from engine.views.decision import COLUMNS, criterion, labelled, outcome_role, rule
from engine.views.paint import Paint, uncoloured


def explain(decision: Decision, paint: Paint = uncoloured, columns: int = COLUMNS) -> Iterator[str]:
    """The four answers about one decision."""
    yield rule(f"{decision.determination}：{decision.outcome}", columns)
    if decision.outcome == NOT_OPENED:
        yield "本案没有触发这项决定的事实，未启动。"
        return
    yield from _why(decision, paint, columns)
    yield from _why_not(decision, paint, columns)
    yield from _what_changes(decision, columns)
    yield from _what_no_longer_matters(decision, columns)


def _title(text: str) -> Iterator[str]:
    yield ""
    yield f"【{text}】"


def _by_name(decision: Decision) -> dict[str, CriterionResult]:
    return {result.name: result for result in decision.criteria}


def _why(decision: Decision, paint: Paint, columns: int) -> Iterator[str]:
    shown = paint(decision.outcome, outcome_role(decision))
    yield from _title("为什么")
    if decision.outcome == UNDECIDED:
        possible = "、".join(decision.possible)
        yield from wrap(f"还不能决定：缺少的事实会影响结果，可能是 {possible}。", columns, indent="  ")
        return
    yield f"  只凭下列各项就得出“{shown}”，其余无论如何都不改变它："
    known = _by_name(decision)
    for name in decision.reasons:
        if name in known:
            yield from criterion(known[name], paint, columns)
            if known[name].reasons:
                yield from wrap(f"只凭：{'、'.join(known[name].reasons)}", columns, indent=" " * 6)
        else:
            seen = next((s for s in decision.facts if s.name == name), None)
            source = f"  ← {seen.source}" if seen and seen.source else ""
            text = f"{name} = {seen.text}{source}" if seen else name
            yield from wrap(text, columns, indent="  · ", hanging=" " * 4)
    if not decision.reasons:
        yield "  不依赖任何准则（没有其他结果成立时即为此）。"


def _why_not(decision: Decision, paint: Paint, columns: int) -> Iterator[str]:
    target = decision.remedy.outcome if decision.remedy else ""
    if decision.favourable or not target:
        return
    yield from _title(f"为什么不是“{target}”")
    failing = [c for c in decision.criteria if c.verdict == "未满足" and c.strength != "鼓励"]
    for result in failing:
        text = result.message or result.sentence
        clauses = f"（{'、'.join(result.clauses)}）" if result.clauses else ""
        yield from wrap(f"{result.name}{clauses}：{text}", columns, indent="  ✗ ", hanging=" " * 4)
    if not failing:
        yield "  没有未满足的准则；结果取决于决定的其他条件。"


def _what_changes(decision: Decision, columns: int) -> Iterator[str]:
    needed = [m for m in decision.missing if m.matters]
    if decision.remedy is None and not needed:
        return
    yield from _title("什么会改变它")
    if decision.remedy is not None:
        yield from wrap(decision.remedy.sentence, columns, indent="  ")
        for rest in decision.remedy.remains:
            yield from wrap(rest, columns, indent="  · ", hanging=" " * 4)
    for item in needed:
        criteria = f"（影响 {'、'.join(item.criteria)}）" if item.criteria else ""
        yield from wrap(f"补充“{item.name}”{criteria}", columns, indent="  · ", hanging=" " * 4)


def _what_no_longer_matters(decision: Decision, columns: int) -> Iterator[str]:
    idle = [m.name for m in decision.missing if not m.matters]
    beside = [c.name for c in decision.criteria if c.name not in decision.reasons]
    if decision.outcome == UNDECIDED or not (idle or beside):
        beside = []
    if not (idle or beside):
        return
    yield from _title("什么已不再重要")
    if idle:
        yield from wrap(f"仍未填写、但不再影响结果：{'、'.join(idle)}", columns, indent="  ", hanging=" " * 4)
    if beside:
        yield from wrap(f"不是决定性的准则：{'、'.join(beside)}", columns, indent="  ", hanging=" " * 4)


def _contents(package: Package, name: str) -> tuple[str, str] | None:
    """What kind of thing `name` is, and its content in a line."""
    if (parameter := package.parameters.get(name)) is not None:
        return "参数", _parameter_text(parameter)
    if (criterion_ := package.criteria.get(name)) is not None:
        return "准则", f"{criterion_.sentence}（{criterion_.strength}）"
    if (derived := package.derived.get(name)) is not None:
        return "派生量", print_node(derived.expression)
    if (fact := package.facts.get(name)) is not None:
        return "事实", fact.label or fact.question
    if (table := package.tables.get(name)) is not None:
        return "记录表", "、".join(column.name for column in table.columns)
    if (score := package.scores.get(name)) is not None:
        return "评分", "、".join(item.name for item in score.items)
    if (lookup := package.decision_tables.get(name)) is not None:
        return "决定表", "、".join(print_node(head) for head in lookup.inputs)
    if (determination := package.determinations.get(name)) is not None:
        return "决定", "、".join(outcome.name for outcome in determination.outcomes)
    return None


def about(package: Package, name: str, columns: int = COLUMNS) -> list[str] | None:
    """What a name or a citation means and what rests on it; None where the package has neither."""
    if name in package.clauses:
        return _about_clause(package, name, columns)
    found = _contents(package, name)
    if found is None:
        return None
    rules = definitions(package)
    lines = [rule(f"{found[0]} {name}", columns), *labelled("内容", found[1], columns)]
    if (item := rules.get(name)) is not None:
        lines += labelled("条款", "、".join(item.clauses) or "（无）", columns)
        lines += labelled("出自", f"《{package.headers[item.origin].title}》", columns)
        lines += labelled("位置", str(item.span), columns) if item.span else []
    return lines + labelled("用于", "、".join(users_of(package, name)) or "（无）", columns)


def _parameter_text(parameter: Parameter) -> str:
    if parameter.value is None:
        return f"未定，由{parameter.setter or '有权机关'}确定"
    return show_value(parameter.value, parameter.type, parameter.unit)


def users_of(package: Package, name: str) -> list[str]:
    """The definitions whose expressions use `name`, in package order."""
    users = [owner for owner, node in expressions(package) if name in names_in([node])]
    return list(dict.fromkeys(users))


def _about_clause(package: Package, citation: str, columns: int) -> list[str]:
    clause = package.clauses[citation]
    lines = [rule(f"{clause.citation}（{clause.kind}）", columns), *labelled("要旨", clause.gist, columns)]
    carried = [r.name for r, c in cited(package) if clause_key(package, c, r.origin) == citation]
    lines += labelled("承载", "、".join(dict.fromkeys(carried)) or f"不编码：{clause.not_encoded}", columns)
    if clause.span:
        lines += labelled("位置", str(clause.span), columns)
    return lines
