"""Edge: a new package to start from. It checks clean and its examples hold, so that whatever is told later comes from a
change. What it says is in `templates/policy`, a folder of rules like any other but for its name."""

from __future__ import annotations

import os
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.documents.layouts import TEMPLATES
from engine.files.faults import refusal
from engine.files.writing import create_all, make_folder
from engine.intake.forms import quoted
from engine.policy.sources import read_text, yaml_files

SKELETON = TEMPLATES / "policy"
_PARTS = ("", "rules", "tests")
_NAME = "〔标识〕"


def init_policy(folder: Path) -> tuple[list[Path], list[Problem]]:
    """Write a new package into `folder`, whose name becomes its 标识; never over a file that is there. The files written,
    or the problem. Refused (exit code 2): E902 what the file system refuses."""
    name = folder.resolve().name
    files: dict[Path, bytes] = {}
    for path in (path for part in _PARTS for path in yaml_files(SKELETON / part)):
        text, problems = read_text(path)
        if text is None:
            raise Refused(problems)
        files[folder / path.relative_to(SKELETON)] = text.replace(_NAME, quoted(name)).encode()
    try:
        make_folder(folder)
        if there := next((path for path in files if os.path.lexists(path)), None):
            return [], [Problem("E556", f"`{there}` 已经存在，没有覆盖", help="换一个文件夹，或先移走原有文件")]
        create_all(files)
    except OSError as error:
        raise Refused(refusal(error), 2) from None
    return list(files), []
