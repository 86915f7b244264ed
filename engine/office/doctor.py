"""Edge: what this machine has and lacks for deciding cases and writing letters, and how to get what is missing.

`observe` looks (the only part that touches the machine), `judge` says what it means (pure), `examine` does both.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from engine.base.calendar import BEIJING, Calendar
from engine.base.classes import dataclass
from engine.base.home import PROGRAM, SHARED
from engine.base.problem import Refused
from engine.documents.everyday import MARK
from engine.documents.fonts import STACKS
from engine.files.reading import read
from engine.policy.calendar_data import load_calendar

OK, WARN, FAIL = "ok", "warn", "fail"

EVERYDAY = "的一是规矩认定公示通知年月日（）《》〔〕"
NAMES = "䶮㛃𠮷𬭎"
"""Rare characters that stand in people's names; 𠮷 is not even among the standard 8105."""
STANDARD = "㑇㘎㟃㧐㬎㭎㳇㸆䁖䃅䎃䏡䓖䗖䜣䝙䢺䥽䲟䴓䴙𠅤𡎚𣗋𣲘𤧛𥔲𥖨𦈡𦙶𧿹𨟠𨱏𩽾𪟝𪨶𫄧𫍣𫓧𫖮𫘝𫚕𫟅𫢸𬀩𬇕𬍛𬕂𬘭𬙊𬞟𬣙𬤝𬪩𬬮𬭚𬭼𬱖𬳵𬶐𬷕𬸪𬹼𬺈𬺓"
"""A sample of the rarer parts (levels 2 and 3) of 通用规范汉字表 (8105 characters)."""

TYPEFACES: Mapping[str, tuple[str, ...]] = {
    "仿宋（正文）": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "FandolFang", "FandolFang R"),
    "楷体（二级标题）": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "FandolKai"),
    "小标宋（标题）": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05"),
    "黑体（一级标题）": ("黑体", "SimHei", "STHeiti", "Noto Sans CJK SC"),
    "宋体（页码、附表）": ("宋体", "SimSun", "STSong", "Noto Serif CJK SC"),
}
"""Typeface of an official document -> families that are it, best first."""

PRINTED = tuple(dict.fromkeys(family for stack in STACKS.values() for family in stack))
"""Families PDFs are set in; set-up makes an everyday part of each."""

HERE = "当前目录"

FALLBACK = "Noto Serif CJK SC"

