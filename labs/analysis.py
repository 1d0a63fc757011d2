"""What the measurements say: the laws fitted to them, with intervals over seeds.

Each function takes the columns of a file in `labs.results`, as `labs.runner.table` or
`scaling_core.datasets.load` gives them.  All fits are those of `scaling_core`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from labs.pretraining import CONTEXT, LADDER, SYMBOLS
from labs.tinylm import LanguageModel
from scaling_core.fitting import (
    Fit,
    IsoFlopFit,
    PowerLawFit,
    fit_isoflop,
    fit_parametric,
    fit_power_law,
)
from scaling_core.posttraining import RLFit, fit_rl_compute
from scaling_core.testtime import BetaCoverageFit, fit_beta_coverage, pass_at_k

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        value: the mean over seeds, or what a law says.
        low: lower end; NaN where there is none, as with one seed, which cannot say how sure it is.
        high: upper end.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if np.isnan(self.low):
            return f"{self.value:.3g}"
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


def over_seeds(values: object, level: float = 0.95) -> Estimate:
    """The mean over seeds and Student's interval of it: ``mean ± t sd / sqrt(seeds)``.

    Args:
        values: one number a seed.
        level: share inside, between 0 and 1.
    """
    values = np.asarray(values, float)
    mean, seeds = float(values.mean()), len(values)
    if seeds < 2 or np.isinf(mean):
        return Estimate(mean, np.nan, np.nan)
    reach = special.stdtrit(seeds - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(seeds)
    return Estimate(mean, float(mean - reach), float(mean + reach))


# ---- lab 1 -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PretrainingLaw:
    """The minima of the isoFLOP parabolas, seed by seed, and the laws through them.

    Attributes:
        seeds: the seeds, shape (seeds,).
        budgets: compute in FLOP, shape (budgets,).
        N: the best size of each seed and budget, shape (seeds, budgets).
        lowest: the lowest loss, nats per character, shape (seeds, budgets).
        loss: the power law of the lowest loss against compute, through all seeds.
        size: the power law of the best size against compute, through all seeds.
        fits: the parabolas of each seed.
    """

    seeds: np.ndarray
    budgets: np.ndarray
    N: np.ndarray
    lowest: np.ndarray
    loss: PowerLawFit
    size: PowerLawFit
    fits: tuple[IsoFlopFit, ...]

    @property
    def loss_exponent(self) -> Estimate:
        """The exponent of ``L* ~ C^-a`` as a positive number, with its interval over seeds."""
        return over_seeds([-fit_power_law(self.budgets, row).exponent for row in self.lowest])

    @property
    def size_exponent(self) -> Estimate:
        """The exponent of ``N* ~ C^a``, with its interval over seeds."""
        return over_seeds([fit_power_law(self.budgets, row).exponent for row in self.N])


REACH = 0.2
"""A parabola goes through sizes whose loss is within this of the lowest, in nats per character:
further off the curve is none, and would move the minimum."""


def near_minimum(runs: Columns, reach: float = REACH) -> np.ndarray:
    """Which runs are of a size whose loss, as a mean over seeds, is near the lowest of its budget.

    Args:
        runs: the columns `budget`, `N` and `loss`.
        reach: how near, in nats per character; the three best sizes are near in any case.
    """
    near = np.zeros(len(runs["loss"]), bool)
    for budget in np.unique(runs["budget"]):
        mine = runs["budget"] == budget
        sizes, place = np.unique(runs["N"][mine], return_inverse=True)
        loss = np.bincount(place, runs["loss"][mine]) / np.bincount(place)
        allowed = max(np.sort(loss)[:3][-1], loss.min() + reach)
        near[mine] = (loss <= allowed)[place]
    return near


def pretraining_law(runs: Columns, floor: bool = False, highest: float = np.inf) -> PretrainingLaw:
    """Find the minimum of each budget and seed, and the laws through them.

    Args:
        runs: the columns `seed`, `budget`, `N` and `loss`.
        floor: whether the law of the loss has a floor that compute does not buy.
        highest: budgets above it are left out, in FLOP.
    """
    budget, N, loss = (np.asarray(runs[name], float) for name in ("budget", "N", "loss"))
    within = (budget <= highest) & near_minimum(runs)
    seeds = np.unique(runs["seed"])
    rows = [within & (runs["seed"] == seed) for seed in seeds]
    fits = tuple(fit_isoflop(budget[row], N[row], loss[row]) for row in rows)
    best, lowest = np.array([fit.N for fit in fits]), np.array([fit.loss for fit in fits])
    C = np.concatenate([fit.C for fit in fits])
    return PretrainingLaw(
        seeds,
        fits[0].C,
        best,
        lowest,
        fit_power_law(C, lowest.ravel(), floor=floor),
        fit_power_law(C, best.ravel()),
        fits,
    )


def forecast(fit: PowerLawFit, x: float, level: float = 0.95) -> Estimate:
    """What a power law says of one more measurement at x, and the interval for it.

    ``log y(x) ± t sqrt(g' V g + s^2)``, V being the covariance of the fit, g the slopes of log y in
    its parameters, s the scatter of the points around the law, and t Student's.
    """
    freedom = len(fit.x) - len(fit.names)
    scatter = np.log(fit.predict(fit.x) / fit.y)
    y = float(fit.predict(x))
    share = 1 - fit.floor / y
    slopes = np.array([share, share * np.log(x), fit.floor / y])[: len(fit.names)]
    variance = slopes @ fit.covariance @ slopes + scatter @ scatter / freedom
    reach = special.stdtrit(freedom, (1 + level) / 2) * np.sqrt(variance)
    return Estimate(y, y * float(np.exp(-reach)), y * float(np.exp(reach)))


def surface(runs: Columns, bootstrap: int = 0) -> Fit:
    """The law of two terms through all runs of the grid: what the minima do not need.

    Args:
        runs: the columns `N`, `D` and `loss`.
        bootstrap: how many resamples.
    """
    columns = (np.asarray(runs[name], float) for name in ("N", "D", "loss"))
    return fit_parametric(*columns, bootstrap=bootstrap)


def forecast_text(runs: Columns) -> str:
    """What `forecast.toml` says: the final run and the loss it will reach, before it is trained.

    The budget is ten times the largest of the grid; the size is the one of the ladder that is
    nearest to the law of the best size; the forecast is the power law of the lowest loss.

    Args:
        runs: the columns of `pretraining.csv`.
    """
    law, floored = pretraining_law(runs), pretraining_law(runs, floor=True)
    budget = 10 * float(runs["budget"].max())
    wanted = float(law.size.predict(budget))
    models = [LanguageModel(SYMBOLS, *size, CONTEXT) for size in LADDER]
    model = min(models, key=lambda model: abs(np.log(model.N / wanted)))
    D = budget / model.training_flop(CONTEXT) * CONTEXT
    said, other, fit = forecast(law.loss, budget), forecast(floored.loss, budget), surface(runs)
    numbers = {
        "budget": budget,
        "best_size": round(wanted),
        "width": model.width,
        "layers": model.layers,
        "loss": round(said.value, 3),
        "low": round(said.low, 3),
        "high": round(said.high, 3),
        "with_a_floor": round(other.value, 3),
        "with_a_floor_low": round(other.low, 3),
        "with_a_floor_high": round(other.high, 3),
        "surface": round(float(fit.law.loss(model.N, D)), 3),
    }
    lines = [
        "# Written and committed before the final run was trained, from pretraining.csv alone.",
        "# The forecast that counts is `loss`, in nats a character, with its 95 % interval",
        "# [low, high]: a power law through the lowest loss of each budget and seed.  Beside it",
        "# stand the same with a floor, and the surface of two terms through all runs.",
        *(f"{name} = {value!r}" for name, value in numbers.items()),
    ]
    return "\n".join(lines) + "\n"


def describe_pretraining(
    runs: Columns, final: Columns | None = None, after: Columns | None = None
) -> str:
    """The minima, the exponents, the forecast at ten times the largest budget, and how it went."""
    law = pretraining_law(runs)
    lines = [f"{'budget, FLOP':>14}{'best N':>10}{'lowest loss, nats a character':>32}"]
    for k, budget in enumerate(law.budgets):
        size, loss = np.exp(np.log(law.N[:, k]).mean()), law.lowest[:, k].mean()
        lines.append(f"{budget:14.0e}{size:10.0f}{loss:32.3f}")
    lines.append(f"The lowest loss falls as C^-a with a = {law.loss_exponent}.")
    lines.append(f"The best size grows as C^a with a = {law.size_exponent}.")
    C = 10 * law.budgets[-1]
    lines.append(
        f"Forecast for {C:.0e} FLOP: a loss of {forecast(law.loss, C)} with "
        f"{float(law.size.predict(C)):,.0f} parameters."
    )
    if final is not None and len(final["loss"]):
        measured = ", ".join(f"{loss:.3f}" for loss in final["loss"])
        lines.append(f"Measured in the final run of {final['budget'][0]:.0e} FLOP: {measured}.")
    for k, loss in enumerate(after["loss"] if after is not None else ()):
        said = (
            f"{after['budget'][k]:.0e} FLOP, {after['N'][k]:,} parameters, rate {after['rate'][k]}"
        )
        lines.append(f"Afterwards, {said}: {loss:.3f}; law {law.loss.predict(after['C'][k]):.3f}.")
    return "\n".join(lines)


# ---- lab 2 -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TailExponents:
    """The measured exponents of one tail beside those of the quanta model, all positive.

    Attributes:
        alpha: the exponent of the tail.
        loss_samples: of the mean loss against examples; predicted ``alpha / (1 + alpha)``.
        switch_frequency: of the examples at which a skill switches on against its frequency;
            predicted 1.
        known_samples: of the number of known skills against examples; predicted
            ``1 / (1 + alpha)``.
        loss_width: of the loss of the facts against the width of the matrix; predicted ``alpha``.
    """

    alpha: float
    loss_samples: Estimate
    switch_frequency: Estimate
    known_samples: Estimate
    loss_width: Estimate

    @property
    def predicted(self) -> tuple[float, float, float, float]:
        """What the quanta model says of the four."""
        share = self.alpha / (1 + self.alpha)
        return share, 1.0, 1 - share, self.alpha


def tail_exponents(
    skills: Columns, switches: Columns, facts: Columns, alpha: float, fewest: int = 2
) -> TailExponents:
    """The exponents of one tail, seed by seed.

    Args:
        skills: the columns of `skills.csv`.
        switches: those of `switches.csv`.
        facts: those of `facts.csv`.
        alpha: which tail.
        fewest: the power laws begin where so many skills are known.
    """
    seeds = np.unique(skills["seed"][skills["alpha"] == alpha])
    found: list[list[float]] = [[], [], [], []]
    for seed in seeds:
        mine = (skills["alpha"] == alpha) & (skills["seed"] == seed)
        samples, loss, known = (skills[name][mine] for name in ("samples", "loss", "known"))
        going = np.cumsum(known >= fewest) > 0
        found[0].append(-fit_power_law(samples[going], loss[going]).exponent)
        found[2].append(fit_power_law(samples[going], known[going]).exponent)
        mine = (switches["alpha"] == alpha) & (switches["seed"] == seed)
        law = fit_power_law(switches["frequency"][mine], switches["samples"][mine])
        found[1].append(-law.exponent)
    for seed in np.unique(facts["seed"][facts["alpha"] == alpha]):
        mine = (facts["alpha"] == alpha) & (facts["seed"] == seed)
        found[3].append(-fit_power_law(facts["width"][mine], facts["loss"][mine]).exponent)
    return TailExponents(alpha, *(over_seeds(values) for values in found))


def describe_longtail(skills: Columns, switches: Columns, facts: Columns) -> str:
    """The exponents of each tail, measured and predicted, in words."""
    names = ("loss ~ examples", "switch ~ frequency", "known ~ examples", "loss ~ width")
    lines = []
    for alpha in np.unique(skills["alpha"]):
        found = tail_exponents(skills, switches, facts, alpha)
        measured = (
            found.loss_samples,
            found.switch_frequency,
            found.known_samples,
            found.loss_width,
        )
        lines.append(f"tail {alpha:g}: measured exponents (predicted by the quanta model)")
        for name, value, theory in zip(names, measured, found.predicted, strict=True):
            lines.append(f"  {name:20}{value!s:>28}  ({theory:.3g})")
    return "\n".join(lines)


# ---- lab 3 -----------------------------------------------------------------------------------


def recipe_curve(
    recipes: Columns, recipe: str, rate: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The FLOP spent and the accuracy reached, moment by moment, of one run.

    Args:
        recipes: the columns of `recipes.csv`.
        recipe: ``"policy gradient"`` or ``"expert iteration"``.
        rate: its learning rate.
        seed: which run.
    """
    mine = (recipes["recipe"] == recipe) & (recipes["seed"] == seed)
    mine &= np.isclose(recipes["rate"], rate)
    if not mine.any():
        raise ValueError(
            f"recipe = {recipe!r}, rate = {rate:g}, seed = {seed}: there is no such run"
        )
    return recipes["flop"][mine], recipes["accuracy"][mine]


def reward_law(
    flop: np.ndarray, accuracy: np.ndarray, highest: float = np.inf, bootstrap: int = 0
) -> RLFit:
    """The sigmoid of reward against compute, the accuracy of the base given.

    Args:
        flop: FLOP spent, beginning with 0.
        accuracy: the accuracy reached.
        highest: what was measured with more FLOP is left out: an early forecast.
        bootstrap: how many resamples.
    """
    used = (flop > 0) & (flop <= highest)
    R0 = float(accuracy[flop == 0][0])
    return fit_rl_compute(flop[used], accuracy[used], R0=R0, bootstrap=bootstrap)


def transfer_worth(transfer: Columns, steps: int) -> dict[int, Estimate]:
    """The examples from nothing that a base with n examples is worth, for each n.

    Between the measured numbers of examples the loss from nothing is a power; `inf` where more
    examples than were measured would be needed.

    Args:
        transfer: the columns of `transfer.csv`.
        steps: how long all were trained.
    """
    found: dict[int, list[float]] = {}
    for seed in np.unique(transfer["seed"]):
        mine = (transfer["seed"] == seed) & (transfer["steps"] == steps)
        order = np.argsort(transfer["examples"][mine])
        n, start, loss = (transfer[k][mine][order] for k in ("examples", "start", "loss"))
        scratch = start == "scratch"
        # a loss that does not fall from one point to the next has no inverse: the lowest so far
        fallen = np.log(np.minimum.accumulate(loss[scratch]))
        for count, reached in zip(n[~scratch], loss[~scratch], strict=True):
            worth = np.interp(-np.log(reached), -fallen, np.log(n[scratch]), right=np.inf)
            found.setdefault(int(count), []).append(float(np.exp(worth)))
    return {count: over_seeds(values) for count, values in found.items()}


def describe_posttraining(
    recipes: Columns, judges: Columns, students: Columns, transfer: Columns
) -> str:
    """Recipes, judges, students and transfer, in words."""
    lines = []
    for recipe, rate in dict.fromkeys(zip(recipes["recipe"], recipes["rate"], strict=True)):
        seeds = np.unique(recipes["seed"][np.isclose(recipes["rate"], rate)])
        curves = [recipe_curve(recipes, recipe, rate, seed)[1] for seed in seeds]
        first, best, last = (
            over_seeds([f(c) for c in curves]) for f in (lambda c: c[0], max, lambda c: c[-1])
        )
        lines.append(
            f"{recipe}, rate {rate:g}: accuracy {first.value:.2f} to {last.value:.2f}, "
            f"best {best.value:.2f}"
        )
    for labels, pool in dict.fromkeys(zip(judges["labels"], judges["pool"], strict=True)):
        mine = (judges["labels"] == labels) & (judges["pool"] == pool)
        n = np.unique(judges["n"][mine])
        right = np.array([judges["right"][mine & (judges["n"] == k)].mean() for k in n])
        lines.append(
            f"best of n, judge of {labels} labels, {pool} answers: {right[0]:.2f} right with one, "
            f"{right.max():.2f} at n = {n[right.argmax()]}, {right[-1]:.2f} at n = {n[-1]}"
        )
    for corpus in dict.fromkeys(students["corpus"]):
        accuracy = over_seeds(students["accuracy"][students["corpus"] == corpus])
        lines.append(f"student of the {corpus}: accuracy {accuracy}")
    for steps in np.unique(transfer["steps"]):
        for count, worth in transfer_worth(transfer, steps).items():
            lines.append(
                f"{count} examples after the base, {steps} steps: worth {worth} from nothing"
            )
    return "\n".join(lines)


# ---- lab 4 -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CoverageLaw:
    """How many problems of a set k tries solve, for one model.

    Attributes:
        k: tries, shape (points,).
        coverage: mean of the unbiased pass@k over problems, for each seed, shape (seeds, points).
        one_coin: what it would be if every problem had the mean chance, shape (seeds, points).
        fits: a beta distribution of chances for each seed.
    """

    k: np.ndarray
    coverage: np.ndarray
    one_coin: np.ndarray
    fits: tuple[BetaCoverageFit, ...]

    @property
    def exponent(self) -> Estimate:
        """The exponent of the unsolved share, ``k^-a`` for many tries, over seeds."""
        return over_seeds([fit.alpha for fit in self.fits])


def coverage_law(tries: Columns, model: str) -> CoverageLaw:
    """The coverage of one model.

    Args:
        tries: the columns `model`, `seed`, `n` and `c`.
        model: such as ``"d=12"``.
    """
    mine = np.asarray(tries["model"]) == model
    if not mine.any():
        allowed = ", ".join(sorted(set(np.asarray(tries["model"]).tolist())))
        raise ValueError(f"model = {model!r}: allowed is one of {allowed}")
    n, c, seed = (np.asarray(tries[name])[mine] for name in ("n", "c", "seed"))
    k = np.unique(np.rint(np.geomspace(1, n.min(), 41)))
    coverage, coin, fits = [], [], []
    for each in np.unique(seed):
        of_seed = seed == each
        coverage.append(pass_at_k(n[of_seed, None], c[of_seed, None], k).mean(axis=0))
        coin.append(1 - (1 - np.mean(c[of_seed] / n[of_seed])) ** k)
        fits.append(fit_beta_coverage(n[of_seed], c[of_seed], zero_inflation=False))
    return CoverageLaw(k, np.array(coverage), np.array(coin), tuple(fits))


def exchange(votes: Columns, width: int, target: float) -> tuple[np.ndarray, np.ndarray]:
    """How many votes make up for less training, at one size.

    The mean over seeds of the accuracy of a majority of k is interpolated in log k; `inf` where no
    measured number of votes reaches the target, which more of them may not either.

    Args:
        votes: the columns of `votes.csv`.
        width: of the models, which differ in how long they were trained.
        target: the accuracy wanted, between 0 and 1.

    Returns:
        The FLOP of training, rising, and the votes needed with it, both of shape (lengths,).
    """
    of_width = votes["width"] == width
    flop, needed = np.unique(votes["training_flop"][of_width]), []
    for each in flop:
        mine = of_width & (votes["training_flop"] == each)
        k = np.unique(votes["k"][mine])
        reached = np.array([votes["majority"][mine & (votes["k"] == n)].mean() for n in k])
        # two votes are worth one, as a tie is a toss: the fewest votes for each accuracy
        best, first = np.unique(np.maximum.accumulate(reached), return_index=True)
        log_k = np.interp(target, best, np.log(k[first]), left=0.0, right=np.inf)
        needed.append(float(np.exp(log_k)))
    return flop, np.array(needed)


def describe_testtime(tries: Columns, votes: Columns, direct: Columns) -> str:
    """Coverage, votes, and written against direct answers, in words."""
    lines = [f"{'model':>6}{'pass@1':>9}{'pass@10':>9}{'one coin':>10}{'pass@100':>10}  exponent"]
    for model in dict.fromkeys(tries["model"]):
        law = coverage_law(tries, model)
        at = {k: law.coverage[:, np.searchsorted(law.k, k)].mean() for k in (1, 10, 100)}
        coin = law.one_coin[:, np.searchsorted(law.k, 10)].mean()
        lines.append(
            f"{model:>6}{at[1]:9.2f}{at[10]:9.2f}{coin:10.2f}{at[100]:10.3f}  {law.exponent}"
        )
    lines.append("Accuracy of the most frequent of k answers:")
    for width, steps in dict.fromkeys(zip(votes["width"], votes["steps"], strict=True)):
        mine = (votes["width"] == width) & (votes["steps"] == steps)
        at = [votes["majority"][mine & (votes["k"] == k)].mean() for k in (1, 8, 64)]
        flop = votes["training_flop"][mine][0]
        lines.append(
            f"  d={width}, {flop:.1e} FLOP of training: " + ", ".join(f"{a:.2f}" for a in at)
        )
    for presses in np.unique(direct["presses"]):
        mine = (direct["presses"] == presses) & (direct["width"] == direct["width"].max())
        lines.append(
            f"{presses} presses: right {direct['direct'][mine].mean():.2f} directly, "
            f"{direct['written'][mine].mean():.2f} written out"
        )
    return "\n".join(lines)
