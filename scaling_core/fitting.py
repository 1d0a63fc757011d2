"""Fitting scaling laws to runs, with what the runs do not say.

Read from top to bottom: the law of two terms fitted as published (a grid of 4,500 starts, Huber's
loss or absolute deviations on the logarithm of the loss), the bootstrap and its intervals, the
profile that shows what a data set leaves open, power laws of one variable, and isoFLOP parabolas.

Every optimisation runs in a batch (`scaling_core._batched`): all starts, all resamples and all
points of a profile at once.

Units: parameters N, tokens D, compute C in FLOP, loss in nats per token.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from scaling_core import _special as special
from scaling_core._batched import HuberOfLogSum, Progress, Term, minimise, narrow, restricted
from scaling_core._bootstrap import intervals, percentiles, resampled, times_drawn
from scaling_core._checks import (
    broadcastable,
    choice,
    nonnegative,
    positive,
    random_generator,
    same_length,
    single,
    tails,
    whole_number,
)
from scaling_core._types import Numbers
from scaling_core.pretraining import (
    MUENNIGHOFF_2023,
    TRAINING_FLOP_PER_PARAMETER_TOKEN,
    OvertrainingLaw,
    ParametricLaw,
    RepetitionLaw,
)
from scaling_core.sources import SOURCES, Source

PARAMETERS = ("E", "A", "B", "alpha", "beta")
"""The parameters of the law of two terms, in the order of the columns of `Fit.samples` [names].

Source: `hoffmann2022`, eq. 2.
"""

START_GRID = {
    "log E": (-1.0, -0.5, 0.0, 0.5, 1.0),
    "log A": (0.0, 5.0, 10.0, 15.0, 20.0, 25.0),
    "log B": (0.0, 5.0, 10.0, 15.0, 20.0, 25.0),
    "alpha": (0.0, 0.5, 1.0, 1.5, 2.0),
    "beta": (0.0, 0.5, 1.0, 1.5, 2.0),
}
"""The published starts of a fit: all 4,500 combinations [dimensionless].

Source: `hoffmann2022`, appendix on approach 3; the same grid in `besiroglu2024`.
"""

_FEWEST_VALUES = 3
"""With fewer sizes, or fewer amounts of text, a term and the floor cannot be told apart."""
_SCREENING_WIDTH = 1e-3
"""The narrowest Huber loss for single precision, which resolves residuals to about 1e-6."""
_SCREENING_TOLERANCE = 1e-3
"""A start has descended when a step lowers its objective by less than this share."""
_POLISHED = 32
"""How many of the best starts go on to full convergence."""
_LOG_NARROWING = np.log(4.0)
"""Log of the factor between the widths of Huber's loss on the way to the one that is wanted."""
_WIDEST = 4.0
"""The width to begin with, in mean absolute residuals: nearly least squares."""
_ABSOLUTE_WIDTH = 1e-8
"""Absolute deviations are where Huber's loss tends: the width to end at, in mean residuals."""
_NARROWEST = 1e-13
"""The same where the runs lie on the law, in log loss: what double precision can tell."""
_QUANTILE = "inverted_cdf"
"""Of resamples, without interpolation, so that an infinite end stays infinite."""


# ---- the law of two terms --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Fit:
    """A law of two terms fitted to runs, with the resamples that show how far to trust it.

    ``log(E + A / N_i^alpha + B / D_i^beta) = log L_i + r_i`` with the lowest ``sum_i H(r_i)``.

    Attributes:
        law: the fitted `ParametricLaw`.
        objective: `"huber"` or `"l1"`.
        delta: where Huber's loss turns linear, in units of log loss (of no effect for `"l1"`).
        objective_value: the objective at the minimum, a sum over runs.
        N: parameters of the runs, shape (runs,).
        D: tokens of the runs, shape (runs,).
        loss: losses of the runs in nats per token, shape (runs,).
        samples: refits of resampled runs, shape (resamples, 5), columns as in `PARAMETERS`; with
            few runs some resamples fix no law, and their A or B can be `inf`.
    """

    law: ParametricLaw
    objective: str
    delta: float
    objective_value: float
    N: np.ndarray
    D: np.ndarray
    loss: np.ndarray
    samples: np.ndarray

    @property
    def source(self) -> Source:
        """Whose method this is, and how many runs went in."""
        return self.law.source

    @property
    def residuals(self) -> np.ndarray:
        """Logarithm of fitted over measured loss for each run, shape (runs,).

        ``r_i = log(L(N_i, D_i) / L_i)``.
        """
        return np.log(self.law.loss(self.N, self.D) / self.loss)

    @property
    def resampled(self) -> ParametricLaw:
        """The refits as one law whose fields have shape (resamples, 1).

        ``E = samples[:, :1]``, and so on for the other four.

        Its methods give a row for each resample: ``fit.resampled.frontier_loss(C)`` has the
        shape (resamples, len(C)).

        Raises:
            ValueError: if the fit was made without a bootstrap, or a resample has no law of two
                falling terms.
        """
        samples = resampled(self.samples)
        bad = ~(np.isfinite(samples).all(axis=1) & (samples[:, 1:] > 0.0).all(axis=1))
        if bad.any():
            raise ValueError(
                f"samples: {bad.sum()} of {len(samples)} resamples have a term that does not fall "
                "with N or D: the runs do not bear a bootstrap of this law"
            )
        terms = dict(zip(PARAMETERS, samples.T[:, :, None], strict=True))
        return ParametricLaw(**terms, source=self.source)

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Percentile interval of each parameter over the resamples.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of each column of `samples`,
        without interpolation.

        Args:
            level: share of the resamples inside, between 0 and 1.

        Returns:
            For each name in `PARAMETERS` the (low, high) end, in the parameter's unit.

        Raises:
            ValueError: if level is not between 0 and 1, or the fit was made without a bootstrap.

        Source: the percentile bootstrap.
        """
        return intervals(self.samples, PARAMETERS, level, method=_QUANTILE)

    def interval_of(
        self, quantity: Callable[[ParametricLaw], Numbers], level: float = 0.95
    ) -> tuple[Numbers, Numbers]:
        """Percentile interval over the resamples of anything that follows from the law.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of ``quantity(theta_b)`` over the
        resamples b: ``fit.interval_of(lambda law: law.optimal(C).N)`` is a band around the best
        sizes.

        Args:
            quantity: a function of a `ParametricLaw`; it is called once, with `resampled`.
            level: share of the resamples inside, between 0 and 1.

        Returns:
            The ends (low, high): numbers where the quantity is one number, arrays where it is a
            curve; in the quantity's unit.

        Raises:
            ValueError: if level is not between 0 and 1, or the fit was made without a bootstrap.

        Source: the percentile bootstrap.
        """
        if not callable(quantity):
            raise ValueError(f"quantity = {quantity!r}: allowed is a function of a ParametricLaw")
        found = quantity(self.resampled)
        low, high = percentiles(found, level, method=_QUANTILE)  # type: ignore[arg-type]
        return (float(low[0]), float(high[0])) if low.shape == (1,) else (low, high)

    def size_exponent_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Percentile interval of ``a = beta / (alpha + beta)``: the best size grows as C^a.

        Args:
            level: share of the resamples inside, between 0 and 1.

        Returns:
            The ends (low, high), without unit.

        Raises:
            ValueError: if level is not between 0 and 1, or the fit was made without a bootstrap.

        Source: the percentile bootstrap of Hoffmann et al. 2022, eq. 4.
        """
        low, high = self.interval_of(lambda law: law.size_exponent, level)
        return float(low), float(high)

    def ratio_interval(self, C: Numbers, level: float = 0.95) -> tuple[Numbers, Numbers]:
        """Percentile interval of the tokens a parameter should read at a budget.

        ``D* / N*`` of the best split.

        Args:
            C: training compute in FLOP, a number or a one-dimensional array.
            level: share of the resamples inside, between 0 and 1.

        Returns:
            The ends (low, high) in tokens per parameter, of the shape of C.

        Raises:
            ValueError: if C is not positive, level is not between 0 and 1, or the fit was made
                without a bootstrap.

        Source: the percentile bootstrap of Hoffmann et al. 2022, eq. 4.
        """

        def ratio(law: ParametricLaw) -> Any:
            best = law.optimal(C)
            return best.D / best.N

        return self.interval_of(ratio, level)


