"""What setting up says where it fails: the reason, what to set, the command as it was given; nothing else of pip or apt."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.run import ROOT

CHATTER = "Collecting click==8\n  Downloading click.whl (90 kB)\nWARNING: Retrying (Retry(total=4))\n"
CERTIFICATE = (
    "ERROR: Could not fetch URL https://index/simple/: There was a problem confirming the ssl certificate: "
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate\n"
)
NETWORK = "ERROR: Could not find a version that satisfies the requirement click==8\n"


def setup(folder: Path, step: str, said: str) -> str:
    """What `step` of the set-up writes to stderr where pip, run as `guiju issue "a b"`, says `said` and fails."""
    (folder / "requirements").mkdir()
    python = folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    (folder / "said").write_text(said, encoding="utf-8")
    python.write_text(f"#!/bin/sh\ncat '{folder}/said'\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    (folder / ".guiju").mkdir()
    script = folder / "guiju"
    script.write_text(
        f"set -euo pipefail\nROOT='{folder}'\nsource '{ROOT}/setup/common.sh'\n{step}\n", encoding="utf-8"
    )
    ran = subprocess.run(["bash", str(script), "issue", "a b"], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert (folder / ".guiju/setup.log").read_text(encoding="utf-8") == said
    return ran.stderr


@pytest.mark.parametrize(
    ("said", "is_certificate"), [(CERTIFICATE, True), (NETWORK, False)], ids=["certificate", "network"]
)
def test_a_certificate_is_told_from_the_network(said: str, is_certificate: bool, tmp_path: Path) -> None:
    found = setup(tmp_path, ': >"$LOG"; install_locked run', CHATTER + said)
    again = f"{tmp_path}/guiju issue a\\ b"
    assert ("证书没有通过验证" in found, f"PIP_CERT=根证书.pem {again}" in found) == (is_certificate, is_certificate)
    assert ("多为网络不可用" in found) != is_certificate
    assert again in found
    assert found.count("ERROR:") == 1
    assert "Collecting" not in found
    assert "Retrying" not in found


def test_doctor_diagnoses_before_it_installs() -> None:
    text = (ROOT / "guiju").read_text(encoding="utf-8")
    assert text.index("diagnose") < text.index("prepare run")
    step = f"ROOT='{ROOT}'; source '{ROOT}/setup/common.sh'; diagnose"
    ran = subprocess.run(["bash", "-c", step], capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    for word in ("Python ", "系统软件包", "Python 依赖", "GB"):
        assert word in ran.stderr
