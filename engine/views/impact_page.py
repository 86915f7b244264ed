"""What a change of the rules does as a page to print: pictures and tables, one file, nothing fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from engine.decision.model import UNDECIDED
from engine.office.impact import CaseImpact, Impact
from engine.office.impact_summary import letters, matrix, money
from engine.office.reworded import LetterChange
from engine.views.impact import difference_lines, money_said
from engine.views.population_page import drawn_shares, html, table

ImpactChapter = tuple[str, Impact]
"""What was changed in a few words, and what it does."""


def page(sections: Sequence[ImpactChapter], title: str, source: Sequence[str]) -> str:
    """A whole HTML page, a chapter for each of several changes (the options of an interpretation)."""
    parts = [f"<h1>{escape(f'影响 {title}')}</h1>", *(f'<p class="small">{escape(line)}</p>' for line in source)]
    for name, found in sections:
        parts += [f"<h2>{escape(name)}</h2>"] if len(sections) > 1 else []
        parts += _chapter(found)
    return html(f"影响 {title}", parts)


def _chapter(found: Impact) -> Iterator[str]:
    yield "<h3>改了什么</h3>"
    lines = [line.strip() for one in found.rules for line in difference_lines(one)]
    yield f"<p>{'<br>'.join(map(escape, lines)) or '没有改动'}</p>"
    turned = sum(case.turned for case in found.cases)
    yield f"<p>案件 {len(found.cases)} 个，结果改变 {turned} 个。</p>"
    if found.left:
        yield f"<p>中断：还有 {found.left} 个没有比较，用例没有运行。</p>"
    for name, counted in matrix(found).items():
        yield from _matrix(name, counted)
    yield from _list(found)
    yield from _money(found)
    yield from _rankings(found)
    yield from _letters(found)
    yield from _histories(found)
    yield from _examples(found)


def _matrix(name: str, counted: Counter[tuple[str, str]]) -> Iterator[str]:
    """The shares before and after as a picture, and outcomes before by outcomes after as a table."""
    if all(before == after for before, after in counted):
        return
    sides = {"改前": Counter[str](), "改后": Counter[str]()}
    for (before, after), count in counted.items():
        sides["改前"][before] += count
        sides["改后"][after] += count
    both = sides["改前"] + sides["改后"]
    order = sorted(both, key=lambda one: (one == UNDECIDED, -both[one], one))
    yield f"<h3>{escape(name)}</h3>"
    yield from drawn_shares(sides, order)
    rows = [
        (before, *(str(counted[before, after] or "") for after in order), str(sides["改前"][before]))
        for before in order
        if sides["改前"][before]
    ]
    total = ("合计", *(str(sides["改后"][after] or "") for after in order), str(counted.total()))
    yield from table(("改前 ＼ 改后", *order, "合计"), [*rows, total])


def _list(found: Impact) -> Iterator[str]:
    turned = [case for case in found.cases if case.turned]
    if turned:
        yield "<h3>结果改变的案件</h3>"
        rows = [
            (f"{case.id} {case.name}".strip(), s.determination, s.before, s.after, "、".join(s.deciding))
            for case in turned
            for s in case.shifts
            if s.turned
        ]
        yield from table(("案件", "决定", "改前", "改后", "决定性"), rows)
    scores = [
        (f"{case.id} {case.name}".strip(), detail.what, detail.before, detail.after)
        for case in found.cases
        for shift in case.shifts
        for detail in shift.details
        if detail.what in found.scores
    ]
    if scores:
        yield "<h3>评分</h3>"
        yield from table(("案件", "评分", "改前", "改后"), list(dict.fromkeys(scores)))


def _money(found: Impact) -> Iterator[str]:
    rows = money(found)
    if rows:
        yield "<h3>金额</h3>"
        yield from table(
            ("决定", "按", "值", "改前件数", "改前合计", "改后件数", "改后合计", "数额待查"),
            [
                (
                    row.determination,
                    row.group,
                    row.value,
                    str(row.cases[0]),
                    money_said(row.total[0]),
                    str(row.cases[1]),
                    money_said(row.total[1]),
                    str(row.unknown or ""),
                )
                for row in rows
            ],
        )


def _rankings(found: Impact) -> Iterator[str]:
    for one in found.rankings:
        yield f"<h3>{escape(one.ranking)}</h3>"
        yield from table(
            ("案件", "改前", "改后"), [(s.what, s.before or "（无）", s.after or "（无）") for s in one.shifts]
        )


def _letters(found: Impact) -> Iterator[str]:
    counted = letters(found)
    if not counted:
        return
    yield "<h3>文书</h3>"
    rows = [(one.document, *(str(n or "") for n in (one.new, one.gone, one.reworded))) for one in counted]
    yield from table(("文书", "多出", "不再出", "文字不同"), rows)
    changed = [(case, letter) for case in found.cases for letter in case.letters]
    if changed:
        yield from table(("案件", "文书", "不再有的句子", "新有的句子"), [_sentences(*one) for one in changed])


def _sentences(case: CaseImpact, letter: LetterChange) -> tuple[str, ...]:
    return case.id, letter.document, letter.lost or " ".join(letter.gone), " ".join(letter.new)


def _histories(found: Impact) -> Iterator[str]:
    changed = [one for one in found.histories if one.changes]
    if changed:
        yield "<h3>事件记录</h3>"
        rows = [(one.name or one.id, f"{c.sign} {c.kind} {c.text}") for one in changed for c in one.changes]
        yield from table(("事件记录", "改变"), rows)


def _examples(found: Impact) -> Iterator[str]:
    if found.examples.failing:
        yield f"<h3>不再成立的用例（{len(found.examples.failing)} 处，共 {found.examples.count} 个用例）</h3>"
        yield from table(("用例", "在哪里"), [(p.message, str(p.place or "")) for p in found.examples.failing])
    if found.witnesses:
        yield "<h3>怎样才会改变</h3>"
        rows = [
            (w.determination, f"{w.case}：{w.name}由{w.now}成{w.value}", w.before, w.after) for w in found.witnesses
        ]
        yield from table(("决定", "以哪个案件为例", "改前", "改后"), rows)
