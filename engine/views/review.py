"""意见清单: what the regulation leaves open, as a list the drafting office can act on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.text import wrap
from engine.documents.official import Fault
from engine.documents.provisions import doubled, lacking_consequence, without_exit, without_return, without_withdrawal
from engine.language.printer import show_value
from engine.policy.citations import in_ranges
from engine.policy.package import DecisionTable, Interpretation, Package, Score
from engine.policy.uses import expressions, names_in
from engine.views.decision import COLUMNS, labelled, rule
from engine.views.paint import Paint, uncoloured


def review(
    package: Package,
    source: Sequence[str] = (),
    paint: Paint = uncoloured,
    columns: int = COLUMNS,
    text: Sequence[Fault] | None = None,
) -> Iterator[str]:
    """Interpretations, open terms, findings left to people, constructs not expressible, and what the encoded rules tell of
    the text; `source`: the line that names the rules; `text`: faults of the official text, None where there is none to look
    at."""
    yield f"《{package.header.title}》（{package.header.status}）意见清单"
    yield from source
    questions = list(package.interpretations.values())
    yield ""
    yield rule(f"一、条文的不同理解（{len(questions)} 项）", columns)
    for question in questions:
        yield from _question(question, paint, columns)
    terms = list(open_terms(package))
    yield ""
    yield rule(f"二、条文未定、须由有权机关确定的事项（{len(terms)} 项）", columns)
    for name, clauses, setter, filled in terms:
        yield from wrap(
            f"{name}（{clauses}）由{setter or '有权机关'}定：{filled}", columns, indent="  · ", hanging=" " * 4
        )
    findings = [f for f in package.facts.values() if f.finding]
    yield ""
    yield rule(f"三、留给人判断的事项（{len(findings)} 项）", columns)
    for fact in findings:
        clauses = f"（{'、'.join(fact.clauses)}）" if fact.clauses else ""
        yield from wrap(f"{fact.name}{clauses}：{fact.label or fact.question}", columns, indent="  · ", hanging=" " * 4)
    if package.inexpressible:
        yield ""
        yield rule(f"四、暂不能编码的条文（{len(package.inexpressible)} 项）", columns)
    for item in package.inexpressible:
        said = f"{item.name}（{'、'.join(item.clauses)}）：{item.reason}出路：{item.way_out}"
        yield from wrap(said, columns, indent="  · ", hanging=" " * 4)
    yield from _provisions(package, columns)
    if text is not None:
        yield ""
        yield rule(f"条文文字（{len(text)} 处）", columns)
        for fault in text:
            yield from wrap(f"第 {fault.line} 行　{fault.what}：{fault.said}", columns, indent="  · ", hanging=" " * 4)


def _provisions(package: Package, columns: int) -> Iterator[str]:
    """What the encoded rules tell of the text as it is written."""
    if duties := lacking_consequence(package):
        yield ""
        yield rule(f"没有单独后果的义务（{len(duties)} 处）", columns)
        yield from wrap("、".join(in_ranges(duties)), columns, indent="  · ", hanging=" " * 4)
    if sums := without_return(package):
        yield ""
        yield rule(f"发放以后没有规定怎样收回的（{len(sums)} 项）", columns)
        yield from (f"  · {name}：{outcome}" for name, outcome in sums)
    if granted := without_withdrawal(package):
        yield ""
        yield rule(f"作出以后没有规定怎样撤回、更正的（{len(granted)} 项）", columns)
        yield from (f"  · {name}：{outcome}" for name, outcome in granted)
    if standings := without_exit(package):
        yield ""
        yield rule(f"取得以后没有规定怎样退出的（{len(standings)} 项）", columns)
        for state, name, outcome in standings:
            said = f"{state}（{name}：{outcome}）：只有对当事人不利的决定能使它终止，没有写自愿退出、到期或者另行确认"
            yield from wrap(said, columns, indent="  · ", hanging=" " * 4)
    if pairs := doubled(package):
        yield ""
        yield rule(f"写在两处的同样规定（{len(pairs)} 处）", columns)
        for pair in pairs:
            said = f"{pair.one}与{pair.other}：{'、'.join(pair.shared)}"
            yield from wrap(said, columns, indent="  · ", hanging=" " * 4)


def _question(question: Interpretation, paint: Paint, columns: int) -> Iterator[str]:
    yield ""
    yield from wrap(f"{question.number} {question.name}（{'、'.join(question.clauses)}）", columns)
    yield from labelled("  问题", question.question, columns)
    for option in question.options:
        adopted = option.name == question.adopted
        mark = paint("●", "good") if adopted else "○"
        text = f"{option.name}：{option.effect}"
        yield from wrap(text, columns, indent=f"    {mark} ", hanging=" " * 6)
    if not question.adopted:
        yield paint("    未采用任何一种；凡与此有关的决定都会注明。", "open")
    if question.touches:
        yield from labelled("  影响", "、".join(question.touches), columns)
    if question.advice:
        yield from labelled("  建议", question.advice, columns)


def open_terms(package: Package) -> Iterator[tuple[str, str, str, str]]:
    """(name, clauses, setter, what fills it now) of every term the regulation leaves open."""
    for parameter in package.parameters.values():
        if parameter.source == parameter.origin:
            continue
        filled = "尚未确定"
        if parameter.value is not None:
            shown = show_value(parameter.value, parameter.type, parameter.unit)
            filled = f"现为 {shown}（{source_title(package, parameter.source)}）"
        yield parameter.name, "、".join(parameter.clauses), parameter.setter, filled
    schemes: list[Score | DecisionTable] = [*package.scores.values(), *package.decision_tables.values()]
    for item in schemes:
        if item.open or item.source != item.origin:
            filled = "尚未确定" if item.open else f"已实施（{source_title(package, item.source)}）"
            yield item.name, "、".join(item.clauses), item.setter, filled


def source_title(package: Package, source: str) -> str:
    """Where a value comes from, for people: a package's title, or the interpretation that set it."""
    header = package.headers.get(source)
    return f"《{header.title}》" if header else source


