"""Edge: where the folders that come with the program are: beside `engine/` in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1]
"""The program's own code."""
SHARED = PROGRAM / "share" if (PROGRAM / "share").is_dir() else PROGRAM.parent
"""The folder of calendars/, templates/, policies/, fixtures/, requirements/ and setup/."""
