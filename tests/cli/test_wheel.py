"""The wheel: installed outside the checkout, with nothing of the checkout at hand, it checks, decides and issues."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GUIJU_CACHE": "no"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run([*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def built(folder: Path) -> Path:
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    done = run(*pip, "-w", folder, ROOT, cwd=folder)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("guiju-*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`guiju` of an environment that holds the wheel; its libraries are those these tests run with."""
    place = tmp_path_factory.mktemp("installed") / "env"
    assert run(sys.executable, "-m", "venv", "--without-pip", place, cwd=place.parent).returncode == 0
    python = place / "bin" / "python"
    (site,) = place.glob("lib/python3*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    done = run(*pip, wheel, cwd=place.parent)
    assert done.returncode == 0, done.stderr
    return place / "bin" / "guiju"


def test_both_packages_and_everything_they_need(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"engine", "web"}
    shared = {name.split("/")[2] for name in names if name.startswith("engine/share/")}
    assert shared == {"calendars", "fixtures", "policies", "requirements", "setup", "templates"}


def test_workbench_answers_outside_the_checkout(program: Path, tmp_path: Path) -> None:
    """An office's space is made by the program, and a server's process finds pages, files and rules in the wheel."""
    (site,) = program.parents[1].glob("lib/python3*/site-packages")
    rules = site / "engine/share/policies"
    done = run(program, "workbench", "new", "--data", "desk", "--rules", rules, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    asked = (
        "from web.wsgi import application\nfrom django.test import Client\nimport web\n"
        "pages = ('/health', '/login', '/static/web/style.css', '/api/v1/openapi.json', '/selfcheck/')\n"
        "print(web.__file__, *(Client().get(page, HTTP_HOST='localhost').status_code for page in pages))"
    )
    named = {"GUIJU_WORKBENCH": str(tmp_path / "desk"), "DJANGO_SETTINGS_MODULE": "web.settings"}
    done = run("env", *(f"{k}={v}" for k, v in named.items()), program.parent / "python", "-c", asked, cwd=tmp_path)
    assert done.stdout.split() == [str(site / "web/__init__.py"), *["200"] * 5], done.stderr


def test_it_runs_outside_the_checkout(program: Path, tmp_path: Path) -> None:
    assert (program.parent.parent / "bin" / "python").exists()
    done = run(program, "check", "--as-of", "2026-11-23", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "没有问题" in done.stdout or "0 个错误" in done.stdout
    (site,) = program.parents[1].glob("lib/python3*/site-packages")
    case = site / "engine/share/fixtures/03-maker-incubator"
    done = run(program, "decide", case, "-d", "认定审查", cwd=tmp_path)
    assert "不予认定" in done.stdout, done.stderr
    done = run(program, "issue", case, "-d", "认定审查", "--out", "letters", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.suffix for path in tmp_path.glob("letters/*/不予认定告知书.*")) == [".docx", ".pdf"]
    done = run(program, "doctor", cwd=tmp_path)
    assert "锁定文件" in done.stdout
