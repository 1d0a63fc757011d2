"""The prophecy: exponential records, what drives them, and beliefs that cause what they forecast.

Read from top to bottom this is chapter 5: exponentials fitted to a record, whole or in pieces;
the laws of Moore, Wright, Sahal and Dennard; S-curves that hand over to each other; growth split
into its causes; a machine of belief, spending and progress with two futures; and the wager, alone
and in a race.

Units: years, growth as a factor per year (its natural logarithm, 1/year, where a name says rate),
money in any one unit.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from scaling_core import _special as special
from scaling_core._bisection import bisect
from scaling_core._checks import (
    broadcastable,
    check_fields,
    fraction,
    is_traced,
    nonnegative,
    number,
    open_fraction,
    positive,
    same_length,
    single,
    whole_number,
)
from scaling_core._types import Numbers
from scaling_core.sources import SOURCES, Source

# ---- exponentials fitted to a record ---------------------------------------------------------

_LARGEST_EXPONENT = 709.0
"""Natural logarithm of the largest float64, rounded down."""
_ROUNDING = 1e-12
"""Share of the largest logarithm under which a residual is rounding: nothing left to explain."""


@dataclass(frozen=True, eq=False)
class ExponentialFit:
    """An exponential fitted to a record: ``value = level exp(rate (year - centre))``.

    Attributes:
        rate: natural logarithm of the growth factor, 1/year.
        standard_error: standard error of `rate`, 1/year; `inf` where fewer than three observations
            count or all of them fall in one year.
        level: fitted value in the year `centre`.
        centre: mean year of the observations that count.
        spread: standard deviation of the logarithms about the line.
        observations: how many observations count.
    """

    rate: Numbers
    standard_error: Numbers
    level: Numbers
    centre: Numbers
    spread: Numbers
    observations: Numbers

    @property
    def growth_per_year(self) -> Numbers:
        """Growth as a factor per year, ``exp(rate)``."""
        return _exp(self.rate)

    @property
    def doubling_time(self) -> Numbers:
        """Years to double, ``ln 2 / rate``: negative where the values fall, `inf` if constant."""
        return _doubling_time(self.rate)

    def interval(self, level: float = 0.95) -> dict[str, tuple[Numbers, Numbers]]:
        """Intervals of the growth and of the doubling time.

        ``rate ± t standard_error`` with Student's t of `observations` - 2 degrees of freedom.  The
        errors are taken as independent: families of chips or models make it too narrow.

        Args:
            level: coverage, above 0 and at most 0.9999.

        Returns:
            A dict with `growth_per_year` and `doubling_time`, each (low, high).  Where no growth
            at all cannot be excluded, one end of the doubling time is infinite.

        Raises:
            ValueError: if `level` is out of range.

        Source: least squares with normal errors.
        """
        reach = self._reach(level) * self.standard_error
        low, high = self.rate - reach, self.rate + reach
        soonest = np.where((self.rate < 0) & (high >= 0), -np.inf, _doubling_time(high))[()]
        latest = np.where((self.rate >= 0) & (low <= 0), np.inf, _doubling_time(low))[()]
        return {"growth_per_year": (_exp(low), _exp(high)), "doubling_time": (soonest, latest)}

    def predict(self, years: Numbers) -> Numbers:
        """Value on the line.

        ``level exp(rate (year - centre))``

        Args:
            years: calendar years, any shape that broadcasts with the fit.

        Returns:
            The values, in the unit of the record.

        Raises:
            ValueError: if `years` are not finite.

        Source: the fit.
        """
        return self.level * _exp(self.rate * (number("years", years) - self.centre))

    def band(self, years: Numbers, level: float = 0.95) -> tuple[Numbers, Numbers]:
        """Interval of the line itself (not of single observations) in given years.

        ``log value ± t sqrt(spread^2 / observations + standard_error^2 (year - centre)^2)``

        Args:
            years: calendar years, any shape that broadcasts with the fit.
            level: coverage, above 0 and at most 0.9999.

        Returns:
            (low, high), in the unit of the record.

        Raises:
            ValueError: if an argument is out of range.

        Source: least squares with normal errors.
        """
        return self._around(years, level, 0.0)

    def observation_band(self, years: Numbers, level: float = 0.95) -> tuple[Numbers, Numbers]:
        """Interval of a single new observation in given years: the line's and its scatter.

        ``log value ± t sqrt(spread^2 (1 + 1 / observations) + standard_error^2 (year - centre)^2)``

        Args:
            years: calendar years, any shape that broadcasts with the fit.
            level: coverage, above 0 and at most 0.9999.

        Returns:
            (low, high), in the unit of the record.

        Raises:
            ValueError: if an argument is out of range.

        Source: least squares with normal errors.
        """
        return self._around(years, level, self.spread)

    def _around(self, years: Any, level: float, scatter: Any) -> tuple[Any, Any]:
        distance = number("years", years) - self.centre
        middle = np.log(self.level) + self.rate * distance
        of_level = self.spread / np.sqrt(np.maximum(self.observations, 1.0))
        of_slope = np.where(distance == 0, 0.0, self.standard_error) * distance
        reach = self._reach(level) * np.hypot(np.hypot(of_level, of_slope), scatter)
        return _exp(middle - reach), _exp(middle + reach)

    def _reach(self, level: float) -> Any:
        return _student_quantile(np.maximum(self.observations - 2, 1), level)


def fit_exponential(years: Numbers, values: Numbers, include: Numbers = True) -> ExponentialFit:
    """Fit an exponential to a record by least squares on the logarithms.

    ``ln value = ln level + rate (year - centre)``

    Args:
        years: calendar years, shape (n,), 3 or more.
        values: what was measured, above 0, shape (n,).
        include: which observations count, booleans of shape (n,); all of them by default.  Moving
            a window by `include` keeps the shapes, so that a fit can be live.

    Returns:
        An `ExponentialFit` with `.doubling_time`, `.growth_per_year` and `.interval(level)`.

    Raises:
        ValueError: if the record is not of one length, not finite, not above 0, or too short.

    Source: least squares; a doubling time as in Moore 1965.
    """
    years, values = number("years", years), positive("values", values)
    if not is_traced(years) and not is_traced(values):
        same_length(years=years, values=values)
        if len(years) < 3:
            raise ValueError(f"years = {years}: allowed are 3 observations or more")
    weight = np.where(include, 1.0, 0.0)
    broadcastable(years=years, include=weight)
    weight = weight * np.ones(years.shape)
    n = np.sum(weight, axis=-1)
    observations = np.maximum(n, 1.0)
    logs = np.log(values)
    centre = np.sum(weight * years, axis=-1) / observations
    middle = np.sum(weight * logs, axis=-1) / observations
    x, y = years - centre, logs - middle
    sxx = np.sum(weight * x**2, axis=-1)
    sloped = sxx > 1e-9
    rate = np.where(sloped, np.sum(weight * x * y, axis=-1) / np.where(sloped, sxx, 1.0), 0.0)[()]
    residuals = np.sum(weight * (y - rate * x) ** 2, axis=-1)
    spread = np.sqrt(residuals / np.maximum(n - 2, 1.0))
    known = sloped & (n > 2)
    error = np.where(known, spread / np.sqrt(np.where(sloped, sxx, 1.0)), np.inf)[()]
    return ExponentialFit(rate, error, np.exp(middle), centre, spread, n)


def record_holders(years: Numbers, values: Numbers) -> np.ndarray:
    """Which observations are at least as large as every one of the years before.

    ``value_i >= max_{year_j < year_i} value_j``

    Args:
        years: calendar years, shape (n,).
        values: what was measured, shape (n,).

    Returns:
        Booleans of shape (n,), to be used as `include` of `fit_exponential`.

    Raises:
        ValueError: if the record is not of one length or not finite.

    Source: definition (several chips of one year can hold the record).
    """
    years, values = number("years", years), number("values", values)
    same_length(years=years, values=values)
    order = np.argsort(years, kind="stable")
    best_so_far = np.concatenate([[-np.inf], np.maximum.accumulate(values[order])])
    return values >= best_so_far[np.searchsorted(years[order], years)]


@dataclass(frozen=True, eq=False)
class BreakpointFit:
    """An exponential whose growth changes at some years, fitted with joined ends.

    ``ln value = c + rate (year - first) + sum_i change_i max(0, year - break_i)``.

    Attributes:
        years: the years of change, shape (breaks,).
        growth_per_year: growth of each piece as a factor per year, shape (breaks + 1,).
        information_gain: by how much the Bayesian information criterion falls against one
            straight line; above 0 the changes are worth their parameters.
    """

    years: np.ndarray
    growth_per_year: np.ndarray
    information_gain: float
    _combinations: np.ndarray
    _residuals: np.ndarray
    _rates: np.ndarray
    _variances: np.ndarray
    _degrees: int
    _spacing: float

    def interval(self, level: float = 0.95) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Profile intervals: what keeps the squared residuals under ``best (1 + t^2 / degrees)``.

        The growth of a piece is allowed for not knowing the years of change.

        Args:
            level: coverage, above 0 and at most 0.9999.

        Returns:
            A dict with `years` and `growth_per_year`, each (low, high), two arrays.  The years
            reach one step of the grid beyond the last candidate that holds.

        Raises:
            ValueError: if `level` is out of range.

        Source: Hudson 1966 (the fit); profile likelihood with normal errors.
        """
        t = _student_quantile(float(self._degrees), level)
        slack = self._residuals.min() * (1 + t**2 / self._degrees) - self._residuals
        inside = slack >= 0
        years = self._combinations[inside]
        rates = self._rates[inside]
        reach = np.sqrt(slack[inside, None] * self._variances[inside])
        growth = np.exp([(rates - reach).min(axis=0), (rates + reach).max(axis=0)])
        step = self._spacing
        return {
            "years": (years.min(axis=0) - step, years.max(axis=0) + step),
            "growth_per_year": (growth[0], growth[1]),
        }


