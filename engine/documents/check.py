"""Mistakes in layouts and in the wording of documents, found by `guiju check` before any case runs.

`check_wording` is pure; `check_layouts` reads the files of templates/ (edge).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.base.problem import Cell, Place, Problem, Refused, Span
from engine.base.text import nearest
from engine.documents import signs, typography
from engine.documents.fields import FIELDS, PDF_FIELDS, Schema
from engine.documents.gate import FORBIDDEN_TITLES
from engine.documents.layouts import LAYOUTS, TEMPLATES, read_text, read_word, unfit
from engine.documents.logo import read_logo
from engine.documents.plan import beside, own_layout
from engine.documents.tags import tag_problems
from engine.policy.package import Document, Package, Template

# ---- wording (documents.yaml) ----


def check_wording(package: Package) -> list[Problem]:
    """Wording of every document: punctuation (W601), numerals (W602), heading levels (W603), annexes (W604), layouts not
    built yet (W605), titles a normative document may not use (E610), what its layout has no place for (E614)."""
    return [problem for document in package.documents.values() for problem in _document(document)]


def _document(document: Document) -> Iterator[Problem]:
    for text, place in _texts(document):
        yield from _typography(text, place)
    yield from _headings(document)
    title = _fixed_text(document.title)
    for word in FORBIDDEN_TITLES:
        if word in title:
            help = "规范性文件不能设定行政处罚、行政许可，改用通知、告知书或决定"
            yield Problem("E610", f"标题 `{title}` 不得称 `{word}`", document.span, help)
    for annex in document.annexes:
        text = _fixed_text(annex.title)
        if text.endswith(tuple("。；，、.;,")):
            yield Problem("W604", f"附件名称 `{text}` 末尾不加标点", document.span, f"删去 `{text[-1]}`")
    if document.layout not in LAYOUTS:
        message = f"版式 `{document.layout}`（{document.name}）：尚未制作，暂不出具"
        yield Problem("W605", message, document.span, f"已制作的版式：{'、'.join(LAYOUTS)}")
    else:
        yield from _misplaced(document)


def _misplaced(document: Document) -> Iterator[Problem]:
    """What stands in the head or the closing of a letter whose layout has none (E614)."""
    layout, head = LAYOUTS[document.layout], document.head
    written = (
        ("版头", any((head.copy, head.secrecy, head.urgency)) and layout.mark is None, "公文、信函"),
        ("签发人", bool(head.signers) and not layout.imprint, "公文"),
        ("联署", bool(document.cosigners) and (layout.drawn or not layout.closing), "公文、信函、公示、报告"),
    )
    for key, misplaced, fit in written:
        if misplaced:
            message = f"`{document.name}` 写了 `{key}`，版式 `{document.layout}` 没有地方印"
            yield Problem("E614", message, document.span, f"有这一处的版式：{fit}")


def _texts(document: Document) -> Iterator[tuple[str, Span | None]]:
    for template in (*document.around, *(page.title for page in document.pages)):
        yield _fixed_text(template), document.span
    for block in document.blocks:
        for template in block.templates:
            yield _fixed_text(template), block.span


def _fixed_text(template: Template) -> str:
    """The fixed text of a template; a placeholder counts as one Chinese character, the number of an item as 1."""
    return "".join(part if isinstance(part, str) else _STANDS.get(getattr(part, "name", ""), "某") for part in template)


_STANDS = {"序": "1", "汉字序": "一"}


def _typography(text: str, place: Span | None) -> Iterator[Problem]:
    for at, char, right in typography.half_width(text):
        near = text[max(0, at - 4) : at + 5]
        yield Problem("W601", f"中文之间用了半角标点 `{char}`：`{near}`", place, f"改为全角 `{right}`")
    for _, found, advice in typography.odd_numerals(text):
        yield Problem("W602", f"数字或日期 `{found}` 写法不合规范", place, advice)


def _headings(document: Document) -> Iterator[Problem]:
    """Levels go 一、 （一） 1. （1）, none skipped on the way down. Where 一、 is followed by items numbered 1. the second
    level is skipped: that is a warning, since short letters do it."""
    above = 0
    for block in document.body:
        text = _fixed_text(block.text)
        level = typography.level(text)
        if not level:
            continue
        if level > above + 1 and above:
            expected = typography.marker(above + 1, 1)
            message = f"层次序数越级：`{text[:12]}` 上一层是 `{typography.marker(above, 1)}`"
            yield Problem("W603", message, block.span, f"下一层用 `{expected}`")
        above = level


# ---- layouts (templates/) ----


def check_layouts(folder: Path) -> list[Problem]:
    """Every .docx, .html and .css of `folder`: unreadable (E620), syntax (E621), forbidden constructs (E622), unknown
    fields (E623), essential fields never printed (E624), references to outside the folder (E625)."""
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        check = _CHECKS.get(path.suffix)
        if check is not None and not path.name.startswith("~$"):
            try:
                problems += check(folder, path.name)
            except Refused as refused:
                problems += refused.problems
    return problems


def _check_html(folder: Path, name: str) -> Iterator[Problem]:
    source = read_text(folder, name)
    lines = source.split("\n")

    def place(line: int) -> Place:
        width = len(lines[line - 1]) if 0 < line <= len(lines) else 0
        return Span(name, line, 1, line, width + 1)

    yield from _template(source, {**FIELDS, **PDF_FIELDS}, name, place, lines, whole=True)
    yield from _references(folder, name, source, re.compile(r"(?:href|src|data|poster)\s*=\s*[\"']?([^\"'\s>]+)"))


def _check_css(folder: Path, name: str) -> Iterator[Problem]:
    pattern = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])([^\"')\s]+)")
    yield from _references(folder, name, read_text(folder, name), pattern)


def _references(folder: Path, name: str, source: str, pattern: re.Pattern[str]) -> Iterator[Problem]:
    for match in pattern.finditer(source):
        target = match.group(1)
        inside = (folder / target).resolve()
        if target.startswith("picture:"):
            continue
        if ":" in target or target.startswith("/") or not _within(inside, folder) or not inside.is_file():
            line = source.count("\n", 0, match.start()) + 1
            span = Span(name, line, 1, line, 1)
            yield Problem("E625", f"模板引用了 `{target[:60]}`", span, "只能引用 templates 目录下已有的文件")


def _within(path: Path, folder: Path) -> bool:
    return any(path.is_relative_to(root.resolve()) for root in (folder, TEMPLATES))


def check_own_layouts(package: Package) -> list[Problem]:
    """The layouts packages have for single documents (版面), as `check_layouts` does; E626 one that cannot be used. Places
    are named by the file's whole path."""
    problems: list[Problem] = []
    for document in package.documents.values():
        own = own_layout(document)
        if not own:
            continue
        if problem := unfit(Path(own)):
            problems.append(replace(problem, place=document.span))
            continue
        folder, stem = Path(own).parent, Path(own).stem
        for name, check in ((f"{stem}.docx", check_docx), (f"{stem}.html", _check_html)):
            if name.endswith(".docx") or (folder / name).is_file():
                try:
                    problems += check(folder, name)
                except Refused as refused:
                    problems += [replace(p, place=p.place or document.span) for p in refused.problems]
    return problems


