"""Runs the jobs of a lab in two processes and keeps what they find in CSV files.

A lab is a module with

- ``NAME`` and ``VERSION``, to be raised when a change alters its numbers,
- ``TABLES``: for the name of each of its files the columns,
- ``jobs(plan)``: the runs of the plan ``"quick"``, ``"standard"`` or ``"full"``,
- ``run(settings, work)``: one run, which returns rows for its tables,
- ``summary(folder)``: what the results in a folder say, in a few lines.

Every run has a row in ``<lab>_runs.csv``, written after its rows in the other files: rows without
it are of a run that was killed, and go.  A long run leaves a checkpoint every few seconds, so a lab
that is killed goes on where it was.  Chance hangs on settings and step numbers only, so it ends
with the same numbers.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import shutil
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from multiprocessing import connection, get_context
from pathlib import Path
from typing import Any

import numpy as np

PLANS = ("quick", "standard", "full")
LABS = ("pretraining", "longtail", "posttraining", "testtime")
PROCESSES = 2
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What tells the libraries under NumPy how many threads to start: matrices here fill only one."""
CHECKPOINT_SECONDS = 10.0
BOOKKEEPING = ("run", "plan", "seed", "settings", "version", "numpy", "python", "cpu")
RUN_COLUMNS = (*BOOKKEEPING, "wall_seconds", "cpu_seconds")

Row = dict[str, Any]
Tables = dict[str, list[Row]]