def fit_parametric(
    N: Numbers,
    D: Numbers,
    loss: Numbers,
    *,
    objective: str = "huber",
    delta: float = 1e-3,
    bootstrap: int = 0,
    seed: int = 0,
    progress: Progress | bool = False,
) -> Fit:
    """Fit the law of two terms to runs, from the whole published grid of starts.

    Minimises ``sum_i H(log(E + A / N_i^alpha + B / D_i^beta) - log L_i)`` with Huber's loss
    ``H(r) = r^2 / 2`` for ``|r| <= delta`` and ``delta (|r| - delta / 2)`` beyond, or with
    ``H(r) = |r|``.  The sum is over runs, not a mean: a mean over hundreds of runs stops many
    optimisers early (Besiroglu et al. 2024).

    All 4,500 starts descend in single precision until a step gains less than a thousandth; the
    best 32 are then taken to convergence in double precision, and the lowest is the fit.  Each
    resample draws as many runs with replacement and descends to convergence from the fit; a draw
    with too few different runs to fix five parameters is drawn again.  Convergence passes through
    ever narrower Huber losses; absolute deviations are their limit.

    Args:
        N: parameters, shape (runs,).
        D: training tokens, shape (runs,).
        loss: loss in nats per token, shape (runs,).
        objective: `"huber"` or `"l1"` (absolute deviations).
        delta: where Huber's loss turns linear, in units of log loss, above 0.
        bootstrap: number of resamples, 0 for none.
        seed: seed of the resampling, a whole number, 0 or more.
        progress: True for a line on stderr that counts, or a function that is called with how
            many of the starts and resamples are done, and how many there are.

    Returns:
        The `Fit`.

    Raises:
        ValueError: if N, D or loss is not positive and finite, their lengths differ, there are
            fewer runs than parameters (or no more, with a bootstrap) or fewer than three
            different N or D, an option is out of range, or no law of two falling terms fits.

    Source: Hoffmann et al. 2022, section 3.3; the sum and the grid as in Besiroglu et al. 2024.
    """
    N, D, loss = positive("N", N), positive("D", D), positive("loss", loss)
    same_length(N=N, D=D, loss=loss)
    choice("objective", objective, ("huber", "l1"))
    delta = single("delta", positive("delta", delta))
    bootstrap, generator = whole_number("bootstrap", bootstrap), random_generator("seed", seed)
    _enough_runs("N", len(N), len(PARAMETERS), bootstrap)
    _enough_values("N", N, _FEWEST_VALUES)
    _enough_values("D", D, _FEWEST_VALUES)
    report = _reporter(progress)

    problem = _TwoTerms(N, D, loss, objective, delta)
    starts = problem.inner(np.array(list(itertools.product(*START_GRID.values()))))
    total = len(starts) + bootstrap
    theta, value = minimise(
        problem.huber(max(_SCREENING_WIDTH, problem.width), exact=False, dtype=np.float32),
        starts,
        tolerance=_SCREENING_TOLERANCE,
        pool=512,
        damping=1e-3,
        progress=report and (lambda done, _: report(done, total)),
    )
    theta, value = problem.converge(theta[np.argsort(value)[:_POLISHED]])
    theta, value = theta[value.argmin()], value.min()
    parameters = _natural(problem.outer(theta[None]))[0]
    if not (np.isfinite(parameters).all() and (parameters[1:] > 0.0).all()):
        listed = ", ".join(f"{n} = {v:.4g}" for n, v in zip(PARAMETERS, parameters, strict=True))
        raise ValueError(f"loss: no law with two falling terms fits these runs best, but {listed}")
    terms = dict(zip(PARAMETERS, parameters.tolist(), strict=True))
    law = ParametricLaw(**terms, source=_method("hoffmann2022", "section 3.3", len(N)))

    samples = np.empty((0, len(PARAMETERS)))
    if bootstrap:
        needed = [(np.arange(len(N)), len(PARAMETERS)), (N, _FEWEST_VALUES), (D, _FEWEST_VALUES)]
        refits, _ = problem.converge(
            np.tile(theta, (bootstrap, 1)),
            weights=_resamples(generator, bootstrap, needed),
            progress=report and (lambda done, _: report(len(starts) + done, total)),
        )
        samples = _natural(problem.outer(refits))
    return Fit(law, objective, delta, float(value), N.copy(), D.copy(), loss.copy(), samples)


@dataclass(frozen=True, eq=False)
class Profile:
    """The lowest objective with one parameter held: flat where the runs do not fix it.

    Attributes:
        name: the parameter that is held.
        values: where it is held, shape (values,).
        objective_value: the lowest objective over all other parameters, shape (values,).
        parameters: the parameters that reach it, shape (values, parameters).
        lowest: the objective of the fit itself.
    """

    name: str
    values: np.ndarray
    objective_value: np.ndarray
    parameters: np.ndarray
    lowest: float

    @property
    def rise(self) -> np.ndarray:
        """By what share of the fit's the objective is higher, shape (values,).

        ``(objective_value - lowest) / lowest``.
        """
        return (self.objective_value - self.lowest) / max(self.lowest, np.finfo(float).tiny)


