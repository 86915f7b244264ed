"""Made-up lives of stations under the Fuzhou procedure: seeded scripts of ten years, and histories bent out of shape.

Who tests or measures the procedure takes its histories from here; `write` puts them into files as a clerk would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from engine.language.tree import Value
from engine.procedure.history import Entry, History, Withdrawal

NAMES = (
    "光电",
    "软件园",
    "海洋",
    "茶业",
    "纺织",
    "物流",
    "生物医药",
    "数字花园",
    "新能源",
    "文创",
    "职教",
    "侨青",
    "冷链",
    "车联网",
    "法务",
)
OUTCOMES = {
    "申报途径": ("属地申报", "直接申报", "申报路径不明"),
    "推荐结果": ("推荐报送", "不予推荐"),
    "初审结果": ("不予受理", "一次性告知补正", "材料齐备"),
    "审查结果": ("不予认定", "符合认定条件"),
    "考核结果": ("考核不合格", "考核优秀", "考核通过"),
    "复核结果": ("整改合格", "整改不合格"),
    "取消结果": ("取消资格并收回牌匾", "采纳申辩不予取消"),
}


@dataclass
class Script:
    """A station's script while it is being written: `day` runs ahead, `items` are as entered."""

    rng: Random
    day: date
    items: list[Entry | Withdrawal] = field(default_factory=list)

    def after(self, low: int, high: int) -> None:
        self.day += timedelta(self.rng.randint(low, high))

    def put(self, event: str, wait: tuple[int, int] = (0, 0), day: date | None = None, **payload: Value) -> Entry:
        """An event `wait` days on, or on a day of its own that does not move the script."""
        if day is None:
            self.after(*wait)
        late = self.rng.random() < 0.03
        on = day or self.day
        entered = on + timedelta(self.rng.randint(5, 60)) if late else None
        entry = Entry(str(len(self.items) + 1), event, on, payload, entered)
        self.items.append(entry)
        return entry

    def likely(self, chance: float) -> bool:
        return self.rng.random() < chance


def scripted_history(seed: int, number: int, years: int = 10, start: date = date(2026, 2, 10)) -> History:
    """Station `number` of the world `seed`."""
    script = Script(Random(f"{seed}:{number}"), start)
    script.after(0, 500)
    end = date(start.year + years, 12, 31)
    batch = 0
    if number % 9 == 0:  # one recognised under the rules before these
        script.put("原认定确认延续", 原认定日期=script.day - timedelta(300))
        batch = 0 if _years(script, end) else 3
    while batch < 3 and script.day < end:
        batch += 1
        if _application(script, f"第{batch}批") and not _years(script, end):
            break
        script.after(120, 400)
    name = NAMES[number % len(NAMES)]
    return History(f"ST-{number:03}", tuple(script.items), f"福州市{name}人才驿站", "fuzhou-talent-station")


def scripted_histories(seed: int, stations: int, years: int = 10) -> Iterator[History]:
    """The world of a seed."""
    return (scripted_history(seed, number, years) for number in range(1, stations + 1))


def _application(s: Script, batch: str) -> bool:
    """From the call for applications to the plaque; False where it ends before."""
    called = s.day
    route = s.rng.choices(OUTCOMES["申报途径"], (7, 2, 1))[0]
    s.put("申报", (5, 40), 批次=batch, 申报通知日期=called, 申报途径=route)
    if route == "申报路径不明":
        route = s.rng.choice(OUTCOMES["申报途径"][:2])
        s.put("申报路径明确", (5, 20), 批次=batch, 明确途径=route)
    if route == "属地申报":
        advice = s.rng.choices(OUTCOMES["推荐结果"], (9, 1))[0]
        s.put("属地推荐意见", (3, 20), 批次=batch, 推荐结果=advice)
        if advice == "不予推荐":
            return False
    for attempt in range(3):
        result = s.rng.choices(OUTCOMES["初审结果"], (1, 4, 12))[0] if attempt < 2 else "材料齐备"
        s.put("初审结论", (2, 10), 批次=batch, 初审结果=result)
        if result == "不予受理":
            return False
        if result == "材料齐备":
            break
        s.put("补正告知送达", (1, 4), 批次=batch)
        s.put("补正提交", (1, 16), 批次=batch)
    return _review(s, batch) and _publication(s, batch)


