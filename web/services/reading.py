"""A letter as a page shows it: its paragraphs in order, and for one of them what it rests on, down to cells and persons."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.classes import dataclass
from engine.decision.model import CriterionResult
from engine.documents.model import Evidence, LetterParagraph, LetterTable
from engine.documents.trace import told
from engine.record.act import read_body
from web.models import Letter
from web.services import letters
from web.services.letters import OnItsWay


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, a row of a table, or a picture: `kind` 标题 段 行 图, `level` of a heading; `at` counts from 1;
    `cells` of a row."""

    at: int
    kind: str
    level: int
    text: str
    cells: tuple[str, ...]
    has_reasons: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What a paragraph rests on: a criterion with its verdict (None: what the text or general law says of itself), its
    clauses with their gists, and the facts it saw."""

    criterion: str
    result: CriterionResult | None
    clauses: tuple[tuple[str, str], ...]
    facts: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`chosen`: the paragraph whose `grounds` are shown, None where nothing rests on anything."""

    paragraphs: tuple[Paragraph, ...]
    chosen: Paragraph | None
    grounds: tuple[Ground, ...]

    @property
    def blocks(self) -> list[tuple[bool, list[Paragraph]]]:
        """What stands together: the rows of a table (True), or one paragraph."""
        found: list[tuple[bool, list[Paragraph]]] = []
        for one in self.paragraphs:
            if one.kind == "行" and found and found[-1][0]:
                found[-1][1].append(one)
            else:
                found.append((one.kind == "行", [one]))
        return found

    @property
    def before(self) -> int:
        """The paragraph before the chosen one that has reasons, 0 for none."""
        return max((p.at for p in self._with_reasons() if self.chosen and p.at < self.chosen.at), default=0)

    @property
    def after(self) -> int:
        return min((p.at for p in self._with_reasons() if self.chosen and p.at > self.chosen.at), default=0)

    def _with_reasons(self) -> Iterator[Paragraph]:
        return (one for one in self.paragraphs if one.has_reasons)


def page(found: OnItsWay, at: str) -> Page:
    """The letter as the case would have it written now; nothing where it no longer gives rise to it."""
    if found.plan is None:
        return Page((), None, ())
    paragraphs = tuple(_paragraphs(found))
    wanted = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else 0
    with_reasons = [one for one in paragraphs if one.has_reasons]
    deciding = next((one for one in with_reasons if one.kind != "标题" and _decides(found, one)), None)
    chosen = next(
        (one for one in paragraphs if wanted and one.at == wanted), deciding or next(iter(with_reasons), None)
    )
    return Page(paragraphs, chosen, tuple(_grounds(found, chosen)) if chosen is not None else ())


def _paragraphs(found: OnItsWay) -> Iterator[Paragraph]:
    at = 0
    assert found.plan is not None
    for part in found.plan.parts:
        if isinstance(part, LetterTable):
            for row in (*part.head, *part.rows):
                head = row in part.head
                at += not head
                cells = tuple(cell.text for cell in row.cells)
                yield Paragraph(0 if head else at, "行", 0, "　".join(filter(None, cells)), cells, bool(row.traces))
            continue
        at += 1
        level = part.level if isinstance(part, LetterParagraph) else 0
        kind = "标题" if level else "段" if isinstance(part, LetterParagraph) else "图"
        yield Paragraph(at, kind, level, part.text, (), bool(part.traces))


def _decides(found: OnItsWay, paragraph: Paragraph) -> bool:
    """Whether it tells of what counts against the party."""
    return any(ground.result is not None and ground.result.fails for ground in _grounds(found, paragraph))


def _grounds(found: OnItsWay, paragraph: Paragraph) -> Iterator[Ground]:
    assert found.plan is not None
    assert found.found is not None
    results = {result.name: result for result in found.found.decision.criteria}
    evidence = {one.name: one for one in found.plan.evidence}
    clauses = found.now.file.package.clauses
    _, _, traces = list(told(found.plan))[paragraph.at - 1]
    for trace in traces:
        gists = tuple((one, clauses[one].gist if one in clauses else "") for one in trace.clauses)
        facts = tuple(evidence[name] for name in trace.facts if name in evidence)
        yield Ground(trace.criterion, results.get(trace.criterion), gists, facts)


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop on the way of a letter: what was done, by whom and when, "" where it is still to be done; `said`: with it."""

    act: str
    person: str
    at: str
    said: str
    seq: int


def way(letter: Letter) -> tuple[Stop, ...]:
    """What was done with the letter, from the ledger, and what is still to be done."""
    stops = []
    for kept in letters.history(letter):
        body = read_body(kept.entry.body)
        sealed = kept.seal.content if kept.seal is not None else {}
        said = str(sealed.get("理由") or sealed.get("佐证") or "")
        day = f"{sealed['日期']} 送达，" if body.kind == "送达" and "日期" in sealed else ""
        stops.append(Stop(body.kind, body.by.name, body.at[5:16].replace("T", " "), day + said, kept.entry.seq))
    rest = ("复核", "签发", "送达") if letters.to_be_served(letter) else ("复核", "签发")
    done = {stop.act for stop in stops}
    if letter.stage not in (letters.RETURNED, letters.VOID):
        stops += [Stop(act, "", "", "", 0) for act in rest if act not in done]
    return tuple(stops)