def fit_breakpoints(
    years: Numbers, values: Numbers, breaks: int = 1, *, least: int = 5
) -> BreakpointFit:
    """Fit an exponential whose growth changes once or twice, and find when.

    ``ln value = c + rate (year - first) + sum_i change_i max(0, year - break_i)``, least squares
    over all sets of years of change on a grid (200 candidates for one change, 60 for two), then on
    three finer grids about the best of them.

    Args:
        years: calendar years, shape (n,).
        values: what was measured, above 0, shape (n,).
        breaks: how many changes, 1 or 2.
        least: fewest observations in each piece, 3 or more.

    Returns:
        A `BreakpointFit` with `.years .growth_per_year .information_gain .interval(level)`.

    Raises:
        ValueError: if the record is not of one length, not finite, not above 0, or cannot be cut
            into pieces of `least` observations.

    Source: Hudson 1966.
    """
    years, values = number("years", years), positive("values", values)
    same_length(years=years, values=values)
    breaks = whole_number("breaks", breaks, low=1, high=2)
    least = whole_number("least", least, low=3)
    grid = np.linspace(years.min(), years.max(), (200, 60)[breaks - 1])
    spacing = float(grid[1] - grid[0])
    sorted_years = np.sort(years)
    x, y = years - years.mean(), np.log(values)
    # The growth of piece j is the first slope and the changes up to it.
    pieces = np.tril(np.ones((breaks + 1, breaks + 1)))

    def long_enough(at: np.ndarray) -> np.ndarray:
        """The candidates that leave enough observations in each piece."""
        ends = np.searchsorted(sorted_years, at)
        return at[np.all(np.diff(ends, axis=-1, prepend=0, append=len(years)) >= least, axis=-1)]

    def fitted(at: np.ndarray) -> tuple[np.ndarray, ...]:
        """The candidates with their squared residuals, and their rates with variances."""
        hinges = np.maximum(0.0, years[None, :, None] - at[:, None, :])
        straight = np.broadcast_to(np.stack([np.ones_like(x), x], axis=-1), (len(at), len(x), 2))
        design = np.concatenate([straight, hinges], axis=-1)
        inverse = np.linalg.inv(np.swapaxes(design, -1, -2) @ design)
        coefficients = np.einsum("cij,ckj,k->ci", inverse, design, y)
        residuals = np.sum((y - np.einsum("cki,ci->ck", design, coefficients)) ** 2, axis=-1)
        variances = np.einsum("pi,cij,pj->cp", pieces, inverse[:, 1:, 1:], pieces)
        return at, residuals, coefficients[:, 1:] @ pieces.T, variances

    candidates = long_enough(np.array(list(itertools.combinations(grid, breaks))))
    if not len(candidates):
        raise ValueError(
            f"years holds {len(years)} observations: allowed is what can be cut into "
            f"{breaks + 1} pieces of {least} or more"
        )
    tried = fitted(candidates)
    for finer in spacing / 5.0 ** np.arange(3):
        best = tried[0][np.argmin(tried[1])]
        around = best[:, None] + finer * np.linspace(-1, 1, 11)
        near = long_enough(np.stack(np.meshgrid(*around), axis=-1).reshape(-1, breaks))
        tried = tuple(map(np.concatenate, zip(tried, fitted(near), strict=True)))
    at, residuals, rates, variances = tried
    best = int(np.argmin(residuals))
    straight = np.sum((y - y.mean() - (x @ y) / (x @ x) * x) ** 2)
    n = len(years)
    exact = n * (_ROUNDING * max(1.0, np.abs(y).max())) ** 2
    gain = n * np.log(max(straight, exact) / max(residuals[best], exact)) - 2 * breaks * np.log(n)
    return BreakpointFit(
        years=at[best],
        growth_per_year=np.exp(rates[best]),
        information_gain=float(gain),
        _combinations=at,
        _residuals=residuals,
        _rates=rates,
        _variances=variances,
        _degrees=n - 2 - 2 * breaks,
        _spacing=spacing,
    )


