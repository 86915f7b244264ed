"""待办: what must be done, in the order the days run out. Lists read what was noted of a case and evaluate nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from engine.base.classes import dataclass
from engine.decision.model import UNDECIDED
from engine.office import api
from engine.procedure.sweep import Deadline
from web.models import CaseRecord, Person
from web.services.rules import packages, today
from web.settings import SPACE

OVERDUE, SOON, OPEN, DONE = "已逾期", "三个工作日内", "在办", "已有结论"
GROUPS = (OVERDUE, SOON, OPEN, DONE)
DAYS = 3
"""Working days before the last one from which something is soon."""
MINE, ALL, DUTIES = "待我办", "全部案件", "期限事项"
TABS = (MINE, ALL, DUTIES)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. `left`: working days to `due`, negative past it; `estimated`: why they are only an estimate."""

    group: str
    number: str
    title: str
    what: str
    clauses: str
    due: date | None
    left: int | None
    estimated: str
    documents: str
    holder: str
    link: str
    kind: str = ""

    @property
    def late(self) -> int:
        """Working days past the last one, 0 where it is not past."""
        return max(0, -self.left) if self.left is not None else 0


def rows(person: Person, tab: str) -> list[Row]:
    """The lines of a tab, by group, day and number."""
    if tab == DUTIES:
        found = list(of_parties())
    else:
        records = CaseRecord.objects.select_related("holder")
        found = [_of_case(record) for record in (records.filter(holder=person) if tab == MINE else records)]
        found = [row for row in found if tab == ALL or row.group != DONE]
    return sorted(found, key=lambda row: (GROUPS.index(row.group), row.due or date.max, row.number))


def _of_case(record: CaseRecord) -> Row:
    open_ = [found for found in record.standing if found["结果"] == UNDECIDED]
    holder = record.holder.name if record.holder is not None else "未分办"
    what = "；".join(map(_wanting, open_)) or "；".join(f"{d['决定']}：{d['结果']}" for d in record.standing[-2:])
    determination = (open_ or record.standing or [{"决定": ""}])[-1]["决定"]
    link = f"/case/{quote(record.number)}/{quote(determination)}"
    group = OPEN if open_ else DONE
    return Row(group, record.number, record.title, what, "", None, None, "", "", holder, link, record.kind)


def _wanting(found: dict[str, object]) -> str:
    wanting = found["缺"]
    assert isinstance(wanting, list)
    parts = [f"{kind}{wanting.count(kind)}项" for kind in ("材料", "判断") if kind in wanting]
    return f"{found['决定']}待查" + (f"：缺{'、'.join(parts)}" if parts else "")


def of_parties() -> Iterator[Row]:
    """What is due soon of every party."""
    if SPACE.histories.is_dir():
        for folder in sorted(SPACE.histories.iterdir()):
            if folder.is_dir():
                yield from _duties(folder, today())


@lru_cache(maxsize=512)
def _duties(folder: Path, day: date) -> Sequence[Row]:
    """What is due of one party on a day; a history that cannot be read is a line that says so."""
    try:
        found = api.replay(packages(), folder, day)
    except api.Refused as refused:
        return (Row(OPEN, folder.name, "", refused.problems[0].message, "", None, None, "", "", "", ""),)
    number, title = found.timeline.case, found.timeline.title
    return tuple(_due(number, title, deadline) for deadline in api.due(found) if _is_near(deadline, day))


def _is_near(deadline: Deadline, day: date) -> bool:
    duty = deadline.duty
    return deadline.left is not None and (deadline.left <= 40) and (duty.start is None or duty.start <= day)


def _due(number: str, title: str, deadline: Deadline) -> Row:
    duty, left = deadline.duty, deadline.left
    assert left is not None
    group = OVERDUE if left < 0 else SOON if left <= DAYS else OPEN
    what = f"{duty.name}{f'（{duty.period}）' if duty.period else ''}"
    documents = "、".join(duty.documents) if duty.ready else ""
    return Row(
        group, number, title, what, "、".join(duty.clauses), duty.due, left, deadline.estimated, documents, duty.who, ""
    )
