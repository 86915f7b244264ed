"""Writes docs/images/*.png: the first page of each document, small, as the sample cases give rise to it; and docs/pictures: the
signs larger, and the charts of one yearly report.

    python docs/make_images.py            # needs pdftoppm (poppler-utils)

Names of the pictures are those of the documents in docs/documents.md; a document no sample gives rise to has none.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
IMAGES = ROOT / "docs" / "images"
PICTURES = ROOT / "docs" / "pictures"
WIDTH = 440
SIGNS = {"驿站牌匾": ("plaque", 681), "人员牌": ("badge", 369)}
"""Document -> picture, and how wide it is."""
REPORT = "18-youth-incubator"
"""A case whose yearly report has all four charts, with months that fall short."""
CHARTS = {
    "各月活动场次和服务人次": "chart-months",
    "职责功能履行情况": "chart-coverage",
    "各项考核内容得分": "chart-bars",
    "与同类型驿站比较": "chart-radar",
}
MAX_BYTES = 60_000


def samples() -> dict[str, Any]:
    """The first letter of each document among the sample cases, then among the sample lives, as a draft; of what cases
    share the letter about the most of them."""
    from engine.base.problem import Refused
    from engine.decision.decide import decide_all
    from engine.documents.joint import apart, joint_letters
    from engine.documents.writing import drafts_of
    from engine.office.owed import letters
    from engine.office.workspace import Workspace

    day = date(2026, 11, 23)
    workspace = Workspace(ROOT / "policies", day)
    found: dict[str, Any] = {}
    shares: dict[Any, Any] = {}
    for folder in sorted((ROOT / "fixtures").iterdir()):
        if not (folder / "case.yaml").is_file():
            continue
        try:
            program, case, _ = workspace.case(folder)
        except Refused:
            continue
        shared, own = apart(program.package, case, decide_all(program, case), None)
        shares.setdefault(case.as_of, (program, []))[1].extend(shared)
        drafts, _ = drafts_of(program, case, own, None, case.as_of)
        for draft in drafts:
            found.setdefault(draft.plan.name, draft)
    joint = [letter for program, parts in shares.values() for letter in joint_letters(program, parts, "", None)]
    for _cases, draft, _problems in sorted(joint, key=lambda letter: -len(letter[0])):
        if draft is not None:
            found.setdefault(draft.plan.name, draft)
    for folder in sorted((ROOT / "fixtures" / "histories").iterdir()):
        for draft in letters(workspace, folder, day).drafts:
            found.setdefault(draft.plan.name, draft)
    return found


def charts() -> dict[str, str]:
    """The charts of a yearly report, as SVG, by the names of their pictures."""
    from engine.decision.decide import decide_all
    from engine.documents.model import LetterPicture
    from engine.documents.writing import drafts_of
    from engine.office.workspace import Workspace

    workspace = Workspace(ROOT / "policies", date(2026, 11, 23))
    program, case, _ = workspace.case(ROOT / "fixtures" / REPORT)
    drafts, _ = drafts_of(program, case, decide_all(program, case), "年度考核报告", case.as_of)
    parts = [part for draft in drafts for part in draft.plan.parts if isinstance(part, LetterPicture)]
    return {CHARTS[part.name]: part.svg for part in parts}


def picture(pdf: bytes, target: Path, width: int = WIDTH) -> None:
    """The first page in sixteen colours: enough for black, grey and red."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        source, page = Path(folder) / "letter.pdf", Path(folder) / "page"
        source.write_bytes(pdf)
        command = [
            "pdftoppm",
            "-png",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            "-scale-to-x",
            str(width),
            "-scale-to-y",
            "-1",
        ]
        subprocess.run([*command, str(source), str(page)], check=True)
        with Image.open(page.with_suffix(".png")) as image:
            image.convert("RGB").quantize(16).save(target, optimize=True)


def main() -> None:
    from engine.documents.issue import render

    IMAGES.mkdir(exist_ok=True)
    for old in IMAGES.glob("*.png"):
        old.unlink()
    for name, draft in samples().items():
        target = IMAGES / f"{name}.png"
        picture(render(draft.plan, "pdf"), target)
        size = target.stat().st_size
        print(f"{target.relative_to(ROOT)}  {size / 1000:.0f} kB")
        if size > MAX_BYTES:
            raise SystemExit(f"{target} 超过 {MAX_BYTES // 1000} kB")
        if name in SIGNS:
            sign, width = SIGNS[name]
            picture(render(draft.plan, "pdf"), PICTURES / f"{sign}.png", width)
    for name, svg in charts().items():
        (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
