"""Whether an attack hurts where nothing guards: a plain library in a child process with little time and memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from tests.attacks.corpus import DIES, RAISES, Harm

MEMORY = 600_000_000
SECONDS = 1


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def hurts(harm: Harm, folder: Path, path: Path | None = None) -> None:
    """Asserts that the code dies, raises or prints what the attack is about."""
    code = f"path = {str(path)!r}; {harm.code}"
    command = [sys.executable, "-X", "utf8", "-c", code]
    ran = subprocess.run(
        command, capture_output=True, text=True, preexec_fn=limited, timeout=60, check=False, cwd=folder
    )
    if harm.sign == DIES:
        assert ran.returncode < 0 or "MemoryError" in ran.stderr or "RecursionError" in ran.stderr
    elif harm.sign.startswith(RAISES):
        assert f"{harm.sign.removeprefix(RAISES)}:" in ran.stderr, ran.stderr
    else:
        assert harm.sign in ran.stdout