# ---- Moore, Wright, Sahal, Dennard -----------------------------------------------------------


def growth_from_doubling_time(doubling_time: Numbers) -> Numbers:
    """Growth per year of what doubles in some time.

    ``growth = 2^(1 / doubling_time)``

    Args:
        doubling_time: years, 0.001 or more.

    Returns:
        Growth as a factor per year.

    Raises:
        ValueError: if the time is out of range.

    Source: definition.
    """
    return np.exp2(1 / number("doubling_time", doubling_time, low=1e-3))


def doubling_time_from_growth(growth: Numbers) -> Numbers:
    """Years in which something that grows at a steady factor doubles.

    ``doubling_time = ln 2 / ln growth``

    Args:
        growth: factor per year, above 1.

    Returns:
        Years.

    Raises:
        ValueError: if `growth` is not above 1.

    Source: definition.
    """
    return np.log(2) / np.log(number("growth", growth, low=1.0, open_low=True))


@dataclass(frozen=True)
class MooreLaw:
    """Improvement exponential in time: ``factor = 2^(years / doubling_time)``.

    Attributes:
        doubling_time: time in which it doubles, 0.001 or more [years].
        source: where the number was printed.

    Raises:
        ValueError: if the doubling time is out of its range.
    """

    doubling_time: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, doubling_time=partial(number, low=1e-3))

    @property
    def growth_per_year(self) -> Numbers:
        """Growth as a factor per year: ``2^(1 / doubling_time)``."""
        return growth_from_doubling_time(self.doubling_time)

    def factor(self, years: Numbers) -> Numbers:
        """By what factor the quantity has grown.

        ``2^(years / doubling_time)``

        Args:
            years: years since the start, any shape that broadcasts with the doubling time.

        Returns:
            The factor.

        Raises:
            ValueError: if `years` are not finite or the shapes do not broadcast.

        Source: Moore 1965.
        """
        years = number("years", years)
        broadcastable(years=years, doubling_time=self.doubling_time)
        return _exp(np.log(2) * years / self.doubling_time)


MOORE_1965 = MooreLaw(1.0, SOURCES["moore1965"])
"""Components per chip at least cost double every year.

Limits: five points up to 1965, and a forecast of ten years.
"""

MOORE_1975 = MooreLaw(2.0, SOURCES["moore1975"])
"""The rate Moore expected from the 1980s on: doubling every two years.

Limits: a forecast made in 1975.
"""


@dataclass(frozen=True)
class WrightLaw:
    """Cost falls by a fixed share with every doubling of what has been made so far.

    ``cost = production^-b`` with ``b = -log2(1 - learning_rate)``.

    Attributes:
        learning_rate: share by which cost falls per doubling, inside (0, 1) [dimensionless].
        source: where the number was printed.

    Raises:
        ValueError: if the learning rate is out of its range.
    """

    learning_rate: Numbers
    source: Source = SOURCES["thisbook"]

    def __post_init__(self) -> None:
        check_fields(self, learning_rate=open_fraction)

    @property
    def exponent(self) -> Numbers:
        """Exponent b of cost in cumulative production: ``b = -log2(1 - learning_rate)``."""
        return -np.log2(1 - self.learning_rate)

    def cost(self, production: Numbers) -> Numbers:
        """Cost of a unit against that of the first.

        ``production^-b``

        Args:
            production: units made so far, above 0, any shape that broadcasts with the rate.

        Returns:
            The ratio of costs.

        Raises:
            ValueError: if `production` is not above 0 or the shapes do not broadcast.

        Source: Wright 1936.
        """
        production = positive("production", production)
        broadcastable(production=production, learning_rate=self.learning_rate)
        return production**-self.exponent


WRIGHT_1936 = WrightLaw(0.2, SOURCES["wright1936"])
"""Airframes: the 80 % curve, 20 % cheaper with every doubling.

Limits: aeroplanes of the 1920s and 1930s.
"""


def sahal_exponent(b: Numbers, g: Numbers) -> Numbers:
    """Rate at which cost falls in time when production grows exponentially.

    ``m = b g``: Wright's law with exponent b, fed by production that grows as exp(g t), cannot be
    told from Moore's law with cost falling as exp(-m t).

    Args:
        b: exponent of cost in cumulative production, 0 or more.
        g: growth of production, natural logarithm per year.

    Returns:
        The rate m, 1/year.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: Sahal 1979; Nagy et al. 2013.
    """
    b, g = nonnegative("b", b), number("g", g)
    broadcastable(b=b, g=g)
    return b * g


@dataclass(frozen=True)
class DennardScaling:
    """What shrinking a transistor does to it: factors by which each quantity is multiplied."""

    dimension: Numbers
    voltage: Numbers
    current: Numbers
    capacitance: Numbers
    delay: Numbers
    power: Numbers
    area: Numbers
    power_density: Numbers
    doping: Numbers


