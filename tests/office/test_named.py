"""Packages named on the command line: by path, by 标识, or a whole folder; what is none of these is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.office.named import named_packages

HEADERS = ("甲办法", "甲办法-细则")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "policies"
    for name in HEADERS:
        (home / name).mkdir(parents=True)
        (home / name / "policy.yaml").write_text("规范: {}\n")
    (home / "没有头").mkdir()
    (home / "没有头" / "rules.yaml").write_text("准则: []\n")
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "2026.yaml").write_text("日历: {}\n")
    return home


def test_nothing_named_is_the_whole_usual_folder(folder: Path) -> None:
    assert named_packages((), None, folder) == (folder, ())


def test_a_folder_of_packages_is_all_of_them(folder: Path) -> None:
    assert named_packages((folder,), None, Path("elsewhere")) == (folder, ())


@pytest.mark.parametrize("name", [*HEADERS, "没有头"])
def test_by_path_and_by_id(folder: Path, name: str) -> None:
    expected = (folder, (folder / name,))
    assert named_packages((folder / name,), None, Path("elsewhere")) == expected
    assert named_packages((Path(name),), None, folder) == expected
    assert named_packages((Path(name),), folder, Path("elsewhere")) == expected


@pytest.mark.parametrize(
    ("name", "said"),
    [("甲办去", "是否想写 `甲办法`"), ("完全不同的名字", "甲办法、甲办法-细则"), ("../calendars", "policy.yaml")],
)
def test_what_is_no_package_is_refused(folder: Path, name: str, said: str) -> None:
    path = folder / name if name.startswith("..") else Path(name)
    with pytest.raises(Refused) as refused:
        named_packages((path,), None, folder)
    (problem,) = refused.value.problems
    assert (problem.code, refused.value.exit_code) == ("E901", 2)
    assert said in (problem.help or "")


def test_packages_of_two_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        named_packages((folder / HEADERS[0],), tmp_path, folder)
    assert "不在" in refused.value.problems[0].message