class LabError(Exception):
    """A lab cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Job:
    """One run of a lab.

    Attributes:
        run: its name, unique in the lab.
        settings: what `run` of the lab needs, as JSON can hold it; `seed` is among it.
        cost: about how many seconds it takes; only the ratios matter.
    """

    run: str
    settings: dict[str, Any]
    cost: float


@dataclass
class Work:
    """What a run may ask of its runner: progress, checkpoints, weights that several runs share.

    Attributes:
        folder: where unfinished runs are kept; nowhere if None.
        run: the name of the run.
        lab: name and version of the lab.
        identity: the same with the settings of the run; a checkpoint of others is not read.
        report: shown a share of the run and a few words.
        part: of the run, each with its own checkpoint.
    """

    folder: Path | None = None
    run: str = ""
    lab: str = ""
    identity: str = ""
    report: Callable[[float, str], None] = lambda share, words: None
    part: int = 0
    _parts: int = 0
    _saved: float = field(default_factory=time.monotonic)

    def stage(self) -> Work:
        """The same for the next part of a run: each trained model has its own checkpoint."""
        self._parts += 1
        return replace(self, part=self._parts, _parts=0, _saved=time.monotonic())

    @property
    def _name(self) -> str:
        return hashlib.sha256(f"{self.run} {self.identity}".encode()).hexdigest()[:16]

    def _path(self) -> Path:
        return self.folder / f"{self._name}-{self.part}.npz"

    def forget(self) -> None:
        """Delete the checkpoints of the run, which is finished."""
        for path in self.folder.glob(f"{self._name}-*"):
            path.unlink(missing_ok=True)

    def restore(self, state: Mapping[str, np.ndarray]) -> int:
        """Fill the arrays from the checkpoint and return its step, or 0 if there is none."""
        if self.folder is None:
            return 0
        try:
            with np.load(self._path()) as file:
                kept = {name: file[name] for name in (*state, "step")}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            return 0  # none, or half of one: the run begins anew, with the same numbers
        if any(kept[name].shape != array.shape for name, array in state.items()):
            return 0
        for name, array in state.items():
            array[...] = kept[name]
        return int(kept["step"])

    def progress(
        self, step: int, steps: int, words: str, state: Mapping[str, np.ndarray] | None = None
    ) -> None:
        """Show how far the run is and, every few seconds, leave a checkpoint of `state`."""
        self.report(step / steps, words)
        if state is None or self.folder is None:
            return
        if time.monotonic() - self._saved > CHECKPOINT_SECONDS:
            with suppress(OSError):  # a full disk costs the checkpoint, not the run
                self.save(step, state)
            self._saved = time.monotonic()

    def save(self, step: int, state: Mapping[str, np.ndarray]) -> None:
        """Write a checkpoint, whole or not at all."""
        path = self._path()
        half = path.with_suffix(f".{os.getpid()}.half")
        try:
            with half.open("wb") as file:
                np.savez(file, step=step, **state)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)

    def shared(self, name: str, array: np.ndarray, fill: Callable[[Work], Any]) -> None:
        """Fill an array that several runs need: the first of them makes it, the others read it.

        Args:
            name: what it hangs on, settings and all.
            array: filled in place.
            fill: does so from nothing, and may use the `Work` that it gets.
        """
        place = Work(self.folder, f"shared {name}", self.lab, self.lab, self.report)
        if not place.restore({"array": array}):
            fill(Work(self.folder, f"making {name}", self.lab, self.lab, self.report))
            if self.folder is not None:
                with suppress(OSError):  # the next run makes it again
                    place.save(1, {"array": array})


# ---- results ---------------------------------------------------------------------------------


class Results:
    """The CSV files of a lab in a folder, opened where they were left.

    Raises:
        LabError: if the folder cannot be written, or a file is of another version or damaged.
    """

    def __init__(self, folder: Path, name: str, version: int, tables: Mapping[str, tuple]) -> None:
        self.folder, self.name, self.version = folder, name, version
        self.columns = {f"{name}_runs": RUN_COLUMNS}
        self.columns |= {table: ("run", *columns) for table, columns in tables.items()}
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.notes: list[str] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".{name}.{os.getpid()}"
            probe.write_text("")
            probe.unlink()
        except OSError as error:
            raise LabError(
                f"{folder}: results cannot be written there ({error.strerror}): "
                "name another folder with --results"
            ) from error
        for table in self.columns:
            self.rows[table] = self._read(table)
        self._forget_unfinished()

    @property
    def finished(self) -> set[str]:
        """The names of the runs that are finished."""
        return {row["run"] for row in self.rows[f"{self.name}_runs"]}

    def path(self, table: str) -> Path:
        """The file of a table."""
        return self.folder / f"{table}.csv"

    def _read(self, table: str) -> list[dict[str, str]]:
        path, columns = self.path(table), self.columns[table]
        try:
            text = path.read_text("utf-8") if path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise LabError(f"{path}: cannot be read ({error}): move it away") from error
        if text and not text.endswith("\n"):
            whole, _, half = text.rpartition("\n")
            text = whole + "\n" if whole else ""
            self.notes.append(
                f"{path.name}: its last line, {half[:30]!r}, was half-written; dropped"
            )
        if not text:
            return []
        header, *lines = csv.reader(io.StringIO(text))
        if tuple(header) != columns:
            raise LabError(
                f"{path}: has the columns {', '.join(header)}, which this version does not write: "
                "move it away, or name another folder with --results"
            )
        rows = []
        for number, line in enumerate(lines, 2):
            if len(line) != len(columns):
                raise LabError(
                    f"{path}: line {number} has {len(line)} values, not {len(columns)}: the file "
                    "is damaged; delete that line, or move the file away"
                )
            rows.append(dict(zip(columns, line, strict=True)))
        if table == f"{self.name}_runs":
            others = sorted({row["version"] for row in rows} - {str(self.version)})
            if others:
                raise LabError(
                    f"{path}: is of version {', '.join(others)} of this lab, and this is version "
                    f"{self.version}, whose numbers differ: move the folder away, or name another "
                    "with --results"
                )
        return rows

    def _forget_unfinished(self) -> None:
        finished = self.finished
        for table, rows in self.rows.items():
            kept = [row for row in rows if row["run"] in finished]
            if len(kept) < len(rows):
                lost = sorted({row["run"] for row in rows} - finished)
                self.notes.append(f"{table}.csv: {', '.join(lost)} was unfinished; dropped")
            self.rows[table] = kept
        if self.notes:
            self.write()

    def add(self, run: Mapping[str, Any], tables: Tables) -> None:
        """Append a finished run: its rows, and last the row that says that it is finished."""
        wanted = {**tables, f"{self.name}_runs": [dict(run)]}
        before = {table: self._size(table) for table in wanted}
        try:
            for table, rows in wanted.items():
                rows = [{"run": run["run"], **row} for row in rows]
                with self.path(table).open("a", encoding="utf-8", newline="") as file:
                    file.write(self._text(table, rows, header=not before[table]))
                    file.flush()
                    os.fsync(file.fileno())
                self.rows[table] += [{k: shown(v) for k, v in row.items()} for row in rows]
        except OSError as error:
            for table, size in before.items():
                with suppress(OSError):
                    os.truncate(self.path(table), size)
            raise LabError(
                f"{self.folder}: {run['run']} could not be written ({error.strerror}); the runs "
                "finished before are kept: make room, then run the same command again"
            ) from error

    def write(self, order: Iterable[str] | None = None) -> None:
        """Write every file anew, whole or not at all; runs in the given order."""
        places = {run: k for k, run in enumerate(order or ())}
        for table, rows in self.rows.items():
            rows.sort(key=lambda row: places.get(row["run"], len(places)))
            half = self.path(table).with_suffix(".half")
            try:
                half.write_text(self._text(table, rows, header=True), "utf-8", newline="")
                half.replace(self.path(table))
            except OSError as error:
                half.unlink(missing_ok=True)
                raise LabError(f"{half}: cannot be written ({error.strerror})") from error

    def _size(self, table: str) -> int:
        return self.path(table).stat().st_size if self.path(table).exists() else 0

    def _text(self, table: str, rows: Iterable[Row], header: bool) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns[table], lineterminator="\n")
        if header:
            writer.writeheader()
        writer.writerows({k: shown(v) for k, v in row.items()} for row in rows)
        return out.getvalue()


def shown(value: Any) -> str:
    """A value as it stands in a CSV file: six digits, which is more than any of it is sure of."""
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    return str(value)


def table(path: Path) -> dict[str, np.ndarray]:
    """The columns of a CSV file, as numbers where all of a column are."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return columns_of(header, rows)


