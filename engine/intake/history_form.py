"""An empty history to start with: the head, and as comments the events there are and what each is entered with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.base.text import wrap
from engine.files.faults import refusal
from engine.files.writing import create_all, make_folder
from engine.intake.forms import quoted
from engine.intake.history import HISTORY_FILE, MAX_ID
from engine.intake.values import writable
from engine.policy.package import Field, Package
from engine.policy.procedure import Event, Requirement
from engine.procedure.compiled import Compiled

_COLUMNS = 100


def entered(package: Package) -> list[Event]:
    """The events that people enter, in the package's order."""
    events = package.procedure.events.values() if package.procedure else ()
    return [event for event in events if event.by_hand]


def possible(package: Package, state: str, happened: Collection[str]) -> list[Event]:
    """Those that may happen in a state after the events called `happened`: as far as the state is concerned, and what
    must have happened before."""

    def fits(needed: Requirement) -> bool:
        if needed.kind == "状态":
            return state in needed.states
        return needed.kind != "须先有" or needed.event in happened

    return [event for event in entered(package) if all(fits(needed) for needed in event.requirements)]


def _payload(event: Event, package: Package) -> str:
    """`考核年度（必填，整数，年）、结果`: what an event is entered with; "" for nothing."""
    return "、".join(_field(field, package) for field in event.payload)


def _field(field: Field, package: Package) -> str:
    members = writable(field, package.scope.enums) if field.type.kind == "enum" else ()
    kind = "/".join(members) if members else field.word
    parts = ["必填" if field.required else "", kind, field.unit.name if field.unit else ""]
    return f"{field.name}（{'，'.join(part for part in parts if part)}）"


def described(events: Iterable[Event], package: Package, indent: str, columns: int = _COLUMNS) -> Iterator[str]:
    """A line for each event: its name, what it is, what it is entered with."""
    for event in events:
        said = "：".join(part for part in (event.name, event.label) if part)
        payload = _payload(event, package)
        yield from wrap(
            said + (f"  载荷 {payload}" if payload else ""), columns, indent=indent, hanging=indent + "    "
        )


def init_history(compiled: Compiled, directory: Path) -> tuple[Path | None, list[Problem]]:
    """Write an empty `events.yaml` into `directory` (made if need be); never over one that is there. Refused (exit code
    2): E902 what the file system refuses."""
    path = directory / HISTORY_FILE
    try:
        make_folder(directory)
        if path.exists():
            return None, [Problem("E556", f"`{path}` 已经存在，没有覆盖", help="换一个文件夹，或先移走原有文件")]
        create_all({path: history_form(compiled, directory.resolve().name[:MAX_ID]).encode()})
    except OSError as error:
        raise Refused(refusal(error), 2) from None
    return path, []


def history_form(compiled: Compiled, id: str) -> str:
    """The text of an empty history."""
    package = compiled.package
    first = possible(package, compiled.initial, ())
    return "\n".join(
        [
            f"# 事件记录：{package.header.title}",
            "# 每个事件一行，写在 `事件:` 下面；也可以用 `guiju event add` 录入，不可能成立的不收。",
            f"案件: {quoted(id)}",
            "名称:",
            f"规范: {package.id}",
            "事件:",
            f"# 开始时（{compiled.initial}）可以发生：",
            *described(first, package, "#   "),
            "# 另有：",
            *described([event for event in entered(package) if event not in first], package, "#   "),
            "",
        ]
    )
