"""Edge: what the parts of a population came to, on the disk until all are there: memory holds none of it, and a run that was
interrupted goes on where it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.base.cells import FORMULA, NUMBER
from engine.base.classes import dataclass
from engine.columns.encoding import Rejected
from engine.files.reading import read
from engine.files.writing import make_folder, remove, remove_folder, replacing, write
from engine.intake.split import clear

if TYPE_CHECKING:
    import polars as pl

_LIMIT = 1 << 32


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as a CSV has it: no cell of text is a formula to a spreadsheet."""
    import polars as pl

    text = pl.col(pl.String)
    plain = ~text.str.contains(FORMULA) | text.str.contains(NUMBER)
    return frame.with_columns(pl.when(plain).then(text).otherwise(pl.lit("'") + text))


@dataclass
class PartAccount:
    """What a part came to. `outcomes`: determination → how many came to what; `out`: cases that were rejected; `asked_again`:
    rows that the interpreter decided; `adverse`: of the cases that may be explained, the first."""

    read: int = 0
    out: int = 0
    asked_again: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    adverse: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> PartAccount:
        """The same out of plain data."""
        outcomes = {name: Counter(counted) for name, counted in plain.pop("outcomes").items()}
        return cls(**{**plain, "outcomes": outcomes, "rejected": [Rejected(**one) for one in plain["rejected"]]})


class KeptParts:
    """A folder with the results of each part and its account, all of one `key`: what else is there is of another run."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key

    @property
    def tables(self) -> Path:
        """The folder with the tables split into the same parts."""
        return self.folder / "表"

    def _at(self, number: int, suffix: str) -> Path:
        return self.folder / f"{number:06}{suffix}"

    def _digest(self, number: int) -> str:
        """Of the results of a part as they are on the disk."""
        return sha256(read(self._at(number, ".parquet"), _LIMIT)).hexdigest()

    def account(self, number: int) -> PartAccount | None:
        """What a part came to, where an earlier run of the same has decided it and its results are as they were written."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            said = json.loads(read(self._at(number, ".json"), _LIMIT))
            if self.key and said.pop("key") == self.key and said.pop("digest") == self._digest(number):
                return PartAccount.of(said)
        return None

    def keep_only(self, numbers: Collection[int]) -> None:
        """What an earlier run of something else left goes."""
        for path in [*self.folder.glob("*.parquet"), *self.folder.glob("*.json")]:
            if not path.stem.isdigit() or int(path.stem) not in numbers:
                remove(path)

    def keep(self, number: int, account: PartAccount, frames: Sequence[pl.DataFrame]) -> None:
        """The results first: an account without them would count for nothing."""
        import polars as pl

        make_folder(self.folder)
        found = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
        with replacing(self._at(number, ".parquet"), (".parquet",)) as stream:
            found.write_parquet(stream)
        said = {
            "key": self.key,
            "digest": self._digest(number),
            **vars(account),
            "rejected": [asdict(one) for one in account.rejected],
        }
        write(self._at(number, ".json"), json.dumps(said, ensure_ascii=False).encode(), (".json",))

    def files(self) -> list[Path]:
        """The results of the parts, in order."""
        return sorted(self.folder.glob("*.parquet"))

    def scanned(self) -> pl.LazyFrame:
        """All of them together, not read yet; parts of which nothing came have no columns."""
        import polars as pl

        each = [pl.scan_parquet(path) for path in self.files()]
        return pl.concat([one for one in each if one.collect_schema()] or [pl.LazyFrame()], how="diagonal")

    def write_to(self, stream: BinaryIO, suffix: str) -> None:
        """All of them as one table, a part after the other."""
        import polars as pl

        whole = self.scanned()
        if suffix == ".parquet":
            whole.sink_parquet(stream)
            return
        head = pl.DataFrame(schema=whole.collect_schema())
        head.write_csv(stream, include_bom=True)
        for path in self.files():
            part = pl.concat([head, pl.read_parquet(path)], how="diagonal")
            harmless(part).write_csv(stream, include_header=False)

    def drop(self) -> None:
        """The folder goes, when the whole is written."""
        self.keep_only(())
        clear(self.tables)
        remove_folder(self.folder)