def _review(s: Script, batch: str) -> bool:
    s.put("材料审核", (2, 10), 批次=batch)
    s.put("实地考察", (2, 15), 批次=batch)
    result = s.rng.choices(OUTCOMES["审查结果"], (1, 9))[0]
    s.put("审查结论", (1, 10), 批次=batch, 审查结果=result)
    if result == "不予认定":
        return False
    s.put("综合评估", (2, 15), 批次=batch)
    listed = s.likely(0.88)
    s.put("名单确定", (1, 10), 批次=batch, 列入名单=listed)
    return listed


def _publication(s: Script, batch: str) -> bool:
    s.after(1, 8)
    ends = s.day + timedelta(s.rng.randint(14, 20))
    s.put("公示发布", 批次=batch, 公示届满日=ends)
    for number in range(s.rng.choice((0, 0, 0, 1, 2))):
        objection = f"异议{number + 1}"
        s.put("异议提出", (1, 3), 批次=batch, 异议编号=objection)
        upheld = s.likely(0.1)
        s.put("异议核查结论", (1, 4), 批次=batch, 异议编号=objection, 核查结论="异议成立" if upheld else "异议不成立")
        if upheld:
            return False
    s.day = max(s.day, ends)
    s.put("公布认定", (1, 10), 批次=batch)
    s.put("授牌", (0, 20), 批次=batch)
    return True


def _years(s: Script, end: date) -> bool:
    """Year after year until `end` (False) or until the designation is taken away (True)."""
    s.put("建设标准核查记录", (5, 60), 核查结果=s.rng.choice(("符合建设标准", "不符合建设标准")))
    s.put("建设标准核查记录", (5, 60), 核查结果="符合建设标准")
    s.put("平台更新", (1, 10))
    if s.likely(0.3):
        last = s.day.replace(day=1) - timedelta(1)
        s.put("月度核查", (1, 5), 月份=last.replace(day=1), 月度结果=s.rng.choice(("月度达标", "月度未达标")))
    year = s.day.year
    while s.day < end:
        _ordinary(s, date(s.day.year, 12, 31))
        s.day = max(s.day, date(year, 12, 31))
        if s.likely(0.9):
            whole = s.rng.choices((True, False), (8, 1))[0]
            _report(s, (1, 30), year, whole)
            if not whole:
                _report(s, (3, 20), year, True)
        if _assessment(s, year):
            return True
        year += 1
    return False


def _ordinary(s: Script, last: date) -> None:
    """What a year brings besides."""
    month = s.day.replace(day=1)
    while month <= last:
        day = month + timedelta(s.rng.randint(0, 27))
        if s.day <= day <= last and s.likely(0.92):
            s.put("活动举办", day=day, 到场人次=Decimal(s.rng.randint(20, 120)))
        if s.likely(0.3) and day > s.day:
            s.put("平台更新", day=day)
        month = (month + timedelta(32)).replace(day=1)
    if s.day >= last - timedelta(60):
        return
    left = (last - s.day).days - 50
    for kind in s.rng.sample(_EXTRAS, 2):
        kind(s, s.day + timedelta(s.rng.randint(0, max(1, left))))


def _tag(s: Script, word: str) -> str:
    return f"{word}{len(s.items) + 1}"


def _change(s: Script, day: date) -> None:
    tag = _tag(s, "变更")
    kind = s.rng.choice(("人员变化", "运营主体变化", "场所变化", "其他变化"))
    s.put("变更发生", day=day, 变更编号=tag, 变更内容=kind)
    if s.likely(0.8):
        s.put("变更报备", day=day + timedelta(s.rng.randint(1, 35)), 变更编号=tag)


