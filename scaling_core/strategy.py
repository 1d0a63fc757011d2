"""Which law pays for the next unit of compute: bills, hills, break-evens, and a map.

Read from top to bottom this is chapter 7, after the three bills of the landing page: the steep hill
of reinforcement learning beside the gentle road of pre-training, a checker's worth, renting a
thought or buying it, the cheapest of three paths to a goal, and a lab that splits its budget.

Units: compute in FLOP, success and shares 0 to 1, answers as a number over the time considered.
Every formula broadcasts and uses ufuncs and reductions only, so that it can also be recorded
symbolically; years lie along the last axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from scaling_core import facts
from scaling_core._bootstrap import intervals, times_drawn
from scaling_core._checks import (
    broadcastable,
    broadcastable_fields,
    check_fields,
    choice,
    column,
    fraction,
    has_shape,
    nonnegative,
    number,
    open_fraction,
    positive,
    random_generator,
    single,
    whole_number,
)
from scaling_core._types import Numbers
from scaling_core.posttraining import KHATRI_2025, RLComputeLaw
from scaling_core.power import (
    DAYS_PER_YEAR,
    FLOP_PER_JOULE_H100,
    H100_PEAK,
    POWER_USAGE_EFFECTIVENESS,
    SECONDS_PER_HOUR,
    SECONDS_PER_YEAR,
    SERVING_UTILISATION,
    TRAINING_UTILISATION,
    training_energy,
)
from scaling_core.pretraining import Estimate, inference_flops, training_flops
from scaling_core.sources import SOURCES, Source
from scaling_core.testtime import ProblemMean, pass_at_k

# ---- three bills for one model -----------------------------------------------------------------

BILL_SOURCES = (
    SOURCES["thisbook"].at("first-year bill"),
    SOURCES["nvidia_dgx_h100"],
    SOURCES["llama2024"].at("section 3.3.2"),
    SOURCES["epoch_query_energy2025"],
)
"""Where the numbers behind `first_year_bill` were printed [works].

Source: the works themselves.
"""


@dataclass(frozen=True)
class FirstYearBill:
    """What one model costs in its first year: FLOP by bill, and the average power behind them.

    Attributes:
        parameters: active parameters of the model.
        school: pre-training, in FLOP.
        job_training: post-training, in FLOP.
        thinking: answering, in FLOP.
        school_power: average power over the year of school alone, in W.
        power: average power over the year of all three, in W.
    """

    parameters: Numbers
    school: Numbers
    job_training: Numbers
    thinking: Numbers
    school_power: Numbers
    power: Numbers
    source: tuple[Source, ...] = field(default=BILL_SOURCES, repr=False)

    @property
    def total(self) -> Numbers:
        """All three bills together, in FLOP: ``school + job_training + thinking``."""
        return self.school + self.job_training + self.thinking


def first_year_bill(
    C: Numbers,
    post_multiplier: Numbers,
    tokens_per_answer: Numbers,
    *,
    queries_per_day: Numbers = 1e9,
    tokens_per_parameter: Numbers = 600.0,
) -> FirstYearBill:
    """Bill a model for school, job training and one year of answering.

    With ``N = sqrt(C / (6 r))`` parameters: school ``C``, job training ``m C``, thinking
    ``2 N T Q`` for Q answers of T tokens.  Power is ``FLOP PUE / (e u)``, spread over the year,
    e being the peak FLOP for each joule and u the utilisation.

    Args:
        C: pre-training compute in FLOP, above 0, any shape.
        post_multiplier: post-training compute over pre-training compute, m, 0 or more.
        tokens_per_answer: tokens written for one query, T, above 0.
        queries_per_day: queries answered, above 0 [1/day].
        tokens_per_parameter: text read per active parameter, r, above 0 [tokens/parameter].

    Returns:
        A `FirstYearBill`; its arrays have the broadcast shape of the arguments.

    Raises:
        ValueError: if an argument is not positive and finite (m may be 0), or the shapes do not
            broadcast.

    Source: ours, illustrative, from the constants of `scaling_core.power`.
    """
    C = positive("C", C)
    m = nonnegative("post_multiplier", post_multiplier)
    tokens = positive("tokens_per_answer", tokens_per_answer)
    queries = positive("queries_per_day", queries_per_day)
    r = positive("tokens_per_parameter", tokens_per_parameter)
    broadcastable(
        C=C,
        post_multiplier=m,
        tokens_per_answer=tokens,
        queries_per_day=queries,
        tokens_per_parameter=r,
    )
    N = np.sqrt(C / training_flops(1.0, r))
    thinking = inference_flops(N, DAYS_PER_YEAR * queries * tokens)
    school_power = _average_power(C, TRAINING_UTILISATION)
    power = school_power * (1.0 + m) + _average_power(thinking, SERVING_UTILISATION)
    return FirstYearBill(N, C, m * C, thinking, school_power, power)


def _average_power(flops: Any, utilisation: float) -> Any:
    """Power that a year's compute takes, spread over the year, in W."""
    energy = training_energy(flops, FLOP_PER_JOULE_H100, utilisation, POWER_USAGE_EFFECTIVENESS)
    return energy / SECONDS_PER_YEAR