def columns_of(header: Iterable[str], rows: list[list[str]]) -> dict[str, np.ndarray]:
    """Rows of text as arrays, of numbers where all of a column are."""
    columns = {}
    for k, name in enumerate(header):
        values = np.array([row[k] for row in rows])
        for kind in (int, float):
            try:
                values = values.astype(kind)
                break
            except ValueError:
                continue
        columns[name] = values
    return columns


# ---- two processes ---------------------------------------------------------------------------


def machine() -> str:
    """The name of the processor."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def work_of(
    lab: Any, job: Job, folder: Path | None, report: Callable[[float, str], None] | None = None
) -> Work:
    """What a run of a lab is given."""
    name = f"{lab.NAME} {lab.VERSION}"
    identity = f"{name} {json.dumps(job.settings, sort_keys=True)}"
    return Work(folder, job.run, name, identity, report or (lambda share, words: None))


def perform(lab: Any, job: Job, folder: Path | None, report: Callable[[float, str], None]) -> tuple:
    """One run here and now: its rows, wall seconds and seconds of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    tables = lab.run(job.settings, work_of(lab, job, folder, report))
    return tables, time.perf_counter() - wall, time.process_time() - cpu


def serve(lab_name: str, folder: Path, parent: int, pipe: Any) -> None:
    """A worker: takes jobs until there are none, and goes when its parent has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    lab, shown_at = import_module(lab_name), 0.0

    def report(share: float, words: str) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at > 0.5:
            shown_at = time.monotonic()
            if os.getppid() != parent:
                os._exit(1)
            pipe.send(("progress", share, words))

    with suppress(EOFError, BrokenPipeError, OSError):
        while (job := pipe.recv()) is not None:
            try:
                pipe.send(("done", *perform(lab, job, folder, report)))
            except (BrokenPipeError, EOFError):
                raise
            except BaseException:
                pipe.send(("failed", traceback.format_exc()))


@dataclass
class _Worker:
    process: Any
    pipe: Any
    job: Job | None = None
    share: float = 0.0
    words: str = ""


class Progress:
    """One line that says what is being trained and how long it still takes."""

    def __init__(self, title: str, jobs: list[Job], left: list[Job], stream: Any) -> None:
        self.title, self.total, self.stream = title, len(jobs), stream
        self.left = {job.run: job.cost for job in left}
        self.done, self.begun, self.live = 0.0, time.monotonic(), stream.isatty()

    def finished(self, job: Job) -> None:
        """Count a run as finished."""
        self.done += self.left.pop(job.run)

    def show(self, going: list[tuple[Job, float, str]], ended: bool = False) -> None:
        """Rewrite the line; where it cannot be rewritten, add one for each run that `ended`."""
        if not (self.live or ended):
            return
        part = sum(job.cost * share for job, share, _ in going)
        line = f"{self.title}: {self.total - len(self.left)} of {self.total} runs"
        if self.left and self.done + part > 0:
            seconds = time.monotonic() - self.begun
            rest = seconds * (sum(self.left.values()) - part) / (self.done + part)
            line += f", about {duration(rest)} left"
        line += "".join(f" | {job.run} {share:.0%} {words}" for job, share, words in going)
        width = shutil.get_terminal_size().columns - 1
        self.stream.write(f"\r{line[:width]:<{width}}" if self.live else f"{line}\n")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self.live:
            self.stream.write("\n")


def duration(seconds: float) -> str:
    """Seconds in words: ``8 s``, ``3 min 20 s``, ``1 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@contextmanager
