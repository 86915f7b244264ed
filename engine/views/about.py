"""What a name, a clause, a question of interpretation or a document of the package is about, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.language.printer import print_node, show_value
from engine.policy.checks import Provision, cited, clause_key, definitions
from engine.policy.package import Interpretation, Package, Parameter
from engine.policy.uses import expressions, names_in, outcomes, users
from engine.views.decision import COLUMNS, labelled, rule

Rows = list[tuple[str, str]]
"""Label and text of each row; a row without text is left out."""


def about(package: Package, name: str, columns: int = COLUMNS, wording: str = "") -> list[str] | None:
    """What `name` means and what rests on it: a clause (with its official `wording`, where the office has it), a defined
    name, the number of an interpretation, a document, a group, an outcome, an enumeration or one of its members; None
    where the package has none of these."""
    found = _rows(package, name)
    if found is None:
        return None
    heading, rows = found
    rows = [("原文", wording), *rows]
    lines = [rule(heading, columns)]
    for label, text in rows:
        lines += labelled(label, text, columns) if text else []
    return lines


def subjects(package: Package) -> tuple[str, ...]:
    """Everything `about` knows, for suggestions."""
    members = (member for members in package.scope.enums.values() for member in members)
    enums = (name for name in package.scope.enums if not name.startswith("结论："))
    numbers = (question.number for question in package.interpretations.values())
    known = (*package.scope.symbols, *package.clauses, *package.documents, *package.groups, *numbers, *enums, *members)
    return tuple(dict.fromkeys(known))


def _rows(package: Package, name: str) -> tuple[str, Rows] | None:
    if name in package.clauses:
        return _clause(package, name)
    if (content := _contents(package, name)) is not None:
        return _definition(package, name, *content)
    for question in package.interpretations.values():
        if name in (question.number, question.name):
            return _question(package, question)
    if name in package.documents:
        return _document(package, name)
    return _words(package, name)


def _contents(package: Package, name: str) -> tuple[str, str] | None:
    """What kind of thing `name` is, and its content in a line."""
    if (parameter := package.parameters.get(name)) is not None:
        return "参数", _parameter_text(package, parameter)
    if (criterion := package.criteria.get(name)) is not None:
        return "准则", f"{criterion.sentence}（{criterion.strength}）"
    if (derived := package.derived.get(name)) is not None:
        return "派生量", print_node(derived.expression)
    if (fact := package.facts.get(name)) is not None:
        return "事实", fact.label or fact.question
    if (table := package.tables.get(name)) is not None:
        said = {name: f"（各案的 {print_node(node)}）" for name, node in table.of_cases.items()}
        return "记录表", "、".join(column.name + said.get(column.name, "") for column in table.columns)
    if (score := package.scores.get(name)) is not None:
        return "评分", "、".join(item.name for item in score.items)
    if (lookup := package.decision_tables.get(name)) is not None:
        return "决定表", "、".join(print_node(head) for head in lookup.inputs)
    if (determination := package.determinations.get(name)) is not None:
        return "决定", "、".join(outcome.name for outcome in outcomes(determination))
    if (ranking := package.rankings.get(name)) is not None:
        return "择优", "、".join(print_node(key.expression) for key in ranking.order)
    return None


def _parameter_text(package: Package, parameter: Parameter) -> str:
    if parameter.value is not None:
        return show_value(parameter.value, parameter.type, parameter.unit)
    if parameter.open:
        return f"未定，由{parameter.setter or '有权机关'}确定"
    return f"{package.as_of.isoformat()} 没有取值"


def _definition(package: Package, name: str, kind: str, content: str) -> tuple[str, Rows]:
    rows: Rows = [("内容", content)]
    item = definitions(package).get(name)
    if item is not None:
        rows += [*_supplied(package, item), ("条款", "、".join(item.clauses) or "（无）")]
        rows += [("出自", _title(package, item.origin)), ("位置", str(item.span or ""))]
    return f"{kind} {name}", [*rows, *_questions(package, name), *Uses(package).rows([name])]


def _title(package: Package, origin: str) -> str:
    """《…》 with what its text is worth, where it is not law in force."""
    header = package.headers.get(origin)
    if header is None:
        return origin
    return f"《{header.title}》" + ("" if header.status == "有效" else f"（{header.status}）")


def _supplied(package: Package, item: Provision) -> Rows:
    """Where the content comes from, where it is not from the text that declares the name."""
    source = getattr(item, "source", "") or item.origin
    setter = getattr(item, "setter", "") or "有权机关"
    if source == item.origin:
        return []
    place: Span | None = getattr(item, "source_span", None)
    text = f"{_scheme(package, source)}{f'  {place}' if place else ''}"
    what = f"未定，由{setter}定" if source in package.headers else "原有规定，因理解不同而按此口径"
    rows = [("取值来自" if isinstance(item, Parameter) else "内容来自", text), ("条文", what)]
    return [*rows, ("说明", getattr(item, "note", ""))]


def _scheme(package: Package, source: str) -> str:
    """An implementing package says that it is one, and an example that it is one; an interpretation which is adopted."""
    header = package.headers.get(source)
    if header is not None:
        status = "" if header.status == "有效" else f"（{header.status}）"
        return f"实施口径{status}《{header.title}》"
    adopted = {f"解释口径 {q.number}": q.adopted for q in package.interpretations.values()}
    return f"{source}（{adopted[source]}）" if source in adopted else source


def _questions(package: Package, name: str) -> Rows:
    """Interpretations that change or affect the name."""
    found = [
        f"{q.number} {q.name}（采用 {q.adopted or '未定'}）"
        for q in package.interpretations.values()
        if name in q.touches
    ]
    return [("解释口径", "、".join(found))]


def _question(package: Package, question: Interpretation) -> tuple[str, Rows]:
    rows: Rows = [("问题", question.question), ("条款", "、".join(question.clauses))]
    for option in question.options:
        mark = "●" if option.name == question.adopted else "○"
        rows.append(("选项", f"{mark} {option.name}：{option.effect}"))
    rows.append(("采用", question.adopted or "未定：凡与此有关的决定都会注明"))
    rows += [("影响", "、".join(question.touches)), ("建议", question.advice)]
    rows += [("出自", _title(package, question.origin)), ("位置", str(question.span or ""))]
    touched = [name for name in question.touches if name not in package.determinations]
    return f"解释口径 {question.number} {question.name}", [*rows, *Uses(package).rows(touched)]


def _document(package: Package, name: str) -> tuple[str, Rows]:
    document = package.documents[name]
    arising = [
        f"{decision.name}：{outcome.name}"
        for decision in package.determinations.values()
        for outcome in outcomes(decision)
        if name in outcome.documents
    ]
    used = [n for owner, node in expressions(package) if owner == name for n in names_in([node])]
    rows: Rows = [
        ("说明", document.label),
        ("条款", "、".join(document.clauses)),
        ("因何出具", "、".join(arising)),
        ("用到", "、".join(n for n in dict.fromkeys(used) if n in package.scope.symbols)),
        ("出自", _title(package, document.origin)),
        ("位置", str(document.span or "")),
    ]
    return f"文书 {name}", rows


def _words(package: Package, name: str) -> tuple[str, Rows] | None:
    """Groups, outcomes, enumerations and their members: words that stand for no value of their own."""
    if name in package.groups:
        return f"准则组 {name}", [("准则", "、".join(package.groups[name])), *Uses(package).rows([name])]
    results = [
        (decision, outcome)
        for decision in package.determinations.values()
        for outcome in outcomes(decision)
        if outcome.name == name
    ]
    rows: Rows = []
    for decision, outcome in results:
        rows += [("决定", f"{decision.name}（{outcome.nature}）")]
        rows += [("条件", print_node(outcome.when) if outcome.when else "其他结果都不成立时")]
        rows += [("条款", "、".join(outcome.clauses or decision.clauses)), ("文书", "、".join(outcome.documents))]
        rows += [("位置", str(outcome.span or ""))]
    if results:
        return f"结果 {name}", rows
    if name in package.scope.enums:
        return f"枚举 {name}", [
            ("取值", "、".join(package.scope.enums[name])),
            ("用于", "、".join(_typed(package, name))),
        ]
    enums = [enum for enum, members in package.scope.enums.items() if name in members]
    for enum in enums:
        rows += [
            ("枚举", f"{enum}：{'、'.join(package.scope.enums[enum])}"),
            ("用于", "、".join(_typed(package, enum))),
        ]
    return (f"取值 {name}", rows) if enums else None


def _typed(package: Package, enum: str) -> Iterator[str]:
    """The names whose values are of the enumeration."""
    yield from (name for name, symbol in package.scope.symbols.items() if symbol.type.name == enum)


def _clause(package: Package, citation: str) -> tuple[str, Rows]:
    clause = package.clauses[citation]
    rows: Rows = [("要旨", clause.gist), *resting(package, citation), ("位置", str(clause.span or ""))]
    return f"{clause.citation}（{clause.kind}）", rows


def resting(package: Package, citation: str) -> Rows:
    """What rests on a clause: the definitions that cite it, how else it may be read, decisions and documents."""
    clause = package.clauses[citation]
    carried = list(dict.fromkeys(r.name for r, c in cited(package) if clause_key(package, c, r.origin) == citation))
    uses = [row for row in Uses(package).rows(carried) if row[0] != "用于"]
    return [("承载", "、".join(carried) or f"不编码：{clause.not_encoded}"), *uses]


@dataclass(frozen=True)
class Uses:
    """Who uses what: from names through groups, derived quantities and scores to determinations and documents."""

    package: Package

    @cached_property
    def direct(self) -> dict[str, dict[str, str]]:
        """Name -> its users -> the group through which, or empty."""
        documents = self.package.documents.values()
        return users(self.package, ((d.name, block.each) for d in documents for block in d.blocks if block.each))

    def rows(self, names: Iterable[str]) -> Rows:
        """用于: direct users that are neither decisions nor documents; 决定: reached through them; 文书: theirs."""
        names = list(names)
        decisions: dict[str, str] = {}
        documents: dict[str, None] = {}
        between: dict[str, None] = {}
        waiting, seen = [(name, "") for name in names], set(names)
        for name, via in waiting:  # grows while it is walked
            if name in self.package.determinations or name in self.package.rankings:
                decisions.setdefault(name, via)
                continue
            for user, group in self.direct.get(name, {}).items():
                way = via or (f"经组 {group}" if group else "") or (f"经 {name}" if name not in names else "")
                if user in self.package.documents:
                    documents[user] = None
                elif user in self.package.determinations or user in self.package.rankings:
                    decisions.setdefault(user, way)
                else:
                    between |= {user: None} if name in names else {}
                    if user not in seen:
                        seen.add(user)
                        waiting.append((user, way))
        issued = [d for name in decisions for d in self._issued(name)]
        shown = [f"{name}（{via}）" if via else name for name, via in decisions.items() if name not in names]
        if not (decisions or documents or between):
            return [("用于", "（无）")]
        letters = dict.fromkeys([*issued, *documents])
        return [("用于", "、".join(between)), ("决定", "、".join(shown)), ("文书", "、".join(letters))]

    def _issued(self, name: str) -> Iterator[str]:
        """The documents that a determination's outcomes give rise to."""
        decision = self.package.determinations.get(name)
        for outcome in outcomes(decision) if decision else ():
            yield from outcome.documents
