"""The edge that reads package folders: what it takes, what it leaves, how it says no."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.base.problem import Problem, Refused, Span
from engine.policy.load import load_package, only_regulation, regulations, regulations_behind
from engine.policy.resolve import read_library
from engine.policy.sources import quoted_sources, read_folder
from tests.worlds.texts import WORDS, header, sources

DAY = date(2026, 6, 1)


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def refused(function: object, *args: object) -> Problem:
    assert callable(function)
    with pytest.raises(Refused) as caught:
        function(*args)
    assert caught.value.exit_code == 2
    return caught.value.problems[0]


@pytest.mark.parametrize("name", ["b.yaml.txt", "rules/b.yml.docx", "b.YAML", "rules/b.Yml", "b.yaml.TXT"])
def test_rules_in_a_file_with_another_end_are_not_left_unread(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, {"t/policy.yaml": header("t"), f"t/{name}": "准则: []\n"})
    (problem,) = read_folder(folder)[1]
    assert (problem.code, problem.help) == ("E108", "改名为 `b.yaml`；不要的移出这个文件夹")
    assert f"{name}`" in problem.message


@pytest.mark.parametrize("name", ["rules/deep/y.yaml", "rule/b.yml", "more/rules/b.yaml", "rules/tests/b.yaml"])
def test_rules_in_a_folder_that_is_not_read_are_told(tmp_path: Path, name: str) -> None:
    folder = write(
        tmp_path, {"t/policy.yaml": header("t"), f"t/{name}": "准则: []\n", "t/tests/cases/a/case.yaml": "案件: A\n"}
    )
    (problem,) = read_folder(folder)[1]
    assert problem.code == "E108"
    assert f"{name}` 没有读" in problem.message


def test_what_is_read_and_what_is_left(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            "t/policy.yaml": header("t"),
            "t/b.yml": "准则: []\n",
            "t/a.yaml": WORDS,
            "t/rules/x.yaml": "决定: []\n",
            "t/tests/z.yaml": "坏: [\n",
            "t/notes.txt": "坏",
            "t/.hidden.yaml": "坏: [\n",
            ".git/policy.yaml": "坏: [\n",
            "_draft/policy.yaml": "坏: [\n",
            "empty/readme.md": "",
            "stray.yaml": "坏: [\n",
        },
    )
    found, problems = read_folder(folder)
    assert problems == []
    names = {key: [str(Path(p).relative_to(folder / key)) for p in files] for key, files in found.items()}
    assert names == {"t": ["a.yaml", "b.yml", "policy.yaml", "rules/x.yaml"]}


def test_a_package_from_disk(tmp_path: Path) -> None:
    write(tmp_path, {"t/policy.yaml": "\ufeff" + header("t").replace("\n", "\r\n"), "t/a.yaml": WORDS})
    package, problems, library = load_package(tmp_path, None, DAY)
    assert problems == []
    assert package is not None
    assert (package.id, package.as_of, list(library.specs)) == ("t", DAY, ["t"])


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"t/policy.yaml": header("t"), "t/a.yaml": WORDS.encode("gb18030")})
    package, problems, _ = load_package(tmp_path, "t", DAY)
    assert package is None
    assert [p.code for p in problems] == ["E105"]
    assert isinstance(problems[0].place, Span)
    assert problems[0].place.file.endswith("t/a.yaml")


def test_a_file_that_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"t/policy.yaml": header("t"), "t/a.yaml/b.txt": ""})
    package, problems, _ = load_package(tmp_path, "t", DAY)
    assert package is None
    assert [(p.code, "文件夹" in p.message) for p in problems] == [("E102", True)]


def test_errors_of_reading_keep_the_package_from_being_resolved(tmp_path: Path) -> None:
    write(tmp_path, {"t/policy.yaml": header("t"), "t/a.yaml": "准则: [{名称: 甲}]\n", "u/policy.yaml": header("u")})
    package, problems, _ = load_package(tmp_path, "t", DAY)
    assert package is None
    assert [p.code for p in problems] == ["E304"]


def test_no_folder(tmp_path: Path) -> None:
    assert refused(read_folder, tmp_path / "none").code == "E901"


def test_no_package(tmp_path: Path) -> None:
    assert refused(read_folder, tmp_path).code == "E901"


def test_the_folder_of_one_package_is_told_to_be_named_by_the_folder_above(tmp_path: Path) -> None:
    write(tmp_path, {"t/policy.yaml": header("t"), "t/rules/a.yaml": "准则: []\n"})
    told = refused(read_folder, tmp_path / "t")
    assert (told.code, told.help) == ("E901", f"指明它所在的文件夹：`--policies {tmp_path}`")
    assert (refused(read_folder, tmp_path / "t/rules/..").help or "").endswith(f"{tmp_path}/t/rules/../..`")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [({"a": "规范性文件", "b": "通则", "c": "实施方案"}, "a"), ({"b": "通则"}, "b"), ({}, "")],
)
def test_the_only_regulation(kinds: dict[str, str], expected: str) -> None:
    texts = {key: {f"{key}/policy.yaml": header(key, 性质=kind)} for key, kind in kinds.items()}
    assert only_regulation(read_library(texts)[0]) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [("示例", "t"), ("征求意见稿", "E903"), ("已废止", "E903"), ("有效", "E903")]
)
def test_a_sample_is_not_meant_beside_a_regulation(status: str, expected: str) -> None:
    library, _ = read_library(sources({"u/policy.yaml": header("u", 状态=status)}))
    found = refused(only_regulation, library).code if expected == "E903" else only_regulation(library)
    assert found == expected


def test_whose_examples_a_package_has() -> None:
    more = {
        "u/policy.yaml": header("u", 状态="示例"),
        "v/policy.yaml": header("v", 性质="实施方案", 实施="[u, g]"),
        "w/policy.yaml": header("w", 性质="实施方案", 实施="[v]"),
        "x/policy.yaml": header("x", 性质="实施方案", 实施="[t, u]"),
        "g/policy.yaml": header("g", 性质="通则"),
    }
    library, _ = read_library(sources(more))
    assert {key: "".join(regulations_behind(library, key)) for key in "tuvwxg"} == {
        "t": "t",
        "u": "u",
        "v": "u",
        "w": "u",
        "x": "tu",
        "g": "",
    }


def test_several_regulations_must_be_told_apart() -> None:
    library, _ = read_library(sources({"u/policy.yaml": header("u")}))
    assert regulations(library) == ["t", "u"]
    problem = refused(only_regulation, library)
    assert problem.code == "E903"
    assert "t、u" in problem.message


def test_quoted_sources(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": "准则: 甲\n"})
    places = [Span(str(tmp_path / name), 1, 1, 1, 2) for name in ("a.yaml", "gone.yaml")]
    problems = [Problem("E303", "甲", place) for place in places] + [Problem("E310", "乙")]
    assert quoted_sources(problems) == {str(tmp_path / "a.yaml"): "准则: 甲\n"}
