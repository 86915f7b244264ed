"""Runs the command line in this process, as a user would from the project's folder (or from another one)."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import cli

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


def guiju(*args: str, cwd: Path = ROOT) -> Result:
    """Exit code, stdout and stderr of `guiju ARGS`. A traceback would be an exception here, and so a failure."""
    out, err, before, argv = io.StringIO(), io.StringIO(), Path.cwd(), sys.argv
    os.chdir(cwd)
    sys.argv = ["guiju", *args]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            try:
                cli.run()
                code = 0
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    finally:
        os.chdir(before)
        sys.argv = argv
    return Result(code, out.getvalue(), err.getvalue())