def _workers(number: int, lab: str, folder: Path) -> Any:
    """Processes with one BLAS thread each, which end with the block."""
    context = get_context("spawn")
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    workers = []
    try:
        for _ in range(number):
            here, there = context.Pipe()
            process = context.Process(
                target=serve, args=(lab, folder, os.getpid(), there), daemon=True
            )
            process.start()
            there.close()
            workers.append(_Worker(process, here))
        yield workers
    finally:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def run_lab(
    lab: Any,
    plan: str,
    folder: Path,
    processes: int = PROCESSES,
    only: Callable[[Job], bool] = lambda job: True,
    stream: Any = None,
) -> Results:
    """Run the jobs of a plan that are not finished yet, and return all results.

    Args:
        lab: a module as described above.
        plan: one of `PLANS`.
        folder: where the CSV files are or will be.
        processes: how many jobs run at a time; with 0 they run in this process.
        only: leaves jobs out.
        stream: where progress is shown; stderr if not given.

    Raises:
        LabError: with what went wrong; runs that had finished are kept.
    """
    stream = stream or sys.stderr
    results = Results(folder, lab.NAME, lab.VERSION, lab.TABLES)
    with _alone(folder, lab.NAME):
        return _run_lab(lab, plan, results, processes, only, stream)


@contextmanager
def _alone(folder: Path, name: str) -> Any:
    """Hold the folder of a lab; the system lets go of it however the process ends."""
    unfinished = folder / f".{name}"
    unfinished.mkdir(exist_ok=True)
    try:
        import fcntl  # not on Windows
    except ImportError:
        yield
        return
    handle = os.open(unfinished, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise LabError(
            f"{folder}: another run of this lab is writing there: wait for it, or name another "
            "folder with --results"
        ) from error
    finally:
        os.close(handle)


def _run_lab(
    lab: Any,
    plan: str,
    results: Results,
    processes: int,
    only: Callable[[Job], bool],
    stream: Any,
) -> Results:
    folder, unfinished = results.folder, results.folder / f".{lab.NAME}"
    for note in results.notes:
        print(note, file=stream)
    jobs = [job for job in lab.jobs(plan) if only(job)]
    left = [job for job in jobs if job.run not in results.finished]
    progress = Progress(f"{lab.NAME}, {plan}", jobs, left, stream)
    if not left:
        print(f"{lab.NAME}, {plan}: all {len(jobs)} runs are in {folder}", file=stream)

    def finish(job: Job, tables: Tables, wall: float, cpu: float) -> None:
        record = {"run": job.run, "plan": plan, "seed": job.settings["seed"]}
        record |= {"settings": json.dumps(job.settings), "version": lab.VERSION}
        record |= {"numpy": np.__version__, "python": platform.python_version(), "cpu": machine()}
        results.add(record | {"wall_seconds": round(wall, 2), "cpu_seconds": round(cpu, 2)}, tables)
        work_of(lab, job, unfinished).forget()
        progress.finished(job)

    try:
        if processes:
            _share_out(lab, left, min(processes, len(left)), unfinished, finish, progress)
        else:
            for job in left:
                report = lambda share, words, job=job: progress.show([(job, share, words)])  # noqa: E731
                finish(job, *perform(lab, job, unfinished, report))
                progress.show([], ended=True)
    except KeyboardInterrupt:
        progress.end()
        done = progress.total - len(progress.left)
        raise LabError(
            f"stopped: {done} of {progress.total} runs are finished and kept in {folder}; the same "
            "command goes on from there"
        ) from None
    if left:
        progress.end()
    results.write(dict.fromkeys(job.run for which in (plan, "full") for job in lab.jobs(which)))
    if {job.run for job in lab.jobs(plan)} <= results.finished:
        shutil.rmtree(unfinished, ignore_errors=True)
    return results


def _share_out(
    lab: Any, left: list[Job], number: int, folder: Path, finish: Callable, progress: Progress
) -> None:
    queue = list(left)
    with _workers(number, lab.__name__, folder) as workers:

        def give(worker: _Worker) -> None:
            worker.job = queue.pop(0) if queue else None
            worker.share, worker.words = 0.0, ""
            worker.pipe.send(worker.job)

        for worker in workers:
            give(worker)
        while busy := [worker for worker in workers if worker.job]:
            ended = False
            for pipe in connection.wait([worker.pipe for worker in busy], timeout=1.0):
                worker = next(worker for worker in busy if worker.pipe is pipe)
                try:
                    kind, *message = pipe.recv()
                except (EOFError, ConnectionError) as error:
                    raise LabError(
                        f"{worker.job.run}: its process was ended from outside, for lack of memory?"
                        " finished runs are kept: run the same command again"
                    ) from error
                if kind == "progress":
                    worker.share, worker.words = message
                elif kind == "done":
                    finish(worker.job, *message)
                    give(worker)
                    ended = True
                else:
                    raise LabError(
                        f"{worker.job.run} failed; finished runs are kept.\n{message[0]}"
                    )
            going = [(w.job, w.share, w.words) for w in workers if w.job]
            progress.show(going, ended)