LIBRARIES: Mapping[str, str] = {
    "libgobject-2.0.so.0": "libpango-1.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libharfbuzz.so.0": "libpango-1.0-0",
    "libfontconfig.so.1": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""Shared libraries that PDF output opens -> the Debian package that brings them."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line of the report: `status` is ok, warn (works, but worse) or fail (something cannot work)."""

    name: str
    status: str
    message: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Fonts:
    """Installed families, those that have every character of the sample, and the sample's characters that none has."""

    families: frozenset[str]
    complete: tuple[str, ...]
    uncovered: str


@dataclass(frozen=True, slots=True)
class Machine:
    """What was seen. `fonts` is None where fontconfig's tools are missing; `rules_engine` is the import error or None."""

    python: tuple[int, int, int]
    in_venv: bool
    locked: Mapping[str, str]
    installed: Mapping[str, str]
    missing_libraries: tuple[str, ...]
    fonts: Fonts | None
    compiler: str | None
    headers: bool
    rules_engine: str | None
    unwritable: tuple[str, ...]
    encoding: str
    calendar: Calendar | Refused
    today: date


def examine(calendars: Path | None = None) -> list[Diagnosis]:
    """Everything about this machine, in the order a person would put it right; `calendars`: the office's, None for the
    program's own."""
    return judge(observe(calendars))


def healthy(findings: Iterable[Diagnosis]) -> bool:
    """No finding is a failure."""
    return all(finding.status != FAIL for finding in findings)


def judge(machine: Machine) -> list[Diagnosis]:
    """What the observations mean."""
    return [check(machine) for check in CHECKS]


def _apt(*packages: str) -> str:
    return f"以管理员身份执行：apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"


RERUN, AGAIN, FETCH = (
    (
        "在程序目录执行 ./guiju doctor（会按锁定文件自动补装）",
        "重新安装：rm .venv/.guiju-run && ./guiju doctor",
        "联网重新执行 ./guiju（会下载 Fandol 仿宋、楷体）：rm .venv/.guiju-run && ./guiju doctor",
    )
    if PROGRAM.parent == SHARED
    else (
        f"执行 {sys.executable} -m pip install -r {SHARED / 'requirements/run.txt'}",
        f"执行 {sys.executable} {SHARED / 'setup/fonts.py'} ~/.local/share/fonts/guiju && fc-cache",
        "把 Fandol 仿宋、楷体（Debian 软件包 texlive-lang-chinese 中的两个 .otf）放入 ~/.local/share/fonts 后执行 fc-cache",
    )
)
"""How to install what is locked, cut the everyday fonts, get the typefaces: in a checkout, and where a wheel is installed."""


def _python(machine: Machine) -> Diagnosis:
    version = ".".join(map(str, machine.python))
    if machine.python < (3, 11):
        return Diagnosis("Python", FAIL, f"{version}，需要 3.11 或更高", _apt("python3", "python3-venv"))
    if not machine.in_venv:
        return Diagnosis(
            "Python", WARN, f"{version}，未使用程序自带的虚拟环境 .venv", "用 ./guiju 运行，不要直接运行 cli.py"
        )
    return Diagnosis("Python", OK, f"{version}，虚拟环境")


def _dependencies(machine: Machine) -> Diagnosis:
    name = "Python 依赖"
    if not machine.locked:
        return Diagnosis(name, FAIL, "找不到锁定文件 requirements/run.txt", "重新取得完整的程序目录")
    missing = [package for package in machine.locked if package not in machine.installed]
    if missing:
        return Diagnosis(name, FAIL, f"缺少 {len(missing)} 个：{'、'.join(missing[:5])}", RERUN)
    differing = [
        f"{package} {machine.installed[package]}（锁定 {version}）"
        for package, version in machine.locked.items()
        if machine.installed[package] != version
    ]
    if differing:
        return Diagnosis(name, WARN, f"与锁定版本不一致：{'、'.join(differing[:3])}", f"删除 .venv 后，{RERUN}")
    return Diagnosis(name, OK, f"{len(machine.locked)} 个，与锁定文件一致")


def _rules_engine(machine: Machine) -> Diagnosis:
    name = "规则引擎 durable-rules"
    if machine.rules_engine is None:
        return Diagnosis(name, OK, "可用")
    why = f"无法加载，由内置推理代替，结果相同，较慢：{machine.rules_engine}"
    return Diagnosis(name, WARN, why, f"先装好编译器，再{RERUN}")


def _compiler(machine: Machine) -> Diagnosis:
    name = "C 编译器"
    lacking = [*(() if machine.compiler else ("gcc",)), *(() if machine.headers else ("python3-dev",))]
    if not lacking:
        return Diagnosis(name, OK, str(machine.compiler))
    if machine.rules_engine is None:
        return Diagnosis(name, OK, f"缺少 {'、'.join(lacking)}；规则引擎已编译好，不再需要")
    return Diagnosis(name, WARN, f"缺少 {'、'.join(lacking)}，无法编译规则引擎", _apt("gcc", "python3-dev"))


def _pdf_libraries(machine: Machine) -> Diagnosis:
    name = "PDF 排版库 Pango"
    if not machine.missing_libraries:
        return Diagnosis(name, OK, "可用")
    packages = sorted({LIBRARIES[library] for library in machine.missing_libraries})
    # Subsetting is the one library the renderer can do without, at the price of larger files.
    status = WARN if set(machine.missing_libraries) == {"libharfbuzz-subset.so.0"} else FAIL
    effect = "PDF 会偏大" if status == WARN else "不能生成 PDF（不影响决定和 Word 文件）"
    return Diagnosis(name, status, f"缺少 {'、'.join(machine.missing_libraries)}，{effect}", _apt(*packages))


def _glyphs(machine: Machine) -> Diagnosis:
    name = "字库覆盖"
    fonts = machine.fonts
    if fonts is None:
        return Diagnosis(name, FAIL, "没有 fontconfig，无法查看字体", _apt("fontconfig", "fonts-noto-cjk"))
    if fonts.uncovered:
        return Diagnosis(name, FAIL, f"没有字体能显示：{fonts.uncovered[:12]}，公文会出现空框", _apt("fonts-noto-cjk"))
    if not fonts.complete:
        return Diagnosis(name, WARN, "生僻字分散在几个字体中，同一姓名可能混用字体", _apt("fonts-noto-cjk"))
    if FALLBACK not in fonts.complete:
        message = f"{fonts.complete[0]} 覆盖通用规范汉字与姓名生僻字；缺少模板约定的后备字体 {FALLBACK}"
        return Diagnosis(name, WARN, message, _apt("fonts-noto-cjk"))
    return Diagnosis(name, OK, f"{FALLBACK} 覆盖通用规范汉字与姓名生僻字（{NAMES}）")


def _typefaces(machine: Machine) -> Diagnosis:
    name = "公文字体"
    families = machine.fonts.families if machine.fonts else frozenset()
    found = {face: next((f for f in names if f in families), None) for face, names in TYPEFACES.items()}
    shown = "；".join(f"{face} {family or '无'}" for face, family in found.items())
    lacking = [face for face, family in found.items() if family is None]
    if not lacking:
        return Diagnosis(name, OK, shown)
    if machine.fonts is None or FALLBACK not in families:
        return Diagnosis(name, FAIL, f"{shown}；也没有后备字体 {FALLBACK}", _apt("fonts-noto-cjk"))
    remedies = []
    if lacking != ["小标宋（标题）"]:
        remedies.append(FETCH)
    if "小标宋（标题）" in lacking:
        remedies.append("小标宋由单位已获授权的方正字体提供，放入 ~/.local/share/fonts 后执行 fc-cache")
    return Diagnosis(name, WARN, f"{shown}；缺少的以 {FALLBACK} 代替", "；".join(remedies))


def _everyday(machine: Machine) -> Diagnosis:
    name = "常用字体"
    families = machine.fonts.families if machine.fonts else frozenset()
    installed = [family for family in PRINTED if family in families]
    lacking = [family for family in installed if family + MARK not in families]
    if not installed:
        return Diagnosis(name, WARN, "没有可以取常用字的公文字体", _apt("fonts-noto-cjk"))
    if not lacking:
        return Diagnosis(name, OK, "已从公文字体中取出，PDF 出得快")
    message = f"没有从 {'、'.join(lacking)} 取出常用字，PDF 照出，但慢一倍，文件也大"
    return Diagnosis(name, WARN, message, AGAIN)


def _folders(machine: Machine) -> Diagnosis:
    if machine.unwritable:
        status = WARN if machine.unwritable == (HERE,) else FAIL
        message = f"不能写入{'、'.join(machine.unwritable)}，无法在那里生成文件"
        return Diagnosis("可写目录", status, message, "换到有写入权限的目录运行，或请管理员授权")
    return Diagnosis("可写目录", OK, "当前目录与临时目录可写")


def _terminal(machine: Machine) -> Diagnosis:
    try:
        "规矩 ✓✗–䶮".encode(machine.encoding)
    except (UnicodeEncodeError, LookupError):
        message = f"终端编码 {machine.encoding or '未知'} 不能显示全部字符"
        return Diagnosis("终端编码", WARN, message, "执行 export LANG=C.UTF-8 后再运行")
    return Diagnosis("终端编码", OK, machine.encoding)


def _calendar(machine: Machine) -> Diagnosis:
    name = "工作日历"
    if isinstance(machine.calendar, Refused):
        first = machine.calendar.problems[0]
        return Diagnosis(name, FAIL, first.message, first.help)
    years = [notice.year for notice in machine.calendar.notices]
    known = "、".join(f"{year}年" for year in years) or "无"
    if machine.today.year in years:
        return Diagnosis(name, OK, f"已收录{known}放假安排")
    return Diagnosis(
        name,
        WARN,
        f"已收录：{known}；没有{machine.today.year}年，期限只能暂估",
        "在 calendars/ 中按国务院办公厅通知增加该年的文件",
    )


CHECKS: Sequence[Callable[[Machine], Diagnosis]] = (
    _python,
    _dependencies,
    _rules_engine,
    _compiler,
    _pdf_libraries,
    _glyphs,
    _typefaces,
    _everyday,
    _folders,
    _terminal,
    _calendar,
)


def observe(calendars: Path | None = None) -> Machine:
    """Look at this machine. Nothing here raises: what cannot be found out counts as missing."""
    locked = _locked(SHARED / "requirements" / "run.txt")
    return Machine(
        python=(sys.version_info[0], sys.version_info[1], sys.version_info[2]),
        in_venv=sys.prefix != sys.base_prefix,
        locked=locked,
        installed=_installed(locked),
        missing_libraries=tuple(library for library in LIBRARIES if not _loadable(library)),
        fonts=_fonts(),
        compiler=shutil.which("gcc") or shutil.which("cc"),
        headers=_has_headers(),
        rules_engine=_rules_engine_error(),
        unwritable=_unwritable(),
        encoding=getattr(sys.stdout, "encoding", None) or "",
        calendar=_read_calendar(calendars),
        today=datetime.now(BEIJING).date(),
    )


def _locked(file: Path) -> dict[str, str]:
    """Package -> version of a hashed requirements file."""
    try:
        text = read(file, 10_000_000).decode()
    except OSError:
        return {}
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, re.MULTILINE))


