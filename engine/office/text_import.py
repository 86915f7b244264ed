"""Edge: a wording taken in beside the rules, which then name its digest."""

from __future__ import annotations

from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.files import writing
from engine.files.reading import inside
from engine.office.official_texts import KEPT, PINNED, digest_of_text, parsed, read_official
from engine.office.revising import Revised, rule_files, write
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Scalar
from engine.policy.official_text import OfficialText
from engine.policy.spec.vocabulary import HeaderSpec
from engine.revise.found import roots
from engine.revise.pieces import is_flow, rewritten, with_key
from engine.revise.splices import Splice, Texts, applied, change_of


def take_in(path: Path, folder: Path, package: str) -> OfficialText:
    """Keep the wording at `path` with a package, whose rules then name its digest; nothing else of them changes. Raises
    `Refused` (what `read_official`, `parsed` and the rule files refuse; E429 a wording of another title) and OSError."""
    words = read_official(path)
    found = parsed(words, str(path))
    files = {f: data for f, data in rule_files(folder).items() if inside(Path(f), folder / package)}
    header = _header(files, package)
    _titled(found, header, path)
    after, back = applied(change_of([_pinning(header, digest_of_text(words))], files), files)
    kept = folder / package / KEPT
    if not (kept.exists() and path.samefile(kept)):
        writing.write(kept, words.encode())
    write(Revised({file: files[file] for file in after}, after, back, ()))
    return found


def _header(files: Texts, package: str) -> MappingNode:
    for root in roots(files).values():
        header = root.get(HeaderSpec.word)
        if isinstance(header, MappingNode):
            return header
    raise Refused(Problem("E310", f"包 `{package}` 没有 `规范`", help=f"在 {package}/policy.yaml 写 `规范:`"))


def _titled(text: OfficialText, header: MappingNode, path: Path) -> None:
    """The wording bears the title of the regulation, before its first article; it may run over lines."""
    title = header.get("名称")
    above = "".join(said for number, said in text.loose if number < text.clauses[0].line)
    if isinstance(title, Scalar) and "".join(title.text.split()) not in "".join(above.split()):
        message = f"`{path}` 的第一条之前没有题名《{title.text}》"
        raise Refused(
            Problem("E429", message, help="用 `--regulation` 指明是哪个规范的正文；题名改了的，先改 `名称`"), 2
        )


def _pinning(header: MappingNode, digest: str) -> Splice:
    """The rules name this digest."""
    named = header.get(PINNED)
    if isinstance(named, Scalar):
        return rewritten(named, digest, flow=is_flow(header))
    return with_key(header, PINNED, digest)
