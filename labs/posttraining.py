"""Lab 3, post-training: a base model, and what its own verified answers make of it.

The base has read the noisy corpus of the button world: it mostly answers directly, and often wrong.

*Recipes.*  Policy gradient (answers to a problem in groups, each weighted by how much better than
its group it was) and expert iteration (train on the answers that are right); the reward is whether
the last digit is right.
*Best of n.*  A judge, the same kind of model trained on labelled answers, picks one of n.  Once
from all answers of the base, and once from written-out ones only, where no format gives it away.
*Distillation.*  A small student reads a corpus, a teacher's answers, the right ones of them, or
the truth.  *Transfer.*  A few clean examples for the base, and for a model that knows nothing.

The policy gradient with a group's mean as baseline follows Shao et al. 2024 (arXiv:2402.03300),
expert iteration Anthony et al. 2017 (arXiv:1705.08439), the over-optimised judge Gao et al. 2023
(arXiv:2210.10760), transfer Hernandez et al. 2021 (arXiv:2102.01293).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from labs.runner import Job, Tables, Work, table
from labs.testtime import BATCH, CORPUS, LAYERS, learn
from labs.tinylm import LanguageModel, train
from labs.world import DIRECT, NO, STOP, YES, World

NAME, VERSION = "posttraining", 1
TABLES = {
    "recipes": ("seed", "recipe", "rate", "round", "flop", "accuracy", "direct"),
    "judges": ("seed", "labels", "width", "pool", "auc", "n", "right", "score", "majority"),
    "students": ("seed", "corpus", "accuracy"),
    "transfer": ("seed", "examples", "steps", "start", "loss"),
}
WORLD = World()
BASE_STEPS, TEST_PROBLEMS = 2000, 2000
PROBLEMS, GROUP = 64, 16
"""Policy gradient: problems in a step, and answers to each."""
GRADIENT_RATES = (0.0007, 0.002, 0.006, 0.02)
"""From the slow one that still rises at the end to the fast one that collapses."""
EXPERT_SAMPLES, EXPERT_EPOCHS, EXPERT_RATE = 3000, 2, 0.008
JUDGES = ((300, 16), (1500, 16), (8000, 32))
"""Labelled answers that a judge has seen, and its width."""
POOL = 80, 512
"""Problems and answers to each from which the judge picks."""
CHOICES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
CORPORA = ("noisy corpus", "teacher", "teacher, verified", "truth")
STUDENT_WIDTH, STUDENT_EXAMPLES, STUDENT_STEPS = 16, 20_000, 1200
EXAMPLES = (30, 100, 300, 1000, 3000)
TRANSFER_STEPS, TRANSFER_LONGER, TRANSFER_RATE = 800, 1600, 0.008
"""What a base is worth hangs on how long all train: some train for longer too."""
PLANS = {"quick": (1, 80), "standard": (3, 120), "full": (8, 240)}
"""Seeds, and steps of policy gradient."""


def base(width: int, seed: int, work: Work) -> LanguageModel:
    """The base of a width and seed, made once for all runs."""
    model = LanguageModel(WORLD.symbols, width, LAYERS, WORLD.length - 1, seed=seed)
    made = model.theta

    def make(part: Work) -> None:
        made[...] = learn(WORLD, width, BASE_STEPS, CORPUS, seed, part).theta

    work.shared(f"base d={width} seed={seed}", made, make)
    return model


def examples(texts: np.ndarray) -> tuple[np.ndarray, ...]:
    """What is read, what comes next, and weights that count the answers only."""
    weights = WORLD.weights(texts)
    return texts[:, :-1], texts[:, 1:], weights / weights.sum()


def fine_tune(
    model: LanguageModel, texts: np.ndarray, steps: int, rate: float, seed: list[int], work: Work
) -> LanguageModel:
    """Train on texts drawn at random, with fresh momenta."""
    model.mean[...], model.square[...] = 0, 0

    def batch(step: int) -> tuple[np.ndarray, ...]:
        return examples(texts[np.random.default_rng([*seed, step]).integers(0, len(texts), BATCH)])

    return train(model, batch, steps, rate, work, decay=0.02)


def answer(
    model: LanguageModel, problems: np.ndarray, rng: np.random.Generator, ban: int | None = None
) -> np.ndarray:
    """One answer to each problem, with the model's own probabilities."""
    return model.generate(problems, WORLD.answer_length, rng, stop=STOP, ban=ban)