def to_plain(package: Package, text: Sequence[Fault] | None = None) -> dict[str, object]:
    """The list as JSON-ready data."""
    said = [{"行": fault.line, "问题": fault.what, "文字": fault.said} for fault in text or ()]
    return {
        **({"条文文字": said} if text is not None else {}),
        "没有后果的义务": lacking_consequence(package),
        "没有规定收回的": [{"决定": name, "结果": outcome} for name, outcome in without_return(package)],
        "没有规定撤回的": [{"决定": name, "结果": outcome} for name, outcome in without_withdrawal(package)],
        "没有规定退出的": [{"状态": s, "决定": name, "结果": outcome} for s, name, outcome in without_exit(package)],
        "写在两处的": [{"条款": [d.one, d.other], "同样的": list(d.shared)} for d in doubled(package)],
        "规范": package.header.title,
        "解释口径": [
            {
                "编号": q.number,
                "名称": q.name,
                "问题": q.question,
                "条款": list(q.clauses),
                "选项": [{"名称": o.name, "效果": o.effect, "改动": list(o.changes)} for o in q.options],
                "采用": q.adopted or None,
                "影响": list(q.touches),
                "建议": q.advice,
            }
            for q in package.interpretations.values()
        ],
        "未定事项": [dict(zip(("名称", "条款", "由", "现状"), term, strict=True)) for term in open_terms(package)],
        "留给人判断": [
            {"名称": f.name, "条款": list(f.clauses), "说明": f.label} for f in package.facts.values() if f.finding
        ],
        "不可编码": [
            {"名称": x.name, "条款": list(x.clauses), "构造": x.construct, "原因": x.reason, "出路": x.way_out}
            for x in package.inexpressible
        ],
        "准则用到的判断": sorted(_findings_used(package)),
    }


def _findings_used(package: Package) -> set[str]:
    used = names_in(node for _owner, node in expressions(package))
    return {f.name for f in package.facts.values() if f.finding and f.name in used}
