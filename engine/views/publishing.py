"""Versions of the rules, published or about to be, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.base.basis import fingerprint
from engine.base.text import wrap
from engine.office.published import SHOWN, Publication
from engine.office.publishing import ProposedVersion
from engine.views.decision import COLUMNS
from engine.views.paint import Paint, uncoloured

Looked = tuple[Publication, Sequence[str], bool | None]
"""A version, in what its files were altered, and whether its signature holds."""


def proposed(found: ProposedVersion) -> Iterator[str]:
    """What would be published, and how it is approved."""
    before = (
        f"，接自 {found.before.since} 起的一版（{fingerprint(found.before.digest)}）" if found.before else "，第一版"
    )
    yield from wrap(f"拟发布自 {found.since} 起的一版：{fingerprint(found.digest)}{before}", COLUMNS, hanging="  ")
    rules = sum(not name.startswith(f"{SHOWN}/") for name in found.files)
    if found.before is None:
        said = f"没有前一版可以比较；规则 {rules} 个文件，检查没有错误，用例都成立。要看的是这些文件本身"
        yield from wrap(said, COLUMNS, hanging="  ")
    what = "以上各项" if len(found.files) > rules else "规则文件"
    yield from wrap(
        f"由另一个人看过{what}再批准：同一条命令加 `--seen {found.code} --as 批准人`", COLUMNS, hanging="  "
    )


def listed(found: Iterable[Looked], paint: Paint = uncoloured) -> Iterator[str]:
    """A line or two for each version."""
    for one, altered, signed in found:
        who = "，".join(f"{what} {name}" for what, name in (("提出", one.proposed), ("批准", one.approved)) if name)
        yield f"自 {one.since} 起  {fingerprint(one.digest)}  {one.regulation}"
        yield from wrap(f"  {one.at}{f'，{who}' if who else ''}，{one.folder}", COLUMNS, hanging="    ")
        for said in altered:
            yield paint(f"  这一版{said}", "bad")
        if signed is False:
            yield paint("  签章不符", "bad")
        elif not altered:
            yield f"  文件与发布时相同{'，签章相符' if signed else ''}"


def to_plain(found: Iterable[Looked]) -> list[dict[str, Any]]:
    """The same as JSON."""
    return [
        {
            "版本": one.digest,
            "自": one.since.isoformat(),
            "规范": one.regulation,
            "提出": one.proposed,
            "批准": one.approved,
            "时间": one.at,
            "前一版": one.before,
            "文件夹": str(one.folder),
            "改动": list(altered),
            "签章": signed,
        }
        for one, altered, signed in found
    ]
