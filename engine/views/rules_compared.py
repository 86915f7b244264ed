"""In what two versions of the rules differ, as text, Markdown and plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.base.text import wrap
from engine.decision.apart import EQUIVALENT, OPEN_QUESTION, SAME, OfChange, OfDetermination, TurningCase
from engine.decision.following import Following
from engine.decision.model import AMOUNT
from engine.office.compared_rules import RulesCompared
from engine.policy.differences import RuleDifference
from engine.views.decision import COLUMNS, rule
from engine.views.deep import INSTALL
from engine.views.impact import difference_lines, difference_plain, histories_told, history_plain
from engine.views.markdown import cell
from engine.views.paint import Paint, uncoloured

_ROLES = {SAME: "faint", EQUIVALENT: "good", OPEN_QUESTION: "open"}


MISSING = f"没有安装求解器，只逐一试了情形；要证明，先运行 {INSTALL}"
BY_DESIGN = "发布只比较情形，不用求解器；要证明，另运行 `guiju diff`"
"""Why nothing was proved: no solver is there; what is approved must not depend on whether one is."""


def text(found: RulesCompared, title: str, paint: Paint = uncoloured, unproved: str = MISSING) -> Iterator[str]:
    """What is said otherwise, then determination by determination what that does; `unproved`: why the solver was not asked."""
    yield rule(f"比较 {title}")
    yield paint("写法不同之处", "strong")
    yield from (line for difference in found.rules for line in difference_lines(difference))
    if not found.rules:
        yield "  没有"
    yield from ("", paint("决定", "strong"))
    for one in found.determinations:
        if one.verdict != SAME:
            yield from _determination(one, paint)
    for words, names in (("新增", found.new), ("不再有", found.gone)):
        yield from (f"  {name}：{words}" for name in names)
    yield from wrap(_same(found), COLUMNS, indent="  ", hanging="  ")
    yield from histories_told(found.histories, paint)
    yield ""
    yield from wrap(rests(found, unproved), COLUMNS)
    yield from (part for line in found.unread for part in wrap(f"读不进去：{line}", COLUMNS, hanging="  "))


def _same(found: RulesCompared) -> str:
    names = [one.name for one in found.determinations if one.verdict == SAME]
    return (
        f"相同（所凭的规则和结果的金额、性质、文书逐项一样）{len(names)} 项：{'、'.join(names)}"
        if names
        else "相同 0 项"
    )


def rests(found: RulesCompared, unproved: str = MISSING) -> str:
    """What the answers rest on, and how far they go."""
    said = f"见证从 {found.cases} 个案件出发，每个见证两边都算过。"
    if found.proved:
        said += "“等价”和没有列出的方向是求解器证明的（日期自 1930 年至 2090 年，未知照真值表）。"
    if any(one.bounded or one.left for one in found.determinations):
        said += "标着“未定”的没有定论，没有找到不等于没有。"
    if not found.proved:
        said += unproved
    return said


def _determination(one: OfDetermination, paint: Paint) -> Iterator[str]:
    bounded = "（有的改动未定）" if one.bounded and one.verdict != OPEN_QUESTION else ""
    yield f"  {one.name}：{paint(one.verdict, _ROLES.get(one.verdict, 'bad'))}{bounded}"
    for change in one.changes:
        yield from wrap(f"{called(change)}：{said_of(change)}", COLUMNS, indent="    ", hanging="      ")
        for telling in change.tellings:
            yield from wrap(told(telling), COLUMNS, indent="      ", hanging="        ")
    for why in one.left:
        yield from wrap(f"未定 {why}", COLUMNS, indent="    ", hanging="      ")
    for following in one.follows:
        yield from wrap(followed(following), COLUMNS, indent="    ", hanging="      ")


def followed(found: Following) -> str:
    """What follows otherwise from an outcome, in a sentence."""
    said = f"{found.before or '没有'} → {found.after or '没有'}" if found.before != found.after else found.before
    rests = f"（所凭的{'、'.join(found.rests)}不同）" if found.rests else ""
    cases = "".join(f"；以 {case} 为例，{one} → {other}" for case, one, other in found.cases)
    none = "；出发的案件里没有算出不同数额的" if found.what == AMOUNT and not found.cases else ""
    return f"{found.outcome} 的{found.what}不同：{said}{rests}{cases}{none}"


def called(change: OfChange) -> str:
    """The definition, with the part of it where it has several."""
    return change.name if change.key == change.name else f"{change.name}（{_part(change)}）"


def _part(change: OfChange) -> str:
    word, *_, last = change.key.split("：")
    return f"第{int(last) + 1}项要求" if word == "要求项" else word if last == change.name else last


def said_of(change: OfChange) -> str:
    """What was found of one change, in a line."""
    if change.same.shown:
        return f"等价：它所读的各项在每一段、每个取值和未知时都相同（{change.same.tried} 种情形）"
    if change.proved:
        return "已证：单独不改变任何案件的结果"
    if change.tellings:
        return change.same.why if change.same.why != "有的情形不同" else "有影响"
    if not change.tried:
        return f"未定：{change.same.why}"
    return f"未定：{change.same.why}；试了 {change.tried} 种情形，没有一种改变结果"


def told(telling: TurningCase) -> str:
    """A witness in a sentence."""
    moves = "、".join(f"{name}若为{value}（现为{now}）" for name, now, value in telling.moves)
    told = f"{telling.direction if telling.decided else '定与不定之间'}：以 {telling.case} 为例"
    others = "" if telling.alone else "；这个情形里别的改动也有作用"
    seen = "（" + "、".join(f"{name}为{value}" for name, value in telling.seen) + "）" if telling.seen else ""
    return f"{told}{'，' + moves if moves else '，照原样'}{seen}，{telling.before} → {telling.after}{others}"


def markdown(found: RulesCompared, title: str) -> Iterator[str]:
    """The same to be pasted into a document."""
    yield from (f"# 比较 {title}", "", "## 写法不同之处", "")
    yield from (f"- {rule_said(difference)}" for difference in found.rules)
    yield from ("", "## 决定", "", "| 决定 | 比较 | 改动 | 见证 |", "|---|---|---|---|")
    for one in found.determinations:
        for change in one.changes or (() if one.follows else (None,)):
            said = said_of(change) if change else ""
            name = f"{called(change)}：{said}" if change else ""
            tellings = "<br>".join(cell(told(telling)) for telling in change.tellings) if change else ""
            yield f"| {one.name} | {one.verdict} | {cell(name)} | {tellings} |"
        yield from (f"| {one.name} | {one.verdict} | {cell(followed(f))} |  |" for f in one.follows)
    yield from ("", rests(found))


def rule_said(difference: RuleDifference) -> str:
    """What is said otherwise, in a line."""
    return " ".join(part.strip() for part in difference_lines(difference))


def to_plain(found: RulesCompared) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "写法": list(map(difference_plain, found.rules)),
        "决定": [
            {
                "决定": one.name,
                "比较": one.verdict,
                "改动": [_plain(change) for change in one.changes],
                "未定": list(one.left),
                "结果的后果": [_followed(following) for following in one.follows],
            }
            for one in found.determinations
        ],
        "新增的决定": list(found.new),
        "不再有的决定": list(found.gone),
        "经过": [history_plain(history) for history in found.histories],
        "案件": found.cases,
        "求解器": found.proved,
        "读不进去": list(found.unread),
    }


def _followed(found: Following) -> dict[str, Any]:
    cases = [{"案件": case, "原": one, "改后": other} for case, one, other in found.cases]
    return {
        "结果": found.outcome,
        "什么": found.what,
        "原": found.before,
        "改后": found.after,
        "所凭": list(found.rests),
        "案件": cases,
    }


def _plain(change: OfChange) -> dict[str, Any]:
    return {
        "名称": change.name,
        "部分": change.key,
        "等价": change.same.shown or change.proved,
        "情形": change.same.tried or change.tried,
        "说明": said_of(change),
        "见证": _tellings(change.tellings),
    }


def _tellings(tellings: Sequence[TurningCase]) -> list[dict[str, Any]]:
    return [
        {
            "方向": t.direction,
            "案件": t.case,
            "所见": dict(t.seen),
            "改": [{"名称": name, "现": now, "若为": value} for name, now, value in t.moves],
            "原": t.before,
            "改后": t.after,
            "单独": t.alone,
        }
        for t in tellings
    ]