def dennard(k: Numbers, voltage: Numbers | None = None) -> DennardScaling:
    """Scale a transistor down in all dimensions by a factor.

    Dimensions, voltage, current, capacitance and delay go by ``1 / k``, power and area by
    ``1 / k^2``, doping by ``k``, so that power density stays at 1.  The delay is that of equal
    fields, ``1 / k``; ``power = capacitance voltage^2 / delay`` and ``current = power / voltage``,
    so where the voltage does not follow (`voltage` above 1/k) the power density is
    ``(k voltage)^2``.

    Args:
        k: how many times smaller, above 0.
        voltage: factor of the voltage, above 0; 1/k by default.

    Returns:
        `DennardScaling` with the factor of each quantity.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: Dennard et al. 1974, table I; what a stuck voltage does is ours, illustrative.
    """
    k = positive("k", k)
    voltage = 1 / k if voltage is None else positive("voltage", voltage)
    broadcastable(k=k, voltage=voltage)
    dimension = 1 / k
    capacitance, delay, area = dimension, dimension, dimension**2
    power = capacitance * voltage**2 / delay
    return DennardScaling(
        dimension=dimension,
        voltage=voltage,
        current=power / voltage,
        capacitance=capacitance,
        delay=delay,
        power=power,
        area=area,
        power_density=power / area,
        doping=k * 1.0,
    )


# ---- S-curves that hand over -----------------------------------------------------------------


def s_curve(x: Numbers, midpoint: Numbers, height: Numbers, width: Numbers) -> Numbers:
    """A logistic curve.

    ``height / (1 + exp(-(x - midpoint) / width))``; it climbs from 10 to 90 % in 4.39 widths.

    Args:
        x: where, any shape.
        midpoint: where half the height is reached.
        height: height in the end, 0 or more.
        width: steepness, above 0, in the unit of x.

    Returns:
        The height at x.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: the logistic function.
    """
    x, midpoint = number("x", x), number("midpoint", midpoint)
    height, width = nonnegative("height", height), positive("width", width)
    broadcastable(x=x, midpoint=midpoint, height=height, width=width)
    return height * special.expit((x - midpoint) / width)


def stacked_s_curves(x: Numbers, midpoints: Numbers, heights: Numbers, widths: Numbers) -> Numbers:
    """A sum of logistic curves, each of which takes over where the one before gives out.

    ``sum_i heights_i / (1 + exp(-(x - midpoints_i) / widths_i))``

    Args:
        x: where, any shape.
        midpoints: where each curve reaches half its height, curves along the last axis.
        heights: height of each curve in the end, 0 or more; a single number is shared.
        widths: steepness of each curve, above 0; a single number is shared.

    Returns:
        The sum at x, shape of `x`.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: ours, illustrative.
    """
    x, midpoints = number("x", x), number("midpoints", midpoints)
    heights, widths = nonnegative("heights", heights), positive("widths", widths)
    return np.sum(s_curve(x[..., None], midpoints, heights, widths), axis=-1)


def handover_ratio(spacing: Numbers, width: Numbers, height_ratio: Numbers = 1.0) -> Numbers:
    """How straight a long row of S-curves looks: its slowest slope over its fastest.

    ``min_x f'(x) / max_x f'(x)`` with ``f(x) = sum_i h^i / (1 + exp(-(x - i spacing) / width))``:
    ten logistic curves, each h = `height_ratio` times as high as the one before; slopes are taken
    at 201 places between the fourth and the sixth midpoint, where the ends of the row do not show.

    Args:
        spacing: distance from midpoint to midpoint, above 0.
        width: steepness of each curve, above 0, same unit.
        height_ratio: height of a curve over that of the one before, 0.1 to 10.

    Returns:
        The ratio, from 0 (a staircase) to 1 (a ruler).

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: ours, illustrative.
    """
    spacing, width = positive("spacing", spacing), positive("width", width)
    height_ratio = number("height_ratio", height_ratio, low=0.1, high=10.0)
    broadcastable(spacing=spacing, width=width, height_ratio=height_ratio)
    places = np.linspace(3.0, 5.0, 201)  # in spacings; the first midpoint is at 0
    steepness = (spacing / width)[..., None]
    slope = 0.0
    for i in range(10):
        z = (places - i) * steepness
        slope = slope + height_ratio[..., None] ** i * special.expit(z) * special.expit(-z)
    return np.min(slope, axis=-1) / np.max(slope, axis=-1)


def stack_limit(height: Numbers, height_ratio: Numbers) -> Numbers:
    """Height that an endless row of S-curves cannot pass.

    ``height / (1 - height_ratio)``, infinite from a ratio of 1 on

    Args:
        height: height of the first curve, above 0.
        height_ratio: height of a curve over that of the one before, above 0.

    Returns:
        The limit; `inf` where the curves do not get smaller.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: the geometric series.
    """
    height, height_ratio = positive("height", height), positive("height_ratio", height_ratio)
    broadcastable(height=height, height_ratio=height_ratio)
    shrinking = height_ratio < 1
    return np.where(shrinking, height / np.where(shrinking, 1 - height_ratio, 1.0), np.inf)[()]


# ---- growth split into its causes ------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class GrowthAccounts:
    """Growth of a product and of its factors, fitted to the same rows.

    The logarithmic rates of the factors add up to that of the product exactly:
    ``rate = sum_f rate_f``.
    """

    factors: dict[str, ExponentialFit]
    total: ExponentialFit

    @property
    def growth(self) -> dict[str, float]:
        """Growth per year of each factor: ``exp(rate_f)``."""
        return {name: float(fit.growth_per_year) for name, fit in self.factors.items()}

    @property
    def share(self) -> dict[str, float]:
        """Share of each factor in the logarithm of the total growth: ``rate_f / rate``."""
        return {name: float(fit.rate / self.total.rate) for name, fit in self.factors.items()}

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Intervals of the growth of each factor and of `total`.

        ``exp(rate_f ± t standard_error_f)``, each by itself: their errors need not be independent.

        Args:
            level: coverage, above 0 and at most 0.9999.

        Returns:
            A dict from factor to (low, high), growth per year.

        Raises:
            ValueError: if `level` is out of range.

        Source: least squares with normal errors.
        """
        fits = {**self.factors, "total": self.total}
        ends = {name: fit.interval(level)["growth_per_year"] for name, fit in fits.items()}
        return {name: (float(low), float(high)) for name, (low, high) in ends.items()}


def growth_accounts(years: Numbers, factors: Mapping[str, Numbers]) -> GrowthAccounts:
    """Split the growth of a product among its factors, on the same rows for all.

    ``ln total_i = sum_f ln factor_fi`` for every row i, hence ``rate = sum_f rate_f``.  The
    factors have to multiply to the thing accounted for: chips x hours x FLOP per chip-hour, or
    dollars x FLOP per dollar; not a mixture, which would count the hours twice.

    Args:
        years: calendar years, shape (n,), 3 or more.
        factors: values above 0 of each factor, each of shape (n,); not named "total".

    Returns:
        `GrowthAccounts` with `.growth .share .total .interval(level)`.

    Raises:
        ValueError: if there is no factor, or a factor does not match the years.

    Source: growth accounting (an identity of logarithms).
    """
    if not isinstance(factors, Mapping) or not factors or "total" in factors:
        raise ValueError(
            f"factors = {factors!r}: allowed is a mapping from names other than 'total' to values"
        )
    columns = {name: positive(f"factors[{name!r}]", values) for name, values in factors.items()}
    same_length(years=number("years", years), **columns)
    fits = {name: fit_exponential(years, values) for name, values in columns.items()}
    return GrowthAccounts(fits, fit_exponential(years, np.prod(list(columns.values()), axis=0)))


def crossing_year(start_year: Numbers, start: Numbers, growth: Numbers, target: Numbers) -> Numbers:
    """Year in which steady growth reaches a target.

    ``start_year + ln(target / start) / ln growth``

    Args:
        start_year: year of the start.
        start: value then, above 0.
        growth: factor per year, above 1.
        target: value sought, above 0, in the unit of `start`.

    Returns:
        The year, with decimals; before `start_year` where the target is below the start.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: definition.
    """
    start_year = number("start_year", start_year)
    start, target = positive("start", start), positive("target", target)
    growth = number("growth", growth, low=1.0, open_low=True)
    broadcastable(start_year=start_year, start=start, growth=growth, target=target)
    return start_year + (np.log(target) - np.log(start)) / np.log(growth)


DEAREST_RUN = 0.39e9
"""Bill of the dearest run on record, Grok 4: wear of the machines and energy [dollars of 2023].