def check_docx(folder: Path, name: str) -> Iterator[Problem]:
    """A Word layout: every tag that cannot stand as it does, with its paragraph."""
    for part, content, label in _labelled(read_word(folder, name)):
        root = _parsed(content, part, name)
        if problems := list(tag_problems(root, name, label)):
            yield from problems
        else:
            yield from _docx_part(_jinja_source(root), name, label, whole=part == "word/document.xml")


def ill_tagged(parts: Mapping[str, bytes], name: str) -> tuple[Problem, ...]:
    """What is wrong with the tags of a Word layout as they stand in its paragraphs; some of it the template language would pass
    over, with the text around the tag."""
    return _ill_tagged(tuple(_labelled(parts)), name)


@lru_cache(maxsize=32)
def _ill_tagged(parts: tuple[tuple[str, bytes, str], ...], name: str) -> tuple[Problem, ...]:
    """Looked at once: a batch sets a thousand letters in one layout."""
    return tuple(
        problem for part, content, label in parts for problem in tag_problems(_parsed(content, part, name), name, label)
    )


def _labelled(parts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes, str]]:
    """The parts with tags in them, and what people call them ("" is the text)."""
    for part in sorted(parts):
        if found := _PART_LABELS.match(part):
            yield part, parts[part], _PART_NAMES[found.group(1)]


