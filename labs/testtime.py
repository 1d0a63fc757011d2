"""Lab 4, test time: many answers to one problem, and what they are worth.

Models of four sizes learn the button world from a noisy corpus.  Each then writes out 1,000 answers
to each of 200 problems, and the verifier checks every step.  How often a problem is solved in k
tries, how often the most frequent answer is right, and what the same accuracy costs in training
instead, all follow from counts.

Two further questions are answered by models of their own: what votes buy for models that were
trained for shorter (one size, five lengths), and what writing out is worth against answering
directly (an easier world, in which a direct answer can be learned at all).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from labs.runner import Job, Tables, Work, table
from labs.tinylm import LanguageModel, train
from labs.world import DIRECT, STOP, World
from scaling_core.testtime import pass_at_k

NAME, VERSION = "testtime", 1
TABLES = {
    "tries": (
        *("model", "N", "flop", "problem", "n", "c", "seed"),
        *("presses", "right", "rival"),
    ),
    "votes": (
        *("seed", "width", "steps", "N", "training_flop", "flop", "k"),
        *("majority", "verified"),
    ),
    "direct": (
        *("seed", "width", "steps", "N", "training_flop", "presses", "problems"),
        *("direct", "written"),
    ),
}
CORPUS = {"written": 0.3, "slips": 0.1, "wrong": 0.3}
"""The noisy corpus: most answers are direct, steps slip, direct answers are often wrong."""
LAYERS, BATCH, RATE = 2, 64, 0.012
FEWEST_PRESSES = 3
"""Problems with fewer are solved by every model at once."""
WIDTHS, STEPS = (12, 16, 24, 32), 3200
LENGTHS = (400, 800, 1600, 6400)
"""Training steps of the models that ask what votes buy, all of one width."""
LENGTHS_WIDTH = 24
EASY = {"buttons": 12, "presses": 4}
EASY_CORPUS = {"written": 0.5, "slips": 0.05, "wrong": 0.05}
EASY_MODELS = ((32, 600), (32, 2400), (64, 1500))
VOTES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
PLANS = {"quick": (1, 60, 256), "standard": (3, 200, 1000), "full": (8, 200, 1000)}
"""Seeds, problems, and tries at each."""


def learn(
    world: World, width: int, steps: int, corpus: dict[str, float], seed: int, work: Work
) -> LanguageModel:
    """A model that has read `steps` batches of a corpus."""
    model = LanguageModel(world.symbols, width, LAYERS, world.length - 1, seed=seed)

    def batches(step: int) -> tuple[np.ndarray, ...]:
        rng = np.random.default_rng([seed, step])
        documents = world.documents(world.problems(BATCH, rng), rng, **corpus)
        weights = world.weights(documents)
        return documents[:, :-1], documents[:, 1:], weights / weights.sum()

    return train(model, batches, steps, RATE, work)


def sample(
    world: World, model: LanguageModel, problems: np.ndarray, tries: int, seed: int, work: Work
) -> tuple[np.ndarray, np.ndarray]:
    """Written-out answers: their last digits and whether they verify, shape (problems, tries)."""
    answers = np.zeros((len(problems), tries), np.int8)
    verified = np.zeros((len(problems), tries), bool)
    for k in range(tries):
        rng = np.random.default_rng([seed, 4, k])
        written = model.generate(problems, world.answer_length, rng, stop=STOP, ban=DIRECT)
        answers[:, k] = world.answers(written)
        verified[:, k] = world.verified(problems, written)
        work.progress(k, tries, "sampling")
    return answers, verified


def majority(answers: np.ndarray, truth: np.ndarray, k: int, rng: np.random.Generator) -> float:
    """How often the most frequent of k answers is right, ties by lot, over 20 draws a problem."""
    problems, tries = answers.shape
    right = []
    for _ in range(20):
        drawn = np.take_along_axis(answers, rng.integers(0, tries, (problems, k)), axis=1)
        votes = (drawn[:, :, None] == np.arange(10)).sum(axis=1) + rng.random((problems, 10)) / 2
        right.append(votes.argmax(axis=1) == truth)
    return float(np.mean(right))


def run(settings: dict[str, Any], work: Work) -> Tables:
    """Train one model and ask it."""
    easy = settings["part"] == "direct"
    world = World(**EASY) if easy else World()
    corpus = EASY_CORPUS if easy else CORPUS
    width, steps, seed = settings["width"], settings["steps"], settings["seed"]
    model = learn(world, width, steps, corpus, seed, work)
    flop = steps * BATCH * model.training_flop(world.length - 1)
    known = {"seed": seed, "N": model.N, "training_flop": flop}
    if easy:
        return {"direct": compare(world, model, dict(known, width=width, steps=steps))}

    # The same problems for every model of a seed.
    rng = np.random.default_rng([seed, 3])
    problems = world.problems(settings["problems"], rng, fewest=FEWEST_PRESSES)
    truth, n = world.chains(problems)[:, -1], settings["tries"]
    answers, verified = sample(world, model, problems, n, seed, work)
    known["flop"] = model.forward_flop(world.prompt)
    known["flop"] += model.forward_flop(world.length - 1, cached=world.prompt)
    c = verified.sum(axis=1)
    votes = [
        dict(known, width=width, steps=steps, k=k, majority=majority(answers, truth, k, rng))
        | {"verified": float(np.mean(pass_at_k(n, c, k)))}
        for k in VOTES
        if k <= n
    ]
    if settings["part"] == "votes":
        return {"votes": votes}
    counts = (answers[:, :, None] == np.arange(10)).sum(axis=1)
    right = counts[np.arange(len(truth)), truth]
    counts[np.arange(len(truth)), truth] = 0
    about = zip(c, world.counts(problems), right, counts.max(axis=1), strict=True)
    del known["training_flop"]
    tries = [
        dict(known, model=f"d={width}", problem=i, n=n, c=a, presses=b, right=r, rival=o)
        for i, (a, b, r, o) in enumerate(about)
    ]
    return {"tries": tries, "votes": votes}


def compare(world: World, model: LanguageModel, known: dict[str, Any]) -> list[dict[str, Any]]:
    """The likeliest direct and the likeliest written answer to 3,000 problems, by presses."""
    rng = np.random.default_rng([known["seed"], 3])
    problems = world.problems(3000, rng)
    asked = np.pad(problems, ((0, 0), (0, 1)), constant_values=DIRECT)
    said = model.generate(asked, 2, rng, temperature=0, stop=STOP)
    direct = world.right(problems, said)
    long = model.generate(problems, world.answer_length, rng, temperature=0, stop=STOP, ban=DIRECT)
    written, count = world.right(problems, long), world.counts(problems)
    return [
        dict(known, presses=k, problems=int((count == k).sum()))
        | {"direct": float(direct[count == k].mean()), "written": float(written[count == k].mean())}
        for k in range(1, world.presses + 1)
    ]


def jobs(plan: str) -> list[Job]:
    """Every size, then every length of training, then the easy world, seed by seed."""
    seeds, problems, tries = PLANS[plan]
    found = []
    for seed in range(seeds):
        parts = [("tries", width, STEPS) for width in WIDTHS]
        parts += [("votes", LENGTHS_WIDTH, steps) for steps in LENGTHS]
        if plan == "quick":
            parts = [part for part in parts if part[2] <= STEPS]
        parts += [("direct", *model) for model in EASY_MODELS[: 1 if plan == "quick" else None]]
        for part, width, steps in parts:
            settings = {"part": part, "width": width, "steps": steps, "seed": seed}
            if part != "direct":
                settings |= {"problems": problems, "tries": tries}
            cost, asked = steps * width / 6000, ""
            if part != "direct":
                cost, asked = cost + problems * tries * width / 4e5, f" {problems}x{tries}"
            kind = f"d={width}" if part == "tries" else f"{part} d={width} steps={steps}"
            found.append(Job(f"{kind}{asked} seed={seed}", settings, cost))
    return found


def summary(folder: Path) -> str:
    """Coverage, votes and the exchange between training and thinking."""
    from labs import analysis  # brings SciPy, which a worker does not need

    return analysis.describe_testtime(*(table(folder / f"{name}.csv") for name in TABLES))