Limits: an estimate that its source calls speculative; reports of 2025 quote 0.49 billion from it.
Source: `epoch_models`, April 2026.
"""

DEAREST_RUN_YEAR = 2025.5
"""When that run was published, with decimals [year].

Source: `xai2025`.
"""

DEAREST_RUN_ACCELERATORS = 200_000
"""Accelerators of the cluster it ran on, Colossus [accelerators].

Source: `xai2025`.
"""

PURSE = 0.01 * 115e12
"""One per cent of a year's world product: what a run can cost at the very most [dollars].

It is counted as 115 trillion dollars, between the 107 of 2023 and the 117 of 2025.

Source: `imf2025`; the share is of `thisbook`, illustrative.
"""

# ---- belief, spending and progress -----------------------------------------------------------


@dataclass(frozen=True, eq=False)
class BeliefPath:
    """A run of the model: times along the last axis.

    ``d(log_bill)/dt = s`` and ``d(log_compute)/dt = h + s`` along the spending s of `BeliefModel`.

    Attributes:
        years: years since the start, shape (steps + 1,).
        belief: share of capital that plans on the trend.
        spending: growth of spending, 1/year.
        log_bill: natural logarithm of the bill of one run over that at the start.
        log_compute: natural logarithm of the compute of one run over that at the start.
    """

    years: np.ndarray
    belief: Numbers
    spending: Numbers
    log_bill: np.ndarray
    log_compute: np.ndarray

    @property
    def compute(self) -> Numbers:
        """Compute of one run over that at the start: ``exp(log_compute)``."""
        return _exp(self.log_compute)

    def bill(self, start: Numbers, purse: Numbers = np.inf) -> Numbers:
        """Bill of one run, which no purse can exceed.

        ``min(start exp(log_bill), purse)``

        Args:
            start: bill at the start, above 0, any unit.
            purse: what can be paid at most, above 0, same unit; `inf` for no end.

        Returns:
            The bill at each time.

        Raises:
            ValueError: if an argument is out of range or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        start, purse = positive("start", start), positive("purse", purse, high=np.inf)
        broadcastable(start=start, purse=purse, log_bill=self.log_bill)
        return np.minimum(start * _exp(self.log_bill), purse)

    def compute_at(self, years: Numbers) -> Numbers:
        """Compute of one run at some time, over that at the start.

        ``exp(log_compute(years))``, straight between the times of the run.

        Args:
            years: years since the start, 0 or more, a single number or the shape of the runs;
                after the end of the run the last value holds.

        Returns:
            A factor for each run.

        Raises:
            ValueError: if `years` are not finite or are below 0.

        Source: the run.
        """
        years = nonnegative("years", years)
        before, step = self.years[:-1], self.years[1:] - self.years[:-1]
        done = np.clip((years - before) / step, 0.0, 1.0)
        rise = self.log_compute[..., 1:] - self.log_compute[..., :-1]
        return _exp(self.log_compute[..., 0] + np.sum(rise * done, axis=-1))

    def years_until_bill(self, factor: Numbers) -> Numbers:
        """Years until the bill has grown by a factor.

        The time t at which ``log_bill(t) = ln factor``.

        Args:
            factor: above 1, a single number or the shape of the runs.

        Returns:
            Years; `inf` where the run ends before.

        Raises:
            ValueError: if `factor` is not above 1.

        Source: the run, straight between its times (the bill never falls).
        """
        target = np.log(number("factor", factor, low=1.0, open_low=True))[..., None]
        before, after = self.log_bill[..., :-1], self.log_bill[..., 1:]
        rise = np.where(after > before, after - before, 1.0)
        done = np.clip((target - before) / rise, 0.0, 1.0)
        step = self.years[1:] - self.years[:-1]
        reached = self.log_bill[..., -1:] >= target
        return np.where(reached[..., 0], np.sum(step * done, axis=-1), np.inf)[()]


@dataclass(frozen=True)
class RestingPlaces:
    """Where belief can rest.

    Attributes:
        low: resting belief of the slow future (the only one, if there is one).
        threshold: belief from which on it rises to `high` (starting with the spending that goes
            with it): the ridge between two futures; 0 where there is only a fast future, 1 where
            there is only a slow one.
        high: resting belief of the fast future (the only one, if there is one).
        two: whether there are two futures.
    """

    low: Numbers
    threshold: Numbers
    high: Numbers
    two: Numbers


@dataclass(frozen=True)
class TurningPoints:
    """Where the slow and the fast future appear and vanish.

    Attributes:
        belief_low: belief of the slow future where it vanishes.
        belief_high: belief of the fast future where it vanishes.
        growth_low: convincing growth under which only the fast future is left, factor per year.
        growth_high: convincing growth above which only the slow future is left.
    """

    belief_low: Numbers
    belief_high: Numbers
    growth_low: Numbers
    growth_high: Numbers