_PART_LABELS = re.compile(r"(?:word|docProps)/(document|header|footer|footnotes|core)[A-Za-z0-9]*\.xml$")
_PART_NAMES = {"document": "", "header": "页眉", "footer": "页脚", "footnotes": "脚注", "core": "文档属性"}


def _parsed(content: bytes, part: str, name: str) -> Any:
    from lxml import etree

    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        raise Refused(Problem("E620", f"模板 `{name}` 的 `{part}` 已损坏", help="换回原模板")) from None


def _jinja_source(root: Any) -> str:
    """The XML of a part as docxtpl hands it to Jinja, with one line per paragraph."""
    from docxtpl import DocxTemplate
    from lxml import etree

    text = etree.tostring(root, encoding="unicode").replace("\n", " ")
    text = re.sub(r"<w:p([ >])", r"\n<w:p\1", text)
    for tag in ("tr", "tc"):
        # Rows and cells that hold only a tag disappear; their lines must not.
        pattern = rf"<w:{tag}[ >](?:(?!<w:{tag}[ >]).)*\{{%{tag} [^}}%]*%\}}.*?</w:{tag}>"
        text = re.sub(
            pattern, lambda m: "\n" * m.group().count("\n") + m.group().replace("\n", ""), text, flags=re.DOTALL
        )
    return str(DocxTemplate(None).patch_xml(text))


def _docx_part(source: str, name: str, label: str, *, whole: bool) -> Iterator[Problem]:
    lines = [re.sub(r"<[^>]+>", "", line) for line in source.split("\n")]

    def place(line: int) -> Place:
        return Cell(name, f"{label}第{max(1, line - 1)}段")

    yield from _template(source, FIELDS, name, place, lines, whole=whole)


def _template(
    source: str, schema: Schema, name: str, place: Any, lines: list[str], *, whole: bool
) -> Iterator[Problem]:
    from jinja2.exceptions import TemplateSyntaxError

    from engine.documents.sandbox import LayoutEnvironment, forbidden

    try:
        tree = LayoutEnvironment().unchecked(source)
    except TemplateSyntaxError as error:
        yield template_problem(error, name, place(error.lineno))
        return
    for line, reason in forbidden(tree):
        near = lines[line - 1].strip()[:40] if 0 < line <= len(lines) else ""
        yield Problem("E622", f"模板不允许使用{reason}：`{near}`", place(line), "模板里只写字段、`for` 和 `if`")
    used: set[str] = set()
    for line, message, help in _unknown(tree, dict(schema), used):
        yield Problem("E623", message, place(line), help)
    for field in ("标题", "正文", "发文机关", "成文日期") if whole else ():
        if field not in used and f"{field}行" not in used:
            yield Problem(
                "E624", f"模板 `{name}` 没有印出 `{field}`", place(1), f"在适当的位置写上 `{{{{ {field} }}}}`"
            )


def _check_signs(folder: Path, name: str) -> Iterator[Problem]:
    """The layout of plaques and badges (E627)."""
    if name == signs.FILE:
        yield from signs.read_signs(read_text(folder, name))[1]


def check_marks(package: Package) -> list[Problem]:
    """The marks (标识) packages have for signs: E628 one that cannot be used."""
    problems: list[Problem] = []
    for document in package.documents.values():
        if document.mark:
            try:
                read_logo(Path(beside(document, document.mark)))
            except Refused as refused:
                problems += [replace(p, place=p.place or document.span) for p in refused.problems]
    return problems


