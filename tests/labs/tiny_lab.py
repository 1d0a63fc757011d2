"""A lab of four runs that take a moment, and the places at which a test kills it."""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from labs import runner
from labs.runner import Job
from labs.tinylm import LanguageModel, train

NAME, VERSION = "tiny", 1
TABLES = {"losses": ("seed", "step", "loss"), "sizes": ("seed", "N")}
STEPS = 40

runner.CHECKPOINT_SECONDS = 0.0


def jobs(plan):
    runs = {"quick": 2, "standard": 4, "full": 4}[plan]
    return [Job(f"seed={seed}", {"seed": seed}, 1.0) for seed in range(runs)]


def run(settings, work):
    seed = settings["seed"]
    model = LanguageModel(7, 8, 1, 5, seed=seed)

    def batch(step):
        kill_at("training", seed == 1 and step == 25)
        if os.environ.get("SLOW"):
            time.sleep(0.02)
        tokens = np.random.default_rng([seed, step]).integers(0, 7, (4, 6))
        return tokens[:, :-1], tokens[:, 1:]

    shared = np.zeros(3)
    work.shared("seven", shared, lambda part: shared.__iadd__(7))
    train(model, batch, STEPS, 0.01, work.stage())
    tokens = np.random.default_rng(99).integers(0, 7, (50, 6))
    losses = []
    for step in range(3):
        loss, _ = model.loss(tokens[:, :-1], tokens[:, 1:], learn=False)
        losses.append({"seed": seed, "step": step, "loss": loss + step})
    return {"losses": losses, "sizes": [{"seed": seed, "N": model.N + int(shared.sum())}]}


def summary(folder):
    return f"{len(runner.table(folder / 'losses.csv')['loss'])} losses"


def kill_at(place, now=True):
    """Die as if by the power switch, once, if a test asks for it at this place."""
    asked, _, marker = os.environ.get("KILL_AT", "").partition(":")
    if now and asked == place and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def main(folder, processes):
    """Run it, killed where KILL_AT says."""
    fsync, finished, calls = os.fsync, runner.Progress.finished, []

    def sync(handle):
        fsync(handle)
        calls.append(handle)
        kill_at("writing", len(calls) == 4)  # rows of the second run are there, its last is not

    def count(progress, job):
        finished(progress, job)
        kill_at("between runs", len(progress.left) == 2)

    os.fsync, runner.Progress.finished = sync, count
    lab = sys.modules["tests.labs.tiny_lab"]
    runner.run_lab(lab, "standard", Path(folder), int(processes))