_BELIEF = SOURCES["thisbook"].at(
    "chapter 5",
    "ours, illustrative: S and w are set so that the two resting places are the growth of "
    "training compute before and after 2010; nothing tests the model",
)

_FREE_RATE = float(np.log(1.35))
_SPENDING_RATE = float(np.log(3.6))
_CONVINCING_RATE = float(np.log(2.4))


@dataclass(frozen=True)
class BeliefModel:
    """Belief moves money, money makes progress, progress feeds belief.

    ``progress p = h + s``; ``ds/dt = (S b - s) / tau_s``; ``db/dt = (F(p) - b) / tau_b`` with
    ``F(p) = 1 / (1 + exp(-(p - p0) / w))``, the share of capital that finds progress good enough.
    The lags slow belief down but never make it swing; they do not move the resting places.

    Attributes:
        h: growth of compute that needs no belief (cheaper hardware); default ln 1.35 [1/year].
        S: growth of spending at full belief, above 0; default ln 3.6 [1/year].
        p0: progress that convinces half of capital; default ln 2.4 [1/year].
        w: spread of opinion, above 0 [1/year].
        tau_b: lag of belief behind progress, above 0: a budget cycle [years].
        tau_s: lag of spending behind belief, above 0: time to build [years].
        source: what the numbers rest on.

    Raises:
        ValueError: if a field is out of its range or the fields do not broadcast.
    """

    h: Numbers = _FREE_RATE
    S: Numbers = _SPENDING_RATE
    p0: Numbers = _CONVINCING_RATE
    w: Numbers = 0.2
    tau_b: Numbers = 1.0
    tau_s: Numbers = 1.5
    source: Source = _BELIEF

    def __post_init__(self) -> None:
        rate, scale = partial(number, low=-10.0, high=10.0), partial(number, low=1e-3, high=10.0)
        check_fields(self, h=rate, S=scale, p0=rate, w=scale, tau_b=positive, tau_s=positive)

    @classmethod
    def calibrated(
        cls, slow: float, fast: float, free: float, convincing: float, **lags: float
    ) -> BeliefModel:
        """The model whose two resting places are two growth rates on record.

        Solves ``p = p0 + w ln(b / (1 - b))`` with ``b = (p - h) / S`` at both places for S and w.

        Args:
            slow: growth at the slow resting place, factor per year, above `free`.
            fast: growth at the fast one, above `convincing`.
            free: growth that needs no belief, factor per year.
            convincing: growth that convinces half of capital, factor per year, above `slow`.
            **lags: `tau_b` and `tau_s`.

        Returns:
            A `BeliefModel`.

        Raises:
            ValueError: if the rates are not ``free < slow < convincing < fast``, or belief would
                not rest at them (too small a gain).

        Source: ours, illustrative.
        """
        from scipy.optimize import brentq  # slow to import, needed by fits only

        rates = {"free": free, "slow": slow, "convincing": convincing, "fast": fast}
        h, low, p0, high = (float(np.log(positive(*item))) for item in rates.items())
        if not h < low < p0 < high:
            raise ValueError(f"{rates}: allowed is free < slow < convincing < fast")

        def mismatch(S: float) -> float:
            at_low, at_high = special.logit((low - h) / S), special.logit((high - h) / S)
            return float((low - p0) * at_high - (high - p0) * at_low)

        # Full belief buys the fast growth, and the fast future rests above one half.
        S = brentq(mismatch, (high - h) * (1 + 1e-12), 2 * (high - h) * (1 - 1e-12))
        model = cls(h, S, p0, (high - p0) / special.logit((high - h) / S), **lags)  # type: ignore[arg-type]
        if not np.all(model.stable(np.array([low - h, high - h]) / S)):
            raise ValueError(f"{rates}: allowed are rates at which belief can rest")
        return model

    @property
    def gain(self) -> Numbers:
        """Steepest reply of progress to belief: ``S / (4 w)``; two futures need more than 1."""
        return self.S / (4 * self.w)

    def convinced(self, progress: Numbers) -> Numbers:
        """Share of capital that finds progress good enough.

        ``F(p) = 1 / (1 + exp(-(p - p0) / w))``

        Args:
            progress: growth of compute, 1/year.

        Returns:
            The share, 0 to 1.

        Raises:
            ValueError: if `progress` is not finite or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        progress = number("progress", progress)
        broadcastable(progress=progress, p0=self.p0, w=self.w)
        return special.expit((progress - self.p0) / self.w)

    def growth(self, belief: Numbers) -> Numbers:
        """Growth of compute once spending has caught up with belief.

        ``exp(h + S b)``

        Args:
            belief: share of capital that plans on the trend, 0 to 1.

        Returns:
            Growth as a factor per year.

        Raises:
            ValueError: if `belief` is out of range or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        belief = fraction("belief", belief)
        broadcastable(belief=belief, h=self.h, S=self.S)
        return np.exp(self.h + self.S * belief)

    def convincing_growth(self, belief: Numbers) -> Numbers:
        """Convincing growth at which this belief would be at rest: the curve of all futures.

        ``q(b) = exp(h + S b - w ln(b / (1 - b)))``; it does not depend on `p0`.

        Args:
            belief: share of capital, inside (0, 1).

        Returns:
            The growth q = exp(p0) for which b rests, factor per year.

        Raises:
            ValueError: if `belief` is not inside (0, 1) or the shapes do not broadcast.

        Source: ours, illustrative.
        """
        belief = open_fraction("belief", belief)
        broadcastable(belief=belief, h=self.h, S=self.S, w=self.w)
        return np.exp(self._resting_p0(belief))

    def stable(self, belief: Numbers) -> Numbers:
        """Whether a resting place at this belief draws belief in, or is a ridge.

        ``S b (1 - b) / w < 1``

        Args:
            belief: resting belief, 0 to 1.

        Returns:
            True where it is stable.

        Raises:
            ValueError: if `belief` is out of range or the shapes do not broadcast.

        Source: ours, illustrative (the determinant of the linearised model is above 0).
        """
        belief = fraction("belief", belief)
        broadcastable(belief=belief, S=self.S, w=self.w)
        return self.S * belief * (1 - belief) / self.w < 1

    def turning_points(self) -> TurningPoints:
        """Where futures appear and vanish as convincing growth moves.

        ``b = (1 ± sqrt(1 - 4 w / S)) / 2`` and q(b) there; both one half where the gain is 1 or
        less and there is one future only.

        Returns:
            `TurningPoints` with `.belief_low .belief_high .growth_low .growth_high`.

        Source: ours, illustrative.
        """
        low = self._belief_low()
        return TurningPoints(
            low, 1 - low, np.exp(self._resting_p0(low)), np.exp(self._resting_p0(1 - low))
        )

    def fixed_points(self) -> RestingPlaces:
        """Where belief rests, and the ridge between.

        ``b = F(h + S b)``, by halving between the turning points in a fixed number of steps.

        Returns:
            `RestingPlaces` with `.low .threshold .high .two`.

        Source: ours, illustrative.
        """
        turn = self._belief_low()
        slow_exists = self.p0 >= self._resting_p0(turn)
        fast_exists = self.p0 <= self._resting_p0(1 - turn)
        two = slow_exists & fast_exists & (self.gain > 1)
        slow = self._halve(turn * 0.0, turn)
        fast = self._halve(1 - turn, turn * 0.0 + 1)
        ridge = self._halve(1 - turn, turn)
        low = np.where(slow_exists, slow, fast)[()]
        return RestingPlaces(
            low=low,
            threshold=np.where(two, ridge, np.where(slow_exists, 1.0, 0.0))[()],
            high=np.where(two, fast, low)[()],
            two=two,
        )

    def simulate(
        self,
        belief0: Numbers,
        years: float,
        *,
        drought: Numbers = 0.0,
        drought_factor: Numbers = 1.0,
        step: float = 0.05,
    ) -> BeliefPath:
        """Run the model from a starting belief, with spending that already matches it.

        ``ds/dt = (S b - s) / tau_s`` and ``db/dt = (F(h + s) - b) / tau_b`` from ``s = S b``, by
        Heun's method in steps of equal length:
        ``y_(i+1) = y_i + dt (y'(y_i) + y'(y_i + dt y'(y_i))) / 2``.  In a drought belief sees
        ``p + ln drought_factor``, and a step that is partly in it sees the average.

        Args:
            belief0: share of capital that believes at the start, 0 to 1, any shape that
                broadcasts with the fields.
            years: length of the run, years, one number above 0.
            drought: years from the start during which less growth is seen, 0 or more.
            drought_factor: what the growth factor seen is multiplied by in the drought, above 0,
                at most 1: at 0.5 belief sees half the growth per year that there is.
            step: longest step, years, one number; at most half the shorter lag.

        Returns:
            A `BeliefPath`, times along the last axis.

        Raises:
            ValueError: if an argument is out of range, the shapes do not broadcast, or the step is
                too long for the lags.

        Source: ours, illustrative.
        """
        belief = fraction("belief0", belief0)
        drought = nonnegative("drought", drought)
        drought_factor = fraction("drought_factor", drought_factor, open_low=True)
        parameters = {name: getattr(self, name) for name in _BELIEF_FIELDS}
        broadcastable(belief0=belief, drought=drought, drought_factor=drought_factor, **parameters)
        years = single("years", positive("years", years))
        step = single("step", positive("step", step))
        for name in ("tau_b", "tau_s"):
            if not is_traced(parameters[name]):
                positive("step", step, high=float(np.min(parameters[name])) / 2)
        steps = int(np.ceil(years / step - 1e-9))
        dt = years / steps
        zero = 0.0 * (belief + drought + drought_factor + sum(parameters.values()))
        belief = belief + zero
        spending = self.S * belief
        log_bill = log_compute = zero
        rows = [(belief, spending, log_bill, log_compute)]

        def slopes(belief: Any, spending: Any, unseen: Any) -> tuple[Any, Any, Any]:
            progress = self.h + spending
            return (
                (special.expit((progress - unseen - self.p0) / self.w) - belief) / self.tau_b,
                (self.S * belief - spending) / self.tau_s,
                progress,
            )

        for i in range(steps):
            unseen = -np.log(drought_factor) * np.clip(drought / dt - i, 0.0, 1.0)
            belief_1, spending_1, progress_1 = slopes(belief, spending, unseen)
            belief_2, spending_2, progress_2 = slopes(
                belief + dt * belief_1, spending + dt * spending_1, unseen
            )
            log_bill = log_bill + dt * (spending + dt * spending_1 / 2)
            log_compute = log_compute + dt * (progress_1 + progress_2) / 2
            belief = belief + dt * (belief_1 + belief_2) / 2
            spending = spending + dt * (spending_1 + spending_2) / 2
            rows.append((belief, spending, log_bill, log_compute))
        columns = (np.stack(column, axis=-1) for column in zip(*rows, strict=True))
        return BeliefPath(np.linspace(0.0, years, steps + 1), *columns)

    def _belief_low(self) -> Any:
        """Lower turning point, written so that it keeps its digits when it is small."""
        ratio = np.minimum(1 / self.gain, 1.0)
        return ratio / (2 * (1 + np.sqrt(1 - ratio)))

    def _resting_p0(self, belief: Any) -> Any:
        return self.h + self.S * belief - self.w * special.logit(belief)

    def _halve(self, above: Any, below: Any) -> Any:
        """The root of F(h + S b) - b between a place where it is above 0 and one where below."""

        def rises(belief: Any) -> Any:
            return special.expit((self.h + self.S * belief - self.p0) / self.w) > belief

        above, below = bisect(rises, above, below)
        return (above + below) / 2


