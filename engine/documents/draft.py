"""A letter that has been planned and named, but not yet numbered, set or written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Place
from engine.documents.layouts import LAYOUTS
from engine.documents.plan import DocumentPlan
from engine.documents.register import LetterIdentity

MANIFEST, LIST = "manifest.json", "清单.md"
"""What an output folder has beside the folders of its cases."""


@dataclass(frozen=True, slots=True)
class Served:
    """The day a letter was served, and where the case says so."""

    on: date
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter planned and named, ready to be numbered and set. `party`: whom its case is about, "" where that is not said.
    `folder` is the case's, `stem` the file name without its
    suffix; `determination` tells two letters of one name apart. `dated`: its day was asked for (`--date`), so that no
    earlier one is kept; `served`: the day on which, as the case knows, such a letter was served; `by`: who issues
    it, "" where nobody is named."""

    folder: str
    stem: str
    determination: str
    plan: DocumentPlan
    dated: bool = False
    served: Served | None = None
    party: str = ""
    by: str = ""
    serves: tuple[Draft, ...] = ()
    """Of a service record: the letters it is about, which have to be issued with it, or have been before."""

    def carrying(self, with_facts: bool, by: str = "", sample: bool = False) -> Draft:
        """The same draft whose files carry the values behind the reasons, or not; issued `by` whom; a 样稿 if `sample`,
        whatever its rules are."""
        plan = replace(self.plan, with_facts=with_facts, sample=self.plan.sample or sample)
        serves = tuple(letter.carrying(with_facts, by, sample) for letter in self.serves)
        return replace(self, plan=plan, by=by, serves=serves)

    def told(self) -> Draft:
        """What is told of the letter once it is in place: of thousands nothing more is kept."""
        return replace(self, plan=self.plan.told(), serves=())

    @property
    def key(self) -> tuple[str, str]:
        """Its folder and name, which tell it from every other of a run."""
        return self.folder, self.stem

    @property
    def letter(self) -> LetterIdentity:
        """What the register knows it by."""
        receipt = self.plan.receipt
        return LetterIdentity(
            self.plan.name, receipt.case, self.determination, receipt.as_of, self.plan.record, self.party
        )

    @property
    def takes_number(self) -> bool:
        """Whether its layout has a place for a 发文字号."""
        return LAYOUTS[self.plan.layout].mark is not None