def break_even_tokens(
    C: Numbers, *, queries_per_day: Numbers = 1e9, tokens_per_parameter: Numbers = 600.0
) -> Numbers:
    """Tokens an answer may have until a year of answering has cost what training did.

    ``T = C / (2 N Q)`` with ``N = sqrt(C / (6 r))`` and Q queries a year, which is ``3 D / Q``: the
    bills meet when the model has spoken three times what it read.

    Args:
        C: pre-training compute in FLOP, above 0, any shape.
        queries_per_day: queries answered a day, above 0.
        tokens_per_parameter: training tokens read per active parameter, r, above 0.

    Returns:
        Tokens per answer, of the arguments' broadcast shape.

    Raises:
        ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

    Source: follows from 6 N D for training and 2 N a token for answering.
    """
    C = positive("C", C)
    queries = positive("queries_per_day", queries_per_day)
    r = positive("tokens_per_parameter", tokens_per_parameter)
    broadcastable(C=C, queries_per_day=queries, tokens_per_parameter=r)
    N = np.sqrt(C / training_flops(1.0, r))
    return C / inference_flops(N, DAYS_PER_YEAR * queries)


# ---- a steep short hill and a gentle road ------------------------------------------------------

FLOP_PER_GPU_HOUR = SECONDS_PER_HOUR * H100_PEAK * 0.3
"""Useful work of an hour, counted as an H100 at a utilisation of 0.3 [FLOP/GPU-hour].

Limits: the runs of `khatri2025` were on GB200, of whose peak this is 12 %.
Source: `nvidia_h100` for the peak; the utilisation is of `thisbook`, illustrative.
"""


@dataclass(frozen=True)
class Window:
    """A range of compute, from `low` to `high`, in the unit of the law it belongs to."""

    low: Numbers
    high: Numbers


def gain_per_decade(law: RLComputeLaw, C: Numbers) -> Numbers:
    """Share of its whole gain that reinforcement learning closes for each tenfold of compute.

    ``df / d log10 C = ln 10 B f (1 - f)``, f being `law.gain_share`: the local rate, which is
    largest at C_mid, ``ln 10 B / 4``.

    Args:
        law: an `RLComputeLaw`.
        C: compute, above 0, in the unit of the law's C_mid.

    Returns:
        Share of the gap for each decade of compute.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: derivative of Khatri et al. 2025, eq. 1.
    """
    share = _hill(law).gain_share(C)
    return np.log(10.0) * law.B * share * (1.0 - share)


def steep_window(law: RLComputeLaw, rate: Numbers) -> Window:
    """Where reinforcement learning closes its gap faster than a given rate.

    `gain_per_decade` is above the rate between ``C_mid (f / (1 - f))^(1/B)`` at the two roots f of
    ``ln 10 B f (1 - f) = rate``.

    Args:
        law: an `RLComputeLaw`.
        rate: share of the gap for each decade, above 0; for pre-training,
            `ParametricLaw.share_removed` is at most its own.

    Returns:
        A `Window`; both ends are C_mid where the law is nowhere so steep.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Khatri et al. 2025, eq. 1, solved for C.
    """
    rate = positive("rate", rate)
    broadcastable_fields(_hill(law), rate=rate)
    half = 0.5 * np.sqrt(np.maximum(0.0, 1.0 - 4.0 * rate / (np.log(10.0) * law.B)))
    return Window(law.compute_for(0.5 - half), law.compute_for(0.5 + half))


def _hill(law: Any) -> RLComputeLaw:
    if not isinstance(law, RLComputeLaw):
        raise ValueError(f"law = {law!r}: allowed is an RLComputeLaw")
    return law


# ---- what a checker is worth -------------------------------------------------------------------


def returned_success(single: Numbers, coverage: Numbers, checker: Numbers) -> Numbers:
    """Chance that the answer handed back is right, after many tries and one choice.

    ``s + v (coverage - s)``: with probability v the checker finds a right try where there is one.

    Args:
        single: success of one try, s, 0 to 1.
        coverage: chance that at least one of the tries is right, 0 to 1.
        checker: quality of the checker, v, 0 (as good as chance) to 1.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: ours, illustrative.
    """
    single, coverage = fraction("single", single), fraction("coverage", coverage)
    checker = fraction("checker", checker)
    broadcastable(single=single, coverage=coverage, checker=checker)
    return single + checker * (coverage - single)


def break_even_checker(single: Numbers, coverage: Numbers, rival: Numbers) -> Numbers:
    """Quality of the checker from which many tries beat a rival's answer.

    ``v* = (rival - s) / (coverage - s)``.

    Args:
        single: success of one try, s, 0 to 1.
        coverage: chance that at least one of the tries is right, 0 to 1.
        rival: success of the rival at the same cost, 0 to 1.

    Returns:
        Quality v*; 0 where one try is as good as the rival, `inf` where no checker is enough.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: `returned_success` solved for v.
    """
    single, coverage = fraction("single", single), fraction("coverage", coverage)
    rival = fraction("rival", rival)
    broadcastable(single=single, coverage=coverage, rival=rival)
    enough = (coverage >= rival) & (coverage > single)
    needed = (rival - single) / np.where(enough, coverage - single, 1.0)
    return np.where(rival <= single, 0.0, np.where(enough, needed, np.inf))[()]


_COUNTED = facts.table("pythia_math")
PYTHIA_SIZES = dict(zip(_COUNTED["model"].tolist(), _COUNTED["N"].tolist(), strict=True))
"""Sizes of the seven Pythia models by name [parameters].

Source: `brown2024`.
"""

MOST_TRIES = 1e4
"""Tries recorded for each problem [tries].

Source: `brown2024`.
"""


