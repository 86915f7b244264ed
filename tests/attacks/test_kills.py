"""Twenty writers killed by kill -9, six at work at any time: nothing acknowledged is lost, everything can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.attacks.kills import Office, looked_at, storm


def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path: Path) -> None:
    """By hand: `python -m bench.kills --kills 200`. What it looks at is shown to be seen: each loss, planted, is told."""
    report = storm(tmp_path, kills=20, seed=20)
    assert report.wrong == []
    assert report.kills == 20
    office = Office(tmp_path)
    said = [*report.said, ("event add", "last-0"), ("issue", "K-01"), ("init case", "last-4")]
    assert looked_at(office, said) == []
    for path, spoil in LOSSES.items():
        target = next(tmp_path.glob(path))
        before = target.read_text(encoding="utf-8")
        target.write_text(spoil(before), encoding="utf-8")
        assert len(looked_at(office, said)) == 1, path
        target.write_text(before, encoding="utf-8")


def without(part: str) -> Callable[[str], str]:
    """The text without its lines that have `part`."""
    return lambda text: "".join(line for line in text.splitlines(keepends=True) if part not in line)


LOSSES: dict[str, Callable[[str], str]] = {
    "甲/events.yaml": without("备注: last-0}"),
    "*.html": lambda text: text[:-20],
    "*.svg": lambda text: text[:-20],
    "*.ics": lambda text: text[:-20],
    "*.jsonl": lambda text: text[:-20],
    "new/last-4/case.yaml": lambda text: text + "事实: [",
    "out/manifest.json": lambda text: text.replace("K-01/不予认定告知书.docx", ""),
}