def accuracy(model: LanguageModel) -> dict[str, float]:
    """The share of right answers to the same problems every time, and of direct ones."""
    rng = np.random.default_rng(99)
    problems = WORLD.problems(TEST_PROBLEMS, rng)
    written = answer(model, problems, rng)
    right = float(WORLD.right(problems, written).mean())
    return {"accuracy": right, "direct": float((written[:, 0] == DIRECT).mean())}


# ---- recipes ---------------------------------------------------------------------------------


def policy_gradient(
    model: LanguageModel, steps: int, rate: float, seed: int, work: Work
) -> list[dict[str, Any]]:
    """Make right answers likelier and wrong ones less likely, in proportion to how unusual.

    A text costs one pass to sample and three to learn from.
    """
    watched = sorted({0, steps, *(int(1.3**k) for k in range(40) if 1.3**k < steps)})
    seen = np.full((len(watched), 2), np.nan)
    state = {"theta": model.theta, "mean": model.mean, "square": model.square, "seen": seen}
    length, texts = WORLD.length - 1, PROBLEMS * GROUP
    flop = texts * (sampling_flop(model) + model.training_flop(length))
    model.steps = work.restore(state)
    while True:
        if model.steps in watched:
            seen[watched.index(model.steps)] = list(accuracy(model).values())
        if model.steps == steps:
            break
        rng = np.random.default_rng([seed, 5, model.steps])
        problems = WORLD.problems(PROBLEMS, rng).repeat(GROUP, axis=0)
        written = answer(model, problems, rng)
        reward = WORLD.right(problems, written).reshape(PROBLEMS, GROUP).astype(float)
        better = (reward - reward.mean(axis=1, keepdims=True)).reshape(-1, 1)
        tokens, targets, weights = examples(WORLD.tidy(problems, written))
        model.loss(tokens, targets, weights * better * 4)
        model.step(rate)
        work.progress(model.steps, steps, f"{reward.mean():.0%} right", state)
    return [
        {"round": k, "flop": k * flop, "accuracy": right, "direct": direct}
        for k, (right, direct) in zip(watched, seen, strict=True)
    ]


def sampling_flop(model: LanguageModel) -> int:
    """Exact FLOP of one sampled answer."""
    read = model.forward_flop(WORLD.prompt)
    return read + model.forward_flop(WORLD.length - 1, cached=WORLD.prompt)


