"""Edge: the streams results and diagnostics go to. A console in another encoding than UTF-8 must work, and a reader that
stops reading (`| head`) is no error."""

from __future__ import annotations

import codecs
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.base.text import HIDDEN, visible

_STANDINS = {"✓": "√", "✗": "×", "–": "-", "…": "...", "⚠": "!", "▸": ">", "•": "·"}
"""What stands for a sign that an encoding of Chinese lacks."""

_HANDLER = "guiju-console"


def prepare() -> None:
    """Let both streams take every character: GBK with stand-ins, an encoding without Chinese becomes UTF-8."""
    codecs.register_error(_HANDLER, _stand_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            try:
                "规矩".encode(stream.encoding)
                stream.reconfigure(errors=_HANDLER)
            except (UnicodeError, LookupError):
                stream.reconfigure(encoding="utf-8", errors=_HANDLER)


def _stand_in(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    char = error.object[error.start]
    return _STANDINS.get(char) or (
        "\\x" + f"{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
    ), error.start + 1


@contextmanager
def working(what: str) -> Iterator[Callable[[int, int], None]]:
    """On a terminal, says every second on stderr what is being done, for how long and, once told (done, of how many), how
    far it is; the line is gone at the end. By a timer, not a thread: child processes do not inherit it."""
    if not (isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr.isatty()):
        yield lambda done, whole: None
        return
    out, encoding, seconds, far = sys.stderr.fileno(), sys.stderr.encoding, 0, ""

    def tick(*_: object) -> None:
        nonlocal seconds
        seconds += 1
        os.write(out, f"\r{what}{far}…… {seconds} 秒".encode(encoding, "replace"))

    def heard(done: int, whole: int) -> None:
        nonlocal far
        far = f"（{done}/{whole}）"

    before = signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)
    try:
        yield heard
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if seconds:
            os.write(out, b"\r\x1b[K")


def safe(line: str) -> str:
    """`line` with every hidden character escaped: names of files and folders may hold any."""
    return HIDDEN.sub(lambda found: visible(found.group()), line)


def as_json(data: object) -> str:
    """JSON that is the same in every encoding of the console, and hides nothing."""
    ascii_only = not isinstance(sys.stdout, io.StringIO) and codecs.lookup(sys.stdout.encoding).name != "utf-8"
    text = json.dumps(data, ensure_ascii=ascii_only, indent=2)
    return HIDDEN.sub(lambda found: json.dumps(found.group())[1:-1], text)


def finish() -> None:
    """Write what is left. Raises BrokenPipeError where nobody reads it."""
    sys.stdout.flush()
    sys.stderr.flush()


def abandon() -> None:
    """Nobody reads on: what is left is let go, so that the interpreter has nothing to complain of at its end."""
    sys.stdout = sys.stderr = None