def pythia_coverage(model: str, tries: Numbers) -> ProblemMean:
    """Share of 128 MATH problems that a Pythia model solves in some tries, with its interval.

    Read from the record at eight numbers of tries and between them in ``ln(-ln coverage)``
    against ln tries, which is off by at most 0.006.

    Args:
        model: one of `PYTHIA_SIZES`.
        tries: tries a problem, 1 to 10,000.

    Returns:
        `.mean`, and `.low` and `.high` of the 95 % interval over problems.

    Raises:
        ValueError: if there is no such model or the tries are out of their range.

    Source: Brown et al. 2024, the published counts; the table `pythia_math` of `facts`.
    """
    choice("model", model, PYTHIA_SIZES)
    place = np.log(number("tries", tries, low=1.0, high=MOST_TRIES))
    of = _COUNTED["model"] == model
    known = np.log(_COUNTED["tries"][of])
    columns = (np.log(-np.log(_COUNTED[name][of])) for name in ("coverage", "low", "high"))
    return ProblemMean(*(np.exp(-np.exp(np.interp(place, known, y))) for y in columns))


# ---- rent the thought or buy it ----------------------------------------------------------------


def break_even_answers(training_flops: Numbers, answer_flops: Numbers, tries: Numbers) -> Numbers:
    """Answers from which training a skill in is cheaper than finding it by tries each time.

    ``T* = C_RL / (c (k - 1))``.

    Args:
        training_flops: compute of the training, C_RL, in FLOP, 0 or more.
        answer_flops: compute of one try, c, in FLOP, above 0.
        tries: tries an answer that the skill replaces, k, 1 or more.

    Returns:
        A number of answers; `inf` where one try is enough.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: ours, illustrative (the parts are published).
    """
    training = nonnegative("training_flops", training_flops)
    answer = positive("answer_flops", answer_flops)
    tries = number("tries", tries, low=1.0)
    broadcastable(training_flops=training, answer_flops=answer, tries=tries)
    extra = answer * (tries - 1.0)
    return np.where(extra > 0, training / np.where(extra > 0, extra, 1.0), np.inf)[()]


# ---- three paths to a goal ---------------------------------------------------------------------


@dataclass(frozen=True)
class SuccessLaw:
    """Success against size and tries at once.

    ``-ln s = a (N / N_0)^(-gamma) k^(-b)``.

    Attributes:
        a: minus the logarithm of the success of one try at the size N_0, above 0
            [dimensionless].
        gamma: exponent of size, above 0 [dimensionless].
        b: exponent of tries, above 0 [dimensionless].
        N0: size at which a holds, above 0 [parameters].
        source: where the numbers come from.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: ours, fitted to the counts of Brown et al. 2024.
    """

    a: Numbers
    gamma: Numbers
    b: Numbers
    N0: Numbers = 1e9
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, a=positive, gamma=positive, b=positive, N0=positive)

    def success(self, N: Numbers, tries: Numbers) -> Numbers:
        """Chance that at least one try is right.

        ``exp(-a (N / N_0)^(-gamma) k^(-b))``

        Args:
            N: parameters, above 0.
            tries: tries, k, 1 or more.

        Returns:
            A probability.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: the law itself.
        """
        N, tries = positive("N", N), number("tries", tries, low=1.0)
        broadcastable_fields(self, N=N, tries=tries)
        return np.exp(-self.a * (N / self.N0) ** -self.gamma * tries**-self.b)

    def coverage(self, start: Numbers, tries: Numbers) -> Numbers:
        """Chance that at least one try is right, from the success of one.

        ``start^(k^-b)``

        Args:
            start: success of one try, 0 to 1.
            tries: tries, k, 1 or more.

        Returns:
            A probability.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: the law itself.
        """
        start, tries = fraction("start", start), number("tries", tries, low=1.0)
        broadcastable_fields(self, start=start, tries=tries)
        return start ** (tries**-self.b)

    def size_factor(self, start: Numbers, goal: Numbers) -> Numbers:
        """By how much a model has to grow for one try to reach a goal.

        ``(ln start / ln goal)^(1 / gamma)``

        Args:
            start: success of one try, inside (0, 1).
            goal: success wanted, inside (0, 1).

        Returns:
            A factor; below 1 where the goal is below the start.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: the law, solved for N.
        """
        return self._log_ratio(start, goal) ** (1.0 / self.gamma)

    def tries_needed(self, start: Numbers, goal: Numbers) -> Numbers:
        """Tries after which the chance of a right one among them reaches a goal.

        ``(ln start / ln goal)^(1 / b)``

        Args:
            start: success of one try, inside (0, 1).
            goal: success wanted, inside (0, 1).

        Returns:
            A number of tries; below 1 where the goal is below the start.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: the law, solved for k.
        """
        return self._log_ratio(start, goal) ** (1.0 / self.b)

    def tries_per_size(self, factor: Numbers = 10.0) -> Numbers:
        """Tries that are worth as much as a model larger by a factor.

        ``factor^(gamma / b)``

        Args:
            factor: by how much the model is larger, above 0.

        Returns:
            A number of tries.

        Raises:
            ValueError: if the factor is not above 0 and finite, or its shape does not broadcast.

        Source: the law itself.
        """
        factor = positive("factor", factor)
        broadcastable_fields(self, factor=factor)
        return factor ** (self.gamma / self.b)

    def _log_ratio(self, start: Any, goal: Any) -> Any:
        start, goal = open_fraction("start", start), open_fraction("goal", goal)
        broadcastable_fields(self, start=start, goal=goal)
        return np.log(start) / np.log(goal)


_COUNTS = SOURCES["brown2024"].at(
    "counts of seven Pythia models on 128 MATH problems, up to 1,000 tries",
    "our fit: base models of 2023, sizes raised at fixed text, one benchmark",
)

PYTHIA_SUCCESS_ESTIMATES: Mapping[str, Estimate] = MappingProxyType(
    {
        "a": Estimate(5.54, 5.05, 6.18, _COUNTS),
        "gamma": Estimate(0.244, 0.209, 0.284, _COUNTS),
        "b": Estimate(0.315, 0.287, 0.350, _COUNTS),
    }
)
"""`fit_success_law` on the published counts, 95 % by resampling the problems [dimensionless].

Limits: 70 million to 12 billion parameters, all trained on 300 billion tokens; up to 1,000 tries
    at 128 problems.
"""