def _major(s: Script, day: date) -> None:
    tag = _tag(s, "活动")
    s.put("重大活动报备", day=day, 活动编号=tag, 拟办日期=day + timedelta(s.rng.randint(10, 30)))
    answer = s.rng.choice(("同意举办", "不同意举办", "退回补办报备"))
    s.put("重大活动答复", day=day + timedelta(s.rng.randint(1, 12)), 活动编号=tag, 答复结果=answer)
    if s.rng.random() < 0.7:
        s.put("重大活动举办", day=day + timedelta(s.rng.randint(0, 30)), 活动编号=tag)


def _incident(s: Script, day: date) -> None:
    tag = _tag(s, "突发")
    s.put("突发情况发生", day=day, 突发编号=tag, 突发类别=s.rng.choice(("突发情况", "安全事故")))
    result = s.rng.choice(("已即时报告", "报告不符合要求"))
    s.put("突发情况报告", day=day + timedelta(s.rng.randint(0, 2)), 突发编号=tag, 报告结果=result)


def _referral(s: Script, day: date) -> None:
    person: Mapping[str, Value] = {"引荐姓名": _tag(s, "人"), "引荐项目": "省引才项目"}
    s.put("引荐入选", day=day, **person)
    s.put("奖励申领", day=day + timedelta(s.rng.randint(5, 20)), **person)
    result = s.rng.choice(("依第十五条奖励", "依第十八条奖励", "不予奖励"))
    s.put("奖励核定", day=day + timedelta(s.rng.randint(21, 40)), **person, 奖励结果=result)


def _funding(s: Script, day: date) -> None:
    tag = _tag(s, "特色")
    s.put("特色活动举办", day=day, 活动编号=tag)
    s.put("经费申领", day=day + timedelta(s.rng.randint(5, 30)), 活动编号=tag)
    result = s.rng.choice(("全额核定", "在剩余额度内部分核定", "不予支持", "额度用尽不予核定"))
    s.put("经费核定", day=day + timedelta(s.rng.randint(31, 45)), 活动编号=tag, 经费结果=result)


_EXTRAS = (_change, _major, _incident, _referral, _funding)


def _assessment(s: Script, year: int) -> bool:
    """The annual assessment; True where it ends with the plaque taken back."""
    of = {"考核年度": Decimal(year)}
    s.put("考核启动", (1, 30), **of)
    grade = s.rng.choices(OUTCOMES["考核结果"], (2, 1, 5))[0]
    s.put("年度考核结论", (10, 40), **of, 考核结果=grade)
    if grade == "考核优秀":
        s.put("宣传推广", (5, 60), **of)
    if grade != "考核不合格":
        return False
    s.put("整改通知送达", (1, 6), **of)
    if s.likely(0.8):
        s.put("整改报告", (20, 40), **of)
    if s.likely(0.6):
        s.put("复核结论", (0, 15), **of, 复核结果="整改合格")
        return False
    s.put("复核结论", (60, 80), **of, 复核结果="整改不合格")
    s.put("拟取消告知送达", (1, 5), **of)
    if s.likely(0.5):
        s.put("陈述申辩提出", (1, 6), **of)
    result = s.rng.choices(OUTCOMES["取消结果"], (3, 1))[0]
    s.put("取消审查结论", (16, 25), **of, 取消结果=result)
    if result != "取消资格并收回牌匾":
        return False
    s.put("取消决定送达", (1, 5), **of)
    s.put("牌匾收回确认", (2, 20), **of)
    return True


def _report(s: Script, wait: tuple[int, int], year: int, whole: bool) -> None:
    """The report on a year, in time or not as its day has it."""
    s.after(*wait)
    result = "逾期报送" if s.day > date(year + 1, 1, 15) else "按期报齐"
    s.put("年度总结提交", day=s.day, 年度=Decimal(year), 报送结果=result if whole else "内容须补充")


# Bent histories


