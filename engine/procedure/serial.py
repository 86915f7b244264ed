"""A timeline and what is due as plain data: Chinese keys in a fixed order, days as ISO 8601; and the JSON Schema of them."""

from __future__ import annotations

from datetime import date

from engine.base import basis
from engine.base.calendar import Calendar
from engine.base.codec import ADDED, DIALECT, Json
from engine.language.printer import show_value
from engine.policy.package import Package
from engine.procedure.history import Entry
from engine.procedure.sweep import GROUPS, Due, working_days_left
from engine.procedure.timeline import STATUSES, Duty, Effect, Timeline


def payload(entry: Entry, package: Package) -> str:
    """What an event says besides its day: 名称 值，名称 值."""
    event = package.procedure.events.get(entry.event) if package.procedure else None
    fields = event.payload if event is not None else ()
    known = [(f, entry.payload[f.name]) for f in fields if f.name in entry.payload]
    return "，".join(f"{f.name} {show_value(value, f.type, f.unit)}" for f, value in known)


def to_plain(timeline: Timeline, package: Package) -> Json:
    """JSON-ready."""
    return {
        "案件": timeline.case,
        "名称": timeline.title,
        "基准日": timeline.as_of.isoformat(),
        "所据": basis.to_plain(timeline.basis),
        "状态": timeline.state,
        "自": _iso(timeline.since),
        "期限": [
            {"届满": event, "起算": begun, "最后一天": last.isoformat()} for event, begun, last in timeline.running
        ],
        "经过": [
            {
                "编号": e.id,
                "事件": e.event,
                "日期": e.day.isoformat(),
                "载荷": payload(e, package),
                "录入人": e.by or None,
                "起算": e.since or None,
            }
            for e in timeline.events
        ],
        "转变": [
            {"自": m.before, "至": m.after, "日期": m.effect.event.day.isoformat(), **_effect(m.effect)}
            for m in timeline.moves
        ],
        "文书": [{"文书": d.document, "日期": d.day.isoformat(), **_effect(d.effect)} for d in timeline.documents],
        "事项": [duty_plain(d, timeline.as_of, package.calendar) for d in timeline.duties],
        "不成立": [
            {
                "编号": r.entry.id,
                "事件": r.entry.event,
                "原因": r.problem.message,
                "代码": r.problem.code,
                "条款": r.problem.clause,
                "最早": _iso(r.earliest),
            }
            for r in timeline.refused
        ],
        "查不清": [p.message for p in timeline.cautions],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _effect(effect: Effect) -> Json:
    because = {"事件": effect.event.id, "并据": list(effect.joined), "经": list(effect.through)}
    return {"程序": effect.rule, "条款": list(effect.clauses), "因为": because}


def duty_plain(duty: Duty, as_of: date, calendar: Calendar) -> Json:
    """JSON-ready; of a duty somebody still has to see to the working days that are left, too."""
    left = working_days_left(duty, as_of, calendar) if duty.live else None
    return {
        "名称": duty.name,
        "主体": duty.who,
        "性质": duty.nature,
        "情况": duty.status,
        "周期": duty.period or None,
        "自": _iso(duty.start),
        "期限": _iso(duty.due),
        "期限未定": duty.unset or None,
        "暂估": duty.provisional or None,
        "剩余工作日": left.value if left else None,
        "剩余暂估": left.reason if left else None,
        "履行": _closing(duty.met_by),
        "处理": _closing(duty.settled_by),
        "终止": _iso(duty.ended),
        "来源": duty.source,
        "条款": list(duty.clauses),
        "因为": _effect(duty.effect)["因为"] if duty.effect else None,
        "可出具": list(duty.documents) if duty.ready else [],
    }


def _closing(entry: Entry | None) -> dict[str, str] | None:
    return {"事件": entry.id, "日期": entry.day.isoformat()} if entry else None


def due_plain(item: Due, as_of: date, calendar: Calendar) -> Json:
    """JSON-ready."""
    return {
        "组": item.group,
        "案件": item.case,
        "名称": item.title,
        "状态": item.state,
        "事项": duty_plain(item.duty, as_of, calendar),
    }


# ---- the schema ----

_TEXT: Json = {"type": "string"}
_TEXT_OR_NONE: Json = {"type": ["string", "null"]}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_DAY: Json = {"type": "string", "format": "date"}
_DAY_OR_NONE: Json = {"type": ["string", "null"], "format": "date"}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _named(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str) -> Json:
    return {"type": "array", "items": _named(name)}


_BECAUSE = _object(事件=_TEXT, 并据=_TEXTS, 经=_TEXTS)
_EFFECT = {"程序": _TEXT, "条款": _TEXTS, "因为": _named("因为")}
_CLOSED: Json = {"anyOf": [_object(事件=_TEXT, 日期=_DAY), {"type": "null"}]}
_DEFINITIONS: Json = {
    "所据": basis.SCHEMA,
    "因为": _BECAUSE,
    "经过": _object(编号=_TEXT, 事件=_TEXT, 日期=_DAY, 载荷=_TEXT, 录入人=_TEXT_OR_NONE, 起算=_TEXT_OR_NONE),
    "期限": _object(届满=_TEXT, 起算=_TEXT, 最后一天=_DAY),
    "转变": _object(自=_TEXT, 至=_TEXT, 日期=_DAY, **_EFFECT),
    "文书": _object(文书=_TEXT, 日期=_DAY, **_EFFECT),
    "事项": _object(
        名称=_TEXT,
        主体=_TEXT,
        性质=_TEXT,
        情况={"enum": list(STATUSES)},
        周期=_TEXT_OR_NONE,
        自=_DAY_OR_NONE,
        期限=_DAY_OR_NONE,
        期限未定=_TEXT_OR_NONE,
        暂估=_TEXT_OR_NONE,
        剩余工作日={"type": ["integer", "null"]},
        剩余暂估=_TEXT_OR_NONE,
        履行=_CLOSED,
        处理=_CLOSED,
        终止=_DAY_OR_NONE,
        来源=_TEXT,
        条款=_TEXTS,
        因为={"anyOf": [_named("因为"), {"type": "null"}]},
        可出具=_TEXTS,
    ),
    "不成立": _object(编号=_TEXT, 事件=_TEXT, 原因=_TEXT, 代码=_TEXT, 条款=_TEXT_OR_NONE, 最早=_DAY_OR_NONE),
    "到期": _object(组={"enum": list(GROUPS)}, 案件=_TEXT, 名称=_TEXT, 状态=_TEXT, 事项=_named("事项")),
}


def schema() -> Json:
    """The JSON Schema of what `timeline --json` prints; an item of what `due --json` prints is its `#/$defs/到期`."""
    whole = _object(
        案件=_TEXT,
        名称=_TEXT,
        基准日=_DAY,
        所据=_named("所据"),
        状态=_TEXT,
        自=_DAY_OR_NONE,
        期限=_list("期限"),
        经过=_list("经过"),
        转变=_list("转变"),
        文书=_list("文书"),
        事项=_list("事项"),
        不成立=_list("不成立"),
        查不清=_TEXTS,
    )
    properties: Json = whole["properties"] | ADDED
    return {"$schema": DIALECT, "title": "时间线", **whole, "properties": properties, "$defs": _DEFINITIONS}
