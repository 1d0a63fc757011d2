"""Many small non-linear minimisations at once, batched through NumPy.

A scaling law that is a sum of power laws is, in logarithms, the logarithm of a sum of exponentials
of linear forms.  `HuberOfLogSum` is the robust misfit of such a law with its analytic gradient and
curvature, for a whole batch of parameter vectors in one call; `minimise` descends from a whole
batch of starts with a damped Newton method.  One batch replaces thousands of calls of an
optimiser: a grid of starts, all resamples of a bootstrap, all points of a profile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

Objective = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""Maps parameters (batch, p) and problem numbers (batch,) to values (batch,), gradients (batch, p)
and curvatures (batch, p, p)."""

Progress = Callable[[int, int], None]
"""Called with how many of the minimisations are done, and how many there are."""


class Term(NamedTuple):
    """One term ``exp(design @ theta[columns])`` of a sum; `design` is (runs, columns)."""

    columns: Sequence[int]
    design: np.ndarray


class HuberOfLogSum:
    """Huber's misfit of ``log sum_k exp(X_k theta)`` to measured logarithms.

    ``value = sum_i w_i H(r_i)`` with ``r_i = log sum_k exp(X_k theta)_i - log y_i`` and
    ``H(r) = r^2 / 2`` for ``|r| <= delta``, ``delta (|r| - delta / 2)`` beyond; an infinite delta
    makes it least squares, a small one delta times the sum of absolute residuals.

    Args:
        terms: the terms X_k of the sum; together their columns number the parameters.
        log_y: measured logarithms, shape (runs,).
        delta: where Huber's loss turns from square to linear, above 0.
        exact: True for the Hessian, which may be indefinite and converges in few steps close to
            a minimum; False for the curvature of a parabola that lies above Huber's loss
            (iteratively reweighted least squares), never negative and safe from far away.
        weights: weight of each run in each problem, shape (problems, runs); None for all 1.
        dtype: precision of the work on (batch, runs) arrays.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        log_y: np.ndarray,
        delta: float,
        *,
        exact: bool,
        weights: np.ndarray | None = None,
        dtype: type = np.float64,
    ) -> None:
        self._columns = [list(term.columns) for term in terms]
        self._parameters = 1 + max(max(columns) for columns in self._columns)
        designs = [np.asarray(term.design, float) for term in terms]
        # A term without a variable, such as a floor, needs one exponential for all runs.
        self._rows: list[np.ndarray] = [
            (design[:1] if np.all(design == design[:1]) else design).T.astype(dtype)
            for design in designs
        ]
        self._designs: list[np.ndarray] = [design.astype(dtype) for design in designs]
        self._products = {
            (k, m): np.einsum("ij,il->ijl", designs[k], designs[m])
            .reshape(len(designs[k]), -1)
            .astype(dtype)
            for k in range(len(terms))
            for m in range(k, len(terms))
        }
        self._inverse_y = np.exp(-log_y).astype(dtype)
        self._delta, self._exact, self._dtype = delta, exact, dtype
        self._weights: np.ndarray | None = None if weights is None else weights.astype(dtype)
        self._buffers: np.ndarray = np.empty((len(terms) + 5, 0, len(log_y)), dtype)

    def __call__(
        self, theta: np.ndarray, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Value, gradient and curvature at each row of `theta`, for the problems `rows`."""
        scratch = self._scratch(len(theta))
        shares, (residual, slope, bend, spare, weight) = scratch[:-5], scratch[-5:]
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            self._fill(theta, shares, residual, spare)
            np.clip(residual, -self._delta, self._delta, out=slope)
            loss = np.multiply(slope, -0.5, out=spare)
            loss += residual
            loss *= slope
            if np.isinf(self._delta):
                bend.fill(1.0)
            elif self._exact:
                np.less(np.abs(residual, out=bend), self._delta, out=bend)
            else:
                np.maximum(np.abs(residual, out=bend), self._delta, out=bend)
                np.divide(self._delta, bend, out=bend)
            if self._weights is not None:
                np.take(self._weights, rows, axis=0, out=weight, mode="clip")
                for column in (loss, slope, bend):
                    column *= weight
            value = loss.sum(axis=1).astype(float)
            if self._exact:
                bend -= slope
            return value, *self._derivatives(shares, slope, bend, spare, weight)

    def residuals(self, theta: np.ndarray) -> np.ndarray:
        """Fitted minus measured logarithm at each row of `theta`, shape (batch, runs)."""
        scratch = self._scratch(len(theta))
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            self._fill(theta, scratch[:-5], scratch[-5], scratch[-2])
        return scratch[-5].copy()

    def _fill(
        self, theta: np.ndarray, shares: np.ndarray, residual: np.ndarray, spare: np.ndarray
    ) -> None:
        """Write each term's share of the sum and the residual; `spare` is overwritten."""
        for share, columns, row in zip(shares, self._columns, self._rows, strict=True):
            exponent: np.ndarray = theta[:, columns].astype(self._dtype)
            if row.shape[1] == 1:
                share[...] = np.exp(exponent @ row)
            else:
                np.exp(np.matmul(exponent, row, out=share), out=share)
        np.add.reduce(shares, axis=0, out=spare)
        np.log(np.multiply(spare, self._inverse_y, out=residual), out=residual)
        shares /= spare

    def _derivatives(
        self,
        shares: np.ndarray,
        slope: np.ndarray,
        bend: np.ndarray,
        bent: np.ndarray,
        weight: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        # With p_k the share of term k, the gradient of r is sum_k p_k X_k and its Hessian
        # sum_k p_k X_k X_k^T minus the outer square of the gradient: all sums over the runs are
        # products with constant matrices of moments of the designs.
        batch = len(slope)
        gradient = np.zeros((batch, self._parameters))
        curvature = np.zeros((batch, self._parameters, self._parameters))
        for k, columns in enumerate(self._columns):
            np.multiply(bend, shares[k], out=bent)
            for m in range(k + 1, len(shares)):
                np.multiply(bent, shares[m], out=weight)
                others, shape = self._columns[m], (batch, len(columns), len(self._columns[m]))
                block = (weight @ self._products[k, m]).reshape(shape)
                curvature[:, np.array(columns)[:, None], others] += block
                curvature[:, np.array(others)[:, None], columns] += block.swapaxes(1, 2)
            bent *= shares[k]
            shares[k] *= slope
            gradient[:, columns] += shares[k] @ self._designs[k]
            if self._exact:
                bent += shares[k]
            block = (bent @ self._products[k, k]).reshape(batch, len(columns), len(columns))
            curvature[:, np.array(columns)[:, None], columns] += block
        return gradient, curvature

    def _scratch(self, batch: int) -> np.ndarray:
        # Arrays of (batch, runs) are written in place: fresh ones would cost more than the sums.
        if self._buffers.shape[1] < batch:
            shape = (len(self._columns) + 5, batch, len(self._inverse_y))
            self._buffers = np.empty(shape, self._dtype)
        return self._buffers[:, :batch]


def restricted(objective: Objective, basis: np.ndarray, offsets: np.ndarray) -> Objective:
    """The same objective on the affine subspaces ``theta = offsets[row] + basis @ phi``.

    Args:
        objective: the objective over all parameters, shape (p,).
        basis: directions that stay free, shape (p, q).
        offsets: a point of the subspace of each problem, shape (problems, p).
    """

    def on_subspace(phi: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        value, gradient, curvature = objective(offsets[rows] + phi @ basis.T, rows)
        return value, gradient @ basis, basis.T @ curvature @ basis

    return on_subspace


_LONGEST_STEP = 3.0
"""Parameters are exponents and logarithms: no step changes one by more than this."""
_MOST_DAMPING = 1e12
_LONGEST_SEARCH = 1000
_CONVERGED = 1e-14


def minimise(
    objective: Objective,
    starts: np.ndarray,
    *,
    tolerance: float,
    max_steps: int = _LONGEST_SEARCH,
    pool: int = 256,
    damping: float = 1e-2,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Descend from every start by Newton steps with Levenberg and Marquardt's damping.

    Starts are worked on in a pool that fits the cache; one that has converged makes room for the
    next, so that no start pays for another's slow descent.

    Args:
        objective: what to minimise.
        starts: where each problem starts, shape (problems, p).
        tolerance: a start has converged when a step lowers its value, or promises to, by less
            than this fraction.
        max_steps: steps after which a start is left where it is.
        pool: how many starts are worked on together.
        damping: damping of the first step, relative to the curvature's diagonal.
        progress: called as starts converge.

    Returns:
        Parameters (problems, p) and values (problems,); a start whose value is not finite stays
        where it is, with an infinite value.
    """
    count, size = starts.shape
    found, values = starts.astype(float), np.full(count, np.inf)
    rows = np.empty(0, int)
    theta, gradient = np.empty((0, size)), np.empty((0, size))
    curvature, value = np.empty((0, size, size)), np.empty(0)
    damped, steps = np.empty(0), np.empty(0, int)
    begun = 0
    while True:
        if begun < count and rows.size <= pool // 2:
            new = np.arange(begun, min(begun + pool - rows.size, count))
            begun += new.size
            at = objective(found[new], new)
            new, at = _finite(new, at)
            rows, theta = np.append(rows, new), np.vstack([theta, found[new]])
            value, gradient = np.append(value, at[0]), np.vstack([gradient, at[1]])
            curvature = np.vstack([curvature, at[2]])
            damped = np.append(damped, np.full(new.size, damping))
            steps = np.append(steps, np.zeros(new.size, int))
        if rows.size == 0:
            if begun == count:
                return found, values
            continue

        step, promised, damped = _step(gradient, curvature, damped)
        trial = theta + step
        at = objective(trial, rows)
        gain = value - at[0]
        better = gain > 0.0  # also False where the trial is not finite
        theta[better], value[better] = trial[better], at[0][better]
        gradient[better], curvature[better] = at[1][better], at[2][better]
        steps += 1

        small = np.where(better, (gain <= tolerance * value) & (damped <= 1.0), False)
        hopeless = ~better & ((promised <= tolerance * value) | (damped >= _MOST_DAMPING))
        trust = np.where(better, gain, 0.0) / np.maximum(promised, np.finfo(float).tiny)
        damped = np.where(trust > 0.75, damped / 5.0, np.where(trust > 0.1, damped, damped * 6.0))
        damped = np.clip(damped, 1e-12, _MOST_DAMPING)

        done = small | hopeless | (steps >= max_steps)
        if done.any():
            found[rows[done]], values[rows[done]] = theta[done], value[done]
            left = ~done
            rows, theta, value, gradient = rows[left], theta[left], value[left], gradient[left]
            curvature, damped, steps = curvature[left], damped[left], steps[left]
            if progress is not None:
                progress(begun - rows.size, count)


def narrow(
    objective: Callable[[float], Objective],
    widths: Sequence[float] | np.ndarray,
    starts: np.ndarray,
    *,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise a robust objective to full convergence through ever narrower versions of it.

    A wide Huber loss is smooth and leads close; each narrower one starts from where the ones
    before point to: once the runs on the square part stay the same, the minimum moves on a
    straight line with the width, so that the way to absolute deviations is short
    (Madsen and Nielsen 1993).

    Args:
        objective: the objective for a width.
        widths: falling widths, the last the one that is wanted.
        starts: where each problem starts, shape (problems, p).
        progress: called as the problems advance.

    Returns:
        Parameters (problems, p) and values of the last objective (problems,).
    """
    count = len(starts)
    before = theta = starts
    for stage, width in enumerate(widths):
        at_width = objective(width)
        guess = theta
        if stage > 1:
            reach = (width - widths[stage - 1]) / (widths[stage - 1] - widths[stage - 2])
            guess = _better(at_width, theta, theta + (theta - before) * reach)
        before = theta
        theta, value = minimise(
            at_width,
            guess,
            tolerance=_CONVERGED,
            max_steps=_LONGEST_SEARCH if stage == len(widths) - 1 else _LONGEST_SEARCH // 10,
            progress=_part(progress, stage, len(widths), count),
        )
    return theta, value


def _better(objective: Objective, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    rows = np.arange(len(first))
    lower = objective(second, rows)[0] < objective(first, rows)[0]
    return np.where(lower[:, None], second, first)


def _part(progress: Progress | None, stage: int, stages: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, _: progress((stage * count + done) // stages, count)


def _finite(
    rows: np.ndarray, at: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    ok = np.isfinite(at[0])
    return rows[ok], (at[0][ok], at[1][ok], at[2][ok])


def _step(
    gradient: np.ndarray, curvature: np.ndarray, damping: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The damped Newton step, the decrease it promises, and the damping that made it downhill."""
    # Where the curvature vanishes, the gradient sets a scale that keeps the step finite.
    diagonal = np.abs(np.einsum("bii->bi", curvature))
    largest = np.maximum(diagonal, np.abs(gradient)).max(axis=1, keepdims=True)
    scale = np.maximum(diagonal, 1e-6 * largest + np.finfo(float).tiny)
    step, positive = _solve(curvature, scale * damping[:, None], -gradient)
    while not positive.all():
        again = np.flatnonzero(~positive)
        damping[again] = np.maximum(10.0 * damping[again], 1e-3)
        step[again], positive[again] = _solve(
            curvature[again], scale[again] * damping[again, None], -gradient[again]
        )
    downhill = -np.einsum("bi,bi->b", gradient, step)
    quadratic = downhill - damping * np.einsum("bi,bi->b", scale, step**2)
    longest = np.abs(step).max(axis=1)
    short = np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, _LONGEST_STEP))
    return step * short[:, None], short * downhill - 0.5 * short**2 * quadratic, damping


def _solve(
    matrix: np.ndarray, ridge: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Solve ``(matrix + diag(ridge)) x = right`` for a batch by Cholesky's square-root-free form.

    Returns the solutions and, for each, whether the matrix was positive definite.  The loops run
    over the few parameters and every operation over the batch, which for matrices this small is
    several times faster than LAPACK called once for each.
    """
    size = right.shape[1]
    columns = matrix.transpose(1, 2, 0).copy()
    lower = np.zeros_like(columns)
    pivots = np.empty(right.shape[::-1])
    positive = np.ones(len(right), bool)
    for j in range(size):
        top = columns[j, j] + ridge[:, j]
        scaled = lower[j, :j] * pivots[:j]
        pivot = top - (scaled * lower[j, :j]).sum(axis=0)
        positive &= pivot > 1e-14 * top
        pivots[j] = np.where(positive, pivot, 1.0)
        rest = columns[j + 1 :, j] - (lower[j + 1 :, :j] * scaled).sum(axis=1)
        lower[j + 1 :, j] = rest / pivots[j]
    solution = right.T.copy()
    for j in range(size):
        solution[j + 1 :] -= lower[j + 1 :, j] * solution[j]
    solution /= pivots
    for j in reversed(range(size)):
        solution[j] -= (lower[j + 1 :, j] * solution[j + 1 :]).sum(axis=0)
    return solution.T.copy(), positive
