"""Rules as a git repository has them at a revision; anything else is taken as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.files.revisions import at_revision


def git(*words: str) -> None:
    said = ("-c", "user.name=甲", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *said, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    (tmp_path / "规则").mkdir()
    (tmp_path / "规则" / "a.yaml").write_text("值: 12场\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    (tmp_path / "规则" / "a.yaml").write_text("值: 11场\n", encoding="utf-8")
    git("commit", "-q", "-a", "-m", "two")
    return tmp_path


def test_a_revision_is_laid_out_and_gone_afterwards(repository: Path) -> None:
    with at_revision(Path("HEAD~1:规则")) as before, at_revision(Path("规则")) as now:
        assert (before / "a.yaml").read_text(encoding="utf-8") == "值: 12场\n"
        assert now == Path("规则")
    assert not before.exists()


@pytest.mark.parametrize("said", ["HEAD~9:规则", "HEAD:没有", "HEAD:../规则", "HEAD:/规则", "--output=x:规则"])
def test_what_is_not_there_is_refused_or_left_as_it_is(repository: Path, said: str) -> None:
    if said.startswith("--"):
        with at_revision(Path(said)) as found:
            assert found == Path(said)
        return
    with pytest.raises(Refused) as refused, at_revision(Path(said)):
        pass
    assert [problem.code for problem in refused.value.problems] == ["E101"]
    assert not list(repository.glob("x"))
