"""Tiny packages for tests: texts in, package and problems out, and the text a problem underlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from engine.base.calendar import Calendar
from engine.base.problem import Problem, Span
from engine.policy.checks import check_package
from engine.policy.package import Package
from engine.policy.resolve import Library, read_library, resolve
from engine.policy.shape import read_overlay
from engine.policy.spec.vocabulary import OverlaySpec
from engine.policy.stack import Sourced

DAY = date(2026, 6, 1)
CALENDAR = Calendar("无", ())

WORDS = """\
单位: [{名称: 场}, {名称: 人}]
枚举: [{名称: 类型项, 取值: [甲型, 乙型]}]
事实:
  - {名称: 场次, 类型: 整数, 单位: 场}
  - {名称: 人数, 类型: 整数, 单位: 人}
  - {名称: 机构类型, 类型: 枚举, 枚举: 类型项}
  - {名称: 有场地, 类型: 是否}
"""


def header(name: str, **more: str) -> str:
    """A policy.yaml; `more` are further or other keys."""
    keys = {"标识": name, "名称": name, "性质": "规范性文件", "状态": "有效", "位阶": "3", "施行": "2020-01-01", **more}
    return "规范:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items())


def sources(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """`t/rules.yaml: text` -> package -> path -> text. The package `t` always comes first with a header and `WORDS`; a
    path without a folder is in it. Other packages bring their own header."""
    result = {"t": {"t/policy.yaml": header("t"), "t/words.yaml": WORDS}}
    for path, text in files.items():
        whole = path if "/" in path else f"t/{path}"
        result.setdefault(whole.split("/")[0], {})[whole] = text
    return result


def read(files: Mapping[str, str] | str) -> tuple[Library, list[Problem]]:
    return read_library(sources({"rules.yaml": files} if isinstance(files, str) else files))


def load(
    files: Mapping[str, str] | str, day: date = DAY, overlay: str | Sequence[str] = ()
) -> tuple[Package | None, list[Problem]]:
    """The package `t`; a text stands for the one file rules.yaml."""
    library, problems = read(files)
    overlays: list[Sourced[OverlaySpec]] = []
    for text in [overlay] if isinstance(overlay, str) else overlay:
        patch, found = read_overlay("overlay.yaml", text)
        problems += found
        if patch is not None:
            overlays.append(Sourced(patch, "overlay.yaml"))
    if problems:
        return None, problems
    return resolve(library, "t", day, CALENDAR, overlays)


def package(files: Mapping[str, str] | str, day: date = DAY, overlay: str | Sequence[str] = ()) -> Package:
    """The package, which must be free of errors."""
    found, problems = load(files, day, overlay)
    assert found is not None, "\n".join(f"{p.code} {p.message}" for p in problems)
    return found


def checked(files: Mapping[str, str] | str) -> list[Problem]:
    """The findings of `check_package` on the package, with its own structure."""
    library, _ = read(files)
    whole = package(files)
    top = library.specs["t"].header
    return check_package(whole, top.structure if top else None)


def underlined(problem: Problem, files: Mapping[str, str] | str) -> str:
    """The stretch of text a problem points at; "" where it has no place."""
    if not isinstance(problem.place, Span):
        return ""
    texts = {
        path: text
        for package in sources({"rules.yaml": files} if isinstance(files, str) else files).values()
        for path, text in package.items()
    }
    span = problem.place
    lines = texts[span.file].split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)