_BELIEF_FIELDS = ("h", "S", "p0", "w", "tau_b", "tau_s")

# ---- the wager and the race ------------------------------------------------------------------


@dataclass(frozen=True)
class Wager:
    """A wager on a prize that may not exist, money in the unit of the stake.

    Attributes:
        expected: pay-off expected from building.
        absent: pay-off expected from staying out.
        threshold: probability from which on building pays; above 1 it never does.
    """

    expected: Numbers
    absent: Numbers
    threshold: Numbers


def wager(p: Numbers, prize: Numbers, stake: Numbers, loss_if_absent: Numbers) -> Wager:
    """Pascal's wager with a finite prize: build, or stay out and lose if the prize is real.

    ``expected = p prize - stake``; ``absent = -p loss_if_absent``;
    ``threshold = stake / (prize + loss_if_absent)``

    Args:
        p: probability that the prize is there, 0 to 1.
        prize: what it is worth, above 0.
        stake: what building costs either way, 0 or more.
        loss_if_absent: what it costs to have stayed out if the prize is there, 0 or more.

    Returns:
        A `Wager` with `.expected .absent .threshold`.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: ours, illustrative.
    """
    p, prize = fraction("p", p), positive("prize", prize)
    stake, loss = nonnegative("stake", stake), nonnegative("loss_if_absent", loss_if_absent)
    broadcastable(p=p, prize=prize, stake=stake, loss_if_absent=loss)
    return Wager(p * prize - stake, -p * loss, stake / (prize + loss))


