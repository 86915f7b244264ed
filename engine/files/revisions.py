"""Files as a git repository has them at a revision, laid out for as long as somebody reads them."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from engine.base.problem import Problem, Refused
from engine.files.temporary import laid_out

SECONDS, LARGEST = 60, 64 * 2**20
"""What git may take, and what it may give."""
_REVISION = re.compile(r"(?P<revision>[^:\s-][^:\s]*):(?P<path>.+)")


@contextmanager
def at_revision(said: Path) -> Iterator[Path]:
    """`修订:路径` as a folder or file of its own, gone afterwards; anything else as it is. Symbolic links are left out. Raises
    `Refused` (E101) where git or what is asked of it is not there."""
    found = None if said.exists() else _REVISION.fullmatch(said.as_posix())
    if found is None:
        yield said
        return
    path = PurePosixPath(found["path"])
    if not _is_safe(path):
        raise Refused(Problem("E101", f"找不到 `{said}`", help="修订后面写当前文件夹里的路径：HEAD~1:policies"))
    with laid_out(_archived(said, found["revision"], str(path))) as home:
        yield home / path


def _archived(said: Path, revision: str, path: str) -> dict[str, bytes]:
    command = ["git", "archive", "--format=tar", revision, "--", path]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        help_ = "当前文件夹要在 git 版本库里，修订和路径都要有：git log --oneline -- 路径"
        raise Refused(Problem("E101", f"git 里找不到 `{said}`", help=help_)) from None
    if len(done.stdout) > LARGEST:
        raise Refused(Problem("E101", f"`{said}` 太大", help="只写政策包所在的文件夹"))
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        files = ((one.name, archive.extractfile(one)) for one in archive.getmembers() if one.isfile())
        return {name: file.read() for name, file in files if file is not None and _is_safe(PurePosixPath(name))}


def _is_safe(path: PurePosixPath) -> bool:
    return not path.is_absolute() and ".." not in path.parts