PYTHIA_SUCCESS = SuccessLaw(
    **{name: found.value for name, found in PYTHIA_SUCCESS_ESTIMATES.items()}, source=_COUNTS
)
"""Success on MATH by size and tries: the law of `PYTHIA_SUCCESS_ESTIMATES`.

Limits: 70 million to 12 billion parameters, all trained on 300 billion tokens; up to 1,000 tries
    at 128 problems.
"""

EVEN_CHECKER = Estimate(
    0.156,
    0.103,
    0.231,
    SOURCES["brown2024"].at(
        "counts of Pythia 160M and 12B on 128 MATH problems",
        "95 % by resampling the problems, the same ones for both models",
    ),
)
"""Quality of a checker at which 75 tries of the 160M equal one try of the 12B [dimensionless].

Limits: 300 tokens a try in both, so that 75 small tries cost one large one; base models of 2023.
"""


@dataclass(frozen=True, eq=False)
class SuccessFit:
    """A `SuccessLaw` fitted to counts.

    ``ln(-ln s) = ln a - gamma ln(N / N_0) - b ln k + r`` with the lowest sum of r^2.

    Attributes:
        law: the fitted law.
        misfit: root mean square of the residuals in ln(-ln success).
        samples: refits to resampled problems, columns a, gamma, b.
    """

    law: SuccessLaw
    misfit: float
    samples: np.ndarray

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Intervals of a, gamma and b from the resampled problems.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of each column of `samples`.

        Args:
            level: coverage, inside (0, 1).

        Returns:
            A dict from name to (low, high).

        Raises:
            ValueError: if `level` is not inside (0, 1) or there are no resamples.

        Source: the bootstrap over problems.
        """
        return intervals(self.samples, ("a", "gamma", "b"), level)


def fit_success_law(
    N: Numbers,
    n: Numbers,
    c: Numbers,
    tries: Numbers,
    *,
    N0: float = 1e9,
    bootstrap: int = 200,
    seed: int = 0,
) -> SuccessFit:
    """Fit success against size and tries to the counts of several models on the same problems.

    Least squares of ``ln(-ln s) = ln a - gamma ln(N / N_0) - b ln k``, s being the mean of
    `pass_at_k` over problems.  Points share their tries, so intervals come from resampling the
    problems, the same for all models.

    Args:
        N: parameters of each model, shape (models,), two sizes or more.
        n: tries on each problem, whole numbers, shape (models, problems).
        c: right ones among them, whole numbers, shape (models, problems).
        tries: tries to fit at, whole numbers up to the smallest n, shape (points,), two or more.
        N0: parameters at which a holds, above 0.
        bootstrap: how many resamples of the problems, 0 for none.
        seed: seeds the resampling.

    Returns:
        `SuccessFit` with `.law .misfit .samples .interval(level)`.

    Raises:
        ValueError: if an argument is out of its range, the shapes do not match, or some model
            has no right answer or all answers right at some number of tries.

    Source: ours (least squares); the counts in Brown et al. 2024.
    """
    N, N0 = positive("N", N), single("N0", positive("N0", N0))
    n, c = number("n", n, low=1.0, whole=True), nonnegative("c", c, whole=True)
    k = number("tries", tries, low=1.0, whole=True)
    resamples, generator = whole_number("bootstrap", bootstrap), random_generator("seed", seed)
    if np.ndim(n) != 2 or np.shape(n) != np.shape(c) or np.shape(N) != np.shape(n)[:1]:
        raise ValueError(
            f"N {np.shape(N)}, n {np.shape(n)}, c {np.shape(c)}: allowed are shapes (models,), "
            "(models, problems) and (models, problems)"
        )
    if np.ndim(k) != 1 or len(np.unique(k)) < 2 or len(np.unique(N)) < 2:
        raise ValueError(
            f"N = {N}, tries = {k}: allowed are two sizes or more and two numbers of tries or more"
        )
    table = np.asarray(pass_at_k(n[..., np.newaxis], c[..., np.newaxis], k))
    problems = n.shape[1]
    size, tried = (x.ravel() for x in np.meshgrid(np.log(N / N0), np.log(k), indexing="ij"))
    design = np.stack([np.ones_like(size), -size, -tried], axis=-1)
    solve = np.linalg.pinv(design)
    success = table.mean(axis=1)
    if np.any((success <= 0) | (success >= 1)):
        raise ValueError("c: allowed are counts whose mean success is inside (0, 1) at all tries")
    target = np.log(-np.log(success)).ravel()
    log_a, gamma, b = solve @ target
    misfit = np.sqrt(np.mean((design @ (log_a, gamma, b) - target) ** 2))
    weights = times_drawn(generator, problems, resamples) / problems
    drawn = np.einsum("rp,mpk->rmk", weights, table).reshape(resamples, len(target))
    # A resample may miss every problem that a model solves: it says nothing about the law.
    usable = drawn[np.all((drawn > 0) & (drawn < 1), axis=-1)]
    samples = np.log(-np.log(usable)) @ solve.T
    samples[:, 0] = np.exp(samples[:, 0])
    law = SuccessLaw(np.exp(log_a), gamma, b, N0, PYTHIA_SUCCESS.source)
    return SuccessFit(law, float(misfit), samples)


@dataclass(frozen=True)
class Paths:
    """What three paths to one goal cost, in FLOP; `inf` where a path does not lead there.

    Attributes:
        bigger: train a larger model, and pay its size at every answer.
        rl: train the skill in by reinforcement learning.
        retries: try several times at every answer, and check.
    """

    bigger: Numbers
    rl: Numbers
    retries: Numbers

    @property
    def lowest(self) -> Numbers:
        """Cost of the cheapest path, in FLOP: ``min(bigger, rl, retries)``."""
        return np.minimum(np.minimum(self.bigger, self.rl), self.retries)

    @property
    def cheapest(self) -> Numbers:
        """Name of the cheapest path: "bigger", "rl" or "retries".

        ``argmin(bigger, rl, retries)``.
        """
        by_rl = np.where(self.rl < self.bigger, "rl", "bigger")
        return np.where(self.retries <= np.minimum(self.bigger, self.rl), "retries", by_rl)[()]


SEARCH_WIDTH = 64.0
"""Tries whose coverage reinforcement learning can move into one try [tries].

