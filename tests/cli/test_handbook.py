"""The handbook is one file that says everything the rules say, leads nowhere else, and knows where a note belongs."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.policy.notes import anchored
from engine.policy.shape import read_notes
from tests.cli.run import ROOT, guiju

NOTES = """\
批注:
  - {条款: 第三条第（一）项, 原文: 座位, 种类: 疑问, 作者: 林岚, 日期: 2026-11-01, 话: 怎样折算}
  - {条款: 第三条, 原文: 谁也没有写过的话, 种类: 待办, 作者: 郑远, 话: 查一查}
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("handbook")
    (home / "批注.yaml").write_text(NOTES, encoding="utf-8")
    rules = ("--policies", str(ROOT / "policies"), "--regulation", "study-rooms")
    found = guiju("handbook", "--notes", "批注.yaml", "--out", "手册.html", *rules, cwd=home)
    assert found.code == 0, found.err
    return (home / "手册.html").read_text(encoding="utf-8")


class _Balanced(HTMLParser):
    """Fails where an element is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_is_whole_and_leads_nowhere_else(page: str) -> None:
    reader = _Balanced()
    reader.feed(page)
    assert reader.open == []
    ids = re.findall(r' id="([^"]+)"', page)
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert {*re.findall(r'href="#([^"]+)"', page)} <= {*ids}
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"|url\(|@import|https?://', page) == []
    assert reader.seen["svg"] >= 4, "an order of outcomes and what is read, for each determination"


def test_everything_the_rules_say_is_in_it(page: str) -> None:
    from datetime import date

    from engine.office.workspace import Workspace

    package = Workspace(ROOT / "policies", date(2026, 12, 1), "study-rooms").program().package
    texts = [
        *(clause.gist for clause in package.clauses.values() if clause.origin == package.id),
        *(criterion.sentence for criterion in package.criteria.values()),
        *(package.parameters),
        *(option.effect for question in package.interpretations.values() for option in question.options),
        *(fact.label for fact in package.facts.values()),
        *(package.determinations),
        *(package.documents),
    ]
    assert [text for text in texts if escape(text) not in page] == []
    assert "由它决定的用例" in page
    assert "没有用例的" in page


def test_notes_stand_where_their_words_are(page: str) -> None:
    at = page.index("怎样折算")
    assert page.rindex("<article", 0, at) < at
    assert "找不到原文的批注" in page
    assert page.index("查一查") > page.index("找不到原文的批注")


WORDS = {"第一条": "本办法适用于全市。", "第二条": "不少于 12 场，不少于 300 人次。"}


@pytest.mark.parametrize(
    ("clause", "more", "anchor", "clauses"),
    [
        ("第二条", "原文: 不少于12场", "在原处", ("第二条",)),
        ("第一条", "原文: 不少于12场", "移到别处", ("第二条",)),
        ("第二条", "原文: 不少于", "有几处", ("第二条",)),
        ("第二条", "原文: 不少于, 后: 300", "在原处", ("第二条",)),
        ("第二条", "原文: 不少于11场", "找不到", ()),
    ],
)
def test_a_note_knows_whether_its_words_are_there(
    clause: str, more: str, anchor: str, clauses: tuple[str, ...]
) -> None:
    spec, problems = read_notes("n.yaml", f"批注: [{{条款: {clause}, {more}, 种类: 说明, 作者: 甲, 话: 话}}]\n")
    assert spec is not None, problems
    (found,) = anchored(spec.notes, WORDS)
    assert (found.anchor, found.clauses) == (anchor, clauses)


def test_a_pdf_of_it_is_made_and_other_kinds_are_refused(tmp_path: Path) -> None:
    assert guiju("init", "policy", str(tmp_path / "rules/shop")).code == 0
    found = guiju("handbook", "--out", "手册.pdf", "--policies", "rules", cwd=tmp_path)
    assert found.code == 0, found.err
    assert (tmp_path / "手册.pdf").read_bytes().startswith(b"%PDF")
    assert "E634" in guiju("handbook", "--out", "手册.txt", "--policies", "rules", cwd=tmp_path).err
