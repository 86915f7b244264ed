"""A workbench's own folder: its database, the cases as they were sent, the secret of its sessions.

DATA/space.json     练习 or not, the day it works on, where the rules are
DATA/ready          there once the space was made to its end
DATA/secret         what signs sessions; only its owner can read it
DATA/workbench.db   people, cases, steps (SQLite)
DATA/cases/…        one folder a case, as it was sent
DATA/histories/…    one folder a party's events
"""

from __future__ import annotations

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

VARIABLE = "GUIJU_WORKBENCH"
"""The environment's name for the folder, by which the server's processes find it."""


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
    def secret(self) -> str:
        return (self.folder / "secret").read_text(encoding="ascii")

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
    """A new space in `folder`, in the place of one that was never finished. `FileExistsError` for a folder that holds
    something else."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "space.json").exists():
        raise FileExistsError(str(folder))
    for name in ("cases", "histories"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for old in folder.glob("workbench.db*"):
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    said = {"练习": practice, "日": day.isoformat() if day else "", "规则": str(rules)}
    (folder / "space.json").write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    with open(os.open(folder / "secret", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return opened(folder)


def finished(space: Space) -> None:
    """Marks the space as whole."""
    (space.folder / "ready").touch()