Source: `thisbook`, illustrative.
"""

_HILL_8B = KHATRI_2025["8B"]
HILL_8B_FLOP = float(_HILL_8B.C_mid * FLOP_PER_GPU_HOUR)
"""Compute at the middle of the hill of an 8B model [FLOP].

Limits: one recipe, in hours of a GB200.
Source: `khatri2025`, Table 1; illustrative, since `FLOP_PER_GPU_HOUR` turns hours into FLOP.
"""

HILL_8B_PARAMETERS = 8e9
"""Size of the model that the hill was measured on [parameters].

Source: `khatri2025`.
"""


def path_costs(
    answers: Numbers,
    checker: Numbers,
    start: Numbers,
    goal: Numbers,
    *,
    law: SuccessLaw = PYTHIA_SUCCESS,
    N: Numbers = HILL_8B_PARAMETERS,
    D: Numbers = 15e12,
    tokens: Numbers = 2_000.0,
) -> Paths:
    """Price the same improvement three ways.

    Bigger: ``6 N D m + T c (m - 1)``, m being `law.size_factor`.  RL: a ceiling
    ``A = s_0 + v (coverage(64) - s_0)``, ``f = (s_1 - s_0) / (A - s_0)``, cost
    ``C_mid (f / (1 - f))^(1/B)``.  Retries: ``T c (k - 1)``, k reaching the coverage
    ``(s_1 - (1 - v) s_0) / v``.  One try costs ``c = 2 N tokens``.

    Args:
        answers: answers over the model's life, T, 0 or more.
        checker: quality of the checker, v, 0 to 1.
        start: success of one try now, s_0, inside (0, 1).
        goal: success wanted, s_1, inside (0, 1).
        law: success against size and tries.
        N: parameters of the present model.
        D: text that a model is trained on [tokens].
        tokens: length of an answer [tokens].

    Returns:
        `Paths` with `.bigger .rl .retries .cheapest`: `inf` where a path does not lead to the
        goal, 0 where the goal is reached already.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: ours, illustrative: three pure paths, no mixtures, memory left out.
    """
    T, v = nonnegative("answers", answers), fraction("checker", checker)
    s0, s1 = open_fraction("start", start), open_fraction("goal", goal)
    c, training = inference_flops(N, tokens), training_flops(N, D)
    if not isinstance(law, SuccessLaw):
        raise ValueError(f"law = {law!r}: allowed is a SuccessLaw")
    broadcastable_fields(law, answers=T, checker=v, start=s0, goal=s1, N=c, D=training)
    ahead = s1 > s0
    m = law.size_factor(s0, s1)
    bigger = training * m + T * c * (m - 1.0)
    gap = v * (law.coverage(s0, SEARCH_WIDTH) - s0)
    short = np.where(gap > 0, (s1 - s0) / np.where(gap > 0, gap, 1.0), 1.0)
    rl = FLOP_PER_GPU_HOUR * _HILL_8B.compute_for(np.clip(short, 0.0, 1.0))
    found = np.where(v > 0, (s1 - (1.0 - v) * s0) / np.where(v > 0, v, 1.0), 1.0)
    reachable = ahead & (found < 1.0)
    k = law.tries_needed(s0, np.where(reachable, found, s0))
    retries = np.where(reachable, T * c * (k - 1.0), np.inf)
    return Paths(*(np.where(ahead, cost, 0.0)[()] for cost in (bigger, rl, retries)))


@dataclass(frozen=True)
class Borders:
    """Answers over a model's life at which the cheapest of three paths changes.

    Attributes:
        retries: retries are cheapest up to here; 0 if nowhere, `inf` if always.
        rl: reinforcement learning is cheapest from here on; `inf` if nowhere.
    """

    retries: Numbers
    rl: Numbers


_MANY = 1e12


def path_borders(
    checker: Numbers,
    start: Numbers,
    goal: Numbers,
    *,
    law: SuccessLaw = PYTHIA_SUCCESS,
    N: Numbers = HILL_8B_PARAMETERS,
    D: Numbers = 15e12,
    tokens: Numbers = 2_000.0,
) -> Borders:
    """Where the map of `path_costs` changes hands, in closed form.

    Retries cost ``r T``, RL costs C_RL, a bigger model ``a + b T``: retries lead up to the smaller
    of ``C_RL / r`` and ``a / (r - b)``, RL from the larger of ``C_RL / r`` and ``(C_RL - a) / b``
    on, and what is left is the bigger model's.

    Args:
        checker: quality of the checker, v, 0 to 1.
        start: success of one try now, s_0, inside (0, 1).
        goal: success wanted, s_1, inside (0, 1).
        law: success against size and tries.
        N: parameters of the present model.
        D: tokens that a model is trained on.
        tokens: tokens an answer.

    Returns:
        `Borders` with `.retries .rl`; `inf` and `inf` where the goal is reached already.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: ours, illustrative: `path_costs` solved for the answers.
    """
    same: dict[str, Any] = {"law": law, "N": N, "D": D, "tokens": tokens}
    # a bigger model's answers are small beside its training: many of them, so that both count
    none, many = (path_costs(T, checker, start, goal, **same) for T in (0.0, _MANY))
    once, each = none.bigger, (many.bigger - none.bigger) / _MANY
    ahead, leads = once > 0, np.isfinite(many.retries)
    rate = np.where(ahead & leads, many.retries / _MANY, 1.0)
    dearer = rate > each
    to_bigger = np.where(dearer, once / np.where(dearer, rate - each, 1.0), np.inf)
    to_rl = np.where(leads, many.rl / rate, 0.0)
    past_bigger = (many.rl - once) / np.where(ahead, each, 1.0)
    retries = np.where(leads, np.minimum(to_rl, to_bigger), 0.0)
    rl = np.maximum(np.maximum(to_rl, past_bigger), 0.0)
    return Borders(*(np.where(ahead, border, np.inf)[()] for border in (retries, rl)))


# ---- a lab that splits its budget --------------------------------------------------------------

LAWS = ("pretraining", "rl", "thinking")
"""Where compute can go, in the order of the chapters [names].