def expert_iteration(
    model: LanguageModel, rounds: int, seed: int, work: Work
) -> list[dict[str, Any]]:
    """Sample answers, keep the right ones, train on them; again."""
    flop, found = 0, [{"round": 0, "flop": 0, **accuracy(model)}]
    for k in range(1, rounds + 1):
        rng = np.random.default_rng([seed, 6, k])
        problems = WORLD.problems(EXPERT_SAMPLES, rng)
        written = answer(model, problems, rng)
        texts = WORLD.tidy(problems, written)[WORLD.right(problems, written)]
        steps = max(1, EXPERT_EPOCHS * len(texts) // BATCH)
        fine_tune(model, texts, steps, EXPERT_RATE, [seed, 7, k], work.stage())
        flop += EXPERT_SAMPLES * sampling_flop(model)
        flop += steps * BATCH * model.training_flop(WORLD.length - 1)
        found.append({"round": k, "flop": flop, **accuracy(model)})
    return found


# ---- best of n -------------------------------------------------------------------------------


def make_judge(
    labelled: np.ndarray, right: np.ndarray, width: int, seed: int, work: Work
) -> LanguageModel:
    """A model that writes YES or NO after a finished text; it begins as a base of its width."""
    judge = LanguageModel(WORLD.symbols, width, LAYERS, WORLD.length, seed=seed)
    start = base(width, seed, work)
    for name, weights in start.w.items():
        judge.w[name][:, : weights.shape[1]] = weights
    judge.w["head"][[YES, NO]] = 0
    verdict = np.zeros((BATCH, WORLD.length), np.float32)
    verdict[:, -1] = 1 / BATCH

    def batch(step: int) -> tuple[np.ndarray, ...]:
        some = np.random.default_rng([seed, 8, step]).integers(0, len(labelled), BATCH)
        targets = np.zeros((BATCH, WORLD.length), int)
        targets[:, -1] = np.where(right[some], YES, NO)
        return labelled[some], targets, verdict

    return train(judge, batch, 300, 0.01, work.stage())


def judged(judge: LanguageModel, texts: np.ndarray) -> np.ndarray:
    """Log odds that a judge gives to a text of being right."""
    scores = []
    for some in np.array_split(texts, max(1, len(texts) // 1000)):
        z = judge.forward(some)[0].reshape(WORLD.symbols, len(some), -1)[:, :, -1]
        scores.append(z[YES] - z[NO])
    return np.concatenate(scores)


def best_of(scores: np.ndarray, right: np.ndarray, n: int) -> tuple[float, float]:
    """Exact expectation of truth and score of the best-judged of n answers from a pool.

    The answer of rank r of N is the best of n drawn if all n have rank r or worse and not all
    have a worse one: ``(1 - r/N)^n - (1 - (r+1)/N)^n``.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    r = np.arange(scores.shape[1]) / scores.shape[1]
    chance = (1 - r) ** n - np.append((1 - r[1:]) ** n, 0.0)
    ranked = [np.take_along_axis(values, order, axis=1) for values in (right, scores)]
    return tuple(float((values @ chance).mean()) for values in ranked)


def judges(seed: int, labels: int, width: int, work: Work) -> list[dict[str, Any]]:
    """Best of n against one judge, from all answers and from written-out ones only."""
    model, rng = base(32, seed, work), np.random.default_rng([seed, 9])
    seen = WORLD.problems(labels + 1000, rng)
    written = answer(model, seen, rng)
    texts, right = WORLD.tidy(seen, written), WORLD.right(seen, written)
    judge = make_judge(texts[:labels], right[:labels], width, seed, work)
    fresh, truth = judged(judge, texts[labels:]), right[labels:]
    auc = float((fresh[truth][:, None] > fresh[~truth]).mean())
    problems, answers = POOL
    asked = WORLD.problems(problems, rng, fewest=3).repeat(answers, axis=0)
    found = []
    for pool, ban in (("all", None), ("written", DIRECT)):
        parts = np.array_split(asked, 16)
        said = np.concatenate([answer(model, part, rng, ban) for part in parts])
        scores = judged(judge, WORLD.tidy(asked, said)).reshape(POOL)
        right = WORLD.right(asked, said).reshape(POOL)
        votes = (WORLD.answers(said).reshape(*POOL, 1) == np.arange(10)).sum(axis=1)
        truth = WORLD.chains(asked)[::answers, -1]
        shared = {"seed": seed, "labels": labels, "width": width, "pool": pool, "auc": auc}
        shared["majority"] = float((votes.argmax(axis=1) == truth).mean())
        for n in CHOICES:
            value, score = best_of(scores, right, n)
            found.append(dict(shared, n=n, right=value, score=score))
    return found


# ---- distillation and transfer ---------------------------------------------------------------


def students(seed: int, corpus: str, work: Work) -> list[dict[str, Any]]:
    """A small model that reads one of the corpora."""
    rng = np.random.default_rng([seed, 10])
    problems = WORLD.problems(STUDENT_EXAMPLES, rng)
    if corpus == "noisy corpus":
        texts = WORLD.documents(problems, rng, **CORPUS)
    elif corpus == "truth":
        texts = WORLD.documents(problems, rng)
    else:
        teacher = base(32, seed, work)

        def make(part: Work) -> None:
            expert_iteration(teacher, 10, seed, part)

        work.shared(f"teacher seed={seed}", teacher.theta, make)
        parts = np.array_split(problems, 10)
        written = np.concatenate([answer(teacher, part, rng) for part in parts])
        texts = WORLD.tidy(problems, written)
        if corpus == "teacher, verified":
            texts = texts[WORLD.right(problems, written)]
    student = LanguageModel(WORLD.symbols, STUDENT_WIDTH, LAYERS, WORLD.length - 1, seed=seed + 50)
    fine_tune(student, texts, STUDENT_STEPS, 0.012, [seed, 11], work.stage())
    return [{"seed": seed, "corpus": corpus, "accuracy": accuracy(student)["accuracy"]}]


def transfer(seed: int, count: int, start: str, steps: int, work: Work) -> list[dict[str, Any]]:
    """The loss on clean written-out answers after `count` of them, from a base or from nothing."""
    rng = np.random.default_rng([seed, 12])
    test = examples(WORLD.documents(WORLD.problems(1000, rng), rng))
    texts = WORLD.documents(WORLD.problems(max(EXAMPLES), rng), rng)[:count]
    if start == "base":
        model = base(24, seed, work)
    else:
        model = LanguageModel(WORLD.symbols, 24, LAYERS, WORLD.length - 1, seed=seed + 50)
    lowest = [np.inf]

    def batch(step: int) -> tuple[np.ndarray, ...]:
        # the best of ten moments, as one stops early who watches a validation set
        if step % (steps // 10) == 0 and step:
            lowest.append(model.loss(*test, learn=False)[0])
        some = np.random.default_rng([seed, 13, step]).integers(0, count, BATCH)
        return examples(texts[some])

    # without checkpoints, which would not know the moments before them
    train(model, batch, steps, TRANSFER_RATE, Work(report=work.report), decay=0.02)
    lowest.append(model.loss(*test, learn=False)[0])
    found = {"seed": seed, "examples": count, "steps": steps, "start": start}
    return [dict(found, loss=min(lowest))]


# ---- the lab ---------------------------------------------------------------------------------


def run(settings: dict[str, Any], work: Work) -> Tables:
    """One recipe, judge, student or transfer."""
    seed, part = settings["seed"], settings["part"]
    if part == "judges":
        return {"judges": judges(seed, settings["labels"], settings["width"], work)}
    if part == "students":
        return {"students": students(seed, settings["corpus"], work)}
    if part == "transfer":
        asked = settings["examples"], settings["start"], settings["steps"]
        return {"transfer": transfer(seed, *asked, work)}
    model, rate = base(32, seed, work), settings["rate"]
    if settings["recipe"] == "policy gradient":
        rows = policy_gradient(model, settings["steps"], rate, seed, work.stage())
    else:
        rows = expert_iteration(model, settings["steps"], seed, work)
    known = {"seed": seed, "recipe": settings["recipe"], "rate": rate}
    return {"recipes": [known | row for row in rows]}


def jobs(plan: str) -> list[Job]:
    """Recipes, judges, students and transfer, seed by seed."""
    seeds, steps = PLANS[plan]
    quick, found = plan == "quick", []

    def add(cost: float, seed: int, part: str, **settings: Any) -> None:
        name = " ".join(f"{key}={value}" for key, value in settings.items())
        settings |= {"part": part, "seed": seed}
        found.append(Job(f"{part} {name} seed={seed}", settings, cost))

    for seed in range(seeds):
        for rate in GRADIENT_RATES[1::2] if quick else GRADIENT_RATES:
            add(steps / 15, seed, "recipes", recipe="policy gradient", rate=rate, steps=steps)
        add(8, seed, "recipes", recipe="expert iteration", rate=EXPERT_RATE, steps=7)
        for labels, width in JUDGES[1:2] if quick else JUDGES:
            add(8, seed, "judges", labels=labels, width=width)
        for corpus in CORPORA:
            add(5, seed, "students", corpus=corpus)
        asked = [(TRANSFER_STEPS, count) for count in EXAMPLES[:: 2 if quick else 1]]
        if not quick:
            asked += [(TRANSFER_LONGER, count) for count in EXAMPLES[::2]]
        for length, count in asked:
            for start in ("base", "scratch"):
                add(length / 300, seed, "transfer", examples=count, start=start, steps=length)
    return found


def summary(folder: Path) -> str:
    """Each recipe's curve, the judge, the students and the worth of a base."""
    from labs import analysis  # brings SciPy, which a worker does not need

    return analysis.describe_posttraining(*(table(folder / f"{name}.csv") for name in TABLES))