@dataclass(frozen=True)
class Race:
    """Equal firms that share one prize, money in the unit of the stake.

    Attributes:
        all_build: pay-off that each firm expects when all build.
        stay_out: pay-off of a firm that stays out while the others build.
        threshold: probability from which on building is best when all others build.
        joint_threshold: probability from which on building is worth it for the firms together.
        trap: whether every firm builds although all would be better off if none did.
    """

    all_build: Numbers
    stay_out: Numbers
    threshold: Numbers
    joint_threshold: Numbers
    trap: Numbers


def race(
    p: Numbers, prize: Numbers, stake: Numbers, loss_if_absent: Numbers, firms: Numbers
) -> Race:
    """The wager among firms that share the prize and lose it to the others by staying out.

    ``all_build = p V/n - c``; ``stay_out = -p L``; ``threshold = c / (V/n + L)``;
    ``joint_threshold = n c / V``

    Args:
        p: probability that the prize is there, 0 to 1.
        prize: V, shared by those who build, above 0.
        stake: c, what building costs each, 0 or more.
        loss_if_absent: L, what staying out costs if the prize is there and others build, 0 or more.
        firms: n, 1 or more.

    Returns:
        A `Race` with `.all_build .stay_out .threshold .joint_threshold .trap`.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: ours, illustrative.
    """
    firms = number("firms", firms, low=1.0)
    broadcastable(p=p, prize=prize, stake=stake, loss_if_absent=loss_if_absent, firms=firms)
    share = positive("prize", prize) / firms
    one = wager(p, share, stake, loss_if_absent)
    joint = nonnegative("stake", stake) / share
    p = fraction("p", p)
    return Race(one.expected, one.absent, one.threshold, joint, (p > one.threshold) & (p < joint))


def race_threshold(
    rivals: Numbers, prize: Numbers, stake: Numbers, loss_if_absent: Numbers
) -> Numbers:
    """Probability from which on building is best against a number of rivals that build.

    ``c / (V / (rivals + 1) + L)``, without L where no rival builds: then nothing is lost by
    staying out.

    Args:
        rivals: how many others build, 0 or more.
        prize: V, above 0.
        stake: c, 0 or more.
        loss_if_absent: L, 0 or more.

    Returns:
        The probability; above 1 building never pays.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: ours, illustrative.
    """
    rivals, prize = nonnegative("rivals", rivals), positive("prize", prize)
    stake, loss = nonnegative("stake", stake), nonnegative("loss_if_absent", loss_if_absent)
    broadcastable(rivals=rivals, prize=prize, stake=stake, loss_if_absent=loss)
    return stake / (prize / (rivals + 1) + np.where(rivals > 0, loss, 0.0))


@dataclass(frozen=True)
class Contest:
    """A contest in which the chance of the prize is the share of the spending.

    Attributes:
        each: what each firm spends, in the unit of the prize.
        total: what all spend together.
        dissipation: total spending over the expected prize; above 1 more is burnt than is won.
        critical_fear: loss over prize from which on `dissipation` passes 1; `inf` for one firm.
    """

    each: Numbers
    total: Numbers
    dissipation: Numbers
    critical_fear: Numbers


def contest(p: Numbers, prize: Numbers, loss_if_absent: Numbers, firms: Numbers) -> Contest:
    """How much equal firms spend when the chance to win is the share of the spending.

    A firm maximises ``p (V + L) x / (x + others) - p L - x``; in equilibrium
    ``each = p (V + L) (n - 1) / n^2`` and ``dissipation = (1 + L/V) (n - 1) / n``.

    Args:
        p: probability that the prize is there, 0 to 1.
        prize: V, won by one firm, above 0.
        loss_if_absent: L, what losing costs if the prize is there, 0 or more.
        firms: n, 1 or more.

    Returns:
        A `Contest` with `.each .total .dissipation .critical_fear`.

    Raises:
        ValueError: if an argument is out of range or the shapes do not broadcast.

    Source: Tullock 1980 (the contest); the loss of those who lose is ours, illustrative.
    """
    p, prize = fraction("p", p), positive("prize", prize)
    loss, firms = nonnegative("loss_if_absent", loss_if_absent), number("firms", firms, low=1.0)
    broadcastable(p=p, prize=prize, loss_if_absent=loss, firms=firms)
    total = p * (prize + loss) * (firms - 1) / firms
    rivals = firms > 1
    return Contest(
        each=total / firms,
        total=total,
        dissipation=(1 + loss / prize) * (firms - 1) / firms,
        critical_fear=np.where(rivals, 1 / np.where(rivals, firms - 1, 1.0), np.inf)[()],
    )


# ---- helpers ---------------------------------------------------------------------------------


def _exp(x: Any) -> Any:
    """The exponential, without a warning where it leaves the range of float64."""
    return np.where(x > _LARGEST_EXPONENT, np.inf, np.exp(np.minimum(x, _LARGEST_EXPONENT)))[()]


def _doubling_time(rate: Any) -> Any:
    """Years to double at a logarithmic rate; infinite where there is no growth."""
    moving = rate != 0
    return np.where(moving, np.log(2) / np.where(moving, rate, 1.0), np.inf)[()]


def _student_quantile(degrees: Any, level: Any) -> Any:
    """How many standard errors a two-sided interval reaches, by Student's t distribution.

    Solves ``I_{t^2/(v + t^2)}(1/2, v/2) = level``, the share between the tails, by Newton's method,
    which rises to t from the normal quantile in a fixed number of steps: enough up to 0.9999.
    """
    level = number("level", level, low=0.0, high=0.9999, open_low=True)
    t = special.ndtri((1 + level) / 2)
    half = degrees / 2
    log_scale = special.gammaln(half + 0.5) - special.gammaln(half) - np.log(np.pi * degrees) / 2
    for _ in range(_NEWTON_STEPS):
        inside = special.betainc(0.5, half, t**2 / (degrees + t**2))
        density = np.exp(log_scale - (half + 0.5) * np.log1p(t**2 / degrees))
        t = t + (level - inside) / (2 * density)
    return t


_NEWTON_STEPS = 20
