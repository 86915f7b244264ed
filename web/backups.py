"""A space in one file, and a space from it: the database as it is at one moment, every file beside it, with digests."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from web import space as spaces
from web.space import Space

_LIST, _FORMAT = "清单.json", 1
_LEFT = ("secret", "serving")
"""What is not copied: a secret that lies in an archive is none, and a lock is no one's."""


class Unfit(Exception):
    """An archive that cannot be used, or a place it cannot go to: why, in Chinese."""


def kept(space: Space, target: Path) -> int:
    """Writes the space to `target`, a .tar.gz that only its owner can read, there whole or not at all; the number of its
    files. The server may run meanwhile: the database is copied as of one moment, and files are never changed. Raises `Unfit`."""
    if target.exists():
        raise Unfit(f"`{target}` 已经有了，换一个名称")
    part = target.with_name(f".{target.name}.part")
    with TemporaryDirectory(dir=target.parent) as beside:
        copy = Path(beside) / space.database.name
        _copied(space.database, copy)
        files = {space.database.name: copy, **dict(_files(space))}
        listed = {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                with tarfile.open(fileobj=out, mode="w:gz") as archive:
                    text = json.dumps({"格式": _FORMAT, "文件": listed}, ensure_ascii=False, indent=1).encode()
                    head = tarfile.TarInfo(_LIST)
                    head.size = len(text)
                    archive.addfile(head, io.BytesIO(text))
                    for name, path in files.items():
                        archive.add(path, name, recursive=False)
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return len(files)


def _copied(source: Path, target: Path) -> None:
    there, here = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        there.backup(here)
    finally:
        here.close()
        there.close()


def _files(space: Space) -> Iterator[tuple[str, Path]]:
    for path in sorted(space.folder.rglob("*")):
        name = path.relative_to(space.folder).as_posix()
        own = name.split("/")[0]
        if path.is_file() and own not in _LEFT and not own.startswith((space.database.name, ".")):
            yield name, path


def restored(source: Path, folder: Path) -> Space:
    """The space of an archive, in a `folder` that is empty or not there yet, with a new secret: whoever was signed in signs in
    again. Nothing is there unless all of it is as it was kept. Raises `Unfit`."""
    if folder.exists() and any(folder.iterdir()):
        raise Unfit(f"`{folder}` 不是空的，换一个文件夹；原来的留着，核对以后再删")
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    files = _checked(source)
    for name, data in files.items():
        path = folder / name
        if name != "ready":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.chmod(path, 0o600)
    space = spaces.opened(folder)
    spaces.sealed(folder, practice=space.practice)
    spaces.finished(space)
    return space


def _checked(source: Path) -> dict[str, bytes]:
    """The files of an archive, each as its list says."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            found = {one.name: _read(archive, one) for one in archive}
        said = json.loads(found.pop(_LIST))
        listed = dict(said["文件"]) if said["格式"] == _FORMAT else None
    except FileNotFoundError:
        raise Unfit(f"没有 `{source}`") from None
    except (tarfile.TarError, OSError, EOFError, KeyError, ValueError, TypeError):
        raise Unfit(f"`{source}` 不是备份，或不完整") from None
    if listed is None or {name: sha256(data).hexdigest() for name, data in found.items()} != listed:
        raise Unfit(f"`{source}` 与自己的清单不符：存下以后改动过，或不完整")
    return found


def _read(archive: tarfile.TarFile, one: tarfile.TarInfo) -> bytes:
    """A plain file that stays inside a folder."""
    path = PurePosixPath(one.name)
    stream = archive.extractfile(one) if one.isreg() else None
    if stream is None or path.is_absolute() or ".." in path.parts:
        raise ValueError(one.name)
    return stream.read()
