"""Whether letters are as they were issued, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.text import wrap
from engine.office.replaying import Turned
from engine.office.verifying import Verdict
from engine.views.decision import COLUMNS
from engine.views.paint import HOLDS, Paint

UNRECORDED = "未见改动，但没有登记可核"
"""Whoever changes a letter and all that it carries about itself is found by a ledger alone."""
PROVED = "未见改动，所附账本证明成立，账本头请对照"


def text(verdicts: Sequence[Verdict], paint: Paint) -> Iterator[str]:
    """Each file with what differs, what was recomputed and what is to be known, and a conclusion."""
    for place, verdict in enumerate(verdicts):
        yield from [""] if place else []
        title = f"（{verdict.title}）" if verdict.title else ""
        yield from wrap(f"{verdict.subject}{title}", COLUMNS, hanging="  ")
        yield from (line for said in verdict.altered for line in _row(False, said, paint))
        if not verdict.altered:
            yield from _row(True, _unaltered(verdict), paint)
        if same := "、".join(check.what for check in verdict.checks if check.holds and not check.said):
            yield from _row(True, f"{same}相同", paint)
        for check in verdict.checks:
            if check.said or not check.holds:
                yield from _row(check.holds, f"{check.what}{_state(check.holds, check.said)}", paint)
        yield from (line for said in verdict.notes for line in _note(said))
        yield f"结论  {paint(conclusion(verdict), 'good' if verdict.holds else 'bad')}"
    if len(verdicts) > 1:
        wrong = sum(not verdict.holds for verdict in verdicts)
        yield ""
        yield f"共 {len(verdicts)} 件，{f'{wrong} 件有改动或不一致' if wrong else '未见改动'}"


def conclusion(verdict: Verdict) -> str:
    """What a verification came to, in a few words."""
    if verdict.altered:
        return f"改动过，{len(verdict.altered)} 处"
    if not verdict.holds:
        wrong = "、".join(check.what for check in verdict.checks if check.holds is False)
        what = "文书没有改动，但与现在的案件或规则" if verdict.letter is not None else "重算与记下的"
        return f"{what}不一致：{wrong}"
    return {True: "一致", False: UNRECORDED, None: PROVED}[verdict.recorded]


def _unaltered(verdict: Verdict) -> str:
    if verdict.letter is None:
        return "账本里的这一条没有改动" if verdict.recorded else "各部分与目录里的摘要相同"
    older = verdict.letter.unsaid
    return f"{'核对过的' if older else '文字、表格、图、页眉页脚、属性'}与出具时相同"


def _state(holds: bool | None, said: str) -> str:
    word = {True: "相同", False: "不同", None: ""}[holds]
    return f"{word}：{said}" if said and word else f"：{said}" if said else word


def _row(holds: bool | None, said: str, paint: Paint) -> Iterator[str]:
    sign, role = HOLDS[holds]
    first, *rest = wrap(said, COLUMNS - 4) or [""]
    yield f"  {paint(sign, role)} {first}"
    yield from (f"    {line}" for line in rest)


def _note(said: str) -> list[str]:
    """What is to be known, without a mark: it is no check that did not apply."""
    return wrap(said, COLUMNS - 4, indent="    ", hanging="    ")


def turned_text(found: Sequence[Turned], count: int, rules: str) -> Iterator[str]:
    """The recorded decisions that other rules would turn, and of which that could not be found out."""
    for one in found:
        now = one.now or f"算不出：{one.said}"
        yield f"账本第 {one.seq} 条  {one.case}  {one.determination}"
        yield from wrap(f"{one.before} → {now}", COLUMNS, indent="    ", hanging="      ")
    yield from wrap(f"{count} 项决定，按 `{rules}` 的规则 {len(found)} 项结果不同", COLUMNS)


def turned_plain(one: Turned) -> dict[str, object]:
    """The same for JSON."""
    keys = ("条", "案件", "决定", "原", "现", "说明")
    return dict(zip(keys, (one.seq, one.case, one.determination, one.before, one.now, one.said), strict=True))


def to_plain(verdict: Verdict) -> dict[str, object]:
    """The verdict as plain data."""
    return {
        "文件": verdict.subject,
        "文书": verdict.title,
        "结论": conclusion(verdict),
        "一致": verdict.holds,
        "登记": verdict.recorded,
        "改动": list(verdict.altered),
        "重算": [{"项": c.what, "相同": c.holds, "说明": c.said} for c in verdict.checks],
        "说明": list(verdict.notes),
    }
