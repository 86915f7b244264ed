"""One word for another wherever it is a name: in sentences, lists, keys, examples, cases. Pure.

A word that names several things (an event and a document) is renamed for all of them: rules with every occurrence of a
name changed to one that is new mean the same. What people read as text (说明, the words of a letter outside its braces) is
no name and stays. Whether the rules do mean the same is asked afterwards, by `same_but_for`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import field
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.language.lexer import OPERATORS, Lexicon, Sentence, lex
from engine.language.tree import Scope, Symbol, Type
from engine.policy.differences import bare
from engine.policy.names import LOCALS
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Scalar, Sequence
from engine.policy.package import Package
from engine.policy.spec import ExampleFile, PackageSpec
from engine.policy.spec.vocabulary import OverlaySpec
from engine.revise.forms import EXPRESSION, FREE, KEY, NAME, WORDING, Said, free, texts
from engine.revise.pieces import rewritten, with_item, with_key
from engine.revise.splices import Splice

_BRACED = re.compile(r"\{([^{}]+)\}")
_DECLARED = {("结果", "结果"): "结果", ("枚举", "取值"): "枚举的取值", ("政策包", "状态"): "状态", ("准则", "组"): "组"}
"""Where something is named by being listed, and what it is."""
VALUES = frozenset({"枚举的取值", "结果", "状态", "事件", "决定", "文书", "等次", "分项"})
"""Kinds of names that stand as values in cases."""
ORGAN = "机关名录"
_ACTING = ("机关", "主体", "制定机关")
"""Keys under which the name of an organ is written as text."""
_UNFIT = re.compile(
    r"""[\s{}（）()［］\[\]，。；、,;：:“”‘’"'「」《》]|^第[〇零一二三四五六七八九十百千\d]+[条款项章节]"""
)
_HEAD = ("案件", "规范", "说明", "名称", "基准日")
"""What a case says of itself."""
_READ = ("要旨",)
"""Texts for people that the form takes for names."""
_SAID = ("说明", "名称", "理由", "证据", "人")
"""Keys of cases under which people write as they like."""


@dataclass
class KnownNames:
    """Every name of a set of files: `kinds`: name -> what it is the name of."""

    kinds: dict[str, dict[str, None]] = field(default_factory=dict)

    def lexicon(self) -> Lexicon:
        """What takes sentences apart into these names."""
        names = {*self.kinds, *LOCALS}
        return Lexicon(Scope({name: Symbol(name, "fact", Type("any")) for name in names if name}))


def said_in(root: MappingNode) -> Iterator[Said]:
    """The texts of a file, whatever kind of file it is."""
    keys = {*root.keys()}
    if keys & {*ExampleFile.key_names()}:
        yield from texts(root, ExampleFile)
    elif "案件" in keys or isinstance(root.get("事实"), MappingNode):
        for key, value in root:
            yield from free(value, key.text) if key.text not in _HEAD else ()
    elif keys and keys <= {*OverlaySpec.key_names()} and not isinstance(root.entries[0][1], Sequence):
        yield from texts(root, OverlaySpec)
    elif keys & {*PackageSpec.key_names()}:
        yield from texts(root, PackageSpec)
    else:
        yield from free(root)


def words_of(roots: Collection[MappingNode]) -> KnownNames:
    """The names that the files of a package folder declare."""
    found = KnownNames()
    for root in roots:
        for said in texts(root, PackageSpec) if {*root.keys()} <= {*PackageSpec.key_names()} else ():
            kind = _DECLARED.get((said.form, said.key)) or (said.form if said.key == "名称" else "")
            if kind and kind != "单位" and said.what == NAME:
                found.kinds.setdefault(said.scalar.text, {})[kind] = None
    return found


def checked(old: str, new: str, words: KnownNames) -> tuple[str, ...]:
    """What `old` is the name of. Refused (E936): nothing, or `new` is a name or a word already."""
    if old not in words.kinds:
        raise Refused(Problem("E936", f"没有 `{old}` 这个名称", help=did_you_mean(old, list(words.kinds))))
    if new in words.kinds:
        kinds = "、".join(words.kinds[new])
        raise Refused(Problem("E936", f"`{new}` 已经是{kinds}的名称", help="换一个没有用过的名称"))
    if new in LOCALS or not new.strip() or _UNFIT.search(new) or _spoken(new):
        raise Refused(Problem("E936", f"`{new}` 不能作名称", help="名称里没有空格和标点，也不是语言的词语和保留名称"))
    return tuple(words.kinds[old])


