"""Test time: what a second try is worth, and what it costs.

Read from top to bottom this is chapter 3: trying again (the unbiased estimate of coverage, its
power law and the mixture of problems that makes one), telling right from wrong (checkers and
votes), long chains and trees of steps, the arithmetic of "100 times", and the exchange between
training and thinking.

Units: probabilities and shares 0 to 1, tries k, parameters N, tokens, compute in FLOP.  Every
formula broadcasts and uses ufuncs and reductions only, so that it can also be recorded
symbolically, except the exact `plurality_vote`; what fits reports intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from scaling_core import _special as special
from scaling_core._bisection import bisect
from scaling_core._bootstrap import intervals, times_drawn
from scaling_core._checks import (
    broadcastable,
    broadcastable_fields,
    check_fields,
    choice,
    distribution,
    fraction,
    is_traced,
    nonnegative,
    number,
    open_fraction,
    positive,
    random_generator,
    same_length,
    tails,
    whole_number,
)
from scaling_core._quadrature import normal_nodes
from scaling_core._types import Numbers
from scaling_core.pretraining import inference_flops, training_flops
from scaling_core.sources import SOURCES, Source

# ---- trying again ------------------------------------------------------------------------------

_TINY = 1e-300
_SERIES_FROM = 16.0
_HALF_LOG_2PI = 0.5 * np.log(2.0 * np.pi)


def repeated_coverage(p: Numbers, k: Numbers) -> Numbers:
    """Probability that at least one of k independent tries is right.

    ``1 - (1 - p)^k``.

    Args:
        p: probability that one try is right, 0 to 1.
        k: tries, 0 or more (need not be whole).

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: independence.
    """
    p, k = fraction("p", p), nonnegative("k", k)
    broadcastable(p=p, k=k)
    return 0.0 - np.expm1(special.xlog1py(k, -p))


def pass_at_k(n: Numbers, c: Numbers, k: Numbers) -> Numbers:
    """Unbiased estimate of the probability that at least one of k tries is right.

    ``1 - C(n - c, k) / C(n, k)``: the share of the sets of k among the n recorded tries that hold
    a right one.  ``1 - (1 - c/n)^k`` would be too low.  The large terms of the logarithms of the
    factorials cancel before they are computed: right to 10 digits for tens of thousands of tries.

    Args:
        n: tries recorded, a whole number of at least 1.
        c: how many of them are right, a whole number up to n.
        k: tries allowed, a whole number from 1 to n.

    Returns:
        A probability, in the shape that n, c and k broadcast to.

    Raises:
        ValueError: if an argument is no whole number in its range, or the shapes do not broadcast.

    Source: Chen et al. 2021, eq. 1.

    >>> round(float(pass_at_k(5, 2, 2)), 12)
    0.7
    """
    n = number("n", n, low=1.0, whole=True)
    c = nonnegative("c", c, whole=True)
    k = number("k", k, low=1.0, whole=True)
    broadcastable(n=n, c=c, k=k)
    _at_most("c", c, "n", n)
    _at_most("k", k, "n", n)
    drawn = np.minimum(k, n - c)
    return np.where(k > n - c, 1.0, 0.0 - np.expm1(_log_miss(n - c - drawn + 1.0, c, drawn)))[()]


def _at_most(name: str, value: Any, limit_name: str, limit: Any) -> None:
    if not is_traced(value) and not is_traced(limit) and np.any(value > limit):
        worst = np.max(np.where(value > limit, value, -np.inf))
        raise ValueError(f"{name} = {worst:g}: allowed is at most {limit_name}")


def _log_miss(y: Any, c: Any, k: Any) -> Any:
    """``ln[Gamma(y + c) Gamma(y + k) / (Gamma(y) Gamma(y + c + k))]`` without cancellation.

    With Stirling's formula ``ln Gamma(y) = (y - 1/2) ln y - y + ln(2 pi) / 2 + r(y)`` the large
    terms combine to logarithms of ratios, and only the small rests r are subtracted.
    """
    # what is left of the large terms is of the size of the first, so the smaller comes first
    c, k = np.minimum(c, k), np.maximum(c, k)
    leading = (
        (y + c - 0.5) * np.log1p(c / y)
        - (y + c + k - 0.5) * np.log1p(c / (y + k))
        - c * np.log1p(k / y)
    )
    return leading + (_rest(y + k) - _rest(y)) + (_rest(y + c) - _rest(y + c + k))


def _rest(y: Any) -> Any:
    """What Stirling's formula leaves of ``ln Gamma(y)``, for y above 0."""
    small, large = np.minimum(y, _SERIES_FROM), np.maximum(y, _SERIES_FROM)
    direct = special.gammaln(small) - (small - 0.5) * np.log(small) + small - _HALF_LOG_2PI
    square = large * large
    series = (
        1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square
    ) / large
    return np.where(y < _SERIES_FROM, direct, series)


