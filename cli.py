"""guiju 的命令。 The entry point of a checkout; an installed wheel has `guiju` for it. The commands are in engine/commands/ and web/."""

from __future__ import annotations

from web.entry import main, run

__all__ = ["main", "run"]

if __name__ == "__main__":
    run()
