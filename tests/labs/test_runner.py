"""The runner: killed, interrupted, out of room, in another's folder; nothing finished is lost."""

import errno
import io
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labs import __main__ as command
from labs import runner
from labs.runner import LabError, Results, Work, run_lab
from tests.labs import tiny_lab

ROOT = Path(__file__).parents[2]
TIMES = ("wall_seconds", "cpu_seconds")


def contents(folder):
    """The rows of every file, without how long they took."""
    return {
        path.name: [
            {k: v for k, v in row.items() if k not in TIMES}
            for row in runner.csv.DictReader(path.open())
        ]
        for path in sorted(folder.glob("*.csv"))
    }


def script(folder, processes=0, **environment):
    call = f"from tests.labs import tiny_lab; tiny_lab.main({str(folder)!r}, {processes})"
    return subprocess.Popen(
        [sys.executable, "-c", call],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    run_lab(tiny_lab, "standard", folder, processes=0, stream=io.StringIO())
    found = contents(folder)
    assert [len(found[name]) for name in ("losses.csv", "sizes.csv", "tiny_runs.csv")] == [12, 4, 4]
    return found


@pytest.mark.parametrize("place", ["training", "writing", "between runs"])
def test_killed_anywhere_it_goes_on_with_the_same_numbers(place, uninterrupted, tmp_path):
    folder, marker = tmp_path / "results", tmp_path / "killed"
    process = script(folder, KILL_AT=f"{place}:{marker}")
    assert process.wait() == -signal.SIGKILL
    kept = runner.Results(folder, "tiny", 1, tiny_lab.TABLES)
    assert len(kept.finished) == (2 if place == "between runs" else 1)
    assert (place == "writing") == any("unfinished; dropped" in note for note in kept.notes)
    checkpoints = list((folder / ".tiny").glob("*.npz"))
    # the shared array, and the run that was under way: those of finished runs are gone
    assert len(checkpoints) == (1 if place == "between runs" else 2)
    process = script(folder, KILL_AT=f"{place}:{marker}")
    assert process.wait() == 0, process.stderr.read()
    assert contents(folder) == uninterrupted
    assert not (folder / ".tiny").exists()


def test_after_a_kill_a_run_goes_on_at_its_checkpoint(tmp_path):
    folder, marker = tmp_path / "results", tmp_path / "killed"
    script(folder, KILL_AT=f"training:{marker}").wait()
    seen = []
    report = lambda share, words: seen.append(share)  # noqa: E731
    runner.perform(tiny_lab, tiny_lab.jobs("full")[1], folder / ".tiny", report)
    assert seen[0] == 26 / tiny_lab.STEPS


def test_two_processes_give_what_one_gives(uninterrupted, tmp_path):
    stream = io.StringIO()
    run_lab(tiny_lab, "standard", tmp_path, processes=2, stream=stream)
    assert contents(tmp_path) == uninterrupted
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("tiny, standard: 1 of 4 runs, about ")
    assert "left" in lines[0]
    assert lines[-1] == "tiny, standard: 4 of 4 runs"


def wait_for_a_run(process, folder):
    path = folder / "tiny_runs.csv"
    for _ in range(600):
        if path.exists() and path.read_text().count("\n") > 1:
            return
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    pytest.fail("no run finished within 30 s")


def test_control_c_keeps_what_is_finished(uninterrupted, tmp_path):
    process = script(tmp_path, processes=2, SLOW="1")
    wait_for_a_run(process, tmp_path)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert "of 4 runs are finished and kept in" in said
    assert "the same command goes on from there" in said
    finished = Results(tmp_path, "tiny", 1, tiny_lab.TABLES).finished
    assert 1 <= len(finished) < 4
    run_lab(tiny_lab, "standard", tmp_path, processes=0, stream=io.StringIO())
    assert contents(tmp_path) == uninterrupted


def test_workers_go_when_their_parent_is_killed(tmp_path):
    process = script(tmp_path, processes=2, SLOW="1")
    wait_for_a_run(process, tmp_path)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("this system does not list the children of a process")
    workers = children.read_text().split()
    assert len(workers) >= 2
    process.kill()
    process.wait()
    for _ in range(200):
        # a zombie that nobody waits for has gone as well
        stats = [Path(f"/proc/{pid}/stat") for pid in workers]
        if all(not s.exists() or s.read_text().split(")")[-1].split()[0] == "Z" for s in stats):
            return
        time.sleep(0.05)
    pytest.fail("workers go on without a parent")


def test_a_larger_plan_adds_to_a_smaller_one(uninterrupted, tmp_path):
    run_lab(tiny_lab, "quick", tmp_path, processes=0, stream=io.StringIO())
    before = (tmp_path / "losses.csv").read_text()
    run_lab(tiny_lab, "standard", tmp_path, processes=0, stream=io.StringIO())
    assert (tmp_path / "losses.csv").read_text().startswith(before)
    found = contents(tmp_path)
    plans = [row.pop("plan") for row in found["tiny_runs.csv"]]
    assert plans == ["quick", "quick", "standard", "standard"]
    assert found["losses.csv"] == uninterrupted["losses.csv"]


def test_what_is_finished_is_not_run_again(uninterrupted, tmp_path):
    run_lab(tiny_lab, "standard", tmp_path, processes=0, stream=io.StringIO())
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    stream = io.StringIO()
    run_lab(tiny_lab, "standard", tmp_path, processes=2, stream=stream)
    assert stream.getvalue() == f"tiny, standard: all 4 runs are in {tmp_path}\n"
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")} == before


def test_the_row_of_a_run_says_what_made_it(uninterrupted):
    row = uninterrupted["tiny_runs.csv"][2]
    assert (row["run"], row["seed"], row["settings"]) == ("seed=2", "2", '{"seed": 2}')
    assert (row["plan"], row["version"]) == ("standard", "1")
    assert row["numpy"] == runner.np.__version__
    assert row["cpu"]


# ---- bad input -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    run_lab(tiny_lab, "quick", tmp_path, processes=0, stream=io.StringIO())
    return tmp_path


def opened(folder, version=1):
    return Results(folder, "tiny", version, tiny_lab.TABLES)


@pytest.mark.parametrize("table", ["losses", "tiny_runs"])
@pytest.mark.parametrize("cut", [1, 4])
def test_a_half_written_last_line_is_dropped_and_said(folder, table, cut):
    path = folder / f"{table}.csv"
    path.write_bytes(path.read_bytes()[:-cut])
    results = opened(folder)
    assert f"{table}.csv: its last line" in results.notes[0]
    assert "was half-written; dropped" in results.notes[0]
    whole = contents(folder)
    run_lab(tiny_lab, "quick", folder, processes=0, stream=io.StringIO())
    if table == "tiny_runs":  # without its last row the run is made again
        assert len(whole["losses.csv"]) == 3
        assert len(contents(folder)["losses.csv"]) == 6


def test_a_damaged_line_is_named(folder):
    path = folder / "losses.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], "seed=0,0\n", *lines[2:]]))
    with pytest.raises(LabError, match=r"losses\.csv: line 3 has 2 values, not 4"):
        opened(folder)


def test_another_versions_file(folder):
    before = contents(folder)
    with pytest.raises(LabError, match="is of version 1 of this lab, and this is version 2"):
        opened(folder, version=2)
    (folder / "sizes.csv").write_text("run,seed,parameters\n")
    with pytest.raises(LabError, match="has the columns run, seed, parameters, which this version"):
        opened(folder)
    assert contents(folder)["losses.csv"] == before["losses.csv"]


def test_a_file_that_is_no_text(folder):
    (folder / "losses.csv").write_bytes(b"\xff\xfe\x00\n")
    with pytest.raises(LabError, match=r"losses\.csv: cannot be read .* move it away"):
        opened(folder)


def test_a_full_disk(folder):
    before = contents(folder)
    size = max(path.stat().st_size for path in folder.glob("*.csv"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, hard))
        with pytest.raises(LabError, match=r"seed=2 could not be written .* are kept: make room"):
            run_lab(tiny_lab, "standard", folder, processes=0, stream=io.StringIO())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(folder) == before
    run_lab(tiny_lab, "standard", folder, processes=0, stream=io.StringIO())
    assert len(contents(folder)["tiny_runs.csv"]) == 4


def test_a_disk_that_fills_while_files_are_rewritten(folder, monkeypatch):
    before = contents(folder)
    results = opened(folder)

    def full(path, *arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(LabError, match="No space left on device"):
        results.write()
    assert contents(folder) == before


def test_no_write_permission(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        tmp_path.chmod(0o755)
        for parent in tmp_path.parents:
            if (
                parent != Path(parent.anchor)
                and parent.owner() == "root"
                and parent != Path("/tmp")
            ):
                parent.chmod(0o755)
        os.seteuid(65534)
    try:
        with pytest.raises(
            LabError, match=r"cannot be written there \(Permission denied\): name an"
        ):
            opened(locked)
    finally:
        if root:
            os.seteuid(0)


def test_a_results_folder_that_is_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(LabError, match=r"results cannot be written there .* --results"):
        opened(path)


def test_two_at_a_time_in_one_folder(tmp_path):
    process = script(tmp_path, processes=2, SLOW="1")
    wait_for_a_run(process, tmp_path)
    with pytest.raises(LabError, match="another run of this lab is writing there: wait for it"):
        run_lab(tiny_lab, "standard", tmp_path, processes=0, stream=io.StringIO())
    process.send_signal(signal.SIGINT)
    process.wait()


@pytest.mark.parametrize("budget", ["0", "", "huge"])
def test_a_budget_that_is_none(budget, capsys):
    with pytest.raises(SystemExit):
        command.main(["pretraining", "--budget", budget])
    assert "choose from quick, standard, full" in capsys.readouterr().err.replace("'", "")


def test_a_run_that_fails_says_how(tmp_path):
    lab = type(sys)("tests.labs.tiny_lab")
    vars(lab).update(vars(tiny_lab), jobs=lambda plan: [runner.Job("seed=0", {"sed": 0}, 1)])
    with pytest.raises(LabError, match=r"seed=0 failed; finished runs are kept\.(.|\n)*KeyError"):
        run_lab(lab, "quick", tmp_path, processes=1, stream=io.StringIO())


def test_a_checkpoint_that_is_half_there_is_not_read(tmp_path):
    work = Work(tmp_path, "run", "lab", "v1")
    state = {"theta": runner.np.arange(3.0)}
    work.save(7, state)
    assert work.restore(state) == 7
    assert Work(tmp_path, "run", "lab", "v2").restore(state) == 0
    assert work.restore({"theta": runner.np.zeros(4)}) == 0
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:100])
    assert work.restore(state) == 0
    two = {"theta": runner.np.zeros(3), "mean": runner.np.zeros(3)}
    work.save(7, {"theta": runner.np.ones(3)})
    assert work.restore(two) == 0
    assert not two["theta"].any()


def test_what_runs_share_is_made_once(tmp_path):
    made = []

    def fill(array):
        return lambda work: made.append(array.__iadd__(5))

    for run in ("a", "b"):
        array = runner.np.zeros(2)
        Work(tmp_path, run, "lab 1", f"lab 1 {run}").shared("five", array, fill(array))
        assert (array == 5).all()
    assert len(made) == 1
    Work(tmp_path, "a", "lab 2", "lab 2 a").shared("five", array, fill(array))
    assert len(made) == 2


def test_the_command_says_what_is_wrong_in_a_line(folder, capsys, monkeypatch):
    monkeypatch.setattr(command, "import_module", lambda name: tiny_lab)
    assert command.main(["testtime", "--results", str(folder), "--processes", "0"]) == 0
    assert "6 losses" in capsys.readouterr().out
    (folder / "sizes.csv").write_text("nonsense\n")
    assert command.main(["testtime", "--results", str(folder), "--processes", "0"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("labs: ")
    assert said.count("\n") == 1


def test_the_line_of_progress_is_rewritten_on_a_terminal(tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    run_lab(tiny_lab, "quick", tmp_path, processes=0, stream=stream)
    shown = stream.getvalue()
    assert shown.count("\n") == 1
    assert re.search(r"\rtiny, quick: 1 of 2 runs, about 0 s left \| seed=1 50% loss \d", shown)


def test_durations():
    assert [runner.duration(s) for s in (7.6, 200, 3900)] == ["8 s", "3 min 20 s", "1 h 5 min"]