def coverage_power_law(k: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Coverage of a set of problems against tries, as a power law of its logarithm.

    ``c(k) = exp(a k^b)``.

    Args:
        k: tries, above 0.
        a: logarithm of the coverage at one try, 0 or less.
        b: exponent, 0 or less.

    Returns:
        Share of problems with at least one right answer.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Brown et al. 2024, eq. 3.
    """
    k = positive("k", k)
    a, b = number("a", a, high=0.0), number("b", b, high=0.0)
    broadcastable(k=k, a=a, b=b)
    return np.exp(a * k**b)


@dataclass(frozen=True, eq=False)
class CoverageFit:
    """A power law of coverage fitted to counts of right answers: ``c(k) = exp(a k^b)``.

    Attributes:
        a: logarithm of the fitted coverage at one try.
        b: exponent.
        k: tries at which coverage was measured, shape (points,).
        coverage: unbiased mean over problems at each k, shape (points,).
        samples: refits to resampled problems, columns a, b.
    """

    a: float
    b: float
    k: np.ndarray
    coverage: np.ndarray
    samples: np.ndarray

    def predict(self, k: Numbers) -> Numbers:
        """Fitted coverage after k tries: `coverage_power_law`.

        ``exp(a k^b)``.

        Args:
            k: tries, above 0.

        Returns:
            Share of problems.

        Raises:
            ValueError: if k is not positive and finite.

        Source: Brown et al. 2024, eq. 3.
        """
        return coverage_power_law(k, self.a, self.b)

    @property
    def largest_error(self) -> float:
        """Largest distance between fitted and measured coverage: ``max_i |c(k_i) - c_i|``."""
        return float(np.max(np.abs(self.predict(self.k) - self.coverage)))

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Lower and upper end of a and b over resampled problems.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of each column of `samples`.

        Args:
            level: coverage of the interval, between 0 and 1.

        Returns:
            A pair for "a" and for "b", without unit.

        Raises:
            ValueError: if the level is not between 0 and 1, or there are no samples.

        Source: the bootstrap over problems.
        """
        return intervals(self.samples, ("a", "b"), level)


def fit_coverage_power_law(
    n: Numbers, c: Numbers, k: Numbers | None = None, *, bootstrap: int = 200, seed: int = 0
) -> CoverageFit:
    """Fit the power law of coverage to the right answers of a set of problems.

    Least squares of ``ln(-ln coverage) = ln(-a) + b ln k``, coverage being the mean of
    `pass_at_k` over problems.  Points at different k share their tries, so intervals come from
    resampling the problems, not from the scatter around the line.

    Args:
        n: tries on each problem, whole numbers, shape (problems,).
        c: right ones among them, whole numbers, shape (problems,).
        k: tries to fit at, whole numbers up to the smallest n; 41 in equal ratios if left out.
        bootstrap: how many resamples of the problems, 0 for none.
        seed: seeds the resampling.

    Returns:
        a, b, the measured points, the refits and `.interval`.

    Raises:
        ValueError: if an argument is out of its range, the arrays differ in length, or coverage
            lies strictly between 0 and 1 at fewer than two k.

    Source: Brown et al. 2024, eq. 2.
    """
    n, c = number("n", n, low=1.0, whole=True), nonnegative("c", c, whole=True)
    same_length(n=n, c=c)
    if k is None:
        k = np.unique(np.rint(np.geomspace(1.0, n.min(), 41)))
    k = np.atleast_1d(number("k", k, low=1.0, whole=True))
    resamples = whole_number("bootstrap", bootstrap)
    generator = random_generator("seed", seed)
    table = np.asarray(pass_at_k(n[:, np.newaxis], c[:, np.newaxis], k))
    coverage = table.mean(axis=0)
    fit = _power_law_of_coverage(k, coverage)
    if fit is None:
        raise ValueError(f"coverage = {coverage[0]:g}: allowed are two k with 0 < coverage < 1")
    refits = []
    for _ in range(resamples):
        drawn = table[generator.integers(0, n.size, n.size)].mean(axis=0)
        refits.append(_power_law_of_coverage(k, drawn) or fit)
    return CoverageFit(*fit, k, coverage, np.array(refits).reshape(-1, 2))


def _power_law_of_coverage(k: np.ndarray, coverage: np.ndarray) -> tuple[float, float] | None:
    inside = (coverage > 0.0) & (coverage < 1.0)
    if np.unique(k[inside]).size < 2:
        return None
    b, log_a = np.polyfit(np.log(k[inside]), np.log(-np.log(coverage[inside])), 1)
    return -float(np.exp(log_a)), float(b)


@dataclass(frozen=True, eq=False)
class TriesByModel:
    """Counts of right answers of several models to the same problems.

    Attributes:
        models: names, in the order in which they were given.
        problems: names, in the order in which the first model was given them.
        n: tries, shape (models, problems).
        c: right ones among them, shape (models, problems).
    """

    models: tuple[str, ...]
    problems: tuple[str, ...]
    n: np.ndarray
    c: np.ndarray


def tries_by_model(model: Numbers, problem: Numbers, n: Numbers, c: Numbers) -> TriesByModel:
    """Arrange a table of one row a model and problem, so that a column is a problem.

    ``n_ij = sum n`` and ``c_ij = sum c`` over the rows of model i and problem j, of which there
    may be several, say one a seed.

    Args:
        model: names, shape (rows,).
        problem: names, shape (rows,).
        n: tries, whole numbers of at least 1, shape (rows,).
        c: right ones among them, whole numbers up to n, shape (rows,).

    Returns:
        A `TriesByModel`.

    Raises:
        ValueError: if an argument is out of its range, the columns differ in length, or a model
            was not given every problem.

    Source: none; it only arranges.

    >>> tries_by_model(["A", "B"], ["x", "x"], [10, 10], [1, 3]).c.tolist()
    [[1.0], [3.0]]
    """
    n, c = number("n", n, low=1.0, whole=True), nonnegative("c", c, whole=True)
    same_length(n=n, c=c)
    _at_most("c", c, "n", n)
    rows = [np.asarray(column, dtype=str) for column in (model, problem)]
    for name, column in zip(("model", "problem"), rows, strict=True):
        if column.shape != n.shape:
            raise ValueError(f"{name} has shape {column.shape}: allowed is that of n, {n.shape}")
    models, problems = (tuple(dict.fromkeys(column.tolist())) for column in rows)
    table = np.zeros((2, len(models), len(problems)))
    i = [models.index(name) for name in rows[0].tolist()]
    j = [problems.index(name) for name in rows[1].tolist()]
    np.add.at(table, (0, i, j), n)
    np.add.at(table, (1, i, j), c)
    if np.any(table[0] == 0.0):
        k, m = np.argwhere(table[0] == 0.0)[0]
        raise ValueError(f"problem {problems[m]!r} is missing for {models[k]!r}: allowed is none")
    return TriesByModel(models, problems, *table)


# ---- why coverage is a power law ---------------------------------------------------------------


@dataclass(frozen=True)
class PowerMixture:
    """Problems whose chances of one right try pile up near 0 as a power.

    ``p = p_max u^(1/alpha)`` with u even between 0 and 1, so that the density of p near 0 is
    ``~ p^(alpha - 1)``; a share z of problems can never be solved.  Each problem's failures fall
    exponentially with tries, their mean as ``k^-alpha``.

    Attributes:
        alpha: exponent, above 0: the smaller, the more problems are nearly impossible
            [dimensionless].
        p_max: chance of the easiest problem, above 0, up to 1 [dimensionless].
        zeros: z, share of problems that no try solves, 0 to 1 [dimensionless].
        source: where the argument was printed.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: Schaeffer et al. 2025, section 3, with a pure power as the simplest distribution.
    """

    alpha: Numbers
    p_max: Numbers = 1.0
    zeros: Numbers = 0.0
    source: Source = SOURCES["schaeffer2025"]

    def __post_init__(self) -> None:
        check_fields(self, alpha=positive, p_max=partial(fraction, open_low=True), zeros=fraction)

    def unsolved(self, k: Numbers) -> Numbers:
        """Expected share of problems without a right answer after k tries.

        ``z + (1 - z) alpha p_max^-alpha B(alpha, k + 1) I_(p_max)(alpha, k + 1)``: the mean of
        ``(1 - p)^k`` in closed form.

        Args:
            k: tries, 0 or more (need not be whole).

        Returns:
            A share.

        Raises:
            ValueError: if k is negative or not finite, or its shape does not broadcast.

        Source: Schaeffer et al. 2025, theorem 3.1.
        """
        k = nonnegative("k", k)
        broadcastable_fields(self, k=k)
        log_scale = np.log(self.alpha) - self.alpha * np.log(self.p_max)
        complete = np.exp(log_scale + special.betaln(self.alpha, k + 1.0))
        mean = complete * special.betainc(self.alpha, k + 1.0, self.p_max)
        return self.zeros + (1.0 - self.zeros) * mean

    def asymptote(self, k: Numbers) -> Numbers:
        """The power law that the unsolved share tends to.

        ``z + (1 - z) Gamma(1 + alpha) (k p_max)^-alpha``.

        Args:
            k: tries, above 0.

        Returns:
            A share where k is large; above 1 where it is not.

        Raises:
            ValueError: if k is not positive and finite, or its shape does not broadcast.

        Source: Schaeffer et al. 2025, theorem 3.1.
        """
        k = positive("k", k)
        broadcastable_fields(self, k=k)
        power = np.exp(special.gammaln(1.0 + self.alpha) - self.alpha * np.log(k * self.p_max))
        return self.zeros + (1.0 - self.zeros) * power

    def chances(self, count: int) -> Numbers:
        """Chances of one right try for an even sample of the solvable problems, hardest first.

        ``p_max ((i - 1/2) / count)^(1/alpha)`` for i = 1 to count, along a new last axis.

        Args:
            count: how many problems, a whole number of at least 1.

        Returns:
            Probabilities; the mean of ``(1 - p)^k`` over some hundreds of them is `unsolved`.

        Raises:
            ValueError: if the count is no whole number of at least 1.

        Source: Schaeffer et al. 2025, theorem 3.1.
        """
        count = whole_number("count", count, low=1)
        middle = (np.arange(count) + 0.5) / count
        p_max, alpha = self.p_max[..., np.newaxis], self.alpha[..., np.newaxis]  # type: ignore[index]
        return p_max * middle ** (1.0 / alpha)

    def tries_to_halve(self) -> Numbers:
        """How many times as many tries halve what is unsolved and solvable: ``2^(1/alpha)``.

        Returns:
            A factor, right where k is large.

        Source: Schaeffer et al. 2025, theorem 3.1.
        """
        return 2.0 ** (1.0 / self.alpha)


def beta_coverage(k: Numbers, alpha: Numbers, beta: Numbers, zeros: Numbers = 0.0) -> Numbers:
    """Coverage after k tries when the problems' chances are beta distributed.

    ``(1 - z)(1 - B(alpha, beta + k) / B(alpha, beta))``, which is ``(1 - z)(1 - E[(1 - p)^k])``;
    for large k the unsolved share falls as ``k^-alpha``.

    Args:
        k: tries, 0 or more (need not be whole).
        alpha: first shape of the beta distribution, above 0.
        beta: second shape, above 0.
        zeros: z, share of problems that no try solves, 0 to 1.

    Returns:
        Expected share of problems with at least one right answer.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Schaeffer et al. 2025, section 3.
    """
    k = nonnegative("k", k)
    alpha, beta, zeros = positive("alpha", alpha), positive("beta", beta), fraction("zeros", zeros)
    broadcastable(k=k, alpha=alpha, beta=beta, zeros=zeros)
    return (1.0 - zeros) * (0.0 - np.expm1(_log_miss(beta, alpha, k)))


_LOG_SHAPE_BOUND = 14.0
_MOST_ZEROS = 1.0 - 1e-9
_LIKELIHOOD_ROUNDING = 1e-6
_LARGEST_EXPONENT = 600.0


@dataclass(frozen=True, eq=False)
class BetaCoverageFit:
    """A beta-binomial with zero inflation, fitted by maximum likelihood.

    ``P(c) = (1 - z) C(n, c) B(c + alpha, n - c + beta) / B(alpha, beta)``, plus z at c = 0.

    Attributes:
        alpha: first shape: the exponent at which the unsolved share falls in the end.
        beta: second shape.
        zeros: share of problems that no try solves.
        log_likelihood: at the maximum, in nats.
        n: tries on each problem.
        c: right ones among them.
        zero_inflation: whether the zeros were free.
    """

    alpha: float
    beta: float
    zeros: float
    log_likelihood: float
    n: np.ndarray
    c: np.ndarray
    zero_inflation: bool

    def coverage(self, k: Numbers) -> Numbers:
        """Fitted coverage after k tries: `beta_coverage`.

        ``(1 - z)(1 - B(alpha, beta + k) / B(alpha, beta))``.

        Args:
            k: tries, 0 or more.

        Returns:
            Expected share of problems.

        Raises:
            ValueError: if k is negative or not finite.

        Source: Schaeffer et al. 2025, section 5.
        """
        return beta_coverage(k, self.alpha, self.beta, self.zeros)

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Lower and upper end of each parameter, from its profile likelihood.

        A value v belongs to the interval if ``2 (l_max - l(v)) <= chi^2_1(level)``, l(v) being the
        logarithm of the likelihood with the other parameters at their best.

        Args:
            level: coverage of the interval, between 0 and 1.

        Returns:
            A pair for "alpha", "beta" and, if they were free, "zeros", without unit; 0 or `inf`
            for an end that the data leave open.

        Raises:
            ValueError: if the level is not between 0 and 1.

        Source: the likelihood ratio.
        """
        drop = special.ndtri(tails(level)[1]) ** 2 / 2.0
        best = np.array([np.log(self.alpha), np.log(self.beta), self.zeros])
        ends = {}
        for index, name in enumerate(("alpha", "beta", "zeros")[: 2 + self.zero_inflation]):
            low, high = self._bounds(index)
            pair = (
                self._crossing(index, best, low, drop),
                self._crossing(index, best, high, drop),
            )
            first, last = pair if name == "zeros" else np.exp(pair)
            ends[name] = float(first), float(last)
        return ends

    def _bounds(self, index: int) -> tuple[float, float]:
        return (0.0, _MOST_ZEROS) if index == 2 else (-_LOG_SHAPE_BOUND, _LOG_SHAPE_BOUND)

    def _crossing(self, index: int, best: np.ndarray, bound: float, drop: float) -> float:
        from scipy.optimize import brentq  # slow to import, needed by fits only

        def excess(value: float) -> float:
            fixed = {index: value}
            if not self.zero_inflation:
                fixed[2] = 0.0
            found = _maximise(self.n, self.c, best, fixed)
            return self.log_likelihood - found[1] - drop

        if excess(bound) <= 0.0:
            return bound if index == 2 else float(np.copysign(np.inf, bound))
        return float(brentq(excess, best[index], bound, xtol=1e-6, rtol=1e-8))


def fit_beta_coverage(n: Numbers, c: Numbers, *, zero_inflation: bool = True) -> BetaCoverageFit:
    """Fit the chances of a set of problems from how often each was solved.

    Maximum likelihood of a beta-binomial in which a share z of the problems is never solved:
    ``P(c) = (1 - z) C(n, c) B(c + alpha, n - c + beta) / B(alpha, beta)``, plus z at c = 0.

    Args:
        n: tries on each problem, whole numbers of at least 1, shape (problems,).
        c: right ones among them, whole numbers up to n, shape (problems,).
        zero_inflation: whether z is free; it is 0 otherwise.

    Returns:
        alpha, beta, zeros, the likelihood, `.coverage` and `.interval`.

    Raises:
        ValueError: if an argument is out of its range, the arrays differ in length, or no problem
            was solved, or none ever failed.

    Source: Schaeffer et al. 2025, section 5; zero inflation is ours.
    """
    n, c = number("n", n, low=1.0, whole=True), nonnegative("c", c, whole=True)
    same_length(n=n, c=c)
    _at_most("c", c, "n", n)
    if not np.any(c > 0.0) or not np.any(c < n):
        raise ValueError(f"c = {c[0]:g} on every problem: allowed are some right and wrong tries")
    if not isinstance(zero_inflation, bool):
        raise ValueError(f"zero_inflation = {zero_inflation!r}: allowed is True or False")
    rate = np.clip(np.sum(c) / np.sum(n), 1e-6, 1.0 - 1e-6)
    starts = [np.log([shape, shape * (1.0 - rate) / rate]) for shape in (0.1, 0.5, 2.0)]
    plain = max(
        (_maximise(n, c, np.append(x, 0.0), {2: 0.0}) for x in starts), key=lambda fit: fit[1]
    )
    best = plain
    if zero_inflation:
        unsolved = np.mean(c == 0.0)
        for share in (0.3, 0.9):
            start = np.append(plain[0][:2], share * unsolved)
            found = _maximise(n, c, start, {})
            if found[1] > best[1] + _LIKELIHOOD_ROUNDING:
                best = found
    (log_alpha, log_beta, zeros), likelihood = best
    return BetaCoverageFit(
        float(np.exp(log_alpha)),
        float(np.exp(log_beta)),
        float(zeros),
        likelihood,
        n.copy(),
        c.copy(),
        zero_inflation,
    )


def _maximise(
    n: np.ndarray, c: np.ndarray, start: np.ndarray, fixed: dict[int, float]
) -> tuple[np.ndarray, float]:
    """Parameters (ln alpha, ln beta, zeros) of the highest likelihood with some of them fixed."""
    from scipy.optimize import minimize  # slow to import, needed by fits only

    shapes = (-_LOG_SHAPE_BOUND, _LOG_SHAPE_BOUND)
    bounds = [shapes, shapes, (0.0, _MOST_ZEROS)]
    full = np.array(start, dtype=float)
    for index, value in fixed.items():
        full[index] = value
    free = [index for index in range(3) if index not in fixed]

    def cost(x: np.ndarray) -> tuple[float, np.ndarray]:
        full[free] = x
        value, gradient = _log_likelihood(full, n, c)
        return -value / n.size, -gradient[free] / n.size

    found = minimize(
        cost,
        full[free].copy(),
        jac=True,
        method="L-BFGS-B",
        bounds=[bounds[index] for index in free],
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9},
    )
    full[free] = found.x
    return full, -float(found.fun) * n.size


def _log_likelihood(x: np.ndarray, n: np.ndarray, c: np.ndarray) -> tuple[float, np.ndarray]:
    """Logarithm of the likelihood at (ln alpha, ln beta, zeros), and its gradient."""
    alpha, beta, zeros = np.exp(x[0]), np.exp(x[1]), x[2]
    ways = special.gammaln(n + 1.0) - special.gammaln(c + 1.0) - special.gammaln(n - c + 1.0)
    log_beta_binomial = ways + special.betaln(c + alpha, n - c + beta) - special.betaln(alpha, beta)
    # At c = 0 the probability is z + (1 - z) exp(l), at c > 0 it is (1 - z) exp(l).
    unlucky = np.log1p(-zeros) + log_beta_binomial
    log_p = np.where(c == 0.0, np.logaddexp(np.log(max(zeros, _TINY)), unlucky), unlucky)
    weight = np.exp(unlucky - log_p)
    total, whole = special.psi(n + alpha + beta), special.psi(alpha + beta)
    by_alpha = alpha * (special.psi(c + alpha) - total - special.psi(alpha) + whole)
    by_beta = beta * (special.psi(n - c + beta) - total - special.psi(beta) + whole)
    gained = -np.expm1(log_beta_binomial) * np.exp(np.minimum(-log_p, _LARGEST_EXPONENT))
    by_zeros = np.where(c == 0.0, gained, -1.0 / (1.0 - zeros))
    gradient = [np.sum(weight * by_alpha), np.sum(weight * by_beta), np.sum(by_zeros)]
    return float(np.sum(log_p)), np.array(gradient)


@dataclass(frozen=True)
class ProblemMean:
    """A mean over problems with its interval: `mean`, `low`, `high`."""

    mean: Numbers
    low: Numbers
    high: Numbers


def mean_over_problems(
    values: Numbers, *, level: float = 0.95, bootstrap: int = 2000, seed: int = 0
) -> ProblemMean:
    """Mean over a set of problems, with an interval from resampling the problems.

    ``sum_i x_i / n``, and the quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of
    ``sum_i w_i x_i / n`` over multinomial weights w.

    Args:
        values: one number a problem along the last axis.
        level: coverage of the interval, between 0 and 1.
        bootstrap: how many resamples, at least 1.
        seed: seeds the resampling; the same problems are drawn for all leading axes.

    Returns:
        `.mean`, `.low` and `.high`, the last axis averaged away.

    Raises:
        ValueError: if an argument is out of its range or values is a single number.

    Source: the bootstrap over problems.
    """
    values = number("values", values)
    if np.ndim(values) == 0:
        raise ValueError(f"values = {values:g}: allowed is an array, problems along the last axis")
    resamples = whole_number("bootstrap", bootstrap, low=1)
    generator = random_generator("seed", seed)
    size = values.shape[-1]
    weights = times_drawn(generator, size, resamples) / size
    low, high = np.quantile(values @ weights.T, tails(level), axis=-1)
    return ProblemMean(values.mean(axis=-1), low, high)


# ---- telling right from wrong ------------------------------------------------------------------


@dataclass(frozen=True)
class SelectionGap:
    """What many tries hold and what a selector finds in them, for one number of tries.

    Attributes:
        samples: how many tries [tries].
        coverage: share of problems with a right answer among the tries [dimensionless].
        selected: share of problems for which a selector hands over a right one [dimensionless].
        source: where they were printed.
    """

    samples: int
    coverage: float
    selected: float
    source: Source


_BROWN_MATH = SOURCES["brown2024"].at(
    "section 1 and Figure 7: Llama-3-8B-Instruct on MATH",
    "the selector that gained most; the selected shares at second hand",
)
BROWN_2024_SELECTION = (
    SelectionGap(100, 0.829, 0.4050, _BROWN_MATH),
    SelectionGap(10_000, 0.9844, 0.4141, _BROWN_MATH),
)
"""A hundred times more tries: coverage rises, what is delivered hardly does.

Limits: one model, Llama 3 8B, on problems of MATH, and the best of the selectors tried.
"""


def verified_selection(
    p: Numbers, k: Numbers, false_accept: Numbers, true_accept: Numbers = 1.0
) -> Numbers:
    """Probability that the answer a checker picks out of k tries is right.

    ``(1 - (1 - a)^k) t p / a`` with ``a = t p + (1 - p) f``: one of the answers that pass is
    handed over at random, and none if none passes.

    Args:
        p: probability that one try is right, 0 to 1.
        k: tries, 0 or more (need not be whole).
        false_accept: f, probability that a wrong answer passes, 0 to 1.
        true_accept: t, probability that a right answer passes, 0 to 1.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Bayes' rule, answers and checks being independent.
    """
    p, k = fraction("p", p), nonnegative("k", k)
    f, t = fraction("false_accept", false_accept), fraction("true_accept", true_accept)
    broadcastable(p=p, k=k, false_accept=f, true_accept=t)
    accepted = np.minimum(t * p + (1.0 - p) * f, 1.0)
    delivered = 0.0 - np.expm1(special.xlog1py(k, -accepted))
    return delivered * (t * p / np.maximum(accepted, _TINY))


def verifier_plateau(p: Numbers, false_accept: Numbers, true_accept: Numbers = 1.0) -> Numbers:
    """Where the checker's picks level off, however many tries there are.

    ``t p / (t p + (1 - p) f)``.

    Args:
        p: probability that one try is right, 0 to 1.
        false_accept: f, probability that a wrong answer passes, 0 to 1.
        true_accept: t, probability that a right answer passes, 0 to 1.

    Returns:
        A probability; 0 where nothing ever passes.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Bayes' rule.
    """
    p, f = fraction("p", p), fraction("false_accept", false_accept)
    t = fraction("true_accept", true_accept)
    broadcastable(p=p, false_accept=f, true_accept=t)
    return t * p / np.maximum(t * p + (1.0 - p) * f, _TINY)


def tolerable_false_accept(p: Numbers, plateau: Numbers = 0.5) -> Numbers:
    """False accepts at which the checker's picks level off at a given value.

    ``f = p (1 - plateau) / (plateau (1 - p))``, for a checker that passes all right answers.

    Args:
        p: probability that one try is right, 0 to 1.
        plateau: probability to level off at, above 0, up to 1.

    Returns:
        A probability; 1 where any checker will do.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Bayes' rule; at one half it is the odds ``p / (1 - p)``.
    """
    p = fraction("p", p)
    plateau = number("plateau", plateau, low=0.0, high=1.0, open_low=True)
    broadcastable(p=p, plateau=plateau)
    return np.minimum(p * (1.0 - plateau) / np.maximum(plateau * (1.0 - p), _TINY), 1.0)


def majority_vote(p: Numbers, k: Numbers, correlation: Numbers = 0.0) -> Numbers:
    """Probability that the majority of k voters is right, in a question with two answers.

    ``I_p(m, m)`` with ``m = floor((k + 1) / 2)`` and I the regularised incomplete beta function:
    the binomial tail for odd k; for even k, where ties count one half, the same as for k - 1.
    Correlated voters all copy one of them with probability rho:
    ``rho p + (1 - rho) I_p(m, m)``.

    Args:
        p: probability that one voter is right, 0 to 1.
        k: voters, a whole number of at least 1.
        correlation: rho, correlation between two voters' errors, 0 to 1.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: de Condorcet 1785; the correlated case is ours, the simplest with that correlation.

    >>> round(float(majority_vote(0.6, 11)), 3)
    0.753
    """
    p, k = fraction("p", p), number("k", k, low=1.0, whole=True)
    rho = fraction("correlation", correlation)
    broadcastable(p=p, k=k, correlation=rho)
    half = np.floor((k + 1.0) / 2.0)
    return rho * p + (1.0 - rho) * special.betainc(half, half, p)


def popular_vote(p: Numbers, rival: Numbers, k: Numbers) -> Numbers:
    """Probability that the right answer beats its most popular rival in k votes, in short.

    ``Phi((p - w) sqrt(k) / sqrt(p + w - (p - w)^2))``: the normal approximation to the difference
    of two counts, within 0.02 from 15 votes on.  `plurality_vote` is exact.

    Args:
        p: share of votes for the right answer, 0 to 1.
        rival: w, share of votes for the most popular wrong answer, 0 to 1; taken as 1 - p where
            it is more.
        k: votes, above 0 (need not be whole).

    Returns:
        A probability; one half where both are equally popular.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: the central limit theorem.
    """
    p, w, k = fraction("p", p), fraction("rival", rival), positive("k", k)
    broadcastable(p=p, rival=w, k=k)
    w = np.minimum(w, 1.0 - p)
    lead = p - w
    return special.ndtr(lead * np.sqrt(k / np.maximum(p + w - lead * lead, _TINY)))


EXACT_VOTES = 500
"""Number of votes up to which `plurality_vote` is exact unless told otherwise [votes].

Source: `thisbook`, a setting of the code.
"""

_VOTE_NODES, _VOTE_WEIGHTS = normal_nodes(0.25)
_NEGLIGIBLE = 1e-20


def plurality_vote(probabilities: Numbers, k: Numbers, method: str | None = None) -> Numbers:
    """Probability that the first answer has most of k votes; ties are drawn by lot.

    "exact": votes as Poisson counts given their total, their generating functions multiplied by
    the fast Fourier transform; a tie of t rivals counts ``1 / (1 + t) = int_0^1 s^t ds``.
    "normal": the counts as independent normal numbers of mean and variance ``k p_i``, averaged
    over the first; within 0.01 at 500 votes, and the one that can be recorded symbolically.

    Args:
        probabilities: shares of votes along the last axis, the right answer first, summing to 1.
        k: votes, a whole number of at least 1; broadcasts with the leading axes.
        method: "exact", "normal", or None for exact up to `EXACT_VOTES` votes.

    Returns:
        A probability for each set of shares.

    Raises:
        ValueError: if an argument is out of its range, a row does not sum to 1, or the shapes do
            not broadcast.

    Source: the multinomial distribution.

    >>> round(float(plurality_vote([0.5, 0.25, 0.25], 1)), 3)
    0.5
    """
    p = distribution("probabilities", probabilities)
    k = number("k", k, low=1.0, whole=True)
    if method is not None:
        choice("method", method, ("exact", "normal"))
    broadcastable(k=k, **{"probabilities without the last axis": p[..., 0]})
    if method == "normal":
        return _plurality_normal(p, k)
    shape = np.broadcast_shapes(p.shape[:-1], np.shape(k))
    rows = np.broadcast_to(p, (*shape, p.shape[-1])).reshape(-1, p.shape[-1])
    votes = np.broadcast_to(k, shape).ravel()
    wins = [
        _plurality_exact(row, int(count))
        if method == "exact" or count <= EXACT_VOTES
        else _plurality_normal(row, count)
        for row, count in zip(rows, votes, strict=True)
    ]
    return np.array(wins).reshape(shape)[()]


def _plurality_normal(p: Any, k: Any) -> Any:
    mean = p * k[..., np.newaxis]
    first = mean[..., :1]
    count = first + np.sqrt(first) * _VOTE_NODES
    others = mean[..., 1:, np.newaxis]
    spread = np.sqrt(np.maximum(others, _TINY))
    beaten = special.ndtr((count[..., np.newaxis, :] - others) / spread)
    return np.sum(_VOTE_WEIGHTS * np.prod(beaten, axis=-2), axis=-1)


def _plurality_exact(p: np.ndarray, k: int) -> float:
    counts = np.arange(k + 1.0)
    log_pmf = (
        special.xlogy(counts, k * p[:, np.newaxis])
        - k * p[:, np.newaxis]
        - special.gammaln(counts + 1.0)
    )
    pmf = np.exp(log_pmf)
    total = np.exp(k * np.log(k) - k - special.gammaln(k + 1.0))
    rivals = pmf[1:]
    node, weight = np.polynomial.legendre.leggauss(len(p) // 2 + 1)
    node, weight = (node + 1.0) / 2.0, weight / 2.0
    # Beyond 4k + 200 votes in all a Poisson count of mean k has no weight left to wrap around.
    length = 1 << max(k, min(len(rivals) * k, 4 * k + 200)).bit_length()
    wins = 0.0
    for top in np.flatnonzero(pmf[0] > _NEGLIGIBLE):
        if top == 0:
            continue
        kept = np.where(counts < top, rivals, 0.0)
        table = np.repeat(kept[np.newaxis], node.size, axis=0)
        table[:, :, top] = node[:, np.newaxis] * rivals[:, top]
        product = np.fft.irfft(np.prod(np.fft.rfft(table, length), axis=1), length)
        wins += pmf[0, top] * float(weight @ product[:, k - top])
    return min(max(wins / total, 0.0), 1.0)


# ---- chains and trees of steps -----------------------------------------------------------------


def chain_accuracy(p_step: Numbers, steps: Numbers, repair: Numbers = 0.0) -> Numbers:
    """Probability that a chain of steps is still right.

    ``(p + (1 - p) r)^L``: each slip is caught and mended with probability r, whatever it was.

    Args:
        p_step: p, probability that a step is right, 0 to 1.
        steps: L, 0 or more (need not be whole).
        repair: r, share of slips that are caught and mended, 0 to 1.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: independence of steps and of repairs.
    """
    p, L = fraction("p_step", p_step), nonnegative("steps", steps)
    r = fraction("repair", repair)
    broadcastable(p_step=p, steps=L, repair=r)
    return np.exp(special.xlog1py(L, -(1.0 - p) * (1.0 - r)))


@np.errstate(divide="ignore")
def chain_horizon(p_step: Numbers, target: Numbers = 0.5, repair: Numbers = 0.0) -> Numbers:
    """Steps after which a chain is right with a given probability.

    ``ln target / ln(p + (1 - p) r)``.  The horizon at 80 % is 32 % of the one at 50 %.

    Args:
        p_step: p, probability that a step is right, 0 to 1.
        target: probability, between 0 and 1.
        repair: r, share of slips that are caught and mended, 0 to 1.

    Returns:
        Steps; `inf` where nothing goes wrong, 0 where everything does.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: `chain_accuracy` solved for the steps.
    """
    p, r = fraction("p_step", p_step), fraction("repair", repair)
    target = open_fraction("target", target)
    broadcastable(p_step=p, target=target, repair=r)
    return np.log(target) / -np.abs(np.log1p(-(1.0 - p) * (1.0 - r)))


def horizon_ratio(target: Numbers, other: Numbers = 0.5, shape: Numbers = 1.0) -> Numbers:
    """Length of task done with one probability, over the length done with another.

    ``(ln target / ln other)^(1 / K)`` for a success rate ``exp(-(t / scale)^K)``.  At K = 1 slips
    come at a constant rate, as in `chain_horizon`; below 1 they come more rarely as a task goes on.

    Args:
        target: probability, between 0 and 1.
        other: probability to compare with, between 0 and 1.
        shape: K of the Weibull distribution, above 0.

    Returns:
        A factor, below 1 where the target is the higher of the two.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Hamilton 2026, for the form; the ratio follows from it.

    >>> round(float(1 / horizon_ratio(0.8, 0.5, 0.6)), 1)
    6.6
    """
    target, other = open_fraction("target", target), open_fraction("other", other)
    shape = positive("shape", shape)
    broadcastable(target=target, other=other, shape=shape)
    return (np.log(target) / np.log(other)) ** (1.0 / shape)


def required_step_accuracy(steps: Numbers, target: Numbers = 0.5, repair: Numbers = 0.0) -> Numbers:
    """Probability that each step must be right for a chain to be right with a given one.

    ``(target^(1/L) - r) / (1 - r)``, or 0 where repair alone does it.

    Args:
        steps: L, above 0.
        target: probability, between 0 and 1.
        repair: r, share of slips that are caught and mended, 0 to 1.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: `chain_accuracy` solved for the step.
    """
    L, r = positive("steps", steps), fraction("repair", repair)
    target = open_fraction("target", target)
    broadcastable(steps=L, target=target, repair=r)
    slip = -np.expm1(np.log(target) / L)
    return np.maximum(1.0 - slip / np.maximum(1.0 - r, _TINY), 0.0)


def tree_search_cost(branching: Numbers, depth: Numbers, beam: Numbers = np.inf) -> Numbers:
    """Steps written by a search over a tree of thoughts.

    ``sum_{d=1..depth} b min(b^(d-1), beam)``: every kept node writes b continuations, and at most
    `beam` nodes are kept at a level.  One chain is b = 1.  With a checker of each step the chance
    of a right step is ``repeated_coverage(p, b)``, to put into `chain_accuracy`.

    Args:
        branching: b, continuations of each node, at least 1.
        depth: levels, a whole number of at least 1.
        beam: nodes kept at a level, at least 1; `inf` for the whole tree.

    Returns:
        Number of steps written; times tokens a step and 2N it is compute in FLOP.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: the sum of a geometric series.
    """
    b = number("branching", branching, low=1.0)
    depth = number("depth", depth, low=1.0, whole=True)
    beam = np.minimum(number("beam", beam, low=1.0, high=np.inf), 1.0 / _TINY)
    broadcastable(branching=b, depth=depth, beam=beam)
    growth = np.log(b)
    bushy = np.maximum(growth, _TINY)
    whole = np.minimum(np.floor(np.log(beam) / bushy) + 1.0, depth)
    series = np.where(b > 1.0, b * np.expm1(whole * growth) / np.maximum(b - 1.0, _TINY), whole)
    return series + b * np.where(depth > whole, (depth - whole) * beam, 0.0)


# ---- the arithmetic of "100 times" -------------------------------------------------------------


@dataclass(frozen=True)
class Architecture:
    """A transformer's size, as far as the cost of long answers depends on it.

    An answer of T tokens costs ``2 N T + 2 n_layer d T^2``.

    Attributes:
        N: parameters, above 0 [parameters].
        layers: number of layers, above 0 [layers].
        width: numbers that the residual stream carries for a token, above 0 [dimensionless].
        pretrain_tokens: text it has read, above 0 [tokens].
        source: where the numbers were printed.

    Raises:
        ValueError: if a field is not positive and finite.

    Source: the formulas are Kaplan et al. 2020's, section 2.1.
    """

    N: Numbers
    layers: Numbers
    width: Numbers
    pretrain_tokens: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, N=positive, layers=positive, width=positive, pretrain_tokens=positive)

    @property
    def attention_tokens(self) -> Numbers:
        """Length of answer at which attention costs as much as the weights: ``N / (n d)``."""
        return self.N / (self.layers * self.width)

    def answer_flops(self, tokens: Numbers) -> Numbers:
        """Compute of one answer.

        ``2 N T + 2 n_layer d T^2``: the weights once a token, and attention to all tokens before
        it (4 n_layer d FLOP for each pair, half of the pairs).

        Args:
            tokens: T, 0 or more.

        Returns:
            Compute in FLOP.

        Raises:
            ValueError: if the tokens are negative or not finite, or the shapes do not broadcast.

        Source: Kaplan et al. 2020, section 2.1, summed over a causal context.
        """
        T = nonnegative("tokens", tokens)
        broadcastable_fields(self, tokens=T)
        return inference_flops(self.N, T) * (1.0 + T / self.attention_tokens)


_LLAMA_TABLE = SOURCES["llama2024"].at("Table 3")
LLAMA_3 = {
    "8B": Architecture(8.03e9, 32, 4096, 15e12, _LLAMA_TABLE),
    "70B": Architecture(70.6e9, 80, 8192, 15e12, _LLAMA_TABLE),
    "405B": Architecture(405e9, 126, 16384, 15.6e12, _LLAMA_TABLE),
}
"""Three sizes of one family.

Limits: as published in July 2024.
"""

ORDINARY_ANSWER = 500.0
"""An ordinary answer, about a page [tokens].

Source: `thisbook`, a convention.
"""


def reasoning_multiplier(
    token_ratio: Numbers,
    samples: Numbers = 1.0,
    *,
    base_tokens: Numbers = ORDINARY_ANSWER,
    attention_tokens: Numbers = np.inf,
) -> Numbers:
    """Compute of an answer that is thought over, against an ordinary one.

    ``samples r (1 + r T0 / T_a) / (1 + T0 / T_a)``: r times the tokens, samples of them, and
    attention that has grown to the cost of the weights at T_a tokens.

    Args:
        token_ratio: r, tokens thought over tokens of an ordinary answer, above 0.
        samples: answers written, above 0.
        base_tokens: T0, tokens of an ordinary answer, above 0.
        attention_tokens: T_a, for example ``LLAMA_3["8B"].attention_tokens``; `inf` leaves
            attention out.

    Returns:
        A factor.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Kaplan et al. 2020, section 2.1; the question is Briski 2025's "over 100x".

    >>> float(reasoning_multiplier(100))
    100.0
    """
    r, samples = positive("token_ratio", token_ratio), positive("samples", samples)
    base = positive("base_tokens", base_tokens)
    reach = positive("attention_tokens", attention_tokens, high=np.inf)
    broadcastable(token_ratio=r, samples=samples, base_tokens=base, attention_tokens=reach)
    return samples * r * (1.0 + r * base / reach) / (1.0 + base / reach)


# ---- training against thinking -----------------------------------------------------------------


def matching_inference_multiplier(
    M: Numbers, pretrain_tokens: Numbers, inference_tokens: Numbers
) -> Numbers:
    """How much more a small model may think to cost as much as an M times larger one.

    ``k = M + 3 (D_pre / D_inf)(M - 1)``: training and lifetime use together.

    Args:
        M: parameters of the larger over those of the smaller model, at least 1.
        pretrain_tokens: D_pre, tokens both models read, above 0.
        inference_tokens: D_inf, tokens the larger model writes in its life, above 0.

    Returns:
        Inference compute of the small model, as a multiple of its own at D_inf tokens.

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Snell et al. 2024, section 7.

    >>> float(matching_inference_multiplier(14, 1e12, 1e12))
    53.0
    """
    M = number("M", M, low=1.0)
    read, written = (
        positive("pretrain_tokens", pretrain_tokens),
        positive("inference_tokens", inference_tokens),
    )
    broadcastable(M=M, pretrain_tokens=read, inference_tokens=written)
    ratio = training_flops(1.0, read) / inference_flops(1.0, written)
    return M + ratio * (M - 1.0)


def break_even_tokens(M: Numbers, multiplier: Numbers, pretrain_tokens: Numbers) -> Numbers:
    """Lifetime use from which the M times larger model that does not think is the cheaper one.

    ``D_inf = 3 D_pre (M - 1) / (k - M)``: the exchange solved for the tokens.

    Args:
        M: parameters of the larger over those of the smaller model, at least 1.
        multiplier: k, compute of the small model's thinking over its ordinary answers, above 0.
        pretrain_tokens: D_pre, tokens both models read, above 0.

    Returns:
        Tokens of ordinary answers; `inf` where thinking costs no more than the size (k <= M).

    Raises:
        ValueError: if an argument is out of its range or the shapes do not broadcast.

    Source: Snell et al. 2024, section 7, turned round.
    """
    M, k = number("M", M, low=1.0), positive("multiplier", multiplier)
    read = positive("pretrain_tokens", pretrain_tokens)
    broadcastable(M=M, multiplier=k, pretrain_tokens=read)
    dearer = np.where(k > M, k - M, 1.0)
    ratio = training_flops(1.0, read) / inference_flops(1.0, 1.0)
    return np.where(k > M, ratio * (M - 1.0) / dearer, np.inf)[()]


@dataclass(frozen=True)
class ExchangeRange:
    """Orders of magnitude of inference compute that replace orders of magnitude of training.

    Attributes:
        inference: lowest and highest, of inference compute [orders of magnitude].
        training: lowest and highest, of training compute [orders of magnitude].
        source: where they were printed.
    """

    inference: tuple[float, float]
    training: tuple[float, float]
    source: Source


_VILLALOBOS = SOURCES["villalobos2023"].at("summary table", "the last row needs cheap checking")
VILLALOBOS_2023 = (
    ExchangeRange((1.0, 2.0), (1.0, 1.0), _VILLALOBOS),
    ExchangeRange((2.0, 3.0), (2.0, 2.0), _VILLALOBOS),
    ExchangeRange((5.0, 6.0), (3.0, 4.0), _VILLALOBOS),
)
"""Typical, good and best exchange, across techniques and tasks.

Limits: a survey of techniques up to 2023; the best needs answers that are cheap to check.
"""


ELO_PER_TENFOLD = 500.0
"""Strength that ten times the training compute buys at Hex [Elo].

Limits: boards of up to 9 by 9, below perfect play.
Source: `jones2021`, section IV.
"""


def elo_win_probability(difference: Numbers) -> Numbers:
    """Probability that the stronger of two players wins.

    ``1 / (1 + 10^(-d / 400))``.

    Args:
        difference: d, Elo of the one less Elo of the other, any number.

    Returns:
        A probability, draws counting one half.

    Raises:
        ValueError: if the difference is not finite.

    Source: the definition of Elo's scale.
    """
    return special.expit(number("difference", difference) * (np.log(10.0) / 400.0))


def elo_gain(compute_factor: Numbers) -> Numbers:
    """Strength that more training compute buys at Hex, below perfect play.

    ``500 log10(factor)``.

    Args:
        compute_factor: compute after over compute before, above 0.

    Returns:
        Elo.

    Raises:
        ValueError: if the factor is not positive and finite.

    Source: Jones 2021, section IV.
    """
    return ELO_PER_TENFOLD * np.log10(positive("compute_factor", compute_factor))


@dataclass(frozen=True)
class TrainTestExchange:
    """Test compute that reaches a strength, given the training compute.

    ``log10 test = slope log10 train + elo_slope elo + intercept``.

    Attributes:
        slope: orders of magnitude of test compute for one of training, below 0
            [dimensionless].
        elo_slope: orders of magnitude of test compute for one Elo, above 0 [1/Elo].
        intercept: any number; both computes are in FLOP [dimensionless].
        source: where the numbers were printed.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: Jones 2021, section IV-C.
    """

    slope: Numbers
    elo_slope: Numbers
    intercept: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(
            self,
            slope=partial(number, high=0.0, open_high=True),
            elo_slope=positive,
            intercept=number,
        )

    def test_compute(self, train: Numbers, elo: Numbers) -> Numbers:
        """Compute for each decision that reaches a strength.

        ``10^(slope log10 train + elo_slope elo + intercept)``.

        Args:
            train: training compute in FLOP, above 0.
            elo: strength, 0 for perfect play, any number.

        Returns:
            Compute in FLOP a decision.

        Raises:
            ValueError: if an argument is out of its range or the shapes do not broadcast.

        Source: Jones 2021, section IV-C.
        """
        train, elo = positive("train", train), number("elo", elo)
        broadcastable_fields(self, train=train, elo=elo)
        digits = self.slope * np.log10(train) + self.elo_slope * elo + self.intercept
        return 10.0 ** np.clip(digits, -300.0, 300.0)

    def elo(self, train: Numbers, test: Numbers) -> Numbers:
        """Strength that training and test compute reach together.

        ``(log10 test - slope log10 train - intercept) / elo_slope``.

        Args:
            train: training compute in FLOP, above 0.
            test: compute for each decision in FLOP, above 0.

        Returns:
            Elo, 0 for perfect play.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Jones 2021, section IV-C, solved for the strength.
        """
        train, test = positive("train", train), positive("test", test)
        broadcastable_fields(self, train=train, test=test)
        digits = np.log10(test) - self.slope * np.log10(train) - self.intercept
        return digits / self.elo_slope

    def test_factor(self, train_factor: Numbers) -> Numbers:
        """How many times the test compute makes up for less training, at the same strength.

        ``factor^-slope``.

        Args:
            train_factor: how many times less training, above 0.

        Returns:
            A factor on test compute.

        Raises:
            ValueError: if the factor is not positive and finite, or its shape does not broadcast.

        Source: Jones 2021, section IV-C: ten times less training, about 15 times more search.
        """
        factor = positive("train_factor", train_factor)
        broadcastable_fields(self, train_factor=factor)
        return factor**-self.slope


JONES_2021 = TrainTestExchange(
    -1.2,
    0.004,
    29.0,
    SOURCES["jones2021"].at(
        "section IV-C, Figure 9", "Hex on a board of 9 by 9; the slope is of one board"
    ),
)
"""AlphaZero playing Hex: ten times the training, or about 15 times the search.

Limits: a board of 9 by 9, down to a search of one node.
"""


@dataclass(frozen=True)
class TrainTestAllocation:
    """One way to spend training and inference compute: `N`, `D`, tries `k` and the `loss`."""

    N: Numbers
    D: Numbers
    k: Numbers
    loss: Numbers


_LARGEST_LOG_N = 80.0


@dataclass(frozen=True)
class TrainToTestLaw:
    """Loss on a task against size, text and tries together.

    ``L(N, D, k) = E + A / N^alpha + B / D^beta + G / k^gamma``.

    Attributes:
        E: loss that nothing removes, 0 or more [nats/token].
        A: coefficient of the size term, above 0 [nats/token parameters^alpha].
        B: coefficient of the text term, above 0 [nats/token tokens^beta].
        G: coefficient of the tries term, above 0 [nats/token tries^gamma].
        alpha: exponent of the size term, above 0 [dimensionless].
        beta: exponent of the text term, above 0 [dimensionless].
        gamma: exponent of the tries term, above 0 [dimensionless].
        source: where the form was printed.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.

    Source: Roberts et al. 2026; fitted up to 901M parameters, with a perfect check of answers.
    """

    E: Numbers
    A: Numbers
    B: Numbers
    G: Numbers
    alpha: Numbers
    beta: Numbers
    gamma: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        above_zero = dict.fromkeys(("A", "B", "G", "alpha", "beta", "gamma"), positive)
        check_fields(self, E=nonnegative, **above_zero)

    def loss(self, N: Numbers, D: Numbers, k: Numbers) -> Numbers:
        """Loss of a model of N parameters that has read D tokens and may try k times.

        ``E + A / N^alpha + B / D^beta + G / k^gamma``.

        Args:
            N: parameters, above 0.
            D: training tokens, above 0.
            k: tries, above 0.

        Returns:
            Loss in the unit of E.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Roberts et al. 2026.
        """
        N, D, k = positive("N", N), positive("D", D), positive("k", k)
        broadcastable_fields(self, N=N, D=D, k=k)
        size, text = self.A / N**self.alpha, self.B / D**self.beta
        return self.E + size + text + self.G / k**self.gamma

    def optimal(
        self, C: Numbers, inference_compute: Numbers, tokens: Numbers = 1.0
    ) -> TrainTestAllocation:
        """Size, text and tries of the lowest loss for a training and an inference budget.

        Minimises over N with ``D = C / (6 N)`` and ``k = C_inf / (2 N T)``, by 60 bisections of
        the derivative in ln N, which rises throughout.

        Args:
            C: training compute in FLOP, above 0.
            inference_compute: C_inf, compute for each question in FLOP, above 0.
            tokens: T, tokens of a try, above 0; 1 as in the source.

        Returns:
            `.N`, `.D`, `.k` (at least 1: the size stops where the budget pays for one try) and
            `.loss`.

        Raises:
            ValueError: if an argument is not positive and finite, or the shapes do not broadcast.

        Source: Roberts et al. 2026.
        """
        C, budget = positive("C", C), positive("inference_compute", inference_compute)
        tokens = positive("tokens", tokens)
        broadcastable_fields(self, C=C, inference_compute=budget, tokens=tokens)
        log_text = np.log(C / training_flops(1.0, 1.0))
        log_tries = np.log(budget / inference_flops(1.0, tokens))

        def too_small(log_N: Any) -> Any:
            by_size = np.log(self.alpha * self.A) - self.alpha * log_N
            by_text = np.log(self.beta * self.B) - self.beta * (log_text - log_N)
            by_tries = np.log(self.gamma * self.G) - self.gamma * (log_tries - log_N)
            return by_size > np.logaddexp(by_text, by_tries)

        low = 0.0 * (log_text + log_tries + self.alpha + self.beta + self.gamma)
        largest_too_small, _ = bisect(too_small, low, low + _LARGEST_LOG_N)
        log_N = np.minimum(largest_too_small, log_tries)
        N, D, k = np.exp(log_N), np.exp(log_text - log_N), np.exp(log_tries - log_N)
        return TrainTestAllocation(N, D, k, self.loss(N, D, k))


ROBERTS_2026 = TrainToTestLaw(
    E=1.8172,
    A=482.01,
    B=2085.43,
    G=0.5,
    alpha=0.3478,
    beta=0.3658,
    gamma=0.3,
    source=SOURCES["roberts2026"].at(
        "the form",
        "illustrative: size and text as Besiroglu et al. 2024, tries G and gamma our choice",
    ),
)
"""The form of 2026 with example numbers: tries push the best model to more text a parameter.

Limits: the form, for models of up to 901 million parameters and a perfect check; not the numbers.
"""
