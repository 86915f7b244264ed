"""Edge: versions of the rules that an office published: each a folder that is not touched again, with a record of what it
holds, from which day it is in force, and who proposed and approved it on what.

    publication.json   what is said of it, with the digest of every file
    publication.sig    HMAC-SHA256 of the record under the office's key, where it has one
    policies/          the packages
    shown/             what was shown to those who approved
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.base.canonical import digest
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.files.faults import unreadable
from engine.files.reading import read
from engine.record.lines import digest_of

RECORD, SIGNATURE, RULES, SHOWN = "publication.json", "publication.sig", "policies", "shown"
FORMAT = 1
MAX_FILE = 50_000_000
_MARK = "HMAC-SHA256 "


@dataclass(frozen=True, slots=True)
class Publication:
    """A published version. `digest`: of its packages; `files`: name below the folder -> digest; `before`: the digest of the
    version it followed, "" for the first."""

    folder: Path
    digest: str
    since: date
    regulation: str
    proposed: str
    approved: str
    at: str
    before: str
    files: Mapping[str, str]

    @property
    def rules(self) -> Path:
        """The folder of the packages."""
        return self.folder / RULES

    def sound(self) -> Publication:
        """Itself. Refused (E943, exit code 2) where a file is no longer what was published."""
        if said := next(altered(self), ""):
            help = "从备份恢复这个版本的文件夹；要改规则，改副本，再发布一版"
            raise Refused(Problem("E943", f"发布的版本 `{self.folder}` {said}", help=help), 2)
        return self


def rules_digest(files: Mapping[str, str]) -> str:
    """The digest of the packages among the files of a version."""
    return digest({name: one for name, one in files.items() if name.startswith(f"{RULES}/")})


def publications(folder: Path) -> tuple[Publication, ...]:
    """The versions below `folder`, in the order in which they come into force. Refused (E943, exit code 2): one that cannot
    be read, or two of one day."""
    if not folder.is_dir():
        return ()
    found = sorted(
        (_read(path) for path in sorted(folder.iterdir()) if (path / RECORD).is_file()), key=lambda one: one.since
    )
    for one, other in pairwise(found):
        if one.since == other.since:
            message = f"`{one.folder}` 和 `{other.folder}` 都自 {one.since} 起"
            raise Refused(Problem("E943", message, help="只留一个版本"), 2)
    return tuple(found)


def _read(folder: Path) -> Publication:
    try:
        said = json.loads(read(folder / RECORD, MAX_FILE))
        if said["格式"] != FORMAT or rules_digest(said["文件"]) != said["版本"]:
            raise ValueError(said["格式"])
        return Publication(
            folder,
            said["版本"],
            date.fromisoformat(said["自"]),
            str(said["规范"]),
            str(said["提出"]),
            str(said["批准"]),
            str(said["时间"]),
            str(said["前一版"]),
            dict(said["文件"]),
        )
    except OSError as error:
        raise Refused(unreadable(error, str(folder / RECORD)), 2) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        help = "从备份恢复；不是发布的版本，移出这个文件夹"
        raise Refused(Problem("E943", f"`{folder / RECORD}` 读不懂", help=help), 2) from None


def record_of(said: Mapping[str, Any]) -> bytes:
    """The record as it is written."""
    return (json.dumps({"格式": FORMAT, **said}, ensure_ascii=False, indent=1) + "\n").encode()


def altered(found: Publication) -> Iterator[str]:
    """In what its files are not those that were published."""
    there = {name: digest_of(data) for name, data in contents(found.folder).items() if name not in (RECORD, SIGNATURE)}
    for name in sorted({*found.files, *there}):
        if name not in there:
            yield f"少了 `{name}`"
        elif name not in found.files:
            yield f"多出 `{name}`"
        elif there[name] != found.files[name]:
            yield f"的 `{name}` 改过"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its name there, but hidden ones. Refused where one cannot be read."""
    found: dict[str, bytes] = {}
    for home, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith((".", "~$"))):
            path = Path(home) / name
            try:
                found[path.relative_to(folder).as_posix()] = read(path, MAX_FILE, folder)
            except OSError as error:
                raise Refused(unreadable(error, str(path)), 2) from None
    return found


def signature(record: bytes, key: bytes) -> bytes:
    """What stands beside the record of a version."""
    return f"{_MARK}{hmac.digest(key, record, 'sha256').hex()}\n".encode()


def signed(found: Publication, key: bytes) -> bool | None:
    """Whether the record bears the signature of this key; None where there is no signature or no key to look with."""
    path = found.folder / SIGNATURE
    if not key or not path.is_file():
        return None
    return hmac.compare_digest(read(path, MAX_FILE), signature(read(found.folder / RECORD, MAX_FILE), key))
