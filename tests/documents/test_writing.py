"""Letters of a real case on the disk: names, refusals, batches, zips, and the same bytes whatever runs them."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from engine.base.basis import from_plain
from engine.base.problem import Refused
from engine.decision.decide import decide_all
from engine.documents.draft import LIST, MANIFEST
from engine.documents.writing import drafts_of
from engine.office.batch import Request, Rules, cases_in, decided, issue_all
from engine.office.delivery import pack_all
from engine.office.issuing import single
from engine.office.processes import processes
from engine.office.produced import ProducedCase
from engine.office.registers import InFile
from engine.office.workspace import Workspace
from tests.sizes import sized

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
TODAY = date(2026, 11, 23)
RULES = Rules(ROOT / "policies", TODAY)
FEW = ("10-tea-guild", "20-minhou-service", "27-overseas-2027", "99-faulty-ledger")


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(ROOT / "policies", TODAY)


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def batch(out: Path, jobs: int = 1, register: Path | None = None) -> list[ProducedCase]:
    return issue_all(
        RULES,
        [FIXTURES / name for name in FEW],
        Request(out, ("docx",), register=InFile(register) if register else None),
        jobs,
    )


# ---- one case ----


def test_letters_of_one_name_are_told_apart_by_determination(workspace: Workspace, tmp_path: Path) -> None:
    done = single(workspace, [FIXTURES / "10-tea-guild"], Request(tmp_path, ("docx",), signed=TODAY))
    names = [line.rpartition("/")[2] for line in done.lines]
    assert len(set(names)) == len(names) == len(list(tmp_path.rglob("*.docx")))
    assert {"送达回证（属地推荐）.docx", "送达回证（申报受理）.docx"} <= set(names)


@pytest.mark.parametrize(
    ("case", "name", "code", "said"),
    [
        ("03-maker-incubator", "认定通告", "E640", "没有文书 `认定通告`"),
        ("03-maker-incubator", "不予推荐告知书", "E641", "`属地推荐` 的结果是 `推荐报送`"),
        ("14-alumni-post", "受理通知书", "E641", "`申报受理` 的结果是 `待查`"),
        ("03-maker-incubator", "突发情况督办函", "E641", "没有引出文书 `突发情况督办函`"),
    ],
)
def test_why_there_is_no_such_letter(workspace: Workspace, case: str, name: str, code: str, said: str) -> None:
    program, loaded, _ = workspace.case(FIXTURES / case)
    with pytest.raises(Refused) as refused:
        drafts_of(program, loaded, decide_all(program, loaded), name, TODAY)
    (problem,) = refused.value.problems
    assert (problem.code, refused.value.exit_code) == (code, 2)
    assert said in problem.message
    assert problem.help


def test_a_request_for_what_is_missing_may_be_written_before_the_decision(workspace: Workspace) -> None:
    program, case, _ = workspace.case(FIXTURES / "14-alumni-post")
    drafts, problems = drafts_of(program, case, decide_all(program, case), "补正告知书", TODAY)
    assert [(d.stem, d.determination) for d in drafts] == [("补正告知书", "申报受理")], problems


def test_one_number_is_not_for_several_letters(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        single(workspace, [FIXTURES / "20-minhou-service"], Request(tmp_path, ("docx",)), "榕人社〔2026〕1号")
    assert [p.code for p in refused.value.problems] == ["E649"]
    assert not list(tmp_path.iterdir())


def test_a_determination_there_is_not_is_a_mistake_of_who_asks(workspace: Workspace) -> None:
    """Exit code 2, as for any wrong word of the command, and not 1, as if something were wrong with the case."""
    program, case, _ = workspace.case(FIXTURES / "10-tea-guild")
    with pytest.raises(Refused) as refused:
        decided(program, case, "认定审察")
    (problem,) = refused.value.problems
    assert (problem.code, refused.value.exit_code) == ("E904", 2)
    assert "认定审查" in (problem.help or "")
    assert [d.determination for d in decided(program, case, "认定审查")] == ["认定审查"]


# ---- many cases ----


def test_a_batch_writes_a_folder_a_case_with_manifests(tmp_path: Path) -> None:
    results = batch(tmp_path)
    whole = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    assert [entry["来源"] for entry in whole["案件"]] == list(FEW)
    assert {p["代码"] for p in whole["案件"][3]["问题"]} >= {"E513", "E511"}
    assert [p["代码"] for p in whole["案件"][2]["问题"]] == ["E608"]
    listed = {f["文件"]: f["摘要"] for entry in whole["案件"] for d in entry.get("文书", ()) for f in d["文件"]}
    real = {name: f"sha256:{digest}" for name, digest in digests(tmp_path).items() if name.endswith((".docx", ".svg"))}
    assert listed == real
    for entry in whole["案件"][:3]:
        own = tmp_path / entry["案件"] / MANIFEST
        assert json.loads(own.read_text(encoding="utf-8")) == entry
        assert {len(letter["排版环境"]) for letter in entry["文书"]} <= {71}
        assert from_plain(entry["所据"]).name == entry["所据"]["所据码"]
    text = (tmp_path / LIST).read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in listed)
    assert all(f"{problem.code} " in text for one in results for problem in one.problems if problem.is_error)


def test_processes_and_zips_make_no_difference(tmp_path: Path) -> None:
    """Nor do they to the numbers the register gives."""
    signs = '{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n'
    for jobs in (1, 2):
        register = tmp_path / f"{jobs}.jsonl"
        register.write_text(signs, encoding="utf-8")
        made = batch(tmp_path / str(jobs), jobs, register=register)
        pack_all(made, tmp_path / str(jobs), tmp_path / f"{jobs}.zip")
    assert digests(tmp_path / "1") == digests(tmp_path / "2")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    assert (tmp_path / "1.jsonl").read_text("utf-8") == (tmp_path / "2.jsonl").read_text("utf-8")
    assert (tmp_path / "1.jsonl").read_text("utf-8").count('"流水号"') == 6
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert sorted(archive.namelist()) == sorted(digests(tmp_path / "1"))


def test_of_a_letter_in_place_only_what_is_told_of_it_is_kept(tmp_path: Path) -> None:
    """A batch holds what became of every letter until the end: thousands of texts beside it were 30 kB each."""
    made = [one for result in batch(tmp_path) for one in result.made]
    assert len(made) > 10
    assert all(one.files for one in made)
    kept = [one.draft for one in made]
    assert all((d.plan.body, d.plan.pages, d.plan.evidence, d.serves) == ((), (), (), ()) for d in kept)
    assert max(len(pickle.dumps(one)) for one in made) < 5_000


def test_two_cases_of_one_number_are_refused(tmp_path: Path) -> None:
    paths = [FIXTURES / "10-tea-guild", FIXTURES / "10-tea-guild/case.yaml"]
    first, second = issue_all(RULES, paths, Request(tmp_path, ("docx",)))
    assert first.made
    assert ([p.code for p in second.problems], second.made) == (["E643"], ())


def test_which_cases_a_folder_holds(tmp_path: Path) -> None:
    assert [p.name for p in cases_in([FIXTURES])][:2] == ["01-optics-park", "02-chip-works"]
    assert cases_in([FIXTURES / FEW[0], FIXTURES / FEW[0]]) == [FIXTURES / FEW[0]]
    with pytest.raises(Refused):
        cases_in([tmp_path])


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(Refused) as refused, processes(2, 2) as run:
        list(run(os._exit, [3, 3]))
    assert ([p.code for p in refused.value.problems], refused.value.exit_code) == (["E644"], 2)


# ---- the same bytes ----


ALIKE = [
    FIXTURES / name for name in ("16-logistics-service", "01-optics-park", "15-strait-centre", "25-stage-incubator")
]
ALIKE = ALIKE[: sized(1, 4)]
"""The first has a form, a report with pictures and a letter."""

ENVIRONMENTS = (
    {"PYTHONHASHSEED": "77", "TZ": "America/New_York", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "86400"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LANG": "C"},
    {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "LANGUAGE": "zh_CN:zh"},
)[: sized(1, 3)]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("reference")
    issue_all(RULES, ALIKE, Request(out))
    return digests(out)


@pytest.mark.parametrize("changes", ENVIRONMENTS)
def test_bytes_do_not_depend_on_where_they_are_made(
    changes: dict[str, str], reference: dict[str, str], tmp_path: Path
) -> None:
    """Another process, seed, zone, locale and folder."""
    environment = {**os.environ, **changes, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "cli.py"), "issue", "--all", *map(str, ALIKE), "--jobs", "1"]
    command += ["--out", str(tmp_path / "out"), "--policies", str(ROOT / "policies")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "out") == reference


def test_bytes_do_not_depend_on_the_day(
    reference: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every clock ten years on: nothing of it is in a letter."""
    later = time.time() + 10 * 365 * 86400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    issue_all(RULES, ALIKE, Request(tmp_path))
    assert digests(tmp_path) == reference
