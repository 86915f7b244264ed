"""Phase three of resolution: typed definitions and the remaining specs -> the frozen objects of `package.py`.

By now every name has its type, so wordings and everything that no expression refers to are parsed and checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from engine.base.calendar import Calendar
from engine.base.text import did_you_mean
from engine.language.make import all_of, negated
from engine.language.printer import print_node
from engine.language.tree import TEXT, Node
from engine.language.types import describe
from engine.policy import package as p
from engine.policy.alternatives import alternative
from engine.policy.build_documents import build_document
from engine.policy.build_law import build_attachment, build_organs, check_disputes
from engine.policy.build_pictures import build_picture
from engine.policy.build_procedure import build_procedure
from engine.policy.build_ranking import build_ranking
from engine.policy.build_relations import build_relation
from engine.policy.build_round import with_cases
from engine.policy.names import Names, outcome_names
from engine.policy.nodes import Scalar
from engine.policy.spec.rules import (
    AuthoritySpec,
    InexpressibleSpec,
    ItemSpec,
    OutcomeSpec,
    PremiseSpec,
    ScoreBody,
)
from engine.policy.spec.vocabulary import ClauseSpec, InterpretationSpec
from engine.policy.stack import Stack, said, texts
from engine.policy.untyped import Parser, UntypedDefinition
from engine.policy.wordings import Wordings
from engine.policy.words import Changeable


def _not_yet(premises: Sequence[p.Premise]) -> Iterator[p.Outcome]:
    """What comes before every outcome of a determination with premises: that one of them does not hold."""
    if premises:
        all_hold = all_of(premise.condition for premise in premises)
        yield p.Outcome(p.NOT_YET, negated(all_hold), nature="", span=premises[0].span)


class Builder(Wordings):
    """Builds one package; problems go to `names.problems`."""

    def __init__(
        self,
        stack: Stack,
        names: Names,
        definitions: Mapping[str, UntypedDefinition],
        parser: Parser,
        parameters: Mapping[str, p.Parameter],
        groups: Mapping[str, tuple[str, ...]],
    ) -> None:
        super().__init__(names, parser)
        self.stack, self.definitions, self.parameters, self.groups = stack, definitions, parameters, groups

    def package(self, digest: str, calendar: Calendar, order: Sequence[str]) -> p.Package:
        names, stack = self.names, self.stack
        self._check_called()
        check_disputes(self, stack)
        by_kind: dict[str, dict[str, Any]] = {}
        makers = {
            "derived": self.derived,
            "decision-table": self._decision_table,
            "score": self._score,
            "criterion": self.criterion,
            "determination": self._determination,
            "column": self._computed,
        }
        for untyped in self.definitions.values():
            made = makers[untyped.kind](untyped)
            if made is not None:
                by_kind.setdefault(untyped.kind, {})[untyped.name] = made
        return p.Package(
            id=stack.target,
            as_of=stack.as_of,
            digest=digest,
            headers=stack.headers,
            clauses=self._clauses(),
            scope=names.scope,
            facts=names.facts,
            tables=self._tables(by_kind.get("column", {})),
            derived=by_kind.get("derived", {}),
            parameters=self.parameters,
            criteria=by_kind.get("criterion", {}),
            groups=self.groups,
            decision_tables=by_kind.get("decision-table", {}),
            scores=by_kind.get("score", {}),
            determinations=by_kind.get("determination", {}),
            rankings=self._by("name", self._each("rankings", lambda spec, origin: build_ranking(self, spec, origin))),
            interpretations=self._by("number", self._each("interpretations", self._interpretation)),
            inexpressible=tuple(self._each("inexpressible", self._inexpressible)),
            attachments=tuple(self._each("attachments", lambda spec, origin: build_attachment(self, spec, origin))),
            organs=build_organs(self, stack),
            documents=self._by(
                "name", self._each("documents", lambda spec, origin: build_document(self, spec, origin))
            ),
            calendar=calendar,
            order=tuple(order),
            procedure=build_procedure(stack, names),
            pictures=self._by("name", self._each("pictures", lambda spec, origin: build_picture(self, spec, origin))),
            relations=self._by(
                "name", self._each("relations", lambda spec, origin: build_relation(self, spec, origin))
            ),
        )

    def _check_called(self) -> None:
        """The fact a case is called by is a text."""
        spec = self.stack.members[self.stack.target].header
        called, texts_ = spec.called if spec else None, [n for n, f in self.names.facts.items() if f.type == TEXT]
        if called is not None and called.text not in texts_:
            help_ = did_you_mean(called.text, texts_) or "写一个类型为文本的事实"
            self.names.fail("E358", f"`案件称呼` 的 `{called.text}` 不是文本事实", called.span, help_)

    def _each(self, section: str, make: Any) -> list[Any]:
        return [made for item in self.stack.every(section) if (made := make(item.spec, item.origin)) is not None]

    def _by(self, attribute: str, items: list[Any]) -> dict[str, Any]:
        """Indexed; documents and interpretations are no names of the language, so their doubles are found here."""
        found: dict[str, Any] = {}
        for item in items:
            name = getattr(item, attribute)
            first = found.setdefault(name, item)
            if first is not item and not isinstance(item, p.Ranking):
                message = f"`{name}` 重复定义，已在 {first.span} 定义"
                self.names.fail("E320", message, item.span, "换一个名称，或删去一处")
        return found

    def _clauses(self) -> dict[str, p.Clause]:
        """By citation; clauses of other packages than the target as `package#citation`."""
        result: dict[str, p.Clause] = {}
        for item in self.stack.every("clauses"):
            spec: ClauseSpec = item.spec
            citation = spec.citation.text
            key = citation if item.origin == self.stack.target else f"{item.origin}#{citation}"
            if key in result:
                self.names.fail("E401", f"条款 `{citation}` 列了两次", spec.citation.span, "每条只列一次")
            why = said(spec.not_encoded)
            result[key] = p.Clause(citation, spec.gist.text, spec.kind, why, item.origin, spec.citation.span)
        return result

    def derived(self, untyped: UntypedDefinition) -> p.Derived | None:
        node, spec = untyped.node("式"), untyped.spec
        if node is None:
            return None
        symbol = self.names.symbols[untyped.name]
        change: Changeable | Literal[""] = spec.change or ""
        cited, label = self.cited(spec.clauses), said(spec.label)
        span = spec.name.span
        return p.Derived(untyped.name, node, symbol.type, symbol.unit, cited, change, label, untyped.origin, span)

    def _computed(self, untyped: UntypedDefinition) -> p.ComputedColumn | None:
        node, spec = untyped.node("式"), untyped.spec
        if node is None:
            return None
        symbol = self.names.columns[untyped.body][spec.name.text]
        return p.ComputedColumn(symbol.name, node, symbol.type, symbol.unit, said(spec.label), spec.name.span)

    def _tables(self, computed: Mapping[str, p.ComputedColumn]) -> dict[str, p.RecordTable]:
        """The record tables with what works out their columns."""
        found = dict(self.names.tables)
        for spec in (item.spec for item in self.stack.every("tables") if item.spec.name.text in found):
            name = spec.name.text
            own = {column.name: column for key, column in computed.items() if key == f"{name}.{column.name}"}
            if own or spec.of_cases:
                found[name] = with_cases(self, spec, replace(found[name], computed=own))
        return found

    def criterion(self, untyped: UntypedDefinition) -> p.Criterion | None:
        spec, limbs = untyped.spec, tuple(self._limbs(untyped))
        if not limbs:
            return None
        requirement = all_of(limb.condition for limb in limbs)
        told = isinstance(untyped.body, Scalar) or not any(limb.sentence for limb in untyped.body)
        sentence = print_node(requirement) if told else "；".join(limb.sentence for limb in limbs)
        return p.Criterion(
            name=untyped.name,
            groups=texts(spec.groups),
            clauses=self.cited(spec.clauses),
            strength=untyped.strength,
            requirement=requirement,
            sentence=spec.sentence.text if spec.sentence and untyped.body is spec.requirement else sentence,
            limbs=limbs,
            applies=untyped.node("适用"),
            overrides=said(spec.overrides),
            precedes=texts(spec.precedes),
            remedy=self.wording(spec.remedy),
            origin=untyped.origin,
            span=spec.name.span,
        )

    def _limbs(self, untyped: UntypedDefinition) -> Iterator[p.Limb]:
        """What a criterion requires, each condition with its own words; a single one has those of the criterion."""
        required = untyped.body
        if isinstance(required, Scalar):
            node = untyped.node("要求0")
            yield from () if node is None else (p.Limb(node, print_node(node), self.wording(untyped.spec.unmet)),)
            return
        for index, limb in enumerate(required):
            node = untyped.node(f"要求{index}")
            if node is not None:
                sentence = said(limb.sentence) or print_node(node)
                yield p.Limb(node, sentence, self.wording(limb.unmet), self.wording(limb.remedy))

    def _decision_table(self, untyped: UntypedDefinition) -> p.DecisionTable:
        spec, body = untyped.spec, untyped.body
        inputs = tuple(n for i in range(len(spec.inputs)) if (n := untyped.node(f"输入{i}")) is not None)
        rows = []
        for index, cells in enumerate(body.rows):
            conditions = tuple(n for i in range(len(inputs)) if (n := untyped.node(f"格{index}.{i}")) is not None)
            output = untyped.node(f"出{index}")
            if output is not None:
                rows.append(p.TableRow(conditions, output, cells[0].span))
        symbol = self.names.symbols[untyped.name]
        sized = ("number",) if body.hit == "累计" else ("number", "date")
        if body.hit in ("累计", "最大", "最小") and symbol.type.kind not in (*sized, "any"):
            message = f"决定表 `{untyped.name}` 按`{body.hit}`取值，输出却是{describe(symbol.type)}"
            self.names.fail("E202", message, spec.name.span, "输出用数，或改 `命中`")
        return p.DecisionTable(
            name=untyped.name,
            type=symbol.type,
            unit=symbol.unit,
            hit=body.hit,
            inputs=inputs,
            rows=tuple(rows),
            default=untyped.node("默认"),
            clauses=self.cited(spec.clauses),
            open=not rows and spec.open,
            setter=said(spec.setter),
            origin=untyped.origin,
            source=untyped.source,
            span=spec.name.span,
            source_span=body.target.span if body is not spec else spec.name.span,
            applied_only=bool(spec.formals),
        )

    def _score(self, untyped: UntypedDefinition) -> p.Score:
        spec, body = untyped.spec, untyped.body
        declared = {i.name.text: i for i in spec.items}
        items = []
        for item in body.items:
            name = item.name.text
            if name not in declared:
                message = f"分项 `{name}` 不在评分 `{untyped.name}` 中"
                self.names.fail("E333", message, item.name.span, "分项名称要与条文一方所列一致")
                continue
            clauses = self.cited(item.clauses) or self.cited(declared[name].clauses)
            self._known_weights(item, body, untyped)
            weights = {m: n for m in item.weights if (n := untyped.node(f"权重：{name}：{m}")) is not None}
            full, mark = untyped.node(f"满分：{name}"), untyped.node(f"计分：{name}")
            items.append(p.ScoreItem(name, clauses, full, mark, weights))
        lacking = [n for n in declared if n not in {i.name for i in items}]
        if lacking:
            message = f"评分 `{untyped.name}` 的实施缺少分项 {'、'.join(f'`{n}`' for n in lacking)}"
            self.names.fail("E334", message, spec.name.span, "实施方案要覆盖全部分项")
        bonuses = tuple(
            p.Bonus(b.name.text, self.cited(b.clauses), when, mark)
            for b in body.bonuses
            if (when := untyped.node(f"加分条件：{b.name.text}")) is not None
            and (mark := untyped.node(f"加分：{b.name.text}")) is not None
        )
        symbol = self.names.symbols[untyped.name]
        return p.Score(
            name=untyped.name,
            unit=symbol.unit,
            weighted_by=untyped.node("权重按"),
            items=tuple(items),
            bonuses=bonuses,
            bonus_cap=untyped.node("加分封顶"),
            cap=untyped.node("封顶"),
            places=body.places,
            bands=tuple(p.Band(b.name.text, untyped.node(f"等次：{b.name.text}")) for b in body.bands),
            clauses=self.cited(spec.clauses),
            open=spec.open and body is spec,
            setter=said(spec.setter),
            origin=untyped.origin,
            source=untyped.source,
            span=spec.name.span,
            source_span=body.target.span if body is not spec else spec.name.span,
        )

    def _known_weights(self, item: ItemSpec, body: ScoreBody, untyped: UntypedDefinition) -> None:
        """A weight for a word that 权重按 never yields would silently never count."""
        by = untyped.node("权重按")
        members = self.names.enums.get(by.type.name, ()) if by is not None and by.type is not None else ()
        for member in item.weights:
            if body.weighted_by is None:
                self.names.fail("E340", f"分项 `{item.name.text}` 写了权重，评分没有写 `权重按`", item.name.span)
                return
            if member not in (*members, "其他"):
                message = f"分项 `{item.name.text}` 的权重 `{member}` 不是 `{body.weighted_by.text}` 的取值"
                self.names.fail("E340", message, item.name.span, did_you_mean(member, members))

    def _determination(self, untyped: UntypedDefinition) -> p.Determination:
        spec = untyped.spec
        outcomes = [self._outcome(untyped, o, i) for i, o in enumerate(spec.outcomes)]
        default: p.Outcome | None = None
        if isinstance(spec.default, OutcomeSpec):
            default = self._outcome(untyped, spec.default, len(outcomes))
        elif spec.default is not None:
            default = next((o for o in outcomes if o.name == spec.default.text), p.Outcome(spec.default.text, None))
        premises = tuple(made for i, item in enumerate(spec.premises) for made in self._premise(untyped, item, i))
        favourable = said(spec.favourable) or next((o.name for o in outcomes if o.favourable), "")
        if favourable and favourable not in outcome_names(spec):
            self.names.fail("E335", f"`有利` 所指 `{favourable}` 不是本决定的结果", spec.name.span)
        return p.Determination(
            name=untyped.name,
            clauses=self.cited(spec.clauses),
            applies=untyped.node("适用"),
            outcomes=(*_not_yet(premises), *outcomes),
            default=default,
            favourable=favourable,
            label=said(spec.label),
            origin=untyped.origin,
            span=spec.name.span,
            premises=premises,
            dispute=said(spec.dispute),
        )

    def _premise(self, untyped: UntypedDefinition, spec: PremiseSpec, index: int) -> Iterator[p.Premise]:
        node = untyped.node(f"前提{index}")
        if node is not None:
            cited, who = self.cited(spec.clauses), _organ(spec.who, untyped.node(f"先{index}"))
            yield p.Premise(node, print_node(node), cited, spec.first.text, who, spec.when.span)

    def _outcome(self, untyped: UntypedDefinition, spec: OutcomeSpec, index: int) -> p.Outcome:
        authority = _organ(spec.authority, untyped.node(f"机关{index}"))
        duties = tuple(
            p.Obligation(
                d.name.text,
                untyped.node(f"期限{index}.{i}"),
                _organ(d.who, untyped.node(f"主体{index}.{i}")),
                self.cited(d.clauses),
            )
            for i, d in enumerate(spec.duties)
        )
        return p.Outcome(
            name=spec.name.text,
            when=untyped.node(f"条件{index}"),
            nature=spec.nature,
            authority=authority,
            documents=texts(spec.documents),
            favourable=spec.favourable,
            amount=untyped.node(f"金额{index}"),
            duties=duties,
            note=self.wording(spec.note),
            clauses=self.cited(spec.clauses),
            span=spec.name.span,
        )

    # what no expression refers to -------------------------------------------------------------------------------

    def _interpretation(self, spec: InterpretationSpec, origin: str) -> p.Interpretation:
        options = []
        for option in spec.options:
            patch = option.patch
            changed = [*patch.parameters, *patch.strengths, *patch.expressions]
            switched = texts(patch.disable + patch.enable)
            other = alternative(self, spec, option.name) if option.name.text != spec.adopted.text else None
            options.append(p.InterpretationOption(option.name.text, option.effect.text, (*changed, *switched), other))
        touched = dict.fromkeys([n for o in options for n in o.changes] + list(texts(spec.affects)))
        for scalar in spec.affects:
            if scalar.text not in self.names.symbols:
                message = f"`影响` 所列 `{scalar.text}` 不存在"
                self.names.fail("E316", message, scalar.span, "写准则、参数、派生量或决定的名称")
        adopted = "" if spec.adopted.text == "未定" else spec.adopted.text
        return p.Interpretation(
            number=spec.number.text,
            name=spec.name.text,
            question=spec.question.text,
            clauses=self.cited(spec.clauses),
            options=tuple(options),
            adopted=adopted,
            touches=tuple(touched),
            advice=said(spec.advice),
            origin=origin,
            span=spec.number.span,
        )

    def _inexpressible(self, spec: InexpressibleSpec, origin: str) -> p.Inexpressible:
        return p.Inexpressible(
            name=spec.name.text,
            clauses=self.cited(spec.clauses),
            construct=spec.lacking.text,
            reason=spec.reason.text,
            way_out=spec.way_out.text,
            affects=texts(spec.affects),
            accepted=spec.accepted,
            origin=origin,
            span=spec.name.span,
        )


def _organ(spec: Scalar | AuthoritySpec | None, computed: Node | None) -> str | Node:
    """Text, or the expression that comes to the name."""
    return said(spec) if spec is None or isinstance(spec, Scalar) else (computed or "")
