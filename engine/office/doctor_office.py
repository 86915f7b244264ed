"""Edge: whether what an office file names is fit for use: the register, the output, the key's file, the people."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from engine.documents.register import EXAMPLE
from engine.office.doctor import FAIL, OK, WARN, Diagnosis
from engine.office.ledger import problem_of
from engine.office.office_file import ACTS, OF_LEDGERS, OF_PUBLISHING, Office
from engine.record.place import opened
from engine.record.store import StoreFault


def examine_office(office: Office) -> list[Diagnosis]:
    """A finding for each thing the file names; the folders of rules and calendar were checked when it was read."""
    return [_file(office), *_persons(office), *_register(office), *_ledger(office), *_out(office), *_key(office)]


def _file(office: Office) -> Diagnosis:
    path, mode = office.file, os.stat(office.file).st_mode
    if mode & stat.S_IWOTH:
        return Diagnosis("单位设置", FAIL, f"谁都能改 `{path}`，也就能换掉规则", f"chmod o-w {path}")
    return Diagnosis("单位设置", OK, f"`{path}`")


def _persons(office: Office) -> Iterator[Diagnosis]:
    if not office.persons:
        yield Diagnosis("人员", OK, "没有写，谁办的不记录")
        return
    for act, roles in ACTS.items():
        if (office.ledger is None and act in OF_LEDGERS) or (office.published is None and act in OF_PUBLISHING):
            continue
        if not any(set(roles) & set(has) for has in office.persons.values()):
            yield Diagnosis(
                "人员", WARN, f"没有人能{act}", f"在 `{office.file}` 的 `人员` 里给一个人 {'、'.join(roles)} 的职责"
            )
            return
    yield Diagnosis("人员", OK, f"{len(office.persons)} 人")


def _register(office: Office) -> Iterator[Diagnosis]:
    path = office.register
    if path is None:
        return
    if not os.path.exists(path):
        yield Diagnosis("登记簿", FAIL, f"没有 `{path}`", f"新建这个文件，第一行写 `{EXAMPLE}`")
    elif not os.path.isfile(path) or not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK):
        yield Diagnosis("登记簿", FAIL, f"`{path}` 或它的文件夹不能读写", "请所有者授予读写权限")
    else:
        yield Diagnosis("登记簿", OK, f"`{path}`")


def _ledger(office: Office) -> Iterator[Diagnosis]:
    place = office.ledger
    if place is None:
        yield Diagnosis("账本", OK, "没有写，办了什么不记录")
        return
    try:
        store = opened(place)
    except StoreFault as fault:
        problem = problem_of(fault, place)
        yield Diagnosis("账本", FAIL, problem.message, problem.help or "")
        return
    with closing(store):
        head = store.head()
    if isinstance(place, Path) and os.stat(place).st_mode & (stat.S_IROTH | stat.S_IWOTH):
        yield Diagnosis("账本", FAIL, f"谁都能读 `{place}`，里面有个人信息", f"chmod o-rw {place}")
    elif office.heads is None:
        yield Diagnosis(
            "账本", WARN, f"`{place}`，{head.seq} 条；账本头没有抄在别处，截短、重做查不出来", "写 `账本头: 别处的文件`"
        )
    elif isinstance(place, Path) and _inside(office.heads, place.parent):
        yield Diagnosis("账本", WARN, f"账本头 `{office.heads}` 和账本在一处，能改账本的也能改它", "换一个别人管的地方")
    else:
        yield Diagnosis("账本", OK, f"`{place}`，{head.seq} 条")


def _out(office: Office) -> Iterator[Diagnosis]:
    path = office.out
    if path is None:
        return
    stands = next(place for place in (path, *path.absolute().parents) if os.path.exists(place))
    if os.access(stands, os.W_OK | os.X_OK):
        yield Diagnosis("输出", OK, f"`{path}`" if stands == path else f"`{path}`，出具文书时新建")
    else:
        yield Diagnosis("输出", FAIL, f"`{stands}` 不能写", "请所有者授予权限，或换一个文件夹")


def _key(office: Office) -> Iterator[Diagnosis]:
    if office.key is None:
        return
    try:
        found = os.stat(office.key)
    except OSError:
        yield Diagnosis("密钥", FAIL, f"没有 `{office.key}`，或没有权限看", "把密钥的文件放到那里，或改正路径")
        return
    shared = [place for place in (office.rules, office.calendars, office.out) if place and _inside(office.key, place)]
    if not stat.S_ISREG(found.st_mode):
        yield Diagnosis("密钥", FAIL, f"`{office.key}` 不是普通文件", "指向密钥的那个文件")
    elif found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Diagnosis("密钥", FAIL, f"别人也能读写 `{office.key}`", f"chmod 600 {office.key}，并考虑更换密钥")
    elif shared:
        yield Diagnosis("密钥", FAIL, f"`{office.key}` 在 `{shared[0]}` 里，会随它一起交出去", "移到别的文件夹")
    else:
        yield Diagnosis("密钥", OK, f"`{office.key}`，只有所有者能读")


def _inside(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
