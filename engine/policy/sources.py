"""Edge: the texts of packages from disk, and the lines that problems point at."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from engine.base.problem import Problem, Refused, Span
from engine.files import reading
from engine.files.faults import reason, unreadable
from engine.policy.nodes import BOOKS, MAX_BYTES, RULES, SHEETS, UNREAD, decode
from engine.policy.workbooks import read_workbook

MAX_LOOK = 5_000_000
"""Bytes a layout or a mark may have."""
HEADER = "policy.yaml"
RULE_FOLDERS = ("", "rules")
EXAMPLES = "tests"
LOOKS = (".docx", ".html", ".svg")
"""Layouts and marks that a package has for its own documents (版面, 标识), beside the file that names them."""


def read_folder(folder: Path) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """The texts of every package under `folder`: package id -> path as shown to people -> text; of a layout or a mark the
    SHA-256 of its bytes stands for the text, of a workbook what its cells say. Unreadable files are problems; a folder without any package raises
    `Refused` (exit code 2)."""
    if not folder.is_dir():
        raise Refused(Problem("E901", f"没有文件夹 `{folder}`", help="用 `--policies 文件夹` 指明政策包所在"), 2)
    if (folder / HEADER).is_file():
        above = folder.parent if folder.name not in ("", "..") else folder / ".."
        raise Refused(
            Problem("E901", f"`{folder}` 本身是一个政策包", help=f"指明它所在的文件夹：`--policies {above}`"), 2
        )
    sources: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for package in _sorted(folder):
        if not package.is_dir() or package.name.startswith((".", "_")):
            continue
        files: dict[str, str] = {}
        for sub in RULE_FOLDERS:
            problems += _misnamed(package / sub)
            for path in chain(yaml_files(package / sub), _files(package / sub, SHEETS)):
                text, found = (read_workbook if path.suffix in BOOKS else read_text)(path, folder)
                problems += found
                if text is not None or path.suffix in SHEETS:
                    files[str(path)] = UNREAD if text is None else text
            for path in _files(package / sub, LOOKS) if files else ():
                bytes_, found = _read(path, MAX_LOOK, folder)
                problems += found
                if bytes_ is not None:
                    files[str(path)] = f"sha256:{hashlib.sha256(bytes_).hexdigest()}"
        if any(file.endswith(RULES) for file in files):
            sources[package.name] = files
            problems += _elsewhere(package)
    if not sources and not problems:
        raise Refused(Problem("E901", f"`{folder}` 里没有政策包", help="政策包是含 policy.yaml 的文件夹"), 2)
    return sources, problems


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise Refused(Problem("E902", f"读不了文件夹 `{folder}`：{reason(error)}"), 2) from None


def yaml_files(folder: Path) -> Iterator[Path]:
    """The YAML files directly in `folder`, in name order."""
    return _files(folder, RULES)


def _files(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in _sorted(folder) if p.suffix in suffixes and not p.name.startswith((".", "~$")))


def _misnamed(folder: Path) -> Iterator[Problem]:
    """Files whose name would say that they are rules, had an editor or a system not changed its end: `a.yaml.txt`,
    `a.YAML`. They are not read, and what stands in them would be in force for nobody."""
    for path in _files(folder, tuple({p.suffix for p in _sorted(folder)} - set(RULES)) if folder.is_dir() else ()):
        stem = path.stem if path.suffix.lower() in (".txt", ".doc", ".docx", ".rtf") else path.name
        if stem.lower().endswith(RULES):
            help = f"改名为 `{Path(stem).stem}.yaml`；不要的移出这个文件夹"
            yield Problem("E108", f"`{path}` 没有读：规则文件的名称以 `.yaml` 结尾", help=help)


def _elsewhere(package: Path) -> Iterator[Problem]:
    """Rule files in folders where none are read. Examples (tests/) have their own reader, and cases beside them."""
    for folder, folders, names in os.walk(package):
        own = Path(folder) == package
        folders[:] = sorted(
            name for name in folders if not name.startswith((".", "_")) and not (own and name == EXAMPLES)
        )
        for name in sorted(names) if Path(folder).relative_to(package).as_posix() not in (".", *RULE_FOLDERS) else ():
            if name.endswith(RULES) and not name.startswith((".", "~$")):
                help = f"移到 `{package / 'rules'}`；不是规则的移出政策包"
                yield Problem(
                    "E108", f"`{Path(folder) / name}` 没有读：规则文件放在政策包的文件夹或它的 rules 里", help=help
                )


def read_text(path: Path, within: Path | None = None) -> tuple[str | None, list[Problem]]:
    """The text of one file, or the problem that it cannot be read. A link may lead no further than `within` (its own
    folder)."""
    data, problems = _read(path, MAX_BYTES, within)
    return (None, problems) if data is None else decode(data, str(path))


def _read(path: Path, limit: int, within: Path | None) -> tuple[bytes | None, list[Problem]]:
    try:
        return reading.read(path, limit, within), []
    except OSError as error:
        return None, [unreadable(error, str(path))]


def quoted_sources(problems: Iterable[Problem]) -> dict[str, str]:
    """The texts of the files that problems point into, for quoting lines; files that cannot be read are left out."""
    files = {p.place.file for p in problems if isinstance(p.place, Span)}
    return {file: text for file in sorted(files) if (text := read_text(Path(file))[0]) is not None}
