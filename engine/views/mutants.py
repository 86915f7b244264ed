"""Which small faults in the rules the examples notice, as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from engine.base.text import pad, wrap
from engine.office.mutation import Trial
from engine.office.proposing import Proposal, example_of
from engine.views.decision import COLUMNS
from engine.views.paint import Paint

Tried = tuple[Trial, Proposal | None]
"""A fault, and the case that would notice it where no example does and one was found."""


def mutants(found: Sequence[Tried], paint: Paint, columns: int = COLUMNS) -> Iterator[str]:
    """How many of each kind were noticed, of those that change what is decided; then those that were not, by definition,
    with their place and the case that would notice."""
    counted = [one for one, _ in found if not one.same]
    heard = Counter(one.mutant.kind for one in counted if one.killer)
    every = Counter(one.mutant.kind for one in counted)
    yield "改错一处，用例发现不发现"
    for kind, total in every.items():
        share = f"{heard[kind] * 100 // total}%"
        role = "good" if heard[kind] == total else "open"
        yield f"  {pad(kind, 12)} {paint(pad(share, 5, '>'), role)}  {heard[kind]}/{total}"
    left = [(one, proposal) for one, proposal in found if one.alive]
    if left:
        yield "没有用例发现的"
    for owner in dict.fromkeys(one.mutant.owner for one, _ in left):
        own = [(one, proposal) for one, proposal in left if one.mutant.owner == owner]
        yield f"  {owner}  {paint(str(own[0][0].mutant.span or ''), 'faint')}"
        times = Counter((one.mutant.kind, one.mutant.said) for one, _ in own)
        once = {(one.mutant.kind, one.mutant.said): (one, proposal) for one, proposal in reversed(own)}
        for (kind, changed), (one, proposal) in reversed(once.items()):
            many = f"（{times[kind, changed]} 处）" if times[kind, changed] > 1 else ""
            asked = "" if one.asked else "（没有相关的用例）"
            said = f"{kind}：{changed}{many}{asked}"
            yield from wrap(said, columns, indent="    · ", hanging=" " * 6)
            if proposal is not None:
                yield from wrap(f"试出：{_told(proposal)}", columns, indent=" " * 6, hanging=" " * 8)
    total, same, killed = len(counted), len(found) - len(counted), sum(heard.values())
    share = f"{killed * 100 // total}%" if total else "–"
    known = sum(bool(one.argued) for one in counted)
    argued = f"，论证过 {known} 处，其余 {len(left)} 处" if known else ""
    alike = f"；另有 {same} 处等价，改了等于没改，不算在内" if same else ""
    yield f"改错 {total} 处，用例发现 {killed} 处（{share}）{argued}{alike}"


def _told(proposal: Proposal) -> str:
    moves = "，".join(f"{name} {value}（原 {now}）" for name, now, value in proposal.moves)
    found = proposal.found
    based = f"用例 `{proposal.base.spec.name.text}`{f'，改为 {moves}' if moves else ''}"
    return f"{based}：`{found.determination}` 是 {found.outcome}，改错了就成 {found.instead}"


def accepted(written: Mapping[str, int]) -> Iterator[str]:
    """What was written, and what a person has to do with it."""
    for file, count in written.items():
        yield f"已写入 {file}：{count} 个例子，标有 待确认"
    yield (
        "逐个核对条文：结果对的，删去 `待确认` 这一行，才算用例；不对的，是规则错了"
        if written
        else "没有试出可以写入的例子"
    )


def renewed(written: Mapping[str, int], left: Sequence[str]) -> Iterator[str]:
    """Which examples were rewritten to what the rules come to now, and which a person has to change."""
    for file, count in written.items():
        yield f"已改 {file}：{count} 个不再成立的用例写成现在的结果，标有 待确认"
    if written:
        yield "逐个核对条文：结果对的，删去 `待确认` 这一行，才算用例；不对的，是规则改错了"
    if left:
        yield from wrap(f"要自己改的（程序用例、用例表的行、写了 值、缺、先 的）：{'、'.join(left)}", COLUMNS)


def plain(found: Sequence[Tried]) -> list[dict[str, object]]:
    """The same for JSON; 用例 is the one that noticed it, null where none did; 论证 why none has to; 试出 the example that would."""
    return [
        {
            "名称": one.mutant.owner,
            "种类": one.mutant.kind,
            "改动": one.mutant.said,
            "位置": str(one.mutant.span or ""),
            "用例": one.killer or None,
            "等价": one.same,
            "论证": one.argued or None,
            "试出": example_of(proposal) if proposal is not None else None,
        }
        for one, proposal in found
    ]
