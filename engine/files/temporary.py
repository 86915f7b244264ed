"""Parts of an archive laid out as files for as long as somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.files.used import looking


@contextmanager
def laid_out(parts: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder of one's own with `parts` by name below it; gone afterwards. Names must be safe. What is read there is no
    input of the command. Raises OSError."""
    with TemporaryDirectory(prefix="guiju-") as made:
        home = Path(made).resolve()
        for name, data in parts.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        with looking():
            yield home
