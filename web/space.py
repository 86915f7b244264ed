"""A workbench's own folder: its database, the cases as they were sent, the secret of its sessions.

DATA/space.json     练习 or not, the day it works on, where the rules are
DATA/ready          there once the space was made to its end
DATA/serving        held by the server that runs on it
DATA/secret         what signs sessions; only its owner can read it
DATA/workbench.db   people, cases, steps, and the ledger (SQLite)
DATA/register.jsonl 代字 of the organs, where the workbench gives numbers
DATA/cases/…        one folder a case, as it was sent
DATA/histories/…    one folder a party's events
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.base.calendar import BEIJING
from engine.base.classes import dataclass

PRACTICE = "practice-"
"""How the secret of a practice space begins: no office's server starts with it."""
_SECRET = 40
"""Characters that an office's secret has at least."""
VARIABLE = "GUIJU_WORKBENCH"
"""The environment's name for the folder, by which the server's processes find it."""


class Unsafe(Exception):
    """The secret of an office is none: why, in Chinese, and what to do."""


class InUse(Exception):
    """Another server runs on the space."""


@dataclass(frozen=True, slots=True)
class Space:
    """`day` None: the office's clock. `practice`: samples, that nobody decides by."""

    folder: Path
    rules: Path
    practice: bool
    day: date | None

    @property
    def database(self) -> Path:
        return self.folder / "workbench.db"

    @property
    def cases(self) -> Path:
        return self.folder / "cases"

    @property
    def histories(self) -> Path:
        return self.folder / "histories"

    @property
    def register(self) -> Path:
        """What organs sign with, and numbers given elsewhere before: taken over into the ledger."""
        return self.folder / "register.jsonl"

    @property
    def secret(self) -> str:
        """What signs sessions. Raises `Unsafe` for an office's that was made for practice, is short, or others can read."""
        file = self.folder / "secret"
        found = file.read_text(encoding="ascii").strip()
        if not self.practice:
            remedy = f"删掉 {file}，再 `guiju workbench secret` 另做一个；各人要重新登录"
            if found.startswith(PRACTICE):
                raise Unsafe(f"`{file}` 是练习用的密钥，单位的工作台不能用；{remedy}")
            if len(found) < _SECRET:
                raise Unsafe(f"`{file}` 太短，猜得出来；{remedy}")
            if file.stat().st_mode & 0o077:
                raise Unsafe(f"`{file}` 别人也能读；chmod 600 {file}，并考虑更换")
        return found

    def today(self) -> date:
        """The day the office works on."""
        return self.day or datetime.now(BEIJING).date()


def opened(folder: Path) -> Space:
    """The space in `folder`. FileNotFoundError where there is none."""
    said: Mapping[str, Any] = json.loads((folder / "space.json").read_text(encoding="utf-8"))
    day = date.fromisoformat(said["日"]) if said["日"] else None
    return Space(folder, Path(said["规则"]), said["练习"], day)


def current() -> Space:
    """The space of this process. KeyError where none was named."""
    return opened(Path(os.environ[VARIABLE]))


def is_whole(folder: Path) -> bool:
    """Whether there is a space in `folder` that was made to its end."""
    return (folder / "ready").exists()


def made(folder: Path, rules: Path, *, practice: bool, day: date | None) -> Space:
    """A new space in `folder`, in the place of one that was never finished. `FileExistsError` for a folder that holds a
    finished one, or something else."""
    if is_whole(folder) or (folder.is_dir() and any(folder.iterdir()) and not (folder / "space.json").exists()):
        raise FileExistsError(str(folder))
    for name in ("cases", "histories"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for old in folder.glob("workbench.db*"):
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    said = {"练习": practice, "日": day.isoformat() if day else "", "规则": str(rules)}
    (folder / "space.json").write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sealed(folder, practice=practice)
    return opened(folder)


def sealed(folder: Path, *, practice: bool) -> None:
    """A new secret, in the place of any there was."""
    text = f"{PRACTICE if practice else ''}{secrets.token_urlsafe(48)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(os.open(folder / "secret", flags, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(folder / "secret", 0o600)


def held(folder: Path) -> int:
    """Holds the space in `folder`, until what is given back is closed or the process and all it forked have ended. Raises
    `InUse`."""
    file = os.open(folder / "serving", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise InUse(f"已经有一个工作台在用 `{folder}`；停下那一个，或用 --data 换一个文件夹") from None
    return file


def finished(space: Space) -> None:
    """Marks the space as whole."""
    (space.folder / "ready").touch()