def _spoken(new: str) -> bool:
    """Whether it is a word of the language, or begins or ends with one so that sentences fall apart elsewhere."""
    words = [word for word in OPERATORS if len(word) > 1]
    return new in OPERATORS or new.startswith(("的", *words)) or new.endswith(("的", *words))


def renamed(root: MappingNode, old: str, new: str, kinds: Collection[str], lexicon: Lexicon) -> list[Splice]:
    """What changes in one file."""
    found: list[Splice] = []
    for said in said_in(root):
        if old not in said.scalar.text or said.key in _READ:
            continue
        text = _text(said, old, new, kinds, lexicon)
        if text != said.scalar.text:
            found.append(rewritten(said.scalar, text, flow=said.flow, key=said.what == KEY))
    if ORGAN in kinds and {*root.keys()} <= {*PackageSpec.key_names()}:
        found += (
            rewritten(said.scalar, new, flow=said.flow)
            for said in free(root)
            if said.key in _ACTING and said.scalar.text == old
        )
    if "列" in kinds:
        found += _aliases(root, old)
    return found


def quoted(roots: Collection[MappingNode], old: str) -> Said | None:
    """Where the name of an organ stands in an expression as text, which is not told apart from any other text."""
    found = (
        said for root in roots for said in free(root) if re.search(f"[“\"']{re.escape(old)}[”\"']", said.scalar.text)
    )
    return next(found, None)


def _text(said: Said, old: str, new: str, kinds: Collection[str], lexicon: Lexicon) -> str:
    text = said.scalar.text
    if said.what == EXPRESSION:
        return sentence(text, old, new, lexicon)
    if said.what == WORDING:
        return _BRACED.sub(lambda found: "{" + sentence(found[1], old, new, lexicon) + "}", text)
    parts = text.split("的")
    if said.what == NAME and text not in lexicon.names and all(part in lexicon.names for part in parts):  # 事件的载荷
        return "的".join(new if part == old else part for part in parts)
    named = said.what in (KEY, NAME) or (said.what == FREE and VALUES & {*kinds} and said.key not in _SAID)
    return new if named and text == old else text


def sentence(text: str, old: str, new: str, lexicon: Lexicon) -> str:
    """A sentence with one name for another."""
    tokens, _ = lex(Sentence(text, lambda a, b: None), lexicon)
    for kind, word, start, end, _ in reversed(tokens):
        if kind in ("name", "call", "row", "either") and word == old:
            text = text[:start] + new + text[end:]
    return text


def _aliases(root: MappingNode, old: str) -> Iterator[Splice]:
    """A column goes by its old name too, so that ledgers are still read."""
    tables = root.get("记录表")
    for table in tables if isinstance(tables, Sequence) else ():
        columns = table.get("列") if isinstance(table, MappingNode) else None
        for column in columns if isinstance(columns, Sequence) else ():
            named = column.get("名称") if isinstance(column, MappingNode) else None
            if isinstance(column, MappingNode) and isinstance(named, Scalar) and named.text == old:
                known = column.get("别名")
                if isinstance(known, Sequence) and known.items:
                    yield with_item(known, old, len(known) - 1)
                elif known is None:
                    yield with_key(column, "别名", [old])


def same_but_for(before: Package, after: Package, old: str, new: str) -> bool:
    """Whether two packages say the same when `old` and `new` are taken for one word. Old names of columns do not count."""
    longer, shorter = sorted((old, new), key=len, reverse=True)
    word = "\0"

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(longer, word).replace(shorter, word)
        if isinstance(value, tuple):
            return tuple(map(plain, value))
        return value

    return all(plain(bare(one)) == plain(bare(other)) for one, other in zip(_said(before), _said(after), strict=True))


def _said(package: Package) -> tuple[Any, ...]:
    return tuple(getattr(package, name) for name in _PARTS)


_PARTS = ("parameters", "interpretations", "criteria", "derived", "decision_tables", "scores", "determinations",
          "rankings", "documents", "pictures", "facts", "procedure", "attachments")  # fmt: skip