def _installed(names: Iterable[str]) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _loadable(library: str) -> bool:
    from ctypes import CDLL

    try:
        CDLL(library)
    except OSError:
        return False
    return True


def _has_headers() -> bool:
    from sysconfig import get_path

    return os.path.exists(os.path.join(get_path("include"), "Python.h"))


def _rules_engine_error() -> str | None:
    from importlib import import_module

    try:
        import_module("durable_rules_engine")
    except ImportError as error:
        return str(error)
    return None


def _unwritable() -> tuple[str, ...]:
    try:
        temporary = tempfile.gettempdir()
    except OSError:
        return (HERE, "临时目录")  # gettempdir tries the current folder last
    return (
        *(() if os.access(os.curdir, os.W_OK) else (HERE,)),
        *(() if os.access(temporary, os.W_OK) else (temporary,)),
    )


def _read_calendar(folder: Path | None) -> Calendar | Refused:
    try:
        return load_calendar() if folder is None else load_calendar(folder=folder)
    except Refused as refused:
        return refused


def _fonts() -> Fonts | None:
    families = _families("")
    if families is None:
        return None
    sample = EVERYDAY + NAMES + STANDARD
    complete = _families(sample) or ()
    uncovered = "" if complete else "".join(char for char in sample if not _families(char))
    # A typeface asked for by name comes first among those that have everything.
    ranked = sorted(complete, key=lambda family: (family != FALLBACK, family))
    return Fonts(frozenset(families), tuple(ranked), uncovered)


def _families(chars: str) -> tuple[str, ...] | None:
    """Families (every language's name) that have all of `chars`; None where fc-list cannot be run."""
    pattern = ":charset=" + " ".join(f"{ord(char):x}" for char in chars) if chars else ":"
    try:
        run = subprocess.run(["fc-list", pattern, "family"], capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    names = run.stdout.decode("utf-8", "replace").replace("\\-", "-").replace("\n", ",").split(",")
    return tuple(sorted({name.strip() for name in names if name.strip()}))
