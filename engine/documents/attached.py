"""Edge: the files that an office attaches to a letter, found beside its case and put beside the letter."""

from __future__ import annotations

from pathlib import Path, PurePath

from engine.base.problem import Problem
from engine.base.text import visible
from engine.documents.draft import Draft
from engine.documents.model import AttachedFile, DocumentPlan
from engine.files import reading
from engine.files.faults import reason
from engine.files.names import unsafe

MAX_BYTES = 50_000_000


def unattached(plan: DocumentPlan) -> list[Problem]:
    """E671 for every annex that the letter names and whose file is not there, or is none to attach."""
    return [problem for one in plan.attached if isinstance(problem := content(plan, one), Problem)]


def content(plan: DocumentPlan, one: AttachedFile) -> bytes | Problem:
    """The bytes of an attached file, or why there are none: it lies in the folder of its case and nowhere else."""
    why = unsafe(one.name)
    try:
        if not why:
            return reading.read(Path(one.folder) / one.name, MAX_BYTES, Path(one.folder))
    except OSError as error:
        why = reason(error)
    message = f"`{plan.name}` 的{one.label} `{visible(one.name)}` 附不上：{why}"
    return Problem("E671", message, help="把文件放进案件的文件夹，案件里写它的文件名")


def name_of(draft: Draft, one: AttachedFile) -> str:
    """The place of an attached file below the output folder: beside its letter, called after it."""
    return f"{draft.folder}/{draft.stem}-{one.label}{PurePath(one.name).suffix}"