def profile(fit: Fit | RepetitionFit, name: str, values: Numbers) -> Profile:
    """Hold one parameter at given values and refit all others.

    ``profile(v) = min over theta with theta_name = v of the objective``.

    Args:
        fit: what `fit_parametric` or `fit_repetition` returned.
        name: the parameter to hold: one of `PARAMETERS`, or `"R_D"` or `"R_N"`.
        values: where to hold it, shape (values,), above 0.

    Returns:
        The `Profile`.

    Raises:
        ValueError: if the fit has no such parameter or a value is not positive and finite.

    Source: definition of the profile of an objective.
    """
    if not isinstance(fit, (Fit, RepetitionFit)):
        raise ValueError(f"fit = {fit!r}: allowed is a Fit or a RepetitionFit")
    values = positive("values", values)
    same_length(values=values)
    if isinstance(fit, RepetitionFit):
        return _profile_repetition(fit, name, values)
    return _profile_two_terms(fit, name, values)


def _profile_two_terms(fit: Fit, name: str, values: np.ndarray) -> Profile:
    from scipy.linalg import null_space  # slow to import, needed by fits only

    choice("name", name, PARAMETERS)
    problem = _TwoTerms(fit.N, fit.D, fit.loss, fit.objective, fit.delta)
    law = np.array([getattr(fit.law, parameter) for parameter in PARAMETERS])
    theta = problem.inner(np.hstack([np.log(law[:3]), law[3:]])[None])[0]
    # A held parameter is a plane in the inner coordinates: its normal and its height.
    column = PARAMETERS.index(name)
    plane = problem.outer(np.eye(len(PARAMETERS)))[:, column]
    height = values if name in ("alpha", "beta") else np.log(values)
    offsets = theta + np.outer((height - plane @ theta) / (plane @ plane), plane)
    found, lowest = problem.converge(offsets, basis=null_space(plane[None]))
    return Profile(name, values, lowest, _natural(problem.outer(found)), fit.objective_value)