_CHECKS: Mapping[str, Any] = {
    ".docx": check_docx,
    ".html": _check_html,
    ".css": _check_css,
    ".yaml": _check_signs,
}


def _unknown(tree: Any, scope: dict[str, str | Schema], used: set[str]) -> Iterator[tuple[int, str, str | None]]:
    """Line, message and suggestion for every field the schema does not have."""
    from jinja2 import nodes

    if isinstance(tree, nodes.For):
        yield from _unknown(tree.iter, scope, used)
        items = _holds(tree.iter, scope)
        inner: str | Schema = items if isinstance(items, Mapping) else {}
        if isinstance(items, str):
            yield tree.lineno, f"`{_said(tree.iter)}` 不是列表，不能逐项", _lists(scope)
        bound = {**scope, _said(tree.target): inner}
        for child in (*tree.body, *tree.else_):
            yield from _unknown(child, bound, used)
    elif isinstance(tree, nodes.Getattr):
        yield from _unknown(tree.node, scope, used)
        above = _holds(tree.node, scope)
        if isinstance(above, str):
            yield tree.lineno, f"`{_said(tree.node)}` 没有下级字段 `{tree.attr}`", None
        elif above and tree.attr not in above:
            yield tree.lineno, f"没有字段 `{_said(tree)}`", _nearest(tree.attr, above)
    elif isinstance(tree, nodes.Name):
        used.add(tree.name)
        if tree.ctx == "load" and tree.name not in scope:
            yield tree.lineno, f"没有字段 `{tree.name}`", _nearest(tree.name, scope)
    else:
        for child in tree.iter_child_nodes():
            yield from _unknown(child, scope, used)


def _holds(node: Any, scope: Mapping[str, str | Schema]) -> str | Schema | None:
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    above = _holds(node.node, scope) if isinstance(node, nodes.Getattr) else None
    return above.get(node.attr) if isinstance(above, Mapping) else None


def _said(node: Any) -> str:
    name = getattr(node, "name", None)
    return str(name) if name is not None else f"{_said(node.node)}.{node.attr}" if hasattr(node, "attr") else "?"


def _nearest(name: str, known: Mapping[str, object]) -> str:
    near = nearest(name, known)
    return f"是否指 `{near}`？" if near else f"可用的字段：{'、'.join(known)}"


def _lists(scope: Mapping[str, str | Schema]) -> str:
    return f"可以逐项的有：{'、'.join(name for name, held in scope.items() if isinstance(held, Mapping))}"


_SAYS = (
    (re.compile(r"'(.+?)' is undefined|has no attribute '(.+?)'"), "没有字段"),
    (re.compile(r"Unexpected end of template"), "标签没有结束：`for` 要有 `endfor`，`if` 要有 `endif`"),
    (re.compile(r"Encountered unknown tag '(.+?)'"), "没有标签"),
    (re.compile(r"No filter named '(.+?)'"), "模板不允许使用过滤器"),
)


def template_problem(error: Any, file: str, place: Place | None = None) -> Problem:
    """A Jinja error as one Chinese line: E622 forbidden, E623 unknown field, E621 anything else."""
    from jinja2.exceptions import UndefinedError

    from engine.documents.sandbox import Forbidden

    text = str(error.message or error)
    if isinstance(error, Forbidden):
        return Problem("E622", text, place or Cell(file, f"第{error.lineno}行"), "模板里只写字段、`for` 和 `if`")
    code = "E623" if isinstance(error, UndefinedError) else "E621"
    for pattern, said in _SAYS:
        match = pattern.search(text)
        if match:
            quoted = next((f" `{group}`" for group in match.groups() if group), "")
            return Problem(code, f"模板 `{file}`：{said}{quoted}", place, "用 `guiju check` 查看位置")
    return Problem(
        code, f"模板 `{file}` 的标签写法有误", place, "标签成对书写，如 `{{ 标题 }}`、`{%p for 段 in 正文 %}`"
    )