Source: `thisbook`, the three laws.
"""


@dataclass(frozen=True)
class Split:
    """One number for each of the three laws: compute, shares of it, or what it is worth."""

    pretraining: Numbers
    rl: Numbers
    thinking: Numbers


_LAB_SOURCE = SOURCES["thisbook"].at("a lab that splits its budget")

FLOP_PER_SQUARED_SIZE = 1_800.0
"""Pre-training compute over the square of the active parameters [FLOP/parameters^2].

Limits: 300 tokens for each active parameter, in the models of the lab.
Source: `thisbook`, illustrative.
"""

LAB_PRETRAINING_EXPONENT = 0.18
"""Exponent of minus the logarithm of success in the lab's pre-training compute [dimensionless].

Source: `thisbook`, illustrative; close to the exponent of the frontier in `besiroglu2024`.
"""


@dataclass(frozen=True)
class Service:
    """What a lab's three purses buy: a model, its skills, and time to think for each answer.

    Pre-training C gives a success ``s_0 = start^((C / reference)^-0.18)`` and a model of
    ``(C / 1800)^(1/2)`` active parameters.  Each skill has its own hill, of 8B's shape and scaled
    with size, to ``s_0 + v (coverage(64) - s_0)``.  Thinking buys k tries an answer, which gain by
    half the exponent where the hills are climbed; with k below 1 a share of the askers waits.

    Attributes:
        checker: quality of the checker, v, 0 to 1 [dimensionless].
        skills: how many skills need a hill of their own, above 0 [skills].
        start: success of one try at `reference`, inside (0, 1) [dimensionless].
        reference: pre-training compute at which `start` holds [FLOP].
        tokens: length of a try [tokens].
        tries_exponent: exponent b of tries, above 0 [dimensionless].
        source: ours, illustrative: nothing here is fitted but b and the hill.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: ours, illustrative.
    """

    checker: Numbers = 0.8
    skills: Numbers = 100.0
    start: Numbers = float(np.exp(-1.6))
    reference: Numbers = 2e25
    tokens: Numbers = 1_000.0
    tries_exponent: Numbers = PYTHIA_SUCCESS.b
    source: Source = _LAB_SOURCE

    def __post_init__(self) -> None:
        check_fields(
            self,
            checker=fraction,
            skills=positive,
            start=open_fraction,
            reference=positive,
            tokens=positive,
            tries_exponent=positive,
        )

    def outcome(
        self, pretraining: Numbers, rl: Numbers, thinking: Numbers, answers: Numbers
    ) -> Outcome:
        """What the three purses give to a number of askers.

        With ``N = (C / 1800)^(1/2)`` and ``k = thinking / (answers 2 N tokens)``:
        ``served = min(k, 1)``; ``accuracy = s + v (s^(max(k, 1)^-b') - s)`` where
        ``s = s_0 + f v (s_0^(64^-b) - s_0)``, f is the share of the hill that `rl` climbs,
        ``f = 1 / (1 + (C_mid / rl)^B)``, and ``b' = b (1 - f / 2)``.

        Args:
            pretraining: compute of pre-training in FLOP, 0 or more; without any there is no model
                and nothing is right.
            rl: compute of reinforcement learning in FLOP, 0 or more.
            thinking: compute of answering in FLOP, 0 or more.
            answers: how many ask, above 0.

        Returns:
            An `Outcome` with `.served .accuracy .right`.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        pretraining, rl = nonnegative("pretraining", pretraining), nonnegative("rl", rl)
        thinking, answers = nonnegative("thinking", thinking), positive("answers", answers)
        broadcastable_fields(
            self, pretraining=pretraining, rl=rl, thinking=thinking, answers=answers
        )
        trained = np.maximum(pretraining, 1.0)
        size = np.sqrt(trained / FLOP_PER_SQUARED_SIZE)
        base = self.start ** ((trained / self.reference) ** -LAB_PRETRAINING_EXPONENT)
        middle = HILL_8B_FLOP * self.skills * (size / HILL_8B_PARAMETERS)
        climbed = RLComputeLaw(0.0, 1.0, middle, _HILL_8B.B).gain_share(np.maximum(rl, 1.0))
        within_reach = self._chosen(base, SEARCH_WIDTH, self.tries_exponent)
        skilled = base + climbed * (within_reach - base)
        tries = thinking / (answers * inference_flops(size, self.tokens))
        left = self.tries_exponent * (1.0 - 0.5 * climbed)
        accuracy = self._chosen(skilled, np.maximum(tries, 1.0), left)
        return Outcome(np.minimum(tries, 1.0), np.where(pretraining > 0, accuracy, 0.0)[()])

    def _chosen(self, single: Any, tries: Any, exponent: Any) -> Any:
        """Success of the answer that the checker picks among some tries."""
        return returned_success(single, single ** (tries**-exponent), self.checker)


@dataclass(frozen=True)
class Outcome:
    """What the askers of a service get.

    Attributes:
        served: share of the askers that get an answer.
        accuracy: share of the answers that are right.
    """

    served: Numbers
    accuracy: Numbers

    @property
    def right(self) -> Numbers:
        """Share of the askers that get a right answer: ``served x accuracy``."""
        return self.served * self.accuracy

    @property
    def turned_away(self) -> Numbers:
        """Share of the askers that get no answer: ``1 - served``."""
        return 1.0 - self.served

    @property
    def wrong(self) -> Numbers:
        """Share of the askers that get a wrong answer: ``served (1 - accuracy)``."""
        return self.served * (1.0 - self.accuracy)


@dataclass(frozen=True)
class Lab:
    """A lab over some years: what it can spend, and how many ask.

    ``budget g^t`` FLOP and ``answers d^t`` askers in year t = 0, 1, 2, ...; what is not spent on
    training goes to answering, and nothing is carried over.

    Attributes:
        budget: compute of year 0, above 0 [FLOP].
        budget_growth: g, above 0 [×/year].
        answers: askers of year 0, above 0 [answers].
        answers_growth: d, above 0 [×/year].
        service: what the purses buy.
        source: ours, illustrative.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: ours, illustrative: nothing here is fitted.
    """

    budget: Numbers = 4e27
    budget_growth: Numbers = 3.0
    answers: Numbers = 4e11
    answers_growth: Numbers = 2.0
    service: Service = field(default_factory=Service)
    source: Source = _LAB_SOURCE

    def __post_init__(self) -> None:
        check_fields(
            self,
            budget=positive,
            budget_growth=positive,
            answers=positive,
            answers_growth=positive,
        )
        if not isinstance(self.service, Service):
            raise ValueError(f"service = {self.service!r}: allowed is a Service")


MOST_TRAINING = 0.97
"""Largest share of a budget that the two kinds of training can take together [dimensionless].

Source: `thisbook`, illustrative.
"""


def run_lab(
    pretraining: Numbers, rl: Numbers, lab: Lab | None = None, *, years: int = 10
) -> Outcome:
    """Run a lab for some years with one split of its budgets.

    In year t the budget is ``budget g^t`` and is spent as ``(q_C, q_RL, 1 - q_C - q_RL)`` by
    `Service.outcome`.  Shares of training that come to more than 0.97 together are scaled down to
    it.

    Args:
        pretraining: share of each year's budget for pre-training, 0 to 1, shape s.
        rl: share for reinforcement learning, 0 to 1, shape s.
        lab: the lab; the book's by default.
        years: how many years, 1 or more.

    Returns:
        An `Outcome` of shape s + (years,); ``np.mean(.right, axis=-1)`` is the lab's score.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: ours, illustrative.
    """
    pretraining, rl = fraction("pretraining", pretraining), fraction("rl", rl)
    lab, t = _lab(lab), _years(years)
    broadcastable_fields(lab, pretraining=pretraining, rl=rl)
    scale = 1.0 / np.maximum(1.0, (pretraining + rl) / MOST_TRAINING)
    return _spend(column(pretraining * scale), column(rl * scale), _wide(lab), t)


SPLIT_STEP = 0.05
"""Step of the shares that `best_split` tries [dimensionless].

Source: `thisbook`, a setting of the code.
"""


def _splits() -> np.ndarray:
    """All splits among the three laws in steps of 0.05, shape (3, 231)."""
    steps = round(1.0 / SPLIT_STEP)
    pairs = [(i, j, steps - i - j) for i in range(steps + 1) for j in range(steps + 1 - i)]
    return np.array(pairs, float).T / steps


_SPLITS = _splits()
_SERVING_SPLITS = _SPLITS[:, _SPLITS[2] > 0]


@dataclass(frozen=True)
class BestSplit:
    """The split that serves best, to a step of 0.05: a share of 0.05 means 5 % or less.

    Attributes:
        share: the three shares.
        right: share of the askers that get a right answer with it.
    """

    share: Split
    right: Numbers


def best_split(lab: Lab | None = None, *, years: int = 10, constant: bool = True) -> BestSplit:
    """The best split of a lab's budgets, among 210.

    ``max over q of mean_t right(q, t)``, or of ``right(q, t)`` for each year t, with the shares q
    in steps of 0.05.

    Args:
        lab: the lab, its fields of shape s; the book's by default.
        years: how many years, 1 or more.
        constant: one split for all years; if not, each year's own.

    Returns:
        A `BestSplit` of shape s, or s + (years,) if each year has its own.

    Raises:
        ValueError: if an argument is out of its range.

    Source: ours, illustrative.
    """
    lab, t = _lab(lab), _years(years)
    pretraining, rl, *_ = _SERVING_SPLITS
    right = _spend(pretraining, rl, _wide(_wide(lab)), t[:, np.newaxis]).right
    return _best(np.mean(right, axis=-2) if constant else right, _SERVING_SPLITS)


def _spend(pretraining: Any, rl: Any, lab: Lab, t: np.ndarray) -> Outcome:
    budget = lab.budget * lab.budget_growth**t
    answers = lab.answers * lab.answers_growth**t
    rest = 1.0 - pretraining - rl
    return lab.service.outcome(pretraining * budget, rl * budget, rest * budget, answers)


def _best(right: Any, splits: np.ndarray) -> BestSplit:
    """The best of some splits, which lie along the last axis of `right`; the first of a tie."""
    # an index can't be recorded, weights of 0 and 1 can
    best = column(np.argmax(right, axis=-1))
    chosen = np.where(np.arange(splits.shape[-1]) == best, 1.0, 0.0)
    shares = (np.sum(chosen * share, axis=-1) for share in splits)
    return BestSplit(Split(*shares), np.max(right, axis=-1))


def _lab(lab: Any) -> Lab:
    if lab is None:
        return Lab()
    if not isinstance(lab, Lab):
        raise ValueError(f"lab = {lab!r}: allowed is a Lab")
    return lab


def _years(years: Any) -> np.ndarray:
    return np.arange(float(whole_number("years", years, low=1)))


def _wide(record: Any) -> Any:
    """A record, and the records in it, with an axis at the end of every array."""
    values = {item.name: getattr(record, item.name) for item in fields(record)}
    wider = {name: column(x) for name, x in values.items() if has_shape(x)}
    inner = {name: _wide(x) for name, x in values.items() if isinstance(x, Service)}
    return replace(record, **wider, **inner)


# ---- where the next FLOP goes ------------------------------------------------------------------


@dataclass(frozen=True)
class LabState:
    """Where a lab stands: what it has spent, who asks, and how well it can check.

    Its success grows with further pre-training as ``success^((C / pretraining)^-0.18)``.

    Attributes:
        pretraining: compute spent on pre-training so far, FLOP, above 0.
        rl: compute spent on reinforcement learning so far, FLOP, 0 or more.
        thinking: compute set aside for answering so far, FLOP, 0 or more.
        answers: how many ask, above 0.
        checker: quality of the checker, 0 to 1.
        success: success of one try of the pre-trained model, inside (0, 1).
        skills: how many skills need a hill of their own, above 0 [skills].

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: ours, illustrative.
    """

    pretraining: Numbers
    rl: Numbers
    thinking: Numbers
    answers: Numbers
    checker: Numbers
    success: Numbers
    skills: Numbers = 100.0

    def __post_init__(self) -> None:
        check_fields(
            self,
            pretraining=positive,
            rl=nonnegative,
            thinking=nonnegative,
            answers=positive,
            checker=fraction,
            success=open_fraction,
            skills=positive,
        )

    def right(
        self, pretraining: Numbers = 0.0, rl: Numbers = 0.0, thinking: Numbers = 0.0
    ) -> Numbers:
        """Right answers if this much more went into each law.

        ``answers right(C + dC, RL + dRL, thinking + dthinking)``, by `Service.outcome`.

        Args:
            pretraining: further compute for pre-training in FLOP, 0 or more.
            rl: further compute for reinforcement learning in FLOP, 0 or more.
            thinking: further compute for answering in FLOP, 0 or more.

        Returns:
            A number of right answers.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: ours, illustrative; `Service` holds the model.
        """
        service = Service(self.checker, self.skills, self.success, self.pretraining)
        pretraining = self.pretraining + nonnegative("pretraining", pretraining)
        rl = self.rl + nonnegative("rl", rl)
        thinking = self.thinking + nonnegative("thinking", thinking)
        return self.answers * service.outcome(pretraining, rl, thinking, self.answers).right


@dataclass(frozen=True)
class NextFlop:
    """Where the next compute goes.

    Attributes:
        share: the best split of the budget, to a step of 0.05.
        marginal: right answers that one more FLOP in each law brings, below 0 where it hurts (a
            larger model makes every answer dearer).
    """

    share: Split
    marginal: Split

    @property
    def dominates(self) -> Numbers:
        """The law in which one more FLOP is worth most: "pretraining", "rl" or "thinking".

        ``argmax(marginal.pretraining, marginal.rl, marginal.thinking)``.
        """
        m = self.marginal
        trained = np.where(m.pretraining > m.rl, "pretraining", "rl")
        return np.where(m.thinking > np.maximum(m.pretraining, m.rl), "thinking", trained)[()]


_NEXT = 1e-5
"""Step of the forward difference, as a share of what has been spent on a law."""

_LEAST = 1e-6
"""What counts as spent on a law at least, as a share of what has been spent in all."""


def allocate(budget: Numbers, state: LabState) -> NextFlop:
    """Split the next compute among the three laws, and say what a FLOP is worth in each.

    Marginal values are ``(right(C + h) - right(C)) / h`` with h a hundred-thousandth of the
    compute spent on the law; shares are the best of 231 splits of the budget, in steps of 0.05.

    Args:
        budget: compute to place, in FLOP, above 0.
        state: where the lab stands.

    Returns:
        `NextFlop` with `.share .marginal .dominates`.

    Raises:
        ValueError: if the budget is not above 0 and finite, `state` is not a `LabState`, or the
            shapes do not broadcast.

    Source: ours, illustrative.
    """
    budget = positive("budget", budget)
    if not isinstance(state, LabState):
        raise ValueError(f"state = {state!r}: allowed is a LabState")
    broadcastable_fields(state, budget=budget)
    least = _LEAST * (state.pretraining + state.rl + state.thinking)
    now = state.right()
    marginal = {}
    for name in LAWS:
        step = _NEXT * np.maximum(getattr(state, name), least)
        marginal[name] = (state.right(**{name: step}) - now) / step
    extra = (share * column(budget) for share in _SPLITS)
    right = _wide(state).right(*extra)
    return NextFlop(_best(right, _SPLITS).share, Split(**marginal))