class _TwoTerms:
    """The fit of the law of two terms as a batched problem.

    Its inner coordinates are the logarithms of the floor and of both terms at the runs' mean
    size and text, and the exponents: there the runs leave the parameters nearly independent.
    """

    def __init__(
        self, N: np.ndarray, D: np.ndarray, loss: np.ndarray, objective: str, delta: float
    ) -> None:
        log_N, log_D = np.log(N), np.log(D)
        self._means = np.array([log_N.mean(), log_D.mean()])
        ones = np.ones_like(log_N)
        self._terms = (
            Term((0,), ones[:, None]),
            Term((1, 3), np.stack([ones, self._means[0] - log_N], axis=1)),
            Term((2, 4), np.stack([ones, self._means[1] - log_D], axis=1)),
        )
        self._log_loss = np.log(loss)
        self._absolute = objective == "l1"
        self.width = 0.0 if self._absolute else delta

    def inner(self, logarithmic: np.ndarray) -> np.ndarray:
        """Inner coordinates of rows (log E, log A, log B, alpha, beta)."""
        theta = logarithmic.astype(float)
        theta[:, 1:3] -= theta[:, 3:] * self._means
        return theta

    def outer(self, theta: np.ndarray) -> np.ndarray:
        """Rows (log E, log A, log B, alpha, beta) of inner coordinates."""
        logarithmic = theta.astype(float)
        logarithmic[:, 1:3] += theta[:, 3:] * self._means
        return logarithmic

    def huber(self, width: float, **options: Any) -> HuberOfLogSum:
        return HuberOfLogSum(self._terms, self._log_loss, width, **options)

    def converge(
        self,
        starts: np.ndarray,
        *,
        weights: np.ndarray | None = None,
        basis: np.ndarray | None = None,
        progress: Progress | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The minimum next to each start, within the plane that `basis` spans from there."""
        smooth = self.huber(np.inf, exact=True)
        scale = np.abs(smooth.residuals(starts)).mean(axis=1).max()
        last = self.width or max(_ABSOLUTE_WIDTH * scale, _NARROWEST)
        first = max(_WIDEST * scale, last)
        widths = np.geomspace(first, last, 1 + int(np.ceil(np.log(first / last) / _LOG_NARROWING)))
        at_width = partial(self.huber, exact=True, weights=weights)
        if basis is None:
            theta, value = narrow(at_width, widths, starts, progress=progress)
        else:
            phi, value = narrow(
                lambda width: restricted(at_width(width), basis, starts),
                widths,
                np.zeros((len(starts), basis.shape[1])),
            )
            theta = starts + phi @ basis.T
        if not self.width:
            deviations = np.abs(smooth.residuals(theta))
            value = (deviations if weights is None else deviations * weights).sum(axis=1)
        return theta, value


def _natural(logarithmic: np.ndarray) -> np.ndarray:
    """Rows (E, A, B, alpha, beta) of rows (log E, log A, log B, alpha, beta)."""
    with np.errstate(over="ignore"):
        return np.hstack([np.exp(logarithmic[:, :3]), logarithmic[:, 3:]])


# ---- power laws of one variable --------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PowerLawFit:
    """A power law fitted by least squares on logarithms.

    ``y = floor + c x^k``, kept as ``y = floor + height (x / centre)^k``: far from x = 1, as for
    calendar years, c is beyond the range of numbers where the height still has all its digits.

    Attributes:
        coefficient: c; 0 or `inf` where it is too small or too large for a number.
        exponent: k.
        floor: the floor, fitted, given or 0.
        centre: geometric mean of the x.
        height: fitted y above the floor at the centre.
        exponent_error: standard error of the exponent; `inf` with as many points as parameters.
        x: the points, shape (points,).
        y: the points, shape (points,).
        samples: refits of resampled points, shape (resamples, 2 or 3), columns as in `names`.
        names: `("coefficient", "exponent")`, and `"floor"` where it was fitted.
        covariance: of (log c, k), and log floor where it was fitted.
    """

    coefficient: float
    exponent: float
    floor: float
    centre: float
    height: float
    exponent_error: float
    x: np.ndarray
    y: np.ndarray
    samples: np.ndarray
    names: tuple[str, ...]
    covariance: np.ndarray

    @np.errstate(over="ignore")
    def predict(self, x: Numbers) -> Numbers:
        """The fitted law: ``y = floor + c x^k``.

        Args:
            x: where, above 0, any shape.

        Returns:
            y, of the shape of x.

        Raises:
            ValueError: if x is not positive and finite.

        Source: the fit.
        """
        return self.floor + self.height * (positive("x", x) / self.centre) ** self.exponent

    @property
    def residuals(self) -> np.ndarray:
        """Logarithm of fitted over measured height above a given floor, shape (points,).

        ``r_i = log((y(x_i) - floor) / (y_i - floor))``, with 0 for a floor that was fitted.
        """
        given = 0.0 if "floor" in self.names else self.floor
        return np.log((self.predict(self.x) - given) / (self.y - given))

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Interval of each fitted number.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of the resamples where there are
        some; otherwise ``theta_j ± t sqrt(covariance_jj)`` for the exponent and for the logarithms
        of coefficient and floor, t being Student's with points less parameters degrees of freedom.

        Args:
            level: share inside, between 0 and 1.

        Returns:
            For each of `names` the (low, high) end, in its unit.

        Raises:
            ValueError: if level is not between 0 and 1.

        Source: the percentile bootstrap, or least squares with normal errors.
        """
        if len(self.samples):
            return intervals(self.samples, self.names, level, method=_QUANTILE)
        freedom = max(len(self.x) - len(self.names), 1)
        reach = -special.stdtrit(freedom, tails(level)[0]) * np.sqrt(np.diag(self.covariance))
        middle = [np.log(self.height) - self.exponent * np.log(self.centre), self.exponent]
        if "floor" in self.names:
            middle.append(np.log(self.floor))
        low, high = (_unlog_power(middle + sign * reach) for sign in (-1.0, 1.0))
        return {name: (float(low[k]), float(high[k])) for k, name in enumerate(self.names)}


_FLOOR_STARTS = (1e-3, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999)
"""Starts of a fitted floor, as shares of the lowest point."""


def fit_power_law(
    x: Numbers,
    y: Numbers,
    *,
    floor: bool | float = False,
    bootstrap: int = 0,
    seed: int = 0,
) -> PowerLawFit:
    """Fit ``y = floor + c x^k`` by least squares on logarithms.

    Without a floor, or with a given one, it minimises
    ``sum_i (log c + k log x_i - log(y_i - floor))^2``, a straight line in logarithms; a fitted
    floor is found from several starts, as the minimum of
    ``sum_i (log(floor + c x_i^k) - log y_i)^2``.

    Args:
        x: the points, shape (points,), above 0.
        y: the points, shape (points,), above 0 and above a given floor.
        floor: False for none, True to fit it, or a number to hold it at.
        bootstrap: number of resamples, 0 for none.
        seed: seed of the resampling, a whole number, 0 or more.

    Returns:
        The `PowerLawFit`.

    Raises:
        ValueError: if x or y is not positive and finite, their lengths differ, there are fewer
            points (or different x) than parameters, y is not above a given floor, or an option
            is out of range.

    Source: ordinary least squares; standard errors with points minus parameters degrees of
        freedom.
    """
    x, y = positive("x", x), positive("y", y)
    same_length(x=x, y=y)
    bootstrap, generator = whole_number("bootstrap", bootstrap), random_generator("seed", seed)
    switch = isinstance(floor, (bool, np.bool_))
    fitted = switch and bool(floor)
    given = 0.0 if switch else single("floor", nonnegative("floor", floor))
    if not (y > given).all():
        raise ValueError(f"y = {y.min():.6g}: allowed is a number above the floor {given:g}")
    names = ("coefficient", "exponent", "floor") if fitted else ("coefficient", "exponent")
    _enough_runs("x, y", len(x), len(names), bootstrap)
    _enough_values("x", x, len(names))

    log_x, log_y = np.log(x), np.log(y - given)
    mean = log_x.mean()
    ones = np.ones_like(x)
    terms = [Term((0, 1), np.stack([ones, log_x - mean], axis=1))]
    floors = np.zeros(1)
    if fitted:
        terms.append(Term((2,), ones[:, None]))
        floors = np.array(_FLOOR_STARTS) * y.min()
    slopes, heights = np.polyfit(log_x - mean, np.log((y - given)[:, None] - floors), 1)
    starts = np.stack([heights, slopes], axis=1)
    if fitted:
        starts = np.column_stack([starts, np.log(floors)])
    squares = partial(HuberOfLogSum, terms, log_y, np.inf)
    theta, value = narrow(lambda _: squares(exact=True), [np.inf], starts)
    theta, value = theta[value.argmin()], value.min()

    samples = np.empty((0, len(names)))
    shift = np.eye(len(names))
    shift[0, 1] = -mean  # from the height at the mean x to the height at x = 1
    if bootstrap:
        weights = _resamples(generator, bootstrap, [(x, len(names))])
        refits, _ = narrow(
            lambda _: squares(exact=True, weights=weights), [np.inf], np.tile(theta, (bootstrap, 1))
        )
        samples = _unlog_power(refits @ shift.T)

    freedom = len(x) - len(names)
    covariance = np.full((len(names), len(names)), np.inf)
    if freedom:
        _, _, information = squares(exact=False)(theta[None], np.zeros(1, int))
        inverse = np.linalg.pinv(information[0], hermitian=True)
        covariance = 2.0 * value / freedom * (shift @ inverse @ shift.T)
    fit = _unlog_power(shift @ theta)
    return PowerLawFit(
        coefficient=float(fit[0]),
        exponent=float(fit[1]),
        floor=float(fit[2]) if fitted else given,
        centre=float(np.exp(mean)),
        height=float(np.exp(theta[0])),
        exponent_error=float(np.sqrt(covariance[1, 1])),
        x=x.copy(),
        y=y.copy(),
        samples=samples,
        names=names,
        covariance=covariance,
    )


@np.errstate(over="ignore")
def _unlog_power(theta: np.ndarray) -> np.ndarray:
    """(c, k, floor) of (log c, k, log floor), along the last axis; c can be 0 or `inf`."""
    natural = theta.copy()
    for column in (0, *range(2, theta.shape[-1])):
        natural[..., column] = np.exp(theta[..., column])
    return natural


# ---- isoFLOP parabolas -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class IsoFlopFit:
    """The best size at each of several budgets, from a parabola through its runs.

    ``loss = l + k (log N - log N*)^2`` at each budget, ``N* = G C^a`` across them.

    Attributes:
        C: the budgets in FLOP, rising, shape (budgets,).
        N: the best sizes, parameters, shape (budgets,).
        D: the best amounts of text, ``C / (6 N)`` tokens, shape (budgets,).
        loss: the lowest losses in nats per token, shape (budgets,).
        bend: k of each parabola, nats per token, shape (budgets,).
        log_size_error: standard error of log N; `inf` where a budget has only three runs.
        bracketed: whether the best size lies within the sizes that were run, shape (budgets,).
        size: power law of N against C through the bracketed budgets.
        text: power law of D against C through the bracketed budgets.
        frontier: power law of the lowest loss against C through the bracketed budgets, with no
            floor: over few powers of ten none is seen.
    """

    C: np.ndarray
    N: np.ndarray
    D: np.ndarray
    loss: np.ndarray
    bend: np.ndarray
    log_size_error: np.ndarray
    bracketed: np.ndarray
    size: PowerLawFit
    text: PowerLawFit
    frontier: PowerLawFit

    def predict(self, C: Numbers, N: Numbers) -> np.ndarray:
        """Loss by the parabola of the nearest budget.

        ``l + k (log N - log N*)^2``.

        Args:
            C: training compute in FLOP, any shape; the budget nearest in log C serves.
            N: parameters, any shape that broadcasts with C.

        Returns:
            Loss in nats per token.

        Raises:
            ValueError: if C or N is not positive and finite, or their shapes do not broadcast.

        Source: Hoffmann et al. 2022, section 3.2.
        """
        C, N = self._runs(C, N=N)
        nearest = np.abs(np.log(C)[..., np.newaxis] - np.log(self.C)).argmin(axis=-1)
        off = np.log(N / self.N[nearest])
        return self.loss[nearest] + self.bend[nearest] * off**2

    def size_factor(self, C: Numbers, N: Numbers) -> np.ndarray:
        """Size of a model over the best size for its compute: ``s = N / (G C^a)``.

        Args:
            C: training compute in FLOP, any shape.
            N: parameters, any shape that broadcasts with C.

        Returns:
            s, above 0.

        Raises:
            ValueError: if C or N is not positive and finite, or their shapes do not broadcast.

        Source: Hoffmann et al. 2022, section 3.2.
        """
        C, N = self._runs(C, N=N)
        return N / self.size.predict(C)

    def waste_factor(self, C: Numbers, loss: Numbers) -> np.ndarray:
        """Compute spent over the compute that the frontier needs for the same loss.

        ``C (loss / c)^(-1/k)`` with the `frontier` ``L* = c C^k``: what the runs alone say, with
        no law of size and text.  A little loss is much compute, so noise shows.

        Args:
            C: training compute in FLOP, any shape.
            loss: loss in nats per token, any shape that broadcasts with C.

        Returns:
            1 on the frontier, more above it.

        Raises:
            ValueError: if C or the loss is not positive and finite, or their shapes do not
                broadcast.

        Source: Hoffmann et al. 2022, section 3.2.
        """
        C, loss = self._runs(C, loss=loss)
        law = self.frontier
        needed = law.centre * (loss / law.height) ** (1.0 / law.exponent)
        return C / needed

    @staticmethod
    def _runs(C: Any, **other: Any) -> tuple[np.ndarray, np.ndarray]:
        """Both arguments, checked: ``C > 0``."""
        [(name, value)] = other.items()
        C, value = positive("C", C), positive(name, value)
        broadcastable(C=C, **{name: value})
        return C, value

    @property
    def exponent(self) -> float:
        """The exponent a of the best size, ``N* ~ C^a``."""
        return self.size.exponent

    @property
    def exponent_error(self) -> float:
        """The standard error of `exponent`.

        ``sqrt(sum_i r_i^2 / (budgets - 2) / sum_i (log C_i - mean log C)^2)``, r being the
        residuals of ``log N*``.
        """
        return self.size.exponent_error


_SAME_BUDGET = 0.01
"""Budgets whose neighbours differ by less than this share are one."""


def fit_isoflop(C: Numbers, N: Numbers, loss: Numbers) -> IsoFlopFit:
    """Find the best size at each budget by a parabola, and how it grows with the budget.

    For each budget ``loss = l + k (log N - log N*)^2`` by least squares; then
    ``log N* = log G + a log C`` by least squares.  Budgets within 1 % are one.  The parabola is
    an approximation: with sizes far from the best, or off centre, its minimum is biased.

    Args:
        C: training compute of the runs in FLOP, shape (runs,).
        N: parameters, shape (runs,).
        loss: loss in nats per token, shape (runs,).

    Returns:
        The `IsoFlopFit`.

    Raises:
        ValueError: if an argument is not positive and finite, lengths differ, a budget has fewer
            than three sizes or no minimum, or fewer than two budgets have their best size within
            the sizes that were run.

    Source: Hoffmann et al. 2022, section 3.2.
    """
    C, N, loss = positive("C", C), positive("N", N), positive("loss", loss)
    same_length(C=C, N=N, loss=loss)
    order = np.argsort(C, kind="stable")
    cuts = np.flatnonzero(np.diff(np.log(C[order])) > _SAME_BUDGET) + 1
    budgets = np.split(order, cuts)
    C_mean = np.array([np.exp(np.log(C[runs]).mean()) for runs in budgets])
    best = np.array([_parabola(C_mean[k], N[runs], loss[runs]) for k, runs in enumerate(budgets)])
    log_N, lowest, bend, error, bracketed = best.T
    bracketed = bracketed.astype(bool)
    if bracketed.sum() < 2:
        raise ValueError(
            f"C: {bracketed.sum()} of {len(budgets)} budgets have their best size within the sizes "
            "that were run; allowed are 2 or more"
        )
    N_best = np.exp(log_N)
    D_best = C_mean / (TRAINING_FLOP_PER_PARAMETER_TOKEN * N_best)
    size, text, frontier = (
        fit_power_law(C_mean[bracketed], column[bracketed]) for column in (N_best, D_best, lowest)
    )
    laws = (size, text, frontier)
    return IsoFlopFit(C_mean, N_best, D_best, lowest, bend, error, bracketed, *laws)


def _parabola(C: float, N: np.ndarray, loss: np.ndarray) -> tuple[float, float, float, float, bool]:
    """Log of the best size, the lowest loss, the bend, the log's error, whether it is bracketed."""
    if len(np.unique(N)) < 3:
        raise ValueError(
            f"N has {len(np.unique(N))} different values at C = {C:.4g}: allowed are 3 or more"
        )
    middle = np.log(N).mean()
    offset = np.log(N) - middle
    design = np.stack([np.ones_like(offset), offset, offset**2], axis=1)
    (height, slope, bend), *_ = np.linalg.lstsq(design, loss)
    if bend <= 0.0:
        raise ValueError(
            f"loss at C = {C:.4g}: it does not rise on both sides, so it has no minimum"
        )
    best = -0.5 * slope / bend
    error = np.inf
    if len(N) > 3:
        noise = np.sum((design @ (height, slope, bend) - loss) ** 2) / (len(N) - 3)
        gradient = np.array([0.0, -0.5 / bend, 0.5 * slope / bend**2])
        error = np.sqrt(noise * gradient @ np.linalg.inv(design.T @ design) @ gradient)
    bracketed = offset.min() <= best <= offset.max()
    return middle + best, height - 0.25 * slope**2 / bend, bend, error, bracketed


@dataclass(frozen=True, eq=False)
class ValleyFit:
    """The two exponents of a law, from how the bottom of the isoFLOP valleys moves with compute.

    ``N* ~ C^a`` and ``L* - floor ~ C^-gamma``, of which ``alpha = gamma / a`` and
    ``beta = gamma / (1 - a)``: what runs say that do not reach the floor, once it is given.

    Attributes:
        alpha: exponent of size [dimensionless].
        beta: exponent of text [dimensionless].
        floor: the loss taken for the floor, in the unit of the losses.
        budgets: the budgets whose valley was used, in FLOP, rising.
        samples: refits, shape (resamples, 2): alpha and beta.
    """

    alpha: float
    beta: float
    floor: float
    budgets: np.ndarray
    samples: np.ndarray

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Lower and upper end of both exponents over the resamples.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of each column of `samples`.

        Args:
            level: coverage of the interval, between 0 and 1.

        Returns:
            A pair for "alpha" and for "beta", without unit.

        Raises:
            ValueError: if the level is not between 0 and 1, or there are no samples.

        Source: the bootstrap over residuals.
        """
        return intervals(self.samples, ("alpha", "beta"), level)


_FEWEST_VALLEYS = 3
_FEWEST_SIZES = 4  # a parabola has three numbers, and one more says how well they are known
_MOST_REDRAWS = 100


def fit_valleys(
    C: Numbers,
    N: Numbers,
    loss: Numbers,
    *,
    floor: Numbers = 0.0,
    bootstrap: int = 200,
    seed: int = 0,
) -> ValleyFit:
    """Find the exponents of size and of text from the best size and loss at each budget.

    At each budget ``loss = l + k (log N - log N*)^2`` by least squares; across budgets
    ``log N* ~ a log C`` and ``log(l - floor) ~ -gamma log C``; then ``alpha = gamma / a`` and
    ``beta = gamma / (1 - a)``, as for ``L = E + A N^-alpha + B D^-beta`` with C in proportion to
    N D.  Budgets within 1 % are one; those with fewer than four sizes, or without a valley inside
    them, are left out.  Resamples add to each parabola its own residuals, drawn again and widened
    by each run's pull on the fit; one without positive exponents is drawn
    again.  With fewer than some fifteen runs a budget the intervals are a little narrow.

    Args:
        C: training compute of the runs in FLOP, shape (runs,).
        N: parameters, shape (runs,).
        loss: losses, shape (runs,).
        floor: the loss that nothing removes, 0 or more, below every valley.
        bootstrap: how many resamples, 0 for none.
        seed: seeds the resampling.

    Returns:
        The `ValleyFit`.

    Raises:
        ValueError: if an argument is out of its range, lengths differ, fewer than three budgets
            have a valley, the floor is not below them, or the exponents come out negative.

    Source: Hoffmann et al. 2022, section 3.2 for the valleys, eq. 4 for the exponents.
    """
    C, N, loss = positive("C", C), positive("N", N), positive("loss", loss)
    same_length(C=C, N=N, loss=loss)
    floor = float(single("floor", nonnegative("floor", floor)))
    resamples, generator = whole_number("bootstrap", bootstrap), random_generator("seed", seed)
    order = np.argsort(C, kind="stable")
    cuts = np.flatnonzero(np.diff(np.log(C[order])) > _SAME_BUDGET) + 1
    valleys = [v for v in map(partial(_valley, C, N, loss), np.split(order, cuts)) if v.bracketed]
    if len(valleys) < _FEWEST_VALLEYS:
        raise ValueError(
            f"C: {len(valleys)} budgets have a valley within the sizes that were run; allowed are "
            f"{_FEWEST_VALLEYS} or more"
        )
    budgets = np.array([valley.C for valley in valleys])
    found = _valley_exponents(valleys, [valley.fitted for valley in valleys], floor)
    if found is None:
        raise ValueError(
            f"floor = {floor:g}: allowed is a floor below every valley, with losses that fall and "
            "best sizes that rise with the budget"
        )
    samples = []
    for _ in range(resamples):
        for _ in range(_MOST_REDRAWS):
            drawn = [
                valley.fitted + generator.choice(valley.residuals, valley.residuals.size)
                for valley in valleys
            ]
            again = _valley_exponents(valleys, drawn, floor)
            if again is not None:
                samples.append(again)
                break
        else:
            raise ValueError(
                f"floor = {floor:g}: {_MOST_REDRAWS} resamples in a row have no positive exponents"
            )
    return ValleyFit(*found, floor, budgets, np.array(samples).reshape(-1, 2))


@dataclass(frozen=True, eq=False)
class _Valley:
    C: float
    middle: Any  # mean of log N
    inverse: np.ndarray  # turns losses into height, slope and bend
    fitted: np.ndarray
    residuals: np.ndarray
    bracketed: bool


def _valley(C: np.ndarray, N: np.ndarray, loss: np.ndarray, runs: np.ndarray) -> _Valley:
    budget, sizes = float(np.exp(np.log(C[runs]).mean())), np.log(N[runs])
    if len(np.unique(sizes)) < _FEWEST_SIZES:
        none = np.array([])
        return _Valley(budget, none, none, none, none, bracketed=False)
    offset = sizes - sizes.mean()
    design = np.stack([np.ones_like(offset), offset, offset**2], axis=1)
    inverse = np.linalg.pinv(design)
    height, slope, bend = inverse @ loss[runs]
    fitted = design @ (height, slope, bend)
    pull = np.sum(design * inverse.T, axis=1)  # of each run on the parabola, 3 in all
    bracketed = bend > 0 and offset.min() <= -0.5 * slope / bend <= offset.max()
    residuals = (loss[runs] - fitted) / np.sqrt(1.0 - pull)
    residuals = residuals - residuals.mean()
    return _Valley(budget, sizes.mean(), inverse, fitted, residuals, bool(bracketed))


def _valley_exponents(
    valleys: list[_Valley], losses: list[np.ndarray], floor: float
) -> tuple[float, float] | None:
    """Alpha and beta, or None where the losses of these runs give no positive ones."""
    shapes = [valley.inverse @ column for valley, column in zip(valleys, losses, strict=True)]
    height, slope, bend = np.array(shapes).T
    if np.any(bend <= 0.0):
        return None
    log_C = np.log([valley.C for valley in valleys])
    log_N = [valley.middle for valley in valleys] - 0.5 * slope / bend
    above = height - 0.25 * slope**2 / bend - floor
    if np.any(above <= 0.0):
        return None
    a, gamma = np.polyfit(log_C, log_N, 1)[0], -np.polyfit(log_C, np.log(above), 1)[0]
    if not (0.0 < a < 1.0 and gamma > 0.0):
        return None
    return float(gamma / a), float(gamma / (1.0 - a))


# ---- text read more than once ----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class RepetitionFit:
    """The decay of repeated text and of surplus parameters, fitted to runs.

    ``log L(N_i, D_i, U_i; R_D, R_N) = log L_i + r_i`` with the lowest ``sum_i H(r_i)``.

    Attributes:
        law: the `RepetitionLaw` of the lowest minimum.
        delta: where Huber's loss turns linear, in units of log loss.
        objective_value: the objective at the lowest minimum, a sum over runs.
        minima: every local minimum within the range searched, lowest first: rows (R_D, R_N,
            objective).
        N: parameters of the runs, shape (runs,).
        D: tokens read, shape (runs,).
        unique_tokens: different tokens, shape (runs,).
        loss: losses in nats per token, shape (runs,).
        samples: refits of resampled runs, shape (resamples, 2): R_D and R_N, to within a grid
            step of 5 %; `inf` where the lowest value lies at the end of the range.
    """

    law: RepetitionLaw
    delta: float
    objective_value: float
    minima: np.ndarray
    N: np.ndarray
    D: np.ndarray
    unique_tokens: np.ndarray
    loss: np.ndarray
    samples: np.ndarray

    @property
    def source(self) -> Source:
        """Whose method this is, and how many runs went in."""
        return self.law.source

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Percentile interval of R_D and R_N over the resamples.

        The quantiles ``(1 - level) / 2`` and ``(1 + level) / 2`` of each column of `samples`,
        without interpolation.

        Args:
            level: share of the resamples inside, between 0 and 1.

        Returns:
            For `"R_D"` (passes) and `"R_N"` (times the best size) the (low, high) end; `inf` where
            the runs set no bound.

        Raises:
            ValueError: if level is not between 0 and 1, or the fit was made without a bootstrap.

        Source: the percentile bootstrap.
        """
        return intervals(self.samples, _DECAYS, level, method=_QUANTILE)


_DECAYS = ("R_D", "R_N")
_DECAY_GRID = np.geomspace(0.1, 1e4, 241)
"""Passes, or times the best size: from all but useless at once to no loss of worth at all."""


def fit_repetition(
    N: Numbers,
    D: Numbers,
    unique_tokens: Numbers,
    loss: Numbers,
    *,
    fresh: ParametricLaw = MUENNIGHOFF_2023.fresh,
    delta: float = 1e-3,
    bootstrap: int = 0,
    seed: int = 0,
) -> RepetitionFit:
    """Fit how fast repeated text and surplus parameters lose their worth.

    Minimises ``sum_i H(log L(N_i, D_i, U_i; R_D, R_N) - log L_i)`` with Huber's loss H, and with
    the law for fresh text held.  Both numbers are searched on a grid from 0.1 to 10,000; every
    local minimum is then refined, because there can be more than one.

    Args:
        N: parameters, shape (runs,).
        D: tokens read, with repeats, shape (runs,).
        unique_tokens: different tokens, shape (runs,).
        loss: loss in nats per token, shape (runs,).
        fresh: the law for text read once.
        delta: where Huber's loss turns linear, in units of log loss, above 0.
        bootstrap: number of resamples, 0 for none.
        seed: seed of the resampling, a whole number, 0 or more.

    Returns:
        The `RepetitionFit`.

    Raises:
        ValueError: if N, D, unique_tokens or loss is not positive and finite, their lengths
            differ, there are fewer runs than parameters, or an option is out of range.

    Source: Muennighoff et al. 2023, appendix A, eq. 16 and 17.
    """
    from scipy import ndimage  # slow to import, needed by fits only

    N, D, loss = positive("N", N), positive("D", D), positive("loss", loss)
    unique = positive("unique_tokens", unique_tokens)
    same_length(N=N, D=D, unique_tokens=unique, loss=loss)
    delta = single("delta", positive("delta", delta))
    bootstrap, generator = whole_number("bootstrap", bootstrap), random_generator("seed", seed)
    if not isinstance(fresh, ParametricLaw):
        raise ValueError(f"fresh = {fresh!r}: allowed is a ParametricLaw")
    _enough_runs("N, D, unique_tokens, loss", len(N), len(_DECAYS), bootstrap)
    problem = _Repetition(fresh, N, D, unique, loss, delta)
    weights = _resamples(generator, bootstrap, [(np.arange(len(N)), len(_DECAYS))])
    surface, places = problem.search(weights)
    floor_of = ndimage.minimum_filter(surface, size=3, mode="nearest") == surface
    minima = np.array([problem.refined(_DECAY_GRID[place]) for place in np.argwhere(floor_of)])
    minima = minima[np.argsort(minima[:, 2])]
    kept = [
        k
        for k, minimum in enumerate(minima)
        if not np.isclose(minima[:k, :2], minimum[:2], rtol=1e-3).all(axis=1).any()
    ]
    minima = minima[kept]
    samples = np.where(places == len(_DECAY_GRID) - 1, np.inf, _DECAY_GRID[places])
    source = _method("muennighoff2023", "appendix A", len(N))
    R_D, R_N = minima[0, :2].tolist()
    law = RepetitionLaw(fresh, R_D, R_N, source)
    runs = (N.copy(), D.copy(), unique.copy(), loss.copy())
    return RepetitionFit(law, delta, float(minima[0, 2]), minima, *runs, samples)


def _profile_repetition(fit: RepetitionFit, name: str, values: np.ndarray) -> Profile:
    from scipy import optimize  # slow to import, needed by fits only

    choice("name", name, _DECAYS)
    problem = _Repetition(fit.law.fresh, fit.N, fit.D, fit.unique_tokens, fit.loss, fit.delta)
    held = _DECAYS.index(name)
    parameters, lowest = np.empty((len(values), 2)), np.empty(len(values))
    parameters[:, held] = values
    for k, value in enumerate(values):

        def along(log_other: float, value: float = value) -> float:
            other = np.exp(log_other)
            return float(problem.misfits(*((value, other) if held == 0 else (other, value)))[0])

        others = problem.misfits(*((value, _DECAY_GRID) if held == 0 else (_DECAY_GRID, value)))
        near = np.clip(others.argmin() + np.array([-1, 1]), 0, len(_DECAY_GRID) - 1)
        found = optimize.minimize_scalar(
            along, bounds=np.log(_DECAY_GRID[near]), method="bounded", options={"xatol": 1e-10}
        )
        parameters[k, 1 - held], lowest[k] = np.exp(found.x), found.fun
    return Profile(name, values, lowest, parameters, fit.objective_value)


class _Repetition:
    """The misfit of the law of repeated text over its two decays."""

    def __init__(
        self,
        fresh: ParametricLaw,
        N: np.ndarray,
        D: np.ndarray,
        unique: np.ndarray,
        loss: np.ndarray,
        delta: float,
    ) -> None:
        self._fresh, self._runs, self._loss, self._delta = fresh, (N, D, unique), loss, delta

    def losses(self, R_D: Any, R_N: Any) -> np.ndarray:
        """Huber's loss of each run for each pair of decays, shape (pairs, runs)."""
        R_D, R_N = np.atleast_1d(R_D)[:, None], np.atleast_1d(R_N)[:, None]
        law = RepetitionLaw(self._fresh, R_D, R_N, self._fresh.source)
        return special.huber(self._delta, np.log(law.loss(*self._runs) / self._loss))

    def misfits(self, R_D: Any, R_N: Any) -> np.ndarray:
        """The sum over runs for each pair of decays, shape (pairs,)."""
        return self.losses(R_D, R_N).sum(axis=1)

    def search(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The misfit on the grid, and the place on it of the lowest for each row of weights."""
        size = len(_DECAY_GRID)
        surface = np.empty((size, size))
        lowest, places = np.full(len(weights), np.inf), np.zeros((len(weights), 2), int)
        for k, R_D in enumerate(_DECAY_GRID):
            losses = self.losses(R_D, _DECAY_GRID)
            surface[k] = losses.sum(axis=1)
            resampled = losses @ weights.T
            best = resampled.argmin(axis=0)
            value = np.take_along_axis(resampled, best[None], axis=0)[0]
            lower = value < lowest
            lowest[lower], places[lower] = (
                value[lower],
                np.stack([np.full(lower.sum(), k), best[lower]], axis=1),
            )
        return surface, places

    def refined(self, start: np.ndarray) -> tuple[float, float, float]:
        """The local minimum next to a place on the grid: R_D, R_N and the misfit."""
        from scipy import optimize  # slow to import, needed by fits only

        found = optimize.minimize(
            lambda logs: float(self.misfits(*np.exp(logs))[0]),
            np.log(start),
            method="Nelder-Mead",
            bounds=[tuple(np.log(_DECAY_GRID[[0, -1]]))] * 2,
            options={"xatol": 1e-9, "fatol": 1e-16, "maxiter": 2000},
        )
        return (*np.exp(found.x), found.fun)


# ---- models trained past the best split ------------------------------------------------------


@dataclass(frozen=True, eq=False)
class OvertrainingFit:
    """Gadre's law fitted to a handful of small runs.

    ``E + (a M_i^eta + b M_i^-eta) C_i^-eta = L_i + r_i`` with the lowest ``sum_i r_i^2``.

    Attributes:
        law: the fitted `OvertrainingLaw`.
        C: training compute of the runs in FLOP, shape (runs,).
        tokens_per_parameter: D/N of the runs, shape (runs,).
        loss: losses in nats per token, shape (runs,).
    """

    law: OvertrainingLaw
    C: np.ndarray
    tokens_per_parameter: np.ndarray
    loss: np.ndarray

    @property
    def source(self) -> Source:
        """Whose method this is, and how many runs went in."""
        return self.law.source

    @property
    def residuals(self) -> np.ndarray:
        """Fitted minus measured loss in nats per token, shape (runs,): ``L(C_i, M_i) - L_i``."""
        return self.law.loss(self.C, self.tokens_per_parameter) - self.loss


_ETAS = np.geomspace(0.005, 2.0, 121)


def fit_overtraining(C: Numbers, tokens_per_parameter: Numbers, loss: Numbers) -> OvertrainingFit:
    """Fit Gadre's law of over-training by least squares on the loss.

    Minimises ``sum_i (E + (a M_i^eta + b M_i^-eta) C_i^-eta - L_i)^2``.  For a given eta the best
    E, a and b solve a linear problem, which leaves a search in one dimension.  There is no
    interval: the published protocol fits four numbers to five runs.

    Args:
        C: training compute in FLOP, shape (runs,).
        tokens_per_parameter: M = D/N, shape (runs,).
        loss: loss in nats per token, shape (runs,).

    Returns:
        The `OvertrainingFit`.

    Raises:
        ValueError: if an argument is not positive and finite, lengths differ, there are fewer
            than four runs, or the best fit is not a law that falls to a floor.

    Source: Gadre et al. 2024, eq. 4 and the authors' code.
    """
    from scipy import optimize  # slow to import, needed by fits only

    C, loss = positive("C", C), positive("loss", loss)
    M = positive("tokens_per_parameter", tokens_per_parameter)
    same_length(C=C, tokens_per_parameter=M, loss=loss)
    _enough_runs("C, tokens_per_parameter, loss", len(C), 4, 0)
    # Measured from the middle of the runs, the columns stay within range for every eta.
    middle = np.log(C).mean()

    def linear(log_eta: float) -> tuple[float, np.ndarray]:
        eta = np.exp(log_eta)
        power = np.exp(-eta * (np.log(C) - middle))
        design = np.stack([np.ones_like(C), power * M**eta, power * M**-eta], axis=1)
        numbers = np.linalg.lstsq(design, loss)[0]
        return float(np.sum((design @ numbers - loss) ** 2)), numbers

    squares = [linear(log_eta)[0] for log_eta in np.log(_ETAS)]
    near = np.clip(np.argmin(squares) + np.array([-1, 1]), 0, len(_ETAS) - 1)
    found = optimize.minimize_scalar(
        lambda log_eta: linear(log_eta)[0],
        bounds=np.log(_ETAS[near]),
        method="bounded",
        options={"xatol": 1e-12},
    )
    eta = float(np.exp(found.x))
    E, a, b = linear(found.x)[1] * (1.0, np.exp(eta * middle), np.exp(eta * middle))
    if not (E >= 0.0 and a > 0.0 and b > 0.0 and _ETAS[0] < eta < _ETAS[-1]):
        raise ValueError(
            "loss: no law that falls to a floor fits these runs best, but "
            f"E = {E:.4g}, a = {a:.4g}, b = {b:.4g}, eta = {eta:.4g}"
        )
    source = _method("gadre2024", "eq. 4", len(C))
    law = OvertrainingLaw(float(E), float(a), float(b), eta, source)
    return OvertrainingFit(law, C.copy(), M.copy(), loss.copy())


# ---- shared ----------------------------------------------------------------------------------


def _method(key: str, locator: str, runs: int) -> Source:
    return SOURCES[key].at(locator, f"the method; the numbers are fitted to {runs} runs here")


def _enough_runs(names: str, runs: int, parameters: int, bootstrap: int) -> None:
    if runs < parameters:
        raise ValueError(f"{names}: {runs} points; allowed are {parameters} or more")
    if bootstrap and runs == parameters:
        raise ValueError(
            f"bootstrap = {bootstrap}: allowed is 0, as {runs} points resampled cannot fix "
            f"{parameters} parameters"
        )


def _enough_values(name: str, values: np.ndarray, fewest: int) -> None:
    different = len(np.unique(values))
    if different < fewest:
        raise ValueError(f"{name} has {different} different values: allowed are {fewest} or more")


def _resamples(
    generator: np.random.Generator, resamples: int, needed: Sequence[tuple[np.ndarray, int]]
) -> np.ndarray:
    """How often each run is drawn, with replacement, shape (resamples, runs).

    A draw without the needed number of different values of each array is drawn again.
    """
    runs = len(needed[0][0])
    weights = np.zeros((resamples, runs))
    left = np.arange(resamples)
    while left.size:
        drawn = times_drawn(generator, runs, left.size)
        weights[left] = drawn
        enough = np.ones(left.size, bool)
        for values, fewest in needed:
            order = np.argsort(values, kind="stable")
            first = np.flatnonzero(np.diff(values[order], prepend=-np.inf))
            different = (np.add.reduceat(drawn[:, order], first, axis=1) > 0).sum(axis=1)
            enough &= different >= fewest
        left = left[~enough]
    return weights


def _reporter(progress: Any) -> Progress | None:
    if progress is True:
        return _CountOnStderr()
    if progress is None or progress is False:
        return None
    if not callable(progress):
        raise ValueError(f"progress = {progress!r}: allowed is True, False or a function")
    return progress


class _CountOnStderr:
    """Rewrites one line on stderr with each further per cent."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 * done // total
        if percent > self._shown:
            self._shown = percent
            end = "\n" if done == total else ""
            print(f"\rfitting: {percent:3d} %", end=end, file=sys.stderr, flush=True)
