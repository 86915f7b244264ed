"""Which layout files a 版式 uses, where they are, and reading them (the only place that does)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.home import SHARED
from engine.base.problem import Problem, Refused
from engine.documents.active import active
from engine.documents.model import DocumentPlan
from engine.files.faults import reason
from engine.files.reading import read
from engine.visible.archive import unpack

TEMPLATES = SHARED / "templates"


@dataclass(frozen=True, slots=True)
class Layout:
    """`stem` of its files; `mark` what follows the organ's name in the red head, None for no red head (then no number
    either); `imprint` whether it carries a 版记 with the day of printing; `closing` False where organ and date stand
    above the tables instead of below the text; `drawn` whether it is a sign, drawn by signs.yaml."""

    stem: str
    mark: str | None
    imprint: bool = False
    closing: bool = True
    drawn: bool = False


LAYOUTS: Mapping[str, Layout] = {
    "公文": Layout("official", "文件", imprint=True),
    "信函": Layout("letter", ""),
    "公示": Layout("notice", None),
    "表格": Layout("form", None, closing=False),
    "报告": Layout("report", None),
    "牌匾": Layout("signs", None, drawn=True),
    "人员牌": Layout("signs", None, drawn=True),
}
"""版式 -> how it is set."""


def formats_of(layout: str, formats: tuple[str, ...]) -> tuple[str, ...]:
    """The formats a document is written in where `formats` are asked for: a sign has SVG in place of Word."""
    return tuple(dict.fromkeys("svg" if f == "docx" else f for f in formats)) if LAYOUTS[layout].drawn else formats


def layout_file(plan: DocumentPlan, suffix: str, templates: Path) -> tuple[Path, str]:
    """The folder and name of the layout `plan` is set in: its package's own, or the common one of its 版式.

    Refused: E626 a package's own layout is not a .docx inside its folder, E635 it has no .html twin for PDF."""
    if not plan.file:
        return templates, LAYOUTS[plan.layout].stem + suffix
    own = Path(plan.file)
    if problem := unfit(own):
        raise Refused(problem)
    path = own if suffix == ".docx" else twin(plan.file)
    if path != own and not path.is_file():
        message = f"`{plan.name}` 用自备的版面 `{own.name}`，没有 PDF 版"
        help = f"装 LibreOffice（`apt-get install libreoffice-writer-nogui`）后由它转，或用 Word 另存为 PDF，或在旁边放 `{path.name}`"
        raise Refused(Problem("E635", message, help=help))
    return path.parent, path.name


def twin(own: str) -> Path:
    """The layout for PDF beside a package's own Word layout."""
    return Path(own).with_suffix(".html")


def unfit(own: Path) -> Problem | None:
    """What is wrong with the name of a package's own layout."""
    if own.suffix == ".docx" and ".." not in own.parts and own.name == own.name.strip():
        return None
    return Problem("E626", f"自备的版面 `{own.name}` 不能用", help="写政策包文件夹内的 .docx 文件名")


MAX_BYTES = 5_000_000


def layout_files(templates: Path = TEMPLATES) -> dict[str, bytes]:
    """Every common layout with what it is set by, by name. Refused (E620)."""
    names = sorted(path.name for path in templates.iterdir() if path.suffix in (".docx", ".html", ".css", ".yaml"))
    return {name: read_layout(templates, name) for name in names}


def read_layout(folder: Path, name: str) -> bytes:
    """The bytes of one layout file; refused (E620) when it is missing, unreadable, too large, or a link out
    of its folder."""
    try:
        return read(folder / name, MAX_BYTES)
    except OSError as error:
        message = f"读不到模板 `{name}`：{reason(error)}"
        raise Refused(Problem("E620", message, help="检查 templates 目录是否完整"), exit_code=2) from None


def read_word(folder: Path, name: str) -> dict[str, bytes]:
    """The parts of a Word layout; refused (E620, E659) where it cannot be read, or is not inert."""
    data = read_layout(folder, name)
    if problems := _active(data, name):
        raise Refused(problems)
    return unpack(data, name)


@lru_cache(maxsize=32)
def _active(data: bytes, name: str) -> tuple[Problem, ...]:
    """Looked at once: a batch sets a thousand letters in one layout."""
    return tuple(active(unpack(data, name), name))


def read_text(folder: Path, name: str) -> str:
    """A layout file as UTF-8 text."""
    try:
        return read_layout(folder, name).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(Problem("E620", f"模板 `{name}` 不是 UTF-8 文本", help="另存为 UTF-8 编码")) from None