def bent(seed: int, longest: int = 9) -> History:
    """A stretch of a life with days moved, events lost, doubled, swapped or told otherwise, some taken back."""
    rng = Random(seed)
    whole = _short_life(seed % 509)
    entries = [e for e in whole if e.event not in ("活动举办", "平台更新") or rng.random() < 0.1]
    # Most stretches begin at the beginning: later events need what came before.
    first = 0 if rng.random() < 0.96 else rng.randrange(len(entries))
    kept = entries[first : first + rng.randint(1, longest)]
    way = rng.random()
    if way < 0.3:  # skip to what comes years later
        kept = [e for e in entries if e.event in _ESSENTIAL][: rng.randint(8, longest + 12)]
    elif way < 0.5:  # a stretch of running a station
        ready = next((i for i, e in enumerate(entries) if e.event == "公布认定"), len(entries) - 1) + 1
        later = rng.randrange(ready, len(entries) + 1)
        kept = [e for e in entries[:ready] if e.event in _ESSENTIAL] + entries[later : later + longest]
    items: list[Entry | Withdrawal] = [_bend(rng, entry) for entry in kept if rng.random() > 0.01]
    items += [e for e in items if isinstance(e, Entry) and rng.random() < 0.03]
    if rng.random() < 0.03:
        rng.shuffle(items)
    items = [replace(item, id=str(index)) for index, item in enumerate(items, 1)]
    items += [Withdrawal(f"w{i.id}", i.id, reason="错") for i in list(items) if rng.random() < 0.015]
    return History("ST-000", tuple(items))


@cache
def _short_life(number: int) -> tuple[Entry, ...]:
    return tuple(item for item in scripted_history(0, number, years=3).items if isinstance(item, Entry))


_ESSENTIAL = frozenset(
    (
        *(
            "申报",
            "申报路径明确",
            "属地推荐意见",
            "初审结论",
            "材料审核",
            "实地考察",
            "审查结论",
            "综合评估",
            "名单确定",
        ),
        *("公示发布", "公布认定", "考核启动", "年度考核结论", "整改通知送达", "复核结论", "拟取消告知送达"),
        *("取消审查结论", "取消决定送达", "牌匾收回确认"),
    )
)
"""Events without which the later ones cannot happen."""


_TIMED = ("公布认定", "复核结论", "取消审查结论")
"""Events that may not come before a day."""


def _bend(rng: Random, entry: Entry) -> Entry:
    payload = dict(entry.payload)
    for name, values in OUTCOMES.items():
        if name in payload and rng.random() < 0.025:
            payload[name] = rng.choice(values)
    if payload and rng.random() < 0.01:
        payload.pop(rng.choice(list(payload)))
    moved = rng.random() < (0.15 if entry.event in _TIMED else 0.02)
    day = entry.day - timedelta(rng.randint(-5, 40)) if moved else entry.day
    return replace(entry, payload=payload, day=day)


# As files


def as_yaml(history: History) -> str:
    """The history as a clerk would keep it."""
    head = f"案件: {history.case}\n名称: {history.title}\n规范: {history.regulation}\n事件:\n"
    return head + "".join(f"  - {{{_pairs(item)}}}\n" for item in history.items)


def _pairs(item: Entry | Withdrawal) -> str:
    if isinstance(item, Withdrawal):
        return f"编号: {item.id}, 撤回: {item.target}, 理由: {item.reason}"
    found = [f"编号: {item.id}", f"事件: {item.event}", f"日期: {item.day.isoformat()}"]
    found += [f"{name}: {_said(value)}" for name, value in item.payload.items()]
    if item.entered:
        found.append(f"录入日期: {item.entered.isoformat()}")
    return ", ".join(found)


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


def write(folder: Path, seed: int, stations: int, years: int = 10) -> list[Path]:
    """The world of a seed, one folder a station."""
    found = []
    for history in scripted_histories(seed, stations, years):
        path = folder / history.case.lower() / "events.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_yaml(history), encoding="utf-8")
        found.append(path)
    return found
