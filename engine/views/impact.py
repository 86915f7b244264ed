"""What a change of the rules does, as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from engine.base.numbers import number_text, rounded
from engine.base.problem import Problem, errors
from engine.base.text import pad, wrap
from engine.decision.differences import DecisionShift, Shift
from engine.decision.witnesses import Witness
from engine.office.impact import CaseImpact, HistoryImpact, Impact
from engine.office.impact_summary import WHOLE, letters, matrix, money
from engine.office.reworded import LetterChange
from engine.policy.differences import RuleDifference
from engine.views.decision import COLUMNS, rule
from engine.views.paint import Paint, uncoloured
from engine.views.timeline import changes

LONG = 300
"""Characters of a text that are shown."""
MANY = 6
"""Changes of one history that are shown; all of them are in the JSON."""


def text(found: Impact, title: str, source: Sequence[str] = (), paint: Paint = uncoloured) -> Iterator[str]:
    """What was changed, then who is affected: outcomes first, then reasons, rankings, histories, examples;
    `source`: the line that names the rules."""
    yield rule(f"影响 {title}")
    yield from source
    yield paint("改了什么", "strong")
    for difference in found.rules:
        yield from difference_lines(difference)
    if not found.rules:
        yield "  没有改动"
    turned = [case for case in found.cases if case.turned]
    touched = [case for case in found.cases if (case.shifts or case.dropped or case.letters) and not case.turned]
    lost = [case for case in found.cases if any(case.unread)]
    yield from _early(found)
    if found.left:
        yield from ("", paint(f"中断：还有 {found.left} 个没有比较，用例没有运行", "bad"))
    yield from _matrix(found)
    yield from _cases("结果改变", turned, paint, "bad")
    yield from _cases("结果不变，理由、补救或文书等改变", touched, paint, "open")
    yield from _unread(lost, paint)
    same = len(found.cases) - len(turned) - len(touched) - len(lost)
    if found.cases:
        yield from ("", f"没有改变的案件 {same} 个，共 {len(found.cases)} 个")
    yield from _money(found, paint)
    yield from _letters(found, paint)
    if found.alone:
        yield from wrap(
            f"没有当作一批比较，改不改变看不出的：{'、'.join(found.alone)}。是同一批的，加 `--round`", COLUMNS
        )
    yield from _witnesses(found.witnesses, paint)
    for ranking in found.rankings:
        yield from ("", paint(f"{ranking.ranking}（{len(ranking.shifts)}）", "strong"))
        for shift in ranking.shifts:
            yield from _shift(shift, "  ")
    yield from histories_told(found.histories, paint)
    yield from _examples(found, paint)


def _early(found: Impact) -> Iterator[str]:
    """Which of the cases the change does not touch, for their day."""
    if found.early:
        said = f"基准日早于 {found.since} 的案件 {len(found.early)} 个（{'、'.join(found.early)}）仍用以前的规则"
        yield from ("", *wrap(f"{said}；下面当作基准日是 {found.since} 算，看同样的案件到那时怎样", COLUMNS))


def difference_lines(found: RuleDifference) -> Iterator[str]:
    """What two versions say otherwise, in a line or two."""
    name = f"{found.kind} {found.name}" + (f"（{found.part}）" if found.part else "")
    if found.whole:
        yield f"  {name}：{'新增' if found.after else '不再有'}"
        return
    yield from _shift(Shift(name, _short(found.before), _short(found.after)), "  ")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _shift(shift: Shift, indent: str) -> list[str]:
    said = f"{shift.what}：{shift.before or '（无）'} → {shift.after or '（无）'}"
    return wrap(said, COLUMNS, indent=indent, hanging=indent + "  ")


def _cases(heading: str, cases: Sequence[CaseImpact], paint: Paint, role: str) -> Iterator[str]:
    if not cases:
        return
    yield from ("", paint(f"{heading}（{len(cases)}）", role))
    for case in cases:
        yield f"  {case.id} {case.name}".rstrip()
        for shift in case.shifts:
            yield from _decision(shift, paint)
        for letter in case.letters:
            yield from _letter(letter)
        if case.dropped:
            named = "、".join(case.dropped)
            yield from wrap(f"案件里这些例外理由不再有用，要删去：{named}", COLUMNS, indent="    ", hanging="      ")


def _letter(letter: LetterChange) -> Iterator[str]:
    yield f"    文书《{letter.document}》{f'：{letter.lost}' if letter.lost else ''}"
    for mark, sentences in (("−", letter.gone), ("+", letter.new)):
        for sentence in sentences:
            yield from wrap(f"{mark} {sentence}", COLUMNS, indent="      ", hanging="        ")


def _matrix(found: Impact) -> Iterator[str]:
    """Outcomes before by outcomes after, of the determinations in which some case turns."""
    for name, counted in matrix(found).items():
        if any(before != after for before, after in counted):
            yield from ("", f"{name}（{counted.total()} 个案件，改前 → 改后）")
            order = sorted(counted, key=lambda pair: (pair[0] == pair[1], -counted[pair], pair))
            yield from (f"  {pad(str(counted[b, a]), 5, '>')}  {b} → {a if a != b else '不变'}" for b, a in order)


def money_said(value: Fraction) -> str:
    """An amount in yuan, to the cent, as people write it."""
    return f"{number_text(rounded(value, 2))}元"


def _money(found: Impact, paint: Paint) -> Iterator[str]:
    rows = [row for row in money(found) if row.cases[0] != row.cases[1] or row.total[0] != row.total[1]]
    if rows:
        yield from ("", paint("金额", "strong"))
    for row in rows:
        group = "" if row.group == WHOLE else f"（{row.group} {row.value}）"
        sides = (f"{count} 件 {money_said(total)}" for count, total in zip(row.cases, row.total, strict=True))
        open_ = f"，另有 {row.unknown} 件数额待查" if row.unknown else ""
        yield from wrap(f"{row.determination}{group}：{' → '.join(sides)}{open_}", COLUMNS, indent="  ", hanging="    ")


def _letters(found: Impact, paint: Paint) -> Iterator[str]:
    counted = letters(found)
    if counted:
        yield from ("", paint("文书", "strong"))
    for one in counted:
        parts = ((one.new, "多出"), (one.gone, "不再出"), (one.reworded, "文字不同"))
        yield f"  {one.document}：" + "，".join(f"{count} 件{word}" for count, word in parts if count)


def _decision(shift: DecisionShift, paint: Paint) -> Iterator[str]:
    outcome = f"{shift.before} → {shift.after}" if shift.turned else shift.after
    yield f"    {shift.determination}  {paint(outcome, 'strong') if shift.turned else outcome}"
    if shift.turned and shift.deciding:
        yield from wrap(f"决定性：{'、'.join(shift.deciding)}", COLUMNS, indent="      ", hanging="        ")
    for detail in shift.details:
        yield from _shift(detail, "      ")


def _unread(cases: Sequence[CaseImpact | HistoryImpact], paint: Paint) -> Iterator[str]:
    """Those that cannot be read: because of the change, or anyway."""
    for case in cases:
        before, after = case.unread
        why = "改后读不进去" if not before else "原来读不进去" if not after else "读不进去，与改动无关"
        yield from ("", paint(f"{case.id}：{why}", "bad" if not before else "faint"))
        for problem in errors(after or before)[:3]:
            yield from _problem(problem)


def _problem(problem: Problem) -> list[str]:
    place = f"（{problem.place}）" if problem.place else ""
    return wrap(f"[{problem.code}] {problem.message}{place}", COLUMNS, indent="  ", hanging="    ")


def _witnesses(witnesses: Sequence[Witness], paint: Paint) -> Iterator[str]:
    if witnesses:
        yield from ("", paint("结果没有因此改变的决定，怎样才会改变", "strong"))
    for w in witnesses:
        said = f"{w.determination}：{w.name}若为{w.value}，{w.before} → {w.after}（以 {w.case} 为例，现为{w.now}）"
        yield from wrap(said, COLUMNS, indent="  ", hanging="    ")


def histories_told(histories: Sequence[HistoryImpact], paint: Paint) -> Iterator[str]:
    """The histories that go another way, with what follows otherwise."""
    changed = [history for history in histories if history.changes]
    if histories:
        yield from ("", paint(f"事件记录：{len(histories)} 个，改变 {len(changed)} 个", "strong"))
    for history in changed:
        yield f"  {history.name}（{history.id}）" if history.name else f"  {history.id}"
        yield from ("  " + line for line in changes(history.changes[:MANY], paint))
        if len(history.changes) > MANY:
            yield f"    另有 {len(history.changes) - MANY} 处"
    yield from _unread([history for history in histories if any(history.unread)], paint)


def _examples(found: Impact, paint: Paint) -> Iterator[str]:
    count, failing = found.examples.count, found.examples.failing
    if not count:
        return
    role = "bad" if failing else "good"
    yield from ("", paint(f"用例：{count} 个，改后有 {len(failing)} 处不再成立", role))
    for problem in failing:
        yield from _problem(problem)


# plain data


def difference_plain(found: RuleDifference) -> dict[str, Any]:
    """What two versions say otherwise, JSON-ready."""
    return {
        "种类": found.kind,
        "名称": found.name,
        "部分": found.part or None,
        "原": found.before,
        "改": found.after,
    }


def to_plain(found: Impact) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "改动": list(map(difference_plain, found.rules)),
        "案件": [
            {
                "案件": case.id,
                "名称": case.name or None,
                "来源": str(case.path),
                "结果改变": case.turned,
                "决定": [
                    {"决定": s.determination, "原": s.before, "改": s.after, "另外": [_plain(d) for d in s.details]}
                    for s in case.shifts
                ],
                "例外理由不再有用": list(case.dropped),
                "文书文字": [
                    {"文书": one.document, "不再有": list(one.gone), "新有": list(one.new), "说明": one.lost or None}
                    for one in case.letters
                ],
                "读不进去": _plain_unread(case),
            }
            for case in found.cases
        ],
        "结果": [
            {"决定": name, "原": before, "改": after, "件数": count}
            for name, counted in matrix(found).items()
            for (before, after), count in counted.items()
        ],
        "金额": [
            {
                "决定": row.determination,
                "按": row.group,
                "值": row.value,
                "件数": {"原": row.cases[0], "改": row.cases[1]},
                "合计": {"原": money_said(row.total[0]), "改": money_said(row.total[1])},
                "数额待查": row.unknown,
            }
            for row in money(found)
        ],
        "文书": [
            {"文书": one.document, "多出": one.new, "不再出": one.gone, "文字不同": one.reworded}
            for one in letters(found)
        ],
        "没有比较": found.left,
        "见证": [
            {
                "决定": w.determination,
                "案件": w.case,
                "名称": w.name,
                "现": w.now,
                "若为": w.value,
                "原": w.before,
                "改": w.after,
            }
            for w in found.witnesses
        ],
        "择优": [{"择优": r.ranking, "案件": [_plain(shift) for shift in r.shifts]} for r in found.rankings],
        "事件记录": [history_plain(history) for history in found.histories],
        "用例": {"个数": found.examples.count, "不再成立": [str(p.message) for p in found.examples.failing]},
    }


def _plain(shift: Shift) -> dict[str, str]:
    return {"项": shift.what, "原": shift.before, "改": shift.after}


def history_plain(history: HistoryImpact) -> dict[str, Any]:
    """A history under both, JSON-ready."""
    return {
        "案件": history.id,
        "名称": history.name or None,
        "来源": str(history.path),
        "改变": [f"{change.sign} {change.kind} {change.text}" for change in history.changes],
        "读不进去": _plain_unread(history),
    }


def _plain_unread(found: CaseImpact | HistoryImpact) -> dict[str, list[str]] | None:
    if not any(found.unread):
        return None
    return {word: [p.message for p in problems] for word, problems in zip(("原", "改"), found.unread, strict=True)}
